//! Secrets that a sentence tells: the word behind a name.

use std::ops::Range;

use crate::{
    knowledge::{SecretNames, Vocabulary, WordClass, WordClasses, WordTable, plain_spelling, word_classes},
    smtp::AuthMechanism,
};

use super::{
    super::{server_name, span::words},
    HIDDEN, is_key, is_known_all, is_reply_code, is_sentence,
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
        let is = std::mem::replace(&mut last, if bare.is_empty() { word } else { bare });
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
            let after = &text[end + at + word.len()..];
            if linked && !is_known_all(word) || (is == "=" || is_copula(is)) && is_said(word, after) {
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
            // `changed password from Kudu7 to Kudu8`
            let mut said = text[..end].split_whitespace().rev().skip(1).take(MOST_VERDICTS);
            let next = words(&text[end + at + word.len()..]).next();
            if said.any(|verb| is_of_whole(verb, WordClass::Changed))
                && let Some((more, value)) = next.filter(|(_, value)| is_new_value(value, true))
            {
                let from = end + at + word.len() + more;
                let to = from + value.len();
                // `set password for fred = 'Kudu7'`: whose it is.
                if !text[to..].trim_start().starts_with('=') {
                    return Some((from, to));
                }
            }
            owned = true;
            continue;
        }
        // `password incorrect: Kudu7`, `Passwort falsch (Kudu7)`, in any language.
        let after = &text[end + at + word.len()..];
        let mut behind = words(after);
        if n < MOST_BETWEEN
            && let Some((more, value)) = behind.next()
            && (word.ends_with(':') && (is_told_value(value) || may_be_value(value) && behind.next().is_none())
                || is_verdict(bare) && value.starts_with('(') && value.ends_with(')') && may_be_value(value))
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
        if (!is_sentence(word) || long_number) && !leads_on(bare) {
            return Some((from, to + groups(&text[to..], bare)));
        }
        if !is_known_all(word) && !leads_on(bare) && !is_key(bare) {
            return Some((from, to + more(&text[to..], bare)));
        }
        if n == 0 && is_product(&text[..end], bare, after) {
            return Some((from, to));
        }
        // `my password is thunderbird`
        if (1..=MOST_BETWEEN).contains(&n) && is_copula(is) && is_said(word, after) {
            return Some((from, to));
        }
        // `password changed from Kudu7 to Kudu8`
        if n > 0 && is_owner(word) {
            let changed = is_of(is, WordClass::Changed);
            let next = words(after).next().map(|(at, word)| (text.len() - after.len() + at, word));
            return next.filter(|(_, word)| is_new_value(word, changed)).map(|(from, word)| {
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

/// `creds reception friday`, `credentials fred@own.co.za / invoice`: behind a name of both, who signs in and the secret, and
/// nothing else.
pub(super) fn pair(text: &str, end: usize) -> Option<(usize, usize)> {
    const MARKS: [char; 12] = [':', '=', '/', '|', ',', ';', '(', ')', '"', '\'', '{', '}'];
    let mut parts =
        text[end..].split(|c: char| c.is_whitespace() || MARKS.contains(&c)).filter(|part| !part.is_empty());
    let (user, password, rest) = (parts.next()?, parts.next()?, parts.next());
    let strange = is_place(user) || !is_known_all(user) && !is_verdict(user);
    let at = password.as_ptr() as usize - text.as_ptr() as usize;
    if password == HIDDEN {
        return Some((at, at));
    }
    let marked = text[..at].trim_end().ends_with(['/', '|', ',', ':']);
    let named = strange || may_be_value(user) && (marked || !is_verdict(user) && text[..end].ends_with("creds"));
    (rest.is_none_or(|rest| rest.starts_with(['<', '\\'])) && named && may_be_value(password))
        .then_some((at, at + password.len()))
}

/// `I use Kudu7 as my password`, `Kudu7 is not the password of fred`: the value stands before the name.
pub(super) fn value_before(before: &str) -> Option<Range<usize>> {
    let near = before.char_indices().rev().nth(NEAR).map_or(0, |(at, _)| at);
    let mut said = words(&before[near..]).collect::<Vec<_>>().into_iter().rev().peekable();
    let is_one = |word: &str, of: &[&str]| of.iter().any(|known| known.eq_ignore_ascii_case(word));
    let as_which = |word: &str| is_one(word, &["as", "als", "como", "comme", "come"]);
    let inside = |word: &str| is_one(word, &["in", "into"]);
    // `... is the password`, and not `... is password protected`
    let owned = said.peek().is_some_and(|(_, word)| !is_copula(word));
    let links = |word: &str| is_copula(word) || as_which(word) || inside(word);
    let (_, link) = said.by_ref().take(MOST_BETWEEN + 2).find(|(_, word)| links(word))?;
    let (mut at, mut word) = said.next()?;
    // `Kudu7 entered in the password box`, and no sentence in which something else happened there.
    if inside(link) && (!is_verdict(word) || is_known_failure(word)) {
        return None;
    }
    // `Kudu7 typed as the password`, `Kudu7 does not work as the password`
    let mut left = MOST_VERDICTS;
    while !is_copula(link) && left > 0 && is_verdict(word) {
        (at, word) = said.next()?;
        left -= 1;
    }
    let bare = word.trim_matches(|c: char| "'\"`(),;[]{}".contains(c));
    let number = bare.len() >= 4 && bare.bytes().all(|b| b.is_ascii_digit());
    // Behind an article it is a thing that somebody speaks of: `the problem is the password`.
    let noun = said.peek().is_some_and(|(_, before)| is_of_whole(before, WordClass::Article));
    let spoken_of = noun && left + 1 < MOST_VERDICTS;
    let named = !is_copula(link) && !spoken_of || owned && !noun && is_copula(link);
    let value = !is_sentence(word) || number || named && may_be_value(bare) || as_which(link) && !is_known_all(bare);
    let from = near + at + word.find(bare)?;
    (value && !is_place(bare) && !is_reply_code(bare) && bare.len() > 3).then_some(from..from + bare.len())
}

/// Whether a word that stands in the place of a secret is its value. Any is, unless it says something of the secret: how it
/// is, what became of it, or as grammar that a sentence goes on.
pub(in crate::redact) fn may_be_value(word: &str) -> bool {
    // A mark for the end of the line is none of its letters.
    let bare = word.split('<').next().unwrap_or(word).trim_matches(|c: char| !c.is_alphanumeric());
    bare.len() >= SHORTEST && bare.chars().all(char::is_alphabetic) && !is_verdict(bare) && !is_of_signing_in(bare)
}

/// The same where a sentence may stand as well: no phrase has words of grammar beside it, as it has beside nouns.
pub(super) fn may_be_value_in_sentence(word: &str) -> bool {
    let words = Vocabulary::builtin();
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    may_be_value(bare)
        && !["the", "be", "is", "you", "not", "a", "to", "been"].iter().any(|next| words.has_pair(bare, next))
        && !["is", "be", "not", "was", "been", "cannot", "must", "are"].iter().any(|last| words.has_pair(last, bare))
}

/// It says something of a secret, or is grammar. An ending tells that only of words that programs use.
pub(super) fn is_verdict(word: &str) -> bool {
    leads_on(word) || is_of(word, WordClass::Verdict) && is_known_all(word)
}

/// A word that nobody knows, and that leads on to the value: `lautet`, `gestel as`; one so short is hardly a value itself.
pub(super) fn leads_on(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    let short = !bare.is_empty() && bare.chars().count() < SHORTEST && bare.chars().all(char::is_alphabetic);
    short
        || [WordClass::Verdict, WordClass::Copula, WordClass::Changed].into_iter().any(|class| is_of_whole(bare, class))
        || is_of(bare, WordClass::Changed) && !is_known_all(bare)
}

/// The name of a secret, or a word about signing in: `password authentication`, `password combination`.
pub(super) fn is_of_signing_in(word: &str) -> bool {
    let low = word.to_ascii_lowercase();
    is_key(word)
        || SecretNames::builtin().is_sign_in(low.as_bytes())
        || AuthMechanism::from_wire(low.as_bytes()).is_some()
}

/// The word behind a form of `to be` is the secret: no verdict, and the sentence does not go on with what only a noun has
/// behind it.
fn is_said(word: &str, after: &str) -> bool {
    let ends = word.ends_with(['.', ',', ';', '!', '?', '"', '\'', ')']);
    let next = words(after).next().map(|(_, next)| next.trim_matches(|c: char| !c.is_alphanumeric()));
    may_be_value(word) && (ends || next.is_none_or(leads_on))
}

/// A form of `to be` in the languages of the names of secrets.
pub(super) fn is_copula(word: &str) -> bool {
    is_of(word, WordClass::Copula)
}

/// What stands behind `from` or `to` where a password was changed.
fn is_new_value(word: &str, changed: bool) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    !is_place(bare)
        && (!is_sentence(word)
            || if changed { may_be_value(bare) } else { bare.len() > SHORTEST && may_be_value_in_sentence(bare) })
}

/// An address, a server, a link.
pub(super) fn is_place(word: &str) -> bool {
    server_name::is_internet_name(word) || word.contains('@') && word.contains('.') || word.contains("://")
}

/// Letters of a word that is no word of grammar.
pub(super) const SHORTEST: usize = 4;
/// Letters of the name of a secret that nobody uses as a verb: `pass`.
const LONG_NAME: usize = 5;

/// `password thunderbird`: a word that is no verdict, and that no phrase has behind the name. Where the sentence goes on, it
/// must begin with a capital, or be none that a sentence about a password holds; unless what stands around is a setting.
fn is_product(before: &str, word: &str, after: &str) -> bool {
    let mut names = before.rsplit(|c: char| !c.is_alphanumeric()).filter(|name| !name.is_empty());
    let name = names.next().unwrap_or_default();
    // `does not pass DMARC`: no name, but what somebody does.
    let said = names.next();
    let verb = said.map(classes).is_some_and(|said| said.has(WordClass::Not) || said.has(WordClass::May));
    let plain = word.trim_end_matches(['.', ',', ';', '!', '?']);
    if verb || !plain.chars().all(char::is_alphanumeric) || Vocabulary::builtin().has_pair(name, plain) {
        return false;
    }
    // `user fred password invoice`, `pwd office, user fred`, `pass invoice host mail.own.co.za`
    let user = before.split_whitespace().rev().nth(2).is_some_and(is_setting);
    let next = words(after).next().map(|(_, next)| next.trim_matches(|c: char| !c.is_alphanumeric()));
    let told = user || next.is_some_and(is_setting);
    let ends = after.trim().is_empty() && plain == word || word.starts_with(char::is_uppercase);
    let judged = || is_typed_name(name) && next.is_some_and(is_verdict);
    classes(plain).is_unknown() && ends && plain == word && !is_verdict(plain) && !is_of_signing_in(plain)
        || told && may_be_value(plain)
        || name.len() >= LONG_NAME && (may_be_value_in_sentence(plain) || judged() && may_be_value(plain))
}

/// The name of a setting beside the secret: who signs in, and where.
pub(super) fn is_setting(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    [WordClass::User, WordClass::Host, WordClass::Port].into_iter().any(|class| is_of_whole(bare, class))
}

/// A known word that tells nothing of a mail: a name that programs use, too.
pub(super) fn is_nothing(word: &str) -> bool {
    word_classes(word.as_bytes()).is_unknown()
}

/// A known word that may be a value: it tells nothing of how things went, and names no setting and nobody.
pub(super) fn is_loose(word: &str) -> bool {
    is_known_all(word) && may_be_value(word) && !is_setting(word) && !is_owner(word)
}

/// A name of what somebody types, and no token of a program.
pub(super) fn is_typed_name(name: &str) -> bool {
    !is_of_whole(name, WordClass::Place) && !name.to_ascii_lowercase().contains("token")
}

/// Words about a value between it and the name behind it: `does not work as`.
const MOST_VERDICTS: usize = 4;
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

/// Something went wrong: `failed`, `denied`.
fn is_known_failure(word: &str) -> bool {
    classes(word).has(WordClass::Failed)
}

fn is_of(word: &str, class: WordClass) -> bool {
    WordTable::builtin().counts_as(&plain_spelling(word.as_bytes()), class)
}

/// The very word is of this class.
pub(super) fn is_of_whole(word: &str, class: WordClass) -> bool {
    WordTable::builtin().is(&plain_spelling(word.as_bytes()), class)
}

fn classes(word: &str) -> WordClasses {
    word_classes(word.as_bytes())
}

/// Whether somebody's name follows: `for`, `vir`, `user`.
pub(super) fn is_owner(word: &str) -> bool {
    let classes = classes(word);
    !classes.has(WordClass::May) && (classes.has(WordClass::Sender) || classes.has(WordClass::Recipient))
        || is_of_whole(word, WordClass::Whose)
}

/// How far what is hidden goes on behind a word that nobody knows, which may be one of a language: `lautet Kudu7`.
fn more(rest: &str, first: &str) -> usize {
    let (mut to, mut told, mut strange) = (0, false, true);
    for (n, (at, word)) in words(rest).take(FAR).enumerate() {
        // `lautet thunderbird`
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let value =
            n == 0 && first.bytes().all(|b| b.is_ascii_lowercase() || !b.is_ascii()) && may_be_value_in_sentence(bare);
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
