//! One finding for each cause that was seen; its id is the cause code.

use std::collections::BTreeMap;

use super::{Actor, Evidence, Finding, Severity, Word, Words};
use crate::{
    dialect::Stamp,
    knowledge::{Cause, Knowledge},
    session::{Confidence, Transaction},
    source::Sensitive,
};

/// Lines that prove a finding; the newest are kept.
const EVIDENCE: usize = 3;

/// Collects transactions by cause, in bounded memory.
#[derive(Default)]
pub struct ByCause {
    groups: BTreeMap<Cause, Group>,
    seen: u64,
}

#[derive(Default)]
struct Group {
    count: u64,
    files: u64,
    last_file: Option<usize>,
    confidence: Option<Confidence>,
    first_time: Option<Stamp>,
    last_time: Option<Stamp>,
    host: Option<Sensitive>,
    several_hosts: bool,
    evidence: Vec<Evidence>,
    /// Place in the log of the newest one, to rank by.
    newest: u64,
}

impl ByCause {
    /// Takes the next transaction, in file order.
    pub fn observe(&mut self, file: usize, tx_id: u64, tx: &Transaction) {
        self.seen += 1;
        let Some(cause) = tx.cause else { return };
        let group = self.groups.entry(cause).or_default();
        group.count += 1;
        group.newest = self.seen;
        if group.last_file != Some(file) {
            group.last_file = Some(file);
            group.files += 1;
        }
        group.confidence = group.confidence.max(tx.confidence);
        group.first_time = group.first_time.or(tx.started_at).or(tx.ended_at);
        group.last_time = tx.ended_at.or(tx.started_at).or(group.last_time);
        if let Some(host) = &tx.connection.host {
            group.several_hosts |= group.host.as_ref().is_some_and(|h| h != host);
            if group.host.is_none() {
                group.host = Some(host.clone());
            }
        }
        if group.evidence.len() == EVIDENCE {
            group.evidence.pop();
        }
        group.evidence.insert(0, evidence(file, tx_id, tx));
    }

    /// The findings, the one to act on first.
    #[must_use]
    pub fn findings(self, knowledge: &Knowledge) -> Vec<Finding> {
        let seen = self.seen;
        let mut ranked: Vec<(u64, Finding)> = self
            .groups
            .into_iter()
            .map(|(cause, group)| (group.newest, finding(knowledge, cause, group, seen)))
            .collect();
        // What stops all mail comes first, then what happens most, then what happened last.
        ranked.sort_by(|(a_newest, a), (b_newest, b)| {
            (b.severity, b.count, b_newest).cmp(&(a.severity, a.count, a_newest))
        });
        ranked.into_iter().map(|(_, finding)| finding).collect()
    }
}

fn finding(knowledge: &Knowledge, cause: Cause, group: Group, seen: u64) -> Finding {
    let facts = knowledge.cause(cause);
    let mut title = Words::from(facts.title().trim_end_matches('.').to_owned());
    if let Some(host) = group.host.filter(|_| !group.several_hosts) {
        title.0.push(Word::Ours(" (".into()));
        title.0.push(Word::Host(host));
        title.0.push(Word::Ours(")".into()));
    }
    Finding {
        finding: cause.code(),
        cause: Some(cause),
        severity: severity(facts.severity()),
        confidence: group.confidence.unwrap_or(Confidence::Guess),
        title,
        why: Words::from(facts.why().to_owned()),
        steps: facts.steps().iter().map(|step| Words::from(step.clone())).collect(),
        acts: facts.acts().iter().filter_map(|act| actor(act)).collect(),
        article_step: facts.article_step().iter().map(|step| step.to_owned()).collect(),
        count: group.count,
        of: seen,
        files: group.files,
        first_time: group.first_time,
        last_time: group.last_time,
        evidence: group.evidence,
    }
}

/// The deciding words: the reply with its code, or what the program said; else where it broke off.
fn evidence(file: usize, tx_id: u64, tx: &Transaction) -> Evidence {
    let (line, text) = match (&tx.reply, &tx.error) {
        (Some(reply), _) => {
            let mut text = reply.code.to_string().into_bytes();
            if !reply.text.is_empty() {
                text.push(b' ');
                text.extend_from_slice(reply.text.expose());
            }
            (reply.line, Sensitive::new(&text))
        }
        (None, Some(error)) => (error.line, error.text.clone()),
        (None, None) => (tx.line_last, Sensitive::new(broken_off(tx).as_bytes())),
    };
    Evidence { file, line, tx_id, text }
}

fn broken_off(tx: &Transaction) -> String {
    format!("(the log shows nothing more after this line; it broke off at stage {})", tx.stage)
}

fn severity(word: &str) -> Severity {
    match word {
        "error" => Severity::Error,
        "note" => Severity::Note,
        _ => Severity::Warning,
    }
}

fn actor(word: &str) -> Option<Actor> {
    match word {
        "technician" => Some(Actor::Technician),
        "customer" => Some(Actor::Customer),
        "provider" => Some(Actor::Provider),
        "recipient" => Some(Actor::Recipient),
        _ => None,
    }
}
