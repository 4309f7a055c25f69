//! Files that are read whole because they are small: lists of paths, facts, profiles.

use std::{
    ffi::OsStr,
    io::{self, Read},
    path::Path,
};

use super::disk;

/// A longer file is none of them, but a log, a device or worse.
const MAX_BYTES: u64 = 64 << 20;

/// All of a small file.
///
/// # Errors
/// Where it cannot be read, or is larger than such files are.
pub(super) fn small_file(path: &Path) -> io::Result<Vec<u8>> {
    whole(disk::open(path)?)
}

/// The text of a small file.
///
/// # Errors
/// Where it cannot be read, is larger than such files are, or is no UTF-8.
pub fn small_text(path: &Path) -> io::Result<String> {
    String::from_utf8(small_file(path)?).map_err(|_| io::Error::other("no text in UTF-8"))
}

/// All of a small file or, for `-`, of standard input.
pub(super) fn small_input(name: &OsStr) -> io::Result<Vec<u8>> {
    if name == "-" { whole(io::stdin().lock()) } else { small_file(name.as_ref()) }
}

fn whole(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(io::Error::other(format!("larger than {} MiB, so it is another file", MAX_BYTES >> 20)));
    }
    Ok(bytes)
}
