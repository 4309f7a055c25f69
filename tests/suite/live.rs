//! A log that another program is writing: whatever that program does meanwhile, it succeeds, or fails only while the
//! log is read; and the report says what happened. The other program is this test, started once more.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

use mtmlog::source::{Change, Input, Log, ReadOptions, SourceError, Why};

/// What the second process does to which file.
const DEED: &str = "MTMLOG_TEST_DEED";
const LOG: &str = "MTMLOG_TEST_LOG";

/// Windows' word for a file that is open elsewhere, for one that somebody holds, and for one that is mapped.
const DENIED: i32 = 5;
#[cfg(windows)]
const IN_USE: i32 = 32;
#[cfg(windows)]
const MAPPED: i32 = 1224;

fn deed(name: &str, log: &Path) -> std::io::Result<()> {
    match name {
        "append" => OpenOptions::new().append(true).open(log)?.write_all(b"NOOP\r\n"),
        "overwrite" => OpenOptions::new().write(true).open(log)?.write_all(b"x"),
        "shorten" => OpenOptions::new().write(true).open(log)?.set_len(10),
        "create" => File::create(log).map(drop),
        "rename" => fs::rename(log, log.with_extension("old")),
        "replace" => {
            let new = log.with_extension("new");
            fs::write(&new, b"220 new\r\n")?;
            fs::rename(new, log)
        }
        "remove" => fs::remove_file(log),
        "hold" => {
            let mut options = OpenOptions::new();
            #[cfg(windows)]
            std::os::windows::fs::OpenOptionsExt::share_mode(&mut options, 0);
            let held = options.read(true).write(true).open(log)?;
            writeln!(std::io::stdout(), "holding")?;
            std::io::stdin().read_to_end(&mut Vec::new())?;
            drop(held);
            Ok(())
        }
        _ => panic!("{name}"),
    }
}

/// The second process: its exit status is the system's error, 0 for none.
#[test]
#[ignore = "started by the tests below"]
fn the_writer() {
    let Some(name) = std::env::var_os(DEED) else { return };
    let log = PathBuf::from(std::env::var_os(LOG).unwrap());
    let done = deed(name.to_str().unwrap(), &log);
    std::process::exit(done.err().map_or(0, |error| error.raw_os_error().unwrap_or(-1)));
}

fn start(deed: &str, log: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "live::the_writer", "--nocapture"])
        .env(DEED, deed)
        .env(LOG, log)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Does it in another process; the system's error, 0 for none. Unix keeps only the low byte.
fn elsewhere(deed: &str, log: &Path) -> i32 {
    start(deed, log).wait_with_output().unwrap().status.code().unwrap()
}

/// More than is read ahead, and enough to be worth mapping.
fn large_log(folder: &Path) -> PathBuf {
    let path = folder.join("emailout.txt");
    let mail = fs::read("fixtures/indy-logfile/10-ok-dot-stuffed.log").unwrap();
    fs::write(&path, mail.repeat((17 << 20) / mail.len() + 1)).unwrap();
    path
}

fn is_settled(log: &Path) {
    let hour_ago = SystemTime::now() - Duration::from_secs(3600);
    File::options().write(true).open(log).unwrap().set_modified(hour_ago).unwrap();
}

