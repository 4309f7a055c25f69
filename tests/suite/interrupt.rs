//! Ctrl-C: what is known so far is printed, and the exit status says so.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A pipe of that name, which `mtmlog` reads with these options.
struct Running {
    folder: TempDir,
    program: Child,
    pipe: std::fs::File,
}

fn run(options: &[&str]) -> Running {
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&name).status().unwrap().success());
    // A second log, which is never begun.
    std::fs::write(folder.path().join("z.log"), b"220 x\r\n").unwrap();
    let program = Command::new(env!("CARGO_BIN_EXE_mtmlog"))
        .current_dir(folder.path())
        .args(["analyze", "pipe", "z.log"])
        .args(options)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let pipe = std::fs::File::create(&name).unwrap();
    Running { folder, program, pipe }
}

/// More than the program reads ahead.
fn some_blocks() -> Vec<u8> {
    let folder = Path::new("fixtures/mailkit-protocol");
    let mut logs: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    logs.sort();
    let log: Vec<u8> = logs.iter().take(8).flat_map(|path| std::fs::read(path).unwrap()).collect();
    log.iter().copied().cycle().take(40 << 20).collect()
}

impl Running {
    fn ctrl_c(&self) {
        let id = self.program.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        std::thread::sleep(Duration::from_millis(300));
    }

    /// Status, standard output, standard error.
    fn end(self) -> (ExitStatus, String, String, TempDir) {
        let Running { folder, program, pipe } = self;
        drop(pipe);
        let out = program.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (out.status, text(out.stdout), text(out.stderr), folder)
    }
}

#[test]
fn the_first_prints_what_is_known() {
    let mut running = run(&["--output", "report.txt"]);
    running.pipe.write_all(&some_blocks()).unwrap();
    running.ctrl_c();
    let _ = running.pipe.write_all(&some_blocks()); // it need not read all that
    let (status, stdout, stderr, folder) = running.end();
    assert_eq!((status.code(), stdout.as_str()), (Some(130), ""));
    assert!(stderr.contains("Stopped: 2 of 2 files were not read to the end"), "{stderr}");
    let report = std::fs::read_to_string(folder.path().join("report.txt")).unwrap();
    assert!(report.starts_with("PARTIAL  You stopped it: 2 of 2 files"), "{report}");
    assert!(report.contains("attempts "), "{report}");
    assert!(report.contains("pipe: not read to its end, because you stopped it"), "{report}");
    assert!(!report.contains("z.log"), "files that were not begun are only counted: {report}");
}

