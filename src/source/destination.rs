//! The files that a run writes to: nothing that is read may be the same file, whatever it is called.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use same_file::Handle;

use super::Input;

/// The end of the name of a file that is not complete yet; such files are never read.
pub(crate) const DRAFT_SUFFIX: &str = ".mtmlog-part";

/// The name under which a file is written until it is complete: hidden, in the same folder, and no other run's.
///
/// `attempt` tells names apart where one is taken: another machine that shares the folder may have this process number.
pub(crate) fn draft_of(path: &Path, attempt: u32) -> Option<PathBuf> {
    let name = path.file_name()?.to_string_lossy();
    let number = if attempt == 0 { String::new() } else { format!("-{attempt}") };
    Some(path.with_file_name(format!(".{name}.{}{number}{DRAFT_SUFFIX}", std::process::id())))
}

/// Removes the files of a folder that are called so, with the number of a process in the middle, to which nobody has written for
/// an hour: whoever left them was ended by force. A run on another PC that shares the folder writes to its own all the time.
/// Where Linux tells of processes, one that still runs keeps its file however long it takes.
#[allow(clippy::disallowed_methods, reason = "only drafts and pages of this program are removed")]
pub(crate) fn remove_left_behind(folder: &Path, head: &str, tail: &str) {
    const LONG: Duration = Duration::from_secs(3_600);
    let of_nobody = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let Some(inner) = name.strip_prefix(head).and_then(|rest| rest.strip_suffix(tail)) else { return false };
        let process = inner.split('-').next().unwrap_or_default();
        let numbered = !process.is_empty() && inner.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        let runs = cfg!(target_os = "linux") && Path::new("/proc").join(process).exists();
        let is_over = || {
            let about = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file);
            let written = about.and_then(|about| about.modified().ok()?.elapsed().ok());
            written.is_some_and(|since| since > LONG)
        };
        numbered && !runs && is_over()
    };
    let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path());
    for path in files.filter(|path| of_nobody(path)) {
        // Another run may be quicker, or the file somebody else's.
        let _ = fs::remove_file(path);
    }
}

/// The name is that of a file that some run has not completed.
pub(super) fn is_draft(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    name.starts_with(b".") && name.ends_with(DRAFT_SUFFIX.as_bytes())
}

/// The files that a run writes to and that are there already.
#[derive(Debug, Default)]
pub(crate) struct Destinations {
    /// The output that would be replaced, and the name to call it by.
    output: Option<(String, Handle)>,
    /// Standard output, where it was sent into a file.
    stdout: Option<Handle>,
}

impl Destinations {
    /// Where this output and standard output go.
    pub(crate) fn of(output: Option<&Path>) -> Destinations {
        Destinations {
            output: output.and_then(|path| Some((path.display().to_string(), file(path)?))),
            stdout: Handle::stdout().ok().filter(is_file),
        }
    }

    /// Standard output goes into a file that is not empty, as behind `>>`.
    pub(crate) fn appends(&self) -> bool {
        let length = |handle: &Handle| handle.as_file().metadata().map_or(0, |about| about.len());
        self.stdout.as_ref().is_some_and(|handle| length(handle) > 0)
    }

    /// The log is the file that standard output was sent into.
    pub(crate) fn is_stdout(&self, log: &Input) -> bool {
        self.stdout.is_some() && log.file().and_then(|path| self.maybe(path)) == self.stdout
    }

    /// The log is the file that the output would replace.
    pub(crate) fn is_output(&self, log: &Input) -> bool {
        let output = self.output.as_ref().map(|(_, handle)| handle);
        output.is_some() && log.file().and_then(|path| self.maybe(path)).as_ref() == output
    }

    /// Refuses a log that is one of them, also through a link, and also the archive of a log.
    ///
    /// # Errors
    /// A sentence for the user, where they are the same file.
    pub(crate) fn refuse_log(&self, log: &Input) -> io::Result<()> {
        self.refuse(log.file(), "this is the log itself")
    }

    /// Refuses any other file that is read.
    ///
    /// # Errors
    /// As [`Destinations::refuse_log`].
    pub(crate) fn refuse_file(&self, path: &Path, option: &str) -> io::Result<()> {
        self.refuse(Some(path), &format!("this is the file that {option} reads"))
    }

    /// `None` for standard input.
    fn refuse(&self, path: Option<&Path>, what: &str) -> io::Result<()> {
        if self.output.is_none() && self.stdout.is_none() {
            return Ok(());
        }
        let read = path.map_or_else(|| Handle::stdin().ok().filter(is_file), |path| self.maybe(path));
        let Some(read) = read else { return Ok(()) };
        if let Some((name, _)) = self.output.as_ref().filter(|(_, written)| *written == read) {
            return Err(io::Error::other(format!(
                "{name}: {what}, and a report would replace it. Choose another name for --output."
            )));
        }
        if self.stdout.as_ref() == Some(&read) {
            let name = path.map_or_else(|| "-".to_owned(), |path| path.display().to_string());
            return Err(io::Error::other(format!(
                "{name}: {what}, and the output was sent into it. Choose another file behind >."
            )));
        }
        Ok(())
    }

    /// The file, unless it cannot be one of them: of ten thousand logs none is opened for this question, as what was made at
    /// another moment is another file.
    fn maybe(&self, path: &Path) -> Option<Handle> {
        let written = self.output.iter().map(|(_, handle)| handle).chain(&self.stdout);
        let made = |about: io::Result<fs::Metadata>| about.and_then(|about| about.created()).ok();
        let moment = made(fs::metadata(path));
        let may_be = |handle: &Handle| moment.is_none() || made(handle.as_file().metadata()) == moment;
        if written.into_iter().any(may_be) { file(path) } else { None }
    }
}

/// A file by what it is; none where there is none. A pipe is never opened here: it can be read only once.
fn file(path: &Path) -> Option<Handle> {
    fs::metadata(path).is_ok_and(|about| about.is_file()).then(|| Handle::from_path(path).ok()).flatten()
}

fn is_file(handle: &Handle) -> bool {
    handle.as_file().metadata().is_ok_and(|about| about.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_every_name() {
        let folder = tempfile::tempdir().unwrap();
        let [log, link, other] = ["emailout.txt", "link.txt", "other.txt"].map(|name| folder.path().join(name));
        fs::write(&log, "220 x\n").unwrap();
        fs::hard_link(&log, &link).unwrap();
        fs::write(&other, "220 x\n").unwrap();
        let written = Destinations::of(Some(&link));
        let refused = |path: &Path| written.refuse_log(&Input::File(path.to_owned())).map_err(|e| e.to_string());
        assert!(refused(&log).unwrap_err().contains("this is the log itself, and a report would replace it."));
        assert!(refused(&link).is_err());
        assert_eq!((refused(&other), refused(folder.path())), (Ok(()), Ok(())));
        assert!(written.refuse_file(&log, "--knowledge").unwrap_err().to_string().contains("--knowledge reads"));
        let nothing = Destinations::of(Some(&folder.path().join("report.txt")));
        assert!(nothing.refuse_log(&Input::File(log)).is_ok());
    }

    #[test]
    fn drafts_are_known() {
        let draft = draft_of(Path::new("logs/report.txt"), 0).unwrap();
        assert!(is_draft(&draft) && is_draft(&draft_of(Path::new("report.txt"), 3).unwrap()), "{draft:?}");
        assert!(!is_draft(Path::new("logs/report.txt")) && draft_of(Path::new("/"), 0).is_none());
    }
}
