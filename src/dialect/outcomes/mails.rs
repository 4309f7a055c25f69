//! The mails of a log in its program's own words: the lines of each, and what they tell.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::{
    Record, Told, alike, before, behind_label, parallel,
    phrases::{Phrase, Said, cells},
    place, quoted,
    verdicts::is_queued,
};
use crate::{
    dialect::{Event, Extent, Line, OwnWords, Traces, header::is_header},
    knowledge::{Knowledge, is_word_byte},
};

/// Lines of one mail in a list of mails.
pub(super) const MOST_LINES: usize = 8;

/// Words of a line; more are a paragraph.
const PARAGRAPH: usize = 24;

/// The lines about one mail.
#[derive(Default)]
pub(super) struct Mail<'a> {
    pub recipients: &'a [u8],
    /// Its number, where another one begins another mail to the same.
    apart: Option<&'a [u8]>,
    /// The line that names it.
    text: &'a [u8],
    /// The line that names it, or one beside it, has a stamp.
    pub dated: bool,
    pub failed: bool,
    pub sent: bool,
    /// The line that names it says how it went.
    pub at_once: bool,
    /// One of its lines may be a server's words.
    pub doubtful: bool,
    /// It says only that it is queued.
    queued: bool,
    /// The line that names it says that it came back.
    pub returned: bool,
    /// One of its lines has a word of failure, of whatever.
    pub hurt: bool,
    /// Behind the words that say how it went stand others, as if to say why.
    pub explained: bool,
    /// The phrases of the line that says that it was sent, and whether another follows, or one that says that it failed.
    pub sent_by: Rc<Said>,
    pub goes_on: bool,
    pub then_failed: bool,
    /// Behind its announcement a line has a word of failure, and names no mail.
    pub troubled: bool,
    /// So has the line next to the one that names it.
    pub troubled_next: bool,
    /// The one line that tells of it says that something is not there: `no route to host`.
    pub denied: bool,
    /// The one line that tells of it says that it waits: `pending`.
    pub waits: bool,
    /// The stamp of its last line.
    last: &'a [u8],
    /// Its number, where the log tells its mails one number after the other.
    number: Option<&'a [u8]>,
    /// The phrases of its lines, line by line.
    pub lines: Vec<Rc<Said>>,
    /// Those of the lines that only announce it.
    pub announced: Vec<Rc<Said>>,
}

impl Mail<'_> {
    /// The phrases of all its lines.
    pub(super) fn phrases(&self) -> impl Iterator<Item = &Phrase> {
        self.lines.iter().flat_map(|line| line.iter())
    }

    /// How the line begins that names it.
    pub(super) fn head(&self) -> Head {
        head(self.text)
    }

    /// The row that this line is.
    pub(super) fn row(&self) -> Head {
        row(self.text)
    }

    /// It is told at a time, and in few lines: this is a list of mails, and no text that names an address.
    pub(super) fn is_dated(&self) -> bool {
        self.dated && self.lines.len() <= MOST_LINES
    }
}

/// To whom mails went out of which it is told later that they came back.
pub(super) fn returned(mails: &[Mail<'_>]) -> BTreeSet<Vec<u8>> {
    let mut sent: BTreeSet<&[u8]> = BTreeSet::new();
    let mut returned = BTreeSet::new();
    // In most logs none did.
    if !mails.iter().any(|mail| mail.returned) {
        return returned;
    }
    for mail in mails {
        if mail.sent && !mail.failed {
            sent.insert(mail.recipients);
        } else if mail.returned && sent.contains(mail.recipients) {
            returned.insert(mail.recipients.to_vec());
        }
    }
    returned
}

/// What tells where a mail begins.
#[derive(Clone, Copy, Default)]
pub(super) struct Begun<'p> {
    /// The phrase that announces one.
    pub by: Option<&'p Phrase>,
    /// No mail is named without it.
    pub always: bool,
    /// Each mail has a number, and its lines stand together.
    pub number: Option<&'p parallel::Place>,
    /// Each mail has a number, and one with another begins another mail to the same.
    pub apart: Option<&'p parallel::Place>,
    /// A line that says how a mail went stands above the one that names it.
    pub below: bool,
}

