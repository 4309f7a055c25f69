-- What stops mail, by server, and at how many sites.
select server_host, cause, count(*) as mails, count(distinct site) as sites
from mails
where cause <> 'none'
group by server_host, cause
order by mails desc, server_host, cause
limit 20
