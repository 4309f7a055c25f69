//! Systems other than Windows: they have a browser, and nothing else that is asked for here.

use std::{
    io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

pub(in crate::cli) fn prepare() {}

pub(in crate::cli) fn console_is_ours() -> bool {
    false
}

pub(in crate::cli) fn documents() -> Option<PathBuf> {
    None
}

pub(in crate::cli) fn send_to() -> Option<PathBuf> {
    None
}

/// Opens a file in its program, without waiting for it to be closed.
pub(in crate::cli) fn show(file: &Path) -> io::Result<()> {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let silent = Stdio::null;
    Command::new(program).arg(file).stdin(silent()).stdout(silent()).stderr(silent()).spawn().map(drop)
}

pub(in crate::cli) fn save_shortcut(_: &Path, _: &Path, _: &str) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
