//! Arguments to inputs.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::archive::Packing;
use super::archive_members::{Member, members};
use super::disk::{self, Metadata, Walked};
use super::{Input, SourceError, Why, destination, glob, small};

/// An input and how we came to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub path: Input,
    /// The user named it (itself, or by a glob), and not only a folder or zip that holds it.
    pub named: bool,
    /// Its size; none for pipes, and before [`look_into`].
    pub extent: Option<LogSize>,
    /// The folder that the user named, or a glob found, and that it was found in.
    pub root: Option<PathBuf>,
}

impl Found {
    /// It can be read a second time. A pipe or a device can be read only once.
    pub(crate) fn is_repeatable(&self) -> bool {
        match &self.path {
            Input::File(path) => disk::metadata(path).is_ok_and(|about| about.is_file()),
            Input::Member(_) => true,
            Input::Stdin => false,
        }
    }

    /// It is a file of size 0.
    pub(crate) fn is_empty_file(&self) -> bool {
        matches!(self.path, Input::File(_)) && self.extent.is_some_and(|extent| extent.stored == 0)
    }
}

/// The size of a log, to plan by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LogSize {
    /// Bytes on the disk.
    pub stored: u64,
    /// Bytes of log; a guess where it is packed.
    pub unpacked: u64,
}

/// The inputs that the arguments lead to.
#[derive(Debug, Default)]
pub(crate) struct Discovery {
    /// Each input once, in the order of the arguments, those of a folder sorted by name.
    pub found: Vec<Found>,
    /// Arguments and folders that could not be followed.
    pub problems: Vec<SourceError>,
    /// Folders without any file.
    pub empty_folders: Vec<PathBuf>,
}

#[derive(Default)]
struct Search {
    so_far: Discovery,
    /// Where an input is in `found`, by its real path.
    seen: HashMap<PathBuf, usize>,
    /// The folder that was walked last, and its real path: asking once for each of its files takes long.
    folder: Option<(PathBuf, PathBuf)>,
}

/// A path of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    /// The line of the list, from 1.
    pub line: usize,
    /// The path on that line.
    pub path: OsString,
}

/// The paths in a list, one a line; the list is a file or, for `-`, standard input. Empty lines mean nothing.
///
/// # Errors
/// Where the list cannot be read.
pub(crate) fn paths_from(list: &OsStr) -> Result<Vec<Listed>, SourceError> {
    let name = || list.to_string_lossy().into_owned();
    let bytes = small::small_input(list).map_err(|error| SourceError::of(name(), error))?;
    let numbered = super::lines(&bytes).map(|line| line.text).zip(1..).filter(|(text, _)| !text.is_empty());
    Ok(numbered.map(|(text, line)| Listed { line, path: path_of(text) }).collect())
}

/// On Unix a name is any bytes.
#[cfg(unix)]
fn path_of(bytes: &[u8]) -> OsString {
    <OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes).to_owned()
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> OsString {
    super::to_text(bytes).into_owned().into()
}

/// Follows the arguments: files, folders with all they hold, globs, and `-`. Pipes and devices that are named are
/// read as streams; in folders they are passed over.
pub(crate) fn discover(args: &[OsString]) -> Discovery {
    let mut search = Search::default();
    for arg in args {
        if arg == "-" {
            search.add(Input::Stdin);
        } else {
            search.follow(arg);
        }
    }
    search.so_far
}

impl Search {
    fn follow(&mut self, arg: &OsStr) {
        let path = Path::new(arg);
        match disk::metadata(path) {
            Ok(about) if about.is_dir() => self.walk(path),
            Ok(_) => self.add(Input::File(path.to_path_buf())),
            // A file may be called `[1].txt`, so what exists is never a pattern.
            Err(error) => match arg.to_str().filter(|text| glob::is_pattern(text)) {
                Some(pattern) => self.expand(pattern),
                None => self.so_far.problems.push(SourceError::of(path.display().to_string(), error)),
            },
        }
    }

