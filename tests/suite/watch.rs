//! A log is watched while another thread does to it what mail programs do: append, empty, rename, delete, tear lines.
//!
//! The tests wait for what must appear, never for a time to pass; only the waits of the program are short.

use crate::share::Sheet;
use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use mtmlog::{
    Request, Waits, WatchRequest,
    redact::Level,
    report::{FORMATS, LiveFormat, Look, Report, Setup, Sink},
    source::Meter,
};
use tempfile::TempDir;

/// No machine is slower than that.
const GENEROUS: Duration = Duration::from_secs(120);
/// Longer than any test.
const NEVER: Duration = Duration::from_secs(3_600);
const QUICK: Waits =
    Waits { poll: Duration::from_millis(5), settle: Duration::from_millis(100), torn: NEVER, silent: NEVER };

const SETUP: Setup = Setup {
    level: Level::Secrets,
    labels: Vec::new(),
    all: true,
    full: false,
    by: false,
    look: Look { width: 100, wide: true, boxes: false, colour: false },
};

struct Watching {
    folder: TempDir,
    out: Sheet,
    said: Sheet,
    meter: Meter,
    thread: Option<JoinHandle<()>>,
}

struct How {
    before: Option<Vec<u8>>,
    format: LiveFormat,
    recent: usize,
    waits: Waits,
    dialect: Option<&'static str>,
}

impl Default for How {
    fn default() -> Self {
        How { before: None, format: LiveFormat::Text, recent: 0, waits: QUICK, dialect: None }
    }
}

impl Watching {
    fn start(how: How) -> Watching {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("emailout.txt");
        if let Some(before) = how.before {
            fs::write(&path, before).unwrap();
        }
        let (out, said, meter) = (Sheet::default(), Sheet::default(), Meter::default());
        let request = Request { meter: meter.clone(), dialect: how.dialect.map(str::to_owned), ..Request::default() };
        let watched = WatchRequest { request, path, recent: how.recent, probed: Vec::new(), waits: how.waits };
        let (paper, sentences) = (out.clone(), said.clone());
        let thread = thread::spawn(move || {
            let sink: Sink<'_> = Box::new(paper);
            let mut live = how.format.open(sink, SETUP);
            let mut say = |sentence: &str| writeln!(sentences.clone(), "{sentence}").unwrap();
            mtmlog::watch(&watched, &mut *live, &mut say).unwrap();
        });
        let watching = Watching { folder, out, said, meter, thread: Some(thread) };
        watching.wait("a sentence about the log", |watching| !watching.said.text().is_empty());
        watching
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("emailout.txt")
    }

    fn append(&self, text: impl AsRef<[u8]>) {
        OpenOptions::new().append(true).create(true).open(self.path()).unwrap().write_all(text.as_ref()).unwrap();
    }

