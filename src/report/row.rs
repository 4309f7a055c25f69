//! The rows of the contract (section 4), the same in every format. The order of the fields here is the order in the
//! outputs; fields are only ever added. A field stands here and nowhere else: the columns of CSV and `mtmlog list fields` are
//! these.

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::redact::Redacted;

/// A row whose fields have names and words about them.
pub(super) trait Row: Default + Serialize {
    /// Name and meaning of each field, in order.
    const FIELDS: &'static [(&'static str, &'static str)];

    /// The text of each field, in the same order; empty where nothing is known.
    fn cells(&self) -> Vec<String>;
}

/// The text of a field in a cell; of a list the addresses or texts.
fn cell(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        Value::Array(items) => items.into_iter().map(cell).collect::<Vec<_>>().join(";"),
        Value::Object(mut item) => {
            ["address", "text"].iter().find_map(|name| item.remove(*name)).map(cell).unwrap_or_default()
        }
        other => other.to_string(),
    }
}

/// A row as a struct, with what its fields mean.
macro_rules! rows {
    ($($record:literal $name:ident { $($field:ident: $kind:ty = $about:literal,)* })*) => {
        $(
            #[derive(Clone, Debug, Default, PartialEq, Serialize)]
            pub(super) struct $name {
                $(#[doc = $about] pub(super) $field: $kind,)*
            }

            impl Row for $name {
                const FIELDS: &'static [(&'static str, &'static str)] = &[$((stringify!($field), $about)),*];

                fn cells(&self) -> Vec<String> {
                    [$(serde_json::to_value(&self.$field)),*].into_iter().map(|value| value.map(cell).unwrap_or_default()).collect()
                }
            }
        )*

        /// Every row, with the word of its record.
        pub(super) const RECORDS: &[(&str, &[(&str, &str)])] = &[$(($record, $name::FIELDS)),*];
    };
}

rows! {
"transaction" TransactionRow {
    file: Redacted = "The log.",
    tx_id: String = "Sixteen hexadecimal digits, the same whenever this log is read.",
    session: u64 = "Number of the connection in the log, from 1.",
    index: u64 = "Number of the attempt in the log, from 1.",
    line_first: u64 = "Its first line, from 1.",
    line_last: u64 = "Its last line.",
    byte_first: u64 = "Where its first line begins in the log, in bytes.",
    started_at: Option<String> = "When it began (RFC 3339); the offset only where the log tells it.",
    ended_at: Option<String> = "When it ended.",
    dialect: Redacted = "The dialect that it was read by.",
    server_host: Option<Redacted> = "The mail server.",
    server_port: Option<u16> = "Its port.",
    tls: Option<&'static str> = "`none`, `starttls` or `implicit`; empty where the log does not tell.",
    auth_mechanism: Option<&'static str> = "How the program signed in, such as `LOGIN`.",
    auth_user_shape: Option<Redacted> = "The user name without its letters, such as `x***@domain`.",
    mail_from: Option<Redacted> = "The sender.",
    recipients: Vec<RecipientRow> = "Every recipient that the log names for this mail: address, whether it was accepted, and the code of the reply.",
    rcpt_total: usize = "How many recipients.",
    rcpt_accepted: usize = "How many were accepted.",
    message_bytes: Option<u64> = "Size of the mail in bytes.",
    has_attachment: Option<bool> = "An attachment was sent along.",
    outcome: &'static str = "`sent`, `partial`, `rejected`, `deferred`, `failed`, `incomplete` or `tested`.",
    stage: &'static str = "How far it got: `connect`, `greeting`, `tls`, `ehlo`, `auth`, `mail`, `rcpt`, `data` or `done`.",
    reply_code: Option<u16> = "Code of the reply that decided.",
    enhanced_code: Option<String> = "Its enhanced status code (RFC 3463).",
    reply_text: Option<Redacted> = "Its words.",
    reply_template: Option<Redacted> = "Its words with `<n>`, `<addr>` and `<id>` for what differs from mail to mail.",
    cause: &'static str = "Why it did not go out (`mtmlog list causes`); `none` where it did.",
    confidence: &'static str = "How sure the cause is: `certain`, `likely` or `guess`.",
    customer: Option<Redacted> = "Whose log it is.",
}

"file" FileRow {
    file: Redacted = "The log.",
    bytes: u64 = "Its size.",
    lines: u64 = "Its lines.",
    encoding: &'static str = "Its encoding.",
    dialect: Option<Redacted> = "The dialect that it was read by; null where it is no SMTP log.",
    dialect_score: f64 = "Share of the lines that the dialect explains, 0 to 1.",
    dialect_runner_up: Option<Redacted> = "The next best dialect.",
    dialect_assumed: bool = "The dialect was chosen with little to go by.",
    lines_understood: u64 = "Lines that were understood.",
    lines_unknown: u64 = "Lines that were not.",
    skipped: bool = "It is no SMTP log, or was left out.",
    sessions: u64 = "Connections in it.",
    transactions: u64 = "Attempts in it.",
    sent: u64 = "Of these, mails that went out to all.",
    failed: u64 = "Of these, mails that did not go out.",
    first_time: Option<String> = "The first time in it (RFC 3339).",
    last_time: Option<String> = "The last time in it.",
    error: Option<Redacted> = "Why it could not be read.",
    note: Option<Redacted> = "Something to know about it.",
    customer: Option<Redacted> = "Whose log it is.",
    state: &'static str = "Whether mail goes out now (`mtmlog analyze --help`).",
    partial: u64 = "Of the attempts, mails that went out to some.",
}

"finding" FindingRow {
    finding: &'static str = "The rule or the cause (`mtmlog list rules`, `mtmlog list causes`).",
    cause: Option<&'static str> = "The cause, where it is about one.",
    severity: &'static str = "`error`, `warning` or `note`.",
    title: Redacted = "What is wrong, in one line.",
    count: u64 = "Attempts that it is about.",
    files: u64 = "Logs that it is about.",
    first_time: Option<String> = "When it was first seen (RFC 3339).",
    last_time: Option<String> = "When it was last seen.",
    acts: Vec<&'static str> = "Who has to act: `technician`, `customer`, `provider`, `recipient`; empty for nobody.",
    why: Redacted = "The reason, in words.",
    steps: Vec<Redacted> = "What to do, in order.",
    evidence: Vec<EvidenceRow> = "Lines that prove it: log, line, attempt and text.",
    confidence: &'static str = "How sure it is: `certain`, `likely` or `guess`.",
    article_step: Vec<String> = "The steps of the support article that it stands in.",
    customer: Option<Redacted> = "Whom it concerns.",
    standing: bool = "False where it has passed.",
}

"customer" CustomerRow {
    customer: Option<Redacted> = "The practice number or the folder of the logs.",
    files: u64 = "Its logs.",
    unreadable: u64 = "Of these, logs that could not be read.",
    state: &'static str = "Whether its mail goes out now.",
    since: Option<String> = "Since when (RFC 3339).",
    first_finding: Option<&'static str> = "The finding to act on.",
    severity: Option<&'static str> = "Its severity.",
    title: Option<Redacted> = "What is wrong, in one line.",
    cause: Option<&'static str> = "Its cause.",
    provider: Option<Redacted> = "The mail provider.",
    attempts: u64 = "All attempts.",
    sent: u64 = "Of these, mails that went out to all.",
    partial: u64 = "Of these, mails that went out to some.",
    failed: u64 = "Of these, mails that did not go out.",
    last_sent: Option<String> = "When the last mail went out.",
    last_time: Option<String> = "The newest time in its logs.",
}
}

/// An element of the field `recipients`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct RecipientRow {
    pub(super) address: Redacted,
    pub(super) accepted: Option<bool>,
    pub(super) reply_code: Option<u16>,
}

/// An element of `common` in JSON: a cause that several customers have.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct CommonRow {
    pub(super) cause: &'static str,
    pub(super) provider: Option<Redacted>,
    pub(super) customers: Vec<Redacted>,
    pub(super) since: Option<String>,
}

/// An element of the field `evidence`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct EvidenceRow {
    pub(super) file: Redacted,
    pub(super) line: u64,
    pub(super) tx_id: String,
    pub(super) text: Redacted,
}

/// The object `totals` in JSON: sums over all files.
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

/// A row has a field of this name already, so that no label can hide it.
pub(crate) fn is_field(name: &str) -> bool {
    let mut fields = RECORDS.iter().flat_map(|(_, fields)| fields.iter());
    ["schema", "record"].contains(&name) || fields.any(|(field, _)| *field == name)
}
