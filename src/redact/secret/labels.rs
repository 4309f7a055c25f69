//! What stands behind a label that no program uses, or was drawn: a key, a digest.

use crate::{knowledge::SecretNames, smtp::decoded};

use super::super::{
    field, server_name,
    shape_class::shape,
    span::{Span, runs},
    trace,
};

/// Characters of a line of a key.
const BLOCK: usize = 40;
/// Digits in hex behind a label of its own.
const HEX: usize = 8;
/// Characters of a token behind its maker's mark.
const PREFIXED: usize = 20;

/// All of these forms.
pub(super) fn forms(text: &str, spans: &mut Vec<Span<()>>) {
    drawn(text, spans);
    blocks(text, spans);
    prefixed(text, spans);
}

/// `salt=9f86d081...`, `hash: $2y$10$...`: what was drawn, behind a label that no program has for an id.
fn drawn(text: &str, spans: &mut Vec<Span<()>>) {
    let member = |b: u8| b.is_ascii_alphanumeric() || b"$./_+-".contains(&b);
    for (at, run) in runs(text, false, member).filter(|(_, run)| run.len() >= HEX && shape(run) != *run) {
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        let digest = trace::is_digest(run);
        let is_hex = run.bytes().all(|b| b.is_ascii_hexdigit()) && (1..run.len()).contains(&digits);
        let mixed = trace::is_mixed(run) && trace::is_drawn(run);
        let field = field::before(&text[..at]);
        let is_drawn = digest || mixed && !server_name::is_internet_name(run) || is_hex && field.mark.is_some();
        // A word that only stands before it is its label where nothing has that form but a digest or a token.
        let labelled = field.mark.is_some() || digest || trace::is_token(run);
        if !is_drawn || !labelled || is_hex && !digest && !field.name.ends_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let coded = field.mark == Some('=') && mixed && field.name.eq_ignore_ascii_case("code");
        if field.is_strange() || coded {
            spans.push(Span::new(at, at + run.len(), ()));
        }
    }
}

/// `ghp_x2Hk...`, `sk_live_x2Hk...`, `xoxb-41-x2Hk...`: what was drawn behind small letters that say who drew it.
fn prefixed(text: &str, spans: &mut Vec<Span<()>>) {
    for (at, run) in runs(text, false, |b| b.is_ascii_alphanumeric() || b"_-".contains(&b)) {
        let Some((maker, token)) = run.rsplit_once(['_', '-']) else { continue };
        let small = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-".contains(&b);
        let digest = trace::is_digest(token);
        // `key-`, `api-`: they say what it opens.
        let opens = || maker.ends_with("key") || SecretNames::builtin().is_name_in_two(maker, "key");
        let drawn = digest || token.len() >= PREFIXED && trace::is_mixed(token) || trace::is_drawn(token) && opens();
        if maker.bytes().all(small) && maker.starts_with(|c: char| c.is_ascii_lowercase()) && drawn {
            spans.push(Span::new(at, at + run.len(), ()));
        }
    }
}

/// A line of a key: base64 without an end, which is no id of a mail before its host.
fn blocks(text: &str, spans: &mut Vec<Span<()>>) {
    let member = |b: u8| b.is_ascii_alphanumeric() || b"+/=".contains(&b);
    for (at, run) in runs(text, false, member) {
        // What a server tells in JSON of a refused token is text (RFC 7628 section 3.2.2).
        let text_of = || decoded(run.trim_end_matches('=').as_bytes()).is_some_and(|text| text.is_ascii());
        if run.len() >= BLOCK
            && trace::is_mixed(run)
            && !text_of()
            && !text[at + run.len()..].starts_with(['@', '.', '-', '_'])
        {
            // `name=` is no part of it; padding stands at the end.
            let name = run.trim_end_matches('=').rfind('=').map_or(0, |n| n + 1);
            spans.push(Span::new(at + name, at + run.len(), ()));
        }
    }
}
