//! One finding for each cause that was seen; its id is the cause code.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Finding, Word, Words,
    advice::{self, Situation},
    definition::Case,
    judge,
    occurrences::Pile,
    rank::Ranked,
    seen::Seen,
};
use crate::{
    dialect::Stamp,
    knowledge::{Cause, Knowledge, Provider},
    session::{Confidence, Connection, Reply, Transaction},
    smtp::domain_of,
    source::Sensitive,
};

/// Addresses named in a finding about recipients.
const MAX_NAMED: usize = 5;

/// Collects transactions by cause, in bounded memory.
#[derive(Default)]
pub(super) struct ByCause {
    groups: BTreeMap<Cause, Group>,
}

#[derive(Default)]
struct Group {
    pile: Pile,
    newest: Option<Newest>,
    several_hosts: bool,
    /// Refused recipients, the first few.
    addresses: Vec<Sensitive>,
    more_addresses: bool,
}

/// The newest failure of a group, as far as advice depends on it.
struct Newest {
    connection: Arc<Connection>,
    sender: Option<Sensitive>,
    reply: Option<Reply>,
    full_user: bool,
}

impl ByCause {
    /// Takes the next transaction, in file order.
    pub(super) fn observe(&mut self, seen: &Seen<'_>) {
        let Some(cause) = seen.tx.cause else { return };
        self.groups.entry(cause).or_default().add(cause, seen);
    }

    pub(super) fn findings(self, case: &Case<'_>) -> Vec<Ranked> {
        self.groups.into_iter().map(|(cause, group)| group.finding(cause, case)).collect()
    }
}

impl Newest {
    fn of(tx: &Transaction) -> Newest {
        Newest {
            connection: tx.connection.clone(),
            // The sender's domain tells the provider only where no server contradicts it.
            sender: tx.mail_from.clone().filter(|_| tx.connection.host.is_none()),
            reply: tx.reply.clone(),
            full_user: tx.sign_in.full_address == Some(true),
        }
    }

    fn provider<'k>(&self, knowledge: &'k Knowledge) -> Option<&'k Provider> {
        let by_host = |host: &Sensitive| knowledge.providers().by_host(host.expose());
        let by_greeting = |greeting: &Sensitive| knowledge.providers().by_greeting(greeting.expose());
        let domain = |sender: &Sensitive| knowledge.providers().by_domain(domain_of(sender.expose())?);
        let Connection { host, greeting, .. } = &*self.connection;
        let by_name = host.as_ref().and_then(by_host).or_else(|| greeting.as_ref().and_then(by_greeting));
        by_name.or_else(|| self.sender.as_ref().and_then(domain))
    }
}

impl Group {
    fn add(&mut self, cause: Cause, seen: &Seen<'_>) {
        let tx = seen.tx;
        self.pile.add(seen);
        let newest = Newest::of(tx);
        if let (Some(before), Some(now)) = (self.host(), &newest.connection.host) {
            self.several_hosts |= before != now;
        }
        self.newest = Some(newest);
        if cause.group() == "recipient" {
            for to in tx.recipients.iter().filter(|to| to.accepted == Some(false)) {
                if self.more_addresses || self.addresses.contains(&to.address) {
                    continue;
                }
                if self.addresses.len() == MAX_NAMED {
                    self.more_addresses = true;
                } else {
                    self.addresses.push(to.address.clone());
                }
            }
        }
    }

