//! What the fallback model sees of a text: its words, pairs of neighbouring words, and pairs of notions, each as a hash.
//! Used by the build script, which learns from the rows' phrases, and at run time, so that both see the same.
//!
//! A notion is what many words say: "over", "beyond" and "exceeded" are one (`notions.txt`). Two notions near each other say
//! what happened to what, in whichever words.

use std::{cmp::Reverse, sync::LazyLock};

/// A word, or a pair of words, of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Feature {
    /// FNV-1a of its stem; a pair is its words with a space between.
    pub(super) hash: u32,
    /// Places of its first and last word among the words given.
    pub(super) first: usize,
    pub(super) last: usize,
}

/// Shorter stems would bring different words together.
const SHORTEST_STEM: usize = 4;

/// The features of a text in plain spelling, words without letters left out.
pub(super) fn features<'a>(words: impl Iterator<Item = &'a [u8]>) -> Vec<Feature> {
    let mut found = Vec::new();
    let mut before: Option<(usize, u32)> = None;
    let mut notions: Vec<(usize, u8)> = Vec::new();
    for (place, word) in words.enumerate() {
        if !word.iter().any(|b| b.is_ascii_alphabetic() || *b >= 0x80) {
            continue;
        }
        let (whole, word) = (word, stem(word));
        let hash = fnv(FNV_OFFSET, word);
        found.push(Feature { hash, first: place, last: place });
        if let Some((at, earlier)) = before {
            found.push(Feature { hash: fnv(fnv(earlier, b" "), word), first: at, last: place });
        }
        before = Some((place, hash));
        let Some(notion) = notion(whole) else { continue };
        found.push(Feature { hash: fnv(FNV_OFFSET, &[b'=', notion]), first: place, last: place });
        for (at, earlier) in notions.iter().rev().take(NEAR).filter(|(_, earlier)| *earlier != notion) {
            let pair = [b'=', notion.min(*earlier), notion.max(*earlier)];
            found.push(Feature { hash: fnv(FNV_OFFSET, &pair), first: *at, last: place });
        }
        notions.push((place, notion));
    }
    found
}

/// How many notions back a pair reaches.
const NEAR: usize = 1;

/// How words begin, each with its notion.
type Beginnings = Vec<(&'static [u8], u8)>;

/// The beginnings by their first byte, the longest first.
static BEGINNINGS: LazyLock<Vec<Beginnings>> = LazyLock::new(|| {
    let mut by_first = vec![Beginnings::new(); 128];
    let lines = include_str!("notions.txt").lines().filter(|line| !line.starts_with('#'));
    for (line, notion) in lines.zip(0_u8..) {
        for beginning in line.split_ascii_whitespace().skip(1).map(str::as_bytes) {
            if let Some(alike) = by_first.get_mut(usize::from(beginning[0])) {
                alike.push((beginning, notion));
            }
        }
    }
    // Stable, so of equals the first notion counts.
    by_first.iter_mut().for_each(|alike| alike.sort_by_key(|(beginning, _)| Reverse(beginning.len())));
    by_first
});

/// The notion that a word says.
fn notion(word: &[u8]) -> Option<u8> {
    let says = |beginning: &[u8]| if beginning.len() < 4 { word == beginning } else { word.starts_with(beginning) };
    let alike = BEGINNINGS.get(usize::from(*word.first()?))?;
    alike.iter().find(|(beginning, _)| says(beginning)).map(|(_, notion)| *notion)
}

/// "rejected" and "rejects" are "reject": English endings only, because other languages have few rows.
fn stem(word: &[u8]) -> &[u8] {
    let endings: [&[u8]; 4] = [b"ing", b"ed", b"es", b"s"];
    let ending = endings.iter().find(|end| word.ends_with(end) && word.len() - end.len() >= SHORTEST_STEM);
    ending.map_or(word, |end| &word[..word.len() - end.len()])
}

const FNV_OFFSET: u32 = 0x811c_9dc5;
const FNV_PRIME: u32 = 0x0100_0193;

fn fnv(start: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(start, |hash, b| (hash ^ u32::from(*b)).wrapping_mul(FNV_PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_beginning_tells_the_notion_and_each_stands_once() {
        // "block" begins another notion.
        assert_eq!(notion(b"blocklisted"), notion(b"rbl"));
        assert_eq!(notion(b"blocked"), notion(b"refused"));
        assert_eq!(notion(b"caption"), None, "a short beginning is a whole word");
        for alike in BEGINNINGS.iter() {
            for (at, (beginning, _)) in alike.iter().enumerate() {
                let again = alike[at + 1..].iter().any(|(other, _)| other == beginning);
                assert!(!again, "{}", String::from_utf8_lossy(beginning));
            }
        }
    }
}
