//! `redact`: the copy reads like the original, and holds none of its people and secrets.

use crate::share;
use std::{fs, path::Path};

use crate::share::{copy, every_log, report};
use mtmlog::{redact::Level, report::Format};
use serde_json::Value;

fn rows(path: &Path) -> Vec<Value> {
    let text = report(path, Format::named("ndjson").unwrap(), Level::Secrets);
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
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
    // A finding may rest on what a copy must not keep, such as a private address.
    let kept = rows.iter().filter(|row| row["record"] != "finding" && row["record"] != "customer");
    kept.map(|row| KEPT.map(|key| row[key].to_string()).join(" ")).collect()
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

/// Lines as the redactor counts them: a torn last line is one too.
fn records(bytes: &[u8]) -> usize {
    mtmlog::source::lines(bytes).count()
}

#[test]
fn a_copy_has_as_many_records_as_its_original() {
    let mut different = Vec::new();
    for path in every_log() {
        let decoded = mtmlog::source::to_text(&fs::read(&path).unwrap()).into_owned();
        for level in [Level::Personal, Level::Secrets] {
            let (want, have) = (records(decoded.as_bytes()), records(&copy(&path, level)));
            if want != have {
                different.push(format!("{} {level:?}: {want} lines, {have} in the copy", path.display()));
            }
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

/// A dialect in which the beginning of a line waits for its end, in as many conversations as a log may hold.
const KEYED: &str = r#"
name = "keyed-eol"
line_end = "<EOL>"
line = [
  { kind = "server", template = "[{session}] R: {text}" },
  { kind = "client", template = "[{session}] S: {text}" },
]
"#;

#[test]
fn open_conversations_lose_no_line() {
    let folder = tempfile::tempdir().unwrap();
    let (profile, log) = (folder.path().join("keyed.toml"), folder.path().join("keyed.log"));
    fs::write(&profile, KEYED).unwrap();
    for conversations in [10, 1_024, 1_025, 100_000] {
        let line = |n: usize| format!("[{n:06}] S: AUTH PLAIN AGZyZWQAS3VkdS1Z\n[{n:06}] S: WWVycw==\n");
        fs::write(&log, (0..conversations).map(line).collect::<String>()).unwrap();
        let request = mtmlog::Request { dialect: Some(profile.display().to_string()), ..share::request(&log) };
        let mut copied = Vec::new();
        let summary = mtmlog::redact(&request, Level::Secrets, &mut copied).unwrap();
        assert_eq!((records(&copied), summary.problems), (2 * conversations, Vec::<String>::new()));
        let copied = String::from_utf8(copied).unwrap();
        assert!(copied.contains("[000009] S: AUTH PLAIN"), "keys stay");
        assert!(!copied.contains("S3Vkd") && !copied.contains("WWVy"), "{}", &copied[..400]);
    }
}
