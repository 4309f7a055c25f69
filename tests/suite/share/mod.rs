//! What the tests of outputs have in common.

pub mod canary;

use std::{
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

pub mod writers;

use mtmlog::{
    CompareRequest, Request, TicketRequest, Waits, WatchRequest,
    redact::Level,
    report::{ComparisonFormat, FORMATS, Format, LiveFormat, Look, Paper, SAMPLE, Setup, Sink},
};

/// As it is in a pipe.
const LOOK: Look = Look { width: 100, wide: true, boxes: false, colour: false };

/// A sink that the test can still read.
#[derive(Clone, Default)]
pub struct Sheet(Arc<Mutex<Vec<u8>>>);

impl Sheet {
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Sheet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub fn request(path: &Path) -> Request {
    // The age of the newest entry stands in pages, so the day is always the same.
    let now = chrono::NaiveDate::from_ymd_opt(2026, 11, 28).and_then(|day| day.and_hms_opt(12, 0, 0));
    Request { paths: vec![path.into()], all: true, now, ..Request::default() }
}

pub fn report(path: &Path, format: &'static Format, level: Level) -> String {
    report_of(&request(path), format, level)
}

pub fn report_of(asked: &Request, format: &'static Format, level: Level) -> String {
    let sheet = Sheet::default();
    let setup = Setup { level, all: true, full: true, look: LOOK, ..Setup::default() };
    let mut report = (format.open)(Box::new(sheet.clone()), setup).unwrap();
    mtmlog::analyze(asked, &mut *report).unwrap();
    drop(report);
    sheet.text()
}

pub fn ticket(path: &Path, paper: Paper) -> String {
    let mut sheet = Sheet::default();
    let asked =
        TicketRequest { request: request(path), causes: Vec::new(), reveal_recipient: None, paper, probe: None };
    mtmlog::ticket(&asked, &mut sheet).unwrap();
    sheet.text()
}

pub fn copy(path: &Path, level: Level) -> Vec<u8> {
    let mut copy = Vec::new();
    mtmlog::redact(&request(path), level, &mut copy).unwrap();
    copy
}

/// The log beside itself: every value stands on both sides.
pub fn comparison(path: &Path, format: ComparisonFormat, level: Level) -> String {
    let sheet = Sheet::default();
    let asked = CompareRequest { before: request(path), since: request(path), at: None, format, level };
    let mut sink: Sink<'_> = Box::new(sheet.clone());
    mtmlog::compare(&asked, LOOK, &mut sink).unwrap();
    sheet.text()
}

/// What is shown of a log that is watched for no time at all, its past included.
pub fn watched(path: &Path, format: LiveFormat, level: Level) -> String {
    let sheet = Sheet::default();
    let setup = Setup { level, all: true, full: true, look: LOOK, ..Setup::default() };
    let mut live = format.open(Box::new(sheet.clone()), setup);
    let watched = WatchRequest {
        request: Request::default(),
        path: path.to_owned(),
        recent: usize::MAX,
        probed: Vec::new(),
        waits: Waits::default(),
    };
    watched.request.meter.stop();
    mtmlog::watch(&watched, &mut *live, &mut |sentence| writeln!(sheet.clone(), "{sentence}").unwrap()).unwrap();
    sheet.text()
}

/// Every output there is, with its name and level.
pub fn every_output(path: &Path) -> Vec<(String, Level, String)> {
    outputs_at(path, &[Level::Secrets, Level::Personal])
}

/// Every output at these levels, with its name and level; what has no level is personal.
pub fn outputs_at(path: &Path, levels: &[Level]) -> Vec<(String, Level, String)> {
    let mut outputs = Vec::new();
    for &level in levels {
        for format in FORMATS {
            outputs.push((format.name.to_owned(), level, report(path, format, level)));
        }
        for format in [ComparisonFormat::Text, ComparisonFormat::Json] {
            outputs.push((format!("compare {format:?}"), level, comparison(path, format, level)));
        }
        for format in [LiveFormat::Text, LiveFormat::Ndjson] {
            outputs.push((format!("watch {format:?}"), level, watched(path, format, level)));
        }
        outputs.push(("redact".to_owned(), level, String::from_utf8(copy(path, level)).unwrap()));
        let lines = mtmlog::source::lines(&fs::read(path).unwrap()).count() as u64;
        for line in [1, lines.clamp(1, 9)] {
            let mut shown = Vec::new();
            mtmlog::show(&request(path), line, level, &mut shown).unwrap();
            outputs.push(("show".to_owned(), level, String::from_utf8(shown).unwrap()));
        }
    }
    outputs.push(("sample".to_owned(), Level::Personal, report(path, &SAMPLE, Level::Personal)));
    outputs.push(("profile".to_owned(), Level::Personal, profile(path)));
    for paper in [Paper::Text, Paper::Markdown, Paper::Html] {
        outputs.push((format!("ticket {paper:?}"), Level::Personal, ticket(path, paper)));
    }
    #[cfg(feature = "probe")]
    {
        let (members, map) = case(path);
        outputs.extend(members.into_iter().map(|(name, text)| (format!("case {name}"), Level::Personal, text)));
        // It stays on the PC and names people; a secret it names all the same never.
        outputs.push(("case map".to_owned(), Level::Secrets, map));
    }
    outputs
}

/// A profile learned from the log, and the log tried with it.
fn profile(path: &Path) -> String {
    let mut learned = Vec::new();
    mtmlog::profiles::learn(&request(path), &mut learned).unwrap();
    if learned.is_empty() {
        return String::new();
    }
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("mine.toml");
    fs::write(&profile, &learned).unwrap();
    let dialect = Some(profile.display().to_string());
    mtmlog::profiles::test(&Request { dialect, ..request(path) }, &mut learned).unwrap();
    String::from_utf8(learned).unwrap()
}

/// What is in the zip of a case, each under its name and with it, and the map beside it. Without checksums: among so many
/// digits a part of any secret stands by chance.
#[cfg(feature = "probe")]
pub fn case(path: &Path) -> (Vec<(String, String)>, String) {
    let mut zip = Vec::new();
    let asked = mtmlog::case::CaseRequest { request: request(path), probe: None };
    let packed = mtmlog::case::pack(&asked, &mut zip).unwrap();
    let mut zip = zip::ZipArchive::new(io::Cursor::new(zip)).unwrap();
    let count = zip.len();
    let member = |n| {
        let mut file = zip.by_index(n).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("SHA-256 "));
        let text = std::iter::once(name.as_str()).chain(lines).map(|line| format!("{line}\n")).collect();
        (name, text)
    };
    ((0..count).map(member).collect(), packed.map)
}

/// Logs of a folder, and of the folders in it.
pub fn logs(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let files = |path: &PathBuf| if path.is_dir() { logs(path) } else { vec![path.clone()] };
    let mut found: Vec<PathBuf> = paths.iter().flat_map(files).collect();
    found.retain(|path| path.extension().is_some_and(|ext| ext == "log"));
    found
}

/// The fixtures, and the folder named by `MTMLOG_CORPUS`.
pub fn every_log() -> Vec<PathBuf> {
    let mut found = logs(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"));
    if let Some(corpus) = std::env::var_os("MTMLOG_CORPUS") {
        found.extend(logs(Path::new(&corpus)));
    }
    found
}

/// A password as logs and mails write it: plain, in percent signs and hex, and in base64 alone or behind a name.
pub fn forms(user: &str, password: &str) -> [String; 5] {
    [
        password.to_owned(),
        password.bytes().map(|b| format!("%{b:02X}")).collect(),
        password.bytes().map(|b| format!("{b:02x}")).collect(),
        base64(password.as_bytes()),
        base64(format!("\0{user}\0{password}").as_bytes()).split_at(20).1.to_owned(),
    ]
}

/// RFC 4648, with padding.
pub fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0u32, |bits, b| bits << 8 | u32::from(*b)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let six = (bits >> (18 - 6 * place) & 63) as usize;
            out.push(if place <= group.len() { char::from(ALPHABET[six]) } else { '=' });
        }
    }
    out
}
