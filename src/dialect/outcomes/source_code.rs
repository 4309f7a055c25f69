//! Lines of a program's source around the error that it made: what stands in them is what it may say, not what happened.

use super::explains;
use crate::knowledge::{WordClass, is_exception_class, is_word_byte, quoted_reply, word_classes};

/// A line of a program, which a trace quotes or somebody shows: `log.info("Email sent")` sent nothing. Whoever follows the
/// trace knows it by the line before; this is read alone.
pub(super) fn is_source(line: &[u8]) -> bool {
    let text = line.trim_ascii();
    let indented = line.starts_with(b"    ") || line.starts_with(b"\t");
    let coded = || memchr::memchr3(b'(', b'{', b'=', text).is_some();
    shows_text(text)
        || is_handler(text)
        || is_directive(line)
        || indented
            && !text[0].is_ascii_digit()
            && coded()
            && (is_statement(text) || quoted_reply(text).is_none() && !explains(text, true))
}

/// `raise Error("...")`, `result = await send(message, tls=True)`: a word of a language, or a value that is named, before
/// a call.
fn is_statement(text: &[u8]) -> bool {
    const KEYWORDS: [&[u8]; 8] = [b"raise ", b"return ", b"await ", b"throw ", b"if ", b"try:", b"with ", b"async "];
    let call = memchr::memchr_iter(b'(', text).any(|at| at > 0 && is_word_byte(text[at - 1]));
    call && (KEYWORDS.iter().any(|word| text.starts_with(word)) || memchr::memmem::find(text, b" = ").is_some())
}

/// `.ifdef NAME`, `#include <x>`: a mark at the beginning of the line, and right behind it a word in small letters.
fn is_directive(line: &[u8]) -> bool {
    let [b'.' | b'#', rest @ ..] = line else { return false };
    let word = rest.iter().take_while(|b| b.is_ascii_lowercase()).count();
    word > 1 && rest.get(word).is_none_or(u8::is_ascii_whitespace)
}

/// `} catch (SmtpException ex) {`, `except smtplib.SMTPException:`
fn is_handler(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"}").unwrap_or(text).trim_ascii_start();
    text.starts_with(b"catch") && text.contains(&b'(') || text.starts_with(b"except ") && text.ends_with(b":")
}

/// `MsgBox "Mail sent"`, `echo 'Message has been sent';`, `lblStatus.Text = "Your mail was sent";`, `print("Login failed")`:
/// a name that no program calls an error, what may be done with a text in quotes, and nothing behind it but source again.
fn shows_text(text: &[u8]) -> bool {
    let text = text.strip_prefix(b">>> ").unwrap_or(text);
    let Some(open) = memchr::memchr2(b'"', b'\'', text) else { return false };
    let Some(close) = memchr::memrchr(text[open], text).filter(|close| *close > open + 1) else { return false };
    let (head, behind) = (&text[..open], text[close + 1..].trim_ascii());
    let named = head.len() - head.iter().rev().take_while(|b| b" =(@$fb".contains(b)).count();
    let (name, mark) = head.split_at(named);
    let ends = |ending: &[u8]| behind.ends_with(ending);
    let done = match mark.trim_ascii_end() {
        [.., b'('] => ends(b")") || ends(b");") || memchr::memmem::find(text, b"\") = ").is_some(),
        [.., b'='] => mark.starts_with(b" =") && (ends(b";") || name.contains(&b'.')),
        [] if mark.starts_with(b" ") => behind.is_empty() || behind == b";" || behind.starts_with(b"& "),
        _ => false,
    };
    let part = name.rsplit(|b| !is_word_byte(*b)).next().unwrap_or_default();
    let chained = name.iter().all(|b| is_word_byte(*b) || b"._$>-:".contains(b));
    let errs = |word: &[u8]| is_exception_class(word) || word_classes(word).has(WordClass::Failed);
    let named = !part.is_empty() && chained && !name.split(|b| !is_word_byte(*b)).any(errs);
    done && named && (!mark.trim_ascii_end().is_empty() || word_classes(part).is_unknown())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_program_may_say() {
        for line in [
            "MsgBox \"E-mail sent successfully\"",
            "Message.Subject = \"Test mail, sent \" & CStr(Now) & \".\"",
            "    MsgBox \"Mail could not be sent: \" & Err.Description",
            "echo 'Message has been sent';",
            "lblStatus.Text = \"Your mail was sent!\";",
            "print(\"Login failed: 535 wrong password\")",
            "console.log('Mail failed', error);",
            "} catch (SmtpException ex) {",
            "except smtplib.SMTPAuthenticationError:",
            ".ifdef SMTP_SMARTHOST_PROTOCOL",
            "$this->log(\"Mail sent\");",
            "oConf.Fields.Item(\"http://b.example/sendusername\") = \"a@b.example\"",
            ">>> send_mail('Statement', 'x', 'a@b.example', ['c@d.example'])",
        ] {
            assert!(is_source(line.as_bytes()), "{line}");
        }
        for line in [
            "Error: \"550 5.1.1 no such user\"",
            "err=\"550 no\"",
            "#4411 failed: Relaying denied",
            "error = \"535 Incorrect\"",
            "\"Message\": \"550 no\",",
            "smtplib.SMTPDataError: (550, b'5.4.5 no')",
            "SMTPAuthenticationError(535, b'no')",
            "Error('550 no')",
            "Send failed: Mailbox 'x' is full",
        ] {
            assert!(!is_source(line.as_bytes()), "{line}");
        }
    }
}
