//! What is asked of the engine.

use std::{ffi::OsString, path::PathBuf};

use chrono::{FixedOffset, NaiveDateTime};

use crate::knowledge::Cause;

/// One analysis: which logs, how to read them, and which attempts to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Files, folders, globs, or `-`; none at all means the known places.
    pub paths: Vec<OsString>,
    /// A list with more paths, one a line; `-` is standard input.
    pub files_from: Option<OsString>,
    /// The dialect, where the user knows better than the detection.
    pub dialect: Option<String>,
    /// Nothing before this moment of the log's clock.
    pub since: Option<NaiveDateTime>,
    /// Nothing after this moment.
    pub until: Option<NaiveDateTime>,
    /// Only these causes; empty for all.
    pub causes: Vec<Cause>,
    /// Every attempt goes to the report, not only failures.
    pub all: bool,
    /// The zone of stamps that carry none.
    pub utc_offset: Option<FixedOffset>,
    /// Threads; `None` for as many as fit.
    pub threads: Option<usize>,
    /// Files may be mapped.
    pub mmap: bool,
    /// Facts to lay over the built-in ones.
    pub knowledge: Option<PathBuf>,
}
