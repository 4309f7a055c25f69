//! The files that were read and how much of each was understood, so that a reader can judge the answer.

use crate::{dialect::SURE, redact::Redacted};

use super::{
    Totals, finding_text,
    row::FileRow,
    text::{Ink, Page, counted, number},
};

/// Share of understood lines, 0 to 1, below which a warning says that the answer may be wrong.
const MIN_UNDERSTOOD: f64 = 0.9;

/// Files that are described, unless everything is wanted.
const MAX_FILES: usize = 3;

/// One paragraph a file, then coverage and sums; in short without `full`.
pub(super) fn write(page: &mut Page, files: &[FileRow], shapes: &[(Redacted, u64)], totals: &Totals, full: bool) {
    let logs = files.iter().filter(|row| !row.skipped);
    let most = if full { usize::MAX } else { MAX_FILES };
    for row in logs.clone().take(most) {
        page.line(Some(Ink::Bold), row.file.as_str());
        if let Some(error) = &row.error {
            page.field("", None, error.as_str());
        }
        if let Some(note) = &row.note {
            page.field("", None, &format!("{}: {note}", row.file));
        }
        if row.error.is_none() || row.lines > 0 {
            page.field("", None, &format!("{}.", read(row)));
            if row.dialect.is_some() && row.dialect_assumed && row.dialect_score < SURE {
                page.field("WARNING", Some(Ink::Yellow), "This dialect was guessed: the answer may be wrong.");
            }
        }
        if row.transactions > 0 && full {
            page.field("", None, &format!("{}.", held(row)));
        }
    }
    let more = logs.count().saturating_sub(most) as u64;
    if more > 0 {
        page.line(None, &format!("And {}: --full", counted(more, "file")));
    }
    let skipped: Vec<_> = files.iter().filter(|row| row.skipped).map(|row| row.file.as_str()).collect();
    if !skipped.is_empty() {
        let named = skipped.iter().take(most).copied().collect::<Vec<_>>().join(", ");
        let others = skipped.len().saturating_sub(most) as u64;
        let others = if others > 0 { format!(" and {}", counted(others, "other")) } else { String::new() };
        page.line(None, &format!("Skipped, no SMTP log: {named}{others}."));
    }
    close(page, if full { shapes } else { &shapes[..shapes.len().min(1)] }, totals);
}

/// Writes how much of it all was understood, and the sums.
pub(super) fn close(page: &mut Page, shapes: &[(Redacted, u64)], totals: &Totals) {
    coverage(page, totals);
    for (shape, count) in shapes {
        page.cut_field("", None, &format!("{} like: {shape}", counted(*count, "line")), 1);
    }
    // The sum, so that nobody has to wonder whether a message is missing.
    if totals.tally.transactions > 0 {
        page.line(None, &finding_text::sums(totals));
    }
}

fn read(row: &FileRow) -> String {
    let writer = match (&row.dialect, row.lines) {
        (_, 0) => return format!("Empty, {}", counted(row.bytes, "byte")),
        (None, _) => "Not recognised".to_owned(),
        (Some(name), _) => {
            let runner_up = row.dialect_runner_up.as_ref().map_or(String::new(), |next| format!("; next best {next}"));
            let assumed = if row.dialect_assumed { ", assumed" } else { "" };
            format!("Written as {name} (fits {:.2}{assumed}{runner_up})", row.dialect_score)
        }
    };
    format!(
        "{writer}, {}, {} understood, {} not",
        row.encoding,
        counted(row.lines_understood, "line"),
        number(row.lines_unknown)
    )
}

fn held(row: &FileRow) -> String {
    let span = match (&row.first_time, &row.last_time) {
        (Some(first), Some(last)) => format!(", {} to {}", first.replace('T', " "), last.replace('T', " ")),
        _ => String::new(),
    };
    format!(
        "{}, {}, {} sent, {} failed{span}",
        counted(row.sessions, "session"),
        counted(row.transactions, "attempt"),
        number(row.sent),
        number(row.failed)
    )
}

fn coverage(page: &mut Page, totals: &Totals) {
    let tally = &totals.tally;
    if tally.lines == 0 {
        return;
    }
    if tally.unknown == 0 {
        return page.line(None, &format!("Read all of {}.", counted(tally.lines, "line")));
    }
    let were = if tally.unknown == 1 { "was" } else { "were" };
    page.line(
        None,
        &format!(
            "Read {} of {}; {} {were} not understood: see `mtmlog sample`.",
            number(tally.understood),
            counted(tally.lines, "line"),
            counted(tally.unknown, "line"),
        ),
    );
    let share = tally.understood as f64 / tally.lines as f64;
    if share < MIN_UNDERSTOOD && tally.transactions > 0 {
        let text = format!(
            "Only {:.0} % of the lines were understood, so the answer above may be wrong.",
            (share * 100.0).floor()
        );
        page.field("WARNING", Some(Ink::Yellow), &text);
    }
}
