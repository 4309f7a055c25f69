//! Blocks, threads, order, bounded memory. Interprets no line.
//!
//! A worker reads its block from the first hard start in it, where a session begins whatever stood before, with a state
//! machine of its own. The few lines before that are fed, in file order, to the machine that the block before left open.
//! A dialect without hard starts takes the second road alone. So nothing is merged by halves, and the report is the same
//! for every block size and thread count.

mod file;

pub use file::FileFacts;

use rayon::prelude::*;

use crate::{
    dialect::{DialectSet, Event, StampReader},
    knowledge::Knowledge,
    session::{Builder, Clue, End, Outcome, Tally, Transaction},
    source::{self, Block, Log, SourceError},
};

/// What a scan needs to know; shared by all threads.
pub struct Scan<'a> {
    /// Whose dialects it is in.
    pub dialects: &'a DialectSet<'a>,
    /// How to read the stamps.
    pub stamps: StampReader,
    /// The facts.
    pub knowledge: &'a Knowledge,
    /// Judges a finished transaction; called on any thread, again where an earlier mail changes the picture.
    pub judge: &'a (dyn Fn(&mut Transaction) + Sync),
}

/// What a scan hands on, in file order.
#[allow(clippy::large_enum_variant, reason = "handed on at once")]
pub enum Given {
    /// A transaction, judged.
    Mail(Transaction),
    /// Where secrets stand; before the transactions of the same lines.
    Clue(Clue),
}

/// A block after a worker had it.
struct Part<'k> {
    block: Block,
    /// Where in the block lines stand that the machine below did not understand.
    unknown: Vec<usize>,
    /// The machine that began at the first hard start, and where in the block that was.
    rest: Option<(usize, Builder<'k>)>,
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
        let mut fold = Fold { scan: self, open: Open::new(self.knowledge, self.stamps, self.dialects), each, unknown };
        let width = 2 * rayon::current_num_threads();
        let mut end = Ok(());
        let mut blocks = batch(log, width, &mut end);
        if blocks.len() == 1 {
            // Nothing to share out: small logs are shared out whole.
            fold.take(Part { block: blocks.remove(0), unknown: Vec::new(), rest: None });
        }
        let mut parts = Vec::new();
        while !blocks.is_empty() || !parts.is_empty() {
            let (ready, next) = rayon::join(
                || std::mem::take(&mut blocks).into_par_iter().map(|block| self.work(block)).collect::<Vec<_>>(),
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
    pub fn part(&self, text: &[u8], each: &mut dyn FnMut(Transaction)) {
        let mut builder = self.builder();
        for line in source::lines(text) {
            self.feed(&mut builder, line.text, line.offset as u64);
        }
        builder.finish(End::Eof);
        builder.drain().into_iter().for_each(each);
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
        self.lines(open, block, usize::MAX, unknown);
        open.give(self.judge, each);
    }

    /// What would be said of the log if it ended here, with `torn` for its last line. Nothing of it is settled: `open`
    /// stays as it is.
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

    /// Feeds the lines of a block that begin before `until`.
    fn lines(&self, open: &mut Open<'_>, block: &Block, until: usize, unknown: &mut (dyn FnMut(&[u8]) + Send)) {
        for line in block.lines().take_while(|line| line.offset < until) {
            if !self.feed(&mut open.carry, line.text, block.offset + line.offset as u64) {
                unknown(line.text);
            }
        }
        open.bytes = block.offset + block.len() as u64 + block.dropped();
        open.torn = block.last().is_some_and(|last| !matches!(last, b'\n' | b'\r'));
    }

    fn builder(&self) -> Builder<'a> {
        builder(self.knowledge, self.stamps, self.dialects)
    }

    /// Returns whether the line was understood.
    fn feed(&self, builder: &mut Builder<'_>, text: &[u8], offset: u64) -> bool {
        builder.tally.torn += u64::from(matches!(text, [0, ..] | [.., 0]));
        self.dialects.read_for(text, |dialect_ref, line| {
            builder.look(text, &line.event);
            builder.feed(dialect_ref, line, offset)
        })
    }

    fn work(&self, block: Block) -> Part<'a> {
        let mut unknown = Vec::new();
        let rest = self.hard_start(&block).map(|start| {
            let mut builder = self.builder();
            for line in block.lines().skip_while(|line| line.offset < start) {
                if !self.feed(&mut builder, line.text, block.offset + line.offset as u64) {
                    unknown.push(line.offset);
                }
            }
            for tx in builder.done_mut() {
                (self.judge)(tx);
            }
            (start, builder)
        });
        Part { block, unknown, rest }
    }

    fn hard_start(&self, block: &Block) -> Option<usize> {
        let starts = |text: &[u8]| matches!(self.dialects.main().read(text).event, Event::Connected(_));
        let hard = matches!(self.dialects.all(), [only] if only.marks.start()) && !self.dialects.is_interleaved();
        hard.then(|| block.lines().find(|line| starts(line.text)).map(|line| line.offset)).flatten()
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

/// Where in a log the reading is: what is open there, and the sums so far.
#[derive(Clone)]
pub struct Open<'k> {
    carry: Builder<'k>,
    tally: Tally,
    bytes: u64,
    /// What is read may be wrong: nothing of it is certain.
    doubted: bool,
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
            self.tally.transactions += 1;
            tx.index = self.tally.transactions;
            // A connection that dies under a large mail means another thing once small ones have passed.
            tx.trace.earlier_sent = self.tally.sent > 0;
            if self.torn && self.ended && nothing_decided(&tx) {
                tx.outcome = Outcome::Incomplete;
                tx.confidence = None;
            }
            if tx.confidence.is_none() || tx.trace.earlier_sent && tx.trace.data_open && tx.reply.is_none() {
                judge(&mut tx);
            }
            if self.doubted {
                tx.doubt();
            }
            self.tally.add(&tx);
            each(Given::Mail(tx));
        }
    }
}

