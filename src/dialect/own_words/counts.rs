//! What the numbers in a line of a program's own words count.

use super::word::Word;
use crate::{dialect::number, knowledge::WordClass};

/// Words behind a number that say what it counts.
const COUNTED_WITHIN_WORDS: usize = 6;

/// The thing that a number counts, as far as the words tell how that went.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Sent,
    Well,
    Wrong,
    Other,
}

impl Unit {
    fn of(word: Word<'_>) -> Unit {
        match word {
            word if word.is_failure() || word.is(WordClass::Not) => Unit::Wrong,
            word if matches!(word.text, b"errors" | b"failures") => Unit::Wrong,
            word if word.is(WordClass::Sent) => Unit::Sent,
            word if word.is(WordClass::Well) || word.is(WordClass::Send) => Unit::Well,
            _ => Unit::Other,
        }
    }

    /// `2 ok`, `2 mails went`, `3 statements gestuur`, `1 mail did not`, `2 failed: timeout`: the words behind the number, as far
    /// as its clause goes. In `id=1 code=250`, where the number is a value, no code is counted, nor in `554 5.7.1`.
    fn behind(words: &[Word<'_>], is_value: bool) -> Option<Unit> {
        let behind = words.split_first().filter(|(number, _)| number.joined)?.1;
        let first = behind.first().filter(|word| {
            !(word.named && (is_value || Unit::of(**word) == Unit::Other)) && !word.text[0].is_ascii_digit()
        })?;
        let clause = 1 + behind.iter().take(COUNTED_WITHIN_WORDS).take_while(|word| word.joined && !word.named).count();
        let units = behind
            .iter()
            .take(clause)
            .take_while(|word| !word.is_number() && !word.is(WordClass::None))
            .map(|word| Unit::of(*word));
        let unit = units.filter(|unit| *unit != Unit::Other).max_by_key(|unit| *unit == Unit::Wrong);
        unit.or((first.text.len() > 2 && !first.is(WordClass::Count)).then_some(Unit::Other))
    }
}

/// The things that the numbers of a line count.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) sent: bool,
    pub(super) well: Option<u64>,
    pub(super) wrong: Option<u64>,
    /// Nothing was sent: `0 of 2 sent`, but `errorlevel 0 sent`.
    pub(super) none: bool,
    /// Dots lead from the word to the number: `Mails sent ...... 212`.
    pub(super) led: bool,
    /// `12 of 14 sent`
    pub(super) of_many: bool,
    /// Numbers with a unit behind them.
    pub(super) units: u8,
}

impl Counts {
    pub(super) fn of(words: &[Word<'_>]) -> Counts {
        let at = |i: usize| words.get(i).copied().unwrap_or_default();
        let (mut found, mut next) = (Counts::default(), 0);
        for (i, word) in words.iter().enumerate() {
            let before = if i > 0 { at(i - 1) } else { Word::default() };
            // `message 9001`, `attempt 2`: it names one, and counts none.
            if i < next || !word.is_number() || word.text.len() > 4 || before.names_number() {
                continue;
            }
            let of_many = word.joined && at(i + 1).joined && is_part(*word, at(i + 1), at(i + 2));
            // `Sending 1 of 3: ok` is the first of them.
            if of_many && at(i + 2).named && !before.is(WordClass::Sent) {
                next = i + 3;
                continue;
            }
            let whole = i + if of_many { 2 } else { usize::from(at(i + 1).is_number() && !word.joined) };
            next = whole + 1;
            let behind = Unit::behind(words.get(whole..).unwrap_or_default(), before.named);
            found.units += u8::from(behind.is_some());
            // `done 2`, `failed: 1`, but `error 550`
            let is_code = matches!(word.text, [b'4' | b'5', _, _]);
            let counts_before = behind.is_none() && (before.joined || before.named) && !is_code;
            let unit = behind.unwrap_or(if counts_before { Unit::of(before) } else { Unit::Other });
            found.sent |= unit == Unit::Sent;
            found.led |= before.leads && counts_before && unit != Unit::Other;
            found.well = if matches!(unit, Unit::Sent | Unit::Well) { number(word.text) } else { found.well };
            found.wrong = if unit == Unit::Wrong { number(word.text) } else { found.wrong };
            let of_error = before.is(WordClass::Failed) || before.is(WordClass::Neutral);
            found.none |= behind == Some(Unit::Sent) && word.text == b"0" && !of_error;
            found.of_many |= found.well.is_some() && of_many;
        }
        found
    }
}

/// `12 of 14`
fn is_part(part: Word<'_>, of: Word<'_>, whole: Word<'_>) -> bool {
    let (part, whole) = (number(part.text), number(whole.text));
    !of.is_number() && part.is_some_and(|part| whole.is_some_and(|whole| part <= whole))
}
