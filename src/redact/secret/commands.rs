//! Command lines: passwords that stand behind an option without a space, in a pair, or alone.

use std::sync::OnceLock;

use crate::knowledge::{Needles, word_classes};

use super::super::{
    known_word,
    span::{Span, words},
};

/// Programs of which every word that is no path and no option may be a password (`net use \\\\srv\\x PASSWORD /user:fred`).
const BARE: [&str; 7] = ["net use", "net user", "net.exe use", "cmdkey", "runas", "smbclient", "psexec"];

/// Programs that take a password behind `-p` or `-P`.
const SHORT: &str = "mysql mysqldump psql sqlcmd isql osql sshpass plink psexec pscp docker redis-cli";

/// Marks around the words of a list.
const LISTED: [char; 10] = ['\'', '"', ',', '[', ']', '(', ')', '{', '}', ';'];

/// The words of a command line, also of one that is shown as a list: `['-u', 'fred', '-p', 'Kudu7']`.
fn args(text: &str) -> impl Iterator<Item = (usize, &str)> {
    words(text).filter_map(|(at, word)| {
        let head = word.len() - word.trim_start_matches(LISTED).len();
        let bare = word.trim_matches(LISTED);
        (!bare.is_empty()).then_some((at + head, bare))
    })
}

pub(super) fn arguments(text: &str, spans: &mut Vec<Span<()>>) {
    static PROGRAMS: OnceLock<Needles> = OnceLock::new();
    let programs = PROGRAMS.get_or_init(|| Needles::of(BARE.into_iter().chain(SHORT.split(' ')).map(str::as_bytes)));
    let named = programs.stand_in(text.as_bytes());
    let low = if named { text.to_ascii_lowercase() } else { String::new() };
    let program = |program: &&str| Some(memchr::memmem::find(low.as_bytes(), program.as_bytes())? + program.len());
    if let Some(at) = BARE.iter().filter(|_| named).find_map(program) {
        bare(text, at, spans);
    }
    // Most texts hold no mark of one behind what parts words.
    let begins = |at: usize| text[..at].chars().next_back().is_none_or(|c| c.is_whitespace() || LISTED.contains(&c));
    let may_have = memchr::memchr2_iter(b'-', b'/', text.as_bytes()).any(begins);
    let is_option = |(_, word): &(usize, &str)| option_name(word).is_some() || is_pair(word);
    let options = if may_have { args(text).filter(is_option).count() } else { 0 };
    handed(text, options > 0, spans);
    if options == 0 && !text.contains("-p=") {
        return;
    }
    let known = SHORT.split(' ').any(|program| low.contains(program)) || args(text).any(|(_, word)| names_user(word));
    // `option` takes the word at hand; `user` stands in one that names who signs in.
    let (mut option, mut sure, mut user) = (false, false, 0_u8);
    for (at, word) in args(text) {
        let asked = std::mem::take(&mut option) && (!super::is_sentence(word) || is_value(word));
        if asked && may_be_password(word) && (sure || !known_word::is_known(word)) {
            spans.push(Span::new(at, at + word.len(), ()));
        }
        user = if names_user(word) { 3 } else { user.saturating_sub(1) };
        if let Some(name) = option_name(word).filter(|_| user < 3) {
            let value = args(&text[at + word.len()..]).next().map_or("", |(_, value)| value);
            let plain = value.len() > SHORTEST_CELL && is_value(value) && !super::is_key(value);
            // In a line with other options, none that programs do not explain is known to take no password; and the one
            // behind that of the user takes it, whatever it is called.
            let strange = name.len() == 1 || !super::is_known_all(name) || user > 0;
            let named = ["p", "P", "k", "w"].contains(&name);
            option = named || (known || options > 1) && plain && strange;
            // Behind the name of a user it is a password even if programs use the word.
            sure = known && (named || user > 0 && !super::is_known_all(name))
                // `unzip -P invoice`, and no service: `-p submission`
                || ["p", "P"].contains(&name) && super::may_be_value(value) && word_classes(value.as_bytes()).is_unknown();
        }
        if !option {
            glued(at, word, known, spans);
        }
        // `-u fred:Kudu7`, `-U PRACTICE/fred%Kudu7`, `-u fred,Kudu7`
        if ["-u", "-U", "-lu", "--user", "--proxy-user"].contains(&word)
            && let Some((next, pair)) = args(&text[at + word.len()..]).next()
            && pair.contains(['%', ':', ','])
        {
            let from = at + word.len() + next;
            spans.push(Span::new(from, from + pair.len(), ()));
        }
    }
}

/// A word can stand behind an option without being an address, a server or a file.
fn is_value(word: &str) -> bool {
    !word.contains(['@', '.', '/', '\\', ':', '=', '<'])
}

