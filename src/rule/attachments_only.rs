//! Only mails with attachments, or above a size, fail; the others go out.

use super::{Actor, Case, Found, Pile, Rule, Seen, Severity, Watch, advice::megabytes};
use crate::{
    knowledge::Cause,
    session::{Confidence, Transaction},
    smtp::Stage,
};

pub(super) static RULE: Rule = Rule {
    id: "attachments-only",
    title: "Only mails with an attachment fail; mails without one go out",
    looks_for: "Of the mails whose content was sent, those with an attachment, or above a size, fail, and none of the \
                others does; since then none of that kind went through.",
    why: "The settings are right, or nothing would go out. The provider blocks or cannot carry the attachment, or the line \
          or the antivirus breaks large mails off.",
    steps: &[
        "Send one test mail without an attachment, then the same mail with a small PDF.",
        "If the small PDF fails too, the provider or an antivirus blocks the attachment: pause the antivirus mail shield and try again.",
        "If only large files fail, send statements one patient a mail, as PDF, and measure the upload line.",
        "Give the provider the line of the log shown above and ask what it blocks.",
    ],
    severity: Severity::Warning,
    acts: &[Actor::Technician, Actor::Provider],
    article_step: &["7"],
    sources: &["support article step 7: the test mail works and statements fail"],
    swallows: &[],
    ask: None,
    watch: || Box::<AttachmentsOnly>::default(),
};

/// Failures before a pattern is believed.
const MIN_FAILURES: u64 = 2;
/// Among this many failures one of the other kind is let pass.
const FAILURES_PER_STRAY: u64 = 5;

#[derive(Default)]
struct AttachmentsOnly {
    with_file: Kind,
    large: Kind,
    smallest_failed: u64,
    /// The largest that went through since the last large failure was forgotten.
    largest_sent: u64,
}

/// Mails of the kind that fails, and what speaks against it.
#[derive(Default)]
struct Kind {
    failed: Pile,
    others_failed: u64,
    /// Mails of the other kind that went through.
    others_sent: u64,
}

impl Kind {
    fn holds(&self) -> bool {
        self.failed.count >= MIN_FAILURES
            && self.others_sent > 0
            && self.others_failed * FAILURES_PER_STRAY <= self.failed.count
    }

    /// A mail of this kind went through: whatever failed before has passed.
    fn passed(&mut self) {
        if self.failed.count + self.others_failed > 0 {
            *self = Kind { others_sent: self.others_sent, ..Kind::default() };
        }
    }
}

impl Watch for AttachmentsOnly {
    fn observe(&mut self, seen: &Seen<'_>) {
        let tx = seen.tx;
        if seen.is_delivered() {
            self.sent(tx);
        } else if is_about_content(tx) {
            self.failed(seen);
        }
    }

    fn finish(self: Box<Self>, _: &Case<'_>) -> Option<Found> {
        if self.with_file.holds() {
            return Some(Found::new(self.with_file.failed, Confidence::Likely));
        }
        if !self.large.holds() || self.largest_sent >= self.smallest_failed {
            return None;
        }
        let (failed, sent) = (megabytes(self.smallest_failed), megabytes(self.largest_sent));
        let title = format!("Only large mails fail: all from {failed} up; mails up to {sent} go out");
        Some(Found { title: Some(title.into()), ..Found::new(self.large.failed, Confidence::Likely) })
    }
}

impl AttachmentsOnly {
    fn sent(&mut self, tx: &Transaction) {
        match tx.has_attachment {
            Some(true) => self.with_file.passed(),
            Some(false) => self.with_file.others_sent += 1,
            None => {}
        }
        let Some(bytes) = tx.message_bytes else { return };
        if self.large.failed.count > 0 && bytes >= self.smallest_failed {
            self.large.passed();
            self.largest_sent = 0;
        }
        self.largest_sent = self.largest_sent.max(bytes);
        self.large.others_sent += 1;
    }

    fn failed(&mut self, seen: &Seen<'_>) {
        let tx = seen.tx;
        match tx.has_attachment {
            Some(true) => self.with_file.failed.add(seen),
            Some(false) => self.with_file.others_failed += 1,
            None => {}
        }
        let Some(bytes) = tx.message_bytes else { return };
        if bytes <= self.largest_sent {
            self.large.others_failed += 1;
            return;
        }
        self.smallest_failed = if self.large.failed.count == 0 { bytes } else { self.smallest_failed.min(bytes) };
        self.large.failed.add(seen);
    }
}

/// It failed on account of what was sent, not of whom it was for.
fn is_about_content(tx: &Transaction) -> bool {
    let Some(cause) = tx.cause.filter(|_| tx.outcome.is_failure()) else { return false };
    let other = matches!(cause.group(), "recipient" | "rate") || cause == Cause::TempGreylisted;
    cause.group() == "attachment" || tx.stage == Stage::Data && !other
}
