//! Mail to one address fails, all other mail goes out.

use super::{Actor, Case, Failing, Found, Rule, Severity, Watch, Words};
use crate::session::Confidence;

pub(super) static RULE: Rule = Rule {
    id: "one-recipient",
    title: "Only mail to one address fails",
    looks_for: "Two or more mails to one address fail, none goes through since, and mail to others does.",
    why: "The settings and the provider are right, or nothing would go out. The trouble is this address.",
    steps: &[
        "Compare the address in the patient's record with what the patient gives: spelling, blanks, two addresses in one field.",
        "Ask the patient whether the mailbox is full or closed, or for another address.",
        "Take the mail out of the queue until the address is right.",
    ],
    severity: Severity::Warning,
    acts: &[Actor::Customer],
    article_step: &["7"],
    sources: &["support article step 7: a single mail that fails is a problem with that address"],
    swallows: &["one-domain"],
    ask: None,
    watch: || Box::new(OneRecipient),
};

/// Mails that must have got through to others.
const MIN_OTHERS_DELIVERED: u64 = 2;
/// Failures of one address before a pattern is believed.
const MIN_FAILURES: u64 = 2;
/// Its share of all failures on account of recipients, in percent.
const MIN_PERCENT_OF_FAILURES: u64 = 80;

struct OneRecipient;

impl Watch for OneRecipient {
    fn finish(self: Box<Self>, case: &Case<'_>) -> Option<Found> {
        let standing = case.addresses.addresses().filter(|(_, failing)| stands_out(failing, case));
        let (address, failing) = standing.min_by_key(|(address, _)| *address)?;
        let mut found = Found::new(failing.pile.clone(), Confidence::Likely);
        found.title = Some(Words::from("Only mail to one address fails: ").address(address));
        found.cause = failing.pile.main_cause();
        Some(found)
    }
}

/// Nearly all that fails is for this address or domain, nothing gets through to it, and other mail does.
pub(super) fn stands_out(failing: &Failing, case: &Case<'_>) -> bool {
    let all = case.addresses;
    let failed = failing.pile.count;
    failed >= MIN_FAILURES
        && failed * 100 >= all.failed * MIN_PERCENT_OF_FAILURES
        && failing.is_live()
        && failing.delivered == 0
        && all.delivered >= MIN_OTHERS_DELIVERED
}
