//! A transaction as a rule is given it.

use std::{cell::OnceCell, sync::Arc};

use chrono::NaiveDateTime;

use super::{Evidence, Severity};
use crate::{knowledge::Knowledge, session::Transaction, smtp::Stage, source::Sensitive};

/// One transaction with its place in the history, and the facts it is judged by.
pub struct Seen<'a> {
    /// Number of the file among those analysed, from 0.
    pub file: usize,
    /// The id that evidence names it by.
    pub tx_id: u64,
    /// Its place in the whole history, from 1.
    pub nth: u64,
    pub tx: &'a Transaction,
    pub knowledge: &'a Knowledge,
    pub(super) evidence: OnceCell<Arc<Evidence>>,
}

impl Seen<'_> {
    /// The server took the mail, for some recipients at least.
    pub fn is_delivered(&self) -> bool {
        self.tx.outcome.is_delivered()
    }

    /// It failed for a reason that stops all mail.
    pub fn stops_all(&self) -> bool {
        self.tx.outcome.is_failure()
            && self.tx.cause.is_some_and(|cause| self.knowledge.cause(cause).severity == Severity::Error)
    }

    /// When it began; the date of a log that writes the time of day only is the same for all of its mails.
    pub fn moment(&self) -> Option<NaiveDateTime> {
        let stamp = self.tx.first_time()?;
        Some(stamp.date.unwrap_or_default().and_time(stamp.time))
    }

    /// The deciding words: the reply with its code, or what the program said; else where it broke off.
    pub fn evidence(&self) -> &Arc<Evidence> {
        self.evidence.get_or_init(|| Arc::new(self.words()))
    }

    /// These words of this transaction, at this line of the log.
    pub(super) fn proof(&self, line: u64, text: Sensitive) -> Evidence {
        Evidence { file: self.file, line, tx_id: self.tx_id, text }
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
        self.proof(line, text)
    }
}

fn broken_off(stage: Stage) -> String {
    format!("(the log shows nothing more after this line; it broke off at stage {stage})")
}
