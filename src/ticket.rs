//! The evidence for a provider's desk: an analysis, then the lines of one attempt once more.

use std::{
    io::{self, Read, Write},
    path::Path,
};

use sha2::{Digest, Sha256};

use crate::{
    Request, Summary, analysis,
    knowledge::{Cause, Knowledge},
    redact::EACH_END,
    report::{Paper, Proof, Ticket},
    show,
    source::{File, Found, Input, StdinBuffer},
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
    if let Some(problem) = analysis::one_only("ticket", &summary) {
        summary.problems.push(problem);
        return Ok(summary);
    }
    // A ticket about half a log would say what is not so.
    if request.meter.is_stopped() || !ticket.has_read() && !summary.problems.is_empty() {
        return Ok(summary);
    }
    if let Some(number) = asked.reveal_recipient.filter(|_| ticket.misses_recipient()) {
        summary.problems.push(format!(
            "--reveal-recipient {number}: the ticket has no recipient-{number}. Write it without the option, and use a number \
             that stands in it."
        ));
        return Ok(summary);
    }
    // What could not be found was told the first time.
    let found = analysis::discover(&request, &mut Summary::default())?;
    let mut proof = Proof::default();
    if let Some(source) = ticket.wanted()
        && let Some(file) = read(&found, ticket.path(source.file))
        && (file.path != Input::Stdin || kept.is_whole())
    {
        match show::excerpt(&request, file, source, ticket.gate(), knowledge, EACH_END)? {
            Ok(transcript) => proof.transcript = transcript,
            Err(problem) => summary.problems.push(problem),
        }
    }
    for n in 0..CHECKSUMS {
        if let Some(Input::File(path)) = read(&found, ticket.path(n)).map(|found| &found.path) {
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

/// The log of this name: not every log that was found was read, only those of the one customer.
fn read<'f>(found: &'f [Found], name: Option<&str>) -> Option<&'f Found> {
    found.iter().find(|found| Some(found.path.to_string().as_str()) == name)
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
