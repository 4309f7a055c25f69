//! Many logs in order: small ones side by side, large ones one after the other with all threads on each.
//!
//! The logs of one folder are held until the last of them is read, where they are small: only then is it known whether
//! they are of one customer, and only then can their mails be judged in the order of time.

use std::{borrow::Cow, collections::HashMap, io};

use chrono::{DateTime, Local, NaiveDateTime};
use rayon::prelude::*;

use super::{
    Summary,
    customers::Customers,
    default_paths,
    inspection::{Inspected, Inspection, Read},
    place::{Place, names, places},
    senders::{self, Senders},
};
use crate::{
    dialect::Stamp,
    report::{AskedPeriod, Judged, Report, Totals},
    rule::History,
    session::{Clue, Tally, Transaction},
    source::Found,
};

/// Files up to this size, unpacked, are read whole by one thread each, with their transactions held until their turn comes.
const MAX_SMALL_BYTES: u64 = 2 * 1024 * 1024;
/// Small files that are under way at once, for each thread: enough that the threads seldom wait for each other; more would
/// only hold more mails.
const MAX_FILES_A_THREAD: usize = 16;
/// Bytes of small files that are under way at once, for each thread.
const MAX_BYTES_A_THREAD: u64 = 2 * MAX_SMALL_BYTES;

/// Mails of a large log to be shown that wait until all of it is read: a secret that one of them quotes may be told later.
/// Where there are more, and one of them holds a word that may be one, the log is read for its secrets first.
const MAX_HELD_MAILS: usize = 4 * 1024;

/// A file that waits for its turn in the report.
struct Waiting {
    place: usize,
    inspected: Inspected,
    transactions: Vec<Mail>,
    clues: Vec<Clue>,
}

/// A transaction with its id and the name of its dialect.
type Mail = (u64, Cow<'static, str>, Box<Transaction>);

/// Files that are read at once. `whole`: each folder among them has all of its logs here.
struct Batch {
    files: std::ops::Range<usize>,
    whole: bool,
}

/// The state of one analysis.
pub(super) struct Run<'a> {
    inspection: Inspection<'a>,
    report: &'a mut dyn Report,
    summary: Summary,
    totals: Totals,
    customers: Customers<'a>,
    /// The customer of each file, in the order of the files.
    places: Vec<Place>,
    /// Domains that tell senders of one folder apart, where its logs are too large to be held; by number of the file.
    domains: HashMap<usize, String>,
    /// Files of each place that are to come.
    left: HashMap<String, usize>,
    /// The newest moment of a log; of one that tells none, when it was last written to.
    newest: Option<NaiveDateTime>,
    newest_entry: Option<Stamp>,
}

