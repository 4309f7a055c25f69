-- Sites where more than one mail in ten of the newest week failed at signing in.
select site, sum(refused) as refused, count(*) as mails
from (
  select site, case when cause like 'auth.%' then 1 else 0 end as refused
  from mails
  where cast(substr(started_at, 1, 10) as date) > (select max(cast(substr(started_at, 1, 10) as date)) from mails) - interval '7' day
) as week
group by site
having 10 * sum(refused) > count(*)
order by refused desc, site
limit 20
