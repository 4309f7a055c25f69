//! The shape of a text: every letter and digit becomes one that only tells its class.

/// The shape of a text, word lengths included.
pub(super) fn shape(text: &str) -> String {
    text.chars().map(masked).collect()
}

/// The text is its own shape.
pub(super) fn is_shape(text: &str) -> bool {
    text.chars().all(|c| masked(c) == c)
}

fn masked(c: char) -> char {
    match c {
        '0'..='9' => '9',
        c if c.is_uppercase() => 'A',
        c if c.is_alphanumeric() => 'a',
        c => c,
    }
}
