//! Keeps outputs from replacing a log that somebody else wrote, whether or not this run reads it.

use std::{fs, path::Path};

use super::{Request, detected::Asked, opened::OpenedLog};
use crate::{
    redact, report,
    source::{self, Found, Input, Log, ReadOptions},
};

/// The file is a log, or an archive with a log, that this program did not write.
pub(crate) fn is_log_of_others(path: &Path) -> bool {
    Replaced::of(path) == Replaced::Log
}

/// The file is a report or a copy that this program wrote at another time.
pub(super) fn is_ours(path: &Path) -> bool {
    Replaced::of(path) == Replaced::Ours
}

/// The file that stands where an output goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Replaced {
    /// No file yet, an empty one, or none that anybody would miss as a log.
    Other,
    Ours,
    Log,
}

impl Replaced {
    fn of(path: &Path) -> Replaced {
        if !fs::metadata(path).is_ok_and(|about| about.is_file() && about.len() > 0) {
            return Replaced::Other;
        }
        let file = Found { path: Input::File(path.to_owned()), named: true, extent: None, root: None };
        let mut replaced = Replaced::Other;
        for found in source::look_into(file).unwrap_or_default() {
            let Ok(log) = Log::open(&found.path, &ReadOptions::default()) else { continue };
            // What is ours is known at once; whether another text is a log takes a closer look.
            if report::is_manifest(log.sample()) {
                return Replaced::Ours;
            } else if report::is_report(log.sample()) || redact::is_copy(log.sample()) {
                replaced = replaced.max(Replaced::Ours);
            } else if OpenedLog::of(&Request::default(), &Asked::Nothing, log).detected.is_some() {
                replaced = Replaced::Log;
            }
        }
        replaced
    }
}
