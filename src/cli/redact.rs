//! `mtmlog redact`: a copy of a log for somebody else. Profiles are written by the same road.

use std::{ffi::OsString, io, path::Path};

use clap::{Args, ValueHint};

use crate::{Request, Summary, redact::Level};

use super::{
    options::{self, LEVELS, OutputArgs, ReadArgs, one_of},
    output::{Output, Wanted},
    road::{complain_of, with_progress},
    status::Status,
};

const EXAMPLES: &str = "\
Examples:
  mtmlog redact emailout.txt --output safe.txt   a copy for somebody else
  mtmlog redact customers --output safe.zip      copies of all logs in a folder or zip
  mtmlog redact emailout.txt --redact secrets    people stay, passwords go";

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct RedactArgs {
    /// The log, or - for standard input; a folder or zip with --output NAME.zip
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) path: OsString,

    #[command(flatten)]
    pub(super) output: OutputArgs,

    /// What is replaced: passwords and tokens always; with `personal` also people, their addresses and numbers
    #[arg(long, value_name = "LEVEL", default_value = "personal", value_parser = one_of(LEVELS))]
    pub(super) redact: Level,

    #[command(flatten)]
    pub(super) read: ReadArgs,
}

/// Writes the copy of a log.
pub(super) fn run(typed: RedactArgs) -> io::Result<Status> {
    let output = typed.output.file();
    let zip = output.as_deref().and_then(Path::extension).is_some_and(|end| end.eq_ignore_ascii_case("zip"));
    let copy = if zip { crate::redact_all } else { crate::redact };
    let request = Request { paths: vec![typed.path], output, ..options::request(None, typed.read)? };
    written(&request, |log, out| copy(log, typed.redact, out))
}

/// Writes what is made of one log.
pub(super) fn written(
    request: &Request,
    write: impl FnOnce(&Request, &mut dyn io::Write) -> io::Result<Summary>,
) -> io::Result<Status> {
    let mut output = Output::open(&Wanted { copy: true, ..Wanted::plain(&[request]) })?;
    let summary = with_progress(&mut output, &request.meter, false, |mut sink| write(request, &mut *sink))?;
    let status = complain_of(&summary, false);
    // Half a copy is none.
    if request.meter.is_stopped() {
        return Ok(Status::Interrupted);
    }
    // A copy of nothing replaces no file.
    if !summary.problems.is_empty() && output.is_empty() {
        return Ok(status);
    }
    output.keep()?;
    Ok(status)
}
