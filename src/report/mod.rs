//! The outputs, one file each, and their registry. This room sees no bytes of a log, only what `redact` has passed.

use std::io::{self, Write};

use crate::{
    redact::Level,
    rule::State,
    scan::FileFacts,
    session::{Clue, Tally, Transaction},
};

mod comparison;
mod csv;
mod customer;
mod distinct;
mod explain;
mod facts;
mod failures;
mod finding_text;
mod fleet;
mod html;
mod json;
mod list;
mod live;
mod markdown;
mod ndjson;
#[cfg(feature = "probe")]
mod probe;
mod probe_result;
mod row;
mod rows;
mod sample;
mod settings;
mod state_text;
mod table;
mod text;
mod ticket;
mod time;
mod volume;
mod written;

pub use comparison::ComparisonFormat;
pub(crate) use comparison::{Compared, Side};
pub(crate) use customer::{AskedPeriod, Common};
pub use customer::{Customer, Judged};
pub(crate) use explain::Explainer;
pub(crate) use list::List;
pub use list::{LISTS, ListFormat};
pub use live::LiveFormat;
pub(crate) use live::{Live, ShownAttempt};
#[cfg(feature = "probe")]
pub(crate) use probe::{AttemptRow, DomainRow, ProbeFinding, ProbePage, SettingRow, StageRow, TlsRow};
pub(crate) use probe_result::ways_seen;
pub(crate) use row::is_field;
pub(crate) use rows::Rows;
pub use sample::SAMPLE;
#[cfg(feature = "probe")]
pub(crate) use sample::Sample;
pub(crate) use settings::{settings_json, settings_text};
pub(crate) use table::terminal_width;
pub use ticket::Paper;
pub(crate) use ticket::Proof;
pub(crate) use ticket::{Source, Ticket};
pub(crate) use written::{CHECKSUM, is_manifest, is_report};

/// Every output, in the order in which help lists them.
pub static FORMATS: &[&Format] =
    &[&table::TABLE, &json::JSON, &ndjson::NDJSON, &csv::CSV, &markdown::MARKDOWN, &html::HTML];

/// A report being written. Rows come as they are found and are written as they come, so memory does not grow with the
/// log.
pub trait Report: Send {
    /// Makes the rows of this report, and holds its gate; none where nothing of a log is shown.
    fn rows(&mut self) -> Option<&mut Rows> {
        None
    }

    /// A file begins, whose logs are of this customer; none for standard input.
    fn begin(&mut self, customer: Option<&str>) {
        if let Some(rows) = self.rows() {
            rows.begin(customer);
        }
    }

    /// Where secrets stand in the file that has begun, before its transactions as far as it was read ahead: the gate hides
    /// them wherever they come from now on.
    fn clues(&mut self, clues: &[Clue]) {
        if let Some(rows) = self.rows() {
            rows.gate().learn(clues);
        }
    }

    /// A row of this transaction would hold a word that its log may still tell to be a secret. Not where rows wait
    /// for the end of all logs, and are looked at again then.
    fn may_quote(&mut self, tx: &Transaction) -> bool {
        self.rows().is_some_and(|rows| rows.gate().may_quote(tx))
    }

    /// A transaction to be shown, in file order, before [`Report::file`] of its file.
    fn transaction(&mut self, file: &str, tx_id: u64, dialect: &str, tx: &Transaction) -> io::Result<()>;

    /// A file, after its transactions. Called once for every file, in input order, also for skipped and unreadable
    /// ones: `Evidence::file` counts these calls from 0, and so do the rows.
    fn file(&mut self, facts: &FileFacts, state: State) -> io::Result<()> {
        if let Some(rows) = self.rows() {
            rows.file(facts, state);
        }
        Ok(())
    }

    /// The judgement, after all else.
    fn finish(&mut self, _: &Judged, _: &Totals) -> io::Result<()> {
        Ok(())
    }
}

/// Sums over all files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Files looked at, the two below included.
    pub files: u64,
    /// Found in a folder or archive, and no SMTP log.
    pub skipped: u64,
    /// Could not be read.
    pub unreadable: u64,
    /// Were not read, or not to their end, because the user stopped it: the report is about a part.
    pub stopped: u64,
    /// The sums of the others.
    pub tally: Tally,
    /// The facts that lay over the built-in ones, in words, where there were any.
    pub facts: Option<String>,
}

/// The choices that hold for all of a report. By default for a file: failures only, nothing that tells who somebody is.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// The level of redaction.
    pub level: Level,
    /// Constant columns (`--label K=V`).
    pub labels: Vec<(String, String)>,
    /// Every transaction was asked for, not only failures.
    pub all: bool,
    /// Every step and proof was asked for, not only what a screen holds.
    pub full: bool,
    /// One row a customer was asked for.
    pub by: bool,
    /// Its looks, for people.
    pub look: Look,
}

/// The looks of an output for people.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Columns of the screen.
    pub width: usize,
    /// Cut nothing.
    pub wide: bool,
    /// Box drawing characters; else ASCII, which survives every pipe on Windows.
    pub boxes: bool,
    /// Colour escapes.
    pub colour: bool,
}

/// The looks of a file: 100 columns of ASCII, without colour.
impl Default for Look {
    fn default() -> Look {
        Look { width: 100, wide: false, boxes: false, colour: false }
    }
}

/// Where a report is written to.
pub type Sink<'a> = Box<dyn Write + Send + 'a>;

/// An output, for the registry.
pub struct Format {
    /// The word after `--format`.
    pub name: &'static str,
    /// Its purpose in one line.
    pub title: &'static str,
    /// The level of redaction unless `--redact` says otherwise.
    pub level: Level,
    /// It shows every attempt, if only as a number: it is given them all, whatever is listed.
    pub every_attempt: bool,
    /// Excel, PowerShell 5.1 and old Notepads read it as UTF-8 only with a byte order mark. JSON must have none, and a
    /// page says itself what it is.
    pub byte_order_mark: bool,
    /// A browser shows it: what `--open` is for.
    pub is_page: bool,
    /// Begins a report.
    pub open: for<'a> fn(Sink<'a>, Setup) -> io::Result<Box<dyn Report + 'a>>,
}

impl Format {
    /// The format of this name.
    pub fn named(name: &str) -> Option<&'static Format> {
        FORMATS.iter().find(|format| format.name == name).copied()
    }
}

#[cfg(test)]
mod tests;
