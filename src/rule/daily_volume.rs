//! More mails a day than MTM's rule, or the provider, allows.

use std::collections::BTreeMap;

use chrono::{NaiveDate, Timelike};

use super::{
    Actor, Case, Found, Pile, Rule, Seen, Severity, Watch, Words,
    advice::counted,
    period::{MAILS_A_DAY, MAX_DAYS},
};
use crate::{knowledge::Cause, session::Confidence, source::Sensitive};

pub(super) static RULE: Rule = Rule {
    id: "daily-volume",
    title: "More than 100 mails a day",
    looks_for: "Days with more than 100 mails sent (MTM's rule), or more than the provider documents for a day or an hour.",
    why: "Providers block an account that sends like a spammer. MTM's rule is at most 100 a day; the provider's own limit may \
          be higher or lower.",
    steps: &[
        "Spread the statements over several days, at most 100 a day.",
        "If the provider blocked the account: stop for 24 hours, then send in tens.",
    ],
    severity: Severity::Note,
    acts: &[Actor::Customer],
    article_step: &["6b"],
    sources: &["support article step 6: at most 100 a day", "limits in docs/providers.md"],
    swallows: &[],
    ask: None,
    watch: || Box::<DailyVolume>::default(),
};

#[derive(Default)]
struct DailyVolume {
    days: BTreeMap<NaiveDate, Day>,
    today: Option<(NaiveDate, Day)>,
    host: Option<Sensitive>,
    /// Refusals because of the volume.
    refused: Pile,
}

/// The mails that went out on one day.
#[derive(Clone, Copy, Default)]
struct Day {
    mails: u64,
    hour: u32,
    this_hour: u64,
    busiest_hour: u64,
}

impl Day {
    fn add(&mut self, hour: u32) {
        self.mails += 1;
        if self.hour != hour {
            self.hour = hour;
            self.this_hour = 0;
        }
        self.this_hour += 1;
        self.busiest_hour = self.busiest_hour.max(self.this_hour);
    }

    fn merge(&mut self, other: Day) {
        self.mails += other.mails;
        self.busiest_hour = self.busiest_hour.max(other.busiest_hour);
    }
}

impl Watch for DailyVolume {
    fn observe(&mut self, seen: &Seen<'_>) {
        if matches!(seen.tx.cause, Some(Cause::RateMessages)) {
            self.refused.add(seen);
        }
        if !seen.is_delivered() {
            return;
        }
        let Some(stamp) = seen.tx.first_time() else { return };
        let Some(date) = stamp.date else { return };
        match &mut self.today {
            Some((today, day)) if *today == date => day.add(stamp.time.hour()),
            _ => {
                self.flush();
                let mut day = Day::default();
                day.add(stamp.time.hour());
                self.today = Some((date, day));
            }
        }
        if self.host.is_none() {
            self.host.clone_from(&seen.tx.connection.host);
        }
    }

    fn finish(mut self: Box<Self>, case: &Case<'_>) -> Option<Found> {
        self.flush();
        let over = self.days.values().filter(|day| day.mails > MAILS_A_DAY).count();
        let (date, busiest) = self.days.iter().max_by_key(|(_, day)| day.mails).map(|(date, day)| (*date, *day))?;
        let provider = self.host.as_ref().and_then(|host| case.knowledge.providers().by_host(host.expose()));
        let a_day = provider.and_then(|p| p.messages_per_day).filter(|most| busiest.mails > u64::from(*most));
        let busiest_hour = self.days.values().map(|day| day.busiest_hour).max().unwrap_or(0);
        let an_hour = provider.and_then(|p| p.messages_per_hour).filter(|most| busiest_hour > u64::from(*most));
        if over == 0 && a_day.is_none() && an_hour.is_none() {
            return None;
        }
        let blocked = self.refused.count > 0;
        let mut pile = self.refused;
        pile.count = busiest.mails;
        pile.files = pile.files.max(1);
        let mut found = Found::new(pile, Confidence::Certain);
        let name = provider.map_or("the provider", |p| &p.name);
        let most = a_day.map_or(MAILS_A_DAY, u64::from).min(busiest.mails);
        found.title = Some(Words::from(match (an_hour, a_day) {
            (Some(most), None) => format!("{busiest_hour} mails went out in an hour, {name} allows {most}"),
            (_, Some(_)) => format!("More than {most} mails went out on {date}, which is all that {name} allows"),
            (None, None) => format!("More than {most} mails went out on {date}"),
        }));
        let limits = provider.and_then(|p| p.limits.as_ref()).map(|limits| format!(" {name} allows {limits}."));
        let days = counted(over as u64, "day");
        found.why = Some(Words::from(format!("More than 100 went out on {days}.{}", limits.unwrap_or_default())));
        let worse = a_day.is_some() || an_hour.is_some() || blocked;
        found.severity = worse.then_some(Severity::Warning);
        Some(found)
    }
}

impl DailyVolume {
    /// Puts the day aside; another workstation's log may add to it later.
    fn flush(&mut self) {
        let Some((date, day)) = self.today.take() else { return };
        if self.days.contains_key(&date) || self.days.len() < MAX_DAYS {
            self.days.entry(date).or_default().merge(day);
        }
    }
}
