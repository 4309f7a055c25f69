//! Tells causes that still stand from those that have passed, because mail of the same kind got through since.

use std::{cell::LazyCell, sync::Arc};

use chrono::{NaiveDateTime, TimeDelta};

use crate::{
    dialect::Stamp,
    knowledge::{Cause, Knowledge, PassedBy},
    session::{Connection, Outcome, Transaction},
    smtp::domain_of,
    source::Sensitive,
};

/// Addresses remembered for one cause.
const MAX_ADDRESSES: usize = 64;
/// Servers and accounts that mail went out through.
const MAX_WAYS: usize = 64;
/// A single mail's trouble is over when mail went out for so long, or so many mails, without it.
const OVER_AFTER: TimeDelta = TimeDelta::hours(72);
const OVER_AFTER_MAILS: u64 = 100;

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
    /// By the group of the cause (contract section 3). [`Standing`] has the reach of a cause in one history.
    pub(super) fn of(cause: Cause) -> Reach {
        match (cause.group(), cause) {
            ("recipient" | "attachment" | "content", _) | (_, Cause::ProtocolSyntax) => Reach::Single,
            ("temp", _) | (_, Cause::RateConnections | Cause::AuthTemporary) => Reach::Later,
            _ => Reach::Every,
        }
    }
}

/// A cause that has not passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    pub cause: Cause,
    /// Whose mail it stops here.
    pub reach: Reach,
}

#[derive(Default)]
pub(super) struct Troubles {
    /// In the order of the causes. Each mail that went out goes through all of them, so they stand side by side.
    by_cause: Vec<(Cause, Trouble)>,
    /// Servers and accounts that mail went out through.
    ways: Vec<Used>,
}

/// A way by which mail went out.
struct Used {
    way: Way,
    /// Place of the first such mail.
    first: u64,
    /// Some of it went to another domain than the sender's.
    outside: bool,
}

pub(super) struct Trouble {
    /// Whose mail it stops in this history.
    pub(super) reach: Reach,
    /// The reach of the cause by itself.
    own: Reach,
    passed_by: PassedBy,
    /// When it was first seen.
    pub(super) first: Option<Stamp>,
    /// Place of the newest failure, and the number of its file.
    pub(super) newest: u64,
    file: usize,
    newest_at: Option<Stamp>,
    /// From this moment on a single mail's trouble is old.
    old_from: Option<NaiveDateTime>,
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

    fn same_host(&self, tx: &Transaction) -> bool {
        same(&self.connection.host, &tx.connection.host)
    }

    fn same_user(&self, tx: &Transaction) -> bool {
        same(&self.user, &tx.sign_in.user_shape)
    }

    fn same_pc(&self, tx: &Transaction) -> bool {
        same(&self.connection.client_name, &tx.connection.client_name)
    }
}

fn same<T: PartialEq>(one: &Option<T>, other: &Option<T>) -> bool {
    one.is_none() || other.is_none() || one == other
}

impl Troubles {
    /// Takes the transaction at this place of the history.
    pub(super) fn observe(&mut self, nth: u64, file: usize, tx: &Transaction) {
        if tx.outcome.is_delivered() {
            self.delivered(nth, file, tx);
        } else if tx.sign_in.accepted && tx.outcome != Outcome::Tested {
            let first = first_by_way(&self.ways, nth, tx);
            let open = |trouble: &&mut Trouble| trouble.is_open(file, tx) && trouble.passed_by == PassedBy::SignIn;
            let troubles = self.by_cause.iter_mut().map(|(_, trouble)| trouble);
            troubles.filter(open).for_each(|trouble| trouble.passes_by_way(nth, tx, first));
        }
        if let Some(cause) = tx.cause {
            let reach = self.reach(cause, tx);
            let place = self.place(cause).unwrap_or_else(|place| {
                self.by_cause.insert(place, (cause, Trouble::new(cause, tx)));
                place
            });
            self.by_cause[place].1.again(reach, nth, file, tx);
        }
    }

    /// Where the trouble of this cause stands, or where it would.
    fn place(&self, cause: Cause) -> Result<usize, usize> {
        self.by_cause.binary_search_by_key(&cause, |(cause, _)| *cause)
    }

