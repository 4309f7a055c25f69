//! The coach: after each test mail that failed, the ONE next thing, chosen by what earlier tries, the log and a probe have
//! excluded. It counts refused passwords and stops the technician before the host locks the practice out.

use chrono::{NaiveDateTime, TimeDelta};

use super::{Words, advice, refusals};
use crate::{
    knowledge::{Cause, Knowledge, Password, Provider, Server},
    session::{Outcome, Tls, Transaction},
    source::Sensitive,
};

/// Refused passwords after which nobody sends another one: many hosts lock at the fifth (`lock-out-near`).
const MAX_REFUSED: usize = 4;
/// Refusals further apart do not add up at a host.
const REFUSED_WITHIN: TimeDelta = TimeDelta::minutes(30);
/// With connections broken on so many ports it is not the port that is to blame.
const MIN_BROKEN_PORTS: usize = 2;
/// Tries that are remembered.
const MAX_TRIES: usize = 64;
/// Today's order (support article step 4, RFC 8314): what would send the password in the clear comes last.
const USUAL_WAYS: [Way; 5] = [
    Way { port: 587, tls: Tls::StartTls },
    Way { port: 465, tls: Tls::Implicit },
    Way { port: 2525, tls: Tls::StartTls },
    Way { port: 25, tls: Tls::None },
    Way { port: 587, tls: Tls::None },
];

/// A port and how the connection to it is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Way {
    /// The port.
    pub port: u16,
    /// Its protection.
    pub tls: Tls,
}

impl std::fmt::Display for Way {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mode = match self.tls {
            Tls::StartTls => "with STARTTLS",
            Tls::Implicit => "with SSL/TLS",
            Tls::None => "without encryption",
        };
        write!(f, "port {} {mode}", self.port)
    }
}

/// A probe found a way open from this PC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probed {
    /// The way.
    pub way: Way,
    /// A program could sign in there.
    pub open: bool,
}

/// The one next thing to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Set this port and mode.
    Way(Way),
    /// Correct the server's name.
    Host,
    /// Type the whole address as user name, and the password once more.
    Retype,
    /// Prove the password in webmail before the next test mail.
    Webmail,
    /// Make an app password.
    AppPassword,
    /// Switch sign-in on.
    SignIn,
    /// Pause the antivirus's mail shield.
    Shield,
    /// Set the clock, or renew the system's TLS.
    ThisPc,
    /// Set the sender's address to that of the account.
    Sender,
    /// The settings are right; look at the one mail.
    Message,
    /// Wait, then send one.
    Wait,
    /// No further test mail.
    Stop,
    /// Only the provider can help.
    Provider,
}

/// One next thing, and its sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// The thing, for the next choice.
    pub next: Next,
    /// The sentence for the technician.
    pub words: Words,
}

/// The farthest point that a try reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Far {
    Nowhere,
    Greeted,
    SignIn,
    Beyond,
}

#[derive(Clone, Debug)]
struct Try {
    key: (u64, u64),
    way: Option<Way>,
    host: Option<Sensitive>,
    far: Far,
    cause: Cause,
    /// The server refused name or password.
    refused: bool,
    moment: Option<NaiveDateTime>,
    advised: Option<Next>,
}

impl Try {
    /// The port, where no connection came about, whatever the mode. On a port that says nothing the mode may be wrong.
    fn found_dead(&self) -> Option<u16> {
        let dead = self.far == Far::Nowhere && matches!(self.cause, Cause::ConnTimeout | Cause::ConnRefused);
        self.way.filter(|_| dead).map(|way| way.port)
    }

    /// The port, where the connection did not last until the sign-in.
    fn found_broken(&self) -> Option<u16> {
        let broken = self.far < Far::SignIn && self.cause != Cause::ConnDns && self.cause.group() == "conn";
        self.way.filter(|_| broken).map(|way| way.port)
    }
}

/// Follows the attempts of a log that somebody watches.
pub struct Coach<'k> {
    knowledge: &'k Knowledge,
    probed: Vec<Probed>,
    /// Failures since mail last went out, the oldest first.
    tries: Vec<Try>,
}

impl<'k> Coach<'k> {
    /// `probed` is empty where nobody probed.
    pub fn new(knowledge: &'k Knowledge, probed: Vec<Probed>) -> Self {
        Coach { knowledge, probed, tries: Vec::new() }
    }

