//! Sums over a log that can be added up in any order.

use super::{Outcome, Transaction};
use crate::dialect::Stamp;

/// The contents of one file in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Lines; `understood` and `unknown` add up to it.
    pub lines: u64,
    /// Lines with a meaning: dialogue, message data, known chatter of the writer.
    pub understood: u64,
    /// Lines that nothing understood.
    pub unknown: u64,
    /// Lines with NUL bytes around them: what the disk had not got yet when the power went.
    pub torn: u64,
    /// Sessions.
    pub sessions: u64,
    /// Transactions; the five below add up to it.
    pub transactions: u64,
    /// Accepted for every recipient.
    pub sent: u64,
    /// Accepted, some recipients refused.
    pub partial: u64,
    /// Refused for good, refused for now, or broken off.
    pub failed: u64,
    /// Undecided when the log ended.
    pub incomplete: u64,
    /// Connections that only tested.
    pub tested: u64,
    /// Time of the first transaction that has one, in file order.
    pub first_time: Option<Stamp>,
    /// Time of the last transaction that has one, in file order.
    pub last_time: Option<Stamp>,
    /// Time of the last message that was sent.
    pub last_sent: Option<Stamp>,
}

impl Tally {
    /// Counts a transaction.
    pub(crate) fn add(&mut self, tx: &Transaction) {
        self.transactions += 1;
        match tx.outcome {
            Outcome::Sent => self.sent += 1,
            Outcome::Partial => self.partial += 1,
            Outcome::Rejected | Outcome::Deferred | Outcome::Failed => self.failed += 1,
            Outcome::Incomplete => self.incomplete += 1,
            Outcome::Tested => self.tested += 1,
        }
        self.first_time = self.first_time.or(tx.first_time());
        self.last_time = tx.last_time().or(self.last_time);
        if tx.outcome == Outcome::Sent {
            self.last_sent = tx.ended_at.or(self.last_sent);
        }
    }

    /// Mails that the server took, for some recipients at least.
    pub fn delivered(&self) -> u64 {
        self.sent + self.partial
    }

    /// Attempts to send a mail, whatever became of them.
    pub fn tried(&self) -> u64 {
        self.transactions - self.tested
    }

    /// Adds the sums of another log. Which of the two is older is told by their times, else the other is the later one.
    pub fn merge(&mut self, other: &Tally) {
        self.lines += other.lines;
        self.understood += other.understood;
        self.unknown += other.unknown;
        self.torn += other.torn;
        self.sessions += other.sessions;
        self.transactions += other.transactions;
        self.sent += other.sent;
        self.partial += other.partial;
        self.failed += other.failed;
        self.incomplete += other.incomplete;
        self.tested += other.tested;
        self.first_time = earlier(self.first_time, other.first_time);
        self.last_time = later(self.last_time, other.last_time);
        self.last_sent = later(self.last_sent, other.last_sent);
    }
}

fn earlier(one: Option<Stamp>, other: Option<Stamp>) -> Option<Stamp> {
    one.into_iter().chain(other).min_by_key(|stamp| (stamp.naive().is_none(), stamp.naive()))
}

fn later(one: Option<Stamp>, other: Option<Stamp>) -> Option<Stamp> {
    one.into_iter().chain(other).max_by_key(|stamp| stamp.naive())
}
