//! The system's files.

use std::io::{self, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use same_file::Handle;
use walkdir::WalkDir;

use super::error::unlisted;

pub(crate) use std::fs::File;

pub(super) use std::fs::{Metadata, metadata};

/// An open file with several owners, and one place at which they read.
pub(super) type Shared = Arc<File>;

/// Opens a file, a pipe or a terminal to read it. What may have no end is refused: a device other than the null device,
/// and what the kernel shows in `/proc`, where reading `kmsg` waits for ever and `kcore` is as large as the memory.
///
/// # Errors
/// Where it cannot be opened, or is refused.
#[allow(clippy::disallowed_methods, reason = "the one opening of logs")]
pub(crate) fn open(path: impl AsRef<Path>) -> io::Result<File> {
    let file = File::open(path)?;
    match endless(&file)? {
        Some(what) => Err(io::Error::other(what)),
        None => Ok(file),
    }
}

/// Says what a file is whose reading may have no end; `None` for all others.
#[cfg(unix)]
fn endless(file: &File) -> io::Result<Option<&'static str>> {
    use std::io::IsTerminal;
    use std::os::unix::fs::{FileTypeExt, MetadataExt};
    let about = file.metadata()?;
    let kind = about.file_type();
    if kind.is_block_device() || kind.is_char_device() {
        let null = || metadata("/dev/null").is_ok_and(|null| kind.is_char_device() && null.rdev() == about.rdev());
        return Ok((!file.is_terminal() && !null()).then_some("a device, which has no end"));
    }
    let shown = kind.is_file() && is_view(&about);
    Ok(shown.then_some("a view into the running system, which may have no end"))
}

#[cfg(not(unix))]
fn endless(_: &File) -> io::Result<Option<&'static str>> {
    Ok(None)
}

/// The file lies in a view into the running system, such as `/proc`, and not on a disk.
#[cfg(unix)]
fn is_view(about: &Metadata) -> bool {
    use std::{os::unix::fs::MetadataExt, sync::OnceLock};
    // Asked once, not of each of ten thousand files.
    static VIEW_DEVICES: OnceLock<Vec<u64>> = OnceLock::new();
    let disk = |path| metadata(Path::new(path)).ok().map(|about| about.dev());
    let shown = VIEW_DEVICES.get_or_init(|| {
        ["/proc", "/sys"].into_iter().filter_map(disk).filter(|shown| disk("/") != Some(*shown)).collect()
    });
    shown.contains(&about.dev())
}

#[cfg(not(unix))]
fn is_view(_: &Metadata) -> bool {
    false
}

/// A file in a folder.
pub(super) struct Walked {
    pub(super) path: PathBuf,
    pub(super) is_link: bool,
}

/// The files in a folder and in those below it, sorted by name; and the folders that could not be listed.
pub(super) fn walk(folder: &Path) -> impl Iterator<Item = Result<Walked, (PathBuf, io::Error)>> {
    let walk = WalkDir::new(folder).follow_links(true).sort_by_file_name().into_iter();
    // The folders of such a view are as many as the system likes, and no log is in them.
    let entries =
        walk.filter_entry(|entry| !entry.file_type().is_dir() || !entry.metadata().is_ok_and(|about| is_view(&about)));
    entries.filter_map(|entry| match entry {
        Ok(entry) if entry.file_type().is_file() => {
            Some(Ok(Walked { is_link: entry.path_is_symlink(), path: entry.into_path() }))
        }
        Ok(_) => None,
        Err(error) => unlisted(error).map(Err),
    })
}

/// The file of this name is still this one.
pub(super) fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    Ok(Handle::from_path(path)? == Handle::from_file(file.try_clone()?)?)
}

/// The place up to which a file was read, in bytes.
pub(super) fn position(file: &Shared) -> Option<u64> {
    file.as_ref().stream_position().ok()
}

/// The time since then; `None` for a time in the future.
pub(super) fn age(time: SystemTime) -> Option<Duration> {
    time.elapsed().ok()
}
