//! What stands beside a number and so tells what it is: a code with dots, a part of a date, a group of a longer one.

use std::ops::Range;

use chrono::NaiveDate;

/// Digits of a number that stays whatever it counts; longer ones may be somebody's.
pub(super) const MAX_FREE_DIGITS: usize = 3;
/// Digits in groups that stand together (`1980/01/31`, `12 345 678`): from here on they are somebody's number.
pub(super) const MIN_GROUPED_DIGITS: usize = 6;
/// Characters on either side of a number that are looked at for dots.
const MAX_DOTTED: usize = 40;

/// `5.1.1`, `41.1.2.3`, `9.5.0`: codes, addresses, versions.
pub(super) fn is_dotted_number(token: &str) -> bool {
    token
        .split('.')
        .all(|group| (1..=MAX_FREE_DIGITS).contains(&group.len()) && group.bytes().all(|b| b.is_ascii_digit()))
}

/// `31.01.1980`, which is no code and no version.
pub(super) fn is_dotted_date(run: &str) -> bool {
    run.matches('.').count() == 2 && !is_dotted_number(run)
}

/// `19971009`, `09101997`: a day of somebody's life, whatever the word before it counts.
pub(super) fn is_day(digits: &str) -> bool {
    let part = |range: Range<usize>| digits.get(range).and_then(|part| part.parse::<u32>().ok()).unwrap_or_default();
    let is = |year: Range<usize>, month, day| {
        let year = part(year);
        (1900..2100).contains(&year) && NaiveDate::from_ymd_opt(year as i32, part(month), part(day)).is_some()
    };
    digits.len() == 8 && (is(0..4, 4..6, 6..8) || is(4..8, 2..4, 0..2))
}

/// The digits and dots around a number, such as the code in `550-5.7.1`; `None` where no dot joins it to others.
pub(super) fn dotted(text: &str, at: usize, len: usize) -> Option<&str> {
    let member = |b: &&u8| b.is_ascii_digit() || **b == b'.';
    let bytes = text.as_bytes();
    let from = at - bytes[..at].iter().rev().take(MAX_DOTTED).take_while(member).count();
    let to = at + len + bytes[at + len..].iter().take(MAX_DOTTED).take_while(member).count();
    let run = text[from..to].trim_matches('.');
    run.contains('.').then_some(run)
}

/// It is a part of a date, or of a row with marks between: what it counts was said of another number.
pub(super) fn is_joined(text: &str, at: usize, len: usize) -> bool {
    let (before, after) = (&text.as_bytes()[..at], &text.as_bytes()[at + len..]);
    let joins = |mark: u8, beyond: &u8| {
        mark == b'/' && beyond.is_ascii_alphanumeric() || mark == b'-' && beyond.is_ascii_digit()
    };
    matches!(before, [.., beyond, mark] if joins(*mark, beyond))
        || matches!(after, [mark, beyond, ..] if joins(*mark, beyond))
}

/// Digits of the number at `at` and of those beside it, with one mark between each two. A code with dots is another thing.
pub(super) fn grouped(text: &str, at: usize, len: usize) -> usize {
    let mark = |b: u8| b" -/".contains(&b);
    let mut total = len;
    let mut before = &text.as_bytes()[..at];
    while let [head @ .., gap] = before
        && mark(*gap)
        && total < MIN_GROUPED_DIGITS
    {
        let digits = head.iter().rev().take_while(|b| b.is_ascii_digit()).count();
        before = &head[..head.len() - digits];
        let glued = before.last().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'.');
        // The code of a reply stands in front of other numbers.
        if digits == 0 || glued || digits == MAX_FREE_DIGITS && before.is_empty() {
            break;
        }
        total += digits;
    }
    let mut after = &text.as_bytes()[at + len..];
    while let [gap, rest @ ..] = after
        && mark(*gap)
        && total < MIN_GROUPED_DIGITS
        && !(before.is_empty() && total == MAX_FREE_DIGITS)
    {
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        after = &rest[digits..];
        let dotted = matches!(after, [b'.', next, ..] if next.is_ascii_digit());
        if digits == 0 || dotted || after.first().is_some_and(u8::is_ascii_alphabetic) {
            break;
        }
        total += digits;
    }
    total
}
