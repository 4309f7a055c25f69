//! The fallback for texts that no row decides: a linear model over words and pairs of words. The build script learns it
//! from the phrases of our own rows and sentences (`src/knowledge/bake/train.rs`), so it needs no other data and grows with them.

use std::collections::BTreeSet;

use super::{
    Cause,
    entry::{BUCKETS, Entry},
    features::features,
    notions::Notions,
    plain::Plain,
};

/// Where the entries of each bucket begin, then the entries in order, each number in two bytes.
static TABLE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/model.bin"));

/// Points for each cause, and behind them for "a mail program says this about itself", in twelfths.
pub(super) type Points = [i32; Cause::ALL.len() + 1];
/// The place of that last one.
pub(super) const CLIENT: usize = Cause::ALL.len();

/// What a text's words speak for.
pub(super) fn points(text: &Plain) -> Points {
    let mut points = [0; Cause::ALL.len() + 1];
    // An address that stood in the text is no word of it, but says that an address is meant.
    let address = text.ip.then_some(&b"ip"[..]);
    // What is said again and again says no more, as in what the table was learnt from.
    let found: BTreeSet<u32> =
        features(text.iter().chain(address), Notions::builtin()).iter().map(|feature| feature.hash).collect();
    for hash in found {
        for (cause, weight) in weights(hash) {
            if let Some(sum) = points.get_mut(cause) {
                *sum += weight;
            }
        }
    }
    points
}

/// The words, at most three, that speak most for a cause, the strongest first.
pub(super) fn deciding_words(text: &Plain, cause: Cause) -> Vec<String> {
    let words: Vec<&[u8]> = text.iter().collect();
    let mut sums = vec![0; words.len()];
    for feature in features(text.iter(), Notions::builtin()) {
        let own: i32 = weights(feature.hash).filter(|(of, _)| *of == cause as usize).map(|(_, weight)| weight).sum();
        // A pair speaks through both of its words.
        let share = if feature.first == feature.last { own * 2 } else { own };
        sums[feature.first] += share;
        if feature.first != feature.last {
            sums[feature.last] += share;
        }
    }
    let mut order: Vec<usize> = (0..words.len()).filter(|at| sums[*at] > 0).collect();
    order.sort_by_key(|at| std::cmp::Reverse(sums[*at]));
    order.dedup_by_key(|at| words[*at]);
    order.into_iter().take(3).map(|at| String::from_utf8_lossy(words[at]).into_owned()).collect()
}

/// The weights of a feature; none where it was not learnt, or the table is cut short.
fn weights(hash: u32) -> impl Iterator<Item = (usize, i32)> {
    let (at, first) = Entry::place(hash);
    bucket(at).filter(move |entry| entry.is_like(first)).map(|entry| (entry.cause(), entry.weight()))
}

fn bucket(at: usize) -> impl Iterator<Item = Entry> {
    let (begins, entries) = TABLE.as_chunks::<2>().0.split_at_checked(BUCKETS).unwrap_or_default();
    let begin = |at: usize| begins.get(at).map_or(entries.len(), |begin| usize::from(u16::from_le_bytes(*begin)));
    let own = entries.get(begin(at)..begin(at + 1)).unwrap_or_default();
    own.iter().map(|entry| Entry(u16::from_le_bytes(*entry)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_small_and_whole() {
        assert!((10_000..100_000).contains(&TABLE.len()), "{}", TABLE.len());
        assert!((0..BUCKETS).all(|at| bucket(at).is_sorted()));
        assert_eq!(2 * (BUCKETS + (0..BUCKETS).flat_map(bucket).count()), TABLE.len());
    }

    #[test]
    fn every_sentence_is_of_a_cause_and_whole() {
        for line in include_str!("sentences.txt").lines().filter(|line| !line.starts_with('#')) {
            let (code, said) = line.split_once(' ').unwrap();
            assert!(code == "client" || Cause::from_code(code).is_some(), "{code}");
            for sentence in said.split("; ") {
                let braces: String = sentence.chars().filter(|c| matches!(c, '{' | '}')).collect();
                assert!(braces.replace("{}", "").is_empty() && !sentence.contains("||"), "{code}: {sentence}");
            }
        }
    }
}
