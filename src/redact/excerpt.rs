//! A few lines of a log for a person to read: one attempt, with its message left out.

use std::collections::VecDeque;

use crate::dialect::{DialectSet, Event, Stamp, StampReader};

use super::{LogRedactor, Redacted};

/// Lines kept of each end, unless more are asked for; what is between is counted.
pub(crate) const EACH_END: usize = 20;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ExcerptLine {
    /// Its number in the log, from 1.
    pub line: u64,
    /// When it was written, where it says so.
    pub time: Option<Stamp>,
    /// What it says; of message data only that it is there.
    pub text: Redacted,
}

/// What is known of a line before its text is.
struct Waiting {
    line: u64,
    time: Option<Stamp>,
    /// It is message data.
    message: bool,
    /// The line as the log has it, where the writer only repeats what stands above, such as smtplib's `retcode` lines.
    repeat: Option<Vec<u8>>,
}

/// Takes the lines of one attempt, in file order, and keeps those that a person reads.
pub(crate) struct Excerpt<'g> {
    redactor: LogRedactor<'g>,
    stamps: StampReader,
    /// Lines kept of each end.
    each_end: usize,
    /// Its dialect and key: lines of other sessions that stand between are none of its business.
    dialect_index: u8,
    key: Option<Vec<u8>>,
    /// Lines whose text is not ready yet.
    waiting: VecDeque<Waiting>,
    first: Vec<ExcerptLine>,
    last: VecDeque<ExcerptLine>,
    /// Lines between the ends that are not shown.
    left_out: u64,
    /// The run of message data under way: its first line, and how many.
    message: Option<(u64, Option<Stamp>, u64)>,
}

impl<'g> Excerpt<'g> {
    /// An excerpt in this dialect of the log, that begins with the next line.
    pub(crate) fn new(redactor: LogRedactor<'g>, stamps: StampReader, dialect_index: u8, each_end: usize) -> Self {
        Excerpt {
            redactor,
            stamps,
            each_end,
            dialect_index,
            key: None,
            waiting: VecDeque::new(),
            first: Vec::new(),
            last: VecDeque::new(),
            left_out: 0,
            message: None,
        }
    }

    /// Takes a line.
    pub(crate) fn line(&mut self, dialects: &DialectSet<'_>, number: u64, text: &[u8]) {
        let (dialect_ref, line) = dialects.read(text);
        if dialect_ref.index != self.dialect_index {
            return;
        }
        let (key, time) = (line.key, self.stamps.read(line.stamp));
        if !key.is_empty() && key != self.key.get_or_insert_with(|| key.to_vec()).as_slice() {
            return;
        }
        let before = self.redactor.in_data();
        self.redactor.line(dialects, text, b"");
        let message = before && self.redactor.in_data();
        let repeat = matches!(line.event, Event::Note([])).then(|| text.to_vec());
        self.waiting.push_back(Waiting { line: number, time, message, repeat });
        self.take();
    }

    /// The lines of both ends, and how many were left out between them.
    pub(crate) fn finish(mut self, dialects: &DialectSet<'_>) -> (Vec<ExcerptLine>, Vec<ExcerptLine>, u64) {
        self.redactor.finish(dialects);
        self.take();
        self.message_done();
        (self.first, self.last.into(), self.left_out)
    }

    fn take(&mut self) {
        while let Some(text) = self.redactor.next_line() {
            let Some(Waiting { line, time, message, repeat }) = self.waiting.pop_front() else { return };
            if message {
                self.message.get_or_insert((line, time, 0)).2 += 1;
                continue;
            }
            self.message_done();
            // A record that has nothing to say is gone, and a repetition whose words and ids are masked says nothing.
            if !text.is_empty() && repeat.is_none_or(|repeat| repeat[..] == text[..]) {
                self.keep(line, time, String::from_utf8_lossy(&text).into_owned());
            }
        }
    }

    fn message_done(&mut self) {
        if let Some((line, time, count)) = self.message.take() {
            let lines = if count == 1 { "line" } else { "lines" };
            self.keep(line, time, format!("[{count} {lines} of the message left out]"));
        }
    }

    fn keep(&mut self, line: u64, time: Option<Stamp>, text: String) {
        let line = ExcerptLine { line, time, text: Redacted::redacted(text) };
        if self.first.len() < self.each_end {
            self.first.push(line);
        } else {
            self.last.push_back(line);
            if self.last.len() > self.each_end {
                self.last.pop_front();
                self.left_out += 1;
            }
        }
    }
}
