//! `mtmlog who STAND-IN --map FILE`

use std::{
    io::{self, Read},
    path::PathBuf,
};

use clap::{Args, ValueHint};

use crate::{
    case::StandIns,
    redact::{Level, Redactor},
    source::{small_text, to_text, unmarked},
};

use super::status::Status;

const EXAMPLES: &str = "\
Examples:
  mtmlog who recipient-3                         with case.map in this folder
  mtmlog who recipient-3@gmail.com --map C:\\cases\\paarl.map
  mtmlog who - < answer.txt                      a desk's whole answer, everybody put back";

/// Bytes of an answer that are read; a longer one is no mail of a desk.
const MAX_ANSWER_BYTES: u64 = 1 << 20;

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct WhoArgs {
    /// Stand-ins, or a text in which they stand; - for standard input
    #[arg(value_name = "STAND-IN", required = true)]
    text: Vec<String>,

    /// The map that `mtmlog case` left on this PC
    #[arg(long, value_name = "FILE", default_value = "case.map", value_hint = ValueHint::FilePath)]
    map: PathBuf,
}

/// Prints the text with everybody in the place of the stand-ins.
pub(super) fn who(typed: &WhoArgs) -> io::Result<Status> {
    let name = typed.map.display();
    let refused = |why: String| io::Error::other(format!("{name}: {why}"));
    let text = small_text(&typed.map);
    let text = text.map_err(|error| refused(format!("cannot be read ({error}). Name the map with --map FILE.")))?;
    let map = StandIns::read(&text).ok_or_else(|| refused("this is no map that `mtmlog case` wrote.".to_owned()))?;
    let mut text = typed.text.join(" ");
    if text == "-" {
        let mut answer = Vec::new();
        io::stdin().take(MAX_ANSWER_BYTES).read_to_end(&mut answer)?;
        text = to_text(&unmarked(&answer)).into_owned();
    }
    let (back, count) = map.put_back(text.trim_end());
    if count == 0 {
        return Err(refused("knows no stand-in of this text. Each case has a map of its own.".to_owned()));
    }
    let mut gate = Redactor::new(Level::Secrets);
    let lines: Vec<String> = back.lines().map(|line| gate.note(line).to_string()).collect();
    io::Write::write_fmt(&mut anstream::stdout().lock(), format_args!("{}\n", lines.join("\n")))?;
    Ok(Status::Good)
}
