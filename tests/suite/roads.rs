//! The same report for every road: block sizes, threads, mapped or read, a file or a pipe, whatever the encoding.
//!
//! A few logs of each dialect, or all with `MTMLOG_ALL=1`, and for each dialect all its logs as one.

use crate::common;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use mtmlog::Request;
use mtmlog::report::Report;
use mtmlog::session::Transaction;
use mtmlog::source::{Input, Log, ReadOptions};
use rayon::ThreadPool;

use crate::common::{Scanned, scan};

const BLOCKS: [usize; 5] = [1, 7, 64, 4096, 1 << 20];
/// Logs of each folder, unless all are asked for. Under Wine each wait of a thread takes long.
const FEW: usize = if cfg!(windows) { 3 } else { 12 };

fn options(block: usize, mapped: bool) -> ReadOptions {
    ReadOptions { mmap: mapped, block, min_map: 1, settle: Duration::ZERO, ..ReadOptions::default() }
}

fn pools() -> Vec<(usize, ThreadPool)> {
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    [1, 4].into_iter().map(|threads| (threads, pool(threads))).collect()
}

/// Every `n`th log of each folder, so that about `FEW` remain.
fn some_logs() -> Vec<PathBuf> {
    let all = std::env::var_os("MTMLOG_ALL").is_some_and(|value| value == "1");
    let of = |folder: &PathBuf| {
        let logs = common::logs_in(folder);
        let step = if all { 1 } else { logs.len().div_ceil(FEW) };
        logs.into_iter().step_by(step)
    };
    common::folders().iter().flat_map(of).collect()
}

/// Says in one line where two scans part.
fn same(plain: &Option<Scanned>, other: &Option<Scanned>, road: &str) {
    let (Some(plain), Some(other)) = (plain, other) else {
        assert_eq!(plain.is_some(), other.is_some(), "{road}");
        return;
    };
    for (n, (want, have)) in plain.transactions.iter().zip(&other.transactions).enumerate() {
        assert_eq!(want, have, "transaction {} of {road}", n + 1);
    }
    assert_eq!(plain.transactions.len(), other.transactions.len(), "{road}");
    assert_eq!(plain, other, "{road}");
}

fn every_road(path: &Path, name: &str, pools: &[(usize, ThreadPool)]) -> bool {
    let plain = pools[0].1.install(|| scan(path, &options(1 << 20, false)));
    for block in BLOCKS {
        for mapped in [false, true] {
            for (threads, pool) in pools {
                let other = pool.install(|| scan(path, &options(block, mapped)));
                same(&plain, &other, &format!("{name}, blocks of {block}, mapped: {mapped}, {threads} threads"));
            }
        }
    }
    plain.is_some()
}

#[test]
fn every_road_gives_the_same_report() {
    let pools = pools();
    let logs = some_logs();
    let read = logs.iter().filter(|path| every_road(path, &path.display().to_string(), &pools)).count();
    assert!(logs.len() >= 8 * FEW && read * 10 >= logs.len() * 9, "{read} of {}", logs.len());
}

#[test]
fn also_where_sessions_follow_each_other() {
    let pools = pools();
    for folder in common::folders() {
        let whole = common::temporary(&common::glued(&folder));
        assert!(every_road(whole.path(), &folder.display().to_string(), &pools));
    }
}

#[test]
fn also_where_dialects_are_mixed() {
    // What a technician pastes into the log stands between two sessions of the mail program.
    let pools = pools();
    for (log, pasted) in
        [("indy-logfile", "swaks"), ("mailkit-protocol", "curl-verbose"), ("sendemail-log", "mailkit-protocol")]
    {
        let of = |folder: &str| {
            common::logs_in(&Path::new("fixtures").join(folder)).into_iter().map(|log| std::fs::read(log).unwrap())
        };
        let pieces = of(log).zip(of(pasted)).flat_map(|(one, other)| [one, b"\r\n".to_vec(), other, b"\r\n".to_vec()]);
        let whole = common::temporary(&pieces.collect::<Vec<_>>().concat());
        assert!(every_road(whole.path(), &format!("{log} with {pasted}"), &pools));
        assert!(scan(whole.path(), &options(1 << 20, false)).unwrap().dialects.len() > 1, "{log} with {pasted}");
    }
}

#[test]
fn also_where_lines_are_longer_than_anyone_keeps() {
    let pools = pools();
    for folder in common::folders() {
        let logs = common::logs_in(&folder);
        let mut whole = Vec::new();
        for (n, log) in logs.iter().take(6).enumerate() {
            whole.extend(std::fs::read(log).unwrap());
            // Longer than the cap by a little, with each kind of end, and once torn by NULs.
            whole.extend(std::iter::repeat_n(b'x', 64 * 1024 - 2 + n));
            whole.extend([&b"\r\n"[..], b"\r", b"\n", b"\0\0\0\r\r\n", b"\xC3\xA4\r\n", b""][n]);
        }
        let whole = common::temporary(&whole);
        assert!(every_road(whole.path(), &folder.display().to_string(), &pools));
    }
}

