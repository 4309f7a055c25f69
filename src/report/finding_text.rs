//! The answer: does mail go out, what is wrong, how sure, the proof, who acts and what to do next, in the first lines.

use crate::{
    rule::{Finding, Severity},
    session::Tally,
};

use super::{
    Judged, Totals,
    row::{EvidenceRow, FindingRow},
    state_text,
    text::{Ink, Page, counted, number, path_end},
};

/// Columns of a file's name where a proof must be short.
const MAX_FILE_COLUMNS: usize = 60;
/// Lines of a proof's words, unless everything is wanted.
const MAX_PROOF_LINES: usize = 4;
/// Steps that are read before the first is tried, unless everything is wanted.
pub(super) const MAX_STEPS: usize = 5;
/// Findings beside the first that are named, unless everything is wanted.
const MAX_BRIEF: usize = 4;

/// The state and the findings in rank order: the first that stands with so many of its steps, the others in short. All
/// of them in full where `steps` is `usize::MAX`.
pub(super) fn write(
    page: &mut Page,
    findings: &[(&Finding, FindingRow)],
    judged: &Judged,
    totals: &Totals,
    steps: usize,
) {
    let full = steps == usize::MAX;
    if let Some(sentence) = partial(totals) {
        page.field("PARTIAL", Some(Ink::Yellow), &sentence);
        page.blank();
    }
    let condition = judged.condition();
    let newest =
        state_text::newest(&condition, Some(judged.now)).map_or_else(String::new, |newest| format!(" {newest}"));
    let sentence = state_text::sentence(judged, totals);
    page.line(Some(state_text::ink(condition.state)), &format!("{sentence}{newest}"));
    let mut brief: u64 = 0;
    for (n, (finding, row)) in findings.iter().enumerate() {
        if full || n == 0 && finding.standing {
            page.blank();
            block(page, finding, row, steps);
            continue;
        }
        if brief == 0 {
            page.blank();
        }
        brief += 1;
        if brief <= MAX_BRIEF as u64 {
            short(page, finding, row);
        }
    }
    if brief > 0 {
        let more = brief.saturating_sub(MAX_BRIEF as u64);
        let more = if more > 0 { format!("{} more. ", counted(more, "finding")) } else { String::new() };
        page.line(None, &format!("{more}All steps and proofs: --full"));
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

/// The number of attempts as a sum of how they ended: `= sent 44 + partly sent 0 + failed 15 + undecided 0 + tests 0`.
/// A report is known by these words (`written`).
pub(super) fn addends(tally: &Tally) -> String {
    let [sent, partly, failed, undecided, tests] =
        [tally.sent, tally.partial, tally.failed, tally.incomplete, tally.tested].map(number);
    format!("= sent {sent} + partly sent {partly} + failed {failed} + undecided {undecided} + tests {tests}")
}

/// Every attempt in one sum, and whether it is all.
pub(super) fn sums(totals: &Totals) -> String {
    let mut sum = format!("attempts {} {}", number(totals.tally.transactions), addends(&totals.tally));
    if let Some(facts) = &totals.facts {
        sum.push_str(". ");
        sum.push_str(facts);
    }
    if let Some(part) = partial(totals) {
        sum.push_str(". PARTIAL: ");
        sum.push_str(part.trim_end_matches('.'));
    }
    sum
}

/// The finding and how often it was seen, in one sentence; until when it stood, where it has passed.
pub(super) fn title(finding: &Finding, row: &FindingRow) -> String {
    let share = match often(finding, row.count) {
        None => String::new(),
        Some(often) if finding.cause.is_none() => format!(" ({often})"),
        Some(often) => format!(": {often}"),
    };
    format!("{}{}{share}.", until(finding), row.title.as_str().trim_end_matches('.'))
}

/// `12 of 30 attempts`; none where it is not counted.
pub(super) fn often(finding: &Finding, count: u64) -> Option<String> {
    match (count, finding.of) {
        (0, _) => None,
        // Of attempts that went out there is no share that failed.
        (count, _) if finding.cause.is_none() => Some(counted(count, "attempt")),
        (count, of) if of >= count => Some(format!("{} of {}", number(count), counted(of, "attempt"))),
        (count, _) => Some(counted(count, "time")),
    }
}

/// `was, until 2026-11-23 08:53: ` before the title of what has passed.
pub(super) fn until(finding: &Finding) -> String {
    let passed = finding.last_time.as_ref().filter(|_| !finding.standing);
    passed.map_or_else(String::new, |last| format!("was, until {}: ", last.minute()))
}

/// One finding with so many of its steps; `usize::MAX`: with every proof and its words whole, too.
pub(super) fn block(page: &mut Page, finding: &Finding, row: &FindingRow, steps: usize) {
    let full = steps == usize::MAX;
    let (word, ink) = severity(finding.severity);
    page.field(word, Some(ink), &title(finding, row));
    page.field("", None, &sure_and_who(row.confidence, &row.acts));
    let most = if full { usize::MAX } else { MAX_PROOF_LINES };
    let mut proofs = row.evidence.iter();
    if let Some(first) = proofs.next() {
        proof(page, "Proof", first, most);
    }
    page.numbered("Next", row.steps.iter().take(steps));
    let more = row.steps.len().saturating_sub(steps) as u64;
    if more > 0 {
        page.field("", None, &format!("{}: --full", counted(more, "more step")));
    }
    if !row.why.is_empty() {
        page.field("Why", Some(Ink::Bold), row.why.as_str());
    }
    if let Some(when) = when(finding) {
        page.field("When", Some(Ink::Bold), &when);
    }
    if full {
        proofs.enumerate().for_each(|(i, also)| proof(page, if i == 0 { "Also" } else { "" }, also, most));
    }
    if !row.article_step.is_empty() {
        page.field("Article", Some(Ink::Bold), &format!("step {}", row.article_step.join(", ")));
    }
}

/// A finding that is not the one to act on: what, how often, and the first step of what still stands.
fn short(page: &mut Page, finding: &Finding, row: &FindingRow) {
    let (word, ink) = severity(finding.severity);
    page.field(word, Some(ink), &title(finding, row));
    if let Some(step) = row.steps.first().filter(|_| finding.standing) {
        page.cut_field("", None, step.as_str(), 2);
    }
}

/// Where it stands, and its words whole on lines of their own.
fn proof(page: &mut Page, label: &str, proof: &EvidenceRow, most: usize) {
    let place = format!("{}:{}", path_end(proof.file.as_str(), MAX_FILE_COLUMNS), proof.line);
    let line = format!("{place}  {}", proof.text);
    if page.fits(&line) {
        page.field(label, Some(Ink::Bold), &line);
    } else {
        page.field(label, Some(Ink::Bold), &place);
        page.cut_field("", None, proof.text.as_str(), most);
    }
}

/// The word and the colour for it.
pub(super) fn severity(severity: Severity) -> (&'static str, Ink) {
    match severity {
        Severity::Error => ("ERROR", Ink::Red),
        Severity::Warning => ("WARNING", Ink::Yellow),
        Severity::Note => ("NOTE", Ink::Bold),
    }
}

/// A finding's certainty, and who acts.
pub(super) fn sure_and_who(confidence: &str, acts: &[&str]) -> String {
    match acts {
        [] => format!("How sure: {confidence}. Nobody has to act."),
        acts => format!("How sure: {confidence}. Who acts: {}.", acts.join(", ")),
    }
}

fn when(finding: &Finding) -> Option<String> {
    let files = if finding.files > 1 { format!(", in {}", counted(finding.files, "file")) } else { String::new() };
    let (first, last) = (finding.first_time.as_ref()?, finding.last_time.as_ref()?);
    let (first, last) = (first.minute(), last.minute());
    Some(if first == last { format!("{first}{files}") } else { format!("{first} to {last}{files}") })
}
