//! Replies: RFC 5321 section 4.2, enhanced codes: RFC 3463 and RFC 2034.

use std::fmt;

use nom::IResult;

/// A reply code, 200 to 599. Unknown values keep their number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReplyCode(pub u16);

impl ReplyCode {
    /// 2yz: the command was done.
    pub fn is_positive(self) -> bool {
        self.0 / 100 == 2
    }
    /// 4yz: refused for now.
    pub fn is_transient(self) -> bool {
        self.0 / 100 == 4
    }
    /// 5yz: refused for good.
    pub fn is_permanent(self) -> bool {
        self.0 / 100 == 5
    }
    /// Servers send it. A column of numbers, a port or a size holds others too.
    pub fn is_in_use(self) -> bool {
        matches!(self.0, 211 | 214 | 220 | 221 | 235 | 250..=253 | 334 | 354)
            || matches!(self.0, 420..=422 | 430..=432 | 441..=442 | 446..=447 | 449..=459 | 471)
            || matches!(self.0, 500..=504 | 510..=515 | 521..=525 | 530..=538 | 540..=542 | 550..=559 | 570..=573)
    }

    /// A server may begin with it; the others answer a command (RFC 5321 section 4.3.2).
    pub fn may_greet(self) -> bool {
        !matches!(self.0, 500..=504 | 530 | 534 | 535 | 538 | 552 | 553)
    }

    /// It answers somebody who signs in (RFC 4954 section 6).
    pub fn is_of_sign_in(self) -> bool {
        matches!(self.0, 334 | 432 | 454 | 534 | 535 | 538)
    }

    /// It may quote what somebody typed who signs in: it answers that, or what is no command.
    pub fn may_quote_answer(self) -> bool {
        self.is_of_sign_in() || matches!(self.0, 500 | 502)
    }

    /// 4yz or 5yz.
    pub fn is_refusal(self) -> bool {
        self.is_transient() || self.is_permanent()
    }
}

impl fmt::Display for ReplyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// An enhanced status code such as 5.7.8 (RFC 3463): class, subject, detail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnhancedStatusCode {
    /// 2, 4 or 5
    pub class: u8,
    /// The subject: 1 address, 2 mailbox, 3 mail system, 4 network, 5 protocol, 6 content, 7 policy.
    pub subject: u16,
    /// The detail within the subject.
    pub detail: u16,
}

impl fmt::Display for EnhancedStatusCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

/// One line of a reply. A reply of several lines repeats its code and has `last` false on all but the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplyLine<'a> {
    /// The three digits.
    pub code: ReplyCode,
    /// False when `-` follows the code: more lines come.
    pub last: bool,
    /// The enhanced code at the start of the text, where there is one.
    pub enhanced: Option<EnhancedStatusCode>,
    /// Everything after the code and its separator, the enhanced code included.
    pub text: &'a [u8],
}

/// ```abnf
/// Reply-line = Reply-code ( "-" / SP ) [ textstring ] / Reply-code
/// Reply-code = %x32-35 %x30-39 %x30-39
/// ```
/// RFC 5321 allows `%x30-35` as second digit; servers in the wild send 571 and 460, so any digit is taken.
pub fn reply_line(input: &[u8]) -> IResult<&[u8], ReplyLine<'_>> {
    // By slices: every line of a server comes here, most of them several times.
    let [b'2'..=b'5', b'0'..=b'9', b'0'..=b'9', after @ ..] = input else { return fail(input) };
    let (last, text) = match after {
        [] => (true, after),
        [b'-', text @ ..] => (false, text),
        [b' ' | b'\t', text @ ..] => (true, text),
        _ => return fail(input),
    };
    let enhanced = enhanced_status_code(text).ok().map(|(_, code)| code);
    Ok((&[], ReplyLine { code: ReplyCode(number(&input[..3])), last, enhanced, text }))
}

fn fail<T>(input: &[u8]) -> IResult<&[u8], T> {
    Err(nom::Err::Error(nom::error::Error::new(input, nom::error::ErrorKind::Verify)))
}

/// ```abnf
/// status-code = class "." subject "." detail     ; RFC 3463 section 2
/// class       = "2" / "4" / "5"
/// subject     = 1*3DIGIT
/// detail      = 1*3DIGIT
/// ```
/// Not followed by a further digit or dot, so an address such as 5.4.3.2 is none.
pub(crate) fn enhanced_status_code(input: &[u8]) -> IResult<&[u8], EnhancedStatusCode> {
    let [class @ (b'2' | b'4' | b'5'), b'.', rest @ ..] = input else { return fail(input) };
    let (subject, rest) = few_digits(rest);
    let [b'.', rest @ ..] = rest else { return fail(input) };
    let (detail, rest) = few_digits(rest);
    let goes_on = rest.strip_prefix(b".").unwrap_or(rest).first().is_some_and(u8::is_ascii_alphanumeric);
    if subject.is_empty() || detail.is_empty() || goes_on {
        return fail(input);
    }
    let (subject, detail) = (number(subject), number(detail));
    Ok((rest, EnhancedStatusCode { class: class - b'0', subject, detail }))
}

/// At most three digits, and what stands behind them.
fn few_digits(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().take(3).take_while(|b| b.is_ascii_digit()).count())
}

/// The value of at most three digits.
fn number(digits: &[u8]) -> u16 {
    digits.iter().fold(0, |n, d| n * 10 + u16::from(d - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        let line = |s: &'static str| reply_line(s.as_bytes()).map(|(_, r)| r);
        let last = line("250 2.1.5 Ok").unwrap();
        assert_eq!((last.code.0, last.last, last.text), (250, true, &b"2.1.5 Ok"[..]));
        assert_eq!(last.enhanced.unwrap().to_string(), "2.1.5");
        assert!(!line("250-SIZE 1000").unwrap().last);
        assert!(line("221").unwrap().last);
        assert!(line("250OK").is_err());
        assert!(line("2500 x").is_err());
        assert!(line("199 x").is_err());
        assert!(line("600 x").is_err());
        assert_eq!(line("550 5.4.3.2 is blocked").unwrap().enhanced, None);
        assert_eq!(line("535 5.7.139. Off").unwrap().enhanced.unwrap().detail, 139);
    }
}