    /// Takes an attempt, and says what to do next where it failed. `key` tells attempts apart: one with the key of an earlier
    /// one takes its place, as an attempt does that was shown before its end.
    pub fn observe(&mut self, key: (u64, u64), tx: &Transaction) -> Option<Advice> {
        self.tries.retain(|before| before.key != key);
        if !tx.outcome.is_failure() {
            if tx.outcome == Outcome::Sent {
                self.tries.clear();
            }
            return None;
        }
        let this = Try {
            key,
            way: self.way(tx),
            host: tx.connection.host.clone(),
            far: far(tx),
            cause: tx.cause?,
            refused: refusals::is_refusal(tx),
            moment: tx.last_time().and_then(|stamp| stamp.naive()),
            advised: None,
        };
        if self.tries.len() == MAX_TRIES {
            self.tries.remove(0);
        }
        self.tries.push(this);
        let advice = self.advice();
        if let (Some(last), Some(advice)) = (self.tries.last_mut(), &advice) {
            last.advised = Some(advice.next);
        }
        advice
    }

    /// The way that an attempt took. Where the log does not show it, the one that was advised last, if any.
    fn way(&self, tx: &Transaction) -> Option<Way> {
        let advised = self.tries.iter().rev().find_map(|before| match before.advised {
            Some(Next::Way(way)) => Some(way),
            _ => None,
        });
        let Some(port) = tx.connection.port else { return advised };
        let told = tx.trace.greeted || tx.tls.is_some_and(|tls| tls != Tls::None);
        if let Some(way) = advised.filter(|way| way.port == port && !told) {
            return Some(way);
        }
        let begun = match tx.cause {
            Some(Cause::PortPlaintextToTls | Cause::PortStarttlsRequired | Cause::PortStarttlsUnavailable) => Tls::None,
            _ if tx.trace.starttls_sent => Tls::StartTls,
            // What would have come next, had the connection been made.
            _ if port == 465 || tx.cause == Some(Cause::PortTlsToPlaintext) => Tls::Implicit,
            _ if tx.trace.greeted => Tls::None,
            _ => Tls::StartTls,
        };
        Some(Way { port, tls: tx.tls.filter(|tls| *tls != Tls::None).unwrap_or(begun) })
    }

    fn advice(&self) -> Option<Advice> {
        use Cause::*;
        let last = self.tries.last()?;
        let refused = self.refused();
        let unreached = matches!(last.cause, ConnTimeout | ConnRefused) && last.far == Far::Nowhere;
        if refused >= MAX_REFUSED || last.cause == AuthTooManyAttempts || unreached && refused + 1 >= MAX_REFUSED {
            return Some(self.stop(refused, unreached));
        }
        Some(match last.cause {
            ConnRefused | ConnTimeout | ConnSilent | ConnDropped | UnknownError if last.far < Far::SignIn => {
                self.another_way(last)
            }
            PortTlsToPlaintext | PortStarttlsRequired => self.set(last, Tls::StartTls),
            PortPlaintextToTls => self.set(last, Tls::Implicit),
            PortStarttlsUnavailable if self.has_starttls(last) && !self.advised(Next::Shield) => self.shield(last),
            TlsInterceptedByAntivirus => self.shield(last),
            TlsUntrusted if !self.advised(Next::Shield) => self.shield(last),
            TlsExpired if !self.advised(Next::ThisPc) => Advice::of(
                Next::ThisPc,
                "Look at the date and the clock of this PC first: with a wrong one every certificate looks expired.",
            ),
            PortStarttlsUnavailable | TlsUntrusted | TlsExpired => self.another_way(last),
            AuthAppPasswordRequired => self.app_password(),
            cause => match whatever_was_tried(cause) {
                Some((next, words)) => Advice::of(next, words),
                None if last.refused => self.refused_password(last, refused),
                None if last.far == Far::Beyond => Advice::of(
                    Next::Message,
                    "Leave the settings: they work. Send the test mail to your own address; if that arrives, only that one \
                     mail or address is to blame.",
                ),
                None => self.another_way(last),
            },
        })
    }

