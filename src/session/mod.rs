//! The state machine that turns events into sessions and transactions: who said what to whom.

mod builder;
mod clue;
mod conversation;
mod demux;
mod mail;
mod notes;
mod position;
mod reader;
mod router;
mod secrets;
mod tally;
#[cfg(test)]
mod told_tests;
mod transaction;

pub use builder::Builder;
pub(crate) use clue::Clue;
pub(crate) use clue::{NewClues, clues_in};
pub(crate) use conversation::Settings;
pub(crate) use demux::Demux;
pub(crate) use demux::is_interleaved;
pub(crate) use reader::{Heard, Reading, Said, encoded};
pub(crate) use router::{Route, Routed, Router};
pub(crate) use secrets::Secrets;
pub use tally::Tally;
pub(crate) use transaction::{ClientError, Connection, Recipient, Reply, SignIn, Trace};
pub use transaction::{Confidence, End, Outcome, Tls, Transaction};
