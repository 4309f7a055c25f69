//! Time stamps as a log wrote them.

use std::{cmp::Ordering, fmt};

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

use nom::{
    Parser,
    bytes::complete::{take_while_m_n, take_while1},
    character::complete::{digit1, one_of},
    combinator::{map_opt, opt, verify},
    sequence::preceded,
};

use super::grammar::{Parsed, tag};
use crate::container::timestamp;

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
    pub fn naive(&self) -> Option<NaiveDateTime> {
        self.date.map(|date| date.and_time(self.time))
    }

    /// For people who count in minutes: as it is shown, without seconds.
    pub fn minute(&self) -> String {
        let text = self.to_string();
        // Seconds stand behind the second colon.
        match text.match_indices(':').nth(1) {
            Some((at, _)) => format!("{}{}", &text[..at], text.get(at + 3..).unwrap_or_default()),
            None => text,
        }
    }
}

/// For people: to the second, and the time of day alone where a log has no more.
impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.naive() {
            Some(moment) => write!(f, "{}", moment.format("%Y-%m-%d %H:%M:%S"))?,
            None => write!(f, "{}", self.time.format("%H:%M:%S"))?,
        }
        match self.offset {
            Some(offset) if offset.local_minus_utc() == 0 => f.write_str(" UTC"),
            Some(offset) => write!(f, " {offset}"),
            None => Ok(()),
        }
    }
}

/// The order of day and month in a date of small numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DateOrder {
    /// Nothing in the log decides: read as day first, the South African way, and say so.
    #[default]
    Unknown,
    /// 23/11/2026
    DayFirst,
    /// 11/23/2026
    MonthFirst,
    /// 26/11/23
    YearFirst,
}

/// The day of a log that has only one is so near to when it was last written.
const NEAR_DAYS: i64 = 31;
/// A log is hardly older, in years.
const MAX_AGE: i32 = 15;

/// Reads the stamps of one log; holds what a single stamp does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StampReader {
    /// The order of dates such as 05/06/2026.
    pub order: DateOrder,
    /// The newest moment the log can hold (when the file was last written): stamps without a year take it from here.
    pub newest: Option<NaiveDate>,
    /// The offset of stamps that state none.
    pub offset: Option<FixedOffset>,
    /// The zone in which moments are told whose offset is known.
    pub zone: Option<FixedOffset>,
}

/// The parts of a stamp: numbers, month names, and the marks between them.
#[derive(Default)]
struct Parts {
    /// Numbers before the time of day, with their count of digits.
    date: [(u32, u8); 3],
    count: usize,
    month: Option<u32>,
    time: Option<NaiveTime>,
    afternoon: Option<bool>,
    offset: Option<FixedOffset>,
}

impl StampReader {
    /// Reads a stamp in whatever form a library or a Windows locale writes it.
    pub fn read(&self, raw: &[u8]) -> Option<Stamp> {
        if timestamp::epoch(raw) == Some(raw.len()) {
            return epoch(raw).map(|stamp| self.told(stamp));
        }
        let parts = split(raw)?;
        let date = self.date(&parts);
        let time = match (parts.time, parts.afternoon) {
            (Some(time), Some(pm)) => twelve_hours(time, pm)?,
            (Some(time), None) => time,
            // Delphi leaves the time out at midnight sharp.
            (None, _) => date.map(|_| NaiveTime::MIN)?,
        };
        Some(self.told(Stamp { date, time, offset: parts.offset.or(self.offset) }))
    }

    /// The same moment by the clock of the zone that was asked for.
    fn told(&self, stamp: Stamp) -> Stamp {
        let (Some(own), Some(zone)) = (stamp.offset, self.zone) else { return stamp };
        let apart = TimeDelta::seconds(i64::from(zone.local_minus_utc()) - i64::from(own.local_minus_utc()));
        let (time, days) = stamp.time.overflowing_add_signed(apart);
        let date = stamp.date.and_then(|date| date.checked_add_signed(TimeDelta::seconds(days)));
        Stamp { date, time, offset: Some(zone) }
    }

