//! Tokens that are a trace: an internet provider finds the mail by them, so they stay.

use super::public_domain::is_public;
use crate::base64::decoded;

/// Letters of a part that nobody's name is as short as.
const MAX_DRAWN_LETTERS: usize = 3;
/// Syllables in a word that a person made; chance puts one into an id.
const MIN_SYLLABLES: usize = 2;
/// Characters of an id.
const MIN_ID: usize = 8;
const MAX_ID: usize = 80;
/// Characters of a token: ids of mails that hold no mark are shorter.
const MIN_TOKEN: usize = 24;
/// Characters of what a machine drew to open something.
const MIN_DRAWN: usize = 16;
/// Digits of the shortest digest (MD5, NTLM); an id of a mail in hex is shorter, or has marks.
const DIGEST: usize = 32;

/// Characters of base64 that are hardly a text by chance (six bytes: one in 300).
const ENCODED: usize = 8;

/// Whether `local@domain` is the id of a message and not a mailbox. When in doubt it is a mailbox.
pub(super) fn is_message_id(local: &str, domain: &str) -> bool {
    let digits = local.bytes().filter(u8::is_ascii_digit).count();
    !holds_name(local)
        && (id_host(domain) || local.len() >= 20 && digits >= 8 && !is_public(domain) && !holds_number(local))
}

/// Hosts under which providers make ids and nobody has a mailbox.
pub(super) fn id_host(domain: &str) -> bool {
    const HOSTS: [&str; 3] = ["prod.outlook.com", "mail.gmail.com", "amazonses.com"];
    let domain = domain.to_ascii_lowercase();
    HOSTS.iter().any(|host| domain.strip_suffix(host).is_some_and(|head| head.is_empty() || head.ends_with('.')))
}

/// Whether a server drew this token: the number of a queue, a session, a line of its log. Letters and digits take turns in
/// it, and no letters in a row make a name.
pub(super) fn is_id(token: &str) -> bool {
    let kinds: Vec<bool> = token
        .split(|c: char| !c.is_ascii_alphanumeric())
        .flat_map(pieces)
        .map(|piece| piece.starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    let turns = kinds.windows(2).filter(|pair| pair[0] != pair[1]).count();
    let plain = token.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    plain
        && !is_token(token)
        && (MIN_ID..=MAX_ID).contains(&token.len())
        && turns >= 2
        && !is_digest(token)
        && !holds_name(token)
        && !holds_number(token)
}

/// Digits of hex without a mark, as many as the shortest digest has: what was made of a secret.
pub(super) fn is_digest(word: &str) -> bool {
    word.len() >= DIGEST && word.bytes().all(|b| b.is_ascii_hexdigit())
}

/// One capital with a few digits, as Microsoft's `S3140`. Where nothing boxes it, it may be somebody's account or, with two
/// digits, his disease (ICD-10).
pub(super) fn is_code(token: &str) -> bool {
    matches!(token.as_bytes(), [b'A'..=b'Z', digits @ ..]
        if (1..=5).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit))
}

/// Capitals, small letters and digits without a mark, too many for the id of a mail: what opens something.
pub(super) fn is_token(word: &str) -> bool {
    word.len() >= MIN_TOKEN && is_mixed(word) && word.bytes().all(|b| b.is_ascii_alphanumeric())
}

pub(super) fn is_mixed(word: &str) -> bool {
    let has = |class: fn(&u8) -> bool| word.bytes().any(|b| class(&b));
    has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit)
}

/// An id of these letters may as well be a password: in both cases, with more letters than hex has, or in turns with digits.
pub(super) fn may_be_typed(token: &str) -> bool {
    let hex = token.len() >= MIN_ID && token.bytes().all(|b| b.is_ascii_hexdigit());
    let turns = || token.as_bytes().windows(2).all(|two| two[0].is_ascii_digit() != two[1].is_ascii_digit());
    is_mixed(token) || !hex || token.len() <= MIN_ID && turns()
}

/// Whether a machine drew it and not a person: long, in letters of both cases and digits, or with a few of each.
pub(super) fn is_drawn(run: &str) -> bool {
    let count = |class: fn(&u8) -> bool| run.bytes().filter(class).count();
    run.len() >= MIN_DRAWN && (is_mixed(run) || count(u8::is_ascii_digit) >= 3 && count(u8::is_ascii_alphabetic) >= 3)
}

/// `error:1408F10B:SSL routines:...`, as `ERR_error_string` of OpenSSL writes it.
pub(super) fn is_openssl_error(text: &str, at: usize, word: &str) -> bool {
    let hex = word.len() == 8 && word.bytes().all(|b| b.is_ascii_hexdigit());
    hex && text[..at].ends_with("error:") && text[at + word.len()..].starts_with(':')
}

