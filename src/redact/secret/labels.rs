//! What stands behind a label that no program uses, or was drawn: a key, a digest.

use super::super::{
    field, server_name,
    shape_class::is_shape,
    span::{Span, runs},
    trace,
};

/// Digits in hex behind a label of its own.
const HEX: usize = 8;

/// `salt=9f86d081...`, `hash: $2y$10$...`: what was drawn, behind a label that no program has for an id.
pub(super) fn drawn(text: &str, spans: &mut Vec<Span<()>>) {
    let member = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'$' | b'.' | b'/' | b'_' | b'+' | b'-');
    for (at, run) in runs(text, false, member).filter(|(_, run)| run.len() >= HEX && !is_shape(run)) {
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
