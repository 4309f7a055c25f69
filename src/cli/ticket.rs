//! `mtmlog ticket`: the evidence that a provider's desk asks for.

use std::{ffi::OsString, io, num::NonZeroUsize, path::PathBuf};

use clap::{Args, ValueEnum, ValueHint};

use crate::{Request, TicketRequest, report::Paper};

use super::{
    clipboard,
    complaint::complain,
    options::{self, ReadArgs, SelectArgs},
    output::{Output, Wanted},
    road::{say, show_file, watched},
    status::Status,
};

const EXAMPLES: &str = "\
Examples:
  mtmlog ticket emailout.txt                     what failed most, as text for a mail
  mtmlog ticket --cause policy.blocklisted --format html --open emailout.txt
  mtmlog ticket --reveal-recipient 1 emailout.txt
                                                 with the one address that the provider must look for";

/// The arguments of `ticket`, as typed.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct TicketArgs {
    /// Files, folders, patterns such as *.txt, or - for standard input; none: the usual places
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<OsString>,

    /// How the ticket is written
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    pub(super) format: TicketFormat,

    /// Write the ticket to this file; it appears when it is complete
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub(super) output: Option<PathBuf>,

    /// Show the ticket in the browser (with --format html)
    #[arg(long, help_heading = "Output")]
    pub(super) open: bool,

    /// Put the ticket on the clipboard too (text and Markdown)
    #[arg(long, help_heading = "Output")]
    pub(super) copy: bool,

    /// Put the one recipient back that the ticket calls recipient-N: a provider cannot find the mail without it
    #[arg(long, value_name = "N", help_heading = "Output")]
    pub(super) reveal_recipient: Option<NonZeroUsize>,

    #[command(flatten)]
    pub(super) select: SelectArgs,

    #[command(flatten)]
    pub(super) read: ReadArgs,
}

/// `--format` of `ticket`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TicketFormat {
    /// ASCII, under 100 lines
    Text,
    /// Markdown
    Markdown,
    /// One HTML file
    Html,
}

impl From<TicketFormat> for Paper {
    fn from(format: TicketFormat) -> Self {
        match format {
            TicketFormat::Text => Paper::Text,
            TicketFormat::Markdown => Paper::Markdown,
            TicketFormat::Html => Paper::Html,
        }
    }
}

/// One run of `ticket`.
pub(super) struct TicketRun {
    pub(super) asked: TicketRequest,
    pub(super) output: Option<PathBuf>,
    /// Show the file afterwards.
    pub(super) open: bool,
    /// Put it on the clipboard.
    pub(super) copy: bool,
}

impl TryFrom<TicketArgs> for TicketRun {
    type Error = String;

    fn try_from(typed: TicketArgs) -> Result<Self, String> {
        let output = options::not_stdout(typed.output);
        let output = options::page_file(output, typed.open, typed.format == TicketFormat::Html)?;
        let read = options::request(Some(typed.select), typed.read)?;
        let mut request = Request { paths: typed.paths, output: output.clone(), ..read };
        let causes = std::mem::take(&mut request.causes);
        if typed.copy && typed.format == TicketFormat::Html {
            return Err("--copy: a page cannot be pasted. Use --format text or --format markdown.".to_owned());
        }
        Ok(TicketRun {
            output,
            open: typed.open,
            copy: typed.copy,
            asked: TicketRequest {
                request,
                causes,
                reveal_recipient: typed.reveal_recipient.map(usize::from),
                paper: typed.format.into(),
            },
        })
    }
}

/// Writes a ticket. Findings are what it is for, so they change no status.
pub(super) fn run(ticket: &TicketRun) -> io::Result<Status> {
    let mut output = Output::open(&Wanted::plain(ticket.output.as_deref(), &ticket.asked.request))?;
    let meter = &ticket.asked.request.meter;
    let mut text = Vec::new();
    let summary = watched(&mut output, meter, false, |mut sink| {
        let summary = crate::ticket(&ticket.asked, &mut text)?;
        sink.write_all(&text)?;
        sink.flush()?;
        Ok(summary)
    })?;
    if meter.is_stopped() {
        say(&summary, false);
        return Ok(Status::Interrupted);
    }
    let status = say(&summary, false);
    // Without a log there is no ticket.
    if text.is_empty() {
        return Ok(status);
    }
    output.keep()?;
    show_file(ticket.output.as_deref().filter(|_| ticket.open));
    if ticket.copy && !on_the_clipboard(&String::from_utf8_lossy(&text)) {
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
