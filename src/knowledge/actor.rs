//! Words of the contract in the tables: how bad a cause is, and who acts. Any other word is refused with the list of these.

use serde::{Deserialize, Serialize};

named! {
    /// Severity: `error` stops all mail, `warning` stops some mail or this message, `note` passes by itself.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
    #[serde(rename_all = "lowercase")]
    pub enum Severity {
        /// Passes by itself.
        Note = "note",
        /// Stops some mail, or this message.
        Warning = "warning",
        /// Stops all mail.
        Error = "error",
    }
}

named! {
    /// The one who has to act.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
    #[serde(rename_all = "lowercase")]
    pub enum Actor {
        /// The support technician.
        Technician = "technician",
        /// The practice.
        Customer = "customer",
        /// The mail provider, internet provider or domain host.
        Provider = "provider",
        /// The person the mail was for.
        Recipient = "recipient",
    }
}
