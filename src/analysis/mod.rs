//! The whole road, for one file or ten thousand: a single file is a batch of one.

mod customers;
mod default_paths;
mod detected;
mod inspection;
mod newest_first;
mod opened;
mod place;
mod replaced;
mod run;
mod senders;

use std::{
    borrow::Cow,
    collections::HashMap,
    ffi::OsString,
    io,
    path::{Path, PathBuf},
};

use chrono::{FixedOffset, Local, NaiveDateTime, TimeDelta};
use rayon::prelude::*;

use crate::{
    knowledge::Cause,
    report::{Customer, Report, Totals},
    rule::{self, Severity},
    source::{self, Destinations, Found, Input, Listed, Meter, SourceError, StdinBuffer},
};

pub use self::place::By;
use self::{detected::is_profile, inspection::Inspection, run::Run};
pub(crate) use self::{
    detected::{Asked, Detected},
    inspection::tx_id,
    opened::{Facts, OpenedLog, Prepared, days, sample_lines, stamps},
    replaced::is_log_of_others,
};

/// The logs to analyse, and how to read them: the arguments with their meaning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Files, folders, globs, `-`; empty for the known MTM places.
    pub paths: Vec<OsString>,
    /// A list with more paths, one a line; `-` is standard input.
    pub files_from: Option<OsString>,
    /// Name of the dialect, where it is not to be detected.
    pub dialect: Option<String>,
    /// Only transactions from this moment of the log on.
    pub since: Option<NaiveDateTime>,
    /// Only transactions before this moment.
    pub until: Option<NaiveDateTime>,
    /// Only the logs of this customer.
    pub customer: Option<String>,
    /// The span that `since` was worked out from, for words such as "in the last 7 days".
    pub last: Option<TimeDelta>,
    /// This PC's clock, where another time is to be taken for it.
    pub now: Option<NaiveDateTime>,
    /// Only these causes; empty for all.
    pub causes: Vec<Cause>,
    /// List every transaction, not only failures.
    pub all: bool,
    /// Put customers beside each other.
    pub by: Option<By>,
    /// The offset of stamps that state none.
    pub utc_offset: Option<FixedOffset>,
    /// Threads; `None` for as many as there are cores.
    pub threads: Option<usize>,
    /// Large files may be mapped.
    pub mmap: bool,
    /// Size of the pieces that a log is read in, in bytes. It never changes the report.
    pub block: Option<usize>,
    /// User's facts, laid over the built-in ones.
    pub knowledge: Option<PathBuf>,
    /// Tells how far the reading is, and stops it.
    pub meter: Meter,
    /// The file that will be written, which none that is read may be.
    pub output: Option<PathBuf>,
    /// Keeps the beginning of standard input, for whoever reads it again.
    pub kept: Option<StdinBuffer>,
}

impl Request {
    /// Refuses an output that is one of the files named here: the logs, the list of them, facts, a profile. What a folder
    /// or a pattern holds is looked at by [`discover`].
    ///
    /// # Errors
    /// A sentence for the user.
    pub(crate) fn refuse_output(&self) -> io::Result<()> {
        let written = Destinations::of(self.output.as_deref());
        let once = self.files_from.as_deref().is_some_and(|list| list == "-");
        if written.appends() && !once {
            // A report may begin before its logs are looked for, and nothing may be written behind one of them.
            let found = named(self, &mut Summary::default());
            found.iter().try_for_each(|found| written.refuse_log(&found.path))?;
        }
        for path in &self.paths {
            written.refuse_log(&if path == "-" { Input::Stdin } else { Input::File(path.into()) })?;
        }
        match &self.files_from {
            Some(list) if list == "-" => written.refuse_log(&Input::Stdin)?,
            Some(list) => written.refuse_file(list.as_ref(), "--files-from")?,
            None => {}
        }
        if let Some(facts) = &self.knowledge {
            written.refuse_file(facts, "--knowledge")?;
        }
        match &self.dialect {
            Some(profile) if is_profile(profile) => written.refuse_file(profile.as_ref(), "--dialect"),
            _ => Ok(()),
        }
    }

    /// The moment at which the question is asked.
    pub fn now(&self) -> NaiveDateTime {
        self.now.unwrap_or_else(|| Local::now().naive_local())
    }

