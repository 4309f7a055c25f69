//! What an output may replace: never a log that somebody else wrote, whether or not this run reads it.

use std::{fs, path::Path};

use super::{Request, detected::Asked, opened::OpenedLog};
use crate::{
    redact,
    source::{self, Found, Input, Log, ReadOptions},
};

/// One of these stands in each report, and in no log that others wrote: the name, a column, the totals in words.
const OF_REPORTS: [&[u8]; 2] = [b"mtmlog", b"tx_id"];
const TOTALS: [&[u8]; 3] = [b"+", b"partly", b"sent"];

/// Whether the file is a log, or an archive with logs, that this program did not write.
pub(crate) fn is_log_of_others(path: &Path) -> bool {
    Replaced::of(path) == Replaced::Log
}

/// Whether the file is a report or a copy that this program wrote at another time.
pub(super) fn is_ours(path: &Path) -> bool {
    Replaced::of(path) == Replaced::Ours
}

/// What stands where an output goes.
#[derive(Clone, Copy, PartialEq, Eq)]
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
            // What is ours is known at once; whether another text is a log takes a closer look.
            let Ok(log) = Log::open(&found.path, &ReadOptions::default()) else { continue };
            if is_report(log.sample()) || redact::is_copy(log.sample()) {
                return Replaced::Ours;
            }
            let opened = OpenedLog::open(&Request::default(), &Asked::Nothing, &found.path);
            if opened.is_ok_and(|opened| opened.detected.is_some()) {
                replaced = Replaced::Log;
            }
        }
        replaced
    }
}

fn is_report(text: &[u8]) -> bool {
    let in_words = || {
        let words = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().windows(TOTALS.len()).any(|some| some == TOTALS)
    };
    OF_REPORTS.iter().any(|word| memchr::memmem::find(text, word).is_some()) || in_words()
}
