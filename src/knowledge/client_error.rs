//! What a mail program's own words about an error mean: WinSock numbers, TLS libraries, exceptions.

use serde::{Deserialize, Serialize};

use super::{
    Cause,
    plain::Plain,
    rows::{self, KnowledgeError, PhraseRow},
    rule_book::{Context, RuleBook},
};

/// The meaning of a line about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct ErrorMeaning {
    pub cause: Cause,
    /// The weight of the words, 0 to 255: of two lines about one failure, the heavier one tells more.
    pub weight: u8,
    /// False when the words fit several causes and this is only the likeliest.
    pub certain: bool,
}

/// All facts about clients' errors.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(super) struct ClientErrors {
    texts: RuleBook,
    /// WinSock and errno numbers.
    numbers: Vec<(u32, ErrorMeaning)>,
}

impl ClientErrors {
    pub(super) fn new(rows: &[PhraseRow]) -> Result<ClientErrors, KnowledgeError> {
        let mut numbers = Vec::new();
        for row in rows {
            let meaning = ErrorMeaning { cause: rows::cause(&row.cause)?, weight: row.rank, certain: row.certain };
            numbers.extend(row.numbers.iter().filter(|n| **n <= 0xffff).map(|n| (*n, meaning)));
        }
        Ok(ClientErrors { texts: RuleBook::new(rows, &[])?, numbers })
    }

    pub(super) fn meaning(&self, text: &[u8]) -> Option<ErrorMeaning> {
        let by_number = self.by_number(text);
        let by_text = self.by_text(without_settings(text));
        match (by_number, by_text) {
            (Some(number), Some(text)) if text.weight <= number.weight => Some(number),
            (number, text) => text.or(number),
        }
    }

    /// By its words, or, where they say nothing, with the word "host" where the name of one stands: whose name it is does
    /// not matter to `Unable to locate mail.practice.example`.
    fn by_text(&self, text: &[u8]) -> Option<ErrorMeaning> {
        self.by_words(text).or_else(|| self.by_words(&with_hosts(text)?))
    }

    fn by_words(&self, text: &[u8]) -> Option<ErrorMeaning> {
        let plain = Plain::of(text, None);
        let hits = self.texts.read(&plain);
        let verdict = self.texts.judge(&hits, &Context::default(), &plain)?;
        Some(ErrorMeaning { cause: verdict.cause, weight: verdict.rank, certain: verdict.certain })
    }

    /// The heaviest number that stands where an error number stands.
    fn by_number(&self, text: &[u8]) -> Option<ErrorMeaning> {
        let mut best: Option<ErrorMeaning> = None;
        let mut at = 0;
        while let Some(start) = text[at..].iter().position(u8::is_ascii_digit).map(|i| at + i) {
            // Who types an error off the screen may type letters: `11OO1`.
            let is_digit = |b: &u8| b.is_ascii_digit() || *b == b'O';
            let end = text[start..].iter().position(|b| !is_digit(b)).map_or(text.len(), |i| start + i);
            at = end;
            let Some(value) = number(&text[start..end]) else { continue };
            let Some((_, meaning)) = self.numbers.iter().find(|(n, _)| *n == value) else { continue };
            if stands_as_error(text, start, end, value) && best.is_none_or(|b| b.weight < meaning.weight) {
                best = Some(*meaning);
            }
        }
        best
    }
}

fn number(digits: &[u8]) -> Option<u32> {
    (digits.len() <= 5).then(|| digits.iter().fold(0, |n, b| n * 10 + if *b == b'O' { 0 } else { u32::from(b - b'0') }))
}

