//! Statements of SQL that name their columns in one list and their values in the next.

use super::{super::span::Span, is_key};

/// `INSERT INTO x (host, user, password) VALUES ('mail.own.co.za', 'fred', 'Kudu7')`
pub(super) fn inserted(text: &str, spans: &mut Vec<Span<()>>) {
    let bytes = text.as_bytes();
    // Most texts hold no list at all.
    let closing = memchr::memchr_iter(b')', bytes);
    for close in closing {
        let behind = text[close + 1..].trim_start();
        let Some(values) = behind.get(..6).filter(|word| word.eq_ignore_ascii_case("values")).map(|_| &behind[6..])
        else {
            continue;
        };
        let Some(open) = text[..close].rfind('(') else { continue };
        let Some(nth) = cells(&text[open + 1..close]).position(|cell| is_key(cell.trim_matches(QUOTES))) else {
            continue;
        };
        // A row follows the other.
        let mut rest = values;
        while let Some(row) = rest.trim_start_matches([' ', ',']).strip_prefix('(') {
            let Some(cell) = cells(row).nth(nth) else { break };
            let value = cell.trim_matches(QUOTES);
            let from = value.as_ptr() as usize - text.as_ptr() as usize;
            spans.push(Span::new(from, from + value.len(), ()));
            let Some(end) = row.find(')') else { break };
            rest = &row[end + 1..];
        }
    }
}

const QUOTES: [char; 5] = [' ', '\'', '"', '`', '\\'];

/// The cells of a list up to its bracket; what stands in quotes is parted by no mark.
fn cells(list: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(list);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut quote = None;
        let end = text.char_indices().find(|(_, c)| match quote {
            Some(open) => {
                quote = quote.filter(|_| *c != open);
                false
            }
            None => {
                quote = Some(*c).filter(|c| matches!(c, '\'' | '"'));
                matches!(c, ',' | ')')
            }
        });
        rest = end.filter(|(_, c)| *c == ',').map(|(at, _)| &text[at + 1..]);
        Some(end.map_or(text, |(at, _)| &text[..at]))
    })
}
