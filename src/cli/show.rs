//! `mtmlog show FILE:LINE`: the conversation around a line, masked.

use std::{ffi::OsString, io};

use clap::{Args, ValueHint};

use crate::{Request, redact::Level};

use super::{
    Status,
    options::{self, LEVELS, ReadArgs, one_of},
    road::complain_of,
};

const EXAMPLES: &str = "\
Examples:
  mtmlog show emailout.txt:2756                  the attempt that line 2756 is part of, as a proof names it";

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct ShowArgs {
    /// A line of a log, as a report's proof names it
    #[arg(value_name = "FILE:LINE", value_hint = ValueHint::FilePath)]
    place: OsString,

    /// What is masked: passwords and tokens always; with `personal` also people, their addresses and numbers
    #[arg(long, value_name = "LEVEL", default_value = "personal", value_parser = one_of(LEVELS))]
    redact: Level,

    #[command(flatten)]
    read: ReadArgs,
}

/// Shows the conversation.
pub(super) fn show(typed: ShowArgs) -> io::Result<Status> {
    let text = typed.place.to_string_lossy();
    let Some((path, line)) = text.rsplit_once(':').and_then(|(path, line)| Some((path, line.parse().ok()?))) else {
        return Err(io::Error::other("show: write the file and the line, such as mtmlog show emailout.txt:120"));
    };
    let request = Request { paths: vec![path.into()], ..options::request(None, typed.read)? };
    let summary = crate::show(&request, line, typed.redact, &mut anstream::stdout().lock())?;
    Ok(complain_of(&summary, true))
}
