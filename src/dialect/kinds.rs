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
    let mut add = |byte: u8| hash = fnv(hash, byte);
    let of_word = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'+' | b'@');
    let mut rest = line;
    while let [first, behind @ ..] = rest {
        let (run, after) = rest.split_at(rest.iter().take_while(|b| of_word(b)).count());
        if run.is_empty() {
            add(*first);
            rest = behind;
            continue;
        }
        rest = after;
        if memchr::memchr(b'@', run).is_some_and(|at| at > 0) {
            add(b'@');
            continue;
        }
        let mut number = false;
        for byte in run {
            if !(number && byte.is_ascii_digit()) {
                add(if byte.is_ascii_digit() { b'0' } else { *byte });
            }
            number = byte.is_ascii_digit();
        }
    }
    hash
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
