//! The PC's clock is wrong, against the date in the server's greeting.

use chrono::{DateTime, FixedOffset, Utc};

use super::{
    Actor, Case, Found, Pile, Rule, Seen, Severity, Watch, Words,
    advice::{counted, span},
};
use crate::{
    dialect::{Stamp, StampReader},
    knowledge::Cause,
    session::Confidence,
};

pub(super) static RULE: Rule = Rule {
    id: "clock-wrong",
    title: "The clock of this PC is wrong",
    looks_for: "The log's stamps against the date in the server's greeting (Exim and Exchange write it): more than 5 minutes \
                apart where the zone is known, else a difference that no time zone explains.",
    why: "With a wrong clock every certificate looks expired or not yet valid, and mail with a wrong date is taken for spam.",
    steps: &[
        "Set the date, the time and the time zone of this PC (South Africa: UTC+02:00), and switch on \"Set time automatically\".",
        "If the clock goes wrong again after a restart, change the battery on the main board.",
    ],
    severity: Severity::Warning,
    acts: &[Actor::Technician],
    article_step: &["3"],
    sources: &[
        "Exim and Exchange greetings carry date and offset",
        "RFC 5280 section 4.1.2.5: certificates hold between two moments",
    ],
    swallows: &[],
    ask: None,
    watch: || Box::<ClockWrong>::default(),
};

/// Clocks this close are right; a log may be written a little after the fact.
const MAX_ERROR_SECONDS: i64 = 300;
/// South Africa's zone, which holds all year, and UTC, which many programs write without saying so; in seconds.
const ZONE_SECONDS: [i64; 2] = [2 * 3600, 0];
/// No zone of the world is further from UTC.
const MAX_ZONE_SECONDS: i64 = 14 * 3600;
/// A clock this far off breaks certificates.
const CERTIFICATES_BREAK_SECONDS: i64 = 86_400;
/// Sessions of one clock differ from the server's by the same, give or take the time a session takes.
const SAME_ERROR_SECONDS: i64 = 120;

#[derive(Default)]
struct ClockWrong {
    /// Sessions since the last one whose clock was right, or wrong by another amount.
    wrong: Pile,
    off: Option<Off>,
    session: Option<(usize, u64)>,
}

/// The error of the PC's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Off {
    /// Seconds ahead of the server's; negative for behind.
    seconds: i64,
    /// The zone is known, or none explains it; else a session that began long before its first line would look the same.
    sure: bool,
}

impl Watch for ClockWrong {
    fn observe(&mut self, seen: &Seen<'_>) {
        let tx = seen.tx;
        let Some(greeting) = &tx.connection.greeting else { return };
        // Once a session; and most servers write no date.
        if memchr::memchr(b':', greeting.expose()).is_none() || self.session == Some((seen.file, tx.session)) {
            return;
        }
        self.session = Some((seen.file, tx.session));
        let (Some(server), Some(here)) = (greeting_date(greeting.expose()), tx.started_at) else { return };
        let Some(off) = error(&here, server) else { return };
        let same = self.off.is_none_or(|before| off.sure || (before.seconds - off.seconds).abs() <= SAME_ERROR_SECONDS);
        if off.seconds == 0 || !same {
            self.wrong = Pile::default();
        }
        if off.seconds != 0 {
            self.off = Some(off);
            self.wrong.add_with(seen, tx.line_first, greeting.clone());
        }
    }

    fn finish(self: Box<Self>, _: &Case<'_>) -> Option<Found> {
        let Off { seconds, sure } = self.off?;
        if self.wrong.count < if sure { 1 } else { 2 } {
            return None;
        }
        let way = if seconds > 0 { "ahead of" } else { "behind" };
        let by = hours_and_minutes(seconds.unsigned_abs());
        // It is the reason of a certificate that looks expired, and of no other failure.
        let pile = self.wrong.explaining_only(&[Cause::TlsExpired, Cause::TlsUntrusted]);
        let mut found = Found::new(pile, if sure { Confidence::Likely } else { Confidence::Guess });
        found.title = Some(Words::from(format!("The clock of this PC is {by} {way} the mail server's")));
        found.severity = (seconds.abs() < CERTIFICATES_BREAK_SECONDS).then_some(Severity::Note);
        Some(found)
    }
}

