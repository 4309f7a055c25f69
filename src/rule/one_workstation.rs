//! Mail fails on some workstations only.

use std::collections::HashMap;

use chrono::NaiveDateTime;

use super::{Actor, Case, Found, Pile, Rule, Seen, Severity, Watch, Words};
use crate::{session::Confidence, source::Sensitive};

pub(super) static RULE: Rule = Rule {
    id: "one-workstation",
    title: "Mail fails on some workstations only",
    looks_for: "By the name that the PC gives in EHLO, or by log file where it gives none: all mail of some fails for a \
                reason that stops mail, while others send.",
    why: "The account, the password and the provider are right, as other PCs send with them. The trouble is on the PC: its \
          settings, its antivirus, its clock or its Windows.",
    steps: &[
        "Compare the e-mail settings of this PC with one that sends: server, port, mode, user name, then type the password again.",
        "Pause the antivirus mail shield on this PC and send one test mail.",
        "Check this PC's date and time, and that its Windows is up to date.",
    ],
    severity: Severity::Error,
    acts: &[Actor::Technician],
    article_step: &["1", "3"],
    sources: &["support article steps 1 and 3", "RFC 5321 section 4.1.1.1: EHLO names the client"],
    swallows: &[],
    ask: None,
    watch: || Box::<OneWorkstation>::default(),
};

/// Workstations kept; a practice with more has no one PC to look at.
const MAX_WORKSTATIONS: usize = 256;
/// Failures before a pattern is believed.
const MIN_FAILURES: u64 = 2;

#[derive(Default)]
struct OneWorkstation {
    /// By client name, or by number of the file where there is none.
    places: HashMap<Place, usize>,
    stations: Vec<Station>,
    newest: Option<Newest>,
}

struct Newest {
    file: usize,
    station: usize,
}

#[derive(PartialEq, Eq, Hash)]
enum Place {
    Name(Sensitive),
    File(usize),
}

#[derive(Default)]
struct Station {
    name: Option<Sensitive>,
    failed: Pile,
    /// When the first of them failed.
    since: Option<NaiveDateTime>,
    sent: u64,
    /// Where and when its last mail got through.
    last_sent: u64,
    sent_at: Option<NaiveDateTime>,
}

impl Station {
    /// A mail of the other got through after this one had begun to fail: it is no PC that took the other's place.
    fn is_beside(&self, other: &Station) -> bool {
        match (self.since, other.sent_at) {
            (Some(since), Some(sent)) => since < sent,
            // The files of several workstations come one after the other.
            _ => self.failed.newest - self.failed.count < other.last_sent || self.name.is_none(),
        }
    }
}

impl Watch for OneWorkstation {
    fn observe(&mut self, seen: &Seen<'_>) {
        let delivered = seen.is_delivered();
        if !delivered && !seen.stops_all() {
            return;
        }
        let Some(station) = self.station(seen) else { return };
        if delivered {
            station.sent += 1;
            station.last_sent = seen.nth;
            station.sent_at = seen.moment();
        } else {
            station.since = station.since.or(seen.moment());
            station.failed.add(seen);
        }
    }

    fn finish(self: Box<Self>, _: &Case<'_>) -> Option<Found> {
        let fails = |station: &&Station| station.sent == 0 && station.failed.count >= MIN_FAILURES;
        let (failing, working): (Vec<&Station>, Vec<&Station>) = self.stations.iter().partition(fails);
        let first = failing.first()?;
        let steady = |station: &&&Station| station.sent > station.failed.count;
        let failing: Vec<_> =
            failing.iter().filter(|one| working.iter().filter(steady).any(|other| one.is_beside(other))).collect();
        if failing.is_empty() || failing.len() > working.len() {
            return None;
        }
        let mut pile = Pile::default();
        failing.iter().for_each(|station| pile.merge(&station.failed));
        let mut found = Found::new(pile, Confidence::Likely);
        found.cause = first.failed.main_cause();
        if let ([one], true) = (failing.as_slice(), first.name.is_some()) {
            let name = one.name.clone().unwrap_or_default();
            let title = Words::from("Mail fails on one workstation only, the one that says ").client(&name);
            found.title = Some(title);
        }
        let (bad, good) = (failing.len(), working.len());
        found.why = Some(Words::from(format!("Workstations that fail: {bad}; that send: {good}.")));
        Some(found)
    }
}

impl OneWorkstation {
    fn station(&mut self, seen: &Seen<'_>) -> Option<&mut Station> {
        let name = seen.tx.connection.client_name.as_ref();
        let before = self.newest.as_ref().filter(|newest| newest.file == seen.file);
        let same = |newest: &&Newest| name.is_none() || self.stations[newest.station].name.as_ref() == name;
        if let Some(newest) = before.filter(same) {
            // A session that breaks before EHLO is the same PC's as the one before.
            return self.stations.get_mut(newest.station);
        }
        let nameless =
            before.filter(|newest| self.stations[newest.station].name.is_none()).map(|newest| newest.station);
        let place = name.cloned().map_or(Place::File(seen.file), Place::Name);
        let station = match (self.places.get(&place), nameless) {
            (Some(station), _) => *station,
            // The PC says its name at last.
            (None, Some(station)) => station,
            (None, None) if self.stations.len() < MAX_WORKSTATIONS => {
                self.stations.push(Station::default());
                self.stations.len() - 1
            }
            (None, None) => return None,
        };
        self.stations[station].name = name.cloned();
        self.places.insert(place, station);
        self.newest = Some(Newest { file: seen.file, station });
        self.stations.get_mut(station)
    }
}
