//! What the template of the report is given.

use serde::Serialize;

use crate::{
    redact::Level,
    rule::{Finding, Severity},
};

use super::{
    super::{
        Totals, finding_text,
        row::{FileRow, FindingRow},
        text::{counted, number},
        time::plain,
    },
    attempts::{AttemptRow, GridRow, OUTCOMES, STEPS, StageRow},
    chart::Chart,
};

/// Rows of the list that stand in the page from the start; the script brings in the others.
const AT_FIRST: usize = 300;

/// The report.
#[derive(Serialize)]
pub(super) struct Page<'a> {
    title: &'static str,
    /// How bad it is.
    state: &'static str,
    period: String,
    headline: String,
    lead: Option<String>,
    tiles: Vec<Tile>,
    sums: String,
    findings: Vec<FindingBlock>,
    steps: Vec<&'static str>,
    grid: Vec<GridRow>,
    outcomes: Vec<&'static str>,
    stages: Vec<StageRow>,
    charts: Vec<Chart>,
    heading: String,
    columns: [&'static str; 8],
    at_first: usize,
    attempts: Vec<AttemptRow>,
    several_files: bool,
    files: &'a [FileRow],
    kept: &'static str,
}

/// One number of the summary.
#[derive(Serialize)]
struct Tile {
    kind: &'static str,
    name: &'static str,
    count: String,
}

#[derive(Serialize)]
struct FindingBlock {
    row: FindingRow,
    often: String,
    when: String,
}

/// What was collected.
pub(super) struct Parts<'a> {
    pub(super) findings: Vec<(&'a Finding, FindingRow)>,
    pub(super) totals: &'a Totals,
    pub(super) stages: Vec<StageRow>,
    pub(super) charts: Vec<Chart>,
    pub(super) grid: Vec<GridRow>,
    /// The newest first.
    pub(super) attempts: Vec<AttemptRow>,
    /// How many there were.
    pub(super) seen: u64,
    /// Every attempt was asked for, not only failures.
    pub(super) all: bool,
    pub(super) files: &'a [FileRow],
    pub(super) level: Level,
}

impl<'a> Page<'a> {
    pub(super) fn new(parts: Parts<'a>) -> Self {
        let Parts { findings, totals, stages, charts, grid, mut attempts, seen, all, files, level } = parts;
        let verdict = finding_text::verdict(findings.iter().map(|(finding, _)| *finding), totals);
        let state = match findings.first().map(|(finding, _)| finding.severity) {
            Some(Severity::Error) => "error",
            Some(Severity::Warning) => "warning",
            _ if totals.tally.sent > 0 && totals.tally.failed + totals.tally.partial == 0 => "good",
            _ => "note",
        };
        let (headline, lead) = match (verdict, findings.first()) {
            (None, Some((finding, row))) => (headline(finding, row), lead(row)),
            (verdict, _) => (verdict.unwrap_or_default(), None),
        };
        for (place, row) in attempts.iter_mut().enumerate() {
            row.place = place;
        }
        Page {
            title: "Why mail is not going out",
            state,
            period: period(totals),
            headline,
            lead,
            tiles: tiles(totals),
            sums: finding_text::sums(totals),
            findings: findings.into_iter().map(|(finding, row)| block(finding, row)).collect(),
            steps: STEPS.iter().map(|stage| stage.name()).collect(),
            grid,
            outcomes: OUTCOMES.iter().map(|outcome| outcome.name()).collect(),
            stages,
            charts,
            heading: heading(attempts.len() as u64, seen, all),
            columns: ["Time", "Outcome", "Stage", "Cause", "Reply or error", "Server", "Recipient", "Line"],
            at_first: AT_FIRST,
            attempts,
            several_files: files.len() > 1,
            files,
            kept: match level {
                Level::Secrets => {
                    "Passwords and tokens are taken out; people's addresses are not, so keep this page in the practice."
                }
                Level::Personal => {
                    "Passwords and tokens are taken out, and people, places and PCs have stand-ins: recipient-1 is the \
                     same one throughout."
                }
            },
        }
    }
}

fn headline(finding: &Finding, row: &FindingRow) -> String {
    let title = row.title.as_str().trim_end_matches('.');
    match row.count {
        0 => format!("{title}."),
        count if finding.of >= count => format!("{title}: {} of {}.", number(count), counted(finding.of, "attempt")),
        count => format!("{title}: {}.", counted(count, "time")),
    }
}

/// The first step, for whoever reads no further.
fn lead(row: &FindingRow) -> Option<String> {
    let who =
        if row.acts.is_empty() { "Nobody has to act".to_owned() } else { format!("Who acts: {}", row.acts.join(", ")) };
    let first = row.steps.first().map_or(String::new(), |step| format!(" Do first: {step}"));
    Some(format!("How sure: {}. {who}.{first}", row.confidence))
}

fn period(totals: &Totals) -> String {
    match (&totals.tally.first_time, &totals.tally.last_time) {
        (Some(first), Some(last)) if first != last => format!("{} to {}", plain(first), plain(last)),
        (Some(one), _) | (None, Some(one)) => plain(one),
        (None, None) => String::new(),
    }
}

fn tiles(totals: &Totals) -> Vec<Tile> {
    let tally = &totals.tally;
    let tile = |kind, name, count| Tile { kind, name, count: number(count) };
    let mut tiles = vec![
        tile("", "Attempts", tally.transactions),
        tile("sent", "Sent", tally.sent),
        tile("failed", "Failed", tally.failed),
    ];
    let others = [("Partly sent", tally.partial), ("Undecided", tally.incomplete), ("Tests", tally.tested)];
    tiles.extend(others.into_iter().filter(|(_, count)| *count > 0).map(|(name, count)| tile("", name, count)));
    if tally.unknown > 0 {
        tiles.push(tile("", "Lines not understood", tally.unknown));
    }
    tiles
}

fn block(finding: &Finding, row: FindingRow) -> FindingBlock {
    let when = match (finding.first_time, finding.last_time) {
        (Some(first), Some(last)) if first != last => format!("From {} to {}", plain(&first), plain(&last)),
        (Some(one), _) | (None, Some(one)) => format!("At {}", plain(&one)),
        (None, None) => String::new(),
    };
    let often = match row.count {
        0 => String::new(),
        count if finding.of >= count => format!("{} of {}", number(count), counted(finding.of, "attempt")),
        count => counted(count, "time"),
    };
    FindingBlock { often, when, row }
}

/// What stands above the list.
fn heading(shown: u64, seen: u64, all: bool) -> String {
    let what = if all { "attempts" } else { "failures" };
    if shown < seen {
        let more = if all { " --all" } else { "" };
        format!(
            "The newest {} of {} {what}, newest first (all of them: --format ndjson{more})",
            number(shown),
            number(seen)
        )
    } else {
        format!("All {what} ({}), newest first", number(seen))
    }
}
