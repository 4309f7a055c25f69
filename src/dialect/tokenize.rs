//! The words of a line.

/// The words of a line in lower case.
pub(super) fn words(line: &[u8]) -> Vec<String> {
    slices(line).map(|word| word.iter().map(|b| char::from(b.to_ascii_lowercase())).collect()).collect()
}

/// The words of a line as they stand there. `HR_Connect`, `SocketClose`: they are glued with underscores and capitals.
pub(super) fn slices(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|b| !is_word(*b) && *b != b'\'' || *b == b'_')
        .flat_map(|run| run.chunk_by(|a, b| !(a.is_ascii_lowercase() && b.is_ascii_uppercase())))
        .filter(|word| !word.iter().all(u8::is_ascii_digit))
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
    b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80
}
