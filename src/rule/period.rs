//! The mails of one period in numbers, to be laid beside another period.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use crate::{
    dialect::Stamp,
    knowledge::Cause,
    session::{Confidence, Outcome, Tally, Transaction},
    smtp::Stage,
    source::Sensitive,
};

/// Mails that the support article (step 6) allows in one go, and on one day.
pub(super) const MAILS_IN_ONE_GO: u64 = 10;
pub(super) const MAILS_A_DAY: u64 = 100;
/// Mails within this time of the first are sent in one go.
pub(super) const ONE_GO: TimeDelta = TimeDelta::minutes(10);
/// Days that are counted: eleven years.
pub(super) const MAX_DAYS: usize = 4_096;
/// Different values of a setting that are told apart.
const MAX_VALUES: usize = 20;

/// One side of a comparison, in bounded memory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Period {
    pub tally: Tally,
    /// The failures, by cause.
    pub causes: BTreeMap<Cause, Share>,
    /// The settings that the mails were sent with.
    pub settings: BTreeMap<Setting, Values>,
    /// The pace at which they went out.
    pub pace: Pace,
    /// Attempts whose farthest stage was this one; those that went through stand at `Done`.
    pub(super) reached: BTreeMap<Stage, u64>,
}

/// Attempts of one cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    pub count: u64,
    /// The surest of their judgements.
    pub confidence: Confidence,
    /// The farthest stage at which it struck.
    pub stage: Stage,
    pub first_time: Option<Stamp>,
    pub last_time: Option<Stamp>,
}

impl Share {
    /// Their number, where there are any.
    pub(crate) fn count_of(share: Option<Share>) -> u64 {
        share.map_or(0, |share| share.count)
    }
}

named! {
    /// A setting that a practice can change.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub(crate) enum Setting {
        Host = "server_host",
        Port = "server_port",
        /// The mode: none, starttls, implicit.
        Tls = "tls",
        /// The way to sign in.
        AuthMechanism = "auth_mechanism",
        /// The shape of the user name.
        AuthUserShape = "auth_user_shape",
        /// The PC, by the name it gives itself.
        ClientName = "client_name",
    }
}

/// The value of a setting, as the log has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// A word of ours.
    Word(&'static str),
    Number(u64),
    /// The shape of a user name.
    Shape(String),
    /// Bytes of the log; which they are is told by the setting.
    Bytes(Sensitive),
}

/// The values that a setting had, and how often.
#[derive(Clone, Debug, Default)]
pub(crate) struct Values {
    /// Of the newest attempt that shows it.
    pub newest: Option<Value>,
    /// All of them, in the order of their first attempt.
    pub all: Vec<(Value, u64)>,
}

impl Values {
    fn add(&mut self, value: Value) {
        match self.all.iter().position(|(known, _)| *known == value) {
            Some(place) => self.all[place].1 += 1,
            None if self.all.len() < MAX_VALUES => self.all.push((value.clone(), 1)),
            None => {}
        }
        self.newest = Some(value);
    }
}

/// The pace at which mails went out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pace {
    days: BTreeMap<NaiveDate, u64>,
    first: Option<NaiveDateTime>,
    /// Mails tried within ten minutes of the first that was sent.
    pub first_ten_minutes: u64,
}

impl Pace {
    fn add(&mut self, tx: &Transaction) {
        let Some(moment) = tx.moment() else { return };
        let delivered = tx.outcome.is_delivered();
        if self.first.is_none() && delivered {
            self.first = Some(moment);
        }
        let near = |first: NaiveDateTime| moment >= first && moment - first <= ONE_GO;
        self.first_ten_minutes += u64::from(self.first.is_some_and(near));
        if delivered && (self.days.len() < MAX_DAYS || self.days.contains_key(&moment.date())) {
            *self.days.entry(moment.date()).or_default() += 1;
        }
    }

    /// The day on which most went out.
    pub(crate) fn busiest_day(&self) -> Option<(NaiveDate, u64)> {
        self.days.iter().max_by_key(|(_, count)| **count).map(|(date, count)| (*date, *count))
    }
}

impl Period {
    /// Takes the next transaction, in file order.
    pub(crate) fn observe(&mut self, tx: &Transaction) {
        self.tally.add(tx);
        let stage = match tx.outcome {
            outcome if outcome.is_delivered() => Stage::Done,
            // It got over what it tried.
            Outcome::Tested if tx.sign_in.accepted => Stage::Mail,
            _ => tx.stage,
        };
        *self.reached.entry(stage).or_default() += 1;
        if let Some(cause) = tx.cause.filter(|_| tx.outcome.is_failure()) {
            let confidence = tx.confidence.unwrap_or(Confidence::Guess);
            let first_time = tx.first_time();
            let share =
                self.causes.entry(cause).or_insert(Share { count: 0, confidence, stage, first_time, last_time: None });
            share.count += 1;
            share.confidence = share.confidence.max(confidence);
            share.stage = share.stage.max(tx.stage);
            share.last_time = tx.last_time().or(share.last_time);
        }
        for (setting, value) in Setting::ALL.into_iter().filter_map(|setting| Some((setting, value(setting, tx)?))) {
            self.settings.entry(setting).or_default().add(value);
        }
        if tx.outcome.is_failure() || tx.outcome == Outcome::Sent {
            self.pace.add(tx);
        }
    }

    /// Attempts to send that were decided.
    pub(crate) fn mails(&self) -> u64 {
        self.tally.delivered() + self.tally.failed
    }

    /// Those that did not go out as meant.
    pub(crate) fn failures(&self) -> u64 {
        self.tally.partial + self.tally.failed
    }

    /// Attempts that got beyond a stage.
    pub(crate) fn beyond(&self, stage: Stage) -> u64 {
        self.reached.iter().filter(|(reached, _)| **reached > stage).map(|(_, count)| count).sum()
    }
}

fn value(setting: Setting, tx: &Transaction) -> Option<Value> {
    match setting {
        Setting::Host => tx.connection.host.clone().map(Value::Bytes),
        Setting::Port => tx.connection.port.map(|port| Value::Number(port.into())),
        Setting::Tls => tx.tls.map(|tls| Value::Word(tls.name())),
        Setting::AuthMechanism => match tx.sign_in.mechanism {
            Some(mechanism) => Some(Value::Word(mechanism.name())),
            // Only a mail that was begun shows that nobody signs in.
            None => (tx.trace.mail_sent && tx.trace.ehlo).then_some(Value::Word("none")),
        },
        Setting::AuthUserShape => tx.sign_in.user_shape.clone().map(Value::Shape),
        Setting::ClientName => tx.connection.client_name.clone().map(Value::Bytes),
    }
}
