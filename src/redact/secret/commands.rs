//! Command lines: passwords that stand behind an option without a space, in a pair, or alone.

use std::sync::OnceLock;

use crate::knowledge::Needles;

use super::super::{
    allow_list, server_name,
    span::{Span, words},
};

/// Programs of which every word that is no path and no option may be a password (`net use \\\\srv\\x PASSWORD /user:fred`).
const BARE: [&str; 7] = ["net use", "net user", "net.exe use", "cmdkey", "runas", "smbclient", "psexec"];

/// Programs that take a password behind `-p` or `-P`.
const SHORT: [&str; 12] = [
    "mysql",
    "mysqldump",
    "psql",
    "sqlcmd",
    "isql",
    "osql",
    "sshpass",
    "plink",
    "psexec",
    "pscp",
    "docker",
    "redis-cli",
];

/// The words of a command line, also of one that is shown as a list: `['-u', 'fred', '-p', 'Kudu7']`.
fn args(text: &str) -> impl Iterator<Item = (usize, &str)> {
    const LISTED: [char; 10] = ['\'', '"', ',', '[', ']', '(', ')', '{', '}', ';'];
    words(text).filter_map(|(at, word)| {
        let head = word.len() - word.trim_start_matches(LISTED).len();
        let bare = word.trim_matches(LISTED);
        (!bare.is_empty()).then_some((at + head, bare))
    })
}

pub(super) fn arguments(text: &str, spans: &mut Vec<Span<()>>) {
    static PROGRAMS: OnceLock<Needles> = OnceLock::new();
    let programs = PROGRAMS.get_or_init(|| Needles::of(BARE.iter().chain(&SHORT).map(|program| program.as_bytes())));
    let low = if programs.stand_in(text.as_bytes()) { text.to_ascii_lowercase() } else { String::new() };
    if let Some(at) =
        BARE.iter().find_map(|program| Some(memchr::memmem::find(low.as_bytes(), program.as_bytes())? + program.len()))
    {
        bare(text, at, spans);
    }
    slashes(text, spans);
    if !text.contains('-') {
        return;
    }
    let options = args(text).filter(|(_, word)| word.len() > 1 && word.starts_with('-')).count();
    let known = options > 0
        && (SHORT.iter().any(|program| low.contains(program)) || args(text).any(|(_, word)| names_user(word)));
    let mut option = false;
    for (at, word) in args(text) {
        if std::mem::take(&mut option) && (known || options > 1 || !super::is_sentence(word)) && is_password(word) {
            spans.push(Span::new(at, at + word.len(), ()));
        }
        match word {
            "-p" | "-P" | "-k" | "-w" => option = true,
            _ if is_beside_user(text, word) => option = true,
            "-U" | "-u" | "--user" => {}
            _ => glued(at, word, known, spans),
        }
        if ["-U", "-lu"].contains(&word)
            && let Some((next, pair)) = words(&text[at + word.len()..]).next()
            && pair.contains(['%', ':'])
        {
            let from = at + word.len() + next;
            spans.push(Span::new(from, from + pair.len(), ()));
        }
        if word == "-u"
            && let Some((next, pair)) = args(&text[at + word.len()..]).next()
            && pair.contains(',')
        {
            let from = at + word.len() + next;
            spans.push(Span::new(from, from + pair.len(), ()));
        }
    }
}

/// `connect('mail.own.co.za', 587, 'fred', 'Kudu7')`: behind a server, a call is given who signs in and how.
pub(super) fn connects(text: &str, spans: &mut Vec<Span<()>>) {
    for (open, _) in text.match_indices('(') {
        let inner = &text[open + 1..];
        let inner = &inner[..inner.find(')').unwrap_or(inner.len())];
        let (mut host, mut at) = (false, open + 1);
        for item in inner.split(',') {
            let from = at + item.len() - item.trim_start().len();
            at += item.len() + 1;
            let bare = item.trim().trim_matches(QUOTES);
            let quoted = bare.len() < item.trim().len() && !bare.is_empty() && !bare.contains(' ');
            if quoted && host && !bare.contains('@') && !super::is_known_all(bare) {
                let from = from + text[from..].find(bare).unwrap_or(0);
                spans.push(Span::new(from, from + bare.len(), ()));
            }
            host |= quoted && server_name::is_internet_name(bare);
        }
    }
}

/// Quotes around an argument, also where a word processor has turned them.
const QUOTES: [char; 7] = ['\'', '"', '`', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}'];

/// `-u`, `-ufred`
fn names_user(word: &str) -> bool {
    word.starts_with("-u") || word.starts_with("-U")
}

/// `/u fred /p`, `-xu fred -xp`, `--au fred --ap`: an option that is named like the user's, with a `p` for its `u`.
fn is_beside_user(text: &str, option: &str) -> bool {
    let Some(head) = option.strip_suffix(['p', 'P']).filter(|head| head.starts_with(['-', '/']) && head.len() <= 4)
    else {
        return false;
    };
    let user = |word: &str| word.strip_suffix(['u', 'U']).is_some_and(|other| other.eq_ignore_ascii_case(head));
    args(text).any(|(_, word)| user(word))
}

/// `mailer /u fred /p PASSWORD`
fn slashes(text: &str, spans: &mut Vec<Span<()>>) {
    let option = |word: &str, names: &[&str]| {
        word.strip_prefix('/').is_some_and(|name| names.iter().any(|known| known.eq_ignore_ascii_case(name)))
    };
    let named = words(text).any(|(_, word)| option(word, &["user", "username", "login", "l"]));
    let mut asks = false;
    for (at, word) in words(text) {
        if asks && !word.starts_with('/') && is_password(word) {
            spans.push(Span::new(at, at + word.len(), ()));
        }
        asks = named && option(word, &["p", "pw"]) || is_beside_user(text, word);
    }
}

/// `-pPASSWORD`, `-ufred:PASSWORD`
fn glued(at: usize, word: &str, known: bool, spans: &mut Vec<Span<()>>) {
    let Some(value) = word.strip_prefix("-p").or(word.strip_prefix("-P")) else {
        if word.starts_with("-u") && word.len() > 3 && word.contains(':') {
            spans.push(Span::new(at + 2, at + word.len(), ()));
        }
        return;
    };
    let value = value.trim_start_matches([':', '=']);
    // `-port`, `-proxy`, `-progress` go on with a word.
    let number = value.bytes().all(|b| b.is_ascii_digit());
    let strange = value.bytes().any(|b| b.is_ascii_digit()) || !value.bytes().all(|b| b.is_ascii_alphanumeric());
    let whole = word.trim_start_matches('-');
    let named = whole.contains('=') || whole.contains('-') && !strange;
    if value.len() >= 4 && !named && (strange && !number || known && !allow_list::is_known(whole)) {
        spans.push(Span::new(at + word.len() - value.len(), at + word.len(), ()));
    }
}

fn is_password(word: &str) -> bool {
    let port = word.bytes().all(|b| b.is_ascii_digit()) && word.len() <= 5;
    !word.starts_with('-') && !port && !allow_list::is_known(word)
}

fn bare(text: &str, from: usize, spans: &mut Vec<Span<()>>) {
    for (at, word) in words(&text[from..]) {
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
        if hidden.len() >= 4 && !allow_list::is_known(hidden) {
            spans.push(Span::new(from + begin, from + begin + hidden.len(), ()));
        }
    }
}
