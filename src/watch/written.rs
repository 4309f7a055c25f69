//! One file while it is written: its dialect, and where the reading is.

use std::path::Path;

use crate::{
    Request,
    analysis::{self, Asked, Detected},
    dialect::{Dialect, DialectSet, Event, StampReader},
    knowledge::Knowledge,
    redact::Shapes,
    rule,
    scan::{FileFacts, Given, Open, Scan},
    session::{Tally, Transaction},
    source::{Block, Input, Log, ReadOptions, SourceError},
};

/// A new file is read by the dialect of the one before where it explains so many percent of the lines.
const MIN_PERCENT_LIKE_BEFORE: usize = 80;

/// Fewer lines that were not understood do not suggest another dialect.
const MIN_UNKNOWN_LINES: u64 = 4;

/// A file whose dialect is known.
pub(super) struct Written<'k> {
    detected: std::sync::Arc<Detected>,
    stamps: StampReader,
    open: Open<'k>,
    fingerprint: u64,
    encoding: &'static str,
    shapes: Shapes,
    bytes: u64,
}

/// Opens the log to look at it; it is never mapped, and closed when dropped.
pub(super) fn open(path: &Path) -> Result<Log, SourceError> {
    Log::open(&Input::File(path.to_owned()), &ReadOptions { mmap: false, ..ReadOptions::default() })
}

impl<'k> Written<'k> {
    /// The log from its beginning, if its dialect can be told. `quiet`: nothing more comes for now, so that little
    /// must be enough.
    pub(super) fn of(
        log: &Log,
        request: &Request,
        asked: &Asked,
        knowledge: &'k Knowledge,
        before: Option<&Written<'k>>,
        quiet: bool,
    ) -> Option<Self> {
        let lines = analysis::sample_lines(log);
        if lines.is_empty() {
            return None;
        }
        let like_before = before.filter(|before| matches!(asked, Asked::Nothing) && before.knows(&lines));
        let detected = match like_before {
            Some(before) => before.detected.clone(),
            None => {
                let found = Detected::of(asked, log, &lines)?;
                if found.assumed && !quiet {
                    return None;
                }
                found.into()
            }
        };
        let dialect = detected.dialect();
        let days: Vec<&[u8]> = analysis::days(dialect, lines.iter().copied()).collect();
        let stamps = analysis::stamps(request, dialect, &days, log);
        Some(Written {
            stamps,
            open: Open::new(knowledge, stamps, &detected.dialects()),
            fingerprint: log.fingerprint(),
            encoding: log.encoding().name(),
            shapes: Shapes::default(),
            bytes: 0,
            detected,
        })
    }

    fn knows(&self, lines: &[&[u8]]) -> bool {
        let strange =
            |line: &&&[u8]| matches!(self.dialect().read(line).event, Event::Unknown(_) | Event::Unmarked(..));
        let known = lines.len() - lines.iter().filter(strange).count();
        known * 100 >= lines.len() * MIN_PERCENT_LIKE_BEFORE
    }

    pub(super) fn dialect(&self) -> &Dialect {
        self.detected.dialect()
    }

    pub(super) fn dialects(&self) -> DialectSet<'_> {
        self.detected.dialects()
    }

    /// The dialect and how well it fits, in words.
    pub(super) fn about(&self) -> String {
        let assumed = if self.detected.assumed { ", assumed" } else { "" };
        format!("written as {} (fits {:.2}{assumed})", self.dialect().name, self.detected.score)
    }

    /// Little spoke for this dialect, or much speaks against it by now: another program may write the log.
    pub(super) fn is_doubtful(&self) -> bool {
        let tally = self.tally();
        self.detected.assumed || tally.unknown >= MIN_UNKNOWN_LINES && tally.unknown * 10 > tally.lines
    }

    /// It is read by the same dialects.
    pub(super) fn is_like(&self, other: &Written<'_>) -> bool {
        self.dialects().all() == other.dialects().all()
    }

    pub(super) fn tally(&self) -> Tally {
        self.open.tally()
    }

    pub(super) fn id(&self, tx: &Transaction) -> u64 {
        analysis::tx_id(self.fingerprint, tx)
    }

    /// Takes the next block, and gives what was finished in it and what it tells of secrets.
    pub(super) fn go_on(&mut self, knowledge: &'k Knowledge, block: &Block) -> Vec<Given> {
        let Written { detected, stamps, open, shapes, .. } = self;
        let mut done = Vec::new();
        scan(detected, *stamps, knowledge, |scan| {
            scan.go_on(open, block, &mut |given| done.push(given), &mut |line| shapes.add(line));
        });
        self.bytes = block.offset + block.len() as u64 + block.dropped();
        done
    }

    /// The attempts that are open, judged as if the log ended here.
    pub(super) fn so_far(&self, knowledge: &'k Knowledge, torn: &[u8]) -> Vec<Box<Transaction>> {
        let mut done = Vec::new();
        scan(&self.detected, self.stamps, knowledge, |scan| {
            scan.so_far(&self.open, torn, &mut |given| done.extend(given.mail()));
        });
        done
    }

    /// The file has ended.
    pub(super) fn end(&mut self, knowledge: &'k Knowledge) -> Vec<Box<Transaction>> {
        let Written { detected, stamps, open, .. } = self;
        let mut done = Vec::new();
        scan(detected, *stamps, knowledge, |scan| scan.end(open, &mut |given| done.extend(given.mail())));
        done
    }

    pub(super) fn facts(&mut self, name: &str) -> FileFacts {
        FileFacts {
            file: name.to_owned(),
            bytes: self.bytes,
            encoding: self.encoding,
            dialect: Some(self.dialect().name.to_string()),
            dialect_score: self.detected.score,
            dialect_runner_up: self.detected.runner_up.clone(),
            dialect_assumed: self.detected.assumed,
            tally: self.tally(),
            unknown_shapes: std::mem::take(&mut self.shapes).commonest(),
            ..FileFacts::default()
        }
    }
}

fn scan<R>(detected: &Detected, stamps: StampReader, knowledge: &Knowledge, run: impl FnOnce(&Scan<'_>) -> R) -> R {
    let dialects = detected.dialects();
    let judge = |tx: &mut Transaction| rule::judge(knowledge, tx);
    run(&Scan { dialects: &dialects, stamps, knowledge, judge: &judge })
}
