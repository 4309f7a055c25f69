//! Two periods beside each other: the verdict first, then what differs (contract section 1, `compare`).

use std::io::{self, Write};

use chrono::NaiveDateTime;
use serde::Serialize;

use crate::{
    knowledge::Knowledge,
    redact::{Level, Redacted, Redactor},
    rule::{
        Change, Comparison, Difference, Finding, Period, Setting, Severity, Share, Speed, State, Value, Values,
        Verdict, advice,
    },
    scan::FileFacts,
    session::{Clue, Confidence},
};

use super::{
    Look, Sink, finding_text,
    row::{FileRow, FindingRow, TOOL, Tool},
    rows::Rows,
    text::{Ink, Page, counted, number},
    time::rfc3339,
};

const SCHEMA: &str = "mtmlog.compare/1";

/// The form of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComparisonFormat {
    /// For people.
    Text,
    /// One object.
    Json,
}

#[derive(Debug, Default)]
pub(crate) struct Side {
    /// The attempts of this side.
    pub period: Period,
    /// The logs it was read from, each with its state.
    pub files: Vec<(FileFacts, State)>,
    /// The findings of an analysis of it, the first to act on first.
    pub findings: Vec<Finding>,
    /// Where secrets stand in them.
    pub clues: Vec<Clue>,
}

/// A comparison to be written.
pub(crate) struct Compared<'a> {
    pub before: &'a Side,
    /// The side after.
    pub since: &'a Side,
    /// The moment between, where one log was divided.
    pub at: Option<NaiveDateTime>,
    /// The comparison of both.
    pub comparison: &'a Comparison<'a>,
    /// Cautions for the reader.
    pub notes: &'a [String],
    pub knowledge: &'a Knowledge,
}

impl Compared<'_> {
    /// Writes it.
    ///
    /// # Errors
    /// Where the sink cannot be written.
    pub(crate) fn write(
        &self,
        sink: &mut Sink<'_>,
        format: ComparisonFormat,
        level: Level,
        look: Look,
    ) -> io::Result<()> {
        let mut rows = Rows::new(level);
        [self.before, self.since].iter().for_each(|side| rows.gate().learn(&side.clues));
        match format {
            ComparisonFormat::Json => {
                let row = self.row(&mut rows);
                serde_json::to_writer_pretty(&mut *sink, &row)?;
                sink.write_all(b"\n")?;
            }
            ComparisonFormat::Text => sink.write_all(self.text(&mut rows, look).as_bytes())?,
        }
        sink.flush()
    }
}

#[derive(Serialize)]
struct Row<'a> {
    schema: &'static str,
    tool: Tool,
    verdict: &'static str,
    confidence: &'static str,
    summary: String,
    at: Option<String>,
    before: SideRow,
    since: SideRow,
    fixed: Vec<ChangeRow<'a>>,
    new: Vec<ChangeRow<'a>>,
    stayed: Vec<ChangeRow<'a>>,
    untried: Vec<ChangeRow<'a>>,
    settings: Vec<SettingRow>,
    pace: PaceRow,
    notes: Vec<Redacted>,
    findings: Vec<FindingRow>,
}

#[derive(Serialize)]
struct SideRow {
    files: Vec<FileRow>,
    attempts: u64,
    mails: u64,
    sent: u64,
    partial: u64,
    failed: u64,
    incomplete: u64,
    tested: u64,
    first_time: Option<String>,
    last_time: Option<String>,
}

#[derive(Serialize)]
struct ChangeRow<'a> {
    cause: &'static str,
    title: &'a str,
    severity: &'static str,
    confidence: &'static str,
    before_count: u64,
    before_share: Option<f64>,
    since_count: u64,
    since_share: Option<f64>,
    last_before: Option<String>,
    first_since: Option<String>,
    last_since: Option<String>,
}

#[derive(Serialize)]
struct SettingRow {
    setting: &'static str,
    before: Option<Redacted>,
    since: Option<Redacted>,
    changed: bool,
    all_before: Vec<ValueRow>,
    all_since: Vec<ValueRow>,
}

#[derive(Serialize)]
struct ValueRow {
    value: Redacted,
    count: u64,
}

#[derive(Serialize)]
struct PaceRow {
    speed: &'static str,
    first_ten_minutes: u64,
    busiest_day: Option<String>,
    busiest_day_count: u64,
}

