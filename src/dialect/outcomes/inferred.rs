//! What a log tells by its own structure, where no row knows its words: the phrase that stands in each mail of which no
//! failure is told, and in none that failed, says that the mail went out.

use std::{collections::BTreeSet, ptr, rc::Rc};

use super::{
    LABEL, Record, Told, alike,
    beside::{self, accounts},
    contrast::{announces, best, denies, is_no_denial, switched},
    mails::{
        Begun, Head, Mail, first_of_runs, head, longest, mails, open, returned, row, tells_trouble, told_in,
        wait_queued, waiting,
    },
    order::{one_by_one, turn_round},
    page::Page,
    parallel,
    phrases::{Phrase, Said},
    place::{behind_first, common_sender, is_addressed},
    status::{Says, Status, of_sent_beside_codes},
    sums::{self, counts_more, counts_silent},
    told_with,
    verdicts::{is_of_anything, is_queued},
    wordless,
};
use crate::dialect::{Extent, Outcome};

/// Lines that are looked at.
pub(super) const LINES: usize = 6_000;
/// Phrases of one log: a program says it in one way, or in few.
const PHRASES: usize = 3;
/// Mails without a failure, where none failed and no time is told: fewer prove nothing.
const FEW: usize = 3;

/// The phrases of one log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inferred {
    /// The log is a page about one mail.
    page: Option<Page>,
    /// They show that mails are told of, not only how to read those that are: what still waits may be anything.
    pub(in crate::dialect) proves: bool,
    /// They say that a mail went out.
    sent: Vec<Phrase>,
    /// They say that one did not, whatever is told of it beside.
    failed: Vec<Phrase>,
    /// It announces a mail, in words that elsewhere say that it went out: `is being sent`.
    begins: Option<Phrase>,
    /// Where the number of a mail stands, and whether mails are told at the same time.
    numbers: Option<(parallel::Place, bool)>,
    /// Where a number stands that says how each mail went.
    status: Option<Status>,
    /// It says yes or no of each mail.
    switched: bool,
    /// A mail of which nothing more is told went out: where the log sums up, it counts them so.
    silent: bool,
    /// Mails are announced of which nothing more is told; so do the first lines of the others begin.
    open: Option<BTreeSet<Head>>,
    /// The line that says that a mail went out names it too: the same words elsewhere sum up.
    named: bool,
    /// Whom a mail is for stands on the line below the one that says how it went.
    below: bool,
    /// Who sends stands before whom it is for, in all lines.
    sender: Vec<u8>,
    /// Behind an announcement a word of failure, such as `Error: `, tells of the mail whatever follows it.
    troubled: bool,
    /// So does a row that says what is not there: `no route to host`.
    denied: bool,
    /// Mails are listed that still wait, as `pending`.
    waiting: bool,
    /// Rows say of some mails that they went out, and of others only that they are queued.
    queued: bool,
    /// Addresses of those whose accounts the log tells of.
    accounts: Vec<Vec<u8>>,
    /// Of mails it is said in words of mail that they went out: words that may be about anything tell of none.
    addressed: bool,
    /// Short phrases of rows about mails that went out, in a log whose rows have codes: what such a mail is called is no reply.
    beside_codes: BTreeSet<Phrase>,
    /// Where the number of a thread stands that tells of its mails one after the other, while others tell of theirs.
    lane: Option<parallel::Place>,
    /// Lines beside the records that speak of errors: titles above them, and what a person says around them.
    beside: Vec<Vec<u8>>,
    /// A closing sum of more mails than the lines tell of: something was not understood.
    doubted: Vec<u8>,
    /// To these mails went out, and came back later.
    returned: BTreeSet<Vec<u8>>,
    /// Only sums are told: each is one mail as far as anybody knows.
    sums: bool,
}

