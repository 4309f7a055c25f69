//! Lines beside the records of a log, which may speak of errors or of mails and are none: its title, what a person says around
//! it, and a sum.

use std::collections::BTreeSet;

use super::{
    PASTED, Record,
    mails::{Head, head},
    place,
};
use crate::{
    dialect::{Event, OwnWords, number, writer::writer},
    knowledge::{
        Cause, Knowledge, WordClass, WordTable, begins_with_class, is_level, is_word_byte, quoted_reply, word_classes,
        words_in,
    },
};

/// Lines above the first record.
const TITLES: usize = 4;

/// Those of these lines.
pub(super) fn of<'a>(records: &[&Record<'a>], accounts: &[&[u8]]) -> Vec<&'a [u8]> {
    [
        titles(records),
        said_around(records),
        sums(records),
        headings(records),
        of_others(records),
        of_areas(records),
        remarks(records),
        of_accounts(records, accounts),
    ]
    .concat()
}

/// The addresses that stand only as those of a sender or an account in some lines, and begin others that begin as no line about
/// somebody else does: `user=desk@b.example`, and then `Sign-in desk@b.example good`.
pub(super) fn accounts<'a>(records: &[&Record<'a>]) -> Vec<&'a [u8]> {
    let named = |record: &Record<'a>| Some(record.text).filter(|_| !record.names()).and_then(place::any_address);
    let only_account =
        |record: &Record<'a>| !record.told.dialogue && !record.told.words.failed && quoted_reply(record.text).is_none();
    // Hardly a line names somebody, and nobody to whom a mail is.
    let owned = records.iter().filter_map(|record| Some((record, named(record)?)));
    let owned: BTreeSet<&[u8]> = owned.filter(|(record, _)| only_account(record)).map(|(_, owned)| owned).collect();
    let is_owned = |record: &&&Record<'a>| record.names() && owned.contains(record.told.recipients);
    let told = || records.iter().filter(is_owned);
    if owned.is_empty() || told().next().is_none() {
        return Vec::new();
    }
    let others = || records.iter().filter(|record| record.names() && !owned.contains(record.told.recipients));
    let heads: BTreeSet<Head> = others().map(|record| head(record.text)).collect();
    let alone = |record: &&&Record<'a>| {
        !heads.contains(&head(record.text)) && !place::is_addressed(record.text, record.told.recipients)
    };
    if heads.is_empty() || !told().all(|record| alone(&record)) {
        return Vec::new();
    }
    owned.iter().copied().filter(|owned| told().any(|record| record.told.recipients == *owned)).collect()
}

/// Lines that name nobody but an account, and tell of no failure.
fn of_accounts<'a>(records: &[&Record<'a>], accounts: &[&[u8]]) -> Vec<&'a [u8]> {
    let about = |record: &&&Record<'a>| accounts.contains(&record.told.recipients) && record.verdict() != Some(false);
    records.iter().filter(about).map(|record| record.line).collect()
}

/// What another part of the program tells of, while no mail is under way: `Database: connection refused`, `Claim 7 rejected:
/// member not found`, `Switch: Claim 7 sent`. Without its name a failure means the same, and no line about mail has that name.
fn of_others<'a>(records: &[&Record<'a>]) -> Vec<&'a [u8]> {
    let about_mail = |record: &&&Record<'_>| record.names() || record.told.words.mail;
    let told = |record: &Record<'_>| record.verdict().filter(|_| !record.stamp.is_empty());
    // Where a part for mail writes each line about mail, no other goes on about one.
    let by_mailer = |record: &&Record<'_>| OwnWords::of(&record.text[..writer(record.text)]).mail;
    let signed = records.iter().filter(about_mail).all(by_mailer);
    // Where no part for mail signs, a refused sign-in may be the mail server's: `oops: Username and Password not accepted`.
    let is_others = |known: Cause| signed || known.group() != "auth";
    // Whom it is about hangs below it, or the next line says of a mail that it failed, and leaves to this one why.
    let is_named_below = |at: usize| {
        records.get(at + 1).is_some_and(|next| {
            let fails = next.verdict() == Some(false) && quoted_reply(next.text).is_none();
            next.names() && (next.stamp.is_empty() || fails && next.stamp == records[at].stamp)
        })
    };
    let mut under_way = false;
    let mut found = Vec::new();
    for (at, record) in records.iter().enumerate() {
        if about_mail(&record) {
            under_way = record.verdict() == Some(false) || record.names() && record.verdict().is_none();
        } else if told(record) == Some(true)
            && signed
            && !under_way
            && let Some((name, _)) = part(record.text)
        {
            found.push((name, record.line));
        } else if told(record) == Some(false)
            && (signed || !under_way)
            && quoted_reply(record.text).is_none()
            && !is_named_below(at)
            && let Some((name, said)) = part(record.text)
            && let Some(known) = means(record.text)
            && is_others(known)
            && means(said) == Some(known)
        {
            found.push((name, record.line));
        }
    }
    if found.is_empty() || !records.iter().any(|record| about_mail(&record)) {
        return Vec::new();
    }
    let names: BTreeSet<&[u8]> =
        records.iter().filter(about_mail).filter_map(|record| part(record.text)).map(|(name, _)| name).collect();
    found.into_iter().filter(|(name, _)| !names.contains(name)).map(|(_, line)| line).collect()
}

