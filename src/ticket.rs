//! The evidence for a provider's desk: an analysis, then the lines of one attempt once more.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::{
    Request, Summary,
    analysis::{self, Facts},
    knowledge::Cause,
    redact::EACH_END,
    report::{CHECKSUM, Paper, Proof, Ticket},
    show,
    source::{self, Destinations, Found, Input, StdinBuffer, small_text},
};

/// Files of which a checksum is given; a ticket is about one practice.
const MAX_CHECKSUMS: usize = 5;

/// The subject of a ticket, and its form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketRequest {
    /// The logs to read. Its causes are left out of account: a ticket says how often a thing fails among all attempts.
    pub request: Request,
    /// Only these causes; empty for all.
    pub causes: Vec<Cause>,
    /// The number of the one recipient who is shown.
    pub reveal_recipient: Option<usize>,
    /// The form of the ticket.
    pub paper: Paper,
    /// A file that `mtmlog probe --format json` wrote, to be told too.
    pub probe: Option<PathBuf>,
}

/// A ticket whose logs were read, and the lines and checksums that prove it.
pub(crate) struct Collected<'k> {
    pub(crate) ticket: Ticket<'k>,
    pub(crate) proof: Proof,
    /// The logs that it is about.
    pub(crate) logs: Vec<Found>,
}

/// Reads the logs and writes the ticket.
///
/// # Errors
/// Only where the ticket cannot be written. A log that cannot be read is a problem in the summary.
pub fn ticket(asked: &TicketRequest, sink: &mut dyn Write) -> io::Result<Summary> {
    // A problem with them is told by the analysis.
    let facts = Facts::of(asked.request.knowledge.as_deref()).unwrap_or_default();
    let mut ticket = Ticket::new(&facts, asked.causes.clone(), asked.reveal_recipient);
    if let Some(path) = &asked.probe {
        Destinations::of(asked.request.output.as_deref()).refuse_file(path, "--probe")?;
        if let Err(problem) = of_probe(path, |json| ticket.take_probe(json)) {
            return Ok(Summary { problems: vec![problem], ..Summary::default() });
        }
    }
    let (summary, collected) = collect("ticket", &asked.request, ticket)?;
    // Without a log there is nothing to ask anybody.
    let told = collected.filter(|collected| collected.ticket.has_read() || summary.problems.is_empty());
    if let Some(Collected { ticket, proof, .. }) = told {
        let (page, _) = ticket.page(&proof);
        sink.write_all(signed(page.render(asked.paper)?, asked.paper).as_bytes())?;
        sink.flush()?;
    }
    Ok(summary)
}

/// What is taken of a file that `mtmlog probe --format json` wrote.
///
/// # Errors
/// A sentence for the user, where it cannot be read or is no such file.
pub(crate) fn of_probe<T>(path: &Path, take: impl FnOnce(&str) -> Result<T, String>) -> Result<T, String> {
    let read = small_text(path).map_err(|error| format!("cannot be read ({error})"));
    let taken = read.and_then(|json| take(&json));
    taken.map_err(|why| format!("{}: {why}. Write it with: mtmlog probe --format json", path.display()))
}

/// Reads the logs into the ticket, and then the lines of its one attempt once more. `None`: there is nothing to write,
/// and the summary says why.
///
/// # Errors
/// Only where an output would replace a log.
pub(crate) fn collect<'k>(
    command: &str,
    asked: &Request,
    mut ticket: Ticket<'k>,
) -> io::Result<(Summary, Option<Collected<'k>>)> {
    let kept = StdinBuffer::default();
    let request = Request { causes: Vec::new(), all: true, kept: Some(kept.clone()), ..asked.clone() };
    let mut summary = crate::analyze(&request, &mut ticket)?;
    if let Some(problem) = analysis::one_only(command, &summary) {
        summary.problems.push(problem);
        return Ok((summary, None));
    }
    // A ticket about half a log would say what is not so.
    if request.meter.is_stopped() {
        return Ok((summary, None));
    }
    if let Some(number) = ticket.missed_recipient() {
        summary.problems.push(format!(
            "--reveal-recipient {number}: the ticket has no recipient-{number}. Write it without the option, and use a number \
             that stands in it."
        ));
        return Ok((summary, None));
    }
    // What could not be found was told the first time.
    let found = analysis::discover(&request, &mut Summary::default())?;
    let mut proof = Proof::default();
    if let Some(source) = ticket.wanted()
        && let Some(file) = read(&found, ticket.path(source.file))
        && (file.is_repeatable() || kept.is_whole())
    {
        match show::excerpt(&request, file, source, ticket.gate(), EACH_END)? {
            Ok(transcript) => proof.transcript = transcript,
            Err(problem) => summary.problems.push(problem),
        }
    }
    for n in 0..MAX_CHECKSUMS {
        if let Some(found) = read(&found, ticket.path(n)).filter(|found| found.is_repeatable())
            && let Input::File(path) = &found.path
        {
            proof.checksums.extend(checksum(path).ok().map(|sum| (n, sum)));
        }
    }
    let logs = ticket.logs().filter_map(|name| read(&found, Some(name)).cloned()).collect();
    Ok((summary, Some(Collected { ticket, proof, logs })))
}

/// The ticket with its own checksum behind it.
pub(crate) fn signed(mut text: String, paper: Paper) -> String {
    let sum = format!("{:x}", Sha256::digest(&text));
    text.push_str(&match paper {
        Paper::Text => format!("{CHECKSUM}{sum}\r\n"),
        Paper::Markdown => format!("\n{CHECKSUM}{sum}\n"),
        Paper::Html => format!("<!-- {CHECKSUM}{sum} -->\n"),
    });
    text
}

/// The log of this name: not every log that was found was read, only those of the one customer.
fn read<'f>(found: &'f [Found], name: Option<&str>) -> Option<&'f Found> {
    found.iter().find(|found| Some(found.path.to_string().as_str()) == name)
}

/// SHA-256 of the file as it lies on the disk.
fn checksum(path: &Path) -> io::Result<String> {
    let mut sum = Sha256::new();
    io::copy(&mut source::open(path)?, &mut sum)?;
    Ok(format!("{:x}", sum.finalize()))
}
