//! Secrets that a sentence tells: the word behind a name.

use std::ops::Range;

use crate::knowledge::{SecretNames, Vocabulary, WordClass, WordClasses, plain_spelling, word_classes};

use super::{
    super::{server_name, span::words},
    is_known_all, is_reply_code, is_sentence,
    value::setting,
};

/// `password Kudu!7`, `password is Kudu!7`, `Password (Kudu!7)`: the word behind, unless it goes on with a sentence.
pub(super) fn value(text: &str, end: usize) -> Option<(usize, usize)> {
    let (mut owned, mut linked, mut told) = (false, false, None);
    let mut last = "";
    for (n, (at, word)) in words(&text[end..]).take(5).enumerate() {
        let bare = word.trim_start_matches(|c: char| !c.is_alphanumeric());
        let from = end + at + word.len() - bare.len();
        let to = from + bare.trim_end_matches(['`', ')', '}', ']', '"', '\'', ',', ';']).len();
        // `TextBox7 (password) Kudu!7`
        if bare.is_empty() && n == 0 {
            continue;
        }
        let is = std::mem::replace(&mut last, bare);
        if owned {
            // `changed the password to Kudu7`, unless a value of its own follows.
            if !is_sentence(word) && !is_place(bare) {
                told = told.or(Some((from, to)));
            }
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
        let after = &text[end + at + word.len()..];
        if n == 0 && is_product(&text[..end], bare, after) {
            return Some((from, to));
        }
        // `my password is thunderbird`
        if n == 1 && is_copula(is) && is_said_to_be(is, bare) {
            return Some((from, to));
        }
        // `password changed from Kudu7 to Kudu8`
        if n > 0 && is_owner(word) {
            let next = words(after).next().map(|(at, word)| (text.len() - after.len() + at, word));
            return next.filter(|(_, word)| is_new_value(word)).map(|(from, word)| {
                (from, from + word.trim_end_matches(['`', ')', ']', '"', '\'', ',', ';', '.']).len())
            });
        }
        // The sentence ends, or says whom it is about; or another argument of a method follows.
        let next_argument = word.ends_with(',') && text[..end].contains('(');
        if word.ends_with(['.', ';', '!', '?']) || next_argument {
            return told;
        }
    }
    told
}

/// `I use Kudu7 as my password`, `Kudu7 is not the password of fred`: the value stands before the name.
pub(super) fn value_before(before: &str) -> Option<Range<usize>> {
    let near = before.char_indices().rev().nth(NEAR).map_or(0, |(at, _)| at);
    let mut said = words(&before[near..]).collect::<Vec<_>>().into_iter().rev();
    let as_which =
        |word: &str| ["as", "als", "como", "comme", "come"].iter().any(|known| known.eq_ignore_ascii_case(word));
    let (_, link) = said.by_ref().take(MOST_BETWEEN + 1).find(|(_, word)| is_copula(word) || as_which(word))?;
    let (at, word) = said.next()?;
    let bare = word.trim_matches(|c: char| "'\"`(),;[]{}".contains(c));
    let number = bare.len() >= 4 && bare.bytes().all(|b| b.is_ascii_digit());
    let value = !is_sentence(word) || number || as_which(link) && (!is_known_all(bare) || may_be_value(bare));
    let from = near + at + word.find(bare)?;
    (value && !is_place(bare) && !is_reply_code(bare) && bare.len() > 3).then_some(from..from + bare.len())
}

/// A word of programs that nobody would say of a password, neither how it went nor what became of it: somebody made one of it.
pub(super) fn may_be_value(word: &str) -> bool {
    const TELLING: [WordClass; 16] = [
        WordClass::Failed,
        WordClass::Sent,
        WordClass::Well,
        WordClass::Begins,
        WordClass::Send,
        WordClass::Not,
        WordClass::May,
        WordClass::LevelFailed,
        WordClass::Recipient,
        WordClass::Sender,
        WordClass::Secret,
        WordClass::SignIn,
        WordClass::Reply,
        WordClass::Place,
        WordClass::Connected,
        WordClass::Closed,
    ];
    let told = classes(word);
    word.len() >= SHORTEST
        && word.bytes().all(|b| b.is_ascii_alphabetic())
        && !word.ends_with("ed")
        && !TELLING.into_iter().any(|class| told.has(class))
        && !is_of_grammar(word)
}

/// In phrases words of grammar stand beside it, as they do beside verbs and each other.
fn is_of_grammar(word: &str) -> bool {
    let words = Vocabulary::builtin();
    ["the", "be", "is", "you", "not", "a", "to", "been"].iter().any(|next| words.has_pair(word, next))
        || ["is", "be", "not", "was", "been", "cannot", "must", "are"].iter().any(|last| words.has_pair(last, word))
}

/// The word behind a form of `to be` is no part of what phrases say so.
fn is_said_to_be(is: &str, word: &str) -> bool {
    let plain = word.trim_end_matches(['.', ',', ';', '!', '?']);
    !Vocabulary::builtin().has_pair(is, plain) && may_be_value(plain)
}

/// A form of `to be` in the languages of the names of secrets.
fn is_copula(word: &str) -> bool {
    const FORMS: [&str; 10] = ["is", "was", "ist", "war", "es", "era", "est", "e", "ke", "ngu"];
    FORMS.iter().any(|form| form.as_bytes() == plain_spelling(word.as_bytes()))
}

/// What stands behind `from` or `to` where a password was changed.
fn is_new_value(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    !is_place(bare) && (!is_sentence(word) || may_be_value(bare))
}

/// An address, a server, a link.
fn is_place(word: &str) -> bool {
    server_name::is_internet_name(word) || word.contains('@') && word.contains('.') || word.contains("://")
}

/// Letters of a word that is no word of grammar.
const SHORTEST: usize = 5;

/// `password thunderbird`: a word of programs that tells nothing of a mail, and that no phrase has behind the name. In the
/// middle of a sentence it must begin with a capital, or be none that a sentence about a password holds.
fn is_product(before: &str, word: &str, after: &str) -> bool {
    let mut names = before.rsplit(|c: char| !c.is_alphanumeric());
    let name = names.next().unwrap_or_default();
    // `does not pass DMARC`: no name, but what somebody does.
    let verb = names.next().map(classes).is_some_and(|said| said.has(WordClass::Not) || said.has(WordClass::May));
    let plain = word.trim_end_matches(['.', ',', ';', '!', '?']);
    let ends = after.trim().is_empty() && plain == word || word.starts_with(char::is_uppercase);
    !verb
        && plain.chars().all(char::is_alphanumeric)
        && (classes(plain).is_unknown() && ends && plain == word || name.len() >= SHORTEST && may_be_value(plain))
        && !Vocabulary::builtin().has_pair(name, plain)
}

/// Characters before the name of a secret that are looked at.
const NEAR: usize = 80;
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
    for (n, (at, word)) in words(rest).take(FAR).enumerate() {
        // `lautet thunderbird`
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let value = n == 0 && first.bytes().all(|b| b.is_ascii_lowercase() || !b.is_ascii()) && may_be_value(bare);
        strange &= (!is_known_all(word) || value) && !word.ends_with(':');
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
