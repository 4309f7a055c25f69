//! Server and client prose in one plain spelling, so that a phrase is written once: lower case, no accents, no
//! punctuation, one space between words, no mail addresses, IP addresses and repeated status codes.

use crate::smtp::{EnhancedStatusCode, enhanced_status_code};

/// Nobody writes a reply longer than this; what follows is not looked at.
const LONGEST: usize = 4096;

/// Text in plain spelling, with a space before the first word and behind every word.
#[derive(Debug)]
pub(super) struct Plain {
    /// ` user unknown `
    pub(super) words: Vec<u8>,
    /// The first enhanced code that stood anywhere in the text.
    pub(super) enhanced: Option<EnhancedStatusCode>,
    /// Whether an IP address stood in the text.
    pub(super) ip: bool,
}

impl Plain {
    /// Spells `text` plainly. `code` is the reply's own code, which servers repeat on every line.
    pub(super) fn of(text: &[u8], code: Option<u16>) -> Plain {
        let text = &text[..text.len().min(LONGEST)];
        let mut plain = Plain { words: Vec::with_capacity(text.len() + 2), enhanced: None, ip: false };
        plain.words.push(b' ');
        let digits = code.map(|code| [digit(code / 100), digit(code / 10), digit(code)]);
        for token in text.split(|b| is_gap(*b)) {
            // A joined reply carries its code in front of each line: "550-no such 550 user".
            let token = digits.as_ref().map_or(token, |digits| without_code(token, digits));
            // User names would otherwise be read as words: "spam@practice.example: user unknown".
            if token.is_empty() || is_address(token) {
                continue;
            }
            for piece in token.split(|b| is_joint(*b)) {
                plain.piece(piece);
            }
        }
        plain
    }

    /// The same words with `0` for every number, so that a row need not know the number; `None` where there is none.
    pub(super) fn counted(&self) -> Option<Vec<u8>> {
        let is_number = |word: &[u8]| !word.is_empty() && word.iter().all(u8::is_ascii_digit);
        if !self.iter().any(is_number) {
            return None;
        }
        let mut words = vec![b' '];
        for word in self.iter() {
            words.extend_from_slice(if is_number(word) { b"0" } else { word });
            words.push(b' ');
        }
        Some(words)
    }

    /// The words one by one.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> + Clone {
        self.words.split(|b| *b == b' ').filter(|word| !word.is_empty())
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
            self.ip = true;
        } else {
            self.word(piece);
        }
    }

    fn word(&mut self, word: &[u8]) {
        let before = self.words.len();
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
                    self.words.push(fold(next | 0x40));
                    rest = &tail[1..];
                }
                // The same letters in windows-1252.
                0xc0.. if !continued => self.words.push(fold(b)),
                _ => self.words.push(b.to_ascii_lowercase()),
            }
        }
        if self.words.len() > before {
            self.words.push(b' ');
        }
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
        assert_eq!(plain("5.1.1 The account 550 5.1.1 does not"), " the account does not ");
        assert_eq!(plain("550-No such 550-5.1.1 user 550 here"), " no such user here ");
        assert_eq!(plain("Boîte pleine, réessayez"), " boite pleine reessayez ");
        assert_eq!(
            plain("IP 192.0.2.1 is_blocked.For help: zen.spamhaus.org"),
            " ip is blocked for help zen.spamhaus.org "
        );
        assert_eq!(plain("timeout-1.example.com"), " timeout-1.example.com ");
        assert_eq!(plain("... - <> ''"), " ");
        assert_eq!(String::from_utf8(Plain::of(b"rejet\xe9", None).words).unwrap(), " rejete ");
        assert_eq!(Plain::of(b"no mailbox (#5.1.1)", None).enhanced.unwrap().to_string(), "5.1.1");
        assert!(Plain::of(b"[192.0.2.1] is banned", None).ip && !Plain::of(b"banned, see 4.16.50", None).ip);
    }
}
