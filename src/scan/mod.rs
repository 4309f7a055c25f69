//! Blocks, threads, order, bounded memory. Interprets no line.
//!
//! A worker reads its block from the first start of a session in it, with a state machine of its own. The few lines before
//! that are fed, in file order, to the machine that the block before left open. In some dialects a session begins at such a
//! start whatever stood before; in the others it may be told in the middle of one, and settings of the sessions before may
//! count for it: there the worker's machine is taken only where the machine before is through and leaves the settings that
//! the worker began with, and else the whole block is fed to that. So nothing is merged by halves, and the report is the same
//! for every block size and thread count.

mod file;

pub use file::FileFacts;

use std::ops::Range;

use rayon::prelude::*;

use crate::{
    dialect::{DialectSet, Event, Line, StampReader},
    knowledge::Knowledge,
    session::{Builder, Clue, Confidence, End, Outcome, Settings, Tally, Transaction},
    source::{self, Block, Log, SourceError},
};

/// One reading of a log, shared by all threads.
pub struct Scan<'a> {
    /// The dialects it is in.
    pub dialects: &'a DialectSet<'a>,
    /// Reads the stamps.
    pub stamps: StampReader,
    /// The facts.
    pub knowledge: &'a Knowledge,
    /// Judges a finished transaction; called on any thread, again where an earlier mail changes the picture.
    pub judge: &'a (dyn Fn(&mut Transaction) + Sync),
}

/// A piece that a scan hands on, in file order.
pub enum Given {
    /// A transaction, judged.
    Mail(Box<Transaction>),
    /// Where secrets stand; before the transactions of the same lines.
    Clue(Clue),
}

/// A block after a worker had it.
struct Part<'k> {
    block: Block,
    /// Where in the block lines stand that the machine below did not understand.
    unknown: Vec<usize>,
    rest: Option<Rest<'k>>,
}

/// The part of a block that a worker has read.
struct Rest<'k> {
    /// Where in the block it began.
    start: usize,
    /// The machine that began there.
    builder: Builder<'k>,
    /// The settings with which it began; `None` where a session begins there whatever stood before.
    behind: Option<Settings>,
}

/// With more refused blocks than taken ones by this number, the log does not tell where sessions begin, and no worker
/// tries any more.
const MAX_REFUSED_BLOCKS: u32 = 3;
/// A session begins within so many bytes of a block, if this log tells of connections.
const SEARCHED_BYTES: usize = 64 * 1024;

impl Given {
    /// The transaction, where it is one.
    pub fn mail(self) -> Option<Box<Transaction>> {
        match self {
            Given::Mail(tx) => Some(tx),
            Given::Clue(_) => None,
        }
    }
}

impl<'a> Scan<'a> {
    /// Reads the whole log and hands each transaction to `each`, numbered, and each line that nothing understood to
    /// `unknown`, both in file order.
    ///
    /// # Errors
    /// Where the log could not be read to its end; what was read until then was handed out, and the sums count it.
    pub fn run(
        &self,
        log: &mut Log,
        each: &mut (dyn FnMut(Given) + Send),
        unknown: &mut (dyn FnMut(&[u8]) + Send),
    ) -> (Tally, u64, Result<(), SourceError>) {
        let open = Open::new(self.knowledge, self.stamps, self.dialects);
        let mut fold = Fold { scan: self, open, each, unknown, behind: Settings::default(), refused: 0 };
        let width = 2 * rayon::current_num_threads();
        let mut end = Ok(());
        let mut blocks = batch(log, width, &mut end);
        if blocks.len() == 1 {
            // Nothing to share out: small logs are shared out whole.
            fold.take(Part { block: blocks.remove(0), unknown: Vec::new(), rest: None });
        }
        let mut parts = Vec::new();
        while !blocks.is_empty() || !parts.is_empty() {
            let behind = (width > 2 && fold.refused <= MAX_REFUSED_BLOCKS).then(|| fold.behind.clone());
            let work = |block| self.work(block, behind.as_ref());
            let (ready, next) = rayon::join(
                || std::mem::take(&mut blocks).into_par_iter().map(work).collect::<Vec<_>>(),
                || {
                    for part in parts.drain(..) {
                        fold.take(part);
                    }
                    batch(log, width, &mut end)
                },
            );
            parts = ready;
            blocks = next;
        }
        let Fold { mut open, each, .. } = fold;
        self.end(&mut open, each);
        (open.tally(), open.bytes, end)
    }

    /// The transactions of a part of a log, not judged: for what is told by many of them.
    pub fn part(&self, text: &[u8], each: &mut dyn FnMut(Box<Transaction>)) {
        let mut builder = self.builder();
        for line in source::lines(text) {
            self.feed(&mut builder, line.text, line.offset as u64);
        }
        builder.finish(End::Eof);
        builder.drain().for_each(each);
    }

