//! msmtp: `-d`, and its log file with one line a mail.
//!
//! ```abnf
//! debug = "<-- " reply / "--> " command / setting " = " value / "msmtp: " error / TLS information
//! file  = stamp SP "host=" host SP "tls=" word SP "auth=" word [ SP "user=" user ] SP "from=" address SP
//!         "recipients=" address *( "," address ) [ SP "mailsize=" n ] [ SP "smtpstatus=" code SP "smtpmsg='" reply "'" ]
//!         [ SP "errormsg='" text "'" ] SP "exitcode=" word
//! ```
//! Source: runs of 1.8.23. What is printed about an error comes first, as it goes to another stream. Stamps have no year
//! unless `logfile_time_format` says otherwise.

use std::borrow::Cow;

use nom::{
    Parser,
    combinator::{map_opt, rest},
};

use super::{
    Dialect, Event, Line, LineEnd, Marks, Open, Outcome, Read,
    grammar::{self, Parsed},
    line, number,
};

pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("msmtp"),
    title: "msmtp (-d, log file)",
    sample: "Nov 23 08:26:01 host=mail.example.co.za tls=on auth=on user=a@example.co.za from=a@example.co.za \
             recipients=b@example.test,c@example.test mailsize=349 smtpstatus=250 smtpmsg='250 Ok' exitcode=EX_OK\n\
             host = mail.example.co.za\nport = 587\n<-- 220 mail.example.co.za ESMTP\n--> EHLO RECEPTION-PC\n\
             <-- 250 mail.example.co.za\n--> QUIT\n",
    marks: Marks::SIDES.and(Marks::DATA),
    line_end: LineEnd::Line,
    utc: false,
    signature,
    read: Read::Line(read),
};

/// A line of the log file, its name before an error, and what it says of its own files.
fn signature(line: &[u8]) -> bool {
    const OWN_BEGINNINGS: [&[u8]; 6] = [
        b"msmtp: ",
        b"loaded system configuration file ",
        b"loaded user configuration file ",
        b"ignoring system configuration file ",
        b"ignoring user configuration file ",
        b"using account default from ",
    ];
    OWN_BEGINNINGS.iter().any(|words| line.starts_with(words)) || mail(line).is_ok()
}

/// So many bytes of another line may stand before an error that cuts in.
const LATEST: usize = 4;

/// Beginnings of lines of `-d` that are no settings.
const INFO_BEGINNINGS: &[&[u8]] =
    &[b"loaded ", b"ignoring ", b"falling back ", b"using account ", b"reading recipients", b"TLS ", b"sendmail: "];

/// ```abnf
/// line = "<-- " reply / "-->" [ SP command ] / mail / error / owner / information / set
/// ```
/// By slices: nearly all lines of `-d` are settings, and each of these parsers was asked before.
fn read(line: &[u8]) -> Line<'_> {
    match line {
        b"" => return Line::new(Event::Blank),
        [b'<', b'-', b'-', b' ', said @ ..] => return Line::new(Event::Server(said, Open::No)),
        [b'-', b'-', b'>', b' ', said @ ..] => return Line::new(Event::Client(said, Open::No)),
        b"-->" => return Line::new(Event::Client(b"", Open::No)),
        _ => {}
    }
    // Fields and settings stand only where this does.
    let mark = memchr::memchr(b'=', line);
    // Nearly all lines of `-d` have one: what stands around it is looked at without another search.
    let only = mark.filter(|at| memchr::memchr(b'=', &line[at + 1..]).is_none());
    let names_host = only.is_none_or(|at| line[..at].ends_with(b"host"));
    let is_set = || match only {
        Some(at) => at > 0 && line[at - 1..].starts_with(b" = "),
        None => within(line, line.len(), b" = ").is_some(),
    };
    if mark.is_some()
        && names_host
        && let Ok((_, read)) = mail(line)
    {
        return read;
    }
    let note = || INFO_BEGINNINGS.iter().any(|words| words.first() == line.first() && line.starts_with(words));
    Line::new(match error(line) {
        Some(error) => error,
        None if names_owner(line) || note() => Event::Note(line),
        None if mark.is_some() && is_set() => set(line),
        None => Event::Unmarked(line, Open::No),
    })
}

