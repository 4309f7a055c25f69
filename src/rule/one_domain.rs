//! Mail to the addresses of one domain fails, all other mail goes out.

use super::{Actor, Case, Found, Rule, Severity, Watch, Words, one_recipient::stands_out};
use crate::{session::Confidence, source::Sensitive};

pub(super) static RULE: Rule = Rule {
    id: "one-domain",
    title: "Only mail to one domain fails",
    looks_for: "Mails to two or more addresses of one domain fail, none goes through since, and mail to others does.",
    why: "The settings are right, or nothing would go out. That domain's server refuses this practice's mail or has trouble, \
          or the domain is misspelt.",
    steps: &[
        "Compare the domain letter by letter with what the patients gave.",
        "If patients there get other mail, their provider refuses the practice: send the reply shown above to our own provider.",
        "Wait a day and send one mail there again, in case that server was out of order.",
    ],
    severity: Severity::Warning,
    acts: &[Actor::Technician, Actor::Provider],
    article_step: &["7", "6a"],
    sources: &["support article steps 6 and 7"],
    swallows: &[],
    ask: None,
    watch: || Box::new(OneDomain),
};

/// Addresses of the domain that mail failed for; with one it is that address.
const MIN_ADDRESSES: u64 = 2;

struct OneDomain;

impl Watch for OneDomain {
    fn finish(self: Box<Self>, case: &Case<'_>) -> Option<Found> {
        let stands =
            |(_, failing): &(_, &super::Failing)| failing.addresses >= MIN_ADDRESSES && stands_out(failing, case);
        let (domain, failing) = case.addresses.domains().filter(stands).min_by_key(|(domain, _)| *domain)?;
        let mut found = Found::new(failing.pile.clone(), Confidence::Likely);
        let addresses = Sensitive::new(&[b"@", domain].concat());
        found.title = Some(Words::from("Only mail to one domain fails: ").address(&addresses));
        found.cause = failing.pile.main_cause();
        Some(found)
    }
}
