//! One file while it is written: its handwriting, and where the reading is.

use std::path::Path;

use crate::{
    Request,
    analysis::{self, Asked, Handwriting},
    dialect::{Dialect, DialectSet, StampReader, What},
    knowledge::Knowledge,
    redact::Shapes,
    rule,
    scan::{FileFacts, Given, Open, Scan},
    session::{Tally, Transaction},
    source::{Block, Input, Log, ReadOptions, SourceError},
};

/// Of the lines of a new file so many must be in the handwriting of the one before, in percent.
const LIKE_BEFORE: usize = 80;

/// Fewer lines that were not understood are no other handwriting.
const STRANGE: u64 = 4;

/// A file whose handwriting is known.
pub(super) struct Written<'k> {
    handwriting: std::sync::Arc<Handwriting>,
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
    /// The log from its beginning, if its handwriting can be told. `quiet`: nothing more comes for now, so that little
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
        let handwriting = match like_before {
            Some(before) => before.handwriting.clone(),
            None => {
                let found = Handwriting::of(asked, log, &lines)?;
                if found.assumed && !quiet {
                    return None;
                }
                found.into()
            }
        };
        let dialect = handwriting.dialect();
        let stamps = analysis::stamps(request, dialect, &lines, log);
        Some(Written {
            stamps,
            open: Open::new(knowledge, stamps, &handwriting.hands()),
            fingerprint: log.fingerprint(),
            encoding: log.encoding().name(),
            shapes: Shapes::default(),
            bytes: 0,
            handwriting,
        })
    }

    fn knows(&self, lines: &[&[u8]]) -> bool {
        let strange = |line: &&&[u8]| matches!(self.dialect().read(line).what, What::Unknown(_) | What::Unmarked(..));
        let known = lines.len() - lines.iter().filter(strange).count();
        known * 100 >= lines.len() * LIKE_BEFORE
    }

    pub(super) fn dialect(&self) -> &Dialect {
        self.handwriting.dialect()
    }

    pub(super) fn hands(&self) -> DialectSet<'_> {
        self.handwriting.hands()
    }

    /// What it is, for people.
    pub(super) fn about(&self) -> String {
        let assumed = if self.handwriting.assumed { ", assumed" } else { "" };
        format!("written as {} (fits {:.2}{assumed})", self.dialect().name, self.handwriting.score)
    }

    /// Little spoke for this handwriting, or much speaks against it by now: another program may write the log.
    pub(super) fn is_doubtful(&self) -> bool {
        let tally = self.tally();
        self.handwriting.assumed || tally.unknown >= STRANGE && tally.unknown * 10 > tally.lines
    }

    /// Whether it is read in the same way.
    pub(super) fn is_like(&self, other: &Written<'_>) -> bool {
        self.hands().all() == other.hands().all()
    }

    pub(super) fn tally(&self) -> Tally {
        self.open.tally()
    }

    pub(super) fn id(&self, tx: &Transaction) -> u64 {
        analysis::tx_id(self.fingerprint, tx)
    }

    /// Takes the next block, and gives what was finished in it and what it tells of secrets.
    pub(super) fn go_on(&mut self, knowledge: &'k Knowledge, block: &Block) -> Vec<Given> {
        let Written { handwriting, stamps, open, shapes, .. } = self;
        let mut done = Vec::new();
        scan(handwriting, *stamps, knowledge, |scan| {
            scan.go_on(open, block, &mut |given| done.push(given), &mut |line| shapes.add(line));
        });
        self.bytes = block.offset + block.len() as u64 + block.dropped();
        done
    }

    /// What would be said if the log ended here.
    pub(super) fn so_far(&self, knowledge: &'k Knowledge, torn: &[u8]) -> Vec<Transaction> {
        let mut done = Vec::new();
        scan(&self.handwriting, self.stamps, knowledge, |scan| {
            scan.so_far(&self.open, torn, &mut |given| done.extend(mail(given)));
        });
        done
    }

    /// The file has ended.
    pub(super) fn end(&mut self, knowledge: &'k Knowledge) -> Vec<Transaction> {
        let Written { handwriting, stamps, open, .. } = self;
        let mut done = Vec::new();
        scan(handwriting, *stamps, knowledge, |scan| scan.end(open, &mut |given| done.extend(mail(given))));
        done
    }

    pub(super) fn facts(&mut self, name: &str) -> FileFacts {
        FileFacts {
            file: name.to_owned(),
            bytes: self.bytes,
            encoding: self.encoding,
            dialect: Some(self.dialect().name.to_string()),
            dialect_score: self.handwriting.score,
            dialect_runner_up: self.handwriting.runner_up.clone(),
            dialect_assumed: self.handwriting.assumed,
            tally: self.tally(),
            unknown_shapes: std::mem::take(&mut self.shapes).commonest(),
            ..FileFacts::default()
        }
    }
}

fn mail(given: Given) -> Option<Transaction> {
    match given {
        Given::Mail(tx) => Some(tx),
        Given::Clue(_) => None,
    }
}

fn scan<R>(
    handwriting: &Handwriting,
    stamps: StampReader,
    knowledge: &Knowledge,
    run: impl FnOnce(&Scan<'_>) -> R,
) -> R {
    let hands = handwriting.hands();
    let judge = |tx: &mut Transaction| rule::judge(knowledge, tx);
    run(&Scan { hands: &hands, stamps, knowledge, judge: &judge })
}
