//! Secrets that a sentence tells: the word behind a name.

use super::{
    super::{server_name, span::words},
    is_known_all, is_reply_code, is_sentence,
    value::setting,
};

/// `password Kudu!7`, `password is Kudu!7`, `Password (Kudu!7)`: the word behind, unless it goes on with a sentence.
pub(super) fn value(text: &str, start: usize, end: usize) -> Option<(usize, usize)> {
    const LINKS: [&str; 18] = [
        "from",
        "van",
        "is",
        "was",
        "to",
        "set",
        "as",
        "with",
        "changed",
        "now",
        "used",
        "given",
        "entered",
        "incorrect",
        "incorrecta",
        "incorrecto",
        "falsch",
        "es",
    ];
    // Whose password it is, before the colon.
    const OWNERS: [&str; 7] = ["for", "of", "vir", "van", "de", "von", "para"];
    let told = wrong(&text[..start]);
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
            linked |= matches!(word, "is" | "was");
            continue;
        }
        if n == 0 && OWNERS.contains(&word) {
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
        let long_number = bare.len() >= 5 && bare.bytes().all(|b| b.is_ascii_digit());
        // Also a word in one case, where no program is known to use it.
        let strange = !is_known_all(word) && (told || n == 0 || bare.starts_with(|c: char| c.is_ascii_uppercase()));
        if !is_sentence(word) || long_number || strange {
            return Some((from, to + groups(&text[to..], bare)));
        }
        if !LINKS.contains(&word) {
            return None;
        }
    }
    None
}

/// Words between the name of a secret and the colon before its value.
const MOST_BETWEEN: usize = 2;

/// What a colon behind a few words tells, if that is no word of programs, no server, no address and no code.
fn is_told_value(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    let host = server_name::is_internet_name(bare) || word.contains('@') && word.contains('.');
    !bare.is_empty() && !is_known_all(word) && !host && !is_reply_code(bare) && !bare.contains("://")
}

/// How far a password goes on that is written in groups of one length: `abcd efgh ijkl mnop`.
fn groups(rest: &str, first: &str) -> usize {
    let group = |word: &str| word.len() == first.len() && word.bytes().all(|b| b.is_ascii_lowercase());
    let more = words(rest).take_while(|(_, word)| group(first) && group(word));
    let ends: Vec<usize> = more.map(|(at, word)| at + word.len()).collect();
    if ends.len() >= 2 { ends[ends.len() - 1] } else { 0 }
}

/// Whether a text tells that the password is wrong, or whose it is: then what follows is the password, however plain.
fn wrong(before: &str) -> bool {
    const WORDS: [&str; 22] = [
        "wrong",
        "bad",
        "invalid",
        "incorrect",
        "verkeerde",
        "foutiewe",
        "ongeldige",
        "falsches",
        "ungueltiges",
        "using",
        "tried",
        "with",
        "met",
        "new",
        "nuwe",
        "old",
        "ou",
        "the",
        "my",
        "your",
        "temporary",
        "user",
    ];
    let low = before.trim_end().rsplit(' ').next().unwrap_or_default().to_lowercase();
    WORDS.contains(&low.trim_matches(|c: char| !c.is_alphanumeric()))
}
