//! What stands for a person, a place or a number: the same for the same one, within one run.
//!
//! No table holds a name. Who got which number is known by a keyed hash (SipHash, a new key in each run), and only the
//! first [`MAX_NUMBERED`] are counted at all: from then on the number itself comes from the hash. So a log with a million
//! recipients costs as much memory as one with seventy thousand. The one exception is the map that `mtmlog case` keeps for
//! the practice alone.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::{BuildHasher, RandomState},
};

use super::{
    allow_list,
    public_domain::is_public,
    stand_in::{HIDDEN, is_replaced},
};

pub(super) use super::stand_in::{Kind, is_stand_in};

/// Characters of a mailbox's name, and of a part of one, by which it is known again in a text.
const WORD: usize = 4;
const PART: usize = 5;

/// Mailboxes that are no persons, whose names servers use in their sentences.
const ROLES: &str = "abuse admin billing bounce bounces clinic debtors doctor gateway hello helpdesk list lists mailer \
    medical noreply notifications office orders patient patients policy postmaster practice private reception sales \
    security statements webmaster";

fn is_role(word: &str) -> bool {
    ROLES.split(' ').any(|role| role == word)
}

/// Of each kind of entry (people, things, words) so many are told apart by a table; the others by a hash.
const MAX_NUMBERED: usize = 65_536;
/// Entries of the map that is kept: the tables' own, and no more.
const MAX_MAPPED: usize = 2 * MAX_NUMBERED;

/// A kind and the number in it; nothing of whom it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct StandIn(Kind, u64);

impl std::fmt::Display for StandIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.0.name(), self.1)
    }
}

/// Hashes in bounded room: a filter that may take a few in a hundred strangers for acquaintances, and never an
/// acquaintance for a stranger (Bloom 1970; 4 MiB hold three million words).
#[derive(Debug, Default)]
struct Filter {
    /// Empty until the first hash comes.
    bits: Vec<u64>,
}

impl Filter {
    /// Eight bytes each: 4 MiB.
    const WORDS: usize = 1 << 19;

    fn places(hash: u64) -> impl Iterator<Item = (usize, u64)> {
        let step = hash.rotate_left(32) | 1;
        (0..4u64).map(move |n| {
            let bit = hash.wrapping_add(step.wrapping_mul(n)) >> 39;
            (usize::try_from(bit / 64).unwrap_or_default() % Self::WORDS, 1 << (bit % 64))
        })
    }

    fn insert(&mut self, hash: u64) {
        self.bits.resize(Self::WORDS, 0);
        Self::places(hash).for_each(|(word, bit)| self.bits[word] |= bit);
    }

    fn contains(&self, hash: u64) -> bool {
        !self.bits.is_empty() && Self::places(hash).all(|(word, bit)| self.bits[word] & bit != 0)
    }
}

/// Who got which number.
#[derive(Debug, Default)]
pub(super) struct Pseudonyms {
    key: RandomState,
    /// An address has one stand-in, whichever side it was seen on first.
    people: HashMap<u64, StandIn>,
    things: HashMap<(Kind, u64), u64>,
    /// Domains that found no place among the things.
    more_domains: Filter,
    /// Words by which one of them is known again where no address stands: the name in it and its parts, a PC.
    words: HashMap<u64, StandIn>,
    /// Words that found no place there.
    more_words: Filter,
    last: HashMap<Kind, u64>,
    /// The one recipient who is shown.
    pub(super) revealed: Option<usize>,
    /// Senders are shown, as far as they are no recipients.
    senders_shown: bool,
    /// The numbers of senders who are hidden all the same.
    hidden_senders: BTreeSet<u64>,
    /// Words of those who are shown, for when they no longer are.
    shown_words: HashMap<u64, StandIn>,
    /// Whom each stand-in stands for, where somebody keeps the map of them.
    map: Option<BTreeMap<String, String>>,
}

