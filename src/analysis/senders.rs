//! The senders in the logs of one folder: files whose sender domains differ, and that share no account, are of different
//! customers.

use std::collections::{BTreeMap, BTreeSet};

use crate::{session::Transaction, smtp::domain_of};

/// Senders kept of one log; a log with more is of a relay, and is one customer's all the same.
const MAX_SENDERS: usize = 256;

/// The senders of one log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Senders {
    /// Domains of the senders, with how many mails each has.
    domains: BTreeMap<String, u64>,
    /// Server and user name.
    accounts: BTreeSet<(Vec<u8>, String)>,
    /// Domains of user names, which stand for the sender where no mail was begun.
    users: BTreeSet<String>,
}

impl Senders {
    pub(super) fn observe(&mut self, tx: &Transaction) {
        if let Some(domain) = tx.mail_from.as_ref().and_then(|from| domain(from.expose()))
            && (self.domains.len() < MAX_SENDERS || self.domains.contains_key(&domain))
        {
            *self.domains.entry(domain).or_default() += 1;
        }
        if let Some(user) = &tx.sign_in.user_shape
            && self.accounts.len() < MAX_SENDERS
        {
            let host = tx.connection.host.as_ref().map(|host| host.expose().to_ascii_lowercase()).unwrap_or_default();
            let account = (host, user.to_ascii_lowercase());
            if !self.accounts.contains(&account) {
                self.users.extend(domain(user.as_bytes()));
                self.accounts.insert(account);
            }
        }
    }

    fn domains(&self) -> impl Iterator<Item = &String> {
        let users = self.users.iter().filter(|_| self.domains.is_empty());
        self.domains.keys().chain(users)
    }

    fn shares(&self, other: &Senders) -> bool {
        self.domains().any(|one| other.domains().any(|two| one == two))
            || self.accounts.iter().any(|account| other.accounts.contains(account))
    }

    fn merge(&mut self, other: &Senders) {
        for (domain, count) in &other.domains {
            *self.domains.entry(domain.clone()).or_default() += count;
        }
        self.accounts.extend(other.accounts.iter().cloned());
        self.users.extend(other.users.iter().cloned());
    }

    /// The domain that most of its mails come from.
    fn main_domain(&self) -> Option<&String> {
        let most = self.domains.iter().max_by_key(|(domain, count)| (**count, std::cmp::Reverse(*domain)));
        most.map(|(domain, _)| domain).or_else(|| self.users.first())
    }
}

fn domain(address: &[u8]) -> Option<String> {
    let domain = String::from_utf8_lossy(domain_of(address)?).to_ascii_lowercase();
    (!domain.is_empty()).then_some(domain)
}

/// For each log of a folder the domain that tells its customer from the folder's others; `None` for all where they are
/// one. A log that names nobody is of the folder itself.
pub(super) fn split(logs: &[Senders]) -> Vec<Option<String>> {
    let mut groups: Vec<(Senders, Vec<usize>)> = Vec::new();
    for (place, senders) in logs.iter().enumerate().filter(|(_, senders)| senders.domains().next().is_some()) {
        let (mut merged, mut members) = (senders.clone(), vec![place]);
        // A log may join groups that stood apart until now.
        groups.retain(|(group, others)| {
            let joins = group.shares(senders);
            if joins {
                merged.merge(group);
                members.extend(others);
            }
            !joins
        });
        groups.push((merged, members));
    }
    let mut names = vec![None; logs.len()];
    if groups.len() > 1 {
        for (senders, members) in &groups {
            for member in members {
                names[*member] = senders.main_domain().cloned();
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(domains: &[&str], accounts: &[&str]) -> Senders {
        let domains = domains.iter().map(|domain| ((*domain).to_owned(), 1)).collect();
        let accounts = accounts.iter().map(|user| (b"h".to_vec(), (*user).to_owned())).collect();
        Senders { domains, accounts, users: BTreeSet::new() }
    }

    fn told(logs: &[Senders]) -> Vec<String> {
        split(logs).into_iter().map(Option::unwrap_or_default).collect()
    }

    #[test]
    fn domains_part_and_accounts_join() {
        let (a, b) = (of(&["a.example"], &["x***"]), of(&["b.example"], &["y***"]));
        assert_eq!(told(&[a.clone(), b.clone()]), ["a.example", "b.example"]);
        assert_eq!(told(&[a.clone(), a.clone()]), ["", ""]);
        assert_eq!(told(&[a.clone(), of(&["b.example"], &["x***"])]), ["", ""]);
        // The third shows that the first two are one.
        assert_eq!(told(&[a.clone(), b.clone(), of(&["a.example", "b.example"], &[])]), ["", "", ""]);
        assert_eq!(told(&[a, b, of(&[], &[])]), ["a.example", "b.example", ""]);
    }
}
