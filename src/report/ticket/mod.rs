//! The evidence that a provider's desk asks for: ten parts, in the order in which a stranger reads them.

mod clock;
mod page;
mod write;

use std::{collections::BTreeMap, io};

use crate::{
    dialect::Stamp,
    knowledge::{Cause, Knowledge},
    redact::{ExcerptLine, Level, Redactor},
    rule::State,
    scan::FileFacts,
    session::{Outcome, Transaction},
};

use super::{
    Judged, Report, Totals,
    distinct::Distinct,
    probe_result::ProbeResult,
    row::{FileRow, FindingRow, TransactionRow},
    rows::Rows,
    volume::{Tried, Volume},
};

pub use page::Paper;

/// Collects what a ticket needs while logs are read: bounded, whatever they hold.
pub(crate) struct Ticket<'k> {
    knowledge: &'k Knowledge,
    rows: Rows,
    /// Only these; empty for all.
    causes: Vec<Cause>,
    files: Vec<FileRow>,
    /// Their names as they were found; nothing of them is printed.
    paths: Vec<String>,
    failures: Distinct,
    tried: Tried,
    volume: Volume,
    /// The newest of each cause that is the first of its session.
    failed: BTreeMap<Cause, LocatedAttempt>,
    sent: Option<LocatedAttempt>,
    attempts: u64,
    counted: u64,
    first_failure: Option<Stamp>,
    last_failure: Option<Stamp>,
    findings: Vec<FindingRow>,
    judged: Judged,
    totals: Totals,
    /// The one recipient who is to be shown, and whether he was seen.
    reveals: Option<usize>,
    revealed: bool,
    /// It lies beside the map of the stand-ins, which turns them back.
    mapped: bool,
    /// The result of a probe from this PC.
    seen: Option<ProbeResult>,
}

/// One attempt, with where its lines are.
struct LocatedAttempt {
    /// Number of the file, from 0.
    file: usize,
    row: TransactionRow,
    tx: Transaction,
}

/// The lines of one attempt in a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    /// Number of the file among those read, from 0.
    pub file: usize,
    /// Number of the dialect they are in, where a log has several.
    pub dialect_index: u8,
    /// First line, from 1.
    pub first: u64,
    /// Last line, from 1.
    pub last: u64,
}

/// Proof that is read from the logs after the analysis.
#[derive(Default)]
pub(crate) struct Proof {
    /// The first and last lines of the failed attempt, and how many stand between.
    pub(crate) transcript: (Vec<ExcerptLine>, Vec<ExcerptLine>, u64),
    /// Of each file that could be read again: its number, from 0, and its SHA-256.
    pub(crate) checksums: Vec<(usize, String)>,
}

impl<'k> Ticket<'k> {
    /// A ticket about these causes, or about all. `reveal` is the number of the one recipient who is shown.
    pub(crate) fn new(knowledge: &'k Knowledge, causes: Vec<Cause>, reveal: Option<usize>) -> Self {
        let mut rows = Rows::new(Level::Personal);
        rows.gate().show_senders();
        if let Some(number) = reveal {
            rows.gate().reveal_recipient(number);
        }
        Ticket {
            knowledge,
            rows,
            causes,
            files: Vec::new(),
            paths: Vec::new(),
            failures: Distinct::default(),
            tried: Tried::default(),
            volume: Volume::default(),
            failed: BTreeMap::new(),
            sent: None,
            attempts: 0,
            counted: 0,
            first_failure: None,
            last_failure: None,
            findings: Vec::new(),
            judged: Judged::default(),
            totals: Totals::default(),
            reveals: reveal,
            revealed: false,
            mapped: false,
            seen: None,
        }
    }

    /// Keeps the map of the stand-ins in its gate.
    pub(crate) fn keep_map(&mut self) {
        self.mapped = true;
        self.rows.gate().keep_map();
    }

    /// Takes what a probe wrote as JSON.
    ///
    /// # Errors
    /// A sentence where it is no such JSON.
    pub(crate) fn take_probe(&mut self, json: &str) -> Result<(), String> {
        self.seen = Some(ProbeResult::read(json, self.rows.gate())?);
        Ok(())
    }

    /// Where the lines of the attempt stand that is to be shown.
    pub(crate) fn wanted(&self) -> Option<Source> {
        let attempt = self.failed.get(&self.chosen()?)?;
        Some(Source {
            file: attempt.file,
            dialect_index: attempt.tx.dialect_index,
            first: attempt.tx.line_first,
            last: attempt.tx.line_last,
        })
    }

