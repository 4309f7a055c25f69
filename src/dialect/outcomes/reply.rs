//! A server's refusal that a program quotes in words of its own.

use memchr::memmem;

use crate::smtp;

/// Sentences of System.Net.Mail that stand for a code (its `SmtpStatusCode`), with the code.
const STATUS: [(&[u8], u16); 13] = [
    (b"requires a secure connection or the client was not authenticated", 530),
    (b"Mailbox unavailable.", 550),
    (b"Exceeded storage allocation.", 552),
    (b"Transaction failed.", 554),
    (b"Client does not have permission to submit mail to this server.", 454),
    (b"Mailbox name not allowed.", 553),
    (b"Insufficient system storage.", 452),
    (b"Error in processing.", 451),
    (b"Service not available, closing transmission channel.", 421),
    (b"User not local", 551),
    (b"Bad sequence of commands.", 503),
    (b"Syntax error in command parameters", 501),
    (b"Command not implemented.", 502),
];
const RESPONSE: &[u8] = b"The server response was";

/// The code of a refusal and the server's words.
pub(super) fn find(text: &[u8]) -> Option<(u16, &[u8])> {
    quoted(text).or_else(|| by_sentence(text))
}

/// `failed: 535 5.7.8 Error`, `Server Response: '550 no'`, `535: 5.7.139 no`: three digits where a reply can begin.
fn quoted(text: &[u8]) -> Option<(u16, &[u8])> {
    let mut at = 0;
    while let Some(start) = text[at..].iter().position(u8::is_ascii_digit).map(|i| at + i) {
        let end = text[start..].iter().position(|b| !b.is_ascii_digit()).map_or(text.len(), |i| start + i);
        at = end;
        let [class @ b'4'..=b'5', second @ b'0'..=b'5', third] = text[start..end] else { continue };
        let code = u16::from(class - b'0') * 100 + u16::from(second - b'0') * 10 + u16::from(third - b'0');
        let after = &text[end..];
        let said = after.trim_ascii_start();
        let said = said.strip_prefix(b"-").or(said.strip_prefix(b":")).unwrap_or(said).trim_ascii_start();
        // `(535, b'5.7.8 no')`: Python shows code and text as a pair.
        let pair = [&b", b'"[..], b", b\"", b", '", b", \""].iter().find_map(|open| {
            let said = said.strip_prefix(*open)?;
            let close = [open[open.len() - 1], b')'];
            Some(&said[..memmem::find(said, &close).unwrap_or(said.len())])
        });
        let said = pair.unwrap_or(said);
        let parted = matches!(after.first(), None | Some(b' ' | b'-' | b':' | b',' | b'\'' | b'"' | b'.'));
        // `events.js:524:28` is a place in a source.
        let place = text[..start].ends_with(b":") && matches!(after, [b':', b'0'..=b'9', ..]);
        if !parted
            || place
            || matches!(text[..start].last(), Some(b) if b.is_ascii_alphanumeric() || b"._#@/-+".contains(b))
        {
            continue;
        }
        if smtp::enhanced_status_code(said).is_ok() || is_cued(&text[..start]) && !is_measured(said) {
            return Some((code, words(said)));
        }
    }
    None
}

/// What stands before the code says that a reply follows.
fn is_cued(before: &[u8]) -> bool {
    const WORDS: [&[u8]; 11] = [
        b"was",
        b"responded",
        b"error",
        b"code",
        b"status",
        b"reply",
        b"response",
        b"said",
        b"returned",
        b"smtp",
        b"fout",
    ];
    let bare = before.trim_ascii_end();
    let Some(last) = bare.last() else { return true };
    let word = bare.rsplit(|b| !b.is_ascii_alphabetic()).next().unwrap_or_default();
    b":;='\"|\t[(>".contains(last) || WORDS.iter().any(|cue| cue.eq_ignore_ascii_case(word))
}

