//! Marks of people in free text that are no address and no number: a word by which one is known, a file, words in another
//! encoding.

use crate::{base64, hex};

use super::{
    pseudonym::{Kind, Pseudonyms},
    span::{Span, runs, words},
};

/// Something personal in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Personal {
    Address,
    /// With `%40` or `+40` for its `@`.
    EncodedAddress,
    /// A word by which somebody is known, or his domain.
    Known,
    /// A name of a file; what kind of file it is stays, as that decides many a refusal.
    File,
    Hidden,
    Thing(Kind),
}

/// Characters of a name or a subject that are looked at: a line full of quotes is still read in one go.
const FAR: usize = 300;

/// `fred%40own.co.za` in a link, `fred+40own.co.za` in ORCPT (RFC 3461).
pub(super) fn encoded_addresses(text: &str, spans: &mut Vec<Span<Personal>>) {
    for mark in ["%40", "+40"] {
        let mut done = 0;
        for (at, _) in text.match_indices(mark) {
            let inner = |c: char| c.is_alphanumeric() || "._-".contains(c);
            let local = text[done..at].len() - text[done..at].trim_end_matches(inner).len();
            let tail = &text[at + mark.len()..];
            let domain = tail.find(|c| !inner(c)).unwrap_or(tail.len());
            let domain = tail[..domain].trim_end_matches(['.', '-', '_']).len();
            if local > 0 && tail[..domain].contains('.') {
                done = at + mark.len() + domain;
                spans.push(Span::new(at - local, done, Personal::EncodedAddress));
            }
        }
    }
}

/// Words by which people and PCs are known from elsewhere in the log, and the domain beside one.
pub(super) fn known_words(text: &str, stand_ins: &Pseudonyms, spans: &mut Vec<Span<Personal>>) {
    /// Characters between a mailbox and its domain: ` at `, `[at]`.
    const GAP: usize = 5;
    let mut last: Option<usize> = None;
    let mut domain: Option<(usize, usize)> = None;
    for (at, run) in runs(text, true, |b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-')) {
        let word = run.trim_matches(['.', '-', '_']);
        let at = at + run.len() - run.trim_start_matches(['.', '-', '_']).len();
        let near = |from: usize, to: usize| to.checked_sub(from).is_some_and(|gap| gap <= GAP);
        let mut hidden = Vec::new();
        if stand_ins.known(word).is_some() {
            hidden.extend(domain.filter(|(_, to)| near(*to, at)));
            hidden.push((at, at + word.len()));
        } else if stand_ins.is_hidden_domain(word) {
            // `to=<a@b.example> ... no such domain b.example`, but not a server with its port.
            let end = at + word.len();
            let of_address = || text.contains(&format!("@{word}")) && !text[end..].starts_with(':');
            let is_alone = || !text[..at].ends_with('@') && of_address();
            if last.is_some_and(|last| near(last, at)) || is_alone() {
                hidden.push((at, at + word.len()));
            } else {
                domain = Some((at, at + word.len()));
            }
        } else if !word.contains('.') {
            // Of a server's name no part is a person's.
            let parts = runs(word, true, |b| b.is_ascii_alphanumeric());
            let known = parts.filter(|(_, part)| stand_ins.known(part).is_some());
            hidden.extend(known.map(|(from, part)| (at + from, at + from + part.len())));
        }
        for (from, to) in hidden {
            spans.push(Span::new(from, to, Personal::Known));
            last = Some(to);
        }
    }
}

