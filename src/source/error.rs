//! What can go wrong with a file, in words for the person at the keyboard.

use std::{
    io::{self, ErrorKind},
    path::PathBuf,
};

use super::archive::Refusal;

/// Why a log could not be found or read to its end. The text names the file and says what to do next.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// Nothing has this name.
    #[error("{name}: no such file or folder. Check the path; a path with spaces needs quotes")]
    Missing {
        /// The path as given.
        name: String,
    },
    /// A glob that fits no file.
    #[error("{name}: no file fits this pattern. Check the folder, or name the folder itself to read all in it")]
    NoMatch {
        /// The pattern as given.
        name: String,
    },
    /// A glob that cannot be read as one.
    #[error("{name}: not a pattern ({reason}). Write [[] for a bracket that belongs to the name")]
    BadPattern {
        /// The pattern as given.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The operating system refuses this user.
    #[error("{name}: this user may not read it. Run mtmlog as its owner or as administrator, or ask for a copy")]
    Denied {
        /// The path as given.
        name: String,
    },
    /// Another program holds it and shares it with nobody (Windows).
    #[error(
        "{name}: another program has it open and lets nobody else read it. Close that program, or wait until it has \
         written, and run mtmlog again"
    )]
    InUse {
        /// The path as given.
        name: String,
    },
    /// A folder where a file is needed.
    #[error("{name}: a folder, not a file. Name one of the files in it")]
    IsDirectory {
        /// The path as given.
        name: String,
    },
    /// Anything else that stopped the reading.
    #[error("{name}: could not be read ({error}). Copy it to a local disk and analyse the copy")]
    Read {
        /// The path as given.
        name: String,
        /// The operating system's answer.
        error: io::Error,
    },
    /// It became shorter while it was read.
    #[error(
        "{name}: cut short by another program while it was read ({read} of {expected} bytes). \
         Copy it and analyse the copy"
    )]
    Shrunk {
        /// The path as given.
        name: String,
        /// How far reading came.
        read: u64,
        /// How long it was when opened.
        expected: u64,
    },
    /// An archive, or a part of one, that stays packed.
    #[error("{name}: {refusal}")]
    Refused {
        /// The path as given.
        name: String,
        /// Why.
        refusal: Refusal,
    },
    /// Nobody waits for it any more.
    #[error("{name}: not read to its end, because you stopped it. What was read is in the report")]
    Stopped {
        /// The path as given.
        name: String,
    },
}

impl SourceError {
    /// The file, folder or pattern in question, as given.
    pub fn name(&self) -> &str {
        match self {
            SourceError::Missing { name }
            | SourceError::NoMatch { name }
            | SourceError::BadPattern { name, .. }
            | SourceError::Denied { name }
            | SourceError::InUse { name }
            | SourceError::IsDirectory { name }
            | SourceError::Read { name, .. }
            | SourceError::Shrunk { name, .. }
            | SourceError::Refused { name, .. }
            | SourceError::Stopped { name } => name,
        }
    }

    /// The same of a line of a list: it is named by its number, because it may be no path at all.
    pub fn listed(self, list: &str, line: usize) -> Self {
        let name = format!("{list}, line {line}");
        match self {
            SourceError::Missing { .. } => SourceError::Missing { name },
            SourceError::NoMatch { .. } => SourceError::NoMatch { name },
            SourceError::BadPattern { reason, .. } => SourceError::BadPattern { name, reason },
            SourceError::Denied { .. } => SourceError::Denied { name },
            SourceError::InUse { .. } => SourceError::InUse { name },
            SourceError::IsDirectory { .. } => SourceError::IsDirectory { name },
            SourceError::Read { error, .. } => SourceError::Read { name, error },
            SourceError::Shrunk { read, expected, .. } => SourceError::Shrunk { name, read, expected },
            SourceError::Refused { refusal, .. } => SourceError::Refused { name, refusal },
            SourceError::Stopped { .. } => SourceError::Stopped { name },
        }
    }

    /// Whether it is an archive in a place where archives are not opened: in a folder it is passed over, as any file
    /// there that is no log.
    pub fn passes_over(&self) -> bool {
        matches!(self, SourceError::Refused { refusal, .. } if refusal.passes_over())
    }

    /// The error of one operation on the file called `name`.
    pub(super) fn of(name: impl Into<String>, error: io::Error) -> Self {
        let name = name.into();
        if let Some(refusal) = error.get_ref().and_then(|inner| inner.downcast_ref::<Refusal>()) {
            return SourceError::Refused { name, refusal: *refusal };
        }
        if is_in_use(&error) {
            return SourceError::InUse { name };
        }
        match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename => {
                SourceError::Missing { name }
            }
            ErrorKind::PermissionDenied => SourceError::Denied { name },
            ErrorKind::IsADirectory => SourceError::IsDirectory { name },
            _ => SourceError::Read { name, error },
        }
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
        assert!(matches!(of(ErrorKind::NotFound), SourceError::Missing { .. }));
        assert!(matches!(of(ErrorKind::PermissionDenied), SourceError::Denied { .. }));
        assert!(matches!(of(ErrorKind::IsADirectory), SourceError::IsDirectory { .. }));
        assert!(matches!(of(ErrorKind::TimedOut), SourceError::Read { .. }));
        for kind in [ErrorKind::NotFound, ErrorKind::PermissionDenied, ErrorKind::IsADirectory, ErrorKind::TimedOut] {
            assert!(of(kind).to_string().starts_with("a.log: "));
        }
    }

    #[test]
    #[cfg(windows)]
    fn error_5_is_denied() {
        let error = SourceError::of("a.log", io::Error::from_raw_os_error(5));
        assert!(matches!(error, SourceError::Denied { .. }), "{error:?}");
    }

    #[test]
    fn in_use_is_a_windows_word() {
        for code in [32, 33] {
            let error = SourceError::of("a.log", io::Error::from_raw_os_error(code));
            assert_eq!(matches!(error, SourceError::InUse { .. }), cfg!(windows));
        }
    }
}
