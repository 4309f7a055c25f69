//! A log that is being written: each attempt as it ends, and a summary when the watching does.

use std::{
    io::{self, Write},
    time::Duration,
};

use crate::{
    rule::{Finding, Words, advice},
    session::{Outcome, Transaction},
};

use super::{
    Judged, Look, Report, Setup, Sink, Totals,
    failures::{deciding, recipient},
    finding_text,
    ndjson::Ndjson,
    row::TransactionRow,
    rows::Rows,
    text::{Ink, Page, counted},
    volume::way,
};

pub struct ShownAttempt<'a> {
    /// The log's name.
    pub file: &'a str,
    pub tx_id: u64,
    pub dialect: &'a str,
    pub tx: &'a Transaction,
    /// The finding, where it failed.
    pub finding: Option<&'a Finding>,
    /// The one next thing, where it failed while somebody watched.
    pub next: Option<Words>,
    /// It was shown before, and has turned out otherwise.
    pub again: bool,
    /// It is not finished, and for so long nothing was added to the log.
    pub silent: Option<Duration>,
}

/// A report that is written while somebody waits.
pub trait Live: Report {
    /// An attempt, as far as it went.
    fn attempt(&mut self, attempt: &ShownAttempt<'_>) -> io::Result<()> {
        self.transaction(attempt.file, attempt.tx_id, attempt.dialect, attempt.tx)
    }

    /// Makes visible all that was written.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The form in which a log that is being written is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LiveFormat {
    /// For people.
    Text,
    /// The rows of the contract. A row with the id of an earlier one takes its place.
    Ndjson,
}

impl LiveFormat {
    /// Begins to write.
    pub fn open(self, sink: Sink<'_>, setup: Setup) -> Box<dyn Live + '_> {
        match self {
            LiveFormat::Text => Box::new(Text::new(sink, &setup)),
            LiveFormat::Ndjson => Box::new(Ndjson::new(Box::new(Prompt(sink)), setup)),
        }
    }
}

/// Hands on each line as soon as it is whole, through every buffer below.
struct Prompt<'a>(Sink<'a>);

impl Write for Prompt<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.0.write(bytes)?;
        if bytes[..written].ends_with(b"\n") {
            self.0.flush()?;
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// The rows of an analysis; `Prompt` makes each visible.
impl Live for Ndjson<'_> {}

struct Text<'a> {
    sink: Sink<'a>,
    rows: Rows,
    look: Look,
    /// Findings that were shown in full.
    told: Vec<&'static str>,
    /// Mail failed, and none was sent since.
    failing: bool,
}

impl<'a> Text<'a> {
    fn new(sink: Sink<'a>, setup: &Setup) -> Self {
        Text { sink, rows: Rows::new(setup.level), look: setup.look, told: Vec::new(), failing: false }
    }

    fn failed(&mut self, page: &mut Page, attempt: &ShownAttempt<'_>) {
        let Some(finding) = attempt.finding else { return };
        let mut row = self.rows.finding(finding);
        let file = self.rows.gate().file_name(attempt.file);
        row.evidence.iter_mut().for_each(|proof| proof.file = file.clone());
        if self.told.contains(&finding.finding) {
            let title = row.title.as_str().trim_end_matches('.');
            page.field("Again", Some(Ink::Bold), &format!("{title}: what to do stands above."));
            if let Some(proof) = row.evidence.first() {
                page.cut_field("Proof", Some(Ink::Bold), &format!("{}:{}  {}", proof.file, proof.line, proof.text), 2);
            }
            return;
        }
        self.told.push(finding.finding);
        // One attempt, whose time stands above.
        row.count = 0;
        let finding = Finding { first_time: None, last_time: None, ..finding.clone() };
        finding_text::block(page, &finding, &row, finding_text::MAX_STEPS);
    }
}