    /// Only some of the transactions are asked for.
    pub(crate) fn asks_for_part(&self) -> bool {
        self.since.is_some() || self.until.is_some() || !self.causes.is_empty()
    }

    /// The asked period in words; empty for the whole of the logs.
    pub(crate) fn period(&self) -> String {
        let at = |moment: NaiveDateTime| moment.format("%Y-%m-%d %H:%M").to_string();
        match (self.last, self.since, self.until) {
            (Some(span), ..) => format!("in the last {}", rule::advice::span(span.num_seconds().unsigned_abs())),
            (None, Some(since), Some(until)) => format!("between {} and {}", at(since), at(until)),
            (None, Some(since), None) => format!("since {}", at(since)),
            (None, None, Some(until)) => format!("up to {}", at(until)),
            (None, None, None) => String::new(),
        }
    }

    /// Nobody named a log, so those in their usual places are meant.
    pub(crate) fn names_none(&self) -> bool {
        self.paths.is_empty() && self.files_from.is_none()
    }
}

/// The counts behind the exit status.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// The worst finding that still stands.
    pub worst: Option<Severity>,
    /// Mail of a customer does not go out, whatever the findings say.
    pub stops_mail: bool,
    /// There are logs, and none holds an attempt in the asked period.
    pub idle: bool,
    /// The names of the customers.
    pub customers: Vec<String>,
    /// Errors, each a sentence that names its file.
    pub problems: Vec<String>,
    /// Notes; they change nothing.
    pub notes: Vec<String>,
    /// The number of files found to read.
    pub files: u64,
}

impl Summary {
    fn take(&mut self, customers: &[Customer], totals: &Totals) {
        self.worst = customers.iter().filter_map(Customer::severity).max();
        self.stops_mail = customers.iter().any(|customer| customer.judgement.condition.stops_mail());
        let attempts = |customer: &Customer| customer.judgement.condition.counts.transactions;
        self.idle = totals.tally.understood > 0 && customers.iter().map(attempts).sum::<u64>() == 0;
        self.customers = customers.iter().filter_map(|customer| customer.name.clone()).collect();
    }
}

/// Reads every log, hands rows and findings to the report, and sums up.
///
/// # Errors
/// Only where the report cannot be written. A log that cannot be read is a problem in the summary.
pub fn analyze(request: &Request, report: &mut dyn Report) -> io::Result<Summary> {
    request.refuse_output()?;
    let Some(asked) = request.threads else { return on_this_pool(request, report) };
    let most = most_threads();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(asked.min(most)).build().map_err(io::Error::other)?;
    let mut summary = pool.install(|| on_this_pool(request, report))?;
    if asked > most {
        let sentence = format!("--threads {asked}: more than this PC has work for, so {most} are used.");
        summary.notes.insert(0, sentence);
    }
    Ok(summary)
}

/// More threads than this only wait for each other, and millions of them bring a machine down.
fn most_threads() -> usize {
    4 * std::thread::available_parallelism().map_or(1, usize::from)
}

fn on_this_pool(request: &Request, report: &mut dyn Report) -> io::Result<Summary> {
    let mut summary = Summary::default();
    let prepared = Prepared::of(request).map_err(io::Error::other)?;
    let found = discover(request, &mut summary)?;
    let inspection = Inspection { request, asked: &prepared.asked, knowledge: &prepared.facts };
    Run::new(inspection, report, summary, &found).all(&found)
}

/// The customers of these logs, as far as the places tell them.
pub(crate) fn customers_of(request: &Request, found: &[Found]) -> Vec<String> {
    place::names(&place::places(found, None, request.names_none())).into_iter().map(str::to_owned).collect()
}

/// Names of customers in a sentence, the first few, without those that may be somebody's: whoever asks for help sends a picture
/// of what he is told.
pub(crate) fn few(names: &[impl AsRef<str>]) -> String {
    const MAX_NAMES: usize = 20;
    let shown: Vec<&str> = names.iter().map(AsRef::as_ref).filter(|name| !is_persons(name)).take(MAX_NAMES).collect();
    let more = names.len() - shown.len();
    let shown = shown.join(", ");
    match (more, &*shown) {
        (0, _) => shown,
        (_, "") => "`mtmlog analyze` has their names".to_owned(),
        _ => format!("{shown} and {more} more"),
    }
}