    fn of(&self, cause: Cause) -> Option<&Trouble> {
        self.place(cause).ok().map(|place| &self.by_cause[place].1)
    }

    /// Whose mail a cause stops in this history. A server that carries none of our mail to strangers denies all of it; one
    /// that does means this one address.
    fn reach(&self, cause: Cause, tx: &Transaction) -> Reach {
        let carries = || self.ways.iter().any(|used| used.outside && used.way.same_host(tx));
        if cause == Cause::RecipientRelayDenied && !carries() { Reach::Every } else { Reach::of(cause) }
    }

    fn delivered(&mut self, nth: u64, file: usize, tx: &Transaction) {
        let first = LazyCell::new(|| first_by_way(&self.ways, nth, tx));
        for (cause, trouble) in self.by_cause.iter_mut().filter(|(_, trouble)| trouble.is_open(file, tx)) {
            trouble.delivered(*cause, nth, tx, &first);
        }
        // The way of a mail like the one before is known; comparing pointers keeps this cheap.
        let known = |Used { way, .. }: &&mut Used| {
            (Arc::ptr_eq(&way.connection, &tx.connection) || way.connection.host == tx.connection.host)
                && way.user == tx.sign_in.user_shape
        };
        if let Some(used) = self.ways.iter_mut().find(known) {
            used.outside = used.outside || goes_outside(tx);
        } else if self.ways.len() < MAX_WAYS {
            self.ways.push(Used { way: Way::of(tx), first: nth, outside: goes_outside(tx) });
        }
    }

    /// When a cause has passed.
    pub(super) fn passed(&self, cause: Cause) -> Option<Option<Stamp>> {
        self.of(cause)?.passed.map(|passed| passed.at)
    }

    /// The causes that have not passed.
    pub(super) fn standing(&self) -> impl Iterator<Item = (Cause, &Trouble)> {
        self.by_cause.iter().filter(|(_, trouble)| trouble.passed.is_none()).map(|(cause, trouble)| (*cause, trouble))
    }

    pub(super) fn all(&self) -> impl Iterator<Item = Cause> {
        self.by_cause.iter().map(|(cause, _)| *cause)
    }

    /// Whose mail this cause stops; `None` where it was not seen.
    pub(super) fn reach_of(&self, cause: Cause) -> Option<Reach> {
        self.of(cause).map(|trouble| trouble.reach)
    }

    /// When the last of these causes had passed.
    pub(super) fn recovered(&self, counts: impl Fn(Cause) -> bool) -> Option<Stamp> {
        let passed = self.by_cause.iter().filter(|(cause, _)| counts(*cause)).filter_map(|(_, trouble)| trouble.passed);
        // Mail stopped by a cause of every mail went out again later than one wrong address was forgotten.
        passed.max_by_key(|passed| passed.nth)?.at
    }
}

/// The place of the first mail that went out by the way of this one.
fn first_by_way(ways: &[Used], nth: u64, tx: &Transaction) -> u64 {
    let same = |used: &&Used| used.way.same_host(tx) && used.way.user == tx.sign_in.user_shape;
    ways.iter().find(same).map_or(nth, |used| used.first)
}

/// The domain of an address, in small letters.
fn domain(address: &Sensitive) -> Option<Vec<u8>> {
    domain_of(address.expose()).map(<[u8]>::to_ascii_lowercase)
}

/// The name of whoever keeps the mailbox: the provider of its domain, or the domain itself.
fn provider(address: &Sensitive) -> Option<Vec<u8>> {
    let domain = domain(address)?;
    Some(
        Knowledge::builtin()
            .providers()
            .by_domain(&domain)
            .map_or(domain, |provider| provider.name.clone().into_bytes()),
    )
}

/// Date and time of day; `None` where the log writes no date.
pub(super) fn moment(stamp: Option<Stamp>) -> Option<NaiveDateTime> {
    stamp.and_then(|stamp| stamp.naive())
}

/// The recipients that were not refused.
fn taken(tx: &Transaction) -> impl Iterator<Item = &Sensitive> {
    tx.recipients.iter().filter(|to| to.accepted != Some(false)).map(|to| &to.address)
}

/// Some recipient who was taken is of another domain than the sender; where the log does not tell, it is taken so.
fn goes_outside(tx: &Transaction) -> bool {
    let Some(own) = tx.mail_from.as_ref().and_then(domain) else { return true };
    taken(tx).next().is_none() || taken(tx).any(|to| domain(to).is_none_or(|domain| domain != own))
}