/// Base64 of characters that are typed, which the id of a mail hardly is by chance.
pub(super) fn is_encoded(word: &str) -> bool {
    word.len() >= ENCODED && decoded(word.as_bytes()).is_some_and(|text| text.iter().all(u8::is_ascii_graphic))
}

/// Whether digits in a row may be somebody's number.
fn holds_number(token: &str) -> bool {
    let runs = token.split(|c: char| !c.is_ascii_digit());
    runs.into_iter().any(|run| run.len() == 13 || run.len() == 10 && run.starts_with('0'))
}

/// Whether letters in a row may be a name.
fn holds_name(token: &str) -> bool {
    let long = |piece: &str| {
        let hex = piece.bytes().all(|b| b.is_ascii_hexdigit())
            && (piece.len() == 4 || piece.bytes().all(|b| b.is_ascii_uppercase()));
        piece.chars().count() > MAX_DRAWN_LETTERS && piece.chars().any(char::is_alphabetic) && !hex
    };
    token.split(|c: char| !c.is_alphanumeric()).any(|word| {
        let hex = word.len() >= MIN_ID && word.bytes().all(|b| b.is_ascii_hexdigit()) && has_both(word);
        !hex && (pieces(word).any(long) || is_made(word))
    })
}

/// Whether a person put the word together from syllables and digits: `Roz2tev3dro`.
pub(super) fn is_made(word: &str) -> bool {
    word.bytes().any(|b| b.is_ascii_digit()) && pieces(word).filter(|piece| is_syllable(piece)).count() >= MIN_SYLLABLES
}

/// `kud`, `Roz`: three letters that can be spoken, as people part a word by digits.
fn is_syllable(piece: &str) -> bool {
    let vowel = |b: u8| b"aeiouyAEIOUY".contains(&b);
    matches!(*piece.as_bytes(), [first, second, third]
        if first.is_ascii_alphabetic() && second.is_ascii_lowercase() && third.is_ascii_lowercase()
            && !vowel(first) && vowel(second) != vowel(third))
}

fn has_both(word: &str) -> bool {
    word.bytes().filter(u8::is_ascii_digit).count() >= 2 && word.bytes().any(|b| b.is_ascii_alphabetic())
}

/// A word at the places where capitals and digits part it: `EmailOut`, `SMTPServer`, `mx12`.
pub(super) fn pieces(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let mut chars = rest.char_indices();
        let (_, first) = chars.next()?;
        let mut last = first;
        let mut capitals = usize::from(first.is_uppercase());
        let mut end = rest.len();
        for (at, c) in chars {
            if c.is_ascii_digit() != last.is_ascii_digit() || c.is_uppercase() && !last.is_uppercase() {
                end = at;
                break;
            }
            // The last capital of a row begins the next word: `SMTPServer`.
            if !c.is_uppercase() && last.is_uppercase() && capitals >= 2 {
                end = at - last.len_utf8();
                break;
            }
            capitals = if c.is_uppercase() { capitals + 1 } else { 0 };
            last = c;
        }
        let (piece, tail) = rest.split_at(end);
        rest = tail;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_from_people() {
        assert!(is_message_id("000001d9$4a5b6c70$1f2e3d40", "RECEPTION"));
        assert!(is_message_id("0f3b2c1d-1234-4abc-9def-001122334455", "own.co.za"));
        assert!(is_message_id("CAJxAbCdEf", "mail.gmail.com"));
        assert!(!is_message_id("johannes.botha", "mail.gmail.com"));
        assert!(!is_message_id("fred.van.der.merwe.19800101", "own.co.za"));
        assert!(!is_message_id("f.vd.m.1980010112345678", "gmail.com"));
        assert!(!is_message_id("p-8001015009087-ab-cd-12", "own.co.za"));
    }

    #[test]
    fn queue_ids_are_told_from_names_with_numbers() {
        for id in [
            "4XyZQk1b2cz9tL",
            "x9sm1234567qke.23",
            "1abcDE-0001xy-2X",
            "4F2A31C0B7",
            "08DE6F1A2B3C4D5E",
            "1tEo4A1BEFACAF-0001Ab-2C",
        ] {
            assert!(is_id(id), "{id}");
        }
        for name in [
            "botha77",
            "Jan1984",
            "McDonald1980b",
            "BOT0012",
            "acc4471",
            "ID8001015009087x",
            "vdMerwe12a",
            "sgFShHz6TM7qNXW6CPqYnjPCiY",
            "Roz2tev3dro",
        ] {
            assert!(!is_id(name), "{name}");
        }
    }

    #[test]
    fn words_part_at_capitals_and_digits() {
        let of = |word| pieces(word).collect::<Vec<_>>();
        assert_eq!(of("SendStatement"), ["Send", "Statement"]);
        assert_eq!(of("SMTPServer2"), ["SMTP", "Server", "2"]);
        assert_eq!(of("JAN"), ["JAN"]);
        assert_eq!(of("\u{c9}tienne1"), ["\u{c9}tienne", "1"]);
    }
}