#[test]
fn mapped_means_mapped() {
    let log = &common::logs()[0];
    let open = |mapped| Log::open(&Input::File(log.clone()), &options(7, mapped)).unwrap();
    assert!(open(true).is_mapped() && !open(false).is_mapped(), "else the other tests compare a road with itself");
}

#[test]
fn the_encoding_changes_nothing() {
    let mut compared = 0;
    for path in some_logs() {
        let raw = std::fs::read(&path).unwrap();
        let Ok(text) = String::from_utf8(raw) else { continue };
        let plain = scan(&path, &options(1 << 20, false));
        let marked = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
        let little: Vec<u8> = [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
        for (encoding, bytes) in [("utf-8 with a mark", marked), ("utf-16le", little), ("utf-16be", big)] {
            for block in [7, 4096] {
                let file = common::temporary(&bytes);
                let other = scan(file.path(), &options(block, true));
                same(&plain, &other, &format!("{} as {encoding}, blocks of {block}", path.display()));
            }
        }
        compared += 1;
    }
    assert!(compared > 6 * FEW, "{compared} logs");
}

#[cfg(unix)]
#[test]
fn a_pipe_gives_the_same_report() {
    let folder = tempfile::tempdir().unwrap();
    for path in common::folders() {
        let whole = common::glued(&path);
        // A pipe shows only its head to detection; all of it must fit.
        let whole = &whole[..whole.len().min(150_000)];
        let file = common::temporary(whole);
        let pipe = folder.path().join(path.file_name().unwrap());
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let plain = scan(file.path(), &options(1 << 20, false));
        let piped = std::thread::scope(|scope| {
            scope.spawn(|| std::fs::write(&pipe, whole).unwrap());
            scan(&pipe, &options(4096, true))
        });
        same(&plain, &piped, &format!("{} through a pipe", path.display()));
    }
}

/// A report whose every mail may quote a secret.
struct Quoting;

impl Report for Quoting {
    fn may_quote(&mut self, _: &Transaction) -> bool {
        true
    }

    fn transaction(&mut self, _: &str, _: u64, _: &str, _: &Transaction) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_large_log_with_few_refusals_is_read_once() {
    let read = |name: &str| std::fs::read(Path::new("fixtures/mailkit-protocol").join(name)).unwrap();
    let sent = read("02-ok-plain25-noauth.log").repeat(6_000);
    let file = common::temporary(&[read("62-rcpt-mailbox-full.log"), sent].concat());
    let request = Request { paths: vec![file.path().into()], ..Request::default() };
    mtmlog::analyze(&request, &mut Quoting).unwrap();
    let size = file.path().metadata().unwrap().len();
    assert!(request.meter.read() < size * 3 / 2, "{} bytes of {size} were read", request.meter.read());
}

/// Small logs, some of another dialect or none, and among them three that are cut into blocks.
fn many_logs(folder: &Path) {
    let of = |dialect: &str| common::glued(&Path::new("fixtures").join(dialect));
    let kinds = [of("mailkit-protocol"), of("indy-logfile"), of("swaks"), b"no log\n".repeat(9), Vec::new()];
    for n in 0..120 {
        let site = folder.join(format!("site{:02}", n / 8));
        std::fs::create_dir_all(&site).unwrap();
        let kind = &kinds[n % kinds.len()];
        let times = if [40, 81, 119].contains(&n) { (5 << 20) / kinds[n % 2].len() } else { 1 };
        let log = if times > 1 { kinds[n % 2].repeat(times) } else { kind.clone() };
        std::fs::write(site.join(format!("{n:03}.log")), log).unwrap();
    }
}

#[test]
fn many_logs_give_the_same_rows_for_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    many_logs(folder.path());
    let rows = |threads: &str| {
        let out = Command::new(env!("CARGO_BIN_EXE_mtmlog"))
            .args(["analyze", "--exit-zero", "--all", "--format", "ndjson", "--threads", threads])
            .arg(folder.path())
            .output()
            .unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    };
    let one = rows("1");
    let files: Vec<&str> = one.lines().filter(|row| row.contains(r#""record":"file""#)).collect();
    assert_eq!(files.len(), 120);
    let place = |n: usize| format!("site{:02}/{n:03}.log", n / 8);
    assert!(files.iter().enumerate().all(|(n, row)| row.replace(r"\\", "/").contains(&place(n))), "input order");
    for threads in ["2", "3", "8"] {
        let many = rows(threads);
        let differ = one.lines().zip(many.lines()).find(|(one, many)| one != many);
        assert_eq!(differ, None, "{threads} threads");
        assert_eq!(one.len(), many.len(), "{threads} threads");
    }
}
