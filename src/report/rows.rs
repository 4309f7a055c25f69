//! From the inner types to rows, through the gate.

use crate::{
    redact::{Level, Redacted, Redactor},
    rule::{Finding, State},
    scan::FileFacts,
    session::{Confidence, Recipient, Transaction},
};

use super::{
    Common, Customer, Totals,
    row::{CommonRow, CustomerRow, EvidenceRow, FileRow, FindingRow, RecipientRow, TotalsRow, TransactionRow},
    time::rfc3339,
};

/// Makes the rows of one report. Keeps the names of the files, which evidence counts from 0.
pub struct Rows {
    redactor: Redactor,
    files: Vec<Redacted>,
    /// Of the transactions that come now.
    customer: Option<Redacted>,
}

impl Rows {
    pub(super) fn new(level: Level) -> Self {
        Rows::through(Redactor::new(level))
    }

    /// Through a gate that has seen some of it before, so that its stand-ins stay the same.
    pub(super) fn through(redactor: Redactor) -> Self {
        Rows { redactor, files: Vec::new(), customer: None }
    }

    /// The gate, with all that it has seen.
    pub(super) fn into_gate(self) -> Redactor {
        self.redactor
    }

    /// The transactions that follow, and their file, are of this customer.
    pub(super) fn begin(&mut self, customer: Option<&str>) {
        self.customer = customer.map(|name| self.redactor.folder(name));
    }

    /// The gate, for words that are in no row.
    pub(super) fn gate(&mut self) -> &mut Redactor {
        &mut self.redactor
    }

    /// Evidence counts the files that follow from 0 again.
    pub(super) fn forget_files(&mut self) {
        self.files.clear();
    }

    pub(super) fn transaction(&mut self, file: &str, tx_id: u64, dialect: &str, tx: &Transaction) -> TransactionRow {
        let gate = &mut self.redactor;
        // The PC, the sender and the recipients first: their stand-ins are then known when a reply names them.
        let connection = &tx.connection;
        if let Some(name) = connection.client_name.as_ref().filter(|name| connection.host.as_ref() != Some(name)) {
            gate.client_name(name);
        }
        let said = [tx.reply.as_ref().map(|reply| &reply.text), tx.error.as_ref().map(|error| &error.text)];
        let mail_from = tx.mail_from.as_ref().map(|from| gate.sender_beside(from, said));
        let recipient = |to: &Recipient| RecipientRow {
            address: gate.address(&to.address),
            accepted: to.accepted,
            reply_code: to.reply_code.map(|code| code.0),
        };
        let recipients: Vec<_> = tx.recipients.iter().map(recipient).collect();
        let server_host = tx.connection.host.as_ref().map(|host| gate.host(host));
        let reply = tx.reply.as_ref();
        let reply_text = reply.map(|reply| gate.reply(reply.code, &reply.text));
        TransactionRow {
            file: gate.file_name(file),
            tx_id: hex(tx_id),
            session: tx.session,
            index: tx.index,
            line_first: tx.line_first,
            line_last: tx.line_last,
            byte_first: tx.byte_first,
            started_at: rfc3339(tx.started_at.as_ref()),
            ended_at: rfc3339(tx.ended_at.as_ref()),
            dialect: gate.note(dialect),
            server_host,
            server_port: tx.connection.port,
            tls: tx.tls.map(|tls| tls.name()),
            auth_mechanism: tx.sign_in.mechanism.map(|mechanism| mechanism.name()),
            auth_user_shape: tx.sign_in.user_shape.as_ref().map(|shape| gate.user_shape(shape)),
            mail_from,
            rcpt_total: recipients.len(),
            rcpt_accepted: recipients.iter().filter(|to| to.accepted == Some(true)).count(),
            recipients,
            message_bytes: tx.message_bytes,
            has_attachment: tx.has_attachment,
            outcome: tx.outcome.name(),
            stage: tx.stage.name(),
            reply_code: reply.map(|reply| reply.code.0),
            enhanced_code: reply.and_then(|reply| reply.enhanced).map(|code| code.to_string()),
            reply_template: reply.zip(reply_text.as_ref()).map(|(reply, shown)| gate.template(&reply.text, shown)),
            reply_text,
            cause: tx.cause.map_or("none", |cause| cause.code()),
            confidence: tx.confidence.unwrap_or(Confidence::Guess).name(),
            customer: self.customer.clone(),
        }
    }

    /// The error in the mail program's own words. No field of a row holds it, but people look for it in a report.
    pub(super) fn client_error(&mut self, tx: &Transaction) -> Option<Redacted> {
        tx.error.as_ref().map(|error| self.redactor.text(&error.text))
    }

