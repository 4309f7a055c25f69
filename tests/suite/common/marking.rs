//! Marks an answer against the label of its log, field by field, by the rules of the label's conventions.

use std::collections::BTreeSet;

use mtmlog::session::Transaction;
use serde_json::{Value, json};

use super::text;

/// A transaction as the label's fields name it.
pub fn answer(tx: &Transaction) -> Value {
    let recipients: Vec<Value> =
        tx.recipients.iter().map(|r| json!({"address": text(&r.address), "accepted": r.accepted})).collect();
    json!({
        "outcome": tx.outcome.name(),
        "stage": tx.stage.name(),
        "reply_code": tx.reply.as_ref().map(|reply| reply.code.0),
        "cause": tx.cause.map_or("none", |cause| cause.code()),
        "recipients": recipients,
    })
}

fn is_in(value: &Value, allowed: &Value) -> bool {
    match allowed {
        Value::String(any) if any == "*" => true,
        Value::Array(list) => list.contains(value),
        one => one == value,
    }
}

/// Where no reply decided: none, or the last that was no refusal. Where all went well: none, or any 2xx.
pub fn code_right(code: &Value, option: &Value) -> bool {
    let want = &option["reply_code"];
    let number = code.as_u64().unwrap_or(0);
    if option["outcome"] == "sent" {
        return code.is_null() || (200..300).contains(&number);
    }
    is_in(code, want) || want.is_null() && (200..400).contains(&number)
}

/// Words that nothing decides are as right as the other ways to say that the log does not tell.
fn cause_right(cause: &Value, allowed: &Value) -> bool {
    let silent = |code: &str| is_in(&Value::from(code), allowed);
    is_in(cause, allowed) || cause == "unknown.error" && (silent("conn.silent") || silent("unknown.reply"))
}

/// The fields that are wrong, by the reading of the label that fits best.
fn wrong_fields(truth: &Value, got: &Value) -> Vec<&'static str> {
    let entries = truth["also"].as_array().into_iter().flatten();
    let changed = entries.map(|entry| {
        let mut option = truth.clone();
        option.as_object_mut().unwrap().extend(entry.as_object().unwrap().clone());
        option
    });
    std::iter::once(truth.clone())
        .chain(changed)
        .map(|option| {
            let right = [
                ("outcome", is_in(&got["outcome"], &option["outcome"])),
                ("stage", is_in(&got["stage"], &option["stage"])),
                ("reply_code", code_right(&got["reply_code"], &option)),
                ("cause", cause_right(&got["cause"], &option["cause"])),
            ];
            right.iter().filter(|(_, right)| !right).map(|(field, _)| *field).collect::<Vec<_>>()
        })
        .min_by_key(Vec::len)
        .unwrap()
}

fn addresses<'a>(list: &'a Value, name: &str, accepted: Option<bool>) -> Vec<String> {
    let of = |entry: &'a Value| entry.as_object().unwrap();
    let list = list.as_array().into_iter().flatten().map(of);
    let wanted = list.filter(|entry| accepted.is_none_or(|accepted| entry["accepted"] == accepted));
    wanted.map(|entry| entry[name].as_str().unwrap().to_lowercase()).collect()
}

/// Every address of a RCPT command that the log shows, once; in a partial delivery also which of them were refused.
fn recipients_right(truth: &Value, got: &Value, log: &str) -> bool {
    let want: BTreeSet<String> =
        addresses(&truth["rcpts"], "addr", None).into_iter().filter(|address| log.contains(address)).collect();
    let have = addresses(&got["recipients"], "address", None);
    let once: BTreeSet<String> = have.iter().cloned().collect();
    let optional = truth["rcpts_optional"].as_array().into_iter().flatten();
    let most: BTreeSet<String> =
        want.iter().cloned().chain(optional.map(|a| a.as_str().unwrap().to_lowercase())).collect();
    if have.len() != once.len() || !want.is_subset(&once) || !once.is_subset(&most) {
        return false;
    }
    let refused =
        |list: &Value, name: &str| -> BTreeSet<String> { addresses(list, name, Some(false)).into_iter().collect() };
    truth["outcome"] != "partial" || refused(&truth["rcpts"], "addr") == refused(&got["recipients"], "address")
}

/// What is wrong with the answer to a whole log, in words; nothing if all is right.
pub fn mark(label: &Value, got: &[Value], log: &str) -> Option<String> {
    let empty = log.trim().is_empty();
    let truth: &[Value] = if empty { &[] } else { label["transactions"].as_array().unwrap() };
    let retries: u64 = truth.iter().map(|t| t["retries"].as_u64().unwrap_or(0)).sum();
    let low = log.to_lowercase();
    let mut wrong = Vec::new();
    let most = truth.len() + usize::try_from(retries).unwrap();
    if got.len() < truth.len() || got.len() > most {
        wrong.push(format!("{} transactions, not {}", got.len(), truth.len()));
    }
    for (n, (truth, got)) in truth.iter().zip(got).enumerate() {
        for field in wrong_fields(truth, got) {
            wrong.push(format!("#{} {field} {}, not {}", n + 1, shown(&got[field]), shown(&truth[field])));
        }
        if !recipients_right(truth, got, &low) {
            wrong.push(format!("#{} recipients", n + 1));
        }
    }
    (!wrong.is_empty()).then(|| wrong.join("; "))
}

pub fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A log drawn by lot: its name, its bytes, what is true of it.
pub struct Drawn {
    pub name: String,
    pub kind: &'static str,
    pub log: Vec<u8>,
    pub label: Value,
}

/// A number that the environment gives, for whoever draws other logs.
pub fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}
