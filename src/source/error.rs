//! Everything that can go wrong with a file, in words for the person at the keyboard.

use std::{
    io::{self, ErrorKind},
    path::PathBuf,
};

use super::archive::Refusal;

/// A log could not be found or read to its end. The text names the file and says what to do next.
#[derive(Debug, thiserror::Error)]
#[error("{name}: {why}")]
pub struct SourceError {
    /// The file, folder or pattern in question, as given.
    pub name: String,
    /// The trouble with it.
    pub why: Why,
}

/// The trouble with a log, and what to do next.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Why {
    /// Nothing has this name.
    #[error("no such file or folder. Check the path; a path with spaces needs quotes")]
    Missing,
    /// A glob that fits no file.
    #[error("no file fits this pattern. Check the folder, or name the folder itself to read all in it")]
    NoMatch,
    /// A glob that cannot be read as one, and why.
    #[error("not a pattern ({0}). Write [[] for a bracket that belongs to the name")]
    BadPattern(&'static str),
    /// The operating system refuses this user.
    #[error("this user may not read it. Run mtmlog as its owner or as administrator, or ask for a copy")]
    Denied,
    /// Another program holds it and shares it with nobody (Windows).
    #[error(
        "another program has it open and lets nobody else read it. Close that program, or wait until it has \
         written, and run mtmlog again"
    )]
    InUse,
    /// A folder where a file is needed.
    #[error("a folder, not a file. Name one of the files in it")]
    IsDirectory,
    /// Anything else that stopped the reading: the operating system's answer.
    #[error("could not be read ({0}). Copy it to a local disk and analyse the copy")]
    Read(io::Error),
    /// It became shorter while it was read.
    #[error(
        "cut short by another program while it was read ({read} of {expected} bytes). Copy it and analyse the copy"
    )]
    Shrunk {
        /// Bytes that were read.
        read: u64,
        /// Bytes that it had when opened.
        expected: u64,
    },
    /// An archive, or a part of one, that stays packed.
    #[error("{0}")]
    Refused(Refusal),
    /// Nobody waits for it any more.
    #[error("not read to its end, because you stopped it. What was read is in the report")]
    Stopped,
}

impl SourceError {
    /// It is an archive in a place where archives are not opened: in a folder it is passed over, as any file
    /// there that is no log.
    pub fn passes_over(&self) -> bool {
        matches!(self.why, Why::Refused(refusal) if refusal.passes_over())
    }

    /// The error of one operation on the file called `name`.
    pub(super) fn of(name: impl Into<String>, error: io::Error) -> Self {
        let refusal = error.get_ref().and_then(|inner| inner.downcast_ref::<Refusal>());
        let why = match (refusal, error.kind()) {
            (Some(refusal), _) => Why::Refused(*refusal),
            _ if is_in_use(&error) => Why::InUse,
            (_, ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename) => Why::Missing,
            (_, ErrorKind::PermissionDenied) => Why::Denied,
            (_, ErrorKind::IsADirectory) => Why::IsDirectory,
            _ => Why::Read(error),
        };
        SourceError { name: name.into(), why }
    }
}

/// Windows' ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION; std has no stable [`ErrorKind`] for them.
pub(super) fn is_in_use(error: &io::Error) -> bool {
    cfg!(windows) && matches!(error.raw_os_error(), Some(32 | 33))
}

/// The folder that could not be listed and why. A link that leads back up, or to nothing, hides nothing.
pub(super) fn unlisted(error: walkdir::Error) -> Option<(PathBuf, io::Error)> {
    if error.loop_ancestor().is_some() {
        return None;
    }
    let path = error.path()?.to_path_buf();
    let error = error.into_io_error()?;
    (error.kind() != ErrorKind::NotFound).then_some((path, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_become_variants_and_every_text_names_the_file() {
        let of = |kind: ErrorKind| SourceError::of("a.log", kind.into());
        assert!(matches!(of(ErrorKind::NotFound).why, Why::Missing));
        assert!(matches!(of(ErrorKind::PermissionDenied).why, Why::Denied));
        assert!(matches!(of(ErrorKind::IsADirectory).why, Why::IsDirectory));
        assert!(matches!(of(ErrorKind::TimedOut).why, Why::Read(_)));
        for kind in [ErrorKind::NotFound, ErrorKind::PermissionDenied, ErrorKind::IsADirectory, ErrorKind::TimedOut] {
            assert!(of(kind).to_string().starts_with("a.log: "));
        }
    }

    #[test]
    #[cfg(windows)]
    fn error_5_is_denied() {
        let error = SourceError::of("a.log", io::Error::from_raw_os_error(5));
        assert!(matches!(error.why, Why::Denied), "{error:?}");
    }

    #[test]
    fn in_use_is_a_windows_word() {
        for code in [32, 33] {
            let error = SourceError::of("a.log", io::Error::from_raw_os_error(code));
            assert_eq!(matches!(error.why, Why::InUse), cfg!(windows));
        }
    }
}
