//! The EHLO reply: RFC 5321 section 4.1.1.1.

use std::net::IpAddr;

use nom::{
    IResult, Parser,
    branch::alt,
    bytes::complete::{tag, tag_no_case, take_till1, take_until, take_while1},
    character::complete::{space0, u64},
    combinator::{eof, opt, peek, rest, value},
    multi::fold_many0,
    sequence::{delimited, preceded, terminated},
};

use super::AuthMechanism;

/// One line of an EHLO reply, as far as it matters to a diagnosis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keyword {
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
/// ```
pub fn keyword(line: &[u8]) -> Keyword {
    let line = line.trim_ascii();
    // Most lines offer something else.
    match line.first() {
        Some(b'S' | b's' | b'A' | b'a') => alt((size, starttls, auth)).parse(line).map_or(Keyword::Other, |(_, k)| k),
        _ => Keyword::Other,
    }
}

/// ```abnf
/// size = "SIZE" [ SP 1*20DIGIT ]                            ; RFC 1870 section 3
/// ```
fn size(line: &[u8]) -> IResult<&[u8], Keyword, ()> {
    preceded((named("SIZE"), space0), alt((terminated(u64, eof), value(0, rest)))).map(Keyword::Size).parse(line)
}

/// ```abnf
/// starttls = "STARTTLS"                                     ; RFC 3207 section 2
/// ```
fn starttls(line: &[u8]) -> IResult<&[u8], Keyword, ()> {
    value(Keyword::StartTls, named("STARTTLS")).parse(line)
}

/// ```abnf
/// auth = "AUTH" *( ( SP / "=" ) sasl-mech )                 ; RFC 4954 section 3
/// ```
fn auth(line: &[u8]) -> IResult<&[u8], Keyword, ()> {
    let word = take_till1(is_between);
    let mechanisms = fold_many0(preceded(take_while1(is_between), opt(word)), Vec::new, |mut known, word| {
        known.extend(word.and_then(AuthMechanism::from_wire));
        known
    });
    preceded(named("AUTH"), mechanisms).map(Keyword::Auth).parse(line)
}

/// A keyword, which ends where the line does or its parameters begin.
fn named<'a>(word: &'static str) -> impl Parser<&'a [u8], Output = &'a [u8], Error = ()> {
    terminated(tag_no_case(word), peek(alt((eof, take_while1(is_between)))))
}

fn is_between(b: u8) -> bool {
    b.is_ascii_whitespace() || b == b'='
}

/// The address in the first line of the reply: Exim, Exchange and Gmail tell the client how they see it.
///
/// ```abnf
/// address-literal = "[" [ "IPv6:" ] address "]"             ; RFC 5321 section 4.1.3
/// ```
pub fn address_literal(line: &[u8]) -> Option<IpAddr> {
    let literal = delimited(tag("["), preceded(opt(tag("IPv6:")), take_until("]")), tag("]"));
    let found: IResult<&[u8], &[u8], ()> = preceded(take_until("["), literal).parse(line);
    std::str::from_utf8(found.ok()?.1).ok()?.parse().ok()
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
