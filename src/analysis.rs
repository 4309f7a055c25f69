//! The whole road, for one file or ten thousand: a single file is a batch of one.

use std::{ffi::OsString, io, path::PathBuf, time::SystemTime};

use chrono::{DateTime, FixedOffset, Local, NaiveDateTime};

use crate::{
    dialect::{self, DateOrder, Detection, Dialect, StampReader},
    knowledge::{Cause, Knowledge},
    redact::Shapes,
    report::{Report, Totals},
    rule::{self, ByCause, Severity},
    scan::{FileFacts, Scan},
    session::Transaction,
    source::{self, Found, Input, Log, ReadOptions},
};

/// What to analyse, and how; the arguments with their meaning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Files, folders, globs, `-`; empty for the known MTM places.
    pub paths: Vec<OsString>,
    /// A list with more paths, one a line; `-` is standard input.
    pub files_from: Option<OsString>,
    /// Name of the dialect, where it is not to be detected.
    pub dialect: Option<String>,
    /// Only transactions from this moment of the log on.
    pub since: Option<NaiveDateTime>,
    /// Only transactions before this moment.
    pub until: Option<NaiveDateTime>,
    /// Only these causes; empty for all.
    pub causes: Vec<Cause>,
    /// List every transaction, not only failures.
    pub all: bool,
    /// The offset of stamps that state none.
    pub utc_offset: Option<FixedOffset>,
    /// Threads; `None` for as many as there are cores.
    pub threads: Option<usize>,
    /// Whether large files may be mapped.
    pub mmap: bool,
    /// Size of the pieces that a log is read in, in bytes. It never changes the report.
    pub block: Option<usize>,
    /// User's facts, laid over the built-in ones.
    pub knowledge: Option<PathBuf>,
}

/// What the exit status is made of.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// The worst finding.
    pub worst: Option<Severity>,
    /// What could not be done, each a sentence that names its file.
    pub problems: Vec<String>,
    /// What is worth saying and changes nothing.
    pub notes: Vec<String>,
}

/// Reads every log, hands rows and findings to the report, and sums up.
///
/// # Errors
/// Only where the report cannot be written. A log that cannot be read is a problem in the summary.
pub fn analyze(request: &Request, report: &mut dyn Report) -> io::Result<Summary> {
    match request.threads {
        None => on_this_pool(request, report),
        Some(threads) => rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .map_err(io::Error::other)?
            .install(|| on_this_pool(request, report)),
    }
}

fn on_this_pool(request: &Request, report: &mut dyn Report) -> io::Result<Summary> {
    let mut summary = Summary::default();
    let overlay;
    let knowledge = match &request.knowledge {
        None => Knowledge::builtin(),
        Some(path) => match overlaid(path) {
            Ok(knowledge) => {
                overlay = knowledge;
                &overlay
            }
            Err(problem) => {
                summary.problems.push(problem);
                return Ok(summary);
            }
        },
    };
    let found = discover(request, &mut summary);
    let mut run = Run { request, knowledge, report, summary, totals: Totals::default(), causes: ByCause::default() };
    for found in &found {
        run.file(found)?;
    }
    run.finish()
}

pub(crate) fn overlaid(path: &std::path::Path) -> Result<Knowledge, String> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("{}: cannot be read ({error}).", path.display()))?;
    Knowledge::with_overlay(&text).map_err(|error| format!("{}: {error}", path.display()))
}

pub(crate) fn discover(request: &Request, summary: &mut Summary) -> Vec<Found> {
    if let Some(name) = request.dialect.as_deref().filter(|name| dialect::by_name(name).is_none()) {
        let known: Vec<&str> = dialect::DIALECTS.iter().map(|d| &*d.name).collect();
        summary.problems.push(format!("--dialect {name}: no such dialect. Known are: {}.", known.join(", ")));
        return Vec::new();
    }
    let mut paths = request.paths.clone();
    if let Some(list) = &request.files_from {
        match source::paths_from(list) {
            Ok(more) => paths.extend(more),
            Err(problem) => summary.problems.push(problem.to_string()),
        }
    } else if paths.is_empty() {
        let known: Vec<Found> = source::find_known()
            .into_iter()
            .map(|(place, path)| {
                summary.notes.push(format!("Found the log of {}: {}", place.product, path.display()));
                Found { path: Input::File(path), named: true }
            })
            .collect();
        if known.is_empty() {
            let places: Vec<String> = source::known_places().into_iter().take(3).map(|p| p.pattern).collect();
            summary.problems.push(format!(
                "No log found in the known places ({}). Name the log: mtmlog analyze PATH",
                places.join(", ")
            ));
        }
        return known;
    }
    let discovery = source::discover(&paths);
    summary.problems.extend(discovery.problems.iter().map(ToString::to_string));
    for folder in discovery.empty_folders {
        summary.notes.push(format!("{}: no files in this folder.", folder.display()));
    }
    discovery.found
}

/// Whose handwriting the log is: the one named, or the one that fits.
pub(crate) fn detection(request: &Request, log: &Log) -> Detection {
    let named = request.dialect.as_deref().and_then(dialect::by_name);
    match named {
        Some(dialect) => Detection { dialect: Some(dialect), score: 1.0, runner_up: None, assumed: false },
        None => dialect::detect(source::lines(log.sample()).map(|line| line.text)),
    }
}

/// How the request wants logs to be read.
pub(crate) fn read_options(request: &Request) -> ReadOptions {
    let options = ReadOptions { mmap: request.mmap, ..ReadOptions::default() };
    ReadOptions { block: request.block.unwrap_or(options.block), ..options }
}