impl Compared<'_> {
    fn row(&self, rows: &mut Rows) -> Row<'_> {
        let comparison = self.comparison;
        let changes = |list: &[Change]| list.iter().map(|change| self.change_row(change)).collect();
        let busiest = self.since.period.pace.busiest_day();
        // The findings are about the newer side, and name its files by number.
        let since = side_row(rows, self.since);
        let findings = self.since.findings.iter().map(|finding| rows.finding(finding)).collect();
        let settings = comparison.settings.iter().map(|difference| setting_row(rows.gate(), difference)).collect();
        Row {
            schema: SCHEMA,
            tool: TOOL,
            verdict: comparison.verdict.name(),
            confidence: comparison.confidence.name(),
            summary: self.summary(),
            at: self.at.map(|at| at.format("%Y-%m-%dT%H:%M:%S").to_string()),
            since,
            before: side_row(rows, self.before),
            fixed: changes(&comparison.fixed),
            new: changes(&comparison.new),
            stayed: changes(&comparison.stayed),
            untried: changes(&comparison.untried),
            settings,
            pace: PaceRow {
                speed: comparison.speed.name(),
                first_ten_minutes: self.since.period.pace.first_ten_minutes,
                busiest_day: busiest.map(|(date, _)| date.to_string()),
                busiest_day_count: busiest.map_or(0, |(_, count)| count),
            },
            notes: self.notes.iter().map(|note| rows.gate().note(note)).collect(),
            findings,
        }
    }

    fn change_row(&self, change: &Change) -> ChangeRow<'_> {
        let (before, since) = (Share::count_of(change.before), Share::count_of(change.since));
        ChangeRow {
            cause: change.cause.code(),
            title: &self.knowledge.cause(change.cause).title,
            severity: change.severity.name(),
            confidence: change.confidence.name(),
            before_count: before,
            before_share: share(before, &self.before.period),
            since_count: since,
            since_share: share(since, &self.since.period),
            last_before: change.before.and_then(|share| rfc3339(share.last_time.as_ref())),
            first_since: change.since.and_then(|share| rfc3339(share.first_time.as_ref())),
            last_since: change.since.and_then(|share| rfc3339(share.last_time.as_ref())),
        }
    }

    /// The verdict in a sentence: words of ours, numbers and codes.
    fn summary(&self) -> String {
        let Comparison { verdict, fixed, new, stayed, untried, .. } = self.comparison;
        let mails = |period: &Period| format!("{} of {}", number(period.failures()), counted(period.mails(), "mail"));
        let (before, since) = (&self.before.period, &self.since.period);
        let both = format!("{} failed before, {} since", mails(before), mails(since));
        let gone = if fixed.is_empty() { String::new() } else { format!(" {} did not come again.", codes(fixed)) };
        match verdict {
            Verdict::Fixed if since.mails() == 0 => format!(
                "{} did not come again, but only the connection was tested since. Send one test mail to be sure.",
                codes(fixed)
            ),
            Verdict::Fixed => format!(
                "{} did not come again: {} of {} went out since; {} failed before.",
                codes(fixed),
                number(since.mails() - since.failures()),
                counted(since.mails(), "mail"),
                mails(before)
            ),
            Verdict::Better => format!("Fewer mails fail: {both}. Still there: {}.{gone}", codes(stayed)),
            Verdict::Worse => format!("More mails fail: {both}. {}.{gone}", codes(&[&stayed[..], &new[..]].concat())),
            Verdict::Same if stayed.is_empty() => format!("No trouble before and none since: {both}."),
            Verdict::Same => format!("It still fails: {both}. Still there: {}.{gone}", codes(stayed)),
            Verdict::New if stayed.is_empty() => format!("Something new fails: {}; {both}.{gone}", codes(new)),
            Verdict::New => {
                format!("Something new fails: {}; {both}. Still there: {}.{gone}", codes(new), codes(stayed))
            }
            Verdict::Unknown if !untried.is_empty() => {
                format!(
                    "Not known yet: no mail since then got far enough to meet {}. Send one test mail.",
                    codes(untried)
                )
            }
            Verdict::Unknown if before.mails() + before.tally.tested == 0 => {
                "There is nothing to compare with: before holds no mail.".to_owned()
            }
            Verdict::Unknown => "Not known yet: no mail was tried since. Send one test mail.".to_owned(),
        }
    }

    fn text(&self, rows: &mut Rows, look: Look) -> String {
        let comparison = self.comparison;
        let mut page = Page::new(look);
        let (word, ink) = heading(comparison.verdict);
        page.field(word, Some(ink), &self.summary());
        let why = match comparison.confidence {
            Confidence::Guess => " (too few mails to rule out chance)",
            Confidence::Likely | Confidence::Certain => "",
        };
        if comparison.verdict != Verdict::Unknown {
            page.field("", None, &format!("How sure: {}{why}.", comparison.confidence.name()));
        }
        for note in self.notes {
            page.field("NOTE", Some(Ink::Yellow), rows.gate().note(note).as_str());
        }
        page.field("Pace", Some(pace_ink(comparison.speed)), &self.pace());
        page.fields("Settings", settings(rows.gate(), &comparison.settings));
        for (label, list) in [
            ("Fixed", &comparison.fixed),
            ("New", &comparison.new),
            ("Stayed", &comparison.stayed),
            ("Untried", &comparison.untried),
        ] {
            page.fields(label, list.iter().map(|change| self.change(change)));
        }
        page.field("Before", Some(Ink::Bold), &held(rows, self.before));
        // Findings name the files of this side by their number.
        rows.forget_files();
        page.field("Since", Some(Ink::Bold), &held(rows, self.since));
        let mut act = self.since.findings.iter().filter(|finding| finding.severity > Severity::Note).peekable();
        if act.peek().is_some() {
            page.blank();
            page.line(Some(Ink::Bold), "What to do now:");
        }
        // What is wrong with many mails goes with the cause that it is about.
        while let Some(finding) = act.next() {
            finding_text::block(&mut page, finding, &rows.finding(finding), finding_text::MAX_STEPS);
            if act.peek().is_none() || finding.cause.is_some_and(|cause| cause.code() == finding.finding) {
                break;
            }
            page.blank();
        }
        page.into_text()
    }

    fn change(&self, change: &Change) -> String {
        let title = self.knowledge.cause(change.cause).title.trim_end_matches('.');
        let was = told(change.before, &self.before.period);
        let is = told(change.since, &self.since.period);
        let sure = match (change.before, change.since) {
            (Some(_), Some(_)) => String::new(),
            (Some(before), None) if self.comparison.untried.contains(change) => {
                format!("; no mail got beyond stage {} since", before.stage)
            }
            _ => format!("; {}", change.confidence.name()),
        };
        format!("{}: {was} before, {is} since{sure}. {title}.", change.cause)
    }

    fn pace(&self) -> String {
        let rule = advice::SENDING_PACE;
        let since = counted(self.since.period.tally.delivered(), "mail");
        match self.comparison.speed {
            Speed::Nothing => format!("Nothing has gone out since. Once it does, send {rule}."),
            Speed::One => format!("{since} went out since. Go on {rule}."),
            Speed::Ten => match self.since.period.pace.busiest_day() {
                Some((date, most)) => format!(
                    "{since} went out since, at most {most} on one day ({date}): as it should be. Ten at a time now, at most \
                     100 a day."
                ),
                None => format!("{since} went out since. Ten at a time now, at most 100 a day."),
            },
            Speed::TooFast => format!(
                "Too fast: {} mails in the ten minutes after the first that went out. Send {rule}, or the provider takes the \
                 practice for a spammer.",
                number(self.since.period.pace.first_ten_minutes)
            ),
            Speed::TooMany => {
                let (date, most) = self.since.period.pace.busiest_day().unwrap_or_default();
                format!(
                    "Too many: {} mails went out on {date}. Send {rule}, or the provider takes the practice for a spammer.",
                    number(most)
                )
            }
        }
    }
}

