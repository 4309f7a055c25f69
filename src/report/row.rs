//! The rows of the contract (section 4), the same in every format. The order of the fields here is the order in the
//! outputs; fields are only ever added. A field stands here and nowhere else: the columns of CSV and `mtmlog list fields` are
//! these.

use serde::{Serialize, Serializer};

use crate::redact::Redacted;

/// A row whose fields have names and words about them.
pub(super) trait Row: Default + Serialize {
    /// Name and meaning of each field, in order.
    const FIELDS: &'static [(&'static str, &'static str)];

    /// The text of each field, in the same order; empty where nothing is known.
    fn cells(&self) -> Vec<String>;
}

/// The text of a field in a cell.
trait Cell {
    fn cell(&self) -> String;
}

impl<T: Cell> Cell for Option<T> {
    fn cell(&self) -> String {
        self.as_ref().map(Cell::cell).unwrap_or_default()
    }
}

impl<T: Cell> Cell for Vec<T> {
    fn cell(&self) -> String {
        self.iter().map(Cell::cell).collect::<Vec<_>>().join(";")
    }
}

macro_rules! cells {
    ($($kind:ty: |$value:ident| $text:expr;)*) => {
        $(impl Cell for $kind {
            fn cell(&self) -> String {
                let $value = self;
                $text.to_string()
            }
        })*
    };
}

cells! {
    String: |text| text;
    &str: |text| text;
    Redacted: |text| text;
    bool: |flag| flag;
    u16: |number| number;
    u64: |number| number;
    usize: |number| number;
    f64: |number| number;
    RecipientRow: |to| to.address;
    EvidenceRow: |proof| proof.text;
}

