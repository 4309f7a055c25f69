//! Many logs in order: small ones side by side, large ones one after the other with all threads on each.

use std::{borrow::Cow, io};

use chrono::{DateTime, Local, NaiveDateTime};
use rayon::prelude::*;

use super::{
    Summary, default_paths,
    inspection::{Inspected, Inspection},
    league::League,
};
use crate::{
    report::{Customer, Report, Totals},
    rule::Diagnosis,
    session::Transaction,
    source::Found,
};

/// Smaller files are read whole by one thread each, with their transactions held until their turn comes.
const SMALL: u64 = 2 * 1024 * 1024;
/// Small files that are under way at once, for each thread: enough that the threads seldom wait for each other; more would
/// only hold more mails.
const SIDE_BY_SIDE: usize = 16;
/// And so many bytes of them, for each thread.
const HELD: u64 = 2 * SMALL;

/// A file that waits for its turn in the report.
type Waiting<'f> = (&'f Found, Inspected, Vec<(u64, Cow<'static, str>, Transaction)>);

/// The state of one analysis.
pub(super) struct Run<'a> {
    inspection: Inspection<'a>,
    report: &'a mut dyn Report,
    summary: Summary,
    totals: Totals,
    diagnosis: Diagnosis<'a>,
    league: Option<League<'a>>,
    /// The newest moment of a log; of one that tells none, when it was last written to.
    newest: Option<NaiveDateTime>,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        inspection: Inspection<'a>,
        report: &'a mut dyn Report,
        summary: Summary,
        found: &[Found],
    ) -> Self {
        let diagnosis = Diagnosis::new(inspection.knowledge, Local::now().date_naive());
        let league = inspection.request.by.map(|by| League::new(by, inspection.knowledge, found));
        Run { inspection, report, summary, totals: Totals::default(), diagnosis, league, newest: None }
    }

    /// Every file, in input order.
    pub(super) fn all(mut self, found: &[Found]) -> io::Result<Summary> {
        for same in found.chunk_by(|one, other| is_small(one) && is_small(other)) {
            match same {
                [only] => self.alone(only)?,
                small => self.side_by_side(small)?,
            }
        }
        self.finish()
    }

    fn alone(&mut self, found: &Found) -> io::Result<()> {
        self.begin(found);
        let inspection = self.inspection;
        let mut written = Ok(());
        let name = found.path.to_string();
        let inspected = inspection.file(found, &mut |id, dialect, tx| {
            if written.is_ok() {
                written = self.transaction(&name, id, dialect, &tx);
            }
        });
        written?;
        self.file(inspected)
    }

    /// Small files, some at once; the next are read while those before them are reported.
    fn side_by_side(&mut self, found: &[Found]) -> io::Result<()> {
        let inspection = self.inspection;
        let read = |found| {
            let mut waiting = Vec::new();
            let inspected = inspection.file(found, &mut |id, dialect, tx| waiting.push((id, dialect.clone(), tx)));
            (found, inspected, waiting)
        };
        let mut rest = found;
        let mut done: Vec<Waiting<'_>> = Vec::new();
        while !rest.is_empty() || !done.is_empty() {
            let (batch, later) = rest.split_at(batch(rest));
            let (next, reported) = rayon::join(
                || batch.par_iter().map(read).collect(),
                || done.drain(..).try_for_each(|file| self.held(file)),
            );
            reported?;
            (done, rest) = (next, later);
        }
        Ok(())
    }

    fn held(&mut self, (found, inspected, waiting): Waiting<'_>) -> io::Result<()> {
        self.begin(found);
        let facts = &inspected.facts;
        for (id, dialect, tx) in waiting {
            self.transaction(&facts.file, id, &dialect, &tx)?;
        }
        self.file(inspected)
    }

    fn begin(&mut self, found: &Found) {
        if let Some(league) = &mut self.league {
            league.begin(found);
        }
    }

    fn transaction(&mut self, file: &str, id: u64, dialect: &str, tx: &Transaction) -> io::Result<()> {
        let number = usize::try_from(self.totals.files).unwrap_or(usize::MAX);
        self.diagnosis.observe(number, id, tx);
        if let Some(league) = &mut self.league {
            league.observe(number, id, tx);
        }
        if self.inspection.request.all || tx.outcome.is_failure() {
            self.report.transaction(file, id, dialect, tx)?;
        }
        Ok(())
    }

    fn file(&mut self, inspected: Inspected) -> io::Result<()> {
        let Inspected { facts, note } = inspected;
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
        self.newest = self.newest.max(facts.tally.last_time.and_then(|stamp| stamp.naive()).or_else(written));
        if let Some(league) = &mut self.league {
            league.end(&facts);
        }
        self.report.file(&facts)
    }

    fn finish(self) -> io::Result<Summary> {
        let Run { inspection, report, mut summary, totals, diagnosis, league, newest } = self;
        summary.files = totals.files;
        let findings = diagnosis.findings();
        summary.worst = findings.iter().map(|finding| finding.severity).max();
        if totals.stopped > 0 {
            summary.problems.push(format!(
                "Stopped: {} of {} files were not read to the end. The report holds what was read until then.",
                totals.stopped, totals.files
            ));
        }
        if inspection.request.names_none() {
            summary.notes.extend(newest.and_then(|newest| default_paths::is_old(newest, Local::now().naive_local())));
        }
        if let Some(league) = league {
            let customers = league.finish();
            summary.worst = summary.worst.max(customers.iter().filter_map(Customer::severity).max());
            report.customers(&customers)?;
        }
        report.finish(&findings, &totals)?;
        Ok(summary)
    }
}

/// How many of these small files to hold at once.
fn batch(found: &[Found]) -> usize {
    let threads = rayon::current_num_threads();
    let mut left = HELD * threads as u64;
    let fits = found.iter().take(SIDE_BY_SIDE * threads).take_while(|found| {
        let size = found.extent.map_or(0, |extent| extent.unpacked);
        let room = left >= size;
        left = left.saturating_sub(size);
        room
    });
    fits.count()
}

fn is_small(found: &Found) -> bool {
    // A pipe has no size, and must not be waited for while files could be read.
    found.extent.is_some_and(|extent| extent.unpacked <= SMALL)
}
