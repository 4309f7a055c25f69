//! Finds records that a program writes as blocks, a line for each field, as INI files and forms have them:
//!
//! ```text
//! [mail 2026-11-11 10:02:17]
//! to=a@b.example
//! result=refused
//! ```
//! Blank lines or rules stand between the blocks, and the blocks have the same labels. A dialogue is none: its labels come
//! again in one block.

use std::collections::BTreeSet;

use super::run_on::SURE;
use crate::source;

/// Lines of a block.
const LINES: std::ops::RangeInclusive<usize> = 3..=40;
/// Blocks that show it.
const MIN_BLOCKS: usize = 2;
/// Labels that two blocks have in common.
const MIN_SHARED: usize = 3;
/// Bytes and words of a label.
const LABEL: std::ops::RangeInclusive<usize> = 2..=24;
const MAX_LABEL_WORDS: usize = 3;
/// Fields of a report that a mail came back, and of a mail: what they say is read as such.
const OF_MAIL: [&[u8]; 4] = [b"Final-Recipient:", b"Diagnostic-Code:", b"Received:", b"MIME-Version:"];

/// RFC 5322 section 3.6: every mail's header has these.
const OF_HEADER: [&[u8]; 2] = [b"Date", b"From"];

/// The lines that go on the record of the line before, by number; none where the log has no blocks.
pub(super) fn goes_on(text: &[u8], lines: &[&[u8]]) -> Vec<usize> {
    let is_one = |words: &[&[u8]]| words.iter().any(|word| source::lines_with(text, word).next().is_some());
    let filled = lines.iter().filter(|line| !parts(line)).count();
    if filled < MIN_BLOCKS * LINES.start() || filled == lines.len() || is_one(&SURE) || is_one(&OF_MAIL) {
        return Vec::new();
    }
    let blocks = blocks(lines);
    let Some((_, first)) = blocks.first() else { return Vec::new() };
    let alike: Vec<_> = blocks.iter().filter(|(_, labels)| labels.intersection(first).count() >= MIN_SHARED).collect();
    let covered: usize = alike.iter().map(|(block, _)| block.len()).sum();
    if alike.len() < MIN_BLOCKS || covered * 3 < filled * 2 {
        return Vec::new();
    }
    alike.into_iter().flat_map(|(block, _)| block.clone().skip(1)).collect()
}

/// Lines that stand together, each with a label of its own but for a heading and what goes on a field, and their labels.
fn blocks<'l>(lines: &[&'l [u8]]) -> Vec<(std::ops::Range<usize>, BTreeSet<&'l [u8]>)> {
    let mut blocks = Vec::new();
    let mut at = 0;
    for run in lines.chunk_by(|one, next| parts(one) == parts(next)) {
        let begin = at;
        at += run.len();
        // One line before the fields may be their heading.
        let heading = run.iter().position(|line| label(line).is_some()).unwrap_or_default().saturating_sub(1);
        let (range, run) = (begin + heading..at, &run[heading..]);
        if parts(run[0]) || !LINES.contains(&run.len()) {
            continue;
        }
        let labels: BTreeSet<&[u8]> = run.iter().filter_map(|line| label(line)).collect();
        let labelled = run.iter().filter(|line| label(line).is_some()).count();
        let is_header = OF_HEADER.iter().all(|name| labels.contains(name));
        if !is_header && labels.len() == labelled && labelled >= MIN_SHARED && labelled * 3 >= run.len() * 2 {
            blocks.push((range, labels));
        }
    }
    blocks
}

/// A blank line, or a rule, stands between blocks.
fn parts(line: &[u8]) -> bool {
    !line.iter().any(|b| b.is_ascii_alphanumeric() || *b >= 0x80)
}

/// `Sent Time: Nov 26`, `to=a@b.example`, `Aan       = a@b.example`
fn label(line: &[u8]) -> Option<&[u8]> {
    let line = line.trim_ascii();
    let end = line.iter().position(|b| b":=".contains(b))?;
    let label = line[..end].trim_ascii_end();
    // `10:02`, `C:\mtm2` and `https://` are none.
    let is_mark = line[end] == b'=' || line.get(end + 1).is_none_or(u8::is_ascii_whitespace);
    let words = label.split(|b| *b == b' ').filter(|word| !word.is_empty()).count();
    let is_word = |b: &u8| b.is_ascii_alphabetic() || *b >= 0x80 || b" _-.".contains(b);
    (is_mark && LABEL.contains(&label.len()) && words <= MAX_LABEL_WORDS && label.iter().all(is_word)).then_some(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(log: &str) -> Vec<usize> {
        goes_on(log.as_bytes(), &log.lines().map(str::as_bytes).collect::<Vec<_>>())
    }

    #[test]
    fn blocks_with_the_same_labels_are_records() {
        let log = "I copied this\n\nEvent: success\nSent Time: 9:01\nTo: a@b.example\nResult: 250 OK\n\n\
                   Event: failure\nSent Time: 9:02\nTo: c@d.example\nResult: 550 No Such User\nhere\n";
        assert_eq!(of(log), [3, 4, 5, 8, 9, 10, 11]);
        let ini = "[mail 10:02]\nto=a@b.example\nport=25\nresult=refused\n----\n[mail 10:31]\nto=a@b.example\nport=587\nresult=sent\n";
        assert_eq!(of(ini), [1, 2, 3, 6, 7, 8]);
    }

    #[test]
    fn other_lines_are_their_own() {
        for log in [
            "C: QUIT\nS: 221 bye\nC: x\n\nC: QUIT\nS: 221 bye\nC: x\n",
            "to=a\nport=25\nresult=sent\n",
            "to=a\nport=25\nresult=sent\n\nhost=a\nuser=b\nmode=c\n",
            "08:01 sent: a\n08:02 sent: b\n08:03 failed: c\n\n08:01 sent: a\n08:02 sent: b\n08:03 failed: c\n",
        ] {
            assert_eq!(of(log), [0; 0], "{log}");
        }
    }
}
