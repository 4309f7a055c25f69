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
    let (mut place, mut number, mut marked, mut is_address) = (0, false, false, false);
    for byte in line {
        let sign = SIGNS[usize::from(*byte)];
        if sign == 0 {
            before = fnv(if is_address { fnv(before, b'@') } else { hash }, *byte);
            hash = before;
            (place, number, marked, is_address) = (0, false, false, false);
            continue;
        }
        if sign == b'@' && !marked {
            (marked, is_address) = (true, place > 0);
        }
        let digit = sign == b'0';
        if !(digit && number) {
            hash = fnv(hash, sign);
        }
        number = digit;
        place += 1;
    }
    if is_address { fnv(before, b'@') } else { hash }
}

/// A byte of a word, each digit as a nought; nought for others. A table, as each byte of a log comes here a few times.
const SIGNS: [u8; 256] = {
    let (mut signs, mut byte) = ([0; 256], 0);
    while byte < 256 {
        let sign = byte as u8;
        signs[byte] = match sign {
            b'0'..=b'9' => b'0',
            b'a'..=b'z' | b'A'..=b'Z' | b'.' | b'_' | b'-' | b'+' | b'@' => sign,
            _ => 0,
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
