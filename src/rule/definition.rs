//! A rule: what it looks for, its words for people, and how it watches the mails go by.

use chrono::NaiveDate;

use super::{Actor, Severity, Words, addresses::Addresses, occurrences::Pile, seen::Seen, state::History};
use crate::{
    knowledge::{Cause, Knowledge},
    session::Confidence,
};

/// A rule over many mails. All fields are asked for: a rule without next steps does not compile.
pub struct Rule {
    /// Its id, a promise of the contract; also the name of its file.
    pub id: &'static str,
    /// The finding in one short sentence.
    pub title: &'static str,
    /// The pattern it looks for, with its numbers, so that nobody has to read the code.
    pub looks_for: &'static str,
    /// The reason why that stops mail or will stop it.
    pub why: &'static str,
    /// The steps, in the order to try.
    pub steps: &'static [&'static str],
    /// Its severity, unless the log shows otherwise.
    pub severity: Severity,
    /// The people who have to act; empty for nobody.
    pub acts: &'static [Actor],
    /// Steps of the support article.
    pub article_step: &'static [&'static str],
    pub sources: &'static [&'static str],
    /// Rules that say less about the same mails; where this one finds something they stay silent.
    pub swallows: &'static [&'static str],
    /// The question for the provider's desk; that of the finding's cause where it is `None`.
    pub ask: Option<&'static str>,
    /// Begins to watch.
    pub watch: fn() -> Box<dyn Watch>,
}

/// A rule at work. Its memory is bounded by what failed, never by the number of mails.
pub trait Watch: Send {
    /// Takes the next transaction, in file order. Called for every mail of a log, so it must cost next to nothing for one
    /// that was sent.
    fn observe(&mut self, _seen: &Seen<'_>) {}

    /// Ends the watch after the last transaction: the finding, if any. A finding about no transaction is none.
    fn finish(self: Box<Self>, case: &Case<'_>) -> Option<Found>;
}

/// The whole history, after its last transaction.
pub struct Case<'a> {
    pub knowledge: &'a Knowledge,
    /// The day on which somebody asks, by which notices are due.
    pub today: NaiveDate,
    /// The number of transactions.
    pub of: u64,
    /// Recipients whom mail failed for, and whether it got through later.
    pub addresses: &'a Addresses,
    /// The causes, and which of them have passed.
    pub history: &'a History,
}

/// The result of a rule.
pub struct Found {
    /// The title of this case; the rule's own where it is `None`.
    pub title: Option<Words>,
    /// A sentence behind the rule's own reason.
    pub why: Option<Words>,
    /// Steps before the rule's own.
    pub steps: Vec<Words>,
    /// Where it is worse or better than the rule's own.
    pub severity: Option<Severity>,
    pub confidence: Confidence,
    /// The one cause it is about.
    pub cause: Option<Cause>,
    /// The transactions it is about.
    pub pile: Pile,
    /// Nothing shows that it has passed.
    pub live: bool,
    /// A matter of its own, also where it is about the same mails as another finding.
    pub apart: bool,
}

impl Found {
    /// A finding about these transactions, with the rule's own words.
    pub fn new(pile: Pile, confidence: Confidence) -> Self {
        Found {
            title: None,
            why: None,
            steps: Vec::new(),
            severity: None,
            confidence,
            cause: None,
            pile,
            live: true,
            apart: false,
        }
    }
}