/// Lines of other areas, where each line begins with the name of its area in capitals: `LOGIN failed for user 'till'`, `CARD payment
/// declined`, where all that name somebody begin with that for mail.
fn of_areas<'a>(records: &[&Record<'a>]) -> Vec<&'a [u8]> {
    let area = |record: &Record<'a>| {
        let word = record.text.split(|b| *b == b' ').next().unwrap_or_default();
        (word.len() > 2 && word.iter().all(u8::is_ascii_uppercase) && !record.stamp.is_empty()).then_some(word)
    };
    let Some(mail) = records.iter().find(|record| record.names()).and_then(|record| area(record)) else {
        return Vec::new();
    };
    let is_mails = word_classes(mail).has(WordClass::Mail);
    if !is_mails || records.iter().any(|record| record.names() && area(record) != Some(mail) || area(record).is_none())
    {
        return Vec::new();
    }
    const OF_MAIL: [WordClass; 6] =
        [WordClass::Mail, WordClass::Connect, WordClass::Failed, WordClass::Sent, WordClass::Well, WordClass::Begins];
    let is_other = |word: &[u8]| !is_level(word) && !OF_MAIL.iter().any(|class| word_classes(word).has(*class));
    // Where nothing else is told of, a sign-in may be a part of sending: `LOGIN failed` between `EMAIL ...`.
    if !records.iter().any(|record| area(record).is_some_and(is_other)) {
        return Vec::new();
    }
    let signs_in = |word: &[u8]| WordTable::builtin().signs_in(&word.to_ascii_lowercase());
    let others = records.iter().filter(|record| area(record).is_some_and(|word| is_other(word) || signs_in(word)));
    others.map(|record| record.line).collect()
}

/// What tells how long something takes and only sounds as if a server had said it, in a line that names nobody and has no word
/// of failure, where of the last mail all is told: `pausing 60 s (too many messages per minute)`, `will try again in 10 minutes`.
fn remarks<'a>(records: &[&Record<'a>]) -> Vec<&'a [u8]> {
    let mut decided = false;
    let mut found = Vec::new();
    for record in records.iter().filter(|record| !record.is_wordless()) {
        let outcome = match record.told.event {
            Event::Outcome(outcome) => outcome,
            _ => continue,
        };
        let only_sounds =
            outcome.sent == Some(false) && outcome.status.is_none() && !record.told.words.failed && !record.names();
        if only_sounds
            && decided
            && tells_how_long(record.text)
            && !record.told.words.numbered
            && !record.told.words.denies
        {
            found.push(record.line);
            continue;
        }
        decided =
            outcome.sent == Some(true) && record.names() || outcome.sent == Some(false) && outcome.status.is_some();
    }
    found
}

/// `60 s`, `10 minutes`
fn tells_how_long(text: &[u8]) -> bool {
    let words: Vec<&[u8]> = words_in(text).collect();
    words.windows(2).any(|pair| number(pair[0]).is_some() && WordTable::builtin().is(pair[1], WordClass::Unit))
}

