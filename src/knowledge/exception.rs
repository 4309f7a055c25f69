//! How the names of exceptions are known.

use super::{WordClass, WordTable};

/// `smtplib.SMTPRecipientsRefused:`: the name of an exception.
pub(crate) fn begins_with_class(words: &[u8]) -> bool {
    let word = words.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    let name = word.strip_suffix(b":").and_then(|name| name.rsplit(|b| *b == b'.').next()).unwrap_or_default();
    is_exception_class(name)
}

/// A name of several words, each with a capital, of which the last is one of failure.
pub(crate) fn is_exception_class(name: &[u8]) -> bool {
    let last = name.iter().rposition(u8::is_ascii_uppercase).filter(|at| *at > 0).map(|at| &name[at..]);
    last.is_some_and(|last| WordTable::builtin().is(&last.to_ascii_lowercase(), WordClass::Trouble))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_exceptions() {
        for words in
            ["smtplib.SMTPRecipientsRefused: {}", "EIdException: no", "--- ", "SMTP: no", "Error: no", "PHPMailer: no"]
        {
            assert_eq!(
                begins_with_class(words.as_bytes()),
                words.starts_with("smtplib") || words.starts_with("EId"),
                "{words}"
            );
        }
    }
}
