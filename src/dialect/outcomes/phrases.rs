//! The phrases of a line: its words in plain spelling, where verdicts stand.

use std::collections::BTreeSet;

use bstr::ByteSlice;

use super::{behind_label, place};
use crate::{
    dialect::writer::writer,
    knowledge::{WordClass, WordTable, is_level, is_word_byte, plain_spelling},
};

/// Words that follow each other.
pub(super) type Phrase = Vec<Vec<u8>>;
/// The phrases of a line.
pub(super) type Said = BTreeSet<Phrase>;

/// A longer run of marks draws a line.
const SIGN: usize = 3;
/// What a server says to a mail that it takes (RFC 5321 section 4.3.2).
const ACCEPTED: &[u8] = b"250";
/// Words of a phrase.
const LONGEST: usize = 4;

/// The columns of a line: a mark stands between them, or more than one blank.
pub(super) fn cells(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|b| b";|\t,".contains(b)).flat_map(|cell| cell.chunk_by(|a, b| [*a, *b] != *b"  "))
}

/// The first words of a line, and those behind its last address or its label: there verdicts stand. An address, a number or a name with
/// digits ends a phrase and begins another, as a column does.
pub(super) fn said(text: &[u8]) -> Said {
    let (mut found, table) = (Said::new(), WordTable::builtin());
    // `production.INFO: `, `c.p.Mail - ` and `mailer[511]: ` stand before each line, and would take the place of the words that
    // tell lines apart.
    let (name, said) = text.split_at(writer(text));
    let logged = name.contains(&b'.') || name.ends_with(b"]") && !name.starts_with(b"[");
    let text = if logged { said.trim_start_with(|mark| ": ".contains(mark)) } else { text };
    for cell in cells(text) {
        for part in [Some(cell), place::behind_address(cell), behind_label(cell)].into_iter().flatten() {
            let part = part.trim_ascii_start();
            let part = place::before_address(part);
            // A sign may stand for a word: `+`, `!!!`, `<<<`.
            let sign = part.split(u8::is_ascii_whitespace).next().unwrap_or_default();
            let marked = || match sign {
                // `Q+`, `Q-`: a letter with a sign.
                [letters @ .., mark] => b"+-!?*~".contains(mark) && letters.iter().all(u8::is_ascii_alphabetic),
                [] => false,
            };
            if (1..=SIGN).contains(&sign.len()) && (!sign.iter().copied().any(is_word_byte) || marked()) {
                found.insert(vec![sign.to_vec()]);
            }
            let plain = plain_spelling(part);
            let words: Vec<&[u8]> = words_of(&plain).collect();
            for run in words.split_inclusive(|word| word.iter().any(u8::is_ascii_digit)) {
                // `SUCCESS` is a level, and a verdict too.
                let verdict = |word: &[u8]| {
                    let classes = table.classes(word);
                    classes.has(WordClass::Sent) || classes.has(WordClass::Well)
                };
                let level = |word: &[u8]| is_level(word) && !verdict(word);
                let run = run.iter().skip_while(|word| level(word)).copied();
                // A number of two digits may be a verdict too, and a share: `Result=0`, `100%`.
                let number = |word: &&[u8]| {
                    word.len() <= 2 || word[0] == b'-' || word.last() == Some(&b'%') || *word == ACCEPTED
                };
                let said = run.filter(|word| number(word) || !word.iter().any(u8::is_ascii_digit));
                let said: Phrase = said.take(LONGEST).map(<[u8]>::to_vec).collect();
                // A number is one where it has a name, or a column of its own; the code of a mail that was accepted anywhere.
                let share = |word: &[u8]| word.last() == Some(&b'%');
                let bare =
                    said.first().is_some_and(|word| word[0].is_ascii_digit() && word != ACCEPTED && !share(word));
                if words.len() > 1 && bare {
                    continue;
                }
                for length in 1..=said.len() {
                    found.insert(said[..length].to_vec());
                }
            }
        }
    }
    found
}

/// The words of a text. A number keeps the sign in front of it, and that of a share: `= -1` is not `= 1`.
fn words_of(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let signed = |at: usize| {
        text[at] == b'-'
            && text.get(at + 1).is_some_and(u8::is_ascii_digit)
            && at.checked_sub(1).is_none_or(|before| b" =:(".contains(&text[before]))
    };
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = (at..text.len()).find(|at| is_word_byte(text[*at]) || signed(*at))?;
        at = (start + 1..text.len()).find(|at| !is_word_byte(text[*at])).unwrap_or(text.len());
        at += usize::from(text.get(at) == Some(&b'%') && text[start].is_ascii_digit());
        Some(&text[start..at])
    })
}
