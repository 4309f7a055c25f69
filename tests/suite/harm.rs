//! No log is ever harmed: whatever is named as output, and by whatever name, what is read stays as it was.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use crate::common::manual::commands;

const LOG: &str =
    "2026-11-23 08:26:00 Connecting to mail.example.co.za:587\n2026-11-23 08:26:01 Mail sent to a@b.example\n";

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Place {
        let place = Place { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(place.path("logs")).unwrap();
        fs::write(place.path("logs/emailout.txt"), LOG).unwrap();
        fs::write(place.path("other.txt"), LOG).unwrap();
        fs::write(place.path("list.txt"), "logs/emailout.txt\n").unwrap();
        fs::write(place.path("facts.toml"), "").unwrap();
        fs::write(place.path("mine.toml"), "[[line]]\nkind = \"note\"\ntemplate = \"{time} {text}\"\n").unwrap();
        fs::hard_link(place.path("logs/emailout.txt"), place.path("hard.txt")).unwrap();
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn run(&self, line: &str, stdin: Option<&Path>) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mtmlog"));
        command.current_dir(self.folder.path()).args(line.split(' '));
        command.stdin(stdin.map_or_else(Stdio::null, |path| File::open(path).unwrap().into()));
        command.output().unwrap()
    }

    /// Everything there, names and contents.
    fn all(&self) -> Vec<(PathBuf, String)> {
        let mut all = Vec::new();
        for folder in [self.folder.path().to_owned(), self.path("logs")] {
            for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
                if entry.path().is_file() {
                    all.push((entry.path(), fs::read_to_string(entry.path()).unwrap()));
                }
            }
        }
        all.sort();
        all
    }
}

#[test]
fn no_output_is_a_file_that_is_read() {
    let place = Place::new();
    let before = place.all();
    let log = place.path("logs/emailout.txt");
    for (line, stdin) in [
        ("analyze logs -o logs/emailout.txt", None),
        ("analyze logs/*.txt -o logs/emailout.txt", None),
        ("analyze logs -o hard.txt", None),
        ("analyze hard.txt --format json -o logs/emailout.txt", None),
        ("ticket logs -o logs/emailout.txt", None),
        ("ticket logs --format html -o hard.txt", None),
        ("sample logs -o logs/emailout.txt", None),
        ("compare logs other.txt -o logs/emailout.txt", None),
        ("compare other.txt logs -o logs/emailout.txt", None),
        ("compare logs --at 2026-11-23 -o hard.txt", None),
        ("redact logs -o logs/emailout.txt", None),
        ("redact logs/emailout.txt -o hard.txt", None),
        ("profile learn logs/emailout.txt -o hard.txt", None),
        ("profile test logs/emailout.txt --dialect ./mine.toml -o mine.toml", None),
        ("profile test logs/emailout.txt --dialect ./mine.toml -o hard.txt", None),
        ("analyze --files-from list.txt -o logs/emailout.txt", None),
        ("analyze --files-from list.txt -o list.txt", None),
        ("analyze logs --knowledge facts.toml -o facts.toml", None),
        ("analyze logs --knowledge other.txt -o other.txt", None),
        ("analyze logs --dialect ./mine.toml -o mine.toml", None),
        ("analyze - -o logs/emailout.txt", Some(&*log)),
        ("redact - -o hard.txt", Some(&*log)),
        ("ticket - -o logs/emailout.txt", Some(&*log)),
        ("analyze --files-from - -o list.txt", Some(&*place.path("list.txt"))),
    ] {
        let out = place.run(line, stdin);
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert_eq!(out.status.code(), Some(2), "{line}: {said}");
        assert!(said.contains("and a report would replace it. Choose another name for --output."), "{line}: {said}");
        assert_eq!((place.all() == before, out.stdout.len()), (true, 0), "{line}");
    }
}