    fn stop(&self, refused: usize, unreached: bool) -> Advice {
        let what = if unreached {
            "and now it does not answer: it has probably locked this practice out"
        } else {
            "and most hosts lock the practice out at about the fifth"
        };
        // A server that counts them may have refused the others before the log begins.
        let count = match refused {
            0 | 1 => "the server counts too many wrong passwords".to_owned(),
            _ => format!("{refused} passwords were refused"),
        };
        let words = format!(
            "STOP: {count}, {what}. Send no further test mail until the very same password signs in to webmail; then wait 30 \
             minutes, and switch off whatever else keeps trying."
        );
        Advice::of(Next::Stop, words)
    }

    /// One refusal: typed wrongly, most likely. Two: the password itself.
    fn refused_password(&self, last: &Try, refused: usize) -> Advice {
        let leave = self.leave(last);
        if last.cause == Cause::AuthUsernameIncomplete {
            return Advice::of(Next::Retype, format!("{leave}Type the whole mail address as user name."));
        }
        if self.provider(last).is_some_and(|provider| provider.password == Password::App) {
            return self.app_password();
        }
        if refused < 2 && last.cause != Cause::AuthPlaceholderPassword {
            let words = format!(
                "{leave}Type the whole mail address as user name and the password once more, with \"show password\" on."
            );
            return Advice::of(Next::Retype, words);
        }
        let left = MAX_REFUSED - refused.min(MAX_REFUSED);
        let words = format!(
            "{leave}Only the password is left: sign in to webmail with it, and set a new one if that fails. No test mail before \
             ({refused} refused; after {left} more the host may lock the practice out)."
        );
        Advice::of(Next::Webmail, words)
    }

    fn app_password(&self) -> Advice {
        Advice::of(
            Next::AppPassword,
            "Make an app password in the account (2-step verification must be ON there) and paste it as password: the own \
             password is never taken, so do not retype it.",
        )
    }

    /// "Port 587 with STARTTLS reached the sign-in twice: leave port and mode."
    fn leave(&self, last: &Try) -> String {
        let reached = self.tries.iter().filter(|before| before.way == last.way && before.far >= Far::SignIn).count();
        let times = match reached {
            0 | 1 => "".to_owned(),
            2 => " twice".to_owned(),
            n => format!(" {n} times"),
        };
        match last.way {
            Some(way) => {
                let way = way.to_string().replacen('p', "P", 1);
                format!("{way} reached the sign-in{times}: leave port and mode. ")
            }
            None => format!("The sign-in was reached{times}: leave server, port and mode. "),
        }
    }

    fn shield(&self, last: &Try) -> Advice {
        let again = last.way.map_or_else(String::new, |way| format!(", and leave {way}"));
        let words = format!(
            "Pause the antivirus's mail shield (Avast and AVG are best removed){again}; then send one test mail. If that fails \
             too, try from a phone's hotspot."
        );
        Advice::of(Next::Shield, words)
    }

    /// The same port in another mode, unless that has failed as well.
    fn set(&self, last: &Try, tls: Tls) -> Advice {
        match last.way.map(|way| Way { tls, ..way }).filter(|way| !self.is_excluded(*way)) {
            Some(way) => {
                let words = format!("Set {way}: something listens on this port, and it speaks the other mode.");
                Advice::of(Next::Way(way), words)
            }
            None => self.another_way(last),
        }
    }

    /// Nothing came back, or nothing that can be used: is it this port, or the PC?
    fn another_way(&self, last: &Try) -> Advice {
        let seen_open = |way: Way| self.probed.iter().any(|probed| probed.way == way && probed.open);
        let shield = self.advised(Next::Shield);
        if !shield && last.way.is_some_and(seen_open) {
            return self.shield(last);
        }
        let mut broken: Vec<u16> = self.tries.iter().filter_map(Try::found_broken).collect();
        broken.sort_unstable();
        broken.dedup();
        let all = self.ways(last);
        let open = all.iter().find(|way| seen_open(**way));
        if !shield && open.is_none() && broken.len() >= MIN_BROKEN_PORTS {
            return self.shield(last);
        }
        let Some(way) = open.or(all.first()) else {
            return Advice::of(
                Next::Provider,
                "Nothing is left to try at this server. Ask its host for server name, port and mode, or use the server of the \
                 internet provider; write a ticket with mtmlog ticket.",
            );
        };
        let why = if open.is_some() { "the probe got through there from this PC" } else { "it is the next one to try" };
        Advice::of(Next::Way(*way), format!("Set {way}: {why}. Change nothing else."))
    }