/// A file while its transactions go by.
#[derive(Default)]
struct Passing {
    number: usize,
    /// Its attempts; `None` where it is the first file of its customer, whose history is the same then.
    history: Option<History>,
    /// Of those asked for.
    tally: Tally,
    session: Option<u64>,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        inspection: Inspection<'a>,
        report: &'a mut dyn Report,
        summary: Summary,
        found: &[Found],
    ) -> Self {
        let request = inspection.request;
        let places = places(found, request.by, request.names_none());
        let mut left = HashMap::new();
        for place in &places {
            *left.entry(place.key.clone()).or_insert(0) += 1;
        }
        Run {
            inspection,
            report,
            summary,
            totals: Totals { facts: inspection.knowledge.named(), ..Totals::default() },
            customers: Customers::new(inspection.knowledge, request.now().date()),
            places,
            domains: HashMap::new(),
            left,
            newest: None,
            newest_entry: None,
        }
    }

    /// Every file, in input order.
    pub(super) fn all(mut self, found: &[Found]) -> io::Result<Summary> {
        let found = &*self.chosen(found);
        let inspection = self.inspection;
        let read = |place: usize| {
            let (mut transactions, mut clues) = (Vec::new(), Vec::new());
            let inspected = inspection.file(&found[place], &mut |read| match read {
                Read::Mail(id, dialect, tx) => transactions.push((id, dialect, tx)),
                Read::Clue(clue) => clues.push(clue),
            });
            Waiting { place, inspected, transactions, clues }
        };
        let mut done: (bool, Vec<Waiting>) = (true, Vec::new());
        let batches = self.batches(found);
        self.tell_senders_apart(&batches, found);
        for batch in batches {
            if !batch.whole && batch.files.len() == 1 && !is_small(&found[batch.files.start]) {
                self.take(std::mem::take(&mut done))?;
                self.alone(batch.files.start, found)?;
                continue;
            }
            let before = std::mem::take(&mut done);
            let (next, reported) =
                rayon::join(|| batch.files.into_par_iter().map(read).collect(), || self.take(before));
            reported?;
            done = (batch.whole, next);
        }
        self.take(done)?;
        self.finish()
    }

    /// Looks at the samples of logs that cannot wait for the others of their folder.
    fn tell_senders_apart(&mut self, batches: &[Batch], found: &[Found]) {
        let mut folders: HashMap<&str, Vec<usize>> = HashMap::new();
        for place in batches.iter().filter(|batch| !batch.whole).flat_map(|batch| batch.files.clone()) {
            if !self.places[place].whole {
                folders.entry(&self.places[place].key).or_default().push(place);
            }
        }
        for logs in folders.into_values().filter(|logs| logs.len() > 1) {
            let inspection = self.inspection;
            let senders: Vec<Senders> = logs.par_iter().map(|place| inspection.senders(&found[*place])).collect();
            let domains = logs.into_iter().zip(senders::split(&senders));
            self.domains.extend(domains.filter_map(|(place, domain)| Some((place, domain?))));
        }
    }

    /// The logs of the customer that was asked for; all where none was.
    fn chosen<'f>(&mut self, found: &'f [Found]) -> Cow<'f, [Found]> {
        let Some(wanted) = &self.inspection.request.customer else { return Cow::Borrowed(found) };
        // The part behind the folder tells senders apart, and is known when the logs are read.
        let fits = |place: &Place| {
            place.name.as_ref().is_some_and(|name| {
                let rest = wanted.strip_prefix(name.as_str());
                name.eq_ignore_ascii_case(wanted) || !place.whole && rest.is_some_and(|rest| rest.starts_with('/'))
            })
        };
        let kept: Vec<Found> =
            found.iter().zip(&self.places).filter(|(_, place)| fits(place)).map(|(found, _)| found.clone()).collect();
        if kept.is_empty() {
            let names = super::few(&names(&self.places));
            self.summary.problems.push(format!("--customer {wanted}: no such customer. There are: {names}."));
        }
        self.places.retain(fits);
        Cow::Owned(kept)
    }

    /// A customer that was not asked for: another sender of the same folder.
    fn is_unwanted(&self, name: Option<&String>) -> bool {
        let Some(wanted) = &self.inspection.request.customer else { return false };
        !name.is_some_and(|name| {
            name.eq_ignore_ascii_case(wanted)
                || name.strip_prefix(wanted.as_str()).is_some_and(|rest| rest.starts_with('/'))
        })
    }

    /// The files that are read at once, in input order.
    fn batches(&self, found: &[Found]) -> Vec<Batch> {
        let threads = rayon::current_num_threads();
        let fits = |files: &std::ops::Range<usize>| {
            files.len() <= MAX_FILES_A_THREAD * threads
                && size(&found[files.clone()]) <= MAX_BYTES_A_THREAD * threads as u64
        };
        let mut batches: Vec<Batch> = Vec::new();
        let mut at = 0;
        for group in self.places.chunk_by(|one, other| one.key == other.key) {
            let files = at..at + group.len();
            at = files.end;
            let here = &found[files.clone()];
            // A folder of many small logs is held all the same: what is held is mails, not lines.
            let whole = self.left.get(&group[0].key) == Some(&group.len())
                && (here.len() == 1 && is_small(&here[0])
                    || here.iter().all(is_small) && size(here) <= MAX_BYTES_A_THREAD * threads as u64);
            let parts: Vec<std::ops::Range<usize>> = match whole {
                true => vec![files],
                false => files.map(|file| file..file + 1).collect(),
            };
            for part in parts {
                let small = is_small(&found[part.start]);
                match batches.last_mut() {
                    Some(last)
                        if last.whole == whole
                            && small
                            && is_small(&found[last.files.start])
                            && fits(&(last.files.start..part.end)) =>
                    {
                        last.files.end = part.end;
                    }
                    _ => batches.push(Batch { files: part, whole }),
                }
            }
        }
        batches
    }

    /// A large file, or one whose size nobody knows: its transactions are judged as they come.
    fn alone(&mut self, place: usize, found: &[Found]) -> io::Result<()> {
        let inspection = self.inspection;
        let name = split_name(&self.places[place], self.domains.get(&place).map(String::as_str));
        if self.is_unwanted(name.as_ref()) {
            return Ok(());
        }
        let first = self.customers.is_new(name.as_ref());
        let mut passing = self.begin(name.as_ref(), first);
        let mut written = Ok(());
        let file = found[place].path.to_string();
        // Those to be shown wait, as a secret that one of them quotes may be told further down.
        let mut held: Vec<Mail> = Vec::new();
        let mut known = false;
        let inspected = inspection.file(&found[place], &mut |read| {
            let (id, dialect, tx) = match read {
                Read::Clue(clue) => return self.report.clues(&[clue]),
                Read::Mail(id, dialect, tx) => (id, dialect, tx),
            };
            self.judge(name.as_ref(), passing.number, id, &tx);
            self.count(&mut passing, &tx);
            if written.is_err() || !self.is_given_out(&tx) {
                return;
            }
            held.push((id, dialect, tx));
            if known || held.len() > MAX_HELD_MAILS {
                if !known && held.iter().any(|(.., tx)| self.report.may_quote(tx)) {
                    known = true;
                    inspection.clues(&found[place], &mut |clue| self.report.clues(&[clue]));
                }
                let mut held = held.drain(..);
                written = held.try_for_each(|(id, dialect, tx)| self.report.transaction(&file, id, &dialect, &tx));
            }
        });
        written?;
        for (id, dialect, tx) in held {
            self.report.transaction(&file, id, &dialect, &tx)?;
        }
        self.file(place, name.as_ref(), inspected, passing)
    }

    /// Files that were held.
    fn take(&mut self, (whole, files): (bool, Vec<Waiting>)) -> io::Result<()> {
        let mut files = files;
        while !files.is_empty() {
            let key = &self.places[files[0].place].key;
            let same = |file: &Waiting| self.places[file.place].key == *key;
            let end = if whole { files.iter().position(|file| !same(file)).unwrap_or(files.len()) } else { 1 };
            let later = files.split_off(end);
            self.group(std::mem::replace(&mut files, later), whole)?;
        }
        Ok(())
    }

    /// The logs of one place, or one log of it.
    fn group(&mut self, files: Vec<Waiting>, whole: bool) -> io::Result<()> {
        let place = self.places[files[0].place].clone();
        let mut domains: Vec<_> = files.iter().map(|file| self.domains.get(&file.place).cloned()).collect();
        if whole && !place.whole && files.len() > 1 {
            let senders: Vec<Senders> = files
                .iter()
                .map(|file| {
                    let mut senders = Senders::default();
                    file.transactions.iter().for_each(|(_, _, tx)| senders.observe(tx));
                    senders
                })
                .collect();
            domains = senders::split(&senders);
        }
        let names: Vec<Option<String>> = domains.iter().map(|domain| split_name(&place, domain.as_deref())).collect();
        let (files, names): (Vec<_>, Vec<_>) =
            files.into_iter().zip(names).filter(|(_, name)| !self.is_unwanted(name.as_ref())).unzip();
        let first = files.len() == 1 && self.customers.is_new(names[0].as_ref());
        self.in_time(&files, &names);
        for (Waiting { place, inspected, transactions, clues }, name) in files.into_iter().zip(&names) {
            let mut passing = self.begin(name.as_ref(), first);
            self.report.clues(&clues);
            for (id, dialect, tx) in transactions {
                self.count(&mut passing, &tx);
                if self.is_given_out(&tx) {
                    self.report.transaction(&inspected.facts.file, id, &dialect, &tx)?;
                }
            }
            self.file(place, name.as_ref(), inspected, passing)?;
        }
        Ok(())
    }

    /// Judges the mails of some files in the order of time, each file's own order kept; files without times as they come.
    fn in_time(&mut self, files: &[Waiting], names: &[Option<String>]) {
        let first = usize::try_from(self.totals.files).unwrap_or(usize::MAX);
        let mut mails: Vec<(Option<NaiveDateTime>, usize, usize)> = Vec::new();
        for (nth, file) in files.iter().enumerate() {
            let mut newest = None;
            for (at, (_, _, tx)) in file.transactions.iter().enumerate() {
                newest = newest.max(tx.moment());
                mails.push((newest, nth, at));
            }
        }
        if mails.iter().all(|(moment, ..)| moment.is_some()) {
            mails.sort();
        }
        for (_, nth, at) in mails {
            let (id, _, tx) = &files[nth].transactions[at];
            self.judge(names[nth].as_ref(), first.saturating_add(nth), *id, tx);
        }
    }

    /// `first`: its customer has no other file before it, and none beside it.
    fn begin(&mut self, name: Option<&String>, first: bool) -> Passing {
        self.report.begin(name.map(String::as_str));
        let number = usize::try_from(self.totals.files).unwrap_or(usize::MAX);
        Passing { number, history: (!first).then(History::default), ..Passing::default() }
    }

    fn judge(&mut self, name: Option<&String>, file: usize, id: u64, tx: &Transaction) {
        let asked = self.is_asked(tx);
        self.customers.observe(name, file, id, tx, asked);
    }

    /// The report is given it.
    fn is_given_out(&self, tx: &Transaction) -> bool {
        self.is_asked(tx) && (self.inspection.request.all || tx.outcome.is_failure())
    }

    /// It has a cause that was asked for.
    fn is_asked(&self, tx: &Transaction) -> bool {
        let causes = &self.inspection.request.causes;
        causes.is_empty() || tx.cause.is_some_and(|cause| causes.contains(&cause))
    }

    /// A mail of a file, for what is said of the file as a whole.
    fn count(&self, passing: &mut Passing, tx: &Transaction) {
        if let Some(history) = &mut passing.history {
            history.observe(passing.number, tx);
        }
        if !(self.inspection.request.asks_for_part() && self.is_asked(tx)) {
            return;
        }
        passing.tally.add(tx);
        passing.tally.sessions += u64::from(passing.session != Some(tx.session));
        passing.session = Some(tx.session);
    }

    fn file(&mut self, place: usize, name: Option<&String>, inspected: Inspected, passing: Passing) -> io::Result<()> {
        let Inspected { mut facts, note } = inspected;
        let of_file = passing.history.map(|history| history.condition(self.inspection.knowledge).state);
        let state = of_file.unwrap_or_else(|| self.customers.state(name));
        let last = facts.tally.last_time;
        if last.and_then(|stamp| stamp.naive()) >= self.newest_entry.and_then(|stamp| stamp.naive()) {
            self.newest_entry = last.or(self.newest_entry);
        }
        if self.inspection.request.asks_for_part() {
            let Tally { lines, understood, unknown, torn, .. } = facts.tally;
            facts.tally = Tally { lines, understood, unknown, torn, ..passing.tally };
        }
        self.summary.notes.extend(note);
        if let Some(error) = &facts.error {
            if facts.stopped {
                self.totals.stopped += 1;
            } else {
                self.summary.problems.push(error.clone());
                self.totals.unreadable += u64::from(facts.tally.understood == 0);
            }
        }
        self.totals.skipped += u64::from(facts.skipped);
        if !facts.skipped {
            self.totals.tally.merge(&facts.tally);
        }
        self.totals.files += 1;
        let written = || facts.modified.map(|time| DateTime::<Local>::from(time).naive_local());
        self.newest = self.newest.max(last.and_then(|stamp| stamp.naive()).or_else(written));
        self.customers.file(name, &facts);
        let key = &self.places[place].key;
        if let Some(left) = self.left.get_mut(key) {
            *left -= 1;
            if *left == 0 {
                self.customers.close(name);
            }
        }
        self.report.file(&facts, state)
    }

    fn finish(self) -> io::Result<Summary> {
        let Run { inspection, report, mut summary, totals, customers, newest, newest_entry, .. } = self;
        let request = inspection.request;
        summary.files = totals.files;
        let (customers, common) = customers.finish();
        summary.take(&customers, &totals);
        if totals.stopped > 0 {
            summary.problems.push(format!(
                "Stopped: {} of {} files were not read to the end. The report holds what was read until then.",
                totals.stopped, totals.files
            ));
        }
        if request.names_none() {
            summary.notes.extend(newest.and_then(|newest| default_paths::is_old(newest, request.now())));
        }
        let period =
            AskedPeriod { since: request.since, until: request.until, words: request.period(), newest: newest_entry };
        let judged = Judged { customers, common, beside: request.by.is_some(), period, now: request.now() };
        report.finish(&judged, &totals)?;
        Ok(summary)
    }
}

fn split_name(place: &Place, domain: Option<&str>) -> Option<String> {
    let name = place.name.as_ref()?;
    Some(domain.map_or_else(|| name.clone(), |domain| format!("{name}/{domain}")))
}

/// Bytes of log, as far as they are known.
fn size(found: &[Found]) -> u64 {
    found.iter().map(|found| found.extent.map_or(0, |extent| extent.unpacked)).sum()
}

fn is_small(found: &Found) -> bool {
    // A pipe has no size, and must not be waited for while files could be read.
    found.extent.is_some_and(|extent| extent.unpacked <= MAX_SMALL_BYTES)
}
