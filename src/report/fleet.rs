//! Customers beside each other, the one that needs acting on first: for every output for people.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{dialect::Stamp, rule::State};

use super::{
    Common, Customer, Judged,
    row::{CommonRow, CustomerRow},
    rows::Rows,
    state_text,
    text::{Ink, counted, number},
};

/// Customers shown; the rows have all.
const MAX_SHOWN: usize = 100;
/// Names in one cell of the matrix.
const MAX_NAMES: usize = 12;

#[derive(Debug, Serialize)]
pub(super) struct Fleet {
    /// The numbers of customers in each state.
    pub(super) heading: String,
    pub(super) lines: Vec<Line>,
    /// Those that are not in it.
    pub(super) rest: Option<String>,
    /// Causes by provider, with the customers that have them.
    pub(super) matrix: Vec<Cell>,
    /// Causes that several customers have.
    pub(super) common: Vec<String>,
    /// The reason why customers are not called what their folders are.
    pub(super) names: Option<&'static str>,
}

/// Explains the names in a report that may be passed on.
const STAND_INS_NOTE: &str = "Folders have stand-ins here, such as folder-1, so that this can be passed on. With --redact secrets \
                      they have their names.";

#[derive(Debug, Serialize)]
pub(super) struct Line {
    pub(super) name: String,
    /// The word of the contract; `not read` where nothing could be.
    pub(super) state: &'static str,
    /// The state as a class of the page, and as a colour of the screen.
    pub(super) kind: &'static str,
    #[serde(skip)]
    pub(super) ink: Ink,
    pub(super) since: String,
    /// The finding to act on first, or why there is none.
    pub(super) first: String,
    pub(super) attempts: String,
    pub(super) failed: String,
    pub(super) last_sent: String,
}

/// A cause at one provider.
#[derive(Debug, Serialize)]
pub(super) struct Cell {
    pub(super) cause: &'static str,
    pub(super) provider: String,
    /// Where it stands.
    pub(super) now: String,
    /// Where it has passed.
    pub(super) was: String,
}

impl Fleet {
    /// `all`: every customer.
    pub(super) fn new(judged: &Judged, rows: &mut Rows, all: bool) -> Fleet {
        let customers: Vec<(&Customer, CustomerRow)> =
            judged.customers.iter().map(|customer| (customer, rows.customer(customer))).collect();
        let shown = if all { customers.len() } else { customers.len().min(MAX_SHOWN) };
        let rest = (customers.len() > shown).then(|| {
            let more = number((customers.len() - shown) as u64);
            format!("{more} more that need less: --all shows them, and --format ndjson has them as rows.")
        });
        let names = |row: &CustomerRow| row.customer.as_ref().map_or("-".to_owned(), ToString::to_string);
        let matrix = matrix(&customers, names);
        let common = judged.common.iter().map(|common| shared(common, &rows.common(common))).collect();
        let hidden =
            |(customer, row): &(&Customer, CustomerRow)| Some(names(row)) != customer.name && customer.name.is_some();
        let hidden = customers.iter().any(hidden).then_some(STAND_INS_NOTE);
        let lines =
            customers.iter().take(shown).map(|(customer, row)| line(customer, row, names(row), judged)).collect();
        Fleet { heading: heading(&judged.customers), lines, rest, matrix, common, names: hidden }
    }
}

/// `5 customers: 2 stopped, 1 some mail does not go out, 2 mail goes out.`
fn heading(customers: &[Customer]) -> String {
    let mut counts: Vec<(&str, u64)> = Vec::new();
    for customer in customers {
        let word = match customer.state() {
            _ if customer.is_unread() => "could not be read",
            State::Stopped => "stopped",
            State::Partly => "some mail does not go out",
            State::Undecided => "not decided",
            State::Idle => "no attempt",
            State::Recovered => "mail goes out again",
            State::Flowing => "mail goes out",
        };
        match counts.iter_mut().find(|(known, _)| *known == word) {
            Some((_, count)) => *count += 1,
            None => counts.push((word, 1)),
        }
    }
    let counts: Vec<String> = counts.iter().map(|(word, count)| format!("{word} {}", number(*count))).collect();
    format!("{}: {}.", counted(customers.len() as u64, "customer"), counts.join(", "))
}