impl Inferred {
    /// Of these lines; `None` where they need no phrase, or show none.
    pub(super) fn of<'r, 'a: 'r>(records: impl IntoIterator<Item = &'r Record<'a>>) -> Option<Inferred> {
        let whole: Vec<&Record<'_>> = records.into_iter().collect();
        let accounts = accounts(&whole);
        let beside: Vec<Vec<u8>> = beside::of(&whole, &accounts).into_iter().map(<[u8]>::to_vec).collect();
        let mut records = whole.clone();
        records.retain(|record| !beside.iter().any(|beside| beside == record.line));
        let status = Status::of(&records);
        if status.is_none()
            && let Some(page) = Page::of(&records)
        {
            return Some(Inferred { page: Some(page), beside, ..Inferred::default() });
        }
        let below = turn_round(&mut records);
        let sender = common_sender(records.iter().map(|record| record.told.recipients)).unwrap_or_default().to_vec();
        let numbered_runs = parallel::runs(&records).map(|place| (place, true));
        let in_runs = numbered_runs.is_some();
        let numbers = numbered_runs.or_else(|| parallel::find(&records));
        let at_once = numbers.as_ref().filter(|(_, at_once)| *at_once).map(|(place, _)| place);
        let apart = numbers.as_ref().filter(|(_, at_once)| !at_once).map(|(place, _)| place);
        let lane = if at_once.is_none() { parallel::lane(&records) } else { None };
        if let Some(place) = at_once.or(lane.as_ref()) {
            one_by_one(&mut records, |record| parallel::word(record, place));
        }
        let (begins, always, mut mails) = match at_once.filter(|_| in_runs) {
            Some(_) => (None, false, mails(&records, Begun { number: at_once, below, ..Begun::default() })),
            None => announced(&mut records, Begun { below, apart, ..Begun::default() }),
        };
        let troubled = are_troubled(&mut mails, below);
        let denied = are_denied(&mut mails);
        let switch = switched(&mails);
        let switched = switch.is_some();
        let (sent, failed) = switch.unwrap_or_else(|| {
            let sent = Inferred::sent(&mails);
            let failed = Inferred::failed(&mails, &sent);
            (sent, failed)
        });
        let returned = returned(&mails);
        let silent = sent.is_empty() && failed.is_empty() && counts_silent(&whole, &mails);
        let waiting = waiting(&mails);
        let queued = wait_queued(&mails);
        let addressed = whole.iter().any(|record| is_of_anything(&record.told))
            && whole.iter().any(|record| record.verdict() == Some(true) && !is_of_anything(&record.told));
        let beside_codes = of_sent_beside_codes(&whole, status.as_ref());
        let sums = sums::are_all(&records);
        let doubted = counts_more(&whole, mails.len()).unwrap_or_default();
        let listed = status.is_some() || switched || silent || below;
        let open = if listed {
            None
        } else {
            open(&mails, &records, |phrase| sent.contains(phrase) || failed.contains(phrase))
        };
        let told_by = |said: &Rc<Said>| sent.iter().any(|phrase| said.contains(phrase));
        let told = || mails.iter().filter(|mail| !mail.failed && mail.lines.iter().any(told_by));
        let named = told().count() > 1 && told().all(|mail| mail.lines.first().is_some_and(told_by));
        let inferred = Inferred {
            page: None,
            proves: false,
            sent,
            failed,
            begins,
            numbers,
            status,
            switched,
            silent,
            open,
            named,
            below,
            sender,
            troubled,
            denied,
            waiting,
            queued,
            accounts: accounts.into_iter().map(<[u8]>::to_vec).collect(),
            addressed,
            beside_codes,
            lane,
            beside,
            doubted,
            returned,
            sums,
        };
        let inferred = Inferred { proves: inferred.shows_mails(always), ..inferred };
        inferred.shows_anything().then_some(inferred)
    }

    /// What was found shows that mails are told of. Addresses that come twice, `always`, may be anybody's.
    fn shows_mails(&self, always: bool) -> bool {
        self.begins.is_some() && !always
            || !self.sent.is_empty()
            || !self.failed.is_empty()
            || self.numbers.is_some()
            || self.status.is_some()
            || self.below
            || !self.sender.is_empty()
            || self.troubled
            || self.denied
            || self.silent
            || self.sums
            || self.open.is_some()
            || !self.doubted.is_empty()
            || !self.beside.is_empty()
    }

    /// What was found says how lines are read.
    fn shows_anything(&self) -> bool {
        self.proves
            || self.begins.is_some()
            || self.waiting
            || self.queued
            || !self.accounts.is_empty()
            || self.addressed
            || !self.beside_codes.is_empty()
            || self.lane.is_some()
            || !self.returned.is_empty()
    }

    /// The outcome, with the address that stands first in all lines as the sender's.
    pub(super) fn without_sender<'a>(&self, outcome: Outcome<'a>) -> Outcome<'a> {
        if self.sender.is_empty() {
            return outcome;
        }
        match behind_first(outcome.recipients).filter(|(first, _)| *first == self.sender) {
            Some((from, recipients)) => Outcome { from, recipients, ..outcome },
            None => outcome,
        }
    }

    /// The outcome without a recipient whose account the log tells of, where nothing says that the mail is to him.
    pub(super) fn without_account<'a>(&self, outcome: Outcome<'a>) -> Outcome<'a> {
        let is_account = self.accounts.iter().any(|account| account == outcome.recipients);
        let stands_alone = || !is_addressed(outcome.error, outcome.recipients);
        if is_account && stands_alone() { Outcome { recipients: b"", ..outcome } } else { outcome }
    }

    /// The words say only that the mail is queued, where rows say of others that they went out.
    pub(super) fn is_queued(&self, outcome: Outcome<'_>, text: &[u8]) -> bool {
        self.queued && outcome.sent == Some(true) && is_queued(text)
    }

    /// The phrases of mails that failed in known words, and of none that went out.
    fn failed(mails: &[Mail<'_>], sent: &[Phrase]) -> Vec<Phrase> {
        let went = |mail: &&Mail<'_>| mail.sent && !mail.failed || mail.phrases().any(|said| sent.contains(said));
        let (went_out, others): (Vec<&Mail<'_>>, Vec<&Mail<'_>>) = mails.iter().partition(went);
        let (failed, silent): (Vec<&Mail<'_>>, Vec<&Mail<'_>>) =
            others.into_iter().filter(|mail| !mail.waits).partition(|mail| mail.failed);
        // What is named in other words than the mails that went out is none: `account "office" (a@b.example) selected`.
        let worded = |mail: &&Mail<'_>| match mail.head() {
            Head::Words(_) => went_out.iter().any(|went| went.head() == mail.head()),
            Head::Row { .. } => true,
        };
        let silent: Vec<&Mail<'_>> = silent.into_iter().filter(worded).collect();
        // What a server may have said speaks for a failure where the others went out.
        let failed: Vec<&Mail<'_>> =
            failed.into_iter().chain(silent.iter().copied().filter(|mail| mail.doubtful)).collect();
        if went_out.len() < 2 || silent.is_empty() || failed.len() > went_out.len() * 2 {
            return Vec::new();
        }
        // In rows of columns, what few have in place of what says that the others went out is no good news.
        let row = mails[0].row();
        let wide =
            |mail: &Mail<'_>| matches!(mail.row(), Head::Row { columns, .. } if columns + usize::from(mail.dated) > 2);
        let listed = mails.iter().all(|mail| mail.lines.len() == 1 && mail.row() == row && wide(mail));
        if failed.is_empty() && listed && silent.len() <= went_out.len() {
            let elsewhere: BTreeSet<&Phrase> = went_out.iter().flat_map(|mail| mail.phrases()).collect();
            let found = best(&silent, &elsewhere, true, |_| true).filter(|(_, count)| *count == silent.len());
            return found.map(|(phrase, _)| phrase).into_iter().collect();
        }
        // Only what mails of which nothing is known say too tells anything of them.
        let unknown: BTreeSet<&Phrase> = silent.iter().flat_map(|mail| mail.phrases()).collect();
        let mut elsewhere: BTreeSet<&Phrase> = went_out.iter().flat_map(|mail| mail.phrases()).collect();
        elsewhere.extend(failed.iter().flat_map(|mail| mail.phrases()).filter(|said| !unknown.contains(said)));
        best(&failed, &elsewhere, true, |_| true)
            .filter(|(_, count)| count * 2 > failed.len())
            .map(|(phrase, _)| phrase)
            .into_iter()
            .collect()
    }

    /// The phrases that say that a mail went out; none where they are not needed, or not shown.
    fn sent(mails: &[Mail<'_>]) -> Vec<Phrase> {
        // Of whom was announced among others, and told one by one, nothing is left to say.
        let one_by_one = |mail: &Mail<'_>| {
            let many = memchr::memchr_iter(b'@', mail.recipients).count();
            let one_of = |to: &[u8]| to != mail.recipients && memchr::memmem::find(mail.recipients, to).is_some();
            many > 1 && mails.iter().filter(|other| one_of(other.recipients)).count() >= many
        };
        // `Mail run complete` behind the last mail is no more about it than about the others like it.
        let closes = |mail: &Mail<'_>| {
            let once = || mails.iter().filter(|other| other.sent).count() == 1;
            let like = |other: &Mail<'_>| !other.failed && !other.sent && other.head() == mail.head();
            !mail.at_once && mails.last().is_some_and(|last| ptr::eq(last, mail)) && once() && mails.iter().any(like)
        };
        let undecided = |mail: &&Mail<'_>| !mail.failed && (!mail.sent || closes(mail));
        let mails = mails.iter().filter(|mail| !undecided(mail) || !one_by_one(mail));
        let (silent, told): (Vec<&Mail<'_>>, Vec<&Mail<'_>>) =
            mails.filter(|mail| !(undecided(mail) && (mail.hurt || mail.waits))).partition(undecided);
        let failed = told.iter().filter(|mail| mail.failed).count();
        let contrast = failed > 0;
        // Where many mails are told of in known words, the others are something else.
        if silent.is_empty()
            || silent.len() == 1 && told.iter().any(|mail| mail.sent)
            || !contrast && (silent.len() < FEW && !silent.iter().all(|mail| mail.is_dated()) || !told.is_empty())
            || told.len() - failed > silent.len()
            || !contrast && silent.len() < FEW && silent.iter().any(|mail| mail.explained)
        {
            return Vec::new();
        }
        // Where each is told in one line, what stands behind it is about something else, and a word in the place of one that
        // says that others went out says that these did not: `waiting`.
        let rows = told.iter().all(|mail| mail.at_once);
        if rows && told.iter().any(|mail| mail.sent) && silent.iter().all(|mail| mail.lines.len() == 1) {
            return Vec::new();
        }
        let lines = if rows { 1 } else { usize::MAX };
        let lines = told.iter().flat_map(|mail| mail.lines.iter().take(lines));
        let elsewhere: BTreeSet<&Phrase> = lines.flat_map(|line| line.iter()).collect();
        let mut left: Vec<&Mail<'_>> = silent.clone();
        let mut sent = Vec::new();
        while sent.len() < PHRASES && left.len() * 10 > silent.len() {
            let Some((phrase, count)) = best(&left, &elsewhere, contrast, is_no_denial) else { break };
            if count < left.len().div_ceil(2) || count < 2 && silent.len() > 1 {
                break;
            }
            left.retain(|mail| !mail.lines.iter().any(|line| line.contains(&phrase)));
            sent.push(phrase);
        }
        // What is told in the words of one that failed, and of none that went out, says nothing of those.
        let went = |mail: &&Mail<'_>| mail.phrases().any(|phrase| sent.contains(phrase));
        let failed = |mail: &Mail<'_>| {
            // A number in them is that of the mail.
            let numbered = |phrase: &&Phrase| phrase.iter().flatten().any(u8::is_ascii_digit);
            let words = mail.lines[0].iter().filter(|phrase| !numbered(phrase));
            let says_as = |other: &Mail<'_>| words.clone().all(|phrase| other.lines[0].contains(phrase));
            mail.lines.len() == 1
                && told.iter().any(|other| other.failed && says_as(other))
                && !silent.iter().copied().filter(went).any(says_as)
        };
        left.retain(|mail| !failed(mail) && !denies(mail, &silent, &sent));
        if left.len() * 10 > silent.len() * 2 {
            sent.clear();
        } else if rows && contrast {
            sent.truncate(1);
        }
        sent
    }

    /// The line announces a mail, whatever its words say elsewhere.
    pub(super) fn begins(&self, record: &Record<'_>) -> bool {
        self.begins.as_ref().is_some_and(|begins| record.said().contains(begins))
    }

    /// How many of the lines tell how a mail went.
    pub(super) fn told(&self, records: &[&Record<'_>]) -> usize {
        told_in(records.iter().map(|record| match record.is_wordless() || self.is_beside(record.line) {
            true => wordless(record.line),
            false => told_with(self, record),
        }))
    }

    pub(in crate::dialect) fn is_page(&self) -> bool {
        self.page.is_some()
    }

    /// The page that the log is.
    pub(super) fn page(&self) -> Option<&Page> {
        self.page.as_ref()
    }

    /// The line is no record: a title of the log, or what a person says around it.
    pub(super) fn is_beside(&self, line: &[u8]) -> bool {
        self.beside.iter().any(|beside| beside == line)
    }

    /// The line sums up more mails than the log tells of.
    pub(super) fn is_doubted(&self, line: &[u8]) -> bool {
        !self.doubted.is_empty() && self.doubted == line
    }

    /// The mail that the outcome tells of went out, and came back.
    pub(super) fn is_returned(&self, outcome: &Outcome<'_>) -> bool {
        outcome.sent == Some(true) && self.returned.contains(outcome.recipients)
    }

    /// How the mails went that the line sums up, where nothing else is told of them.
    pub(super) fn summed(&self, record: &Record<'_>) -> Option<bool> {
        if self.sums { sums::counts(record) } else { None }
    }

    /// The number of the mail that the line is about, where the log numbers its mails.
    pub(super) fn number<'a>(&self, record: &Record<'a>) -> &'a [u8] {
        self.numbers.as_ref().and_then(|(place, _)| parallel::word(record, place)).unwrap_or_default()
    }

    /// The number by which the line says how a mail went, which it `names` or not.
    pub(super) fn status<'a>(&self, text: &'a [u8], names: bool) -> Option<(&'a [u8], Says)> {
        self.status.as_ref()?.told(text, names)
    }

    /// Whom a mail is for stands below the line that says how it went.
    pub(super) fn names_below(&self) -> bool {
        self.below
    }

    /// The mails show by themselves how they went, in a column; a list of yes and no where it is `about_mail`.
    pub(super) fn is_list(&self, about_mail: bool) -> bool {
        self.status.is_some() || self.switched && about_mail
    }

    /// The same, or the number of the thread, where mails are told at the same time.
    pub(super) fn key<'a>(&self, record: &Record<'a>) -> &'a [u8] {
        if let Some(lane) = &self.lane {
            return parallel::word(record, lane).unwrap_or_default();
        }
        if self.numbers.as_ref().is_some_and(|(_, at_once)| *at_once) { self.number(record) } else { b"" }
    }

    /// The line names a mail that still waits.
    pub(super) fn is_waiting(&self, told: &Told<'_>) -> bool {
        self.waiting && told.words.waits && !told.recipients.is_empty() && told.verdict().is_none()
    }

    /// These words stand beside codes of mails that went out too.
    pub(super) fn is_said_of_sent(&self, reply: &[u8]) -> bool {
        !self.beside_codes.is_empty()
            && (1..=LABEL).contains(&reply.len())
            && longest(&alike::phrases(reply)).is_some_and(|phrase| self.beside_codes.contains(phrase))
    }

    /// What the line says went well may be anything, as of mails it is said in words of mail: it only ends one that was begun
    /// above it.
    pub(super) fn is_of_anything(&self, told: &Told<'_>) -> bool {
        self.addressed && is_of_anything(told)
    }

    /// A mail of which nothing more is told went out.
    pub(super) fn is_silent(&self) -> bool {
        self.silent
    }

    /// The line begins a mail of which nothing more may be told.
    pub(super) fn opens(&self, told: &Told<'_>, part: Extent, text: &[u8]) -> bool {
        let known = self.open.as_ref().filter(|_| !told.recipients.is_empty());
        known.is_some_and(|heads| part == Extent::Words && heads.contains(&head(text)) || heads.contains(&row(text)))
    }

    /// Phrases of a line, which `names` a mail or none, say that a mail went out, or that one did not.
    pub(super) fn verdict(&self, said: &Said, names: bool) -> Option<bool> {
        if self.named && !names {
            return None;
        }
        let says = |known: &[Phrase]| known.iter().any(|phrase| said.contains(phrase));
        if says(&self.sent) { Some(true) } else { says(&self.failed).then_some(false) }
    }

    /// The line tells of a failure of the mail announced before, in whatever words.
    pub(super) fn is_trouble(&self, told: &Told<'_>) -> bool {
        self.troubled && tells_trouble(told) || self.denied && told.words.denies && !told.recipients.is_empty()
    }
}

