//! The order of findings: the first line is the one to act on, and a root cause stands before its symptoms.

use std::{cmp::Reverse, collections::BTreeMap};

use super::{Finding, REGISTRY, Severity, occurrences::Pile};
use crate::knowledge::Cause;

/// A finding explains a cause if it is about this share of its mails, in percent.
const MIN_PERCENT_EXPLAINED: u64 = 80;

/// A finding with what its rank depends on.
pub(super) struct Ranked {
    finding: Finding,
    /// Place of its rule in the registry; `None` for a finding about one cause.
    rule: Option<usize>,
    causes: BTreeMap<Cause, u64>,
    newest: u64,
    /// It is never told together with another.
    apart: bool,
    /// So many of its steps are about this case, and come before those of its cause.
    lead: usize,
}

impl Ranked {
    /// A finding about one cause.
    pub(super) fn cause(finding: Finding, pile: &Pile) -> Self {
        Ranked { finding, rule: None, causes: BTreeMap::new(), newest: pile.newest, apart: false, lead: 0 }
    }

    /// The finding of the rule at this place of the registry.
    pub(super) fn rule(rule: usize, finding: Finding, pile: &Pile, apart: bool, lead: usize) -> Self {
        Ranked { finding, rule: Some(rule), causes: pile.causes.clone(), newest: pile.newest, apart, lead }
    }

    /// What still stops mail comes before what has passed, and that before what only deserves a look.
    fn level(&self) -> u8 {
        match (self.finding.standing, self.finding.severity) {
            (true, Severity::Error) => 5,
            (true, Severity::Warning) => 4,
            (false, Severity::Error) => 3,
            (false, Severity::Warning) => 2,
            (true, Severity::Note) => 1,
            (false, Severity::Note) => 0,
        }
    }

    fn explains(&self, other: &Ranked) -> bool {
        let (Some(cause), None) = (other.finding.cause, other.rule) else { return false };
        let about = self.causes.get(&cause).copied().unwrap_or(0);
        about > 0 && about * 100 >= other.finding.count * MIN_PERCENT_EXPLAINED
    }

    /// The same mails with the same proof: one fault, told twice.
    fn is_same_fault(&self, other: &Ranked) -> bool {
        let (one, two) = (&self.finding, &other.finding);
        !self.apart
            && !other.apart
            && one.count == two.count
            && one.standing == two.standing
            && !one.evidence.is_empty()
            && one.evidence == two.evidence
            && (one.cause == two.cause || one.cause.is_none() || two.cause.is_none())
    }

    /// Takes over what the lower one adds: the steps of a cause after what is particular here, those of a rule last.
    fn take(&mut self, lower: Ranked) {
        let (own, more) = (&mut self.finding, lower.finding);
        let at = if lower.rule.is_none() { self.lead } else { own.steps.len() };
        let new: Vec<_> =
            more.steps.into_iter().filter(|step| !own.steps.iter().any(|told| step.repeats(told))).collect();
        own.steps.splice(at..at, new);
        for actor in more.acts {
            if !own.acts.contains(&actor) {
                own.acts.push(actor);
            }
        }
        for step in more.article_step {
            if !own.article_step.contains(&step) {
                own.article_step.push(step);
            }
        }
        own.article_step.sort();
        own.cause = own.cause.or(more.cause);
        own.severity = own.severity.max(more.severity);
        own.confidence = own.confidence.max(more.confidence);
    }

    /// It says what went wrong last, not why: the error before it is the one to look at.
    fn is_vague(&self) -> bool {
        use Cause::{ConnSilent, ProtocolSequence, ProtocolSyntax, UnknownError, UnknownReply};
        let vague = [ProtocolSequence, ProtocolSyntax, UnknownReply, UnknownError, ConnSilent];
        self.rule.is_none() && self.finding.cause.is_some_and(|cause| vague.contains(&cause))
    }
}

/// Puts findings in order and drops those that another one makes superfluous.
pub(super) fn rank(mut all: Vec<Ranked>) -> Vec<Finding> {
    let silenced: Vec<&str> =
        all.iter().filter_map(|one| one.rule).flat_map(|rule| REGISTRY[rule].swallows.iter().copied()).collect();
    all.retain(|one| !silenced.contains(&one.finding.finding));
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_cached_key(|i| key(&all, *i));
    let mut slots: Vec<Option<Ranked>> = all.into_iter().map(Some).collect();
    let mut kept: Vec<Ranked> = Vec::new();
    for one in order.into_iter().filter_map(|i| slots[i].take()) {
        match kept.iter_mut().find(|higher| higher.is_same_fault(&one)) {
            Some(higher) => higher.take(one),
            None => kept.push(one),
        }
    }
    // A finding that has passed is a note: there is nothing to act on.
    kept.iter_mut().filter(|one| !one.finding.standing).for_each(|one| one.finding.severity = Severity::Note);
    kept.into_iter().map(|one| one.finding).collect()
}

type Key = (Reverse<u8>, u8, Reverse<u64>, usize, Reverse<u64>);

fn key(all: &[Ranked], i: usize) -> Key {
    let one = &all[i];
    let others = || all.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, other)| other);
    // A rule stands as high as what it explains.
    let raised = others().filter(|other| one.explains(other)).map(Ranked::level).max().unwrap_or(0);
    let level = one.level().max(if one.finding.standing { raised } else { 0 });
    let kind = match one.rule {
        Some(_) => 0,
        None if others().any(|other| other.finding.standing == one.finding.standing && other.explains(one)) => 2,
        None if one.is_vague() => 3,
        None => 1,
    };
    match one.rule {
        // Among rules the registry's order decides: the more particular reading first.
        Some(place) => (Reverse(level), kind, Reverse(0), place, Reverse(one.newest)),
        None => (Reverse(level), kind, Reverse(one.finding.count), 0, Reverse(one.newest)),
    }
}
