//! Keeps account of what was shown of a log that is being written, so that nothing is shown twice, and of the sums.

use std::{collections::VecDeque, io, time::Duration};

use chrono::NaiveDateTime;

use super::written::Written;
use crate::{
    knowledge::{Cause, Knowledge},
    report::{Customer, Judged, Live, ShownAttempt, Totals},
    rule::{Coach, Diagnosis, Finding, History, Severity},
    scan::FileFacts,
    session::{Clue, Confidence, End, NewClues, Outcome, Transaction},
    smtp::Stage,
};

/// Unsettled attempts that are remembered; a log has hardly more connections open.
const MAX_OPEN_ATTEMPTS: usize = 4_096;

/// Shows attempts and adds them up.
pub(super) struct Journal<'w, 'k> {
    knowledge: &'k Knowledge,
    live: &'w mut dyn Live,
    /// Of the log.
    pub(super) name: String,
    diagnosis: Diagnosis<'k>,
    /// Of the log that is watched now.
    history: History,
    coach: Coach<'k>,
    /// This PC's clock when the watching began.
    now: NaiveDateTime,
    totals: Totals,
    /// The attempts that come now were in the log when the watching began.
    pub(super) past: bool,
    /// The number of past attempts to show.
    recent: usize,
    kept: VecDeque<Box<Transaction>>,
    /// The verdicts that were shown of attempts that may go on.
    open: Vec<Said>,
    /// Attempts before this place were shown, when a log is read again.
    until: u64,
    newest: u64,
    /// Where secrets stand, each told once.
    new: NewClues,
}

/// The verdict that was shown of an attempt that may go on.
struct Said {
    byte_first: u64,
    session: u64,
    line_last: u64,
    /// It stood in the log before.
    past: bool,
    verdict: Verdict,
}

/// An attempt is shown again where this changes: how it ended, and the lines of the reply and the error that say so.
type Verdict = (Outcome, Stage, Option<Cause>, Option<u64>, Option<u64>);

fn verdict(tx: &Transaction) -> Verdict {
    let (reply, error) = (tx.reply.as_ref().map(|reply| reply.line), tx.error.as_ref().map(|error| error.line));
    (tx.outcome, tx.stage, tx.cause, reply, error)
}

/// Nothing has decided it yet.
pub(super) fn is_under_way(tx: &Transaction) -> bool {
    tx.end == End::Eof && tx.reply.is_none() && tx.error.is_none()
}

/// Marks an attempt that is under way as not finished, though a log that ended there would be judged a failure.
pub(super) fn leave_open(tx: &mut Transaction) {
    tx.outcome = Outcome::Incomplete;
    tx.cause = None;
    tx.confidence = Some(Confidence::Likely);
}

impl<'w, 'k> Journal<'w, 'k> {
    pub(super) fn new(
        knowledge: &'k Knowledge,
        live: &'w mut dyn Live,
        name: String,
        coach: Coach<'k>,
        recent: usize,
        now: NaiveDateTime,
    ) -> Self {
        Journal {
            knowledge,
            live,
            name,
            diagnosis: Diagnosis::new(knowledge, now.date()),
            history: History::default(),
            coach,
            now,
            totals: Totals { facts: knowledge.named(), ..Totals::default() },
            past: false,
            recent,
            kept: VecDeque::new(),
            open: Vec::new(),
            until: 0,
            newest: 0,
            new: NewClues::default(),
        }
    }

    /// An attempt that stood in the log when the watching began.
    fn keep(&mut self, tx: Box<Transaction>) {
        self.newest = self.newest.max(tx.byte_first + 1);
        self.coach.observe((self.totals.files, tx.byte_first), &tx);
        self.kept.push_back(tx);
        if self.kept.len() > self.recent {
            self.kept.pop_front();
        }
    }

    /// One of them that may still go on.
    pub(super) fn past(&mut self, tx: Box<Transaction>) {
        let (byte_first, session, line_last) = (tx.byte_first, tx.session, tx.line_last);
        self.open.push(Said { byte_first, session, line_last, past: true, verdict: verdict(&tx) });
        self.keep(tx);
    }

    /// Shows the newest of them.
    pub(super) fn recent(&mut self, written: &Written<'k>) -> io::Result<()> {
        for tx in std::mem::take(&mut self.kept) {
            self.show(written, &tx, true, false, None)?;
        }
        self.flush()
    }

