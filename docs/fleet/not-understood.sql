-- Sites whose logs could not be read, or of which more than one line in ten was not understood: their answers may be wrong.
select site, count(*) as logs, sum(case when error is not null then 1 else 0 end) as with_error,
  sum(lines) as lines, sum(lines_unknown) as lines_unknown
from logs
where not skipped
group by site
having sum(case when error is not null then 1 else 0 end) > 0 or 10 * sum(lines_unknown) > sum(lines)
order by with_error desc, lines_unknown desc, site
limit 20
