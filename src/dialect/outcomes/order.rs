//! The order in which the lines of a mail stand: first whom it is for, then how it went, and those of one mail together.

use std::collections::{BTreeMap, BTreeSet};

use super::{Record, phrases::Phrase, place};
use crate::dialect::{Event, Extent, StampReader};

/// Each record says first how the mail went, and then to whom: `FAIL 550 user unknown`, and `-> a@b.example` below it.
/// Turns these records round.
pub(super) fn turn_round(records: &mut [&Record<'_>]) -> bool {
    let says = |at: usize| records[at].verdict();
    let names = |at: usize| records[at].names();
    let named: Vec<usize> = (0..records.len()).filter(|at| names(*at) && says(*at).is_none()).collect();
    let (Some(&first @ 1..), Some(&last)) = (named.first(), named.last()) else { return false };
    let heads = || named.iter().map(|at| at - 1);
    // What stands above others tells how their mails went, known or not.
    let said = |at: usize| records[at].said().iter();
    let others: BTreeSet<&Phrase> = heads().skip(1).flat_map(said).collect();
    let tells = |at: usize| says(at).is_some() || said(at).any(|phrase| others.contains(phrase));
    let parted = named.windows(2).all(|pair| pair[1] - pair[0] > 1);
    let told = named.len() > 1 && heads().any(|head| says(head).is_some()) && tells(first - 1);
    // Or all hang below their heads, which begin nothing, and a head tells how a mail went, or not each has another line below
    // itself.
    let hangs = |at: usize| place::hangs(records[at].line) && !place::hangs(records[at - 1].line);
    let begins = |head: usize| says(head).is_none() && records[head].told.words.begins;
    let ends = |at: usize| at + 1 == records.len() || at + 2 < records.len() && names(at + 2);
    let hang = || {
        named.iter().all(|at| hangs(*at) && !begins(at - 1))
            && named.iter().any(|at| ends(*at) || says(at - 1).is_some())
    };
    // `Reason: mailbox full` goes on about the line above it.
    let goes_on = |at: usize| match records[at].told.event {
        Event::Outcome(outcome) => outcome.sent.is_some() && outcome.part == Extent::Detail,
        _ => false,
    };
    // What names somebody itself is no head; and of the last one nothing of the kind stands below. Where the newest line stands
    // first, what ends a mail stands above what begins it.
    let turned = || named.len() > 1 && heads().any(|head| says(head).is_some()) && fall(records);
    if !parted
        || heads().any(names)
        || heads().any(goes_on) && !turned()
        || !(told || hang() || turned())
        || (last + 1..records.len()).any(tells)
    {
        return false;
    }
    named.into_iter().for_each(|at| records.swap(at - 1, at));
    true
}

/// No line with a stamp is newer than the one before, and the last is older than the first.
pub(super) fn fall(records: &[&Record<'_>]) -> bool {
    let stamped = records.iter().filter(|record| !record.stamp.is_empty());
    falls(stamped.map(|record| StampReader::default().read(record.stamp).map(|moment| (moment.date, moment.time))))
}

/// No moment is later than the one before, and the last is earlier than the first.
pub(super) fn falls<T: PartialOrd>(moments: impl DoubleEndedIterator<Item = T> + Clone) -> bool {
    // Their ends show it in nearly every log.
    moments.clone().next() > moments.clone().next_back() && moments.is_sorted_by(|at, next| at >= next)
}

/// The lines of one mail together, as if the mails had been told one after the other. `key` tells them apart; a line
/// without one goes on about the mail before.
pub(super) fn one_by_one<'r, 'a>(records: &mut [&'r Record<'a>], key: impl Fn(&'r Record<'a>) -> Option<&'a [u8]>) {
    let mut first: BTreeMap<&[u8], usize> = BTreeMap::new();
    let mut place = 0;
    let mut places: Vec<(usize, &Record<'_>)> = Vec::with_capacity(records.len());
    for (at, record) in records.iter().copied().enumerate() {
        place = key(record).map_or(place, |key| *first.entry(key).or_insert(at));
        places.push((place, record));
    }
    places.sort_by_key(|(place, _)| *place);
    for (record, (_, sorted)) in records.iter_mut().zip(places) {
        *record = sorted;
    }
}
