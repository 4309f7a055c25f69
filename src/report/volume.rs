//! Counts of attempts by way to connect, by day, by hour and by size, from the log alone.

use std::collections::{BTreeMap, HashMap};

use chrono::{NaiveDate, NaiveDateTime, Timelike};

use crate::session::{Outcome, Transaction};

use super::row::TransactionRow;

/// Different ways to connect that are told apart.
const MAX_WAYS: usize = 20;
/// Days that are kept, the newest.
const MAX_DAYS: usize = 400;
/// Hours that are kept, the newest: more than are drawn, as the clocks of several files do not go together.
const MAX_HOURS: usize = 400;

/// Hosts, ports and modes with what became of them.
#[derive(Default)]
pub(super) struct Tried {
    pub(super) ways: Vec<Way>,
    place: HashMap<String, usize>,
}

pub(super) struct Way {
    /// `host:port, TLS, sign-in`
    pub(super) name: String,
    host: Option<String>,
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
            if place == MAX_WAYS {
                self.place.remove(&name);
                return;
            }
            let host = row.server_host.as_ref().map(ToString::to_string);
            self.ways.push(Way { name, host, attempts: 0, sent: 0, cause: None });
        }
        let way = &mut self.ways[place];
        way.attempts += 1;
        way.sent += u64::from(row.outcome == "sent");
        way.cause = (row.cause != "none").then_some(row.cause).or(way.cause);
    }

    /// The server, where all attempts that name one name the same.
    pub(super) fn only_server(&self) -> Option<&str> {
        let mut named = self.ways.iter().filter_map(|way| way.host.as_deref());
        let first = named.next()?;
        named.all(|host| host == first).then_some(first)
    }
}

/// The way a row's connection was made, in words.
pub(super) fn way(row: &TransactionRow) -> String {
    let host = row.server_host.as_ref().map_or("server not named", |host| host.as_str());
    let port = row.server_port.map_or(String::new(), |port| format!(":{port}"));
    let tls = match row.tls {
        Some("implicit") => "TLS from the start",
        Some("starttls") => "STARTTLS",
        Some(_) => "no TLS",
        None => "TLS not known",
    };
    let auth = match row.auth_mechanism {
        Some(mechanism) => format!("AUTH {mechanism}"),
        // A log without dialogue tells neither.
        None if row.auth_user_shape.is_some() => "signed in".to_owned(),
        None if row.tls.is_none() => "sign-in not known".to_owned(),
        None => "no sign-in".to_owned(),
    };
    format!("{host}{port}, {tls}, {auth}")
}

/// Attempts by day, and the busiest hour.
#[derive(Default)]
pub(super) struct Volume {
    pub(super) days: BTreeMap<NaiveDate, Day>,
    /// Hours in which something was tried.
    pub(super) hours: BTreeMap<NaiveDateTime, Day>,
    hour: Option<(NaiveDateTime, u64)>,
    /// The hour with most attempts, and how many.
    pub(super) busiest: Option<(NaiveDateTime, u64)>,
}

/// Messages of one day, hour or size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) sent: u64,
    pub(super) failed: u64,
}

impl Day {
    fn add(&mut self, tx: &Transaction) {
        self.sent += u64::from(tx.outcome == Outcome::Sent);
        self.failed += u64::from(tx.outcome.is_failure());
    }
}

/// Sizes of messages that are told apart.
pub(super) const SIZES: [&str; 7] =
    ["under 10 kB", "10-100 kB", "100 kB-1 MB", "1-5 MB", "5-10 MB", "10-25 MB", "25 MB and more"];

/// Messages sent and failed by size; a message whose size the log does not tell is not counted.
#[derive(Default)]
pub(super) struct Sizes(pub(super) [Day; SIZES.len()]);

impl Sizes {
    pub(super) fn add(&mut self, tx: &Transaction) {
        const BELOW: [u64; SIZES.len() - 1] = [10_000, 100_000, 1_000_000, 5_000_000, 10_000_000, 25_000_000];
        let Some(bytes) = tx.message_bytes else { return };
        let place = BELOW.iter().position(|below| bytes < *below).unwrap_or(BELOW.len());
        self.0[place].add(tx);
    }
}

impl Volume {
    pub(super) fn add(&mut self, tx: &Transaction) {
        let Some(moment) = tx.moment() else { return };
        self.days.entry(moment.date()).or_default().add(tx);
        if self.days.len() > MAX_DAYS {
            self.days.pop_first();
        }
        let Some(hour) = moment.date().and_hms_opt(moment.hour(), 0, 0) else { return };
        self.hours.entry(hour).or_default().add(tx);
        if self.hours.len() > MAX_HOURS {
            self.hours.pop_first();
        }
        let count = self.hour.filter(|(known, _)| *known == hour).map_or(1, |(_, count)| count + 1);
        self.hour = Some((hour, count));
        if self.busiest.is_none_or(|(_, most)| count > most) {
            self.busiest = self.hour;
        }
    }
}