    /// The form leaves open which number is the day.
    pub fn is_ambiguous(raw: &[u8]) -> bool {
        split(raw).is_some_and(|p| p.month.is_none() && p.count == 3 && p.date[0].1 <= 2)
    }

    /// The order of the numbers that these stamps of one log prove, if they do. A day over the twelfth tells it from a month. Of
    /// years of two digits the one that changes least is the year, and where none changes the day must be near `newest`, when
    /// the log was last written.
    pub fn order<'s>(stamps: impl Iterator<Item = &'s [u8]>, newest: NaiveDate) -> Option<DateOrder> {
        let (mut firsts, mut thirds, mut day) = ((u32::MAX, 0), (u32::MAX, 0), None);
        for parts in stamps.filter_map(split).filter(|p| p.month.is_none() && p.count == 3) {
            let [(first, digits), (second, _), (third, of_third)] = parts.date;
            match (digits, of_third, first > 12, second > 12) {
                (3.., ..) => continue,
                (_, _, false, true) => return Some(DateOrder::MonthFirst),
                (_, 3.., true, false) => return Some(DateOrder::DayFirst),
                (_, 3.., ..) => continue,
                _ => {}
            }
            let widened = |(least, most): (u32, u32), value: u32| (least.min(value), most.max(value));
            (firsts, thirds) = (widened(firsts, first), widened(thirds, third));
            day = Some((first, second, third));
        }
        let (first, month, third) = day?;
        let near = |year: u32, day: u32| {
            let date = i32::try_from(2000 + year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
            date.is_some_and(|date| (-1..=NEAR_DAYS).contains(&(newest - date).num_days()))
        };
        let year_first = match (firsts.1 - firsts.0).cmp(&(thirds.1 - thirds.0)) {
            Ordering::Less => true,
            Ordering::Equal => near(first, third) && !near(third, first),
            Ordering::Greater => false,
        };
        let recent = i32::try_from(2000 + firsts.0).is_ok_and(|year| (0..=MAX_AGE).contains(&(newest.year() - year)));
        if year_first && recent && (1..=31).contains(&thirds.0) && thirds.1 <= 31 {
            return Some(DateOrder::YearFirst);
        }
        (firsts.1 > 12).then_some(DateOrder::DayFirst)
    }

    fn date(&self, parts: &Parts) -> Option<NaiveDate> {
        let [(a, a_digits), (b, _), (c, c_digits)] = parts.date;
        let year = |y: u32| i32::try_from(if y < 100 { y + 2000 } else { y }).ok();
        match (parts.month, parts.count) {
            (Some(month), 1) => self.without_year(month, a),
            (Some(month), 2) if a_digits == 4 => NaiveDate::from_ymd_opt(year(a)?, month, b),
            (Some(month), 2) => NaiveDate::from_ymd_opt(year(b)?, month, a),
            (None, 3) if a_digits == 4 || self.order == DateOrder::YearFirst && c_digits <= 2 => {
                NaiveDate::from_ymd_opt(year(a)?, b, c)
            }
            (None, 3) if self.order == DateOrder::MonthFirst || b > 12 => NaiveDate::from_ymd_opt(year(c)?, a, b),
            (None, 3) => NaiveDate::from_ymd_opt(year(c)?, b, a),
            _ => None,
        }
    }

    /// The newest year in which the day is not after the file was last written; one day of grace for time zones.
    fn without_year(&self, month: u32, day: u32) -> Option<NaiveDate> {
        let newest = self.newest?.succ_opt()?;
        let this = NaiveDate::from_ymd_opt(newest.year(), month, day);
        this.filter(|date| *date <= newest).or_else(|| NaiveDate::from_ymd_opt(newest.year() - 1, month, day))
    }
}

