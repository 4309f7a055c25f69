//! Where a time stamp ends: the extent only, its value is [`StampReader`](super::StampReader)'s.

use nom::{
    Parser,
    branch::alt,
    bytes::complete::take_while_m_n,
    character::complete::{alpha1, char, digit1, one_of, satisfy},
    combinator::{not, opt, recognize, value, verify},
    sequence::{delimited, preceded, terminated},
};

use super::grammar::{Grammar, Parsed, tag};

/// Length of the time stamp that `text` begins with.
///
/// ```abnf
/// stamp = epoch / ( dated / clock [ SP date ] ) [ " (" day ")" ]     ; then no letter or digit
/// ```
/// A date alone counts only with a four-digit year, an hour and a minute alone only with two digits each: less could be
/// anything.
pub fn extent(text: &[u8]) -> Option<usize> {
    // Every word of every line comes here, and hardly one is a number or the name of a day or month.
    if !text.first()?.is_ascii_digit() && !is_month(text) && !is_day(text) {
        return None;
    }
    epoch(text).or_else(|| {
        let after_clock = preceded(tag(" "), verify(date, |date| *date == Date::Year));
        let stamp = (alt((dated, value((), (clock, opt(after_clock))))), opt(day_in_brackets));
        length(terminated(stamp, no_word), text)
    })
}

/// How much of the text the grammar takes.
fn length<'a, T>(grammar: impl Grammar<'a, T>, text: &'a [u8]) -> Option<usize> {
    recognize(grammar).parse(text).ok().map(|(_, taken): (_, &[u8])| taken.len())
}

/// Seconds or milliseconds since 1970, with a fraction or none: of the years 2014 to 2033, as other numbers of ten digits
/// are no times.
pub(super) fn epoch(text: &[u8]) -> Option<usize> {
    let whole = verify(digit1, |whole: &[u8]| matches!((whole, whole.len()), ([b'1', b'4'..=b'9', ..], 10 | 13)));
    let fraction = alt((value((), (tag("."), digits(1, 10))), not(tag("."))));
    length((whole, fraction, no_word, not(one_of("@_"))), text)
}

/// `08.26.01`, as Danish and Indonesian Windows write it; only behind a date, as it may be anything else.
pub(super) fn dotted(text: &[u8]) -> Option<usize> {
    length(dotted_clock, text)
}

fn dotted_clock(input: &[u8]) -> Parsed<'_, ()> {
    value((), (digits(2, 2), tag("."), digits(2, 2), tag("."), digits(2, 2))).parse(input)
}

/// What a date tells besides the day.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Date {
    /// `20261123`
    Compact,
    /// A year of four digits.
    Year,
    /// A year of two digits, or none.
    NoYear,
}

/// ```abnf
/// dated = [ day-name ] date [ between clock ]
/// between = " - " / ", " / 2SP / SP / "T" / "-" / "_" / ":" / "," / HTAB
/// ```
fn dated(input: &[u8]) -> Parsed<'_, ()> {
    let (rest, date) = preceded(opt(day_name), date).parse(input)?;
    let between = || alt((tag(" - "), tag(", "), tag("  "), recognize(one_of(" T-_:,\t"))));
    let compact = (opt(between()), digits(6, 6), opt(fraction), opt(zone));
    let clock = (between(), alt((clock, dotted_clock)));
    match date {
        Date::Compact => alt((value((), compact), value((), clock))).parse(rest),
        Date::Year => value((), opt(clock)).parse(rest),
        Date::NoYear => value((), clock).parse(rest),
    }
}

/// ```abnf
/// date = 8DIGIT / day-first / month-first / numbers
/// ```
fn date(input: &[u8]) -> Parsed<'_, Date> {
    alt((numbers, day_first, month_first, compact_date)).parse(input)
}

/// `20261123`, of 1900 to 2099.
fn compact_date(input: &[u8]) -> Parsed<'_, Date> {
    let two = |text: &[u8], at: usize| (text[at] - b'0') * 10 + (text[at + 1] - b'0');
    let is_date = |text: &[u8]| {
        matches!(two(text, 0), 19 | 20) && (1..=12).contains(&two(text, 4)) && (1..=31).contains(&two(text, 6))
    };
    value(Date::Compact, verify(digits(8, 8), is_date)).parse(input)
}

/// ```abnf
/// numbers = 4DIGIT mark 1*2DIGIT mark 1*2DIGIT / 1*2DIGIT mark 1*2DIGIT mark ( 2DIGIT / 4DIGIT )    ; twice the same mark
/// mark    = "-" / "/" / "."
/// ```
fn numbers(input: &[u8]) -> Parsed<'_, Date> {
    let (rest, (first, mark, _)) = (digits(1, 4), one_of("-/."), digits(1, 2)).parse(input)?;
    let (rest, third) = preceded(char(mark), digits(1, 4)).parse(rest)?;
    let date = match (first.len(), third.len()) {
        (4, 1 | 2) | (1 | 2, 4) => Date::Year,
        (1 | 2, 2) => Date::NoYear,
        _ => return Err(nom::Err::Error(())),
    };
    Ok((rest, date))
}

/// `23 Nov`, `23-Nov-2026`
fn day_first(input: &[u8]) -> Parsed<'_, Date> {
    let year = preceded(one_of("-/. ,"), year);
    preceded((digits(1, 2), one_of("-/. "), month), opt(year)).map(|year| year.unwrap_or(Date::NoYear)).parse(input)
}

