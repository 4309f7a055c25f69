//! Where a log comes from.

use std::fmt;
use std::path::PathBuf;

/// One log to read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Input {
    /// A file, pipe or device, by its path as the user gave it.
    File(PathBuf),
    /// Standard input, `-` on the command line.
    Stdin,
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Input::File(path) => path.display().fmt(f),
            Input::Stdin => f.write_str("-"),
        }
    }
}
