//! Text that may be shown.

use std::fmt;

use serde::Serialize;

/// Text that passed the [`Redactor`](super::Redactor), or that is our own. Only this module can make one from bytes
/// of a log, so an output that takes `Redacted` cannot leak by mistake.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Redacted(String);

impl Redacted {
    /// Words of ours: they stand in the program, so they hold nobody's secret.
    pub fn ours(text: &'static str) -> Self {
        Redacted(text.to_owned())
    }

    /// Only the redactor, after it has looked at the text.
    #[allow(clippy::self_named_constructors, reason = "says what the text is")]
    pub(super) fn redacted(text: String) -> Self {
        Redacted(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<u64> for Redacted {
    fn from(number: u64) -> Self {
        Redacted(number.to_string())
    }
}

impl AsRef<str> for Redacted {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