    fn wait(&self, what: &str, until: impl Fn(&Watching) -> bool) {
        let begun = Instant::now();
        while !until(self) {
            assert!(begun.elapsed() < GENEROUS, "no {what}:\n{}\n{}", self.said.text(), self.out.text());
            assert!(self.thread.as_ref().is_some_and(|thread| !thread.is_finished()), "it ended");
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn shown(&self, text: &str) {
        self.wait(text, |watching| watching.out.text().contains(text));
    }

    fn says(&self, text: &str) {
        self.wait(text, |watching| watching.said.text().contains(text));
    }

    /// Ctrl-C.
    fn end(mut self) -> String {
        self.meter.stop();
        self.thread.take().unwrap().join().unwrap();
        self.out.text()
    }
}

/// One connection as Indy writes it. The reply to the message, or to AUTH where that is refused.
fn attempt(n: u32, reply: &str) -> String {
    let at = |s: u32| format!("2026-11-23 09:{:02}:{s:02}", n % 60);
    let start = format!(
        "Stat Connected.\r\nRecv {0}: 220 mail.practice.example ESMTP<EOL>\r\nSent {0}: EHLO PC<EOL>\r\n\
         Recv {0}: 250-mail.practice.example<EOL>250 AUTH LOGIN<EOL>\r\n",
        at(1)
    );
    if reply.starts_with("535") {
        return format!(
            "{start}Sent {0}: AUTH LOGIN<EOL>\r\nRecv {0}: 334 VXNlcm5hbWU6<EOL>\r\nSent {0}: c3RhdGVtZW50cw==<EOL>\r\n\
             Recv {0}: 334 UGFzc3dvcmQ6<EOL>\r\nSent {0}: S3VkdSFIZXJkLTQ0NzE=<EOL>\r\nRecv {0}: {reply}<EOL>\r\n\
             Stat Disconnected.\r\n",
            at(2)
        );
    }
    format!(
        "{start}Sent {0}: MAIL FROM:<desk@practice.example><EOL>\r\nRecv {0}: 250 OK<EOL>\r\n\
         Sent {0}: RCPT TO:<patient{n}@gmail.com><EOL>\r\nRecv {0}: 250 OK<EOL>\r\nSent {0}: DATA<EOL>\r\n\
         Recv {0}: 354 go on<EOL>\r\nSent {0}: Subject: test<EOL><EOL>Body<EOL>.<EOL>\r\nRecv {0}: {reply}<EOL>\r\n\
         Sent {0}: QUIT<EOL>\r\nRecv {0}: 221 bye<EOL>\r\nStat Disconnected.\r\n",
        at(3)
    )
}

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

#[test]
fn each_attempt_appears_once_with_its_diagnosis_and_none_of_the_past() {
    let before = attempt(1, "250 old one") + &attempt(2, "535 5.7.8 old two");
    let watching = Watching::start(How { before: Some(before.into()), ..How::default() });
    watching.says("written as indy");
    watching.says("2 attempts so far, the last one sent 2026-11-23 09:01:03");
    // Alone on the last line until the next connection begins, and shown all the same.
    watching.append(attempt(3, "535 5.7.8 Username and Password not accepted"));
    watching.shown("REJECTED 2026-11-23 09:03:02");
    watching.shown("535 5.7.8 Username and Password not accepted");
    watching.shown("How sure:");
    watching.append(attempt(4, "535 5.7.8 not now"));
    watching.shown("what to do stands above");
    watching.append(attempt(5, "250 2.0.0 queued as 77"));
    watching.shown("SENT     2026-11-23 09:05:03 to patient5@gmail.com");
    watching.shown("250 2.0.0 queued as 77");
    watching.shown("Mail goes out again. Send one at a time");
    let out = watching.end();
    assert!(!out.contains("old one") && !out.contains("old two"), "{out}");
    assert_eq!((count(&out, "REJECTED "), count(&out, "SENT ")), (2, 1), "{out}");
    assert!(out.contains("While mtmlog watched: 3 attempts."), "{out}");
    assert!(out.contains("attempts 3 = sent 1 + partly sent 0 + failed 2"), "{out}");
}

#[test]
fn the_newest_of_the_past_are_shown_where_they_are_asked_for() {
    let before: String = (1..=5).map(|n| attempt(n, &format!("250 number {n}"))).collect();
    let watching = Watching::start(How { before: Some(before.into()), recent: 2, ..How::default() });
    watching.shown("number 5");
    let out = watching.end();
    assert!(out.contains("number 4") && !out.contains("number 3"), "{out}");
    assert!(out.contains("Nothing was sent while mtmlog watched"), "{out}");
}

#[test]
fn a_log_that_is_not_there_is_waited_for() {
    let watching = Watching::start(How::default());
    watching.says("not there yet");
    watching.append(attempt(1, "535 5.7.8 no"));
    watching.says("it is there now");
    watching.shown("REJECTED 2026-11-23 09:01:02");
    watching.end();
}

#[test]
fn an_emptied_log_is_followed() {
    let watching = Watching::start(How { before: Some(attempt(1, "250 a").into()), ..How::default() });
    watching.append(attempt(2, "250 b"));
    watching.shown("09:02:03");
    File::create(watching.path()).unwrap();
    watching.says("it was emptied");
    // The same words once more: another attempt all the same.
    watching.append(attempt(2, "250 b"));
    watching.wait("second", |watching| count(&watching.out.text(), "09:02:03") == 2);
    watching.append(attempt(3, "250 c"));
    watching.shown("09:03:03");
    assert!(!watching.end().contains("09:01:03"));
}

#[test]
fn a_log_that_is_written_over_by_a_longer_one_is_followed() {
    let watching = Watching::start(How { before: Some(attempt(1, "250 a").into()), ..How::default() });
    fs::write(watching.path(), attempt(2, "250 b") + &attempt(3, "250 c")).unwrap();
    watching.shown("09:02:03");
    watching.shown("09:03:03");
    watching.end();
}

#[test]
fn a_renamed_log_is_read_to_its_end_and_the_new_one_followed() {
    let watching = Watching::start(How { before: Some(attempt(1, "250 a").into()), ..How::default() });
    for n in 0..6 {
        // In one go, so that nobody looks between writing and renaming.
        watching.append(attempt(10 * n + 2, "250 last of the old"));
        fs::rename(watching.path(), watching.folder.path().join(format!("emailout.{n}"))).unwrap();
        watching.append(attempt(10 * n + 3, "250 first of the new"));
        watching.shown(&format!("09:{:02}:03", 10 * n + 3));
        watching.shown(&format!("09:{:02}:03", 10 * n + 2));
    }
    let out = watching.end();
    assert_eq!(count(&out, "SENT "), 12, "{out}");
    assert!(out.contains("attempts 12 = sent 12"), "{out}");
}

#[test]
fn a_deleted_log_is_waited_for() {
    let watching = Watching::start(How { before: Some(attempt(1, "250 a").into()), ..How::default() });
    fs::remove_file(watching.path()).unwrap();
    watching.says("gone: waiting for it to come back");
    watching.append(attempt(1, "250 a"));
    watching.says("it is there now");
    watching.shown("09:01:03");
    watching.end();
}

#[test]
fn torn_lines_are_waited_for() {
    let watching = Watching::start(How { before: Some(attempt(1, "250 a").into()), ..How::default() });
    let text = attempt(2, "550 5.1.1 There is no such patient here") + &attempt(3, "250 c");
    for piece in text.as_bytes().chunks(7) {
        watching.append(piece);
        thread::sleep(Duration::from_millis(3));
    }
    watching.shown("09:03:03");
    let out = watching.end();
    assert_eq!((count(&out, "REJECTED 2026-11-23 09:02:03"), count(&out, "SENT ")), (1, 1), "{out}");
    assert!(out.contains("550 5.1.1 There is no such patient here"), "{out}");
}

#[test]
fn a_last_line_without_an_end_is_taken_in_time() {
    let waits = Waits { torn: Duration::from_millis(150), ..QUICK };
    let watching = Watching::start(How { before: Some(attempt(1, "250 a").into()), waits, ..How::default() });
    let text = attempt(2, "535 5.7.8 no");
    let end = text.find("<EOL>\r\nStat Disconnected").unwrap();
    watching.append(&text[..end + 5]);
    watching.shown("REJECTED 2026-11-23 09:02:02");
    watching.append(&text[end + 5..]);
    watching.append(attempt(3, "250 c"));
    watching.shown("SENT ");
    assert_eq!(count(&watching.end(), "REJECTED "), 1);
}

#[test]
fn an_attempt_that_goes_silent_is_shown_as_not_finished_and_then_as_what_it_came_to() {
    let waits = Waits { silent: Duration::from_millis(300), ..QUICK };
    let watching = Watching::start(How { before: Some(attempt(1, "250 a").into()), waits, ..How::default() });
    let text = attempt(2, "250 b");
    let data = text.find("Sent 2026-11-23 09:02:03: Subject").unwrap();
    watching.append(&text[..data]);
    watching.shown("WAITING  2026-11-23 09:02:03 to patient2@gmail.com");
    watching.shown("not finished at stage data: nothing was added to the log for");
    watching.append(&text[data..]);
    watching.shown("SENT     the attempt above went on: 2026-11-23 09:02:03");
    let out = watching.end();
    assert!(out.contains("attempts 1 = sent 1"), "{out}");
}

#[test]
fn what_is_under_way_at_the_end_has_not_failed() {
    let waits = Waits { silent: Duration::from_millis(300), ..QUICK };
    let text =
        "S: 220 mail.x ESMTP\r\nC: EHLO pc\r\nS: 250-mail.x\r\nS: 250 AUTH LOGIN\r\nC: MAIL FROM:<a@x.co.za>\r\n";
    let watching = Watching::start(How { dialect: Some("mailkit"), waits, ..How::default() });
    watching.append(text);
    watching.shown("WAITING ");
    let out = watching.end();
    assert_eq!((count(&out, "WAITING "), count(&out, "FAILED")), (1, 0), "{out}");
    assert!(out.contains("failed 0 + undecided 1"), "{out}");
}

#[test]
fn another_dialect_in_the_same_log_is_found_out_and_the_past_stays_past() {
    let before = "220 mail.x ESMTP\r\nEHLO pc\r\n250 mail.x\r\nMAIL FROM:<a@x.co.za>\r\n550 5.7.1 long ago\r\n\
                  QUIT\r\n221 bye\r\n";
    let watching = Watching::start(How { before: Some(before.into()), ..How::default() });
    watching.says("written as bare");
    watching.append((1..=9).map(|n| attempt(n, "250 ok")).collect::<String>());
    watching.says("written as indy");
    watching.says("not as it seemed at first");
    watching.shown("SENT     2026-11-23 09:09:03");
    let out = watching.end();
    assert_eq!(count(&out, "SENT "), 9, "{out}");
    assert!(!out.contains("long ago"), "{out}");
}

#[test]
fn a_session_that_was_open_at_the_start_belongs_to_what_is_watched_once_it_goes_on() {
    let text = attempt(2, "250 b");
    let data = text.find("Sent 2026-11-23 09:02:03: Subject").unwrap();
    let before = attempt(1, "250 a") + &text[..data];
    let watching = Watching::start(How { before: Some(before.into()), ..How::default() });
    watching.append(&text[data..]);
    watching.shown("SENT     2026-11-23 09:02:03");
    assert!(watching.end().contains("attempts 1 = sent 1"));
}

#[test]
fn what_is_no_log_is_said_and_the_dialect_told_when_enough_has_arrived() {
    let watching =
        Watching::start(How { before: Some(b"Dear patient,\r\nthis is no log.\r\n".to_vec()), ..How::default() });
    watching.says("nothing in it looks like SMTP so far");
    watching.append(attempt(1, "535 5.7.8 no") + &attempt(2, "250 b"));
    watching.says("written as indy");
    watching.shown("09:02:03");
    let out = watching.end();
    assert!(out.contains("REJECTED") && out.contains("SENT"), "{out}");
}

#[test]
fn a_named_dialect_is_used() {
    let watching = Watching::start(How { dialect: Some("bare"), ..How::default() });
    watching.append("220 mail.x ESMTP\r\nEHLO pc\r\n250 mail.x\r\nMAIL FROM:<a@x.co.za>\r\n550 5.7.1 go away\r\n");
    watching.says("written as bare");
    watching.shown("550 5.7.1 go away");
    watching.end();
}

#[test]
fn no_secret_and_no_escape_code_reaches_the_screen() {
    for format in [LiveFormat::Text, LiveFormat::Ndjson] {
        let watching = Watching::start(How { before: Some(attempt(1, "250 a").into()), format, ..How::default() });
        let evil = "535 5.7.8 \u{1b}[2J\u{1b}]0;owned\u{7}\u{202e} S3VkdSFIZXJkLTQ0NzE= Kudu!Herd-4471 is wrong";
        let text = attempt(2, evil);
        // Torn inside the password, too.
        let torn = text.find("S3VkdSFI").unwrap() + 5;
        watching.append(&text[..torn]);
        watching.says("so far");
        watching.append(&text[torn..]);
        watching.append(attempt(3, "250 ok"));
        watching.shown("is wrong");
        watching.shown("09:03:03");
        let said = watching.said.text();
        let out = watching.end() + &said;
        for bad in ["S3VkdSFI", "Kudu!Herd", "c3RhdGVt", "\u{1b}", "\u{7}", "\u{202e}"] {
            assert!(!out.contains(bad), "{format:?} {bad:?}: {out}");
        }
    }
}

/// The rows of a log: the last word on each transaction, by its place.
fn rows(text: &str) -> BTreeMap<u64, serde_json::Map<String, serde_json::Value>> {
    let rows = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let transactions = rows.filter(|row| row["record"] == "transaction");
    let keyed = transactions.map(|row| (row["byte_first"].as_u64().unwrap(), row.as_object().unwrap().clone()));
    keyed.collect()
}

#[test]
fn the_rows_are_those_of_analyze() {
    for dialect in fs::read_dir("fixtures").unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let mut logs: Vec<PathBuf> = fs::read_dir(&dialect).unwrap().map(|entry| entry.unwrap().path()).collect();
        logs.sort();
        let Some(log) = logs.into_iter().find(|path| is_log(path) && fs::metadata(path).unwrap().len() > 1_500) else {
            continue;
        };
        let text = fs::read(&log).unwrap();
        let analyzed = rows(&analyzed(&log));
        let waits = Waits { torn: Duration::from_millis(150), silent: Duration::from_millis(200), ..QUICK };
        let how = How { before: Some(Vec::new()), format: LiveFormat::Ndjson, waits, ..How::default() };
        let watching = Watching::start(how);
        watching.append(&text);
        watching.wait("row of each transaction", |watching| rows(&watching.out.text()).len() == analyzed.len());
        // A log without an end of its last line: what was torn is whole now, as it is for `analyze`.
        if !text.ends_with(b"\n") {
            watching.append("\n");
        }
        let watched = rows(&watching.end());
        for (place, row) in &analyzed {
            let watched = watched.get(place).unwrap_or_else(|| panic!("{}: no row at {place}", log.display()));
            for field in
                ["session", "index", "line_first", "line_last", "outcome", "cause", "stage", "reply_text", "tx_id"]
            {
                assert_eq!(watched[field], row[field], "{}: {field}", log.display());
            }
        }
    }
}

fn is_log(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "log")
}