    fn finding(self, cause: Cause, case: &Case<'_>) -> Ranked {
        let facts = case.knowledge.cause(cause);
        let newest = self.newest.as_ref();
        let reply = newest.and_then(|newest| {
            Some(judge::meaning(case.knowledge, newest.reply.as_ref()?, newest.connection.host.as_ref()))
        });
        let meant = self.host_meant(case.knowledge, cause);
        // Of a server that was mistyped the meant one's provider knows what to type.
        let by_meant = || case.knowledge.providers().by_host(meant?.as_bytes());
        let said = newest.and_then(|newest| newest.reply.as_ref()).map(|reply| reply.text.expose());
        let by_reply = || advice::provider_named(case.knowledge, cause, said?);
        let at = Situation {
            provider: newest.and_then(|newest| newest.provider(case.knowledge)).or_else(by_meant).or_else(by_reply),
            reply: reply.as_ref().filter(|reply| reply.cause == cause),
            size_limit: newest.and_then(|newest| newest.connection.size_limit),
            today: Some(case.today),
            full_user: newest.is_some_and(|newest| newest.full_user),
            server_known: newest.is_some_and(|newest| newest.connection.host.is_some()),
        };
        let passed = case.history.passed(cause);
        let finding = Finding {
            finding: cause.code(),
            cause: Some(cause),
            severity: facts.severity,
            standing: passed.is_none(),
            confidence: self.pile.confidence.unwrap_or(Confidence::Guess),
            title: self.title(&facts.title),
            why: why(&facts.why, passed),
            steps: self
                .mistyped(case.knowledge)
                .chain(meant.and_then(|meant| self.mistyped_host(meant)))
                .chain(self.addressees())
                .chain(advice::steps(case.knowledge, cause, at))
                .collect(),
            acts: facts.acts.clone(),
            article_step: facts.article_step.clone(),
            count: self.pile.count,
            of: case.of,
            files: self.pile.files,
            first_time: self.pile.first_time,
            last_time: self.pile.last_time,
            evidence: self.pile.evidence(),
            customer: None,
        };
        Ranked::cause(finding, &self.pile)
    }

    fn host(&self) -> Option<&Sensitive> {
        self.newest.as_ref()?.connection.host.as_ref()
    }

    fn title(&self, title: &str) -> Words {
        let mut words = Words::from(title.trim_end_matches('.').to_owned());
        let host = self.host().filter(|_| !self.several_hosts);
        let only = self.addresses.first().filter(|_| self.addresses.len() == 1);
        let word = only.map(|a| Word::Address(a.clone())).or_else(|| host.map(|h| Word::Host(h.clone())));
        if let Some(word) = word {
            words.0.extend([Word::Ours(" (".into()), word, Word::Ours(")".into())]);
        }
        words
    }

    /// Refused addresses whose domain looks like a typing error.
    fn mistyped<'a>(&'a self, knowledge: &'a Knowledge) -> impl Iterator<Item = Words> + 'a {
        self.addresses.iter().filter_map(|address| {
            let meant = knowledge.providers().domain_meant(std::str::from_utf8(domain_of(address.expose())?).ok()?)?;
            Some(Words::from("Correct ").address(address).and(format!(": after the @ probably {meant} is meant.")))
        })
    }

    /// The known server that is meant by one that nobody found.
    fn host_meant<'k>(&self, knowledge: &'k Knowledge, cause: Cause) -> Option<&'k str> {
        let host = self.host().filter(|_| cause == Cause::ConnDns)?;
        knowledge.providers().host_meant(std::str::from_utf8(host.expose()).ok()?)
    }

    fn mistyped_host(&self, meant: &str) -> Option<Words> {
        Some(Words::from("Correct ").host(self.host()?).and(format!(" in the settings: probably {meant} is meant.")))
    }

    /// The addresses to correct, where there are several.
    fn addressees(&self) -> Option<Words> {
        if self.addresses.len() < 2 {
            return None;
        }
        let mut words = Words::from(if self.more_addresses {
            "Go through these addresses, the first few: "
        } else {
            "Go through these addresses: "
        });
        for (i, address) in self.addresses.iter().enumerate() {
            words = if i > 0 { words.and(", ").address(address) } else { words.address(address) };
        }
        Some(words.and("."))
    }
}

/// `passed`: a mail got through after it, and when.
fn why(why: &str, passed: Option<Option<Stamp>>) -> Words {
    let why = Words::from(why.to_owned());
    let Some(at) = passed else { return why };
    let at = at.map_or_else(String::new, |stamp| format!(", first at {stamp}"));
    why.then(format!("It has passed: mail got through after it{at}.").into())
}
