//! How a text is taken apart into words.

use std::borrow::Cow;

use bstr::ByteSlice;

use crate::knowledge::{is_word_byte, parts_compound};

/// The text with `none` where a value should be and is not: `returned ""`, `"error":""`, `error:;status:ok`.
pub(super) fn with_values(text: &[u8]) -> Cow<'_, [u8]> {
    let is_empty = |at: &usize| {
        let value = text[at + 1..].trim_ascii_start();
        value.starts_with(b"\"\"") || value.starts_with(b"[]") || value.first().is_some_and(|b| b",;|}".contains(b))
    };
    let marks = memchr::memchr3_iter(b' ', b':', b'=', text);
    let empty: Vec<usize> =
        marks.filter(|at| text[*at] != b' ' || text[at + 1..].starts_with(b"\"\"")).filter(is_empty).collect();
    let Some(last) = empty.last() else { return Cow::Borrowed(text) };
    let starts = std::iter::once(0).chain(empty.iter().map(|at| at + 1));
    let parts = starts.zip(&empty).map(|(start, at)| &text[start..=*at]);
    let filled = parts.flat_map(|part| [part, b" none "]).chain([&text[last + 1..]]);
    Cow::Owned(filled.collect::<Vec<_>>().concat())
}

/// The text without the marks within words: `can't`, `e-mail` and `time out` are one word each.
pub(super) fn with_joined_words(text: &[u8]) -> Cow<'_, [u8]> {
    let letter = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_alphabetic);
    let parts = |at: usize| matches!(text[at], b' ' | b'-') && parts_compound(text, at);
    let joins = |at: usize| letter(at.checked_sub(1)) && letter(Some(at + 1)) && (text[at] == b'\'' || parts(at));
    // `0 message(s) sent`
    let plural: Vec<usize> = memchr::memmem::find_iter(text, b"(s)").filter(|at| letter(at.checked_sub(1))).collect();
    if plural.is_empty() && !memchr::memchr3_iter(b'\'', b'-', b' ', text).any(joins) {
        return Cow::Borrowed(text);
    }
    let left_out = |at: usize| joins(at) || plural.iter().any(|from| (*from..from + 3).contains(&at));
    (0..text.len()).filter(|at| !left_out(*at)).map(|at| text[at]).collect()
}

/// The parts between the marks that may stand around an address or the name of a host.
pub(super) fn plain_parts(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let ends = |b: &u8| {
        matches!(b, b' ' | b'\t' | b',' | b';' | b'<' | b'>' | b'(' | b')' | b'"' | b'\'' | b'=' | b'[' | b']')
    };
    let unmarked = move |part: &[u8]| part.len() - usize::from(part.last().is_some_and(|b| ends(b) && *b != b'='));
    text.split_inclusive(ends).map(move |part| &part[..unmarked(part)])
}

/// The words, each with what stands behind it; a number with a part behind its dot is one: `0.9`, `5.1.1`.
pub(super) fn plain_words(text: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let begins = |at: &usize| is_word_byte(text[*at]) && !(text[*at] == b'n' && *at > 0 && text[*at - 1] == b'\\');
        // The letter of an escaped end of a line is no word: `sent\n"`.
        let start = (at..text.len()).find(begins)?;
        let joins = |at: usize| {
            text[at] == b'.' && [at - 1, at + 1].iter().all(|at| text.get(*at).is_some_and(u8::is_ascii_digit))
        };
        let end = (start..text.len()).find(|at| !is_word_byte(text[*at]) && !joins(*at)).unwrap_or(text.len());
        at = end;
        Some((&text[start..end], &text[end..]))
    })
}

/// The text behind a word, without the dots that lead to the next: `mail server ... OK`.
pub(super) fn led(behind: &[u8]) -> &[u8] {
    let dots = behind.iter().position(|b| !b" .".contains(b)).unwrap_or(behind.len());
    if behind[..dots].contains(&b'.') && behind[..dots].ends_with(b" ") && dots > 2 {
        &behind[dots - 1..]
    } else {
        behind
    }
}

/// Of an address only what stands behind it: `done` of `a@b.example...done`, nothing of `a@b.example`.
pub(super) fn behind_address(part: &[u8]) -> &[u8] {
    let Some(at) = memchr::memrchr(b'@', part) else { return part };
    let dots = memchr::memmem::find(&part[at..], b"..").map_or(part.len(), |dots| at + dots);
    let host = part[at + 1..dots].iter().take_while(|b| b.is_ascii_alphanumeric() || b".-".contains(b)).count();
    part[at + 1 + host..].trim_start_with(|c| c == '.')
}

/// `mail.example.co.za:25`, `192.0.2.7`, but `...sent`: classes of programs are written with capitals.
pub(super) fn is_host(part: &[u8]) -> bool {
    part.iter().filter(|b| **b == b'.').count() >= 2
        && memchr::memmem::find(part, b"..").is_none()
        && part.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-:".contains(b))
}
