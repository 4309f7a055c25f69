-- Sites that sent more than 100 mails on a day, which is more than small providers like.
select site, substr(started_at, 1, 10) as day, count(*) as mails
from mails
where outcome = 'sent'
group by site, substr(started_at, 1, 10)
having count(*) > 100
order by mails desc, site, day
limit 20
