//! The questions of a page, which it writes as JSON.

use std::ffi::OsString;

use chrono::{NaiveDateTime, TimeDelta};
use serde::{Deserialize, Deserializer, de::Error};

use crate::{Request, redact::Level};

/// The commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Command {
    /// Does mail go out?
    Analyze,
    /// The evidence for a provider's desk: `text`, `markdown` or `html`.
    Ticket,
    /// A copy without names: of one `log`, or of all in a `zip`.
    Redact,
    /// What differs between two logs: `text` or `json`.
    Compare,
    /// What a code or a reply means: `text` or `json`.
    Explain,
    /// A provider's settings: `text` or `json`.
    Providers,
}

impl Command {
    /// It is about logs.
    pub(super) fn reads_logs(self) -> bool {
        !matches!(self, Command::Explain | Command::Providers)
    }
}

/// One question.
#[derive(Clone, Debug, Deserialize)]
pub struct Ask {
    /// The command.
    pub command: Command,
    /// How the answer is written; each command has its own.
    pub format: String,
    /// Files and folders.
    #[serde(default)]
    pub paths: Vec<String>,
    /// The level of redaction; none for that of the format.
    #[serde(default, deserialize_with = "level")]
    pub level: Option<Level>,
    /// This PC's clock.
    #[serde(deserialize_with = "moment")]
    pub now: NaiveDateTime,
    /// Only so many seconds before now.
    #[serde(default)]
    pub last: Option<f64>,
    /// Only the logs of this customer.
    #[serde(default)]
    pub customer: Option<String>,
    /// List every attempt.
    #[serde(default)]
    pub all: bool,
    /// The text to explain, or the address whose settings are asked for.
    #[serde(default)]
    pub text: String,
}

/// `secrets` or `personal`
fn level<'de, D: Deserializer<'de>>(word: D) -> Result<Option<Level>, D::Error> {
    let level = |word: String| [Level::Secrets, Level::Personal].into_iter().find(|level| level.name() == word);
    let word = Option::<String>::deserialize(word)?;
    word.map(|word| level(word).ok_or_else(|| D::Error::custom("no such level"))).transpose()
}

/// `2026-11-23T08:00:00`
fn moment<'de, D: Deserializer<'de>>(text: D) -> Result<NaiveDateTime, D::Error> {
    String::deserialize(text)?.parse().map_err(D::Error::custom)
}

impl Ask {
    /// Reads a question.
    ///
    /// # Errors
    /// Where it is none; without its words, which may be a customer's.
    pub fn read(json: &[u8]) -> Result<Ask, String> {
        serde_json::from_slice(json).map_err(|error| format!("no question, at column {}", error.column()))
    }

    /// The logs at these paths, read as asked.
    pub(super) fn request(&self, paths: &[String]) -> Request {
        #[allow(clippy::cast_possible_truncation, reason = "as many seconds as a number can say")]
        let last = self.last.and_then(|seconds| TimeDelta::try_seconds(seconds as i64));
        Request {
            paths: paths.iter().map(OsString::from).collect(),
            since: last.and_then(|span| self.now.checked_sub_signed(span)),
            last,
            now: Some(self.now),
            customer: self.customer.clone(),
            ..Request::default()
        }
    }
}