fn analyzed(log: &Path) -> String {
    let paper = Sheet::default();
    let format = FORMATS.iter().find(|format| format.name == "ndjson").unwrap();
    let mut report: Box<dyn Report> = (format.open)(Box::new(paper.clone()), SETUP).unwrap();
    let request = Request { paths: vec![log.into()], all: true, ..Request::default() };
    mtmlog::analyze(&request, &mut *report).unwrap();
    paper.text()
}

#[test]
fn only_a_file_can_be_watched() {
    let folder = tempfile::tempdir().unwrap();
    let mut say = |_: &str| {};
    let refused = |path: &Path, say: &mut dyn FnMut(&str)| mtmlog::newest(Some(path), say).unwrap_err();
    assert!(refused(folder.path(), &mut say).contains("No log found"), "an empty folder");
    assert!(refused(Path::new("-"), &mut say).contains("analyze -"));
    assert!(refused(&folder.path().join("*.txt"), &mut say).contains("no file fits"));
    for (name, age) in [("a.txt", 20), ("b.txt", 10), ("c.txt", 30)] {
        let file = File::create(folder.path().join(name)).unwrap();
        file.set_modified(std::time::SystemTime::now() - Duration::from_secs(age)).unwrap();
    }
    let newest = mtmlog::newest(Some(&folder.path().join("*.txt")), &mut say).unwrap();
    assert_eq!(newest.file_name().unwrap(), "b.txt");
    assert_eq!(mtmlog::newest(Some(Path::new("none.txt")), &mut say).unwrap(), Path::new("none.txt"));
}
