//! One attempt to hand over one message: what the state machine gives out.

use std::{net::IpAddr, sync::Arc};

use chrono::NaiveDateTime;

use crate::{
    dialect::Stamp,
    knowledge::Cause,
    smtp::{AuthMechanism, EnhancedStatusCode, ReplyCode, Stage, Verb},
    source::Sensitive,
};

named! {
    /// How a transaction ended (contract section 3).
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Outcome {
        /// The server took the message for every recipient.
        Sent = "sent",
        /// The server took it, but refused some recipients.
        Partial = "partial",
        /// A 5yz reply ended it.
        Rejected = "rejected",
        /// A 4yz reply ended it.
        Deferred = "deferred",
        /// No reply decided it: network, TLS, or the client gave up.
        Failed = "failed",
        /// The log ends or is torn before anything was decided.
        Incomplete = "incomplete",
        /// The session only tested: no MAIL, no error.
        Tested = "tested",
    }
}

impl Outcome {
    /// Mail did not go out as meant: all but sent, tested and incomplete.
    pub fn is_failure(self) -> bool {
        matches!(self, Outcome::Partial | Outcome::Rejected | Outcome::Deferred | Outcome::Failed)
    }

    /// The server took the mail, for some recipients at least.
    pub fn is_delivered(self) -> bool {
        matches!(self, Outcome::Sent | Outcome::Partial)
    }
}

named! {
    /// How the connection is protected.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Tls {
        /// Plain text.
        None = "none",
        /// STARTTLS (RFC 3207).
        StartTls = "starttls",
        /// TLS from the first byte (RFC 8314).
        Implicit = "implicit",
    }
}

named! {
    /// How sure a judgement is.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Confidence {
        /// One reading among several.
        Guess = "guess",
        /// The usual meaning.
        Likely = "likely",
        /// The log says so.
        Certain = "certain",
    }
}

/// A recipient of a RCPT command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// The address between the brackets.
    pub address: Sensitive,
    /// The server took it; `None` when no reply was seen.
    pub accepted: Option<bool>,
    /// The reply to RCPT.
    pub reply_code: Option<ReplyCode>,
}

/// A reply that decided something, with where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The code of the last line.
    pub code: ReplyCode,
    /// The enhanced code of the first line that has one.
    pub enhanced: Option<EnhancedStatusCode>,
    /// The texts of its lines, joined by spaces, without codes and separators; secrets of this session already gone.
    pub text: Sensitive,
    /// The command it answers.
    pub verb: Verb,
    /// The line of the log it ends on, from 1.
    pub line: u64,
}

/// An error in the writer's own words: an exception, a socket error, a TLS error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientError {
    /// Its words.
    pub text: Sensitive,
    /// The cause that these words mean by themselves, where a fact knows them.
    pub cause: Option<Cause>,
    /// They mean that and nothing else.
    pub certain: bool,
    /// The line of the log it stands on, from 1.
    pub line: u64,
}

/// The end of a connection, as the log tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The client said QUIT.
    Quit,
    /// The writer marked the end, without a QUIT.
    Closed,
    /// Another connection begins with no mark of an end.
    Next,
    /// The log ends.
    Eof,
}

/// The server and the connection, as far as they are known; shared by all transactions of a session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connection {
    /// The name that the client connected to; the greeting's own name where the log has no other.
    pub host: Option<Sensitive>,
    pub port: Option<u16>,
    /// The text of the greeting, without its code.
    pub greeting: Option<Sensitive>,
    /// The name that the client gave itself in EHLO.
    pub client_name: Option<Sensitive>,
    /// SIZE announced, in bytes.
    pub size_limit: Option<u64>,
    /// The client's address as the server sees it, where the EHLO reply repeats it in brackets.
    pub client_address: Option<IpAddr>,
}

/// The sign-in, as far as it was seen. Of the password only whether it can be a real one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignIn {
    /// The mechanism tried last.
    pub mechanism: Option<AuthMechanism>,
    /// Shape of the user name, such as `s***@practice.example`.
    pub user_shape: Option<String>,
    /// The user name is a whole address; `None` if not seen.
    pub full_address: Option<bool>,
    /// Hash of the user name, to be compared only: the name itself is a secret, and may be a password in the wrong field.
    pub user_hash: Option<u64>,
    /// The password sent is WILD, or holds characters that nobody would type.
    pub placeholder: bool,
    /// The server said 235.
    pub accepted: bool,
}

impl SignIn {
    /// The user name is this address; `None` if it was not seen.
    pub fn is_user(&self, address: &Sensitive) -> Option<bool> {
        Some(self.user_hash? == user_hash(address.expose()))
    }
}

/// Upper and lower case are one to the servers that matter.
pub(super) fn user_hash(name: &[u8]) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    name.trim_ascii().to_ascii_lowercase().hash(&mut hasher);
    hasher.finish()
}

/// Marks along the way from which causes are judged when no reply decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// The TCP connection was opened.
    pub connected: bool,
    /// The server said anything at all.
    pub greeted: bool,
    /// EHLO was answered.
    pub ehlo: bool,
    /// STARTTLS stood in the EHLO reply before TLS.
    pub starttls_offered: bool,
    pub starttls_sent: bool,
    /// TLS began, by STARTTLS or from the first byte, and nothing shows that it was ready.
    pub tls_unfinished: bool,
    /// The settings ask for TLS, as far as the log shows them.
    pub tls_wanted: bool,
    /// AUTH stood in the newest EHLO reply.
    pub auth_offered: bool,
    /// At least one mechanism offered takes a password.
    pub password_offered: bool,
    pub auth_sent: bool,
    pub mail_sent: bool,
    /// 354 was given, so that the message was on its way.
    pub data_open: bool,
    /// Nothing says how it went: the structure of the log does.
    pub inferred: bool,
    /// A smaller mail went through earlier in this log.
    pub earlier_sent: bool,
    /// The newest reply of the connection, whatever it said.
    pub last_code: Option<ReplyCode>,
}

