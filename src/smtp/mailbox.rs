//! Paths and addresses: RFC 5321 section 4.1.2, read as leniently as clients write them.

use nom::{IResult, Parser, bytes::complete::take_till, character::complete::space0};

/// ```abnf
/// path = "<" [ A-d-l ":" ] Mailbox ">" / Mailbox / "<>"
/// ```
/// Gives the text between the brackets, or the first word where a client wrote none; the remainder is the parameters.
pub fn path(input: &[u8]) -> IResult<&[u8], &[u8]> {
    let (rest, _) = space0(input)?;
    if let Some(inner) = rest.strip_prefix(b"<") {
        // Inside quotes a `>` belongs to the local part (RFC 5321 Quoted-string).
        if let Some(end) = closing(inner) {
            return Ok((&inner[end + 1..], inner[..end].trim_ascii()));
        }
        return Ok((b"", inner.trim_ascii()));
    }
    let (rest, word) = take_till(|b: u8| b.is_ascii_whitespace()).parse(rest)?;
    if word.is_empty() || (!rest.is_empty() && !word.contains(&b'@')) {
        return Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Verify)));
    }
    Ok((rest, word))
}

/// Where the bracket closes: not inside quotes, which few addresses have.
fn closing(inner: &[u8]) -> Option<usize> {
    let first = memchr::memchr2(b'>', b'"', inner)?;
    if inner[first] == b'>' {
        return Some(first);
    }
    let mut quoted = false;
    inner.iter().position(|&b| {
        quoted ^= b == b'"';
        b == b'>' && !quoted
    })
}

/// The first address in angle brackets, as a reply names whom it is about: `550 5.1.1 <a@b.example>: User unknown`.
pub fn quoted_mailbox(text: &[u8]) -> Option<&[u8]> {
    let mut begins = memchr::memchr_iter(b'<', text);
    begins.find_map(|at| path(&text[at..]).ok().map(|(_, address)| address).filter(|address| is_full_address(address)))
}

/// A sign-in name is a whole address: something, one `@`, something.
pub fn is_full_address(name: &[u8]) -> bool {
    match name.iter().rposition(|&b| b == b'@') {
        Some(at) => at > 0 && at + 1 < name.len(),
        None => false,
    }
}

/// The shape of a sign-in name that may be shown: `s***@practice.example`, or `s***` without a domain.
pub fn user_shape(name: &[u8]) -> String {
    let text = String::from_utf8_lossy(name);
    let (local, domain) = match text.rsplit_once('@') {
        Some((local, domain)) => (local, Some(domain)),
        None => (text.as_ref(), None),
    };
    let first = local.chars().next().filter(char::is_ascii_alphanumeric).map(String::from).unwrap_or_default();
    let plain =
        |d: &&str| !d.is_empty() && d.len() <= 253 && d.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c));
    match domain.filter(plain) {
        Some(domain) => format!("{first}***@{domain}"),
        None => format!("{first}***"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        assert_eq!(path(b"<a@b.c> SIZE=3").unwrap(), (&b" SIZE=3"[..], &b"a@b.c"[..]));
        assert_eq!(path(b" a@b.c").unwrap().1, b"a@b.c");
        assert_eq!(path(b"<\"a>b\"@c>").unwrap().1, b"\"a>b\"@c");
        assert_eq!(path(b"<statements").unwrap().1, b"statements");
        assert!(path(b"him and her").is_err());
        assert_eq!(user_shape(b"fred@own.co.za"), "f***@own.co.za");
        assert_eq!(user_shape(b"fred"), "f***");
        assert_eq!(user_shape(b"\xff\xfe"), "***");
        assert!(is_full_address(b"a@b") && !is_full_address(b"a@") && !is_full_address(b"ab"));
    }
}
