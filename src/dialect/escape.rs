//! Backslash escapes of quoted strings, as Python's `repr`, JSON, C and C# write them, and the entities of HTML.

use crate::{container::entity, hex};

/// Appends `text` to `out` with its escapes undone. What is no escape stays as it is: a path such as `C:\mtm2` may hold
/// a lone backslash. A text that ends in a line end escaped twice (Python's `repr` in JSON) is undone twice.
pub(crate) fn unescape(text: &[u8], out: &mut Vec<u8>) {
    if is_twice(text) {
        let mut once = Vec::with_capacity(text.len());
        undo(text, &mut once);
        undo(&once, out);
    } else {
        undo(text, out);
    }
}

fn is_twice(text: &[u8]) -> bool {
    text.ends_with(ESCAPED_TWICE)
}

/// A line end that was escaped twice.
const ESCAPED_TWICE: &[u8] = br"\\r\\n";

/// Where the quote closes: not where it is escaped or doubled.
pub(super) fn closing_quote(text: &[u8], quote: u8) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = memchr::memchr2(quote, b'\\', text.get(at..)?).map(|found| at + found) {
        at = if text[found] == b'\\' || text.get(found + 1) == Some(&quote) { found + 2 } else { return Some(found) };
    }
    None
}

fn undo(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..at]);
        let after = &rest[at + 1..];
        let (byte, used) = match after {
            [b'r', ..] => (Some(b'\r'), 1),
            [b'n', ..] => (Some(b'\n'), 1),
            [b't', ..] => (Some(b'\t'), 1),
            [b'0', ..] => (Some(0), 1),
            [quoted @ (b'\\' | b'\'' | b'"' | b'/'), ..] => (Some(*quoted), 1),
            [b'x', high, low, ..] => (hex::byte(&[*high, *low]), 3),
            [b'u', a, b, c, d, ..] => match hex::number(&[*a, *b, *c, *d]).and_then(char::from_u32) {
                Some(c) if c.is_ascii() => (u8::try_from(c).ok(), 5),
                Some(c) => {
                    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                    rest = &after[5..];
                    continue;
                }
                None => (None, 0),
            },
            _ => (None, 0),
        };
        match byte {
            Some(byte) => {
                out.push(byte);
                rest = &after[used..];
            }
            None => {
                out.push(b'\\');
                rest = after;
            }
        }
    }
    out.extend_from_slice(rest);
}

/// `text` escaped as often as `like` is, so that [`unescape`] gives it back; quotes of both kinds are escaped, as either
/// may be around it.
pub(crate) fn escape(text: &[u8], like: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 8);
    escape_once(text, &mut out);
    if is_twice(like) {
        escape_once(&std::mem::take(&mut out), &mut out);
    }
    out
}

fn escape_once(text: &[u8], out: &mut Vec<u8>) {
    for &byte in text {
        match byte {
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\\' | b'\'' | b'"' => out.extend_from_slice(&[b'\\', byte]),
            byte => out.push(byte),
        }
    }
}

/// `text` with its entities undone; what is none stays as it is.
pub(crate) fn from_html(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest) {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let (length, byte) = entity::entity(rest).unwrap_or((1, b'&'));
        out.push(byte);
        rest = &rest[length..];
    }
    out.extend_from_slice(rest);
    out
}

/// `text` with entities for its marks, so that [`from_html`] gives it back.
pub(crate) fn to_html(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for byte in text {
        match entity::of_mark(*byte) {
            Some(entity) => out.extend_from_slice(entity),
            None => out.push(*byte),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_escaped_as_often_reads_the_same() {
        for like in [&br"250 it\'s\r\n"[..], br"250-it\\'s\\r\\n250 Ok\\r\\n", br"250 Ok\t", b"x"] {
            let mut plain = Vec::new();
            unescape(like, &mut plain);
            let mut again = Vec::new();
            unescape(&escape(&plain, like), &mut again);
            assert_eq!(again, plain, "{}", String::from_utf8_lossy(like));
        }
        assert_eq!(escape(b"it\r\n", br"220 Hi\\r\\n"), br"it\\r\\n");
        assert_eq!(escape(b"it\r\n", br"220 Hi\r\n"), br"it\r\n");
    }

    #[test]
    fn entities_are_undone_and_written() {
        let plain = b"RCPT TO:<a&b@c.d> \"it's\" &amp";
        assert_eq!(from_html(&to_html(plain)), plain);
        assert_eq!(from_html(b"&lt;a&gt;&nbsp;&#039;&#39;&quot; & &bogus; &"), b"<a> ''\" & &bogus; &");
    }

    #[test]
    fn known_answers() {
        let of = |text: &str| {
            let mut out = Vec::new();
            unescape(text.as_bytes(), &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(of(r"250 Ok\r\n"), "250 Ok\r\n");
        assert_eq!(of(r"250-it\\'s\\r\\n250 \\tOk\\r\\n"), "250-it's\r\n250 \tOk\r\n");
        assert_eq!(of(r"RCPT TO:\u003ca@b.c\u003e"), "RCPT TO:<a@b.c>");
        assert_eq!(of(r"it\'s \x41 C:\mtm2 \"), r"it's A C:\mtm2 \");
        assert_eq!(of(r"caf\u00e9 \u12"), "caf\u{e9} \\u12");
    }
}
