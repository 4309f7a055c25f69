//! How far one attempt to hand over a message got.

use std::fmt;

/// The stages of a transaction, in the order in which a session passes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Finding the server and opening the connection.
    Connect,
    /// Waiting for the server's first reply (RFC 5321 section 3.1).
    Greeting,
    /// STARTTLS or TLS from the first byte (RFC 3207, RFC 8314).
    Tls,
    /// EHLO or HELO.
    Ehlo,
    /// Signing in (RFC 4954).
    Auth,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA or BDAT, and the message itself.
    Data,
    /// The server took the message.
    Done,
}

impl Stage {
    /// The word of the contract.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Connect => "connect",
            Stage::Greeting => "greeting",
            Stage::Tls => "tls",
            Stage::Ehlo => "ehlo",
            Stage::Auth => "auth",
            Stage::Mail => "mail",
            Stage::Rcpt => "rcpt",
            Stage::Data => "data",
            Stage::Done => "done",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
