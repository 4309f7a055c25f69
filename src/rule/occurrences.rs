//! Transactions that belong together, in bounded memory: how many, since when, the newest proofs.

use std::{collections::BTreeMap, sync::Arc};

use super::{Evidence, seen::Seen};
use crate::{dialect::Stamp, knowledge::Cause, session::Confidence, source::Sensitive};

/// Lines that prove a finding; the newest are kept.
const MAX_PROOFS: usize = 3;

/// Sums over transactions, with the newest proofs.
#[derive(Clone, Debug, Default)]
pub struct Pile {
    /// Transactions.
    pub count: u64,
    /// Files they stand in.
    pub files: u64,
    /// The first moment, where the log has times.
    pub first_time: Option<Stamp>,
    pub last_time: Option<Stamp>,
    /// The surest of their judgements.
    pub confidence: Option<Confidence>,
    /// The number of each cause.
    pub causes: BTreeMap<Cause, u64>,
    /// Place of the newest one in the history.
    pub newest: u64,
    last_file: Option<usize>,
    evidence: Vec<Arc<Evidence>>,
}

impl Pile {
    /// Takes a transaction, with its deciding words as a proof.
    pub fn add(&mut self, seen: &Seen<'_>) {
        self.keep(seen, seen.evidence().clone());
    }

    /// Takes a transaction, with these words at this line as the proof.
    pub fn add_with(&mut self, seen: &Seen<'_>, line: u64, text: Sensitive) {
        self.keep(seen, Arc::new(seen.proof(line, text)));
    }

    fn keep(&mut self, seen: &Seen<'_>, evidence: Arc<Evidence>) {
        self.count(seen);
        if self.evidence.len() == MAX_PROOFS {
            self.evidence.remove(0);
        }
        self.evidence.push(evidence);
    }

    /// Takes a transaction, and its words as a proof where it is one of the first.
    pub fn add_first(&mut self, seen: &Seen<'_>, max_proofs: u64) {
        if self.count < max_proofs { self.add(seen) } else { self.count(seen) }
    }

    /// Takes a transaction without keeping a proof.
    pub fn count(&mut self, seen: &Seen<'_>) {
        let tx = seen.tx;
        self.count += 1;
        self.newest = seen.nth;
        if self.last_file != Some(seen.file) {
            self.last_file = Some(seen.file);
            self.files += 1;
        }
        self.first_time = self.first_time.or(tx.first_time());
        self.last_time = tx.last_time().or(self.last_time);
        if let Some(cause) = tx.cause {
            self.confidence = self.confidence.max(tx.confidence);
            *self.causes.entry(cause).or_default() += 1;
        }
    }

    /// Puts another pile on this one; its mails are later, or of another workstation.
    pub fn merge(&mut self, other: &Pile) {
        self.count += other.count;
        self.files = self.files.max(other.files);
        self.first_time = self.first_time.or(other.first_time);
        self.last_time = other.last_time.or(self.last_time);
        self.confidence = self.confidence.max(other.confidence);
        self.newest = self.newest.max(other.newest);
        for (cause, count) in &other.causes {
            *self.causes.entry(*cause).or_default() += count;
        }
        self.evidence.extend(other.evidence.iter().cloned());
        let more = self.evidence.len().saturating_sub(MAX_PROOFS);
        self.evidence.drain(..more);
    }

    /// The same mails as the reason of these causes only: a finding about them ranks above no other.
    pub fn explaining_only(mut self, causes: &[Cause]) -> Self {
        self.causes.retain(|cause, _| causes.contains(cause));
        self
    }

    /// The cause of most of them.
    pub fn main_cause(&self) -> Option<Cause> {
        self.causes.iter().max_by_key(|(_, count)| **count).map(|(cause, _)| *cause)
    }

    /// The proofs, the newest first.
    pub fn evidence(&self) -> Vec<Evidence> {
        self.evidence.iter().rev().map(|proof| Evidence::clone(proof)).collect()
    }
}
