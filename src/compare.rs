//! Two logs, or one before and after a moment, beside each other: two analyses, then what differs.

use std::io;

use chrono::{NaiveDate, NaiveDateTime};

use crate::{
    Request, Summary,
    analysis::{self, Facts},
    redact::Level,
    report::{Compared, ComparisonFormat, Judged, Look, Report, Side, Sink, Totals},
    rule::{self, State},
    scan::FileFacts,
    session::{Clue, Transaction},
};

/// A comparison of two logs, or of one before and after a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompareRequest {
    /// The logs before.
    pub before: Request,
    /// The logs since.
    pub since: Request,
    /// The moment that divides one log, which is then in both requests.
    pub at: Option<NaiveDateTime>,
    /// The form of the answer.
    pub format: ComparisonFormat,
    /// The level of redaction.
    pub level: Level,
}

impl CompareRequest {
    /// One log, before and after a moment.
    pub fn around(log: Request, at: NaiveDateTime, format: ComparisonFormat, level: Level) -> Self {
        let before = Request { until: Some(at), ..log.clone() };
        CompareRequest { before, since: Request { since: Some(at), ..log }, at: Some(at), format, level }
    }
}

/// The day of a log's newest entry.
///
/// # Errors
/// None of its own: nothing is written.
pub(crate) fn newest_day(log: &Request) -> io::Result<Option<NaiveDate>> {
    let (collected, _) = side(log, false)?;
    Ok(collected.side.period.tally.last_time.and_then(|stamp| stamp.date))
}

/// Reads both and writes what differs, unless one of them could not be read. What is found in the newer one makes the
/// summary.
///
/// # Errors
/// Only where it cannot be written. A log that cannot be read is a problem in the summary.
pub fn compare(asked: &CompareRequest, look: Look, sink: &mut Sink<'_>) -> io::Result<Summary> {
    // A problem with them is told by the analysis.
    let knowledge = &*Facts::of(asked.since.knowledge.as_deref()).unwrap_or_default();
    let (before, mut summary) = side(&asked.before, asked.at.is_some())?;
    let (since, newer) = side(&asked.since, asked.at.is_some())?;
    summary.worst = newer.worst;
    summary.stops_mail = newer.stops_mail;
    // A side without attempts is an answer of its own.
    summary.idle = false;
    if let Some(problem) = analysis::one_only("compare", &summary).or_else(|| analysis::one_only("compare", &newer)) {
        summary.problems.push(problem);
        return Ok(summary);
    }
    for (all, more) in [(&mut summary.problems, newer.problems), (&mut summary.notes, newer.notes)] {
        all.extend(
            more.into_iter().filter(|sentence| asked.at.is_none() || !all.contains(sentence)).collect::<Vec<_>>(),
        );
    }
    if asked.since.meter.is_stopped() {
        return Ok(summary);
    }
    if !summary.problems.is_empty() && (before.is_nothing() || since.is_nothing()) {
        return Ok(summary);
    }
    let attempts = before.side.period.tally.transactions + since.side.period.tally.transactions;
    if attempts == 0 && before.untimed > 0 {
        summary.problems.push(
            "--at: the log has no times, so no moment divides it. Copy its two parts into two files, and compare those."
                .to_owned(),
        );
        return Ok(summary);
    }
    let comparison = rule::compare(knowledge, &before.side.period, &since.side.period);
    let notes = notes(asked, &before, &since);
    let compared = Compared {
        before: &before.side,
        since: &since.side,
        at: asked.at,
        comparison: &comparison,
        notes: &notes,
        knowledge,
    };
    compared.write(sink, asked.format, asked.level, look)?;
    Ok(summary)
}

/// Reservations that the reader should know before believing the answer.
fn notes(asked: &CompareRequest, before: &Collected, since: &Collected) -> Vec<String> {
    let mut notes = Vec::new();
    let (old, new) = (&before.side.period.tally, &since.side.period.tally);
    let moment = |stamp: Option<crate::dialect::Stamp>| stamp.and_then(|stamp| stamp.naive());
    if asked.at.is_none()
        && let (Some(old_last), Some(new_first)) = (moment(old.last_time), moment(new.first_time))
        && let (Some(old_first), Some(new_last)) = (moment(old.first_time), moment(new.last_time))
        && new_first < old_last
    {
        notes.push(if new_last <= old_first {
            "The second log is older than the first: exchange them.".to_owned()
        } else {
            "The two logs overlap in time, so before and since are not apart. If it is one history, use one log and --at."
                .to_owned()
        });
    }
    if asked.at.is_some() && before.untimed > 0 {
        notes.push(format!("{} attempts carry no time and are on neither side.", before.untimed));
    }
    // One log is read twice, and each time whole.
    for (which, side) in [("Before", before), ("Since", since)].into_iter().skip(usize::from(asked.at.is_some())) {
        let (lines, unknown) =
            side.side.files.iter().filter(|(facts, _)| !facts.skipped).fold((0, 0), |(lines, unknown), (facts, _)| {
                (lines + facts.tally.lines, unknown + facts.tally.unknown)
            });
        if unknown * 10 > lines {
            notes.push(format!(
                "{which}: {unknown} of {lines} lines were not understood, so this may be wrong. See mtmlog sample."
            ));
        }
    }
    notes
}

fn side(request: &Request, timed: bool) -> io::Result<(Collected, Summary)> {
    let mut collected = Collected { timed, ..Collected::default() };
    let summary = crate::analyze(&Request { all: true, ..request.clone() }, &mut collected)?;
    Ok((collected, summary))
}

/// A side while it is read.
#[derive(Default)]
struct Collected {
    side: Side,
    /// Only attempts with a time count.
    timed: bool,
    untimed: u64,
}

impl Collected {
    /// No line was understood.
    fn is_nothing(&self) -> bool {
        self.side.files.iter().all(|(facts, _)| facts.tally.understood == 0)
    }
}

impl Report for Collected {
    fn clues(&mut self, clues: &[Clue]) {
        self.side.clues.extend_from_slice(clues);
    }

    fn transaction(&mut self, _: &str, _: u64, _: &str, tx: &Transaction) -> io::Result<()> {
        if self.timed && tx.moment().is_none() {
            self.untimed += 1;
        } else {
            self.side.period.observe(tx);
        }
        Ok(())
    }

    fn file(&mut self, facts: &FileFacts, state: State) -> io::Result<()> {
        self.side.files.push((facts.clone(), state));
        Ok(())
    }

    fn finish(&mut self, judged: &Judged, _: &Totals) -> io::Result<()> {
        self.side.findings = judged.findings().cloned().collect();
        Ok(())
    }
}