fn heading(verdict: Verdict) -> (&'static str, Ink) {
    match verdict {
        Verdict::Fixed => ("FIXED", Ink::Green),
        Verdict::Better => ("BETTER", Ink::Green),
        Verdict::Same => ("THE SAME", Ink::Yellow),
        Verdict::Worse => ("WORSE", Ink::Red),
        Verdict::New => ("NEW", Ink::Red),
        Verdict::Unknown => ("UNKNOWN", Ink::Yellow),
    }
}

fn pace_ink(speed: Speed) -> Ink {
    match speed {
        Speed::TooFast | Speed::TooMany => Ink::Red,
        Speed::Nothing | Speed::One | Speed::Ten => Ink::Bold,
    }
}

fn codes(changes: &[Change]) -> String {
    changes.iter().map(|change| change.cause.code()).collect::<Vec<_>>().join(", ")
}

fn share(count: u64, period: &Period) -> Option<f64> {
    (period.mails() > 0).then(|| (count as f64 / period.mails() as f64 * 1000.0).round() / 1000.0)
}

/// `9 of 10 (90 %)`
fn told(change: Option<Share>, period: &Period) -> String {
    let count = Share::count_of(change);
    match share(count, period) {
        Some(share) if count > 0 => {
            format!("{} of {} ({:.0} %)", number(count), number(period.mails()), (share * 100.0).max(1.0))
        }
        _ => format!("{} of {}", number(count), number(period.mails())),
    }
}

