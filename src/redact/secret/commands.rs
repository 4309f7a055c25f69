//! Command lines: passwords that stand behind an option without a space, in a pair, or alone.

use std::sync::OnceLock;

use crate::knowledge::{Needles, WordClass, WordTable, plain_spelling};

use super::super::{
    allow_list, server_name,
    span::{Span, words},
    trace,
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
    in_two(text, spans);
    let options = args(text).filter(|(_, word)| option_name(word).is_some()).count();
    handed(text, options > 0, spans);
    if options == 0 {
        return;
    }
    let known = SHORT.iter().any(|program| low.contains(program)) || args(text).any(|(_, word)| names_user(word));
    // `option` takes the word at hand; `user` stands in one that names who signs in.
    let (mut option, mut user) = (false, 0_u8);
    for (at, word) in args(text) {
        if std::mem::take(&mut option) && (!super::is_sentence(word) || is_value(word)) && is_password(word) {
            spans.push(Span::new(at, at + word.len(), ()));
        }
        user = if names_user(word) { 3 } else { user.saturating_sub(1) };
        if let Some(name) = option_name(word).filter(|_| user < 3) {
            let value = args(&text[at + word.len()..]).next().map_or("", |(_, value)| value);
            let plain = value.len() > SHORTEST_CELL && is_value(value) && !super::is_key(value);
            // In a line with other options, none that programs do not explain is known to take no password; and the one
            // behind that of the user takes it, whatever it is called.
            let strange = name.len() == 1 || !super::is_known_all(name) || user > 0;
            option = ["p", "P", "k", "w"].contains(&name) || (known || options > 1) && plain && strange;
        }
        if !option {
            glued(at, word, known, spans);
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

/// `connect('mail.own.co.za', 587, 'fred', 'Kudu7')`: behind a server or an address, a call is given who signs in and how.
pub(super) fn connects(text: &str, spans: &mut Vec<Span<()>>) {
    for (open, _) in text.match_indices('(') {
        let inner = &text[open + 1..];
        let inner = &inner[..inner.find(')').unwrap_or(inner.len())];
        let called = text[..open].rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let (mut host, mut signer, mut at, addressed) = (false, false, open + 1, is_addressed(called));
        for item in inner.split(',').take(ARGUMENTS) {
            let from = at + item.len() - item.trim_start().len();
            at += item.len() + 1;
            let bare = item.trim().trim_matches(QUOTES);
            let quoted = bare.len() < item.trim().len() && !bare.is_empty();
            if quoted && (host || signer && !bare.contains(' ')) && !bare.contains('@') && !super::is_known_all(bare) {
                let from = from + text[from..].find(bare).unwrap_or(0);
                spans.push(Span::new(from, from + bare.len(), ()));
            }
            host |= quoted && server_name::is_internet_name(bare);
            signer |= quoted && !addressed && bare.contains('@');
        }
    }
}

/// `addAddress`, `setFrom`: behind an address it is told whose that is.
fn is_addressed(called: &str) -> bool {
    let last = trace::pieces(called).last().unwrap_or_default();
    let classes = WordTable::builtin().classes(&plain_spelling(last.as_bytes()));
    last.eq_ignore_ascii_case("address") || classes.has(WordClass::Recipient) || classes.has(WordClass::Sender)
}

/// Whether the name follows by which somebody signs in.
fn signs_in(word: &str) -> bool {
    const SIGN_IN: [&str; 11] = [
        "login",
        "logon",
        "sign",
        "signin",
        "credentials",
        "authenticate",
        "authentication",
        "user",
        "username",
        "as",
        "auth",
    ];
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    SIGN_IN.iter().any(|known| known.eq_ignore_ascii_case(bare))
}

/// Whether a word can stand behind an option without being an address, a server or a file.
fn is_value(word: &str) -> bool {
    !word.contains(['@', '.', '/', '\\', ':', '=', '<'])
}

/// The name of an option: `pw` of `-pw`, `--pw` and `/pw`.
fn option_name(word: &str) -> Option<&str> {
    let name = word.strip_prefix("--").or(word.strip_prefix(['-', '/']))?;
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (plain && name.starts_with(|c: char| c.is_ascii_alphabetic())).then_some(name)
}

/// `echo Kudu7 | mailer -pw -`, `mailer <<< Kudu7`: what a shell hands to a program.
fn handed(text: &str, has_options: bool, spans: &mut Vec<Span<()>>) {
    for (at, mark) in ["echo ", "printf ", "<<< "].iter().flat_map(|mark| text.match_indices(mark)) {
        let from = at + mark.len();
        let end = text[from..].find('|').map(|n| from + n);
        if end.is_none() && !has_options {
            continue;
        }
        let handed = args(&text[from..end.unwrap_or(text.len())]).take_while(|(_, word)| !word.starts_with('-'));
        spans.extend(
            handed
                .filter(|(_, word)| is_password(word))
                .map(|(n, word)| Span::new(from + n, from + n + word.len(), ())),
        );
    }
}

/// `login fred Kudu7`, `mail.own.co.za fred Kudu7`, `\\\\srv\\x fred Kudu7`: behind what somebody signs in to, two words that no
/// program uses, and no more: in a sentence of some language they go on, and a person's name begins with a capital.
fn in_two(text: &str, spans: &mut Vec<Span<()>>) {
    let strange = |word: &str| word.len() >= SHORTEST_CELL && is_value(word) && !super::is_known_all(word);
    let (mut near, mut share, mut user) = (0_u8, false, false);
    let mut line = words(text).peekable();
    while let Some((at, word)) = line.next() {
        let bare = word.trim_matches(QUOTES);
        let server = bare.contains('.') && server_name::is_internet_name(bare);
        if std::mem::take(&mut user)
            && strange(bare)
            && (near > 0 || line.peek().is_some_and(|(_, next)| server_name::is_internet_name(next)))
            && line.peek().is_none_or(|(_, next)| !strange(next))
        {
            let from = at + word.find(bare).unwrap_or(0);
            spans.push(Span::new(from, from + bare.len(), ()));
            continue;
        }
        let named = bare.chars().all(|c| c.is_alphanumeric() || "._-".contains(c));
        user = named
            && bare.len() >= SHORTEST_CELL
            && !server
            && !super::is_known_all(bare)
            && (share || bare.starts_with(|c: char| c.is_lowercase()));
        share = word.starts_with("\\\\") && word.len() > 4;
        near = if share || server || signs_in(word) { 3 } else { near.saturating_sub(1) };
    }
}

/// `fred|Kudu7|mail.own.co.za`, `{mail.own.co.za 587 fred Kudu7 true}`: rows in which a server stands.
pub(super) fn rows(text: &str, spans: &mut Vec<Span<()>>) {
    if !text.contains('.') {
        return;
    }
    for mark in ['|', ';', ','].into_iter().filter(|mark| text.matches(*mark).count() >= 2) {
        if mark != ',' || !text.contains(", ") {
            row(text, 0, mark, spans);
        }
    }
    let may_hold = |word: &str| word.contains('.') && !word.starts_with('/') && !word.contains(['"', '<']);
    for (at, word) in words(text).filter(|(_, word)| may_hold(word) && !word.contains("//")) {
        if let Some(mark) = [':', '/'].into_iter().find(|mark| word.matches(*mark).count() >= 2) {
            row(word, at, mark, spans);
        }
    }
    for (open, bracket) in text.match_indices(['{', '(']) {
        let (inner, close) = (&text[open + 1..], if bracket == "{" { b'}' } else { b')' });
        let inner = &inner[..inner.bytes().take(ROW).position(|b| b == close).unwrap_or(0)];
        if inner.contains('.') && !inner.contains(':') {
            row(inner, open + 1, if inner.contains(',') { ',' } else { ' ' }, spans);
        }
    }
}

/// Beside a server, the words of a row that no program uses, but for the first, which is who signs in unless the name of a short
/// row has a dot or is an address. `at` is where the row begins.
fn row(row: &str, mut at: usize, mark: char, spans: &mut Vec<Span<()>>) {
    let last = row.matches(mark).count();
    let (mut host, mut named, mut strange) = (false, false, Vec::new());
    for (nth, cell) in row.split(mark).enumerate() {
        // Other words may stand before the row and behind it.
        let word = match nth {
            0 => cell.split(' ').next_back().unwrap_or(cell),
            _ if nth == last => cell.trim_start().split(' ').next().unwrap_or(cell),
            _ => cell.trim(),
        };
        let word = word.trim_matches(QUOTES);
        let from = at + if nth == 0 { cell.rfind(word) } else { cell.find(word) }.unwrap_or(0);
        at += cell.len() + mark.len_utf8();
        let name = word.rsplit_once(':').map_or(word, |(host, _)| host);
        let server = server_name::is_internet_name(name.trim_start_matches("*."));
        host |= server;
        named |= last < SHORT_ROW && !server && word.contains(['@', '.']) && !super::is_known_all(word);
        if word.len() >= SHORTEST_CELL && !word.contains(' ') && is_value(word) && is_password(word) {
            strange.push(Span::new(from, from + word.len(), ()));
        }
    }
    if host {
        spans.extend(strange.into_iter().skip(usize::from(!named)));
    }
}

/// Bytes of a row in brackets, and arguments of a call that are looked at: each bracket of a hostile line opens one.
const ROW: usize = 400;
const ARGUMENTS: usize = 32;
/// Marks in a row of who signs in, how and where: with fewer it holds nothing else.
const SHORT_ROW: usize = 4;

/// Characters of a name or a password in a row.
const SHORTEST_CELL: usize = 3;

/// Quotes around an argument, also where a word processor has turned them.
const QUOTES: [char; 7] = ['\'', '"', '`', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}'];

/// `-u`, `-ufred`, `--user`, `/u`, `-xu`
fn names_user(word: &str) -> bool {
    let name = option_name(word).unwrap_or_default();
    name.starts_with(['u', 'U']) || name.len() <= 2 && name.ends_with(['u', 'U'])
}

/// `-pPASSWORD`, `-ufred:PASSWORD`
fn glued(at: usize, word: &str, known: bool, spans: &mut Vec<Span<()>>) {
    let named = super::OPTIONS.iter().chain(&["-p", "-P"]).find_map(|option| word.strip_prefix(*option));
    let Some(value) = named else {
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
