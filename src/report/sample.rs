//! The output of `mtmlog sample`: the shapes of the lines that were not understood, and nothing else.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use crate::{
    redact::{Level, Redactor},
    rule::State,
    scan::FileFacts,
    session::Transaction,
};

use super::{
    Format, Judged, Report, Setup, Sink, Totals,
    row::TOOL,
    rows::Rows,
    text::{counted, number},
};

/// Not a format of `analyze`: it is a command of its own.
pub static SAMPLE: Format = Format {
    name: "sample",
    title: "the shapes of lines that were not understood",
    level: Level::Personal,
    every_attempt: false,
    byte_order_mark: false,
    is_page: false,
    open: |sink, setup: Setup| Ok(Box::new(Sample::through(Redactor::new(setup.level), sink))),
};

/// The page while logs are read.
pub(crate) struct Sample<'a> {
    sink: Sink<'a>,
    rows: Rows,
    page: String,
    shapes: usize,
}

impl<'a> Sample<'a> {
    /// With the stand-ins of this gate.
    pub(crate) fn through(gate: Redactor, sink: Sink<'a>) -> Self {
        Sample { sink, rows: Rows::through(gate), page: String::new(), shapes: 0 }
    }

    /// The number of different shapes, and the gate with all that it has seen.
    pub(crate) fn into_parts(self) -> (usize, Redactor) {
        (self.shapes, self.rows.into_gate())
    }
}

impl Report for Sample<'_> {
    fn rows(&mut self) -> Option<&mut Rows> {
        Some(&mut self.rows)
    }

    fn begin(&mut self, _: Option<&str>) {}

    fn may_quote(&mut self, _: &Transaction) -> bool {
        false
    }

    fn transaction(&mut self, _: &str, _: u64, _: &str, _: &Transaction) -> io::Result<()> {
        Ok(())
    }

    fn file(&mut self, facts: &FileFacts, state: State) -> io::Result<()> {
        if facts.unknown_shapes.is_empty() {
            return Ok(());
        }
        let row = self.rows.file(facts, state);
        let shapes = self.rows.shapes(facts);
        self.shapes += shapes.len();
        let dialect = row.dialect.as_ref().map_or("not recognised", |name| name.as_str());
        let unknown = format!("{} of {} not understood", number(row.lines_unknown), counted(row.lines, "line"));
        // Writing to a String cannot fail.
        let _ = writeln!(self.page, "{} ({dialect}, {}): {unknown}", row.file, row.encoding);
        for (shape, count) in &shapes {
            let _ = writeln!(self.page, "{:>8}  {shape}", number(*count));
        }
        self.page.push('\n');
        Ok(())
    }

    fn finish(&mut self, _: &Judged, totals: &Totals) -> io::Result<()> {
        if self.page.is_empty() {
            let lines = counted(totals.tally.lines, "line");
            self.page = match totals.files {
                0 => "No log was found, so there is no sample.\n".to_owned(),
                _ => format!("Every line was understood ({lines}): there is nothing to send.\n"),
            };
        } else {
            let head = format!(
                "Shapes of lines that {} {} did not understand. Letters stand as Aaaa, digits as 999, addresses as <addr>: \
                 this page holds no name, number or password and is safe to send.\n\n",
                TOOL.name, TOOL.version
            );
            self.page.insert_str(0, &head);
        }
        self.sink.write_all(self.page.trim_end().as_bytes())?;
        self.sink.write_all(b"\n")?;
        self.sink.flush()
    }
}
