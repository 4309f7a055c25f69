//! Server and client prose in one plain spelling, so that a phrase is written once: lower case, no accents, no
//! punctuation, one space between words, no mail addresses, hosts, IP addresses and repeated status codes.
//!
//! What a host or a user is called says nothing of what happened: `blackhole.example.co.za` lists nobody. Dotted names are
//! kept apart, for the few rows that ask for one (blocklists, providers). The class of an exception is read as its words too:
//! `SendAsDeniedException` says "send as denied".

use std::borrow::Cow;

use super::glossary::Glossary;
use crate::smtp::{EnhancedStatusCode, enhanced_status_code};

/// Nobody writes a reply longer than this; what follows is not looked at.
const MAX_TEXT_BYTES: usize = 4096;

/// Text in plain spelling, with a space before the first word and behind every word.
#[derive(Debug)]
pub(super) struct Plain {
    /// ` user unknown `
    pub(super) words: Vec<u8>,
    /// The dotted names, spelled the same way: ` zen.spamhaus.org `
    pub(super) names: Vec<u8>,
    /// The first enhanced code that stood anywhere in the text.
    pub(super) enhanced: Option<EnhancedStatusCode>,
    /// An IP address stood in the text.
    pub(super) ip: bool,
}

impl Plain {
    /// Spells `text` plainly. `code` is the reply's own code, which servers repeat on every line.
    pub(super) fn of(text: &[u8], code: Option<u16>) -> Plain {
        let text = &text[..text.len().min(MAX_TEXT_BYTES)];
        let words = Vec::with_capacity(text.len() + 2);
        let mut plain = Plain { words, names: vec![b' '], enhanced: None, ip: false };
        plain.words.push(b' ');
        let digits = code.map(|code| [digit(code / 100), digit(code / 10), digit(code)]);
        // Where the token before ended, and how many bytes of words stood before it.
        let mut before = (0, 1);
        let mut at = 0;
        while let Some(start) = text[at..].iter().position(|b| !is_gap(*b)).map(|skip| at + skip) {
            let end = text[start..].iter().position(|b| is_gap(*b)).map_or(text.len(), |length| start + length);
            at = end;
            // A joined reply carries its code in front of each line: "550-no such 550 user".
            let token = digits.as_ref().map_or(&text[start..end], |digits| without_code(&text[start..end], digits));
            let length = plain.words.len();
            // User names would otherwise be read as words: "spam@practice.example: user unknown".
            if !token.is_empty() && !is_address(token) {
                token.split(|b| is_joint(*b)).for_each(|piece| plain.piece(piece));
            }
            let opened = start.checked_sub(1).map(|at| text[at]);
            if opened == Some(b'<') && text.get(end) == Some(&b'>') {
                // A name alone in angle brackets is a mailbox or a host: "<pc-spam>: Helo command rejected".
                plain.words.truncate(length);
            } else if opened == Some(b'[') && before.0 == start - 1 && is_ip_address(trim(token)) {
                // A host before its address: "unknown[192.0.2.1]".
                plain.words.truncate(before.1);
            }
            before = (end, length);
        }
        join_compounds(&mut plain.words);
        plain
    }

