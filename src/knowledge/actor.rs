//! Words of the contract in the tables: how bad a cause is, and who acts. Any other word is refused with the list of these.

use serde::{Deserialize, Serialize};

/// Severity: `error` stops all mail, `warning` stops some mail or this message, `note` passes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Passes by itself.
    Note,
    /// Stops some mail, or this message.
    Warning,
    /// Stops all mail.
    Error,
}

impl Severity {
    /// The word of the contract.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// The one who has to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Actor {
    /// The support technician.
    Technician,
    /// The practice.
    Customer,
    /// The mail provider, internet provider or domain host.
    Provider,
    /// The person the mail was for.
    Recipient,
}

impl Actor {
    /// The word of the contract.
    pub fn name(self) -> &'static str {
        match self {
            Actor::Technician => "technician",
            Actor::Customer => "customer",
            Actor::Provider => "provider",
            Actor::Recipient => "recipient",
        }
    }
}
