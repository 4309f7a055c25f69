//! `mtmlog ticket`: the evidence that a provider's desk asks for.

use std::{ffi::OsString, io, num::NonZeroUsize, path::PathBuf};

use clap::{Args, ValueHint};

use crate::{Request, TicketRequest, report::Paper};

use super::{
    clipboard,
    complaint::complain,
    options::{self, OutputArgs, ReadArgs, SelectArgs, one_of},
    output::{Output, Wanted},
    road::{complain_of, show_file, with_progress},
    status::Status,
};

const EXAMPLES: &str = "\
Examples:
  mtmlog ticket emailout.txt                     what failed most, as text for a mail
  mtmlog ticket --cause policy.blocklisted --format html --open emailout.txt
  mtmlog ticket --reveal-recipient 1 emailout.txt
                                                 with the one address that the provider must look for";

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct TicketArgs {
    /// Files, folders, patterns such as *.txt, or - for standard input; none: the usual places
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<OsString>,

    /// How the ticket is written
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = one_of(PAPERS), help_heading = "Output")]
    pub(super) format: Paper,

    #[command(flatten)]
    pub(super) output: OutputArgs,

    /// Show the ticket in the browser (with --format html)
    #[arg(long, help_heading = "Output")]
    pub(super) open: bool,

    /// Put the ticket on the clipboard too (text and Markdown)
    #[arg(long, help_heading = "Output")]
    pub(super) copy: bool,

    /// Put the one recipient back that the ticket calls recipient-N: a provider cannot find the mail without it
    #[arg(long, value_name = "N", help_heading = "Output")]
    pub(super) reveal_recipient: Option<NonZeroUsize>,

    /// Tell what this file of `mtmlog probe --format json` saw, too
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub(super) probe: Option<PathBuf>,

    #[command(flatten)]
    pub(super) select: SelectArgs,

    #[command(flatten)]
    pub(super) read: ReadArgs,
}

/// `--format` of `ticket`
const PAPERS: [(&str, &str, Paper); 3] = [
    ("text", "ASCII, under 100 lines", Paper::Text),
    ("markdown", "Markdown", Paper::Markdown),
    ("html", "One HTML file", Paper::Html),
];

/// Writes a ticket. Findings are what it is for, so they change no status.
pub(super) fn run(typed: TicketArgs) -> io::Result<Status> {
    let TicketArgs { format: paper, open, copy, .. } = typed;
    let output = options::page_file(typed.output.file(), open, paper == Paper::Html)?;
    let read = options::request(Some(typed.select), typed.read)?;
    let mut request = Request { paths: typed.paths, output, ..read };
    let causes = std::mem::take(&mut request.causes);
    if copy && paper == Paper::Html {
        return Err(io::Error::other("--copy: a page cannot be pasted. Use --format text or --format markdown."));
    }
    let reveal_recipient = typed.reveal_recipient.map(usize::from);
    let asked = TicketRequest { request, causes, reveal_recipient, paper, probe: typed.probe };
    let mut output = Output::open(&Wanted::plain(&[&asked.request]))?;
    let meter = &asked.request.meter;
    let mut text = Vec::new();
    let summary = with_progress(&mut output, meter, false, |mut sink| {
        let summary = crate::ticket(&asked, &mut text)?;
        sink.write_all(&text)?;
        sink.flush()?;
        Ok(summary)
    })?;
    if meter.is_stopped() {
        complain_of(&summary, false);
        return Ok(Status::Interrupted);
    }
    // No attempt in the asked period is no evidence of anything.
    let status = match complain_of(&summary, false) {
        Status::Good if summary.idle => Status::NotDone,
        status => status,
    };
    // Without a log there is no ticket.
    if text.is_empty() {
        return Ok(status);
    }
    output.keep()?;
    show_file(asked.request.output.as_deref().filter(|_| open));
    if copy && !on_the_clipboard(&String::from_utf8_lossy(&text)) {
        return Ok(Status::NotDone);
    }
    Ok(status)
}

/// Puts a ticket on the clipboard; it was written all the same.
fn on_the_clipboard(text: &str) -> bool {
    let copied = clipboard::copy(text);
    complain(&match &copied {
        Ok(()) => "The ticket is on the clipboard too: paste it into the mail to the provider.".to_owned(),
        Err(error) => format!("--copy: no clipboard ({error}). Copy the ticket from here, or use --output FILE."),
    });
    copied.is_ok()
}
