//! Cells between marks (RFC 4180, with any mark): quoted where a writer thought it needed, quotes doubled inside.

use super::Path;
use crate::source::find_short;

/// ```abnf
/// record = cell *( mark cell )
/// cell   = DQUOTE *( any byte but DQUOTE / 2DQUOTE ) DQUOTE / *( any byte )
/// ```
pub(super) fn take_apart<'a>(line: &'a [u8], mark: &[u8], field: &mut dyn FnMut(&Path<'a>, &'a [u8])) -> bool {
    let root = Path::default();
    let mut rest = Some(line.trim_ascii_end_unless(mark));
    let mut number = 0;
    while let Some(text) = rest {
        number += 1;
        let (cell, after) = quoted(text, mark).unwrap_or_else(|| match find_short(text, mark) {
            Some(at) => (&text[..at], Some(&text[at + mark.len()..])),
            None => (text, None),
        });
        field(&root.nth(b"", number), cell.trim_ascii());
        rest = after;
    }
    number > 1
}

trait Trim {
    fn trim_ascii_end_unless(&self, mark: &[u8]) -> &[u8];
}

impl Trim for [u8] {
    /// Without blanks at the end, but where they may be marks of empty cells.
    fn trim_ascii_end_unless(&self, mark: &[u8]) -> &[u8] {
        if mark.iter().any(u8::is_ascii_whitespace) { self } else { self.trim_ascii_end() }
    }
}

/// A quoted cell and what follows its mark; none where the quote belongs to the text.
fn quoted<'a>(text: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], Option<&'a [u8]>)> {
    let inside = text.trim_ascii_start().strip_prefix(b"\"")?;
    let mut at = 0;
    loop {
        at += memchr::memchr(b'"', inside.get(at..)?)?;
        if inside.get(at + 1) != Some(&b'"') {
            break;
        }
        at += 2;
    }
    let after = &inside[at + 1..];
    match after.strip_prefix(mark) {
        Some(rest) => Some((&inside[..at], Some(rest))),
        None => after.trim_ascii().is_empty().then_some((&inside[..at], None)),
    }
}