/// `450 KB`, `500 statements`: a number of something.
fn is_measured(said: &[u8]) -> bool {
    const UNITS: [&[u8]; 14] = [
        b"kb",
        b"mb",
        b"gb",
        b"bytes",
        b"byte",
        b"ms",
        b"s",
        b"sec",
        b"seconds",
        b"mails",
        b"messages",
        b"statements",
        b"lines",
        b"of",
    ];
    let word = said.split(|b| !b.is_ascii_alphabetic()).next().unwrap_or_default();
    UNITS.iter().any(|unit| unit.eq_ignore_ascii_case(word))
}

fn by_sentence(text: &[u8]) -> Option<(u16, &[u8])> {
    let response = memmem::find(text, RESPONSE).map(|at| &text[at + RESPONSE.len()..]);
    let said =
        response.map(|rest| words(rest.strip_prefix(b":").unwrap_or(rest).trim_ascii_start())).unwrap_or_default();
    let said = if said.starts_with(b"not available") { b"" } else { said };
    let enhanced = smtp::enhanced_status_code(said).ok().map(|(_, code)| code.to_string());
    if let Some((sentence, code)) = STATUS.iter().find(|(sentence, _)| memmem::find(text, sentence).is_some()) {
        let passing = *code == 550 && enhanced.as_deref().is_some_and(|code| code.starts_with('4'));
        let said = if said.is_empty() { *sentence } else { said };
        return Some((if passing { 450 } else { *code }, in_text(text, said)));
    }
    // Codes it has no sentence for get the one for 500; the enhanced code tells them apart.
    let code = match enhanced.as_deref()? {
        "5.7.8" | "5.7.3" | "5.7.139" | "5.7.14" => 535,
        "5.7.9" => 534,
        code if response.is_some() => {
            if code.starts_with('4') {
                451
            } else {
                550
            }
        }
        _ => return None,
    };
    Some((code, said))
}

/// The sentence where it stands in the line, so that it is part of it.
fn in_text<'a>(text: &'a [u8], said: &[u8]) -> &'a [u8] {
    memmem::find(text, said).map_or(&b""[..], |at| &text[at..at + said.len()])
}

/// Up to where the program goes on in its own words.
fn words(said: &[u8]) -> &[u8] {
    let ends = [&b"', "[..], b"\",", b"\"}", b"';"];
    let end = ends.iter().filter_map(|end| memmem::find(said, end)).min().unwrap_or(said.len());
    said[..end].trim_ascii_end().strip_suffix(b"'").unwrap_or(said[..end].trim_ascii_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals() {
        for (text, code, said) in [
            ("Send failed: 535 5.7.8 Error: authentication failed", 535, "5.7.8 Error: authentication failed"),
            ("a@b.example;FAIL;550 5.1.1 User unknown", 550, "5.1.1 User unknown"),
            ("failed: 535: 5.7.139 disabled", 535, "5.7.139 disabled"),
            ("SMTP, Server Response: '550 no relay', Port: 25", 550, "no relay"),
            ("The server responded: 421 Cannot connect", 421, "Cannot connect"),
            ("Mailbox unavailable. The server response was: 5.1.1 unknown", 550, "5.1.1 unknown"),
            ("Mailbox unavailable. The server response was: 4.2.0 busy", 450, "4.2.0 busy"),
            ("Syntax error, command unrecognized. The server response was: 5.7.8 no", 535, "5.7.8 no"),
            ("smtplib.SMTPDataError: (552, b'5.3.4 too big')", 552, "5.3.4 too big"),
            ("{\"msg\":\"mail failed: 550 5.1.1 No such user\"}", 550, "5.1.1 No such user"),
        ] {
            assert_eq!(find(text.as_bytes()), Some((code, said.as_bytes())), "{text}");
        }
        for text in [
            "Printing 421 statements",
            "Port: 587, Secure(SSL): No",
            "smtp.mweb.co.za port 465",
            "statement.pdf: 450 KB",
            "The server response was not available",
            "error 10060",
            "196.25.1.450:587",
            "at Socket.emit (node:events:524:28)",
        ] {
            assert_eq!(find(text.as_bytes()), None, "{text}");
        }
    }
}
