//! The values that the template of the report is filled with.

use std::io;

use serde::Serialize;

use crate::{
    redact::Level,
    rule::{Finding, State},
    session::Outcome,
};

use super::{
    super::{
        Customer, Judged, Totals,
        failures::Newest,
        finding_text,
        fleet::{self, Fleet},
        row::{FileRow, FindingRow},
        rows::Rows,
        state_text,
        text::number,
    },
    Html, MAX_GRID_ROWS, MAX_LIST_ROWS,
    attempts::{AttemptRow, GRID_STAGES, GridRow, StageRow},
    chart::{self, Chart},
};

/// Rows of the list that stand in the page from the start; the script brings in the others.
const ROWS_AT_FIRST: usize = 300;

/// Customers with a part of their own; with `--all` the table has all.
const MAX_CUSTOMERS: usize = 100;

#[derive(Serialize)]
pub(super) struct Page<'a> {
    title: &'static str,
    /// Its severity.
    state: &'static str,
    period: String,
    headline: String,
    newest: Option<String>,
    lead: Option<String>,
    tiles: Vec<Tile>,
    sums: String,
    fleet: Option<Fleet>,
    customers: Vec<CustomerBlock>,
    steps: Vec<&'static str>,
    grid: Vec<GridRow>,
    outcomes: Vec<&'static str>,
    stages: Vec<StageRow>,
    charts: Vec<Chart>,
    heading: String,
    columns: [&'static str; 9],
    at_first: usize,
    attempts: Vec<AttemptRow>,
    several_files: bool,
    files: &'a [FileRow],
    kept: &'static str,
}

#[derive(Serialize)]
struct Tile {
    kind: &'static str,
    name: &'static str,
    count: String,
}

/// One customer's part of the page.
#[derive(Serialize)]
struct CustomerBlock {
    /// None for the only one.
    name: Option<String>,
    kind: &'static str,
    state: &'static str,
    sentence: String,
    newest: Option<String>,
    findings: Vec<FindingBlock>,
}

#[derive(Serialize)]
struct FindingBlock {
    row: FindingRow,
    often: String,
    when: String,
}

impl Html<'_> {
    /// The page of all that was collected.
    pub(super) fn page(&mut self, judged: &Judged, totals: &Totals) -> io::Result<String> {
        super::page("report.html", &Page::new(self, judged, totals))
    }
}

impl<'a> Page<'a> {
    fn new(html: &'a mut Html<'_>, judged: &Judged, totals: &Totals) -> Self {
        let (mut attempts, seen) = std::mem::replace(&mut html.attempts, Newest::new(MAX_LIST_ROWS)).into_newest();
        let (grid, _) = std::mem::replace(&mut html.grid, Newest::new(MAX_GRID_ROWS)).into_newest();
        let (rows, files) = (&mut html.rows, &html.files);
        let condition = judged.condition();
        let fleet = judged.is_several().then(|| Fleet::new(judged, rows, html.all));
        let worst = judged.customers.first().map_or(State::Idle, Customer::state);
        let state = fleet::kind(worst);
        let newest = state_text::newest(&condition, Some(judged.now)).filter(|_| fleet.is_none());
        let headline = match &fleet {
            Some(fleet) => fleet.heading.clone(),
            None => state_text::sentence(judged, totals),
        };
        let first = judged.findings().next().filter(|finding| finding.standing && fleet.is_none());
        let lead = first.map(|finding| lead(finding, &rows.finding(finding)));
        let customers: Vec<CustomerBlock> =
            judged.customers.iter().take(MAX_CUSTOMERS).map(|customer| about(customer, judged, rows)).collect();
        for (place, row) in attempts.iter_mut().enumerate() {
            row.place = place;
        }
        Page {
            title: "Does mail go out?",
            state,
            period: period(totals),
            headline,
            newest,
            lead,
            tiles: tiles(totals),
            sums: finding_text::sums(totals),
            fleet,
            customers,
            steps: GRID_STAGES.iter().map(|stage| stage.name()).collect(),
            grid,
            outcomes: Outcome::ALL.iter().map(|outcome| outcome.name()).collect(),
            stages: html.stages.rows(),
            charts: chart::charts(&html.volume, &html.sizes),
            heading: heading(attempts.len() as u64, seen, html.all),
            columns: ["Time", "Outcome", "Stage", "Cause", "Reply or error", "Server", "Recipient", "Line", "Customer"],
            at_first: ROWS_AT_FIRST,
            attempts,
            several_files: files.len() > 1,
            files,
            kept: match html.level {
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

fn about(customer: &Customer, judged: &Judged, rows: &mut Rows) -> CustomerBlock {
    let condition = &customer.judgement.condition;
    let findings: Vec<FindingBlock> =
        customer.judgement.findings.iter().map(|finding| block(finding, rows.finding(finding))).collect();
    let name = rows.customer(customer).customer;
    CustomerBlock {
        name: judged.is_several().then(|| name.map_or("-".to_owned(), |name| name.to_string())),
        kind: fleet::kind(condition.state),
        state: if customer.is_unread() { "not read" } else { condition.state.name() },
        sentence: state_text::about(customer, judged),
        newest: state_text::newest(condition, Some(judged.now)),
        findings,
    }
}

/// The first step, for whoever reads no further.
fn lead(finding: &Finding, row: &FindingRow) -> String {
    let title = row.title.as_str().trim_end_matches('.');
    let who =
        if row.acts.is_empty() { "Nobody has to act".to_owned() } else { format!("Who acts: {}", row.acts.join(", ")) };
    let first = row.steps.first().map_or(String::new(), |step| format!(" Do first: {step}"));
    format!("{} ({}): {title}. {who}.{first}", capital(finding.severity.name()), row.confidence)
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn period(totals: &Totals) -> String {
    match (&totals.tally.first_time, &totals.tally.last_time) {
        (Some(first), Some(last)) if first != last => format!("{first} to {last}"),
        (Some(one), _) | (None, Some(one)) => one.to_string(),
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
    let when = match (&finding.first_time, &finding.last_time) {
        (Some(first), Some(last)) if first.minute() != last.minute() => {
            format!("From {} to {}", first.minute(), last.minute())
        }
        (Some(one), _) | (None, Some(one)) => format!("At {}", one.minute()),
        (None, None) => String::new(),
    };
    FindingBlock { often: finding_text::often(finding, row.count).unwrap_or_default(), when, row }
}

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
