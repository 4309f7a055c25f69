//! A burst of mails right after failures, instead of one, then ten.

use chrono::NaiveDateTime;

use super::{
    Actor, Case, Found, Pile, Rule, Seen, Severity, Watch,
    period::{MAILS_IN_ONE_GO, ONE_GO},
};
use crate::session::Confidence;

pub(super) static RULE: Rule = Rule {
    id: "burst-after-failure",
    title: "Many mails went out at once right after failures",
    looks_for: "Failures that stop mail, then more than ten mails within ten minutes of the first that went through.",
    why: "A provider that has just refused mail takes a sudden burst for spam and blocks the account or the address.",
    steps: &[
        "After a mail problem send one mail and see that it arrives.",
        "Then send ten at a time, and at most 100 a day.",
    ],
    severity: Severity::Warning,
    acts: &[Actor::Customer, Actor::Technician],
    article_step: &["6b"],
    sources: &["support article step 6: one at a time, then ten, at most 100 a day"],
    swallows: &[],
    ask: None,
    watch: || Box::<BurstAfterFailure>::default(),
};

/// Failures that make a mail problem; a single one is an accident.
const MIN_FAILURES: u64 = 2;

#[derive(Default)]
struct BurstAfterFailure {
    failures: u64,
    /// The first mail after the failures, and those after it.
    burst: Option<(NaiveDateTime, Pile)>,
    worst: Option<Pile>,
}

impl Watch for BurstAfterFailure {
    fn observe(&mut self, seen: &Seen<'_>) {
        if seen.is_delivered() {
            if self.failures >= MIN_FAILURES || self.burst.is_some() {
                self.sent(seen);
            }
            self.failures = 0;
        } else if seen.stops_all() {
            self.failures += 1;
        }
    }

    fn finish(mut self: Box<Self>, _: &Case<'_>) -> Option<Found> {
        self.close();
        let pile = self.worst?;
        Some(Found::new(pile, Confidence::Certain))
    }
}

impl BurstAfterFailure {
    fn sent(&mut self, seen: &Seen<'_>) {
        let Some(now) = seen.moment() else { return };
        let over = self.burst.as_ref().is_some_and(|(begun, _)| now - *begun > ONE_GO || now < *begun);
        if over {
            self.close();
        }
        match &mut self.burst {
            Some((_, pile)) => pile.add_first(seen, MAILS_IN_ONE_GO),
            None if self.failures >= MIN_FAILURES => {
                let mut pile = Pile::default();
                pile.add(seen);
                self.burst = Some((now, pile));
            }
            None => {}
        }
    }

    fn close(&mut self) {
        let Some((_, pile)) = self.burst.take() else { return };
        if pile.count > MAILS_IN_ONE_GO && self.worst.as_ref().is_none_or(|worst| worst.count <= pile.count) {
            self.worst = Some(pile);
        }
    }
}