    /// The spellings in which phrases are sought: as they are, with contractions written out, in English, each of them lean, and
    /// all with their numbers as `0`.
    pub(super) fn spellings(&self) -> Vec<Cow<'_, [u8]>> {
        let mut spellings = vec![Cow::from(&self.words)];
        spellings.extend(written_out(&self.words).map(Cow::from));
        spellings.extend(Glossary::builtin().in_english(&self.words).map(Cow::from));
        let filled = spellings.iter().filter(|words| spaced(words).any(is_filler));
        let lean: Vec<Vec<u8>> = filled.map(|words| lean(words)).collect();
        spellings.extend(lean.into_iter().map(Cow::from));
        let counted: Vec<Vec<u8>> = spellings.iter().filter_map(|words| counted(words)).collect();
        spellings.extend(counted.into_iter().map(Cow::from));
        spellings
    }

    /// The words one by one.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> + Clone {
        spaced(&self.words)
    }

    /// The dotted names one by one.
    pub(super) fn names(&self) -> impl Iterator<Item = &[u8]> + Clone {
        spaced(&self.names)
    }

    /// Nothing is left but dotted names, as in a phrase that asks for one.
    pub(super) fn is_name(&self) -> bool {
        self.words.len() < 2 && self.names.len() > 1
    }

    fn piece(&mut self, piece: &[u8]) {
        let piece = trim(piece);
        if let Some(end) = sentence_end(piece) {
            self.piece(&piece[..end]);
            return self.piece(&piece[end + 1..]);
        }
        if !piece.contains(&b'.') {
            return piece.split(|b| *b == b'-').for_each(|word| self.word(word));
        }
        if let Ok(([], enhanced)) = enhanced_status_code(piece) {
            self.enhanced = self.enhanced.or(Some(enhanced));
        } else if is_ip_address(piece) {
            // A blocklist's answer, 127.0.0.2, is no host that was refused.
            self.ip |= !piece.starts_with(b"127.");
        } else if is_dotted_name(piece) {
            spell(piece, &mut self.names);
        } else {
            self.word(piece);
        }
    }

    fn word(&mut self, word: &[u8]) {
        spell(word, &mut self.words);
        // The whole stays in front of its words, because rows name classes in one word.
        if is_exception(word) {
            let mut rest = 0;
            for hump in humps(word).chain([word.len()]) {
                spell(&word[rest..hump], &mut self.words);
                rest = hump;
            }
        }
    }
}

/// `SmtpFailedRecipientException`; `StartTLS` and `FortiGate` are one word each in two spellings.
fn is_exception(word: &[u8]) -> bool {
    let names =
        word.windows(EXCEPTION.len()).any(|part| part == EXCEPTION) || ERRORS.iter().any(|end| word.ends_with(end));
    names && humps(word).next().is_some()
}

const EXCEPTION: &[u8] = b"Exception";
/// How other classes of errors end: `Net::OpenTimeout`, `SMTPAuthenticationError`.
const ERRORS: [&[u8]; 3] = [b"Error", b"Timeout", b"Refused"];

/// Where a capital follows a small letter: the places at which `SendAsDenied` parts into words.
fn humps(word: &[u8]) -> impl Iterator<Item = usize> + '_ {
    let hump = |two: &[u8]| two[0].is_ascii_lowercase() && two[1].is_ascii_uppercase();
    word.windows(2).enumerate().filter(move |(_, two)| hump(two)).map(|(at, _)| at + 1)
}

/// The place between two words, `at`, parts one word: what stands before it ends with its first half, and behind it its second
/// half stands, in any case.
pub(crate) fn parts_compound(text: &[u8], at: usize) -> bool {
    let (before, behind) = (&text[..at], text.get(at + 1..).unwrap_or_default());
    let letter = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || *b >= 0x80);
    let mut apart = Glossary::builtin().apart.iter().map(|(first, second)| (first.as_bytes(), second.as_bytes()));
    apart.any(|(first, second)| {
        let start = before.len().checked_sub(first.len());
        start.is_some_and(|start| {
            before[start..].eq_ignore_ascii_case(first) && !letter(start.checked_sub(1).and_then(|at| before.get(at)))
        }) && behind.get(..second.len()).is_some_and(|word| word.eq_ignore_ascii_case(second))
            && !letter(behind.get(second.len()))
    })
}

fn join_compounds(words: &mut Vec<u8>) {
    let mut at = 1;
    while let Some(blank) = words[at..].iter().position(|b| *b == b' ').map(|length| at + length) {
        let joined = parts_compound(words, blank);
        if joined {
            words.remove(blank);
        }
        at = if joined { blank } else { blank + 1 };
    }
}