impl Pseudonyms {
    /// `recipient-3@gmail.com`, `sender-1@domain-2.invalid`; or who it is, where that is wanted.
    pub(super) fn address(&mut self, role: Kind, local: &str, domain: Option<&str>) -> String {
        let stand_in = self.stand_in(role, local, domain);
        let written = without_password(local);
        let whole = domain.map_or_else(|| local.to_owned(), |domain| format!("{written}@{domain}"));
        self.note(stand_in.split('@').next().unwrap_or_default(), &whole);
        let shown = self.people.get(&self.person(local, domain)).is_some_and(|known| self.is_shown(*known));
        match domain {
            Some(domain) if shown => format!("{written}@{domain}"),
            _ => stand_in,
        }
    }

    /// Keeps the map from now on.
    pub(super) fn keep_map(&mut self) {
        self.map.get_or_insert_default();
    }

    /// Stand-ins and whom they stand for; empty where the map was not kept.
    pub(super) fn map(&self) -> impl Iterator<Item = (&str, &str)> {
        self.map.iter().flatten().map(|(stand_in, whom)| (stand_in.as_str(), whom.as_str()))
    }

    fn note(&mut self, stand_in: &str, whom: &str) {
        if let Some(map) = &mut self.map
            && map.len() < MAX_MAPPED
            && !stand_in.eq_ignore_ascii_case(whom)
            && is_stand_in(stand_in)
            && !is_stand_in(whom)
            && !map.contains_key(stand_in)
        {
            map.insert(stand_in.to_owned(), whom.to_owned());
        }
    }

    pub(super) fn shows_senders(&self) -> bool {
        self.senders_shown
    }

    /// Shows senders from now on, or hides them, with the words by which they are known.
    pub(super) fn show_senders(&mut self, shown: bool) {
        self.senders_shown = shown;
        if !shown {
            self.words.extend(std::mem::take(&mut self.shown_words));
        }
    }

    /// Hides a sender of whom a server speaks by name: he is a person, and no desk.
    pub(super) fn hide_sender(&mut self, local: &str, domain: &str) {
        self.stand_in(Kind::Sender, local, Some(domain));
        if let Some(known) = self.people.get(&self.person(local, Some(domain))).copied()
            && known.0 == Kind::Sender
            && self.hidden_senders.len() < MAX_NUMBERED
        {
            self.hidden_senders.insert(known.1);
            self.learn(local, known);
        }
    }

    fn is_shown(&self, StandIn(kind, number): StandIn) -> bool {
        match kind {
            Kind::Recipient => self.revealed.is_some_and(|revealed| revealed as u64 == number),
            _ => self.senders_shown && !self.hidden_senders.contains(&number),
        }
    }

    /// A stand-in for whoever it is.
    pub(super) fn stand_in(&mut self, role: Kind, local: &str, domain: Option<&str>) -> String {
        let made = Kind::Recipient.made(local) || Kind::Sender.made(local);
        let local = if made && domain.is_none_or(|d| is_public(d) || is_replaced(d)) {
            local.to_owned()
        } else {
            let key = self.person(local, domain);
            // Whoever gets mail is a recipient, also where he sends some: a sender may be shown.
            let promoted = |kind: Kind| self.senders_shown && role == Kind::Recipient && kind != role;
            let known = match self.people.get(&key) {
                Some(known) if !promoted(known.0) => *known,
                None if self.people.len() >= MAX_NUMBERED => {
                    // Without a table nobody is promoted, so everybody counts as who must not be shown.
                    let known = StandIn(Kind::Recipient, drawn(key));
                    self.learn(local, known);
                    known
                }
                _ => {
                    let known = StandIn(role, self.next(role));
                    self.people.insert(key, known);
                    self.learn(local, known);
                    known
                }
            };
            known.to_string()
        };
        match domain {
            Some(domain) => format!("{local}@{}", self.domain(domain)),
            None => local,
        }
    }