    /// Ways that are left, the best first: the documented ones where the provider is known.
    fn ways(&self, last: &Try) -> Vec<Way> {
        let documented = self.provider(last).map(|provider| {
            let tls = |word: &str| Tls::ALL.into_iter().find(|tls| tls.name() == word);
            let way = |server: &Server| Some(Way { port: server.port?, tls: tls(server.tls.as_deref()?)? });
            provider.servers.iter().filter_map(way).collect::<Vec<_>>()
        });
        let documented = documented.filter(|ways| !ways.is_empty());
        let mut ways = documented.unwrap_or_else(|| USUAL_WAYS.to_vec());
        ways.dedup();
        let closed = |way: &Way| self.probed.iter().any(|probed| probed.way == *way && !probed.open);
        ways.retain(|way| !self.is_excluded(*way) && !closed(way));
        ways
    }

    /// It was tried, and never came to the sign-in; or its port is dead.
    fn is_excluded(&self, way: Way) -> bool {
        let tried = |before: &&Try| before.way == Some(way) || before.found_dead() == Some(way.port);
        let mut same = self.tries.iter().filter(tried).peekable();
        same.peek().is_some() && same.all(|before| before.far < Far::SignIn)
    }

    fn advised(&self, next: Next) -> bool {
        self.tries.iter().any(|before| before.advised == Some(next))
    }

    fn has_starttls(&self, last: &Try) -> bool {
        let way = self.provider(last).zip(last.way);
        way.is_some_and(|(provider, way)| advice::documents_starttls(provider, way.port))
    }

    fn provider(&self, last: &Try) -> Option<&'k Provider> {
        self.knowledge.providers().by_host(last.host.as_ref()?.expose())
    }

    /// Passwords refused one after the other, as a host counts them.
    fn refused(&self) -> usize {
        let mut newest: Option<NaiveDateTime> = None;
        let mut count = 0;
        for one in self.tries.iter().rev().filter(|one| one.refused) {
            if let (Some(newest), Some(moment)) = (newest, one.moment)
                && newest - moment > REFUSED_WITHIN
            {
                break;
            }
            newest = newest.or(one.moment);
            count += 1;
        }
        count
    }
}

impl Advice {
    fn of(next: Next, words: impl Into<Words>) -> Advice {
        Advice { next, words: words.into() }
    }
}

/// The next thing of a cause for which it does not matter what was tried before.
fn whatever_was_tried(cause: Cause) -> Option<(Next, &'static str)> {
    use Cause::*;
    Some(match cause {
        ConnDns => (
            Next::Host,
            "Correct the server's name: no server has the one that is set. For an own domain it is mostly mail. and what \
             stands behind the @ of the address.",
        ),
        TlsNameMismatch => (
            Next::Host,
            "Enter as server the name that the certificate is for (the host's own): port and mode are right.",
        ),
        TlsProtocolVersion => (
            Next::ThisPc,
            "Switch TLS 1.2 on in this PC's Internet options, or install the newest version of the mail program: port and \
             mode are right.",
        ),
        AuthRequired | RecipientRelayDenied => (
            Next::SignIn,
            "Switch sign-in (authentication) on in the settings, with the full address as user name: the server is reached \
             and takes mail only from those who sign in.",
        ),
        AuthMechanism | AuthBasicDisabled => (
            Next::Provider,
            "Leave the password alone: this server takes none from a mail program. Use another account, or ask the provider \
             what it takes instead.",
        ),
        AuthTemporary | TempService | TempGreylisted | RateConnections => {
            (Next::Wait, "Change nothing and wait 15 minutes, then send one test mail: the server put this one off.")
        }
        SenderRejected | PolicySenderAuth => (
            Next::Sender,
            "Leave server, port and password: they are right. Make the sender's address the one of the account that signs \
             in.",
        ),
        PolicyBlocklisted | RateMessages => (
            Next::Provider,
            "Stop sending for now: the settings are right, and the provider has to lift this. Write a ticket: mtmlog ticket.",
        ),
        _ => return None,
    })
}

fn far(tx: &Transaction) -> Far {
    let trace = &tx.trace;
    if trace.mail_sent || tx.sign_in.accepted {
        Far::Beyond
    } else if trace.auth_sent || tx.cause.is_some_and(|cause| cause.group() == "auth") {
        Far::SignIn
    } else if trace.greeted {
        Far::Greeted
    } else {
        Far::Nowhere
    }
}
