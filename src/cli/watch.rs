//! `mtmlog watch`

use std::{ffi::OsString, io, path::Path};

use clap::{Args, ValueEnum, ValueHint};

use crate::{
    Patience, Request, WatchRequest,
    redact::Level,
    report::{LiveFormat, Setup},
};

use super::{
    complaint::complain,
    interrupt,
    options::{self, ReadArgs, ScreenArgs},
    output::{Output, Wanted},
    status::Status,
};

const EXAMPLES: &str = "\
Examples:
  mtmlog watch                                   the newest log in the usual places
  mtmlog watch C:\\mtm2\\kudu_etc\\emailout.txt     then press \"send test mail\"
  mtmlog watch -n 5 emailout.txt                 the last five attempts first
  mtmlog watch --format ndjson emailout.txt      for programs

It follows a log that is renamed, emptied or created anew. Ctrl-C ends it (exit status 130).";

/// The arguments of `watch`, as typed.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct WatchArgs {
    /// The log, which need not be there yet; none: the newest in the usual places
    #[arg(value_name = "PATH", value_hint = ValueHint::FilePath)]
    path: Option<OsString>,

    /// Show so many of the attempts that stand in the log already
    #[arg(long, short = 'n', value_name = "N", default_value_t = 0, help_heading = "Output")]
    recent: usize,

    /// How attempts are shown
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    format: WatchFormat,

    #[command(flatten)]
    screen: ScreenArgs,

    #[command(flatten)]
    read: ReadArgs,
}

/// `--format` of `watch`
#[derive(Clone, Copy, Debug, ValueEnum)]
enum WatchFormat {
    /// For people
    Text,
    /// One JSON object a line; one with the tx_id of an earlier one takes its place
    Ndjson,
}

/// Follows the log until Ctrl-C.
pub(super) fn watch(typed: WatchArgs) -> io::Result<Status> {
    let path = match crate::newest(typed.path.as_deref().map(Path::new), &mut complain) {
        Ok(path) => path,
        Err(sentence) => return Ok(refused(&sentence)),
    };
    let request = match options::request(None, typed.read) {
        Ok(request) => request,
        Err(sentence) => return Ok(refused(&sentence)),
    };
    let read = Request { paths: vec![path.clone().into()], ..request.clone() };
    let wanted = Wanted {
        file: None,
        requests: vec![&read],
        colour: typed.screen.color,
        wide: typed.screen.wide,
        quiet: false,
        mark: false,
    };
    let mut output = Output::open(&wanted)?;
    let setup = Setup {
        level: Level::from(typed.screen.redact),
        labels: Vec::new(),
        all: true,
        full: false,
        by: false,
        look: output.look(),
    };
    let format = match typed.format {
        WatchFormat::Text => LiveFormat::Text,
        WatchFormat::Ndjson => LiveFormat::Ndjson,
    };
    let mut live = format.open(output.sink(), &path.display().to_string(), setup)?;
    interrupt::stops(&request.meter, None);
    let watched = WatchRequest { request, path, recent: typed.recent, patience: Patience::default() };
    let summary = crate::watch(&watched, &mut *live, &mut complain)?;
    summary.problems.iter().for_each(|sentence| complain(sentence));
    Ok(if watched.request.meter.is_stopped() { Status::Interrupted } else { Status::NotDone })
}

fn refused(sentence: &str) -> Status {
    complain(sentence);
    Status::NotDone
}