/// Seconds since 1970 with a fraction, or milliseconds.
fn epoch(raw: &[u8]) -> Option<Stamp> {
    let number = |digits: &[u8]| digits.iter().fold(0i64, |n, d| n * 10 + i64::from(d - b'0'));
    let (seconds, nanos) = match raw.iter().position(|b| *b == b'.') {
        Some(point) => {
            let digits = &raw[point + 1..raw.len().min(point + 10)];
            (number(&raw[..point]), number(digits) * 10i64.pow(9 - u32::try_from(digits.len()).ok()?))
        }
        None if raw.len() == 13 => (number(raw) / 1_000, number(raw) % 1_000 * 1_000_000),
        None => (number(raw), 0),
    };
    let moment = DateTime::from_timestamp(seconds, u32::try_from(nanos).ok()?)?.naive_utc();
    Some(Stamp { date: Some(moment.date()), time: moment.time(), offset: FixedOffset::east_opt(0) })
}

fn twelve_hours(time: NaiveTime, pm: bool) -> Option<NaiveTime> {
    use chrono::Timelike;
    match (time.hour(), pm) {
        (12, false) => time.with_hour(0),
        (hour @ 1..=11, true) => time.with_hour(hour + 12),
        _ => Some(time),
    }
}

/// ```abnf
/// plain = ( 4DIGIT mark 2DIGIT mark 2DIGIT / 2DIGIT mark 2DIGIT mark 4DIGIT ) ( "T" / SP ) 2DIGIT ":" 2DIGIT ":" 2DIGIT [ "Z" ]
/// mark  = "-" / "/" / "."
/// ```
/// The stamp that most programs write, two for each mail: it is read by one comparison and not by the parsers below.
fn plain(raw: &[u8]) -> Option<Parts> {
    let (date, rest) = raw.split_first_chunk::<10>()?;
    let [b'T' | b' ', time @ ..] = rest else { return None };
    let (time, offset) = match time {
        [time @ .., b'Z'] => (time, FixedOffset::east_opt(0)),
        _ => (time, None),
    };
    let pair = |tens: u8, ones: u8| {
        (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
    };
    let year = |[a, b, c, d]: [u8; 4]| Some((pair(a, b)? * 100 + pair(c, d)?, 4));
    let is_mark = |one: u8, other: u8| one == other && matches!(one, b'-' | b'/' | b'.');
    let date = match *date {
        [y1, y2, y3, y4, one, m1, m2, other, d1, d2] if is_mark(one, other) => {
            [year([y1, y2, y3, y4])?, (pair(m1, m2)?, 2), (pair(d1, d2)?, 2)]
        }
        [d1, d2, one, m1, m2, other, y1, y2, y3, y4] if is_mark(one, other) => {
            [(pair(d1, d2)?, 2), (pair(m1, m2)?, 2), year([y1, y2, y3, y4])?]
        }
        _ => return None,
    };
    let &[h1, h2, b':', n1, n2, b':', s1, s2] = time else { return None };
    let time = NaiveTime::from_hms_opt(pair(h1, h2)?, pair(n1, n2)?, pair(s1, s2)?.min(59))?;
    Some(Parts { date, count: 3, time: Some(time), offset, ..Parts::default() })
}

/// ```abnf
/// stamp = 1*( clock [ offset ] / number / word / mark )
/// ```
/// What they mean together decides [`StampReader::date`]; two clocks, or more than three numbers, are no stamp.
fn split(raw: &[u8]) -> Option<Parts> {
    if let Some(parts) = plain(raw) {
        return Some(parts);
    }
    let mut parts = Parts::default();
    let mut rest = raw;
    while let Some(first) = rest.first() {
        if first.is_ascii_digit() {
            if parts.time.is_none() && at_clock(rest) {
                let (after, (time, offset)) = (clock, opt(offset)).parse(rest).ok()?;
                (parts.time, parts.offset) = (Some(time), offset.flatten());
                rest = after;
            } else if parts.count == 3 && timestamp::dotted(rest).is_some() {
                parts.time = Some(dotted(rest)?);
                rest = &rest[8..];
            } else if let Some((date, time, used)) = compact(rest).filter(|_| parts.count == 0) {
                (parts.date, parts.count, parts.time) = (date, 3, time);
                rest = &rest[used..];
                if time.is_some() {
                    let (after, offset) = opt(offset).parse(rest).ok()?;
                    (parts.offset, rest) = (offset.flatten(), after);
                }
            } else {
                let (after, number) = number(rest).ok()?;
                *parts.date.get_mut(parts.count)? = number;
                parts.count += 1;
                rest = after;
            }
        } else if first.is_ascii_alphabetic() {
            let letters: Parsed<'_, _> = take_while1(|b: u8| b.is_ascii_alphabetic() || b == b'.').parse(rest);
            let (after, letters) = letters.ok()?;
            word(&mut parts, letters);
            rest = after;
        } else {
            rest = &rest[1..];
        }
    }
    (parts.count > 0 || parts.time.is_some()).then_some(parts)
}

/// `1*4DIGIT`, and how many digits they are.
fn number(input: &[u8]) -> Parsed<'_, (u32, u8)> {
    let four = verify(digit1, |digits: &[u8]| digits.len() <= 4);
    map_opt(four, |digits: &[u8]| Some((decimal(digits), u8::try_from(digits.len()).ok()?))).parse(input)
}

