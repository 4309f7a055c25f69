//! A word of a line, with what stands behind it.

use crate::knowledge::{Knowledge, WordClass, WordClasses, WordTable};

#[derive(Clone, Copy, Default)]
pub(super) struct Word<'a> {
    pub(super) text: &'a [u8],
    pub(super) classes: WordClasses,
    /// A mark stands behind it that gives it a value: `Timeout=`, `Timeout: `.
    pub(super) named: bool,
    /// The next word follows a blank, and no other mark.
    pub(super) joined: bool,
    /// The next word is a part of the same name: `connect_timeout`.
    pub(super) glued: bool,
    /// It is the name of a value: `handling = continue`.
    pub(super) valued: bool,
    /// Dots lead from it to a number: `Mails sent ...... 212`.
    pub(super) leads: bool,
}

impl Word<'_> {
    pub(super) fn is(self, class: WordClass) -> bool {
        self.classes.has(class)
    }

    /// A row of this class holds the very word.
    pub(super) fn is_the(self, class: WordClass) -> bool {
        WordTable::builtin().is(self.text, class)
    }

    pub(super) fn is_number(self) -> bool {
        !self.text.is_empty() && self.text.iter().all(u8::is_ascii_digit)
    }

    /// A number behind it is its own.
    pub(super) fn names_number(self) -> bool {
        self.joined && (self.is(WordClass::Mail) || self.is(WordClass::Begins)) && !self.is(WordClass::Count)
    }

    /// A connection, or signing in.
    pub(super) fn is_of_connection(self) -> bool {
        self.is_the(WordClass::Connection) || WordTable::builtin().signs_in(self.text)
    }

    /// Something went well.
    pub(super) fn is_good(&self) -> bool {
        self.is(WordClass::Sent) || self.is(WordClass::Well)
    }

    pub(super) fn is_failure(self) -> bool {
        self.is(WordClass::Failed) && !self.is(WordClass::Neutral)
    }

    /// `timeout=30000`, `retryOnError=true`, `failed=false`: of the words of failure only those that announce an error have a
    /// number or a yes for their value, unless it is that of a known error.
    pub(super) fn is_setting(self, value: Word<'_>) -> bool {
        let off = value.is_the(WordClass::No) && !value.joined;
        let on = value.is_the(WordClass::Yes) || value.is_the(WordClass::No);
        let number = || value.is_number() && Knowledge::builtin().client_error(value.text).is_none();
        self.named && self.is_failure() && (off || !self.is(WordClass::Reply) && (on || number()))
    }
}

/// HRESULTs of CDO and of Outlook.
pub(super) fn is_mail_number(word: &[u8]) -> bool {
    [&b"0x800ccc"[..], b"800ccc", b"21472209", b"0x800402"].iter().any(|stem| word.starts_with(stem))
}
