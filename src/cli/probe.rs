//! `mtmlog probe [LOG | ADDRESS | HOST[:PORT]]`: the only command that opens a connection.

use std::{io, path::Path, time::Duration};

use anstream::ColorChoice;
use clap::{Args, ValueEnum, ValueHint};

use crate::{
    Request, Summary,
    analysis::{self, Facts},
    probe::{Mode, Patience, ProbeRequest, Target, failing_server, probe},
    redact::{Level, Redactor},
};

use super::{
    options::{COLOURS, FactsArgs, LEVELS, LooksArgs, OutputArgs, one_of},
    output::{Output, Wanted},
    status::Status,
};

const EXAMPLES: &str = "\
Examples:
  mtmlog probe emailout.txt                      the server that failed in this log
  mtmlog probe reception@practice.co.za          the servers of this address
  mtmlog probe mail.practice.co.za:587
  mtmlog probe emailout.txt --format json --output probe.json

It sends no password and no mail: it says EHLO, STARTTLS and QUIT, on at most five connections.";

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ProbeArgs {
    /// A log, a mail address, or a server with or without port; none: the log in its usual place
    #[arg(value_name = "LOG|ADDRESS|HOST[:PORT]", value_hint = ValueHint::AnyPath)]
    what: Option<String>,

    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "table", help_heading = "Output")]
    format: ProbeFormat,

    #[command(flatten)]
    output: OutputArgs,

    /// What is masked: passwords and tokens always; with `personal`, the default for html, also people, their addresses and
    /// numbers
    #[arg(long, value_name = "LEVEL", value_parser = one_of(LEVELS), help_heading = "Output")]
    redact: Option<Level>,

    /// Colour, on a terminal that has it
    #[arg(long, value_name = "WHEN", default_value = "auto", value_parser = one_of(COLOURS), help_heading = "Output")]
    color: ColorChoice,

    /// Seconds to wait for each answer; a server that makes strangers wait needs 60
    #[arg(long, value_name = "SECONDS", default_value = "8", value_parser = clap::value_parser!(u64).range(1..=600))]
    patience: u64,

    /// How the connection to the named port begins, where it is not the usual way
    #[arg(long, value_name = "MODE", value_parser = one_of(MODES))]
    mode: Option<Mode>,

    /// Also ask for the records of the address's domain (SPF, DMARC, MX)
    #[arg(long)]
    domain: bool,

    #[command(flatten)]
    facts: FactsArgs,
}

/// `--format`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ProbeFormat {
    /// For people
    Table,
    /// One object (mtmlog.probe/1)
    Json,
    /// One self-contained file for a browser
    Html,
}

/// `--mode`
const MODES: [(&str, &str, Mode); 2] = [
    ("plain", "In plain text, with STARTTLS where it is offered", Mode::Plain),
    ("implicit", "With TLS from the first byte, as on port 465", Mode::Implicit),
];

/// Looks at the server and shows what was seen. Status 0 where there is a way in, else 1.
pub(super) fn run(typed: ProbeArgs) -> io::Result<Status> {
    let facts = typed.facts.file();
    let knowledge = &*Facts::of(facts.as_deref()).map_err(io::Error::other)?;
    let patience = Patience::with_answer(Duration::from_secs(typed.patience));
    let request = ProbeRequest { mode: typed.mode, patience, domain: typed.domain };
    let read = Request {
        paths: typed.what.iter().map(Into::into).collect(),
        knowledge: facts,
        output: typed.output.file(),
        ..Request::default()
    };
    // No log that is looked into may be replaced by the page.
    analysis::discover(&read, &mut Summary::default())?;
    let target = match typed.what.as_deref() {
        // A file is a log; anything else must be an address or a server.
        Some(what) if !Path::new(what).exists() => {
            Target::named(what, knowledge, request.patience).map_err(|problem| problem.to_string())
        }
        _ => failing_server(read.paths.clone(), read.knowledge.clone(), knowledge),
    };
    let mut target = target.map_err(io::Error::other)?;
    target.begin_with(request.mode);
    let looks = LooksArgs { color: typed.color, wide: false };
    let mut output = Output::open(&Wanted { looks, ..Wanted::plain(&[&read]) })?;
    let usual = if typed.format == ProbeFormat::Html { Level::Personal } else { Level::Secrets };
    let level = typed.redact.unwrap_or(usual);
    let page = probe(&request, &target, &mut Redactor::new(level), knowledge)?;
    let text = match typed.format {
        ProbeFormat::Table => page.text(output.look()),
        ProbeFormat::Json => page.json()?,
        ProbeFormat::Html => page.html()?,
    };
    output.sink().write_all(text.as_bytes())?;
    output.keep()?;
    Ok(if page.settings.is_empty() { Status::Findings } else { Status::Good })
}
