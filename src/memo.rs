//! Answers that are kept as long as the same may be asked again: a log says the same of every mail, and is read twice for
//! its copy.

use std::{
    cell::RefCell,
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

/// Answers that are kept; when they are more, all are given anew.
const MAX_ANSWERS: usize = 4_096;
/// Bytes of a question that is kept.
const MAX_QUESTION_BYTES: usize = 1_024;

/// Builds [`QuickHasher`]s, for maps of bounded size alone.
pub(crate) type Quick = BuildHasherDefault<QuickHasher>;

/// Hashes eight bytes at a time, for less than an eighth of what the usual hasher takes. An enemy may find bytes with the same
/// hash: in a map of bounded size they cost him as much as us.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct QuickHasher(u64);

impl QuickHasher {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

impl Hasher for QuickHasher {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|word| self.add(u64::from_le_bytes(*word)));
        self.add(rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)));
    }

    /// How long a slice is: what it holds follows, and tells more.
    #[inline]
    fn write_usize(&mut self, _: usize) {}

    #[inline]
    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }
}

/// The answers to one kind of question, which nothing but its bytes decides.
#[derive(Debug)]
pub(crate) struct Memo<T>(HashMap<Box<[u8]>, T, Quick>);

impl<T> Clone for Memo<T> {
    /// A copy is asked anew.
    fn clone(&self) -> Self {
        Memo::default()
    }
}

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Memo(HashMap::default())
    }
}

impl<T> Memo<T> {
    /// The answer, where it is kept.
    pub(crate) fn get(&self, asked: &[u8]) -> Option<&T> {
        self.0.get(asked)
    }

    pub(crate) fn keep(&mut self, asked: &[u8], answer: T) {
        if asked.len() > MAX_QUESTION_BYTES {
            return;
        }
        if self.0.len() >= MAX_ANSWERS {
            self.0.clear();
        }
        self.0.insert(asked.into(), answer);
    }

    /// Forgets all.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

/// The answer from what a thread keeps; `find` gives it where it is not kept, and may ask other things meanwhile.
pub(crate) fn kept<T: Clone>(memo: &RefCell<Memo<T>>, asked: &str, find: impl FnOnce(&str) -> T) -> T {
    if let Some(known) = memo.borrow().get(asked.as_bytes()) {
        return known.clone();
    }
    let found = find(asked);
    memo.borrow_mut().keep(asked.as_bytes(), found.clone());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_again_is_found_once_and_memory_is_bounded() {
        let memo = RefCell::default();
        let asked = |text: &str| kept(&memo, text, |text| text.len());
        assert_eq!((asked("four"), kept(&memo, "four", |_| 0)), (4, 4));
        (0..3 * MAX_ANSWERS).for_each(|n| {
            asked(&n.to_string());
        });
        assert!(memo.borrow().0.len() <= MAX_ANSWERS);
        let long = "x".repeat(MAX_QUESTION_BYTES + 1);
        assert_eq!((asked(&long), kept(&memo, &long, |_| 0)), (MAX_QUESTION_BYTES + 1, 0));
    }
}
