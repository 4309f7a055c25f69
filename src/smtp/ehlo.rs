//! The EHLO reply: RFC 5321 section 4.1.1.1.

use std::net::IpAddr;

use super::AuthMechanism;

/// One line of an EHLO reply, as far as it matters to a diagnosis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Keyword {
    /// SIZE: the largest message in bytes; 0 or nothing means no fixed limit (RFC 1870).
    Size(u64),
    /// STARTTLS (RFC 3207).
    StartTls,
    /// AUTH and its mechanisms (RFC 4954), also in the old form `AUTH=`.
    Auth(Vec<AuthMechanism>),
    /// Any other.
    Other,
}

/// ```abnf
/// ehlo-line    = ehlo-keyword *( SP ehlo-param )
/// ehlo-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
/// size         = "SIZE" [ SP 1*20DIGIT ]                    ; RFC 1870 section 3
/// starttls     = "STARTTLS"                                 ; RFC 3207 section 2
/// auth         = "AUTH" *( ( SP / "=" ) sasl-mech )         ; RFC 4954 section 3
/// ```
/// By slices: a fifth of a log are such lines.
pub(crate) fn keyword(line: &[u8]) -> Keyword {
    let line = line.trim_ascii();
    let (word, parameters) = line.split_at(line.iter().position(is_between).unwrap_or(line.len()));
    let is = |keyword: &[u8]| word.eq_ignore_ascii_case(keyword);
    match word.first() {
        Some(b'S' | b's') if is(b"SIZE") => Keyword::Size(size(parameters).unwrap_or(0)),
        Some(b'S' | b's') if is(b"STARTTLS") => Keyword::StartTls,
        Some(b'A' | b'a') if is(b"AUTH") => {
            Keyword::Auth(parameters.split(is_between).filter_map(AuthMechanism::from_wire).collect())
        }
        // Most lines offer something else.
        _ => Keyword::Other,
    }
}

fn size(parameter: &[u8]) -> Option<u64> {
    let digits = parameter.trim_ascii();
    let digits = std::str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
    digits.parse().ok()
}

fn is_between(b: &u8) -> bool {
    b.is_ascii_whitespace() || *b == b'='
}

/// The address in the first line of the reply: Exim, Exchange and Gmail tell the client how they see it.
///
/// ```abnf
/// address-literal = "[" [ "IPv6:" ] address "]"             ; RFC 5321 section 4.1.3
/// ```
pub(crate) fn address_literal(line: &[u8]) -> Option<IpAddr> {
    let behind = &line[memchr::memchr(b'[', line)? + 1..];
    let behind = behind.strip_prefix(b"IPv6:").unwrap_or(behind);
    std::str::from_utf8(&behind[..memchr::memchr(b']', behind)?]).ok()?.parse().ok()
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
        for none in ["SIZE", "SIZE 0", "SIZE 12x", "SIZE=7"] {
            assert_eq!(keyword(none.as_bytes()), Keyword::Size(0), "{none}");
        }
        assert_eq!(keyword(b"STARTTLS"), Keyword::StartTls);
        assert_eq!(keyword(b"AUTH PLAIN LOGIN"), Keyword::Auth(vec![AuthMechanism::Plain, AuthMechanism::Login]));
        assert_eq!(keyword(b"auth  GSSAPI x NTLM"), Keyword::Auth(vec![AuthMechanism::GssApi, AuthMechanism::Ntlm]));
        assert_eq!(keyword(b"AUTH=LOGIN"), Keyword::Auth(vec![AuthMechanism::Login]));
        assert_eq!(keyword(b"SIZEABLE.example"), Keyword::Other);
    }
}
