//! One file that any browser opens, without a network: nothing in it is fetched, and only our own script runs.

mod attempts;
mod chart;
mod page;

use std::io::{self, Write};

use minijinja::{Environment, value::Serde};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{base64, redact::Level, rule::State, scan::FileFacts, session::Transaction};

use super::{
    Format, Judged, Report, Setup, Sink, Totals,
    failures::Newest,
    row::{FileRow, TOOL, Tool},
    rows::Rows,
    volume::{Sizes, Volume},
};
use attempts::{AttemptRow, GridRow, Stages};

pub(super) static HTML: Format = Format {
    name: "html",
    title: "one self-contained file for a browser",
    level: Level::Personal,
    every_attempt: true,
    byte_order_mark: false,
    is_page: true,
    open: |sink, setup| Ok(Box::new(Html::new(sink, setup))),
};

/// Attempts in the list, the newest: a browser still sorts so many at once.
const MAX_LIST_ROWS: usize = 10_000;
/// Attempts in the grid of stages, the newest.
const MAX_GRID_ROWS: usize = 24;

/// By name; the names end in `.html`, so what is put in is escaped.
const TEMPLATES: [(&str, &str); 5] = [
    ("head.html", include_str!("head.html")),
    ("report.html", include_str!("report.html")),
    ("ticket.html", include_str!("ticket.html")),
    ("probe.html", include_str!("probe.html")),
    ("style.css", include_str!("style.css")),
];
const SCRIPT: &str = include_str!("script.js");

/// The parts that every page has.
#[derive(Serialize)]
struct Around<'p, P: Serialize> {
    page: &'p P,
    tool: Tool,
    script: &'static str,
    /// The one script that the page's own policy lets run.
    script_hash: String,
}

/// Fills a template; the result is a whole HTML file.
pub(super) fn page(template: &str, page: &impl Serialize) -> io::Result<String> {
    let broken = |_| io::Error::other("report: the page could not be made. Choose another --format.");
    let mut environment = Environment::new();
    for (name, text) in TEMPLATES {
        environment.add_template(name, text).map_err(broken)?;
    }
    let script_hash = format!("sha256-{}", base64::encoded(&Sha256::digest(SCRIPT)));
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
    sizes: Sizes,
    grid: Newest<GridRow>,
    attempts: Newest<AttemptRow>,
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
            sizes: Sizes::default(),
            grid: Newest::new(MAX_GRID_ROWS),
            attempts: Newest::new(MAX_LIST_ROWS),
        }
    }
}

impl Report for Html<'_> {
    fn rows(&mut self) -> Option<&mut Rows> {
        Some(&mut self.rows)
    }

    fn transaction(&mut self, file: &str, tx_id: u64, dialect: &str, tx: &Transaction) -> io::Result<()> {
        self.stages.add(tx);
        self.volume.add(tx);
        self.sizes.add(tx);
        let row = self.rows.transaction(file, tx_id, dialect, tx);
        let error = self.rows.client_error(tx);
        self.grid.push(tx, GridRow::new(&row, error.as_ref(), tx));
        if self.all || tx.outcome.is_failure() {
            self.attempts.push(tx, AttemptRow::new(&row, error.as_ref(), tx));
        }
        Ok(())
    }

    fn file(&mut self, facts: &FileFacts, state: State) -> io::Result<()> {
        self.grid.next_file();
        self.attempts.next_file();
        self.files.push(self.rows.file(facts, state));
        Ok(())
    }

    fn finish(&mut self, judged: &Judged, totals: &Totals) -> io::Result<()> {
        let text = self.page(judged, totals)?;
        self.sink.write_all(text.as_bytes())?;
        self.sink.flush()
    }
}