impl Live for Text<'_> {
    fn attempt(&mut self, attempt: &ShownAttempt<'_>) -> io::Result<()> {
        let tx = attempt.tx;
        let row = self.rows.transaction(attempt.file, attempt.tx_id, attempt.dialect, tx);
        let error = self.rows.client_error(tx);
        let mut page = Page::new(self.look);
        let (word, ink) = heading(attempt);
        page.field(word, Some(ink), &said(attempt, &row));
        match tx.outcome {
            Outcome::Sent | Outcome::Tested | Outcome::Incomplete => {
                let words = deciding(&row, row.reply_text.as_ref(), error.as_ref());
                if !words.is_empty() {
                    page.cut_field("", None, &words, 2);
                }
            }
            _ => self.failed(&mut page, attempt),
        }
        if let Some(next) = &attempt.next {
            let words = self.rows.gate().words(next);
            page.field("Do now", Some(Ink::Bold), words.as_str());
        }
        if tx.outcome == Outcome::Sent && std::mem::take(&mut self.failing) {
            page.field("Next", Some(Ink::Bold), &format!("Mail goes out again. Send {}.", advice::SENDING_PACE));
        }
        self.failing |= tx.outcome.is_failure();
        page.blank();
        self.sink.write_all(page.into_text().as_bytes())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

impl Report for Text<'_> {
    fn rows(&mut self) -> Option<&mut Rows> {
        Some(&mut self.rows)
    }

    /// An attempt of which no more is known.
    fn transaction(&mut self, file: &str, tx_id: u64, dialect: &str, tx: &Transaction) -> io::Result<()> {
        self.attempt(&ShownAttempt { file, tx_id, dialect, tx, finding: None, next: None, again: false, silent: None })
    }

    fn finish(&mut self, judged: &Judged, totals: &Totals) -> io::Result<()> {
        let mut page = Page::new(self.look);
        let attempts = totals.tally.transactions;
        if attempts == 0 {
            page.line(Some(Ink::Bold), "Nothing was sent while mtmlog watched.");
        } else {
            page.line(Some(Ink::Bold), &format!("While mtmlog watched: {}.", counted(attempts, "attempt")));
            let findings: Vec<_> = judged.findings().map(|finding| (finding, self.rows.finding(finding))).collect();
            finding_text::write(&mut page, &findings, judged, totals, finding_text::MAX_STEPS);
            page.blank();
            page.line(None, &finding_text::sums(totals));
        }
        if totals.tally.unknown > 0 {
            let lines = counted(totals.tally.unknown, "line");
            page.line(None, &format!("{lines} of the log not understood: see `mtmlog sample`."));
        }
        self.sink.write_all(page.into_text().as_bytes())?;
        self.sink.flush()
    }
}

fn heading(attempt: &ShownAttempt<'_>) -> (&'static str, Ink) {
    match attempt.tx.outcome {
        Outcome::Sent => ("SENT", Ink::Green),
        Outcome::Partial => ("PARTIAL", Ink::Yellow),
        Outcome::Rejected => ("REJECTED", Ink::Red),
        Outcome::Deferred => ("DEFERRED", Ink::Yellow),
        Outcome::Failed => ("FAILED", Ink::Red),
        Outcome::Incomplete => ("WAITING", Ink::Yellow),
        Outcome::Tested => ("TESTED", Ink::Green),
    }
}

/// When, to whom, through what, and how far it got.
fn said(attempt: &ShownAttempt<'_>, row: &TransactionRow) -> String {
    let tx = attempt.tx;
    let mut words = Vec::new();
    if attempt.again {
        words.push("the attempt above went on:".to_owned());
    }
    if let Some(stamp) = tx.last_time() {
        words.push(stamp.to_string());
    }
    let to = recipient(row);
    if !to.is_empty() {
        words.push(format!("to {to}"));
    }
    words.push(format!("through {}", way(row)));
    let end = match (tx.outcome, attempt.silent) {
        (Outcome::Sent, _) => String::new(),
        (Outcome::Tested, _) => "; no mail was sent, only the connection was tried".to_owned(),
        (_, Some(silent)) => format!(
            "; not finished at stage {}: nothing was added to the log for {} seconds, line {} is the last",
            row.stage,
            silent.as_secs(),
            row.line_last
        ),
        (Outcome::Incomplete, None) => format!("; not finished at stage {}", row.stage),
        _ => format!("; at stage {}", row.stage),
    };
    words.join(" ") + &end + "."
}
