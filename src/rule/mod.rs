//! Judgement: one file a rule, the registry, findings. Prints nothing, redacts nothing.

mod by_cause;
mod finding;
mod judge;

pub use by_cause::ByCause;
pub use finding::{Actor, Evidence, Finding, Severity, Word, Words};
pub use judge::judge;