    /// Goes on with the next block of a log that is being written, in file order: the same road as [`Scan::run`], by one
    /// thread.
    pub fn go_on(
        &self,
        open: &mut Open<'_>,
        block: &Block,
        each: &mut (dyn FnMut(Given) + Send),
        unknown: &mut (dyn FnMut(&[u8]) + Send),
    ) {
        self.lines(open, block, 0..usize::MAX, unknown);
        open.give(self.judge, each);
    }

    /// The attempts as they would be if the log ended here, with `torn` for its last line. Nothing is settled: `open` stays
    /// as it is.
    pub fn so_far(&self, open: &Open<'_>, torn: &[u8], each: &mut (dyn FnMut(Given) + Send)) {
        let mut copy = open.clone();
        if !torn.is_empty() {
            self.feed(&mut copy.carry, torn, copy.bytes);
        }
        self.end(&mut copy, each);
    }

    /// The log has ended: whatever is open is given out.
    pub fn end(&self, open: &mut Open<'_>, each: &mut (dyn FnMut(Given) + Send)) {
        open.ended = true;
        open.carry.finish(End::Eof);
        open.give(self.judge, each);
    }

    /// Feeds the lines of a block that begin in `places`.
    fn lines(&self, open: &mut Open<'_>, block: &Block, places: Range<usize>, unknown: &mut (dyn FnMut(&[u8]) + Send)) {
        let from = block.lines().skip_while(|line| line.offset < places.start);
        for line in from.take_while(|line| line.offset < places.end) {
            if !self.feed(&mut open.carry, line.text, block.offset + line.offset as u64) {
                unknown(line.text);
            }
        }
        open.bytes = block.offset + block.len() as u64 + block.dropped();
        let last = block.iter().rev().find(|b| **b != source::FILL);
        open.torn = last.is_some_and(|last| !matches!(last, b'\n' | b'\r'));
    }

    fn builder(&self) -> Builder<'a> {
        builder(self.knowledge, self.stamps, self.dialects)
    }

    /// Returns whether the line was understood.
    fn feed(&self, builder: &mut Builder<'_>, text: &[u8], offset: u64) -> bool {
        builder.tally.torn += u64::from(matches!(text, [0, ..] | [.., 0]));
        self.dialects.read_for(text, |dialect_ref, line| {
            builder.look(text, line);
            builder.feed(dialect_ref, line, offset)
        })
    }

    fn work(&self, block: Block, behind: Option<&Settings>) -> Part<'a> {
        let mut unknown = Vec::new();
        let rest = self.start(&block, behind).map(|(start, behind)| {
            let mut builder = self.builder().behind(behind.cloned().unwrap_or_default());
            for line in block.lines().skip_while(|line| line.offset < start) {
                if !self.feed(&mut builder, line.text, block.offset + line.offset as u64) {
                    unknown.push(line.offset);
                }
            }
            for tx in builder.done_mut() {
                (self.judge)(tx);
            }
            Rest { start, builder, behind: behind.cloned() }
        });
        Part { block, unknown, rest }
    }

    /// Where a session begins in the block, and the settings that count for it, where these count.
    fn start<'s>(&self, block: &Block, behind: Option<&'s Settings>) -> Option<(usize, Option<&'s Settings>)> {
        let [only] = self.dialects.all() else { return None };
        let hard = only.marks.start();
        if self.dialects.is_interleaved() || !hard && behind.is_none() {
            return None;
        }
        let near = |line: &source::Line<'_>| hard || line.offset < SEARCHED_BYTES;
        let starts = |text: &[u8]| match self.dialects.read(text).1 {
            Line { event: Event::Connected(_), .. } => true,
            Line { event: Event::Connecting(_), key: b"", .. } => !hard,
            _ => false,
        };
        let start = block.lines().take_while(near).find(|line| starts(line.text))?;
        Some((start.offset, behind.filter(|_| !hard)))
    }
}

/// The next blocks; an error ends the log after what was read before it.
fn batch(log: &mut Log, width: usize, end: &mut Result<(), SourceError>) -> Vec<Block> {
    let mut blocks = Vec::with_capacity(width);
    while blocks.len() < width && end.is_ok() {
        match log.next_block() {
            Ok(Some(block)) => blocks.push(block),
            Ok(None) => break,
            Err(error) => *end = Err(error),
        }
    }
    blocks
}

/// The state of a reading: the conversations that are open, and the sums so far.
#[derive(Clone)]
pub struct Open<'k> {
    carry: Builder<'k>,
    tally: Tally,
    bytes: u64,
    /// The dialect is in doubt, so no judgement is certain.
    doubted: bool,
    /// The mails are told in a program's own words, so the best of judgements is likely.
    told: bool,
    /// The newest line has no end: programs write whole lines, so the log is cut there or still being written.
    torn: bool,
    /// Nothing more comes.
    ended: bool,
}

impl<'k> Open<'k> {
    /// The beginning of a log.
    pub fn new(knowledge: &'k Knowledge, stamps: StampReader, dialects: &DialectSet<'_>) -> Self {
        Open {
            carry: builder(knowledge, stamps, dialects),
            tally: Tally::default(),
            bytes: 0,
            doubted: dialects.is_doubtful(),
            told: dialects.is_told(),
            torn: false,
            ended: false,
        }
    }

