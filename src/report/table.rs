//! The report on a screen: the answer first, then the proof.

use std::{
    cmp::Reverse,
    io::{self, Write},
};

use comfy_table::{ColumnConstraint, ContentArrangement, Row, Table as Grid, Width, presets};

use crate::{
    redact::{Level, Redacted},
    rule::State,
    scan::FileFacts,
    session::Transaction,
};

use super::{
    Format, Judged, Look, Report, Setup, Sink, Totals, facts,
    failures::{FailureRow, Failures, compact},
    finding_text,
    fleet::{Cell, Fleet},
    row::FileRow,
    rows::Rows,
    text::{Ink, Page, path_end},
};

pub(super) static TABLE: Format = Format {
    name: "table",
    title: "the answer, then what proves it, for people",
    level: Level::Secrets,
    every_attempt: false,
    byte_order_mark: true,
    is_page: false,
    open: |sink, setup| Ok(Box::new(Table::new(sink, setup))),
};

/// Lines of a cell before it is cut, where there is room.
const MAX_CELL_LINES: usize = 3;
/// Lines of a screen, which the report of one customer fits.
const SCREEN_LINES: usize = 40;
/// Lines around the rows of the table of failures: its heading and frame, and what was read below it.
const FRAME_LINES: usize = 12;
/// Lines of what was read, below the findings.
const CLOSING_LINES: usize = 9;
/// Steps that are shown however narrow the screen is.
const MIN_STEPS: usize = 3;
/// Columns of a customer's name before its folders are cut.
const MAX_NAME_COLUMNS: usize = 24;
/// Shapes of unknown lines that are named.
const MAX_SHAPES: usize = 3;

struct Table<'a> {
    sink: Sink<'a>,
    rows: Rows,
    look: Look,
    all: bool,
    full: bool,
    failures: Failures,
    files: Vec<FileRow>,
    /// The commonest of each file.
    shapes: Vec<(Redacted, u64)>,
}

impl<'a> Table<'a> {
    fn new(sink: Sink<'a>, setup: Setup) -> Self {
        Table {
            sink,
            rows: Rows::new(setup.level),
            look: setup.look,
            all: setup.all,
            full: setup.full || setup.look.wide,
            failures: Failures::new(setup.all),
            files: Vec::new(),
            shapes: Vec::new(),
        }
    }
}

impl Report for Table<'_> {
    fn rows(&mut self) -> Option<&mut Rows> {
        Some(&mut self.rows)
    }

    fn begin(&mut self, _: Option<&str>) {}

    fn may_quote(&mut self, _: &Transaction) -> bool {
        false
    }

    fn transaction(&mut self, file: &str, tx_id: u64, dialect: &str, tx: &Transaction) -> io::Result<()> {
        let row = self.rows.transaction(file, tx_id, dialect, tx);
        let error = self.rows.client_error(tx);
        self.failures.add(&row, error.as_ref(), tx, self.look.wide);
        Ok(())
    }

    fn file(&mut self, facts: &FileFacts, state: State) -> io::Result<()> {
        self.failures.next_file();
        let row = self.rows.file(facts, state);
        // The first sentence counts them.
        if !facts.stopped || row.lines > 0 {
            self.files.push(row);
        }
        self.shapes.extend(self.rows.shapes(facts).into_iter().take(MAX_SHAPES));
        self.shapes.sort_by_key(|(_, count)| Reverse(*count));
        self.shapes.truncate(MAX_SHAPES);
        Ok(())
    }

    fn finish(&mut self, judged: &Judged, totals: &Totals) -> io::Result<()> {
        let mut page = Page::new(self.look);
        if judged.is_several() {
            let fleet = Fleet::new(judged, &mut self.rows, self.all);
            beside(&mut page, &fleet, self.look);
            facts::close(&mut page, &self.shapes, totals);
        } else {
            self.one(&mut page, judged, totals);
        }
        self.sink.write_all(page.into_text().as_bytes())?;
        self.sink.flush()
    }
}

impl Table<'_> {
    /// The only customer: in full on request, else as much as a screen holds.
    fn one(&mut self, page: &mut Page, judged: &Judged, totals: &Totals) {
        let findings: Vec<_> = judged.findings().map(|finding| (finding, self.rows.finding(finding))).collect();
        // On a narrow screen a step or two give way, so that what was read still fits below.
        for steps in (MIN_STEPS..=finding_text::MAX_STEPS).rev() {
            *page = Page::new(self.look);
            finding_text::write(page, &findings, judged, totals, if self.full { usize::MAX } else { steps });
            if self.full || page.lines() + CLOSING_LINES <= SCREEN_LINES {
                break;
            }
        }
        let limit =
            if self.full || self.all { usize::MAX } else { SCREEN_LINES.saturating_sub(page.lines() + FRAME_LINES) };
        let failures = std::mem::replace(&mut self.failures, Failures::new(self.all));
        let (newest, heading) = failures.newest(limit, self.all, self.look.wide, self.rows.gate());
        if let Some(heading) = heading {
            page.blank();
            page.line(Some(Ink::Bold), &heading);
        }
        let files = self.files.len() > 1;
        if !newest.is_empty() && (self.full || self.all) {
            page.drawing(&grid(&newest, &columns(self.all, files, self.look.width), self.look, MAX_CELL_LINES));
        } else {
            compact(page, &newest, files);
        }
        if !self.files.is_empty() {
            page.blank();
            facts::write(page, &self.files, &self.shapes, totals, self.full);
        }
    }
}

