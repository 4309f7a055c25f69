//! Dumps of bytes: `0000: 41 55 54 48  AUTH`. What was sent stands there twice, as numbers and as text, and parted over
//! lines, so that no rule about words finds it.

use super::super::span::Span;

/// Pairs of digits in a row that make a column; fewer where the place in the dump stands before them.
const PAIRS: usize = 8;
const PAIRS_BEHIND_PLACE: usize = 1;

/// Characters of a word that is told by its bytes; a shorter one is chance.
const SPELT: usize = 4;
/// Bytes before such a word that are looked at for what it is.
const LABEL: usize = 24;

/// The column of numbers and the text behind it.
pub(super) fn columns(text: &str, spans: &mut Vec<Span<()>>) {
    let mut paired = false;
    if let Some(from) = column(text, &mut paired) {
        spans.push(Span::new(from, text.trim_end().len(), ()));
    }
    if paired || memchr::memmem::find(text.as_bytes(), b"\\x").is_some() {
        spelt(text, spans);
    }
}

/// `6b 75 64 75`, `6b:75:64:75`, `\x6b\x75`: a word in the numbers of its characters. Numbers of a clock, an
/// address of a network card or a fingerprint make none.
fn spelt(text: &str, spans: &mut Vec<Span<()>>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(from) = (at..bytes.len().saturating_sub(1)).find(|at| begins_pair(bytes, *at)) {
        let escaped = bytes[..from].ends_with(b"x");
        let mut end = from + 2;
        // What parts the first two parts all.
        let head = bytes[..from].iter().rposition(|b| !b"x\\0".contains(b)).map_or(0, |n| n + 1);
        let gap = if escaped { &bytes[head..from] } else { bytes.get(end..=end).unwrap_or_default() };
        let parts = escaped || matches!(gap, b" " | b":" | b"-");
        while parts && bytes[end..].strip_prefix(gap).is_some_and(begins_with_pair) {
            end += gap.len() + 2;
        }
        let word = || bytes[from..end].chunks(gap.len() + 2).map(byte).collect();
        at = end;
        if bytes.get(end).is_some_and(u8::is_ascii_alphanumeric) {
            continue;
        }
        let letters = bytes[from..end].iter().any(u8::is_ascii_alphabetic);
        let told = || {
            let near = text.get(from.saturating_sub(LABEL)..from).unwrap_or_default().to_ascii_lowercase();
            ["hex", "dump", "byte"].iter().any(|label| near.contains(label))
        };
        let long = end - from >= SPELT * (gap.len() + 2) - gap.len();
        if long && (escaped || letters || told()) && is_text(word()) {
            spans.push(Span::new(from, end, ()));
        }
    }
}

/// Two digits of hex stand here, and no third before them.
fn begins_pair(bytes: &[u8], at: usize) -> bool {
    let alone = at == 0 || !bytes[at - 1].is_ascii_alphanumeric() || bytes[..at].ends_with(b"\\x");
    alone && begins_with_pair(&bytes[at..])
}

fn begins_with_pair(bytes: &[u8]) -> bool {
    matches!(bytes, [high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit())
}

fn byte(digits: &[u8]) -> u8 {
    digits.iter().take(2).fold(0, |byte, digit| byte << 4 | char::from(*digit).to_digit(16).unwrap_or(0) as u8)
}

/// Nothing but characters that are typed, most of them letters and digits.
fn is_text(bytes: Vec<u8>) -> bool {
    String::from_utf8(bytes).is_ok_and(|text| {
        let plain = text.chars().filter(|c| c.is_alphanumeric()).count();
        !text.contains(char::is_control) && 3 * plain >= 2 * text.chars().count()
    })
}

/// Where the column begins. Notes whether two digits of hex stand alone anywhere before.
fn column(text: &str, paired: &mut bool) -> Option<usize> {
    let bytes = text.as_bytes();
    // Nearly no line has as many pairs in a row.
    let mut at = 0;
    while at + 2 <= bytes.len() {
        let begins = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        if !begins || !begins_with_pair(&bytes[at..]) {
            at += 1;
            continue;
        }
        // `4b75 6475`, as tcpdump and xxd write them.
        if [at, at + 5].into_iter().all(|at| group(bytes, at, 4)) && behind_place(&bytes[..at]) {
            return Some(at);
        }
        if group(bytes, at, 2) {
            *paired = true;
            let (count, end) = pairs(bytes, at);
            let needed = if behind_place(&bytes[..at]) { PAIRS_BEHIND_PLACE } else { PAIRS };
            if count >= needed {
                return Some(at);
            }
            at = end;
        }
        at += 1;
    }
    None
}

/// So many digits that stand alone.
fn group(bytes: &[u8], at: usize, len: usize) -> bool {
    bytes.get(at..at + len).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
        && bytes.get(at + len).is_none_or(|b| !b.is_ascii_alphanumeric())
}

/// How many pairs follow each other, with spaces or a hyphen between them, and where the last ends.
fn pairs(bytes: &[u8], from: usize) -> (usize, usize) {
    let (mut count, mut at) = (0, from);
    while group(bytes, at, 2) {
        count += 1;
        let gap = bytes[at + 2..].iter().take(3).take_while(|b| b" -|".contains(b)).count();
        if gap == 0 || gap > 2 {
            return (count, at + 2);
        }
        at += 2 + gap;
    }
    (count, at)
}

/// `0010: `, `00000010  `, `0010 - `: a place in four to eight digits of hex.
fn behind_place(before: &[u8]) -> bool {
    let bare = before.trim_ascii_end();
    let mark = bare.strip_suffix(b":").or(bare.strip_suffix(b" -").map(<[u8]>::trim_ascii_end));
    let gap = before.len() - bare.len();
    let digits = match mark {
        Some(digits) if gap > 0 => digits,
        None if gap == 2 => bare,
        _ => return false,
    };
    let len = digits.iter().rev().take_while(|b| b.is_ascii_hexdigit()).count();
    let before = &digits[..digits.len() - len];
    let alone = before.ends_with(b"0x") || before.last().is_none_or(|b| !b.is_ascii_alphanumeric());
    // `2026-` and `08:26:` are stamps: a place in a dump is a multiple of its width.
    let place = &digits[digits.len() - len..];
    (4..=8).contains(&len) && alone && place.ends_with(b"0") && (place.starts_with(b"0") || len > 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_known() {
        let is_dump = |line: &str| column(line, &mut false).is_some();
        for line in [
            "0000: 41 55 54 48 20 50 4c 41 49 4e 20 AUTH PLAIN ",
            "0010 - 5a 47 3d 0d 0a   ZG=..",
            "00000020  3d 0d 0a                    |=..|",
            "<= 41 55 54 48 20 50 4c 41 49 4e",
            "0020: 3d =",
            "0x0000:  4155 5448 2050 AUTH P",
        ] {
            assert!(is_dump(line), "{line}");
        }
        for line in [
            "2026-11-23 08:26:00 250 OK",
            "23 11 26 08 26 sent",
            "0000: 250 2.0.0 Ok",
            "20 messages in 10 10 10",
            "00000-12 x",
            "id 2026: 1123 0826",
        ] {
            assert!(!is_dump(line), "{line}");
        }
    }
}