    /// The sums of what was given out.
    pub fn tally(&self) -> Tally {
        let Tally { lines, understood, unknown, torn, .. } = self.carry.tally;
        Tally { lines, understood, unknown, torn, sessions: self.carry.sessions(), ..self.tally.clone() }
    }

    fn give(&mut self, judge: &(dyn Fn(&mut Transaction) + Sync), each: &mut (dyn FnMut(Given) + Send)) {
        for clue in self.carry.clues() {
            each(Given::Clue(clue));
        }
        for mut tx in self.carry.drain() {
            tx.index = self.tally.transactions + 1;
            // A connection that dies under a large mail means another thing once small ones have passed.
            tx.trace.earlier_sent = self.tally.sent > 0;
            if self.torn && self.ended && tx.breaks_off() {
                tx.outcome = Outcome::Incomplete;
                tx.confidence = None;
            }
            if tx.confidence.is_none() || tx.trace.earlier_sent && tx.trace.data_open && tx.reply.is_none() {
                judge(&mut tx);
            }
            if self.doubted || self.told && tx.confidence == Some(Confidence::Certain) {
                tx.doubt();
            }
            self.tally.add(&tx);
            each(Given::Mail(tx));
        }
    }
}

fn builder<'k>(knowledge: &'k Knowledge, stamps: StampReader, dialects: &DialectSet<'_>) -> Builder<'k> {
    let builder = Builder::new(knowledge, stamps);
    if dialects.is_interleaved() { builder.demultiplexing() } else { builder }
}

/// Puts the blocks together in file order.
struct Fold<'a, 's> {
    scan: &'s Scan<'a>,
    open: Open<'a>,
    each: &'s mut (dyn FnMut(Given) + Send),
    unknown: &'s mut (dyn FnMut(&[u8]) + Send),
    /// The settings that stood at the newest start: the next workers begin with them.
    behind: Settings,
    /// Blocks of which no worker's machine could be taken, less those of which one was.
    refused: u32,
}

impl<'a> Fold<'a, '_> {
    fn take(&mut self, part: Part<'a>) {
        let Part { block, unknown, rest } = part;
        let start = rest.as_ref().map_or(usize::MAX, |rest| rest.start);
        self.scan.lines(&mut self.open, &block, 0..start, self.unknown);
        match rest {
            Some(rest) if self.follows(&rest, &block) => {
                for place in unknown {
                    if let Some(line) = line_at(&block, place) {
                        (self.unknown)(line);
                    }
                }
                self.open.carry.finish(End::Next);
                self.give();
                let mut builder = rest.builder;
                builder.shift(&self.open.carry.tally, self.open.carry.sessions());
                self.open.carry = builder;
            }
            Some(_) => self.scan.lines(&mut self.open, &block, start..usize::MAX, self.unknown),
            None => self.refused += 1,
        }
        self.give();
    }

    /// The machine that was begun inside the block reads on as the one before it would.
    fn follows(&mut self, rest: &Rest<'_>, block: &Block) -> bool {
        let Some(behind) = &rest.behind else { return true };
        let line = line_at(block, rest.start).map(|line| self.scan.dialects.read(line).1);
        let ends = line.is_some_and(|line| self.open.carry.ends_at(&line.event));
        let settings = self.open.carry.settings();
        let follows = ends && settings == behind;
        // Workers that began before the settings were known are no bad luck.
        let bad_luck = !ends || *settings != self.behind;
        if ends && bad_luck {
            self.behind = settings.clone();
        }
        match follows {
            true => self.refused = self.refused.saturating_sub(1),
            false => self.refused += u32::from(bad_luck),
        }
        follows
    }

    fn give(&mut self) {
        self.open.give(self.scan.judge, self.each);
    }
}

/// The line of a block that begins there.
fn line_at(block: &Block, place: usize) -> Option<&[u8]> {
    block.get(place..).and_then(|rest| source::lines(rest).next()).map(|line| line.text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{self, Endpoint};

    #[test]
    fn only_a_session_that_is_through_ends_at_a_connection() {
        let dialects = DialectSet::only(dialect::by_name("swaks").unwrap());
        let knowledge = Knowledge::builtin();
        let scan = Scan { dialects: &dialects, stamps: StampReader::default(), knowledge, judge: &|_| {} };
        let mut builder = scan.builder();
        let connecting = Event::Connecting(Endpoint::default());
        let mut ends_after = |line: &str| {
            // At the beginning of a log more is kept of a session.
            scan.feed(&mut builder, line.as_bytes(), 4_096);
            builder.ends_at(&connecting)
        };
        for (line, ends) in [
            ("", false),
            // A second address of the host would belong to the same attempt.
            ("=== Trying mail.example.co.za:587...", false),
            ("=== Connected to mail.example.co.za.", true),
            ("<-  220 mail.example.co.za ESMTP", true),
            // Its value may stand on the next line.
            ("*** password:", false),
            ("=== Connection closed with remote host.", true),
        ] {
            assert_eq!(ends_after(line), ends, "{line}");
        }
    }
}
