//! The evidence for a provider's desk: an analysis, then the lines of one attempt once more.

use std::{
    fs::File,
    io::{self, Read, Write},
    path::Path,
};

use chrono::FixedOffset;
use sha2::{Digest, Sha256};

use crate::container::paste;
use crate::{
    Request, Summary, analysis,
    dialect::StampReader,
    knowledge::{Cause, Knowledge},
    redact::{Excerpt, ExcerptLine, LogRedactor},
    report::{Paper, Proof, Source, Ticket},
    rewrite,
    source::{Found, Input, StdinBuffer},
};

/// Files of which a checksum is given; a ticket is about one practice.
const CHECKSUMS: usize = 5;

/// What the ticket is to be about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketRequest {
    /// What to read. Its causes are left out of account: a ticket says how often a thing fails among all attempts.
    pub request: Request,
    /// Only these causes; empty for all.
    pub causes: Vec<Cause>,
    /// The number of the one recipient who is shown.
    pub reveal_recipient: Option<usize>,
    /// What it is written as.
    pub paper: Paper,
}

/// Reads the logs and writes the ticket.
///
/// # Errors
/// Only where the ticket cannot be written. A log that cannot be read is a problem in the summary.
pub fn ticket(asked: &TicketRequest, sink: &mut dyn Write) -> io::Result<Summary> {
    let kept = StdinBuffer::default();
    let request = Request { causes: Vec::new(), all: true, kept: Some(kept.clone()), ..asked.request.clone() };
    // A problem with them is told by the analysis.
    let overlay = request.knowledge.as_deref().and_then(|path| analysis::overlaid(path).ok());
    let knowledge = overlay.as_ref().unwrap_or_else(|| Knowledge::builtin());
    let mut ticket = Ticket::new(knowledge, asked.causes.clone(), asked.reveal_recipient);
    let mut summary = crate::analyze(&request, &mut ticket)?;
    // A ticket about half a log would say what is not so.
    if request.meter.is_stopped() || !ticket.has_read() && !summary.problems.is_empty() {
        return Ok(summary);
    }
    // What could not be found was told the first time.
    let found = analysis::discover(&request, &mut Summary::default());
    let mut proof = Proof::default();
    if let Some(source) = ticket.wanted()
        && let Some(file) = found.get(source.file)
        && (file.path != Input::Stdin || kept.is_whole())
    {
        match excerpt(&request, file, source, &mut ticket, knowledge)? {
            Ok(transcript) => proof.transcript = transcript,
            Err(problem) => summary.problems.push(problem),
        }
    }
    for (n, file) in found.iter().enumerate().take(CHECKSUMS) {
        if let Input::File(path) = &file.path {
            proof.checksums.extend(checksum(path).ok().map(|sum| (n, sum)));
        }
    }
    let mut text = ticket.write(&proof, asked.paper)?;
    let sum = hex(&Sha256::digest(&text));
    match asked.paper {
        Paper::Text => text.push_str(&format!("SHA-256 of the lines above: {sum}\r\n")),
        Paper::Markdown => text.push_str(&format!("\nSHA-256 of the lines above: {sum}\n")),
        Paper::Html => text.push_str(&format!("<!-- SHA-256 of the lines above: {sum} -->\n")),
    }
    sink.write_all(text.as_bytes())?;
    sink.flush()?;
    Ok(summary)
}

/// The first and last lines, and how many stand between.
type Transcript = (Vec<ExcerptLine>, Vec<ExcerptLine>, u64);

/// The lines of one attempt, read once more.
fn excerpt(
    request: &Request,
    found: &Found,
    source: Source,
    ticket: &mut Ticket<'_>,
    knowledge: &Knowledge,
) -> io::Result<Result<Transcript, String>> {
    let mut log = match paste::open(&found.path, &analysis::read_options(request)) {
        Ok(log) => log,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let asked = match analysis::Asked::of(request.dialect.as_deref()) {
        Ok(asked) => asked,
        Err(problem) => return Ok(Err(problem)),
    };
    let handwriting = analysis::Handwriting::of(&asked, &log, &analysis::sample_lines(&log));
    let Some(hands) = handwriting.as_ref().map(analysis::Handwriting::hands) else {
        return Ok(Ok((Vec::new(), Vec::new(), 0)));
    };
    let utc = hands.at(source.hand).utc.then(|| FixedOffset::east_opt(0)).flatten();
    let stamps = StampReader { offset: utc.or(request.utc_offset), ..StampReader::default() };
    let mut excerpt = Excerpt::new(LogRedactor::new(ticket.gate(), knowledge), stamps, source.hand);
    let mut number = 0;
    let end = rewrite::each_line(&mut log, |line, _| {
        number += 1;
        if number >= source.first {
            excerpt.line(&hands, number, line.text);
        }
        Ok(number < source.last)
    })?;
    Ok(end.map(|()| excerpt.finish(&hands)).map_err(|error| error.to_string()))
}

/// SHA-256 of the file as it lies on the disk.
fn checksum(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut sum = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&sum.finalize())),
            n => sum.update(&buffer[..n]),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
