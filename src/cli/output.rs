//! Where the report goes: the screen, a pipe, or a file that appears only when it is complete.

#![allow(clippy::disallowed_methods, reason = "the one place that writes files")]

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, BufWriter, IsTerminal, Write},
    path::{Path, PathBuf},
};

use anstream::{AutoStream, ColorChoice};

use crate::{
    Request,
    analysis::is_log_of_others,
    report::{Look, Sink, terminal_width},
    source::{DRAFT_SUFFIX, draft_of, remove_left_behind},
};

use super::options::LooksArgs;

/// Where an output goes and how it looks, as the options say.
pub(super) struct Wanted<'a> {
    /// `--output`, if not standard output.
    pub(super) file: Option<&'a Path>,
    /// The requests, of whose logs the output may replace none.
    pub(super) requests: Vec<&'a Request>,
    pub(super) looks: LooksArgs,
    pub(super) quiet: bool,
    /// It is the copy of a log, and may replace an earlier copy whose content it begins with.
    pub(super) copy: bool,
    /// A file begins with a byte order mark, without which Windows programs do not see that it is UTF-8.
    pub(super) mark: bool,
}

impl<'a> Wanted<'a> {
    /// The output of these requests, a file or standard output, takes the bytes as they are: no colour, nothing cut.
    pub(super) fn plain(requests: &[&'a Request]) -> Wanted<'a> {
        let file = requests.first().and_then(|request| request.output.as_deref());
        let looks = LooksArgs { color: ColorChoice::Never, wide: true };
        Wanted { file, requests: requests.to_vec(), looks, quiet: false, copy: false, mark: false }
    }
}

/// Drafts of one output that may lie beside each other, left by runs that were ended by force.
const MAX_DRAFTS: u32 = 100;

/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The place, and how things look there.
pub(super) struct Output {
    place: Place,
    look: Look,
}

enum Place {
    /// `--quiet` without a file.
    Nowhere,
    Stdout,
    /// A device or pipe, which a file must never replace.
    Device(File),
    File(Draft),
}

/// A file under a temporary name, which goes away unless it is kept.
struct Draft {
    file: Option<File>,
    draft: PathBuf,
    path: PathBuf,
    /// Under the name stands a log that this program did not write.
    goes_over_log: bool,
}

impl Output {
    pub(super) fn open(wanted: &Wanted<'_>) -> io::Result<Output> {
        if wanted.looks.color != ColorChoice::Auto {
            wanted.looks.color.write_global();
        }
        wanted.requests.iter().try_for_each(|request| request.refuse_output())?;
        let place = match wanted.file {
            Some(path) if is_device(path) => Place::Device(device(path)?),
            Some(path) => {
                let mut draft = Draft::create(path)?;
                #[cfg(unix)]
                draft.keep_private(wanted)?;
                if draft.goes_over_log && !wanted.copy {
                    return Err(draft.would_lose_log());
                }
                if wanted.mark {
                    draft.file.as_mut().map_or(Ok(()), |file| file.write_all(BYTE_ORDER_MARK))?;
                }
                Place::File(draft)
            }
            None if wanted.quiet => Place::Nowhere,
            None => Place::Stdout,
        };
        let look = look(matches!(place, Place::Stdout), wanted.looks.wide);
        Ok(Output { place, look })
    }

    pub(super) fn look(&self) -> Look {
        self.look
    }

    /// The file under its temporary name.
    pub(super) fn draft(&self) -> Option<&Path> {
        match &self.place {
            Place::File(draft) => Some(&draft.draft),
            Place::Nowhere | Place::Stdout | Place::Device(_) => None,
        }
    }

    /// The output goes to a terminal.
    pub(super) fn is_screen(&self) -> bool {
        self.look.boxes
    }

    /// The stream, to be filled once.
    pub(super) fn sink(&mut self) -> Sink<'_> {
        match &mut self.place {
            Place::Nowhere => Box::new(io::sink()),
            // Through anstream, so that an old Windows console shows colours and not their codes.
            Place::Stdout if self.look.colour => {
                Box::new(BufWriter::new(AutoStream::new(io::stdout(), ColorChoice::Always)))
            }
            Place::Stdout => Box::new(BufWriter::new(io::stdout())),
            Place::Device(file) => Box::new(BufWriter::new(file)),
            Place::File(draft) => match &draft.file {
                Some(file) => Box::new(BufWriter::new(file)),
                None => Box::new(io::sink()),
            },
        }
    }

    /// It is a file, and nothing was written to it but a byte order mark.
    pub(super) fn is_empty(&self) -> bool {
        matches!(&self.place, Place::File(draft) if draft.is_empty())
    }

    /// Gives a complete file its name.
    pub(super) fn keep(self) -> io::Result<()> {
        match self.place {
            Place::File(draft) => draft.keep(),
            Place::Nowhere | Place::Stdout | Place::Device(_) => Ok(()),
        }
    }
}

/// The looks on standard output, a terminal or a pipe, or else in a file.
pub(super) fn look(stdout: bool, wide: bool) -> Look {
    let boxes = stdout && io::stdout().is_terminal();
    let width = boxes.then(terminal_width).flatten().unwrap_or(Look::default().width);
    let colour = stdout && AutoStream::choice(&io::stdout()) != ColorChoice::Never;
    Look { width: width.clamp(80, 160), wide, boxes, colour }
}

/// The path leads to something that is neither file nor folder, such as `/dev/null`.
fn is_device(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir())
}

