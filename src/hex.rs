//! RFC 4648 section 8: bytes in hexadecimal digits, in any case.

/// The number that digits stand for; `None` where one is no digit.
pub(crate) fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0u32, |n, digit| Some(n << 4 | char::from(*digit).to_digit(16)?))
}

/// The byte that the first two digits stand for.
pub(crate) fn byte(digits: &[u8]) -> Option<u8> {
    number(digits.get(..2)?)?.try_into().ok()
}

/// The bytes that a text of such digits, and of nothing else, stands for.
pub(crate) fn bytes(text: &[u8]) -> Option<Vec<u8>> {
    text.chunks(2).map(byte).collect()
}

/// The bytes in small digits, each with a mark before it.
pub(crate) fn of(bytes: &[u8], mark: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(bytes.len() * (mark.len() + 2));
    for byte in bytes {
        out.push_str(mark);
        out.extend([byte >> 4, byte & 15].map(|digit| char::from(DIGITS[usize::from(digit)])));
    }
    out
}
