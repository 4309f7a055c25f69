//! One log: what it is, and its lines in blocks.

use std::fmt;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use super::archive::{Packing, Refusal};
use super::archive_stream::{Stream, unpack};
use super::disk::{self, File, Shared};
use super::error::is_in_use;
use super::lines::LINE_CAP;
use super::mapping::{self, Mapped};
use super::meter::{Meter, Metered};
use super::reading::Reader;
use super::sample::{self, Raw, Sample};
use super::{Block, Encoding, Input, SourceError, StdinBuffer, Why};

/// The FNV-1a hash of nothing, in 64 bits.
pub(crate) const FNV_BASIS: u64 = 0xcbf2_9ce4_8422_2325;

/// The FNV-1a hash with one more byte: the same for ever and on every machine.
#[inline]
pub(crate) fn fnv(hash: u64, byte: u8) -> u64 {
    (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
}

/// Options of reading. None of them changes what is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadOptions {
    /// Large settled files may be mapped.
    pub mmap: bool,
    /// About how large a block is; at least 1.
    pub block: usize,
    /// Smaller files are read: mapping would not pay.
    pub min_map: u64,
    /// Files written to more recently are read: the writer may still replace or shorten them.
    pub settle: Duration,
    /// Counts what is read, and stops it.
    pub meter: Meter,
    /// Keeps the beginning of standard input, so that it can be opened again.
    pub kept: Option<StdinBuffer>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        ReadOptions {
            mmap: true,
            // A few blocks and their mails fit into a processor's cache, and a log of few pieces has some for every thread.
            block: 256 << 10,
            min_map: 16 << 20,
            settle: LIVE_FOR,
            meter: Meter::default(),
            kept: None,
        }
    }
}

/// A file that was written to this recently may be written to now.
const LIVE_FOR: Duration = Duration::from_secs(10 * 60);

/// A change that another program made to a file while it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was written to after its end was read.
    Grew,
    /// Another file has its name now.
    Replaced,
    /// No file has its name now.
    Gone,
}

/// For people, with what to do.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Change::Grew => "written to while it was read. Run mtmlog again for the newest entries",
            Change::Replaced => {
                "another file took its name while it was read, and the report is of the old one. Run mtmlog again for the new one"
            }
            Change::Gone => "moved or deleted while it was read. It was read as it was when opened",
        })
    }
}

/// An open log.
pub struct Log {
    name: String,
    encoding: Encoding,
    modified: Option<SystemTime>,
    sample: Sample,
    fingerprint: u64,
    /// A regular file and its size when opened.
    file: Option<(Shared, u64)>,
    path: Option<PathBuf>,
    road: Road,
    meter: Meter,
    done: bool,
}

enum Road {
    Read(Reader),
    Map(Mapped),
    /// Pieces of a text, each with its place in the log.
    Pieces(std::vec::IntoIter<(u64, Vec<u8>)>),
}

impl fmt::Debug for Log {
    /// The name only: the sample may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").field("name", &self.name).field("encoding", &self.encoding).finish_non_exhaustive()
    }
}

impl Log {
    /// Opens a log and looks at its beginning (and, in a large file, at its middle and end).
    ///
    /// # Errors
    /// When it cannot be opened or its first bytes cannot be read.
    pub fn open(input: &Input, options: &ReadOptions) -> Result<Log, SourceError> {
        Log::open_capped(input, options, LINE_CAP)
    }

    /// Tests have a smaller cap.
    fn open_capped(input: &Input, options: &ReadOptions, cap: usize) -> Result<Log, SourceError> {
        let name = input.to_string();
        match input {
            Input::Stdin => {
                let stdin: Stream = Box::new(io::stdin());
                let stream = match &options.kept {
                    Some(kept) => kept.open(stdin),
                    None => stdin,
                };
                Log::pipe(name.clone(), stream, options, cap)
            }
            Input::File(path) => Log::file(name.clone(), path, options, cap),
            Input::Member(member) => member
                .open(&options.meter)
                .and_then(|content| Log::unpacked(name.clone(), content, member.modified(), options, cap)),
        }
        .map_err(|error| SourceError::of(name, error))
    }

