//! The times of a log go back, or leap years ahead.

use chrono::{Datelike, NaiveDateTime, TimeDelta};

use super::{Actor, Case, Found, Pile, Rule, Seen, Severity, Watch, advice::span};
use crate::{dialect::Stamp, session::Confidence, source::Sensitive};

pub(super) static RULE: Rule = Rule {
    id: "clock-jumps",
    title: "The times in the log jump",
    looks_for: "An attempt that began more than 15 minutes before the one above it in the same log, or more than two years \
                after it.",
    why: "The clock of this PC was set or lost its time, or two logs were put together: what is said of when something began \
          may be wrong.",
    steps: &[
        "Go by the order of the lines, not by their times, around the line shown.",
        "If the times fall back to the same year at each start of the PC, change the battery on the main board.",
    ],
    severity: Severity::Note,
    acts: &[Actor::Technician],
    article_step: &["3"],
    sources: &["South Africa has no daylight saving time; Windows corrects its clock by seconds"],
    swallows: &[],
    ask: None,
    watch: || Box::<ClockJumps>::default(),
};

/// A smaller step back is none: logs of several programs are out of order by a little.
const MIN_BACK: TimeDelta = TimeDelta::minutes(15);
/// A smaller step ahead is a PC that was off.
const MIN_AHEAD: TimeDelta = TimeDelta::days(2 * 365);
/// Between these a step back is a stamp without a year that was taken for the same day of another one.
const ABOUT_A_YEAR: (TimeDelta, TimeDelta) = (TimeDelta::days(330), TimeDelta::days(370));

#[derive(Default)]
struct ClockJumps {
    jumps: Pile,
    /// The greatest, in seconds; negative for a step back.
    greatest: i64,
    before: Option<(usize, Stamp)>,
}

/// Seconds by which the time jumps between two attempts that follow each other; `None` where it does not.
fn jump(before: &Stamp, here: &Stamp) -> Option<i64> {
    let (from, to): (NaiveDateTime, NaiveDateTime) = (before.naive()?, here.naive()?);
    // Of hardly a mail more must be known.
    if before.offset != here.offset || from <= to && from.year() == to.year() {
        return None;
    }
    let by = to - from;
    let new_year = -by > ABOUT_A_YEAR.0 && -by < ABOUT_A_YEAR.1;
    (by < -MIN_BACK && !new_year || by > MIN_AHEAD).then_some(by.num_seconds())
}

impl Watch for ClockJumps {
    fn observe(&mut self, seen: &Seen<'_>) {
        let Some(here) = seen.tx.started_at else { return };
        if let Some((file, before)) = self.before
            && file == seen.file
            && let Some(by) = jump(&before, &here)
        {
            if by.abs() > self.greatest.abs() {
                self.greatest = by;
            }
            let text = Sensitive::new(format!("{before} is followed by {here}").as_bytes());
            self.jumps.add_with(seen, seen.tx.line_first, text);
        }
        self.before = Some((seen.file, here));
    }

    fn finish(self: Box<Self>, _: &Case<'_>) -> Option<Found> {
        let way = if self.greatest < 0 { "back" } else { "ahead" };
        let by = span(self.greatest.unsigned_abs());
        let title = format!("The times in the log jump {way} by {by}");
        let jumps = self.jumps.explaining_only(&[]);
        Some(Found { title: Some(title.into()), ..Found::new(jumps, Confidence::Likely) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::StampReader;

    #[test]
    fn jumps() {
        let by = |from: &str, to: &str| {
            let read = |text: &str| StampReader::default().read(text.as_bytes()).unwrap();
            jump(&read(from), &read(to))
        };
        assert_eq!(by("2026-11-23 08:26:00", "2026-11-23 08:20:00"), None);
        assert_eq!(by("2026-11-23 08:26:00", "2026-11-23 06:26:00"), Some(-7200));
        assert_eq!(by("2026-11-20 17:00:00", "2027-01-10 08:00:00"), None);
        assert_eq!(by("2009-01-01 00:00:10", "2026-11-23 08:00:00"), Some(564_652_790));
        assert_eq!(by("2026-12-31 17:00:00", "2026-01-02 08:00:00"), None);
        assert_eq!(by("2026-11-23 08:26:00", "2026-11-23T06:26:00Z"), None);
        assert_eq!(by("08:26:00", "06:26:00"), None);
    }
}
