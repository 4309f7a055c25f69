//! Lines of the copy that wait for the end of a line of the dialogue, which a writer broke off and goes on with later.

use std::collections::VecDeque;

/// Lines that may wait. A writer breaks off lines of the dialogue, not conversations.
const WAITING: usize = 4_096;

/// Lines in the order of the log, some of them not known yet.
#[derive(Default)]
pub(super) struct PendingLines {
    lines: VecDeque<Option<Vec<u8>>>,
    /// Number of the first.
    first: u64,
}

impl PendingLines {
    /// A line that is ready.
    pub(super) fn push(&mut self, line: Vec<u8>) {
        self.lines.push_back(Some(line));
    }

    /// Keeps a place for a line, and gives its number.
    pub(super) fn reserve(&mut self) -> u64 {
        self.lines.push_back(None);
        self.first + self.lines.len() as u64 - 1
    }

    fn fill(&mut self, id: u64, line: Vec<u8>) {
        let place = id.checked_sub(self.first).and_then(|n| usize::try_from(n).ok());
        if let Some(waiting) = place.and_then(|n| self.lines.get_mut(n)) {
            *waiting = Some(line);
        }
    }

    /// The next line, unless it waits.
    pub(super) fn next(&mut self) -> Option<Vec<u8>> {
        let line = self.lines.front_mut()?.take()?;
        self.lines.pop_front();
        self.first += 1;
        Some(line)
    }

    /// Nothing more may wait.
    pub(super) fn is_full(&self) -> bool {
        self.lines.len() > WAITING
    }
}

/// A record that holds a part of a line.
#[derive(Debug)]
pub(super) struct Piece {
    /// Its place in [`PendingLines`].
    pub(super) id: u64,
    pub(super) before: Vec<u8>,
    /// How long its part of the line was.
    pub(super) len: usize,
    /// What follows it, the end of the record included.
    pub(super) after: Vec<u8>,
}

/// The records of a line of the dialogue that is not whole yet.
#[derive(Debug, Default)]
pub(super) struct Fragment {
    pieces: Vec<Piece>,
}

impl Fragment {
    /// Another record, with its part of the line.
    pub(super) fn add(&mut self, piece: Piece) {
        self.pieces.push(piece);
    }

    /// Spreads the text over the records: each as much as it had, the last one the rest. A shorter text ends in spaces, so
    /// that each record breaks off as it did and none is lost.
    pub(super) fn give(self, mut text: Vec<u8>, goes_on: impl Fn(&[u8]) -> bool, pending: &mut PendingLines) {
        let last = self.pieces.len().saturating_sub(1);
        let broken_off: usize = self.pieces[..last].iter().map(|piece| piece.len).sum();
        text.resize(text.len().max(broken_off), b' ');
        let mut rest = text.as_slice();
        for (n, piece) in self.pieces.into_iter().enumerate() {
            let part = if n == last { rest } else { &rest[..piece.len.min(rest.len())] };
            rest = &rest[part.len()..];
            let mut line = piece.before;
            line.extend_from_slice(part);
            if n == last && goes_on(&line) {
                line.push(b' ');
            }
            line.extend_from_slice(&piece.after);
            pending.fill(piece.id, line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spread(text: &str) -> Vec<String> {
        let mut pending = PendingLines::default();
        let mut fragment = Fragment::default();
        for part in ["abcd", "ef"] {
            let piece = Piece { id: pending.reserve(), before: b"<".to_vec(), len: part.len(), after: b"\n".to_vec() };
            fragment.add(piece);
        }
        assert_eq!(pending.next(), None);
        fragment.give(text.as_bytes().to_vec(), |line| line.len() == 5, &mut pending);
        std::iter::from_fn(|| pending.next()).map(|line| String::from_utf8(line).unwrap()).collect()
    }

    #[test]
    fn text_fills_the_records_it_came_in() {
        assert_eq!(spread("123456"), ["<1234\n", "<56\n"]);
        assert_eq!(spread("1234567"), ["<1234\n", "<567\n"]);
        assert_eq!(spread("12345678"), ["<1234\n", "<5678 \n"]);
        assert_eq!(spread("1234"), ["<1234\n", "<\n"]);
        assert_eq!(spread("12"), ["<12  \n", "<\n"]);
    }
}