/// The customers, what fails where, and how to read on.
fn beside(page: &mut Page, fleet: &Fleet, look: Look) {
    page.line(Some(Ink::Bold), &fleet.heading);
    page.blank();
    let shown = |name: &str| if look.wide { name.to_owned() } else { path_end(name, MAX_NAME_COLUMNS) };
    let name = fleet.lines.iter().map(|line| shown(&line.name).chars().count()).max().unwrap_or(0).max(8);
    let time = fleet.lines.iter().map(|line| line.since.chars().count()).max().unwrap_or(0).max(5);
    let row = |cells: [&str; 6]| {
        let [state, customer, since, attempts, failed, last] = cells;
        let row = format!("{state:<9}  {customer:<name$}  {since:<time$}  {attempts:>8}  {failed:>6}  {last}");
        row.trim_end().to_owned()
    };
    page.drawing(&row(["State", "Customer", "Since", "Attempts", "Failed", "Last sent"]));
    for line in &fleet.lines {
        let customer = shown(&line.name);
        let text = row([line.state, &customer, &line.since, &line.attempts, &line.failed, &line.last_sent]);
        page.painted(line.ink, line.state.len(), &text);
        if !line.first.is_empty() {
            page.cut_field("", None, &format!("  {}", line.first), 2);
        }
    }
    for sentence in fleet.rest.as_deref().into_iter().chain(fleet.names) {
        page.line(None, sentence);
    }
    if !fleet.matrix.is_empty() {
        page.blank();
        page.drawing(&grid(&fleet.matrix, &matrix(), look, usize::MAX));
    }
    for sentence in &fleet.common {
        page.line(Some(Ink::Bold), sentence);
    }
    page.line(None, "The whole report of one of them: --customer NAME");
    page.blank();
}

/// An empty table: its lines, and how wide it may get.
pub(super) fn frame(look: Look) -> Grid {
    let mut grid = Grid::new();
    grid.load_style(if look.boxes { presets::UTF8_FULL_CONDENSED } else { presets::ASCII_FULL_CONDENSED });
    #[cfg(not(target_family = "wasm"))] // which has none
    grid.force_no_tty();
    if look.wide {
        grid.set_content_arrangement(ContentArrangement::Disabled);
    } else {
        grid.set_content_arrangement(ContentArrangement::Dynamic);
        grid.set_width(u16::try_from(look.width).unwrap_or(u16::MAX)).set_truncation_indicator("...");
    }
    grid
}

/// `most`: lines of a cell before it is cut.
fn grid<R>(rows: &[R], columns: &[Column<R>], look: Look, most: usize) -> String {
    let mut grid = frame(look);
    grid.set_header(columns.iter().map(|column| column.title).collect::<Vec<_>>());
    for row in rows {
        let mut row = Row::from(columns.iter().map(|column| (column.cell)(row)).collect::<Vec<_>>());
        if !look.wide {
            row.max_height(most);
        }
        grid.add_row(row);
    }
    for (i, column) in columns.iter().enumerate() {
        let at_most = if look.wide { None } else { column.at_most };
        let constraint =
            at_most.map_or(ColumnConstraint::ContentWidth, |n| ColumnConstraint::UpperBoundary(Width::Fixed(n)));
        if let Some(shape) = grid.column_mut(i).filter(|_| column.fixed || at_most.is_some()) {
            shape.set_constraint(constraint);
        }
    }
    grid.to_string()
}

/// A column of the table: what it shows, and how narrow it may get.
struct Column<R> {
    title: &'static str,
    cell: fn(&R) -> String,
    /// Never broken.
    fixed: bool,
    at_most: Option<u16>,
}

fn column<R>(title: &'static str, cell: fn(&R) -> String, fixed: bool, at_most: Option<u16>) -> Column<R> {
    Column { title, cell, fixed, at_most }
}

fn columns(all: bool, files: bool, width: usize) -> Vec<Column<FailureRow>> {
    let mut columns: Vec<Column<FailureRow>> = Vec::with_capacity(8);
    if files {
        columns.push(column("File", |a| a.file.clone(), false, Some(24)));
    }
    columns.push(column("Line", |a| a.line.to_string(), true, None));
    // A date over its time, when the screen is narrow.
    columns.push(column("Time", |a| a.time.clone(), false, Some(if width < 110 { 12 } else { 26 })));
    if all {
        columns.push(column("Outcome", |a| a.outcome.to_owned(), true, None));
    }
    columns.push(column("Stage", |a| a.stage.to_owned(), true, None));
    columns.push(column("Reply", |a| a.reply.clone(), false, None));
    columns.push(column("Cause", |a| a.cause.to_owned(), false, Some(22)));
    columns.push(column("Recipient", |a| a.recipient.clone(), false, Some(26)));
    columns
}

fn matrix() -> [Column<Cell>; 4] {
    [
        column("Cause", |c| c.cause.to_owned(), true, None),
        column("Provider", |c| c.provider.clone(), false, Some(24)),
        column("Broken now", |c| c.now.clone(), false, None),
        column("Was broken", |c| c.was.clone(), false, None),
    ]
}

/// Columns of the terminal behind standard output, if it is one.
pub(crate) fn terminal_width() -> Option<usize> {
    Grid::new().width().map(usize::from)
}
