//! The cause codes of the contract. What each means, who acts and what to do next stands in `causes.toml`.

use serde::{Deserialize, Serialize};

named! {
    /// Why a transaction did not do what it should. The codes are a promise; the facts about them are data.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
    pub enum Cause {
        /// Server name does not resolve.
        ConnDns = "conn.dns",
        /// Host reached, nothing listens or a shield refuses.
        ConnRefused = "conn.refused",
        /// No answer within the time limit.
        ConnTimeout = "conn.timeout",
        /// Connection cut before the mail was through.
        ConnDropped = "conn.dropped",
        /// TLS started on a port that speaks plain SMTP.
        PortTlsToPlaintext = "port.tls-to-plaintext",
        /// Plain SMTP on a port that expects TLS.
        PortPlaintextToTls = "port.plaintext-to-tls",
        /// Server wants STARTTLS first.
        PortStarttlsRequired = "port.starttls-required",
        /// STARTTLS asked for, not offered.
        PortStarttlsUnavailable = "port.starttls-unavailable",
        /// Certificate chain not trusted.
        TlsUntrusted = "tls.untrusted",
        /// Certificate not within its dates.
        TlsExpired = "tls.expired",
        /// Certificate is for another host name.
        TlsNameMismatch = "tls.name-mismatch",
        /// No common TLS version or cipher.
        TlsProtocolVersion = "tls.protocol-version",
        /// A local product sits inside the TLS session.
        TlsInterceptedByAntivirus = "tls.intercepted-by-antivirus",
        /// Name or password refused.
        AuthRejected = "auth.rejected",
        /// Account password not accepted from programs.
        AuthAppPasswordRequired = "auth.app-password-required",
        /// Provider or tenant has switched off password sign-in.
        AuthBasicDisabled = "auth.basic-disabled",
        /// No sign-in was made.
        AuthRequired = "auth.required",
        /// No sign-in method in common.
        AuthMechanism = "auth.mechanism",
        /// Username has no @.
        AuthUsernameIncomplete = "auth.username-incomplete",
        /// The password sent is WILD: that word, or characters nobody would type (control characters, undecodable bytes).
        AuthPlaceholderPassword = "auth.placeholder-password",
        /// Sign-in service is down.
        AuthTemporary = "auth.temporary",
        /// Locked for repeated attempts.
        AuthTooManyAttempts = "auth.too-many-attempts",
        /// From address or account may not send.
        SenderRejected = "sender.rejected",
        /// Address or its domain does not exist.
        RecipientUnknown = "recipient.unknown",
        /// Mailbox exists but is closed or suspended.
        RecipientDisabled = "recipient.disabled",
        /// Address is malformed.
        RecipientSyntax = "recipient.syntax",
        /// Recipient's mailbox is full.
        RecipientMailboxFull = "recipient.mailbox-full",
        /// Server will not carry mail to that domain for us.
        RecipientRelayDenied = "recipient.relay-denied",
        /// Message over a size limit.
        AttachmentTooLarge = "attachment.too-large",
        /// File type or content refused.
        AttachmentBlockedType = "attachment.blocked-type",
        /// Connection dies in DATA only when the mail is big.
        AttachmentLinkDropped = "attachment.link-dropped",
        /// Content judged spam or malware.
        ContentSpam = "content.spam",
        /// Sending IP refused: listed, bad reputation, no PTR.
        PolicyBlocklisted = "policy.blocklisted",
        /// SPF, DKIM or DMARC of the sender's domain fails.
        PolicySenderAuth = "policy.sender-auth",
        /// Too many connections.
        RateConnections = "rate.connections",
        /// Too many messages or recipients.
        RateMessages = "rate.messages",
        /// First contact put off on purpose.
        TempGreylisted = "temp.greylisted",
        /// Server's own temporary trouble.
        TempService = "temp.service",
        /// Commands out of order.
        ProtocolSequence = "protocol.sequence",
        /// Command or message malformed.
        ProtocolSyntax = "protocol.syntax",
        /// Connection tried or opened, and nothing was said before it ended.
        ConnSilent = "conn.silent",
        /// A 4xx or 5xx reply that no fact explains.
        #[default]
        UnknownReply = "unknown.reply",
        /// An error text that no fact explains; words stood there, so it is not silence.
        UnknownError = "unknown.error",
        /// The mail program has no TLS library, or one too old for this server.
        ClientNoTls = "client.no-tls",
    }
}

impl Cause {
    /// The code of the contract, such as `auth.rejected`.
    pub fn code(self) -> &'static str {
        self.name()
    }

    /// The beginning of its code, such as `auth`.
    pub fn group(self) -> &'static str {
        self.code().split('.').next().unwrap_or_default()
    }

    /// The cause with this code.
    pub fn from_code(code: &str) -> Option<Cause> {
        Cause::ALL.into_iter().find(|cause| cause.code() == code)
    }
}
