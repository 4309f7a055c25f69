//! The clipboard of this PC, by the program that the system has for it: a library would bring a window system along.

use std::{
    io::{self, Write},
    process::{Command, Stdio},
};

/// Programs that put their standard input on the clipboard; the first that runs is taken.
const COPY_PROGRAMS: &[(&str, &[&str])] = if cfg!(windows) {
    &[("clip", &[])]
} else if cfg!(target_os = "macos") {
    &[("pbcopy", &[])]
} else {
    &[("wl-copy", &[]), ("xclip", &["-selection", "clipboard"]), ("xsel", &["--clipboard", "--input"])]
};

/// Programs that write the clipboard's text to their standard output.
const PASTE_PROGRAMS: &[(&str, &[&str])] = if cfg!(windows) {
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
    through(PASTE_PROGRAMS, b"", Stdio::piped)
}

/// Puts the text on the clipboard.
pub(super) fn copy(text: &str) -> io::Result<()> {
    // Such a program goes on living behind what it has copied, so its output is not waited for.
    through(COPY_PROGRAMS, &bytes(text), Stdio::null).map(drop)
}

/// The output of the first of these programs that is installed and succeeds, with `input` on its standard input.
fn through(programs: &[(&str, &[&str])], input: &[u8], output: fn() -> Stdio) -> io::Result<Vec<u8>> {
    let mut problem = io::Error::other("this PC has none");
    for (program, arguments) in programs {
        let mut command = Command::new(program);
        command.args(*arguments).stdin(Stdio::piped()).stdout(output()).stderr(Stdio::null());
        let done = command.spawn().and_then(|mut child| {
            let written = child.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(input));
            let output = child.wait_with_output()?;
            written.map(|()| output)
        });
        match done {
            Ok(output) if output.status.success() => return Ok(output.stdout),
            Ok(output) => problem = io::Error::other(format!("{program} failed, {}", output.status)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => problem = error,
        }
    }
    Err(problem)
}

/// `clip` takes UTF-16 for what it is by its mark, and anything else for the console's old code page.
fn bytes(text: &str) -> Vec<u8> {
    if cfg!(windows) && !text.is_ascii() {
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    } else {
        text.as_bytes().to_vec()
    }
}