/// The logs of one side, and its sums, in one sentence.
fn held(rows: &mut Rows, side: &Side) -> String {
    let read: Vec<FileRow> = side.files.iter().map(|(facts, state)| rows.file(facts, *state)).collect();
    let names: Vec<&str> = read.iter().filter(|row| !row.skipped).map(|row| row.file.as_str()).collect();
    let names = match names.as_slice() {
        [] => "no log".to_owned(),
        [one] => (*one).to_owned(),
        [first, rest @ ..] => format!("{first} and {}", counted(rest.len() as u64, "other log")),
    };
    let tally = &side.period.tally;
    let span = match (&tally.first_time, &tally.last_time) {
        (Some(first), Some(last)) => format!(", {first} to {last}"),
        _ => String::new(),
    };
    format!("{names}: {} {}{span}.", counted(tally.transactions, "attempt"), finding_text::addends(tally))
}

fn side_row(rows: &mut Rows, side: &Side) -> SideRow {
    let tally = &side.period.tally;
    SideRow {
        files: side.files.iter().map(|(facts, state)| rows.file(facts, *state)).collect(),
        attempts: tally.transactions,
        mails: side.period.mails(),
        sent: tally.sent,
        partial: tally.partial,
        failed: tally.failed,
        incomplete: tally.incomplete,
        tested: tally.tested,
        first_time: rfc3339(tally.first_time.as_ref()),
        last_time: rfc3339(tally.last_time.as_ref()),
    }
}

/// A value through the gate.
fn shown(gate: &mut Redactor, setting: Setting, value: &Value) -> Redacted {
    match value {
        Value::Word(word) => Redacted::ours(word),
        Value::Number(number) => Redacted::from(*number),
        Value::Shape(shape) => gate.user_shape(shape),
        Value::Bytes(bytes) => match setting {
            Setting::ClientName => gate.client_name(bytes),
            _ => gate.host(bytes),
        },
    }
}

fn setting_row(gate: &mut Redactor, difference: &Difference<'_>) -> SettingRow {
    let setting = difference.setting;
    let mut all = |side: Option<&Values>| -> Vec<ValueRow> {
        let values = side.into_iter().flat_map(|values| &values.all);
        values.map(|(value, count)| ValueRow { value: shown(gate, setting, value), count: *count }).collect()
    };
    let (all_before, all_since) = (all(difference.before), all(difference.since));
    let mut newest =
        |side: Option<&Values>| side.and_then(|values| values.newest.as_ref()).map(|value| shown(gate, setting, value));
    let (before, since) = (newest(difference.before), newest(difference.since));
    SettingRow { setting: setting.name(), before, since, changed: difference.changed, all_before, all_since }
}

/// A line for each setting that differs, then the others.
fn settings(gate: &mut Redactor, differences: &[Difference<'_>]) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut same, mut gone, mut came) = (Vec::new(), Vec::new(), Vec::new());
    for difference in differences {
        let row = setting_row(gate, difference);
        let word = |value: &Option<Redacted>| value.as_ref().map(|value| in_words(difference.setting, value));
        let name = label(difference.setting);
        match (word(&row.before), word(&row.since)) {
            (Some(before), Some(since)) if difference.changed => lines.push(format!("{name}: {before} -> {since}")),
            (Some(_), Some(since)) => same.push(format!("{name} {since}")),
            (Some(before), None) => gone.push(format!("{name} {before}")),
            (None, Some(since)) => came.push(format!("{name} {since}")),
            (None, None) => {}
        }
    }
    if lines.is_empty() && !same.is_empty() {
        lines.push("None that both sides show has changed.".to_owned());
    }
    for (which, list) in [("The same", same), ("Shown before only", gone), ("Shown since only", came)] {
        if !list.is_empty() {
            lines.push(format!("{which}: {}.", list.join(", ")));
        }
    }
    if lines.is_empty() {
        lines.push("The logs show none.".to_owned());
    }
    lines
}

fn label(setting: Setting) -> &'static str {
    match setting {
        Setting::Host => "server",
        Setting::Port => "port",
        Setting::Tls => "mode",
        Setting::AuthMechanism => "sign-in",
        Setting::AuthUserShape => "user name",
        Setting::ClientName => "PC",
    }
}

fn in_words(setting: Setting, value: &Redacted) -> String {
    match setting {
        Setting::Tls => advice::mode(value.as_str()).to_owned(),
        _ => value.to_string(),
    }
}
