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

use super::{Dialect, Endpoint, Line, LineEnd, Open, Outcome, Read, What, line::setting, number};
use memchr::memmem;

/// The dialect.
pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("msmtp"),
    title: "msmtp (-d, log file)",
    sample: "Nov 23 08:26:01 host=mail.example.co.za tls=on auth=on user=a@example.co.za from=a@example.co.za \
             recipients=b@example.test,c@example.test mailsize=349 smtpstatus=250 smtpmsg='250 Ok' exitcode=EX_OK\n\
             host = mail.example.co.za\nport = 587\n<-- 220 mail.example.co.za ESMTP\n--> EHLO RECEPTION-PC\n\
             <-- 250 mail.example.co.za\n--> QUIT\n",
    marks_sides: true,
    marks_data: true,
    marks_end: false,
    tells_refusals: false,
    hard_start: false,
    line_end: LineEnd::Line,
    utc: false,
    signature,
    read: Read::Line(read),
};

/// A line of the log file, its name before an error, and what it says of its own files.
fn signature(line: &[u8]) -> bool {
    const SAID: [&[u8]; 6] = [
        b"msmtp: ",
        b"loaded system configuration file ",
        b"loaded user configuration file ",
        b"ignoring system configuration file ",
        b"ignoring user configuration file ",
        b"using account default from ",
    ];
    SAID.iter().any(|words| line.starts_with(words)) || mail(line).is_some()
}

/// What `-d` tells beside its settings.
const CHATTER: [&[u8]; 7] =
    [b"loaded ", b"ignoring ", b"falling back ", b"using account ", b"reading recipients", b"TLS ", b"sendmail: "];

fn read(line: &[u8]) -> Line<'_> {
    match line {
        [b'<', b'-', b'-', b' ', text @ ..] => return Line::new(What::Server(text, Open::No)),
        [b'-', b'-', b'>', b' ', text @ ..] => return Line::new(What::Client(text, Open::No)),
        b"" => return Line::new(What::Blank),
        b"-->" => return Line::new(What::Client(b"", Open::No)),
        _ => {}
    }
    if let Some(mail) = mail(line) {
        return mail;
    }
    // The other stream cuts in where it likes, also in the middle of a line.
    if let Some(at) = within(line, 11, b"msmtp: ") {
        return Line::new(said(&line[at + 7..]));
    }
    Line::new(match is_of_certificate(line) || CHATTER.iter().any(|c| line.starts_with(c)) {
        true => What::Note(line),
        false => match within(line, line.len(), b" = ") {
            // The settings of a mail begin with its host.
            Some(4) if line.starts_with(b"host") => What::Connecting(Endpoint::parse(&line[7..])),
            Some(_) => setting(line).unwrap_or(What::Unknown(line)),
            None => What::Unmarked(line, Open::No),
        },
    })
}

/// The owner and issuer of a certificate, by four or eight blanks.
fn is_of_certificate(line: &[u8]) -> bool {
    matches!(line.iter().position(|b| *b != b' '), Some(4 | 8))
}

/// Where this stands in the first bytes of a line. A line has one `=` or none, and a searcher takes longer to make.
fn within(line: &[u8], most: usize, what: &[u8]) -> Option<usize> {
    let head = &line[..line.len().min(most)];
    let (mark, place) = if what.contains(&b'=') { (b'=', what.iter().position(|b| *b == b'=')?) } else { (what[0], 0) };
    memchr::memchr_iter(mark, head).filter_map(|at| at.checked_sub(place)).find(|at| head[*at..].starts_with(what))
}

/// It repeats the reply, which the dialogue below has anyway.
fn said(text: &[u8]) -> What<'_> {
    if text.starts_with(b"server message: ") || text.starts_with(b"could not send mail") {
        What::Note(b"")
    } else {
        What::Note(text)
    }
}

fn mail(line: &[u8]) -> Option<Line<'_>> {
    let start = within(line, 64, b"host=")?;
    let field = |name: &str| field(&line[start..], name.as_bytes());
    let exit = field("exitcode")?;
    let port = field("port").and_then(number).and_then(|p| u16::try_from(p).ok());
    let outcome = Outcome {
        part: super::Extent::Whole,
        sent: (exit == b"EX_OK").then_some(true),
        endpoint: Endpoint { host: field("host")?, port, ..Endpoint::default() },
        from: field("from").unwrap_or(b""),
        recipients: field("recipients").unwrap_or(b""),
        user: field("user").unwrap_or(b""),
        bytes: field("mailsize").and_then(number),
        reply: field("smtpmsg").unwrap_or(b""),
        error: field("errormsg").unwrap_or(b""),
        status: None,
    };
    Some(Line::stamped(line[..start].trim_ascii(), What::Outcome(outcome)))
}

/// `name=value`, or `name='value'` up to the quote that ends a field: replies may hold quotes of their own.
fn field<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let at = memmem::find_iter(line, name)
        .find(|at| line.get(at + name.len()) == Some(&b'=') && (*at == 0 || line[at - 1] == b' '))?;
    let value = &line[at + name.len() + 1..];
    if let Some(quoted) = value.strip_prefix(b"'") {
        let end = [&b"' errormsg="[..], b"' exitcode="].iter().filter_map(|end| memmem::find(quoted, end)).min();
        return Some(&quoted[..end.or_else(|| memchr::memchr(b'\'', quoted)).unwrap_or(quoted.len())]);
    }
    Some(&value[..value.iter().position(|&b| b == b' ').unwrap_or(value.len())])
}
