//! A place in a line where a reply or a command begins.

use crate::smtp::Verb;

/// A reply or a command in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dialect) struct Said {
    /// Where it begins.
    pub at: usize,
    /// What it is.
    pub what: Words,
}

/// The reply or command, as far as the learner looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dialect) enum Words {
    Reply { code: u16, last: bool },
    Command(Verb),
}
