//! One log, from its path to its facts and transactions.

use std::borrow::Cow;

use chrono::{NaiveDate, NaiveDateTime};

use super::{Request, detected::Asked, newest_first::NewestFirst, opened::OpenedLog, senders::Senders};
use crate::{
    knowledge::Knowledge,
    redact::Shapes,
    rule,
    scan::{FileFacts, Given, Scan},
    session::{Clue, NewClues, Tally, Transaction, clues_in},
    source::{self, Found, Log, SourceError, Why},
};

/// Bytes of a log's sample that are read for its senders.
const SENDERS_BYTES: usize = 32 * 1024;

/// Facts and options of this analysis; the same for all files and threads.
#[derive(Clone, Copy)]
pub(super) struct Inspection<'a> {
    pub(super) request: &'a Request,
    pub(super) asked: &'a Asked,
    pub(super) knowledge: &'a Knowledge,
}

/// Facts of one file, beside its transactions.
pub(super) struct Inspected {
    pub(super) facts: FileFacts,
    /// Worth saying, changes nothing.
    pub(super) note: Option<String>,
}

/// A log as it is handed on.
pub(super) enum Read {
    /// A transaction with its id and the name of its dialect.
    Mail(u64, Cow<'static, str>, Box<Transaction>),
    /// Where a secret stands.
    Clue(Clue),
}

/// Takes what is handed on.
pub(super) type Each<'f> = &'f mut (dyn FnMut(Read) + Send);

impl Inspection<'_> {
    /// Reads one log and hands its transactions on, the oldest first. What cannot be done is a fact about the file.
    pub(super) fn file(&self, found: &Found, each: Each<'_>) -> Inspected {
        let facts = FileFacts { file: found.path.to_string(), encoding: "unknown", ..FileFacts::default() };
        let mut inspected = Inspected { facts, note: None };
        if self.request.meter.is_stopped() {
            inspected.facts.stopped = true;
            inspected.facts.error = Some(format!("{}: not read, because you stopped it.", found.path));
            return inspected;
        }
        if !found.named && found.is_empty_file() {
            inspected.facts.encoding = "utf-8";
            return inspected;
        }
        match OpenedLog::open(self.request, self.asked, &found.path) {
            Ok(mut opened) => self.log(found, &mut opened, &mut inspected, each),
            Err(error) if !found.named && error.passes_over() => {
                inspected.facts.skipped = true;
                inspected.note = Some(format!("{error}."));
            }
            Err(error) => inspected.facts.error = Some(error.to_string()),
        }
        inspected
    }

    /// All that a log tells of its secrets, before more of its mails are shown than can wait. What comes through a pipe
    /// comes once, and is not known further down.
    pub(super) fn clues(&self, found: &Found, each: &mut (dyn FnMut(Clue) + Send)) {
        if !found.is_repeatable() {
            return each(Clue::Unread);
        }
        let Ok(mut opened) = OpenedLog::open(self.request, self.asked, &found.path) else { return };
        let Some(detected) = &opened.detected else { return };
        let dialects = detected.dialects();
        let scan = Scan { dialects: &dialects, stamps: opened.stamps, knowledge: self.knowledge, judge: &|_| {} };
        let mut new = NewClues::default();
        let mut clues_only = |given: Given| {
            if let Given::Clue(clue) = given {
                new.take(clue, &mut *each);
            }
        };
        // Where it cannot be read to its end, the reading under way says so.
        let _ = scan.run(&mut opened.log, &mut clues_only, &mut |_| {});
    }

    /// The senders in a log, by the beginning of its sample: where a folder's logs are too many to wait for, this is all
    /// that is known of it before its mails are judged.
    pub(super) fn senders(&self, found: &Found) -> Senders {
        let mut senders = Senders::default();
        if !found.is_repeatable() {
            return senders;
        }
        let Ok(opened) = OpenedLog::open(self.request, self.asked, &found.path) else { return senders };
        let Some(detected) = &opened.detected else { return senders };
        let (dialects, sample) = (detected.dialects(), opened.log.sample());
        let scan = Scan { dialects: &dialects, stamps: opened.stamps, knowledge: self.knowledge, judge: &|_| {} };
        scan.part(&sample[..sample.len().min(SENDERS_BYTES)], &mut |tx| senders.observe(&tx));
        senders
    }

