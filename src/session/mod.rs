//! Who said what to whom: the state machine that turns events into sessions and transactions.

mod tally;
mod transaction;

pub use tally::Tally;
pub use transaction::{
    ClientError, Confidence, Connection, End, Outcome, Recipient, Reply, SignIn, Tls, Trace, Transaction,
};
