-- Sites by what failed, with the finding that says most about it.
select failing.site, failing.failed, failing.mails, first.finding, first.title
from (
  select site, sum(case when outcome in ('rejected', 'deferred', 'failed') then 1 else 0 end) as failed, count(*) as mails
  from mails
  group by site
) as failing
left join (
  select site, finding, title,
    row_number() over (partition by site order by case severity when 'error' then 0 when 'warning' then 1 else 2 end, count desc, finding) as place
  from findings
) as first on first.site = failing.site and first.place = 1
where failing.failed > 0
order by failing.failed desc, failing.site
limit 20
