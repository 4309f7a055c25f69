//! The encodings of logs, and one way to show their characters.

use std::borrow::Cow;
use std::io::Read;

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::document::{Decode, decoded};

named! {
    /// The encoding of a log's characters.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub enum Encoding {
        /// UTF-8, and so ASCII too.
        Utf8 = "utf-8",
        /// UTF-16 as Windows writes it (PowerShell's `>`, Notepad's "Unicode").
        Utf16Le = "utf-16le",
        /// UTF-16, high byte first.
        Utf16Be = "utf-16be",
        /// Single bytes of some kind, shown as what is likely on Windows.
        Windows1252 = "windows-1252",
    }
}

impl Encoding {
    /// The encoding and the length of the byte order mark, judged from the first raw bytes. Single bytes are called
    /// UTF-8 here; [`Encoding::of_bytes`] knows better when it has seen more.
    pub(super) fn of_head(head: &[u8]) -> (Encoding, usize) {
        match head {
            [0xEF, 0xBB, 0xBF, ..] => (Encoding::Utf8, 3),
            [0xFF, 0xFE, ..] => (Encoding::Utf16Le, 2),
            [0xFE, 0xFF, ..] => (Encoding::Utf16Be, 2),
            _ => (utf16_without_mark(head).unwrap_or(Encoding::Utf8), 0),
        }
    }

    /// UTF-8 or single bytes, judged from whole lines.
    pub(super) fn of_bytes(lines: &[u8]) -> Encoding {
        match std::str::from_utf8(lines) {
            Ok(_) => Encoding::Utf8,
            // Torn off within its last character, but there were others: `Andr\xE9` alone would be windows-1252.
            Err(error) if error.error_len().is_none() && !lines[..error.valid_up_to()].is_ascii() => Encoding::Utf8,
            Err(_) => Encoding::Windows1252,
        }
    }

    /// Raw bytes that start at a character, as UTF-8 or as they are.
    pub(super) fn decode(self, raw: &[u8]) -> Cow<'_, [u8]> {
        let utf16 = match self {
            Encoding::Utf16Le => UTF_16LE,
            Encoding::Utf16Be => UTF_16BE,
            Encoding::Utf8 | Encoding::Windows1252 => return Cow::Borrowed(raw),
        };
        match utf16.decode_without_bom_handling(raw).0 {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        }
    }

    /// A stream of raw bytes after the mark, as UTF-8 or as they are.
    pub(super) fn decoding(self, raw: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
        if self.is_utf16() { decoded(raw, Decoding::new(self)) } else { raw }
    }

    /// It is UTF-16, so that the decoded text differs from the raw bytes.
    pub(super) fn is_utf16(self) -> bool {
        matches!(self, Encoding::Utf16Le | Encoding::Utf16Be)
    }
}

/// A log in UTF-16 is mostly ASCII, so every second byte is NUL. Only a NUL between two other bytes counts: an
/// unclean shutdown leaves runs of them.
fn utf16_without_mark(head: &[u8]) -> Option<Encoding> {
    memchr::memchr(0, head)?; // most logs have none
    let mut nuls = [0_usize; 2];
    let mut pairs = 0_usize;
    for (at, &byte) in head.iter().enumerate() {
        let before = at.checked_sub(1).map_or(1, |at| head[at]);
        let after = head.get(at + 1).copied().unwrap_or(1);
        if byte == 0 && before != 0 && after != 0 {
            nuls[at % 2] += 1;
        }
        if at % 2 == 1 && (byte != 0 || before != 0) {
            pairs += 1;
        }
    }
    let many = |nuls: usize| nuls > 1 && nuls * 10 > pairs * 3;
    match (many(nuls[0]), many(nuls[1])) {
        (false, true) => Some(Encoding::Utf16Le),
        (true, false) => Some(Encoding::Utf16Be),
        _ => None,
    }
}

/// Log bytes as text to show: UTF-8 where valid, else windows-1252, in which every byte is a character.
pub fn to_text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

/// Raw bytes to UTF-8 or as they are, in whatever pieces they come; what is malformed becomes U+FFFD.
pub(super) struct Decoding(Option<Decoder>);

impl Decoding {
    pub(super) fn new(encoding: Encoding) -> Self {
        Decoding(match encoding {
            Encoding::Utf16Le => Some(UTF_16LE.new_decoder_without_bom_handling()),
            Encoding::Utf16Be => Some(UTF_16BE.new_decoder_without_bom_handling()),
            Encoding::Utf8 | Encoding::Windows1252 => None,
        })
    }

