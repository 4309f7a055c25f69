//! Commands: RFC 5321 section 4.1.1, with STARTTLS (RFC 3207), AUTH (RFC 4954) and BDAT (RFC 3030).

use nom::{
    IResult, Parser,
    branch::alt,
    bytes::complete::{tag, tag_no_case, take_while1},
    character::complete::alphanumeric1,
    combinator::{map_opt, not, value},
    error::Error,
    sequence::{preceded, terminated},
};

use super::{AuthMechanism, mailbox};

named! {
    /// The verb of a command, by its name on the wire; also what a reply answers.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Verb {
        /// No command: the server speaks first (RFC 5321 section 3.1).
        Greeting = "greeting",
        /// EHLO or LHLO.
        Ehlo = "EHLO",
        /// HELO.
        Helo = "HELO",
        /// STARTTLS.
        StartTls = "STARTTLS",
        /// AUTH, and each answer inside its exchange.
        Auth = "AUTH",
        /// MAIL FROM.
        Mail = "MAIL",
        /// RCPT TO.
        Rcpt = "RCPT",
        /// DATA.
        Data = "DATA",
        /// BDAT.
        Bdat = "BDAT",
        /// The end of the message: the lone dot, or the last BDAT.
        EndOfData = ".",
        /// RSET.
        Rset = "RSET",
        /// NOOP, HELP, VRFY, EXPN, ETRN: they change nothing.
        Other = "NOOP",
        /// QUIT.
        Quit = "QUIT",
    }
}

impl Verb {
    /// The verb of this name, in any case.
    pub fn named(name: &str) -> Option<Verb> {
        Verb::ALL.into_iter().find(|verb| verb.name().eq_ignore_ascii_case(name))
    }
}

/// A command with the arguments that tell something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command<'a> {
    /// EHLO / LHLO / HELO with the name the client gives itself.
    Hello(Verb, &'a [u8]),
    /// STARTTLS
    StartTls,
    /// AUTH with its mechanism and, where sent at once, the initial response.
    Auth(AuthMechanism, Option<&'a [u8]>),
    /// MAIL FROM with the reverse path (without brackets) and the SIZE parameter (RFC 1870), in bytes.
    Mail(&'a [u8], Option<u64>),
    /// RCPT TO with the forward path (without brackets).
    Rcpt(&'a [u8]),
    /// DATA
    Data,
    /// BDAT with its size in bytes, and whether it is the LAST.
    Bdat(u64, bool),
    /// RSET
    Rset,
    /// QUIT
    Quit,
    /// NOOP, HELP, VRFY, EXPN, ETRN
    Other,
}

impl Command<'_> {
    /// The verb.
    pub fn verb(&self) -> Verb {
        match self {
            Command::Hello(verb, _) => *verb,
            Command::StartTls => Verb::StartTls,
            Command::Auth(..) => Verb::Auth,
            Command::Mail(..) => Verb::Mail,
            Command::Rcpt(_) => Verb::Rcpt,
            Command::Data => Verb::Data,
            Command::Bdat(..) => Verb::Bdat,
            Command::Rset => Verb::Rset,
            Command::Quit => Verb::Quit,
            Command::Other => Verb::Other,
        }
    }
}

/// ```abnf
/// command = verb [ SP arguments ]
/// verb    = "EHLO" / "LHLO" / "HELO" / "STARTTLS" / "AUTH" / "MAIL FROM:" / "RCPT TO:" / "DATA"
///         / "BDAT" / "RSET" / "QUIT" / "NOOP" / "HELP" / "VRFY" / "EXPN" / "ETRN"
/// ```
/// A verb without arguments must end its line: "DATA for the month" is none. Clients write any case.
pub(crate) fn command(input: &[u8]) -> IResult<&[u8], Command<'_>> {
    if !may_be_command(input) {
        return fail(input);
    }
    // By the first letter: every line of a client comes here, and trying each verb in turn took a quarter of its time.
    match input.first().map(u8::to_ascii_uppercase) {
        Some(b'E' | b'H' | b'L') => alt((hello, other)).parse(input),
        Some(b'S') => alone("STARTTLS", Command::StartTls, input),
        Some(b'M') => mail(input),
        Some(b'R') => alt((rcpt, |input| alone("RSET", Command::Rset, input))).parse(input),
        Some(b'D') => alone("DATA", Command::Data, input),
        Some(b'Q') => alone("QUIT", Command::Quit, input),
        Some(b'A') => auth(input),
        Some(b'B') => bdat(input),
        Some(b'N' | b'V') => other(input),
        _ => fail(input),
    }
}

/// The command at the beginning of a text that goes on behind it; without its arguments, but for the mechanism of AUTH.
///
/// ```abnf
/// command-start = ( "EHLO" / "LHLO" / "HELO" ) SP / "MAIL FROM:" / "RCPT TO:" / "AUTH" SP sasl-mech
///               / %s"STARTTLS" / %s"DATA" / %s"RSET" / %s"QUIT"
/// ```
/// A verb that needs no argument is a word of sentences too, unless it is in capitals.
pub(crate) fn command_start(input: &[u8]) -> IResult<&[u8], Command<'_>> {
    if !may_be_command(input) {
        return fail(input);
    }
    let sasl_mech = take_while1(|b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let alone = alt((
        value(Command::StartTls, tag("STARTTLS")),
        value(Command::Data, tag("DATA")),
        value(Command::Rset, tag("RSET")),
        value(Command::Quit, tag("QUIT")),
    ));
    alt((
        value(Command::Hello(Verb::Ehlo, b""), alt((word("EHLO "), word("LHLO ")))),
        value(Command::Hello(Verb::Helo, b""), word("HELO ")),
        value(Command::Mail(b"", None), word("MAIL FROM:")),
        value(Command::Rcpt(b""), word("RCPT TO:")),
        preceded(word("AUTH "), map_opt(sasl_mech, AuthMechanism::from_wire)).map(|known| Command::Auth(known, None)),
        terminated(alone, not(alphanumeric1)),
    ))
    .parse(input)
}

/// The text begins with the letters of a verb, in any case: a quick look before the grammar, as nearly no word is one.
pub(crate) fn may_be_command(input: &[u8]) -> bool {
    let [a, b, c, d, ..] = input else { return false };
    // All letters at once: only a letter of a verb becomes one of it without the bit of small letters.
    let verb = (u32::from_ne_bytes([*a, *b, *c, *d]) & 0xDFDF_DFDF).to_ne_bytes();
    matches!(&verb, b"EHLO" | b"LHLO" | b"HELO" | b"STAR" | b"AUTH" | b"MAIL" | b"RCPT" | b"DATA" | b"BDAT" | b"RSET")
        || matches!(&verb, b"QUIT" | b"NOOP" | b"HELP" | b"VRFY" | b"EXPN" | b"ETRN")
}

/// A verb without arguments.
fn alone<'a>(verb: &'static str, command: Command<'a>, input: &'a [u8]) -> IResult<&'a [u8], Command<'a>> {
    let (rest, _) = word(verb).parse(input)?;
    if rest.trim_ascii().is_empty() { Ok((b"", command)) } else { fail(input) }
}

