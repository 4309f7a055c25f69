//! The stages of one attempt to hand over a message.

named! {
    /// The stages of a transaction, in the order in which a session passes them.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Stage {
        /// Finding the server and opening the connection.
        Connect = "connect",
        /// Waiting for the server's first reply (RFC 5321 section 3.1).
        Greeting = "greeting",
        /// STARTTLS or TLS from the first byte (RFC 3207, RFC 8314).
        Tls = "tls",
        /// EHLO or HELO.
        Ehlo = "ehlo",
        /// Signing in (RFC 4954).
        Auth = "auth",
        /// MAIL FROM.
        Mail = "mail",
        /// RCPT TO.
        Rcpt = "rcpt",
        /// DATA or BDAT, and the message itself.
        Data = "data",
        /// The server took the message.
        Done = "done",
    }
}