    fn push(&mut self, raw: &[u8], text: &mut Vec<u8>, last: bool) {
        let Some(decoder) = &mut self.0 else { return text.extend_from_slice(raw) };
        let mut from = 0;
        loop {
            let written = text.len();
            text.resize(written + decoder.max_utf8_buffer_length(raw.len() - from).unwrap_or(DECODE_BYTES), 0);
            let (result, read, more, _) = decoder.decode_to_utf8(&raw[from..], &mut text[written..], last);
            text.truncate(written + more);
            from += read;
            if result == CoderResult::InputEmpty {
                return;
            }
        }
    }
}

impl Decode for Decoding {
    /// Half a character waits for its other half.
    fn feed(&mut self, raw: &[u8], text: &mut Vec<u8>) {
        self.push(raw, text, false);
    }

    fn end(&mut self, text: &mut Vec<u8>) {
        self.push(b"", text, true);
    }
}

/// Room for decoded text, in bytes, where encoding_rs cannot say how much is needed.
const DECODE_BYTES: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    #[test]
    fn marks_are_known() {
        assert_eq!(Encoding::of_head(b"\xEF\xBB\xBFa"), (Encoding::Utf8, 3));
        assert_eq!(Encoding::of_head(b"\xFF\xFEa\0"), (Encoding::Utf16Le, 2));
        assert_eq!(Encoding::of_head(b"\xFE\xFF\0a"), (Encoding::Utf16Be, 2));
        assert_eq!(Encoding::of_head(b""), (Encoding::Utf8, 0));
    }

    #[test]
    fn utf16_is_known_without_a_mark_and_nul_runs_are_not_utf16() {
        let text = "220 mail.example.co.za ESMTP\r\n";
        assert_eq!(Encoding::of_head(&utf16(text, u16::to_le_bytes)).0, Encoding::Utf16Le);
        assert_eq!(Encoding::of_head(&utf16(text, u16::to_be_bytes)).0, Encoding::Utf16Be);
        let mut torn = b"220 ready\r\nE".to_vec();
        torn.extend([0; 5001]);
        torn.extend(b"221 bye\r\n");
        assert_eq!(Encoding::of_head(&torn).0, Encoding::Utf8);
        assert_eq!(Encoding::of_head(&[0; 4096]).0, Encoding::Utf8);
        let mut torn = utf16(text, u16::to_le_bytes);
        torn.extend([0; 4096]);
        assert_eq!(Encoding::of_head(&torn).0, Encoding::Utf16Le);
    }

    #[test]
    fn single_bytes_are_told_from_utf8() {
        assert_eq!(Encoding::of_bytes("Müller\n".as_bytes()), Encoding::Utf8);
        assert_eq!(Encoding::of_bytes(b"M\xFCller\n"), Encoding::Windows1252);
        assert_eq!(Encoding::of_bytes(b"Andr\xE9"), Encoding::Windows1252);
        assert_eq!(Encoding::of_bytes(b"M\xC3\xBCller Andr\xC3"), Encoding::Utf8);
        assert_eq!(to_text(b"M\xFCller"), "Müller");
        assert_eq!(to_text("Müller\u{20AC}".as_bytes()), "Müller€");
        assert_eq!(to_text(b"\x80\x81"), "€\u{81}");
    }

    #[test]
    fn streaming_joins_pairs_over_every_border() {
        struct Drip(Vec<u8>, usize);
        impl Read for Drip {
            fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
                let len = out.len().min(self.1).min(self.0.len());
                out[..len].copy_from_slice(&self.0[..len]);
                self.0.drain(..len);
                Ok(len)
            }
        }
        let text = "a😀ä\r\nẃ\u{FFFD}\0€😀";
        for (encoding, unit) in
            [(Encoding::Utf16Le, u16::to_le_bytes as fn(u16) -> [u8; 2]), (Encoding::Utf16Be, u16::to_be_bytes)]
        {
            for drip in 1..9 {
                let mut got = String::new();
                encoding.decoding(Box::new(Drip(utf16(text, unit), drip))).read_to_string(&mut got).unwrap();
                assert_eq!(got, text, "{encoding} in steps of {drip}");
            }
        }
        let mut got = String::new();
        let mut odd = utf16("a😀", u16::to_le_bytes);
        odd.pop();
        Encoding::Utf16Le.decoding(Box::new(io::Cursor::new(odd))).read_to_string(&mut got).unwrap();
        assert!(got.starts_with('a') && got.ends_with('\u{FFFD}'), "{got}");
    }
}
