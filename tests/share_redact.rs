//! `redact`: the copy reads like the original, and holds none of its people and secrets.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

mod share;

use std::{fs, path::Path};

use mtmlog::{redact::Level, report::Format};
use serde_json::Value;
use share::{copy, every_log, report};

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
    let kept = rows.iter().filter(|row| row["record"] != "finding");
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
