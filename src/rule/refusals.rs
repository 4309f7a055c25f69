//! Refused passwords, one soon after another.

use std::collections::VecDeque;

use chrono::{NaiveDateTime, TimeDelta};

use crate::{knowledge::Cause, session::Transaction};

/// The newest refusals, `COUNT` at the most, none of them more than `MINUTES` after the one before it.
#[derive(Default)]
pub(super) struct Refusals<const COUNT: usize, const MINUTES: i64>(VecDeque<NaiveDateTime>);

impl<const COUNT: usize, const MINUTES: i64> Refusals<COUNT, MINUTES> {
    /// Adds a refusal. False where it stands apart from those before it, which are forgotten.
    pub(super) fn add(&mut self, now: NaiveDateTime) -> bool {
        let goes_on = self.last().is_none_or(|last| now >= last && now - last <= TimeDelta::minutes(MINUTES));
        if !goes_on {
            self.0.clear();
        }
        self.0.push_back(now);
        if self.0.len() > COUNT {
            self.0.pop_front();
        }
        goes_on
    }

    /// `COUNT` of them fell into `MINUTES`.
    pub(super) fn are_enough(&self) -> bool {
        let first = self.0.front().filter(|_| self.0.len() == COUNT);
        first.zip(self.last()).is_some_and(|(first, last)| last - *first <= TimeDelta::minutes(MINUTES))
    }

    /// When the newest was.
    pub(super) fn last(&self) -> Option<NaiveDateTime> {
        self.0.back().copied()
    }
}

/// The server refused a name or a password.
pub(super) fn is_refusal(tx: &Transaction) -> bool {
    use Cause::*;
    let password =
        [AuthRejected, AuthAppPasswordRequired, AuthUsernameIncomplete, AuthPlaceholderPassword, AuthTooManyAttempts];
    tx.outcome.is_failure() && tx.cause.is_some_and(|cause| password.contains(&cause))
}