    /// At least one line was understood; otherwise there is nothing to ask a provider about.
    pub(crate) fn has_read(&self) -> bool {
        self.totals.tally.understood > 0
    }

    /// The names of the logs that were read, without what was skipped as no log.
    pub(crate) fn logs(&self) -> impl Iterator<Item = &str> {
        let read = self.paths.iter().zip(&self.files).filter(|(_, file)| !file.skipped);
        read.map(|(path, _)| path.as_str())
    }

    /// The servers that mail was to go through, at most a few.
    pub(crate) fn servers(&self) -> Vec<String> {
        let failed = self.failed.values().chain(&self.sent);
        let hosts = failed.filter_map(|attempt| Some(attempt.row.server_host.as_ref()?.as_str().to_owned()));
        hosts.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
    }

    /// The name of a file, by its number among those read.
    pub(crate) fn path(&self, file: usize) -> Option<&str> {
        self.paths.get(file).map(String::as_str)
    }

    /// The number of the recipient who was to be shown, where he is in none of the logs.
    pub(crate) fn missed_recipient(&self) -> Option<usize> {
        self.reveals.filter(|_| !self.revealed)
    }

    /// The gate, so that the transcript has the same stand-ins.
    pub(crate) fn gate(&mut self) -> &mut Redactor {
        self.rows.gate()
    }

    fn is_about(&self, cause: Option<Cause>) -> bool {
        self.causes.is_empty() || cause.is_some_and(|cause| self.causes.contains(&cause))
    }

    /// The cause whose attempt is shown: that of the finding to act on first.
    fn chosen(&self) -> Option<Cause> {
        let causes = self.findings.iter().filter_map(|row| Cause::from_code(row.cause?));
        causes.into_iter().find(|cause| self.failed.contains_key(cause)).or_else(|| self.failed.keys().next().copied())
    }

    /// Keeps the newest failure of a cause: the freshest for the provider's own logs. Of a session the first, as its
    /// lines begin with the connection.
    fn keep(&mut self, cause: Cause, attempt: LocatedAttempt) {
        let known = self.failed.get(&cause);
        if known.is_none_or(|known| (known.file, known.tx.session) != (attempt.file, attempt.tx.session)) {
            self.failed.insert(cause, attempt);
        }
    }
}

impl Report for Ticket<'_> {
    fn rows(&mut self) -> Option<&mut Rows> {
        Some(&mut self.rows)
    }

    fn begin(&mut self, _: Option<&str>) {}

    fn transaction(&mut self, file: &str, tx_id: u64, dialect: &str, tx: &Transaction) -> io::Result<()> {
        let mut row = self.rows.transaction(file, tx_id, dialect, tx);
        if row.server_host.is_none() {
            row.server_host = tx.connection.greeting.as_ref().and_then(|words| self.rows.gate().greeted(words));
        }
        // All others have stand-ins.
        self.revealed |= row.recipients.iter().any(|to| !to.address.as_str().starts_with("recipient-"));
        self.attempts += 1;
        self.volume.add(tx);
        self.tried.add(&row);
        if tx.outcome.is_failure() && self.is_about(tx.cause) {
            self.counted += 1;
            let time = tx.last_time();
            self.first_failure = self.first_failure.or(time);
            self.last_failure = time.or(self.last_failure);
            let error = self.rows.client_error(tx);
            self.failures.add(&row, error.as_ref(), time);
            let cause = tx.cause.unwrap_or(Cause::UnknownReply);
            self.keep(cause, LocatedAttempt { file: self.files.len(), row, tx: tx.clone() });
        } else if tx.outcome == Outcome::Sent {
            self.sent = Some(LocatedAttempt { file: self.files.len(), row, tx: tx.clone() });
        }
        Ok(())
    }

    fn file(&mut self, facts: &FileFacts, state: State) -> io::Result<()> {
        self.paths.push(facts.file.clone());
        self.files.push(self.rows.file(facts, state));
        Ok(())
    }

    fn finish(&mut self, judged: &Judged, totals: &Totals) -> io::Result<()> {
        for finding in judged.findings() {
            if self.is_about(finding.cause) {
                let row = self.rows.finding(finding);
                self.findings.push(row);
            }
        }
        self.judged = judged.clone();
        self.totals = totals.clone();
        Ok(())
    }
}
