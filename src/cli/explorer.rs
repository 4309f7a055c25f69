//! Started from Explorer: a double click, logs dropped onto the program, or "Send to". Nobody typed anything, so the
//! report is a page, it opens by itself, and the window stays until it was read.

use std::{
    ffi::OsString,
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
};

use chrono::Local;

use super::{
    Status,
    analyze::{self, AnalyzeRequest},
    args,
    complaint::complain,
    desktop, implicit_analyze,
    output::Output,
    road::show_file,
};

/// The program was started from Explorer: the console is its own, and the arguments are paths or nothing.
pub(super) fn is_meant(arguments: &[OsString]) -> bool {
    implicit_analyze::only_paths(arguments)
        && io::stdin().is_terminal()
        && io::stdout().is_terminal()
        && desktop::console_is_ours()
}

/// Reads the logs, or those in their usual places, and shows the report.
pub(super) fn run(logs: &[OsString]) -> io::Result<Status> {
    let status = report(logs);
    if let Err(error) = &status {
        complain(&error.to_string());
    }
    say("\nPress Enter to close this window.");
    let _ = io::stdin().read_line(&mut String::new()); // closed is as good as pressed
    status
}

fn report(logs: &[OsString]) -> io::Result<Status> {
    let now = Local::now().format("%Y-%m-%d %H-%M");
    let mut refused = None;
    for folder in folders(logs) {
        let page = folder.join(format!("{} report {now}.html", subject(logs)));
        let meant = request(logs, &page)?;
        match Output::open(&meant.wanted()) {
            Ok(output) => return shown(&meant, output, &page),
            Err(error) => refused = Some(error),
        }
    }
    Err(refused.unwrap_or_else(|| io::Error::other("There is no folder for the report.")))
}

fn shown(meant: &AnalyzeRequest, mut output: Output, page: &Path) -> io::Result<Status> {
    let (status, summary) = analyze::analyzed(meant, &mut output)?;
    // A page about no log would lie in the Documents, and nobody would know why.
    if summary.files == 0 {
        say("Drop a mail log, or a folder with logs, onto mtmlog.exe. `mtmlog --help` in a terminal tells more.");
        return Ok(status);
    }
    output.keep()?;
    say(&format!("The report is in {}", page.display()));
    show_file(Some(page));
    Ok(status)
}

/// As if `mtmlog analyze --format html --output PAGE -- LOGS` had been typed.
fn request(logs: &[OsString], page: &Path) -> io::Result<AnalyzeRequest> {
    let typed = ["mtmlog", "analyze", "--format", "html", "--output"].map(OsString::from).into_iter();
    let typed = typed.chain([page.into(), "--".into()]).chain(logs.iter().cloned()).collect();
    match args::parse(typed) {
        Ok(args::Command::Analyze(typed)) => AnalyzeRequest::try_from(*typed),
        Ok(_) => Err(io::Error::other("another command")),
        Err(error) => Err(io::Error::other(error.to_string())),
    }
}

/// Where the report may lie, the best first: beside the log, in the Documents, among temporary files.
fn folders(logs: &[OsString]) -> Vec<PathBuf> {
    let beside = logs.first().and_then(|log| Path::new(log).parent()).filter(|folder| folder.is_dir());
    let beside = beside.map(Path::to_path_buf);
    beside.into_iter().chain(desktop::documents()).chain([std::env::temp_dir()]).collect()
}

/// The name for the report: that of the only log or folder, else `mtmlog`.
fn subject(logs: &[OsString]) -> String {
    let name = match logs {
        [only] => Path::new(only).file_stem(),
        _ => None,
    };
    name.map_or_else(|| "mtmlog".to_owned(), |name| name.to_string_lossy().into_owned())
}

fn say(sentence: &str) {
    let _ = writeln!(anstream::stdout().lock(), "{sentence}"); // a closed window has no reader
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_has_the_name_and_place_of_the_log() {
        let folder = tempfile::tempdir().unwrap();
        let logs = ["emailout.txt", "maillog.txt"].map(|name| OsString::from(folder.path().join(name)));
        assert_eq!(subject(&logs[..1]), "emailout");
        assert_eq!(folders(&logs[..1])[0], folder.path());
        assert_eq!(subject(&logs), "mtmlog");
        assert_eq!(subject(&[]), "mtmlog");
        assert_eq!(*folders(&[]).last().unwrap(), std::env::temp_dir());
        assert!(!folders(&[folder.path().join("gone/emailout.txt").into()]).contains(&folder.path().join("gone")));
    }

    #[test]
    fn it_is_an_analysis_for_people() {
        let meant = request(&["-odd name.txt".into()], Path::new("x.html")).unwrap();
        assert_eq!((meant.format.name, meant.setup.level), ("html", crate::redact::Level::Personal));
        assert_eq!(meant.request.paths, ["-odd name.txt"]);
        assert_eq!(meant.request.output.as_deref(), Some(Path::new("x.html")));
    }
}
