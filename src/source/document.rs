//! Documents that people send a log in and that hold it as text: a saved mail, its parts in base64 or quoted-printable
//! (RFC 2045), and Rich Text Format. What comes out is the text; line numbers are those of the text.

use std::io::{self, Read};

use crate::{base64, hex};

/// Where the bytes come from, or the text goes to.
type Stream = Box<dyn Read + Send>;

/// Bytes read at a time.
const READ_BYTES: usize = 64 * 1024;
/// A line of a mail is at most 998 bytes (RFC 5322, 2.1.1); a longer one is handed on in pieces.
const MAX_LINE_BYTES: usize = 64 * 1024;
/// Parts within parts of a mail whose marks are known; more are read as they stand.
const MAX_BOUNDARIES: usize = 32;

/// Turns a document into text, wherever its bytes are cut.
pub(super) trait Decode: Send {
    fn feed(&mut self, bytes: &[u8], text: &mut Vec<u8>);
    fn end(&mut self, text: &mut Vec<u8>);
}

struct Decoded<D> {
    from: Stream,
    decode: D,
    bytes: Vec<u8>,
    text: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<D: Decode> Read for Decoded<D> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at == self.text.len() && !self.ended {
            self.text.clear();
            self.at = 0;
            match self.from.read(&mut self.bytes)? {
                0 => {
                    self.ended = true;
                    self.decode.end(&mut self.text);
                }
                n => self.decode.feed(&self.bytes[..n], &mut self.text),
            }
        }
        let n = into.len().min(self.text.len() - self.at);
        into[..n].copy_from_slice(&self.text[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}

/// The text of a stream.
pub(super) fn decoded(from: Stream, decode: impl Decode + 'static) -> Stream {
    Box::new(Decoded { from, decode, bytes: vec![0; READ_BYTES], text: Vec::new(), at: 0, ended: false })
}

/// The text of a mail: its header, and its parts decoded.
pub(super) fn mail(from: Stream) -> Stream {
    decoded(from, Mail::default())
}

/// The text of a Rich Text document.
pub(super) fn rtf(from: Stream) -> Stream {
    decoded(from, Rtf::default())
}

/// A mail with parts that are not plain text: it begins with a header, as no log does, and says how a part is encoded.
pub(super) fn is_encoded_mail(head: &[u8]) -> bool {
    let (mut mime, mut rest) = (false, Some(head));
    while let Some(text) = rest {
        let end = memchr::memchr(b'\n', text);
        rest = end.map(|end| &text[end + 1..]);
        let line = text[..end.unwrap_or(text.len())].trim_ascii_end();
        if line.is_empty() {
            let encoded = |part: &[u8]| matches!(encoding(part), Some(Encoding::Base64 | Encoding::Quoted));
            return mime && head.split(|b| *b == b'\n').any(encoded);
        }
        let name = &line[..memchr::memchr(b':', line).unwrap_or_default()];
        let is_field = !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-');
        if !is_field && !line.starts_with(b" ") && !line.starts_with(b"\t") {
            return false;
        }
        mime |= name.eq_ignore_ascii_case(b"MIME-Version");
    }
    false
}

/// The encoding of a part (RFC 2045 section 6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Encoding {
    #[default]
    Plain,
    Base64,
    Quoted,
}

/// The encoding that this line of a header names, if it names one.
fn encoding(line: &[u8]) -> Option<Encoding> {
    const FIELD: &[u8] = b"Content-Transfer-Encoding:";
    let (name, value) = line.split_at_checked(FIELD.len())?;
    let value = value.trim_ascii();
    name.eq_ignore_ascii_case(FIELD).then(|| {
        if value.eq_ignore_ascii_case(b"base64") {
            Encoding::Base64
        } else if value.eq_ignore_ascii_case(b"quoted-printable") {
            Encoding::Quoted
        } else {
            Encoding::Plain
        }
    })
}

/// Follows the header and the parts of a mail.
#[derive(Default)]
struct Mail {
    /// The header of the mail, or of a part of it, has ended.
    in_body: bool,
    encoding: Encoding,
    boundaries: Vec<Vec<u8>>,
    /// The line that has not ended yet.
    line: Vec<u8>,
    /// Letters of base64 that wait for the rest of their four.
    letters: Vec<u8>,
}

impl Decode for Mail {
    fn feed(&mut self, bytes: &[u8], text: &mut Vec<u8>) {
        for piece in bytes.split_inclusive(|b| *b == b'\n') {
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") || self.line.len() > MAX_LINE_BYTES {
                let line = std::mem::take(&mut self.line);
                self.line(&line, text);
                self.line = line;
                self.line.clear();
            }
        }
    }

    fn end(&mut self, text: &mut Vec<u8>) {
        let line = std::mem::take(&mut self.line);
        if !line.is_empty() {
            self.line(&line, text);
        }
        self.flush(text);
    }
}

