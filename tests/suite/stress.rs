//! What happens to logs and disks while the program works: it says so, ends, and harms nothing.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::common::{Collected, analyse};
use mtmlog::Request;
use mtmlog::report::{Judged, Report, Totals};
use mtmlog::rule::State;
use mtmlog::scan::FileFacts;
use mtmlog::session::Transaction;
use tempfile::TempDir;

/// One mail, and many.
fn mails(count: usize) -> Vec<u8> {
    let mail = fs::read("fixtures/mailkit-protocol/02-ok-plain25-noauth.log").unwrap();
    mail.repeat(count)
}

fn folder(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn mtmlog(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mtmlog")).current_dir(folder).args(arguments).output().unwrap()
}

/// Does something to the log when its first mail arrives.
struct Meanwhile<'a> {
    act: Option<Box<dyn FnOnce() + Send + 'a>>,
    seen: Collected,
}

impl Report for Meanwhile<'_> {
    fn transaction(&mut self, file: &str, id: u64, dialect: &str, tx: &Transaction) -> io::Result<()> {
        if let Some(act) = self.act.take() {
            act();
        }
        self.seen.transaction(file, id, dialect, tx)
    }

    fn file(&mut self, facts: &FileFacts, state: State) -> io::Result<()> {
        self.seen.file(facts, state)
    }

    fn finish(&mut self, judged: &Judged, totals: &Totals) -> io::Result<()> {
        self.seen.finish(judged, totals)
    }
}

/// The analysis of a log of many blocks, to which that happens meanwhile. A log that was just written is read.
fn meanwhile(path: &Path, act: impl FnOnce() + Send) -> Collected {
    let mut report = Meanwhile { act: Some(Box::new(act)), seen: Collected::default() };
    let (paths, block) = (vec![path.into()], Some(64 * 1024));
    let request = Request { paths, all: true, block, mmap: true, threads: Some(2), ..Request::default() };
    report.seen.summary = mtmlog::analyze(&request, &mut report).unwrap();
    assert!(report.act.is_none(), "it happened too late");
    report.seen
}

/// Too many for what is read ahead and for the mails that wait until the secrets of their log are known.
const MANY: usize = 12_000;

#[test]
fn a_log_is_cut_short() {
    let (_folder, path) = folder("a.log", &mails(MANY));
    let found = meanwhile(&path, || fs::File::options().write(true).open(&path).unwrap().set_len(1000).unwrap());
    let problem = &found.summary.problems[0];
    assert!(problem.contains("a.log: cut short by another program while it was read"), "{problem}");
    assert!(!found.transactions.is_empty() && found.transactions.len() < MANY);
    assert_eq!(found.files[0].error.as_ref(), Some(problem));
}

