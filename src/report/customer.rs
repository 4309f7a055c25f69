//! The judgement of each customer, and of many together.

use chrono::NaiveDateTime;

use crate::{
    knowledge::Cause,
    rule::{Condition, Finding, Judgement, Severity, State},
};

/// The judgement over all logs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// Each customer, the one that needs acting on first.
    pub customers: Vec<Customer>,
    /// Causes that many of them have.
    pub common: Vec<Common>,
    /// Customers are to be shown beside each other, however many there are.
    pub beside: bool,
    /// The period that was asked for.
    pub period: AskedPeriod,
    /// This PC's clock, for words such as "12 days old". It decides nothing.
    pub now: NaiveDateTime,
}

impl Judged {
    /// The findings of every customer, in their order.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.customers.iter().flat_map(|customer| &customer.judgement.findings)
    }

    /// There are several customers, so none of them is "the" customer.
    pub fn is_several(&self) -> bool {
        self.beside || self.customers.len() > 1
    }

    /// The state of the only customer, or of nobody.
    pub fn condition(&self) -> Condition {
        self.customers.first().map(|customer| customer.judgement.condition.clone()).unwrap_or_default()
    }
}

/// One customer of many (contract section 4, `record: customer`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Customer {
    /// The practice number or folder; none for standard input.
    pub name: Option<String>,
    /// Its logs; what is none was left out.
    pub files: u64,
    /// Those of them that could not be read, or not to their end.
    pub unreadable: u64,
    /// Lines of its logs.
    pub lines: u64,
    /// The provider whose server it sends through, by the newest attempt.
    pub provider: Option<String>,
    /// Mail goes out, and what is wrong.
    pub judgement: Judgement,
}

impl Customer {
    /// The finding to act on first.
    pub fn first(&self) -> Option<&Finding> {
        self.judgement.findings.first()
    }

    /// Mail goes out.
    pub fn state(&self) -> State {
        self.judgement.condition.state
    }

    /// Nothing that is known of it could be read.
    pub fn is_unread(&self) -> bool {
        self.unreadable > 0 && self.unreadable == self.files
    }

    /// Its severity.
    pub fn severity(&self) -> Option<Severity> {
        self.judgement.findings.iter().filter(|finding| finding.standing).map(|finding| finding.severity).max()
    }
}

/// A cause that stands at several customers of one provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Common {
    pub cause: Cause,
    /// Its title in `causes.toml`.
    pub title: String,
    /// The provider; none where the log names no server that is known.
    pub provider: Option<String>,
    /// Their names, in the order of the table.
    pub customers: Vec<String>,
    /// Since when the first of them has it.
    pub since: Option<crate::dialect::Stamp>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AskedPeriod {
    pub since: Option<NaiveDateTime>,
    /// Up to this moment.
    pub until: Option<NaiveDateTime>,
    /// In words, such as `in the last 7 days`; empty for the whole of the logs.
    pub words: String,
    /// The newest entry of all logs, also where it is not in the period.
    pub newest: Option<crate::dialect::Stamp>,
}
