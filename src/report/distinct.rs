//! Failures that differ only in ids, numbers and addresses are one.

use std::{cmp::Reverse, collections::HashMap};

use crate::{dialect::Stamp, redact::Redacted};

use super::{failures::deciding, row::TransactionRow};

/// Different failures that are told apart; more are counted together.
const MAX_DIFFERENT: usize = 50;

/// Counts failures, in bounded memory.
#[derive(Default)]
pub(super) struct Distinct {
    failures: Vec<Failure>,
    place: HashMap<(&'static str, &'static str, String), usize>,
    others: u64,
}

/// Failures with the same words.
pub(super) struct Failure {
    pub(super) count: u64,
    pub(super) cause: &'static str,
    pub(super) stage: &'static str,
    /// The reply with its code, or what the program said, with holes for the values.
    pub(super) words: String,
    pub(super) first: Option<Stamp>,
    pub(super) last: Option<Stamp>,
}

impl Distinct {
    pub(super) fn add(&mut self, row: &TransactionRow, error: Option<&Redacted>, time: Option<Stamp>) {
        let words = deciding(row, row.reply_template.as_ref(), error);
        let key = (row.cause, row.stage, words);
        if let Some(failure) = self.place.get(&key).and_then(|place| self.failures.get_mut(*place)) {
            failure.count += 1;
            failure.last = time.or(failure.last);
        } else if self.failures.len() < MAX_DIFFERENT {
            self.place.insert(key.clone(), self.failures.len());
            let (cause, stage, words) = key;
            self.failures.push(Failure { count: 1, cause, stage, words, first: time, last: time });
        } else {
            self.others += 1;
        }
    }

    /// The commonest first, and how many others there are.
    pub(super) fn commonest(mut self) -> (Vec<Failure>, u64) {
        self.failures.sort_by_key(|failure| Reverse(failure.count));
        (self.failures, self.others)
    }
}
