//! Where a time stamp ends: the extent only, its value is [`StampReader`](crate::dialect::StampReader)'s.
//!
//! Scanned by hand: every word of a line is asked about, and by nom's parsers a learned log of 100 KiB took 113 million
//! instructions instead of 92, one in a program's own words 142 instead of 123.

/// Length of the time stamp that `text` begins with.
///
/// ```abnf
/// stamp  = [ day-name ] date [ mark clock ] / day-name date SP clock SP 4DIGIT / clock [ SP date ]
/// date   = 1*4DIGIT mark 1*2DIGIT mark 1*4DIGIT / 1*2DIGIT month [ year ] / month 1*2DIGIT [ year ] / 8DIGIT
/// clock  = 1*2DIGIT ":" 2DIGIT [ ":" 2DIGIT [ fraction ] ] [ half-day ] [ zone ]
/// ```
/// A date alone counts only with a four-digit year, an hour and a minute alone only with two digits each: less could be
/// anything.
#[inline]
pub(crate) fn extent(text: &[u8]) -> Option<usize> {
    // Every word of every line comes here, and hardly one is a number or the name of a day or month.
    let may_be = text.first()?.is_ascii_digit() || begins_name(text) && (month_number(text).is_some() || is_day(text));
    if may_be { any_form(text) } else { None }
}

fn any_form(text: &[u8]) -> Option<usize> {
    let end = match whole(text) {
        Some(end) => end,
        None => match epoch(text) {
            Some(length) => return Some(length),
            None => by_parts(text)?,
        },
    };
    let end = end + day_in_brackets(&text[end..]);
    (!text.get(end).is_some_and(u8::is_ascii_alphanumeric)).then_some(end)
}

/// Length of a stamp without the thousandths behind a colon, as these digits may be something else: `08:26:01:220 mail`.
pub(crate) fn before_colon(stamp: &[u8]) -> usize {
    match stamp {
        [clock @ .., b':', a, b, c]
            if matches!(clock, [.., b':', _, _]) && [a, b, c].iter().all(|d| d.is_ascii_digit()) =>
        {
            clock.len()
        }
        _ => stamp.len(),
    }
}

/// Length of a date and a clock with seconds.
const FULL_STAMP_BYTES: usize = 19;

/// A date and a clock with all their digits, as most stamps are: part by part these took three times as long, and every line
/// of a learned log is asked for its stamp several times.
fn whole(text: &[u8]) -> Option<usize> {
    const YEAR_FIRST: u32 = digits_in(b"2026-11-23T08:26:01");
    const YEAR_LAST: u32 = digits_in(b"23/11/2026 08:26:01");
    let (stamp, behind) = text.split_first_chunk()?;
    let (first, second) = match digits_in(stamp) {
        YEAR_FIRST => (stamp[4], stamp[7]),
        YEAR_LAST => (stamp[2], stamp[5]),
        _ => return None,
    };
    let dated = first == second && matches!(first, b'-' | b'/' | b'.');
    let between = matches!(stamp[10], b' ' | b'T' | b'-' | b'_' | b':' | b',' | b'\t');
    let timed = stamp[13] == b':' && stamp[16] == b':' && digits(behind) == 0;
    (dated && between && timed).then(|| FULL_STAMP_BYTES + behind_clock(behind))
}

/// A bit for each place with a digit.
const fn digits_in(stamp: &[u8; FULL_STAMP_BYTES]) -> u32 {
    let (mut bits, mut at) = (0, 0);
    while at < FULL_STAMP_BYTES {
        bits = bits << 1 | stamp[at].is_ascii_digit() as u32;
        at += 1;
    }
    bits
}

fn by_parts(text: &[u8]) -> Option<usize> {
    let start = day_name(text);
    let dated = date(&text[start..]).map(|date| (start + date.0, date.1));
    match dated {
        Some((end, Date { compact, year })) => match clock_after_date(&text[end..], compact) {
            Some(clock) if start > 0 && !year => Some(end + clock + year_behind(&text[end + clock..])),
            Some(clock) => Some(end + clock),
            None => (year && !compact).then_some(end),
        },
        None if start == 0 => {
            let end = clock(text)?;
            let after = text[end..].strip_prefix(b" ").and_then(date).filter(|(_, date)| date.year && !date.compact);
            Some(after.map_or(end, |(length, _)| end + 1 + length))
        }
        None => None,
    }
}

/// ` 2026`, as C's `ctime` writes it: `Mon Nov 23 08:26:01 2026`.
fn year_behind(text: &[u8]) -> usize {
    match text {
        [b' ', b'1' | b'2', b'9' | b'0', _, _, rest @ ..] if digits(&text[1..]) == 4 => {
            // A number goes on, `2026-11`, and a sentence may, `2026: 250 ok`.
            let goes_on = rest.first().is_some_and(u8::is_ascii_alphanumeric)
                || matches!(rest, [b':' | b'-' | b'.' | b'/', b'0'..=b'9', ..]);
            if goes_on { 0 } else { 5 }
        }
        _ => 0,
    }
}

