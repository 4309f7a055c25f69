//! Does mail go out? The state of a customer or a log (contract section 3), decided by its transactions alone.

use super::trouble::{Reach, Standing, Troubles, moment};
use crate::{
    dialect::Stamp,
    knowledge::{Cause, Knowledge},
    session::{Outcome, Tally, Transaction},
};

named! {
    /// Mail goes out now.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum State {
        /// The newest decided attempt failed for a cause that stops every mail, and none got through after it.
        Stopped = "stopped",
        /// Some mail does not go out, or not from every PC.
        Partly = "partly",
        /// Only tests, only mails put off for now, or the log is cut.
        Undecided = "undecided",
        /// Mail goes out, after a fault that has passed.
        Recovered = "recovered",
        /// Mail goes out.
        Flowing = "flowing",
        /// No attempt in the asked period.
        #[default]
        Idle = "idle",
    }
}

/// The state, with the numbers and times that explain it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    /// The word of the contract.
    pub state: State,
    /// When mail stopped, when it went out again, or when the oldest cause that stands was first seen.
    pub since: Option<Stamp>,
    /// The newest entry.
    pub newest: Option<Stamp>,
    /// When the last mail went out.
    pub last_sent: Option<Stamp>,
    /// The newest attempt is cut off: the last line of the log that belongs to it.
    pub cut_after: Option<u64>,
    /// The newest attempt ends where the log does: its last line, and what would come next.
    pub breaks_off: Option<(u64, &'static str)>,
    /// The outcomes of the attempts.
    pub counts: Tally,
    /// Attempts since the last mail that went out.
    pub failing: u64,
    /// Causes that still stand.
    pub standing: Vec<Standing>,
    /// Different addresses that causes of single mails stand for.
    pub addresses: u64,
}

impl Condition {
    /// Nobody has to look at a finding to know that mail does not go out (contract section 2).
    pub fn stops_mail(&self) -> bool {
        match self.state {
            State::Stopped => true,
            State::Partly => self.counts.delivered() == 0,
            State::Undecided => self.counts.tried() > 0 && self.counts.delivered() == 0,
            State::Flowing | State::Recovered | State::Idle => false,
        }
    }
}

/// Follows the attempts of one customer or one log. Its memory is bounded by what failed.
#[derive(Default)]
pub struct History {
    troubles: Troubles,
    counts: Tally,
    newest: Option<Stamp>,
    last_sent: Option<Stamp>,
    /// Place of the last mail that went out; 0 for none.
    last_delivered: u64,
    /// First attempt since then that failed for a cause that stops every mail.
    stopped_since: Option<Stamp>,
    cut_after: Option<u64>,
    breaks_off: Option<(u64, &'static str)>,
}

impl History {
    /// Takes the next transaction of this file, in file order.
    pub fn observe(&mut self, file: usize, tx: &Transaction) {
        self.counts.add(tx);
        let nth = self.counts.transactions;
        let stamp = tx.last_time();
        if moment(stamp) >= moment(self.newest) {
            self.newest = stamp.or(self.newest);
        }
        self.cut_after = (tx.outcome == Outcome::Incomplete).then_some(tx.line_last);
        self.breaks_off = (tx.breaks_off() && tx.trace.greeted).then(|| (tx.line_last, tx.missing()));
        self.troubles.observe(nth, file, tx);
        if tx.outcome.is_delivered() {
            self.last_sent = stamp.or(self.last_sent);
            self.last_delivered = nth;
            self.stopped_since = None;
        } else if tx.cause.and_then(|cause| self.troubles.reach_of(cause)) == Some(Reach::Every) {
            self.stopped_since = self.stopped_since.or(tx.first_time());
        }
    }

    /// When mail of the same kind got through after the last failure of this cause; `None` where none has.
    pub fn passed(&self, cause: Cause) -> Option<Option<Stamp>> {
        self.troubles.passed(cause)
    }

    /// The state, and since when.
    pub fn condition(&self, knowledge: &Knowledge) -> Condition {
        let standing: Vec<_> = self.troubles.standing().collect();
        let of = |reach: Reach| standing.iter().filter(move |(_, trouble)| trouble.reach == reach);
        let delivered = self.counts.delivered() > 0;
        let stopped = of(Reach::Every).any(|(_, trouble)| trouble.newest > self.last_delivered);
        let fault = |cause: Cause| knowledge.cause(cause).severity != super::Severity::Note;
        let state = if self.counts.transactions == 0 {
            State::Idle
        } else if stopped {
            State::Stopped
        } else if of(Reach::Every).chain(of(Reach::Single)).next().is_some() {
            State::Partly
        } else if self.cut_after.is_some() || !delivered {
            State::Undecided
        } else if !standing.is_empty() {
            State::Partly
        } else if self.troubles.all().any(fault) {
            State::Recovered
        } else {
            State::Flowing
        };
        let since = match state {
            State::Stopped => self.stopped_since,
            State::Recovered => self.troubles.recovered(fault),
            State::Partly => standing.iter().filter_map(|(_, trouble)| trouble.first).min_by_key(|at| at.naive()),
            State::Flowing | State::Undecided | State::Idle => None,
        };
        Condition {
            state,
            since,
            newest: self.newest,
            last_sent: self.last_sent,
            cut_after: self.cut_after,
            breaks_off: self.breaks_off,
            counts: self.counts.clone(),
            failing: self.counts.transactions - self.last_delivered,
            addresses: of(Reach::Single).map(|(_, trouble)| trouble.addresses()).sum(),
            standing: standing
                .iter()
                .map(|(cause, trouble)| Standing { cause: *cause, reach: trouble.reach })
                .collect(),
        }
    }
}
