//! The members of a zip, each a log of its own, named `archive.zip!member`.

use std::fmt;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use chrono::{Local, NaiveDate};
use zip::result::ZipError;
use zip::{CompressionMethod, DateTime, ZipArchive};

use super::Meter;
use super::archive::{LIMITS, Refusal};
use super::archive_stream::{Method, Promise, Stream, unpack_member};
use super::disk::{self, File};
use super::meter::Metered;

/// Members of one archive, whose list is held in memory.
const MAX_MEMBERS: usize = 100_000;

/// A file in a zip.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Member {
    archive: Arc<Path>,
    name: String,
    /// Where its content is; or why it stays packed, as the list already tells.
    content: Result<Content, Refusal>,
    modified: Option<SystemTime>,
}

/// Where its bytes are, and what they unpack to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Content {
    start: u64,
    packed: u64,
    size: u64,
    crc: u32,
    method: Method,
}

/// The members of a zip, sorted by name as the files of a folder are; none for a file that is a zip only inside, such
/// as a Word document.
pub(super) fn members(path: &Path) -> io::Result<Option<Vec<Member>>> {
    let mut zip = ZipArchive::new(BufReader::new(disk::open(path)?)).map_err(of_list)?;
    if zip.len() > MAX_MEMBERS {
        return Err(Refusal::Crowded(MAX_MEMBERS).into());
    }
    if zip.file_names_raw().any(|name| DOCUMENT_MEMBERS.contains(&name)) {
        return Ok(None);
    }
    let archive: Arc<Path> = path.into();
    let mut members = Vec::with_capacity(zip.len());
    for index in 0..zip.len() {
        members.extend(member(&mut zip, index, &archive).map_err(of_list)?);
    }
    if !members.is_empty() && members.iter().all(|member| member.content == Err(Refusal::Encrypted)) {
        return Err(Refusal::Encrypted.into());
    }
    let (size, packed) =
        members.iter().filter_map(|member| member.content.ok()).fold((0_u64, 0_u64), |(size, packed), member| {
            (size.saturating_add(member.size), packed.saturating_add(member.packed))
        });
    // Members may share bytes, so what the file really has counts.
    LIMITS.allow(size, packed.min(disk::metadata(path)?.len()))?;
    members.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Some(members))
}

/// Files that tell office documents, books, Java and Android programs from archives that somebody made.
const DOCUMENT_MEMBERS: [&[u8]; 4] =
    [b"[Content_Types].xml", b"META-INF/MANIFEST.MF", b"mimetype", b"AndroidManifest.xml"];

/// A member; none for folders and links.
fn member(
    zip: &mut ZipArchive<BufReader<File>>,
    index: usize,
    archive: &Arc<Path>,
) -> Result<Option<Member>, ZipError> {
    let entry = zip.by_index_data(index)?;
    if !entry.is_file() {
        return Ok(None);
    }
    let name = entry.name().map_or_else(|_| super::to_text(entry.name_raw()).into_owned(), |name| name.into_owned());
    let modified = entry.last_modified().and_then(moment);
    let method = match entry.compression() {
        CompressionMethod::STORE => Ok(Method::Stored),
        CompressionMethod::DEFLATE => Ok(Method::Deflate),
        CompressionMethod::ZSTD => Ok(Method::Zstd),
        _ => Err(Refusal::Method),
    };
    let method = if entry.encrypted() { Err(Refusal::Encrypted) } else { method };
    let (packed, size, crc) = (entry.compressed_size(), entry.size(), entry.crc32());
    let content = match method {
        Ok(method) => match zip.by_index_raw(index).map(|file| file.data_start()) {
            Ok(Some(start)) => Ok(Content { start, packed, size, crc, method }),
            Err(ZipError::Io(error)) if error.raw_os_error().is_some() => return Err(ZipError::Io(error)),
            _ => Err(Refusal::Damaged),
        },
        Err(refused) => Err(refused),
    };
    Ok(Some(Member { archive: Arc::clone(archive), name, content, modified }))
}

fn of_list(error: ZipError) -> io::Error {
    match error {
        ZipError::Io(error) if error.raw_os_error().is_some() => error,
        _ => Refusal::Damaged.into(),
    }
}

/// A zip keeps the local time of the PC that made it.
fn moment(time: DateTime) -> Option<SystemTime> {
    let date = NaiveDate::from_ymd_opt(time.year().into(), time.month().into(), time.day().into())?;
    let time = date.and_hms_opt(time.hour().into(), time.minute().into(), time.second().into())?;
    time.and_local_timezone(Local).earliest().map(SystemTime::from)
}

impl Member {
    pub(crate) fn archive(&self) -> &Path {
        &self.archive
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The folder it is in: within the archive, or the archive itself.
    pub(super) fn folder(&self) -> String {
        match self.name.rsplit_once(['/', '\\']) {
            Some((folder, _)) => format!("{}!{folder}", self.archive.display()),
            None => self.archive.display().to_string(),
        }
    }

    /// Its bytes in the archive, and unpacked.
    pub(super) fn sizes(&self) -> (u64, u64) {
        self.content.map_or((0, 0), |content| (content.packed, content.size))
    }

    /// When it was last written to, by the clock of the PC that packed it.
    pub(super) fn modified(&self) -> Option<SystemTime> {
        self.modified
    }

    /// Its content, unpacked as one reads.
    pub(super) fn open(&self, meter: &Meter) -> io::Result<Stream> {
        let content = self.content?;
        let mut file = disk::open(&self.archive)?;
        file.seek(SeekFrom::Start(content.start))?;
        let packed = Metered::new(file.take(content.packed), meter.clone());
        unpack_member(content.method, Box::new(packed), Promise { size: content.size, crc: content.crc })
    }
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}!{}", self.archive.display(), self.name)
    }
}