/// The mails of these lines: another one begins with another recipient, or with a line like the one that began this one.
pub(super) fn mails<'a>(records: &[&Record<'a>], begun: Begun<'_>) -> Vec<Mail<'a>> {
    // A mail is large, and moved with all others where they are more than thought.
    let mut mails: Vec<Mail<'_>> = Vec::with_capacity(records.iter().filter(|record| record.names()).count());
    let mut traces = Traces::default();
    let mut general: BTreeSet<Phrase> = BTreeSet::new();
    let (mut dated_before, mut between) = (false, false);
    let runs = run_beginnings(records);
    for record in records {
        let Record { line, stamp, text, told, .. } = **record;
        if line.trim_ascii().is_empty() || traces.takes(line) {
            continue;
        }
        let recipients = told.recipients;
        if recipients.is_empty() && told.words.counts && quoted(text).is_none() {
            continue;
        }
        let mut said = if is_header(text) { Rc::default() } else { Rc::clone(record.said()) };
        let ahead = before(stamp, line);
        if !ahead.is_empty() {
            Rc::make_mut(&mut said).extend(alike::phrases(ahead).iter().cloned());
        }
        // What is said where no mail is named says nothing of how one went.
        if !(mails.is_empty() && recipients.is_empty()) && said.iter().any(|phrase| general.contains(phrase)) {
            Rc::make_mut(&mut said).retain(|phrase| !general.contains(phrase));
        }
        let announces = begun.by.is_some_and(|begins| said.contains(begins));
        let verdict = told.verdict().filter(|sent| !sent || !announces);
        let number = begun.number.and_then(|place| parallel::word(record, place));
        let apart = begun.apart.and_then(|place| parallel::word(record, place));
        let is_other = apart.is_some() && mails.last().is_some_and(|mail| mail.apart.is_some() && mail.apart != apart);
        let begins = mails.last().is_none_or(|mail| {
            let opening = |said: &Rc<Said>| (said.iter().find(|said| is_sign(said)).cloned(), longest(said).cloned());
            let again =
                || mail.lines.first().is_some_and(|first| Rc::ptr_eq(first, &said) || opening(first) == opening(&said));
            // Who is named again later, behind a failure, is tried again.
            let tried_again = mail.failed && verdict.is_none() && !stamp.is_empty() && mail.last != stamp;
            // What brings the first verdict on a mail that was named before goes on about it.
            let ends = verdict.is_some() && !mail.sent && !mail.failed;
            let anew = if begun.always {
                announces || mail.failed && (verdict.is_some() || tried_again)
            } else {
                again() && !ends || tried_again
            };
            mail.recipients != recipients || anew
        });
        let begins = match number {
            Some(_) => mails.last().is_none_or(|mail| mail.number != number),
            None => (begins || is_other) && !recipients.is_empty(),
        };
        between = recipients.is_empty()
            && number.is_none()
            && (between || verdict.is_none() && longest(record.said()).is_some_and(|said| runs.contains(said)));
        if begins {
            let dated = dated_before || !stamp.is_empty();
            mails.push(Mail { recipients, text, dated, number, apart, ..Mail::default() });
        } else if number.is_some()
            && let Some(mail) = mails.last_mut().filter(|mail| mail.recipients.is_empty() && !recipients.is_empty())
        {
            (mail.recipients, mail.text) = (recipients, text);
        }
        dated_before = !stamp.is_empty();
        let Some(mail) = mails.last_mut().filter(|_| !between) else {
            general.extend(said.iter().cloned());
            continue;
        };
        mail.at_once |= mail.lines.is_empty() && verdict.is_some();
        mail.queued |= mail.lines.is_empty() && verdict == Some(true) && is_queued(text);
        mail.returned |= mail.lines.is_empty() && told.words.returned;
        mail.dated |= mail.lines.len() == 1 && !stamp.is_empty();
        mail.goes_on |= mail.sent;
        mail.then_failed |= mail.sent && verdict == Some(false);
        mail.failed |= verdict == Some(false);
        mail.hurt |= told.words.failed;
        mail.explained |= place::behind_address(text).is_some_and(explains);
        mail.doubtful |= verdict.is_none() && recipients.is_empty() && stamp.is_empty() && quotes(text);
        let trouble = verdict.is_none() && tells_trouble(&told);
        mail.troubled |= trouble && !mail.announced.is_empty();
        mail.troubled_next |= trouble && mail.lines.len() == 1;
        mail.denied = mail.lines.is_empty() && verdict.is_none() && told.words.denies;
        mail.waits = mail.lines.is_empty() && verdict.is_none() && told.words.waits;
        if verdict == Some(true) && !mail.sent {
            mail.sent = true;
            mail.sent_by = Rc::clone(&said);
        }
        mail.last = stamp;
        if verdict.is_none() && (told.words.begins || announces) {
            mail.announced.push(Rc::clone(&said));
        }
        mail.lines.push(said);
    }
    if begun.below {
        // Of a record that says so first, nothing else tells.
        mails.iter_mut().for_each(|mail| mail.lines.truncate(2));
    }
    mails
}