    fn file(name: String, path: &Path, options: &ReadOptions, cap: usize) -> io::Result<Log> {
        let mut file = open(path)?;
        let about = file.metadata()?;
        if !about.is_file() {
            return Log::pipe(name, Box::new(file), options, cap);
        }
        let size = about.len();
        let start = Start::read(&mut file, size)?;
        options.meter.count(start.raw.len() as u64);
        let modified = about.modified().ok();
        if let Some(packing) = Packing::of(&start.raw).filter(|packing| *packing != Packing::Zip) {
            let packed = start.again(Metered::new(file, options.meter.clone()));
            return Log::unpacked(name, unpack(packing, packed)?, modified, options, cap);
        }
        let mut sample = start.sample();
        if !start.whole && size > sample::HEAD_BYTES as u64 {
            sample.add_windows(&mut file, size, start.encoding)?;
            file.seek(SeekFrom::Start(start.raw.len() as u64))?;
        }
        let may_map = options.mmap
            && size >= options.min_map
            && !start.encoding.is_utf16()
            && mapping::is_settled(modified, options.settle)
            && mapping::is_local(path);
        let file = Shared::from(file);
        let map = if may_map { mapping::map(&file) } else { None };
        let (encoding, fingerprint) = (start.encoding_by(&sample), start.fingerprint());
        let road = match map {
            Some(map) => Road::Map(Mapped::new(map, start.mark, options.block, cap)),
            // One byte more than the file has, so that its end is seen at once and small files need small buffers.
            // Files that do not know their size (/proc) say 0.
            None => {
                let room = usize::try_from(size).ok().filter(|size| *size > 0).unwrap_or(usize::MAX);
                let block = room.saturating_add(1).min(options.block);
                let rest = Metered::new(Shared::clone(&file), options.meter.clone());
                Road::Read(start.reader(rest, block, cap))
            }
        };
        let (meter, path) = (options.meter.clone(), Some(path.to_owned()));
        let file = Some((file, size));
        Ok(Log { name, encoding, modified, sample, fingerprint, file, path, road, meter, done: false })
    }

    /// Standard input, a pipe or a device; it may be packed, too.
    fn pipe(name: String, from: Stream, options: &ReadOptions, cap: usize) -> io::Result<Log> {
        let mut from = Metered::new(from, options.meter.clone());
        let start = Start::read(&mut from, sample::HEAD_BYTES as u64)?;
        match Packing::of(&start.raw) {
            Some(packing) => Log::unpacked(name, unpack(packing, start.again(from))?, None, options, cap),
            None => Ok(Log::stream(name, start, Box::new(from), None, options, cap)),
        }
    }

    /// The content of an archive or a document; an archive in it is refused.
    fn unpacked(
        name: String,
        mut content: Stream,
        modified: Option<SystemTime>,
        options: &ReadOptions,
        cap: usize,
    ) -> io::Result<Log> {
        let start = Start::read(&mut content, sample::HEAD_BYTES as u64)?;
        match Packing::of(&start.raw) {
            Some(inner) if inner.is_document() => {
                let mut text = unpack(inner, start.again(content))?;
                let start = Start::read(&mut text, sample::HEAD_BYTES as u64)?;
                Ok(Log::stream(name, start, text, modified, options, cap))
            }
            Some(inner) => Err(Refusal::Nested(inner.name()).into()),
            None => Ok(Log::stream(name, start, content, modified, options, cap)),
        }
    }

    fn stream(
        name: String,
        start: Start,
        rest: Stream,
        modified: Option<SystemTime>,
        options: &ReadOptions,
        cap: usize,
    ) -> Log {
        let sample = start.sample();
        Log {
            name,
            encoding: start.encoding_by(&sample),
            modified,
            fingerprint: start.fingerprint(),
            sample,
            file: None,
            path: None,
            road: Road::Read(start.reader(rest, options.block, cap)),
            meter: options.meter.clone(),
            done: false,
        }
    }

    /// The name as the user gave it, `-` for standard input.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The encoding. Blocks and sample are UTF-8 where this is UTF-16, else the bytes as they are.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// When a file was last written to; none for streams.
    pub fn modified(&self) -> Option<SystemTime> {
        self.modified
    }