fn word<'a>(verb: &'static str) -> impl Parser<&'a [u8], Output = &'a [u8], Error = Error<&'a [u8]>> {
    move |input: &'a [u8]| match input.split_at_checked(verb.len()) {
        Some((head, rest)) if head.eq_ignore_ascii_case(verb.as_bytes()) => Ok((rest, head)),
        _ => Err(nom::Err::Error(Error::new(input, nom::error::ErrorKind::Tag))),
    }
}

fn fail(input: &[u8]) -> IResult<&[u8], Command<'_>> {
    Err(nom::Err::Error(Error::new(input, nom::error::ErrorKind::Tag)))
}

/// ```abnf
/// ehlo = ( "EHLO" / "LHLO" / "HELO" ) SP ( Domain / address-literal )
/// ```
/// The name may be missing (some clients send none), but is one word.
fn hello(input: &[u8]) -> IResult<&[u8], Command<'_>> {
    let (rest, verb) =
        alt((value(Verb::Ehlo, word("EHLO")), value(Verb::Ehlo, word("LHLO")), value(Verb::Helo, word("HELO"))))
            .parse(input)?;
    let name = rest.trim_ascii();
    let glued = !rest.is_empty() && !rest[0].is_ascii_whitespace();
    if glued || name.iter().any(u8::is_ascii_whitespace) {
        return fail(input);
    }
    Ok((b"", Command::Hello(verb, name)))
}

/// ```abnf
/// mail = "MAIL" / "MAIL FROM:" [ Reverse-path [ SP Mail-parameters ] ]
/// ```
/// The path may be missing: pages take `<a@b.example>` for a tag. Some logs show the verb alone, which in small letters is a
/// word.
fn mail(input: &[u8]) -> IResult<&[u8], Command<'_>> {
    let (parameters, path) = with_path("MAIL", "MAIL FROM:", input)?;
    let size = parameters.split(u8::is_ascii_whitespace).find_map(|p| {
        let value = p.split_at_checked(5).filter(|(name, _)| name.eq_ignore_ascii_case(b"SIZE="))?.1;
        std::str::from_utf8(value).ok()?.parse().ok()
    });
    Ok((b"", Command::Mail(path, size)))
}

/// The text begins with a value of the parameter BODY of MAIL FROM, which may look like other words.
///
/// ```abnf
/// body-value = "7BIT" / "8BITMIME" / "BINARYMIME"       ; RFC 6152 section 3, RFC 3030 section 3
/// ```
pub(crate) fn begins_with_body_value(text: &[u8]) -> bool {
    let kind = alt((tag_no_case("7BIT"), tag_no_case("8BITMIME"), tag_no_case("BINARYMIME")));
    let found: IResult<&[u8], &[u8], ()> = terminated(kind, not(alphanumeric1)).parse(text);
    found.is_ok()
}

/// ```abnf
/// rcpt = "RCPT" / "RCPT TO:" [ Forward-path [ SP Rcpt-parameters ] ]
/// ```
fn rcpt(input: &[u8]) -> IResult<&[u8], Command<'_>> {
    let (_, path) = with_path("RCPT", "RCPT TO:", input)?;
    Ok((b"", Command::Rcpt(path)))
}

