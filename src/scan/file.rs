//! The facts of one file after it was read.

use std::time::SystemTime;

use crate::session::Tally;

/// Facts about one input file (contract section 4, `record: file`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileFacts {
    /// Its name as the user gave it or as it was found; `-` for standard input.
    pub file: String,
    /// Its size in bytes, as far as it was read.
    pub bytes: u64,
    /// When it was last written to, as far as the system knows.
    pub modified: Option<SystemTime>,
    /// Encoding, such as `utf-8`, `utf-16le`, `windows-1252`.
    pub encoding: &'static str,
    /// Name of the dialect; `None` where none fits.
    pub dialect: Option<String>,
    /// Share of the sampled lines that the dialect explains, 0 to 1.
    pub dialect_score: f64,
    /// Name of the next best dialect.
    pub dialect_runner_up: Option<String>,
    /// The dialect was chosen with little to go by.
    pub dialect_assumed: bool,
    /// The sums.
    pub tally: Tally,
    /// Found in a folder or archive, and no SMTP log.
    pub skipped: bool,
    /// A picture, a document or the like, as people send in place of a log.
    pub foreign: bool,
    /// The user stopped the reading before its end, perhaps before its beginning.
    pub stopped: bool,
    /// The error that ended or kept the reading, in a sentence.
    pub error: Option<String>,
    /// Sentences that the reader should know, such as a change by another program meanwhile.
    pub note: Option<String>,
    /// Shapes of lines that were not understood, every value masked, with how often each was seen; the commonest first.
    pub unknown_shapes: Vec<(String, u64)>,
}
