//! The words of a line.

/// The words of a line in lower case.
pub(super) fn words(line: &[u8]) -> Vec<String> {
    let mut out = Vec::new();
    for run in line.split(|b| !is_word(*b) && *b != b'\'') {
        // `HR_Connect`, `SocketClose`: words are glued with underscores and capitals.
        let mut word = String::new();
        let mut lower = false;
        for &b in run {
            if b == b'_' || lower && b.is_ascii_uppercase() {
                out.push(std::mem::take(&mut word));
            }
            lower = b.is_ascii_lowercase();
            if b != b'_' {
                word.push(char::from(b.to_ascii_lowercase()));
            }
        }
        out.push(word);
    }
    out.retain(|word| !word.is_empty() && !word.bytes().all(|b| b.is_ascii_digit()));
    out
}

/// Letters of any alphabet, digits, underscore.
pub(super) fn is_word(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80
}
