//! So many refused passwords within minutes that the host may soon shut the practice out.

use super::{
    Actor, Case, Found, Pile, Rule, Seen, Severity, Watch,
    refusals::{Refusals, is_refusal},
};
use crate::session::Confidence;

pub(super) static RULE: Rule = Rule {
    id: "lock-out-near",
    title: "The host may soon block this practice's internet address",
    looks_for: "At least four refused passwords within 15 minutes, and no mail that went through since.",
    why: "Many hosts block the address for 1 to 24 hours after about five wrong passwords. After that nothing connects, and the \
          cause looks like a network fault.",
    steps: &[
        "Stop testing now; switch off anything that keeps trying, such as a queue or a second program.",
        "Put the password right once, with \"show password\" on, and check it in webmail before the next test mail.",
    ],
    severity: Severity::Warning,
    acts: &[Actor::Technician],
    article_step: &["2", "6b"],
    sources: &["hostking.co.za, catalyst2 and ausics help pages (blocks after about five failures), read 2026-11"],
    swallows: &[],
    ask: None,
    watch: || Box::<LockOutNear>::default(),
};

#[derive(Default)]
struct LockOutNear {
    /// Enough for a warning: many hosts lock at the fifth.
    refused: Refusals<4, 15>,
    pile: Pile,
    found: Option<Pile>,
}

impl Watch for LockOutNear {
    fn observe(&mut self, seen: &Seen<'_>) {
        // Before most mails that were delivered nothing was refused.
        if seen.is_delivered() && self.pile.count > 0 {
            *self = Self::default();
        }
        if !is_refusal(seen.tx) {
            return;
        }
        let Some(now) = seen.moment() else { return };
        if !self.refused.add(now) {
            self.pile = Pile::default();
        }
        // The refusal has proofs of its own; with the same ones this warning would be taken for the same fault.
        self.pile.add_first(seen, 3);
        if self.refused.are_enough() {
            self.found = Some(self.pile.clone());
        }
    }

    fn finish(self: Box<Self>, _: &Case<'_>) -> Option<Found> {
        // The refusal itself stays the first thing to act on.
        Some(Found::new(self.found?.explaining_only(&[]), Confidence::Likely))
    }
}
