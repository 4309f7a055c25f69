//! The attempts that a person gets to see: the newest, and not more than a person reads.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;

use crate::{
    redact::{Redacted, Redactor},
    session::Transaction,
};

use super::{
    row::{RecipientRow, TransactionRow},
    text::{Page, cut, number, path_end},
};

/// Failures shown, the newest.
const MAX_FAILURES: usize = 20;
/// Fewer rows than this are not shown: a table of a line or two says less than it takes.
const MIN_ROWS: usize = 3;
/// Attempts shown with `--all`, the newest; JSON has no such limit.
const MAX_ATTEMPTS: usize = 10_000;
/// Columns of a file's name before its folders are cut.
const MAX_FILE_COLUMNS: usize = 24;
/// Characters of a reply that are shown; nobody reads more of it in a table.
const MAX_REPLY_CHARS: usize = 300;
/// Characters of a reply that are kept until the end: all secrets are known only then, and none may be cut in two before.
const KEPT_REPLY_CHARS: usize = 2 * MAX_REPLY_CHARS;

/// Keeps the newest of what it is given, and no more.
pub(super) struct Newest<T> {
    limit: usize,
    /// Newest moment of this file so far: within a file its order is the truth, whatever its clock does.
    moment: Option<NaiveDateTime>,
    seen: u64,
    /// By its moment, then by its place; no two have the same place.
    kept: BTreeMap<(Option<NaiveDateTime>, u64), T>,
}

impl<T> Newest<T> {
    pub(super) fn new(limit: usize) -> Self {
        Newest { limit, moment: None, seen: 0, kept: BTreeMap::new() }
    }

    pub(super) fn next_file(&mut self) {
        self.moment = None;
    }

    /// Offers something about an attempt, and drops the oldest where there are more than the limit.
    pub(super) fn push(&mut self, tx: &Transaction, what: T) {
        self.moment = self.moment.max(tx.last_time().and_then(|stamp| stamp.naive()));
        self.seen += 1;
        self.kept.insert((self.moment, self.seen), what);
        if self.kept.len() > self.limit {
            self.kept.pop_first();
        }
    }

    /// The newest first, and how many there were.
    pub(super) fn into_newest(self) -> (Vec<T>, u64) {
        (self.kept.into_values().rev().collect(), self.seen)
    }
}

/// Keeps the newest attempts for the table.
pub(super) struct Failures(Newest<FailureRow>);

/// A line of the table.
pub(super) struct FailureRow {
    pub(super) file: String,
    pub(super) line: u64,
    pub(super) time: String,
    pub(super) outcome: &'static str,
    pub(super) stage: &'static str,
    pub(super) reply: String,
    pub(super) cause: &'static str,
    pub(super) recipient: String,
}

impl Failures {
    pub(super) fn new(all: bool) -> Self {
        Failures(Newest::new(if all { MAX_ATTEMPTS } else { MAX_FAILURES }))
    }

    pub(super) fn next_file(&mut self) {
        self.0.next_file();
    }

    pub(super) fn add(&mut self, row: &TransactionRow, error: Option<&Redacted>, tx: &Transaction, wide: bool) {
        let reply = deciding(row, row.reply_text.as_ref(), error);
        let attempt = FailureRow {
            file: if wide { row.file.to_string() } else { path_end(row.file.as_str(), MAX_FILE_COLUMNS) },
            line: tx.reply.as_ref().map(|r| r.line).or(tx.error.as_ref().map(|e| e.line)).unwrap_or(tx.line_last),
            time: tx.last_time().as_ref().map(ToString::to_string).unwrap_or_default(),
            outcome: row.outcome,
            stage: row.stage,
            reply: if wide { reply } else { cut(&reply, KEPT_REPLY_CHARS) },
            cause: row.cause,
            recipient: recipient(row),
        };
        self.0.push(tx, attempt);
    }

    /// The newest first, at most so many, without the secrets that are known by now, and what stands above them; no heading
    /// where nothing failed.
    pub(super) fn newest(
        self,
        most: usize,
        all: bool,
        wide: bool,
        gate: &Redactor,
    ) -> (Vec<FailureRow>, Option<String>) {
        let what = if all { "attempts" } else { "failures" };
        let (mut newest, seen) = self.0.into_newest();
        let most = if most < MIN_ROWS { 0 } else { most };
        newest.truncate(most);
        for attempt in &mut newest {
            let reply = gate.again(&attempt.reply);
            attempt.reply = if wide { reply } else { cut(&reply, MAX_REPLY_CHARS) };
            attempt.recipient = gate.again(&attempt.recipient);
        }
        let rows = if all { "--format ndjson --all" } else { "--format ndjson" };
        let heading = match (newest.len() as u64, seen) {
            (_, 0) => None,
            // The proof above is of the only one.
            (0, 1) if !all => None,
            (0, seen) => Some(format!("{} {what}: --full lists the newest, {rows} all of them.", number(seen))),
            (shown, seen) if shown == seen => Some(format!("All {what} ({}), newest first:", number(seen))),
            (shown, seen) => {
                Some(format!("The newest {} of {} {what} (more: --full; all: {rows}):", number(shown), number(seen)))
            }
        };
        (newest, heading)
    }
}

/// The newest failures, a line each: the whole table is for those who ask for it.
pub(super) fn compact(page: &mut Page, attempts: &[FailureRow], files: bool) {
    for attempt in attempts {
        let place = if files { format!("{}:{}", attempt.file, attempt.line) } else { attempt.line.to_string() };
        let time = attempt.time.get(..MINUTE_COLUMNS).unwrap_or(&attempt.time);
        let to = if attempt.recipient.is_empty() { String::new() } else { format!("  {}", attempt.recipient) };
        let head = format!("{place:>6}  {time}  {:<8}  ", attempt.stage);
        let room = page.width().saturating_sub(head.chars().count());
        let rest = if attempt.reply.is_empty() { attempt.cause.to_owned() } else { format!("{}{to}", attempt.reply) };
        page.drawing(&format!("{head}{}", cut(&rest, room)));
    }
}

/// Columns of `2026-11-23 08:53`.
const MINUTE_COLUMNS: usize = 16;

/// The words that decided: the reply with its code in front; without one, the writer's own.
pub(super) fn deciding(row: &TransactionRow, text: Option<&Redacted>, error: Option<&Redacted>) -> String {
    match (row.reply_code, text, error) {
        // A network error after a good reply says more than that reply.
        (Some(code), _, Some(error)) if code < 400 => error.to_string(),
        (Some(code), Some(text), _) => format!("{code} {text}").trim_end().to_owned(),
        (_, _, Some(error)) => error.to_string(),
        _ => String::new(),
    }
}

/// The recipient that was refused, else the first.
pub(super) fn refused_or_first(row: &TransactionRow) -> Option<&RecipientRow> {
    row.recipients.iter().find(|to| to.accepted == Some(false)).or(row.recipients.first())
}

/// The first refused recipient, else the first, and how many others there are.
pub(super) fn recipient(row: &TransactionRow) -> String {
    let Some(to) = refused_or_first(row) else { return String::new() };
    match row.recipients.len() {
        1 => to.address.to_string(),
        n => format!("{} +{}", to.address, n - 1),
    }
}
