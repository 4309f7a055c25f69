//! What the fallback model sees of a text: its words, pairs of neighbouring words, and pairs of notions, each as a hash.
//! Used by the build script, which learns from the rows' phrases, and at run time, so that both see the same. Two notions near
//! each other say what happened to what, in whichever words.

use super::notions::Notions;

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
const MIN_STEM_LETTERS: usize = 4;
const MAX_STEM_LETTERS: usize = 8;

/// The features of a text in plain spelling. Words with digits are left out, and manners where a text has other words.
pub(super) fn features<'a>(words: impl Iterator<Item = &'a [u8]> + Clone, notions: &Notions) -> Vec<Feature> {
    let mut found = Vec::new();
    let mut before: Option<(usize, u32)> = None;
    let mut said: Vec<(usize, u8)> = Vec::new();
    let telling = words.clone().any(|word| word.len() >= MIN_STEM_LETTERS && !notions.is_manners(word));
    for (place, word) in words.enumerate() {
        // Numbers, ids and hosts are no words, and a text has many that nobody has seen; the number of an HRESULT is one.
        if word.iter().any(u8::is_ascii_digit) && !word.starts_with(b"0x") {
            continue;
        }
        if telling && notions.is_manners(word) {
            before = None;
            continue;
        }
        let (whole, word) = (word, stem(word));
        let hash = fnv(FNV_OFFSET, word);
        found.push(Feature { hash, first: place, last: place });
        if let Some((at, earlier)) = before {
            found.push(Feature { hash: fnv(fnv(earlier, b" "), word), first: at, last: place });
        }
        before = Some((place, hash));
        let Some(notion) = notions.of(whole) else { continue };
        found.push(Feature { hash: fnv(FNV_OFFSET, &[b'=', notion]), first: place, last: place });
        for (at, earlier) in said.iter().rev().take(MAX_NOTIONS_BACK).filter(|(_, earlier)| *earlier != notion) {
            let pair = [b'=', notion.min(*earlier), notion.max(*earlier)];
            found.push(Feature { hash: fnv(FNV_OFFSET, &pair), first: *at, last: place });
        }
        said.push((place, notion));
    }
    found
}

/// How many notions back a pair reaches.
const MAX_NOTIONS_BACK: usize = 2;

/// "rejected" and "rejects" are "reject": English endings only, because other languages have few rows. The first letters tell
/// long words: "authenticate" and "authentication" are one.
fn stem(word: &[u8]) -> &[u8] {
    let endings: [&[u8]; 4] = [b"ing", b"ed", b"es", b"s"];
    let ending = endings.iter().find(|end| word.ends_with(end) && word.len() - end.len() >= MIN_STEM_LETTERS);
    let stem = ending.map_or(word, |end| &word[..word.len() - end.len()]);
    &stem[..stem.len().min(MAX_STEM_LETTERS)]
}

const FNV_OFFSET: u32 = 0x811c_9dc5;
const FNV_PRIME: u32 = 0x0100_0193;

fn fnv(start: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(start, |hash, b| (hash ^ u32::from(*b)).wrapping_mul(FNV_PRIME))
}