/// Seconds or milliseconds since 1970, with a fraction or none: of the years 2014 to 2033, as other numbers of ten digits
/// are no times.
pub(crate) fn epoch(text: &[u8]) -> Option<usize> {
    let whole = text.iter().take(14).take_while(|b| b.is_ascii_digit()).count();
    if !matches!(whole, 10 | 13) || !matches!(text, [b'1', b'4'..=b'9', ..]) {
        return None;
    }
    let fraction = match &text[whole..] {
        [b'.', rest @ ..] => match rest.iter().take(10).take_while(|b| b.is_ascii_digit()).count() {
            0 => return None,
            digits => digits + 1,
        },
        _ => 0,
    };
    let end = whole + fraction;
    (!text.get(end).is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'@' | b'_'))).then_some(end)
}

struct Date {
    /// `20261123`
    compact: bool,
    /// With a year of four digits.
    year: bool,
}

fn digits(text: &[u8]) -> usize {
    text.iter().take(10).take_while(|b| b.is_ascii_digit()).count()
}

/// Zones that programs write by name, and their seconds east of Greenwich.
pub(crate) const ZONES: [(&str, i32); 3] = [("UTC", 0), ("GMT", 0), ("SAST", 2 * 60 * 60)];

/// A name of a day or month may begin with this letter.
#[inline]
fn begins_name(text: &[u8]) -> bool {
    let letter = text.first().map_or(0, |b| b | 0x20);
    matches!(letter, b'a' | b'd' | b'f' | b'j' | b'm' | b'n' | b'o' | b's' | b't' | b'v' | b'w')
}

fn letters(text: &[u8]) -> usize {
    text.iter().take(12).take_while(|b| b.is_ascii_alphabetic()).count()
}

fn three(text: &[u8]) -> Option<[u8; 3]> {
    match text {
        [a, b, c, ..] => Some([a.to_ascii_lowercase(), b.to_ascii_lowercase(), c.to_ascii_lowercase()]),
        _ => None,
    }
}

/// The month, from 1, whose name the text begins with, English or Afrikaans.
pub(crate) fn month_number(text: &[u8]) -> Option<u32> {
    if !begins_name(text) {
        return None;
    }
    Some(match &three(text)? {
        b"jan" => 1,
        b"feb" => 2,
        b"mar" | b"mrt" => 3,
        // `Maart`, but `Maandag`
        b"maa" if text.get(3).is_some_and(|b| b.eq_ignore_ascii_case(&b'r')) => 3,
        b"apr" => 4,
        b"may" | b"mei" => 5,
        b"jun" => 6,
        b"jul" => 7,
        b"aug" => 8,
        b"sep" => 9,
        b"oct" | b"okt" => 10,
        b"nov" => 11,
        b"dec" | b"des" => 12,
        _ => return None,
    })
}

/// It begins as a day's name does.
fn is_day(text: &[u8]) -> bool {
    begins_name(text)
        && three(text).is_some_and(|name| {
            matches!(&name, b"mon" | b"tue" | b"wed" | b"thu" | b"fri" | b"sat" | b"sun")
                || matches!(&name, b"maa" | b"din" | b"woe" | b"don" | b"vry" | b"son")
        })
}

/// Length of a month's name with its full stop.
fn month(text: &[u8]) -> usize {
    if month_number(text).is_none() {
        return 0;
    }
    let length = letters(text);
    if (3..=9).contains(&length) { length + usize::from(text.get(length) == Some(&b'.')) } else { 0 }
}

/// `Mon, ` or `Maandag `
fn day_name(text: &[u8]) -> usize {
    if !is_day(text) {
        return 0;
    }
    let length = letters(text);
    match &text[length..] {
        [b',' | b'.', b' ', ..] => length + 2,
        [b' ', ..] => length + 1,
        _ => 0,
    }
}

/// ` (Mon)` after the stamp.
fn day_in_brackets(text: &[u8]) -> usize {
    match text {
        [b' ', b'(', a, b, c, b')', ..] if day_name(&[*a, *b, *c, b' ']) > 0 => 6,
        _ => 0,
    }
}