    /// An attempt that is over.
    pub(super) fn settled(&mut self, written: &Written<'k>, tx: Box<Transaction>) -> io::Result<()> {
        if self.past {
            self.keep(tx);
            return Ok(());
        }
        let said = self.said(&tx).map(|place| self.open.swap_remove(place));
        if said.as_ref().is_some_and(|said| said.past && said.line_last == tx.line_last) || tx.byte_first < self.until {
            return Ok(());
        }
        let file = usize::try_from(self.totals.files).unwrap_or(usize::MAX);
        self.diagnosis.observe(file, written.id(&tx), &tx);
        self.history.observe(file, &tx);
        self.totals.tally.add(&tx);
        if said.as_ref().is_some_and(|said| said.verdict == verdict(&tx)) {
            return Ok(());
        }
        self.show(written, &tx, false, said.is_some_and(|said| !said.past), None)?;
        self.flush()
    }

    /// Where a secret stands.
    pub(super) fn clue(&mut self, clue: Clue) {
        let Journal { new, live, .. } = self;
        new.take(clue, |clue| live.clues(&[clue]));
    }

    /// An attempt as it stands, while nothing is added to the log; `silent`: for so long that nothing more is expected.
    pub(super) fn so_far(
        &mut self,
        written: &Written<'k>,
        mut tx: Box<Transaction>,
        silent: Option<Duration>,
    ) -> io::Result<()> {
        let silent = silent.filter(|_| is_under_way(&tx));
        if is_under_way(&tx) {
            if silent.is_none() {
                return Ok(());
            }
            leave_open(&mut tx);
        }
        let now = verdict(&tx);
        let mut again = false;
        if let Some(place) = self.said(&tx) {
            let said = &mut self.open[place];
            if said.past && said.line_last == tx.line_last || said.verdict == now {
                return Ok(());
            }
            again = !said.past;
            (said.past, said.verdict, said.line_last) = (false, now, tx.line_last);
        } else {
            let Transaction { byte_first, session, line_last, .. } = *tx;
            self.open.push(Said { byte_first, session, line_last, past: false, verdict: now });
            if self.open.len() > MAX_OPEN_ATTEMPTS {
                self.open.remove(0);
            }
        }
        if tx.byte_first < self.until {
            return Ok(());
        }
        self.show(written, &tx, false, again, silent)
    }

    fn said(&self, tx: &Transaction) -> Option<usize> {
        self.open.iter().position(|said| said.byte_first == tx.byte_first && said.session == tx.session)
    }

    fn show(
        &mut self,
        written: &Written<'k>,
        tx: &Transaction,
        past: bool,
        again: bool,
        silent: Option<Duration>,
    ) -> io::Result<()> {
        self.newest = self.newest.max(tx.byte_first + 1);
        let tx_id = written.id(tx);
        let finding = tx.outcome.is_failure().then(|| self.finding(tx_id, tx)).flatten();
        let advice = if past { None } else { self.coach.observe((self.totals.files, tx.byte_first), tx) };
        let next = advice.map(|advice| advice.words);
        let dialect = &written.dialects().at(tx.dialect_index).name;
        let (file, finding) = (self.name.as_str(), finding.as_ref());
        self.live.attempt(&ShownAttempt { file, tx_id, dialect, tx, finding, next, again, silent })
    }

    /// The finding for this attempt alone.
    fn finding(&self, tx_id: u64, tx: &Transaction) -> Option<Finding> {
        let mut one = Diagnosis::new(self.knowledge, self.now.date());
        one.observe(0, tx_id, tx);
        one.judgement().findings.into_iter().next()
    }

    /// Everything is on the screen.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.live.flush()
    }

    /// The log is read again from its beginning, in another dialect.
    pub(super) fn again(&mut self) {
        self.open.clear();
        self.until = self.newest;
    }

    /// A file has ended.
    pub(super) fn file(&mut self, facts: FileFacts) -> io::Result<()> {
        self.open.clear();
        (self.until, self.newest) = (0, 0);
        let tally = &mut self.totals.tally;
        tally.lines += facts.tally.lines;
        tally.understood += facts.tally.understood;
        tally.unknown += facts.tally.unknown;
        self.totals.files += 1;
        let history = std::mem::take(&mut self.history);
        self.live.file(&facts, history.condition(self.knowledge).state)
    }

    /// The watching has ended.
    pub(super) fn finish(self) -> io::Result<Option<Severity>> {
        let customer =
            Customer { files: self.totals.files, judgement: self.diagnosis.judgement(), ..Customer::default() };
        let worst = customer.severity();
        let judged = Judged { customers: vec![customer], now: self.now, ..Judged::default() };
        self.live.finish(&judged, &self.totals)?;
        Ok(worst)
    }
}
