//! Where a log comes from.

use std::fmt;
use std::path::{Path, PathBuf};

use super::archive_members::Member;

/// One log to read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Input {
    /// A file, pipe or device, by its path as the user gave it. It may be packed with gzip or zstd.
    File(PathBuf),
    /// A file in a zip.
    Member(Member),
    /// Standard input, `-` on the command line.
    Stdin,
}

impl Input {
    /// The file that is opened to read it: of a log in a zip the zip; none for standard input.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Input::File(path) => Some(path),
            Input::Member(member) => Some(member.archive()),
            Input::Stdin => None,
        }
    }

    /// The folder that holds it, which is a customer where each has one; `-` for standard input. In a zip that is the
    /// folder within, or the zip itself.
    pub fn folder(&self) -> String {
        match self {
            Input::File(path) => match path.parent() {
                Some(folder) if folder != Path::new("") => folder.display().to_string(),
                _ => ".".to_owned(),
            },
            Input::Member(member) => member.folder(),
            Input::Stdin => "-".to_owned(),
        }
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Input::File(path) => path.display().fmt(f),
            Input::Member(member) => member.fmt(f),
            Input::Stdin => f.write_str("-"),
        }
    }
}