/// The value of at most nine digits.
fn decimal(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |n, d| n * 10 + u32::from(d - b'0'))
}

/// `08.26.01`
fn dotted(text: &[u8]) -> Option<NaiveTime> {
    let pair = |at: usize| u32::from(text[at] - b'0') * 10 + u32::from(text[at + 1] - b'0');
    NaiveTime::from_hms_opt(pair(0), pair(3), pair(6).min(59))
}

/// Year, month and day in the order of the text, each with its number of digits.
type Date = [(u32, u8); 3];

/// A date without marks in it, `20261123`, with the time of day behind it where that has none either, `-085556.417`, and the
/// length of both.
fn compact(text: &[u8]) -> Option<(Date, Option<NaiveTime>, usize)> {
    let number = |from: usize, to: usize| {
        let digits = text.get(from..to).filter(|digits| digits.iter().all(u8::is_ascii_digit))?;
        Some(decimal(digits))
    };
    let date = [(number(0, 4)?, 4), (number(4, 6)?, 2), (number(6, 8)?, 2)];
    let time = || {
        let clock = 8 + usize::from(!text.get(8)?.is_ascii_digit());
        let (hour, minute, second) =
            (number(clock, clock + 2)?, number(clock + 2, clock + 4)?, number(clock + 4, clock + 6)?);
        let mut end = clock + 6;
        let mut nanos = 0;
        if let Some([b'.' | b',', fraction @ ..]) = text.get(end..) {
            let digits = fraction.iter().take(9).take_while(|b| b.is_ascii_digit()).count();
            nanos = number(end + 1, end + 1 + digits)? * 10u32.pow(9 - u32::try_from(digits).ok()?);
            end += 1 + digits;
        }
        Some((NaiveTime::from_hms_nano_opt(hour, minute, second.min(59), nanos)?, end))
    };
    match time() {
        Some((time, end)) => Some((date, Some(time), end)),
        None => (!text.get(8).is_some_and(u8::is_ascii_digit)).then_some((date, None, 8)),
    }
}

/// Names of months and zones, half-day marks in English and Afrikaans, the Z of UTC; names of days and the T of ISO 8601 say
/// nothing new.
fn word(parts: &mut Parts, word: &[u8]) {
    let is = |mark: &str| word.iter().filter(|b| **b != b'.').map(u8::to_ascii_lowercase).eq(mark.bytes());
    let zones = || timestamp::ZONES.iter().find(|(name, _)| word.eq_ignore_ascii_case(name.as_bytes()));
    if is("am") || is("vm") {
        parts.afternoon = Some(false);
    } else if is("pm") || is("nm") {
        parts.afternoon = Some(true);
    } else if is("z") {
        parts.offset = FixedOffset::east_opt(0);
    } else if let Some((_, seconds)) = zones() {
        parts.offset = FixedOffset::east_opt(*seconds);
    } else {
        parts.month = parts.month.or_else(|| timestamp::month_number(word));
    }
}

