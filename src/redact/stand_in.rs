//! The words that stand for people, places and numbers: `recipient-3`, `file-2`.

/// Stands for any secret; its length tells nothing.
pub(super) const HIDDEN: &str = "***";

/// Digits of the largest number that a stand-in has.
const MAX_DIGITS: usize = 12;
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

    pub(super) fn word(self) -> &'static str {
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
        number.is_some_and(|n| (1..=MAX_DIGITS).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit()))
    }
}

/// Whether stand-ins tell that a log is a copy; the words of the other kinds are numbered by many programs.
pub(crate) fn is_copy(log: &[u8]) -> bool {
    let words = log.split(|b| !b.is_ascii_alphanumeric() && *b != b'-');
    let people = [Kind::Recipient, Kind::Sender, Kind::Domain];
    words.filter_map(|word| std::str::from_utf8(word).ok()).any(|word| people.iter().any(|kind| kind.made(word)))
}

/// Whether the text is a stand-in of any kind.
pub(super) fn is_stand_in(text: &str) -> bool {
    Kind::ALL.iter().any(|kind| kind.made(text))
}