/// ```abnf
/// error = "msmtp: " text
/// ```
/// It goes to another stream, which cuts in where it likes, also in the middle of a line. What the server said stands in
/// the dialogue, too.
fn error(line: &[u8]) -> Option<Event<'_>> {
    let text = (0..=LATEST).find_map(|at| line.get(at..)?.strip_prefix(b"msmtp: "))?;
    let repeated = text.starts_with(b"server message: ") || text.starts_with(b"could not send mail");
    Some(Event::Note(if repeated { b"" } else { text }))
}

/// The owner and issuer of a certificate, by four or eight blanks.
fn names_owner(line: &[u8]) -> bool {
    let blanks = line.iter().take_while(|b| **b == b' ').count();
    matches!(blanks, 4 | 8) && blanks < line.len()
}

/// ```abnf
/// set = "host = " host / name " = " value        ; the settings of a mail begin with its host
/// ```
fn set(line: &[u8]) -> Event<'_> {
    match line.strip_prefix(b"host = ") {
        Some(host) => Event::Connecting(grammar::endpoint(host)),
        None => line::setting(line).unwrap_or(Event::Unknown(line)),
    }
}

/// Where this stands in the first bytes of a line. A line has one `=` or none, and a searcher takes longer to make.
fn within(line: &[u8], most: usize, what: &[u8]) -> Option<usize> {
    let head = &line[..line.len().min(most)];
    let (mark, place) = if what.contains(&b'=') { (b'=', what.iter().position(|b| *b == b'=')?) } else { (what[0], 0) };
    memchr::memchr_iter(mark, head).filter_map(|at| at.checked_sub(place)).find(|at| head[*at..].starts_with(what))
}

/// ```abnf
/// mail  = [ stamp SP ] "host=" host *( SP field )
/// ```
fn mail(input: &[u8]) -> Parsed<'_, Line<'_>> {
    map_opt(rest, |line: &[u8]| {
        let start = within(line, 64, b"host=")?;
        let (mut outcome, mut exit) = (Outcome::default(), None);
        let mut left = &line[start..];
        while !left.is_empty() {
            let Some((name, value, after)) = field(left) else {
                left = memchr::memchr(b' ', left).map_or(&b""[..], |at| &left[at + 1..]);
                continue;
            };
            match name {
                b"host" => outcome.endpoint.host = value,
                b"port" => outcome.endpoint.port = grammar::port(value).ok().and_then(|(_, port)| port),
                b"from" => outcome.from = value,
                b"recipients" => outcome.recipients = value,
                b"user" => outcome.user = value,
                b"mailsize" => outcome.bytes = number(value),
                b"smtpmsg" => outcome.reply = value,
                b"errormsg" => outcome.error = value,
                b"exitcode" => exit = Some(value),
                _ => {}
            }
            left = after;
        }
        outcome.sent = (exit? == b"EX_OK").then_some(true);
        Some(Line::stamped(line[..start].trim_ascii(), Event::Outcome(outcome)))
    })
    .parse(input)
}

/// ```abnf
/// field = name "=" ( value / "'" text "'" ) [ SP ]
/// ```
/// A reply may hold quotes of its own: the text goes up to the quote that ends a field.
fn field(input: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let end = input.iter().position(|b| !b.is_ascii_alphanumeric()).filter(|end| *end > 0 && input[*end] == b'=')?;
    let (name, value) = (&input[..end], &input[end + 1..]);
    let (value, behind) = match value {
        [b'\'', quoted @ ..] => {
            let ends = |mark: &[u8]| memchr::memchr_iter(b'\'', quoted).find(|at| quoted[*at..].starts_with(mark));
            let quote = ends(b"' errormsg=").or_else(|| ends(b"' exitcode="));
            let (value, behind) =
                quoted.split_at(quote.or_else(|| memchr::memchr(b'\'', quoted)).unwrap_or(quoted.len()));
            (value, behind.strip_prefix(b"'").unwrap_or(behind))
        }
        bare => bare.split_at(memchr::memchr(b' ', bare).unwrap_or(bare.len())),
    };
    Some((name, value, behind.strip_prefix(b" ").unwrap_or(behind)))
}
