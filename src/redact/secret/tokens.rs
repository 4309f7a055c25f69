//! Secrets that are known by their own form or by the word before them: URLs with a password, answers of AUTH, tokens.

use std::cell::LazyCell;

use crate::{
    base64::decoded,
    smtp::{self, AnswerPart, AuthMechanism},
};

use super::super::span::{Span, runs, words};

/// `scheme://user:password@host`
pub(super) fn url_credentials(text: &str, spans: &mut Vec<Span<()>>) {
    let mut rest = text;
    // For three bytes in a short text the search of `str` takes longer to set up than to search.
    while let Some(i) = memchr::memmem::find(rest.as_bytes(), b"://") {
        rest = &rest[i + 3..];
        let start = text.len() - rest.len();
        // Only as far as the next link, so that a text full of them is still read once.
        let next = rest.find("://").unwrap_or(rest.len());
        let end = rest[..next].find(|c: char| c.is_whitespace() || "\"<>".contains(c)).unwrap_or(next);
        let word = &rest[..end];
        let authority = word.split('/').next().unwrap_or(word);
        // A password may hold a slash; then what follows the colon is no port.
        let port = |a: &str| a.split_once(':').is_none_or(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
        let at = authority.rfind('@').or_else(|| if port(authority) { None } else { word.rfind('@') });
        if let Some(at) = at.filter(|at| *at > 0) {
            spans.push(Span::new(start, start + at, ()));
        }
    }
}

/// AUTH PLAIN decoded by a writer: `\0name\0Kudu!7`.
pub(super) fn nul_marks(text: &str, spans: &mut Vec<Span<()>>) {
    const MARKS: [&str; 5] = ["\\x00", "\\u0000", "\\000", "^@", "\\0"];
    if memchr::memchr2(b'\\', b'^', text.as_bytes()).is_none() {
        return;
    }
    for mark in MARKS {
        let mut places = text.match_indices(mark);
        let (Some((first, _)), Some((second, _))) = (places.next(), places.next()) else { continue };
        // A run of them is a hole in the file.
        let between = &text[first + mark.len()..second];
        if between.is_empty() || between.len() > 200 {
            continue;
        }
        let rest = &text[second..];
        let to = second + rest.find(char::is_whitespace).unwrap_or(rest.len());
        spans.push(Span::new(first, to, ()));
        return;
    }
}

/// `AUTH PLAIN <answer>` and `Bearer <token>`
pub(super) fn auth_arguments(text: &str, spans: &mut Vec<Span<()>>) {
    if !names(text, b'u', 1, b"auth") && !names(text, b'b', 0, b"bearer") {
        return;
    }
    let ends_with = |word: &str, what: &str| {
        let tail = word.len().checked_sub(what.len()).and_then(|at| word.split_at_checked(at));
        tail.is_some_and(|(head, tail)| tail.eq_ignore_ascii_case(what) && !head.ends_with(char::is_alphanumeric))
    };
    let (mut auth, mut mechanism, mut bearer) = (false, false, false);
    for (at, word) in words(text) {
        // Where the lines of a reply are joined, what follows belongs to the next one: `LOGIN\n250-STARTTLS`.
        let first = word.split('\\').next().unwrap_or(word);
        let is_mechanism = (auth || mechanism) && AuthMechanism::from_wire(first.as_bytes()).is_some();
        if mechanism && !is_mechanism && is_answer(word) || bearer && is_bearer(word) {
            spans.push(Span::new(at, at + word.len(), ()));
        }
        mechanism = auth && is_mechanism;
        auth = ends_with(word, "AUTH");
        bearer = ends_with(word, "Bearer");
    }
}

/// The text holds this word in any case. Looks only where its rare letter stands, which is at `place` in it.
fn names(text: &str, rare: u8, place: usize, word: &[u8]) -> bool {
    let text = text.as_bytes();
    memchr::memchr2_iter(rare, rare.to_ascii_uppercase(), text).any(|at| {
        let found = at.checked_sub(place).and_then(|start| text.get(start..start + word.len()));
        found.is_some_and(|found| found.eq_ignore_ascii_case(word))
    })
}

/// Anything that is no plain word of a sentence ("AUTH LOGIN failed") and no mask. When in doubt it is an answer.
fn is_answer(word: &str) -> bool {
    let bare = word.trim_end_matches(['.', ',', ';', ':', '!', ')', '"', '\'']);
    let sentence =
        bare.bytes().skip(1).all(|b| b.is_ascii_lowercase()) && bare.bytes().all(|b| b.is_ascii_alphabetic());
    let readable = || base64(bare).is_some_and(|d| d.iter().all(|b| (b' '..=b'~').contains(b)));
    let mask = word.starts_with(['*', '[', '(', '<']) || word == "=";
    !mask && (!sentence || readable())
}

fn is_bearer(word: &str) -> bool {
    let token = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'~' | b'+' | b'/' | b'=' | b'-');
    word.bytes().all(token) && (word.len() >= 16 || word.bytes().any(|b| b.is_ascii_digit()))
}