fn device(path: &Path) -> io::Result<File> {
    let says = |error| io::Error::other(format!("{}: cannot be written ({error}). Choose a file.", path.display()));
    fs::OpenOptions::new().write(true).open(path).map_err(says)
}

/// Removes what runs that were ended by force have left of this output.
fn remove_drafts(path: &Path) {
    let Some(name) = path.file_name() else { return };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    remove_left_behind(folder, &format!(".{}.", name.to_string_lossy()), DRAFT_SUFFIX);
}

impl Draft {
    fn create(path: &Path) -> io::Result<Draft> {
        let says = |sentence: &str| io::Error::other(format!("{}: {sentence}", path.display()));
        if path.is_dir() {
            return Err(says("this is a folder. Add a name for the report, such as report.txt."));
        }
        #[cfg(unix)]
        crate::source::outlive_size_limit();
        remove_drafts(path);
        for attempt in 0.. {
            let no_name = || says("this is no name for a file. Add one, such as report.txt.");
            let draft = draft_of(path, attempt).ok_or_else(no_name)?;
            match File::create_new(&draft) {
                Ok(file) => {
                    let goes_over_log = is_log_of_others(path);
                    return Ok(Draft { file: Some(file), draft, path: path.to_owned(), goes_over_log });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && attempt < MAX_DRAFTS => {}
                Err(error) => {
                    return Err(says(&format!("cannot be written ({error}). Choose a folder in which you may write.")));
                }
            }
        }
        Err(says("cannot be written. Choose another folder."))
    }

    /// Nobody may read the file who might not read what it replaces or what it was made from. A page in the folder that all
    /// users share is for one of them.
    #[cfg(unix)]
    fn keep_private(&self, wanted: &Wanted<'_>) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt;
        const OWN: u32 = 0o600;
        let mode = |path: &Path| fs::metadata(path).ok().map(|about| about.permissions().mode() | OWN);
        let logs = wanted.requests.iter().flat_map(|request| &request.paths).map(Path::new);
        let likes = logs.chain([self.path.as_path()]).filter_map(mode);
        let shared = self.path.parent().is_some_and(|folder| folder == std::env::temp_dir());
        let (Some(file), Some(made)) = (&self.file, mode(&self.draft)) else { return Ok(()) };
        let least = likes.fold(if shared { OWN } else { made }, |least, like| least & like) & 0o777;
        if least == made & 0o777 { Ok(()) } else { file.set_permissions(fs::Permissions::from_mode(least)) }
    }

    fn would_lose_log(&self) -> io::Error {
        let name = self.path.display();
        io::Error::other(format!(
            "{name}: this is a log, and a report would replace it. Choose another name for --output."
        ))
    }

    fn is_empty(&self) -> bool {
        fs::metadata(&self.draft).is_ok_and(|about| about.len() <= BYTE_ORDER_MARK.len() as u64)
    }

    fn keep(mut self) -> io::Result<()> {
        // Windows renames only a closed file.
        if let Some(mut file) = self.file.take() {
            file.flush()?;
        }
        if self.goes_over_log && !begins_with(&self.draft, &self.path)? {
            return Err(self.would_lose_log());
        }
        fs::rename(&self.draft, &self.path).map_err(|error| {
            let name = self.path.display();
            io::Error::other(format!(
                "{name}: cannot be replaced ({error}). Close the program that shows it, then try again."
            ))
        })
    }
}

/// The first file begins with the whole content of the second.
fn begins_with(path: &Path, beginning: &Path) -> io::Result<bool> {
    let (mut all, mut beginning) = (BufReader::new(File::open(path)?), BufReader::new(File::open(beginning)?));
    loop {
        let (have, want) = (all.fill_buf()?, beginning.fill_buf()?);
        let len = have.len().min(want.len());
        if want.is_empty() || len == 0 || have[..len] != want[..len] {
            return Ok(want.is_empty());
        }
        all.consume(len);
        beginning.consume(len);
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        self.file = None;
        // After a rename there is nothing left to remove.
        let _ = fs::remove_file(&self.draft);
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    #[test]
    fn a_file_appears_complete_or_not_at_all() {
        let folder = std::env::temp_dir().join(format!("mtmlog-output-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("report.txt");
        // Nobody has so high a number.
        for (name, hours) in [("report", 2), ("report", 0), ("other", 2)] {
            let left = File::create(folder.join(format!(".{name}.txt.429496729{hours}.mtmlog-part"))).unwrap();
            left.set_modified(SystemTime::now() - Duration::from_secs(hours * 3_600)).unwrap();
        }
        drop(Draft::create(&path).unwrap());
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 2, "what was left behind is removed, and nothing else");
        fs::remove_dir_all(&folder).unwrap();
        fs::create_dir_all(&folder).unwrap();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        let draft = Draft::create(&path).unwrap();
        let second = Draft::create(&path).unwrap();
        assert_ne!(draft.draft, second.draft, "two writers of one output");
        drop(second);
        draft.file.as_ref().unwrap().write_all(b"x").unwrap();
        assert!(!path.exists());
        draft.keep().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"x");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        assert!(Draft::create(&folder).is_err());
        fs::remove_dir_all(&folder).unwrap();
    }
}
