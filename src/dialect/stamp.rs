//! Time stamps as a log wrote them.

use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};

/// A moment as far as the log tells it. Logs are naive unless the dialect says otherwise; nothing is invented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stamp {
    /// The date; missing where a log writes the time of day only.
    pub date: Option<NaiveDate>,
    /// The time of day; midnight where a log leaves it out at 00:00:00 (Indy).
    pub time: NaiveTime,
    /// The offset from UTC, where the log states it or the dialect is known to write UTC.
    pub offset: Option<FixedOffset>,
}

impl Stamp {
    /// Date and time together, without the offset.
    #[must_use]
    pub fn naive(&self) -> Option<NaiveDateTime> {
        self.date.map(|date| date.and_time(self.time))
    }
}