/// The error of the PC's clock; 0 for right, `None` where nobody can tell.
fn error(here: &Stamp, server: DateTime<FixedOffset>) -> Option<Off> {
    let naive = here.naive()?;
    let seconds = (naive - server.with_timezone(&Utc).naive_utc()).num_seconds();
    if let Some(offset) = here.offset {
        let seconds = seconds - i64::from(offset.local_minus_utc());
        return Some(Off { seconds: if seconds.abs() <= MAX_ERROR_SECONDS { 0 } else { seconds }, sure: true });
    }
    let left = ZONE_SECONDS.map(|zone| seconds - zone).into_iter().min_by_key(|left| left.abs())?;
    (left.abs() > MAX_ERROR_SECONDS).then_some(Off { seconds: left, sure: left.abs() > MAX_ZONE_SECONDS })
}

/// `1 hour 31 minutes`; beyond two days in days.
fn hours_and_minutes(seconds: u64) -> String {
    let (hours, minutes) = (seconds / 3_600, seconds % 3_600 / 60);
    match (seconds, hours, minutes) {
        (0..3_600, ..) | (172_800.., ..) | (_, _, 0) => span(seconds),
        (_, hours, minutes) => format!("{} {}", counted(hours, "hour"), counted(minutes, "minute")),
    }
}

/// The date of RFC 5322 in a greeting, such as `Mon, 23 Nov 2026 08:41:12 +0200`.
pub(crate) fn greeting_date(greeting: &[u8]) -> Option<DateTime<FixedOffset>> {
    const DAYS: [&[u8]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];
    let commas = memchr::memchr_iter(b',', greeting);
    let at = commas.into_iter().find(|at| *at >= 3 && DAYS.contains(&&greeting[at - 3..*at]))?;
    let written = &greeting[at + 1..greeting.len().min(at + 28)];
    let stamp = StampReader::default().read(written)?;
    stamp.naive()?.and_local_timezone(stamp.offset?).single()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_greetings() {
        let read = |text: &str| greeting_date(text.as_bytes()).map(|date| date.to_rfc3339()).unwrap_or_default();
        let exim = "cp12.isp.example.co.za ESMTP Exim 4.96.2 #2 Mon, 23 Nov 2026 08:41:12 +0200 We do not authorize";
        assert_eq!(read(exim), "2026-11-23T08:41:12+02:00");
        assert_eq!(
            read("x Microsoft ESMTP MAIL Service ready at Mon, 3 Nov 2026 06:41:12 +0000 [08DE1]"),
            "2026-11-03T06:41:12+00:00"
        );
        assert_eq!(read("mail.example.co.za ESMTP Postfix"), "");
        assert_eq!(read("hello Mon, nothing here"), "");
    }

    #[test]
    fn zones_are_no_errors() {
        let server = DateTime::parse_from_rfc3339("2026-11-23T08:41:12+02:00").unwrap();
        let here = |text: &str| StampReader::default().read(text.as_bytes()).unwrap();
        let off = |text: &str| error(&here(text), server).map(|off| (off.seconds, off.sure));
        assert_eq!((off("2026-11-23 08:43:00"), off("2026-11-23 06:43:00")), (None, None));
        assert_eq!(off("2026-11-23 08:49:12"), Some((480, false)));
        assert_eq!(hours_and_minutes(5_460), "1 hour 31 minutes");
        assert_eq!(off("2026-11-23T08:43:00+02:00"), Some((0, true)));
        assert_eq!(off("2026-11-23T07:41:12+02:00"), Some((-3600, true)));
        assert_eq!(off("2026-11-25 08:41:12"), Some((48 * 3600, true)));
        assert!(off("2016-01-01 00:00:00").unwrap().0 < -300_000_000);
    }
}
