//! Errors of a table of facts.

use super::{Cause, toml_fault};

/// The way of writing facts that this program reads.
pub(super) const VERSION: u32 = 1;

/// Facts could not be read.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    /// Not TOML, or a table or field that does not exist.
    #[error("the facts cannot be read: line {line}: {reason}")]
    Toml {
        /// The line of the file, from 1.
        line: usize,
        /// The reason, without words of the file.
        reason: String,
    },
    /// A cause code that the contract does not have.
    #[error("there is no cause `{0}`; `mtmlog list causes` prints those that there are")]
    Cause(String),
    /// A row that would match everything or nothing.
    #[error("a row for `{cause}` has {what}")]
    Row {
        /// The row's cause.
        cause: String,
        what: String,
    },
    /// A file for another program.
    #[error("facts of version {0}, and this mtmlog reads version {version}: take the mtmlog that the file is for", version = VERSION)]
    Version(u32),
    /// No day from which the facts are.
    #[error("the date is not written as 2026-11-28")]
    Date,
    /// A file that is used without being named must say from when it is.
    #[error("no `version = {version}` and no `date` at the beginning, so that nobody can tell how old it is", version = VERSION)]
    Undated,
    /// The phrases are too many for one automaton.
    #[error("the phrases cannot be compiled: {0}")]
    Phrases(String),
}

/// An error of TOML, told without words of the file.
pub(super) fn bad_toml(error: &toml::de::Error, text: &str) -> KnowledgeError {
    let (line, reason) = toml_fault(error, text);
    KnowledgeError::Toml { line, reason }
}

/// The cause of a row.
pub(super) fn cause(code: &str) -> Result<Cause, KnowledgeError> {
    Cause::from_code(code).ok_or_else(|| KnowledgeError::Cause(code.to_owned()))
}

/// An error about a row.
pub(super) fn bad_row(cause: &str, what: impl Into<String>) -> KnowledgeError {
    KnowledgeError::Row { cause: cause.to_owned(), what: what.into() }
}
