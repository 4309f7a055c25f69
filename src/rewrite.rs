//! Logs written again: a copy that may be sent.

use std::io::{self, Write};

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::{
    Request, Summary,
    analysis::{self, OpenedLog, Prepared},
    dialect::DialectSet,
    knowledge::Knowledge,
    redact::{Level, LogRedactor, Redactor},
    session::Clue,
    source::{Block, Found, Line, Log, SourceError},
};

/// Writes a copy of the one log of the request, in which secrets and, by level, people are replaced. Memory does not
/// grow with the log, but with the number of different people in it.
///
/// # Errors
/// Only where the copy cannot be written. A log that cannot be read is a problem in the summary.
pub fn redact(request: &Request, level: Level, copy: &mut dyn Write) -> io::Result<Summary> {
    let summary = copies(request, level, &mut |found, gate, prepared, summary| match found {
        [] => Ok(()),
        [only] => {
            let opened = OpenedLog::open(request, &prepared.asked, &only.path);
            one(opened, request, gate, prepared, only, copy, summary)
        }
        several => {
            summary.problems.push(format!(
                "{} logs found, and a copy holds one. Name one of them, such as {}, or put the copies of all into a zip: \
                 --output copies.zip",
                several.len(),
                several[0].path
            ));
            Ok(())
        }
    })?;
    copy.flush()?;
    Ok(summary)
}

/// The copies of all logs of the request, in one zip; the same person has the same stand-in in all of them.
///
/// # Errors
/// Only where the zip cannot be written. A log that cannot be read is a problem in the summary.
pub fn redact_all(request: &Request, level: Level, copies_of_all: &mut dyn Write) -> io::Result<Summary> {
    let summary = copies(request, level, &mut |found, gate, prepared, summary| {
        let mut zip = ZipWriter::new_stream(&mut *copies_of_all);
        let mut names = Vec::new();
        for log in found {
            let opened = OpenedLog::open(request, &prepared.asked, &log.path);
            // What was found beside the logs is none; one that cannot be opened is told of below.
            if !log.named && opened.as_ref().is_ok_and(|opened| opened.detected.is_none()) {
                summary.notes.push(format!("{}: no SMTP log, so no copy of it is in the zip.", log.path));
                continue;
            }
            let mut name = name_in_zip(gate.file_name(&log.path.to_string()).as_str());
            if names.contains(&name) {
                name = format!("{}-{name}", names.len() + 1);
            }
            zip.start_file(&name, unpacked())?;
            names.push(name);
            one(opened, request, gate, prepared, log, &mut zip, summary)?;
        }
        zip.finish()?;
        Ok(())
    })?;
    copies_of_all.flush()?;
    Ok(summary)
}

/// The file below its folder, by which customers are told apart when the copies are read.
fn name_in_zip(path: &str) -> String {
    let mut parts = path.rsplit(['/', '\\', '!']);
    let file = parts.next().unwrap_or_default();
    match parts.next().filter(|folder| !folder.is_empty() && !folder.starts_with('.') && !folder.ends_with(':')) {
        Some(folder) => format!("{folder}/{file}"),
        None => file.to_owned(),
    }
}

/// No packing: what goes into a zip here is small, and any program opens it.
pub(crate) fn unpacked() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Stored)
}

/// Writes the copies of these logs.
type Copier<'c> = &'c mut dyn FnMut(&[Found], &mut Redactor, &Prepared, &mut Summary) -> io::Result<()>;

fn copies(request: &Request, level: Level, copier: Copier<'_>) -> io::Result<Summary> {
    let mut summary = Summary::default();
    request.refuse_output()?;
    let prepared = Prepared::of(request).map_err(io::Error::other)?;
    let found = analysis::discover(request, &mut summary)?;
    copier(&found, &mut Redactor::new(level), &prepared, &mut summary)?;
    Ok(summary)
}

