//! `mtmlog probe [LOG | ADDRESS | HOST[:PORT]]`: the only command that opens a connection.

use std::{io, path::PathBuf, time::Duration};

use clap::{Args, ValueEnum, ValueHint};

use crate::{
    Request, Summary, analysis,
    knowledge::Knowledge,
    probe::{Mode, Patience, ProbeRequest, Target, failing_server, probe},
    redact::Level,
};

use super::{
    complaint::complain,
    options::{Colour, Redact},
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

/// The arguments of `probe`, as typed.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ProbeArgs {
    /// A log, a mail address, or a server with or without port; none: the log in its usual place
    #[arg(value_name = "LOG|ADDRESS|HOST[:PORT]", value_hint = ValueHint::AnyPath)]
    what: Option<String>,

    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "table", help_heading = "Output")]
    format: ProbeFormat,

    /// Write to this file; it appears when it is complete
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,

    /// What is taken away: secrets always, with `personal` also patients, names and numbers
    #[arg(long, value_name = "LEVEL", default_value = "secrets", help_heading = "Output")]
    redact: Redact,

    /// Colour, on a terminal that has it
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    color: Colour,

    /// Seconds to wait for each answer; a server that makes strangers wait needs 60
    #[arg(long, value_name = "SECONDS", default_value = "8", value_parser = clap::value_parser!(u64).range(1..=600))]
    patience: u64,

    /// How the connection to the named port begins, where it is not the usual way
    #[arg(long, value_name = "MODE")]
    mode: Option<ProbeMode>,

    /// Also ask for the records of the address's domain (SPF, DMARC, MX)
    #[arg(long)]
    domain: bool,

    /// More facts, laid over the built-in ones (TOML)
    #[arg(long, value_name = "FILE")]
    knowledge: Option<PathBuf>,
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
#[derive(Clone, Copy, Debug, ValueEnum)]
enum ProbeMode {
    /// In plain text, with STARTTLS where it is offered
    Plain,
    /// With TLS from the first byte, as on port 465
    Implicit,
}

/// Looks at the server and shows what was seen. Status 0 where there is a way in, else 1.
pub(super) fn run(typed: &ProbeArgs) -> io::Result<Status> {
    let overlay = match typed.knowledge.as_deref().map(analysis::overlaid).transpose() {
        Ok(overlay) => overlay,
        Err(problem) => return Ok(not_done(&problem)),
    };
    let knowledge = overlay.as_ref().unwrap_or_else(|| Knowledge::builtin());
    let mode = typed.mode.map(|mode| match mode {
        ProbeMode::Plain => Mode::Plain,
        ProbeMode::Implicit => Mode::Implicit,
    });
    let request = ProbeRequest {
        mode,
        patience: Patience::with_answer(Duration::from_secs(typed.patience)),
        domain: typed.domain,
    };
    let read = Request {
        paths: typed.what.iter().map(Into::into).collect(),
        knowledge: typed.knowledge.clone(),
        output: typed.output.clone(),
        ..Request::default()
    };
    // No log that is looked into may be replaced by the page.
    analysis::discover(&read, &mut Summary::default())?;
    let target = match target(typed, &request, knowledge) {
        Ok(target) => target,
        Err(problem) => return Ok(not_done(&problem)),
    };
    let mut output = Output::open(&Wanted {
        file: typed.output.as_deref(),
        requests: vec![&read],
        colour: typed.color,
        wide: false,
        quiet: false,
        mark: false,
    })?;
    let page = probe(&request, &target, level(typed), knowledge)?;
    let text = match typed.format {
        ProbeFormat::Table => page.text(output.look()),
        ProbeFormat::Json => page.json()?,
        ProbeFormat::Html => page.html()?,
    };
    output.sink().write_all(text.as_bytes())?;
    output.keep()?;
    Ok(if page.settings.is_empty() { Status::Findings } else { Status::Good })
}

fn level(typed: &ProbeArgs) -> Level {
    if typed.format == ProbeFormat::Html { Level::Personal } else { typed.redact.into() }
}

/// A file is a log; anything else must be an address or a server.
fn target<'k>(typed: &ProbeArgs, request: &ProbeRequest, knowledge: &'k Knowledge) -> Result<Target<'k>, String> {
    match typed.what.as_deref() {
        Some(what) if !std::path::Path::new(what).exists() => {
            let mut target = Target::named(what, knowledge, request.patience).map_err(|problem| problem.to_string())?;
            target.begin_with(request.mode);
            Ok(target)
        }
        log => {
            let paths = log.map(Into::into).into_iter().collect();
            let mut target = failing_server(paths, typed.knowledge.clone(), knowledge)?;
            target.begin_with(request.mode);
            Ok(target)
        }
    }
}

fn not_done(problem: &str) -> Status {
    complain(problem);
    Status::NotDone
}
