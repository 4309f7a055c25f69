//! The program that shows pages on this PC.

use std::{
    io,
    path::Path,
    process::{Command, Stdio},
};

/// Opens a file in it, without waiting for it to be closed.
pub(super) fn open(file: &Path) -> io::Result<()> {
    let mut command = if cfg!(windows) {
        // `start` is no program; the empty text is the title of its window, or it would take the path for it.
        let mut command = Command::new("cmd");
        command.args(["/C", "start", ""]);
        command
    } else if cfg!(target_os = "macos") {
        Command::new("open")
    } else {
        Command::new("xdg-open")
    };
    command.arg(file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().map(drop)
}
