//! Rows for a spreadsheet: RFC 4180, one header line, the transactions. A cell that a spreadsheet would run is guarded.

use std::io;

use csv::{Terminator, Writer, WriterBuilder};

use crate::{redact::Level, session::Transaction};

use super::{
    Format, Judged, Report, Setup, Sink, Totals,
    row::{CustomerRow, Row, TransactionRow},
    rows::Rows,
};

pub(super) static CSV: Format = Format {
    name: "csv",
    title: "rows of attempts for a spreadsheet",
    level: Level::Secrets,
    every_attempt: false,
    byte_order_mark: true,
    is_page: false,
    open: |sink, setup| Ok(Box::new(Csv::new(sink, setup)?)),
};

struct Csv<'a> {
    writer: Writer<Sink<'a>>,
    rows: Rows,
    labels: Vec<(String, String)>,
    /// One row a customer, not one an attempt.
    by: bool,
}

impl<'a> Csv<'a> {
    fn new(sink: Sink<'a>, setup: Setup) -> io::Result<Self> {
        let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(sink);
        let labels = setup.labels.iter().map(|(name, _)| name.as_str());
        writer.write_record(columns(setup.by).iter().copied().chain(labels)).map_err(plain)?;
        Ok(Csv { writer, rows: Rows::new(setup.level), labels: setup.labels, by: setup.by })
    }
}

impl Csv<'_> {
    fn row(&mut self, row: &impl Row) -> io::Result<()> {
        let labels = self.labels.iter().map(|(_, value)| value.clone());
        self.writer.write_record(row.cells().into_iter().chain(labels).map(|text| guarded(&text))).map_err(plain)
    }
}

impl Report for Csv<'_> {
    fn rows(&mut self) -> Option<&mut Rows> {
        Some(&mut self.rows)
    }

    fn may_quote(&mut self, tx: &Transaction) -> bool {
        !self.by && self.rows.gate().may_quote(tx)
    }

    fn transaction(&mut self, file: &str, tx_id: u64, dialect: &str, tx: &Transaction) -> io::Result<()> {
        if self.by {
            return Ok(());
        }
        let row = self.rows.transaction(file, tx_id, dialect, tx);
        self.row(&row)
    }

    fn finish(&mut self, judged: &Judged, _: &Totals) -> io::Result<()> {
        let customers = if self.by { judged.customers.as_slice() } else { &[] };
        for customer in customers {
            let row = self.rows.customer(customer);
            self.row(&row)?;
        }
        self.writer.flush()
    }
}

/// The error of the system, so that a closed pipe stays one.
fn plain(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        _ => io::Error::other("a row could not be written as CSV"),
    }
}

/// An apostrophe before what a spreadsheet would take for a formula: at the beginning, and behind what another list
/// separator than ours (`;`, a tab) would take for the end of a cell.
fn guarded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for cell in text.split_inclusive([';', '\t']) {
        let word = cell.trim_start_matches(['"', ' ']);
        // East Asian spreadsheets run the wide forms too.
        if word.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫']) {
            out.push('\'');
        }
        out.push_str(cell);
    }
    out
}

/// The names of the columns but for the labels behind them.
fn columns(by: bool) -> Vec<&'static str> {
    let fields = if by { CustomerRow::FIELDS } else { TransactionRow::FIELDS };
    fields.iter().map(|(name, _)| *name).collect()
}

/// The line begins with the column names of a CSV that this program writes.
pub(super) fn is_head(line: &[u8]) -> bool {
    [false, true].iter().any(|by| line.starts_with(columns(*by).join(",").as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_never_runs() {
        for formula in ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert!(guarded(formula).starts_with(&format!("'{}", &formula[..1])), "{formula}");
        }
        for (text, shown) in [
            ("5.7.8 no", "5.7.8 no"),
            ("a;=cmd|' /C calc'!A0", "a;'=cmd|' /C calc'!A0"),
            ("a@x.co;+b@x.co;c@x.co", "a@x.co;'+b@x.co;c@x.co"),
            ("a;\"=1\"", "a;'\"=1\""),
            ("a; b - c", "a; b - c"),
            ("＝1+1", "'＝1+1"),
        ] {
            assert_eq!(guarded(text), shown);
        }
    }
}