    /// Raw bytes that a file had when opened; none for streams.
    pub fn size(&self) -> Option<u64> {
        self.file.as_ref().map(|(_, size)| *size)
    }

    /// It is mapped, not read.
    pub fn is_mapped(&self) -> bool {
        matches!(self.road, Road::Map(_))
    }

    /// Decoded lines to tell a dialect from: the whole log up to 192 KiB; of a larger one 64 KiB each from its
    /// head, middle and tail, or from the head alone where it is a stream. All lines are whole, but the first may
    /// be cut at `LINE_CAP`.
    pub fn sample(&self) -> &[u8] {
        &self.sample
    }

    /// The whole log, where it is small and its sample is all of it as it stands on the disk.
    pub fn whole(&self) -> Option<&[u8]> {
        match &self.sample {
            Sample::Whole(raw) => Some(raw),
            Sample::Text(_) | Sample::Lines(_) => None,
        }
    }

    /// The lines of the same log from its beginning, as they were read: only where it is small, and so needs no second look
    /// at the disk.
    pub(crate) fn again(&self) -> Option<Log> {
        let sample = self.sample.whole()?;
        let name = self.name.clone();
        let road = Road::Read(Reader::new(Box::new(Cursor::new(self.sample.whole()?)), sample.len(), LINE_CAP));
        Some(Log { name, sample, road, file: None, path: None, meter: Meter::default(), done: false, ..*self })
    }

    /// The same log with another text, whose lines are at the same places but behind these: a line's offset in the text, and
    /// the one in the log.
    pub fn with_text(self, text: Vec<u8>, moved: &[(usize, u64)]) -> Log {
        let mut pieces = Vec::with_capacity(moved.len() + 1);
        let ends = moved.iter().map(|(at, _)| *at).chain([text.len()]);
        for ((at, offset), end) in [(0, 0)].iter().chain(moved).zip(ends) {
            pieces.extend(text.get(*at..end).filter(|piece| !piece.is_empty()).map(|piece| (*offset, piece.to_vec())));
        }
        Log { road: Road::Pieces(pieces.into_iter()), sample: Sample::Text(text), ..self }
    }

    /// A number that stays with the log as it grows beyond 4 KiB, is renamed or copied: the hash (FNV-1a) of its
    /// first 4 KiB, decoded.
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// The next block, or none at the end. After an error there is nothing more; all that could be read was handed
    /// out before it.
    ///
    /// # Errors
    /// When the log could not be read to its end.
    pub fn next_block(&mut self) -> Result<Option<Block>, SourceError> {
        if self.done {
            return Ok(None);
        }
        if self.meter.is_stopped() {
            self.done = true;
            return Err(SourceError { name: self.name.clone(), why: Why::Stopped });
        }
        let block = match &mut self.road {
            Road::Read(reader) => reader.next_block(),
            Road::Map(mapped) => mapped.next_block(),
            Road::Pieces(pieces) => pieces.next().map(|(offset, text)| Block::of(offset, &text, 0)),
        };
        if let (Road::Map(_), Some(block)) = (&self.road, &block) {
            self.meter.count(block.len() as u64 + block.dropped());
        }
        if block.is_none() {
            self.done = true;
            self.check_end()?;
        }
        Ok(block)
    }

    /// Makes sure that the end that was met is the end of the log.
    fn check_end(&mut self) -> Result<(), SourceError> {
        if let Road::Read(reader) = &mut self.road
            && let Some(error) = reader.failure()
        {
            return Err(SourceError::of(self.name.as_str(), error));
        }
        let Some((_, expected)) = self.file else { return Ok(()) };
        match self.position() {
            Some(read) if read < expected => {
                Err(SourceError { name: self.name.clone(), why: Why::Shrunk { read, expected } })
            }
            _ => Ok(()),
        }
    }

    /// The place up to which a file was read, in bytes.
    fn position(&self) -> Option<u64> {
        let (file, _) = self.file.as_ref()?;
        match &self.road {
            Road::Read(_) | Road::Pieces(_) => disk::position(file),
            // A map that still stands may show NULs where its last page was cut.
            Road::Map(mapped) => file.metadata().ok().map(|about| about.len().min(mapped.size())),
        }
    }

