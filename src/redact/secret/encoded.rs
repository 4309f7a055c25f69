//! Text whose marks are written as numbers, as links, JSON, HTML and quoted-printable do: what is meant, and where it stands.

use crate::{container::entity, hex};

/// A text as it is meant.
pub(crate) struct Plain {
    pub(crate) text: String,
    /// For each of its bytes, and its end, where that stands in what is written.
    places: Vec<usize>,
}

impl Plain {
    pub(crate) fn place(&self, at: usize) -> usize {
        self.places.get(at).or(self.places.last()).copied().unwrap_or_default()
    }
}

/// How often a text is looked at: a string of JSON in a page of HTML is written so twice.
const NESTED: usize = 3;
/// Backslashes before the number of a mark, of which each string in a string has one more.
const SLASHES: usize = 8;

/// The text with numbers undone; `None` where nothing is written so.
pub(crate) fn plain(text: &str) -> Option<Plain> {
    let mut plain = undone(text)?;
    for _ in 1..NESTED {
        let Some(Plain { text, places }) = undone(&plain.text) else { break };
        plain = Plain { text, places: places.iter().map(|at| plain.place(*at)).collect() };
    }
    Some(plain)
}

fn undone(text: &str) -> Option<Plain> {
    if !text.bytes().any(|b| matches!(b, b'%' | b'=' | b'\\' | b'&')) && !text.contains("\"\"") {
        return None;
    }
    let mut plain = Plain { text: String::with_capacity(text.len()), places: Vec::with_capacity(text.len() + 1) };
    let (mut at, mut undone) = (0, false);
    while let Some(c) = text[at..].chars().next() {
        let (shown, len) = match number(&text[at..]) {
            Some((shown, len)) => {
                undone = true;
                (shown, len)
            }
            None => (c, c.len_utf8()),
        };
        plain.text.push(shown);
        plain.places.extend((0..shown.len_utf8()).map(|n| if len == c.len_utf8() { at + n } else { at }));
        at += len;
    }
    plain.places.push(text.len());
    undone.then_some(plain)
}

/// The printable ASCII character, or the letter, that is written here, and how long it is written.
fn number(rest: &str) -> Option<(char, usize)> {
    let hex = |from: usize, len: usize| hex::number(rest.as_bytes().get(from..from + len)?);
    let (code, len) = match rest.as_bytes()[0] {
        b'%' | b'=' => (hex(1, 2)?, 3),
        // A cell of a table doubles its quotes (RFC 4180).
        b'"' if rest.starts_with("\"\"") => return Some(('"', 2)),
        b'\\' => {
            let mark = rest.bytes().take(SLASHES).take_while(|b| *b == b'\\').count();
            let digits = if rest[mark..].starts_with(['u', 'U']) { 4 } else { 2 };
            (rest[mark..].starts_with(['u', 'U', 'x']).then(|| hex(mark + 1, digits))??, mark + 1 + digits)
        }
        b'&' => entity::character(rest.as_bytes()).map(|(len, shown)| (u32::from(shown), len))?,
        _ => return None,
    };
    let c = char::from_u32(code).filter(|c| (' '..='~').contains(c) || c.is_alphabetic())?;
    // `a=20` is a setting more often than a space; letters are seldom written so outside of links.
    (rest.as_bytes()[0] != b'=' || c == '=').then_some((c, len))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_undone_with_their_places() {
        let plain = plain("p\\u0061ss%3d&quot;x&#34;\u{e9} a=3Db").unwrap();
        assert_eq!(plain.text, "pass=\"x\"\u{e9} a=b");
        assert_eq!((plain.place(0), plain.place(1), plain.place(2), plain.place(4)), (0, 1, 7, 9));
        assert_eq!(plain.place(plain.text.len()), "p\\u0061ss%3d&quot;x&#34;\u{e9} a=3Db".len());
        assert_eq!(super::plain("%2541 \\\\u0042 &amp;#67;").unwrap().text, "A B C");
        assert!(super::plain("a=b 100% \\x &nothing; \u{e9}").is_none());
    }
}
