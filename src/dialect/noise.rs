//! Lines that programs of every kind write around a dialogue: stack traces, settings, rules, dumps, words about the
//! mailing. They say nothing that decides, yet they are no riddle.

use super::{LineEnd, learned::said::said, own_words::OwnWords};

use crate::source::find_short;

/// Longer lines are read no further: chatter is short.
const LOOKED_AT: usize = 400;

/// Follows stack traces from line to line, as some of their lines are known only by what stands before them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Traces {
    /// The last line named a place in a source; the source itself may follow.
    place: bool,
}

impl Traces {
    /// This line is part of a stack trace: a place in a source, never the error itself.
    pub(crate) fn takes(&mut self, line: &[u8]) -> bool {
        let text = line.trim_ascii();
        let indented = line.first().is_some_and(|b| matches!(b, b' ' | b'\t'));
        let python = text.starts_with(b"File \"") && has(text, b"\", line ");
        if self.place && indented && !text.is_empty() {
            return true;
        }
        if !indented && !may_be_traced(text) {
            self.place = false;
            return false;
        }
        if is_quoted_source(text) || is_shown_place(text) {
            return true;
        }
        self.place = python;
        let opens = text.ends_with(b":")
            && (text == b"Traceback (most recent call last):"
                || text == b"Stack trace:"
                || text.ends_with(b"another exception occurred:")
                || text.ends_with(b"direct cause of the following exception:")
                || text == b"nested exception is:")
            || text.starts_with(b"--- End of ");
        let at = indented && (text.starts_with(b"at ") || text.starts_with(b"by ") && has(text, b"."))
            || text.strip_prefix(b"at ").is_some_and(|text| is_called(text) || has_path(text) && ends_in_place(text))
            || text.starts_with(b"(") && has_path(text) && ends_in_place(text);
        let more = text.starts_with(b"... ") && text.ends_with(b" more");
        let php = text.starts_with(b"#")
            && text.get(1).is_some_and(u8::is_ascii_digit)
            && (has(text, b".php(") || has(text, b"{main}"));
        let ruby = text.starts_with(b"from ") && has(text, b":in ") || indented && has(text, b".rb:");
        let thrown = text.starts_with(b"thrown in ");
        python
            || opens
            || at
            || is_framed(line)
            || more
            || php
            || ruby
            || thrown
            || indented && is_place(text)
            || is_browsers(text)
            || is_call(text)
            || is_numbered_place(text)
    }
}

/// It begins or ends as all do that stand in a stack trace without being indented. This is asked first, as each line of a log
/// comes here several times.
fn may_be_traced(text: &[u8]) -> bool {
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    matches!(text, [b'+' | b'-' | b'(' | b'.' | b'#' | b'F' | b'L' | b'a' | b'f' | b't', ..])
        || matches!(text, [.., b'0'..=b'9' | b':' | b')'])
        || matches!(text[digits..], [b' ', b'|', ..])
}

/// A frame of a stack behind what a logger puts before each line: `INFO | jvm 1 |   at com.x.Mail.send(Mail.java:12)`.
fn is_framed(line: &[u8]) -> bool {
    let Some(text) = Some(line.trim_ascii_end()).filter(|text| text.ends_with(b")")) else { return false };
    let Some(at) = memchr::memmem::find(text, b"at ") else { return false };
    let called = text[at + 3..].split(|b| *b == b'(').next().unwrap_or_default();
    let (before, blank) = text[..at].split_at(text[..at].trim_ascii_end().len());
    let prefixed = before.last().is_some_and(|b| b":|]>".contains(b)) && (blank.len() > 1 || blank == b"\t");
    prefixed && called.contains(&b'.') && !called.contains(&b' ')
}

/// `(net.js:1113:14)`, `mail.js:194`, `mail.php:line 39`: the number of a line stands last.
fn ends_in_place(text: &[u8]) -> bool {
    let text = text.strip_suffix(b")").unwrap_or(text);
    let digits = text.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let before = &text[..text.len() - digits];
    digits > 0 && (before.ends_with(b":") || before.ends_with(b":line "))
}

/// A path stands in it.
fn has_path(text: &[u8]) -> bool {
    text.iter().any(|b| b"/\\".contains(b))
}