    fn log(&self, found: &Found, opened: &mut OpenedLog, inspected: &mut Inspected, each: Each<'_>) {
        let OpenedLog { log, detected, stamps, undecided } = opened;
        let facts = &mut inspected.facts;
        facts.encoding = log.encoding().name();
        facts.bytes = log.size().unwrap_or(0);
        facts.modified = log.modified();
        let Some(detected) = detected else {
            clues_in(log.sample()).into_iter().for_each(|clue| each(Read::Clue(clue)));
            return unrecognised(found, log, inspected);
        };
        let dialect = detected.dialect();
        facts.dialect = Some(dialect.name.to_string());
        facts.dialect_score = detected.score;
        facts.dialect_runner_up.clone_from(&detected.runner_up);
        facts.dialect_assumed = detected.assumed;
        let dialects = detected.dialects();
        let judge = |tx: &mut Transaction| rule::judge(self.knowledge, tx);
        let scan = Scan { dialects: &dialects, stamps: *stamps, knowledge: self.knowledge, judge: &judge };
        let fingerprint = log.fingerprint();
        let (mut new, mut mails) = (NewClues::default(), NewestFirst::default());
        let mut wanted_only = |given: Given| match given {
            Given::Mail(tx) if wanted(self.request, &tx) => {
                let time = tx.moment();
                let mail = Read::Mail(tx_id(fingerprint, &tx), dialects.at(tx.dialect_index).name.clone(), tx);
                mails.take(mail, time, each);
            }
            Given::Mail(_) => {}
            Given::Clue(clue) => new.take(clue, |clue| each(Read::Clue(clue))),
        };
        let mut shapes = Shapes::default();
        let (tally, bytes, end) = scan.run(log, &mut wanted_only, &mut |line| shapes.add(line));
        let turned = mails.finish(each);
        facts.unknown_shapes = shapes.commonest();
        facts.tally = tally;
        facts.bytes = facts.bytes.max(bytes);
        match end {
            Err(error) => broken_off(facts, &error),
            Ok(()) => facts.note = note(log, &facts.tally, *undecided, turned),
        }
        inspected.note = facts.note.as_ref().map(|note| format!("{}: {note}", facts.file));
    }
}

/// Sentences about what happened to the log, while it was read or before, and what in it stays open.
fn note(log: &Log, tally: &Tally, undecided: Option<NaiveDate>, turned: bool) -> Option<String> {
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
    let order = turned.then(|| "its newest mail stands first, so its mails are taken from its end.".to_owned());
    let notes: Vec<String> = changed.into_iter().chain(torn).chain(dates).chain(order).collect();
    (!notes.is_empty()).then(|| notes.join(" "))
}

/// The log could not be read to its end.
fn broken_off(facts: &mut FileFacts, error: &SourceError) {
    facts.stopped = matches!(error.why, Why::Stopped);
    facts.error = Some(error.to_string());
}

/// No dialect fits: an empty file is a fact, a file that the user named is a problem, any other is skipped.
fn unrecognised(found: &Found, log: &mut Log, inspected: &mut Inspected) {
    let facts = &mut inspected.facts;
    if log.sample().iter().all(u8::is_ascii_whitespace) {
        inspected.note = found.named.then(|| format!("{}: the file is empty.", facts.file));
        return;
    }
    let foreign = source::foreign(&found.path);
    let is = |(kind, way_out)| format!("this is {kind}, not a log in text. {way_out}");
    if !found.named {
        facts.skipped = true;
        facts.foreign = foreign.is_some();
        inspected.note = foreign.map(|foreign| format!("{}: {}", facts.file, is(foreign)));
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
    if let Some(foreign) = foreign {
        facts.error = Some(format!("{}: {}", facts.file, is(foreign)));
        return;
    }
    let unread = match facts.tally.lines {
        1 => "its one line is not understood".to_owned(),
        lines => format!("none of its {lines} lines is understood"),
    };
    facts.error = Some(format!(
        "{}: not an SMTP log as far as mtmlog can tell: {unread}. Check that it is the right file, or name its dialect with \
         --dialect.",
        facts.file
    ));
}

/// The transaction is in the asked period.
fn wanted(request: &Request, tx: &Transaction) -> bool {
    let time = tx.moment();
    let after = |since: NaiveDateTime| time.is_none_or(|time| time >= since);
    let before = |until: NaiveDateTime| time.is_none_or(|time| time < until);
    request.since.is_none_or(after) && request.until.is_none_or(before)
}

/// A number for the transaction that stays the same while its log grows (FNV-1a over the file's beginning and its place).
pub(crate) fn tx_id(fingerprint: u64, tx: &Transaction) -> u64 {
    let place = tx.byte_first.to_le_bytes().into_iter().chain(tx.line_first.to_le_bytes());
    place.fold(fingerprint, source::fnv)
}
