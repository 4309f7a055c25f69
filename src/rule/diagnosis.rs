//! All that is judged over many mails: the causes, the rules, and their order.

use std::cell::OnceCell;

use chrono::NaiveDate;

use super::{
    Finding, REGISTRY, Words,
    addresses::Addresses,
    by_cause::ByCause,
    definition::{Case, Found, Rule, Watch},
    occurrences::Pile,
    rank::{Ranked, rank},
    seen::Seen,
    state::{Condition, History},
};
use crate::{knowledge::Knowledge, session::Transaction};

/// State and findings of one customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// Mail goes out.
    pub condition: Condition,
    /// The findings, the one to act on first.
    pub findings: Vec<Finding>,
}

/// Takes the transactions of one customer, all files as one history, and says what is wrong. Its memory is bounded by
/// what failed.
pub(crate) struct Diagnosis<'k> {
    knowledge: &'k Knowledge,
    today: NaiveDate,
    seen: u64,
    causes: ByCause,
    addresses: Addresses,
    history: History,
    watches: Vec<Box<dyn Watch>>,
}

impl<'k> Diagnosis<'k> {
    /// Begins. `today` is the day by which notices are due.
    pub(crate) fn new(knowledge: &'k Knowledge, today: NaiveDate) -> Self {
        Diagnosis {
            knowledge,
            today,
            seen: 0,
            causes: ByCause::default(),
            addresses: Addresses::default(),
            history: History::default(),
            watches: REGISTRY.iter().map(|rule| (rule.watch)()).collect(),
        }
    }

    /// Takes the next transaction, in file order.
    pub(crate) fn observe(&mut self, file: usize, tx_id: u64, tx: &Transaction) {
        self.seen += 1;
        let knowledge = self.knowledge;
        let seen = Seen { file, tx_id, nth: self.seen, tx, knowledge, evidence: OnceCell::new() };
        self.causes.observe(&seen);
        self.addresses.observe(&seen);
        self.history.observe(file, tx);
        for watch in &mut self.watches {
            watch.observe(&seen);
        }
    }

    /// A transaction that no finding is asked about; it counts for the state.
    pub(crate) fn pass_by(&mut self, file: usize, tx: &Transaction) {
        self.history.observe(file, tx);
    }

    /// The attempts so far.
    pub(crate) fn history(&self) -> &History {
        &self.history
    }

    /// The state, and the findings, the one to act on first.
    pub(crate) fn judgement(self) -> Judgement {
        let case = Case {
            knowledge: self.knowledge,
            today: self.today,
            of: self.seen,
            addresses: &self.addresses,
            history: &self.history,
        };
        let condition = self.history.condition(self.knowledge);
        let mut all = self.causes.findings(&case);
        for (place, (rule, watch)) in REGISTRY.iter().zip(self.watches).enumerate() {
            if let Some(found) = watch.finish(&case).filter(|found| found.pile.count > 0) {
                let (pile, apart, lead) = (found.pile.clone(), found.apart, found.steps.len());
                all.push(Ranked::rule(place, finding(rule, found, &case), &pile, apart, lead));
            }
        }
        Judgement { condition, findings: rank(all) }
    }
}

/// Every cause that a rule is about has passed; one about no cause says itself whether it has.
fn has_passed(pile: &Pile, case: &Case<'_>) -> bool {
    !pile.causes.is_empty() && pile.causes.keys().all(|cause| case.history.passed(*cause).is_some())
}

fn finding(rule: &Rule, found: Found, case: &Case<'_>) -> Finding {
    let own = rule.steps.iter().map(|step| Words::from(*step));
    let why = found.why.unwrap_or_default();
    Finding {
        finding: rule.id,
        cause: found.cause,
        severity: found.severity.unwrap_or(rule.severity),
        standing: found.live && !has_passed(&found.pile, case),
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
        customer: None,
    }
}
