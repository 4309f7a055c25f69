//! One JSON object for programs that read the whole.

use std::io::{self, Write};

use serde::Serialize;

use crate::{redact::Level, rule::State, scan::FileFacts, session::Transaction};

use super::{
    Format, Judged, Report, Setup, Sink, Totals,
    row::{FileRow, Labelled, TOOL},
    rows::{Rows, totals},
};

pub(super) static JSON: Format = Format {
    name: "json",
    title: "one JSON object with everything",
    level: Level::Secrets,
    every_attempt: false,
    byte_order_mark: false,
    is_page: false,
    open: |sink, setup| Ok(Box::new(Json::new(sink, setup)?)),
};

/// Transactions are written as they come; of files, which are few, the rows wait for the end of that list.
struct Json<'a> {
    sink: Sink<'a>,
    rows: Rows,
    labels: Vec<(String, String)>,
    /// A row while it is put together: one write a row, not one a field.
    scratch: Vec<u8>,
    transactions: u64,
    files: Vec<FileRow>,
}

impl<'a> Json<'a> {
    fn new(mut sink: Sink<'a>, setup: Setup) -> io::Result<Self> {
        write!(
            sink,
            "{{\"schema\":\"mtmlog.report/1\",\"tool\":{},\n\"transactions\":[",
            serde_json::to_string(&TOOL)?
        )?;
        let (rows, files) = (Rows::new(setup.level), Vec::new());
        Ok(Json { sink, rows, labels: setup.labels, scratch: Vec::new(), transactions: 0, files })
    }
}

impl Report for Json<'_> {
    fn rows(&mut self) -> Option<&mut Rows> {
        Some(&mut self.rows)
    }

    fn transaction(&mut self, file: &str, tx_id: u64, dialect: &str, tx: &Transaction) -> io::Result<()> {
        let row = self.rows.transaction(file, tx_id, dialect, tx);
        self.scratch.clear();
        item(&mut self.scratch, self.transactions == 0, &row, &self.labels)?;
        self.sink.write_all(&self.scratch)?;
        self.transactions += 1;
        Ok(())
    }

    fn file(&mut self, facts: &FileFacts, state: State) -> io::Result<()> {
        self.files.push(self.rows.file(facts, state));
        Ok(())
    }

    fn finish(&mut self, judged: &Judged, sums: &Totals) -> io::Result<()> {
        let Json { sink, rows, labels, files, .. } = self;
        list(sink, "files", labels, files.iter())?;
        list(sink, "customers", labels, judged.customers.iter().map(|customer| rows.customer(customer)))?;
        list(sink, "common", labels, judged.common.iter().map(|common| rows.common(common)))?;
        list(sink, "findings", labels, judged.findings().map(|finding| rows.finding(finding)))?;
        write!(sink, "],\n\"totals\":")?;
        serde_json::to_writer(&mut *sink, &totals(sums))?;
        writeln!(sink, "}}")?;
        sink.flush()
    }
}

/// The next list, behind the end of the one before.
fn list(
    sink: &mut Sink<'_>,
    name: &str,
    labels: &[(String, String)],
    rows: impl Iterator<Item = impl Serialize>,
) -> io::Result<()> {
    write!(sink, "],\n\"{name}\":[")?;
    rows.enumerate().try_for_each(|(i, row)| item(sink, i == 0, &row, labels))
}

/// An element of a list, each on its own line: long, but a reader's `diff` and `grep` work.
fn item(sink: &mut impl Write, first: bool, row: &impl Serialize, labels: &[(String, String)]) -> io::Result<()> {
    sink.write_all(if first { b"\n" } else { b",\n" })?;
    // Columns are put behind the row's own only where there are some: it takes half as long again.
    if labels.is_empty() {
        serde_json::to_writer(sink, row)?;
    } else {
        serde_json::to_writer(sink, &Labelled { row, labels })?;
    }
    Ok(())
}