#[test]
fn rows_say_it_too() {
    let mut running = run(&["--format", "ndjson"]);
    // Nobody takes the rows meanwhile, so there must be few.
    running.pipe.write_all(&some_blocks()[..30_000]).unwrap();
    running.ctrl_c();
    let (status, stdout, _, _folder) = running.end();
    assert_eq!(status.code(), Some(130));
    let rows: Vec<&str> = stdout.lines().filter(|row| row.contains(r#""record":"file""#)).collect();
    assert!(matches!(rows[..], [one, two] if one.contains("not read") && two.contains("z.log: not read")), "{rows:?}");
}

#[test]
fn the_second_ends_at_once() {
    let running = run(&["--output", "report.txt"]);
    running.ctrl_c();
    running.ctrl_c();
    // The pipe is open still, so nothing else can end the program.
    let Running { folder, mut program, pipe } = running;
    let since = Instant::now();
    let status = loop {
        match program.try_wait().unwrap() {
            Some(status) => break status,
            None => assert!(since.elapsed() < Duration::from_secs(20), "it goes on"),
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    drop(pipe);
    assert_eq!(status.code(), Some(130));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "no draft stays behind");
}

#[test]
fn half_a_copy_is_no_copy() {
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&name).status().unwrap().success());
    let program = Command::new(env!("CARGO_BIN_EXE_mtmlog"))
        .current_dir(folder.path())
        .args(["redact", "pipe", "--output", "copy.txt"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = std::fs::File::create(&name).unwrap();
    pipe.write_all(&some_blocks()[..5 << 20]).unwrap();
    let running = Running { folder, program, pipe };
    running.ctrl_c();
    let (status, _, _, folder) = running.end();
    assert_eq!(status.code(), Some(130));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// What a program says whose rows nobody took until it was stopped.
fn stopped_in_the_middle(folder: &TempDir, threads: &str) -> (ExitStatus, String, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_mtmlog"))
        .current_dir(folder.path())
        .args(["analyze", "--all", "--format", "ndjson", "--threads", threads, "."])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0];
    std::io::Read::read_exact(program.stdout.as_mut().unwrap(), &mut first).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let id = program.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    std::thread::sleep(Duration::from_millis(300));
    let out = program.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (out.status, text(out.stdout), text(out.stderr))
}

#[test]
fn many_small_logs_are_under_way() {
    let folder = tempfile::tempdir().unwrap();
    let log = some_blocks()[..60_000].to_vec();
    for n in 0..600 {
        std::fs::write(folder.path().join(format!("{n:03}.log")), &log).unwrap();
    }
    for threads in ["1", "2"] {
        let (status, rows, says) = stopped_in_the_middle(&folder, threads);
        assert_eq!(status.code(), Some(130), "{says}");
        let files: Vec<&str> = rows.lines().filter(|row| row.contains(r#""record":"file""#)).collect();
        let left = files.iter().filter(|row| row.contains("not read, because you stopped it")).count();
        assert_eq!(files.len(), 600, "each has its row");
        assert!((100..600).contains(&left), "{left} were not begun");
        assert!(
            files[0].contains(r#""error":null"#) && rows.contains(r#""record":"finding""#),
            "what is known is told"
        );
        assert!(says.contains("of 600 files were not read to the end"), "{says}");
    }
}

#[test]
fn one_huge_log_is_under_way() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("a.log");
    std::fs::write(&log, some_blocks()).unwrap();
    for settled in [false, true] {
        if settled {
            // Old enough to be mapped.
            let file = std::fs::File::options().write(true).open(&log).unwrap();
            file.set_modified(std::time::SystemTime::now() - Duration::from_secs(3600)).unwrap();
        }
        let (status, rows, says) = stopped_in_the_middle(&folder, "2");
        assert_eq!(status.code(), Some(130), "{says}");
        assert!(rows.contains("a.log: not read to its end, because you stopped it"), "mapped: {settled}");
        assert!(rows.contains(r#""record":"finding""#), "what is known is told");
    }
}

#[test]
fn watching_ends_with_a_summary() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("emailout.txt");
    std::fs::copy("fixtures/indy-logfile/10-ok-dot-stuffed.log", &log).unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_mtmlog"))
        .current_dir(folder.path())
        .args(["watch", "emailout.txt", "--format", "ndjson"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that says nothing must not hold the tests up for ever.
    let (done, ended) = std::sync::mpsc::channel::<()>();
    let id = program.id().to_string();
    let dog = std::thread::spawn(move || {
        if ended.recv_timeout(Duration::from_secs(120)).is_err() {
            let _ = Command::new("kill").arg(id).status();
        }
    });
    let mut said = BufReader::new(program.stderr.take().unwrap()).lines();
    let greeting = said.next().unwrap().unwrap();
    assert!(greeting.contains("emailout.txt: written as indy") && greeting.contains("Ctrl-C ends"), "{greeting}");
    let failure = std::fs::read("fixtures/indy-logfile/47-auth-username-incomplete.log").unwrap();
    std::fs::OpenOptions::new().append(true).open(&log).unwrap().write_all(&failure).unwrap();
    let mut rows = BufReader::new(program.stdout.take().unwrap()).lines();
    // Seen at once, though standard output is a pipe.
    let row = rows.next().unwrap().unwrap();
    assert!(row.contains(r#""cause":"auth.username-incomplete""#), "{row}");
    assert!(Command::new("kill").args(["-INT", &program.id().to_string()]).status().unwrap().success());
    let rest: Vec<String> = rows.map(Result::unwrap).collect();
    assert_eq!(program.wait().unwrap().code(), Some(130));
    done.send(()).unwrap();
    dog.join().unwrap();
    for record in ["file", "customer", "finding"] {
        assert!(rest.iter().any(|row| row.contains(&format!(r#""record":"{record}""#))), "{record}: {rest:#?}");
    }
}