/// Two words with capitals, or a number as long as a person's: `Nomvula Labuschagne`.
fn is_persons(name: &str) -> bool {
    const NUMBER: usize = 9;
    let mut words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let capitals = words.clone().filter(|word| word.starts_with(char::is_uppercase)).count();
    capitals > 1 || words.any(|word| word.len() >= NUMBER && word.bytes().all(|b| b.is_ascii_digit()))
}

/// A sentence where the logs are of several customers, for a command that is about one.
pub(crate) fn one_only(command: &str, summary: &Summary) -> Option<String> {
    let names = few(&summary.customers);
    (summary.customers.len() > 1)
        .then(|| format!("{command}: the logs are of several customers. Choose one with --customer NAME: {names}."))
}

/// Lines of a list that are complained of one by one; whoever gives a log in place of a list has thousands.
const MAX_COMPLAINTS: usize = 5;

/// The logs of the request, none of which is its output.
///
/// # Errors
/// Where the output is one of them: nothing may be written then.
pub(crate) fn discover(request: &Request, summary: &mut Summary) -> io::Result<Vec<Found>> {
    let mut found = named(request, summary);
    let written = Destinations::of(request.output.as_deref());
    // `mtmlog analyze . > report.txt` finds its own report, and with `-o report.txt` that of the run before.
    let is_report = |found: &Found| match request.output.as_deref() {
        Some(output) => !found.named && written.is_output(&found.path) && replaced::is_ours(output),
        None => false,
    };
    found.retain(|found| !written.is_stdout(&found.path) && !is_report(found));
    found.iter().try_for_each(|found| written.refuse_log(&found.path))?;
    Ok(opened(request, found, summary))
}

/// The logs of the request before any of them is opened.
fn named(request: &Request, summary: &mut Summary) -> Vec<Found> {
    if request.names_none() {
        return default_paths::logs(request.now(), summary);
    }
    let mut paths = request.paths.clone();
    let list = request.files_from.as_deref().map(|list| (list.to_string_lossy(), source::paths_from(list)));
    let mut listed = HashMap::new();
    let mut list_name = Cow::Borrowed("");
    match list {
        Some((name, Ok(more))) => {
            list_name = name;
            for Listed { line, path } in more {
                let path_name = Path::new(&path).display().to_string();
                if !request.paths.contains(&path) {
                    listed.entry(path_name).or_insert(line);
                }
                paths.push(path);
            }
        }
        Some((_, Err(problem))) => summary.problems.push(problem.to_string()),
        None => {}
    }
    let discovery = source::discover(&paths);
    let mut wrong_lines = 0;
    for problem in discovery.problems {
        match listed.get(&problem.name) {
            None => summary.problems.push(problem.to_string()),
            Some(line) => {
                wrong_lines += 1;
                if wrong_lines <= MAX_COMPLAINTS {
                    // It is named by its number, because it may be no path at all.
                    let name = format!("{list_name}, line {line}");
                    summary.problems.push(SourceError { name, ..problem }.to_string());
                }
            }
        }
    }
    if wrong_lines > MAX_COMPLAINTS {
        summary.problems.push(format!(
            "{list_name}: {} more lines are no path of a file. --files-from wants a list of paths, one a line; a log is \
             named without it.",
            wrong_lines - MAX_COMPLAINTS
        ));
    }
    for folder in discovery.empty_folders {
        summary.notes.push(format!("{}: no files in this folder.", folder.display()));
    }
    discovery.found
}

/// Replaces each zip by its members, and tells the meter how much there is to read.
fn opened(request: &Request, found: Vec<Found>, summary: &mut Summary) -> Vec<Found> {
    let mut logs = Vec::with_capacity(found.len());
    let looked: Vec<_> =
        found.into_par_iter().map(|found| (found.path.to_string(), source::look_into(found))).collect();
    for (name, within) in looked {
        match within {
            Ok(within) if within.is_empty() => summary.notes.push(format!("{name}: no files in this archive.")),
            Ok(within) => logs.extend(within),
            Err(problem) => summary.problems.push(problem.to_string()),
        }
    }
    request.meter.expect(logs.iter().filter_map(|found| found.extent).map(|extent| extent.stored).sum());
    logs
}