/// The path behind these words, and the parameters that follow it; nothing of either behind the verb alone.
fn with_path<'a>(verb: &str, words: &'static str, input: &'a [u8]) -> IResult<&'a [u8], &'a [u8]> {
    if input.trim_ascii_end() == verb.as_bytes() {
        return Ok((b"", b""));
    }
    let (rest, _) = word(words).parse(input)?;
    if rest.trim_ascii().is_empty() { Ok((b"", b"")) } else { mailbox::path(rest) }
}

/// ```abnf
/// auth = "AUTH" SP sasl-mech [ SP initial-response ]     ; RFC 4954 section 4
/// ```
fn auth(input: &[u8]) -> IResult<&[u8], Command<'_>> {
    let (rest, _) = word("AUTH ").parse(input)?;
    let rest = rest.trim_ascii();
    let end = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
    let (name, response) = (&rest[..end], rest[end..].trim_ascii());
    let Some(mechanism) = AuthMechanism::from_wire(name) else { return fail(input) };
    Ok((b"", Command::Auth(mechanism, (!response.is_empty()).then_some(response))))
}

/// ```abnf
/// bdat = "BDAT" SP chunk-size [ SP "LAST" ]     ; RFC 3030 section 2
/// ```
fn bdat(input: &[u8]) -> IResult<&[u8], Command<'_>> {
    let (rest, _) = word("BDAT ").parse(input)?;
    let mut words = rest.split(u8::is_ascii_whitespace).filter(|w| !w.is_empty());
    let size = words.next().and_then(|w| std::str::from_utf8(w).ok()?.parse().ok());
    let last = words.next().map(|w| w.eq_ignore_ascii_case(b"LAST"));
    match (size, last, words.next()) {
        (Some(size), None | Some(true), None) => Ok((b"", Command::Bdat(size, last.is_some()))),
        _ => fail(input),
    }
}

fn other(input: &[u8]) -> IResult<&[u8], Command<'_>> {
    let (rest, _) = alt((word("NOOP"), word("HELP"), word("VRFY "), word("EXPN "), word("ETRN "))).parse(input)?;
    let words = rest.split(u8::is_ascii_whitespace).filter(|w| !w.is_empty()).count();
    if words > 1 { fail(input) } else { Ok((b"", Command::Other)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Option<Command<'_>> {
        command(line.as_bytes()).ok().map(|(_, command)| command)
    }

    #[test]
    fn known_answers() {
        assert_eq!(parsed("EHLO RECEPTION-PC"), Some(Command::Hello(Verb::Ehlo, b"RECEPTION-PC")));
        assert_eq!(parsed("mail FROM:<a@b.c> size=391"), Some(Command::Mail(b"a@b.c", Some(391))));
        assert_eq!(parsed("MAIL FROM:<>"), Some(Command::Mail(b"", None)));
        assert_eq!(parsed("MAIL"), Some(Command::Mail(b"", None)));
        assert_eq!(parsed("RCPT "), Some(Command::Rcpt(b"")));
        assert_eq!(parsed("RCPT TO:<d@e.f> NOTIFY=NEVER"), Some(Command::Rcpt(b"d@e.f")));
        assert_eq!(parsed("RCPT TO: "), Some(Command::Rcpt(b"")));
        assert_eq!(parsed("RCPT TO: d@e.f"), Some(Command::Rcpt(b"d@e.f")));
        assert_eq!(parsed("data"), Some(Command::Data));
        assert_eq!(parsed("AUTH LOGIN"), Some(Command::Auth(AuthMechanism::Login, None)));
        assert_eq!(parsed("AUTH PLAIN AGEAYg=="), Some(Command::Auth(AuthMechanism::Plain, Some(b"AGEAYg=="))));
        assert_eq!(parsed("BDAT 86 LAST"), Some(Command::Bdat(86, true)));
        assert_eq!(parsed("BDAT 86"), Some(Command::Bdat(86, false)));
    }

    #[test]
    fn a_command_is_known_by_its_beginning() {
        let known = |text: &'static str| command_start(text.as_bytes()).ok().map(|(rest, known)| (rest, known.verb()));
        assert_eq!(known("ehlo pc 250 mail"), Some((&b"pc 250 mail"[..], Verb::Ehlo)));
        assert_eq!(known("AUTH PLAIN AGEAYg== 235"), Some((&b" AGEAYg== 235"[..], Verb::Auth)));
        assert_eq!(known("DATA 354 go"), Some((&b" 354 go"[..], Verb::Data)));
        for text in ["AUTH is off", "data for the month", "DATABASE", "EHLO", "MAIL to b@c.example"] {
            assert_eq!(known(text), None, "{text}");
        }
    }

    #[test]
    fn prose_is_no_command() {
        for line in [
            "DATA for the month",
            "HELP me with this please",
            "Mail from the practice",
            "Mail",
            "QUIT now",
            "RSET the PC",
            "AUTH is off",
        ] {
            assert_eq!(parsed(line), None, "{line}");
        }
    }
}
