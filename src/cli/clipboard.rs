//! The clipboard of this PC, by the program that the system has for it: a library would bring a window system along.

use std::{
    io::{self, Write},
    process::{Command, Stdio},
};

/// Programs that put their standard input on the clipboard; the first that runs is taken.
const PROGRAMS: &[(&str, &[&str])] = if cfg!(windows) {
    &[("clip", &[])]
} else if cfg!(target_os = "macos") {
    &[("pbcopy", &[])]
} else {
    &[("wl-copy", &[]), ("xclip", &["-selection", "clipboard"]), ("xsel", &["--clipboard", "--input"])]
};

/// Programs that write the clipboard's text to their standard output.
const PASTE: &[(&str, &[&str])] = if cfg!(windows) {
    &[(
        "powershell",
        &["-NoProfile", "-Command", "[Console]::OutputEncoding = [Text.Encoding]::UTF8; Get-Clipboard -Raw"],
    )]
} else if cfg!(target_os = "macos") {
    &[("pbpaste", &[])]
} else {
    &[
        ("wl-paste", &["--no-newline"]),
        ("xclip", &["-selection", "clipboard", "-o"]),
        ("xsel", &["--clipboard", "--output"]),
    ]
};

/// The text on the clipboard.
pub(super) fn paste() -> io::Result<Vec<u8>> {
    let mut problem = io::Error::other("this PC has none");
    for (program, arguments) in PASTE {
        match Command::new(program).args(*arguments).stdin(Stdio::null()).stderr(Stdio::null()).output() {
            Ok(output) if output.status.success() => return Ok(output.stdout),
            Ok(output) => problem = io::Error::other(format!("{program} failed, {}", output.status)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => problem = error,
        }
    }
    Err(problem)
}

/// Puts the text on the clipboard.
pub(super) fn copy(text: &str) -> io::Result<()> {
    let mut problem = io::Error::other("this PC has none");
    for (program, arguments) in PROGRAMS {
        match through(program, arguments, text) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => problem = error,
        }
    }
    Err(problem)
}

fn through(program: &str, arguments: &[&str], text: &str) -> io::Result<()> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    let written = child.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(&bytes(text)));
    let status = child.wait()?;
    written?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("{program} failed, {status}"))) }
}

/// `clip` takes UTF-16 for what it is by its mark, and anything else for the console's old code page.
fn bytes(text: &str) -> Vec<u8> {
    if cfg!(windows) && !text.is_ascii() {
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    } else {
        text.as_bytes().to_vec()
    }
}