/// The words with `does not` for `doesnt`; `None` where nothing is contracted.
fn written_out(words: &[u8]) -> Option<Vec<u8>> {
    const VERBS: [&[u8]; 14] = [
        b"do", b"does", b"did", b"is", b"was", b"are", b"were", b"has", b"have", b"had", b"could", b"would", b"should",
        b"ca",
    ];
    let verb = |word: &[u8]| word.strip_suffix(b"nt").and_then(|verb| VERBS.iter().find(|known| **known == verb));
    spaced(words).any(|word| verb(word).is_some()).then(|| {
        let mut out = vec![b' '];
        for word in spaced(words) {
            match verb(word) {
                Some(&b"ca") => out.extend_from_slice(b"cannot"),
                Some(verb) => out.extend([verb, &b" not"[..]].concat()),
                None => out.extend_from_slice(word),
            }
            out.push(b' ');
        }
        out
    })
}

/// Articles and forms of "to be", which come and go between other words: "the mailbox is full", "mailbox full".
pub(super) fn is_filler(word: &[u8]) -> bool {
    matches!(word, b"a" | b"an" | b"the" | b"is" | b"are" | b"was" | b"were")
}

/// Words without such fillers.
pub(super) fn lean(words: &[u8]) -> Vec<u8> {
    let spaced = words.split_inclusive(|b| *b == b' ');
    spaced.filter(|word| !is_filler(word.trim_ascii_end())).flatten().copied().collect()
}

/// Words with `0` for every number, so that a row need not know the number; `None` where there is none.
fn counted(words: &[u8]) -> Option<Vec<u8>> {
    let is_number = |word: &[u8]| word.iter().all(u8::is_ascii_digit);
    spaced(words).any(is_number).then(|| {
        let zeros = spaced(words).map(|word| if is_number(word) { b"0" } else { word });
        zeros.fold(vec![b' '], |said, word| [said.as_slice(), word, b" "].concat())
    })
}

fn spaced(text: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    text.split(|b| *b == b' ').filter(|word| !word.is_empty())
}

/// Adds a word in plain spelling, and a space behind it.
fn spell(word: &[u8], into: &mut Vec<u8>) {
    let before = into.len();
    let mut rest = word;
    while let Some((&b, tail)) = rest.split_first() {
        let next = tail.first().copied().unwrap_or(0);
        let continued = (0x80..0xc0).contains(&next);
        rest = tail;
        match b {
            b'\'' | b'`' => {}
            // U+2018 and U+2019, the printers' apostrophes.
            0xe2 if matches!(tail, [0x80, 0x98 | 0x99, ..]) => rest = &tail[2..],
            // U+00C0 to U+00FF in UTF-8.
            0xc3 if continued => {
                into.push(fold(next | 0x40));
                rest = &tail[1..];
            }
            // The same letters in windows-1252.
            0xc0.. if !continued => into.push(fold(b)),
            _ => into.push(b.to_ascii_lowercase()),
        }
    }
    if into.len() > before {
        into.push(b' ');
    }
}

/// A token without the reply's own code, alone or in front of a hyphen.
fn without_code<'a>(token: &'a [u8], code: &[u8; 3]) -> &'a [u8] {
    match token.strip_prefix(code) {
        Some([] | [b'-']) => &[],
        Some([b'-', rest @ ..]) => rest,
        _ => token,
    }
}

fn digit(number: u16) -> u8 {
    b'0' + (number % 10) as u8
}

/// Bytes that part tokens.
fn is_gap(b: u8) -> bool {
    // A match is one look at a table; `contains` on a list is a loop, and this is asked of every byte.
    matches!(
        b,
        0..=b' '
            | b'<'
            | b'>'
            | b'('
            | b')'
            | b'['
            | b']'
            | b'{'
            | b'}'
            | b'"'
            | b','
            | b';'
            | b':'
            | b'/'
            | b'\\'
            | b'?'
            | b'|'
    )
}

/// Bytes that may stand inside a mail address, and part words elsewhere.
fn is_joint(b: u8) -> bool {
    matches!(b, b'_' | b'=' | b'+' | b'#' | b'!' | b'%' | b'&' | b'*' | b'~' | b'^' | b'$' | b'@' | 0x7f)
}

fn is_address(token: &[u8]) -> bool {
    token.iter().position(|b| *b == b'@').is_some_and(|at| at > 0 && at + 1 < token.len())
}

