//! Mail went out, and since a moment everything fails; and what changed then.

use std::sync::Arc;

use super::{Actor, Case, Found, Pile, Rule, Seen, Severity, Watch, Words, advice::counted, trouble::moment};
use crate::{
    dialect::Stamp,
    knowledge::Cause,
    session::{Confidence, Connection, Tls, Transaction},
};

pub(super) static RULE: Rule = Rule {
    id: "since-moment",
    title: "Everything fails since a moment",
    looks_for: "Mails went out, then three or more failures in a row that stop mail, up to the end of the log.",
    why: "What worked has stopped, so something changed: the settings, the password, the provider, the antivirus, Windows or \
          the internet line.",
    steps: &[
        "If that does not help, ask what was done that day: a new password, a new PC, an antivirus update, another internet \
         provider.",
    ],
    severity: Severity::Error,
    acts: &[Actor::Technician],
    article_step: &["2", "4"],
    sources: &["support article, last line: mail may stop though nothing changed on your side"],
    swallows: &[],
    ask: None,
    watch: || Box::<SinceMoment>::default(),
};

/// Failures in a row before everything is said to fail.
const MIN_FAILURES: u64 = 3;
/// Mails that went out before, so that it is known to have worked.
const MIN_SENT: u64 = 2;

#[derive(Default)]
struct SinceMoment {
    sent: u64,
    /// Settings with which the last mail went out.
    last: Option<Settings>,
    /// Failures since then.
    failed: Pile,
    /// Settings with which the newest of them was tried, and the first.
    now: Option<Settings>,
    began: Option<Stamp>,
    /// Failures that stop some mail only.
    others: u64,
}

/// The settings that a practice can change.
struct Settings {
    connection: Arc<Connection>,
    tls: Option<Tls>,
    user: Option<String>,
    at: Option<Stamp>,
}

impl Settings {
    fn of(tx: &Transaction) -> Settings {
        Settings {
            connection: tx.connection.clone(),
            tls: tx.tls,
            user: tx.sign_in.user_shape.clone(),
            at: tx.last_time(),
        }
    }

    fn take(&mut self, tx: &Transaction) {
        self.connection.clone_from(&tx.connection);
        self.tls = tx.tls;
        if self.user != tx.sign_in.user_shape {
            self.user.clone_from(&tx.sign_in.user_shape);
        }
        self.at = tx.last_time();
    }
}

impl Watch for SinceMoment {
    fn observe(&mut self, seen: &Seen<'_>) {
        let tx = seen.tx;
        if seen.is_delivered() {
            self.sent += 1;
            match &mut self.last {
                Some(last) => last.take(tx),
                None => self.last = Some(Settings::of(tx)),
            }
            if self.failed.count + self.others > 0 {
                self.failed = Pile::default();
                self.others = 0;
            }
        } else if seen.stops_all() {
            if self.failed.count == 0 {
                self.began = tx.first_time();
            }
            self.failed.add(seen);
            self.now = Some(Settings::of(tx));
        } else if tx.outcome.is_failure() {
            self.others += 1;
        }
    }

    fn finish(self: Box<Self>, case: &Case<'_>) -> Option<Found> {
        let (last, now) = (self.last?, self.now?);
        if self.sent < MIN_SENT || self.failed.count < MIN_FAILURES || self.others > self.failed.count {
            return None;
        }
        // Another workstation's file, of the same hours: not what came after.
        if moment(last.at).zip(moment(self.began)).is_some_and(|(sent, began)| began < sent) {
            return None;
        }
        let cause = self.failed.main_cause()?;
        let facts = case.knowledge.cause(cause);
        let since = self.began.map_or(String::new(), |stamp| format!(" since {}", stamp.minute()));
        let mut found = Found::new(self.failed, Confidence::Likely);
        let title = facts.title.trim_end_matches('.');
        found.title = Some(match &now.connection.host {
            Some(host) => Words::from(format!("{title} (")).host(host).and(format!("){since}")),
            None => Words::from(format!("{title}{since}")),
        });
        found.cause = Some(cause);
        let sent = last.at.map_or(String::new(), |stamp| format!(", the last at {}", stamp.minute()));
        let why = Words::from(format!("{} went out before{sent}.", counted(self.sent, "mail")));
        let (back, said) = changes(&last, &now, cause);
        found.why = Some(if back.is_empty() && said.is_empty() {
            why.then("Server, port, mode and user name, as far as the log shows them, are as they were.".into())
        } else {
            said.into_iter().fold(why, Words::then)
        });
        found.steps = back;
        Some(found)
    }
}

/// The differences: ways back that can help with this cause, and changes only worth knowing. A setting that one of the
/// two does not show has not changed.
fn changes(last: &Settings, now: &Settings, cause: Cause) -> (Vec<Words>, Vec<Words>) {
    let (mut back, mut said) = (Vec::new(), Vec::new());
    let (was, is) = (&last.connection, &now.connection);
    // A server that answers the sign-in is reached: port and mode are not what is wrong.
    let (reached, signs_in) = (!["conn", "port", "tls", "client"].contains(&cause.group()), cause.group() == "auth");
    if let Some((old, new)) = differ(&was.host, &is.host) {
        let words = Words::from("Put the server back to ").host(old).and(", or check the new name, ").host(new);
        back.push(words.and("."));
    }
    if let Some((old, new)) = differ(&was.port, &is.port) {
        if reached {
            said.push(Words::from(format!("The port was changed from {old} to {new}.")));
        } else {
            back.push(Words::from(format!("Put the port back to {old}: it was changed to {new}.")));
        }
    }
    if let Some((old, new)) = differ(&last.tls, &now.tls) {
        let open = *old == Tls::None;
        let (old, new) = (mode(*old, was.port), mode(*new, is.port));
        // Without encryption the password goes out in plain text: no way back.
        if reached || open {
            said.push(Words::from(format!("The mode was changed from {old} to {new}.")));
        } else {
            back.push(Words::from(format!("Put the mode back to {old}: it was changed to {new}.")));
        }
    }
    if let Some((old, new)) = differ(&last.user, &now.user) {
        // Shapes such as x***@domain: they hold no name, but the domain may be the practice's own.
        let shape = |shape: &str| crate::source::Sensitive::new(shape.as_bytes());
        let changed = |words: &'static str| Words::from(words).text(&shape(old)).and(" to ").text(&shape(new)).and(".");
        if signs_in {
            back.push(changed("Check the user name, which was changed from "));
        } else {
            said.push(changed("The user name was changed from "));
        }
    }
    if let Some((old, new)) = differ(&was.client_name, &is.client_name) {
        let words =
            Words::from("Compare the settings of two PCs: now it is ").client(new).and(" that sends, before it was ");
        back.push(words.client(old).and("."));
    }
    (back, said)
}

/// Both values, where both are shown and differ.
fn differ<'s, T: PartialEq>(old: &'s Option<T>, new: &'s Option<T>) -> Option<(&'s T, &'s T)> {
    old.as_ref().zip(new.as_ref()).filter(|(old, new)| old != new)
}

fn mode(tls: Tls, port: Option<u16>) -> &'static str {
    match (tls, port) {
        // A log inside the encryption looks like one without any.
        (Tls::None, None) => "SSL/TLS or no encryption",
        _ => super::advice::mode(tls.name()),
    }
}
