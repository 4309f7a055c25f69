//! One log, from its path to its facts and transactions.

use std::borrow::Cow;

use chrono::{DateTime, Datelike, FixedOffset, Local, NaiveDate, NaiveDateTime};

use super::{
    Request,
    handwriting::{Asked, Handwriting},
};
use crate::container::paste;
use crate::{
    dialect::{self, DateOrder, Dialect, StampReader},
    knowledge::Knowledge,
    redact::Shapes,
    rule,
    scan::{FileFacts, Scan},
    session::{Tally, Transaction},
    source::{self, Found, Log, ReadOptions, SourceError},
};

/// Smaller pieces would not be worth handing from thread to thread.
const SMALLEST_PIECE: usize = 256 * 1024;

/// How logs are read in this analysis; the same for all files and threads.
#[derive(Clone, Copy)]
pub(super) struct Inspection<'a> {
    pub(super) request: &'a Request,
    pub(super) asked: &'a Asked,
    pub(super) knowledge: &'a Knowledge,
}

/// What one file came to, beside its transactions.
pub(super) struct Inspected {
    pub(super) facts: FileFacts,
    /// Worth saying, changes nothing.
    pub(super) note: Option<String>,
}

/// A transaction with its id and the name of its dialect, as it is handed on.
pub(super) type Each<'f> = &'f mut (dyn FnMut(u64, &Cow<'static, str>, Transaction) + Send);

impl Inspection<'_> {
    /// Reads one log and hands its transactions on, in file order. What cannot be done is a fact about the file.
    pub(super) fn file(&self, found: &Found, each: Each<'_>) -> Inspected {
        let facts = FileFacts { file: found.path.to_string(), encoding: "unknown", ..FileFacts::default() };
        let mut inspected = Inspected { facts, note: None };
        if self.request.meter.is_stopped() {
            inspected.facts.stopped = true;
            inspected.facts.error = Some(format!("{}: not read, because you stopped it.", found.path));
            return inspected;
        }
        let mut options = read_options(self.request);
        if self.request.block.is_none() {
            options.block = piece(found, options.block);
        }
        match paste::open(&found.path, &options) {
            Ok(mut log) => self.log(found, &mut log, &mut inspected, each),
            Err(error) if !found.named && error.passes_over() => {
                inspected.facts.skipped = true;
                inspected.note = Some(format!("{error}."));
            }
            Err(error) => inspected.facts.error = Some(error.to_string()),
        }
        inspected
    }

    fn log(&self, found: &Found, log: &mut Log, inspected: &mut Inspected, each: Each<'_>) {
        let facts = &mut inspected.facts;
        facts.encoding = log.encoding().name();
        facts.bytes = log.size().unwrap_or(0);
        facts.modified = log.modified();
        let lines = sample_lines(log);
        let Some(handwriting) = Handwriting::of(self.asked, log, &lines) else {
            return unrecognised(found, log, inspected);
        };
        let dialect = handwriting.dialect();
        facts.dialect = Some(dialect.name.to_string());
        facts.dialect_score = handwriting.score;
        facts.dialect_runner_up.clone_from(&handwriting.runner_up);
        facts.dialect_assumed = handwriting.assumed;
        let hands = handwriting.hands();
        let stamps = stamps(self.request, dialect, &lines, log);
        let undecided = undecided(dialect, &lines, stamps);
        let scan =
            Scan { hands: &hands, stamps, knowledge: self.knowledge, judge: &|tx| rule::judge(self.knowledge, tx) };
        let fingerprint = log.fingerprint();
        let mut wanted_only = |tx: Transaction| {
            if wanted(self.request, &tx) {
                each(tx_id(fingerprint, &tx), &hands.at(tx.hand).name, tx);
            }
        };
        let mut shapes = Shapes::default();
        let (tally, bytes, end) = scan.run(log, &mut wanted_only, &mut |line| shapes.add(line));
        facts.unknown_shapes = shapes.commonest();
        facts.tally = tally;
        facts.bytes = facts.bytes.max(bytes);
        match end {
            Err(error) => broken_off(facts, &error),
            Ok(()) => facts.note = note(log, &facts.tally, undecided),
        }
        inspected.note = facts.note.as_ref().map(|note| format!("{}: {note}", facts.file));
    }
}

/// What happened to the log, while it was read or before, and what in it stays open.
fn note(log: &Log, tally: &Tally, undecided: Option<NaiveDate>) -> Option<String> {
    let changed = log.change().map(|change| format!("{change}."));
    let torn = (tally.torn > 0)
        .then(|| "holds NUL bytes, as after a power cut while it was written; lines may be missing there.".to_owned());
    let dates = undecided.map(|date| {
        format!(
            "its dates can be read in two ways: {} was read as {}, day first, as nothing in the log decides.",
            date.format("%d/%m/%Y"),
            date.format("%-d %B %Y"),
        )
    });
    let notes: Vec<String> = changed.into_iter().chain(torn).chain(dates).collect();
    (!notes.is_empty()).then(|| notes.join(" "))
}

/// What stamps leave out: the year from the file's own age, the order of day and month from the sample.
pub(crate) fn stamps(request: &Request, dialect: &Dialect, lines: &[&[u8]], log: &Log) -> StampReader {
    let written = log.modified().map(|time| DateTime::<Local>::from(time).naive_local());
    let newest = written.unwrap_or_else(|| request.now()).date();
    let mut stamps = lines.iter().map(|line| dialect.read(line).stamp).filter(|stamp| !stamp.is_empty()).peekable();
    let open = stamps.peek().is_some_and(|stamp| StampReader::is_ambiguous(stamp));
    // Seldom needed, so all of the sample is asked: one day over the twelfth decides for all.
    let all = || crate::source::lines(log.sample()).find_map(|line| StampReader::proves(dialect.read(line.text).stamp));
    let proved = if open { stamps.find_map(StampReader::proves).or_else(all) } else { None };
    let said = dialect.date_order();
    let utc = dialect.utc.then(|| FixedOffset::east_opt(0)).flatten();
    StampReader {
        order: if said == DateOrder::Unknown { proved.unwrap_or_default() } else { said },
        newest: Some(newest),
        offset: utc.or(request.utc_offset),
    }
}

/// The first date of a log in which nothing tells the day from the month.
fn undecided(dialect: &Dialect, lines: &[&[u8]], stamps: StampReader) -> Option<NaiveDate> {
    let open = |line: &&[u8]| {
        let stamp = dialect.read(line).stamp;
        let date = StampReader::is_ambiguous(stamp).then(|| stamps.read(stamp)).flatten()?.date?;
        (date.day() != date.month()).then_some(date)
    };
    (stamps.order == DateOrder::Unknown).then(|| lines.iter().find_map(open)).flatten()
}

/// The lines of a log that its handwriting is judged by.
pub(crate) fn sample_lines(log: &Log) -> Vec<&[u8]> {
    dialect::spread(log.sample())
}

/// How the request wants logs to be read.
pub(crate) fn read_options(request: &Request) -> ReadOptions {
    let options = ReadOptions {
        mmap: request.mmap,
        meter: request.meter.clone(),
        kept: request.kept.clone(),
        ..ReadOptions::default()
    };
    ReadOptions { block: request.block.unwrap_or(options.block), ..options }
}

/// How large the pieces of this log are: a log of few pieces is cut smaller, so that every thread has some of it.
fn piece(found: &Found, most: usize) -> usize {
    let threads = rayon::current_num_threads();
    let size = found.extent.and_then(|extent| usize::try_from(extent.unpacked).ok()).unwrap_or(usize::MAX);
    (size / (4 * threads)).clamp(SMALLEST_PIECE.min(most), most)
}

/// The log could not be read to its end.
fn broken_off(facts: &mut FileFacts, error: &SourceError) {
    facts.stopped = matches!(error, SourceError::Stopped { .. });
    facts.error = Some(error.to_string());
}

/// No dialect fits: an empty file is a fact, a file that the user named is a problem, any other is skipped.
fn unrecognised(found: &Found, log: &mut Log, inspected: &mut Inspected) {
    let facts = &mut inspected.facts;
    if log.sample().iter().all(u8::is_ascii_whitespace) {
        inspected.note = found.named.then(|| format!("{}: the file is empty.", facts.file));
        return;
    }
    if !found.named {
        facts.skipped = true;
        return;
    }
    let mut shapes = Shapes::default();
    let end = loop {
        let block = match log.next_block() {
            Ok(Some(block)) => block,
            Ok(None) => break None,
            Err(error) => break Some(error),
        };
        for line in block.lines() {
            facts.tally.lines += 1;
            shapes.add(line.text);
        }
    };
    facts.unknown_shapes = shapes.commonest();
    facts.tally.unknown = facts.tally.lines;
    if let Some(error) = end {
        return broken_off(facts, &error);
    }
    if let Some((kind, way_out)) = source::foreign(&found.path) {
        facts.error = Some(format!("{}: this is {kind}, not a log in text. {way_out}", facts.file));
        return;
    }
    facts.error = Some(format!(
        "{}: not an SMTP log as far as mtmlog can tell: none of its {} lines is understood. Check that it is the right \
         file, or name its handwriting with --dialect.",
        facts.file, facts.tally.lines
    ));
}

/// The transaction is in the asked period.
fn wanted(request: &Request, tx: &Transaction) -> bool {
    let time = tx.started_at.or(tx.ended_at).and_then(|stamp| stamp.naive());
    let after = |since: NaiveDateTime| time.is_none_or(|time| time >= since);
    let before = |until: NaiveDateTime| time.is_none_or(|time| time < until);
    request.since.is_none_or(after) && request.until.is_none_or(before)
}

/// A number for the transaction that stays the same while its log grows (FNV-1a over the file's beginning and its place).
pub(crate) fn tx_id(fingerprint: u64, tx: &Transaction) -> u64 {
    let place = tx.byte_first.to_le_bytes().into_iter().chain(tx.line_first.to_le_bytes());
    place.fold(fingerprint, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3))
}
