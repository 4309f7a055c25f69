//! Mails put off by greylisting that were delivered later.

use super::{Case, Found, Pile, Rule, Severity, Watch, Words};
use crate::session::Confidence;

pub(super) static RULE: Rule = Rule {
    id: "greylisted-delivered",
    title: "Mails were put off at first and delivered later",
    looks_for: "A greylisting reply for an address, and a mail that got through to the same address after it.",
    why: "The recipient's server puts off the first mail of a sender it does not know, to stop spam. The next try gets through.",
    steps: &["Do nothing: the mail has arrived. Leave put-off mail in the queue for 15 minutes."],
    severity: Severity::Note,
    acts: &[],
    article_step: &["4", "6b"],
    sources: &["RFC 6647 (greylisting)"],
    swallows: &[],
    ask: None,
    watch: || Box::new(GreylistedDelivered),
};

struct GreylistedDelivered;

impl Watch for GreylistedDelivered {
    fn finish(self: Box<Self>, case: &Case<'_>) -> Option<Found> {
        let all = || case.addresses.addresses().map(|(_, failing)| failing);
        let mut delivered: Vec<_> = all().filter(|failing| failing.delivered_later > 0).collect();
        // In the order of the log: a hash map has none.
        delivered.sort_by_key(|failing| failing.pile.newest);
        let mut pile = Pile::default();
        delivered.iter().for_each(|failing| pile.merge(&failing.pile));
        pile.count = delivered.iter().map(|failing| failing.delivered_later).sum();
        let waiting: u64 = all().map(|failing| failing.put_off).sum();
        let mut found = Found::new(pile, Confidence::Certain);
        if waiting > 0 {
            found.why = Some(Words::from(format!("Put off and not yet delivered: {waiting}.")));
        }
        Some(found)
    }
}
