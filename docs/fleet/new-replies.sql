-- Refusals by the moment they were first seen, the newest first: what a provider began to say.
select reply_template, min(started_at) as first_seen, count(*) as mails
from mails
where cause <> 'none' and reply_template is not null
group by reply_template
order by first_seen desc, reply_template
limit 20
