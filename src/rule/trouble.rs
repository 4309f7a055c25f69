//! Which causes still stand, and which have passed because mail of the same kind got through since.

use std::{collections::BTreeMap, sync::Arc};

use chrono::TimeDelta;

use crate::{
    dialect::Stamp,
    knowledge::Cause,
    session::{Connection, Outcome, Transaction},
    source::Sensitive,
};

/// Addresses remembered for one cause.
const MAX_ADDRESSES: usize = 64;
/// Servers and accounts that mail went out through.
const MAX_WAYS: usize = 64;
/// A single mail's trouble is no longer news when mail went out for so long, or so many mails, without it.
const OLD: TimeDelta = TimeDelta::hours(72);
const OLD_MAILS: u64 = 100;

/// Whose mail a cause stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Every mail: the connection, the port, TLS, the sign-in, the sender, the provider's policy.
    Every,
    /// One mail: its recipient, its attachment, its content.
    Single,
    /// None for good: it is put off, and the program tries again.
    Later,
}

impl Reach {
    /// By the first word of the code (contract section 3).
    #[must_use]
    pub fn of(cause: Cause) -> Reach {
        match (cause.code().split('.').next().unwrap_or_default(), cause) {
            ("recipient" | "attachment" | "content", _) | (_, Cause::ProtocolSyntax) => Reach::Single,
            ("temp", _) | (_, Cause::RateConnections | Cause::AuthTemporary) => Reach::Later,
            _ => Reach::Every,
        }
    }
}

/// All causes that were seen.
#[derive(Default)]
pub(super) struct Troubles {
    by_cause: BTreeMap<Cause, Trouble>,
    /// Servers and accounts that mail went out through, with the place of the first such mail.
    ways: Vec<(Way, u64)>,
}

/// The failures of one cause.
pub(super) struct Trouble {
    first: Option<Stamp>,
    newest: u64,
    file: usize,
    newest_at: Option<Stamp>,
    way: Way,
    bytes: u64,
    /// Recipients that got no mail since.
    waiting: Vec<Sensitive>,
    /// There are more of them, or the log names none.
    more: bool,
    /// Mails that went out since the newest.
    since: u64,
    /// Mail went out another way between two failures: the two ways are used side by side.
    beside: bool,
    passed: Option<Passed>,
}

#[derive(Clone, Copy)]
struct Passed {
    nth: u64,
    at: Option<Stamp>,
    /// By a mail through another server or account.
    another_way: bool,
}

/// Server and account; what the log does not tell fits everything.
#[derive(Clone)]
struct Way {
    connection: Arc<Connection>,
    user: Option<String>,
}

impl Way {
    fn of(tx: &Transaction) -> Way {
        Way { connection: tx.connection.clone(), user: tx.sign_in.user_shape.clone() }
    }

    fn same_host(&self, other: &Way) -> bool {
        same(&self.connection.host, &other.connection.host)
    }

    fn same_user(&self, other: &Way) -> bool {
        same(&self.user, &other.user)
    }

    fn same_pc(&self, other: &Way) -> bool {
        same(&self.connection.client_name, &other.connection.client_name)
    }
}

fn same<T: PartialEq>(one: &Option<T>, other: &Option<T>) -> bool {
    one.is_none() || other.is_none() || one == other
}

impl Troubles {
    /// Takes the transaction at this place of the history.
    pub(super) fn observe(&mut self, nth: u64, file: usize, tx: &Transaction) {
        if matches!(tx.outcome, Outcome::Sent | Outcome::Partial) {
            self.delivered(nth, file, tx);
        }
        if let Some(cause) = tx.cause {
            self.by_cause.entry(cause).and_modify(|trouble| trouble.again(cause, nth, file, tx)).or_insert_with(|| {
                let mut trouble = Trouble::new(tx);
                trouble.again(cause, nth, file, tx);
                trouble
            });
        }
    }

    fn delivered(&mut self, nth: u64, file: usize, tx: &Transaction) {
        if self.by_cause.values().any(|trouble| trouble.passed.is_none()) {
            let way = Way::of(tx);
            let used = |known: &Way| known.same_host(&way) && known.user == way.user;
            let first = self.ways.iter().find(|(known, _)| used(known)).map_or(nth, |(_, first)| *first);
            let open = |trouble: &Trouble| trouble.passed.is_none() && !trouble.is_after(file, tx);
            for (cause, trouble) in self.by_cause.iter_mut().filter(|(_, trouble)| open(trouble)) {
                trouble.delivered(*cause, nth, tx, &way, first);
            }
        }
        // The way of a mail like the one before is known; comparing pointers keeps this cheap.
        let known = |(known, _): &(Way, u64)| {
            (Arc::ptr_eq(&known.connection, &tx.connection) || known.connection.host == tx.connection.host)
                && known.user == tx.sign_in.user_shape
        };
        if self.ways.len() < MAX_WAYS && !self.ways.iter().any(known) {
            self.ways.push((Way::of(tx), nth));
        }
    }

    /// When a cause has passed.
    pub(super) fn passed(&self, cause: Cause) -> Option<Option<Stamp>> {
        self.by_cause.get(&cause)?.passed.map(|passed| passed.at)
    }

