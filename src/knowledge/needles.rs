//! Words of which a text holds few, sought in every line: by their first three letters, as an automaton would take a step
//! for each byte.

use serde::{Deserialize, Serialize};

/// Letters that a word is sought by; a shorter one is never found.
pub(super) const SHORTEST: usize = 3;

/// Three letters of five bits each, which are the same in both cases.
const BEGINS: usize = 1 << 15;
/// Places whose bits stand in one number.
const BLOCK: usize = 64;

/// The words, each with the place of its first letters, and a bit for each of these places.
#[derive(Debug, Deserialize, Serialize)]
#[serde(from = "Words")]
pub struct Needles {
    words: Words,
    #[serde(skip)]
    begins: Box<[u64; BEGINS / BLOCK]>,
    /// For each block, how many words have earlier places.
    #[serde(skip)]
    earlier: Box<[usize; BEGINS / BLOCK]>,
}

/// In the order of their places.
type Words = Vec<(usize, Box<[u8]>)>;

impl Default for Needles {
    fn default() -> Self {
        Needles::from(Words::new())
    }
}

impl From<Words> for Needles {
    fn from(words: Words) -> Needles {
        let mut begins = Box::new([0; BEGINS / BLOCK]);
        let mut earlier = Box::new([words.len(); BEGINS / BLOCK]);
        let mut block = 0;
        for (at, (place, _)) in words.iter().enumerate() {
            let of = place % BEGINS / BLOCK;
            begins[of] |= 1 << (place % BLOCK);
            earlier[block..=of].fill(at);
            block = block.max(of + 1);
        }
        Needles { words, begins, earlier }
    }
}

impl Needles {
    /// Of these words.
    pub fn of<'w>(words: impl Iterator<Item = &'w [u8]>) -> Needles {
        let long = words.filter(|word| word.len() >= SHORTEST);
        let mut words: Words = long.map(|word| (word[..SHORTEST].iter().fold(0, place), word.into())).collect();
        words.sort_unstable();
        Needles::from(words)
    }

    /// One of them stands in the text, in any case.
    pub fn stand_in(&self, text: &[u8]) -> bool {
        let mut last = 0;
        text.iter().enumerate().any(|(at, b)| {
            last = place(last, b);
            let begins = self.begins[last / BLOCK] >> (last % BLOCK) & 1 == 1;
            begins && self.stand_at(last, &text[at.saturating_sub(SHORTEST - 1)..])
        })
    }

    // Inlined, it would take the registers of the loop above, and twice the instructions for each byte.
    #[inline(never)]
    fn stand_at(&self, begin: usize, text: &[u8]) -> bool {
        let near = self.words[self.earlier[begin / BLOCK]..].iter().take_while(|(place, _)| *place <= begin);
        near.filter(|(place, _)| *place == begin)
            .any(|(_, word)| text.get(..word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word)))
    }
}

/// The place of three letters, by the place of the three that began one letter before.
fn place(before: usize, letter: &u8) -> usize {
    (before << 5 | usize::from(letter & 31)) % BEGINS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_found_wherever_they_stand_and_nothing_else_is() {
        let needles = Needles::of([&b"password"[..], b"pwd", b"://", "has\u{142}o".as_bytes(), b"pw"].into_iter());
        for text in ["password", "myPassWord=x", "a pwd", "PWD", "http://x", "x has\u{142}o y"] {
            assert!(needles.stand_in(text.as_bytes()), "{text}");
        }
        for text in ["", "p", "pw", "passwor", "pw d", "http:/ /x", "pas\u{1}word"] {
            assert!(!needles.stand_in(text.as_bytes()), "{text}");
        }
    }
}
