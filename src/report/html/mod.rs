//! One file that any browser opens, without a network: nothing in it is fetched, and only our own script runs.

mod page;

use std::{
    collections::VecDeque,
    io::{self, Write},
};

use minijinja::{Environment, value::Serde};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    redact::{self, Level},
    rule::Finding,
    scan::FileFacts,
    session::Transaction,
};

use super::{
    Format, Report, Setup, Sink, Totals,
    row::{FileRow, TOOL, Tool},
    rows::Rows,
    seen::Volume,
};
use page::{AttemptRow, Stages};

pub(super) static HTML: Format = Format {
    name: "html",
    title: "one self-contained file for a browser",
    level: Level::Personal,
    every_attempt: true,
    open: |sink, setup| Ok(Box::new(Html::new(sink, setup))),
};

/// Rows of the list; a browser still sorts so many at once.
const ROWS: usize = 10_000;

/// By name; the names end in `.html`, so what is put in is escaped.
const TEMPLATES: [(&str, &str); 4] = [
    ("head.html", include_str!("head.html")),
    ("report.html", include_str!("report.html")),
    ("ticket.html", include_str!("ticket.html")),
    ("style.css", include_str!("style.css")),
];
const SCRIPT: &str = include_str!("script.js");

/// What every page has.
#[derive(Serialize)]
struct Around<'p, P: Serialize> {
    page: &'p P,
    tool: Tool,
    script: &'static str,
    /// The one script that the page's own policy lets run.
    script_hash: String,
}

/// The page by its template.
pub(super) fn page(template: &str, page: &impl Serialize) -> io::Result<String> {
    let broken = |_| io::Error::other("report: the page could not be made. Choose another --format.");
    let mut environment = Environment::new();
    for (name, text) in TEMPLATES {
        environment.add_template(name, text).map_err(broken)?;
    }
    let script_hash = format!("sha256-{}", redact::base64(&Sha256::digest(SCRIPT)));
    let around = Around { page, tool: TOOL, script: SCRIPT, script_hash };
    environment.get_template(template).and_then(|template| template.render(Serde(&around))).map_err(broken)
}

struct Html<'a> {
    sink: Sink<'a>,
    rows: Rows,
    level: Level,
    /// Every attempt was asked for, not only failures.
    all: bool,
    files: Vec<FileRow>,
    stages: Stages,
    volume: Volume,
    /// The newest.
    attempts: VecDeque<AttemptRow>,
    seen: u64,
}

impl<'a> Html<'a> {
    fn new(sink: Sink<'a>, setup: Setup) -> Self {
        Html {
            sink,
            rows: Rows::new(setup.level),
            level: setup.level,
            all: setup.all,
            files: Vec::new(),
            stages: Stages::default(),
            volume: Volume::default(),
            attempts: VecDeque::new(),
            seen: 0,
        }
    }
}

impl Report for Html<'_> {
    fn transaction(&mut self, file: &str, tx_id: u64, dialect: &str, tx: &Transaction) -> io::Result<()> {
        self.stages.add(tx);
        self.volume.add(tx);
        if !self.all && !tx.outcome.is_failure() {
            return Ok(());
        }
        self.seen += 1;
        let row = self.rows.transaction(file, tx_id, dialect, tx);
        let error = self.rows.client_error(tx);
        self.attempts.push_back(AttemptRow::new(&row, error.as_ref(), tx, self.seen));
        if self.attempts.len() > ROWS {
            self.attempts.pop_front();
        }
        Ok(())
    }

    fn file(&mut self, facts: &FileFacts) -> io::Result<()> {
        self.files.push(self.rows.file(facts));
        Ok(())
    }

    fn finish(&mut self, findings: &[Finding], totals: &Totals) -> io::Result<()> {
        let rows: Vec<_> = findings.iter().map(|finding| (finding, self.rows.finding(finding))).collect();
        let attempts: Vec<_> = std::mem::take(&mut self.attempts).into();
        let heading = page::heading(attempts.len() as u64, self.seen, self.all);
        let report =
            page::Page::new(rows, totals, &self.stages, &self.volume, attempts, heading, &self.files, self.level);
        self.sink.write_all(page("report.html", &report)?.as_bytes())?;
        self.sink.flush()
    }
}
