//! RFC 4648 section 4: bytes in 64 letters.

/// ```abnf
/// base64      = 1*base64-char [ "=" [ "=" ] ]     ; RFC 4954 section 8; padding may be missing
/// base64-char = ALPHA / DIGIT / "+" / "/"
/// ```
/// `None` for anything else, so a mask such as `********` is not taken for a value.
pub(crate) fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.trim_ascii();
    let body = text.strip_suffix(b"==").or(text.strip_suffix(b"=")).unwrap_or(text);
    if body.is_empty() || body.len() % 4 == 1 {
        return None;
    }
    let mut out = Vec::with_capacity(body.len() / 4 * 3 + 3);
    let six = |b: u8| u32::from(SIX_BITS[usize::from(b)]);
    let (groups, rest) = body.as_chunks::<4>();
    // The letters that are missing are filled up with the one for nought.
    let mut last = *b"AAAA";
    last[..rest.len()].copy_from_slice(rest);
    for group in groups.iter().chain([&last]) {
        let [a, b, c, d] = group.map(six);
        if a | b | c | d > 63 {
            return None;
        }
        let [_, bytes @ ..] = (a << 18 | b << 12 | c << 6 | d).to_be_bytes();
        out.extend(bytes);
    }
    out.truncate(body.len() * 3 / 4);
    Some(out)
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The value of each letter, 0 to 63; 255 for a byte outside the alphabet. A table, as every session signs in.
const SIX_BITS: [u8; 256] = {
    let (mut table, mut place) = ([u8::MAX; 256], 0);
    while place < ALPHABET.len() {
        table[ALPHABET[place] as usize] = place as u8;
        place += 1;
    }
    table
};

/// With padding.
pub(crate) fn encoded(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0u32, |bits, b| bits << 8 | u32::from(*b)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let six = usize::try_from(bits >> (18 - 6 * place) & 63).unwrap_or(0);
            out.push(if place <= group.len() { char::from(ALPHABET[six]) } else { '=' });
        }
    }
    out
}

/// The letters that are the same whatever stands around the bytes, for each place in a group where they may begin.
pub(crate) fn within(bytes: &[u8]) -> [String; 3] {
    [("", 0), ("x", 2), ("xx", 3)].map(|(before, lost)| {
        let whole = encoded(&[before.as_bytes(), bytes].concat());
        // What stands before and behind the bytes changes the first and last letters.
        let end = whole.trim_end_matches('=').len();
        let end = if end == whole.len() { end } else { end - 1 };
        whole.get(lost..end).unwrap_or_default().to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        assert_eq!(decoded(b"VXNlcm5hbWU6").unwrap(), b"Username:");
        assert_eq!(decoded(b"c3RhdGVtZW50cw==").unwrap(), b"statements");
        assert_eq!(decoded(b"YQ").unwrap(), b"a");
        assert_eq!(decoded(b"YWI=").unwrap(), b"ab");
        assert_eq!(decoded(b"********"), None);
        assert_eq!(decoded(b"[credentials hidden]"), None);
        assert_eq!(decoded(b""), None);
    }
}