/// The name of an option: `pw` of `-pw`, `--pw` and `/pw`.
pub(in crate::redact) fn option_name(word: &str) -> Option<&str> {
    let name = word.strip_prefix("--").or(word.strip_prefix(['-', '/']))?;
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (plain && name.starts_with(|c: char| c.is_ascii_alphabetic())).then_some(name)
}

/// `echo Kudu7 | mailer -pw -`, `mailer <<< Kudu7`: what a shell hands to a program.
fn handed(text: &str, has_options: bool, spans: &mut Vec<Span<()>>) {
    // By their first byte: a searcher takes longer to make than a line to look through.
    let places = |mark: &'static str| {
        let begins = memchr::memchr_iter(mark.as_bytes()[0], text.as_bytes());
        begins.filter(move |at| text.as_bytes()[*at..].starts_with(mark.as_bytes())).map(move |at| (at, mark))
    };
    for (at, mark) in ["echo ", "printf ", "<<< "].into_iter().flat_map(places) {
        let from = at + mark.len();
        let end = text[from..].find('|').map(|n| from + n);
        if end.is_none() && !has_options && mark != "<<< " {
            continue;
        }
        let handed = || args(&text[from..end.unwrap_or(text.len())]).filter(|(_, word)| !word.starts_with(['-', '%']));
        // One word alone is handed on for its own sake, whatever programs call so.
        let alone = end.is_some() && handed().count() == 1;
        spans.extend(
            handed()
                .filter(|(_, word)| {
                    may_be_password(word) && (!known_word::is_known(word) || alone && super::may_be_value(word))
                })
                .map(|(n, word)| Span::new(from + n, from + n + word.len(), ())),
        );
    }
}

/// Digits of a port.
const PORT: usize = 5;
/// Characters of a word that is no password behind an option that programs do not explain.
const SHORTEST_CELL: usize = 3;

/// `-u`, `-ufred`, `--user`, `/u`, `-xu`
fn names_user(word: &str) -> bool {
    let name = option_name(word).unwrap_or_default();
    name.starts_with(['u', 'U']) || name.len() <= 2 && name.ends_with(['u', 'U'])
}

/// `-ufred:PASSWORD`
fn is_pair(word: &str) -> bool {
    word.starts_with("-u") && word.contains(':')
}

/// `-pPASSWORD`, `-ufred:PASSWORD`
fn glued(at: usize, word: &str, known: bool, spans: &mut Vec<Span<()>>) {
    let named = super::OPTIONS.iter().chain(&["-p", "-P"]).find_map(|option| word.strip_prefix(*option));
    let Some(value) = named else {
        if is_pair(word) {
            spans.push(Span::new(at + 2, at + word.len(), ()));
        }
        return;
    };
    let value = value.trim_start_matches([':', '=']);
    // `-port`, `-proxy`, `-progress` go on with a word.
    let number = value.bytes().all(|b| b.is_ascii_digit());
    let strange = value.bytes().any(|b| b.is_ascii_digit()) || !value.bytes().all(|b| b.is_ascii_alphanumeric());
    let whole = word.trim_start_matches('-');
    // `-p=invoice`, and no service: `-p=submission`
    let assigned = whole.starts_with(['p', 'P']) && whole[1..].starts_with('=');
    if assigned && super::may_be_value(value) && word_classes(value.as_bytes()).is_unknown() {
        return spans.push(Span::new(at + word.len() - value.len(), at + word.len(), ()));
    }
    let named = whole.contains('=') || whole.contains('-') && !strange;
    if value.len() >= 4
        && !named
        && (strange && !(number && value.len() <= PORT) || known && !known_word::is_known(whole))
    {
        spans.push(Span::new(at + word.len() - value.len(), at + word.len(), ()));
    }
}

/// It is neither a port nor another option.
fn may_be_password(word: &str) -> bool {
    let port = word.bytes().all(|b| b.is_ascii_digit()) && word.len() <= PORT;
    !word.starts_with('-') && !port
}

fn bare(text: &str, from: usize, spans: &mut Vec<Span<()>>) {
    let mut before = "";
    for (at, word) in words(&text[from..]) {
        // Behind a share stands nothing but its password.
        let sure = std::mem::replace(&mut before, word).starts_with("\\\\");
        let option = word.starts_with(['/', '-', '\\', '*']) || word.len() == 2 && word.ends_with(':');
        let value = word.split_once(':').filter(|(name, _)| {
            name.starts_with(['/', '-'])
                && ["p", "pass", "password", "pwd", "savecred"].contains(&&*name[1..].to_ascii_lowercase())
        });
        let (begin, hidden) = match value {
            Some((name, value)) => (at + name.len() + 1, value),
            None if option => continue,
            None => (at, word),
        };
        if hidden.len() >= 4 && (sure || !known_word::is_known(hidden)) {
            spans.push(Span::new(from + begin, from + begin + hidden.len(), ()));
        }
    }
}