/// One attempt to hand over one message (contract section 4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Its dialect among those of the log: 0 is the one that most of the log is in.
    pub dialect_index: u8,
    /// Number of the session in the file, from 1.
    pub session: u64,
    /// Number of the transaction in the file, from 1.
    pub index: u64,
    /// First line, from 1.
    pub line_first: u64,
    /// Last line, from 1.
    pub line_last: u64,
    /// Offset of the first line in the (decoded) log, in bytes.
    pub byte_first: u64,
    /// When the session (for its first mail) or the mail began.
    pub started_at: Option<Stamp>,
    /// When it ended.
    pub ended_at: Option<Stamp>,
    /// The server and the connection.
    pub connection: Arc<Connection>,
    /// Protection of the connection.
    pub tls: Option<Tls>,
    /// The sign-in.
    pub sign_in: SignIn,
    /// The address of MAIL FROM.
    pub mail_from: Option<Sensitive>,
    /// The recipients of RCPT commands, once each.
    pub recipients: Vec<Recipient>,
    /// Size of the message: the SIZE parameter, or what the log shows of the message, in bytes.
    pub message_bytes: Option<u64>,
    /// The message has an attachment.
    pub has_attachment: Option<bool>,
    /// The outcome (contract section 3).
    pub outcome: Outcome,
    /// The farthest stage it reached.
    pub stage: Stage,
    /// The reply that decided, or the last one.
    pub reply: Option<Reply>,
    /// The writer's words about an error.
    pub error: Option<ClientError>,
    /// The end of the connection.
    pub end: End,
    /// Marks along the way.
    pub trace: Trace,
    /// The cause, set by the judge; `None` is the contract's `none`.
    pub cause: Option<Cause>,
    /// The judge's certainty; `None` until it has looked.
    pub confidence: Option<Confidence>,
}

impl Transaction {
    /// When it began, as far as the log tells.
    pub fn first_time(&self) -> Option<Stamp> {
        self.started_at.or(self.ended_at)
    }

    /// When it ended, as far as the log tells.
    pub fn last_time(&self) -> Option<Stamp> {
        self.ended_at.or(self.started_at)
    }

    /// When it began, by the clock of the log; `None` where that writes no date.
    pub fn moment(&self) -> Option<NaiveDateTime> {
        self.first_time()?.naive()
    }

    /// Told by a log of which something had to be guessed: which lines are its own, or the dialect.
    pub(crate) fn doubt(&mut self) {
        self.confidence = match self.confidence {
            Some(Confidence::Certain) => Some(Confidence::Likely),
            Some(_) => Some(Confidence::Guess),
            None => None,
        };
    }

    /// Nothing is known of the attempt but a refusal on its first line, and not when it was.
    pub(super) fn is_refusal_alone(&self) -> bool {
        let Trace { ehlo, auth_sent, mail_sent, .. } = self.trace;
        let begins = self.reply.as_ref().is_some_and(|reply| reply.code.is_refusal() && reply.line == self.line_first);
        begins && !ehlo && !auth_sent && !mail_sent && self.first_time().is_none()
    }

    /// The client spoke until it was refused with the reply of that one.
    pub(super) fn repeats(&self, before: &Transaction) -> bool {
        let said = |tx: &Transaction| tx.reply.as_ref().map(|reply| (reply.code, reply.text.clone()));
        (self.trace.auth_sent || self.trace.mail_sent) && said(self) == said(before)
    }

    /// The log ends in the middle of it: no refusal, no word of error, no end of the connection.
    pub fn breaks_off(&self) -> bool {
        let refused = self.reply.as_ref().is_some_and(|reply| reply.code.0 >= 400);
        let open = matches!(self.outcome, Outcome::Failed | Outcome::Incomplete);
        self.end == End::Eof && open && !refused && self.error.is_none()
    }

    /// The part that the log would show next where it breaks off.
    pub fn missing(&self) -> &'static str {
        match self.stage {
            Stage::Connect | Stage::Greeting => "the server's greeting",
            Stage::Tls => "what came of STARTTLS",
            Stage::Ehlo if !self.trace.ehlo => "the answer to EHLO",
            Stage::Ehlo => "what the program said after EHLO",
            Stage::Auth => "the answer to the sign-in",
            Stage::Mail => "the answer to MAIL FROM",
            Stage::Rcpt if self.recipients.iter().all(|recipient| recipient.accepted.is_some()) => "DATA",
            Stage::Rcpt => "the answer to RCPT TO",
            Stage::Data | Stage::Done => "the answer to the message",
        }
    }

    /// Moves every line number by what stood before in the log.
    pub(crate) fn shift(&mut self, lines: u64, sessions: u64) {
        self.session += sessions;
        self.line_first += lines;
        self.line_last += lines;
        if let Some(reply) = &mut self.reply {
            reply.line += lines;
        }
        if let Some(error) = &mut self.error {
            error.line += lines;
        }
    }
}