impl Mail {
    fn line(&mut self, line: &[u8], text: &mut Vec<u8>) {
        let bare = line.trim_ascii_end();
        if let Some(more) = self.boundary(bare) {
            self.flush(text);
            (self.in_body, self.encoding) = (!more, Encoding::Plain);
            text.extend_from_slice(line);
        } else if !self.in_body {
            self.boundaries.extend(boundary_in(bare).filter(|_| self.boundaries.len() < MAX_BOUNDARIES));
            self.in_body = bare.is_empty();
            match encoding(bare) {
                // What comes out is decoded, and must not be decoded again.
                Some(encoding @ (Encoding::Base64 | Encoding::Quoted)) => {
                    self.encoding = encoding;
                    text.extend_from_slice(b"Content-Transfer-Encoding: 8bit");
                    text.extend_from_slice(&line[bare.len()..]);
                }
                _ => text.extend_from_slice(line),
            }
        } else {
            match self.encoding {
                Encoding::Base64 if bare.iter().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(b)) => {
                    self.letters.extend_from_slice(bare);
                    let whole = self.letters.len() / 4 * 4;
                    text.extend(base64::decoded(&self.letters[..whole]).unwrap_or_default());
                    self.letters.drain(..whole);
                }
                Encoding::Quoted => quoted(line, bare, text),
                Encoding::Base64 | Encoding::Plain => text.extend_from_slice(line),
            }
        }
    }

    /// `Some` where this line ends a part of the mail; true where another part follows.
    fn boundary(&self, line: &[u8]) -> Option<bool> {
        let mark = line.strip_prefix(b"--")?;
        let last = mark.strip_suffix(b"--").unwrap_or(mark);
        self.boundaries.iter().find_map(|known| match known {
            known if known == mark => Some(true),
            known if known == last => Some(false),
            _ => None,
        })
    }

    /// A part has ended; what follows begins on a line of its own.
    fn flush(&mut self, text: &mut Vec<u8>) {
        if self.encoding == Encoding::Base64 {
            text.extend(base64::decoded(&self.letters).unwrap_or_default());
            text.push(b'\n');
        }
        self.letters.clear();
    }
}

/// `boundary="..."` of a Content-Type.
fn boundary_in(line: &[u8]) -> Option<Vec<u8>> {
    let at = memchr::memmem::find(&line.to_ascii_lowercase(), b"boundary=")?;
    let value = &line[at + b"boundary=".len()..];
    let value = match value.strip_prefix(b"\"") {
        Some(rest) => rest.split(|b| *b == b'"').next(),
        None => value.split(|b| *b == b';' || b.is_ascii_whitespace()).next(),
    };
    value.filter(|value| !value.is_empty()).map(<[u8]>::to_vec)
}

/// A line in quoted-printable; one that ends in `=` goes on.
fn quoted(line: &[u8], bare: &[u8], text: &mut Vec<u8>) {
    let goes_on = bare.ends_with(b"=");
    let mut rest = bare.strip_suffix(b"=").unwrap_or(bare);
    while let [first, tail @ ..] = rest {
        let code = tail.get(..2).filter(|_| *first == b'=').and_then(hex::byte);
        text.push(code.unwrap_or(*first));
        rest = if code.is_some() { &tail[2..] } else { tail };
    }
    if !goes_on {
        text.extend_from_slice(&line[bare.len()..]);
    }
}

/// Follows the groups and control words of Rich Text.
#[derive(Default)]
struct Rtf {
    /// Of each open group: whether it holds no text.
    groups: Vec<bool>,
    /// The control word that has not ended yet, without its backslash.
    word: Option<Vec<u8>>,
    /// Letters to leave out: they stand for a sign of Unicode that was told.
    skip: usize,
}

/// Groups that hold fonts, colours, pictures and the like.
const WITHOUT_TEXT: [&[u8]; 9] =
    [b"*", b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"header", b"footer", b"themedata"];
/// A longer control word is none.
const MAX_WORD_BYTES: usize = 40;
/// Groups within groups that are told apart.
const MAX_GROUPS: usize = 1_000;

impl Decode for Rtf {
    fn feed(&mut self, bytes: &[u8], text: &mut Vec<u8>) {
        for byte in bytes {
            self.byte(*byte, text);
        }
    }

    fn end(&mut self, text: &mut Vec<u8>) {
        if let Some(word) = self.word.take() {
            self.control(&word, text);
        }
    }
}