    /// The causes that have not passed.
    pub(super) fn standing(&self) -> impl Iterator<Item = (Cause, &Trouble)> {
        self.by_cause.iter().filter(|(_, trouble)| trouble.passed.is_none()).map(|(cause, trouble)| (*cause, trouble))
    }

    /// Every cause.
    pub(super) fn all(&self) -> impl Iterator<Item = Cause> {
        self.by_cause.keys().copied()
    }

    /// When the last of these causes had passed.
    pub(super) fn recovered(&self, counts: impl Fn(Cause) -> bool) -> Option<Stamp> {
        let passed =
            self.by_cause.iter().filter(|(cause, _)| counts(**cause)).filter_map(|(_, trouble)| trouble.passed);
        // Mail stopped by a cause of every mail went out again later than one wrong address was forgotten.
        passed.max_by_key(|passed| passed.nth)?.at
    }
}

impl Trouble {
    fn new(tx: &Transaction) -> Trouble {
        Trouble {
            first: tx.started_at.or(tx.ended_at),
            newest: 0,
            file: 0,
            newest_at: None,
            way: Way::of(tx),
            bytes: 0,
            waiting: Vec::new(),
            more: false,
            since: 0,
            beside: false,
            passed: None,
        }
    }

    /// Place of the newest failure.
    pub(super) fn newest(&self) -> u64 {
        self.newest
    }

    /// When it was first seen.
    pub(super) fn first(&self) -> Option<Stamp> {
        self.first
    }

    /// Different addresses that wait for a mail, as far as they are kept.
    pub(super) fn addresses(&self) -> u64 {
        self.waiting.len() as u64
    }

    fn again(&mut self, cause: Cause, nth: u64, file: usize, tx: &Transaction) {
        if let Some(passed) = self.passed.take() {
            self.beside |= passed.another_way;
            self.first = tx.started_at.or(tx.ended_at);
            self.waiting.clear();
            self.more = false;
        }
        self.newest = nth;
        self.file = file;
        self.newest_at = tx.ended_at.or(tx.started_at).or(self.newest_at);
        self.way = Way::of(tx);
        self.bytes = tx.message_bytes.unwrap_or(0);
        self.since = 0;
        if Reach::of(cause) != Reach::Single {
            return;
        }
        let refused = tx.recipients.iter().any(|to| to.accepted == Some(false));
        let failed = tx.recipients.iter().filter(|to| !refused || to.accepted == Some(false));
        self.more |= tx.recipients.is_empty();
        for to in failed {
            if self.waiting.contains(&to.address) {
                continue;
            }
            if self.waiting.len() < MAX_ADDRESSES {
                self.waiting.push(to.address.clone());
            } else {
                self.more = true;
            }
        }
    }

    /// The mail is of another file, and went out before the newest failure.
    fn is_after(&self, file: usize, tx: &Transaction) -> bool {
        let naive = |stamp: Option<Stamp>| stamp.and_then(|stamp| stamp.naive());
        let (failed, sent) = (naive(self.newest_at), naive(tx.ended_at.or(tx.started_at)));
        self.file != file && failed.zip(sent).is_some_and(|(failed, sent)| sent < failed)
    }

    /// A mail got through: is the trouble over?
    fn delivered(&mut self, cause: Cause, nth: u64, tx: &Transaction, way: &Way, way_first: u64) {
        self.since += 1;
        let at = tx.ended_at.or(tx.started_at);
        let mut another_way = false;
        let over = match Reach::of(cause) {
            Reach::Single if cause == Cause::RecipientRelayDenied => self.way.same_host(way) && self.way.same_pc(way),
            Reach::Single if cause.code().starts_with("attachment.") => self.as_large(tx),
            Reach::Single => {
                let taken = tx.recipients.iter().filter(|to| to.accepted != Some(false));
                taken.for_each(|to| self.waiting.retain(|waiting| *waiting != to.address));
                self.waiting.is_empty() && !self.more
                    || cause == Cause::ContentSpam && self.as_large(tx)
                    || self.is_old(at)
            }
            Reach::Every | Reach::Later if !self.way.same_pc(way) => false,
            Reach::Every | Reach::Later => {
                let (host, user) = (self.way.same_host(way), self.way.same_user(way));
                another_way = !host || !user;
                // A name that was in use before at the same server is somebody else's account.
                host && user || !self.beside && (!host || way_first > self.newest)
            }
        };
        if over {
            self.passed = Some(Passed { nth, at, another_way });
        }
    }

    fn as_large(&self, tx: &Transaction) -> bool {
        tx.has_attachment == Some(true) || self.bytes > 0 && tx.message_bytes.unwrap_or(0) >= self.bytes
    }

    fn is_old(&self, at: Option<Stamp>) -> bool {
        let then = self.newest_at.and_then(|stamp| stamp.naive());
        let now = at.and_then(|stamp| stamp.naive());
        self.since >= OLD_MAILS || then.zip(now).is_some_and(|(then, now)| now - then >= OLD)
    }
}