/// Reads to the end, and what is worth saying then.
fn rest(mut log: Log) -> (Result<(), SourceError>, Option<Change>) {
    let end = loop {
        match log.next_block() {
            Ok(Some(_)) => {}
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    (end, log.change())
}

#[test]
fn a_live_log_is_read_and_its_writer_never_stopped() {
    for (name, change) in [
        ("append", None),
        ("overwrite", None),
        ("rename", Some(Change::Gone)),
        ("replace", Some(Change::Replaced)),
        ("remove", Some(Change::Gone)),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = large_log(folder.path());
        let mut log = Log::open(&Input::File(path.clone()), &ReadOptions::default()).unwrap();
        assert!(!log.is_mapped(), "it was written to just now");
        log.next_block().unwrap().unwrap();
        let status = elsewhere(name, &path);
        let (end, said) = rest(log);
        assert!(end.is_ok(), "{name}: {end:?}");
        if cfg!(windows) && status == DENIED {
            // Older Windows keeps the name of an open file; only for that moment.
            assert!(matches!(name, "replace" | "remove"), "{name}");
            assert_eq!(elsewhere(name, &path), 0, "{name}: afterwards");
        } else {
            // Wine opens a deleted file by its name until the last who has it open closes it.
            let kept = cfg!(windows) && name == "remove" && said.is_none();
            assert_eq!((status, said), (0, change.filter(|_| !kept)), "{name}");
        }
    }
}

#[test]
fn cut_short_while_read_is_told() {
    for name in ["shorten", "create"] {
        let folder = tempfile::tempdir().unwrap();
        let path = large_log(folder.path());
        let mut log = Log::open(&Input::File(path.clone()), &ReadOptions::default()).unwrap();
        log.next_block().unwrap().unwrap();
        assert_eq!(elsewhere(name, &path), 0, "{name}");
        let (end, _) = rest(log);
        assert!(matches!(end, Err(SourceError { why: Why::Shrunk { .. }, .. })), "{name}: {end:?}");
    }
}

#[test]
fn what_came_after_the_end_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = large_log(folder.path());
    let mut log = Log::open(&Input::File(path.clone()), &ReadOptions::default()).unwrap();
    while log.next_block().unwrap().is_some() {}
    assert_eq!(log.change(), None);
    assert_eq!(elsewhere("append", &path), 0);
    assert_eq!(log.change(), Some(Change::Grew));
}

/// Unix lets a mapped file be cut short (`tests/suite/stress.rs`); Windows stops the writer instead, so the map must be gone
/// as soon as the lines are read.
#[test]
#[cfg(windows)]
fn a_map_stops_the_writer_only_while_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let path = large_log(folder.path());
    is_settled(&path);
    let mut log = Log::open(&Input::File(path.clone()), &ReadOptions::default()).unwrap();
    assert!(log.is_mapped());
    log.next_block().unwrap().unwrap();
    assert_eq!(elsewhere("append", &path), 0);
    assert_eq!(elsewhere("shorten", &path), MAPPED);
    let (end, said) = rest(log);
    assert_eq!((end.is_ok(), said), (true, Some(Change::Grew)));
    assert_eq!(elsewhere("shorten", &path), 0);
}

#[test]
fn large_settled_logs_are_mapped_unless_asked() {
    let folder = tempfile::tempdir().unwrap();
    let path = Input::File(large_log(folder.path()));
    let Input::File(name) = &path else { panic!() };
    is_settled(name);
    assert!(Log::open(&path, &ReadOptions::default()).unwrap().is_mapped());
    assert!(!Log::open(&path, &ReadOptions { mmap: false, ..ReadOptions::default() }).unwrap().is_mapped());
}

/// The program, on a log that another one lets nobody read.
#[test]
#[cfg(windows)]
fn in_use_is_said_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = large_log(folder.path());
    let analyze = || Command::new(env!("CARGO_BIN_EXE_mtmlog")).arg("analyze").arg(&path).output().unwrap();
    let mut holder = start("hold", &path);
    let mut seen = Vec::new();
    while !seen.ends_with(b"holding") {
        let mut byte = [0];
        holder.stdout.as_mut().unwrap().read_exact(&mut byte).unwrap();
        seen.extend(byte);
    }
    assert_eq!(File::open(&path).unwrap_err().raw_os_error(), Some(IN_USE));
    let refused = analyze();
    let stderr = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2), "{stderr}");
    assert!(
        stderr.contains("another program has it open and lets nobody else read it. Close that program"),
        "{stderr}"
    );
    drop(holder.stdin.take());
    assert_eq!(holder.wait().unwrap().code(), Some(0));
    assert_eq!(analyze().status.code(), Some(0));
}