/// Base64 that decodes to a sign-in, wherever it stands, and the tokens of OAuth 2.
pub(super) fn tokens(text: &str, spans: &mut Vec<Span<()>>) {
    // Where a text says that it is base64, what comes out need not look like a sign-in.
    let told = LazyCell::new(|| names(text, b'6', 4, b"base64") || names(text, b'6', 1, b"b64"));
    let coded = runs(text, false, |b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='));
    for (at, run) in coded.filter(|(_, run)| run.len() >= SHORTEST_CODE) {
        // `token=cGFz...`: the part after a leading name; padding stands at the end.
        let padding = run.len() - run.trim_end_matches('=').len();
        let head = run[..run.len() - padding].rfind('=').map_or(0, |n| n + 1);
        if run.len() - head >= SHORTEST_CODE
            && may_be_text(&run.as_bytes()[head..])
            && base64(&run[head..]).is_some_and(|d| *told && d.iter().all(u8::is_ascii_graphic) || is_sign_in(&d))
        {
            spans.push(Span::new(at + head, at + run.len(), ()));
        }
    }
    if !names(text, b'y', 1, b"eyj") && !names(text, b'y', 0, b"ya29.") {
        return;
    }
    for (at, run) in runs(text, false, |b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')) {
        let jwt = run.starts_with("eyJ") && run.len() > 40 && run.bytes().filter(|b| *b == b'.').count() == 2;
        if jwt || run.starts_with("ya29.") {
            spans.push(Span::new(at, at + run.len(), ()));
        }
    }
}

/// Digits of base64 that are looked at.
const SHORTEST_CODE: usize = 8;

/// Base64 of at least eight digits begins like text, which a word that is no base64 hardly does.
fn may_be_text(run: &[u8]) -> bool {
    let head = decoded(&run[..SHORTEST_CODE]);
    head.is_none_or(|head| std::str::from_utf8(&head).is_ok_and(is_text) || is_cut(&head))
}

/// Text that breaks off within its last character.
fn is_cut(head: &[u8]) -> bool {
    std::str::from_utf8(head).is_err_and(|error| error.error_len().is_none())
}

/// No control characters but those that stand in a sign-in.
fn is_text(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() && !matches!(c, '\0' | '\x01' | '\r' | '\n'))
}

/// Decoded base64 is what a client answers in an AUTH exchange: PLAIN, XOAUTH2, OAUTHBEARER, NTLM, CRAM-MD5,
/// or the address of LOGIN.
fn is_sign_in(decoded: &[u8]) -> bool {
    if decoded.starts_with(b"NTLMSSP") {
        return true;
    }
    let mut told = memchr::memmem::find(decoded, b"user=").is_some();
    smtp::answer_parts(decoded, |part, text| told |= part == AnswerPart::User && !text.is_empty());
    // A queue id can decode to anything; only text counts.
    let Ok(text) = std::str::from_utf8(decoded) else { return false };
    if !is_text(text) {
        return false;
    }
    let printable = text.chars().any(|c| !c.is_control());
    let address = text.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'));
    // Basic of RFC 7617: a name and a password.
    let pair = text.split_once(':').is_some_and(|(user, password)| {
        user.len() >= 2 && password.len() >= SHORTEST_PASSWORD && !password.starts_with("//") && !password.contains(':')
    });
    let graphic = text.bytes().all(|b| b.is_ascii_graphic());
    let pair = pair && graphic;
    // An answer of LOGIN that is no word; the details of a refused token are JSON (RFC 7628 section 3.2.2).
    let typed = graphic
        && text.len() >= SHORTEST_ANSWER
        && !text.contains('"')
        && !super::is_sentence(text)
        && !super::is_known_all(text);
    text.contains('\0') && printable || super::odd::is_number(text) || told || address || pair || typed
}

/// Characters of a decoded answer that is known by its form alone; a shorter one may be chance.
const SHORTEST_ANSWER: usize = 8;

/// Characters of a password behind a name and a colon.
const SHORTEST_PASSWORD: usize = 4;

/// Any number of `=` may follow: settings dumps cut and pad as they like.
fn base64(text: &str) -> Option<Vec<u8>> {
    decoded(text.trim_end_matches('=').as_bytes())
}
