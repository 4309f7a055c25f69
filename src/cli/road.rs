//! The road that the commands share: a bar for whoever waits, a Ctrl-C that stops the reading, sentences for what failed.

use std::{io, path::Path};

use crate::{Summary, report::Sink, source::Meter};

use super::{complaint::complain, desktop, interrupt, output::Output, progress::Progress, status::Status};

/// Runs what reads and writes, with a bar for whoever waits and a Ctrl-C that stops the reading.
pub(super) fn with_progress(
    output: &mut Output,
    meter: &Meter,
    quiet: bool,
    run: impl FnOnce(Sink<'_>) -> io::Result<Summary>,
) -> io::Result<Summary> {
    interrupt::stops(meter, output.draft());
    let progress = Progress::of(meter, quiet);
    let screen = output.is_screen();
    let sink = output.sink();
    run(if screen { progress.before(sink) } else { sink })
}

/// Says what could not be done and what is worth saying, and gives the status of the former.
pub(super) fn complain_of(summary: &Summary, quiet: bool) -> Status {
    summary.problems.iter().for_each(|sentence| complain(sentence));
    if !quiet {
        summary.notes.iter().for_each(|sentence| complain(sentence));
    }
    if summary.problems.is_empty() { Status::Good } else { Status::NotDone }
}

/// Shows a file in the browser.
pub(super) fn show_file(file: Option<&Path>) {
    let Some(file) = file else { return };
    if let Err(error) = desktop::show(file) {
        complain(&format!("{}: cannot be shown ({error}). Open it yourself.", file.display()));
    }
}
