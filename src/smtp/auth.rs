//! AUTH exchanges: RFC 4954, PLAIN (RFC 4616), LOGIN, CRAM-MD5 (RFC 2195), XOAUTH2.

use std::fmt;

use nom::{
    IResult, Parser,
    bytes::complete::{tag, take_till},
    combinator::{map_opt, rest},
    sequence::{preceded, terminated},
};

use crate::base64;

/// A SASL mechanism. Only the ones that programs use for mail have a name of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuthMechanism {
    /// PLAIN: name and password in one answer.
    Plain,
    /// LOGIN: name and password in two answers.
    Login,
    /// CRAM-MD5: name and a digest.
    CramMd5,
    /// DIGEST-MD5
    DigestMd5,
    /// NTLM
    Ntlm,
    /// XOAUTH2: name and token.
    XOAuth2,
    /// OAUTHBEARER (RFC 7628): name and token.
    OAuthBearer,
    /// GSSAPI
    GssApi,
    /// EXTERNAL
    External,
    /// SCRAM-SHA-1, SCRAM-SHA-256, with or without -PLUS
    Scram,
}

const WIRE_NAMES: [(&str, AuthMechanism); 14] = [
    ("PLAIN", AuthMechanism::Plain),
    ("LOGIN", AuthMechanism::Login),
    ("CRAM-MD5", AuthMechanism::CramMd5),
    ("DIGEST-MD5", AuthMechanism::DigestMd5),
    ("NTLM", AuthMechanism::Ntlm),
    ("XOAUTH2", AuthMechanism::XOAuth2),
    ("OAUTHBEARER", AuthMechanism::OAuthBearer),
    ("GSSAPI", AuthMechanism::GssApi),
    ("EXTERNAL", AuthMechanism::External),
    ("SCRAM-SHA-1", AuthMechanism::Scram),
    ("SCRAM-SHA-256", AuthMechanism::Scram),
    ("SCRAM-SHA-1-PLUS", AuthMechanism::Scram),
    ("SCRAM-SHA-256-PLUS", AuthMechanism::Scram),
    ("PLAIN-CLIENTTOKEN", AuthMechanism::External),
];

impl AuthMechanism {
    /// The mechanism by its name on the wire, in any case.
    pub fn from_wire(name: &[u8]) -> Option<Self> {
        WIRE_NAMES.iter().find(|(n, _)| n.as_bytes().eq_ignore_ascii_case(name)).map(|(_, m)| *m)
    }

    /// Every name on the wire that is known.
    pub fn wire_names() -> impl Iterator<Item = &'static str> {
        WIRE_NAMES.iter().map(|(name, _)| *name)
    }

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        WIRE_NAMES.iter().find(|(_, m)| *m == self).map_or("", |(n, _)| n)
    }

    /// It carries a user name and a password, which is all that a practice's mail program has.
    pub fn takes_password(self) -> bool {
        use AuthMechanism::{CramMd5, DigestMd5, Login, Ntlm, Plain, Scram};
        matches!(self, Plain | Login | CramMd5 | DigestMd5 | Ntlm | Scram)
    }
}

impl fmt::Display for AuthMechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The content of an answer inside an AUTH exchange. The password never leaves [`credential`]:
/// only whether it can be a real one.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Credential {
    /// A user name, decoded.
    User(Vec<u8>),
    /// A password that somebody could have typed.
    Password,
    /// A password that is WILD, or holds characters that nobody would type.
    Placeholder,
    /// Name and password in one; the flag tells whether the password is a placeholder.
    Both(Vec<u8>, bool),
    /// Masked by the writer, or not readable.
    Hidden,
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(hidden)")
    }
}

/// What a part of an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AnswerPart {
    /// Who signs in.
    User,
    /// What nobody but who signs in knows, or a digest of it.
    Secret,
}

/// Hands on the parts of a decoded answer, of whatever mechanism it is.
pub(crate) fn answer_parts(decoded: &[u8], mut each: impl FnMut(AnswerPart, &[u8])) {
    use AnswerPart::{Secret, User};
    // PLAIN: the password is behind the last NUL.
    let names_end = memchr::memrchr(0, decoded).unwrap_or(0);
    let mut from = 0;
    for part in decoded.split(|b| *b < b' ') {
        let kind = if from < names_end { User } else { Secret };
        from += part.len() + 1;
        // XOAUTH2 and OAUTHBEARER say what each part is.
        if let Ok((_, user)) = xoauth2(part) {
            each(User, user);
        } else if let Some(user) = part.strip_prefix(b"n,a=") {
            each(User, user.strip_suffix(b",").unwrap_or(user));
        } else if part.get(..BEARER.len()).is_some_and(|head| head.eq_ignore_ascii_case(BEARER)) {
            each(Secret, part[BEARER.len()..].trim_ascii());
        } else if let Some((user, digest)) = digested(part) {
            each(User, user);
            each(Secret, digest);
        } else {
            each(kind, part.trim_ascii_end());
        }
    }
    if decoded.starts_with(b"NTLMSSP") {
        // It writes two bytes a character.
        let narrow: Vec<u8> = decoded.iter().copied().filter(|b| (b' '..=b'~').contains(b)).collect();
        each(User, &narrow);
    }
}

