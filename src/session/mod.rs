//! Who said what to whom: the state machine that turns events into sessions and transactions.

mod transaction;

pub use transaction::{
    ClientError, Confidence, Connection, End, Outcome, Recipient, Reply, SignIn, Tls, Trace, Transaction,
};
