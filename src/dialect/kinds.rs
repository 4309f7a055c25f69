//! Lines that differ only in numbers and addresses are of one kind, and a few of each show what it is.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hasher},
};

/// The first lines of each kind, at most `few`, in order.
pub fn few_of_each<'a>(lines: impl Iterator<Item = &'a [u8]>, few: usize) -> Vec<&'a [u8]> {
    let mut seen: HashMap<u64, usize> = HashMap::new();
    lines
        .filter(|line| {
            let count = seen.entry(kind(line)).or_default();
            *count += 1;
            *count <= few
        })
        .collect()
}

/// A number for the kind of a line.
fn kind(line: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    let of_word = |b: u8| b.is_ascii_alphanumeric() || b"._-+@".contains(&b);
    for run in line.chunk_by(|a, b| of_word(*a) && of_word(*b)) {
        if memchr::memchr(b'@', run).is_some_and(|at| at > 0) {
            hasher.write_u8(b'@');
            continue;
        }
        for part in run.chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()) {
            hasher.write(if part[0].is_ascii_digit() { b"0" } else { part });
        }
    }
    hasher.finish()
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
