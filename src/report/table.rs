//! What a technician sees: the answer first, then what proves it.

use std::{
    cmp::Reverse,
    io::{self, Write},
};

use comfy_table::{ColumnConstraint, ContentArrangement, Row, Table as Grid, Width, presets};

use crate::{
    redact::{Level, Redacted},
    rule::Finding,
    scan::FileFacts,
    session::Transaction,
};

use super::{
    Customer, Format, Look, Report, Setup, Sink, Totals, facts,
    failures::{Attempt, Failures},
    finding_text,
    league::{self, League},
    row::FileRow,
    rows::Rows,
    text::{Ink, Page},
};

pub(super) static TABLE: Format = Format {
    name: "table",
    title: "the answer, then what proves it, for people",
    level: Level::Secrets,
    every_attempt: false,
    open: |sink, setup| Ok(Box::new(Table::new(sink, setup))),
};

/// Lines of a cell before it is cut.
const CELL_LINES: usize = 3;
/// Shapes of unknown lines that are named.
const SHAPES: usize = 3;

struct Table<'a> {
    sink: Sink<'a>,
    rows: Rows,
    look: Look,
    all: bool,
    failures: Failures,
    files: Vec<FileRow>,
    /// The commonest of each file.
    shapes: Vec<(Redacted, u64)>,
    /// Where customers were asked for, they are the answer.
    league: Option<League>,
}

impl<'a> Table<'a> {
    fn new(sink: Sink<'a>, setup: Setup) -> Self {
        Table {
            sink,
            rows: Rows::new(setup.level),
            look: setup.look,
            all: setup.all,
            failures: Failures::new(setup.all),
            files: Vec::new(),
            shapes: Vec::new(),
            league: None,
        }
    }
}

impl Report for Table<'_> {
    fn transaction(&mut self, file: &str, tx_id: u64, dialect: &str, tx: &Transaction) -> io::Result<()> {
        let row = self.rows.transaction(file, tx_id, dialect, tx);
        let error = self.rows.client_error(tx);
        self.failures.add(&row, error.as_ref(), tx, self.look.wide);
        Ok(())
    }

    fn file(&mut self, facts: &FileFacts) -> io::Result<()> {
        self.failures.next_file();
        let row = self.rows.file(facts);
        // The first sentence counts them.
        if !facts.stopped || row.lines > 0 {
            self.files.push(row);
        }
        self.shapes.extend(self.rows.shapes(facts).into_iter().take(SHAPES));
        self.shapes.sort_by_key(|(_, count)| Reverse(*count));
        self.shapes.truncate(SHAPES);
        Ok(())
    }

    fn customers(&mut self, customers: &[Customer]) -> io::Result<()> {
        let rows: Vec<_> = customers.iter().map(|customer| (customer, self.rows.customer(customer))).collect();
        self.league = Some(League::new(&rows, self.all, self.look.wide));
        Ok(())
    }

    fn finish(&mut self, findings: &[Finding], totals: &Totals) -> io::Result<()> {
        let mut page = Page::new(self.look);
        if let Some(league) = &self.league {
            standings(&mut page, league, self.look);
            facts::close(&mut page, &self.shapes, totals);
            self.sink.write_all(page.into_text().as_bytes())?;
            return self.sink.flush();
        }
        let findings: Vec<_> = findings.iter().map(|finding| (finding, self.rows.finding(finding))).collect();
        finding_text::write(&mut page, &findings, totals);
        let failures = std::mem::replace(&mut self.failures, Failures::new(self.all));
        let heading = failures.heading(self.all);
        let newest = failures.into_newest();
        if !newest.is_empty() {
            page.blank();
            page.line(Some(Ink::Bold), &heading);
            page.drawing(&grid(&newest, &columns(self.all, self.files.len() > 1, self.look.width), self.look));
        }
        if !self.files.is_empty() {
            page.blank();
            facts::write(&mut page, &self.files, &self.shapes, totals);
        }
        self.sink.write_all(page.into_text().as_bytes())?;
        self.sink.flush()
    }
}

/// The customers, and where to read on.
fn standings(page: &mut Page, league: &League, look: Look) {
    page.line(Some(Ink::Bold), &league.heading);
    if !league.lines.is_empty() {
        page.drawing(&grid(&league.lines, &places(), look));
        if let Some(rest) = &league.rest {
            page.line(None, rest);
        }
        page.line(None, "For the whole report of one customer name its folder or file: mtmlog analyze PATH");
    }
    page.blank();
}

fn grid<R>(rows: &[R], columns: &[Column<R>], look: Look) -> String {
    let mut grid = Grid::new();
    grid.load_style(if look.boxes { presets::UTF8_FULL_CONDENSED } else { presets::ASCII_FULL_CONDENSED });
    grid.force_no_tty();
    if look.wide {
        grid.set_content_arrangement(ContentArrangement::Disabled);
    } else {
        grid.set_content_arrangement(ContentArrangement::Dynamic);
        grid.set_width(u16::try_from(look.width).unwrap_or(u16::MAX)).set_truncation_indicator("...");
    }
    grid.set_header(columns.iter().map(|column| column.title).collect::<Vec<_>>());
    for row in rows {
        let mut row = Row::from(columns.iter().map(|column| (column.cell)(row)).collect::<Vec<_>>());
        if !look.wide {
            row.max_height(CELL_LINES);
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

fn columns(all: bool, files: bool, width: usize) -> Vec<Column<Attempt>> {
    let mut columns: Vec<Column<Attempt>> = Vec::with_capacity(8);
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

fn places() -> [Column<league::Line>; 6] {
    [
        column("Customer", |l| l.name.clone(), false, Some(34)),
        column("State", |l| l.state.to_owned(), true, None),
        column("Failed", |l| l.failed.clone(), true, None),
        column("Attempts", |l| l.attempts.clone(), true, None),
        column("First finding", |l| l.finding.clone(), false, None),
        column("Last", |l| l.last.clone(), false, Some(12)),
    ]
}

/// Columns of the terminal behind standard output, if it is one.
#[must_use]
pub fn terminal_width() -> Option<usize> {
    Grid::new().width().map(usize::from)
}