/// The copy of one log, through a gate that may have seen others before.
pub(crate) fn one(
    opened: Result<OpenedLog, SourceError>,
    request: &Request,
    gate: &mut Redactor,
    prepared: &Prepared,
    found: &Found,
    copy: &mut dyn Write,
    summary: &mut Summary,
) -> io::Result<()> {
    let (mut log, detected) = match opened {
        Ok(OpenedLog { log, detected, .. }) => (log, detected),
        Err(error) => {
            summary.problems.push(error.to_string());
            return Ok(());
        }
    };
    if log.sample().is_empty() {
        summary.notes.push(format!("{}: the file is empty, and so is its copy.", found.path));
    }
    let dialects = detected.as_ref().map(analysis::Detected::dialects);
    if let Some(dialects) = &dialects {
        match OpenedLog::again(request, found, &log) {
            Some(mut whole) => learn_secrets(gate, &mut whole, dialects, &prepared.facts)?,
            None => read_once(gate, found, summary),
        }
    }
    let mut redactor = LogRedactor::new(gate, &prepared.facts);
    let (mut records, mut copied) = (0_u64, 0_u64);
    let end = each_line(&mut log, |line, end| {
        records += 1;
        match &dialects {
            Some(dialects) => redactor.line(dialects, line.text, end),
            None => redactor.strange_line(line.text, end),
        }
        while let Some(line) = redactor.next_line() {
            copied += 1;
            copy.write_all(&line)?;
        }
        Ok(true)
    })?;
    if let Some(dialects) = &dialects {
        redactor.finish(dialects);
    } else if !log.sample().iter().all(u8::is_ascii_whitespace) {
        summary.problems.push(format!(
            "{}: not an SMTP log as far as mtmlog can tell, so its copy holds only the shapes of its lines. Name its \
             dialect with --dialect.",
            found.path
        ));
    }
    while let Some(line) = redactor.next_line() {
        copied += 1;
        copy.write_all(&line)?;
    }
    if copied != records {
        return Err(io::Error::other(format!(
            "{}: the log has {records} lines and its copy came to {copied}, so the copy is not kept. This is a fault of \
             mtmlog: use `mtmlog ticket` instead, and tell us.",
            found.path
        )));
    }
    summary.problems.extend(end.err().map(|error| error.to_string()));
    Ok(())
}

/// Of a log that cannot be read twice: a secret may stand in the open before the line that tells of it, and then any word may be
/// one.
fn read_once(gate: &mut Redactor, found: &Found, summary: &mut Summary) {
    if gate.level() == Level::Secrets {
        gate.learn(&[Clue::Unread]);
        summary.notes.push(format!(
            "{}: came through a pipe and can be read only once, so its copy has no word that no program is known to use. Name \
             the file itself to keep them.",
            found.path
        ));
    }
}

/// Reads the whole log for its secrets, before any of its words are shown.
pub(crate) fn learn_secrets(
    gate: &mut Redactor,
    log: &mut Log,
    dialects: &DialectSet<'_>,
    knowledge: &Knowledge,
) -> io::Result<()> {
    let mut reader = gate.reader();
    let mut redactor = LogRedactor::new(&mut reader, knowledge);
    // A log that cannot be read to its end is told of when it is copied.
    let read = each_line(log, |line, end| {
        redactor.line(dialects, line.text, end);
        while redactor.next_line().is_some() {}
        Ok(true)
    });
    drop(redactor);
    gate.learn_secrets(reader);
    read.map(drop)
}

/// Walks the lines of a log, with the end that each has in the file, until `each` has seen enough.
pub(crate) fn each_line(
    log: &mut Log,
    mut each: impl FnMut(&Line<'_>, &[u8]) -> io::Result<bool>,
) -> io::Result<Result<(), SourceError>> {
    let mut usual: &[u8] = b"\n";
    loop {
        let block = match log.next_block() {
            Ok(Some(block)) => block,
            Ok(None) => return Ok(Ok(())),
            Err(error) => return Ok(Err(error)),
        };
        for line in block.lines() {
            let end = end_of(&block, &line).unwrap_or(usual);
            if !end.is_empty() {
                usual = end;
            }
            if !each(&line, end)? {
                return Ok(Ok(()));
            }
        }
    }
}

/// The bytes that end a line; `None` where they were dropped with the rest of an over-long one.
fn end_of(block: &Block, line: &Line<'_>) -> Option<&'static [u8]> {
    Some(match block.get(line.offset + line.full_len..)? {
        [b'\r', b'\n', ..] => b"\r\n",
        [b'\r', ..] => b"\r",
        [b'\n', ..] => b"\n",
        _ => b"",
    })
}
