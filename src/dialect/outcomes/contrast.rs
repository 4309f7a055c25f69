//! The phrases by which the mails of a log differ.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    mails::{Mail, is_sign},
    phrases::{Phrase, Said},
};
use crate::knowledge::{WordClass, WordTable};

/// The words by which a list of mails says only yes or no, where it says so of each: `YES` and `NO`, `away` and `not away`.
pub(super) fn switched(mails: &[Mail<'_>]) -> Option<(Vec<Phrase>, Vec<Phrase>)> {
    let table = WordTable::builtin();
    let untold = |mail: &Mail<'_>| mail.lines.len() == 1 && !mail.sent && !mail.failed;
    if !mails.iter().all(untold) {
        return None;
    }
    let no = |phrase: &&Phrase| match &phrase[..] {
        [word] => table.is(word, WordClass::No),
        [not, _] => table.classes(not).has(WordClass::Not),
        _ => false,
    };
    let denied = mails.iter().flat_map(Mail::phrases).find(no)?;
    let affirmed = |phrase: &&Phrase| match &denied[..] {
        [_, word] => phrase[..] == [word.clone()],
        _ => phrase.len() == 1 && table.is(&phrase[0], WordClass::Yes),
    };
    let affirmed = mails.iter().flat_map(Mail::phrases).find(affirmed)?;
    let says = |mail: &Mail<'_>, known: &Phrase| mail.phrases().any(|phrase| phrase == known);
    let one = |mail: &Mail<'_>| says(mail, affirmed) != says(mail, denied);
    mails.iter().all(one).then(|| (vec![affirmed.clone()], vec![denied.clone()]))
}

/// The phrase of the lines that seem to say that a mail was sent, where each mail that failed has one, and says so only
/// behind it, and those that did not fail go on behind it too.
pub(super) fn announces(mails: &[Mail<'_>]) -> Option<Phrase> {
    let failed: Vec<&Mail<'_>> = mails.iter().filter(|mail| mail.failed).collect();
    let announced = mails.iter().filter(|mail| !mail.sent_by.is_empty());
    let (went_on, ended): (Vec<&Mail<'_>>, Vec<&Mail<'_>>) = announced.partition(|mail| mail.goes_on);
    let behind = failed.iter().filter(|mail| mail.then_failed).count();
    if behind == 0 || behind * 10 < failed.len() * 9 || ended.len() * 4 > went_on.len() || went_on.len() < 2 {
        return None;
    }
    let mut common = Said::clone(&went_on.first()?.sent_by);
    for mail in &went_on {
        common.retain(|phrase| mail.sent_by.contains(phrase));
    }
    // What is said of a mail twice is no announcement.
    let once =
        |phrase: &Phrase| mails.iter().all(|mail| mail.lines.iter().filter(|line| line.contains(phrase)).count() < 2);
    common.into_iter().filter(once).max_by_key(Vec::len)
}

/// The phrase that stands in most of these mails, as near to their end as can be, and the longest of equals, of those that
/// `may` be it.
pub(super) fn best(
    mails: &[&Mail<'_>],
    elsewhere: &BTreeSet<&Phrase>,
    contrast: bool,
    may: impl Fn(&Phrase) -> bool,
) -> Option<(Phrase, usize)> {
    let mut counts: BTreeMap<&Phrase, (usize, usize)> = BTreeMap::new();
    for mail in mails {
        let mut seen: BTreeMap<&Phrase, usize> = BTreeMap::new();
        for (at, line) in mail.lines.iter().enumerate() {
            seen.extend(line.iter().map(|phrase| (phrase, at)));
        }
        for (phrase, at) in seen {
            let (count, places) = counts.entry(phrase).or_default();
            *count += 1;
            *places += at;
        }
    }
    // What begins an attempt says nothing of its end.
    let begins = |phrase: &Phrase| phrase.iter().any(|word| WordTable::builtin().classes(word).has(WordClass::Begins));
    // Where nothing failed there is nothing to compare with, and `Sending to a@b.example via x` is no proof.
    let announced = |phrase: &Phrase| mails.iter().any(|mail| mail.announced.iter().any(|said| said.contains(phrase)));
    // `result=away`: behind a label.
    let label = |word: &&Vec<u8>| WordTable::builtin().is(word, WordClass::Detail);
    let proves = |phrase: &Phrase| {
        let mut said = phrase.iter().skip_while(label).peekable();
        said.peek().is_some() && said.all(|word| is_unknown(word)) && !is_sign(phrase) && !announced(phrase)
    };
    let may =
        |phrase: &Phrase| !elsewhere.contains(phrase) && !begins(phrase) && (contrast || proves(phrase)) && may(phrase);
    let rank = |(phrase, (count, places)): &(&Phrase, (usize, usize))| (*count, *places / *count, phrase.len());
    let found = counts.into_iter().filter(|(phrase, _)| may(phrase)).max_by_key(rank)?;
    Some((found.0.clone(), found.1.0))
}

/// No word of it is one of failure, or says that something is not so, or not there; but `returned true` says what came of it.
pub(super) fn is_no_denial(phrase: &Phrase) -> bool {
    let table = WordTable::builtin();
    let denies = |at: usize| {
        let word = &phrase[at];
        let classes = table.classes(word);
        let none = classes.has(WordClass::None) && !word.iter().all(u8::is_ascii_digit);
        let came =
            || table.is(word, WordClass::Code) && phrase.get(at + 1).is_some_and(|said| table.is(said, WordClass::Yes));
        none || classes.has(WordClass::Not) || classes.has(WordClass::Failed) && !came()
    };
    !(0..phrase.len()).any(denies)
}

/// The mail is told of in words that say that something is not so, and none of those that went out is: `stays (server not found)`.
pub(super) fn denies(mail: &Mail<'_>, silent: &[&Mail<'_>], sent: &[Phrase]) -> bool {
    let went = |other: &&&Mail<'_>| other.phrases().any(|phrase| sent.contains(phrase));
    let elsewhere =
        |phrase: &Phrase| silent.iter().filter(went).any(|other| other.phrases().any(|said| said == phrase));
    mail.phrases().any(|phrase| !is_no_denial(phrase) && !elsewhere(phrase))
}

fn is_unknown(word: &[u8]) -> bool {
    let classes = WordTable::builtin().classes(word);
    let ends = [WordClass::Sent, WordClass::Well, WordClass::Send].iter().any(|class| classes.has(*class));
    classes.is_unknown() || ends && !classes.has(WordClass::Begins)
}
