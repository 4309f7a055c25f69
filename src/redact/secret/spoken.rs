//! Secrets that a sentence tells: the word behind a name.

use crate::knowledge::{SecretNames, Vocabulary, WordClass, WordClasses, word_classes};

use super::{
    super::{server_name, span::words},
    is_known_all, is_reply_code, is_sentence,
    value::setting,
};

/// `password Kudu!7`, `password is Kudu!7`, `Password (Kudu!7)`: the word behind, unless it goes on with a sentence.
pub(super) fn value(text: &str, end: usize) -> Option<(usize, usize)> {
    let (mut owned, mut linked) = (false, false);
    for (n, (at, word)) in words(&text[end..]).take(5).enumerate() {
        let bare = word.trim_start_matches(|c: char| !c.is_alphanumeric());
        let from = end + at + word.len() - bare.len();
        let to = from + bare.trim_end_matches(['`', ')', '}', ']', '"', '\'', ',', ';']).len();
        // `TextBox7 (password) Kudu!7`
        if bare.is_empty() && n == 0 {
            continue;
        }
        if owned {
            if word.ends_with(':') {
                let next = end + at + word.len();
                let from = next + text[next..].len() - text[next..].trim_start().len();
                return Some((from, from + setting(&text[from..])));
            }
            if linked && !is_known_all(word) {
                return Some((from, to));
            }
            // `from "Kudu7" to "Kudu8"`
            if word.trim_start_matches('\\').starts_with(['"', '\'']) && !is_known_all(word) {
                return Some((from, to));
            }
            linked |= classes(word).has(WordClass::May);
            continue;
        }
        if n == 0 && is_owner(word) {
            owned = true;
            continue;
        }
        // `password incorrect: Kudu7`, in any language.
        if word.ends_with(':')
            && n < MOST_BETWEEN
            && let Some((more, value)) = words(&text[end + at + word.len()..]).next()
            && is_told_value(value)
        {
            let from = end + at + word.len() + more;
            let bare = value.trim_matches(|c: char| "'\"`(),;[]{}".contains(c));
            let from = from + value.find(bare).unwrap_or(0);
            return Some((from, from + bare.len()));
        }
        // What follows is a server's answer.
        if is_reply_code(bare) {
            return None;
        }
        // `no password or OAuth2 token`
        if n > 0 && SecretNames::builtin().is_sign_in(bare.to_ascii_lowercase().as_bytes()) {
            continue;
        }
        let long_number = bare.len() >= 5 && bare.bytes().all(|b| b.is_ascii_digit());
        // Also a word in one case, where no program is known to use it.
        if !is_sentence(word) || long_number {
            return Some((from, to + groups(&text[to..], bare)));
        }
        if !is_known_all(word) {
            return Some((from, to + more(&text[to..], bare)));
        }
        if n == 0 && is_product(&text[..end], bare, &text[end + at + word.len()..]) {
            return Some((from, to));
        }
        // The sentence ends, or says whom it is about; or another argument of a method follows.
        let next_argument = word.ends_with(',') && text[..end].contains('(');
        if word.ends_with(['.', ';', '!', '?']) || next_argument || n > 0 && is_owner(word) {
            return None;
        }
    }
    None
}

/// `password thunderbird`: a word of programs that tells nothing of a mail, and that no phrase has behind the name. In the
/// middle of a sentence it must begin with a capital.
fn is_product(before: &str, word: &str, after: &str) -> bool {
    let mut names = before.rsplit(|c: char| !c.is_alphanumeric());
    let name = names.next().unwrap_or_default();
    // `does not pass DMARC`: no name, but what somebody does.
    let verb = names.next().map(classes).is_some_and(|said| said.has(WordClass::Not) || said.has(WordClass::May));
    !verb
        && (after.trim().is_empty() || word.starts_with(char::is_uppercase))
        && word.chars().all(char::is_alphanumeric)
        && classes(word).is_unknown()
        && !Vocabulary::builtin().has_pair(name, word)
}

/// Words behind one that nobody knows in which the value may stand.
const FAR: usize = 3;
/// Words between the name of a secret and the colon before its value.
const MOST_BETWEEN: usize = 2;

/// What a colon behind a few words tells, if that is no word of programs, no server, no address and no code.
fn is_told_value(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    let host = server_name::is_internet_name(bare) || word.contains('@') && word.contains('.');
    !bare.is_empty() && !is_known_all(word) && !host && !is_reply_code(bare) && !bare.contains("://")
}

fn classes(word: &str) -> WordClasses {
    word_classes(word.as_bytes())
}

/// Whether somebody's name follows: `for`, `vir`, `user`.
pub(super) fn is_owner(word: &str) -> bool {
    let classes = classes(word);
    !classes.has(WordClass::May) && (classes.has(WordClass::Sender) || classes.has(WordClass::Recipient))
}

/// How far what is hidden goes on behind a word that nobody knows, which may be one of a language: `lautet Kudu7`.
fn more(rest: &str, first: &str) -> usize {
    let (mut to, mut told, mut strange) = (0, false, true);
    for (at, word) in words(rest).take(FAR) {
        strange &= !is_known_all(word) && !word.ends_with(':');
        // `parol dlya fred: Kudu7`
        if strange || !is_sentence(word) || told && is_told_value(word) {
            to = at + word.len();
        }
        told = word.ends_with(':');
    }
    groups(rest, first).max(to)
}

/// How far a password goes on that is written in groups of one length: `abcd efgh ijkl mnop`.
fn groups(rest: &str, first: &str) -> usize {
    let group = |word: &str| word.len() == first.len() && word.bytes().all(|b| b.is_ascii_lowercase());
    let more = words(rest).take_while(|(_, word)| group(first) && group(word));
    let ends: Vec<usize> = more.map(|(at, word)| at + word.len()).collect();
    if ends.len() >= 2 { ends[ends.len() - 1] } else { 0 }
}