    /// Remembers the words of a mailbox's name, unless whoever it is is shown.
    fn learn(&mut self, local: &str, known: StandIn) {
        let shown = self.is_shown(known);
        let parts = local.split(|c: char| !c.is_alphanumeric()).filter(|part| part.chars().count() >= PART);
        for word in std::iter::once(local).chain(parts) {
            let word = word.to_lowercase();
            let tells = word.chars().count() >= WORD && !is_role(&word) && !allow_list::is_known(&word);
            let key = self.key.hash_one(&word);
            if shown {
                self.words.remove(&key);
            }
            match (tells, shown) {
                (true, false) => self.learn_word(&word, known),
                (true, true) if self.shown_words.len() < MAX_NUMBERED => {
                    self.shown_words.insert(key, known);
                }
                _ => {}
            }
        }
    }

    /// Remembers a word, which is in lower case.
    fn learn_word(&mut self, word: &str, known: StandIn) {
        let key = self.key.hash_one(word);
        if self.words.len() < MAX_NUMBERED || self.words.contains_key(&key) {
            self.words.insert(key, known);
        } else {
            self.more_words.insert(key);
        }
    }

    /// Remembers the words of a text that names people.
    pub(super) fn learn_names(&mut self, text: &str) {
        for name in text.split(|c: char| !c.is_alphanumeric()).filter(|name| name.chars().count() >= PART) {
            if !is_stand_in(name) && !allow_list::is_known(name) && !is_role(&name.to_lowercase()) {
                let number = self.number(Kind::Name, name);
                self.note(&StandIn(Kind::Name, number).to_string(), name);
                self.learn_word(&name.to_lowercase(), StandIn(Kind::Name, number));
            }
        }
    }

    /// Remembers the name of a PC, and gives its stand-in. The map takes only a name or an address (RFC 5321 section 4.1.2): in
    /// a log that was broken a secret may stand behind EHLO.
    pub(super) fn learn_pc(&mut self, name: &str) -> String {
        if is_stand_in(name) {
            return name.to_owned();
        }
        let known = StandIn(Kind::Pc, self.number(Kind::Pc, name));
        let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
        let marks = if address.is_some() { "-_.:" } else { "-_." };
        if address.unwrap_or(name).chars().all(|c| c.is_alphanumeric() || marks.contains(c)) {
            self.note(&known.to_string(), name);
        }
        let word = name.to_lowercase();
        if word.chars().count() >= WORD && !allow_list::is_known(&word) {
            self.learn_word(&word, known);
        }
        known.to_string()
    }

    /// The stand-in of whoever is known by this word.
    pub(super) fn known(&self, word: &str) -> Option<String> {
        if self.words.is_empty() || word.len() < WORD {
            return None;
        }
        let word = word.to_lowercase();
        let key = self.key.hash_one(&word);
        match self.words.get(&key) {
            Some(known) => Some(known.to_string()),
            None => self.more_words.contains(key).then(|| StandIn(Kind::Name, drawn(key)).to_string()),
        }
    }

    /// This is a domain that has a stand-in.
    pub(super) fn is_hidden_domain(&self, domain: &str) -> bool {
        let key = self.key.hash_one(domain.to_lowercase());
        self.things.contains_key(&(Kind::Domain, key)) || self.more_domains.contains(key)
    }

    /// This is the address of somebody who shall be seen.
    pub(super) fn shows(&self, address: &str) -> bool {
        let Some((local, domain)) = address.rsplit_once('@') else { return false };
        self.people.get(&self.person(local, Some(domain))).is_some_and(|known| self.is_shown(*known))
    }

    /// A public provider's domain as it is, else `domain-2.invalid`.
    pub(super) fn domain(&mut self, domain: &str) -> String {
        if is_public(domain) || is_replaced(domain) {
            return domain.to_owned();
        }
        format!("{}.invalid", self.thing(Kind::Domain, domain))
    }

