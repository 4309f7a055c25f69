//! Texts that are read whole because they are small: lists of paths, facts, profiles. PowerShell's `>` and Notepad write
//! them in UTF-16 or with a byte order mark.

use std::{
    ffi::OsStr,
    io::{self, Read},
    path::Path,
};

use super::{Encoding, disk};

/// A longer file is none of them, but a log, a device or worse.
const MAX_BYTES: u64 = 64 << 20;

/// The text of a small file.
///
/// # Errors
/// Where it cannot be read, is larger than such files are, or is neither UTF-8 nor UTF-16.
pub(crate) fn small_text(path: &Path) -> io::Result<String> {
    String::from_utf8(whole(disk::open(path)?)?).map_err(|_| io::Error::other("no text in UTF-8"))
}

/// All of a small file or, for `-`, of standard input.
pub(super) fn small_input(name: &OsStr) -> io::Result<Vec<u8>> {
    if name == "-" { whole(io::stdin().lock()) } else { whole(disk::open(name)?) }
}

/// A text as UTF-8, or as it is where it is in single bytes, without its byte order mark.
pub(crate) fn unmarked(text: &[u8]) -> Vec<u8> {
    let (encoding, mark) = Encoding::of_head(text);
    encoding.decode(&text[mark..]).into_owned()
}

fn whole(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(io::Error::other(format!("larger than {} MiB, so it is another file", MAX_BYTES >> 20)));
    }
    Ok(unmarked(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_as_windows_writes_it() {
        let utf16: Vec<u8> = "\u{feff}535 é\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (text, want) in [
            ("535 é\r\n".as_bytes(), "535 é\r\n".as_bytes()),
            ("\u{feff}535 é\r\n".as_bytes(), "535 é\r\n".as_bytes()),
            (&utf16, "535 é\r\n".as_bytes()),
            (b"535 \xe9\r\n", b"535 \xe9\r\n"),
            (b"", b""),
        ] {
            assert_eq!(unmarked(text), want, "{text:?}");
        }
    }
}
