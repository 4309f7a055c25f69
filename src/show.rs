//! The conversation around a line of a log, masked.

use std::io::{self, Write};

use crate::{
    Request, Summary,
    analysis::{self, OpenedLog, Prepared},
    redact::{Excerpt, ExcerptLine, Level, LogRedactor, Redactor},
    report::{Report, Source},
    rewrite,
    rule::State,
    scan::FileFacts,
    session::Transaction,
    source::Found,
};

/// Lines shown of each end of a conversation; what is between is counted.
const MAX_LINES_EACH_END: usize = 200;

/// Lines of a log before and after the one asked for, where it is in no conversation.
const CONTEXT_LINES: u64 = 10;

/// The first and last lines, and how many stand between.
pub(crate) type Transcript = (Vec<ExcerptLine>, Vec<ExcerptLine>, u64);

/// Shows the conversation that this line is part of; the line itself is marked.
///
/// # Errors
/// Where it cannot be written, or the log is standard input. A log that cannot be read is a problem in the summary.
pub fn show(request: &Request, line: u64, level: Level, sink: &mut dyn Write) -> io::Result<Summary> {
    if request.paths.iter().any(|path| path == "-") {
        return Err(io::Error::other("show: a log is read twice, so it must be a file. Write it to one first."));
    }
    let mut search = Search { line, found: None, lines: 0 };
    let mut summary = crate::analyze(&Request { all: true, ..request.clone() }, &mut search)?;
    if !summary.problems.is_empty() {
        return Ok(summary);
    }
    if search.lines == 0 {
        summary.problems.push("show: the log is empty, or there is none.".to_owned());
        return Ok(summary);
    }
    if line == 0 || line > search.lines {
        summary.problems.push(format!("show: the log has lines 1 to {}, and no line {line}.", search.lines));
        return Ok(summary);
    }
    let around = Source {
        file: 0,
        dialect_index: 0,
        first: line.saturating_sub(CONTEXT_LINES).max(1),
        last: line + CONTEXT_LINES,
    };
    let source = search.found.unwrap_or(around);
    let found = analysis::discover(request, &mut Summary::default())?;
    let [file] = found.as_slice() else {
        summary.problems.push(format!("show: {} logs found, and a line is of one. Name that one.", found.len()));
        return Ok(summary);
    };
    let mut gate = Redactor::new(level);
    match excerpt(request, file, source, &mut gate, MAX_LINES_EACH_END)? {
        Ok((first, last, left_out)) => {
            for shown in &first {
                write(sink, shown, line)?;
            }
            if left_out > 0 {
                writeln!(sink, "        [{left_out} lines left out]")?;
            }
            for shown in &last {
                write(sink, shown, line)?;
            }
            sink.flush()?;
        }
        Err(problem) => summary.problems.push(problem),
    }
    Ok(summary)
}

fn write(sink: &mut dyn Write, shown: &ExcerptLine, line: u64) -> io::Result<()> {
    let mark = if shown.line == line { '>' } else { ' ' };
    writeln!(sink, "{mark}{:>6}  {}", shown.line, shown.text)
}

/// Finds the transaction that a line is part of.
struct Search {
    line: u64,
    found: Option<Source>,
    lines: u64,
}

impl Report for Search {
    fn transaction(&mut self, _: &str, _: u64, _: &str, tx: &Transaction) -> io::Result<()> {
        if (tx.line_first..=tx.line_last).contains(&self.line) && self.found.is_none() {
            self.found =
                Some(Source { file: 0, dialect_index: tx.dialect_index, first: tx.line_first, last: tx.line_last });
        }
        Ok(())
    }

    fn file(&mut self, facts: &FileFacts, _: State) -> io::Result<()> {
        self.lines += facts.tally.lines;
        Ok(())
    }
}

/// The lines of one attempt, read once more.
pub(crate) fn excerpt(
    request: &Request,
    found: &Found,
    source: Source,
    gate: &mut Redactor,
    each_end: usize,
) -> io::Result<Result<Transcript, String>> {
    let prepared = match Prepared::of(request) {
        Ok(prepared) => prepared,
        Err(problem) => return Ok(Err(problem)),
    };
    let OpenedLog { mut log, detected, stamps, .. } = match OpenedLog::open(request, &prepared.asked, &found.path) {
        Ok(opened) => opened,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let Some(dialects) = detected.as_ref().map(analysis::Detected::dialects) else {
        return Ok(Ok((Vec::new(), Vec::new(), 0)));
    };
    // A line may quote a secret that another one tells.
    if let Some(mut whole) = OpenedLog::again(request, found, &log) {
        rewrite::learn_secrets(gate, &mut whole, &dialects, &prepared.facts)?;
    }
    let mut excerpt = Excerpt::new(LogRedactor::new(gate, &prepared.facts), stamps, source.dialect_index, each_end);
    let mut number = 0;
    let end = rewrite::each_line(&mut log, |line, _| {
        number += 1;
        if number >= source.first {
            excerpt.line(&dialects, number, line.text);
        }
        Ok(number < source.last)
    })?;
    Ok(end.map(|()| excerpt.finish(&dialects)).map_err(|error| error.to_string()))
}