/// `Nov 23`, `Nov 23, 2026`
fn month_first(input: &[u8]) -> Parsed<'_, Date> {
    let year = preceded(take_while_m_n(1, 2, |b| b == b',' || b == b' '), verify(year, |year| *year == Date::Year));
    let day = (month, take_while_m_n(1, 2, |b| b == b' '), digits(1, 2));
    preceded(day, opt(year)).map(|year| year.unwrap_or(Date::NoYear)).parse(input)
}

/// A year behind a day; before a colon it is an hour.
fn year(input: &[u8]) -> Parsed<'_, Date> {
    let four = value(Date::Year, digits(4, 4));
    terminated(alt((four, value(Date::NoYear, digits(2, 2)))), not(tag(":"))).parse(input)
}

/// ```abnf
/// clock = 1*2DIGIT ":" 2DIGIT [ ":" 2DIGIT [ fraction ] ] [ half-day ] [ zone ]
/// ```
fn clock(input: &[u8]) -> Parsed<'_, ()> {
    let (rest, hour) = terminated(digits(1, 2), tag(":")).parse(input)?;
    let (rest, (_, seconds)) = (digits(2, 2), opt((tag(":"), digits(2, 2), opt(fraction)))).parse(rest)?;
    let (rest, half) = opt(half_day).parse(rest)?;
    let (rest, _) = opt(zone).parse(rest)?;
    // `6:26` alone could be anything.
    if hour.len() == 1 && seconds.is_none() && half.is_none() {
        return Err(nom::Err::Error(()));
    }
    Ok((rest, ()))
}

/// `.123` or `,123`. A comma may part columns too: `08:26:01,250-SIZE` is a column and a reply.
fn fraction(input: &[u8]) -> Parsed<'_, ()> {
    let point = (one_of(".:"), digits(2, 9));
    let comma = (tag(","), digits(3, 3), not(tag("-")));
    alt((value((), point), value((), comma))).parse(input)
}

/// ` PM`, ` nm.`, `a.m.`
fn half_day(input: &[u8]) -> Parsed<'_, ()> {
    let plain = (one_of("aApPvVnN"), one_of("mM"), no_word, opt(tag(".")));
    let dotted = (one_of("apvnAP"), tag("."), one_of("mM"), tag("."));
    preceded(opt(tag(" ")), alt((value((), plain), value((), dotted)))).parse(input)
}

/// `Z`, ` UTC`, `+02:00`, ` +0200`
fn zone(input: &[u8]) -> Parsed<'_, ()> {
    let name = alt((tag("UTC"), tag("GMT"), tag("SAST")));
    let minutes = alt((digits(4, 4), recognize((digits(2, 2), tag(":"), digits(2, 2)))));
    let offset = recognize((one_of("+-"), minutes));
    alt((value((), (tag("Z"), no_word)), value((), (opt(tag(" ")), alt((name, offset)))))).parse(input)
}

/// `Mon, ` or `Maandag `
fn day_name(input: &[u8]) -> Parsed<'_, ()> {
    let end = alt((tag(", "), tag(". "), tag(" ")));
    value((), (verify(alpha1, is_day), end)).parse(input)
}

/// ` (Mon)` after the stamp.
fn day_in_brackets(input: &[u8]) -> Parsed<'_, ()> {
    let day = verify(alpha1, |day: &[u8]| day.len() == 3 && is_day(day));
    value((), delimited(tag(" ("), day, tag(")"))).parse(input)
}

/// A month's name with its full stop.
fn month(input: &[u8]) -> Parsed<'_, ()> {
    let name = verify(alpha1, |name: &[u8]| name.len() <= 9 && is_month(name));
    value((), (name, opt(tag(".")))).parse(input)
}

/// So many digits, and no more.
fn digits<'a>(least: usize, most: usize) -> impl Grammar<'a, &'a [u8]> {
    verify(digit1, move |digits: &[u8]| (least..=most).contains(&digits.len()))
}

/// Here no word goes on.
fn no_word(input: &[u8]) -> Parsed<'_, ()> {
    not(satisfy(|c| c.is_ascii_alphanumeric())).parse(input)
}

/// It begins as a month's name does, English or Afrikaans.
fn is_month(text: &[u8]) -> bool {
    three(text).is_some_and(|name| {
        matches!(&name, b"jan" | b"feb" | b"mar" | b"apr" | b"may" | b"jun" | b"jul" | b"aug" | b"sep" | b"oct")
            || matches!(&name, b"nov" | b"dec" | b"mei" | b"okt" | b"des" | b"mrt" | b"maa")
    })
}

/// It begins as a day's name does.
fn is_day(text: &[u8]) -> bool {
    three(text).is_some_and(|name| {
        matches!(&name, b"mon" | b"tue" | b"wed" | b"thu" | b"fri" | b"sat" | b"sun")
            || matches!(&name, b"maa" | b"din" | b"woe" | b"don" | b"vry" | b"son")
    })
}

fn three(text: &[u8]) -> Option<[u8; 3]> {
    text.first_chunk::<3>().map(|three| three.map(|b| b.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_ends_where_it_ends() {
        for stamp in [
            "2026-11-23T06:26:01Z",
            "2026-11-23T06:26:01.123+02:00",
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
