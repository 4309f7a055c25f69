//! Mails of which the log holds no dialogue, only what the writer says about them: that one begins, that it has gone out,
//! that it has not and why.

use super::{At, Context, Lane, TEXT_KEPT};
use crate::{
    dialect::{Endpoint, Told, number},
    session::{ClientError, End, Reply, told::verb_at},
    smtp::{self, ReplyCode, Stage, Verb},
    source::Sensitive,
};

/// Addresses of one announcement that are kept.
const ANNOUNCED: usize = 100;

/// The texts by which .NET names a refusal, instead of its code.
const STATUS: [(&str, u16); 10] = [
    ("Mailbox unavailable. The server response was: 4", 450),
    ("Mailbox unavailable.", 550),
    ("Exceeded storage allocation.", 552),
    ("Transaction failed.", 554),
    ("requires a secure connection or the client was not authenticated.", 530),
    ("Client does not have permission to submit mail to this server.", 454),
    ("Mailbox name not allowed.", 553),
    ("Insufficient system storage.", 452),
    ("Error in processing.", 451),
    ("Service not available, closing transmission channel.", 421),
];

impl Lane {
    /// The writer's own words about a whole mail.
    pub fn in_words(&mut self, cx: &mut Context<'_>, told: Told, text: &[u8], at: At, stamp: &[u8]) {
        let exception = is_exception(text);
        // What an exception says belongs to the failure before it; the same words again are about the next mail.
        let same = match told {
            Told::Begins => self.is_waiting() && self.addressees.is_empty(),
            Told::Sent => self.failed_words.is_none(),
            Told::Failed => exception || self.failed_words.as_deref() != Some(&shape(text)),
        };
        if self.open && !same {
            self.close(cx, End::Next);
        }
        if self.open {
            self.at(at, stamp);
        } else {
            self.restamp(at, stamp);
        }
        self.open(cx, at);
        self.endpoint(endpoint(text));
        if !exception {
            for address in addresses(text) {
                if self.addressees.len() < ANNOUNCED && !self.addressees.iter().any(|known| known.expose() == address) {
                    self.addressees.push(Sensitive::new(address));
                }
            }
        }
        match told {
            Told::Begins => {}
            Told::Sent => {
                self.addressed();
                let mail = self.mail_mut();
                (0..mail.recipients.len()).for_each(|place| mail.answered(place, ReplyCode(250)));
                let (text, verb) = (Sensitive::default(), Verb::EndOfData);
                mail.end_reply = Some(Reply { code: ReplyCode(250), enhanced: None, text, verb, line: at.line });
                self.give(cx, End::Closed);
                self.close(cx, End::Closed);
            }
            Told::Failed => {
                self.failed_words.get_or_insert_with(|| shape(text));
                if let Some((code, words)) = reply(text) {
                    self.refused(code, words, text, at);
                }
                self.note(cx, text, at);
                if self.error.is_none() {
                    let text = Sensitive::new(&self.secrets.wipe(&text[..text.len().min(TEXT_KEPT)]));
                    self.error = Some((0, ClientError { text, cause: None, certain: false, line: at.line }));
                }
            }
        }
    }

    /// The mail got as far as its recipients.
    fn addressed(&mut self) {
        for address in std::mem::take(&mut self.addressees) {
            self.mail_mut().recipient(address.expose());
        }
    }

    /// The reply that the writer's words about a failure quote.
    fn refused(&mut self, code: ReplyCode, words: &[u8], text: &[u8], at: At) {
        let stage = stage(code, text);
        let enhanced = smtp::enhanced_status_code(words).ok().map(|(_, code)| code);
        let words = Sensitive::new(&self.secrets.wipe(&words[..words.len().min(TEXT_KEPT)]));
        let reply = Some(Reply { code, enhanced, text: words, verb: verb_at(stage), line: at.line });
        match stage {
            Stage::Connect | Stage::Greeting => self.greeting_refusal = reply,
            Stage::Ehlo => self.ehlo_refusal = reply,
            Stage::Tls => self.tls_refusal = reply,
            Stage::Auth => self.auth_refusal = reply,
            Stage::Mail => self.mail_mut().mail_refusal = reply,
            Stage::Rcpt => {
                self.addressed();
                let mail = self.mail_mut();
                (0..mail.recipients.len()).for_each(|place| mail.answered(place, code));
                mail.rcpt_refusal = reply;
            }
            Stage::Data | Stage::Done => {
                self.addressed();
                let mail = self.mail_mut();
                (0..mail.recipients.len()).for_each(|place| mail.answered(place, ReplyCode(250)));
                mail.data_open = true;
                mail.data_refusal = reply;
            }
        }
    }
}

/// The beginning of a line without what may differ each time.
fn shape(text: &[u8]) -> Vec<u8> {
    let words = text[..text.len().min(160)].split(|b| *b == b' ').filter(|word| !word.contains(&b'@'));
    words.flatten().copied().filter(|b| !b.is_ascii_digit()).collect()
}

/// `smtplib.SMTPDataError: (552, ...)`, `Caused by: java.net.ConnectException: ...`: the line begins with a class.
fn is_exception(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    let text =
        [&b"Caused by: "[..], b"---> ", b"Failure: "].iter().find_map(|by| text.strip_prefix(*by)).unwrap_or(text);
    let class = text.iter().take_while(|b| b.is_ascii_alphanumeric() || b"._$\\".contains(b)).count();
    let parts = text[..class].iter().filter(|b| matches!(b, b'.' | b'\\')).count();
    parts > 0 && text[class..].starts_with(b":") && text[0].is_ascii_alphabetic()
}

