//! The shapes of lines that nobody understood: enough to write a dialect for them, and nothing of what they say.

use std::collections::HashMap;

use super::{allow_list, name_word, personal, secret, span::runs, visible::visible_bytes};

/// Different shapes that are told apart in one file.
const DIFFERENT: usize = 200;
/// As much of a line as is looked at; marks stand at its beginning.
const LOOKED_AT: usize = 400;
/// Words at the beginning of a line that stay where programs use them: writers put their marks there.
const MARKS: usize = 2;

/// Counts shapes, in bounded memory.
#[derive(Debug, Default)]
pub(crate) struct Shapes {
    /// With the place in which it was first seen, and how often.
    seen: HashMap<String, (usize, u64)>,
    beyond: u64,
}

impl Shapes {
    /// Counts one line.
    pub(crate) fn add(&mut self, line: &[u8]) {
        let shape = shape(line);
        let next = self.seen.len();
        match self.seen.get_mut(&shape) {
            Some((_, count)) => *count += 1,
            None if next < DIFFERENT => {
                self.seen.insert(shape, (next, 1));
            }
            None => self.beyond += 1,
        }
    }

    /// The shapes, the commonest first; what is beyond the limit stands last, as one.
    pub(crate) fn commonest(self) -> Vec<(String, u64)> {
        let mut seen: Vec<_> = self.seen.into_iter().collect();
        seen.sort_by_key(|(_, (first, count))| (std::cmp::Reverse(*count), *first));
        let mut shapes: Vec<_> = seen.into_iter().map(|(shape, (_, count))| (shape, count)).collect();
        if self.beyond > 0 {
            shapes.push(("(other shapes)".to_owned(), self.beyond));
        }
        shapes
    }
}

/// `Aaaa 999 <addr>`: letters, digits and addresses without what they are, and without how many.
fn shape(line: &[u8]) -> String {
    let text = visible_bytes(&line[..line.len().min(LOOKED_AT)]);
    let text = personal::replace_addresses(&text, "<addr>");
    let mut out = String::with_capacity(text.len());
    let (mut done, mut last, mut before, mut alike, mut words) = (0, "", "", 0, 0);
    // A word alone may be the answer to the line before.
    let alone = text.trim().bytes().all(|b| b.is_ascii_alphanumeric());
    let hidden = secret::found(&text);
    for (at, word) in runs(&text, true, |b| b.is_ascii_alphanumeric()) {
        let gap = &text[done..at];
        done = at + word.len();
        words += 1;
        let address = word == "addr" && text[..at].ends_with('<') && text[done..].starts_with('>');
        // A cell, a name or a secret is no mark of the writer's, whatever programs use the word.
        let parted = words == MARKS && (gap.contains([',', ';', '|', '\t']) || secret::is_key(before));
        let parted = parted || hidden.iter().any(|span| span.at.contains(&at));
        let mark = || !alone && !parted && allow_list::is_known(word) && !name_word::is_name_here(&text, at, word);
        let known = address || words <= MARKS && mark();
        before = word;
        let class = if known { word } else { class(word) };
        // Of a sentence the first words are enough: else every one of them would be a shape of its own.
        alike = if class == last && gap == " " { alike + 1 } else { 0 };
        last = class;
        match alike {
            0 | 1 => out.extend([gap, class]),
            2 => out.push_str(" ..."),
            _ => {}
        }
    }
    out.push_str(&text[done..]);
    if line.len() > LOOKED_AT {
        out.push_str(" ...");
    }
    out
}

fn class(word: &str) -> &'static str {
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    let first_is_upper = letters.next().is_some_and(char::is_uppercase);
    if word.chars().all(|c| !c.is_alphabetic()) {
        "999"
    } else if word.chars().any(|c| c.is_ascii_digit()) {
        "Aa99"
    } else if !first_is_upper {
        "aaaa"
    } else if letters.all(char::is_uppercase) {
        "AAAA"
    } else {
        "Aaaa"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_gone() {
        for (line, shown) in [
            (
                "Sent 2026-11-23: Jane Botha <jane@own.co.za> R1 240.50",
                "Sent 999-999-999: Aaaa Aaaa <<addr>> Aa99 999.999",
            ),
            ("Dear Jane your results are here today", "Aaaa Aaaa aaaa aaaa ..."),
            ("fred@own.co.za;backup;25", "<addr>;aaaa;999"),
            ("Dr Page asked", "Dr Aaaa aaaa"),
            ("  outlook", "  aaaa"),
            ("password outlook", "password aaaa"),
            ("S3VkdSFIZXJkLTQ0NzE=", "Aa99="),
            ("", ""),
        ] {
            assert_eq!(shape(line.as_bytes()), shown);
        }
    }

    #[test]
    fn memory_is_bounded_and_nothing_is_lost() {
        let mut shapes = Shapes::default();
        for n in 0..1000 {
            shapes.add("-".repeat(n).as_bytes());
        }
        shapes.add(b"--");
        let common = shapes.commonest();
        assert_eq!((common.len(), common[0].clone()), (DIFFERENT + 1, ("--".to_owned(), 2)));
        assert_eq!(common.iter().map(|(_, count)| count).sum::<u64>(), 1001);
    }
}
