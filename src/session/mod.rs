//! Who said what to whom: the state machine that turns events into sessions and transactions.

mod builder;
mod lane;
mod mail;
mod secrets;
mod tally;
mod tangle;
mod transaction;
mod verdict;

pub use builder::Builder;
pub(crate) use builder::{html_lines, joined};
pub use lane::At;
pub(crate) use secrets::Secrets;
pub use tally::Tally;
pub(crate) use tangle::Tangle;
pub use tangle::is_tangled;
pub use transaction::{
    ClientError, Confidence, Connection, End, Outcome, Recipient, Reply, SignIn, Tls, Trace, Transaction,
};
