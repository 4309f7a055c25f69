//! `mtmlog watch`

use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
};

use clap::{Args, ValueHint};

use crate::{
    Request, Waits, WatchRequest,
    report::{LiveFormat, Setup, ways_seen},
    ticket::of_probe,
};

use super::{
    complaint::complain,
    interrupt,
    options::{self, ReadArgs, ScreenArgs, one_of},
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

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct WatchArgs {
    /// The log, which need not be there yet; none: the newest in the usual places
    #[arg(value_name = "PATH", value_hint = ValueHint::FilePath)]
    path: Option<OsString>,

    /// Show this many of the attempts that are in the log already
    #[arg(long, short = 'n', value_name = "N", default_value_t = 0, help_heading = "Output")]
    recent: usize,

    /// How attempts are shown
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = one_of(FORMATS), help_heading = "Output")]
    format: LiveFormat,

    /// The result of `mtmlog probe --format json`: ways that it found closed are not advised
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    probe: Option<PathBuf>,

    #[command(flatten)]
    screen: ScreenArgs,

    #[command(flatten)]
    read: ReadArgs,
}

/// `--format` of `watch`
const FORMATS: [(&str, &str, LiveFormat); 2] = [
    ("text", "For people", LiveFormat::Text),
    ("ndjson", "One JSON object a line; one with the tx_id of an earlier one takes its place", LiveFormat::Ndjson),
];

/// Follows the log until Ctrl-C.
pub(super) fn watch(typed: WatchArgs) -> io::Result<Status> {
    let path = crate::newest(typed.path.as_deref().map(Path::new), &mut complain).map_err(io::Error::other)?;
    let request = options::request(None, typed.read)?;
    let probed = typed.probe.as_deref().map(|path| of_probe(path, ways_seen)).transpose();
    let probed = probed.map_err(io::Error::other)?.unwrap_or_default();
    let read = Request { paths: vec![path.clone().into()], ..request.clone() };
    let ScreenArgs { redact: level, looks } = typed.screen;
    let mut output = Output::open(&Wanted { looks, ..Wanted::plain(&[&read]) })?;
    let setup = Setup { level, all: true, look: output.look(), ..Setup::default() };
    let mut live = typed.format.open(output.sink(), setup);
    interrupt::stops(&request.meter, None);
    let watched = WatchRequest { request, path, recent: typed.recent, probed, waits: Waits::default() };
    let summary = crate::watch(&watched, &mut *live, &mut complain)?;
    summary.problems.iter().for_each(|sentence| complain(sentence));
    Ok(if watched.request.meter.is_stopped() { Status::Interrupted } else { Status::NotDone })
}