/// Each command that writes a file, with all that it writes but the name.
fn writes() -> Vec<String> {
    let writers = commands().into_iter().filter(|command| command.writes);
    let lines: Vec<String> = writers
        .flat_map(|command| {
            let lines = command.lines("logs/emailout.txt", "./mine.toml").into_iter().map(|(_, line)| line);
            lines.map(|line| format!("{line} -o")).collect::<Vec<_>>()
        })
        .collect();
    assert!(lines.len() > 20, "{lines:?}");
    lines
}

#[test]
fn no_output_replaces_a_log_that_others_wrote() {
    let place = Place::new();
    let gzip = |name: &str| {
        let mut packed = flate2::write::GzEncoder::new(File::create(place.path(name)).unwrap(), Default::default());
        packed.write_all(LOG.as_bytes()).unwrap();
        packed.finish().unwrap();
    };
    gzip("old.gz");
    let other = LOG.replace("a@b", "c@d");
    fs::write(place.path("other.txt"), &other).unwrap();
    let before = fs::read(place.path("old.gz")).unwrap();
    for line in writes() {
        for log in ["other.txt", "old.gz"] {
            let out = place.run(&format!("{line} {log}"), None);
            let said = String::from_utf8_lossy(&out.stderr).into_owned();
            assert!(said.contains("this is a log, and a report would replace it."), "{line} {log}: {said}");
            assert_eq!((out.status.code(), out.stdout.len()), (Some(2), 0), "{line} {log}");
        }
    }
    // A word of ours in it makes it no report of ours.
    for words in [
        "mtmlog sent this",
        "tx_id=47",
        "1 mail + partly sent",
        "sender-1 on domain-1",
        "SHA-256 of the lines above: no",
        "{\"schema\":\"mtmlog.row/1\"}",
    ] {
        fs::write(place.path("other.txt"), format!("{other}{words}\n")).unwrap();
        let out = place.run("analyze logs -o other.txt", None);
        assert_eq!(out.status.code(), Some(2), "{words}: {}", String::from_utf8_lossy(&out.stderr));
    }
    fs::write(place.path("other.txt"), &other).unwrap();
    assert_eq!(fs::read_to_string(place.path("other.txt")).unwrap(), other);
    assert_eq!(fs::read(place.path("old.gz")).unwrap(), before);
}

#[test]
fn an_output_replaces_the_one_before() {
    let place = Place::new();
    for line in writes() {
        fs::write(place.path("report.txt"), "").unwrap();
        for time in ["first", "second"] {
            // The map of a case is another test's.
            let _ = fs::remove_file(place.path("report.map"));
            let out = place.run(&format!("{line} report.txt"), None);
            let said = String::from_utf8_lossy(&out.stderr).into_owned();
            assert!(out.status.code() < Some(2), "{line}, the {time} time: {said}");
        }
        assert!(fs::metadata(place.path("report.txt")).unwrap().len() > 0, "{line}");
    }
    // The copy of a log that has grown.
    fs::write(place.path("more.txt"), LOG.repeat(2)).unwrap();
    for line in
        ["redact logs/emailout.txt --redact secrets -o copy.txt", "redact more.txt --redact secrets -o copy.txt"]
    {
        assert_eq!(place.run(line, None).status.code(), Some(0), "{line}");
    }
    // Also where it lies among the logs.
    for _ in 0..2 {
        assert_eq!(place.run("analyze logs -o logs/report.txt", None).status.code(), Some(0));
    }
}

