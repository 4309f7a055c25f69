//! Where the value of a setting stands, however a language, a shell or a file format writes one.

use super::super::{
    field::{Gap, MOST_TAG_BYTES, Separator},
    span::words,
};

/// Where the value of the setting stands whose name ends at `end`, if it has one. `option`: a space is enough.
pub(super) fn value(text: &str, start: usize, end: usize, option: bool) -> Option<(usize, usize)> {
    let before = text[..start].trim_end();
    if before.ends_with(['<', ':'])
        && text[..start].ends_with(['<', ':'])
        && let Some(found) = tagged(text, end)
    {
        return Some(found);
    }
    if text[..start].ends_with("</") {
        return None;
    }
    let Gap { at: from, separator, opening, .. } = Gap::behind(text, start, end);
    let spaced = option && from > end && text[end..].starts_with([' ', '"', '\'']);
    match separator {
        None if opening.is_some_and(|c| "\"'[`".contains(c)) => {}
        None if spaced => return Some((from, from + one_word(&text[from..]))),
        None => return None,
        Some(Separator::Doubtful) if opening.is_none_or(|c| !"\"'`".contains(c)) => {
            let word = &text[from..from + one_word(&text[from..])];
            // `DKIM = did not pass, 550-5.7.26`
            if word.is_empty() || super::is_known_all(word) || super::is_reply_code(word) {
                return None;
            }
            return Some((from, from + word.len()));
        }
        Some(_) => {}
    }
    let rest = &text[from..];
    let len = match opening {
        Some(quote @ ('"' | '\'' | '`')) => quoted(rest, quote),
        Some('[') => rest.find(']').unwrap_or(rest.len()),
        Some('(') if rest.contains(')') => rest.find(')').unwrap_or(rest.len()),
        Some('{') if rest.contains('}') => {
            let close = rest.find('}').unwrap_or(rest.len());
            // `{CRYPT}aB9xKq2L`: the scheme of RFC 2307, and behind it the value.
            if rest[close + 1..].starts_with(|c: char| c.is_alphanumeric()) { setting(rest) } else { close }
        }
        Some('<') if rest.contains('>') => rest.find('>').unwrap_or(rest.len()),
        Some('>') => rest.find('<').unwrap_or_else(|| setting(rest)),
        _ => setting(rest),
    };
    Some((from, from + len))
}

/// XML with or without attributes: `<a:Password type="x">Kudu!7</a:Password>`.
fn tagged(text: &str, end: usize) -> Option<(usize, usize)> {
    let after = &text.as_bytes()[end..];
    let head = &after[..after.len().min(MOST_TAG_BYTES)];
    let close = memchr::memchr(b'>', head)?;
    if close > 0 && !head[0].is_ascii_whitespace() || head[..close].ends_with(b"/") {
        return None;
    }
    let from = end + close + 1;
    let rest = &text[from..];
    let inner = rest.strip_prefix("<![CDATA[").unwrap_or(rest);
    let from = text.len() - inner.len();
    let to = if inner.len() < rest.len() { inner.find("]]") } else { inner.find("</") };
    let to = from + to.unwrap_or(inner.len());
    // A tag within is a setting of its own: `<password><value>...`.
    let inner = &text[from..to];
    let value = inner.trim_start();
    if value.starts_with('<') {
        let open = value.find('>').map_or(0, |n| n + 1);
        return Some((to - value.len() + open, to));
    }
    Some((from, to))
}

fn one_word(rest: &str) -> usize {
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    rest[..end].trim_end_matches([',', ';', ')', ']', '}', '>', '"', '\'', '`']).len()
}

/// Up to the closing quote: not one behind a backslash, and not one inside a word (`'it's'`).
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    let end = text.char_indices().find(|(at, c)| {
        let inside = text[at + c.len_utf8()..].starts_with(char::is_alphanumeric);
        let closes = *c == quote && !escaped && !inside;
        escaped = *c == '\\' && !escaped;
        closes
    });
    end.map_or(text.len(), |(at, _)| at)
}

/// A password may hold spaces and marks: up to the next `name=` or `name:`, or a mark that ends a part. Where "password:"
/// stands in a sentence this hides some words of it; a password shown would be worse.
pub(super) fn setting(text: &str) -> usize {
    for (at, word) in words(text) {
        let end = at + word.len();
        // What is hidden already is a whole value.
        if word == super::HIDDEN {
            return end;
        }
        if at > 0 && word.find(['=', ':']).is_some_and(|n| n > 0 && word[..n].bytes().all(is_name)) {
            return text[..at].trim_end().len();
        }
        if word.ends_with([',', ';', '|']) && end < text.len() {
            return end - 1;
        }
    }
    text.trim_end().len()
}

fn is_name(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')
}
