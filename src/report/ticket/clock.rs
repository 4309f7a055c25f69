//! The log's clock against the server's: greetings of Exim and Exchange carry a date with its offset.

use chrono::{DateTime, NaiveDateTime};

use crate::dialect::Stamp;

/// Seconds by which a clock may be wrong; more is another thing.
const BELIEVED: i64 = 900;

/// What the two clocks tell of the log's zone, in a sentence; `None` where one of them is missing.
pub(super) fn measured(greeting: &str, stamp: Option<&Stamp>) -> Option<String> {
    let stamp = stamp?;
    let log = stamp.naive()?;
    let server = date(greeting)?;
    let apart = (log - server).num_seconds();
    // Most zones are whole hours; what is left is how wrong one of the clocks is.
    let zone = (apart as f64 / 3600.0).round() as i64;
    let wrong = apart - zone * 3600;
    Some(if zone.abs() <= 14 && wrong.abs() <= BELIEVED {
        format!("UTC{zone:+03}:00, with {wrong} s between the log's clock and the server's greeting")
    } else {
        format!("{} min between the log's clock and the server's greeting (UTC), which no zone explains", apart / 60)
    })
}

/// The date of a greeting in UTC: `Mon, 23 Nov 2026 08:41:12 +0200`.
fn date(greeting: &str) -> Option<NaiveDateTime> {
    const DAYS: [&str; 7] = ["Mon, ", "Tue, ", "Wed, ", "Thu, ", "Fri, ", "Sat, ", "Sun, "];
    let at = DAYS.iter().find_map(|day| greeting.find(day))?;
    let words: Vec<&str> = greeting[at..].split_whitespace().take(6).collect();
    DateTime::parse_from_rfc2822(&words.join(" ")).ok().map(|date| date.naive_utc())
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, NaiveTime};

    use super::*;

    #[test]
    fn zone_and_error() {
        let stamp = |h, m, s| Stamp {
            date: NaiveDate::from_ymd_opt(2026, 11, 23),
            time: NaiveTime::from_hms_opt(h, m, s).unwrap(),
            offset: None,
        };
        let greeting = "mx.example ESMTP Exim 4.96 Mon, 23 Nov 2026 06:41:12 +0000 ready";
        let told = |stamp| measured(greeting, Some(&stamp)).unwrap();
        assert!(told(stamp(8, 41, 20)).starts_with("UTC+02:00, with 8 s"));
        assert!(told(stamp(6, 41, 10)).starts_with("UTC+00:00, with -2 s"));
        assert_eq!(measured("mx ESMTP", Some(&stamp(1, 1, 1))), None);
    }
}
