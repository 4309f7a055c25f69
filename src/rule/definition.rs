//! What a rule is: what it looks for, what it tells people, and how it watches the mails go by.

use std::{cell::OnceCell, sync::Arc};

use chrono::{NaiveDate, NaiveDateTime};

use super::{Actor, Evidence, Severity, Words, addresses::Addresses, occurrences::Pile, state::History};
use crate::{
    knowledge::{Cause, Knowledge},
    session::{Confidence, Outcome, Transaction},
    smtp::Stage,
    source::Sensitive,
};

/// A rule over many mails. All fields are asked for: a rule without next steps does not compile.
pub struct Rule {
    /// Its id, a promise of the contract; also the name of its file.
    pub id: &'static str,
    /// What it finds, in one short sentence.
    pub title: &'static str,
    /// What it looks for, so that nobody has to read the code.
    pub looks_for: &'static str,
    /// Why that stops mail or will stop it.
    pub why: &'static str,
    /// What to do, in the order to try.
    pub steps: &'static [&'static str],
    /// How bad it is, unless the log shows otherwise.
    pub severity: Severity,
    /// Who acts; empty for nobody.
    pub acts: &'static [Actor],
    /// Steps of the support article.
    pub article_step: &'static [&'static str],
    /// Where the rule is from.
    pub sources: &'static [&'static str],
    /// Rules that say less about the same mails; where this one finds something they stay silent.
    pub swallows: &'static [&'static str],
    /// A log on which it fires. (For the tests; it stays out of the program.)
    #[cfg(test)]
    pub fires: &'static str,
    /// The same log without the fault: it stays silent.
    #[cfg(test)]
    pub silent: &'static str,
    /// Begins to watch.
    pub watch: fn() -> Box<dyn Watch>,
}

/// A rule at work. Its memory is bounded by what failed, never by the number of mails.
pub trait Watch: Send {
    /// Takes the next transaction, in file order. Called for every mail of a log, so it must cost next to nothing for one
    /// that was sent.
    fn observe(&mut self, _seen: &Seen<'_>) {}

    /// What it found, after the last transaction.
    fn finish(self: Box<Self>, case: &Case<'_>) -> Option<Found>;
}

/// One transaction as it goes by.
pub struct Seen<'a> {
    /// Number of the file, from 0.
    pub file: usize,
    /// Its id.
    pub tx_id: u64,
    /// Its place in the whole history, from 1.
    pub nth: u64,
    /// The transaction.
    pub tx: &'a Transaction,
    /// The facts.
    pub knowledge: &'a Knowledge,
    pub(super) evidence: OnceCell<Arc<Evidence>>,
}

impl Seen<'_> {
    /// The server took the mail, for some recipients at least.
    #[must_use]
    pub fn is_delivered(&self) -> bool {
        matches!(self.tx.outcome, Outcome::Sent | Outcome::Partial)
    }

    /// It failed for a reason that stops all mail.
    #[must_use]
    pub fn stops_all(&self) -> bool {
        self.tx.outcome.is_failure()
            && self.tx.cause.is_some_and(|cause| self.knowledge.cause(cause).severity() == Severity::Error.name())
    }

    /// When it began; the date of a log that writes the time of day only is the same for all of its mails.
    #[must_use]
    pub fn moment(&self) -> Option<NaiveDateTime> {
        let stamp = self.tx.started_at.or(self.tx.ended_at)?;
        Some(stamp.date.unwrap_or_default().and_time(stamp.time))
    }

    /// The day it began on, where the log has dates.
    #[must_use]
    pub fn day(&self) -> Option<NaiveDate> {
        self.tx.started_at.or(self.tx.ended_at)?.date
    }

    /// The deciding words: the reply with its code, or what the program said; else where it broke off.
    pub fn evidence(&self) -> &Arc<Evidence> {
        self.evidence.get_or_init(|| Arc::new(self.words()))
    }

    fn words(&self) -> Evidence {
        let tx = self.tx;
        let (line, text) = match (&tx.reply, &tx.error) {
            (Some(reply), _) => {
                let mut text = reply.code.to_string().into_bytes();
                if !reply.text.is_empty() {
                    text.push(b' ');
                    text.extend_from_slice(reply.text.expose());
                }
                (reply.line, Sensitive::new(&text))
            }
            (None, Some(error)) => (error.line, error.text.clone()),
            (None, None) => (tx.line_last, Sensitive::new(broken_off(tx.stage).as_bytes())),
        };
        Evidence { file: self.file, line, tx_id: self.tx_id, text }
    }
}

fn broken_off(stage: Stage) -> String {
    format!("(the log shows nothing more after this line; it broke off at stage {stage})")
}

/// The whole history, after its last transaction.
pub struct Case<'a> {
    /// The facts.
    pub knowledge: &'a Knowledge,
    /// The day on which the question is asked, by which notices are due.
    pub today: NaiveDate,
    /// Transactions looked at.
    pub of: u64,
    /// Who mail failed for, and whether it got through later.
    pub addresses: &'a Addresses,
    /// Which causes have passed.
    pub history: &'a History,
}

/// What a rule found.
pub struct Found {
    /// The title of this case; the rule's own where it is `None`.
    pub title: Option<Words>,
    /// What to say beside the rule's own reason.
    pub why: Option<Words>,
    /// What to do before the rule's own steps.
    pub steps: Vec<Words>,
    /// Where it is worse or better than the rule's own.
    pub severity: Option<Severity>,
    /// How sure it is.
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
    #[must_use]
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
