//! Paths and addresses: RFC 5321 section 4.1.2, read as leniently as clients write them.

use nom::{IResult, Parser, bytes::complete::take_till, character::complete::space0};

/// ```abnf
/// path = "<" [ A-d-l ":" ] Mailbox ">" / Mailbox / "<>"
/// ```
/// Gives the text between the brackets, or the first word where a client wrote none; the remainder is the parameters.
pub(crate) fn path(input: &[u8]) -> IResult<&[u8], &[u8]> {
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

/// The text behind the last `@` of an address, which may be empty.
pub(crate) fn domain_of(address: &[u8]) -> Option<&[u8]> {
    Some(&address[memchr::memrchr(b'@', address)? + 1..])
}

/// The first address in angle brackets, as a reply names whom it is about: `550 5.1.1 <a@b.example>: User unknown`.
pub(crate) fn quoted_mailbox(text: &[u8]) -> Option<&[u8]> {
    let mut begins = memchr::memchr_iter(b'<', text);
    begins.find_map(|at| path(&text[at..]).ok().map(|(_, address)| address).filter(|address| is_full_address(address)))
}

/// What a byte may be in an address, as bits. A table, as every line of a log comes here a few times.
const CLASSES: [u8; 256] = {
    let (mut classes, mut byte) = ([0; 256], 0);
    while byte < 256 {
        let sign = byte as u8;
        classes[byte] = match sign {
            b'0'..=b'9' => LOCAL | HOST | HEX | DIGIT,
            b'a'..=b'f' => LOCAL | HOST | HEX | LETTER,
            b'A'..=b'Z' | b'g'..=b'z' => LOCAL | HOST | LETTER,
            b'.' | b'-' => LOCAL | HOST | HEX,
            b'_' => LOCAL | HEX,
            b'=' => LOCAL | NAMES,
            b'%' | b'+' | b'&' | b'~' => LOCAL,
            _ => 0,
        };
        byte += 1;
    }
    classes
};
/// It may stand before the `@`.
const LOCAL: u8 = 1;
/// It may stand behind it.
const HOST: u8 = 2;
/// The number of a mail may hold it.
const HEX: u8 = 4;
const DIGIT: u8 = 8;
const LETTER: u8 = 16;
/// The name of a field may end there.
const NAMES: u8 = 32;

fn class(byte: u8) -> u8 {
    CLASSES[usize::from(byte)]
}

/// Bytes of the letter of Latin script beyond ASCII that ends the text, as an address may have it (RFC 6531 section 3.3), in
/// UTF-8 or alone in Windows-1252: `é`, `ß`.
fn latin_letter(text: &[u8]) -> Option<usize> {
    match text {
        [.., 0xC3, 0x97 | 0xB7] => None,
        [.., 0xC3..=0xC9, 0x80..=0xBF] => Some(2),
        [.., 0xD7 | 0xF7] => None,
        [.., 0xC0..=0xFF] => Some(1),
        _ => None,
    }
}

/// Digits in the local part of an address; the number of a mail has more.
const MOST_DIGITS: usize = 15;
/// Hexadecimal digits of the number of a mail, and those of them that no letter is.
const MIN_ID: usize = 10;
const MIN_ID_DIGITS: usize = 4;

/// Where the address around this `@` of a text begins and ends, in bytes; `None` where it is the number of a mail or a version,
/// or signs in in a link.
pub(crate) fn address_around(text: &[u8], at: usize) -> Option<(usize, usize)> {
    // A mistyped one is refused for it: `a@@b.example`.
    let doubled = usize::from(text[..at].ends_with(b"@"));
    let (mut start, mut any) = (at - doubled, 0);
    loop {
        let strange = text[..start].iter().rposition(|b| {
            any |= class(*b);
            class(*b) & LOCAL == 0
        });
        start = strange.map_or(0, |before| before + 1);
        let Some(letter) = latin_letter(&text[..start]) else { break };
        start -= letter;
    }
    // `Addr=a@b.example`, `MAIL_TO=a@b.example`, `mail.user=a@b.example` names a field.
    if any & NAMES != 0 {
        let named = memchr::memchr(b'=', &text[start..at])
            .filter(|end| text[start..start + end].iter().all(|b| b.is_ascii_alphabetic() || b"._-".contains(b)));
        start = named.map_or(start, |end| start + end + 1);
    }
    // `a@b.example...done`
    let mut dot = false;
    let strange = |b: &u8| {
        let again = std::mem::replace(&mut dot, *b == b'.') && dot;
        class(*b) & HOST == 0 || again
    };
    let host = &text[at + 1..];
    let host = &host[..host.iter().position(strange).unwrap_or(host.len())];
    let host = &host[..host.iter().rposition(|b| class(*b) & (DIGIT | LETTER) != 0)? + 1];
    // The last part is a name (RFC 3696 section 2): `nodemailer@4.7.0` is a version.
    let last = &host[memchr::memrchr(b'.', host)? + 1..];
    if start + doubled >= at || !last.iter().any(|b| class(*b) & LETTER != 0) {
        return None;
    }
    let end = at + 1 + host.len();
    // `<148712570228.24873.12356218486855342422@pc>` numbers a mail; a telephone's number is shorter.
    let local = &text[start..at];
    let digits = local.iter().filter(|b| b.is_ascii_digit()).count();
    // `65a1b2c3d4e5_1f2e@pc` does so in hexadecimal digits.
    let hex = |b: &u8| class(*b) & HEX != 0;
    let is_number = digits > MOST_DIGITS
        || digits >= MIN_ID_DIGITS && local.len() >= MIN_ID && digits < local.len() && local.iter().all(hex);
    // `smtp://user:password@mail.b.example` signs in there (RFC 3986 section 3.2.1).
    let signs_in = || {
        if start == 0 || text[start - 1].is_ascii_whitespace() {
            return false;
        }
        let (scheme, user) = text[..start].split_at(memchr::memrchr(b'/', &text[..start]).map_or(0, |slash| slash + 1));
        scheme.ends_with(b"://") && !user.iter().any(|b| b.is_ascii_whitespace() || *b == b'?')
    };
    (!is_number && !signs_in()).then_some((start, end))
}

/// A sign-in name is a whole address: something, one `@`, something.
pub(crate) fn is_full_address(name: &[u8]) -> bool {
    match name.iter().rposition(|&b| b == b'@') {
        Some(at) => at > 0 && at + 1 < name.len(),
        None => false,
    }
}

/// The shape of a sign-in name that may be shown: `s***@practice.example`, or `s***` without a domain.
pub(crate) fn user_shape(name: &[u8]) -> String {
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
    fn addresses_in_a_text() {
        for (text, want) in [
            ("MAIL_TO=a.b@c.example", Some("a.b@c.example")),
            ("a=b%c@d.example", Some("b%c@d.example")),
            ("to a@@b.example,", Some("a@@b.example")),
            ("sent to a@b-c.example...done", Some("a@b-c.example")),
            ("0821234567@c.example", Some("0821234567@c.example")),
            ("nodemailer@4.7.0", None),
            ("a@localhost", None),
            ("@b.example", None),
            ("148712570228.24873.12356@pc.example", None),
            ("65a1b2c3d4e5_1f2e@pc.example", None),
            ("smtp://user:word@mail.b.example", None),
        ] {
            let at = text.rfind('@').unwrap();
            assert_eq!(address_around(text.as_bytes(), at).map(|(from, to)| &text[from..to]), want, "{text}");
        }
    }

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