#[test]
fn standard_output_goes_behind_no_log() {
    let place = Place::new();
    for line in ["analyze logs --format csv", "redact hard.txt", "ticket logs", "watch logs/emailout.txt -n 9"] {
        let append = File::options().append(true).open(place.path("logs/emailout.txt")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_mtmlog"));
        command.current_dir(place.folder.path()).args(line.split(' ')).stdin(Stdio::null()).stdout(append);
        let out = command.stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
        assert_eq!(out.status.code(), Some(2), "{line}: {}", String::from_utf8_lossy(&out.stderr));
        assert_eq!(fs::read_to_string(place.path("logs/emailout.txt")).unwrap(), LOG, "{line}");
    }
}

#[test]
fn a_copy_of_nothing_replaces_nothing() {
    let place = Place::new();
    for line in ["redact gone.txt -o other.txt", "profile learn gone.txt -o other.txt", "ticket gone.txt -o other.txt"]
    {
        assert_eq!(place.run(line, None).status.code(), Some(2), "{line}");
        assert_eq!(fs::read_to_string(place.path("other.txt")).unwrap(), LOG, "{line}");
    }
    for command in
        ["analyze other.txt", "analyze --format html other.txt", "sample other.txt", "compare hard.txt other.txt"]
    {
        fs::write(place.path("report.txt"), "before").unwrap();
        let run = place.run(&format!("{command} --knowledge gone.toml -o report.txt"), None);
        assert_eq!(run.status.code(), Some(2), "{command}");
        assert_eq!(fs::read_to_string(place.path("report.txt")).unwrap(), "before", "{command}");
    }
}

#[test]
fn two_writers_of_one_output_leave_one_of_the_two() {
    let place = Place::new();
    let start = |format: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mtmlog"));
        command.current_dir(place.folder.path()).stdin(Stdio::null());
        command.args(["analyze", "logs", "-o", "report.txt", "--format", format]).spawn().unwrap()
    };
    let mut both = [start("json"), start("ndjson")];
    for run in &mut both {
        assert!(run.wait().unwrap().code().is_some_and(|status| status < 2));
    }
    let report = fs::read_to_string(place.path("report.txt")).unwrap();
    let objects = serde_json::Deserializer::from_str(&report).into_iter::<serde_json::Value>();
    assert!(objects.map(Result::unwrap).count() > 0);
    let left = place.all().into_iter().filter(|(path, _)| path.to_string_lossy().contains("part")).count();
    assert_eq!(left, 0);
}

#[test]
fn an_error_quotes_no_line_and_no_secret() {
    let place = Place::new();
    fs::write(place.path("secret.log"), "AUTH PLAIN Kudu7Herd\npass = 'Kudu7Herd'\n[Kudu7Herd\n").unwrap();
    fs::write(place.path("secret.toml"), "Kudu7Herd = \"Kudu7Herd\"\n").unwrap();
    for line in [
        "analyze --files-from secret.log",
        "analyze logs --knowledge secret.log",
        "analyze logs --knowledge secret.toml",
        "analyze logs --dialect ./secret.log",
        "analyze logs --dialect ./secret.toml",
        "analyze smtp://fred:Kudu7Herd@mail.example.co.za",
        "analyze --format pass=Kudu7Herd logs",
        "analyze --format Kudu7Herd!x logs",
        "analyze --cause password=Kudu7Herd logs",
        "analyze --since Kudu7Herd logs",
        "analyze --last Kudu7Herd logs",
        "compare --at Kudu7Herd logs",
        "watch --Kudu7Herd logs",
        "analyze --password=Kudu7Herd logs",
        "analyze --label pass=Kudu7Herd --format csv --all logs",
        "providers smtp://fred:Kudu7Herd@x",
        "explain --provider pass=Kudu7Herd 535",
        "man password=Kudu7Herd",
        "list password=Kudu7Herd",
    ] {
        let out = place.run(line, None);
        let all = [out.stdout, out.stderr].concat();
        let all = String::from_utf8_lossy(&all);
        assert!(!all.contains("Kudu7Herd"), "{line}: {all}");
    }
}

#[test]
fn threads_have_a_limit_and_a_closed_pipe_is_no_fault() {
    let place = Place::new();
    let out = place.run("analyze logs --threads 99999999", None);
    assert_eq!(out.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&out.stderr).contains("are used."));
    fs::write(place.path("logs/emailout.txt"), LOG.repeat(5_000)).unwrap();
    for format in ["csv", "ndjson"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mtmlog"));
        command.current_dir(place.folder.path()).args(["analyze", "logs", "--all", "--format", format]);
        let mut run = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(run.stdout.take());
        let out = run.wait_with_output().unwrap();
        assert_eq!((out.status.code(), String::from_utf8_lossy(&out.stderr).len()), (Some(0), 0), "{format}");
    }
}

