//! The words that stand for people, places and numbers: `recipient-3`, `file-2`.

use super::public_domain::is_public;

/// Stands for any secret; its length tells nothing.
pub(super) const HIDDEN: &str = "***";

/// Digits of the largest number that a stand-in has.
const MAX_DIGITS: usize = 12;
named! {
    /// What a stand-in stands for; the word is the stand-in's first part.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub(super) enum Kind {
        Recipient = "recipient",
        Sender = "sender",
        Domain = "domain",
        Name = "name",
        User = "user",
        Pc = "pc",
        PrivateIp = "private-ip",
        Phone = "phone",
        IdNumber = "id-number",
        File = "file",
        Folder = "folder",
        Key = "key",
    }
}

impl Kind {
    /// The text is a stand-in of this kind already: a log that was redacted before stays as it is.
    pub(super) fn made(self, text: &str) -> bool {
        let number = text.strip_prefix(self.name()).and_then(|rest| rest.strip_prefix('-'));
        number.is_some_and(|n| (1..=MAX_DIGITS).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit()))
    }
}

/// Addresses tell that a log is a copy: `recipient-3@gmail.com`, `sender-1@domain-2.invalid`. Words such as these are
/// numbered by many programs, and nobody has a mailbox under them.
pub(crate) fn is_copy(log: &[u8]) -> bool {
    let words = log.split(|b| !b.is_ascii_alphanumeric() && !b"-@.".contains(b));
    let addresses = words.filter_map(|word| std::str::from_utf8(word).ok()?.trim_matches('.').split_once('@'));
    let people = [Kind::Recipient, Kind::Sender];
    let made =
        |(local, domain)| people.iter().any(|kind| kind.made(local)) && (is_public(domain) || is_replaced(domain));
    addresses.into_iter().any(made)
}

/// `domain-2.invalid`
pub(super) fn is_replaced(domain: &str) -> bool {
    domain.strip_suffix(".invalid").is_some_and(is_stand_in)
}

/// The text is a stand-in of any kind.
pub(super) fn is_stand_in(text: &str) -> bool {
    Kind::ALL.iter().any(|kind| kind.made(text))
}