/// Which part of the program writes, or what the number is of with which the line begins, where no row knows the word; and what it
/// says.
fn part(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (name, said) = match writer(text) {
        0 => place::words_before_number(text).map(|(name, _)| text.split_at(name.len()))?,
        end => text.split_at(end),
    };
    let mut words = words_in(name).filter(|word| !is_level(word));
    // `[T2]` is a thread.
    let word = words.next_back().filter(|word| !word.iter().any(u8::is_ascii_digit))?;
    let unknown = word_classes(word).is_unknown() && !begins_with_class(text);
    (unknown && words.next().is_none()).then_some((word, said))
}

fn means(text: &[u8]) -> Option<Cause> {
    Knowledge::builtin().told(text, None, None).map(|told| told.cause)
}

/// The lines above the first record that speak of errors and name nobody, where all records have stamps.
fn titles<'a>(records: &[&Record<'a>]) -> Vec<&'a [u8]> {
    let dated = |record: &&Record<'_>| !record.stamp.is_empty();
    let first = records.iter().position(dated).unwrap_or_default();
    let names = |record: &&Record<'_>| !place::recipients(record.line).is_empty();
    let (above, records) = records.split_at(first);
    if above.len() > TITLES || above.iter().any(names) {
        return Vec::new();
    }
    let speaks = |line: &&[u8]| OwnWords::of(line).failed && quoted_reply(line).is_none();
    let titles: Vec<&[u8]> = above.iter().map(|record| record.line).filter(speaks).collect();
    // All records are asked last: few logs have such a title.
    if titles.is_empty() || records.iter().filter(|record| names(record)).all(dated) { titles } else { Vec::new() }
}

/// What a person says around a log, where the log itself tells of a failure: `I tried app passwords, and still it fails`.
/// A reply that he quotes counts.
fn said_around<'a>(records: &[&Record<'a>]) -> Vec<&'a [u8]> {
    if records.len() > PASTED {
        return Vec::new();
    }
    let asks = |line: &[u8]| line.trim_ascii_end().ends_with(b"?");
    let (said, told): (Vec<&Record<'a>>, Vec<&Record<'a>>) =
        records.iter().partition(|record| asks(record.line) || OwnWords::of(record.line).person);
    if said.is_empty() || !told.iter().any(|record| record.verdict() == Some(false)) {
        return Vec::new();
    }
    said.into_iter().map(|record| record.line).filter(|line| quoted_reply(line).is_none()).collect()
}

/// `Statements emailed` above lines that each name somebody and say that his went out: a title.
fn headings<'a>(records: &[&Record<'a>]) -> Vec<&'a [u8]> {
    let sent = |record: &&&Record<'_>| record.verdict() == Some(true);
    let mut named = records.iter().filter(|record| record.names()).take(2);
    let several = named.clone().count() > 1;
    let above = records.iter().take_while(|record| !record.names()).filter(sent);
    if several && named.all(|record| sent(&record)) { above.map(|record| record.line).collect() } else { Vec::new() }
}

