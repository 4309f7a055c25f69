//! Customers, each judged for itself; nothing crosses from one to another.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::{
    knowledge::{Cause, Knowledge},
    report::{Common, Customer},
    rule::{Diagnosis, Reach, Severity, State},
    scan::FileFacts,
    session::Transaction,
    source::{KNOWN_PLACES, Sensitive},
};

/// A cause is common from so many customers of one provider on.
const MIN_CUSTOMERS: usize = 2;

/// Collects customers in the order of their logs. Of a finished one only what is said of it is kept.
pub(super) struct Customers<'k> {
    knowledge: &'k Knowledge,
    today: NaiveDate,
    /// Ordered, as a name of none is then found at once, and it is looked up for each mail.
    open: BTreeMap<Option<String>, Open<'k>>,
    done: Vec<Customer>,
}

/// A customer of whom more logs may come.
struct Open<'k> {
    customer: Customer,
    diagnosis: Diagnosis<'k>,
    /// The server of the newest attempt that names one.
    host: Option<Sensitive>,
    /// Pictures and the like, which somebody sent in place of a log.
    foreign: u64,
}

impl<'k> Customers<'k> {
    pub(super) fn new(knowledge: &'k Knowledge, today: NaiveDate) -> Self {
        Customers { knowledge, today, open: BTreeMap::new(), done: Vec::new() }
    }

    fn open(&mut self, name: Option<&String>) -> &mut Open<'k> {
        let (knowledge, today) = (self.knowledge, self.today);
        self.open.entry(name.cloned()).or_insert_with(|| Open {
            customer: Customer { name: name.cloned(), ..Customer::default() },
            diagnosis: Diagnosis::new(knowledge, today),
            host: None,
            foreign: 0,
        })
    }

    /// Takes a customer's next transaction, in the order of time. `asked`: it is among those that findings are asked
    /// about; the state is of all.
    pub(super) fn observe(&mut self, name: Option<&String>, file: usize, id: u64, tx: &Transaction, asked: bool) {
        let open = self.open(name);
        if asked {
            open.diagnosis.observe(file, id, tx);
        } else {
            open.diagnosis.pass_by(file, tx);
        }
        let host = tx.connection.host.as_ref().or(tx.connection.greeting.as_ref());
        if host.is_some() && open.host.as_ref() != host {
            open.host = host.cloned();
        }
    }

    /// Nothing is known of it yet.
    pub(super) fn is_new(&self, name: Option<&String>) -> bool {
        !self.open.contains_key(&name.cloned())
    }

    /// Whether mail goes out, by what was seen of it so far.
    pub(super) fn state(&self, name: Option<&String>) -> State {
        let history = self.open.get(&name.cloned()).map(|open| open.diagnosis.history());
        history.map_or_else(State::default, |history| history.condition(self.knowledge).state)
    }

    /// One of its files is done.
    pub(super) fn file(&mut self, name: Option<&String>, facts: &FileFacts) {
        // What is named like a log of ours, and is none that anybody can read, is that customer's trouble all the same.
        let unread = facts.error.is_some() || facts.skipped && is_named_like_a_log(&facts.file);
        if facts.foreign && !unread {
            self.open(name).foreign += 1;
        }
        if facts.skipped && !unread {
            return;
        }
        let customer = &mut self.open(name).customer;
        customer.files += 1;
        customer.unreadable += u64::from(unread);
        customer.lines += facts.tally.lines;
    }

    /// None of its logs is to come.
    pub(super) fn close(&mut self, name: Option<&String>) {
        let Some(Open { mut customer, diagnosis, host, foreign }) = self.open.remove(&name.cloned()) else { return };
        // Beside a log they say nothing; alone they are all that there is of the customer.
        if customer.files == 0 {
            (customer.files, customer.unreadable) = (foreign, foreign);
        }
        customer.judgement = diagnosis.judgement();
        for finding in &mut customer.judgement.findings {
            finding.customer.clone_from(&customer.name);
        }
        // A greeting begins with the server's name.
        let name = |host: &Sensitive| host.expose().split(u8::is_ascii_whitespace).next().map(<[u8]>::to_vec);
        let provider = host.as_ref().and_then(name).and_then(|host| self.knowledge.providers().by_host(&host));
        customer.provider = provider.map(|provider| provider.name.clone());
        self.done.push(customer);
    }

    /// The table, the one that needs acting on first, and what many have.
    pub(super) fn finish(mut self) -> (Vec<Customer>, Vec<Common>) {
        let left: Vec<_> = self.open.keys().cloned().collect();
        for name in left {
            self.close(name.as_ref());
        }
        self.done.sort_by(|one, other| rank(one).cmp(&rank(other)).then_with(|| one.name.cmp(&other.name)));
        let common = common(&self.done, self.knowledge);
        (self.done, common)
    }
}

/// The names that the known places have.
fn is_named_like_a_log(file: &str) -> bool {
    let name = file.rsplit(['/', '\\', '!']).next().unwrap_or_default();
    KNOWN_PLACES
        .iter()
        .any(|place| place.pattern.rsplit('\\').next().is_some_and(|known| known.eq_ignore_ascii_case(name)))
}

/// By what needs acting on, never by the number of failures.
fn rank(customer: &Customer) -> impl Ord {
    let severity = customer.severity();
    let state = match customer.state() {
        State::Stopped => 0,
        State::Partly if severity == Some(Severity::Error) => 1,
        // What could not be read may hold anything.
        _ if customer.unreadable > 0 => 2,
        State::Undecided if customer.judgement.condition.stops_mail() => 3,
        State::Partly => 4,
        State::Undecided => 5,
        State::Recovered | State::Flowing if severity > Some(Severity::Note) => 6,
        State::Recovered => 7,
        State::Idle => 8,
        State::Flowing => 9,
    };
    (state, std::cmp::Reverse(severity))
}

/// Causes that stand at several customers of one provider: not their fault, and one call for all. One wrong address says
/// nothing about another customer's.
fn common(customers: &[Customer], knowledge: &Knowledge) -> Vec<Common> {
    let mut by: BTreeMap<(Cause, &String), Vec<&Customer>> = BTreeMap::new();
    for customer in customers {
        let Some(provider) = &customer.provider else { continue };
        let standing = &customer.judgement.condition.standing;
        for standing in standing.iter().filter(|standing| standing.reach != Reach::Single) {
            by.entry((standing.cause, provider)).or_default().push(customer);
        }
    }
    let since = |who: &[&Customer]| {
        who.iter().filter_map(|customer| customer.judgement.condition.since).min_by_key(|stamp| stamp.naive())
    };
    let mut common: Vec<Common> = by
        .into_iter()
        .filter(|(_, who)| who.len() >= MIN_CUSTOMERS)
        .map(|((cause, provider), who)| Common {
            cause,
            title: knowledge.cause(cause).title.trim_end_matches('.').to_owned(),
            provider: Some(provider.clone()),
            since: since(&who),
            customers: who.into_iter().filter_map(|customer| customer.name.clone()).collect(),
        })
        .collect();
    common.sort_by_key(|common| std::cmp::Reverse(common.customers.len()));
    common
}
