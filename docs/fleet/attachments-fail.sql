-- Share of mails that went out, with and without attachments; where attachments are stopped, the two are far apart.
select site,
  round(avg(case when has_attachment then case when outcome = 'sent' then 1.0 else 0.0 end end), 3) as with_attachment,
  round(avg(case when not has_attachment then case when outcome = 'sent' then 1.0 else 0.0 end end), 3) as without_attachment
from mails
group by site
having count(*) > 200 and count(distinct has_attachment) = 2
order by without_attachment - with_attachment desc, site
limit 20
