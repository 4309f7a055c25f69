//! Many logs in order: small ones side by side, large ones one after the other with all threads on each.

use std::io;

use chrono::Local;
use rayon::prelude::*;

use super::{
    Summary,
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
/// Small files that are under way at once, for each thread: enough to keep the threads busy, few enough to hold.
const SIDE_BY_SIDE: usize = 16;

/// The state of one analysis.
pub(super) struct Run<'a> {
    inspection: Inspection<'a>,
    report: &'a mut dyn Report,
    summary: Summary,
    totals: Totals,
    diagnosis: Diagnosis<'a>,
    league: Option<League<'a>>,
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
        Run { inspection, report, summary, totals: Totals::default(), diagnosis, league }
    }

    /// Every file, in input order.
    pub(super) fn all(mut self, found: &[Found]) -> io::Result<Summary> {
        let mut rest = found;
        while let Some(first) = rest.first() {
            let width = SIDE_BY_SIDE * rayon::current_num_threads();
            let small = rest.iter().take(width).take_while(|found| is_small(found)).count();
            if small > 1 {
                self.side_by_side(&rest[..small])?;
            } else {
                self.alone(first)?;
            }
            rest = &rest[small.max(1)..];
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

    fn side_by_side(&mut self, found: &[Found]) -> io::Result<()> {
        let inspection = self.inspection;
        let read = |found: &Found| {
            let mut waiting = Vec::new();
            let inspected = inspection.file(found, &mut |id, _, tx| waiting.push((id, tx)));
            (inspected, waiting)
        };
        let done: Vec<(Inspected, Vec<(u64, Transaction)>)> = found.par_iter().map(read).collect();
        for (found, (inspected, waiting)) in found.iter().zip(done) {
            self.begin(found);
            let facts = &inspected.facts;
            let dialect = facts.dialect.as_deref().unwrap_or_default();
            for (id, tx) in waiting {
                self.transaction(&facts.file, id, dialect, &tx)?;
            }
            self.file(inspected)?;
        }
        Ok(())
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
        if let Some(league) = &mut self.league {
            league.end(&facts);
        }
        self.report.file(&facts)
    }

    fn finish(self) -> io::Result<Summary> {
        let Run { report, mut summary, totals, diagnosis, league, .. } = self;
        let findings = diagnosis.findings();
        summary.worst = findings.iter().map(|finding| finding.severity).max();
        if totals.stopped > 0 {
            summary.problems.push(format!(
                "Stopped: {} of {} files were not read to the end. The report holds what was read until then.",
                totals.stopped, totals.files
            ));
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

fn is_small(found: &Found) -> bool {
    // A pipe has no size, and must not be waited for while files could be read.
    found.extent.is_some_and(|extent| extent.unpacked <= SMALL)
}