/// `3 statements emailed`, `1 statement failed`: what names nobody and counts, behind lines that name as many or more, those that
/// went out, or exactly those that did not. `3 statements queued` stands above such lines.
fn sums<'a>(records: &[&Record<'a>]) -> Vec<&'a [u8]> {
    let below = records.iter().filter(|record| record.names()).count() as u64;
    let (mut named, mut all, mut failed) = (0u64, 0u64, 0u64);
    let mut sums = Vec::new();
    for record in records {
        let (text, verdict, names) = (record.text, record.verdict(), record.names());
        named += u64::from(names);
        all += u64::from(names);
        if names && verdict.is_some() {
            failed += u64::from(verdict == Some(false));
            continue;
        }
        // `#2` numbers a mail.
        let words = || text.split(|b| !is_word_byte(*b) && *b != b'#');
        let mut counts = words().filter_map(number);
        let first = || words().find(|word| !word.is_empty()).and_then(number);
        let sums_up = match verdict {
            Some(true) => {
                let most = if named == 0 { below } else { named };
                counts.any(|count| (2..=most).contains(&count)) && OwnWords::of(text).counted
            }
            Some(false) => failed > 0 && all > 1 && first() == Some(failed) && OwnWords::of(text).counted,
            None => continue,
        };
        if verdict == Some(false) && (!sums_up || quoted_reply(text).is_some()) {
            failed += u64::from(verdict == Some(false));
            continue;
        }
        if sums_up {
            sums.push(record.line);
            (all, failed) = (0, 0);
        }
        named = 0;
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::{super::of_lines, *};

    #[test]
    fn what_another_part_of_the_program_tells() {
        let beside = |text: &str| of_lines(text, |records| of(records, &[]).len());
        let others = "2026-03-03 11:00:30 ERROR Sync: login failed, wrong password\n\
                      2026-03-03 11:00:40 Claim 1002 rejected: member not found\n";
        let mail = "2026-03-03 11:00:00 INFO  Mail: report sent to a@b.example\n";
        assert_eq!(beside(&[mail, others].concat()), 2);
        assert_eq!(beside(others), 0, "nothing tells that it is about something else");
        let claim = "2026-03-03 11:00:41 Switch: Claim 1003 sent to switch\n";
        assert_eq!(beside(&[mail, claim].concat()), 1);
        let bare =
            "2026-03-03 11:00:00 report sent to a@b.example\n2026-03-03 11:00:30 oops: login failed, wrong password\n";
        assert_eq!(beside(bare), 0, "whose sign-in it was is not told");
        let next = "08:30:51 Next: a@b.example\n08:30:52 scuppered - unable to get local issuer certificate\n";
        assert_eq!(beside(next), 0, "a word for how it went is nobody's name");
        let announced = "2026-03-03 11:00:00 Sync: report for a@b.example\n";
        assert_eq!(beside(&[announced, others].concat()), 0, "the mail is under way");
    }

    #[test]
    fn whose_account_it_is() {
        let log = "08:00 settings: user=desk@b.example port=587\n08:01 Sign-in desk@b.example good\n\
                   08:02 Script for a@c.example left\n08:03 Script for d@c.example left\n";
        assert_eq!(of_lines(log, |records| accounts(records).len()), 1);
        assert_eq!(of_lines(log, |records| of(records, &accounts(records)).len()), 1);
        let copy = [log, "08:04 Script for desk@b.example left\n"].concat();
        assert_eq!(of_lines(&copy, |records| accounts(records).len()), 0, "mails go to him too");
    }

    #[test]
    fn what_other_areas_tell() {
        let log = "08:00:00 LOGIN failed for user 'till' (wrong password)\n08:01:00 EMAIL slip 1 sent to a@b.example\n\
                   08:02:00 PRINT slip 2 failed: printer offline\n08:03:00 EMAIL slip 3 sent to c@d.example\n";
        assert_eq!(of_lines(log, |records| of(records, &[]).len()), 2);
        assert_eq!(
            of_lines(&log.replace("PRINT", "EMAIL"), |records| of(records, &[]).len()),
            0,
            "it may be that of the mail"
        );
    }

    #[test]
    fn what_only_sounds_like_a_reply() {
        let log = "1/2 a@b.example OK\npausing 60 s (too many messages per minute)\n2/2 c@d.example OK\n";
        assert_eq!(of_lines(log, |records| remarks(records).len()), 1);
        let why = "a@b.example\ntoo many messages per minute\nc@d.example OK\n";
        assert_eq!(of_lines(why, |records| remarks(records).len()), 0, "it says why");
    }

    #[test]
    fn what_a_person_says_around_a_log() {
        let beside = |text: &str| of_lines(text, |records| of(records, &[]).len());
        let asks = "I tried an app password, still sending fails\nIs an app password required to send mail?\n";
        let log = "Error sending mail: connection timed out\n";
        assert_eq!(beside(&[asks, log].concat()), 2);
        assert_eq!(beside(asks), 0, "there is nothing else");
        assert_eq!(beside(&["My error: 550 5.1.1 User unknown\n", log].concat()), 0, "he quotes a reply");
        assert_eq!(beside(&["Error: dial tcp: i/o timeout\n", log].concat()), 0);
    }
}