    pub(super) fn file(&mut self, facts: &FileFacts, state: State) -> FileRow {
        let gate = &mut self.redactor;
        let file = gate.file_name(&facts.file);
        self.files.push(file.clone());
        FileRow {
            file,
            bytes: facts.bytes,
            lines: facts.tally.lines,
            encoding: facts.encoding,
            dialect: facts.dialect.as_deref().map(|name| gate.note(name)),
            dialect_score: facts.dialect_score,
            dialect_runner_up: facts.dialect_runner_up.as_deref().map(|name| gate.note(name)),
            dialect_assumed: facts.dialect_assumed,
            lines_understood: facts.tally.understood,
            lines_unknown: facts.tally.unknown,
            skipped: facts.skipped,
            sessions: facts.tally.sessions,
            transactions: facts.tally.transactions,
            sent: facts.tally.sent,
            failed: facts.tally.failed,
            first_time: rfc3339(facts.tally.first_time.as_ref()),
            last_time: rfc3339(facts.tally.last_time.as_ref()),
            error: facts.error.as_deref().map(|error| gate.note_about(error, &facts.file)),
            note: facts.note.as_deref().map(|note| gate.note_about(note, &facts.file)),
            customer: self.customer.clone(),
            state: state.name(),
            partial: facts.tally.partial,
        }
    }

    /// The shapes of lines that were not understood.
    pub(super) fn shapes(&mut self, facts: &FileFacts) -> Vec<(Redacted, u64)> {
        facts.unknown_shapes.iter().map(|(shape, count)| (self.redactor.note(shape), *count)).collect()
    }

    pub(super) fn customer(&mut self, customer: &Customer) -> CustomerRow {
        let gate = &mut self.redactor;
        let finding = customer.first();
        let condition = &customer.judgement.condition;
        CustomerRow {
            customer: customer.name.as_deref().map(|name| gate.folder(name)),
            files: customer.files,
            unreadable: customer.unreadable,
            state: condition.state.name(),
            since: rfc3339(condition.since.as_ref()),
            first_finding: finding.map(|finding| finding.finding),
            severity: finding.map(|finding| finding.severity.name()),
            title: finding.map(|finding| gate.words(&finding.title)),
            cause: finding.and_then(|finding| finding.cause).map(|cause| cause.code()),
            provider: customer.provider.as_deref().map(|name| gate.note(name)),
            attempts: condition.counts.transactions,
            sent: condition.counts.sent,
            partial: condition.counts.partial,
            failed: condition.counts.failed,
            last_sent: rfc3339(condition.last_sent.as_ref()),
            last_time: rfc3339(condition.newest.as_ref()),
        }
    }

    pub(super) fn common(&mut self, common: &Common) -> CommonRow {
        let gate = &mut self.redactor;
        CommonRow {
            cause: common.cause.code(),
            provider: common.provider.as_deref().map(|name| gate.note(name)),
            customers: common.customers.iter().map(|name| gate.folder(name)).collect(),
            since: rfc3339(common.since.as_ref()),
        }
    }

    pub(super) fn finding(&mut self, finding: &Finding) -> FindingRow {
        let gate = &mut self.redactor;
        let evidence = finding.evidence.iter().map(|proof| EvidenceRow {
            file: self.files.get(proof.file).cloned().unwrap_or_default(),
            line: proof.line,
            tx_id: hex(proof.tx_id),
            text: gate.text(&proof.text),
        });
        FindingRow {
            finding: finding.finding,
            cause: finding.cause.map(|cause| cause.code()),
            severity: finding.severity.name(),
            count: finding.count,
            files: finding.files,
            first_time: rfc3339(finding.first_time.as_ref()),
            last_time: rfc3339(finding.last_time.as_ref()),
            acts: finding.acts.iter().map(|actor| actor.name()).collect(),
            evidence: evidence.collect(),
            title: gate.words(&finding.title),
            why: gate.words(&finding.why),
            steps: finding.steps.iter().map(|step| gate.words(step)).collect(),
            confidence: finding.confidence.name(),
            article_step: finding.article_step.clone(),
            customer: finding.customer.as_deref().map(|name| gate.folder(name)),
            standing: finding.standing,
        }
    }
}

/// The sums need no gate: they are numbers.
pub(super) fn totals(totals: &Totals) -> TotalsRow {
    let tally = &totals.tally;
    TotalsRow {
        files: totals.files,
        skipped: totals.skipped,
        unreadable: totals.unreadable,
        stopped: totals.stopped,
        lines: tally.lines,
        lines_understood: tally.understood,
        lines_unknown: tally.unknown,
        sessions: tally.sessions,
        transactions: tally.transactions,
        sent: tally.sent,
        partial: tally.partial,
        failed: tally.failed,
        incomplete: tally.incomplete,
        tested: tally.tested,
        first_time: rfc3339(tally.first_time.as_ref()),
        last_time: rfc3339(tally.last_time.as_ref()),
        last_sent: rfc3339(tally.last_sent.as_ref()),
        facts: totals.facts.clone(),
    }
}

fn hex(tx_id: u64) -> String {
    format!("{tx_id:016x}")
}