/// The attempt was under way where the log is cut: no refusal and no word of error.
fn nothing_decided(tx: &Transaction) -> bool {
    let refused = tx.reply.as_ref().is_some_and(|reply| reply.code.0 >= 400);
    tx.end == End::Eof && tx.outcome == Outcome::Failed && !refused && tx.error.is_none()
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
}

impl<'a> Fold<'a, '_> {
    fn take(&mut self, part: Part<'a>) {
        let Part { block, unknown, rest } = part;
        let start = rest.as_ref().map_or(usize::MAX, |(start, _)| *start);
        self.scan.lines(&mut self.open, &block, start, self.unknown);
        for place in unknown {
            if let Some(line) = block.get(place..).and_then(|rest| source::lines(rest).next()) {
                (self.unknown)(line.text);
            }
        }
        if let Some((_, mut builder)) = rest {
            self.open.carry.finish(End::Next);
            self.give();
            builder.shift(&self.open.carry.tally, self.open.carry.sessions());
            self.open.carry = builder;
        }
        self.give();
    }

    fn give(&mut self) {
        self.open.give(self.scan.judge, self.each);
    }
}

impl Tally {
    /// Counts a transaction.
    pub(crate) fn add(&mut self, tx: &Transaction) {
        match tx.outcome {
            Outcome::Sent => self.sent += 1,
            Outcome::Partial => self.partial += 1,
            Outcome::Rejected | Outcome::Deferred | Outcome::Failed => self.failed += 1,
            Outcome::Incomplete => self.incomplete += 1,
            Outcome::Tested => self.tested += 1,
        }
        let time = tx.started_at.or(tx.ended_at);
        self.first_time = self.first_time.or(time);
        self.last_time = tx.ended_at.or(time).or(self.last_time);
        if tx.outcome == Outcome::Sent {
            self.last_sent = tx.ended_at.or(self.last_sent);
        }
    }
}
