//! How often each way of deciding is right, over the replies in the labelled logs of `fixtures`. `docs/certainty.md` holds the
//! same table; after a change of the knowledge or of the fixtures run this test with `MTMLOG_BLESS=1`.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use mtmlog::{
    knowledge::{By, Knowledge, ReplyMeaning, ReplyQuery, Witness},
    smtp::ReplyCode,
};
use serde_json::Value;

use crate::common::analyse;

fn way(meaning: &ReplyMeaning) -> (u8, &'static str) {
    match (meaning.by, meaning.witness) {
        _ if meaning.rank >= 100 => (0, "a code so specific that it beats the words"),
        (By::Text, Witness::Code | Witness::Both) if meaning.is_sure() => (1, "a row, and a code that means the same"),
        (By::Text, _) if meaning.is_sure() => (2, "a row of rank 70 and more, and the model"),
        _ if meaning.is_sure() => (3, "a row of less rank than 60, the model and a code"),
        (By::Text, _) => (4, "a row of rank 60 and more: contested, below 70, or alone"),
        (By::Frame, _) => (5, "a row of less rank, and what else speaks for it"),
        (By::Enhanced | By::Code, _) => (6, "an enhanced code, or the code alone"),
        (By::Model, _) => (7, "the model alone"),
        (By::Nothing, _) => (8, "nothing fits"),
    }
}

/// The causes that a label allows. That the name or the password was never filled in shows in what was sent: the reply says
/// that it is refused.
fn causes(truth: &Value) -> BTreeSet<String> {
    let also = truth["also"].as_array().into_iter().flatten().map(|entry| &entry["cause"]);
    let listed = std::iter::once(&truth["cause"]).chain(also).flat_map(|cause| match cause {
        Value::Array(several) => several.iter().collect(),
        one => vec![one],
    });
    let reply = |cause: &str| match cause {
        "auth.placeholder-password" | "auth.username-incomplete" => "auth.rejected".to_owned(),
        cause => cause.to_owned(),
    };
    listed.filter_map(Value::as_str).map(reply).collect()
}

/// How the table begins in the page.
const HEAD: &str = "| way of deciding | replies in `fixtures` | called |";

/// The table of the page, which ends at an empty line, is the one that was measured.
fn compare(measured: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/certainty.md");
    let page = std::fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    let begin = page.find(HEAD).unwrap();
    let end = begin + page[begin..].find("\n\n").unwrap() + 1;
    if std::env::var_os("MTMLOG_BLESS").is_some() {
        std::fs::write(&path, format!("{}{measured}{}", &page[..begin], &page[end..])).unwrap();
    } else {
        assert_eq!(&page[begin..end], measured, "run `MTMLOG_BLESS=1 cargo test --test suite certainty`");
    }
}

#[test]
fn certain_answers_are_right() {
    let mut seen = BTreeSet::new();
    let mut ways: BTreeMap<(u8, &str), (usize, usize)> = BTreeMap::new();
    let (mut sure, mut sure_and_right) = (0, 0);
    let labels = std::fs::read_to_string("fixtures/labels.ndjson").unwrap();
    for label in labels.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        let truths = label["transactions"].as_array().unwrap();
        let got = analyse(&Path::new("fixtures").join(label["log"].as_str().unwrap())).transactions;
        for (tx, truth) in got.iter().zip(truths).filter(|_| got.len() == truths.len()) {
            let Some(reply) = tx.reply.as_ref().filter(|reply| reply.code.is_refusal()) else { continue };
            let text = reply.text.expose();
            if !seen.insert((reply.code.0, text.to_vec(), causes(truth))) {
                continue;
            }
            let verb = Some(reply.verb);
            let asked = ReplyQuery { code: reply.code, enhanced: reply.enhanced, text, verb, host: None };
            let meaning = Knowledge::builtin().reply(&asked);
            let right = usize::from(causes(truth).contains(meaning.cause.code()));
            let (rights, all) = ways.entry(way(&meaning)).or_default();
            (*rights, *all) = (*rights + right, *all + 1);
            if meaning.is_sure() {
                (sure, sure_and_right) = (sure + 1, sure_and_right + right);
                if right == 0 {
                    println!(
                        "{:?} wants {:?}, not {}",
                        asked.text.escape_ascii().to_string(),
                        causes(truth),
                        meaning.cause
                    );
                }
            }
        }
    }
    let called = |way: u8| ["certain", "likely", "guess"][usize::from(way > 3) + usize::from(way > 6)];
    let rows = ways.iter().map(|((at, way), (right, all))| format!("| {way} | {right} of {all} | {} |\n", called(*at)));
    compare(&(HEAD.to_owned() + "\n|---|---|---|\n" + &rows.collect::<String>()));
    assert!(sure_and_right * 100 >= sure * 99 && sure > 20, "{sure_and_right} of {sure} certain answers are right");
}

/// Some servers put off what others refuse: Postfix's `unknown_address_reject_code` is 450.
#[test]
fn whom_nobody_knows_may_be_put_off() {
    for text in ["user unknown", "no such domain", "4.1.2 <a@b.example>: Recipient address rejected: Domain not found"]
    {
        let asked = ReplyQuery { code: ReplyCode(450), enhanced: None, text: text.as_bytes(), verb: None, host: None };
        assert_eq!(Knowledge::builtin().reply(&asked).cause.code(), "recipient.unknown", "{text}");
    }
}

#[test]
fn what_is_said_of_a_sender_behind_a_colon_is_about_him() {
    for (text, cause) in [
        (
            "5.1.0 <a@practice.example>: Sender address rejected: User unknown in virtual mailbox table",
            "sender.rejected",
        ),
        ("Sender verify failed: response to callout was 550 no mailbox", "sender.rejected"),
        ("5.1.1 <b@c.example>: Recipient address rejected: User unknown in virtual mailbox table", "recipient.unknown"),
    ] {
        let asked = ReplyQuery { code: ReplyCode(550), enhanced: None, text: text.as_bytes(), verb: None, host: None };
        assert_eq!(Knowledge::builtin().reply(&asked).cause.code(), cause, "{text}");
    }
}
