//! A line of a log in its program's own words, and what these tell, found once for all that ask.

use std::{cell::OnceCell, rc::Rc};

use super::{
    LOOKED_AT, Told, alike, is_trace, outcome, phrases, source_code,
    stamps::{before, stamped},
};
use crate::dialect::{Event, Line, Outcome, OwnWords, Traces};

/// The words of a JSON record are all of it: what stands behind its stamp begins amid the record.
pub(super) fn whole_record<'a>(outcome: Outcome<'a>, line: &'a [u8]) -> Outcome<'a> {
    let record = line[..line.len().min(LOOKED_AT)].trim_ascii();
    if record.starts_with(b"{") { Outcome { error: record, ..outcome } } else { outcome }
}

/// What the words behind a stamp tell, and their phrases.
pub(super) fn told_of<'a>(stamp: &[u8], text: &'a [u8], line: &'a [u8]) -> (Told<'a>, alike::Shared) {
    let (told, said) = alike::told(text, !stamp.is_empty());
    let told = told_around(told, stamp, text, line);
    let told = match told.event {
        Event::Outcome(outcome) => Told { event: Event::Outcome(whole_record(outcome, line)), ..told },
        _ => told,
    };
    (told, said)
}

/// What is told of a mail around the stamp. Where the words behind it only name a recipient, the words in front of the stamp say how the mail went:
/// `SENT 2026-11-25 10:21 a@b.example`.
fn told_around<'a>(told: Told<'a>, stamp: &[u8], text: &'a [u8], line: &[u8]) -> Told<'a> {
    let dated = !stamp.is_empty();
    let only_names = matches!(told.event, Event::Outcome(Outcome { sent: None, .. })) && !told.recipients.is_empty();
    if !only_names || line.starts_with(stamp) {
        return told;
    }
    let ahead = OwnWords::of(before(stamp, line));
    let says = if ahead.failed { !ahead.only_level } else { ahead.sent || ahead.well };
    if !says {
        return told;
    }
    Told { event: Event::Outcome(outcome(Some(!ahead.failed), text, dated)), ..told }
}

/// A blank line, or one of a trace or of a source.
pub(super) fn is_wordless(line: &[u8]) -> bool {
    let whole = line.trim_ascii();
    whole.is_empty() || Traces::default().takes(line) || is_trace(whole) || source_code::is_source(line)
}

/// What a line without words is.
pub(super) fn wordless(line: &[u8]) -> Line<'static> {
    Line::new(if line.trim_ascii().is_empty() { Event::Blank } else { Event::Note(b"") })
}

/// The stamp, and as much of the rest as is looked at.
pub(super) fn looked_at(line: &[u8]) -> (&[u8], &[u8]) {
    let (stamp, text) = stamped(line);
    (stamp, &text[..text.len().min(LOOKED_AT)])
}

/// A line of a log and what its words tell, found once for all that ask.
pub(super) struct Record<'a> {
    pub(super) line: &'a [u8],
    pub(super) stamp: &'a [u8],
    /// As much of the words behind the stamp as is looked at.
    pub(super) text: &'a [u8],
    pub(super) told: Told<'a>,
    wordless: OnceCell<bool>,
    said: alike::Shared,
}

impl<'a> Record<'a> {
    pub(super) fn of(line: &'a [u8]) -> Record<'a> {
        let (stamp, text) = looked_at(line);
        let (told, said) = told_of(stamp, text, line);
        Record { line, stamp, text, told, wordless: OnceCell::new(), said }
    }

    /// It is no record, but part of what stands between records.
    pub(super) fn is_wordless(&self) -> bool {
        *self.wordless.get_or_init(|| is_wordless(self.line))
    }

    pub(super) fn read(&self) -> Line<'a> {
        if self.is_wordless() { wordless(self.line) } else { Line::stamped(self.stamp, self.told.event) }
    }

    /// Somebody speaks SMTP.
    pub(super) fn speaks(&self) -> bool {
        self.told.dialogue && !self.is_wordless()
    }

    /// It names a recipient.
    pub(super) fn names(&self) -> bool {
        !self.told.recipients.is_empty()
    }

    /// It says how a mail went: that it failed, or that it went out.
    pub(super) fn verdict(&self) -> Option<bool> {
        self.told.verdict().filter(|_| !self.is_wordless())
    }

    /// Its phrases.
    pub(super) fn said(&self) -> &Rc<phrases::Said> {
        self.said.get_or_init(|| alike::phrases(self.text))
    }
}
