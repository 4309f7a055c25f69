//! What the template of the report is given.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    redact::{Level, Shown},
    rule::Finding,
    session::{Outcome, Transaction},
    smtp::Stage,
};

use super::super::{
    Totals, blocks,
    failures::{deciding, recipient},
    row::{FileRow, FindingRow, TransactionRow},
    seen::Volume,
    text::{counted, cut, number},
    time::plain,
};

/// Width of the timeline, and height of its highest bar.
const TIMELINE: (f64, f64) = (720.0, 110.0);
/// Days in the timeline, the newest.
const DAYS: usize = 120;
/// A reply of several lines can be long.
const REPLY: usize = 400;

const OUTCOMES: [Outcome; 7] = [
    Outcome::Sent,
    Outcome::Partial,
    Outcome::Rejected,
    Outcome::Deferred,
    Outcome::Failed,
    Outcome::Incomplete,
    Outcome::Tested,
];

/// The report.
#[derive(Serialize)]
pub(super) struct Page<'a> {
    title: &'static str,
    verdict: Option<String>,
    sums: String,
    findings: Vec<FindingBlock>,
    outcomes: Vec<&'static str>,
    stages: Vec<StageRow>,
    days: Vec<DayBar>,
    first_day: String,
    last_day: String,
    heading: String,
    columns: [&'static str; 8],
    attempts: Vec<AttemptRow>,
    files: &'a [FileRow],
    level: &'static str,
}

#[derive(Serialize)]
struct FindingBlock {
    row: FindingRow,
    often: String,
}

#[derive(Serialize)]
struct StageRow {
    name: &'static str,
    counts: Vec<u64>,
}

#[derive(Serialize)]
struct DayBar {
    date: String,
    sent: u64,
    failed: u64,
    x: String,
    width: String,
    sent_top: String,
    sent_height: String,
    failed_top: String,
    failed_height: String,
}

/// A row of the list.
#[derive(Serialize)]
pub(super) struct AttemptRow {
    time: String,
    outcome: &'static str,
    stage: &'static str,
    cause: &'static str,
    reply: String,
    server: String,
    recipient: String,
    file: Shown,
    line: u64,
    /// Its place among all, to sort by.
    place: u64,
}

impl AttemptRow {
    pub(super) fn new(row: &TransactionRow, error: Option<&Shown>, tx: &Transaction, place: u64) -> Self {
        let port = row.server_port.map_or(String::new(), |port| format!(":{port}"));
        AttemptRow {
            time: tx.ended_at.or(tx.started_at).as_ref().map(plain).unwrap_or_default(),
            outcome: row.outcome,
            stage: row.stage,
            cause: row.cause,
            reply: cut(&deciding(row, row.reply_text.as_ref(), error), REPLY),
            server: row.server_host.as_ref().map_or(port.clone(), |host| format!("{host}{port}")),
            recipient: recipient(row),
            file: row.file.clone(),
            line: row.line_first,
            place,
        }
    }
}

/// How many attempts ended how, by the stage they got to.
#[derive(Default)]
pub(super) struct Stages(BTreeMap<Stage, [u64; OUTCOMES.len()]>);

impl Stages {
    pub(super) fn add(&mut self, tx: &Transaction) {
        if let Some(place) = OUTCOMES.iter().position(|outcome| *outcome == tx.outcome) {
            self.0.entry(tx.stage).or_default()[place] += 1;
        }
    }
}

impl<'a> Page<'a> {
    #[allow(clippy::too_many_arguments)]
    pub(super) fn new(
        findings: Vec<(&Finding, FindingRow)>,
        totals: &Totals,
        stages: &Stages,
        volume: &Volume,
        attempts: Vec<AttemptRow>,
        heading: String,
        files: &'a [FileRow],
        level: Level,
    ) -> Self {
        let days = bars(volume);
        let day = |bar: Option<&DayBar>| bar.map(|bar| bar.date.clone()).unwrap_or_default();
        Page {
            title: "Why mail is not going out",
            verdict: blocks::verdict(findings.iter().map(|(finding, _)| *finding), totals),
            sums: blocks::sums(totals),
            findings: findings.into_iter().map(|(finding, row)| block(finding, row)).collect(),
            outcomes: OUTCOMES.iter().map(|outcome| outcome.name()).collect(),
            stages: stages
                .0
                .iter()
                .map(|(stage, counts)| StageRow { name: stage.name(), counts: counts.to_vec() })
                .collect(),
            first_day: day(days.first()),
            last_day: day(days.last()),
            days,
            heading,
            columns: ["Time", "Outcome", "Stage", "Cause", "Reply or error", "Server", "Recipient", "Line"],
            attempts,
            files,
            level: level.name(),
        }
    }
}

fn block(finding: &Finding, row: FindingRow) -> FindingBlock {
    let when = match (finding.first_time, finding.last_time) {
        (Some(first), Some(last)) if first != last => format!(", {} to {}", plain(&first), plain(&last)),
        (Some(one), _) | (None, Some(one)) => format!(", {}", plain(&one)),
        (None, None) => String::new(),
    };
    FindingBlock { often: format!("{} of {}{when}.", number(row.count), counted(finding.of, "attempt")), row }
}

/// What stands above the list.
pub(super) fn heading(shown: u64, seen: u64, all: bool) -> String {
    let what = if all { "attempts" } else { "failures" };
    if shown < seen {
        format!("The newest {} of {} {what} (all of them: --format ndjson)", number(shown), number(seen))
    } else {
        format!("All {what} ({})", number(seen))
    }
}

/// One bar a day, failures on top of what was sent.
fn bars(volume: &Volume) -> Vec<DayBar> {
    let mut days: Vec<_> = volume.days().rev().take(DAYS).collect();
    days.reverse();
    let most = days.iter().map(|(_, day)| day.sent + day.failed).max().unwrap_or(0).max(1) as f64;
    let step = TIMELINE.0 / days.len().max(1) as f64;
    let bar = |(n, (date, day)): (usize, &(&chrono::NaiveDate, &super::super::seen::Day))| {
        let height = |count: u64| count as f64 / most * TIMELINE.1;
        let (sent, failed) = (height(day.sent), height(day.failed));
        DayBar {
            date: date.to_string(),
            sent: day.sent,
            failed: day.failed,
            x: format!("{:.1}", n as f64 * step + step * 0.1),
            width: format!("{:.1}", (step * 0.8).min(40.0)),
            sent_top: format!("{:.1}", 120.0 - sent),
            sent_height: format!("{sent:.1}"),
            failed_top: format!("{:.1}", 120.0 - sent - failed),
            failed_height: format!("{failed:.1}"),
        }
    };
    days.iter().enumerate().map(bar).collect()
}
