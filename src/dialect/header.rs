//! Lines of the header of a mail (RFC 5322 section 3.6), where they stand in a log: they belong to the mail that was sent,
//! and say nothing of how that went.

use crate::knowledge::{WordClass, WordTable, plain_spelling};

/// Names of fields are a word or a few; longer text before a colon is a sentence.
const MAX_NAME_BYTES: usize = 32;

/// `Subject: Statement`, `Message-Id: <1@b.example>`, `X-Mailer: a`: the name of a field as RFC 5322 has it, with a hyphen
/// or one of the few without, and a colon right behind it.
pub(super) fn is_header(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    let Some(name) = memchr::memchr(b':', text).filter(|end| *end <= MAX_NAME_BYTES).map(|end| &text[..end]) else {
        return false;
    };
    let parts = || name.split(|b| *b == b'-');
    let worded = parts().all(|part| !part.is_empty() && part.iter().all(u8::is_ascii_alphabetic));
    let plain = plain_spelling(name);
    let known = matches!(&*plain, b"from" | b"to" | b"cc" | b"date" | b"received");
    worded && (known || parts().count() > 1) || WordTable::builtin().is(&plain, WordClass::Title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_fields() {
        for line in ["From: a", "MIME-Version: 1.0", "Onderwerp: Rekening", "X-Mailer: CodeIgniter", "  date: Mon"] {
            assert!(is_header(line.as_bytes()), "{line}");
        }
        for line in ["Mail failed: x", "08-11: x", "-: x", "Result: sent", "To a@b.example: x", "x"] {
            assert!(!is_header(line.as_bytes()), "{line}");
        }
    }
}
