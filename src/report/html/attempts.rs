//! Attempts in the page: the list, and the grid of the newest by the stages they passed.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    redact::Redacted,
    session::{Outcome, Tls, Transaction},
    smtp::Stage,
};

use super::super::{
    failures::{deciding, recipient},
    row::TransactionRow,
    text::cut,
};

/// Characters of a reply in the list: a reply of several lines can be long.
const MAX_LIST_REPLY_CHARS: usize = 400;
/// Characters of a reply in the grid, where it only has to be recognised.
const MAX_GRID_REPLY_CHARS: usize = 90;

/// The columns of the grid; a message that was accepted has passed them all.
pub(super) const GRID_STAGES: [Stage; 8] =
    [Stage::Connect, Stage::Greeting, Stage::Tls, Stage::Ehlo, Stage::Auth, Stage::Mail, Stage::Rcpt, Stage::Data];

#[derive(Serialize)]
pub(super) struct AttemptRow {
    time: String,
    outcome: &'static str,
    stage: &'static str,
    cause: &'static str,
    reply: String,
    server: String,
    recipient: String,
    file: Redacted,
    line: u64,
    tx_id: String,
    customer: Option<Redacted>,
    /// Its place among all, to sort by.
    pub(super) place: usize,
}

impl AttemptRow {
    pub(super) fn new(row: &TransactionRow, error: Option<&Redacted>, tx: &Transaction) -> Self {
        let port = row.server_port.map_or(String::new(), |port| format!(":{port}"));
        AttemptRow {
            time: time(tx),
            outcome: row.outcome,
            stage: row.stage,
            cause: row.cause,
            reply: cut(&deciding(row, row.reply_text.as_ref(), error), MAX_LIST_REPLY_CHARS),
            server: row.server_host.as_ref().map_or(port.clone(), |host| format!("{host}{port}")),
            recipient: recipient(row),
            file: row.file.clone(),
            line: row.line_first,
            tx_id: row.tx_id.clone(),
            customer: row.customer.clone(),
            place: 0,
        }
    }
}

fn time(tx: &Transaction) -> String {
    tx.last_time().map(|stamp| stamp.to_string()).unwrap_or_default()
}

#[derive(Serialize)]
pub(super) struct GridRow {
    time: String,
    steps: Vec<Step>,
    outcome: &'static str,
    words: String,
}

/// The result of one attempt at one stage: a sign, and a word for whoever cannot see the sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
struct Step {
    kind: &'static str,
    sign: &'static str,
    word: &'static str,
}

const PASSED: Step = Step { kind: "passed", sign: "\u{2713}", word: "passed" };
const STOPPED: Step = Step { kind: "failed-here", sign: "\u{2715}", word: "stopped here" };
const PARTLY: Step = Step { kind: "partly", sign: "\u{25d0}", word: "passed for some" };
const OPEN: Step = Step { kind: "partly", sign: "?", word: "the log ends here" };
const UNUSED: Step = Step { kind: "unused", sign: "\u{2013}", word: "not used" };
const NEVER: Step = Step { kind: "", sign: "", word: "" };

impl GridRow {
    pub(super) fn new(row: &TransactionRow, error: Option<&Redacted>, tx: &Transaction) -> Self {
        let time = time(tx);
        GridRow {
            time: if time.is_empty() { format!("line {}", tx.line_first) } else { time },
            steps: GRID_STAGES.iter().map(|stage| step(*stage, tx)).collect(),
            outcome: row.outcome,
            words: cut(&deciding(row, row.reply_text.as_ref(), error), MAX_GRID_REPLY_CHARS),
        }
    }
}

fn step(stage: Stage, tx: &Transaction) -> Step {
    let unused = match stage {
        Stage::Tls => tx.tls.is_none_or(|tls| tls == Tls::None),
        Stage::Auth => tx.sign_in.mechanism.is_none(),
        _ => false,
    };
    match tx.outcome {
        Outcome::Partial if stage == Stage::Rcpt => PARTLY,
        _ if stage < tx.stage && unused => UNUSED,
        // TLS from the first byte comes before the greeting.
        _ if stage == Stage::Greeting && tx.stage == Stage::Tls && tx.tls == Some(Tls::Implicit) => NEVER,
        _ if stage < tx.stage => PASSED,
        _ if stage > tx.stage => NEVER,
        Outcome::Sent | Outcome::Partial | Outcome::Tested => PASSED,
        Outcome::Incomplete => OPEN,
        Outcome::Rejected | Outcome::Deferred | Outcome::Failed => STOPPED,
    }
}

/// Numbers of attempts by their end and by the stage they got to.
#[derive(Default)]
pub(super) struct Stages(BTreeMap<Stage, [u64; Outcome::ALL.len()]>);

/// One of them, with each count's share of all.
#[derive(Serialize)]
pub(super) struct StageRow {
    name: &'static str,
    cells: Vec<Cell>,
}

#[derive(Serialize)]
struct Cell {
    count: u64,
    much: u64,
}

impl Stages {
    pub(super) fn add(&mut self, tx: &Transaction) {
        if let Some(place) = Outcome::ALL.iter().position(|outcome| *outcome == tx.outcome) {
            self.0.entry(tx.stage).or_default()[place] += 1;
        }
    }

    pub(super) fn rows(&self) -> Vec<StageRow> {
        let all: u64 = self.0.values().flatten().sum();
        let cell = |count: &u64| Cell { count: *count, much: 25 + count * 75 / all.max(1) };
        self.0
            .iter()
            .map(|(stage, counts)| StageRow { name: stage.name(), cells: counts.iter().map(cell).collect() })
            .collect()
    }
}
