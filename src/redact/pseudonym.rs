//! What stands for a person, a place or a number: the same for the same one, within one run.

use std::collections::HashMap;

use super::allow_list;

/// Domains at which anybody may have a mailbox; to know one tells nothing of a person.
const PUBLIC: [&str; 38] = [
    "absamail.co.za",
    "afrihost.co.za",
    "aol.com",
    "cybersmart.co.za",
    "discoverymail.co.za",
    "gmail.com",
    "gmx.com",
    "gmx.net",
    "googlemail.com",
    "hotmail.co.uk",
    "hotmail.co.za",
    "hotmail.com",
    "iafrica.com",
    "icloud.com",
    "imaginet.co.za",
    "lantic.net",
    "live.co.za",
    "live.com",
    "mac.com",
    "mail.com",
    "me.com",
    "msn.com",
    "mweb.co.za",
    "outlook.com",
    "polka.co.za",
    "proton.me",
    "protonmail.com",
    "rocketmail.com",
    "saol.com",
    "telkomsa.net",
    "vodamail.co.za",
    "vodacom.co.za",
    "webafrica.org.za",
    "webmail.co.za",
    "worldonline.co.za",
    "yahoo.co.uk",
    "yahoo.com",
    "zoho.com",
];

/// Whether a domain is a public provider's.
pub(super) fn is_public(domain: &str) -> bool {
    PUBLIC.iter().any(|public| public.eq_ignore_ascii_case(domain))
}

/// Characters of a mailbox's name, and of a part of one, by which it is known again in a text.
const WORD: usize = 4;
const PART: usize = 5;

/// Mailboxes that are no persons, whose names servers use in their sentences.
fn is_role(word: &str) -> bool {
    const ROLES: [&str; 30] = [
        "abuse",
        "admin",
        "billing",
        "bounce",
        "bounces",
        "clinic",
        "debtors",
        "doctor",
        "gateway",
        "hello",
        "helpdesk",
        "list",
        "lists",
        "mailer",
        "medical",
        "noreply",
        "notifications",
        "office",
        "orders",
        "patient",
        "patients",
        "policy",
        "postmaster",
        "practice",
        "private",
        "reception",
        "sales",
        "security",
        "statements",
        "webmaster",
    ];
    ROLES.binary_search(&word).is_ok()
}

/// What a stand-in stands for; the word is the stand-in's first part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Recipient,
    Sender,
    Domain,
    Name,
    User,
    Pc,
    PrivateIp,
    Phone,
    IdNumber,
    File,
    Folder,
    Key,
}

impl Kind {
    const ALL: [Kind; 12] = [
        Kind::Recipient,
        Kind::Sender,
        Kind::Domain,
        Kind::Name,
        Kind::User,
        Kind::Pc,
        Kind::PrivateIp,
        Kind::Phone,
        Kind::IdNumber,
        Kind::File,
        Kind::Folder,
        Kind::Key,
    ];

    fn word(self) -> &'static str {
        match self {
            Kind::Recipient => "recipient",
            Kind::Sender => "sender",
            Kind::Domain => "domain",
            Kind::Name => "name",
            Kind::User => "user",
            Kind::Pc => "pc",
            Kind::PrivateIp => "private-ip",
            Kind::Phone => "phone",
            Kind::IdNumber => "id-number",
            Kind::File => "file",
            Kind::Folder => "folder",
            Kind::Key => "key",
        }
    }

    /// Whether the text is a stand-in of this kind already: a log that was redacted before stays as it is.
    pub(super) fn made(self, text: &str) -> bool {
        let number = text.strip_prefix(self.word()).and_then(|rest| rest.strip_prefix('-'));
        number.is_some_and(|n| !n.is_empty() && n.len() < 10 && n.bytes().all(|b| b.is_ascii_digit()))
    }
}

/// Whether the text is a stand-in of any kind.
pub(super) fn is_stand_in(text: &str) -> bool {
    Kind::ALL.iter().any(|kind| kind.made(text))
}

/// Who got which number. Grows with the number of different people, not of mails.
#[derive(Debug, Default)]
pub(super) struct Pseudonyms {
    /// An address has one stand-in, whichever side it was seen on first.
    people: HashMap<String, (Kind, usize)>,
    things: HashMap<(Kind, String), usize>,
    /// Words by which one of them is known again where no address stands: the name in it and its parts, a PC.
    words: HashMap<String, String>,
    last: HashMap<Kind, usize>,
    /// The one recipient who is shown.
    pub(super) revealed: Option<usize>,
    /// Senders are shown, as far as they are no recipients.
    pub(super) senders_shown: bool,
}

