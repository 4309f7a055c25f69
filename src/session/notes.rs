//! What the writer's own lines tell: a log says the same few over and over, and each is judged once.

use std::{cell::RefCell, ptr};

use crate::{
    dialect::OwnWords,
    knowledge::{ErrorMeaning, Knowledge, QuotedReply, ToldMeaning, quoted_reply},
    memo::Memo,
};

thread_local! {
    /// The built-in facts judge alike in every log, and of a fleet each says the same.
    static BUILT_IN: RefCell<Judged> = RefCell::default();
}

/// What is known of the lines so far.
#[derive(Clone, Debug)]
pub(super) struct Notes {
    /// By the facts of this log alone; `None` where the built-in ones judge.
    own: Option<Judged>,
}

/// What some facts say of lines.
#[derive(Clone, Debug, Default)]
struct Judged {
    /// Lines that tell of no trouble, and whether they have words of a failure; `None` where nobody asked.
    untroubled: Memo<Option<bool>>,
    /// Other lines, and whether they have words of a failure.
    failures: Memo<bool>,
    /// Words about failed mails, each with the host of its connection, and what they mean; the names of mailboxes without their
    /// numbers.
    meanings: Memo<Option<ToldMeaning>>,
}

/// What a line tells of trouble.
#[derive(Default)]
pub(super) struct Trouble<'l> {
    /// The error that it tells of.
    pub meaning: Option<ErrorMeaning>,
    /// The refusal that it quotes.
    pub quoted: Option<QuotedReply<'l>>,
    /// It has words of a failure, and tells of no error that is known.
    pub fails: bool,
}

impl Notes {
    /// As these facts judge.
    pub(super) fn of(knowledge: &Knowledge) -> Notes {
        Notes { own: (!ptr::eq(knowledge, Knowledge::builtin())).then(Judged::default) }
    }

    fn judged<A>(&mut self, ask: impl FnOnce(&mut Judged) -> A) -> A {
        match &mut self.own {
            Some(own) => ask(own),
            None => BUILT_IN.with_borrow_mut(ask),
        }
    }

    /// The trouble that a line tells of; `asks`: also by words of a failure that nobody knows.
    pub(super) fn trouble_in<'l>(&mut self, line: &'l [u8], knowledge: &Knowledge, asks: bool) -> Trouble<'l> {
        if line.is_empty() {
            return Trouble::default();
        }
        let known = self.judged(|judged| judged.untroubled.get(line).copied());
        if let Some(fails) = known
            && (!asks || fails.is_some())
        {
            return Trouble { fails: asks && fails == Some(true), ..Trouble::default() };
        }
        let (meaning, quoted) = match known {
            Some(_) => (None, None),
            None => (knowledge.client_error(line), quoted_reply(line)),
        };
        let fails = asks && meaning.is_none() && self.is_failure(line, quoted.is_some());
        if meaning.is_none() && quoted.is_none() {
            self.judged(|judged| judged.untroubled.keep(line, asks.then_some(fails)));
        }
        Trouble { meaning, quoted, fails }
    }

    /// What words about a failed mail mean on a connection to this host.
    pub(super) fn meaning(
        &mut self,
        words: &[u8],
        host: Option<&[u8]>,
        find: impl FnOnce() -> Option<ToldMeaning>,
    ) -> Option<ToldMeaning> {
        let mut asked = [words, b"\n", host.unwrap_or_default()].concat();
        blank_mailboxes(&mut asked[..words.len()]);
        if let Some(known) = self.judged(|judged| judged.meanings.get(&asked).cloned()) {
            return known;
        }
        let found = find();
        self.judged(|judged| judged.meanings.keep(&asked, found.clone()));
        found
    }

    /// Whether a line has words of a failure, in whatever sentence; `kept`: the answer is kept here.
    fn is_failure(&mut self, line: &[u8], kept: bool) -> bool {
        if !kept {
            return OwnWords::of(line).failed;
        }
        if let Some(known) = self.judged(|judged| judged.failures.get(line).copied()) {
            return known;
        }
        let failed = OwnWords::of(line).failed;
        self.judged(|judged| judged.failures.keep(line, failed));
        failed
    }
}

/// `patient1234@b.example`: who is meant decides nothing, and digits behind a letter of his name are no number.
fn blank_mailboxes(words: &mut [u8]) {
    let mut rest = words;
    while let Some(at) = memchr::memchr(b'@', rest) {
        let (before, behind) = rest.split_at_mut(at + 1);
        let in_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        let length = before[..at].iter().rev().take_while(|b| in_name(b)).count();
        let mut named = false;
        for b in &mut before[at - length..at] {
            if named && b.is_ascii_digit() {
                *b = b'0';
            } else {
                named = b.is_ascii_alphabetic();
            }
        }
        rest = behind;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_meant_decides_nothing() {
        let blanked = |text: &str| {
            let mut words = text.as_bytes().to_vec();
            blank_mailboxes(&mut words);
            String::from_utf8(words).unwrap()
        };
        let text = "550 to <p12.q7x34-56@b7.example> at 10:00, 77@c.example, x9 no";
        assert_eq!(blanked(text), "550 to <p00.q0x00-56@b7.example> at 10:00, 77@c.example, x9 no");
        for words in [
            "Error sending mail to patient365@b.example: 550 5.1.1 User unknown",
            "Mail to o365@b.example failed: timeout",
            "x10060@b.example error 10060",
            "smtp; 452 4.2.2 <full452@b.example> over quota",
            "fred550@b.example 550 no",
        ] {
            let told = |words: &str| Knowledge::builtin().told(words.as_bytes(), None, None);
            assert_eq!(told(&blanked(words)), told(words), "{words}");
        }
    }
}
