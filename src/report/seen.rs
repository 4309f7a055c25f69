//! What was tried and how much was sent, from the log alone.

use std::collections::{BTreeMap, HashMap};

use chrono::{NaiveDate, NaiveDateTime, Timelike};

use crate::session::{Outcome, Transaction};

use super::row::TransactionRow;

/// Different ways to connect that are told apart.
const WAYS: usize = 20;
/// Days that are kept, the newest.
const DAYS: usize = 400;

/// Hosts, ports and modes with what became of them.
#[derive(Default)]
pub(super) struct Tried {
    ways: Vec<Way>,
    place: HashMap<String, usize>,
}

/// One way to connect.
pub(super) struct Way {
    /// `host:port, TLS, sign-in`
    pub(super) name: String,
    pub(super) attempts: u64,
    pub(super) sent: u64,
    /// Of the newest attempt that did not go out.
    pub(super) cause: Option<&'static str>,
}

impl Tried {
    pub(super) fn add(&mut self, row: &TransactionRow) {
        let name = way(row);
        let place = *self.place.entry(name.clone()).or_insert(self.ways.len());
        if place == self.ways.len() {
            if place == WAYS {
                self.place.remove(&name);
                return;
            }
            self.ways.push(Way { name, attempts: 0, sent: 0, cause: None });
        }
        let way = &mut self.ways[place];
        way.attempts += 1;
        way.sent += u64::from(row.outcome == "sent");
        way.cause = (row.cause != "none").then_some(row.cause).or(way.cause);
    }

    pub(super) fn ways(&self) -> &[Way] {
        &self.ways
    }
}

/// How a row's connection was made, in words.
pub(super) fn way(row: &TransactionRow) -> String {
    let host = row.server_host.as_ref().map_or("server not named", |host| host.as_str());
    let port = row.server_port.map_or(String::new(), |port| format!(":{port}"));
    let tls = match row.tls {
        Some("implicit") => "TLS from the start",
        Some("starttls") => "STARTTLS",
        Some(_) => "no TLS",
        None => "TLS not known",
    };
    let auth = row.auth_mechanism.map_or("no sign-in".to_owned(), |mechanism| format!("AUTH {mechanism}"));
    format!("{host}{port}, {tls}, {auth}")
}

/// Attempts by day, and the busiest hour.
#[derive(Default)]
pub(super) struct Volume {
    days: BTreeMap<NaiveDate, Day>,
    hour: Option<(NaiveDateTime, u64)>,
    busiest: Option<(NaiveDateTime, u64)>,
}

/// One day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) sent: u64,
    pub(super) failed: u64,
}

impl Volume {
    pub(super) fn add(&mut self, tx: &Transaction) {
        let Some(moment) = tx.started_at.or(tx.ended_at).and_then(|stamp| stamp.naive()) else { return };
        let day = self.days.entry(moment.date()).or_default();
        day.sent += u64::from(tx.outcome == Outcome::Sent);
        day.failed += u64::from(tx.outcome.is_failure());
        if self.days.len() > DAYS {
            self.days.pop_first();
        }
        let Some(hour) = moment.date().and_hms_opt(moment.hour(), 0, 0) else { return };
        let count = self.hour.filter(|(known, _)| *known == hour).map_or(1, |(_, count)| count + 1);
        self.hour = Some((hour, count));
        if self.busiest.is_none_or(|(_, most)| count > most) {
            self.busiest = self.hour;
        }
    }

    /// The days, the oldest first.
    pub(super) fn days(&self) -> impl DoubleEndedIterator<Item = (&NaiveDate, &Day)> {
        self.days.iter()
    }

    /// The hour with most attempts.
    pub(super) fn busiest(&self) -> Option<(NaiveDateTime, u64)> {
        self.busiest
    }
}