fn trim(mut piece: &[u8]) -> &[u8] {
    while let [b'.' | b'-', rest @ ..] | [rest @ .., b'.' | b'-'] = piece {
        piece = rest;
    }
    piece
}

/// Where "blocked.For help" ends a sentence without a space; a host name has no capital after a small letter and a dot.
/// Three dots part words too: "user@domain...User unknown".
fn sentence_end(piece: &[u8]) -> Option<usize> {
    (1..piece.len().saturating_sub(1)).find(|&i| {
        let (before, after) = (piece[i - 1], piece[i + 1]);
        piece[i] == b'.' && (after == b'.' || before.is_ascii_lowercase() && after.is_ascii_uppercase())
    })
}

fn is_ip_address(piece: &[u8]) -> bool {
    piece.iter().filter(|b| **b == b'.').count() == 3 && piece.iter().all(|b| b.is_ascii_digit() || *b == b'.')
}

/// `mail.example.co.za`, `statement.pdf`; no number, no "e.g", no `System.Net.Mail`.
fn is_dotted_name(piece: &[u8]) -> bool {
    let label = |label: &[u8]| !label.is_empty() && label.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-');
    let last = piece.rsplit(|b| *b == b'.').next().unwrap_or_default();
    let hump = humps(piece).next().is_some();
    piece.len() > 3 && last.iter().all(u8::is_ascii_alphabetic) && !hump && piece.split(|b| *b == b'.').all(label)
}

/// Latin-1 letters (U+00C0 to U+00FF) without their accents. Capitals and small letters lie 32 apart.
fn fold(letter: u8) -> u8 {
    const PLAIN: &[u8; 32] = b"aaaaaaaceeeeiiiidnooooo ouuuuyts";
    if letter == 0xff { b'y' } else { PLAIN[usize::from(letter & 0x1f)] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        String::from_utf8(Plain::of(text.as_bytes(), Some(550)).words).unwrap()
    }

    #[test]
    fn known_spellings() {
        assert_eq!(plain("<a.b@c.example>... User-Unknown!"), " user unknown ");
        assert_eq!(plain("User (a+b=c@d.example) doesn't exist"), " user doesnt exist ");
        assert_eq!(written_out(b" it doesnt and cant "), Some(b" it does not and cannot ".to_vec()));
        assert_eq!(written_out(b" recipient sent "), None);
        assert_eq!(plain("5.1.1 The account 550 5.1.1 does not"), " the account does not ");
        assert_eq!(plain("550-No such 550-5.1.1 user 550 here"), " no such user here ");
        assert_eq!(plain("Boîte pleine, réessayez"), " boite pleine reessayez ");
        assert_eq!(plain("IP 192.0.2.1 is_blocked.For help: zen.spamhaus.org"), " ip is blocked for help ");
        assert_eq!(plain("Time out, Log-In: no user name"), " timeout login no username ");
        assert_eq!(plain("... - <> ''"), " ");
        assert_eq!(String::from_utf8(Plain::of(b"rejet\xe9", None).words).unwrap(), " rejete ");
        assert_eq!(plain("Host mail.x [192.0.2.1] not found"), " host not found ");
        assert_eq!(plain("<pc-spam>: Client host unknown[192.0.2.1] rejected"), " client host rejected ");
        assert_eq!(
            plain("System.Net.Mail.SmtpException, see TLS 1.2"),
            " system net mail smtpexception smtp exception see tls 1.2 "
        );
        assert_eq!(
            plain("Submission.Exception:SendAsDeniedException; StartTLS"),
            " submission exception sendasdeniedexception send as denied exception starttls "
        );
        let names = Plain::of(b"see https://zen.spamhaus.org/query or a.pdf", None).names;
        assert_eq!(String::from_utf8(names).unwrap(), " zen.spamhaus.org a.pdf ");
        assert_eq!(Plain::of(b"no mailbox (#5.1.1)", None).enhanced.unwrap().to_string(), "5.1.1");
        assert_eq!(lean(b" the mailbox is full "), b" mailbox full ");
        assert!(Plain::of(b"[192.0.2.1] is banned", None).ip && !Plain::of(b"banned, see 4.16.50", None).ip);
    }
}
