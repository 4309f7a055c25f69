//! Judgement: one file a rule, the registry, findings. Prints nothing, redacts nothing.
//!
//! To add a rule: write `NAME.rs` with a `pub(super) static RULE`, `samples/ID.log` on which it fires, `samples/ID.silent.log`
//! on which it does not, and add its two lines below.

mod addresses;
pub mod advice;
mod by_cause;
mod coach;
mod comparison;
mod definition;
mod diagnosis;
mod explain;
mod finding;
mod judge;
mod occurrences;
mod period;
mod rank;
mod reading;
mod refusals;
mod seen;
mod settings;
mod state;
#[cfg(test)]
mod tests;
mod trouble;

mod antivirus_in_path;
mod attachments_only;
mod auth_before_tls;
mod burst_after_failure;
mod clock_jumps;
mod clock_wrong;
mod daily_volume;
mod dialogue_broke;
mod endless_retries;
mod greylisted_delivered;
mod lock_out_near;
mod locked_out;
mod notice_due;
mod one_domain;
mod one_recipient;
mod one_workstation;
mod since_moment;
mod size_over_limit;

pub(crate) use crate::knowledge::Actor;
pub use crate::knowledge::Severity;
pub(crate) use addresses::Failing;
pub(crate) use clock_wrong::greeting_date;
pub use coach::{Coach, Next, Probed, Way};
pub(crate) use comparison::{Change, Comparison, Difference, Speed, Verdict, compare};
pub(crate) use definition::{Case, Found, Rule, Watch};
pub(crate) use diagnosis::{Diagnosis, Judgement};
pub(crate) use explain::Explanation;
pub use explain::explain;
pub use finding::Finding;
pub(crate) use finding::{Evidence, Word, Words};
pub use judge::judge;
pub(crate) use occurrences::Pile;
pub(crate) use period::{Period, Setting, Share, Value, Values};
pub use reading::Question;
pub(crate) use seen::Seen;
pub(crate) use settings::{NO_ADDRESS, Settings, Try, domain, settings, settings_for};
pub use state::State;
pub(crate) use state::{Condition, History};
pub(crate) use trouble::{Reach, Standing};

/// The question for the provider's desk about a finding of this rule; `None` where it is that of its cause.
pub fn ask(rule: &str) -> Option<&'static str> {
    REGISTRY.iter().find(|known| known.id == rule)?.ask
}

/// Every rule over many mails. Where two explain the same mails, the one that stands first is taken for the reason.
pub static REGISTRY: &[&Rule] = &[
    &clock_wrong::RULE,
    &antivirus_in_path::RULE,
    &auth_before_tls::RULE,
    &locked_out::RULE,
    &size_over_limit::RULE,
    &attachments_only::RULE,
    &endless_retries::RULE,
    &one_recipient::RULE,
    &one_domain::RULE,
    &one_workstation::RULE,
    &since_moment::RULE,
    &dialogue_broke::RULE,
    &burst_after_failure::RULE,
    &daily_volume::RULE,
    &lock_out_near::RULE,
    &notice_due::RULE,
    &greylisted_delivered::RULE,
    &clock_jumps::RULE,
];