#[test]
fn a_log_is_cut_short_under_its_map() {
    let (folder, path) = folder("a.log", &mails(40_000));
    let log = fs::File::options().write(true).open(&path).unwrap();
    assert!(log.metadata().unwrap().len() > 24 << 20, "large enough to be mapped, and for blocks to be left");
    log.set_modified(std::time::SystemTime::now() - std::time::Duration::from_secs(3600)).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_mtmlog"))
        .current_dir(folder.path())
        .args(["analyze", "--all", "--format", "ndjson", "--threads", "1", "a.log"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Nobody takes more of the rows, so the program waits in the middle.
    program.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    log.set_len(1000).unwrap();
    let out = program.wait_with_output().unwrap();
    let says = String::from_utf8_lossy(&out.stderr);
    assert_eq!(out.status.code(), Some(2), "{says}");
    assert!(says.contains("cut short by another program") && says.contains("--no-mmap"), "{says}");
}

#[test]
fn a_log_grows() {
    let (_folder, path) = folder("a.log", &mails(MANY));
    let found =
        meanwhile(&path, || fs::File::options().append(true).open(&path).unwrap().write_all(&mails(10)).unwrap());
    assert_eq!(found.summary.problems, [""; 0]);
    assert_eq!(found.transactions.len(), MANY + 10, "what is there at the end is read");
}

#[test]
fn a_log_is_replaced_or_deleted() {
    for delete in [true, false] {
        let (folder, path) = folder("a.log", &mails(MANY));
        let found = meanwhile(&path, || {
            if delete {
                fs::remove_file(&path).unwrap();
            } else {
                fs::write(folder.path().join("new"), b"220 new\r\n").unwrap();
                fs::rename(folder.path().join("new"), &path).unwrap();
            }
        });
        assert_eq!(found.summary.problems, [""; 0], "the open log is still whole");
        assert_eq!(found.transactions.len(), MANY);
    }
}

#[test]
fn a_full_disk_is_a_sentence() {
    let (folder, _) = folder("a.log", &mails(3));
    let full = mtmlog(folder.path(), &["analyze", "--format", "ndjson", "--all", "--output", "/dev/full", "a.log"]);
    let says = String::from_utf8_lossy(&full.stderr);
    assert_eq!(full.status.code(), Some(2), "{says}");
    assert!(says.contains("report: could not be finished") && says.contains("--output"), "{says}");
    assert!(!fs::metadata("/dev/full").unwrap().is_file(), "a device stays one");
}

#[test]
fn a_report_that_does_not_fit_leaves_the_old_one() {
    let (folder, _) = folder("a.log", &mails(200));
    fs::write(folder.path().join("report"), b"old").unwrap();
    // A limit on the size of files, in 512 or 1,024 bytes, is a disk that is nearly full.
    let shell = format!(
        "trap '' XFSZ; ulimit -f 16; exec {} analyze --format ndjson --all --output report a.log",
        env!("CARGO_BIN_EXE_mtmlog")
    );
    let out = Command::new("sh").current_dir(folder.path()).args(["-c", &shell]).output().unwrap();
    assert_eq!(out.status.code(), Some(2), "{}", String::from_utf8_lossy(&out.stderr));
    assert_eq!(fs::read(folder.path().join("report")).unwrap(), b"old");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "no draft stays behind");
}

#[test]
fn a_pipe_and_a_circle_of_links() {
    let (folder, _) = folder("a.log", &mails(3));
    let inside = folder.path().join("inside");
    fs::create_dir(&inside).unwrap();
    std::os::unix::fs::symlink(folder.path(), inside.join("up")).unwrap();
    std::os::unix::fs::symlink("nowhere", inside.join("broken")).unwrap();
    std::os::unix::fs::symlink("../a.log", inside.join("again.log")).unwrap();
    assert!(Command::new("mkfifo").arg(folder.path().join("pipe")).status().unwrap().success());
    let found = analyse(folder.path());
    assert_eq!(found.summary.problems, [""; 0]);
    assert_eq!((found.files.len(), found.transactions.len()), (1, 3), "each log once, and no pipe is waited for");
    // Named, it is read.
    let pipe = folder.path().join("pipe");
    let found = std::thread::scope(|scope| {
        scope.spawn(|| fs::write(&pipe, mails(5)).unwrap());
        analyse(&pipe)
    });
    assert_eq!(found.transactions.len(), 5);
}

#[test]
fn strange_files_end_in_a_sentence_or_a_report() {
    let line = |fill: &[u8], count: usize| [mails(1), fill.repeat(count), b"\r\n".to_vec(), mails(1)].concat();
    let noise: Vec<u8> = (0..3_000_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for (what, bytes, mails) in [
        ("a line of 50 MB", line(b"xy", 25_000_000), 2),
        ("NULs between", line(b"\0", 5_000_000), 2),
        ("NULs alone", vec![0; 5_000_000], 0),
        ("a binary file", noise, 0),
    ] {
        let (folder, _) = folder("a.log", &bytes);
        let out = mtmlog(folder.path(), &["analyze", "--format", "json", "--all", "a.log"]);
        let says = String::from_utf8_lossy(&out.stderr);
        let report: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
        assert_eq!(report["totals"]["sent"], mails, "{what}: {says}");
        assert_eq!(out.status.code(), Some(if mails > 0 { 0 } else { 2 }), "{what}: {says}");
        assert!(mails > 0 || says.contains("a.log: "), "{what}: {says}");
    }
}

#[test]
fn what_cannot_be_read_stops_nothing() {
    let (folder, _) = folder("a.log", &mails(3));
    let locked = folder.path().join("locked.log");
    fs::write(&locked, mails(1)).unwrap();
    fs::set_permissions(&locked, std::os::unix::fs::PermissionsExt::from_mode(0o000)).unwrap();
    // To the superuser nothing is locked; the memory of a process cannot be read from its beginning by anybody.
    for (closed, word) in [("locked.log", "may not read"), ("/proc/self/mem", "could not be read")] {
        if !Path::new(closed).is_absolute() && fs::File::open(&locked).is_ok()
            || closed.starts_with('/') && !Path::new(closed).exists()
        {
            continue;
        }
        let out = mtmlog(folder.path(), &["analyze", "--format", "json", closed, "a.log"]);
        let says = String::from_utf8_lossy(&out.stderr);
        let report: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
        assert_eq!((out.status.code(), report["totals"]["sent"].as_u64()), (Some(2), Some(3)), "{says}");
        assert!(says.contains(closed) && says.contains(word), "{says}");
    }
}

/// Sessions of a keyed dialect that begin and never end.
fn left_open(path: &Path, count: usize) {
    let mut log = io::BufWriter::new(fs::File::create(path).unwrap());
    for n in 0..count {
        let head = format!("[2026-11-23 06:{:02}:{:02}] DEBUG [s{n:08}] ", n / 60 % 60, n % 60);
        for said in [
            "S: 220 mail.example.co.za ESMTP",
            "C: EHLO PC",
            "S: 250 mail.example.co.za",
            "C: MAIL FROM:<a@example.co.za>",
        ] {
            log.write_all(format!("{head}{said}\n").as_bytes()).unwrap();
        }
    }
    log.flush().unwrap();
}

/// The most private memory that the program had, in KiB.
#[cfg(target_os = "linux")]
fn private_memory(folder: &Path, arguments: &[&str]) -> u64 {
    let mut program = Command::new(env!("CARGO_BIN_EXE_mtmlog"))
        .current_dir(folder)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", program.id());
    let mut most = 0;
    while program.try_wait().unwrap().is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("RssAnon:"));
        most = most.max(line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0));
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    most
}