fn line(customer: &Customer, row: &CustomerRow, name: String, judged: &Judged) -> Line {
    let condition = &customer.judgement.condition;
    let idle = condition.state == State::Idle || customer.is_unread();
    let unread = (customer.unreadable > 0 && !customer.is_unread())
        .then(|| counted(customer.unreadable, "file") + " could not be read");
    let unread = unread.or_else(|| idle.then(|| state_text::about(customer, judged).trim_end_matches('.').to_owned()));
    let standing = customer.first().is_some_and(|finding| finding.standing);
    let title = row.title.as_ref().map(|title| title.as_str().trim_end_matches('.').to_owned());
    let title = title.map(|title| if standing { title } else { format!("was: {title}") });
    let moment = |stamp: Option<&Stamp>| stamp.map(Stamp::minute).unwrap_or_default();
    Line {
        name,
        state: if customer.is_unread() { "not read" } else { row.state },
        kind: kind(condition.state),
        ink: state_text::ink(condition.state),
        since: moment(condition.since.as_ref()),
        first: unread.into_iter().chain(title).collect::<Vec<_>>().join("; "),
        attempts: number(row.attempts),
        failed: number(row.failed + row.partial),
        last_sent: moment(condition.last_sent.as_ref()),
    }
}

/// The colour of a state.
pub(super) fn kind(state: State) -> &'static str {
    match state {
        State::Stopped => "error",
        State::Partly => "warning",
        State::Flowing | State::Recovered => "good",
        State::Undecided | State::Idle => "note",
    }
}

/// Customers where a cause stands, and where it has passed.
type Names = (Vec<String>, Vec<String>);

fn matrix(customers: &[(&Customer, CustomerRow)], name: impl Fn(&CustomerRow) -> String) -> Vec<Cell> {
    let mut cells: BTreeMap<(&'static str, String), Names> = BTreeMap::new();
    for (customer, row) in customers {
        let provider = row.provider.as_ref().map_or("-".to_owned(), ToString::to_string);
        for finding in &customer.judgement.findings {
            let Some(cause) = finding.cause else { continue };
            let (now, was) = cells.entry((cause.code(), provider.clone())).or_default();
            let names = if finding.standing { now } else { was };
            let name = name(row);
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    let mut cells: Vec<_> = cells.into_iter().collect();
    cells.sort_by_key(|(_, (now, was))| std::cmp::Reverse((now.len(), was.len())));
    let list = |names: Vec<String>| match names.len() {
        0..=MAX_NAMES => names.join(", "),
        n => format!("{} and {} more", names[..MAX_NAMES].join(", "), number((n - MAX_NAMES) as u64)),
    };
    cells
        .into_iter()
        .map(|((cause, provider), (now, was))| Cell { cause, provider, now: list(now), was: list(was) })
        .collect()
}

/// A sentence that goes on behind a colon.
fn lower(sentence: &str) -> String {
    let mut chars = sentence.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// A provider without the remark behind its name.
fn short(provider: &str) -> &str {
    provider.split(" (").next().unwrap_or(provider)
}

fn shared(common: &Common, row: &CommonRow) -> String {
    let since = common.since.as_ref().map_or_else(String::new, |since| format!(", the first since {}", since.minute()));
    let customers = counted(row.customers.len() as u64, "customer");
    match row.provider.as_ref().map(|provider| short(provider.as_str())) {
        Some(provider) => format!(
            "{customers} at {provider} have the same trouble now{since}: {}. Ask {provider} before working on each of them.",
            lower(&common.title)
        ),
        None => format!("{customers} have the same trouble now{since}: {}.", lower(&common.title)),
    }
}