/// `Socket Error # 10061`, `error 10060`, `[10054]`, `(10061)`, `[Errno 111]`; not a port, a size or a part of a number.
/// Numbers below 10000 are those of Unix, and too common to count without the word `errno`.
fn stands_as_error(text: &[u8], start: usize, end: usize, value: u32) -> bool {
    let (before, after) = (&text[..start], &text[end..]);
    let joined = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    let decimal = matches!(after, [b'.' | b',', d, ..] if d.is_ascii_digit());
    if joined(before.last())
        || joined(after.first())
        || decimal
        || matches!(before, [.., d, b'.' | b','] if d.is_ascii_digit())
    {
        return false;
    }
    let after_space = after.trim_ascii_start();
    if [&b"bytes"[..], b"ms", b"octets"].iter().any(|unit| after_space.starts_with(unit)) {
        return false;
    }
    let bracketed = matches!((before, after), ([.., b'['], [b']', ..]) | ([.., b'('], [b')', ..]));
    if value >= 10_000 && bracketed {
        return true;
    }
    let is_word = |b: &u8| b.is_ascii_alphabetic();
    let Some(last) = before.iter().rposition(is_word) else { return false };
    // Between the word and its number stands punctuation only, and no sign: "error -10061" does not exist.
    let between = &before[last + 1..];
    if between.len() > 6 || between.iter().any(|b| !b" #:=(['\"\t".contains(b)) {
        return false;
    }
    let first = before[..=last].iter().rposition(|b| !is_word(b)).map_or(0, |i| i + 1);
    let word = before[first..=last].to_ascii_lowercase();
    let endings: &[&[u8]] = if value < 10_000 {
        &[b"errno"]
    } else {
        &[
            b"error",
            b"errno",
            b"errorcode",
            b"winsock",
            b"exception",
            b"errnum",
            b"fout",
            b"fehler",
            b"erreur",
            b"code",
            b"reason",
            b"err",
        ]
    };
    endings.iter().any(|ending| word.ends_with(ending))
}

/// The text with `host` in place of every name of a host: three labels and more, or two before a port. Shorter names are
/// those of files and classes. `None` where no such name stands.
fn with_hosts(text: &[u8]) -> Option<Vec<u8>> {
    let is_part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-');
    let mut written = Vec::with_capacity(text.len());
    let (mut at, mut found) = (0, false);
    while at < text.len() {
        let length = text[at..].iter().take_while(|b| is_part(b)).count();
        let (name, rest) = text[at..].split_at(length.max(1));
        let labels: Vec<&[u8]> = name.strip_suffix(b".").unwrap_or(name).split(|b| *b == b'.').collect();
        let last = labels.last().is_some_and(|label| label.len() > 1 && label.iter().all(u8::is_ascii_alphabetic));
        let port = matches!(rest, [b':', digit, ..] if digit.is_ascii_digit());
        // `System.Net.Mail` is no host.
        let written_small = |label: &&[u8]| match label {
            [first, rest @ ..] => !first.is_ascii_uppercase() || !rest.iter().any(u8::is_ascii_lowercase),
            [] => false,
        };
        let whole = labels.iter().all(written_small);
        let apart = !matches!(written.last(), Some(b'@' | b'/' | b'\\' | b'_'));
        if last && whole && apart && labels.len() >= if port { 2 } else { 3 } {
            written.extend_from_slice(b"host");
            found = true;
        } else {
            written.extend_from_slice(name);
        }
        at += name.len();
    }
    found.then_some(written)
}

/// A sentence without the settings that a program adds to it: `The connection was interrupted. Server: mail, Port: 465`. Of
/// a setting alone nothing is left.
pub(super) fn without_settings(text: &[u8]) -> &[u8] {
    let mut rest = text;
    while is_setting(rest) {
        let ends = |at: &usize| matches!(rest[*at], b',' | b';' | b'.') && rest.get(at + 1) == Some(&b' ');
        rest = (0..rest.len()).rev().find(ends).map_or(b"", |at| &rest[..at]);
    }
    rest
}

