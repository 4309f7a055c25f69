//! A log that is being written: what was added since the last look, whatever the writer does to the file.
//!
//! Looks at name, size and time, as network shares tell nobody of a change, and holds the file open only while it reads.
//! The content shows whether the file is still the one that was read: the bytes before the place reached must be
//! what they were. That is the same on every system and share, where numbers of files are not.

use std::fs::{self, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::disk::File;
use super::document::Decode;
use super::encoding::Decoding;
use super::lines::{LINE_CAP, last_end};
use super::log_file::open;
use super::{Block, Encoding, SourceError, Why};

/// Bytes read at once.
const READ_BYTES: usize = 1024 * 1024;
/// Bytes before the place reached by which the file is known again.
const MARK_BYTES: usize = 512;
/// A file shorter than this does not show its encoding; no line of a log is that short.
const MIN_HEAD_BYTES: u64 = 4;
/// Names looked at in a folder to find the log under its new name.
const MAX_NAMES: usize = 2_000;

/// The change since the last look at a log that is followed.
#[derive(Debug)]
pub(crate) enum TailChange {
    /// Nothing new.
    Same,
    /// There is more to read.
    Grown,
    /// The file begins anew; reading goes on from its beginning.
    Anew(Anew),
    /// No file of this name, in a folder that is there.
    Missing,
    /// It cannot be looked at for now: in use, out of reach, not permitted.
    Trouble(SourceError),
}

/// The event by which a file came to begin anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anew {
    /// It was not there before.
    Appeared,
    /// It was emptied, or cut short.
    Emptied,
    /// Another file has its name; the end of the old one was read where it could be found.
    Replaced,
}

/// A log that is followed. Memory is bounded by the longest line that anybody gets to see.
pub(crate) struct Tail {
    path: PathBuf,
    /// Raw bytes read so far.
    position: u64,
    /// The newest of them.
    mark: Vec<u8>,
    /// Size and time when it was last read to its end.
    seen: Option<(u64, Option<SystemTime>)>,
    missing: bool,
    text: Text,
}

/// Decoded text on its way to whole lines.
#[derive(Default)]
struct Text {
    decoding: Option<Decoding>,
    /// Where the line begins that is not whole yet.
    offset: u64,
    /// Its beginning.
    torn: Vec<u8>,
    /// Bytes of it that were too many to keep.
    dropped: u64,
}

impl Tail {
    /// Begins at the beginning of the file, which need not be there yet.
    pub(crate) fn new(path: &Path) -> Self {
        let text = Text::default();
        Tail { path: path.to_owned(), position: 0, mark: Vec::new(), seen: None, missing: false, text }
    }

    /// The line that is not whole yet.
    pub(crate) fn torn(&self) -> &[u8] {
        &self.text.torn
    }

    /// Looks whether there is anything to read. Opens the file only where its size or time has changed. `rest` takes what
    /// was still added to a file that has another name now.
    pub(crate) fn look(&mut self, rest: &mut dyn FnMut(Block)) -> TailChange {
        match self.try_look(rest) {
            Ok(look) => look,
            Err(error) => match SourceError::of(self.path.display().to_string(), error) {
                // A share that is out of reach has lost no file.
                SourceError { why: Why::Missing, .. } if self.folder().is_dir() => {
                    if !self.missing {
                        self.follow_renamed(rest);
                        self.restart();
                        self.missing = true;
                    }
                    TailChange::Missing
                }
                trouble => TailChange::Trouble(trouble),
            },
        }
    }

    fn folder(&self) -> &Path {
        self.path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."))
    }

    fn try_look(&mut self, rest: &mut dyn FnMut(Block)) -> io::Result<TailChange> {
        let about = fs::metadata(&self.path)?;
        if about.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if !about.is_file() {
            return Err(io::Error::other("no file, so nothing is added to it"));
        }
        if std::mem::take(&mut self.missing) {
            return Ok(TailChange::Anew(Anew::Appeared));
        }
        if self.seen == Some(sight(&about)) {
            return Ok(TailChange::Same);
        }
        if about.len() < self.position {
            // Short because it was emptied, or because it is another one.
            let anew = if self.follow_renamed(rest) { Anew::Replaced } else { Anew::Emptied };
            self.restart();
            return Ok(TailChange::Anew(anew));
        }
        if self.position > 0 && !is_marked(&mut open(&self.path)?, self.position, &self.mark)? {
            self.follow_renamed(rest);
            self.restart();
            return Ok(TailChange::Anew(Anew::Replaced));
        }
        if about.len() == self.position {
            self.seen = Some(sight(&about));
            return Ok(TailChange::Same);
        }
        Ok(if about.len() < MIN_HEAD_BYTES { TailChange::Same } else { TailChange::Grown })
    }

