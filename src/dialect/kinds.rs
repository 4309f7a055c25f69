//! Lines that differ only in numbers and addresses are of one kind, and a few of each show what it is.

use std::collections::BTreeMap;

use crate::source::{FNV_BASIS, fnv};

/// The first lines of each kind, at most `few`, in order.
pub fn few_of_each<'a>(lines: impl Iterator<Item = &'a [u8]>, few: usize) -> Vec<&'a [u8]> {
    let mut seen: BTreeMap<u64, usize> = BTreeMap::new();
    lines
        .filter(|line| {
            let count = seen.entry(kind(line)).or_default();
            *count += 1;
            *count <= few
        })
        .collect()
}

/// A number for the kind of a line (FNV-1a over what does not vary).
pub(super) fn kind(line: &[u8]) -> u64 {
    let mut hash = FNV_BASIS;
    let mut word = Word::behind(hash);
    for byte in line {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+' | b'@') {
            word.take(*byte);
        } else {
            hash = fnv(word.hash(hash), *byte);
            word = Word::behind(hash);
        }
    }
    word.hash(hash)
}

/// A run of bytes that may be an address.
struct Word {
    /// With what stands before it.
    hash: u64,
    length: usize,
    number: bool,
    /// Where its first `@` stands.
    at: Option<usize>,
}

impl Word {
    fn behind(hash: u64) -> Word {
        Word { hash, length: 0, number: false, at: None }
    }

    fn take(&mut self, byte: u8) {
        let digit = byte.is_ascii_digit();
        if !(self.number && digit) {
            self.hash = fnv(self.hash, if digit { b'0' } else { byte });
        }
        if byte == b'@' && self.at.is_none() {
            self.at = Some(self.length);
        }
        self.number = digit;
        self.length += 1;
    }

    /// The hash up to its end; `before` without it.
    fn hash(&self, before: u64) -> u64 {
        if self.at.is_some_and(|at| at > 0) { fnv(before, b'@') } else { self.hash }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_addresses_vary() {
        let log = "08:26:01 Mail 1 to a@b.example sent\n08:26:02 Mail 12 to c.d@e.example sent\n08:26:03 Mail sent\n\
                   08:26:04 Mail 3 to f@b.example sent\n";
        let lines: Vec<&[u8]> = log.lines().map(str::as_bytes).collect();
        assert_eq!(few_of_each(lines.iter().copied(), 2), lines[..3]);
        assert_eq!(few_of_each(lines.iter().copied(), 1), [lines[0], lines[2]]);
    }
}
