//! Judgement: one file a rule, the registry, findings. Prints nothing, redacts nothing.

mod finding;

pub use finding::{Actor, Evidence, Finding, Severity, Word, Words};
