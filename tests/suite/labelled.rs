//! Real logs whose truth is known from the server's side (`fixtures/labels.ndjson`), marked field by field.
//!
//! A label may list other right readings in `also`: an answer is right when it agrees with the label, or with the label
//! changed by one entry of `also`, where a value may be a list and `*` is anything. What is still answered wrong stands
//! in `tests/labelled/known_wrong.txt`, so that every change for better or worse is seen; `UPDATE_KNOWN_WRONG=1
//! cargo test --test suite labelled` writes it anew.

use crate::common;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};

use crate::common::marking::{answer, code_right, mark};
use crate::common::{Collected, DIAGNOSED, PRACTICES, analyse};

const KNOWN_WRONG: &str = "tests/labelled/known_wrong.txt";
const HEAD: &str = "# Fixtures that are still answered wrong, and how. Written by UPDATE_KNOWN_WRONG=1 cargo test --test suite labelled\n";
/// Share of the lines that must mean something.
const UNDERSTOOD: f64 = 0.98;

struct Marked {
    wrong: BTreeMap<String, String>,
    /// By folder: the dialects that were detected, lines, and lines understood.
    folders: BTreeMap<String, (BTreeSet<String>, u64, u64)>,
}

fn mark_all() -> Marked {
    let mut marked = Marked { wrong: BTreeMap::new(), folders: BTreeMap::new() };
    let labels = std::fs::read_to_string("fixtures/labels.ndjson").unwrap();
    let mut seen = 0;
    for label in labels.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        let name = label["log"].as_str().unwrap();
        let (folder, _) = name.split_once('/').unwrap();
        seen += 1;
        let path = Path::new("fixtures").join(name);
        let log = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
        let Collected { transactions, files, summary, .. } = analyse(&path);
        let got: Vec<Value> = transactions.iter().map(answer).collect();
        let mut why = mark(&label, &got, &log);
        if !summary.problems.is_empty() && !log.trim().is_empty() {
            why = Some("not read".to_owned());
        }
        if let Some(why) = why {
            marked.wrong.insert(name.to_owned(), why);
        }
        let (dialects, lines, understood) = marked.folders.entry(folder.to_owned()).or_default();
        dialects.extend(files[0].dialect.clone());
        *lines += files[0].tally.lines;
        *understood += files[0].tally.understood;
    }
    assert!(seen > 300, "only {seen} labelled logs");
    marked
}

#[test]
fn fixtures_are_answered_as_their_labels_say() {
    let marked = mark_all();
    let have: Vec<String> = marked.wrong.iter().map(|(log, why)| format!("{log}\t{why}")).collect();
    if std::env::var_os("UPDATE_KNOWN_WRONG").is_some() {
        std::fs::write(KNOWN_WRONG, format!("{HEAD}{}\n", have.join("\n"))).unwrap();
    }
    let known = std::fs::read_to_string(KNOWN_WRONG).unwrap();
    let known: BTreeSet<&str> = known.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    let have: BTreeSet<&str> = have.iter().map(String::as_str).collect();
    let worse: Vec<_> = have.difference(&known).collect();
    let better: Vec<_> = known.difference(&have).collect();
    assert!(
        worse.is_empty() && better.is_empty(),
        "Wrong, and not in {KNOWN_WRONG}: {worse:#?}\nIn it, and no longer so: {better:#?}\n\
         If that is as it should be: UPDATE_KNOWN_WRONG=1 cargo test --test suite labelled"
    );

    let (lines, understood) = marked.folders.values().fold((0, 0), |sum, f| (sum.0 + f.1, sum.1 + f.2));
    assert!(understood as f64 >= UNDERSTOOD * lines as f64, "{understood} of {lines} lines understood");
    for (folder, (dialects, lines, understood)) in &marked.folders {
        let first = folder.split('-').next().unwrap();
        // A log that holds nothing but words any program could write is read by its words.
        let own = dialects.iter().filter(|dialect| *dialect != "outcomes" || first == "outcome");
        assert!(
            own.count() == 1 && dialects.iter().all(|dialect| dialect.starts_with(first) || dialect == "outcomes"),
            "{folder} is read as {dialects:?}"
        );
        assert!(understood * 10 >= lines * 9, "{folder}: {understood} of {lines} lines understood");
    }
}

#[test]
fn every_log_has_its_label_and_every_label_its_log() {
    let labels = std::fs::read_to_string("fixtures/labels.ndjson").unwrap();
    let labelled: BTreeSet<String> = labels
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["log"].as_str().unwrap().to_owned())
        .collect();
    let mut logs = BTreeSet::new();
    let folders = std::fs::read_dir("fixtures").unwrap().map(|entry| entry.unwrap().path());
    for folder in folders.filter(|path| path.is_dir() && !path.ends_with(DIAGNOSED) && !path.ends_with(PRACTICES)) {
        for log in common::logs_in(&folder) {
            logs.insert(log.strip_prefix("fixtures").unwrap().to_str().unwrap().replace('\\', "/"));
        }
    }
    assert_eq!(labelled, logs);
}

#[test]
fn the_marking_sees_each_wrong_field() {
    let label = json!({"transactions": [{
        "outcome": "partial", "stage": "rcpt", "reply_code": 550, "cause": "recipient.unknown",
        "rcpts": [{"addr": "A@b.example", "accepted": true}, {"addr": "c@d.example", "accepted": false}],
        "also": [{"reply_code": 551, "cause": ["recipient.relay-denied", "none"]}, {"stage": "*", "outcome": "sent"}],
    }]});
    let log = "RCPT TO:<A@b.example>\nRCPT TO:<c@d.example>\n";
    let right = json!({"outcome": "partial", "stage": "rcpt", "reply_code": 550, "cause": "recipient.unknown",
        "recipients": [{"address": "a@b.example", "accepted": true}, {"address": "c@d.example", "accepted": false}]});
    let with = |changes: Value| {
        let mut answer = right.clone();
        answer.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        mark(&label, &[answer], log)
    };
    assert_eq!(with(json!({})), None);
    assert_eq!(with(json!({"reply_code": 551, "cause": "none"})), None);
    assert_eq!(with(json!({"outcome": "sent", "stage": "done", "reply_code": null})), None);
    assert_eq!(with(json!({"reply_code": 551})).unwrap(), "#1 reply_code 551, not 550");
    assert_eq!(with(json!({"outcome": "failed"})).unwrap(), "#1 outcome failed, not partial");
    assert_eq!(with(json!({"stage": "data"})).unwrap(), "#1 stage data, not rcpt");
    assert_eq!(with(json!({"cause": "none"})).unwrap(), "#1 cause none, not recipient.unknown");
    assert_eq!(with(json!({"recipients": []})).unwrap(), "#1 recipients");
    let both = json!([{"address": "a@b.example", "accepted": true}, {"address": "c@d.example", "accepted": true}]);
    assert_eq!(with(json!({ "recipients": both })).unwrap(), "#1 recipients");
    assert_eq!(mark(&label, &[], log).unwrap(), "0 transactions, not 1");
    assert_eq!(mark(&label, &[right.clone(), right.clone()], log).unwrap(), "2 transactions, not 1");
    assert_eq!(mark(&label, &[], " \r\n"), None);

    let broken = json!({"outcome": "failed", "reply_code": null});
    for (code, right) in
        [(json!(null), true), (json!(250), true), (json!(354), true), (json!(421), false), (json!(550), false)]
    {
        assert_eq!(code_right(&code, &broken), right, "{code}");
    }
}