    /// The change that another program made to a live file since it was opened, other than shortening it, which is an error. Asked
    /// after the end; a file that nobody has written to lately is not looked at again.
    pub fn change(&self) -> Option<Change> {
        let ((file, _), path) = (self.file.as_ref()?, self.path.as_ref()?);
        let about = file.metadata().ok()?;
        if mapping::is_settled(about.modified().ok(), LIVE_FOR) {
            return None;
        }
        match disk::is_at(file, path) {
            Err(error) if is_gone(&error) => return Some(Change::Gone),
            Ok(false) => return Some(Change::Replaced),
            _ => {}
        }
        (about.len() > self.position()?).then_some(Change::Grew)
    }
}

/// No file has this name any more. Older Windows keeps the name of a deleted file until it is closed, and
/// refuses to open it; since we have it open, we had the right to.
fn is_gone(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound || cfg!(windows) && error.kind() == io::ErrorKind::PermissionDenied
}

/// The first raw bytes of a log and what they tell.
struct Start {
    raw: Raw,
    /// These bytes are all that is looked at before anything is decided.
    whole: bool,
    /// The log ends behind them.
    ended: bool,
    encoding: Encoding,
    mark: usize,
}

impl Start {
    fn read(from: &mut dyn Read, size: u64) -> io::Result<Start> {
        // One byte more than the head tells whether there is more.
        let most = (sample::HEAD_BYTES as u64 + 1).min(size.saturating_add(1));
        let (raw, end) = Raw::read(from, usize::try_from(most).unwrap_or(sample::HEAD_BYTES), sample::HEAD_BYTES + 1);
        // What came before a failure is worth reading; the failure comes again when the rest is read.
        let ended = end.is_ok() && raw.len() <= sample::HEAD_BYTES;
        if raw.is_empty() {
            end?;
        }
        let (encoding, mark) = Encoding::of_head(&raw);
        Ok(Start { whole: raw.len() <= sample::HEAD_BYTES, ended, encoding, mark, raw })
    }

    fn sample(&self) -> Sample {
        // A small log is its own sample, and ten thousand of them are not copied for it.
        if self.whole && self.mark == 0 && !self.encoding.is_utf16() {
            return Sample::Whole(self.raw.clone());
        }
        let text = self.encoding.decode(&self.raw[self.mark..]);
        if self.whole { Sample::Text(text.into_owned()) } else { Sample::Lines(sample::of_head(&text)) }
    }

    fn encoding_by(&self, sample: &[u8]) -> Encoding {
        if self.encoding.is_utf16() { self.encoding } else { Encoding::of_bytes(sample) }
    }

    fn fingerprint(&self) -> u64 {
        // 8 KiB of UTF-16 are at least 4 KiB of UTF-8.
        let raw = &self.raw[self.mark..];
        let text = self.encoding.decode(&raw[..raw.len().min(8192)]);
        text.iter().take(4096).fold(FNV_BASIS, |hash, byte| fnv(hash, *byte))
    }

    /// The whole stream again: these bytes and what follows them.
    fn again(self, rest: impl Read + Send + 'static) -> Stream {
        Box::new(Cursor::new(self.raw).chain(rest))
    }

    /// The lines of the whole stream. Behind its end nothing is looked for again.
    fn reader(self, rest: impl Read + Send + 'static, block: usize, cap: usize) -> Reader {
        let mut raw = Cursor::new(self.raw);
        raw.set_position(self.mark as u64);
        let all: Stream = if self.ended { Box::new(raw) } else { Box::new(raw.chain(rest)) };
        Reader::new(self.encoding.decoding(all), block, cap)
    }
}

/// Opens with the system's default sharing, and never waits long: a mail program that holds its log without sharing
/// does so for a moment.
pub(super) fn open(path: &Path) -> io::Result<File> {
    let mut tries = 5;
    loop {
        match disk::open(path) {
            Err(error) if is_in_use(&error) && tries > 0 => tries -= 1,
            // Windows says "access denied" for a folder.
            Err(_) if path.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(file) if file.metadata()?.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            other => return other,
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[cfg(test)]
#[path = "log_file_tests.rs"]
mod tests;