impl Trouble {
    fn new(cause: Cause, tx: &Transaction) -> Trouble {
        let own = Reach::of(cause);
        Trouble {
            reach: own,
            own,
            // A user's own table gives advice; it judges no log.
            passed_by: Knowledge::builtin().cause(cause).passed_by,
            first: tx.first_time(),
            newest: 0,
            file: 0,
            newest_at: None,
            old_from: None,
            way: Way::of(tx),
            bytes: 0,
            waiting: Vec::new(),
            more: false,
            since: 0,
            beside: false,
            passed: None,
        }
    }

    /// Different addresses that wait for a mail, as far as they are kept.
    pub(super) fn addresses(&self) -> u64 {
        self.waiting.len() as u64
    }

    fn again(&mut self, reach: Reach, nth: u64, file: usize, tx: &Transaction) {
        self.reach = reach;
        if let Some(passed) = self.passed.take() {
            self.beside |= passed.another_way;
            self.first = tx.first_time();
            self.waiting.clear();
            self.more = false;
        }
        self.newest = nth;
        self.file = file;
        self.newest_at = tx.last_time().or(self.newest_at);
        self.old_from = moment(self.newest_at).and_then(|newest| newest.checked_add_signed(OVER_AFTER));
        self.way = Way::of(tx);
        self.bytes = tx.message_bytes.unwrap_or(0);
        self.since = 0;
        if self.own != Reach::Single && self.passed_by != PassedBy::Provider {
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

    /// It has not passed, and the mail is not older than it: within a file the order of the lines tells, else the times.
    fn is_open(&self, file: usize, tx: &Transaction) -> bool {
        let times = || moment(self.newest_at).zip(moment(tx.last_time()));
        self.passed.is_none() && (self.file == file || times().is_none_or(|(failed, sent)| sent >= failed))
    }

    /// A mail got through: is the trouble over?
    fn delivered(&mut self, cause: Cause, nth: u64, tx: &Transaction, way_first: &LazyCell<u64, impl FnOnce() -> u64>) {
        self.since += 1;
        let at = tx.last_time();
        let over = match self.passed_by {
            _ if cause == Cause::RecipientRelayDenied => {
                self.way.same_host(tx) && self.way.same_pc(tx) && goes_outside(tx)
            }
            PassedBy::Size => self.as_large(tx),
            PassedBy::Address => {
                taken(tx).for_each(|to| self.waiting.retain(|waiting| waiting != to));
                self.waiting.is_empty() && !self.more
                    || cause == Cause::ContentSpam && self.as_large(tx)
                    || self.is_old(at)
            }
            PassedBy::Provider if !self.waiting.is_empty() => {
                let taken: Vec<_> = taken(tx).filter_map(provider).collect();
                self.waiting.retain(|waiting| provider(waiting).is_none_or(|provider| !taken.contains(&provider)));
                self.waiting.is_empty()
            }
            PassedBy::Mail | PassedBy::SignIn | PassedBy::Provider => {
                return self.passes_by_way(nth, tx, **way_first);
            }
        };
        if over {
            self.passed = Some(Passed { nth, at, another_way: false });
        }
    }

    /// It went well on this way: by the same server and account the trouble is over, and by one that is new since.
    fn passes_by_way(&mut self, nth: u64, tx: &Transaction, way_first: u64) {
        let (host, user) = (self.way.same_host(tx), self.way.same_user(tx));
        // A name that was in use before at the same server is somebody else's account.
        let over = host && user || !self.beside && (!host || way_first > self.newest);
        if over && self.way.same_pc(tx) {
            self.passed = Some(Passed { nth, at: tx.last_time(), another_way: !host || !user });
        }
    }

    fn as_large(&self, tx: &Transaction) -> bool {
        tx.has_attachment == Some(true) || self.bytes > 0 && tx.message_bytes.unwrap_or(0) >= self.bytes
    }

    fn is_old(&self, at: Option<Stamp>) -> bool {
        self.since >= OVER_AFTER_MAILS || self.old_from.zip(moment(at)).is_some_and(|(old_from, now)| now >= old_from)
    }
}
