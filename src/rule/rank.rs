//! The order of findings: the first line is the one to act on, and a root cause stands before its symptoms.

use std::{cmp::Reverse, collections::BTreeMap};

use super::{Finding, REGISTRY, Severity, occurrences::Pile};
use crate::knowledge::Cause;

/// A finding explains a cause if it is about this share of its mails, in percent.
const EXPLAINS: u64 = 80;

/// A finding with what its rank depends on.
pub(super) struct Ranked {
    finding: Finding,
    /// Nothing shows that it has passed.
    live: bool,
    /// Place of its rule in the registry; `None` for a finding about one cause.
    rule: Option<usize>,
    causes: BTreeMap<Cause, u64>,
    newest: u64,
}

impl Ranked {
    /// A finding about one cause.
    pub(super) fn cause(finding: Finding, pile: &Pile, live: bool) -> Self {
        Ranked { finding, live, rule: None, causes: BTreeMap::new(), newest: pile.newest }
    }

    /// What the rule at this place of the registry found.
    pub(super) fn rule(rule: usize, finding: Finding, pile: &Pile, live: bool) -> Self {
        Ranked { finding, live, rule: Some(rule), causes: pile.causes.clone(), newest: pile.newest }
    }

    /// What still stops mail comes before what has passed, and that before what only deserves a look.
    fn level(&self) -> u8 {
        match (self.live, self.finding.severity) {
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
        about > 0 && about * 100 >= other.finding.count * EXPLAINS
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
    let mut keys: Vec<_> = (0..all.len()).map(|i| key(&all, i)).collect();
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by(|a, b| keys[*a].cmp(&keys[*b]));
    keys.clear();
    let mut slots: Vec<Option<Finding>> = all.into_iter().map(|one| Some(one.finding)).collect();
    order.into_iter().filter_map(|i| slots[i].take()).collect()
}

type Key = (Reverse<u8>, u8, Reverse<u64>, usize, Reverse<u64>);

fn key(all: &[Ranked], i: usize) -> Key {
    let one = &all[i];
    let others = || all.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, other)| other);
    // A rule stands as high as what it explains.
    let raised = others().filter(|other| one.explains(other)).map(Ranked::level).max().unwrap_or(0);
    let level = one.level().max(if one.live { raised } else { 0 });
    let kind = match one.rule {
        Some(_) => 0,
        None if others().any(|other| other.live == one.live && other.explains(one)) => 2,
        None if one.is_vague() => 3,
        None => 1,
    };
    match one.rule {
        // Among rules the registry's order decides: the more particular reading first.
        Some(place) => (Reverse(level), kind, Reverse(0), place, Reverse(one.newest)),
        None => (Reverse(level), kind, Reverse(one.finding.count), 0, Reverse(one.newest)),
    }
}
