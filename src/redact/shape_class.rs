//! The shape of a text: every letter and digit becomes one that only tells its class.

/// The shape of a text, word lengths included.
pub(super) fn shape(text: &str) -> String {
    text.chars().map(masked).collect()
}

fn masked(c: char) -> char {
    match c {
        '0'..='9' => '9',
        c if c.is_uppercase() => 'A',
        c if c.is_alphanumeric() => 'a',
        c => c,
    }
}