/// `timeout = 6 seconds`, `tls_starttls = on`, `connectTimeoutMs: 6000`: a setting, however much it sounds like an error.
fn is_setting(text: &[u8]) -> bool {
    let Some(cut) = text.iter().rposition(|b| matches!(b, b'=' | b':' | b'>')) else { return false };
    let (key, value) = (text[..cut].trim_ascii_end(), text[cut + 1..].trim_ascii());
    let last = key.rsplit(u8::is_ascii_whitespace).next().unwrap_or_default();
    // `smtp.example.com:25` is a place, not a setting.
    if last.contains(&b'.') || last.last().is_some_and(u8::is_ascii_digit) {
        return false;
    }
    let is = |word: &[u8], list: &[&str]| list.iter().any(|w| w.as_bytes().eq_ignore_ascii_case(word));
    let digits = value.iter().take_while(|b| b.is_ascii_digit()).count();
    let unit = value[digits..].trim_ascii();
    let counted = digits > 0 && (unit.is_empty() || is(unit, UNITS));
    let failed = || key.split(|b| !b.is_ascii_alphabetic()).any(|word| is(word, FAILURES));
    is(value, SWITCHES) || counted && !failed()
}

const UNITS: &[&str] =
    &["ms", "s", "sec", "secs", "seconds", "second", "min", "minutes", "msec", "milliseconds", "millisec"];
const SWITCHES: &[&str] = &[
    "on",
    "off",
    "yes",
    "no",
    "true",
    "false",
    "none",
    "auto",
    "enabled",
    "disabled",
    "always",
    "never",
    "(not set)",
    "system",
];
/// "Connection timed out: 110" ends in a number, but is no setting, nor is "Could not connect to host: x, port: 25".
const FAILURES: &[&str] = &[
    "error",
    "failed",
    "failure",
    "refused",
    "reset",
    "aborted",
    "timed",
    "exception",
    "errno",
    "not",
    "cannot",
    "unable",
];

#[cfg(test)]
mod tests {
    use crate::knowledge::Knowledge;

    #[test]
    fn what_the_host_is_called_does_not_matter() {
        for (expected, line) in [
            ("conn.dns", "Unable to locate mail.practice.example.co.za"),
            ("conn.dns", "smtp.example.com: not found"),
            ("conn.dns", "The host smtp.example.com is unknown"),
            ("conn.dns", "Lookup of mail.practice.example failed"),
            ("conn.silent", "Cannot open mail.practice.example.co.za:465"),
            ("conn.silent", "Send failed: Cannot open example.com:587"),
            ("conn.silent", "Unable to reach smtp.example.com:587"),
            ("conn.silent", "Failed to open socket to mail.practice.example port 587"),
            ("conn.silent", "Could not connect to SMTP host: smtp.example.com, port: 25"),
            ("conn.dropped", "port: 465, response: -1"),
            ("conn.dns", "Socket Error # 11OO1"),
        ] {
            let told = Knowledge::builtin().told(line.as_bytes(), None, None);
            assert_eq!(told.map(|told| told.cause.code()), Some(expected), "{line}");
        }
        for line in ["statement.pdf not found", "Mail.Parts.Message not found, see C:\\mail\\a.b.doc", "timeout: 25"] {
            let meaning = Knowledge::builtin().client_error(line.as_bytes());
            assert!(meaning.is_none_or(|meaning| meaning.cause.code() != "conn.dns"), "{line}: {meaning:?}");
        }
    }

    #[test]
    fn encryption_that_began_and_failed() {
        for (expected, line) in [
            ("tls.name-mismatch", "STARTTLS: x509: cannot validate certificate because it doesn't contain any IP SANs"),
            ("tls.untrusted", "STARTTLS failed (code: 220, response: Ready to start TLS)"),
            ("tls.untrusted", "SSL-connect failed: Unknown error code"),
        ] {
            let meaning = Knowledge::builtin().client_error(line.as_bytes());
            assert_eq!(meaning.map(|meaning| meaning.cause.code()), Some(expected), "{line}");
        }
    }
}
