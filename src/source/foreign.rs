//! Files that people send instead of a log: a picture of the screen, a PDF, a mail in Outlook's own format.

use std::io::Read;

use super::{Input, disk};

/// First bytes, what the file is, and what to do instead.
const MAGIC: [(&[u8], &str, &str); 7] = [
    (b"%PDF", "a PDF", "Send the log itself, or save the PDF's text as a .txt file."),
    (b"\x89PNG", "a picture", SAVE_AS_TEXT),
    (b"\xff\xd8\xff", "a picture", SAVE_AS_TEXT),
    (b"GIF8", "a picture", SAVE_AS_TEXT),
    (b"BM", "a picture", SAVE_AS_TEXT),
    (
        b"\xd0\xcf\x11\xe0",
        "a document or mail in an Office format",
        "Open it in Word or Outlook and save it as plain text (.txt), or save the attached log itself.",
    ),
    (b"PK\x03\x04", "a Word or other Office document", "Open it and save it as plain text (.txt)."),
];
const SAVE_AS_TEXT: &str = "Save the log as text: the file itself, or its lines copied into a .txt file.";

/// A sentence that says what the file is and what to do, where its first bytes show that it is no text.
pub(crate) fn foreign(input: &Input) -> Option<(&'static str, &'static str)> {
    let Input::File(path) = input else { return None };
    let mut head = [0; 8];
    let read = disk::open(path).and_then(|mut file| file.read(&mut head)).ok()?;
    let head = &head[..read];
    // Two letters prove little: a bitmap has its size behind them, which is no text.
    let fits = |magic: &[u8]| head.starts_with(magic) && (magic.len() > 2 || head[2..].contains(&0));
    MAGIC.iter().find(|(magic, ..)| fits(magic)).map(|(_, kind, way_out)| (*kind, *way_out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_tell() {
        let folder = tempfile::tempdir().unwrap();
        let kind = |bytes: &[u8]| {
            let path = folder.path().join("x");
            std::fs::write(&path, bytes).unwrap();
            foreign(&Input::File(path)).map(|(kind, _)| kind)
        };
        assert_eq!(kind(b"%PDF-1.7 x"), Some("a PDF"));
        assert_eq!(kind(b"\x89PNG\r\n\x1a\n"), Some("a picture"));
        assert_eq!(kind(b"BM\x36\0\0\0"), Some("a picture"));
        assert_eq!(kind(b"BM 2026 log"), None);
        assert_eq!(kind(b"220 mail.example.co.za"), None);
        assert_eq!(kind(b""), None);
    }
}