/// The state of one analysis.
struct Run<'a> {
    request: &'a Request,
    knowledge: &'a Knowledge,
    report: &'a mut dyn Report,
    summary: Summary,
    totals: Totals,
    causes: ByCause,
}

impl Run<'_> {
    fn file(&mut self, found: &Found) -> io::Result<()> {
        let mut facts = FileFacts { file: found.path.to_string(), encoding: "unknown", ..FileFacts::default() };
        match Log::open(&found.path, &read_options(self.request)) {
            Ok(mut log) => self.log(found, &mut log, &mut facts)?,
            Err(error) => facts.error = Some(error.to_string()),
        }
        if let Some(error) = &facts.error {
            self.summary.problems.push(error.clone());
            self.totals.unreadable += u64::from(facts.tally.lines == 0);
        }
        self.totals.skipped += u64::from(facts.skipped);
        if !facts.skipped {
            self.totals.tally.merge(&facts.tally);
        }
        self.totals.files += 1;
        self.report.file(&facts)
    }

    fn log(&mut self, found: &Found, log: &mut Log, facts: &mut FileFacts) -> io::Result<()> {
        facts.encoding = log.encoding().name();
        facts.bytes = log.size().unwrap_or(0);
        let detection = detection(self.request, log);
        let Some(dialect) = detection.dialect else {
            return self.unrecognised(found, log, facts);
        };
        facts.dialect = Some(dialect.name.to_string());
        facts.dialect_score = detection.score;
        facts.dialect_runner_up = detection.runner_up.map(|d| d.name.to_string());
        facts.dialect_assumed = detection.assumed;
        let scan = Scan {
            dialects: &[dialect],
            stamps: self.stamps(dialect, log),
            knowledge: self.knowledge,
            judge: &|tx| rule::judge(self.knowledge, tx),
        };
        let fingerprint = log.fingerprint();
        let file = usize::try_from(self.totals.files).unwrap_or(usize::MAX);
        let (request, causes) = (self.request, &mut self.causes);
        let mut written = Ok(());
        let report = &mut self.report;
        let mut shapes = Shapes::default();
        let mut each = |tx: Transaction| {
            if written.is_err() || !wanted(request, &tx) {
                return;
            }
            let id = tx_id(fingerprint, &tx);
            causes.observe(file, id, &tx);
            if request.all || tx.outcome.is_failure() {
                written = report.transaction(&facts.file, id, &dialect.name, &tx);
            }
        };
        let (tally, bytes, end) = scan.run(log, &mut each, &mut |line| shapes.add(line));
        written?;
        facts.unknown_shapes = shapes.commonest();
        facts.tally = tally;
        facts.bytes = facts.bytes.max(bytes);
        facts.error = end.err().map(|error| error.to_string());
        Ok(())
    }

    /// What stamps leave out: the year from the file's own age, the order of day and month from the sample.
    fn stamps(&self, dialect: &Dialect, log: &Log) -> StampReader {
        let newest = DateTime::<Local>::from(log.modified().unwrap_or_else(SystemTime::now)).date_naive();
        let sample = source::lines(log.sample());
        let proved = sample.filter_map(|line| StampReader::proves(dialect.read(line.text).stamp)).next();
        let utc = dialect.utc.then(|| FixedOffset::east_opt(0)).flatten();
        StampReader {
            order: proved.unwrap_or(DateOrder::Unknown),
            newest: Some(newest),
            offset: utc.or(self.request.utc_offset),
        }
    }

    /// No dialect fits: an empty file is a fact, a file that the user named is a problem, any other is skipped.
    fn unrecognised(&mut self, found: &Found, log: &mut Log, facts: &mut FileFacts) -> io::Result<()> {
        if log.sample().iter().all(u8::is_ascii_whitespace) {
            self.summary.notes.push(format!("{}: the file is empty.", facts.file));
            return Ok(());
        }
        let mut shapes = Shapes::default();
        while let Ok(Some(block)) = log.next_block() {
            for line in block.lines() {
                facts.tally.lines += 1;
                shapes.add(line.text);
            }
        }
        facts.unknown_shapes = shapes.commonest();
        facts.tally.unknown = facts.tally.lines;
        if found.named {
            facts.error = Some(format!(
                "{}: not an SMTP log as far as mtmlog can tell: none of its {} lines is understood. Check that it is the \
                 right file, or name its handwriting with --dialect.",
                facts.file, facts.tally.lines
            ));
        } else {
            facts.skipped = true;
        }
        Ok(())
    }

    fn finish(self) -> io::Result<Summary> {
        let Run { knowledge, report, mut summary, totals, causes, .. } = self;
        let findings = causes.findings(knowledge);
        summary.worst = findings.iter().map(|finding| finding.severity).max();
        report.finish(&findings, &totals)?;
        Ok(summary)
    }
}

/// Whether the transaction is among those asked for.
fn wanted(request: &Request, tx: &Transaction) -> bool {
    let time = tx.started_at.or(tx.ended_at).and_then(|stamp| stamp.naive());
    let after = |since: NaiveDateTime| time.is_none_or(|time| time >= since);
    let before = |until: NaiveDateTime| time.is_none_or(|time| time < until);
    request.since.is_none_or(after)
        && request.until.is_none_or(before)
        && (request.causes.is_empty() || tx.cause.is_some_and(|cause| request.causes.contains(&cause)))
}

/// A number for the transaction that stays the same while its log grows (FNV-1a over the file's beginning and its place).
fn tx_id(fingerprint: u64, tx: &Transaction) -> u64 {
    let place = tx.byte_first.to_le_bytes().into_iter().chain(tx.line_first.to_le_bytes());
    place.fold(fingerprint, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
