//! The rows of the contract (section 4), the same in every format. The order of the fields here is the order in the
//! outputs; fields are only ever added.

use serde::{Serialize, Serializer};

use crate::redact::Redacted;

/// `record: transaction`
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct TransactionRow {
    pub(super) file: Redacted,
    pub(super) tx_id: String,
    pub(super) session: u64,
    pub(super) index: u64,
    pub(super) line_first: u64,
    pub(super) line_last: u64,
    pub(super) byte_first: u64,
    pub(super) started_at: Option<String>,
    pub(super) ended_at: Option<String>,
    pub(super) dialect: Redacted,
    pub(super) server_host: Option<Redacted>,
    pub(super) server_port: Option<u16>,
    pub(super) tls: Option<&'static str>,
    pub(super) auth_mechanism: Option<&'static str>,
    pub(super) auth_user_shape: Option<Redacted>,
    pub(super) mail_from: Option<Redacted>,
    pub(super) recipients: Vec<RecipientRow>,
    pub(super) rcpt_total: usize,
    pub(super) rcpt_accepted: usize,
    pub(super) message_bytes: Option<u64>,
    pub(super) has_attachment: Option<bool>,
    pub(super) outcome: &'static str,
    pub(super) stage: &'static str,
    pub(super) reply_code: Option<u16>,
    pub(super) enhanced_code: Option<String>,
    pub(super) reply_text: Option<Redacted>,
    pub(super) reply_template: Option<Redacted>,
    pub(super) cause: &'static str,
    pub(super) confidence: &'static str,
    pub(super) customer: Option<Redacted>,
}

/// One of `recipients`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct RecipientRow {
    pub(super) address: Redacted,
    pub(super) accepted: Option<bool>,
    pub(super) reply_code: Option<u16>,
}

/// `record: file`
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct FileRow {
    pub(super) file: Redacted,
    pub(super) bytes: u64,
    pub(super) lines: u64,
    pub(super) encoding: &'static str,
    pub(super) dialect: Option<Redacted>,
    pub(super) dialect_score: f64,
    pub(super) dialect_runner_up: Option<Redacted>,
    pub(super) dialect_assumed: bool,
    pub(super) lines_understood: u64,
    pub(super) lines_unknown: u64,
    pub(super) skipped: bool,
    pub(super) sessions: u64,
    pub(super) transactions: u64,
    pub(super) sent: u64,
    pub(super) failed: u64,
    pub(super) first_time: Option<String>,
    pub(super) last_time: Option<String>,
    pub(super) error: Option<Redacted>,
    pub(super) note: Option<Redacted>,
    pub(super) customer: Option<Redacted>,
    pub(super) state: &'static str,
    pub(super) partial: u64,
}

/// `record: finding`
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct FindingRow {
    pub(super) finding: &'static str,
    pub(super) cause: Option<&'static str>,
    pub(super) severity: &'static str,
    pub(super) title: Redacted,
    pub(super) count: u64,
    pub(super) files: u64,
    pub(super) first_time: Option<String>,
    pub(super) last_time: Option<String>,
    pub(super) acts: Vec<&'static str>,
    pub(super) why: Redacted,
    pub(super) steps: Vec<Redacted>,
    pub(super) evidence: Vec<EvidenceRow>,
    pub(super) confidence: &'static str,
    pub(super) article_step: Vec<String>,
    pub(super) customer: Option<Redacted>,
    pub(super) standing: bool,
}

/// `record: customer`
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct CustomerRow {
    pub(super) customer: Option<Redacted>,
    pub(super) files: u64,
    pub(super) unreadable: u64,
    pub(super) state: &'static str,
    pub(super) since: Option<String>,
    pub(super) first_finding: Option<&'static str>,
    pub(super) severity: Option<&'static str>,
    pub(super) title: Option<Redacted>,
    pub(super) cause: Option<&'static str>,
    pub(super) provider: Option<Redacted>,
    pub(super) attempts: u64,
    pub(super) sent: u64,
    pub(super) partial: u64,
    pub(super) failed: u64,
    pub(super) last_sent: Option<String>,
    pub(super) last_time: Option<String>,
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
    let rows = [
        serde_json::to_value(TransactionRow::default()),
        serde_json::to_value(FileRow::default()),
        serde_json::to_value(FindingRow::default()),
        serde_json::to_value(CustomerRow::default()),
    ];
    ["schema", "record"].contains(&name) || rows.iter().flatten().any(|row| row.get(name).is_some())
}
