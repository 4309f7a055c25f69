//! What tells of a person by its form alone: a date of birth, initials, letters with gaps between them, and
//! what stands behind the label of somebody's own words.

use crate::{
    knowledge::{WordClass, WordTable},
    smtp,
};

use super::{
    field::{Gap, Separator},
    span::{closing_quote, runs},
};

/// Letters with gaps between them that are a word.
const MIN_SPELLED: usize = 4;
/// Characters between two of them.
const MAX_APART: usize = 3;

/// Labels behind which somebody's own words stand, which may all be words that are known.
const PRIVATE: [&str; 8] =
    ["subject", "attachment", "attachments", "attached", "filename", "body", "onderwerp", "aanhangsel"];

/// Where the words behind a private label stand: up to what closes them, or all the rest.
pub(super) fn private(text: &str) -> Option<(usize, usize)> {
    runs(text, false, |b| b.is_ascii_alphabetic()).find_map(|(at, word)| {
        if !PRIVATE.iter().any(|label| label.eq_ignore_ascii_case(word)) {
            return None;
        }
        let end = at + word.len();
        let end = if text[end..].starts_with("(s)") { end + "(s)".len() } else { end };
        let Gap { at: from, separator, opening, .. } = Gap::behind(text, at, end);
        let marked = separator == Some(Separator::Sure) && text[end..from].contains([':', '=', '>']);
        let next = |mark| text[from..].find(mark).map(|n| from + n);
        let quoted = |quote| {
            let open = end + text[end..from].rfind(quote)?;
            Some(open + closing_quote(&text[open..])?)
        };
        let close = match opening {
            Some('[') => next(']'),
            Some('>') if marked => next('<'),
            Some(quote @ ('"' | '\'')) => {
                if marked {
                    quoted(quote)
                } else {
                    next(quote)
                }
            }
            _ if marked => None,
            _ => return None,
        };
        let to = close.unwrap_or(text.len());
        (!smtp::begins_with_body_value(&text.as_bytes()[from..]) && to > from).then_some((from, to))
    })
}

/// Where a word ends whose letters stand apart: `N o m v u l a`, `N.O.M.V.U.L.A`.
pub(super) fn spelled(text: &str, from: usize) -> Option<usize> {
    let mark = |c: &char| " .-_*".contains(*c);
    // Hardly any word has a single letter, and every word comes here.
    let bytes = &text.as_bytes()[from..];
    let first = text[from..].chars().next().filter(|c| c.is_alphabetic())?;
    let apart = bytes.get(first.len_utf8()).is_some_and(|b| mark(&char::from(*b)));
    if !apart || text[..from].ends_with(char::is_alphanumeric) {
        return None;
    }
    let (mut at, mut end, mut letters) = (from, from, 0);
    loop {
        let mut rest = text[at..].chars();
        let Some(letter) = rest.next().filter(|c| c.is_alphanumeric()) else { break };
        if rest.clone().next().is_some_and(char::is_alphanumeric) {
            break;
        }
        letters += usize::from(letter.is_alphabetic());
        end = at + letter.len_utf8();
        let Some(joint) = rest.next().filter(mark) else { break };
        let gap = text[end..].chars().take_while(|c| *c == joint).count();
        if gap > MAX_APART {
            break;
        }
        at = end + gap;
    }
    (letters >= MIN_SPELLED).then_some(end)
}

/// Where a date ends that begins here, behind the label of a date of birth.
pub(super) fn day(text: &str, from: usize, born: bool) -> Option<usize> {
    let rest = text[from..].strip_prefix(|c: char| born && c.is_ascii_digit())?;
    let end = rest.find(|c: char| !(c.is_ascii_digit() || "./-:T".contains(c))).unwrap_or(rest.len());
    Some(text.len() - rest.len() + rest[..end].trim_end_matches(['.', ':', '-', '/', 'T']).len())
}

/// A stamp that tells a day and no moment, as programs keep a date of birth (`1976-05-12T00:00:00Z`), or one of a year in
/// which no mail of today was sent.
pub(super) fn is_bare_day(stamp: &str) -> bool {
    let Some(colon) = stamp.find(':') else { return false };
    let (day, clock) = stamp.split_at(stamp[..colon].trim_end_matches(|c: char| c.is_ascii_digit()).len());
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let last_century = |run: &str| run.len() == 4 && run.starts_with("19");
    let old = day.split(|c: char| !c.is_ascii_digit()).any(last_century);
    let half = clock.to_ascii_lowercase();
    let clock = half.strip_prefix("12").filter(|_| half.contains("am")).unwrap_or(&half);
    let clock = clock.split(['+', '-']).next().unwrap_or_default();
    let midnight = clock.bytes().filter(u8::is_ascii_digit).all(|b| b == b'0');
    digits(day) >= 3 && (old || midnight)
}

/// The stamp behind this is that of the line or of the mail: nothing stands before it, or the label of a time.
pub(super) fn is_own_stamp(before: &str) -> bool {
    let head = before.trim_end_matches(|c: char| !c.is_alphanumeric());
    let label = &head[head.trim_end_matches(|c: char| c.is_alphanumeric()).len()..];
    label.is_empty() || WordTable::builtin().is(label.to_ascii_lowercase().as_bytes(), WordClass::Date)
}

/// `J.P`, `N.M.L`
pub(super) fn is_initials(token: &str) -> bool {
    let capital = |part: &str| part.chars().count() == 1 && part.starts_with(char::is_uppercase);
    token.contains('.') && token.split('.').all(capital)
}

#[cfg(test)]
mod tests {
    use super::super::allow_list::{Strictness, mask};

    fn masked(text: &str) -> String {
        mask(text, Strictness::Reply, &|_| None)
    }

    #[test]
    fn a_date_of_birth_has_many_forms() {
        for (text, shown) in [
            ("dob=5/12/1976 12:00:00 AM", "aaa=9/99/9999 99:99:99 AM"),
            ("{\"birthDate\":\"2015-05-12T00:00:00Z\"}", "{\"aaaaaDate\":\"9999-99-99A99:99:99Z\"}"),
            ("DOB: 12-05-2011 00:00", "AAA: 99-99-9999 99:99"),
            ("born 12/5/76, geb. 12.5.76", "aaaa 99/9/99, aaa. 99.9.99"),
            ("born on 12/5/76", "aaaa on 99/9/99"),
            ("account 1976-05-12 00:00:00 and 2015-05-12 00:00", "account 9999-99-99 00:00:00 and 9999-99-99 00:00"),
            ("at 1976-05-12 08:30:00", "at 9999-99-99 08:30:00"),
        ] {
            assert_eq!(masked(text), shown);
        }
        for text in [
            "2026-11-23 00:00:00 sent",
            "date: 2026-11-23 00:00:00",
            "sent 2026-11-23 00:00:01",
            "at 00:00:00",
            "in 12.5 s",
        ] {
            assert_eq!(masked(text), text);
        }
    }

    #[test]
    fn letters_apart_are_a_word() {
        for (text, shown) in [
            ("to N o m v u l a  L e e", "to A a a a a a a  A a a"),
            ("to N.O.M.V.U.L.A", "to A.A.A.A.A.A.A"),
            ("for J.P., your account", "for A.A., your account"),
            ("Mnr Test bel", "Aaa Aaaa aaa"),
            ("Mev. N.M.L. Du", "Aaa. A.A.A. Aa"),
            ("Patient: Server", "Patient: Aaaaaa"),
        ] {
            assert_eq!(masked(text), shown);
        }
        for text in ["C: S: error", "Patient Server", "a b c", "MS Server"] {
            assert_eq!(masked(text), text);
        }
    }
}