impl Pseudonyms {
    /// `recipient-3@gmail.com`, `sender-1@domain-2.invalid`; or who it is, where that is wanted.
    pub(super) fn address(&mut self, role: Kind, local: &str, domain: Option<&str>) -> String {
        let stand_in = self.stand_in(role, local, domain);
        let key = format!("{local}@{}", domain.unwrap_or_default()).to_lowercase();
        let shown = self.people.get(&key).is_some_and(|(kind, number)| match kind {
            Kind::Recipient => self.revealed == Some(*number),
            _ => self.senders_shown,
        });
        match domain {
            Some(domain) if shown => format!("{local}@{domain}"),
            _ => stand_in,
        }
    }

    /// A stand-in for whoever it is.
    pub(super) fn stand_in(&mut self, role: Kind, local: &str, domain: Option<&str>) -> String {
        let made = Kind::Recipient.made(local) || Kind::Sender.made(local);
        let local = if made && domain.is_none_or(|d| is_public(d) || self.is_own_domain(d)) {
            local.to_owned()
        } else {
            let key = format!("{local}@{}", domain.unwrap_or_default()).to_lowercase();
            // Whoever gets mail is a recipient, also where he sends some: a sender may be shown.
            let promoted = |kind: Kind| self.senders_shown && role == Kind::Recipient && kind != role;
            let (kind, number) = match self.people.get(&key) {
                Some(known) if !promoted(known.0) => *known,
                _ => {
                    let known = (role, self.next(role));
                    self.people.insert(key, known);
                    self.learn(local, known);
                    known
                }
            };
            format!("{}-{number}", kind.word())
        };
        match domain {
            Some(domain) => format!("{local}@{}", self.domain(domain)),
            None => local,
        }
    }

    /// Remembers the words of a mailbox's name, unless whoever it is is shown.
    fn learn(&mut self, local: &str, (kind, number): (Kind, usize)) {
        let shown = if kind == Kind::Recipient { self.revealed == Some(number) } else { self.senders_shown };
        let stand_in = format!("{}-{number}", kind.word());
        let parts = local.split(|c: char| !c.is_alphanumeric()).filter(|part| part.chars().count() >= PART);
        for word in std::iter::once(local).chain(parts) {
            let word = word.to_lowercase();
            if shown {
                self.words.remove(&word);
            } else if word.chars().count() >= WORD && !is_role(&word) && !allow_list::is_known(&word) {
                self.words.insert(word, stand_in.clone());
            }
        }
    }

    /// Remembers the words of a text that names people.
    pub(super) fn learn_names(&mut self, text: &str) {
        for name in text.split(|c: char| !c.is_alphanumeric()).filter(|name| name.chars().count() >= PART) {
            if !allow_list::is_known(name) && !is_role(&name.to_lowercase()) {
                let stand_in = self.thing(Kind::Name, name);
                self.words.insert(name.to_lowercase(), stand_in);
            }
        }
    }

    /// Remembers the name of a PC, and gives its stand-in.
    pub(super) fn learn_pc(&mut self, name: &str) -> String {
        let stand_in = self.thing(Kind::Pc, name);
        let word = name.to_lowercase();
        if word.chars().count() >= WORD && stand_in != name && !allow_list::is_known(&word) {
            self.words.insert(word, stand_in.clone());
        }
        stand_in
    }

    /// The stand-in of whoever is known by this word.
    pub(super) fn known(&self, word: &str) -> Option<&str> {
        if self.words.is_empty() || word.len() < WORD {
            return None;
        }
        self.words.get(&word.to_lowercase()).map(String::as_str)
    }

    /// Whether this is a domain that has a stand-in.
    pub(super) fn is_hidden_domain(&self, domain: &str) -> bool {
        self.things.contains_key(&(Kind::Domain, domain.to_lowercase()))
    }

    /// Whether this is the address of somebody who shall be seen.
    pub(super) fn is_shown(&self, address: &str) -> bool {
        self.people.get(&address.to_lowercase()).is_some_and(|(kind, number)| match kind {
            Kind::Recipient => self.revealed == Some(*number),
            _ => self.senders_shown,
        })
    }

    /// A public provider's domain as it is, else `domain-2.invalid`.
    pub(super) fn domain(&mut self, domain: &str) -> String {
        if is_public(domain) || self.is_own_domain(domain) {
            return domain.to_owned();
        }
        format!("{}.invalid", self.thing(Kind::Domain, domain))
    }

    /// `phone-1`
    pub(super) fn thing(&mut self, kind: Kind, text: &str) -> String {
        if is_stand_in(text) {
            return text.to_owned();
        }
        let key = (kind, text.to_lowercase());
        let number = match self.things.get(&key) {
            Some(number) => *number,
            None => {
                let number = self.next(kind);
                self.things.insert(key, number);
                number
            }
        };
        format!("{}-{number}", kind.word())
    }

    fn is_own_domain(&self, domain: &str) -> bool {
        domain.strip_suffix(".invalid").is_some_and(is_stand_in)
    }

    fn next(&mut self, kind: Kind) -> usize {
        let last = self.last.entry(kind).or_default();
        *last += 1;
        *last
    }
}
