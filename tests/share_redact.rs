//! `redact`: the copy reads like the original, and holds none of its people and secrets.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // tests may

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use mtmlog::{
    Request,
    redact::Level,
    report::{Format, Look, Setup},
};
use serde_json::Value;

/// A sink that the test can still read.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn request(path: &Path) -> Request {
    Request { paths: vec![path.into()], all: true, ..Request::default() }
}

fn rows(path: &Path) -> Vec<Value> {
    let paper = Paper::default();
    let look = Look { width: 100, wide: true, boxes: false, colour: false };
    let setup = Setup { level: Level::Secrets, labels: Vec::new(), all: true, look };
    let mut report = (Format::named("ndjson").unwrap().open)(Box::new(paper.clone()), setup).unwrap();
    mtmlog::analyze(&request(path), &mut *report).unwrap();
    drop(report);
    let text = paper.0.lock().unwrap().clone();
    String::from_utf8(text).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What a copy must keep, a line a row.
fn told(rows: &[Value]) -> Vec<String> {
    const KEPT: [&str; 15] = [
        "record",
        "dialect",
        "outcome",
        "stage",
        "reply_code",
        "enhanced_code",
        "cause",
        "confidence",
        "has_attachment",
        "rcpt_total",
        "rcpt_accepted",
        "tls",
        "auth_mechanism",
        "server_port",
        "started_at",
    ];
    rows.iter().map(|row| KEPT.map(|key| row[key].to_string()).join(" ")).collect()
}

fn logs(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let files = |path: &PathBuf| if path.is_dir() { logs(path) } else { vec![path.clone()] };
    let mut found: Vec<PathBuf> = paths.iter().flat_map(files).collect();
    // A copy hides addresses of the practice's own network, and one finding is about just such an address.
    let about_private = |path: &Path| path.to_string_lossy().contains("private-address");
    found.retain(|path| path.extension().is_some_and(|ext| ext == "log") && !about_private(path));
    found
}

/// The fixtures, and the folder named by `MTMLOG_CORPUS`.
fn every_log() -> Vec<PathBuf> {
    let mut found = logs(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"));
    if let Some(corpus) = std::env::var_os("MTMLOG_CORPUS") {
        found.extend(logs(Path::new(&corpus)));
    }
    found
}

fn copy(path: &Path, level: Level) -> Vec<u8> {
    let mut copy = Vec::new();
    mtmlog::redact(&request(path), level, &mut copy).unwrap();
    copy
}

#[test]
fn a_copy_reads_like_the_original() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("copy.log");
    let (mut looked_at, mut different) = (0, Vec::new());
    for path in every_log() {
        let original = rows(&path);
        if original.iter().any(|row| row["record"] == "file" && row["dialect"].is_null()) {
            continue;
        }
        looked_at += 1;
        let people: Vec<String> = original
            .iter()
            .filter(|row| row["record"] == "transaction")
            .take(60)
            .flat_map(|row| row["recipients"].as_array().unwrap())
            .map(|to| to["address"].as_str().unwrap().to_owned())
            .filter(|address| address.split_once('@').is_some_and(|(local, _)| local.len() > 3))
            .filter(|address| !address.starts_with("recipient-") && !address.starts_with("sender-"))
            .collect();
        for level in [Level::Personal, Level::Secrets] {
            let copied = copy(&path, level);
            fs::write(&place, &copied).unwrap();
            let again = rows(&place);
            let (want, have) = (told(&original), told(&again));
            if want != have {
                let first = want.iter().zip(&have).find(|(a, b)| a != b);
                different.push(format!(
                    "{} {level:?}: {} rows, {}: {first:#?}",
                    path.display(),
                    want.len(),
                    have.len()
                ));
            }
            if level == Level::Personal {
                let text = String::from_utf8_lossy(&copied);
                let shown = people.iter().find(|address| text.contains(*address));
                different.extend(shown.map(|address| format!("{}: {address} is shown", path.display())));
                fs::write(&place, &copied).unwrap();
                if copy(&place, level) != copied {
                    different.push(format!("{}: a copy of the copy differs", path.display()));
                }
            }
        }
    }
    assert!(different.is_empty(), "{} of {looked_at}:\n{}", different.len(), different.join("\n"));
}
