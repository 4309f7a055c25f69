//! Logs in a program's own words, drawn by lot: a line, two or a block for each mail, without any dialogue, in words that
//! mostly stand nowhere in `knowledge/`. `MTMLOG_SEED` draws others, `MTMLOG_LOGS` says how many, `MTMLOG_KEEP` names a
//! folder to write them to.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::path::Path;

use mtmlog::Request;
use mtmlog::knowledge::{WordClass, WordTable, plain_spelling};
use mtmlog::redact::Level;
use mtmlog::report::{Format, Look, Setup};
use serde_json::Value;

mod common;

#[path = "own_words/words.rs"]
mod words;
#[path = "own_words/writer.rs"]
mod writer;

use common::lot::Lot;
use common::marking::{Drawn, answer, mark, number};
use writer::{NAME, PASSWORD, Style};

/// Logs drawn where nobody says how many: few enough for a debug build.
const LOGS: u64 = 100;

fn drawn(count: u64) -> Vec<Drawn> {
    let seed = number("MTMLOG_SEED").unwrap_or(1);
    let draw = |n: u64| {
        let mut lot = Lot::new(seed.wrapping_mul(1_000_003).wrapping_add(n));
        let style = Style::draw(&mut lot);
        let mails = match lot.below(20) {
            0..4 => 1,
            4..15 => 2 + lot.below(8),
            15..19 => 10 + lot.below(60),
            _ => 300 + lot.below(700),
        };
        let (log, label) = style.write(mails, &mut lot);
        Drawn { name: format!("{n} of seed {seed}"), kind: style.kind(), log, label }
    };
    (0..count).map(draw).collect()
}

#[test]
fn logs_can_be_kept() {
    let Some(folder) = env::var_os("MTMLOG_KEEP") else { return };
    for (n, drawn) in drawn(number("MTMLOG_LOGS").unwrap_or(LOGS)).into_iter().enumerate() {
        let kind = Path::new(&folder).join(drawn.kind);
        std::fs::create_dir_all(&kind).unwrap();
        std::fs::write(kind.join(format!("{n:04}.log")), &drawn.log).unwrap();
        std::fs::write(kind.join(format!("{n:04}.json")), drawn.label.to_string()).unwrap();
    }
}

/// Every word that could tell the reader how a mail went.
#[test]
fn half_of_the_words_are_unknown() {
    let table = WordTable::builtin();
    let tells = |phrase: &str, classes: &[WordClass]| {
        let plain = plain_spelling(phrase.as_bytes());
        let words = plain.split(|b| !b.is_ascii_alphanumeric() && *b < 0x80);
        words.map(|word| table.classes(word)).any(|word| classes.iter().any(|class| word.has(*class)))
    };
    for (lists, classes) in
        [(words::SENT, &[WordClass::Sent, WordClass::Well][..]), (words::FAILED, &[WordClass::Failed, WordClass::Not])]
    {
        let all: BTreeSet<&str> = lists.iter().flat_map(|list| list.iter().copied()).collect();
        let known = all.iter().filter(|phrase| tells(phrase, classes)).count();
        assert!(known * 2 <= all.len(), "{known} of {} are known", all.len());
    }
}

#[test]
fn own_words_are_understood() {
    let logs = drawn(number("MTMLOG_LOGS").unwrap_or(LOGS));
    let mut kinds: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for drawn in &logs {
        let collected = common::analyse_bytes(&drawn.log, None);
        let got: Vec<Value> = collected.transactions.iter().map(answer).collect();
        let why = mark(&drawn.label, &got, &String::from_utf8_lossy(&drawn.log));
        let (right, all) = kinds.entry(drawn.kind).or_default();
        *all += 1;
        *right += usize::from(why.is_none());
        if let Some(why) = why {
            let why: String = why.chars().take(200).collect();
            wrong.push(format!("{} ({}): {why}", drawn.name, drawn.kind));
        }
    }
    let right = 1.0 - wrong.len() as f64 / logs.len() as f64;
    eprintln!("{right:.3} of {} right: {kinds:?}", logs.len());
    assert!(right >= RIGHT, "{right:.3} right; wrong:\n{}", wrong.join("\n"));
}

/// Share of the logs that must be right in every row. One in nine is a single mail that went out in unknown words: nothing
/// in it decides, and it is not read.
const RIGHT: f64 = 0.7;

#[test]
fn no_name_and_no_password_shows() {
    for drawn in drawn(24) {
        let file = common::temporary(&drawn.log);
        let request = Request { paths: vec![file.path().into()], all: true, ..Request::default() };
        for format in ["table", "html", "ticket"] {
            let Some(format) = Format::named(format) else { continue };
            let mut shown = Vec::new();
            let look = Look { width: 100, wide: true, boxes: false, colour: false };
            let setup = Setup { level: Level::Personal, labels: Vec::new(), all: true, full: false, by: false, look };
            let mut report = (format.open)(Box::new(&mut shown), setup).unwrap();
            mtmlog::analyze(&request, &mut *report).unwrap();
            drop(report);
            let shown = String::from_utf8_lossy(&shown);
            for canary in [NAME, PASSWORD] {
                assert!(!shown.contains(canary), "{} ({}) shows {canary}:\n{shown}", drawn.name, drawn.kind);
            }
        }
    }
}