fn date(text: &[u8]) -> Option<(usize, Date)> {
    let first = digits(text);
    if first == 0 {
        return month_first(text);
    }
    if first == 8 {
        let two = |at: usize| (text[at] - b'0') * 10 + (text[at + 1] - b'0');
        let is_date = matches!(two(0), 19 | 20) && (1..=12).contains(&two(4)) && (1..=31).contains(&two(6));
        return is_date.then_some((8, Date { compact: true, year: true }));
    }
    if first > 4 || first == 3 {
        return None;
    }
    let mark = *text.get(first).filter(|b| b"-/. ".contains(b))?;
    let rest = &text[first + 1..];
    let named = month(rest);
    if named > 0 && first <= 2 {
        return Some(day_first(text, first + 1 + named));
    }
    let second = digits(rest);
    if mark == b' ' || !(1..=2).contains(&second) || rest.get(second) != Some(&mark) {
        return None;
    }
    let third = digits(&rest[second + 1..]);
    let shaped = if first == 4 { (1..=2).contains(&third) } else { third == 4 || third == 2 };
    shaped.then_some((first + second + third + 2, Date { compact: false, year: first == 4 || third == 4 }))
}

/// `Nov 23`, `Nov 23, 2026`
fn month_first(text: &[u8]) -> Option<(usize, Date)> {
    let named = month(text);
    if named == 0 {
        return None;
    }
    let blanks = text[named..].iter().take(2).take_while(|b| **b == b' ').count();
    let day = digits(&text[named + blanks..]);
    if blanks == 0 || !(1..=2).contains(&day) {
        return None;
    }
    let end = named + blanks + day;
    let rest = &text[end..];
    let mark = rest.iter().take(2).take_while(|b| b", ".contains(b)).count();
    let year = mark > 0 && digits(&rest[mark..]) == 4 && rest.get(mark + 4) != Some(&b':');
    Some((if year { end + mark + 4 } else { end }, Date { compact: false, year }))
}

/// `23 Nov` was read; a year may follow.
fn day_first(text: &[u8], end: usize) -> (usize, Date) {
    let rest = &text[end..];
    let mark = usize::from(rest.first().is_some_and(|b| b"-/. ,".contains(b)));
    let year = digits(&rest[mark..]);
    // `23 Nov 08:26`, but `23/Nov/2026:08:26:01`
    let is_year = mark > 0 && (year == 4 || year == 2 && rest.get(mark + year) != Some(&b':'));
    (if is_year { end + mark + year } else { end }, Date { compact: false, year: is_year && year == 4 })
}

/// Letters of a word between a date and its clock.
const MAX_LETTERS_BETWEEN: usize = 3;

/// The text between date and clock, and the clock.
fn clock_after_date(text: &[u8], compact: bool) -> Option<usize> {
    let mark = match text {
        [b' ', b'-', b' ', ..] => 3,
        [b',' | b' ', b' ', ..] => 2,
        // `23 November 2026 at 08:26`, `om`, `um`
        [b' ', rest @ ..] if rest.first().is_some_and(u8::is_ascii_lowercase) => match letters(rest) {
            word @ 1..=MAX_LETTERS_BETWEEN if rest.get(word) == Some(&b' ') => word + 2,
            _ => 0,
        },
        [b' ' | b'T' | b'-' | b'_' | b':' | b',' | b'\t', ..] => 1,
        [b'|' | b';', ..] if compact => 1,
        _ => 0,
    };
    let rest = &text[mark..];
    if compact && digits(rest) == 6 {
        let end = 6 + fraction(&rest[6..]);
        return Some(mark + end + zone(&rest[end..]));
    }
    (mark > 0).then(|| clock(rest).or_else(|| dotted(rest))).flatten().map(|length| mark + length)
}

/// `08.26.01`, as Danish and Indonesian Windows write it; only behind a date, as it may be anything else.
pub(crate) fn dotted(text: &[u8]) -> Option<usize> {
    match text {
        [h, i, b'.', m, n, b'.', s, t, rest @ ..]
            if [h, i, m, n, s, t].iter().all(|b| b.is_ascii_digit()) && digits(rest) == 0 =>
        {
            Some(8)
        }
        _ => None,
    }
}

/// `H:MM[:SS[.fraction]]` with half-day and zone.
fn clock(text: &[u8]) -> Option<usize> {
    let hour = digits(text);
    if !(1..=2).contains(&hour) || text.get(hour) != Some(&b':') || digits(&text[hour + 1..]) != 2 {
        return None;
    }
    let minutes = hour + 3;
    if text.get(minutes) == Some(&b':') && digits(&text[minutes + 1..]) == 2 {
        return Some(minutes + 3 + behind_clock(&text[minutes + 3..]));
    }
    let half = half_day(&text[minutes..]);
    let end = minutes + half;
    (hour == 2 || half > 0).then(|| end + zone(&text[end..]))
}

/// Fraction, half-day and zone.
fn behind_clock(text: &[u8]) -> usize {
    let fraction = fraction(text);
    let half = fraction + half_day(&text[fraction..]);
    half + zone(&text[half..])
}

