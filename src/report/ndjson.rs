//! One JSON object a line, for DuckDB, `jq` and logs by the thousand.

use std::io::{self, Write};

use serde::Serialize;

use crate::{redact::Level, rule::State, scan::FileFacts, session::Transaction};

use super::{Format, Judged, Report, Setup, Sink, Totals, row::Labelled, rows::Rows};

pub(super) static NDJSON: Format = Format {
    name: "ndjson",
    title: "one JSON object a line: transactions, files, findings",
    level: Level::Secrets,
    every_attempt: false,
    byte_order_mark: false,
    is_page: false,
    open: |sink, setup| Ok(Box::new(Ndjson::new(sink, setup))),
};

pub(super) struct Ndjson<'a> {
    sink: Sink<'a>,
    rows: Rows,
    labels: Vec<(String, String)>,
    /// A row while it is put together: one write a row, not one a field.
    scratch: Vec<u8>,
}

#[derive(Serialize)]
struct Line<'a, R: Serialize> {
    schema: &'static str,
    record: &'static str,
    #[serde(flatten)]
    row: Labelled<'a, R>,
}

impl<'a> Ndjson<'a> {
    pub(super) fn new(sink: Sink<'a>, setup: Setup) -> Self {
        Ndjson { sink, rows: Rows::new(setup.level), labels: setup.labels, scratch: Vec::new() }
    }

    fn line<R: Serialize>(&mut self, record: &'static str, row: &R) -> io::Result<()> {
        let row = Labelled { row, labels: &self.labels };
        self.scratch.clear();
        serde_json::to_writer(&mut self.scratch, &Line { schema: "mtmlog.row/1", record, row })?;
        self.scratch.push(b'\n');
        self.sink.write_all(&self.scratch)
    }
}

impl Report for Ndjson<'_> {
    fn rows(&mut self) -> Option<&mut Rows> {
        Some(&mut self.rows)
    }

    fn transaction(&mut self, file: &str, tx_id: u64, dialect: &str, tx: &Transaction) -> io::Result<()> {
        let row = self.rows.transaction(file, tx_id, dialect, tx);
        self.line("transaction", &row)
    }

    fn file(&mut self, facts: &FileFacts, state: State) -> io::Result<()> {
        let row = self.rows.file(facts, state);
        self.line("file", &row)
    }

    fn finish(&mut self, judged: &Judged, _: &Totals) -> io::Result<()> {
        for customer in &judged.customers {
            let row = self.rows.customer(customer);
            self.line("customer", &row)?;
        }
        for finding in judged.findings() {
            let row = self.rows.finding(finding);
            self.line("finding", &row)?;
        }
        self.sink.flush()
    }
}
