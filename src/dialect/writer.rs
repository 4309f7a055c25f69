//! The writer of a line, by what a logger puts before the words.

use crate::knowledge::is_level;

/// As much of a line as may name who writes it.
const MAX_WRITER_BYTES: usize = 60;

/// Bytes of what a logger puts before the words, up to its last mark: a level, a thread in brackets, the name of a part of
/// the program, as in `[Mailer] `, `INFO [main] c.p.Mail - `, `Mail: `, `pc mailer[511]: `. 0 where there is no name.
pub(crate) fn writer(text: &[u8]) -> usize {
    let near = &text[..text.len().min(MAX_WRITER_BYTES)];
    let (mut at, mut end) = (0, 0);
    while let Some(start) = near[at..].iter().position(|b| !b" -|:".contains(b)).map(|blank| at + blank) {
        let word = &near[start..];
        let bracket = word.starts_with(b"[").then(|| memchr::memchr(b']', word)).flatten();
        let name = word.iter().take_while(|b| b.is_ascii_alphabetic() || b"._$".contains(b)).count();
        if let Some(tag) = syslog_tag(word) {
            (at, end) = (start + tag, start + tag);
            continue;
        }
        let marked = [&b": "[..], b" - ", b" | "].iter().any(|mark| word[name..].starts_with(mark));
        let is_class = || word[1..name].contains(&b'.') && word[..name].iter().any(u8::is_ascii_uppercase);
        // `INFO:mailer:sent`
        let chained = text[..start].ends_with(b":") && word[name..].starts_with(b":");
        match bracket {
            Some(close) => (at, end) = (start + close + 1, start + close + 1),
            None if is_level(&word[..name]) => at = start + name,
            None if name > 0 && (marked || chained && at > 0 || is_class()) => return start + name,
            None => return end,
        }
    }
    end
}

/// `pc mailer[511]`, before a colon: the program and its number, or that of its mail as in `dma[4f2.55]`, and the machine before
/// them (RFC 3164 section 5.3).
fn syslog_tag(text: &[u8]) -> Option<usize> {
    let end = memchr::memmem::find(text, b"]: ")?;
    let open = memchr::memchr(b'[', &text[..end])?;
    let number = &text[open + 1..end];
    let numbered = number.iter().any(u8::is_ascii_digit) && number.iter().all(|b| b.is_ascii_hexdigit() || *b == b'.');
    let named =
        text[..open].iter().filter(|b| **b == b' ').count() < 2 && text[..open].last().is_some_and(|b| *b != b' ');
    (numbered && named).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_logger_puts_before_the_words() {
        for (name, words) in [
            ("[Mailer]", " Settings loaded"),
            ("INFO  [main] c.p.Mail", " - done"),
            ("INFO com.mtm.mail.MailSender", ": done"),
            ("Mail", ": Settings loaded"),
            ("Mtm.Mail", " Service started"),
            ("INFO:mailer", ":starttls ok"),
            ("mtm-mailer[2214]", ": starttls ok"),
            ("pc mailer[511]: Mail", ": starttls ok"),
            ("", "mail for you [2]: no"),
            ("", "Mail 2 - no"),
            ("", "INFO done"),
            ("", "smtp.example.co.za done"),
            ("", "..."),
        ] {
            assert_eq!(writer(format!("{name}{words}").as_bytes()), name.len(), "{name}{words}");
        }
    }
}
