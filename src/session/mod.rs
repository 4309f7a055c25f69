//! Who said what to whom: the state machine that turns events into sessions and transactions.

mod builder;
mod conversation;
mod demux;
mod mail;
mod secrets;
mod tally;
mod transaction;
mod verdict;

pub use builder::Builder;
pub(crate) use builder::{html_lines, joined};
pub use conversation::Position;
pub(crate) use demux::Demux;
pub use demux::is_tangled;
pub(crate) use secrets::Secrets;
pub use tally::Tally;
pub use transaction::{
    ClientError, Confidence, Connection, End, Outcome, Recipient, Reply, SignIn, Tls, Trace, Transaction,
};
