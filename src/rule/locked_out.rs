//! Refused passwords, then silence from the same host: its firewall has shut the practice out.

use chrono::TimeDelta;

use super::{
    Actor, Case, Found, Pile, Rule, Seen, Severity, Watch,
    refusals::{Refusals, is_refusal},
};
use crate::{knowledge::Cause, session::Confidence, source::Sensitive};

pub(super) static RULE: Rule = Rule {
    id: "locked-out",
    title: "The host has probably blocked this practice's internet address after wrong passwords",
    looks_for: "At least three refused passwords within 30 minutes, then at least two time-outs or refused connections to the \
                same host within 24 hours and no greeting between.",
    why: "After some wrong passwords a host's firewall drops everything from the address they came from, so the settings look \
          dead although only the password was wrong. Most hosts open again after 1 to 24 hours.",
    steps: &[
        "Stop sending and testing: each further try can make the block longer.",
        "Put the password right once, with \"show password\" on, and check it in webmail.",
        "Ask the host to unblock the practice's public internet address, or wait 1 to 24 hours.",
        "To prove it, connect the PC to a phone's hotspot and send one test mail: that address is not blocked.",
    ],
    severity: Severity::Error,
    acts: &[Actor::Technician, Actor::Provider],
    article_step: &["2", "3", "6a"],
    sources: &[
        "hostking.co.za, catalyst2 and ausics help pages (blocks of 1 to 24 hours after about five failures), read 2026-11",
    ],
    swallows: &["lock-out-near"],
    ask: Some(ASK),
    watch: || Box::<LockedOut>::default(),
};

/// The question for the host's desk.
const ASK: &str = "Does your firewall block the practice's internet address after refused sign-ins, and will \
                              you unblock it?";

/// Attempts that met silence afterwards, and how long after the last refusal they still belong to it.
const MIN_SILENCES: u64 = 2;
const SILENT_WITHIN: TimeDelta = TimeDelta::hours(24);

#[derive(Default)]
struct LockedOut {
    host: Option<Sensitive>,
    /// Those before the host shuts the door.
    refused: Refusals<3, 30>,
    refusals: Pile,
    /// Attempts that met silence after enough refusals.
    silences: Pile,
    found: Option<Pile>,
    live: bool,
}

impl Watch for LockedOut {
    fn observe(&mut self, seen: &Seen<'_>) {
        let tx = seen.tx;
        // Programs that never reached the server often do not name it.
        let same = self.host.is_none() || tx.connection.host.is_none() || self.host == tx.connection.host;
        if is_refusal(tx) {
            // Refusals that silence has followed are over.
            if !same || self.silences.count > 0 {
                self.forget();
            }
            self.refuse(seen);
        } else if same && matches!(tx.cause, Some(Cause::ConnTimeout | Cause::ConnRefused)) && !tx.trace.greeted {
            self.fall_silent(seen);
        } else if same && (tx.trace.greeted || seen.is_delivered()) {
            self.live = false;
            self.forget();
        }
    }

    fn finish(self: Box<Self>, _: &Case<'_>) -> Option<Found> {
        Some(Found { live: self.live, ..Found::new(self.found?, Confidence::Likely) })
    }
}

impl LockedOut {
    fn forget(&mut self) {
        // After most mails there is nothing to forget.
        if self.refusals.count == 0 {
            return;
        }
        *self = LockedOut { found: self.found.take(), live: self.live, ..LockedOut::default() };
    }

    fn refuse(&mut self, seen: &Seen<'_>) {
        let Some(now) = seen.moment() else { return };
        if !self.refused.add(now) {
            self.forget();
            self.refused.add(now);
        }
        self.host = self.host.take().or_else(|| seen.tx.connection.host.clone());
        self.refusals.add(seen);
    }

    fn fall_silent(&mut self, seen: &Seen<'_>) {
        let (Some(last), Some(now)) = (self.refused.last(), seen.moment()) else { return };
        if !self.refused.are_enough() || now < last || now - last > SILENT_WITHIN {
            return;
        }
        self.silences.add(seen);
        if self.silences.count >= MIN_SILENCES {
            let mut pile = self.refusals.clone();
            pile.merge(&self.silences);
            self.found = Some(pile);
            self.live = true;
        }
    }
}