#[cfg(target_os = "linux")]
#[test]
fn sessions_left_open_take_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    left_open(&folder.path().join("few.log"), 100);
    left_open(&folder.path().join("many.log"), 200_000);
    let arguments = |log| ["analyze", "--full", "--exit-zero", "--output", "report", log];
    let (few, many) =
        (private_memory(folder.path(), &arguments("few.log")), private_memory(folder.path(), &arguments("many.log")));
    assert!(few > 0 && many < few + 96 * 1024, "{few} KiB, then {many} KiB");
    let report = fs::read_to_string(folder.path().join("report")).unwrap();
    assert!(report.contains("200,000 sessions"), "{report}");
}

/// A million take as little: memory may not grow by more than a few bytes a recipient.
#[cfg(target_os = "linux")]
#[test]
fn recipients_of_a_copy_take_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    for (log, count) in [("few.log", 20_000), ("many.log", 160_000)] {
        let mut file = io::BufWriter::new(fs::File::create(folder.path().join(log)).unwrap());
        for n in 0..count {
            let at = n % 3600;
            writeln!(file, "2026-11-23 06:{:02}:{:02} Statement sent to p{n}@d{}.co.za", at / 60, at % 60, n / 3)
                .unwrap();
        }
        file.flush().unwrap();
    }
    let [few, many] =
        ["few.log", "many.log"].map(|log| private_memory(folder.path(), &["redact", "--threads", "1", log]));
    assert!(few > 0 && many < few + SLACK_KIB + 140_000 * MOST_BYTES_A_RECIPIENT / 1024, "{few} KiB, then {many} KiB");
}

/// Bytes by which the copy of a log may grow in memory for each recipient and a third of a domain; 73 were measured.
#[cfg(target_os = "linux")]
const MOST_BYTES_A_RECIPIENT: u64 = 128;
/// KiB that an allocator may hold for a while on a busy machine.
#[cfg(target_os = "linux")]
const SLACK_KIB: u64 = 8 * 1024;

#[cfg(target_os = "linux")]
#[test]
fn a_bomb_takes_little_memory() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(&mails(20)).unwrap();
    for _ in 0..70 {
        encoder.write_all(&vec![b'x'; 1 << 20]).unwrap();
    }
    let (folder, _) = folder("bomb.gz", &encoder.finish().unwrap());
    let most = private_memory(folder.path(), &["analyze", "bomb.gz"]);
    assert!((1..96 * 1024).contains(&most), "{most} KiB");
}
