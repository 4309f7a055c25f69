//! Customers who still sign in with a password where a provider has announced the end of it.

use std::collections::BTreeMap;

use super::{
    Actor, Case, Found, Pile, Rule, Seen, Severity, Watch, Words,
    advice::{NOTICE_DAYS, day},
};
use crate::{knowledge::Notice, session::Confidence};

pub(super) static RULE: Rule = Rule {
    id: "notice-due",
    title: "This provider will soon refuse the password",
    looks_for: "A sign-in with a password at a server for which the provider has announced a change within 180 days.",
    why: "Mail works today and stops on that day, although nothing is changed here.",
    steps: &[],
    severity: Severity::Warning,
    acts: &[Actor::Technician, Actor::Customer],
    article_step: &["4", "5"],
    sources: &["the notices in docs/providers.md, each with its source"],
    swallows: &[],
    ask: None,
    watch: || Box::<NoticeDue>::default(),
};

/// Sign-ins by notice; there are only a few of these.
#[derive(Default)]
struct NoticeDue {
    piles: BTreeMap<usize, Pile>,
}

impl Watch for NoticeDue {
    fn observe(&mut self, seen: &Seen<'_>) {
        let tx = seen.tx;
        let Some(host) = tx.connection.host.as_ref().or(tx.connection.greeting.as_ref()) else { return };
        if !tx.sign_in.mechanism.is_some_and(|mechanism| mechanism.takes_password()) {
            return;
        }
        for (i, _) in seen.knowledge.notices().enumerate().filter(|(_, notice)| notice.names(host.expose())) {
            // The newest proofs are worth no more than the first.
            self.piles.entry(i).or_default().add_first(seen, 3);
        }
    }

    fn finish(mut self: Box<Self>, case: &Case<'_>) -> Option<Found> {
        let due =
            |notice: &Notice| day(notice).is_some_and(|day| (0..=NOTICE_DAYS).contains(&(day - case.today).num_days()));
        let notices =
            case.knowledge.notices().enumerate().filter(|(i, notice)| due(notice) && self.piles.contains_key(i));
        let (i, notice) = notices.min_by_key(|(_, notice)| day(notice))?;
        let mut found = Found::new(self.piles.remove(&i)?.explaining_only(&[]), Confidence::Certain);
        found.apart = true;
        found.title = Some(Words::from(notice.title(false).trim_end_matches('.').to_owned()));
        found.why = Some(Words::from(notice.why.clone()));
        found.steps = notice.steps.iter().map(|step| Words::from(step.say.clone())).collect();
        Some(found)
    }
}
