//! Whether lines tell of mails in words: no mark proves it, only how many of them do.

use std::cell::LazyCell;

use bstr::ByteSlice;

use super::{Inferred, LABEL, PASTED, Record, Told, explains, mails::told_in, order::falls, stamps::stamped};
use crate::{
    dialect::{
        Event, Line, StampReader,
        noise::is_dumped,
        prose::{is_commented, is_prose, runs_on},
    },
    knowledge::{By, Cause, Knowledge, ReplyMeaning, ToldMeaning, begins_with_class, is_word_byte},
};

/// Logs of so few lines are believed for less, and these for their words alone.
const SHORT: usize = 40;
const SHORTEST: usize = 12;
/// A longer line of prose may have been broken at its end.
const BROKEN: usize = 60;
/// Digits of a stamp that has a time of day without colons: `20261123 082601`.
const COMPACT: usize = 12;

/// A time of day stands where the line begins: a list of changes has days.
pub(in crate::dialect) fn is_timed(line: &[u8]) -> bool {
    let stamp = stamped(line).0;
    stamp.contains(&b':') || stamp.iter().filter(|b| b.is_ascii_digit()).count() >= COMPACT
}

/// Share of the lines that tell of mails; 0 where somebody speaks SMTP, or where the words may be prose: a text about
/// mailing and its errors has no stamps, addresses and codes in every fourth line.
pub(in crate::dialect) fn score(lines: &[&[u8]]) -> f64 {
    let mut records = Vec::with_capacity(lines.len());
    let mut spoken = 0;
    for line in lines {
        let record = Record::of(line);
        spoken += usize::from(record.speaks());
        records.push(record);
        // Enough of a dialogue stands at its beginning: to read all of it took a tenth of the time of a small log.
        if spoken == most_spoken(lines.len()) && lines.len() > PASTED {
            return 0.0;
        }
    }
    let inferred = LazyCell::new(|| Inferred::of(&records));
    let score = score_of(&records.iter().collect::<Vec<_>>(), &inferred);
    if score > 0.0 || lines.len() > PASTED {
        return score;
    }
    // A page about one mail in which a server's refusal is quoted with its code, or a program's exception, is no text about
    // mailing, however much stands around it.
    // A form names whom the mail was for in a field of its own: `RX ADDR    a@b.example`.
    let is_field = |record: &Record<'_>| {
        let label = record.text.trim_ascii().strip_suffix(record.told.recipients).unwrap_or_default().trim_ascii();
        let worded = label.iter().all(|b| b.is_ascii_alphabetic() || b" :".contains(b));
        record.names() && record.verdict().is_none() && (1..=LABEL).contains(&label.len()) && worded
    };
    let labelled = records.iter().any(is_field);
    let answered = |at: &usize| match records[*at].read().event {
        Event::Outcome(outcome) if outcome.sent == Some(false) => {
            let told = Knowledge::builtin().told(outcome.error, None, None);
            let refused = |reply: &ReplyMeaning| {
                outcome.status.is_some() && reply.by >= By::Text && reply.cause != Cause::UnknownReply
            };
            // Or, in a few lines, words that stand for one error alone, and not amid a sentence that goes on from a line above.
            let above = at.checked_sub(1).map_or(&b""[..], |above| lines[above].trim_ascii_end());
            let broken = above.len() > BROKEN && above.last().is_some_and(|b| is_word_byte(*b) || *b == b',');
            let few = lines.len() <= if labelled { SHORT } else { SHORTEST };
            let known = |told: &ToldMeaning| told.certain && told.reply.is_none() && few && !broken;
            told.is_some_and(|told| {
                begins_with_class(outcome.error) || told.reply.as_ref().is_some_and(refused) || known(&told)
            })
        }
        _ => false,
    };
    let answers = (0..lines.len()).filter(answered).count();
    if answers > 0 && inferred.as_ref().is_some_and(Inferred::is_page) {
        return answers as f64 / lines.len() as f64;
    }
    // In what somebody copied, a dump of settings, of a certificate or of TLS around the words is no text about mail.
    let told: Vec<&Record<'_>> =
        records.iter().filter(|record| record.verdict().is_some() || !is_dumped(record.line)).collect();
    if told.len() == lines.len() || is_commented(lines) || runs_on(lines) {
        return score;
    }
    score_of(&told, &LazyCell::new(|| Inferred::of(told.iter().copied())))
}

