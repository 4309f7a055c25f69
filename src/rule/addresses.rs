//! Recipients whom mail failed for, and whether it got through later: one account for all rules about recipients, so that
//! a mail that was sent is looked up once.

use std::collections::HashMap;

use chrono::{NaiveDateTime, TimeDelta};

use super::{occurrences::Pile, seen::Seen};
use crate::{
    knowledge::Cause,
    memo::Quick,
    session::{Outcome, Recipient},
    smtp::{Stage, domain_of},
    source::Sensitive,
};

/// Addresses kept; a practice with more dead addresses than this has another trouble.
const MAX_ADDRESSES: usize = 1_024;
/// Domains kept.
const MAX_DOMAINS: usize = 256;
/// A longer pause ends a run of retries: the next month's statement is a new mail.
const MAX_PAUSE: TimeDelta = TimeDelta::hours(24);

/// Mail to one address, or to the addresses of one domain, that failed.
#[derive(Default)]
pub struct Failing {
    /// The mails that failed.
    pub pile: Pile,
    /// Mails that got through, before or after.
    pub delivered: u64,
    /// Mails put off for now since the last one that got through.
    pub put_off: u64,
    /// Mails put off that got through later.
    pub delivered_later: u64,
    /// Failures in a row without a pause.
    pub run: u64,
    /// Different addresses of a domain; 1 for an address.
    pub addresses: u64,
    last: Option<NaiveDateTime>,
}

/// All recipients whom mail failed for, in bounded memory.
#[derive(Default)]
pub struct Addresses {
    by_address: HashMap<Sensitive, Failing, Quick>,
    by_domain: HashMap<Box<[u8]>, Failing, Quick>,
    /// Mails that got through.
    pub delivered: u64,
    /// Mails that were refused, or lost, on account of a recipient or the message.
    pub failed: u64,
}

impl Addresses {
    pub(super) fn observe(&mut self, seen: &Seen<'_>) {
        let tx = seen.tx;
        if seen.is_delivered() {
            self.delivered += 1;
        }
        if tx.outcome == Outcome::Sent {
            if !self.by_address.is_empty() {
                tx.recipients.iter().for_each(|to| self.delivered_to(to));
            }
            return;
        }
        if !tx.outcome.is_failure() || tx.stage < Stage::Rcpt {
            return;
        }
        self.failed += 1;
        let named = tx.recipients.iter().any(|to| to.accepted == Some(false));
        for to in &tx.recipients {
            // A mail lost after its recipients were taken failed for all of them; else the refused ones say so.
            let failed = if named { to.accepted == Some(false) } else { tx.outcome != Outcome::Partial };
            if failed {
                self.failed_for(seen, to);
            } else if tx.outcome == Outcome::Partial {
                self.delivered_to(to);
            }
        }
    }

    fn delivered_to(&mut self, to: &Recipient) {
        if let Some(failing) = self.by_address.get_mut(&to.address) {
            failing.deliver();
        }
        if let Some(failing) = domain(&to.address).and_then(|domain| self.by_domain.get_mut(domain)) {
            failing.deliver();
        }
    }

    fn failed_for(&mut self, seen: &Seen<'_>, to: &Recipient) {
        let known = self.by_address.contains_key(&to.address);
        if known || self.by_address.len() < MAX_ADDRESSES {
            let failing = self.by_address.entry(to.address.clone()).or_default();
            failing.addresses = 1;
            failing.fail(seen);
        }
        let Some(domain) = domain(&to.address) else { return };
        if !self.by_domain.contains_key(domain) && self.by_domain.len() >= MAX_DOMAINS {
            return;
        }
        let failing = self.by_domain.entry(domain.into()).or_default();
        failing.addresses += u64::from(!known);
        failing.fail(seen);
    }

    /// The addresses that mail failed for.
    pub fn addresses(&self) -> impl Iterator<Item = (&Sensitive, &Failing)> {
        self.by_address.iter()
    }

    /// The domains that mail failed for.
    pub fn domains(&self) -> impl Iterator<Item = (&[u8], &Failing)> {
        self.by_domain.iter().map(|(domain, failing)| (&**domain, failing))
    }
}

impl Failing {
    fn fail(&mut self, seen: &Seen<'_>) {
        let now = seen.moment();
        let paused = self.last.zip(now).is_some_and(|(last, now)| now - last > MAX_PAUSE);
        self.run = if paused { 1 } else { self.run + 1 };
        self.last = now.or(self.last);
        self.put_off += u64::from(seen.tx.cause == Some(Cause::TempGreylisted));
        self.pile.add(seen);
    }

    fn deliver(&mut self) {
        self.delivered += 1;
        self.delivered_later += self.put_off;
        self.put_off = 0;
        self.run = 0;
    }

    /// Nothing got through since the last failure.
    pub fn is_live(&self) -> bool {
        self.run > 0
    }
}

fn domain(address: &Sensitive) -> Option<&[u8]> {
    domain_of(address.expose()).filter(|domain| !domain.is_empty())
}
