//! Customers beside each other, each judged for itself.

use std::{cmp::Reverse, collections::HashMap};

use chrono::{Local, NaiveDate};

use crate::{
    knowledge::Knowledge,
    report::Customer,
    rule::Diagnosis,
    scan::FileFacts,
    session::{Outcome, Transaction},
    source::{Found, Input},
};

/// What stands for a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The folder that holds the logs; in a zip the folder within, or the zip.
    Folder,
    /// Each log.
    File,
}

impl By {
    fn name(self, input: &Input) -> String {
        match self {
            By::Folder => input.folder(),
            By::File => input.to_string(),
        }
    }
}

/// Collects customers in the order of their logs. How many files each has is known before, so that of a finished one
/// only its line is kept.
pub(super) struct League<'k> {
    by: By,
    knowledge: &'k Knowledge,
    today: NaiveDate,
    places: HashMap<String, Place<'k>>,
    done: Vec<Customer>,
    /// Of the file under way.
    now: String,
}

struct Place<'k> {
    /// Files that are yet to come.
    left: usize,
    customer: Customer,
    diagnosis: Option<Diagnosis<'k>>,
}

impl<'k> League<'k> {
    pub(super) fn new(by: By, knowledge: &'k Knowledge, found: &[Found]) -> Self {
        let mut places = HashMap::new();
        for input in found {
            let name = by.name(&input.path);
            let fresh =
                || Place { left: 0, customer: Customer { name: name.clone(), ..Customer::default() }, diagnosis: None };
            places.entry(name.clone()).or_insert_with(fresh).left += 1;
        }
        let today = Local::now().date_naive();
        League { by, knowledge, today, places, done: Vec::new(), now: String::new() }
    }

    /// The transactions that follow are of this file.
    pub(super) fn begin(&mut self, found: &Found) {
        self.now = self.by.name(&found.path);
    }

    /// Takes the next transaction, in file order.
    pub(super) fn observe(&mut self, file: usize, id: u64, tx: &Transaction) {
        let Some(place) = self.places.get_mut(&self.now) else { return };
        let (knowledge, today) = (self.knowledge, self.today);
        place.diagnosis.get_or_insert_with(|| Diagnosis::new(knowledge, today)).observe(file, id, tx);
        let customer = &mut place.customer;
        customer.attempts += 1;
        customer.sent += u64::from(tx.outcome == Outcome::Sent);
        customer.failed += u64::from(matches!(tx.outcome, Outcome::Rejected | Outcome::Deferred | Outcome::Failed));
        let time = tx.ended_at.or(tx.started_at);
        if time.and_then(|stamp| stamp.naive()) >= customer.last_time.and_then(|stamp| stamp.naive()) {
            customer.last_time = time.or(customer.last_time);
        }
    }

    /// The file is done, and perhaps its customer.
    pub(super) fn end(&mut self, facts: &FileFacts) {
        let Some(place) = self.places.get_mut(&self.now) else { return };
        place.left = place.left.saturating_sub(1);
        place.customer.files += u64::from(!facts.skipped);
        place.customer.unreadable += u64::from(facts.error.is_some());
        if place.left == 0
            && let Some(place) = self.places.remove(&self.now)
        {
            self.done.push(place.finished());
        }
    }

    /// The table, the worst first. A folder without a log is no customer.
    pub(super) fn finish(mut self) -> Vec<Customer> {
        self.done.retain(|customer| customer.files > 0);
        self.done.sort_by(|a, b| Reverse(rank(a)).cmp(&Reverse(rank(b))).then_with(|| a.name.cmp(&b.name)));
        self.done
    }
}

/// By the first finding, then by what could not be read, then by what failed.
fn rank(customer: &Customer) -> impl Ord {
    let severity = customer.finding.as_ref().map(|finding| finding.severity);
    (severity, customer.unreadable > 0, customer.failed)
}

impl Place<'_> {
    fn finished(self) -> Customer {
        let finding = self.diagnosis.and_then(|diagnosis| diagnosis.findings().into_iter().next());
        Customer { finding, ..self.customer }
    }
}