/// What stands before the token of XOAUTH2 and OAUTHBEARER.
const BEARER: &[u8] = b"auth=Bearer";
/// Digits of a digest of CRAM-MD5.
const DIGEST_DIGITS: usize = 32;

/// The name and the digest of CRAM-MD5.
fn digested(part: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_, user) = cram_md5(part).ok()?;
    let digest = &part[user.len() + 1..];
    (digest.len() == DIGEST_DIGITS && digest.iter().all(u8::is_ascii_hexdigit)).then_some((user, digest))
}

/// Reads one answer of an AUTH exchange. `step` counts the answers from 0 (an initial response is 0).
pub(crate) fn credential(mechanism: AuthMechanism, step: usize, answer: &[u8]) -> Credential {
    let Some(decoded) = base64::decoded(answer) else { return Credential::Hidden };
    let user = |(_, user): (_, &[u8])| Credential::User(user.to_vec());
    match (mechanism, step) {
        (AuthMechanism::Plain, _) => match plain(&decoded) {
            Ok((_, (user, password))) => Credential::Both(user.to_vec(), is_placeholder(password)),
            Err(_) => Credential::Hidden,
        },
        (AuthMechanism::Login, 0) => Credential::User(decoded),
        (AuthMechanism::Login, 1) if is_placeholder(&decoded) => Credential::Placeholder,
        (AuthMechanism::Login, 1) => Credential::Password,
        (AuthMechanism::CramMd5, _) => cram_md5(&decoded).map_or(Credential::Hidden, user),
        (AuthMechanism::XOAuth2, 0) => xoauth2(&decoded).map_or(Credential::Hidden, user),
        _ => Credential::Hidden,
    }
}

/// ```abnf
/// message = [authzid] NUL authcid NUL passwd      ; RFC 4616 section 2
/// ```
/// Gives name and password.
fn plain(message: &[u8]) -> IResult<&[u8], (&[u8], &[u8]), ()> {
    let part = || take_till(|b| b == 0);
    preceded((part(), tag("\0")), (terminated(part(), tag("\0")), part())).parse(message)
}

/// ```abnf
/// answer = user SP digest                         ; RFC 2195 section 2
/// ```
/// A name may hold blanks; the digest has none.
fn cram_md5(answer: &[u8]) -> IResult<&[u8], &[u8], ()> {
    map_opt(rest, |answer: &[u8]| Some(&answer[..memchr::memrchr(b' ', answer)?])).parse(answer)
}

/// ```abnf
/// response = "user=" user %x01 "auth=Bearer " token %x01 %x01
/// ```
/// Google's and Microsoft's XOAUTH2; logs break it off anywhere behind the name.
fn xoauth2(response: &[u8]) -> IResult<&[u8], &[u8], ()> {
    preceded(tag("user="), take_till(|b| b == 1)).parse(response)
}

/// The support article: a password that shows as WILD is wrong. That may mean the word, or characters nobody would type.
fn is_placeholder(password: &[u8]) -> bool {
    let odd = |b: &u8| b.is_ascii_control() || *b == 0x7f;
    let undecodable =
        std::str::from_utf8(password).is_err() && password.iter().filter(|b| **b >= 0x80).count() * 2 > password.len();
    password.eq_ignore_ascii_case(b"WILD")
        || password.iter().any(odd)
        || undecodable
        || std::str::from_utf8(password).is_ok_and(|p| p.contains('\u{fffd}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn login_tells_user_and_placeholder() {
        assert!(credential(AuthMechanism::Login, 0, b"c3RhdGVtZW50cw==") == Credential::User(b"statements".to_vec()));
        assert!(credential(AuthMechanism::Login, 1, b"V0lMRA==") == Credential::Placeholder);
        assert!(credential(AuthMechanism::Login, 1, b"S3VkdSE=") == Credential::Password);
        assert!(credential(AuthMechanism::Plain, 0, b"AGEAV0lMRA==") == Credential::Both(b"a".to_vec(), true));
        assert!(credential(AuthMechanism::Login, 1, b"***") == Credential::Hidden);
    }

    #[test]
    fn parts_of_answers() {
        let digest = "0123456789abcdef0123456789ABCDEF";
        for (answer, parts) in [
            ("a\0fred\0Kudu7", "user a, user fred, secret Kudu7"),
            ("Kudu 7", "secret Kudu 7"),
            ("user=fred\x01auth=bearer ya29\x01\x01", "user fred, secret ya29"),
            ("n,a=fred@own.co.za,\x01auth=Bearer ya29\x01\x01", "user fred@own.co.za, secret ya29"),
            (&format!("fred smith {digest}"), &format!("user fred smith, secret {digest}")),
            ("NTLMSSP\0K\0u\0", "user NTLMSSP, user K, user u, user NTLMSSPKu"),
        ] {
            let mut told = Vec::new();
            answer_parts(answer.as_bytes(), |part, text| {
                let kind = if part == AnswerPart::User { "user" } else { "secret" };
                if !text.is_empty() {
                    told.push(format!("{kind} {}", String::from_utf8_lossy(text)));
                }
            });
            assert_eq!(told.join(", "), parts);
        }
    }

    #[test]
    fn debug_hides() {
        let shown = format!("{:?}", credential(AuthMechanism::Login, 0, b"c3RhdGVtZW50cw=="));
        assert!(!shown.contains("statements"));
    }
}
