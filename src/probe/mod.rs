//! Looks at a mail server from this PC: names, ports, greeting, TLS, certificate, sign-in methods.
//!
//! The only room that opens a connection, and only to the server that is named (and, for names, to the resolver). It
//! says EHLO, STARTTLS and QUIT; it knows no password and sends no mail. What it sees is judged by the same facts as
//! a log: [`knowledge`](crate::knowledge) for replies, [`rule::explain`](crate::rule::explain) for the words.
//!
//! ```text
//! Target -> Candidates -> one connection after the other -> Attempt -> Cause, Settings
//! target.rs               connection.rs, tls.rs             verdict.rs
//! ```

mod certificate;
mod connection;
mod domain;
mod from_log;
mod names;
mod page;
mod pc;
mod record;
mod spf;
mod target;
mod tls;
mod verdict;
#[cfg(windows)]
mod windows;
mod wire;

use std::{collections::BTreeMap, io, time::Duration};

use crate::knowledge::Knowledge;

pub use self::{
    connection::{Attempt, Step, StepName, Trouble},
    domain::{DomainFacts, look_up_domain},
    from_log::failing_server,
    page::probe,
    pc::{Fact, facts_of_this_pc},
    target::{Candidate, Mode, Target, TargetError},
    tls::{CertificateFacts, TlsFacts},
};

/// The most connections of one probe: a server must not take us for an attack.
pub const MAX_CONNECTIONS: usize = 5;

/// How long the probe waits, so that a call on the phone goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For a connection to open: 4 s.
    pub connect: Duration,
    /// For each answer: 8 s. A server that makes strangers wait (a tarpit) needs `--patience 60`.
    pub answer: Duration,
    /// For all connections together: 25 s, more where more is asked for one answer.
    pub total: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Patience { connect: Duration::from_secs(4), answer: Duration::from_secs(8), total: Duration::from_secs(25) }
    }
}

impl Patience {
    /// The same with this long for each answer.
    pub fn with_answer(answer: Duration) -> Self {
        let usual = Patience::default();
        Patience { answer, total: usual.total.max(answer.saturating_mul(3)), ..usual }
    }
}

/// What to look at, and how.
#[derive(Clone, Debug, Default)]
pub struct ProbeRequest {
    /// Overrides how a connection begins; else port 465 begins with TLS and all others in plain text.
    pub mode: Option<Mode>,
    /// How long to wait.
    pub patience: Patience,
    /// Also ask for the records of the sender's domain (SPF, DMARC, MX).
    pub domain: bool,
}

/// Looks at each candidate, one after the other, until [`MAX_CONNECTIONS`] or the time is used up.
///
/// Never fails: what cannot be reached is an [`Attempt`] that says why.
pub fn look(candidates: &[Candidate], patience: Patience, knowledge: &Knowledge) -> Vec<Attempt> {
    let clock = connection::Clock::start(patience);
    let mut names = BTreeMap::new();
    let mut attempts = Vec::new();
    for candidate in candidates.iter().take(MAX_CONNECTIONS) {
        let addresses =
            names.entry(candidate.host.clone()).or_insert_with(|| names::addresses(&candidate.host, patience.connect));
        let mut attempt = connection::attempt(candidate, addresses, &clock);
        verdict::judge(&mut attempt, knowledge);
        attempts.push(attempt);
    }
    attempts
}

/// An error that says all in its own words.
fn sentence(text: impl Into<String>) -> io::Error {
    io::Error::other(text.into())
}
