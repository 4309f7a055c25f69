//! `mtmlog redact`: a copy of a log for somebody else. Profiles are written by the same road.

use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
};

use clap::{Args, ValueHint};

use crate::{Request, Summary, redact::Level};

use super::{
    options::{self, ReadArgs, Redact},
    output::{Output, Wanted},
    road::{say, watched},
    status::Status,
};

const EXAMPLES: &str = "\
Examples:
  mtmlog redact emailout.txt --output safe.txt   a copy for somebody else
  mtmlog redact customers --output safe.zip      copies of all logs in a folder or zip
  mtmlog redact emailout.txt --redact secrets    people stay, passwords go";

/// The arguments of `redact`, as typed.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct RedactArgs {
    /// The log, or - for standard input; a folder or zip with --output NAME.zip
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) path: OsString,

    /// Write the copy to this file; it appears when it is complete. A .zip holds the copies of several logs
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,

    /// What is replaced: secrets always, with `personal` also patients, names and numbers
    #[arg(long, value_name = "LEVEL", default_value = "personal")]
    pub(super) redact: Redact,

    #[command(flatten)]
    pub(super) read: ReadArgs,
}

/// One log, and the file that is made of it.
pub(super) struct RedactRequest {
    pub(super) request: Request,
    pub(super) level: Level,
    pub(super) output: Option<PathBuf>,
}

impl TryFrom<RedactArgs> for RedactRequest {
    type Error = String;

    fn try_from(typed: RedactArgs) -> Result<Self, String> {
        let output = options::not_stdout(typed.output);
        Ok(RedactRequest {
            level: typed.redact.into(),
            request: Request { paths: vec![typed.path], output: output.clone(), ..options::request(None, typed.read)? },
            output,
        })
    }
}

/// Writes the copy of a log.
pub(super) fn run(request: &RedactRequest) -> io::Result<Status> {
    let zip = request.output.as_deref().and_then(Path::extension).is_some_and(|end| end.eq_ignore_ascii_case("zip"));
    let copy = if zip { crate::redact_all } else { crate::redact };
    written(request, |log, out| copy(log, request.level, out))
}

/// Writes what is made of one log.
pub(super) fn written(
    made: &RedactRequest,
    write: impl FnOnce(&Request, &mut dyn io::Write) -> io::Result<Summary>,
) -> io::Result<Status> {
    let mut output = Output::open(&Wanted::plain(made.output.as_deref(), &made.request))?;
    let meter = &made.request.meter;
    let summary = watched(&mut output, meter, false, |mut sink| write(&made.request, &mut *sink))?;
    let status = say(&summary, false);
    // Half a copy is none.
    if meter.is_stopped() {
        return Ok(Status::Interrupted);
    }
    // A copy of nothing replaces no file.
    if !summary.problems.is_empty() && output.is_empty() {
        return Ok(status);
    }
    output.keep()?;
    Ok(status)
}