/// One digit or two and a colon; four are the year in `23/Nov/2026:08:26:01`.
fn at_clock(input: &[u8]) -> bool {
    matches!(input.iter().position(|b| !b.is_ascii_digit()), Some(digits @ 1..=2) if input[digits] == b':')
}

/// ```abnf
/// clock    = two ":" two [ ":" two ] [ fraction ]
/// fraction = ( "." / "," ) 1*DIGIT
/// two      = 1*2DIGIT
/// ```
/// A leap second is the one before it.
fn clock(input: &[u8]) -> Parsed<'_, NaiveTime> {
    let two = || take_while_m_n(1, 2, |b: u8| b.is_ascii_digit()).map(decimal);
    let after_colon = || preceded(tag(":"), two());
    let grammar = (two(), after_colon(), opt(after_colon()), opt(preceded(one_of(".,"), digit1)));
    map_opt(grammar, |(hour, minute, second, fraction)| {
        let nanos = fraction.map_or(0, |digits: &[u8]| {
            let shown = &digits[..digits.len().min(9)];
            shown.iter().chain([b'0'; 9].iter().skip(shown.len())).fold(0, |n, d| n * 10 + u32::from(d - b'0'))
        });
        NaiveTime::from_hms_nano_opt(hour, minute, second.unwrap_or(0).min(59), nanos)
    })
    .parse(input)
}

