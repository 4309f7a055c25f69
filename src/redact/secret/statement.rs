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
        let (names, _) = cells(&text[open + 1..=close]);
        let Some(nth) = names.iter().position(|cell| is_key(cell.trim_matches(QUOTES))) else {
            continue;
        };
        // A row follows the other.
        let mut rest = values;
        while let Some(row) = rest.trim_start_matches([' ', ',']).strip_prefix('(') {
            let (values, behind) = cells(row);
            let Some(cell) = values.get(nth) else { break };
            let value = cell.trim_matches(QUOTES);
            let from = value.as_ptr() as usize - text.as_ptr() as usize;
            spans.push(Span::new(from, from + value.len(), ()));
            rest = behind;
        }
    }
}

const QUOTES: [char; 5] = [' ', '\'', '"', '`', '\\'];

/// The cells of a list up to its bracket, and what stands behind that. What stands in quotes is parted by no mark; a quote
/// is closed by one that is escaped as it is.
fn cells(list: &str) -> (Vec<&str>, &str) {
    let (mut cells, mut from, mut escaped) = (Vec::new(), 0, false);
    let mut quote: Option<(char, bool)> = None;
    for (at, c) in list.char_indices() {
        let escape = escaped;
        escaped = c == '\\' && !escape;
        match (quote, c) {
            (Some(open), '\'' | '"') => quote = if open == (c, escape) { None } else { quote },
            (None, '\'' | '"') => quote = Some((c, escape)),
            (None, ',' | ')') => {
                cells.push(&list[from..at]);
                from = at + 1;
                if c == ')' {
                    return (cells, &list[from..]);
                }
            }
            _ => {}
        }
    }
    cells.push(&list[from..]);
    (cells, "")
}
