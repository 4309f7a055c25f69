//! Bytes to text that a terminal may print.

use std::fmt::Write;

use crate::source::to_text;

/// The bytes as text in which nothing moves the cursor, colours, hides or turns around what a reader sees.
pub(super) fn visible_bytes(bytes: &[u8]) -> String {
    visible(&to_text(bytes))
}

/// Nearly every text: ASCII with nothing to write out.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| (b' '..=b'~').contains(&b))
}

/// The text with control characters, escape codes and bidi controls written out (`\x1b`, `\u{202e}`); a tab is a space.
/// Line ends at the end of the text mean nothing and go.
pub(super) fn visible(text: &str) -> String {
    let text = text.trim_end_matches(['\r', '\n']);
    if is_plain(text) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        // Within a word they would part it into pieces that are other words.
        if is_within_word(c)
            && out.ends_with(char::is_alphanumeric)
            && chars.peek().is_some_and(|c| c.is_alphanumeric())
        {
            continue;
        }
        // Writing to a String cannot fail.
        let _ = match c {
            '\t' => out.write_char(' '),
            c if c.is_control() => write!(out, "\\x{:02x}", u32::from(c)),
            c if is_invisible(c) => write!(out, "\\u{{{:x}}}", u32::from(c)),
            c => out.write_char(c),
        };
    }
    out
}

/// Soft hyphens and spaces without width.
fn is_within_word(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// Characters that show nothing and change how their neighbours look: bidi controls, zero widths, separators, tags.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_written_out() {
        assert_eq!(visible("550 \u{1b}[2J\u{7}\u{202e}gpj.exe\0\r\n"), r"550 \x1b[2J\x07\u{202e}gpj.exe\x00");
        assert_eq!(visible("a\tb\rc"), r"a b\x0dc");
        assert_eq!(visible("Nom\u{ad}vu\u{200b}la \u{ad}"), r"Nomvula \u{ad}");
        assert_eq!(visible("\u{9b}31m"), r"\x9b31m");
    }

    #[test]
    fn bytes_that_are_no_utf8_are_windows_1252() {
        assert_eq!(visible_bytes(b"M\xfcller \x80"), "Müller €");
        assert_eq!(visible_bytes("Müller".as_bytes()), "Müller");
        assert_eq!(visible_bytes(b"\x81\xff"), "\\x81ÿ");
    }
}