/// The mails of these lines, and the phrase that announces one, in words that elsewhere say that it went out. Where all mails
/// are announced before the first has gone out, the lines of each are put together.
fn announced<'a>(records: &mut Vec<&Record<'a>>, begun: Begun<'_>) -> (Option<Phrase>, bool, Vec<Mail<'a>>) {
    if let Some(first) = first_of_runs(records).filter(|_| !begun.below) {
        let mails = mails(records, Begun { by: Some(&first), always: true, ..Begun::default() });
        return (Some(first), true, mails);
    }
    let plain = mails(records, begun);
    let mut begins = announces(&plain);
    let named: BTreeSet<&[u8]> = plain.iter().map(|mail| mail.recipients).collect();
    if begins.is_none() && plain.len() == 2 * named.len() {
        // Each is named twice, and not all have failed.
        one_by_one(records, |record| Some(record.told.recipients).filter(|named| !named.is_empty()));
        let grouped = mails(records, Begun { below: begun.below, ..Begun::default() });
        let recipients: BTreeSet<&[u8]> = grouped.iter().map(|mail| mail.recipients).collect();
        let once = recipients.len() == grouped.len() && plain.len() == 2 * grouped.len();
        begins = announces(&grouped).filter(|_| once && !grouped.iter().all(|mail| mail.failed));
    }
    let by = begins.as_ref();
    let mails = if by.is_some() { mails(records, Begun { by, ..begun }) } else { plain };
    (begins, false, mails)
}

/// Whether words such as `Error: ` tell of a failure in this log, whatever follows them: not where mails go out in spite of them.
fn are_troubled(mails: &mut [Mail<'_>], below: bool) -> bool {
    // Where no mail is told of in one line, the next tells how it went.
    if below || mails.len() > 1 && mails.iter().all(|mail| mail.lines.len() > 1 && !mail.at_once) {
        mails.iter_mut().for_each(|mail| mail.troubled |= mail.troubled_next);
    }
    let troubled =
        mails.iter().any(|mail| mail.troubled && !mail.failed) && !mails.iter().any(|mail| mail.troubled && mail.sent);
    if troubled {
        mails.iter_mut().for_each(|mail| mail.failed |= mail.troubled);
    }
    troubled
}

/// Whether rows that say what is not there tell of a failure: where rows say how mails went. Not where one says too what those
/// that went out say: `(no subject)`.
fn are_denied(mails: &mut [Mail<'_>]) -> bool {
    let denied = mails.iter().any(|mail| mail.at_once) && mails.iter().any(|mail| mail.denied);
    if denied {
        mails.iter_mut().for_each(|mail| mail.hurt |= mail.denied);
    }
    denied
}

#[cfg(test)]
mod tests;
