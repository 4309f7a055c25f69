//! Entities of HTML and XML that stand for marks, as programs and pages write them.

/// Those with a name; the rest are numbers: `&#39;`, `&#039;`, `&#x27;`.
const NAMED: [(&[u8], u8); 6] =
    [(b"&amp;", b'&'), (b"&lt;", b'<'), (b"&gt;", b'>'), (b"&quot;", b'"'), (b"&apos;", b'\''), (b"&nbsp;", b' ')];
/// Digits of a number, zeros before it among them.
const MAX_DIGITS: usize = 6;
/// The space that does not break.
const NBSP: char = '\u{a0}';

/// The length of the entity that the text begins with, and what it stands for; none that stands for more than ASCII.
pub(crate) fn entity(text: &[u8]) -> Option<(usize, u8)> {
    let (length, shown) = character(text)?;
    Some((length, u8::try_from(shown).ok().filter(|b| (b' '..=b'~').contains(b))?))
}

/// The length of the entity that the text begins with, and the character that it stands for.
pub(crate) fn character(text: &[u8]) -> Option<(usize, char)> {
    if let Some((name, mark)) = NAMED.iter().find(|(name, _)| text.starts_with(name)) {
        return Some((name.len(), char::from(*mark)));
    }
    let digits = text.strip_prefix(b"&#")?;
    let (digits, radix) = match digits {
        [b'x' | b'X', digits @ ..] => (digits, 16),
        _ => (digits, 10),
    };
    let length = digits.iter().take(MAX_DIGITS + 1).take_while(|b| char::from(**b).is_digit(radix)).count();
    if !(1..=MAX_DIGITS).contains(&length) || digits.get(length) != Some(&b';') {
        return None;
    }
    let number = digits[..length].iter().try_fold(0, |n, b| Some(n * radix + char::from(*b).to_digit(radix)?))?;
    let shown = char::from_u32(number)?;
    Some((text.len() - digits.len() + length + 1, if shown == NBSP { ' ' } else { shown }))
}

/// The entity for a mark that may not stand in a text as it is; the quote's is the number that every browser knows.
pub(crate) fn of_mark(mark: u8) -> Option<&'static [u8]> {
    match mark {
        b'\'' => Some(b"&#039;"),
        b' ' => None,
        _ => NAMED.iter().find(|(_, known)| *known == mark).map(|(name, _)| *name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers() {
        for (text, want) in [
            ("&lt;a", (4, b'<')),
            ("&#39;", (5, b'\'')),
            ("&#039;", (6, b'\'')),
            ("&#x27;x", (6, b'\'')),
            ("&#160;", (6, b' ')),
        ] {
            assert_eq!(entity(text.as_bytes()), Some(want), "{text}");
        }
        for text in ["&", "&bogus;", "&#;", "&#9;", "&#8364;", "&#x", "&lt"] {
            assert_eq!(entity(text.as_bytes()), None, "{text}");
        }
    }
}