/// `.123` or `,123`
fn fraction(text: &[u8]) -> usize {
    match text {
        [b'.' | b':', rest @ ..] if (2..=9).contains(&digits(rest)) => 1 + digits(rest),
        // A comma may part columns too: then what follows is no thousandth.
        [b',', rest @ ..] if digits(rest) == 3 && !is_reply_code(rest) => 4,
        _ => 0,
    }
}

/// `08:26:01,250-SIZE` is a column and a reply, not a fraction of a second.
fn is_reply_code(rest: &[u8]) -> bool {
    digits(rest) == 3 && rest.get(3) == Some(&b'-')
}

/// ` PM`, ` nm.`, `a.m.`
fn half_day(text: &[u8]) -> usize {
    let blank = usize::from(text.first() == Some(&b' '));
    let word = &text[blank..];
    match word {
        [b'a' | b'A' | b'p' | b'P' | b'v' | b'V' | b'n' | b'N', b'm' | b'M', rest @ ..]
            if !rest.first().is_some_and(u8::is_ascii_alphanumeric) =>
        {
            blank + 2 + usize::from(rest.first() == Some(&b'.'))
        }
        [b'a' | b'p' | b'v' | b'n' | b'A' | b'P', b'.', b'm' | b'M', b'.', ..] => blank + 4,
        _ => 0,
    }
}

/// `Z`, ` UTC`, `+02:00`, ` +0200`
fn zone(text: &[u8]) -> usize {
    let blank = usize::from(text.first() == Some(&b' '));
    match &text[blank..] {
        [b'Z', rest @ ..] if blank == 0 && !rest.first().is_some_and(u8::is_ascii_alphanumeric) => 1,
        [b'U' | b'G' | b'S', ..] => {
            let named = ZONES.iter().find(|(name, _)| text[blank..].starts_with(name.as_bytes()));
            named.map_or(0, |(name, _)| blank + name.len())
        }
        [b'+' | b'-', rest @ ..] => match (digits(rest), rest.get(2)) {
            (4, _) => blank + 5,
            (2, Some(b':')) if digits(&rest[3..]) == 2 => blank + 6,
            _ => 0,
        },
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_ends_where_it_ends() {
        for stamp in [
            "2026-11-23T06:26:01Z",
            "2026-11-23T06:26:01.123+02:00",
            "Mon Nov 23 08:26:01 2026",
            "Sun Oct  8 03:15:04 UTC 2023",
            "23 November 2026 at 08:26",
            "23/Nov/2026:08:26:01 +0200",
            "20171102|07:58:11",
            "2026/11/23 08:53:26",
            "2026.11.23 08:26:01 (Mon)",
            "23/11/2026 08:26:01",
            "11/23/2026 6:26:01 PM",
            "2026/11/23 6:26:01 nm.",
            "2026/11/23 10:57:38 AM",
            "2026/11/23",
            "23-Nov-2026 08:26:01.177",
            "Nov 23 11:02:51",
            "Jan  2 11:02:51",
            "Nov 23, 2026 11:02:51 AM",
            "Mon, 23 Nov 2026 08:41:12 +0200",
            "23 Des 2026 01:02",
            "10:56:38.796446",
            "08:26:01",
            "20261123-085556.417",
            "20261123 085556",
            "2026-11-23 08.26.01",
            "20261123T085556Z",
            "20261123T085556.417+0200",
            "2026-11-23 08:26:01,123",
        ] {
            for after in ["", " 220 mail", ": 250-mail", "] S: 250 OK", "\tEHLO x", ";EHLO x"] {
                assert_eq!(extent(format!("{stamp}{after}").as_bytes()), Some(stamp.len()), "{stamp}{after}");
            }
        }
    }

    #[test]
    fn a_whole_stamp_ends_where_its_parts_do() {
        for stamp in [b"2026-11-23T08:26:01.123 +0200 x", b"23/11/2026 08:26:01 PM 23 Nov x"] {
            for at in 0..stamp.len() {
                for byte in *b"0-/.:, T_ZzP+(\t" {
                    let mut text = *stamp;
                    text[at] = byte;
                    let end = whole(&text);
                    assert!(
                        end.is_none() || epoch(&text).is_none() && by_parts(&text) == end,
                        "{}",
                        text.escape_ascii()
                    );
                }
            }
            assert!(whole(stamp).is_some());
        }
    }

    #[test]
    fn other_numbers_are_no_stamps() {
        for text in [
            "220 mail",
            "250-SIZE 10",
            "1.2.3.4",
            "127.0.0.1:25",
            "10485760",
            "5.7.8 no",
            "Mon",
            "may I",
            "8 bit",
            "12:30x",
        ] {
            assert_eq!(extent(text.as_bytes()), None, "{text}");
        }
    }
}
