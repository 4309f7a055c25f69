//! A finding, with its evidence.

use std::borrow::Cow;

use crate::{
    dialect::Stamp,
    knowledge::{Actor, Cause, Severity},
    session::Confidence,
    source::Sensitive,
};

/// A sentence of ours with words of the log in it; only `redact` can turn it into something that prints.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words(pub Vec<Word>);

/// What a step does, a key a line: the words by which its sentences are known.
const ACTIONS: [&[&str]; 6] = [
    &["mail shield"],
    &["hotspot"],
    &["PDF smaller"],
    &["without an attachment", "without the attachment"],
    &["pdate the mail engine"],
    &["one test mail before"],
];

/// A piece of [`Words`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// Our own.
    Ours(Cow<'static, str>),
    /// A server's host name, from the log.
    Host(Sensitive),
    /// A mail address, from the log.
    Address(Sensitive),
    /// Free text, from the log.
    Text(Sensitive),
}

impl<T: Into<Cow<'static, str>>> From<T> for Words {
    fn from(text: T) -> Self {
        Words::default().and(text)
    }
}

impl Words {
    /// Tells to do what the other does, and no more: in the same words, or by the key of its action.
    pub(super) fn repeats(&self, other: &Words) -> bool {
        let says = |words: &Words, piece: &str| {
            words.0.iter().any(|word| matches!(word, Word::Ours(text) if text.contains(piece)))
        };
        let is_one = !says(self, ":") && !says(self, "If ");
        let does = |words: &Words, action: &[&str]| action.iter().any(|piece| says(words, piece));
        self == other || is_one && ACTIONS.iter().any(|action| does(self, action) && does(other, action))
    }

    /// Goes on with words of ours.
    pub fn and(mut self, text: impl Into<Cow<'static, str>>) -> Self {
        self.0.push(Word::Ours(text.into()));
        self
    }

    /// Goes on with a server's name.
    pub fn host(mut self, host: &Sensitive) -> Self {
        self.0.push(Word::Host(host.clone()));
        self
    }

    /// Goes on with a mail address.
    pub fn address(mut self, address: &Sensitive) -> Self {
        self.0.push(Word::Address(address.clone()));
        self
    }

    /// Goes on with free text of the log.
    pub fn text(mut self, text: &Sensitive) -> Self {
        self.0.push(Word::Text(text.clone()));
        self
    }

    /// Goes on with a PC by the name it gave, written as the log has it, so that redaction knows it for one.
    pub fn client(self, name: &Sensitive) -> Self {
        self.text(&Sensitive::new(&[b"EHLO ", name.expose()].concat()))
    }

    /// Goes on with another sentence.
    pub fn then(mut self, more: Words) -> Self {
        if !self.0.is_empty() && !more.0.is_empty() {
            self.0.push(Word::Ours(" ".into()));
        }
        self.0.extend(more.0);
        self
    }
}

/// A line of a log that proves a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Number of the file among those analysed, from 0 in input order.
    pub file: usize,
    /// Line of the log, from 1.
    pub line: u64,
    pub tx_id: u64,
    /// The deciding words: the reply with its code, or the client's error.
    pub text: Sensitive,
}

/// A judgement over one or many transactions (contract section 4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Id of the rule; the cause code for a finding about one cause.
    pub finding: &'static str,
    /// The cause, where it is about one.
    pub cause: Option<Cause>,
    /// Its severity; a note where it has passed.
    pub severity: Severity,
    /// Nothing shows that it has passed.
    pub standing: bool,
    /// Its certainty.
    pub confidence: Confidence,
    /// The fault, in one short sentence.
    pub title: Words,
    /// The reason why mail stops, in one or two sentences.
    pub why: Words,
    /// The steps, in the order to try.
    pub steps: Vec<Words>,
    /// The people who have to act; empty for nobody.
    pub acts: Vec<Actor>,
    /// Steps of the support article.
    pub article_step: Vec<String>,
    /// Transactions it is about.
    pub count: u64,
    /// Transactions that were looked at.
    pub of: u64,
    /// Files it was seen in.
    pub files: u64,
    /// First moment, where the log has times.
    pub first_time: Option<Stamp>,
    /// Last moment.
    pub last_time: Option<Stamp>,
    /// Lines that prove it, the newest first.
    pub evidence: Vec<Evidence>,
    /// The customer's name, where it is known.
    pub customer: Option<String>,
}
