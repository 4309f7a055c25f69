//! The program sends the same mail again and again, and it always fails.

use chrono::{NaiveDateTime, TimeDelta};

use super::{Actor, Case, Found, Pile, Rule, Seen, Severity, Watch, Words};
use crate::session::Confidence;

pub(super) static RULE: Rule = Rule {
    id: "endless-retries",
    title: "The program tries again and again without success",
    looks_for: "Ten or more failures in a row for one address without a day's pause, or failures before any mail at the \
                same short interval.",
    why: "A mail that was refused for good is refused again each time. Servers lock an account, or list an address, that \
          keeps knocking.",
    steps: &[
        "Take the mail out of the outbox, or stop the sending, until the reason is put right.",
        "Then send one test mail before the rest.",
    ],
    severity: Severity::Warning,
    acts: &[Actor::Technician],
    article_step: &["6b", "7"],
    sources: &["RFC 5321 section 4.5.4.1: a permanent refusal is not retried", "support article step 6: one at a time"],
    swallows: &["one-recipient"],
    ask: None,
    watch: || Box::<EndlessRetries>::default(),
};

/// Failures in a row that no person makes by hand.
const MIN_FAILURES_IN_A_ROW: u64 = 10;
/// Retries are seconds apart at least; mails of one batch follow each other faster.
const MIN_INTERVAL: TimeDelta = TimeDelta::seconds(10);

/// Failures before any mail, at a steady interval.
#[derive(Default)]
struct EndlessRetries {
    pile: Pile,
    last: Option<NaiveDateTime>,
    interval: Option<TimeDelta>,
    /// The newest steady run that is long enough, with its interval.
    steady: Option<(Pile, TimeDelta)>,
}

impl Watch for EndlessRetries {
    fn observe(&mut self, seen: &Seen<'_>) {
        if seen.is_delivered() {
            if self.pile.count > 0 {
                *self = EndlessRetries::default();
            }
        } else if seen.stops_all() && seen.tx.recipients.is_empty() {
            self.failed(seen);
        }
    }

    fn finish(self: Box<Self>, case: &Case<'_>) -> Option<Found> {
        let runs = case.addresses.addresses().filter(|(_, failing)| failing.run >= MIN_FAILURES_IN_A_ROW);
        let longest = runs.max_by_key(|(address, failing)| (failing.run, std::cmp::Reverse(*address)));
        if let Some((address, failing)) = longest {
            let title = format!("The program tries again and again, {} times in a row, to reach ", failing.run);
            let title = Some(Words::from(title).address(address));
            return Some(Found { title, ..Found::new(failing.pile.clone(), Confidence::Likely) });
        }
        let (steady, interval) = self.steady?;
        // Stopping it is wise, but the refusal is what to act on first: it explains no cause.
        let every = super::advice::span(interval.num_seconds().unsigned_abs());
        let title = format!("The program tries again every {every} without success");
        Some(Found { title: Some(title.into()), ..Found::new(steady.explaining_only(&[]), Confidence::Likely) })
    }
}

impl EndlessRetries {
    fn failed(&mut self, seen: &Seen<'_>) {
        let Some(now) = seen.moment() else { return };
        let gap = self.last.map(|last| now - last);
        self.last = Some(now);
        let steady = match (gap, self.interval) {
            (Some(gap), Some(interval)) => gap >= interval / 2 && gap <= interval * 2,
            (Some(gap), None) => gap >= MIN_INTERVAL,
            (None, _) => false,
        };
        if !steady {
            self.pile = Pile::default();
            self.interval = None;
        } else if self.interval.is_none() {
            self.interval = gap;
        }
        self.pile.add(seen);
        if self.pile.count > MIN_FAILURES_IN_A_ROW {
            self.steady = self.interval.map(|interval| (self.pile.clone(), interval));
        }
    }
}
