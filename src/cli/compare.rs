//! `mtmlog compare`: says what changed between two logs.

use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
};

use clap::{Args, ValueEnum, ValueHint};

use crate::{CompareRequest, Request, report::ComparisonFormat, rule::Severity};

use super::{
    options::{self, Colour, ReadArgs, ScreenArgs},
    output::{Output, Wanted},
    road::{say, watched},
    status::{self, Status},
    time_args::{self, At},
};

const EXAMPLES: &str = "\
Examples:
  mtmlog compare old\\emailout.txt new\\emailout.txt
                                                 the log from before the repair and the one after it
  mtmlog compare emailout.txt --at 2026-11-23T14:05
                                                 one log, before and after that moment
  mtmlog compare --at 2h emailout.txt            what changed two hours ago
  mtmlog compare --format json old.txt new.txt   for programs

Exit status, by the newer log: 0 nothing stops mail, 1 something does, 2 something could not be done.";

/// The arguments of `compare`, as typed.
#[derive(Args)]
#[command(after_help = EXAMPLES, override_usage = "mtmlog compare [OPTIONS] <OLD> <NEW>\n       mtmlog compare [OPTIONS] <LOG> --at <TIME>")]
pub(super) struct CompareArgs {
    /// The log (file, folder or pattern) from before; with --at the only one
    #[arg(value_name = "OLD", value_hint = ValueHint::AnyPath)]
    old: OsString,

    /// The log from after
    #[arg(value_name = "NEW", value_hint = ValueHint::AnyPath)]
    new: Option<OsString>,

    /// The moment of the repair, by the log's clock: 2026-11-23T14:05, 2026-11-23, 10:00 (on its newest day), 2h
    #[arg(long, value_name = "TIME", value_parser = time_args::at, help_heading = "What to look at")]
    at: Option<time_args::At>,

    /// Only this customer, by the name that the table of customers shows
    #[arg(long, value_name = "NAME", help_heading = "What to look at")]
    customer: Option<String>,

    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    format: CompareFormat,

    /// Write the answer to this file; it appears when it is complete
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    output: Option<PathBuf>,

    #[command(flatten)]
    screen: ScreenArgs,

    #[command(flatten)]
    read: ReadArgs,
}

/// `--format` of `compare`
#[derive(Clone, Copy, Debug, ValueEnum)]
enum CompareFormat {
    /// The verdict, then what differs, for people
    Text,
    /// One JSON object with everything
    Json,
}

/// One run of `compare`.
pub(super) struct CompareRun {
    asked: CompareRequest,
    output: Option<PathBuf>,
    colour: Colour,
    wide: bool,
}

impl CompareRun {
    /// Where the answer goes.
    fn wanted(&self) -> Wanted<'_> {
        let file: Option<&Path> = self.output.as_deref();
        let mark = cfg!(windows) && matches!(self.asked.format, ComparisonFormat::Text);
        let requests = vec![&self.asked.before, &self.asked.since];
        Wanted { file, requests, colour: self.colour, wide: self.wide, quiet: false, mark }
    }
}

impl TryFrom<CompareArgs> for CompareRun {
    type Error = String;

    fn try_from(typed: CompareArgs) -> Result<Self, String> {
        let logs: Vec<OsString> = std::iter::once(typed.old).chain(typed.new).collect();
        let piped = logs.iter().filter(|log| *log == "-").count();
        if piped > 1 || piped == 1 && typed.at.is_some() {
            return Err("compare: standard input can be read once only. Write it to a file first.".to_owned());
        }
        let format = match typed.format {
            CompareFormat::Text => ComparisonFormat::Text,
            CompareFormat::Json => ComparisonFormat::Json,
        };
        let output = options::not_stdout(typed.output);
        let read = Request { output: output.clone(), ..options::request(None, typed.read)? };
        let customer = typed.customer;
        let of = |log: &OsString| Request { paths: vec![log.clone()], customer: customer.clone(), ..read.clone() };
        let at = match (typed.at, logs.first()) {
            (Some(At::Time(time)), Some(log)) => {
                let day = crate::compare::newest_day(&of(log)).ok().flatten();
                let day =
                    day.ok_or("--at: the log has no dates. Copy its two parts into two files, and compare those.")?;
                Some(day.and_time(time))
            }
            (Some(At::Moment(moment)), _) => Some(moment),
            _ => None,
        };
        let level = typed.screen.redact.into();
        let asked = match (logs.as_slice(), at) {
            ([log], Some(at)) => CompareRequest::around(of(log), at, format, level),
            ([old, new], None) => CompareRequest { before: of(old), since: of(new), at: None, format, level },
            (_, Some(_)) => {
                return Err("compare: --at divides one log. Name only that one, or leave --at out.".to_owned());
            }
            _ => return Err("compare: name two logs, or one and the moment of the repair: --at TIME.".to_owned()),
        };
        Ok(CompareRun { asked, output, colour: typed.screen.color, wide: typed.screen.wide })
    }
}

/// Writes what changed. What is found in the newer log gives the status.
pub(super) fn run(compared: &CompareRun) -> io::Result<Status> {
    let mut output = Output::open(&compared.wanted())?;
    let look = output.look();
    let meter = &compared.asked.since.meter;
    let summary = watched(&mut output, meter, false, |mut sink| crate::compare(&compared.asked, look, &mut sink))?;
    say(&summary, false);
    // What changed in half a log is not what changed.
    if meter.is_stopped() {
        return Ok(Status::Interrupted);
    }
    output.keep()?;
    Ok(status::of(&summary, Severity::Error, false))
}
