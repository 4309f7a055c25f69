//! Exit status (contract section 2).

use std::process::ExitCode;

use super::interrupt;
use crate::rule::Severity;

use crate::Summary;

/// The exit status of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// 0: nothing at or above `--fail-on`.
    Good,
    /// 1: findings at or above it.
    Findings,
    /// 2: something could not be done.
    NotDone,
    /// 130: the user pressed Ctrl-C.
    Interrupted,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        ExitCode::from(match status {
            Status::Good => 0,
            Status::Findings => 1,
            Status::NotDone => 2,
            Status::Interrupted => interrupt::EXIT_STATUS,
        })
    }
}

/// `--exit-zero` forgives findings, never what could not be done.
pub(super) fn of(summary: &Summary, fail_on: Severity, exit_zero: bool) -> Status {
    if !summary.problems.is_empty() || summary.idle {
        Status::NotDone
    } else if !exit_zero && (summary.stops_mail || summary.worst.is_some_and(|worst| worst >= fail_on)) {
        Status::Findings
    } else {
        Status::Good
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_promise() {
        let found = |worst| Summary { worst, ..Summary::default() };
        assert_eq!(of(&found(None), Severity::Note, false), Status::Good);
        assert_eq!(of(&found(Some(Severity::Warning)), Severity::Error, false), Status::Good);
        assert_eq!(of(&found(Some(Severity::Warning)), Severity::Warning, false), Status::Findings);
        assert_eq!(of(&found(Some(Severity::Error)), Severity::Error, true), Status::Good);
        let broken = Summary { problems: vec!["a.txt: gone.".into()], ..found(Some(Severity::Error)) };
        assert_eq!(of(&broken, Severity::Error, true), Status::NotDone);
    }
}
