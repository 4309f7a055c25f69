//! Moments as people type them.

use chrono::{Duration, Local, NaiveDate, NaiveDateTime, NaiveTime};

// What was typed is quoted by the error around these words, and only there: it may be a secret.
const MOMENT_FORMS: &str = "write 2026-11-23, 2026-11-23T08:00 or an age such as 7d or 12h";
const NO_SPAN: &str = "not a span of time: write a number and m, h, d or w, such as 7d";

/// `2026-11-23` (its first moment), `2026-11-23T08:00`, or an age such as `7d`.
pub(super) fn since(text: &str) -> Result<NaiveDateTime, String> {
    match date(text) {
        Some(date) => Ok(date.and_time(NaiveTime::MIN)),
        None => moment(text),
    }
}

/// A moment, or a time of day of whichever day the log is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    Moment(NaiveDateTime),
    Time(NaiveTime),
}

/// `10:00`, or what [`since`] takes.
pub(super) fn at(text: &str) -> Result<At, String> {
    let time = ["%H:%M", "%H:%M:%S"].iter().find_map(|form| NaiveTime::parse_from_str(text.trim(), form).ok());
    time.map_or_else(|| since(text).map(At::Moment), |time| Ok(At::Time(time)))
}

/// A moment, where a date alone means its last: `--until 2026-11-23` has that day in it.
pub(super) fn until(text: &str) -> Result<NaiveDateTime, String> {
    match date(text).and_then(|date| date.and_hms_nano_opt(23, 59, 59, 999_999_999)) {
        Some(end) => Ok(end),
        None => moment(text),
    }
}

/// `7d`, `12h`, `30m`, `2w`
pub(super) fn age(text: &str) -> Result<Duration, String> {
    let number = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let of = match &text[number.len()..] {
        "m" => Duration::try_minutes,
        "h" => Duration::try_hours,
        "d" => Duration::try_days,
        "w" => Duration::try_weeks,
        _ => return Err(NO_SPAN.to_owned()),
    };
    let span = number.parse().ok().and_then(of).filter(|span| *span > Duration::zero());
    span.ok_or_else(|| NO_SPAN.to_owned())
}

/// So long before now, by this PC's clock.
pub(super) fn ago(span: Duration) -> Option<NaiveDateTime> {
    now().checked_sub_signed(span)
}

/// This PC's clock; `MTMLOG_NOW` stands in its place, so that tests do not depend on the day. What is no moment is
/// passed over.
pub(super) fn now() -> NaiveDateTime {
    let set = std::env::var("MTMLOG_NOW").ok();
    set.and_then(|text| exact(&text)).unwrap_or_else(|| Local::now().naive_local())
}

fn date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()
}

fn exact(text: &str) -> Option<NaiveDateTime> {
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"]
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .or_else(|| date(text)?.and_hms_opt(0, 0, 0))
}

fn moment(text: &str) -> Result<NaiveDateTime, String> {
    let text = text.trim();
    exact(text).or_else(|| age(text).ok().and_then(ago)).ok_or_else(|| format!("not a time: {MOMENT_FORMS}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_people_type() {
        let shown = |moment: Result<NaiveDateTime, String>| moment.map(|m| m.to_string());
        assert_eq!(shown(since("2026-11-23")).unwrap(), "2026-11-23 00:00:00");
        assert_eq!(shown(until("2026-11-23")).unwrap(), "2026-11-23 23:59:59.999999999");
        assert_eq!(shown(until("2026-11-23T08:00")).unwrap(), "2026-11-23 08:00:00");
        assert_eq!(shown(since("2026-11-23 08:00:26")).unwrap(), "2026-11-23 08:00:26");
        assert!(since("7d").unwrap() < Local::now().naive_local());
        assert_eq!(age("12h").unwrap(), Duration::hours(12));
        assert_eq!(at("10:05").unwrap(), At::Time(NaiveTime::from_hms_opt(10, 5, 0).unwrap()));
        assert_eq!(at("2026-11-23T10:05").map(|at| matches!(at, At::Moment(_))), Ok(true));
        for bad in ["", "d", "0d", "-7d", "7x", "99999999999999999999d", "9999999999999d", "23/11/2026", "é"] {
            assert!(since(bad).is_err() && age(bad).is_err(), "{bad}");
        }
    }
}
