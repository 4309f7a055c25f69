//! Looks at a mail server from this PC: names, ports, greeting, TLS, certificate, sign-in methods.
//!
//! The only room that opens a connection, and only to the server that is named (and, for names, to the resolver). It
//! says EHLO, STARTTLS and QUIT; it knows no password and sends no mail. What it sees is judged by the same facts as
//! a log: [`knowledge`](crate::knowledge) for replies, [`rule::explain`](crate::rule::explain) for the words.
//!
//! ```text
//! Target -> Candidates -> one connection after the other -> ProbeAttempt -> Cause, Settings
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

use std::{collections::BTreeMap, time::Duration};

use crate::knowledge::Knowledge;

use self::names::Names;

pub(crate) use self::{
    connection::{ProbeAttempt, ProbeStep, StepName, Trouble},
    domain::{DomainFacts, look_up_domain},
    from_log::failing_server,
    page::probe,
    pc::facts_of_this_pc,
    target::{Candidate, Mode, Target},
    tls::TlsFacts,
};

/// The most connections of one probe: a server must not take us for an attack.
pub(crate) const MAX_CONNECTIONS: usize = 5;

/// Timeouts of the probe, short enough for a call on the phone.
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
    /// The usual timeouts, but this long for each answer.
    pub fn with_answer(answer: Duration) -> Self {
        let usual = Patience::default();
        Patience { answer, total: usual.total.max(answer.saturating_mul(3)), ..usual }
    }
}

/// The servers to look at, and how.
#[derive(Clone, Debug, Default)]
pub struct ProbeRequest {
    /// Overrides how a connection begins; else port 465 begins with TLS and all others in plain text.
    pub mode: Option<Mode>,
    pub patience: Patience,
    /// Also ask for the records of the sender's domain (SPF, DMARC, MX).
    pub domain: bool,
}

/// Looks at each candidate, one after the other, until [`MAX_CONNECTIONS`] or the time is used up; with what is left of
/// both, once more where something is wrong and the name leads to another member of a farm.
///
/// Never fails: what cannot be reached is an [`ProbeAttempt`] that says why. Members that answer differently are no cause.
pub(crate) fn look(candidates: &[Candidate], patience: Patience, knowledge: &Knowledge) -> Vec<ProbeAttempt> {
    look_by(candidates, patience, knowledge, |host| names::addresses(host, patience.connect))
}

fn look_by(
    candidates: &[Candidate],
    patience: Patience,
    knowledge: &Knowledge,
    resolve: impl Fn(&str) -> Names,
) -> Vec<ProbeAttempt> {
    let clock = connection::Clock::start(patience);
    let mut names = BTreeMap::new();
    let mut attempts = Vec::new();
    for candidate in candidates.iter().take(MAX_CONNECTIONS) {
        let addresses = names.entry(candidate.host.clone()).or_insert_with(|| resolve(&candidate.host));
        let mut attempt = connection::attempt(candidate, addresses, &clock);
        verdict::judge(&mut attempt, knowledge);
        attempts.push(attempt);
    }
    for first in 0..attempts.len() {
        if attempts.len() == MAX_CONNECTIONS || clock.is_over() {
            break;
        }
        let Some(member) = another_member(&attempts[first], &names) else { continue };
        let mut second = connection::attempt(&attempts[first].candidate, &member, &clock);
        verdict::judge(&mut second, knowledge);
        if second.passed(StepName::Connect) {
            verdict::compare(&mut attempts[first], &mut second);
            attempts.push(second);
        }
    }
    attempts
}

/// The next member of the farm, where one was reached and something was wrong with it.
fn another_member(attempt: &ProbeAttempt, names: &BTreeMap<String, Names>) -> Option<Names> {
    let answered = attempt.address.filter(|_| attempt.passed(StepName::Connect) && attempt.cause.is_some())?;
    names.get(&attempt.candidate.host)?.beside(answered)
}

#[cfg(test)]
#[cfg(target_os = "linux")] // Elsewhere loopback has one address.
mod tests {
    use std::{
        io::Write,
        net::{IpAddr, TcpListener},
        thread,
    };

    use super::*;

    /// Servers of one port, at the addresses 127.0.0.1, 127.0.0.2 and so on, which greet and hang up.
    fn farm(greetings: &[&'static str]) -> (Candidate, Names) {
        let mut addresses: Vec<IpAddr> = Vec::new();
        let mut port = 0;
        for (member, &greeting) in (1..).zip(greetings) {
            let address = IpAddr::from([127, 0, 0, member]);
            let listener = TcpListener::bind((address, port)).unwrap();
            port = listener.local_addr().unwrap().port();
            addresses.push(address);
            thread::spawn(move || {
                listener.incoming().flatten().for_each(|mut stream| _ = stream.write_all(greeting.as_bytes()))
            });
        }
        let candidate = Candidate { host: "farm.example".to_owned(), port, mode: Mode::Plain };
        (candidate, Names { another: addresses.pop(), addresses, ..Names::default() })
    }

    fn looked(greetings: &[&'static str]) -> Vec<ProbeAttempt> {
        let (candidate, names) = farm(greetings);
        let patience = Patience::with_answer(Duration::from_secs(60));
        look_by(&[candidate], patience, Knowledge::builtin(), |_| names.clone())
    }

    #[test]
    fn members_of_a_farm_that_differ_are_no_cause() {
        let listed = "554 5.7.1 Client host [192.0.2.9] blocked using zen.spamhaus.org\r\n";
        let alike = looked(&[listed, listed]);
        assert_eq!(alike.len(), 2);
        assert!(alike.iter().all(|attempt| attempt.cause.is_some() && !attempt.differs), "{alike:?}");
        let other = looked(&[listed, "421 4.3.2 Service not available\r\n"]);
        assert_eq!(other.len(), 2);
        assert!(other.iter().all(|attempt| attempt.cause.is_none() && attempt.differs), "{other:?}");
    }
}
