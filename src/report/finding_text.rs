//! The answer: what is wrong, how sure, the proof, who acts and what to do next, in the first five lines.

use crate::{
    rule::{Finding, Severity},
    session::Tally,
};

use super::{
    Totals,
    row::{EvidenceRow, FindingRow},
    text::{Ink, Page, counted, number, path_end},
    time::plain,
};

/// Columns of a file's name where a proof must be short.
const FILE: usize = 40;
/// Proofs shown of one finding; the rows have all.
const PROOFS: usize = 3;

/// The verdict and every finding, in rank order.
pub(super) fn write(page: &mut Page, findings: &[(&Finding, FindingRow)], totals: &Totals) {
    if let Some(sentence) = partial(totals) {
        page.field("PARTIAL", Some(Ink::Yellow), &sentence, usize::MAX);
        page.blank();
    }
    if let Some(sentence) = verdict(findings.iter().map(|(finding, _)| *finding), totals) {
        let ink = if goes_out(totals) { Ink::Green } else { Ink::Bold };
        page.line(Some(ink), &sentence);
        if !findings.is_empty() {
            page.blank();
        }
    }
    for (i, (finding, row)) in findings.iter().enumerate() {
        if i > 0 {
            page.blank();
        }
        block(page, finding, row);
    }
}

/// One sentence where no finding asks anybody to act.
pub(super) fn verdict<'f>(findings: impl IntoIterator<Item = &'f Finding>, totals: &Totals) -> Option<String> {
    let worst = findings.into_iter().map(|finding| finding.severity).max();
    worst.is_none_or(|worst| worst == Severity::Note && goes_out(totals)).then(|| no_trouble(totals))
}

fn goes_out(totals: &Totals) -> bool {
    totals.tally.sent > 0 && totals.tally.failed + totals.tally.partial == 0
}

/// What to say where no rule found anything worth acting on.
fn no_trouble(totals: &Totals) -> String {
    let tally = &totals.tally;
    let mails = tally.sent + tally.partial + tally.failed;
    let read = totals.files.saturating_sub(totals.skipped + totals.unreadable);
    if totals.files == 0 || read == 0 && totals.unreadable == 0 {
        return "No log was found: there is nothing to judge.".to_owned();
    }
    if read == 0 {
        return "No log could be read.".to_owned();
    }
    if tally.lines == 0 {
        return "The log is empty: the program has written nothing yet.".to_owned();
    }
    if tally.understood == 0 {
        return "No line was recognised as SMTP: this does not look like a mail log that mtmlog knows.".to_owned();
    }
    if mails == 0 {
        return nothing_decided(tally);
    }
    if tally.failed + tally.partial > 0 {
        let bad = tally.failed + tally.partial;
        return format!(
            "{} of {} did not go out as meant, and no rule explains why: see the replies below.",
            number(bad),
            counted(mails, "message")
        );
    }
    let last = tally.last_sent.as_ref().map_or(String::new(), |last| {
        format!(", the last {} {}", if last.date.is_some() { "on" } else { "at" }, plain(last))
    });
    format!("Mail is going out: {} of {} sent{last}.", number(tally.sent), counted(mails, "message"))
}

fn nothing_decided(tally: &Tally) -> String {
    match (tally.tested, tally.incomplete) {
        (0, 0) => "The log holds no attempt to send a message.".to_owned(),
        (tests, 0) => format!("No message was sent: the log holds only {} of the connection.", counted(tests, "test")),
        (_, undecided) => {
            format!("Nothing is decided: the log ends before the answer to {}.", counted(undecided, "attempt"))
        }
    }
}

/// That the report is about a part of what was asked, where it is.
fn partial(totals: &Totals) -> Option<String> {
    let part = format!(
        "You stopped it: {} of {} not read to the end, and only what was read is in this report.",
        number(totals.stopped),
        counted(totals.files, "file")
    );
    (totals.stopped > 0).then_some(part)
}

/// Every attempt in one sum, and whether it is all.
pub(super) fn sums(totals: &Totals) -> String {
    let tally = &totals.tally;
    let [all, sent, partly, failed, undecided, tests] =
        [tally.transactions, tally.sent, tally.partial, tally.failed, tally.incomplete, tally.tested].map(number);
    let mut sum = format!(
        "attempts {all} = sent {sent} + partly sent {partly} + failed {failed} + undecided {undecided} + tests {tests}"
    );
    if let Some(part) = partial(totals) {
        sum.push_str(". PARTIAL: ");
        sum.push_str(part.trim_end_matches('.'));
    }
    sum
}

/// One finding.
pub(super) fn block(page: &mut Page, finding: &Finding, row: &FindingRow) {
    let title = row.title.as_str().trim_end_matches('.');
    let share = match (row.count, finding.of) {
        (0, _) => ".".to_owned(),
        (count, of) if of >= count => format!(": {} of {}.", number(count), counted(of, "attempt")),
        (count, _) => format!(": {}.", counted(count, "time")),
    };
    let (word, ink) = severity(finding.severity);
    let title = format!("{title}{share}");
    page.field(word, Some(ink), &title, usize::MAX);
    page.field("", None, &sure_and_who(row), usize::MAX);
    let mut proofs = row.evidence.iter();
    let told = |proof: &EvidenceRow| format!("{}:{}  {}", proof.file, proof.line, proof.text);
    if let Some(proof) = proofs.next() {
        // The next step belongs to the first five lines.
        if page.fits(&title) {
            page.field("Proof", Some(Ink::Bold), &told(proof), 2);
        } else {
            let file = path_end(proof.file.as_str(), FILE);
            page.field("Proof", Some(Ink::Bold), &format!("{file}:{}  {}", proof.line, proof.text), 1);
        }
    }
    for (i, step) in row.steps.iter().enumerate() {
        let label = if i == 0 { "Next" } else { "" };
        page.field(label, Some(Ink::Bold), &format!("{}. {step}", i + 1), usize::MAX);
    }
    if !row.why.is_empty() {
        page.field("Why", Some(Ink::Bold), row.why.as_str(), usize::MAX);
    }
    if let Some(when) = when(finding) {
        page.field("When", Some(Ink::Bold), &when, usize::MAX);
    }
    for (i, proof) in proofs.take(PROOFS - 1).enumerate() {
        page.field(if i == 0 { "Also" } else { "" }, Some(Ink::Bold), &told(proof), 2);
    }
    if !row.article_step.is_empty() {
        page.field("Article", Some(Ink::Bold), &format!("step {}", row.article_step.join(", ")), usize::MAX);
    }
}

fn severity(severity: Severity) -> (&'static str, Ink) {
    match severity {
        Severity::Error => ("ERROR", Ink::Red),
        Severity::Warning => ("WARNING", Ink::Yellow),
        Severity::Note => ("NOTE", Ink::Bold),
    }
}

fn sure_and_who(row: &FindingRow) -> String {
    match row.acts.as_slice() {
        [] => format!("How sure: {}. Nobody has to act.", row.confidence),
        acts => format!("How sure: {}. Who acts: {}.", row.confidence, acts.join(", ")),
    }
}

fn when(finding: &Finding) -> Option<String> {
    let files = if finding.files > 1 { format!(", in {}", counted(finding.files, "file")) } else { String::new() };
    match (&finding.first_time, &finding.last_time) {
        (Some(first), Some(last)) if first != last => {
            Some(format!("since {} until {}{files}", plain(first), plain(last)))
        }
        (Some(one), _) | (None, Some(one)) => Some(format!("{}{files}", plain(one))),
        (None, None) => None,
    }
}