/// A row as a struct, with what its fields mean.
macro_rules! rows {
    ($($record:literal $name:ident { $($(#[doc = $about:literal])+ $field:ident: $kind:ty,)* })*) => {
        $(
            #[derive(Clone, Debug, Default, PartialEq, Serialize)]
            pub(super) struct $name {
                $($(#[doc = $about])+ pub(super) $field: $kind,)*
            }

            impl Row for $name {
                const FIELDS: &'static [(&'static str, &'static str)] =
                    &[$((stringify!($field), concat!($($about),+))),*];

                fn cells(&self) -> Vec<String> {
                    vec![$(self.$field.cell()),*]
                }
            }
        )*

        /// Every row, with the word of its record.
        pub(super) const RECORDS: &[(&str, &[(&str, &str)])] = &[$(($record, $name::FIELDS)),*];
    };
}

rows! {
"transaction" TransactionRow {
    /// The log.
    file: Redacted,
    /// Sixteen hexadecimal digits, the same whenever this log is read.
    tx_id: String,
    /// Number of the connection in the log, from 1.
    session: u64,
    /// Number of the attempt in the log, from 1.
    index: u64,
    /// Its first line, from 1.
    line_first: u64,
    /// Its last line.
    line_last: u64,
    /// Where its first line begins in the log, in bytes.
    byte_first: u64,
    /// When it began (RFC 3339); the offset only where the log tells it.
    started_at: Option<String>,
    /// When it ended.
    ended_at: Option<String>,
    /// The dialect that it was read by.
    dialect: Redacted,
    /// The mail server.
    server_host: Option<Redacted>,
    /// Its port.
    server_port: Option<u16>,
    /// `none`, `starttls` or `implicit`; empty where the log does not tell.
    tls: Option<&'static str>,
    /// How the program signed in, such as `LOGIN`.
    auth_mechanism: Option<&'static str>,
    /// The user name without its letters, such as `x***@domain`.
    auth_user_shape: Option<Redacted>,
    /// The sender.
    mail_from: Option<Redacted>,
    /// Every recipient that the log names for this mail: address, whether it was accepted, and the code of the reply.
    recipients: Vec<RecipientRow>,
    /// How many recipients.
    rcpt_total: usize,
    /// How many were accepted.
    rcpt_accepted: usize,
    /// Size of the mail in bytes.
    message_bytes: Option<u64>,
    /// An attachment was sent along.
    has_attachment: Option<bool>,
    /// `sent`, `partial`, `rejected`, `deferred`, `failed`, `incomplete` or `tested`.
    outcome: &'static str,
    /// How far it got: `connect`, `greeting`, `tls`, `ehlo`, `auth`, `mail`, `rcpt`, `data` or `done`.
    stage: &'static str,
    /// Code of the reply that decided.
    reply_code: Option<u16>,
    /// Its enhanced status code (RFC 3463).
    enhanced_code: Option<String>,
    /// Its words.
    reply_text: Option<Redacted>,
    /// Its words with `<n>`, `<addr>` and `<id>` for what differs from mail to mail.
    reply_template: Option<Redacted>,
    /// Why it did not go out (`mtmlog list causes`); `none` where it did.
    cause: &'static str,
    /// How sure the cause is: `certain`, `likely` or `guess`.
    confidence: &'static str,
    /// Whose log it is.
    customer: Option<Redacted>,
}

"file" FileRow {
    /// The log.
    file: Redacted,
    /// Its size.
    bytes: u64,
    /// Its lines.
    lines: u64,
    /// Its encoding.
    encoding: &'static str,
    /// The dialect that it was read by; null where it is no SMTP log.
    dialect: Option<Redacted>,
    /// Share of the lines that the dialect explains, 0 to 1.
    dialect_score: f64,
    /// The next best dialect.
    dialect_runner_up: Option<Redacted>,
    /// The dialect was chosen with little to go by.
    dialect_assumed: bool,
    /// Lines that were understood.
    lines_understood: u64,
    /// Lines that were not.
    lines_unknown: u64,
    /// It is no SMTP log, or was left out.
    skipped: bool,
    /// Connections in it.
    sessions: u64,
    /// Attempts in it.
    transactions: u64,
    /// Of these, mails that went out to all.
    sent: u64,
    /// Of these, mails that did not go out.
    failed: u64,
    /// The first time in it (RFC 3339).
    first_time: Option<String>,
    /// The last time in it.
    last_time: Option<String>,
    /// Why it could not be read.
    error: Option<Redacted>,
    /// Something to know about it.
    note: Option<Redacted>,
    /// Whose log it is.
    customer: Option<Redacted>,
    /// Whether mail goes out now (`mtmlog analyze --help`).
    state: &'static str,
    /// Of the attempts, mails that went out to some.
    partial: u64,
}

"finding" FindingRow {
    /// The rule or the cause (`mtmlog list rules`, `mtmlog list causes`).
    finding: &'static str,
    /// The cause, where it is about one.
    cause: Option<&'static str>,
    /// `error`, `warning` or `note`.
    severity: &'static str,
    /// What is wrong, in one line.
    title: Redacted,
    /// Attempts that it is about.
    count: u64,
    /// Logs that it is about.
    files: u64,
    /// When it was first seen (RFC 3339).
    first_time: Option<String>,
    /// When it was last seen.
    last_time: Option<String>,
    /// Who has to act: `technician`, `customer`, `provider`, `recipient`; empty for nobody.
    acts: Vec<&'static str>,
    /// The reason, in words.
    why: Redacted,
    /// What to do, in order.
    steps: Vec<Redacted>,
    /// Lines that prove it: log, line, attempt and text.
    evidence: Vec<EvidenceRow>,
    /// How sure it is: `certain`, `likely` or `guess`.
    confidence: &'static str,
    /// The steps of the support article that it stands in.
    article_step: Vec<String>,
    /// Whom it concerns.
    customer: Option<Redacted>,
    /// False where it has passed.
    standing: bool,
}

"customer" CustomerRow {
    /// The practice number or the folder of the logs.
    customer: Option<Redacted>,
    /// Its logs.
    files: u64,
    /// Of these, logs that could not be read.
    unreadable: u64,
    /// Whether its mail goes out now.
    state: &'static str,
    /// Since when (RFC 3339).
    since: Option<String>,
    /// The finding to act on.
    first_finding: Option<&'static str>,
    /// Its severity.
    severity: Option<&'static str>,
    /// What is wrong, in one line.
    title: Option<Redacted>,
    /// Its cause.
    cause: Option<&'static str>,
    /// The mail provider.
    provider: Option<Redacted>,
    /// All attempts.
    attempts: u64,
    /// Of these, mails that went out to all.
    sent: u64,
    /// Of these, mails that went out to some.
    partial: u64,
    /// Of these, mails that did not go out.
    failed: u64,
    /// When the last mail went out.
    last_sent: Option<String>,
    /// The newest time in its logs.
    last_time: Option<String>,
}
}

/// One of `recipients`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct RecipientRow {
    pub(super) address: Redacted,
    pub(super) accepted: Option<bool>,
    pub(super) reply_code: Option<u16>,
}

/// One of `common`
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct CommonRow {
    pub(super) cause: &'static str,
    pub(super) provider: Option<Redacted>,
    pub(super) customers: Vec<Redacted>,
    pub(super) since: Option<String>,
}

/// One of `evidence`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct EvidenceRow {
    pub(super) file: Redacted,
    pub(super) line: u64,
    pub(super) tx_id: String,
    pub(super) text: Redacted,
}

/// `totals`
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct TotalsRow {
    pub(super) files: u64,
    pub(super) skipped: u64,
    pub(super) unreadable: u64,
    pub(super) stopped: u64,
    pub(super) lines: u64,
    pub(super) lines_understood: u64,
    pub(super) lines_unknown: u64,
    pub(super) sessions: u64,
    pub(super) transactions: u64,
    pub(super) sent: u64,
    pub(super) partial: u64,
    pub(super) failed: u64,
    pub(super) incomplete: u64,
    pub(super) tested: u64,
    pub(super) first_time: Option<String>,
    pub(super) last_time: Option<String>,
    pub(super) last_sent: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) facts: Option<String>,
}

/// The program that wrote the report.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Tool {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
}

/// This program.
pub(super) const TOOL: Tool = Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };

/// A row with the constant columns behind it.
#[derive(Serialize)]
pub(super) struct Labelled<'a, R: Serialize> {
    #[serde(flatten)]
    pub(super) row: &'a R,
    #[serde(flatten, serialize_with = "pairs")]
    pub(super) labels: &'a [(String, String)],
}

fn pairs<S: Serializer>(labels: &&[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(labels.iter().map(|(key, value)| (key, value)))
}

/// Whether a row has a field of this name already, so that no label can hide it.
pub fn is_field(name: &str) -> bool {
    let mut fields = RECORDS.iter().flat_map(|(_, fields)| fields.iter());
    ["schema", "record"].contains(&name) || fields.any(|(field, _)| *field == name)
}