    fn expand(&mut self, pattern: &str) {
        let name = pattern.to_owned();
        let expanded = match glob::expand(pattern) {
            Ok(expanded) => expanded,
            Err(error) => {
                return self.so_far.problems.push(SourceError { name, why: Why::BadPattern(error.msg) });
            }
        };
        if expanded.paths.is_empty() && expanded.closed.is_empty() {
            self.so_far.problems.push(SourceError { name, why: Why::NoMatch });
        }
        for (folder, error) in expanded.closed {
            self.so_far.problems.push(SourceError::of(folder.display().to_string(), error));
        }
        for path in expanded.paths {
            if path.is_dir() { self.walk(&path) } else { self.add(Input::File(path)) }
        }
    }

    fn walk(&mut self, folder: &Path) {
        let mut any = false;
        for walked in disk::walk(folder) {
            match walked {
                Ok(file) if destination::is_draft(&file.path) => {}
                Ok(file) => {
                    any = true;
                    let real = self.real(&file);
                    self.add_real(real, Input::File(file.path), Some(folder));
                }
                Err((path, error)) => {
                    any = true;
                    self.so_far.problems.push(SourceError::of(path.display().to_string(), error));
                }
            }
        }
        if !any {
            self.so_far.empty_folders.push(folder.to_path_buf());
        }
    }

    /// Adds an input unless it is there: a log counted twice would falsify every sum.
    fn add(&mut self, path: Input) {
        let real = match &path {
            Input::File(path) => path.canonicalize().unwrap_or_else(|_| path.clone()),
            Input::Stdin | Input::Member(_) => PathBuf::from("-"),
        };
        self.add_real(real, path, None);
    }

    /// The real path of a file in a folder.
    fn real(&mut self, file: &Walked) -> PathBuf {
        let path = file.path.as_path();
        let (Some(folder), Some(name), false) = (path.parent(), path.file_name(), file.is_link) else {
            return path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        };
        if self.folder.as_ref().is_none_or(|(walked, _)| walked != folder) {
            let real = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
            self.folder = Some((folder.to_path_buf(), real));
        }
        self.folder.as_ref().map_or_else(PathBuf::new, |(_, real)| real.join(name))
    }

    /// `root`: the folder it was found in; none where the user named it.
    fn add_real(&mut self, real: PathBuf, path: Input, root: Option<&Path>) {
        let named = root.is_none();
        match self.seen.get(&real) {
            Some(&at) => self.so_far.found[at].named |= named,
            None => {
                self.seen.insert(real, self.so_far.found.len());
                self.so_far.found.push(Found { path, named, extent: None, root: root.map(Path::to_path_buf) });
            }
        }
    }
}

/// Bytes that a byte of a packed log usually unpacks to.
const USUAL_RATIO: u64 = 20;

/// Opens what was found as far as to see how large it is and whether it is a zip, which becomes its members.
///
/// # Errors
/// Where a zip cannot be opened. Any other file that cannot be is as it was; reading it says why.
pub(crate) fn look_into(found: Found) -> Result<Vec<Found>, SourceError> {
    let Input::File(path) = &found.path else { return Ok(vec![found]) };
    let Some((size, head)) = beginning(path) else { return Ok(vec![found]) };
    let packing = Packing::of(&head);
    if packing == Some(Packing::Zip)
        && let Some(members) = members(path).map_err(|error| SourceError::of(path.display().to_string(), error))?
    {
        let inside = |member: Member| {
            let (stored, unpacked) = member.sizes();
            let extent = Some(LogSize { stored, unpacked });
            Found { path: Input::Member(member), named: false, extent, root: found.root.clone() }
        };
        return Ok(members.into_iter().map(inside).collect());
    }
    let ratio = if matches!(packing, Some(Packing::Gzip | Packing::Zstd)) { USUAL_RATIO } else { 1 };
    let extent = Some(LogSize { stored: size, unpacked: size.saturating_mul(ratio) });
    Ok(vec![Found { extent, ..found }])
}

/// Size and first bytes of a regular file. Nothing else is opened: what a pipe holds can be read only once.
fn beginning(path: &Path) -> Option<(u64, [u8; 4])> {
    let about = disk::metadata(path).ok().filter(Metadata::is_file)?;
    let mut head = [0; 4];
    if about.len() == 0 {
        // Nothing is in it; files of /proc say so too, and some of them make who reads them wait for ever.
        return Some((0, head));
    }
    let mut file = disk::open(path).ok()?;
    let _ = file.read(&mut head).ok()?; // a shorter file is no archive
    Some((about.len(), head))
}

#[cfg(test)]
#[path = "discovery_tests.rs"]
mod tests;