/// `Botha_stmt.pdf`: names of documents tell whose they are.
pub(super) fn files(text: &str, spans: &mut Vec<Span<Personal>>) {
    const KINDS: [&str; 32] = [
        "7z", "bat", "bmp", "csv", "doc", "docm", "docx", "eml", "exe", "gif", "gz", "iso", "jpeg", "jpg", "js", "msg",
        "odt", "pdf", "png", "ppt", "pptx", "rar", "rtf", "scr", "tif", "tiff", "vbs", "xls", "xlsm", "xlsx", "xml",
        "zip",
    ];
    for (at, word) in words(text) {
        if word.contains("://") {
            continue;
        }
        let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        let Some((name, kind)) = bare.rsplit_once('.') else { continue };
        if !KINDS.contains(&kind.to_ascii_lowercase().as_str()) {
            continue;
        }
        let edge = |c: char| "\"'<>()[]{}=:;,/\\|".contains(c);
        let mut from = at + name.rfind(edge).map_or(0, |n| n + 1);
        // A name in quotes may hold blanks.
        let closed = text[at + bare.len()..].starts_with(['"', '\'']);
        if let Some(open) = before(text, at + name.len()).filter(|_| closed) {
            from = if !text[open..from.max(open)].contains(['/', '\\']) { open.min(from) } else { from };
        }
        if from < at + name.len() {
            spans.push(Span::new(from, at + bare.len(), Personal::File));
        }
    }
}

/// Behind the nearest quote before a place, not far from it.
fn before(text: &str, at: usize) -> Option<usize> {
    let from = text[..at].char_indices().rev().take(FAR).last().map_or(at, |(from, _)| from);
    text[from..at].rfind(['"', '\'']).map(|n| from + n + 1)
}

/// Words that are written so that programs can read them: `=?utf-8?B?...?=`, `%5A%6B`, `=5A=6B`, hex and base64 of text.
pub(super) fn encodings(text: &str, spans: &mut Vec<Span<Personal>>) {
    let mut rest = 0;
    while let Some(at) = text[rest..].find("=?").map(|n| rest + n) {
        let end = text[at + 2..].find("?=").map_or(text.len(), |n| at + 4 + n);
        spans.push(Span::new(at, end, Personal::Hidden));
        rest = end;
    }
    for (mark, digits, least) in [("%", 2, 4), ("=", 2, 4), ("&#", 6, 2), ("\\u", 4, 2)] {
        numbers(text, mark, digits, least, spans);
    }
    for (at, run) in runs(text, false, |b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=')) {
        let hex = run.len().is_multiple_of(2) && run.bytes().all(|b| b.is_ascii_hexdigit());
        let decoded =
            if hex { hex::bytes(run.as_bytes()) } else { base64::decoded(run.trim_end_matches('=').as_bytes()) };
        // Of a short one every character must be one of a name.
        let name = |text: &[u8]| text.len() >= SHORTEST_NAME && std::str::from_utf8(text).is_ok_and(is_name);
        let long = run.len() >= 16;
        let writing = decoded.is_some_and(|decoded| if long { is_writing(&decoded) } else { name(&decoded) });
        if writing && !super::allow_list::is_known(run) {
            spans.push(Span::new(at, at + run.len(), Personal::Hidden));
        }
    }
}

/// Bytes of a name that is known in another encoding: a shorter one may be anything.
const SHORTEST_NAME: usize = 4;

fn is_name(text: &str) -> bool {
    text.chars().all(|c| c.is_alphabetic() || " -'.".contains(c))
}

/// `&#77;&#112;`, `\u004d\u0070`, `%4D%70`: letters by their numbers of at most so many digits, and so many in a row at least.
fn numbers(text: &str, mark: &str, most: usize, least: usize, spans: &mut Vec<Span<Personal>>) {
    let (mut from, mut to, mut count) = (0, 0, 0);
    for (at, _) in text.match_indices(mark) {
        let digit = |b: &u8| b.is_ascii_hexdigit() || *b == b'x' && mark == "&#";
        let digits = text[at + mark.len()..].bytes().take(most).take_while(digit).count();
        if digits < 2 {
            continue;
        }
        if at != to {
            (from, count) = (at, 0);
        }
        to = at + mark.len() + digits;
        to += usize::from(text[to..].starts_with(';'));
        count += 1;
        if count >= least {
            spans.push(Span::new(from, to, Personal::Hidden));
        }
    }
}

/// Somebody wrote it: letters and blanks. An id that a program drew hardly decodes to that.
fn is_writing(decoded: &[u8]) -> bool {
    let letters = decoded.iter().filter(|b| b.is_ascii_alphabetic() || **b == b' ').count();
    decoded.iter().all(|b| (b' '..=b'~').contains(b)) && letters * 10 >= decoded.len() * 8
}
