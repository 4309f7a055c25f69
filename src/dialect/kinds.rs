//! Lines that differ only in numbers and addresses are of one kind, and a few of each show what it is.

use std::collections::BTreeMap;

use crate::source::{FNV_BASIS, fnv};

/// The first lines of each kind, at most `few`, in order.
pub(crate) fn few_of_each<'a>(lines: impl Iterator<Item = &'a [u8]>, few: usize) -> Vec<&'a [u8]> {
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
    // Without the word at hand, and with it.
    let (mut before, mut hash) = (FNV_BASIS, FNV_BASIS);
    let mut word = Word::default();
    let mut rest = line;
    while let [byte, behind @ ..] = rest {
        rest = behind;
        match SIGNS[usize::from(*byte)] {
            Sign::Letter => {
                hash = fnv(hash, *byte);
                // Most letters stand in a row.
                while let [next, behind @ ..] = rest
                    && let Sign::Letter = SIGNS[usize::from(*next)]
                {
                    hash = fnv(hash, *next);
                    rest = behind;
                }
                (word.begun, word.number) = (true, false);
            }
            Sign::Digit => {
                if !word.number {
                    hash = fnv(hash, b'0');
                }
                (word.begun, word.number) = (true, true);
            }
            Sign::At => {
                if !word.marked {
                    (word.marked, word.is_address) = (true, word.begun);
                }
                hash = fnv(hash, b'@');
                (word.begun, word.number) = (true, false);
            }
            Sign::Between => {
                before = fnv(if word.is_address { fnv(before, b'@') } else { hash }, *byte);
                hash = before;
                word = Word::default();
            }
        }
    }
    if word.is_address { fnv(before, b'@') } else { hash }
}

/// The word at hand.
#[derive(Default)]
struct Word {
    begun: bool,
    /// Its last byte is a digit.
    number: bool,
    /// It has an `@`.
    marked: bool,
    is_address: bool,
}

/// What a byte is in a word.
#[derive(Clone, Copy)]
enum Sign {
    Between,
    Letter,
    Digit,
    At,
}

/// A table, as each byte of a log comes here a few times.
const SIGNS: [Sign; 256] = {
    let (mut signs, mut byte) = ([Sign::Between; 256], 0);
    while byte < 256 {
        signs[byte] = match byte as u8 {
            b'0'..=b'9' => Sign::Digit,
            b'a'..=b'z' | b'A'..=b'Z' | b'.' | b'_' | b'-' | b'+' => Sign::Letter,
            b'@' => Sign::At,
            _ => Sign::Between,
        };
        byte += 1;
    }
    signs
};

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