/// The words between blanks, brackets and commas that are addresses of mail.
fn addresses(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|b| b" ,;<>()[]{}'\"=:".contains(b)).map(|word| word.strip_suffix(b".").unwrap_or(word)).filter(|word| {
        let at = word.iter().position(|b| *b == b'@').unwrap_or(0);
        at > 0 && word[at..].contains(&b'.') && word.last().is_some_and(u8::is_ascii_alphanumeric)
    })
}

/// `mail.example.co.za:587`, where the line names one.
fn endpoint(text: &[u8]) -> Endpoint<'_> {
    fn named(word: &[u8]) -> Option<(&[u8], Option<u16>)> {
        let mut parts = word.split(|b| *b == b':');
        let (host, port) = (parts.next()?, parts.next()?);
        let port = number(port).filter(|port| matches!(port, 25 | 465 | 587 | 2525))?;
        (host.contains(&b'.') && parts.next().is_none()).then_some((host, u16::try_from(port).ok()))
    }
    let found = text.split(|b| b" ,;<>()[]{}'\"=/".contains(b)).find_map(named);
    found.map_or_else(Endpoint::default, |(host, port)| Endpoint { host, port, ..Endpoint::default() })
}

/// The reply quoted in the words: `535 5.7.8 Bad credentials`, `(535, b'5.7.8 Bad credentials')`, or a status text of .NET.
fn reply(text: &[u8]) -> Option<(ReplyCode, &[u8])> {
    let status = STATUS.iter().find_map(|(words, code)| {
        let at = memchr::memmem::find(text, words.as_bytes())?;
        let rest = &text[at..];
        let quoted = memchr::memmem::find(rest, b"The server response was: ").map_or(&rest[..0], |at| &rest[at + 25..]);
        Some((ReplyCode(*code), quoted))
    });
    status.or_else(|| quoted(text))
}

fn quoted(text: &[u8]) -> Option<(ReplyCode, &[u8])> {
    let mut at = 0;
    while let Some(start) = text[at..].iter().position(u8::is_ascii_digit).map(|i| at + i) {
        let length = text[start..].iter().take_while(|b| b.is_ascii_digit()).count();
        at = start + length;
        let stands = start == 0 || matches!(text[start - 1], b' ' | b'"' | b'\'' | b'(' | b'[');
        let code = number(&text[start..at]).and_then(|code| u16::try_from(code).ok()).unwrap_or(0);
        // A port, a line of a source, a size are none.
        let known = matches!(code, 421 | 430..=432 | 441..=459 | 471 | 500..=504 | 510..=515 | 521..=559 | 570..=573);
        if length != 3 || !stands || !known || text[..start].ends_with(b"line ") {
            continue;
        }
        let code = ReplyCode(code);
        let rest = &text[at..];
        for open in [&b", b'"[..], b", b\"", b", '", b", \"", b": ", b" - "] {
            if let Some(words) = rest.strip_prefix(open) {
                let close = open.iter().rev().find(|b| matches!(b, b'\'' | b'"'));
                let end = close.and_then(|close| memchr::memrchr(*close, words)).unwrap_or(words.len());
                return Some((code, &words[..end]));
            }
        }
        if let Some(words) = rest.strip_prefix(b" ").or_else(|| rest.strip_prefix(b"-")) {
            let enhanced = smtp::enhanced_status_code(words).is_ok();
            if enhanced
                || start == 0
                || matches!(text[start - 1], b'"' | b'\'' | b'(')
                || text[..start].ends_with(b": ")
            {
                return Some((code, words));
            }
        }
    }
    None
}

/// What the refusal answered, by its code and the words around it.
fn stage(code: ReplyCode, text: &[u8]) -> Stage {
    const WORDS: [(&[&str], Stage); 6] = [
        (&["auth", "credential", "logon", "login"], Stage::Auth),
        (&["starttls", "tls not"], Stage::Tls),
        (&["recipient", "rcpt", "relay", "user unknown", "mailbox", "addressfailed"], Stage::Rcpt),
        (&["sender", "mail from"], Stage::Mail),
        (&["connect", "client host", "greeting"], Stage::Greeting),
        (&["helo", "ehlo"], Stage::Ehlo),
    ];
    match code.0 {
        534 | 535 | 538 | 432 => return Stage::Auth,
        530 => return Stage::Mail,
        421 => return Stage::Greeting,
        552 => return Stage::Data,
        _ => {}
    }
    let low = text.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| memchr::memmem::find(&low, word.as_bytes()).is_some());
    WORDS.iter().find(|(words, _)| has(words)).map_or(Stage::Data, |(_, stage)| *stage)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_replies_are_found() {
        for (text, code, words) in [
            ("smtplib.SMTPDataError: (552, b'5.3.4 too big')", 552, "5.3.4 too big"),
            ("ERROR System.Net.Mail.SmtpException: 535 5.7.8 Bad credentials", 535, "5.7.8 Bad credentials"),
            ("Mailbox unavailable. The server response was: 5.1.1 User unknown", 550, "5.1.1 User unknown"),
            ("got \"554 5.7.1 Spam\"", 554, "5.7.1 Spam\""),
        ] {
            let found =
                reply(text.as_bytes()).map(|(code, words)| (code.0, String::from_utf8_lossy(words).into_owned()));
            assert_eq!(found, Some((code, words.to_owned())), "{text}");
        }
        for text in [
            "dial tcp 127.0.0.1:465: i/o timeout",
            "Could not connect to 10.0.0.1 port 587",
            "sent 450 bytes",
            "line 535 of the file",
            "took 450 ms",
        ] {
            assert_eq!(reply(text.as_bytes()), None, "{text}");
        }
    }
}