/// ```abnf
/// offset = [ SP ] ( "+" / "-" ) 2DIGIT [ ":" ] 2DIGIT
/// ```
/// None where no place on earth has it.
fn offset(input: &[u8]) -> Parsed<'_, Option<FixedOffset>> {
    let pair = || take_while_m_n(2, 2, |b: u8| b.is_ascii_digit()).map(decimal);
    let grammar = (opt(tag(" ")), one_of("+-"), pair(), opt(tag(":")), pair());
    grammar
        .map(|(_, sign, hours, _, minutes)| {
            let seconds = i32::try_from((hours * 60 + minutes) * 60).ok()?;
            FixedOffset::east_opt(if sign == '-' { -seconds } else { seconds })
        })
        .parse(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(raw: &str) -> String {
        let zone = FixedOffset::east_opt(7200);
        let local = StampReader { offset: zone, zone, ..StampReader::default() };
        for (raw, told) in [
            (&b"2026-11-23T22:30:00Z"[..], "2026-11-24 00:30:00 +02:00"),
            (b"2026-11-23 22:30:00", "2026-11-23 22:30:00 +02:00"),
            (b"2026-11-23T22:30:00-03:00", "2026-11-24 03:30:00 +02:00"),
        ] {
            assert_eq!(local.read(raw).unwrap().to_string(), told);
        }
        let reader = StampReader { newest: NaiveDate::from_ymd_opt(2026, 1, 3), ..StampReader::default() };
        match reader.read(raw.as_bytes()) {
            Some(s) => {
                let date = s.date.map_or("-".to_owned(), |d| d.to_string());
                let zone = s.offset.map_or(String::new(), |o| o.to_string());
                format!("{date} {}{zone}", s.time)
            }
            None => "none".to_owned(),
        }
    }

    #[test]
    fn every_form() {
        for (raw, want) in [
            ("2026-11-23T06:26:01Z", "2026-11-23 06:26:01+00:00"),
            ("2026/11/23 08:53:26", "2026-11-23 08:53:26"),
            ("2026.11.23 10:57:40", "2026-11-23 10:57:40"),
            ("2026.11.23 08:26:01 (Mon)", "2026-11-23 08:26:01"),
            ("23/11/2026 08:26:01", "2026-11-23 08:26:01"),
            ("11/23/2026 6:26:01 PM", "2026-11-23 18:26:01"),
            ("05/06/2026 12:00:01 AM", "2026-06-05 00:00:01"),
            ("2026/11/23 6:26:01 nm.", "2026-11-23 18:26:01"),
            ("2026/11/23", "2026-11-23 00:00:00"),
            ("23-Nov-2026 08:26:01.177", "2026-11-23 08:26:01.177"),
            ("Nov 23 11:02:51", "2025-11-23 11:02:51"),
            ("Jan  2 11:02:51", "2026-01-02 11:02:51"),
            ("Mon, 23 Nov 2026 08:41:12 +0200", "2026-11-23 08:41:12+02:00"),
            ("10:56:38.796446", "- 10:56:38.796446"),
            ("23 Des 2026 1:02", "2026-12-23 01:02:00"),
            ("Maandag 23 Mrt 2026 08:26:01 SAST", "2026-03-23 08:26:01+02:00"),
            ("23 Maart 2026 08:26:01", "2026-03-23 08:26:01"),
            ("Sun Oct  8 03:15:04 2023", "2023-10-08 03:15:04"),
            ("23 November 2026 at 08:26", "2026-11-23 08:26:00"),
            ("23/Nov/2026:08:26:01 +0200", "2026-11-23 08:26:01+02:00"),
            ("20171102|07:58:11", "2017-11-02 07:58:11"),
            ("20171102-07:58", "2017-11-02 07:58:00"),
            ("2026-11-23 08.26.01", "2026-11-23 08:26:01"),
            ("20261123-085556.417", "2026-11-23 08:55:56.417"),
            ("20261123T085556Z", "2026-11-23 08:55:56+00:00"),
            ("1795445959", "2026-11-23 14:59:19+00:00"),
            ("1795445959.25", "2026-11-23 14:59:19.250+00:00"),
            ("1795445959417", "2026-11-23 14:59:19.417+00:00"),
            ("", "none"),
            ("hello", "none"),
            ("99:99:99", "none"),
        ] {
            assert_eq!(shown(raw), want, "{raw}");
        }
    }

    #[test]
    fn the_order_is_proved_by_all_stamps() {
        let order = |stamps: &[&str]| {
            let newest = NaiveDate::from_ymd_opt(2026, 11, 30).unwrap();
            StampReader::order(stamps.iter().map(|stamp| stamp.as_bytes()), newest)
        };
        assert_eq!(order(&["23/11/2026 08:26:01"]), Some(DateOrder::DayFirst));
        assert_eq!(order(&["11/23/2026 08:26:01"]), Some(DateOrder::MonthFirst));
        assert_eq!(order(&["05/06/2026 08:26:01", "2026/11/23 08:26:01"]), None);
        assert_eq!(order(&["05/06/2026 08:26:01", "13/06/2026 08:26:01"]), Some(DateOrder::DayFirst));
        // Years of two digits.
        assert_eq!(order(&["26/11/23 08:26:01"]), Some(DateOrder::YearFirst));
        assert_eq!(order(&["23/11/26 08:26:01"]), Some(DateOrder::DayFirst));
        assert_eq!(order(&["24/02/28 08:26:01", "24/03/01 08:26:01"]), Some(DateOrder::YearFirst));
        assert_eq!(order(&["28/02/24 08:26:01", "01/03/24 08:26:01"]), Some(DateOrder::DayFirst));
        assert_eq!(order(&["05/06/24 08:26:01"]), None);
        assert_eq!(order(&["01/12/25 08:26:01", "01/01/26 08:26:01"]), None);
        let year_first = StampReader { order: DateOrder::YearFirst, ..StampReader::default() };
        assert_eq!(year_first.read(b"26/11/23 08:26:01").unwrap().to_string(), "2026-11-23 08:26:01");
    }
}