    /// `phone-1`
    pub(super) fn thing(&mut self, kind: Kind, text: &str) -> String {
        if is_stand_in(text) {
            return text.to_owned();
        }
        let stand_in = StandIn(kind, self.number(kind, text)).to_string();
        // What somebody signs in with is a secret, and what tells sessions apart is nobody.
        if !matches!(kind, Kind::User | Kind::Key) {
            self.note(&stand_in, text);
        }
        stand_in
    }

    /// The stand-in that a thing has already.
    pub(super) fn known_thing(&self, kind: Kind, text: &str) -> Option<String> {
        let key = self.key.hash_one(text.to_lowercase());
        self.things.get(&(kind, key)).map(|number| StandIn(kind, *number).to_string())
    }

    fn number(&mut self, kind: Kind, text: &str) -> u64 {
        let key = self.key.hash_one(text.to_lowercase());
        match self.things.get(&(kind, key)) {
            Some(number) => *number,
            None if self.things.len() >= MAX_NUMBERED => {
                if kind == Kind::Domain {
                    self.more_domains.insert(key);
                }
                drawn(key)
            }
            None => {
                let number = self.next(kind);
                self.things.insert((kind, key), number);
                number
            }
        }
    }

    /// Whoever has this address.
    fn person(&self, local: &str, domain: Option<&str>) -> u64 {
        self.key.hash_one((local.to_lowercase(), domain.unwrap_or_default().to_lowercase()))
    }

    fn next(&mut self, kind: Kind) -> u64 {
        let last = self.last.entry(kind).or_default();
        *last += 1;
        *last
    }
}

/// The name of a mailbox. None has a colon or a slash in it, but what somebody signs in with does: `fred:Kudu7`.
pub(super) fn without_password(local: &str) -> Cow<'_, str> {
    match local.rfind([':', '/']) {
        Some(at) => format!("{}{HIDDEN}", &local[..=at]).into(),
        None => local.into(),
    }
}

/// A number of twelve digits, the most a stand-in has, from a hash, above all numbers that are counted.
fn drawn(hash: u64) -> u64 {
    100_000_000_000 + hash % 900_000_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_holds_names_of_computers_and_nothing_else() {
        let mut stand_ins = Pseudonyms::default();
        stand_ins.keep_map();
        for name in ["desk-7", "[IPv6:fe80::1]", "pc-2\"password\"=reenvoel", "desk:reenvoel"] {
            stand_ins.learn_pc(name);
        }
        assert_eq!(stand_ins.map().map(|(_, whom)| whom).collect::<Vec<_>>(), ["desk-7", "[IPv6:fe80::1]"]);
    }

    #[test]
    fn a_million_people_cost_no_more_than_the_first_ones() {
        let mut stand_ins = Pseudonyms::default();
        let name = |n: usize| format!("person{n:07}");
        let all = MAX_NUMBERED + 2_000;
        let given: Vec<String> =
            (0..all).map(|n| stand_ins.address(Kind::Recipient, &name(n), Some("own.co.za"))).collect();
        assert_eq!((stand_ins.people.len(), stand_ins.words.len()), (MAX_NUMBERED, MAX_NUMBERED));
        assert_eq!(given[0], "recipient-1@domain-1.invalid");
        let different: std::collections::HashSet<&String> = given.iter().collect();
        assert_eq!(different.len(), all);
        for n in [0, MAX_NUMBERED - 1, MAX_NUMBERED, all - 1] {
            assert_eq!(stand_ins.address(Kind::Recipient, &name(n), Some("own.co.za")), given[n]);
            assert_eq!(stand_ins.address(Kind::Sender, &name(n), Some("own.co.za")), given[n]);
            assert!(stand_ins.known(&name(n)).is_some_and(|known| is_stand_in(&known)), "{n}");
            let local = given[n].split('@').next().unwrap();
            assert_eq!(stand_ins.address(Kind::Recipient, local, Some("domain-1.invalid")), given[n], "again");
        }
        let strangers = (0..10_000).filter(|n| stand_ins.known(&format!("stranger{n}")).is_some()).count();
        assert!(strangers < 10, "{strangers}");
    }
}
