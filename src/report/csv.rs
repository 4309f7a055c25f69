//! Rows for a spreadsheet: RFC 4180, one header line, the transactions. A cell that a spreadsheet would run is guarded.

use std::io;

use csv::{Terminator, Writer, WriterBuilder};

use crate::{
    redact::{Level, Redacted},
    rule::State,
    scan::FileFacts,
    session::Transaction,
};

use super::{
    Format, Judged, Report, Setup, Sink, Totals,
    row::{CustomerRow, RecipientRow, TransactionRow},
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
        let names = columns(setup.by).into_iter().chain(labels);
        writer.write_record(names).map_err(plain)?;
        Ok(Csv { writer, rows: Rows::new(setup.level), labels: setup.labels, by: setup.by })
    }
}

impl Csv<'_> {
    fn row(&mut self, cells: impl IntoIterator<Item = String>) -> io::Result<()> {
        let labels = self.labels.iter().map(|(_, value)| value.clone());
        self.writer.write_record(cells.into_iter().chain(labels).map(|text| guarded(&text))).map_err(plain)
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
        self.row(cells(&row).map(|(_, text)| text))
    }

    fn file(&mut self, facts: &FileFacts, state: State) -> io::Result<()> {
        self.rows.file(facts, state);
        Ok(())
    }

    fn finish(&mut self, judged: &Judged, _: &Totals) -> io::Result<()> {
        let customers = if self.by { judged.customers.as_slice() } else { &[] };
        for customer in customers {
            let row = self.rows.customer(customer);
            self.row(customer_cells(&row).map(|(_, text)| text))?;
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
        if word.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            out.push('\'');
        }
        out.push_str(cell);
    }
    out
}

/// The text of a field; what is not known is empty.
trait Cell {
    fn cell(&self) -> String;
}

impl<T: ToString> Cell for Option<T> {
    fn cell(&self) -> String {
        self.as_ref().map(ToString::to_string).unwrap_or_default()
    }
}

impl Cell for Vec<RecipientRow> {
    fn cell(&self) -> String {
        self.iter().map(|to| to.address.as_str()).collect::<Vec<_>>().join(";")
    }
}

macro_rules! told_by_display {
    ($($kind:ty)*) => {
        $(impl Cell for $kind {
            fn cell(&self) -> String {
                self.to_string()
            }
        })*
    };
}

told_by_display!(String &str Redacted u64 usize);

/// Each field with its name, in the order that is written here.
macro_rules! named_cells {
    ($row:ident: $($field:ident)*) => {
        [$((stringify!($field), $row.$field.cell())),*]
    };
}

/// The names of the columns but for the labels behind them.
fn columns(by: bool) -> Vec<&'static str> {
    if by {
        customer_cells(&CustomerRow::default()).map(|(name, _)| name).to_vec()
    } else {
        cells(&TransactionRow::default()).map(|(name, _)| name).to_vec()
    }
}

/// Whether a line is the head of such a table.
pub(super) fn is_head(line: &[u8]) -> bool {
    [false, true].iter().any(|by| line.starts_with(columns(*by).join(",").as_bytes()))
}

/// The fields of the row in the order of the contract.
fn cells(row: &TransactionRow) -> [(&'static str, String); 30] {
    named_cells!(row: file tx_id session index line_first line_last byte_first started_at ended_at dialect server_host
        server_port tls auth_mechanism auth_user_shape mail_from recipients rcpt_total rcpt_accepted message_bytes
        has_attachment outcome stage reply_code enhanced_code reply_text reply_template cause confidence customer)
}

/// The fields of a customer's row in the order of the contract.
fn customer_cells(row: &CustomerRow) -> [(&'static str, String); 16] {
    named_cells!(row: customer files unreadable state since first_finding severity title cause provider attempts sent
        partial failed last_sent last_time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_are_the_fields_of_a_row() {
        let row = TransactionRow::default();
        let json = serde_json::to_string(&row).unwrap();
        let mut after = 0;
        for (name, _) in cells(&row) {
            after += json[after..].find(&format!("\"{name}\":")).unwrap_or_else(|| panic!("{name}"));
        }
        assert_eq!(serde_json::to_value(&row).unwrap().as_object().unwrap().len(), cells(&row).len());
    }

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
        ] {
            assert_eq!(guarded(text), shown);
        }
    }
}
