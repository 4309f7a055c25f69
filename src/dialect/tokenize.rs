//! The words of a line.

use std::iter;

use bstr::ByteSlice;

/// The words of a line in lower case.
pub(super) fn words(line: &[u8]) -> Vec<String> {
    let small = |word: &[u8]| match std::str::from_utf8(word) {
        Ok(word) if word.is_ascii() => word.to_ascii_lowercase(),
        _ => word.iter().map(|b| char::from(b.to_ascii_lowercase())).collect(),
    };
    slices(line).map(small).collect()
}

/// The words of a line as they stand there. `HR_Connect`, `SocketClose`: they are glued with underscores and capitals. An
/// apostrophe is part of a word only inside it: `'Connected'` is quoted.
pub(super) fn slices(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|b| !is_word(*b) && *b != b'\'' || *b == b'_')
        .flat_map(|run| {
            // Letters of ASCII need not be decoded to see that no sign stands among them.
            let (plain, other) = if run.is_ascii() { (run, &run[..0]) } else { (&run[..0], run) };
            iter::once(plain).filter(|run| !run.is_empty()).chain(other.fields_with(is_sign))
        })
        .flat_map(|run| run.chunk_by(|a, b| !(a.is_ascii_lowercase() && b.is_ascii_uppercase())))
        .map(|word| word.trim_with(|c| c == '\''))
        .filter(|word| !word.iter().all(u8::is_ascii_digit))
}

/// A sign that is none of ASCII, such as an arrow or a bar. A byte of an old code page is a letter.
fn is_sign(c: char) -> bool {
    !c.is_ascii() && !c.is_alphanumeric() && !matches!(c, char::REPLACEMENT_CHARACTER | '\u{2019}')
}

/// Length of the sign that begins here where it is none of ASCII.
#[inline]
pub(super) fn sign(rest: &[u8]) -> Option<usize> {
    let (sign, length) = if *rest.first()? >= 0x80 { bstr::decode_utf8(rest) } else { return None };
    sign.is_some_and(is_sign).then_some(length)
}

/// A word may be the name of an exception's class.
pub(super) fn is_exception(word: &[u8]) -> bool {
    ["exception", "error"]
        .iter()
        .any(|end| word.len().checked_sub(end.len()).is_some_and(|at| word[at..].eq_ignore_ascii_case(end.as_bytes())))
}

/// Letters of any alphabet, digits, underscore.
#[inline]
pub(super) fn is_word(b: u8) -> bool {
    WORDS[usize::from(b)]
}

/// A table, as every line of a log comes here a few times.
const WORDS: [bool; 256] = {
    let (mut words, mut byte) = ([true; 256], 0);
    while byte < 0x80 {
        let sign = byte as u8;
        words[byte] = sign.is_ascii_alphanumeric() || sign == b'_';
        byte += 1;
    }
    words
};
