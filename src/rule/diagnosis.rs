//! All that is judged over many mails: the causes, the rules, and their order.

use std::cell::OnceCell;

use chrono::NaiveDate;

use super::{
    Finding, REGISTRY, Words,
    addresses::Addresses,
    by_cause::ByCause,
    definition::{Case, Found, Rule, Seen, Watch},
    rank::{Ranked, rank},
};
use crate::{knowledge::Knowledge, session::Transaction};

/// Takes the transactions of one customer, all files as one history, and says what is wrong. Its memory is bounded by
/// what failed.
pub struct Diagnosis<'k> {
    knowledge: &'k Knowledge,
    today: NaiveDate,
    seen: u64,
    causes: ByCause,
    addresses: Addresses,
    watches: Vec<Box<dyn Watch>>,
}

impl<'k> Diagnosis<'k> {
    /// Begins. `today` is the day by which notices are due.
    #[must_use]
    pub fn new(knowledge: &'k Knowledge, today: NaiveDate) -> Self {
        Diagnosis {
            knowledge,
            today,
            seen: 0,
            causes: ByCause::default(),
            addresses: Addresses::default(),
            watches: REGISTRY.iter().map(|rule| (rule.watch)()).collect(),
        }
    }

    /// Takes the next transaction, in file order.
    pub fn observe(&mut self, file: usize, tx_id: u64, tx: &Transaction) {
        self.seen += 1;
        let knowledge = self.knowledge;
        let seen = Seen { file, tx_id, nth: self.seen, tx, knowledge, evidence: OnceCell::new() };
        self.causes.observe(&seen);
        self.addresses.observe(&seen);
        for watch in &mut self.watches {
            watch.observe(&seen);
        }
    }

    /// The findings, the one to act on first.
    #[must_use]
    pub fn findings(self) -> Vec<Finding> {
        let case = Case { knowledge: self.knowledge, today: self.today, of: self.seen, addresses: &self.addresses };
        let mut all = self.causes.findings(&case);
        for (place, (rule, watch)) in REGISTRY.iter().zip(self.watches).enumerate() {
            if let Some(found) = watch.finish(&case) {
                let (pile, live) = (found.pile.clone(), found.live);
                all.push(Ranked::rule(place, finding(rule, found, &case), &pile, live));
            }
        }
        rank(all)
    }
}

fn finding(rule: &Rule, found: Found, case: &Case<'_>) -> Finding {
    let own = rule.steps.iter().map(|step| Words::from(*step));
    let why = found.why.unwrap_or_default();
    Finding {
        finding: rule.id,
        cause: found.cause,
        severity: found.severity.unwrap_or(rule.severity),
        confidence: found.confidence,
        title: found.title.unwrap_or_else(|| Words::from(rule.title)),
        why: Words::from(rule.why).then(why),
        steps: found.steps.into_iter().chain(own).collect(),
        acts: rule.acts.to_vec(),
        article_step: rule.article_step.iter().map(|step| (*step).to_owned()).collect(),
        count: found.pile.count,
        of: case.of,
        files: found.pile.files,
        first_time: found.pile.first_time,
        last_time: found.pile.last_time,
        evidence: found.pile.evidence(),
    }
}