/// `SMTPConnection._onError (net.js:1113:14)`, `Mailer->send('x', array(250))`: a function of something, and a bracket.
fn is_called(text: &[u8]) -> bool {
    let name = text.split(|b| *b == b'(').next().unwrap_or_default();
    let owned = name.contains(&b'.') || has(name, b"->") || has(name, b"::");
    text.ends_with(b")")
        && (ends_in_place(text) || name.len() < text.len() && owned && !name.trim_ascii().contains(&b' '))
}

/// `sendMail @ mailer.js:194`: a frame of a stack as browsers show it.
fn is_browsers(text: &[u8]) -> bool {
    let frame = || memchr::memmem::find(text, b" @ ").map(|at| (&text[..at], &text[at + 3..]));
    ends_in_place(text) && frame().is_some_and(|(name, place)| !name.contains(&b' ') && !place.contains(&b' '))
}

/// `/home/x/mailer/main.go:41 +0x2a8`, `at ./src/main.rs:58:19`: a path, with the number of a line.
fn is_place(text: &[u8]) -> bool {
    let path = text.strip_prefix(b"at ").unwrap_or(text).split(|b| *b == b' ').next().unwrap_or_default();
    let Some(dot) = path.iter().rposition(|b| *b == b'.') else { return false };
    let (end, number) =
        path[dot + 1..].split_at(path[dot + 1..].iter().take_while(|b| b.is_ascii_alphabetic()).count());
    let numbers = number.strip_prefix(b":").is_some_and(|n| n.iter().all(|b| b.is_ascii_digit() || *b == b':'));
    numbers && number.len() > 1 && (1..=4).contains(&end.len()) && path[..dot].iter().any(|b| b"/\\".contains(b))
}

/// `1.\t/srv/Transport.php - line 341:`, `Mail_Transport->send("DATA", [ 354])`: a place, and a call with its arguments, as
/// Nextcloud shows them.
fn is_numbered_place(text: &[u8]) -> bool {
    match text.last() {
        Some(b':') => {
            let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
            digits > 0 && text[digits..].starts_with(b".") && has(text, b" - line ")
        }
        Some(b')') => {
            let name = text.iter().take_while(|b| b.is_ascii_alphanumeric() || b"_\\->:".contains(b)).count();
            text[name..].starts_with(b"(") && has(&text[..name], b"->")
        }
        _ => false,
    }
}

/// `main.main()`, `net/smtp.Dial({0xc000, 0x1e})`, `goroutine 1 [running]:`: a call in a stack of Go.
fn is_call(text: &[u8]) -> bool {
    if !matches!(text.last(), Some(b')' | b':')) {
        return false;
    }
    let name = text.iter().take_while(|b| b.is_ascii_alphanumeric() || b"_./*()-".contains(b)).count();
    let called = &text[..name.min(memchr::memchr(b'(', text).unwrap_or(name))];
    let call = called.contains(&b'.') && text[called.len()..].starts_with(b"(") && text.ends_with(b")");
    call && !text.contains(&b'"') || text.starts_with(b"goroutine ") && text.ends_with(b"]:")
}

/// A line of the caller's source as PowerShell shows it, and what stands below it: `+ Send-MailMessage -To ...`, `+ ~~~~`,
/// `+ CategoryInfo : ...`, `1 |  Send-MailMessage ...`. A page may show the `+` as a point of a list.
fn is_quoted_source(text: &[u8]) -> bool {
    let shown = text.strip_prefix(b"+ ").map(<[u8]>::trim_ascii_start);
    let point = text.strip_prefix(b"- ").map(<[u8]>::trim_ascii_start);
    let aligned = |rest: &[u8]| {
        let name = rest.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
        name > 0 && rest[name..].starts_with(b" ") && rest[name..].trim_ascii_start().starts_with(b": ")
    };
    let option = |rest: &[u8]| rest.windows(3).any(|w| w[0] == b' ' && w[1] == b'-' && w[2].is_ascii_alphabetic());
    let field = |rest: &[u8]| {
        let name = rest.split(|b| !b.is_ascii_alphanumeric()).next().unwrap_or_default();
        !name.is_empty() && rest[name.len()..].trim_ascii_start().starts_with(b": ")
    };
    let numbered = || {
        let rest = &text[text.iter().take_while(|b| b.is_ascii_digit()).count()..];
        rest.len() < text.len() && rest.strip_prefix(b" | ").is_some_and(option)
    };
    shown.is_some_and(|rest| rest.starts_with(b"~") || option(rest) || field(rest) || rest.starts_with(b"$"))
        || point.is_some_and(|rest| rest.starts_with(b"$") || aligned(rest))
        || numbered()
        || text == b"Line |"
}