/// The phrase of the first of the lines that name the same recipients one after the other, where each is named so more than
/// once and no other line has it: whatever its words, it announces a mail, and how that went is told behind it.
pub(super) fn first_of_runs(records: &[&Record<'_>]) -> Option<Phrase> {
    let named: Vec<&Record<'_>> = records.iter().copied().filter(|record| record.names()).collect();
    let runs: Vec<&[&Record<'_>]> = named.chunk_by(|a, b| a.told.recipients == b.told.recipients).collect();
    let (last, whole) = runs.split_last()?;
    let ends_early = last.len() < 2;
    if whole.len() + usize::from(!ends_early) < 2 || whole.iter().any(|run| run.len() < 2) {
        return None;
    }
    // What went out by its first line may only be told more of below, unless what is told there is that it failed.
    let denied = |run: &&[&Record<'_>]| {
        run[0].verdict() == Some(true) && run[1..].iter().any(|record| record.verdict() == Some(false))
    };
    let verdicts = || runs.iter().filter_map(|run| run[0].verdict());
    if verdicts().any(|sent| !sent) || verdicts().next().is_some() && !runs.iter().any(denied) {
        return None;
    }
    let mut common = Said::clone(runs[0][0].said());
    for run in &runs[1..] {
        common.retain(|phrase| run[0].said().contains(phrase));
    }
    let heads: Vec<&Record<'_>> = runs.iter().map(|run| run[0]).collect();
    for record in records.iter().filter(|record| !heads.iter().any(|head| std::ptr::eq(*head, **record))) {
        if common.is_empty() {
            return None;
        }
        common.retain(|phrase| !record.said().contains(phrase));
    }
    common.into_iter().max_by_key(Vec::len)
}

/// The longest phrases of the lines that begin something before the first mail is named, such as `Connecting to mail.b.example`,
/// and never right behind one that names a mail: said again, a new run begins, and the mail before has ended.
fn run_beginnings<'r>(records: &'r [&Record<'_>]) -> BTreeSet<&'r Phrase> {
    let first = records.iter().position(|record| record.names()).unwrap_or_default();
    let begins = |record: &&&Record<'_>| match record.told.event {
        Event::Outcome(outcome) => outcome.sent.is_none() && record.told.words.begins,
        _ => false,
    };
    let begun: BTreeSet<&Phrase> =
        records[..first].iter().filter(begins).filter_map(|record| longest(record.said())).collect();
    if begun.is_empty() {
        return begun;
    }
    let behind = records.windows(2).filter(|pair| pair[0].names() && !pair[1].names());
    let behind: BTreeSet<&Phrase> = behind.filter_map(|pair| longest(pair[1].said())).collect();
    begun.difference(&behind).copied().collect()
}

/// The phrase with the most words.
pub(super) fn longest(said: &Rc<Said>) -> Option<&Phrase> {
    said.iter().max_by_key(|phrase| phrase.len())
}

/// How a line begins that names somebody.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Head {
    /// Its first words, and the one before the address.
    Words(Vec<u8>),
    /// It is a row: its columns, and where it has no others than words how many stand before the address.
    Row { columns: usize, words: usize },
}

impl Default for Head {
    fn default() -> Head {
        Head::Row { columns: 0, words: 0 }
    }
}

/// Words that tell how a line begins.
const HEAD: usize = 3;

/// How this line begins: in words, or where it has none before the address, as a row.
pub(super) fn head(text: &[u8]) -> Head {
    let mut words = words_before(text).peekable();
    if words.peek().is_none() {
        return row(text);
    }
    let first = words.take_while(|word| !word.iter().any(u8::is_ascii_digit)).take(HEAD);
    let head: Vec<&[u8]> = first.chain(words_before(text).last()).collect();
    Head::Words(head.join(&b' '))
}

/// The row that this line is, whatever words stand in it.
pub(super) fn row(text: &[u8]) -> Head {
    let words = if cells(text).count() > 1 { 0 } else { words_before(text).count() };
    Head::Row { columns: columns(text), words }
}

/// Of some mails the only line says that they wait, and of most of these nothing is told elsewhere.
pub(super) fn waiting(mails: &[Mail<'_>]) -> bool {
    let told: BTreeSet<&[u8]> =
        mails.iter().filter(|mail| mail.sent || mail.failed).map(|mail| mail.recipients).collect();
    let (again, open): (Vec<_>, Vec<_>) =
        mails.iter().filter(|mail| mail.waits).partition(|mail| told.contains(mail.recipients));
    open.len() > again.len()
}

/// Of rows that say that mails went out, some say only that they are queued, as others do not: these wait.
pub(super) fn wait_queued(mails: &[Mail<'_>]) -> bool {
    let row = |mail: &&Mail<'_>| mail.at_once && mail.sent && mail.lines.len() == 1;
    let (queued, went): (Vec<&Mail<'_>>, Vec<&Mail<'_>>) = mails.iter().filter(row).partition(|mail| mail.queued);
    let Some(one) = went.first() else { return false };
    !queued.is_empty() && queued.iter().chain(&went).all(|mail| mail.row() == one.row())
}

fn words_before(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    place::before_address(text).split(|b| b" \t".contains(b)).filter(|word| !word.is_empty())
}

/// How the lines begin that announce mails, where of some nothing more is told: as those of the others, or where nothing is told
/// of any, in words that say so. Where each is told of in the row that names it, a row like these is a mail, whatever its word
/// for how it went. Where one is told of further below, lines that name somebody are no mails.
pub(super) fn open(
    mails: &[Mail<'_>],
    records: &[&Record<'_>],
    says: impl Fn(&Phrase) -> bool,
) -> Option<BTreeSet<Head>> {
    let is_told = |mail: &Mail<'_>| mail.failed || mail.sent || mail.phrases().any(&says);
    let announced =
        |mail: &&Mail<'_>| mail.dated && mail.announced.first().is_some_and(|said| Rc::ptr_eq(said, &mail.lines[0]));
    let (told, silent): (Vec<&Mail<'_>>, Vec<&Mail<'_>>) = mails.iter().partition(|mail| is_told(mail));
    // What is told of a mail twice, and not the same, may be about one that was announced before it.
    if silent.is_empty() || mails.iter().any(|mail| mail.then_failed) {
        return None;
    }
    let rows = !told.is_empty() && told.iter().all(|mail| mail.at_once);
    let heads: BTreeSet<Head> = match &told[..] {
        [] if records.iter().any(|record| record.verdict().is_some()) => return None,
        [] => mails.iter().filter(announced).map(Mail::head).collect(),
        told => told.iter().flat_map(|mail| [Some(mail.head()), rows.then(|| mail.row())]).flatten().collect(),
    };
    let open = |mail: &Mail<'_>| !is_told(mail) && (heads.contains(&mail.head()) || heads.contains(&mail.row()));
    let told_last: BTreeMap<&[u8], usize> =
        mails.iter().enumerate().filter(|(_, mail)| is_told(mail)).map(|(at, mail)| (mail.recipients, at)).collect();
    let told_below = |at: usize| {
        let mut named = mails[at].recipients.split(|b| b" ,;<>\"'[]".contains(b));
        named.any(|one| told_last.get(one).is_some_and(|last| *last > at))
    };
    let found: Vec<usize> = (0..mails.len()).filter(|at| open(&mails[*at])).collect();
    let below = found.iter().filter(|at| told_below(**at)).count();
    // In rows some may be tried again; and of a list of people hardly any is told.
    let are_mails = if rows { below * 2 < found.len() && told.len() * 4 > found.len() } else { below == 0 };
    (are_mails && !found.is_empty()).then_some(heads)
}

/// The columns of a line; what stands before its address and behind it are two.
fn columns(text: &[u8]) -> usize {
    let worded = |text: &[u8]| text.iter().copied().any(is_word_byte);
    let around = [place::before_address(text), place::behind_address(text).unwrap_or_default()];
    cells(text).count().max(1 + around.into_iter().filter(|part| worded(part)).count())
}

/// `plonk: quux zap`, `plonk - quux`: words, a mark, and words again.
fn explains(behind: &[u8]) -> bool {
    let worded = |text: &[u8]| text.iter().take_while(|b| b.is_ascii_alphabetic() || **b >= 0x80).count() > 2;
    let text = behind.trim_ascii_start();
    let marks = text.windows(2).enumerate().filter(|(_, two)| matches!(two, [b':', b' '] | [b' ', b'-' | b'(']));
    worded(text) && marks.map(|(at, _)| text[at + 2..].trim_ascii_start()).any(worded)
}

/// A line of a record that a server may have said.
fn quotes(text: &[u8]) -> bool {
    let words = behind_label(text).unwrap_or(text.trim_ascii());
    Knowledge::builtin()
        .told(words, None, None)
        .is_some_and(|told| told.reply.is_some_and(|reply| reply.server_speaks > 0))
}

/// A word of failure in a line that names no mail.
pub(super) fn tells_trouble(told: &Told<'_>) -> bool {
    told.words.failed && told.recipients.is_empty()
}

/// `!!!`
pub(super) fn is_sign(phrase: &Phrase) -> bool {
    phrase.first().is_some_and(|word| !word.iter().copied().any(is_word_byte))
}

/// How many of these lines tell how a mail went. An indented line or a paragraph without a stamp only goes on about a mail that
/// was named or told of right before it: alone it is part of any text.
pub(super) fn told_in<'a>(lines: impl Iterator<Item = Line<'a>>) -> usize {
    let (mut goes_on, mut begun) = (false, 0);
    let tells = |line: &Line<'a>| match line.event {
        Event::Outcome(outcome) => {
            let names = !outcome.recipients.is_empty() || !outcome.endpoint.host.is_empty();
            let error = || Knowledge::builtin().client_error(outcome.error).is_some();
            let alone =
                !matches!(outcome.part, Extent::Detail | Extent::Last) && (!is_paragraph(outcome.error) || error());
            let tells =
                alone || !line.stamp.is_empty() && outcome.part != Extent::Last || OwnWords::of(outcome.error).numbered;
            goes_on |= names || outcome.begins || outcome.status.is_some() || outcome.sent.is_some() && tells;
            begun += usize::from(outcome.part == Extent::Open);
            outcome.sent.is_some() && goes_on
        }
        Event::Unknown(_) => {
            goes_on = false;
            false
        }
        _ => false,
    };
    let told = lines.filter(tells).count();
    // Where nothing is told of any, that mails are announced must do.
    if told == 0 { begun } else { told }
}

fn is_paragraph(text: &[u8]) -> bool {
    text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count() > PARAGRAPH
}