/// What a folder may hold beside logs, and what is no file at all: each ends with an answer.
#[cfg(unix)]
#[test]
fn devices_loops_and_heaps_of_other_files_end() {
    let place = Place::new();
    for device in
        ["/dev/zero", "/dev/urandom", "/proc/kmsg", "/proc/kcore"].iter().filter(|device| Path::new(device).exists())
    {
        for command in ["analyze", "redact", "ticket", "sample", "profile learn", "watch"] {
            let out = place.run(&format!("{command} {device}"), None);
            assert_eq!(out.status.code(), Some(2), "{command} {device}");
        }
    }
    assert_eq!(place.run("analyze /dev/null", None).status.code(), Some(0));
    // Where the system shows itself there is no log, and more files than anybody waits for.
    let begun = std::time::Instant::now();
    place.run("analyze /proc", None);
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
    // Nothing is ever added to a pipe.
    assert!(Command::new("mkfifo").arg(place.path("pipe")).status().unwrap().success());
    assert_eq!(place.run("watch pipe", None).status.code(), Some(2));
    fs::remove_file(place.path("pipe")).unwrap();
    std::os::unix::fs::symlink("../logs", place.path("logs/loop")).unwrap();
    std::os::unix::fs::symlink("one", place.path("other")).unwrap();
    std::os::unix::fs::symlink("other", place.path("one")).unwrap();
    assert_eq!(place.run("analyze one", None).status.code(), Some(2));
    for n in 0..10_000 {
        fs::write(place.path(&format!("logs/{n}.jpg")), b"\xff\xd8\xff\xe0 no log").unwrap();
    }
    let out = place.run("analyze logs --format json", None);
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    let report: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!((&report["totals"]["files"], &report["totals"]["skipped"]), (&10_001.into(), &10_000.into()));
}

/// Neither the zone, nor the language, nor little memory changes what is found.
#[cfg(unix)]
#[test]
fn zones_languages_and_little_memory_change_nothing() {
    let place = Place::new();
    fs::write(place.path("logs/emailout.txt"), LOG.repeat(5_000)).unwrap();
    let run = |limits: &str| {
        let line = format!("{limits} exec {} analyze logs --all --format csv", env!("CARGO_BIN_EXE_mtmlog"));
        Command::new("sh").arg("-c").arg(line).current_dir(place.folder.path()).stdin(Stdio::null()).output().unwrap()
    };
    let usual = run("").stdout;
    assert!(!usual.is_empty());
    for limits in [
        "TZ=Pacific/Auckland",
        "TZ=nowhere",
        "LC_ALL=tr_TR.UTF-8 LANG=tr_TR.UTF-8",
        "LC_ALL=C TZ=UTC+12",
        "ulimit -v 2000000;",
    ] {
        assert!(run(limits).stdout == usual, "{limits}");
    }
}

/// Where a user's files may not grow further, a write fails like any other, and no part of a copy stays.
#[cfg(unix)]
#[test]
fn a_limit_to_the_size_of_files_leaves_no_part() {
    let place = Place::new();
    fs::write(place.path("logs/emailout.txt"), LOG.repeat(5_000)).unwrap();
    let line = format!("ulimit -f 1; exec {} redact logs/emailout.txt -o copy.txt", env!("CARGO_BIN_EXE_mtmlog"));
    let before = place.all().len();
    let out = Command::new("sh").arg("-c").arg(line).current_dir(place.folder.path()).output().unwrap();
    assert_eq!(out.status.code(), Some(2), "{}", String::from_utf8_lossy(&out.stderr));
    assert_eq!(place.all().len(), before);
}
