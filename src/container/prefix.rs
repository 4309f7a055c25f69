//! What whoever started a program puts before each of its lines (`web_1  | `, `E/flutter (22498): `,
//! `2026-11-23T08:26:01Z stdout F `): the same text each time, and perhaps the time at which the line came.

use crate::dialect::stamp_extent;

/// The text before every line of a program that another has started.
#[derive(Clone, Debug, Default)]
pub(super) struct Prefix {
    /// Bytes before the stamp, or before the line where there is no stamp.
    before: usize,
    /// Bytes between the stamp and the line.
    behind: Option<usize>,
}

/// Where a line that has a stamp of its own begins with words, such as a level, they are as many.
const WORDS_BEFORE_STAMP: usize = 2;

impl Prefix {
    /// Where every line has it, and lines behind it go on with one before: these would be records of their own.
    pub(super) fn of(lines: &[&[u8]]) -> Option<Prefix> {
        let filled: Vec<&[u8]> = lines.iter().copied().filter(|line| !line.trim_ascii().is_empty()).collect();
        if filled.len() < 3 {
            return None;
        }
        untimed(&filled).or_else(|| timed(&filled))
    }

    /// The line without it.
    pub(super) fn strip<'l>(&self, line: &'l [u8]) -> &'l [u8] {
        let rest = &line[self.before.min(line.len())..];
        let Some(behind) = self.behind else { return rest };
        let end = stamp_extent(rest).unwrap_or(0) + behind;
        &rest[end.min(rest.len())..]
    }
}

/// A mark without a time, up to a bar or the number of a process, where lines behind it are indented as in a stack trace.
fn untimed(lines: &[&[u8]]) -> Option<Prefix> {
    let first = lines.first()?;
    let common = shared(lines.iter().copied());
    let ends = |at: &usize| {
        let (before, blank) = first[..*at].split_at(at - 1);
        let process = || before.ends_with(b"):") || before.ends_with(b"]:");
        blank == b" "
            && (before.ends_with(b"|")
                || process() && before[..before.len() - 2].last().is_some_and(u8::is_ascii_digit))
    };
    let length = (2..=common).rev().find(ends)?;
    let timed = first[..length].windows(3).any(|w| w[0].is_ascii_digit() && w[1] == b':' && w[2].is_ascii_digit());
    let indented = |line: &&[u8]| line[length..].starts_with(b"  ") || line[length..].starts_with(b"\t");
    (!timed && !first[..length].contains(&b'@') && lines.iter().any(indented))
        .then_some(Prefix { before: length, behind: None })
}

/// A mark with a time in it, where some lines behind it have a time of their own: those that have none go on with them.
fn timed(lines: &[&[u8]]) -> Option<Prefix> {
    let first = lines.first()?;
    let is_stamp = |at: &usize| stamp_extent(&first[*at..]).is_some();
    let before = (0..=shared(lines.iter().copied())).find(is_stamp)?;
    let behind: Option<Vec<&[u8]>> =
        lines.iter().map(|line| Some(&line[before + stamp_extent(&line[before..])?..])).collect();
    let behind = behind?;
    let common = shared(behind.iter().copied());
    let length = behind[0][..common].iter().rposition(|b| *b == b' ')? + 1;
    let own = behind.iter().filter(|line| begins_with_stamp(&line[length..])).count();
    (0 < own && own < lines.len()).then_some(Prefix { before, behind: Some(length) })
}

/// The line says when it was written, behind a level or a bracket at most.
fn begins_with_stamp(line: &[u8]) -> bool {
    let words = line.split(|b| matches!(b, b' ' | b'[' | b'\t')).scan(0, |at, word| {
        let begin = *at;
        *at += word.len() + 1;
        Some((begin, word))
    });
    let mut words = words.filter(|(_, word)| !word.is_empty()).take(WORDS_BEFORE_STAMP);
    words.any(|(at, _)| stamp_extent(&line[at..]).is_some_and(|length| line[at..at + length].contains(&b':')))
}

/// Bytes that all of these begin with.
fn shared<'l>(mut lines: impl Iterator<Item = &'l [u8]>) -> usize {
    let first = lines.next().unwrap_or_default();
    lines.fold(first.len(), |length, line| first.iter().zip(line).take(length).take_while(|(a, b)| a == b).count())
}