/// Where PowerShell found the source, in the language of Windows: a number, a word and a number, each behind a colon
/// (`At line:1 char:1`).
fn is_shown_place(text: &[u8]) -> bool {
    let digits = |text: &[u8]| text.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let (rest, column) = text.split_at(text.len() - digits(text));
    let word = rest.strip_suffix(b":").map(<[u8]>::trim_ascii_end);
    let Some(word) = word.filter(|_| !column.is_empty()) else { return false };
    let before = &word[..word.len() - word.iter().rev().take_while(|b| b.is_ascii_alphabetic() || **b >= 0x80).count()];
    let before = before.trim_ascii_end();
    before.len() < word.len() && digits(before) > 0 && before[..before.len() - digits(before)].ends_with(b":")
}

/// The lines that are in no stack trace.
pub(crate) fn untraced<'a>(lines: impl Iterator<Item = &'a [u8]>) -> impl Iterator<Item = &'a [u8]> {
    let mut traces = Traces::default();
    lines.filter(move |line| !traces.takes(line))
}

/// The line, which no dialect understood, is of a kind that any program may write.
pub(crate) fn is_chatter(line: &[u8]) -> bool {
    let text = line[..line.len().min(LOOKED_AT)].trim_ascii();
    (has_dump(text) || is_about_mail(text)) && is_harmless(text)
}

/// The line tells nothing, not even about mailing: a value, a rule, a dump, a certificate.
pub(super) fn is_dumped(line: &[u8]) -> bool {
    let text = line[..line.len().min(LOOKED_AT)].trim_ascii();
    has_dump(text) && is_harmless(text)
}

fn has_dump(text: &[u8]) -> bool {
    is_rule(text) || is_dump(text) || is_certificate(text) || is_value(text)
}

/// Whoever speaks SMTP in it was not heard, and an error whose words nobody knows is a riddle.
fn is_harmless(text: &[u8]) -> bool {
    !tells_error(text) && said(text, LineEnd::Line, Some(&[])).is_empty()
}

/// Words of an error.
fn tells_error(text: &[u8]) -> bool {
    OwnWords::of(text).failed
}

fn has(text: &[u8], part: &[u8]) -> bool {
    find_short(text, part).is_some()
}

/// `----------`, `= = =`, `});`, `^^^^^`: marks and nothing else.
fn is_rule(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|b| b.is_ascii_punctuation() || *b == b' ')
}

/// `0010 - 76 48 6f 8d-3f   vHo.?`, `00000000 : 45 48 4C 4F`: a number of a place, then bytes in hex.
fn is_dump(text: &[u8]) -> bool {
    let mut words = text.split(|b| matches!(b, b' ' | b':' | b'-' | b'|')).filter(|word| !word.is_empty());
    let hex = |word: &[u8]| word.iter().all(u8::is_ascii_hexdigit);
    words.next().is_some_and(|place| (4..=8).contains(&place.len()) && hex(place))
        && words.by_ref().take(2).filter(|word| matches!(word.len(), 2 | 4) && hex(word)).count() == 2
}

/// A certificate or key as mail programs show it: its two marks, and a long line of base64 alone.
fn is_certificate(text: &[u8]) -> bool {
    let base64 = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=');
    text.starts_with(b"-----BEGIN ") || text.starts_with(b"-----END ") || text.len() >= 60 && text.iter().all(base64)
}

/// `name = value`, `Name: value`, `--name`, `name:` over an indented block.
fn is_value(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"--").or_else(|| text.strip_prefix(b"* ")).unwrap_or(text).trim_ascii_start();
    let Some(at) = text.iter().position(|b| matches!(b, b'=' | b':')) else { return false };
    let name = text[..at].trim_ascii_end();
    let plain = name.first().is_some_and(u8::is_ascii_alphabetic)
        && name.len() <= 40
        && name.iter().all(|b| b.is_ascii_alphanumeric() || b" _-.()[]".contains(b));
    plain && name.split(|b| *b == b' ').count() <= 3
}

