//! The files that were handed to a page. They have names, with folders in them; there is no other disk.

use std::cmp::Ordering;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock, atomic};
use std::time::{Duration, SystemTime};

/// A file of the page.
#[derive(Clone, Debug)]
pub(crate) struct Handed {
    /// Its name, with its folders.
    pub name: PathBuf,
    /// Its length, in bytes.
    pub size: u64,
    /// When it was last written to.
    pub modified: Option<SystemTime>,
}

/// Reads the file of this number, from this place on; gives how many bytes, or none where the browser cannot.
pub(super) type Reading = fn(usize, u64, &mut [u8]) -> Option<usize>;

static DISK: OnceLock<(Vec<Handed>, Reading)> = OnceLock::new();

/// Makes these all the files there are; only once.
pub(crate) fn hand(files: Vec<Handed>, reading: Reading) {
    let _ = DISK.set((files, reading));
}

fn files() -> &'static [Handed] {
    DISK.get().map_or(&[], |(files, _)| files)
}

/// An open file; clones read at one place.
#[derive(Clone, Debug)]
pub(crate) struct File {
    number: usize,
    about: Metadata,
    at: Arc<atomic::AtomicU64>,
}

/// An open file with several owners.
pub(super) type Shared = File;

/// Size, time and kind of a file or folder.
#[derive(Clone, Debug)]
pub(super) struct Metadata {
    size: u64,
    modified: Option<SystemTime>,
    is_file: bool,
}

impl Metadata {
    fn of(file: &Handed) -> Metadata {
        Metadata { size: file.size, modified: file.modified, is_file: true }
    }

    pub(super) fn is_file(&self) -> bool {
        self.is_file
    }

    pub(super) fn is_dir(&self) -> bool {
        !self.is_file
    }

    pub(super) fn len(&self) -> u64 {
        self.size
    }

    pub(super) fn modified(&self) -> io::Result<SystemTime> {
        self.modified.ok_or_else(|| ErrorKind::Unsupported.into())
    }
}

impl File {
    pub(super) fn metadata(&self) -> io::Result<Metadata> {
        Ok(self.about.clone())
    }
}

impl Read for File {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let Some((_, reading)) = DISK.get() else { return Err(ErrorKind::NotFound.into()) };
        let at = self.at.load(atomic::Ordering::Relaxed);
        let rest = usize::try_from(self.about.size.saturating_sub(at)).unwrap_or(usize::MAX);
        let len = out.len().min(rest);
        if len == 0 {
            return Ok(0);
        }
        let changed = || io::Error::other("the browser cannot read it: it was changed or moved. Choose it again");
        let len = reading(self.number, at, &mut out[..len]).filter(|read| *read <= len).ok_or_else(changed)?;
        self.at.fetch_add(len as u64, atomic::Ordering::Relaxed);
        Ok(len)
    }
}

impl Seek for File {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(more) => self.about.size.checked_add_signed(more),
            SeekFrom::Current(more) => self.at.load(atomic::Ordering::Relaxed).checked_add_signed(more),
        };
        let at = at.ok_or(ErrorKind::InvalidInput)?;
        self.at.store(at, atomic::Ordering::Relaxed);
        Ok(at)
    }
}

/// Opens the file of this name.
///
/// # Errors
/// Where none was handed over.
pub(crate) fn open(path: impl AsRef<Path>) -> io::Result<File> {
    let number = files().iter().position(|file| file.name == path.as_ref()).ok_or(ErrorKind::NotFound)?;
    Ok(File { number, about: Metadata::of(&files()[number]), at: Arc::default() })
}

/// The file of this name, or the folder that files are in.
pub(super) fn metadata(path: &Path) -> io::Result<Metadata> {
    if let Some(file) = files().iter().find(|file| file.name == path) {
        return Ok(Metadata::of(file));
    }
    let is_folder = files().iter().any(|file| file.name.starts_with(path));
    if is_folder { Ok(Metadata { size: 0, modified: None, is_file: false }) } else { Err(ErrorKind::NotFound.into()) }
}

/// A file in a folder.
pub(super) struct Walked {
    pub(super) path: PathBuf,
    /// Never: a browser follows links itself.
    pub(super) is_link: bool,
}

/// The files in a folder and in those below it, sorted by name.
pub(super) fn walk(folder: &Path) -> impl Iterator<Item = Result<Walked, (PathBuf, io::Error)>> {
    let mut inside: Vec<&Path> =
        files().iter().map(|file| file.name.as_path()).filter(|name| name.starts_with(folder)).collect();
    inside.sort_by(|one, other| by_name(one, other));
    inside.into_iter().map(|path| Ok(Walked { path: path.to_owned(), is_link: false }))
}

/// Name by name, as a walk through folders meets them.
fn by_name(one: &Path, other: &Path) -> Ordering {
    one.components().cmp(other.components())
}

/// The file of this name is still this one, always: a browser reads no other.
pub(super) fn is_at(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}

/// The place up to which a file was read, in bytes.
pub(super) fn position(file: &Shared) -> Option<u64> {
    Some(file.at.load(atomic::Ordering::Relaxed))
}

/// A page is not told the time: how old a file is nobody knows.
pub(super) fn age(_: SystemTime) -> Option<Duration> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&[u8]; 4] = [b"first", b"second", b"third", b"fourth"];

    fn reading(number: usize, at: u64, out: &mut [u8]) -> Option<usize> {
        // As a browser may: in small pieces; and one file cannot be read.
        let rest = &TEXTS[number][usize::try_from(at).ok()?..];
        let len = out.len().min(rest.len()).min(2);
        out[..len].copy_from_slice(&rest[..len]);
        (number != 3).then_some(len)
    }

    #[test]
    fn what_was_handed_over_is_the_disk() {
        let names = ["logs/b/a.txt", "logs/b.txt", "logs/a.txt", "gone.txt"];
        let files = names.iter().zip(TEXTS).map(|(name, text)| Handed {
            name: name.into(),
            size: text.len() as u64,
            modified: None,
        });
        hand(files.collect(), reading);

        let mut text = String::new();
        let mut file = open("logs/b.txt").unwrap();
        file.read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), position(&file.clone())), ("second", Some(6)));
        file.seek(SeekFrom::End(-3)).unwrap();
        text.clear();
        file.read_to_string(&mut text).unwrap();
        assert_eq!(text, "ond");
        assert!(file.seek(SeekFrom::Current(-7)).is_err());

        assert!(metadata(Path::new("logs")).unwrap().is_dir());
        assert!(metadata(Path::new("logs/a.txt")).unwrap().is_file());
        assert_eq!(metadata(Path::new("log")).unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(open("logs").unwrap_err().kind(), ErrorKind::NotFound);
        let walked: Vec<_> = walk(Path::new("logs")).map(|file| file.unwrap().path).collect();
        assert_eq!(walked, ["logs/a.txt", "logs/b/a.txt", "logs/b.txt"].map(PathBuf::from));

        let error = open("gone.txt").unwrap().read(&mut [0; 9]).unwrap_err();
        assert!(error.to_string().contains("Choose it again"), "{error}");
    }
}