    /// Reads all that is there, in blocks of whole lines, and closes the file.
    ///
    /// # Errors
    /// Where it cannot be read; the next look tells whether it can again.
    pub(crate) fn read(&mut self, each: &mut dyn FnMut(Block)) -> Result<(), SourceError> {
        let path = self.path.clone();
        self.read_from(&path, each).map_err(|error| SourceError::of(self.path.display().to_string(), error))
    }

    fn read_from(&mut self, path: &Path, each: &mut dyn FnMut(Block)) -> io::Result<()> {
        let mut file = open(path)?;
        // Before reading: what is added meanwhile is seen by the next look.
        let about = file.metadata()?;
        if self.position > 0 && !is_marked(&mut file, self.position, &self.mark)? {
            return Ok(()); // it became another one since the look
        }
        if self.position == 0 && about.len() < MIN_HEAD_BYTES {
            return Ok(());
        }
        file.seek(SeekFrom::Start(self.position))?;
        let left = usize::try_from(about.len().saturating_sub(self.position)).unwrap_or(READ_BYTES);
        let mut raw = vec![0; READ_BYTES.min(left.saturating_add(1))];
        loop {
            let len = match file.read(&mut raw) {
                Ok(0) => break,
                Ok(len) => len,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            self.position += len as u64;
            self.remember(&raw[..len]);
            self.text.push(&raw[..len], each);
        }
        self.seen = Some(sight(&about));
        Ok(())
    }

    fn remember(&mut self, raw: &[u8]) {
        self.mark.extend_from_slice(&raw[raw.len().saturating_sub(MARK_BYTES)..]);
        let more = self.mark.len().saturating_sub(MARK_BYTES);
        self.mark.drain(..more);
    }

    /// Goes back to the beginning of the file.
    pub(crate) fn restart(&mut self) {
        let path = std::mem::take(&mut self.path);
        *self = Tail::new(&path);
    }

    /// The log may lie beside its old name, with a last line that nobody has read: looks for it by its content.
    fn follow_renamed(&mut self, rest: &mut dyn FnMut(Block)) -> bool {
        let Ok(names) = fs::read_dir(self.folder()) else { return false };
        let name = self.path.file_name();
        let since = self.seen.and_then(|(_, modified)| modified);
        let others = names.flatten().take(MAX_NAMES).filter(|entry| Some(&*entry.file_name()) != name);
        let same = others.map(|entry| entry.path()).find(|path| {
            let large = fs::metadata(path)
                .is_ok_and(|about| about.is_file() && about.len() >= self.position && about.modified().ok() >= since);
            // A short mark proves little.
            large && self.mark.len() >= MARK_BYTES.min(64) && {
                open(path).is_ok_and(|mut file| is_marked(&mut file, self.position, &self.mark).unwrap_or(false))
            }
        });
        same.is_some_and(|path| self.read_from(&path, rest).is_ok())
    }
}

fn sight(about: &Metadata) -> (u64, Option<SystemTime>) {
    (about.len(), about.modified().ok())
}

/// The file has these bytes before this position.
fn is_marked(file: &mut File, position: u64, mark: &[u8]) -> io::Result<bool> {
    file.seek(SeekFrom::Start(position - (mark.len() as u64).min(position)))?;
    let mut there = Vec::with_capacity(mark.len());
    file.take(mark.len() as u64).read_to_end(&mut there)?;
    Ok(there == mark)
}

impl Text {
    fn push(&mut self, raw: &[u8], each: &mut dyn FnMut(Block)) {
        let (decoding, raw) = match &mut self.decoding {
            Some(decoding) => (decoding, raw),
            none => {
                let (encoding, mark) = Encoding::of_head(raw);
                (none.insert(Decoding::new(encoding)), &raw[mark..])
            }
        };
        let mut text = std::mem::take(&mut self.torn);
        decoding.feed(raw, &mut text);
        let mut from = 0;
        if self.dropped > 0 {
            // The end of a line of which only the beginning was kept; such a line counts with its LF alone.
            let Some(end) = memchr::memchr(b'\n', &text[LINE_CAP..]) else {
                self.dropped += (text.len() - LINE_CAP) as u64;
                text.truncate(LINE_CAP);
                self.torn = text;
                return;
            };
            let dropped = self.dropped + end as u64;
            each(Block::of(self.offset, &text[..LINE_CAP], dropped));
            self.offset += LINE_CAP as u64 + dropped + 1;
            self.dropped = 0;
            from = LINE_CAP + end + 1;
        }
        if let Some(end) = last_end(&text[from..]) {
            each(Block::of(self.offset, &text[from..from + end], 0));
            self.offset += end as u64;
            from += end;
        }
        text.drain(..from);
        if text.len() > LINE_CAP {
            self.dropped = (text.len() - LINE_CAP) as u64;
            text.truncate(LINE_CAP);
        }
        self.torn = text;
    }
}

#[cfg(test)]
#[path = "tail_tests.rs"]
mod tests;
