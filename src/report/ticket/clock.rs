//! The log's clock against the server's: greetings of Exim and Exchange carry a date with its offset.

use chrono::{FixedOffset, NaiveDate, NaiveDateTime};

use crate::{dialect::Stamp, rule::greeting_date};

/// A clock that is further off than this is not explained by a zone of whole hours.
const MAX_CLOCK_ERROR_SECONDS: i64 = 900;
/// Hours east of Greenwich in South Africa, all year: the zone of a log that states none.
const SOUTH_AFRICA_HOURS: i32 = 2;

/// The zone of the log's times, and how it is known.
pub(super) struct Zone {
    /// East of Greenwich.
    pub(super) offset: FixedOffset,
    /// In words, for the facts.
    pub(super) words: String,
    /// In few words, for the transcript.
    pub(super) how: &'static str,
}

impl Zone {
    /// From what the log states, else from the server's greeting, else the usual one. `None` for a log without times.
    pub(super) fn of(greeting: Option<&str>, stamp: Option<&Stamp>) -> Option<Zone> {
        let stamp = stamp?;
        let measured = greeting.and_then(|greeting| measured(greeting, stamp));
        let (offset, stated, mut how) = match stamp.offset {
            Some(offset) if offset.local_minus_utc() == 0 => (offset, "UTC".to_owned(), "the log writes UTC"),
            Some(offset) => (offset, format!("UTC{offset}"), "the log's zone is known"),
            None => (
                hours(SOUTH_AFRICA_HOURS)?,
                format!("no zone stated, UTC+{SOUTH_AFRICA_HOURS:02}:00 assumed (South Africa, all year)"),
                "zone assumed",
            ),
        };
        let Some((zone, sentence)) = measured else { return Some(Zone { offset, words: stated, how }) };
        let offset = match (stamp.offset, zone.and_then(hours)) {
            (None, Some(offset)) => {
                how = "zone measured";
                offset
            }
            _ => offset,
        };
        let words = match (stamp.offset, zone) {
            (None, Some(_)) => format!("no zone stated; measured {sentence}"),
            _ => format!("{stated}; measured {sentence}"),
        };
        Some(Zone { offset, words, how })
    }

    /// A time of the log as `08:07:01 06:07:01Z`: the practice's, and UTC.
    pub(super) fn both(&self, stamp: &Stamp) -> String {
        let (local, utc) = self.clocks(NaiveDate::default().and_time(stamp.time), stamp);
        format!("{} {}Z", local.format("%H:%M:%S"), utc.format("%H:%M:%S"))
    }

    /// A moment of the log as `2026-11-23 08:07:01 (06:07:01 UTC)`.
    pub(super) fn moment(&self, stamp: &Stamp) -> String {
        let Some(naive) = stamp.naive() else {
            let (local, utc) = self.clocks(NaiveDate::default().and_time(stamp.time), stamp);
            return format!("{} ({} UTC)", local.format("%H:%M:%S"), utc.format("%H:%M:%S"));
        };
        let (local, utc) = self.clocks(naive, stamp);
        let form = if local.date() == utc.date() { "%H:%M:%S" } else { "%Y-%m-%d %H:%M:%S" };
        format!("{} ({} UTC)", local.format("%Y-%m-%d %H:%M:%S"), utc.format(form))
    }

    /// The clock on the practice's wall, and UTC.
    fn clocks(&self, naive: NaiveDateTime, stamp: &Stamp) -> (NaiveDateTime, NaiveDateTime) {
        let own = stamp.offset.unwrap_or(self.offset);
        // A log in UTC tells nothing of the practice's clock.
        let wall = if own.local_minus_utc() == 0 { hours(SOUTH_AFRICA_HOURS).unwrap_or(own) } else { own };
        let utc = naive.checked_sub_offset(own).unwrap_or(naive);
        (utc.checked_add_offset(wall).unwrap_or(utc), utc)
    }
}

fn hours(hours: i32) -> Option<FixedOffset> {
    FixedOffset::east_opt(hours * 3600)
}

/// The log's zone by the difference of both clocks: whole hours where that explains it, and a sentence in any case.
fn measured(greeting: &str, stamp: &Stamp) -> Option<(Option<i32>, String)> {
    let log = stamp.naive()?;
    let server = greeting_date(greeting.as_bytes())?.naive_utc();
    let apart = (log - server).num_seconds();
    // Most zones are whole hours; what is left is how wrong one of the clocks is.
    let zone = (apart as f64 / 3600.0).round() as i64;
    let wrong = apart - zone * 3600;
    Some(if zone.abs() <= 14 && wrong.abs() <= MAX_CLOCK_ERROR_SECONDS {
        let words = format!("UTC{zone:+03}:00, with {wrong} s between the log's clock and the server's greeting");
        (i32::try_from(zone).ok(), words)
    } else {
        let words = format!("{} min between the log's clock and the server's greeting (UTC)", apart / 60);
        (None, format!("{words}, which no zone explains"))
    })
}

#[cfg(test)]
mod tests {
    use chrono::NaiveTime;

    use super::*;

    fn stamp(h: u32, m: u32, s: u32) -> Stamp {
        Stamp {
            date: NaiveDate::from_ymd_opt(2026, 11, 23),
            time: NaiveTime::from_hms_opt(h, m, s).unwrap(),
            offset: None,
        }
    }

    #[test]
    fn zone_and_error() {
        let greeting = "mx.example ESMTP Exim 4.96 Mon, 23 Nov 2026 06:41:12 +0000 ready";
        let zone = |stamp| Zone::of(Some(greeting), Some(&stamp)).unwrap();
        let told = zone(stamp(8, 41, 20));
        assert!(told.words.contains("measured UTC+02:00, with 8 s"), "{}", told.words);
        assert_eq!((told.how, told.both(&stamp(1, 0, 0))), ("zone measured", "01:00:00 23:00:00Z".to_owned()));
        assert!(zone(stamp(6, 41, 10)).words.contains("measured UTC+00:00, with -2 s"));
        assert!(zone(stamp(6, 11, 12)).words.contains("which no zone explains"));
        let assumed = Zone::of(Some("mx ESMTP"), Some(&stamp(1, 1, 1))).unwrap();
        assert_eq!((assumed.how, assumed.both(&stamp(8, 0, 0))), ("zone assumed", "08:00:00 06:00:00Z".to_owned()));
        let utc = Stamp { offset: FixedOffset::east_opt(0), ..stamp(6, 0, 0) };
        let stated = Zone::of(None, Some(&utc)).unwrap();
        assert_eq!((stated.how, stated.both(&utc)), ("the log writes UTC", "08:00:00 06:00:00Z".to_owned()));
        assert_eq!(stated.moment(&utc), "2026-11-23 08:00:00 (06:00:00 UTC)");
        assert_eq!(assumed.moment(&stamp(1, 0, 0)), "2026-11-23 01:00:00 (2026-11-22 23:00:00 UTC)");
        assert!(Zone::of(None, None).is_none());
    }
}
