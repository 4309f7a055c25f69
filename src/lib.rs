//! mtmlog reads the SMTP logs that a practice's mail programs write and says why mail is not going out.
//!
//! The road is one way, from bytes to findings; each module below imports only from those above it
//! (`tests/architecture.rs` keeps it so). [`analyze`] is that road.
//!
//! ```text
//! paths -> source -> container -> dialect -> session -> rule -> redact -> report
//!          bytes     fields       lines      mails      findings  text     table, json, ...
//! ```

#![cfg_attr(target_family = "wasm", allow(dead_code, unused_imports, reason = "what only `cli` and `watch` use"))]

pub mod smtp;

pub mod source;

pub mod knowledge;

pub mod container;

pub mod dialect;

pub mod session;

pub mod scan;

pub mod rule;

pub mod redact;

pub mod report;

mod analysis;

mod rewrite;

mod show;

mod ticket;

pub mod profiles;

#[cfg(not(target_family = "wasm"))]
mod watch;

mod compare;

pub mod page;

#[cfg(feature = "probe")]
pub mod probe;

#[cfg(not(target_family = "wasm"))]
pub mod cli;

pub use analysis::{By, Request, Summary, analyze};
pub use compare::{CompareRequest, compare};
pub use rewrite::{redact, redact_all};
pub use show::show;
pub use ticket::{TicketRequest, ticket};
#[cfg(not(target_family = "wasm"))]
pub use watch::{Patience, WatchRequest, newest, watch};