/// A word of the line tells of mailing or connecting.
pub(super) fn is_about_mail(text: &[u8]) -> bool {
    let told = OwnWords::of(&text[..text.len().min(LOOKED_AT)]);
    told.mail || told.connect || told.sent || told.failed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_are_followed() {
        for trace in [
            "Traceback (most recent call last):\n  File \"C:\\mail.py\", line 12, in send\n    s.login(user, password)\n    ^^^^^\n  File \"smtplib.py\", line 9, in login\n    raise error",
            "\tat com.sun.mail.smtp.SMTPTransport.openServer(SMTPTransport.java:2212)\n\t... 5 more",
            "At C:\\mail\\send.ps1:12 char:5\n+ Send-MailMessage -To a@b.example -From c@d.example\n+ ~~~~~~~~\n    + CategoryInfo          : InvalidOperation: (x:SmtpClient) [Send-MailMessage], SmtpException\n    + FullyQualifiedErrorId : SmtpException",
            "In Zeile:1 Zeichen:1\n   1 |  Send-MailMessage -To a@b.example",
            "Bei C:\\mail\\send.ps1:12 Zeichen:20\n-    $client.Send <<<< ($mail)\n  - CategoryInfo : NotSpecified: (:) [], Y",
            "   at System.Net.Mail.SmtpClient.Send(MailMessage message)\n   --- End of inner exception stack trace ---",
            "INFO | jvm 1 | \tat com.x.SMTPTransport.send(SMTPTransport.java:22)\nW/System.err:     at javax.mail.Transport.send(Transport.java:124)",
            "1.\t/srv/Transport.php - line 341:\nSwift_Transport->executeCommand(\"DATA\", [ 354], [ \"a@b.example\"])",
            "goroutine 1 [running]:\nmain.main()\n\t/home/x/src/main.go:41 +0x2a8",
            "Stack trace:\n#0 /srv/mail.php(12): send()\n#1 {main}\n  thrown in /srv/mail.php on line 12",
            "at SMTPConnection._onError (/srv/node_modules/nodemailer/index.js:579:20)\nat Timeout.setTimeout at ontimeout (timers.js:482:11)",
            "at App\\Sender->send() in /srv/Sender.php:line 79\nat Swift->assert('', array(250))\n(vendor\\Swift.php:317)",
            "(anonymous) @ service-broker.js:194\nprocessQueue @ angular.js:16696",
        ] {
            assert_eq!(untraced(trace.lines().map(str::as_bytes)).count(), 0, "{trace}");
        }
    }

    #[test]
    fn what_an_error_says_is_no_trace() {
        let log = "Traceback (most recent call last):\n  File \"a.py\", line 1, in x\n    y()\nsmtplib.SMTPServerDisconnected: Connection unexpectedly closed\nCaused by: java.net.ConnectException: Connection refused\n220 mail.example.co.za ESMTP\nAt home\nError: no   at a.b(c.js:1)";
        assert_eq!(untraced(log.lines().map(str::as_bytes)).count(), 5);
    }

    #[test]
    fn chatter_is_of_a_kind() {
        for line in [
            "--------",
            "});",
            "SmtpHost: mail.example.co.za",
            "dllVersion = 9.5",
            "-----BEGIN CERTIFICATE-----",
            "    0020 - 76 48 6f 8d 3f cf 3b 34-3f 81 8e d1 f8   vHo.?.",
            "* TLSv1.3 (OUT), TLS handshake, Client hello (1):",
            "Looking up the mail server",
            "Stuur boodskap",
            "{ [5 bytes data]",
            "SmtpConnect:",
        ] {
            assert!(is_chatter(line.as_bytes()), "{line}");
        }
        for line in [
            "Lorem ipsum dolor sit amet",
            "qwerty 123 zzz",
            "Dear patient",
            "R 450,00 paid",
            "<b>Kind regards</b>",
            "Recv 2026-11-23 09:09:03: 250 ok",
            "Mailer error 0x1234 (odd)",
        ] {
            assert!(!is_chatter(line.as_bytes()), "{line}");
        }
    }
}