impl Rtf {
    fn byte(&mut self, byte: u8, text: &mut Vec<u8>) {
        let Some(mut word) = self.word.take() else { return self.plain(byte, text) };
        let more = match word.as_slice() {
            [] => true,
            [b'\''] | [b'\'', _] => true,
            [first, ..] if !first.is_ascii_alphabetic() => false,
            [.., b'0'..=b'9'] => byte.is_ascii_digit(),
            [_] | [_, ..] => byte.is_ascii_alphanumeric() || byte == b'-',
        };
        if more && word.len() < MAX_WORD_BYTES {
            word.push(byte);
            self.word = Some(word);
            return;
        }
        self.control(&word, text);
        // One space ends a word and belongs to it.
        if byte != b' ' || !word.first().is_some_and(u8::is_ascii_alphabetic) {
            self.plain(byte, text);
        }
    }

    fn plain(&mut self, byte: u8, text: &mut Vec<u8>) {
        match byte {
            b'\\' => self.word = Some(Vec::new()),
            b'{' if self.groups.len() < MAX_GROUPS => self.groups.push(self.is_hidden()),
            b'}' => drop(self.groups.pop()),
            b'{' | b'\r' | b'\n' => {}
            byte => self.letter(byte, text),
        }
    }

    fn letter(&mut self, byte: u8, text: &mut Vec<u8>) {
        if self.skip > 0 {
            self.skip -= 1;
        } else if !self.is_hidden() {
            text.push(byte);
        }
    }

    fn control(&mut self, word: &[u8], text: &mut Vec<u8>) {
        let name = word.split(|b| b.is_ascii_digit() || *b == b'-').next().unwrap_or_default();
        match (word, name) {
            (b"par" | b"line" | b"row" | b"\n" | b"\r", _) => self.letter(b'\n', text),
            (b"tab" | b"cell", _) => self.letter(b'\t', text),
            (b"\\" | b"{" | b"}", _) => self.letter(word[0], text),
            (b"~", _) => self.letter(b' ', text),
            ([b'\'', code @ ..], _) => {
                if let Some(byte) = hex::byte(code) {
                    self.letter(byte, text);
                }
            }
            // Quotes and dashes stand in no line of a dialogue; where one does, any sign will do.
            (_, b"u") => {
                self.letter(b'?', text);
                self.skip = 1;
            }
            (word, name) if WITHOUT_TEXT.contains(&word) || WITHOUT_TEXT.contains(&name) => {
                if let Some(group) = self.groups.last_mut() {
                    *group = true;
                }
            }
            _ => {}
        }
    }

    fn is_hidden(&self) -> bool {
        self.groups.last().copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever pieces it comes in.
    fn text(of: fn(Stream) -> Stream, document: &str) -> String {
        struct OneByOne(io::Cursor<Vec<u8>>);
        impl Read for OneByOne {
            fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
                let n = into.len().min(1);
                self.0.read(&mut into[..n])
            }
        }
        let read = |from: Stream| {
            let mut text = Vec::new();
            of(from).read_to_end(&mut text).unwrap();
            String::from_utf8(text).unwrap()
        };
        let whole = read(Box::new(io::Cursor::new(document.as_bytes().to_vec())));
        assert_eq!(whole, read(Box::new(OneByOne(io::Cursor::new(document.as_bytes().to_vec())))));
        whole
    }

    const MAIL: &str = "From: a@b.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary=\"xx\"\r\n\r\n\
        --xx\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nthe log=3D\r\nis be=\r\nlow\r\n\
        --xx\r\nContent-Transfer-Encoding: BASE64\r\n\r\nMjIwIG1haWwgcmVh\r\nZHkNCjI1MCBPSw==\r\n--xx--\r\nbye\r\n";

    #[test]
    fn parts_of_a_mail_are_decoded() {
        assert!(is_encoded_mail(MAIL.as_bytes()));
        let text = text(mail, MAIL);
        assert!(!is_encoded_mail(text.as_bytes()), "twice");
        assert!(text.contains("\r\nthe log=\r\nis below\r\n--xx"), "{text}");
        assert!(text.contains("220 mail ready\r\n250 OK\n--xx--\r\nbye\r\n"), "{text}");
    }

    #[test]
    fn a_log_is_no_mail() {
        for log in
            ["220 mail ready\r\n", "", "Date: x\r\nSubject: y\r\n\r\n220", "EHLO: x\nMIME-Version: 1.0\n\n250 OK\n"]
        {
            assert!(!is_encoded_mail(log.as_bytes()), "{log}");
        }
    }

    #[test]
    fn rich_text_is_text() {
        let document = "{\\rtf1\\ansi{\\fonttbl{\\f0 Courier;}}{\\*\\generator Word;}\\f0\\fs20 220 mail\\'21 {\\b ready}\\par\r\n\
            C: a\\\\b \\{x\\}\\tab y\\u8211-z\\line 250 OK\\par}";
        assert_eq!(text(rtf, document), "220 mail! ready\nC: a\\b {x}\ty?z\n250 OK\n");
    }
}