/// So many lines of a dialogue among so many are more than what words about mails quote.
fn most_spoken(lines: usize) -> usize {
    lines.div_ceil(20).max(2)
}

/// A log is written line by line, and its days rise; those of a list of changes fall.
fn is_newest_first(lines: &[&[u8]]) -> bool {
    let day = |line: &&[u8]| StampReader::default().read(stamped(line).0)?.date;
    falls(lines.iter().filter(|line| is_timed(line)).filter_map(day))
}

/// `inferred`: what the structure of these lines tells.
fn score_of<F: FnOnce() -> Option<Inferred>>(records: &[&Record<'_>], inferred: &LazyCell<Option<Inferred>, F>) -> f64 {
    // In a dialogue they are only quoted.
    if records.iter().filter(|record| record.speaks()).count() >= most_spoken(records.len()) {
        return 0.0;
    }
    let (mut proved, mut explained, mut mail) = (0usize, 0usize, false);
    // A verdict is known to be about a mail, or is a failure: `Claim 1001 sent to switch` is neither.
    let mut sure = false;
    // Lines with a word of mail beside the names of accounts.
    let mut about_mail = 0usize;
    // Lines that tell when, to whom, and how it went.
    let (mut whole, mut addressed) = (0usize, 0usize);
    // A line begins with the name of an exception: a program wrote it.
    let mut thrown = false;
    // A line named a mail whose end is still to be told.
    let mut named = false;
    let all = records.len().max(1);
    for record in records {
        let (stamp, text, Told { words: said, .. }) = (record.stamp, record.text, record.told);
        about_mail += usize::from(said.mail && !said.other);
        thrown |= begins_with_class(text);
        match record.read().event {
            Event::Outcome(outcome) => {
                let names = !outcome.recipients.is_empty() || outcome.status.is_some();
                let to = !outcome.recipients.is_empty();
                sure |= outcome.sent.is_some_and(|sent| !(sent && outcome.inferred));
                addressed += usize::from(to);
                whole += usize::from(outcome.sent.is_some() && to && !stamp.is_empty());
                // Of a few lines that somebody copied, words of a server or of an error are proof.
                let known = || all <= SHORTEST && outcome.sent == Some(false) && explains(text, true);
                let ends = named && outcome.sent.is_some();
                proved += usize::from(names || said.numbered || !stamp.is_empty() || ends || known());
                named = (names || named || outcome.begins) && outcome.sent.is_none();
                explained += 1;
                mail |= said.mail || names || !outcome.endpoint.host.is_empty();
            }
            Event::Note(_) => {
                explained += 1;
                mail |= said.mail;
            }
            // The title and the buttons around a message that somebody copied.
            _ => explained += usize::from(all <= SHORTEST && is_caption(record.line)),
        }
    }
    let score = explained as f64 / all as f64;
    // Without a word of mail the numbers of errors must be nearly all there is.
    let enough = score >= if mail { 0.25 } else { 0.75 } || whole * 8 >= all;
    let proved = proved * 4 >= all || (proved > 0 || thrown) && all <= SHORT || all <= SHORTEST && score >= 0.75;
    let lines: Vec<&[u8]> = records.iter().map(|record| record.line).collect();
    let timed = if is_newest_first(&lines) { 0 } else { lines.iter().filter(|line| is_timed(line)).count() };
    // The stamp counts, also of a line without words.
    let told = told_in(records.iter().map(|record| Line { stamp: record.stamp, ..record.read() }));
    // Most may be told in words that only the contrast between the mails explains, or in a column.
    let worded = || inferred.as_ref().map_or(told, |words| words.told(records));
    let told = if told == 0 && (about_mail > 0 || addressed > 0) {
        let listed = inferred.as_ref().is_some_and(|words| words.is_list(about_mail > 0));
        Some(worded()).filter(|told| listed || *told <= about_mail).unwrap_or(0)
    } else {
        told
    };
    let prose = || is_prose(&lines, timed, told) && is_prose(&lines, timed, worded());
    if told == 0 || !(mail || sure) || !enough || !proved || prose() { 0.0 } else { score }
}

/// `Error`, `Retry   Cancel`, `[Window Title]`: single words, far from each other, or words in brackets.
fn is_caption(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.starts_with(b"[") && line.ends_with(b"]")
        || line.split_str("  ").all(|word| word.trim_ascii().iter().all(u8::is_ascii_alphabetic))
}
