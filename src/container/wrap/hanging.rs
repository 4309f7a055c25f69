//! Lines that a narrow paper broke at one column, wherever a word stood, and that go on indented.

use std::collections::BTreeSet;

use super::columns;

/// Columns of such a paper.
const WIDTHS: std::ops::RangeInclusive<usize> = 24..=132;
/// Rests of lines that prove it: fewer may only hang from the line above.
const PROVED: usize = 3;
/// Blanks before a rest.
const INDENT: usize = 2;

/// Equal marks at the end of a rule.
const RULE: usize = 4;

/// The lines that go on the one before, by number, and the column at which all are broken; `None` where one does not fill its
/// line, but for a blank, or a full line does not go on.
pub(super) fn rests(lines: &[&[u8]]) -> Option<(Vec<usize>, usize)> {
    let indent = |line: &[u8]| line.iter().take_while(|b| **b == b' ').count();
    let is_rest = |at: &usize| indent(lines[*at]) >= INDENT && !lines[*at].trim_ascii().is_empty();
    let rests: Vec<usize> = (1..lines.len()).filter(is_rest).collect();
    if rests.len() < PROVED || rests.len() * 2 > lines.len() {
        return None;
    }
    let worded = |line: &&[u8]| line.iter().any(u8::is_ascii_alphanumeric);
    let width = lines.iter().copied().filter(worded).map(columns).max().filter(|width| WIDTHS.contains(width))?;
    let fills = |at: &usize| columns(lines[at - 1]) + 1 >= width;
    let indents: BTreeSet<usize> = rests.iter().map(|at| indent(lines[*at])).collect();
    // `*** POS 4 ***` is a rule.
    let is_rule = |line: &[u8]| {
        line.len() > RULE
            && line.ends_with(&[line[line.len() - 1]; RULE])
            && line[line.len() - 1].is_ascii_punctuation()
    };
    let goes_on = |at: usize| {
        columns(lines[at]) < width || is_rule(lines[at]) || !worded(&lines[at]) || rests.contains(&(at + 1))
    };
    (indents.len() == 1 && rests.iter().all(fills) && (0..lines.len()).all(goes_on)).then_some((rests, width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_paper_breaks_amid_words() {
        let paper = "C:RCPT TO:<manager@deli.exam\n    ple>\nS:550 5.1.1 no such user her\n    e, ask the manager at th\n    e office\nC:QUIT";
        let lines: Vec<&[u8]> = paper.lines().map(str::as_bytes).collect();
        assert_eq!(rests(&lines), Some((vec![1, 3, 4], 28)));
        let page = paper.replace("C:QUIT", "C:QUIT and a line that is wider than that");
        assert_eq!(rests(&page.lines().map(str::as_bytes).collect::<Vec<_>>()), None);
    }
}
