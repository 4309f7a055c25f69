//! Mail fails on some workstations only.

use std::collections::HashMap;

use super::{Actor, Case, Found, Pile, Rule, Seen, Severity, Watch, Words};
use crate::{session::Confidence, source::Sensitive};

/// The rule.
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
    #[cfg(test)]
    fires: include_str!("samples/one-workstation.log"),
    #[cfg(test)]
    silent: include_str!("samples/one-workstation.silent.log"),
    watch: || Box::<OneWorkstation>::default(),
};

/// Workstations kept; a practice with more has no one PC to look at.
const WORKSTATIONS: usize = 256;
/// Failures before a pattern is believed.
const FAILURES: u64 = 2;

#[derive(Default)]
struct OneWorkstation {
    /// By client name, or by number of the file where there is none.
    places: HashMap<Place, usize>,
    stations: Vec<Station>,
    newest: Option<(Place, usize)>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Place {
    Name(Sensitive),
    File(usize),
}

#[derive(Default)]
struct Station {
    name: Option<Sensitive>,
    /// Failures since its last mail that got through.
    failed: Pile,
    sent: u64,
    last_sent: u64,
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
        } else {
            station.failed.add(seen);
        }
    }

    fn finish(self: Box<Self>, _: &Case<'_>) -> Option<Found> {
        let fails = |station: &&Station| station.sent == 0 && station.failed.count >= FAILURES;
        let (failing, working): (Vec<&Station>, Vec<&Station>) = self.stations.iter().partition(fails);
        let first = failing.first()?;
        // One that never sends beside one that does; a PC that took the place of another comes after its last mail.
        let last_sent = working.iter().filter(|s| s.sent > s.failed.count).map(|s| s.last_sent).max()?;
        let side_by_side = |s: &&&Station| s.failed.newest - s.failed.count < last_sent || s.name.is_none();
        let failing: Vec<_> = failing.iter().filter(side_by_side).collect();
        if failing.is_empty() || failing.len() > working.len() {
            return None;
        }
        let mut pile = Pile::default();
        failing.iter().for_each(|station| pile.merge(&station.failed));
        let mut found = Found::new(pile, Confidence::Likely);
        found.cause = first.failed.main_cause();
        if let ([one], true) = (failing.as_slice(), first.name.is_some()) {
            let name = one.name.clone().unwrap_or_default();
            // Named as the log has it, so that redaction knows it for a PC.
            let title = Words::from("Mail fails on one workstation only, the one that says EHLO ").text(&name);
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
        let same = |place: &Place| match (place, name) {
            (Place::Name(known), Some(name)) => known == name,
            (Place::File(file), None) => *file == seen.file,
            _ => false,
        };
        if let Some((_, at)) = self.newest.as_ref().filter(|(place, _)| same(place)) {
            return self.stations.get_mut(*at);
        }
        let place = name.cloned().map_or(Place::File(seen.file), Place::Name);
        let at = match self.places.get(&place) {
            Some(at) => *at,
            None if self.stations.len() < WORKSTATIONS => {
                self.places.insert(place.clone(), self.stations.len());
                self.stations.push(Station { name: name.cloned(), ..Station::default() });
                self.stations.len() - 1
            }
            None => return None,
        };
        self.newest = Some((place, at));
        self.stations.get_mut(at)
    }
}
