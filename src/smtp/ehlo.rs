//! The EHLO reply: RFC 5321 section 4.1.1.1.

use std::net::IpAddr;

use super::AuthMechanism;

/// What one line of an EHLO reply offers, where it matters to a diagnosis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keyword {
    /// SIZE: the largest message in bytes; 0 or nothing means no fixed limit (RFC 1870).
    Size(u64),
    /// STARTTLS (RFC 3207).
    StartTls,
    /// AUTH and its mechanisms (RFC 4954), also in the old form `AUTH=`.
    Auth(Vec<AuthMechanism>),
    /// PIPELINING (RFC 2920).
    Pipelining,
    /// Any other.
    Other,
}

/// ```abnf
/// ehlo-line    = ehlo-keyword *( SP ehlo-param )
/// ehlo-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
/// ```
#[must_use]
pub fn keyword(line: &[u8]) -> Keyword {
    let line = line.trim_ascii();
    // Most lines offer something else.
    let Some(b'S' | b's' | b'P' | b'p' | b'A' | b'a') = line.first() else { return Keyword::Other };
    let is = |word: &[u8]| {
        line.len() >= word.len()
            && line[..word.len()].eq_ignore_ascii_case(word)
            && line.get(word.len()).is_none_or(|b| b.is_ascii_whitespace() || *b == b'=')
    };
    let after = |word: &[u8]| &line[word.len()..];
    match line.first().map(u8::to_ascii_uppercase) {
        Some(b'S') if is(b"SIZE") => {
            let digits = after(b"SIZE").trim_ascii();
            Keyword::Size(std::str::from_utf8(digits).ok().and_then(|d| d.parse().ok()).unwrap_or(0))
        }
        Some(b'S') if is(b"STARTTLS") => Keyword::StartTls,
        Some(b'P') if is(b"PIPELINING") => Keyword::Pipelining,
        Some(b'A') if is(b"AUTH") => Keyword::Auth(
            after(b"AUTH")
                .split(|b| b.is_ascii_whitespace() || *b == b'=')
                .filter_map(AuthMechanism::from_wire)
                .collect(),
        ),
        _ => Keyword::Other,
    }
}

/// The address in the first line of the reply: Exim, Exchange and Gmail tell the client how they see it.
///
/// ```abnf
/// address-literal = "[" [ "IPv6:" ] address "]"            ; RFC 5321 section 4.1.3
/// ```
#[must_use]
pub fn address_literal(line: &[u8]) -> Option<IpAddr> {
    let inner = &line[memchr::memchr(b'[', line)? + 1..];
    let inner = std::str::from_utf8(&inner[..memchr::memchr(b']', inner)?]).ok()?;
    inner.strip_prefix("IPv6:").unwrap_or(inner).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let shown = |line: &str| address_literal(line.as_bytes()).map(|ip| ip.to_string()).unwrap_or_default();
        assert_eq!(shown("cp12.isp.example.co.za Hello PC [127.0.0.1]"), "127.0.0.1");
        assert_eq!(shown("smtp.gmail.com at your service, [IPv6:2001:db8::1]"), "2001:db8::1");
        assert_eq!(shown("mail.example.co.za"), "");
        assert_eq!(shown("mail [no] address"), "");
    }

    #[test]
    fn known_answers() {
        assert_eq!(keyword(b"SIZE 35882577"), Keyword::Size(35_882_577));
        assert_eq!(keyword(b"SIZE"), Keyword::Size(0));
        assert_eq!(keyword(b"STARTTLS"), Keyword::StartTls);
        assert_eq!(keyword(b"AUTH PLAIN LOGIN"), Keyword::Auth(vec![AuthMechanism::Plain, AuthMechanism::Login]));
        assert_eq!(keyword(b"AUTH=LOGIN"), Keyword::Auth(vec![AuthMechanism::Login]));
        assert_eq!(keyword(b"SIZEABLE.example"), Keyword::Other);
    }
}
