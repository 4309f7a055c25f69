//! `mtmlog compare`: says what changed between two logs.

use std::{ffi::OsString, io};

use clap::{Args, ValueHint};

use crate::{CompareRequest, Request, report::ComparisonFormat, rule::Severity};

use super::{
    options::{self, OutputArgs, ReadArgs, ScreenArgs, one_of},
    output::{Output, Wanted},
    road::{complain_of, with_progress},
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
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = one_of(FORMATS), help_heading = "Output")]
    format: ComparisonFormat,

    #[command(flatten)]
    output: OutputArgs,

    #[command(flatten)]
    screen: ScreenArgs,

    #[command(flatten)]
    read: ReadArgs,
}

/// `--format` of `compare`
const FORMATS: [(&str, &str, ComparisonFormat); 2] = [
    ("text", "The verdict, then what differs, for people", ComparisonFormat::Text),
    ("json", "One JSON object with everything", ComparisonFormat::Json),
];

/// The request for what was typed; a sentence for the user where it makes no sense.
fn asked(typed: CompareArgs) -> io::Result<CompareRequest> {
    let refused = |sentence: &str| Err(io::Error::other(sentence));
    let logs: Vec<OsString> = std::iter::once(typed.old).chain(typed.new).collect();
    let piped = logs.iter().filter(|log| *log == "-").count();
    if piped > 1 || piped == 1 && typed.at.is_some() {
        return refused("compare: standard input can be read once only. Write it to a file first.");
    }
    let output = typed.output.file();
    let read = Request { output, customer: typed.customer, ..options::request(None, typed.read)? };
    let of = |log: &OsString| Request { paths: vec![log.clone()], ..read.clone() };
    let at = match (typed.at, logs.first()) {
        (Some(At::Time(time)), Some(log)) => {
            let Some(day) = crate::compare::newest_day(&of(log)).ok().flatten() else {
                return refused("--at: the log has no dates. Copy its two parts into two files, and compare those.");
            };
            Some(day.and_time(time))
        }
        (Some(At::Moment(moment)), _) => Some(moment),
        _ => None,
    };
    let (format, level) = (typed.format, typed.screen.redact);
    match (logs.as_slice(), at) {
        ([log], Some(at)) => Ok(CompareRequest::around(of(log), at, format, level)),
        ([old, new], None) => Ok(CompareRequest { before: of(old), since: of(new), at: None, format, level }),
        (_, Some(_)) => refused("compare: --at divides one log. Name only that one, or leave --at out."),
        _ => refused("compare: name two logs, or one and the moment of the repair: --at TIME."),
    }
}

/// Writes what changed. What is found in the newer log gives the status.
pub(super) fn run(typed: CompareArgs) -> io::Result<Status> {
    let looks = typed.screen.looks;
    let asked = asked(typed)?;
    let mark = cfg!(windows) && asked.format == ComparisonFormat::Text;
    let mut output = Output::open(&Wanted { looks, mark, ..Wanted::plain(&[&asked.before, &asked.since]) })?;
    let look = output.look();
    let meter = &asked.since.meter;
    let summary = with_progress(&mut output, meter, false, |mut sink| crate::compare(&asked, look, &mut sink))?;
    complain_of(&summary, false);
    // What changed in half a log is not what changed.
    if meter.is_stopped() {
        return Ok(Status::Interrupted);
    }
    output.keep()?;
    Ok(status::of(&summary, Severity::Error, false))
}
