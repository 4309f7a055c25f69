//! Customers in a table, the worst first; in words and cut to what a person reads.

use crate::rule::Severity;

use super::{
    Customer,
    row::CustomerRow,
    text::{counted, cut, number, path_end},
};

/// Customers shown; the rows have all.
const SHOWN: usize = 100;
/// Columns of a name before its folders are cut.
const NAME: usize = 32;
/// Columns of a finding's title.
const TITLE: usize = 70;

/// A line of the table.
pub(super) struct Line {
    pub(super) name: String,
    pub(super) state: &'static str,
    pub(super) failed: String,
    pub(super) attempts: String,
    pub(super) finding: String,
    pub(super) last: String,
}

/// What to show of all customers.
pub(super) struct League {
    pub(super) heading: String,
    pub(super) lines: Vec<Line>,
    /// Those that are not in the table.
    pub(super) rest: Option<String>,
}

impl League {
    /// `all`: also those of whom there is nothing to say; `wide`: cut nothing.
    pub(super) fn new(customers: &[(&Customer, CustomerRow)], all: bool, wide: bool) -> League {
        let of = |severity| customers.iter().filter(|(customer, _)| customer.severity() == severity).count();
        let [errors, warnings, notes] =
            [Severity::Error, Severity::Warning, Severity::Note].map(|severity| of(Some(severity)) as u64);
        let wanted = |customer: &Customer| all || customer.finding.is_some() || customer.unreadable > 0;
        let worth = customers.iter().filter(|(customer, _)| wanted(customer)).count();
        let shown = if all { worth } else { worth.min(SHOWN) };
        let heading = format!(
            "{}: {} with an error first, {} with a warning, {} with a note, {} without a finding.",
            counted(customers.len() as u64, "customer"),
            number(errors),
            number(warnings),
            number(notes),
            number(customers.len() as u64 - errors - warnings - notes)
        );
        let more = (worth > shown).then(|| {
            format!(
                "{} more, not so bad: --all shows them, and --format ndjson has them as rows.",
                number((worth - shown) as u64)
            )
        });
        let lines = customers.iter().filter(|(customer, _)| wanted(customer)).take(shown);
        League { heading, lines: lines.map(|(customer, row)| line(customer, row, wide)).collect(), rest: more }
    }
}

fn line(customer: &Customer, row: &CustomerRow, wide: bool) -> Line {
    let fit = |text: &str, width| if wide { text.to_owned() } else { cut(text, width) };
    let unread = (customer.unreadable > 0).then(|| counted(customer.unreadable, "file") + " not read");
    let title = row.title.as_ref().map(|title| title.as_str().trim_end_matches('.').to_owned());
    Line {
        name: if wide { row.name.to_string() } else { path_end(row.name.as_str(), NAME) },
        state: row.severity.unwrap_or(if customer.unreadable > 0 { "unread" } else { "-" }),
        failed: number(row.failed),
        attempts: number(row.attempts),
        finding: fit(&title.into_iter().chain(unread).collect::<Vec<_>>().join("; "), TITLE),
        last: row.last_time.as_deref().map_or(String::new(), |time| time.replace('T', " ").chars().take(16).collect()),
    }
}
