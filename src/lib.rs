//! mtmlog reads the SMTP logs that a practice's mail programs write and says why mail is not going out.
//!
//! # The road
//!
//! One way, from bytes to findings. Each module imports only from those before it; `tests/suite/architecture.rs` keeps it so,
//! and `docs/architecture.md` has the reasons.
//!
//! ```text
//! paths -> source -> container -> dialect -> session -> rule -> redact -> report
//!          bytes     fields       lines      mails      findings  text     table, json, ...
//! ```
//!
//! | step | where to begin reading |
//! |---|---|
//! | the protocol's words and whose turn it is | [`smtp::Dialogue`] |
//! | a path becomes bytes: folders, archives, encodings | [`source::Log`] |
//! | facts with sources: codes, phrases, providers, words | [`knowledge::Knowledge`] |
//! | which program wrote the log, and what a line says | [`dialect::detect`], [`dialect::Dialect::read`] |
//! | lines become attempts to send a mail | [`session::Builder`], [`session::Transaction`] |
//! | in chunks, in parallel, in order | [`scan::Scan`] |
//! | attempts become findings and a state | [`rule::judge`], [`rule::Finding`] |
//! | the only gate from log bytes to text that may be shown | [`redact::Redactor`] |
//! | rows and formats | [`report::FORMATS`] |
//!
//! # The whole of it
//!
//! [`analyze`] walks that road for a [`Request`] and fills a [`report::Report`]:
//!
//! ```
//! use mtmlog::{
//!     Request, analyze,
//!     redact::Level,
//!     report::{Format, Setup},
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let log = "250 mail.example.co.za\nMAIL FROM:<a@b.example>\n250 OK\nRCPT TO:<c@d.example>\n550 5.1.1 User unknown\n";
//! let path = std::env::temp_dir().join(format!("mtmlog-tour-{}.log", std::process::id()));
//! std::fs::write(&path, log)?;
//!
//! let setup = Setup { level: Level::Personal, all: true, ..Setup::default() };
//! let mut rows = Vec::new();
//! let ndjson = Format::named("ndjson").ok_or("no such format")?;
//! let mut report = (ndjson.open)(Box::new(&mut rows), setup)?;
//! let summary = analyze(&Request { paths: vec![path.clone().into()], all: true, ..Request::default() }, &mut *report)?;
//! drop(report);
//! std::fs::remove_file(path)?;
//!
//! let rows = String::from_utf8(rows)?;
//! assert_eq!(summary.files, 1);
//! assert!(rows.contains("recipient.unknown") && !rows.contains("c@d.example"));
//! # Ok(())
//! # }
//! ```

#![cfg_attr(target_family = "wasm", allow(dead_code, unused_imports, reason = "what only `cli` and `watch` use"))]
#![cfg_attr(not(test), warn(unreachable_pub, clippy::disallowed_methods))]

#[macro_use]
mod named;

mod memo;

mod base64;

mod hex;

pub mod smtp;

pub mod source;

pub mod knowledge;

mod container;

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
mod probe;

#[cfg(feature = "probe")]
pub mod case;

#[cfg(not(target_family = "wasm"))]
pub mod cli;

pub use analysis::{By, Request, Summary, analyze};
pub use compare::{CompareRequest, compare};
pub use rewrite::{redact, redact_all};
pub use show::show;
pub use ticket::{TicketRequest, ticket};
#[cfg(not(target_family = "wasm"))]
pub use watch::{Waits, WatchRequest, newest, watch};
