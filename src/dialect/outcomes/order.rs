//! The order in which the lines of a mail stand: first whom it is for, then how it went, and those of one mail together.

use std::collections::{BTreeMap, BTreeSet};

use super::{OwnWords, alike, looked_at, phrases::Phrase, place, verdict};

/// Whether each record says first how the mail went, and then to whom: `FAIL 550 user unknown`, and `-> a@b.example` below it.
/// Turns these records round.
pub(super) fn turn_round(lines: &mut [&[u8]]) -> bool {
    let says = |at: usize| verdict(lines[at]);
    let names = |at: usize| !place::recipients(looked_at(lines[at]).1).is_empty();
    let named: Vec<usize> = (0..lines.len()).filter(|at| names(*at) && says(*at).is_none()).collect();
    let (Some(&first @ 1..), Some(&last)) = (named.first(), named.last()) else { return false };
    let heads = || named.iter().map(|at| at - 1);
    // What stands above others tells how their mails went, known or not.
    let said = |at: usize| alike::phrases(looked_at(lines[at]).1);
    let others: BTreeSet<Phrase> =
        heads().skip(1).flat_map(|head| said(head).iter().cloned().collect::<Vec<_>>()).collect();
    let tells = |at: usize| says(at).is_some() || said(at).iter().any(|phrase| others.contains(phrase));
    let parted = named.windows(2).all(|pair| pair[1] - pair[0] > 1);
    let told = named.len() > 1 && heads().any(|head| says(head).is_some()) && tells(first - 1);
    // Or all hang below their heads, which begin nothing, and not each has another line below itself.
    let hangs = |at: usize| place::hangs(lines[at]) && !place::hangs(lines[at - 1]);
    let ends = |at: usize| at + 1 == lines.len() || at + 2 < lines.len() && names(at + 2);
    let hang = || {
        named.iter().all(|at| hangs(*at) && !OwnWords::of(looked_at(lines[at - 1]).1).begins)
            && named.iter().any(|at| ends(*at))
    };
    // What names somebody itself is no head; and of the last one nothing of the kind stands below.
    if !parted || heads().any(names) || !(told || hang()) || (last + 1..lines.len()).any(tells) {
        return false;
    }
    named.into_iter().for_each(|at| lines.swap(at - 1, at));
    true
}

/// The lines of one mail together, as if the mails had been told one after the other. `key` tells them apart; a line
/// without one goes on about the mail before.
pub(super) fn one_by_one<'a>(lines: &mut [&'a [u8]], key: impl Fn(&'a [u8]) -> Option<&'a [u8]>) {
    let mut first: BTreeMap<&[u8], usize> = BTreeMap::new();
    let mut place = 0;
    let mut places: Vec<(usize, &[u8])> = Vec::with_capacity(lines.len());
    for (at, line) in lines.iter().enumerate() {
        place = key(line).map_or(place, |key| *first.entry(key).or_insert(at));
        places.push((place, line));
    }
    places.sort_by_key(|(place, _)| *place);
    for (line, (_, sorted)) in lines.iter_mut().zip(places) {
        *line = sorted;
    }
}
