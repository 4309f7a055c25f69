//! mtmlog reads the SMTP logs that a practice's mail programs write and says why mail is not going out.
//!
//! The road is one way, from bytes to findings; each module below imports only from those above it
//! (`tests/architecture.rs` keeps it so). [`analyze`] is that road.

mod analysis;
pub mod cli;
pub mod dialect;
pub mod knowledge;
pub mod redact;
pub mod report;
pub mod rule;
pub mod scan;
pub mod session;
pub mod smtp;
pub mod source;

pub use analysis::{Request, Summary, analyze};
