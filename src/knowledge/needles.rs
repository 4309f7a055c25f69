//! Words of which a text holds few, sought in every line: by three letters at every second place, as an automaton would take a
//! step for each byte.

use serde::{Deserialize, Serialize};

/// Letters that a word is sought by; a shorter one is never found.
pub(super) const SOUGHT_LETTERS: usize = 3;

/// Three letters of five bits each, which are the same in both cases.
const BEGINS: usize = 1 << 15;
/// Places whose bits stand in one number.
const BLOCK: usize = 64;

/// The words, each with the place of its first letters, and a bit for each of these places.
#[derive(Debug, Deserialize, Serialize)]
#[serde(from = "Words")]
pub(crate) struct Needles {
    words: Words,
    #[serde(skip)]
    begins: Box<[u64; BEGINS / BLOCK]>,
    /// A bit for each three letters that stand where a word begins, or beside that place.
    #[serde(skip)]
    near: Box<[u64; BEGINS / BLOCK]>,
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
        let mut near = Box::new([0; BEGINS / BLOCK]);
        let mut earlier = Box::new([words.len(); BEGINS / BLOCK]);
        let mut block = 0;
        for (at, (begin, word)) in words.iter().enumerate() {
            let of = begin % BEGINS / BLOCK;
            mark(&mut begins, *begin);
            mark(&mut near, *begin);
            match word.get(SOUGHT_LETTERS) {
                Some(next) => mark(&mut near, place(*begin, next)),
                // Behind a word of three letters anything may stand, so what stands before it tells.
                None => (0..32).for_each(|before| mark(&mut near, before << 10 | begin >> 5)),
            }
            earlier[block..=of].fill(at);
            block = block.max(of + 1);
        }
        Needles { words, begins, near, earlier }
    }
}

impl Needles {
    pub(crate) fn of<'w>(words: impl Iterator<Item = &'w [u8]>) -> Needles {
        let long = words.filter(|word| word.len() >= SOUGHT_LETTERS);
        let mut words: Words = long.map(|word| (word[..SOUGHT_LETTERS].iter().fold(0, place), word.into())).collect();
        words.sort_unstable();
        Needles::from(words)
    }

    /// One of them stands in the text, in any case.
    pub(crate) fn stand_in(&self, text: &[u8]) -> bool {
        let Some((first, rest)) = text.split_first() else { return false };
        let mut last = place(0, first);
        rest.as_chunks::<2>().0.iter().enumerate().any(|(half, [b, c])| {
            last = place(place(last, b), c);
            is_marked(&self.near, last) && self.stand_near(2 * half, text)
        })
    }

    /// One of them begins here, or a letter before or behind.
    // Inlined, it would take the registers of the loop above, and twice the instructions for each byte.
    #[inline(never)]
    fn stand_near(&self, at: usize, text: &[u8]) -> bool {
        (at.saturating_sub(1)..=at + 1).any(|at| {
            let Some(letters) = text.get(at..at + SOUGHT_LETTERS) else { return false };
            let begin = letters.iter().fold(0, place);
            is_marked(&self.begins, begin) && self.stand_at(begin, &text[at..])
        })
    }

    fn stand_at(&self, begin: usize, text: &[u8]) -> bool {
        let near = self.words[self.earlier[begin / BLOCK]..].iter().take_while(|(place, _)| *place <= begin);
        near.filter(|(place, _)| *place == begin)
            .any(|(_, word)| text.get(..word.len()).is_some_and(|part| part.eq_ignore_ascii_case(word)))
    }
}

fn mark(table: &mut [u64; BEGINS / BLOCK], place: usize) {
    table[place % BEGINS / BLOCK] |= 1 << (place % BLOCK);
}

fn is_marked(table: &[u64; BEGINS / BLOCK], place: usize) -> bool {
    table[place % BEGINS / BLOCK] >> (place % BLOCK) & 1 == 1
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
        for word in ["password", "pwd", "://"] {
            for (before, behind) in (0..5).flat_map(|before| (0..5).map(move |behind| (before, behind))) {
                let text = ["q".repeat(before), word.to_owned(), "q".repeat(behind)].concat();
                assert!(needles.stand_in(text.as_bytes()), "{text}");
            }
        }
    }
}
