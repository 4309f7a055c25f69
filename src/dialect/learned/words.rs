//! What a writer says about a connection, in English and Afrikaans, and the settings it shows. Words of everyday
//! language only: no program is known here by its phrases.

use std::collections::BTreeSet;

use super::token::tokens;
pub(super) use crate::dialect::tokenize::words;
use crate::{
    container::MARK,
    dialect::{
        Kind, number,
        template::{Hole, Piece, Template},
        tokenize::is_word,
    },
    knowledge::{WordClass, WordTable, plain_spelling, word_classes},
    smtp::{PORTS, is_host_name},
};

/// A line about the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct About {
    pub kind: Kind,
    pub template: Template,
}

/// Longer lines are records of many fields, or tell more than that a connection begins or ends.
const LONGEST: usize = 240;

/// This is a word by which lines about connections are known, which so is nobody's name.
pub(crate) fn is_of_connections(word: &str) -> bool {
    WordTable::builtin().is_of_connections(&plain_spelling(word.as_bytes()))
}

/// A row of this class holds the word.
pub(super) fn is_of(word: &str, class: WordClass) -> bool {
    WordTable::builtin().is(&plain_spelling(word.as_bytes()), class)
}

/// The word turns a line about a connection into one about its error.
pub(super) fn tells_of_trouble(word: &str) -> bool {
    is_of(word, WordClass::Trouble)
}

/// What the line says about the connection, if it does, with its template.
pub(super) fn about(line: &[u8], around: &Around) -> Option<About> {
    let line = line.trim_ascii_end();
    if line.len() > LONGEST {
        return None;
    }
    let setting = named(line).filter(|(name, _)| hole(name).is_some());
    let all = self::words(line);
    // Most lines have no such word, and are asked nothing more.
    if setting.is_none() && !all.iter().any(|word| is_of_connections(word) || is_tls(word)) {
        return None;
    }
    let (pieces, holes) = pieces(line, around);
    let words = literals(&pieces);
    let own: Vec<&String> = words.iter().filter(|word| !around.words.contains(*word)).collect();
    let setting = setting.filter(|_| own.len() <= 8);
    // A password in the middle of a line has no template: it would stand in it.
    let (name, told) = match &setting {
        Some((name, value)) => (name.as_str(), self::words(&line[..*value])),
        None => ("", all),
    };
    if told.iter().any(|word| is_secret(word) && !name.ends_with(word.as_str())) {
        return None;
    }
    let kind = if setting.is_some() { Kind::Setting } else { kind(&words, &own, holes)? };
    Some(About { kind, template: Template::new(pieces).ok()? })
}

/// The words of a line that are the same each time. The name of a host says nothing: `mail.example.co.za` is no mail.
pub(super) fn literals<'p>(pieces: impl IntoIterator<Item = &'p Piece>) -> Vec<String> {
    let literals = pieces.into_iter().flat_map(|piece| match piece {
        Piece::Literal(literal) => literal.clone(),
        _ => vec![b' '],
    });
    words(&literals.collect::<Vec<u8>>())
}

/// What the words say happened to the connection. The line's own words are those that do not stand around the dialogue too:
/// only they can make it a line about something else.
fn kind(words: &[String], own: &[&String], holes: Holes) -> Option<Kind> {
    let of = |class: WordClass| words.iter().any(|word| is_of(word, class));
    let any = |of: &[&str]| words.iter().any(|word| of.contains(&word.as_str()));
    // `connect ETIMEDOUT 192.0.2.1:587`
    let failed = |word: &String| word_classes(word.as_bytes()).has(WordClass::Failed);
    let of_own = |class: WordClass| own.iter().any(|word| is_of(word, class));
    let fails = own.iter().any(|word| failed(word) && !is_of(word, WordClass::Closed));
    if of_own(WordClass::Trouble) || fails || of_own(WordClass::Within) && !any(&["connection", "verbinding"]) {
        return None;
    }
    // Who is connected *from* somewhere is a server, and its log is not ours.
    let leaves = !own.iter().any(|word| *word == "from");
    let tls = words.iter().any(|word| is_tls(word));
    if tls && any(&["starting", "started", "begins", "begin"]) && !of(WordClass::Connected) && !any(&["ready"]) {
        // It only begins: whether it comes about stands elsewhere.
        return Some(Kind::Ignore);
    }
    // A file is opened too, and `opened` alone tells little.
    let opened = any(&["opened", "geopen"]);
    let named = of(WordClass::Connection) || own.len() <= 3 && !opened && !of(WordClass::File) || holes.host;
    if leaves && of(WordClass::Connected) && named && !(opened && of(WordClass::File)) {
        return Some(Kind::Connected);
    }
    let disconnects = words.iter().any(|word| word.starts_with("disconnect"));
    if of(WordClass::Closed) && (of(WordClass::Connection) || own.len() <= 2 || disconnects) {
        return Some(Kind::Closed);
    }
    let tries = leaves && of(WordClass::Connecting) && holes.host;
    let tries = tries || any(&["connecting", "verbind", "koppel"]) && own.len() <= 6;
    let tries = tries || holes.arrow && of(WordClass::Connection) && own.len() <= 2;
    let starts = of(WordClass::Starts) && any(&["session", "sessie", "conversation", "connection", "verbinding"]);
    if tries || starts {
        return Some(Kind::Connecting);
    }
    is_secured(words).then_some(Kind::Secured)
}

fn is_tls(word: &str) -> bool {
    word.starts_with("tls") || word.starts_with("ssl")
}

/// Words that say of TLS that it stands.
const SECURED: &str =
    "established negotiated completed started using cipher secured active suite versleutel gevestig begin";

fn is_secured(words: &[String]) -> bool {
    let has = |of: &[&str]| words.iter().any(|word| of.contains(&word.as_str()));
    words.iter().any(|word| is_tls(word))
        && words.iter().any(|word| SECURED.split(' ').any(|known| known == word))
        && !has(&["ready", "starting", "not"])
}

/// What the line names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Holes {
    pub host: bool,
    pub port: bool,
    pub key: bool,
    /// An arrow leads to the host: `Session 51: -> mail.b.example`.
    pub arrow: bool,
}

/// The text around the dialogue; nothing is known where there is none.
#[derive(Debug, Default)]
pub(super) struct Around {
    /// Values of the session key.
    pub keys: BTreeSet<Vec<u8>>,
    /// Words of the frames.
    pub words: BTreeSet<String>,
    /// The columns that every line of the writer has, and the text behind them.
    pub stem: Option<Template>,
}

/// The pieces of a whole line, with holes for the server's name and port, which are sought behind the writer's columns.
pub(super) fn pieces(line: &[u8], around: &Around) -> (Vec<Piece>, Holes) {
    let mut out = Vec::new();
    let mut holes = Holes::default();
    let mut at = 0;
    if let Some(stem) = &around.stem
        && let Some(found) = stem.matches(line)
    {
        out.extend(stem.pieces().take_while(|piece| *piece != Piece::Hole(Hole::Text)));
        holes.key = stem.has(Hole::Session);
        at = line.len() - found.text.len();
    }
    let head = tokens(line);
    // A column beside the text holds the name of a part of the writer: `smtp.state`.
    let text = memchr::memrchr(MARK, line).map_or(0, |mark| mark + 1);
    while at < line.len() {
        let rest = &line[at..];
        let starts = at == 0 || !is_word(line[at - 1]);
        if starts
            && at >= text
            && !holes.host
            && let Some(length) = host(rest, &line[..at])
        {
            out.push(Piece::Hole(Hole::Host));
            holes.host = true;
            holes.arrow = line[..at].trim_ascii_end().ends_with(b"->");
            at += length;
            continue;
        }
        let Some(token) = head.iter().find(|token| token.span.contains(&at)) else { break };
        let value = &line[at..token.span.end];
        if starts && !holes.key && around.keys.contains(value) {
            out.push(Piece::Hole(Hole::Session));
            holes.key = true;
            at = token.span.end;
            continue;
        }
        // An address of mail is somebody's.
        if starts && let Some(length) = mailbox(rest) {
            out.push(Piece::Hole(Hole::Any));
            at += length;
            continue;
        }
        let number = value.iter().all(u8::is_ascii_digit) && value.len() <= 5;
        if number && !holes.port && is_port(&line[..at], value, holes.host) {
            out.push(Piece::Hole(Hole::Port));
            holes.port = true;
        } else if token.span.start == at {
            out.push(token.piece.clone());
        } else {
            out.push(Piece::Literal(value.to_vec()));
        }
        at = token.span.end;
    }
    (apart(out), holes)
}

/// Holes side by side cannot be told apart; the first takes both.
fn apart(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    for piece in pieces {
        if matches!((out.last(), &piece), (Some(Piece::Hole(_)), Piece::Hole(_))) {
            continue;
        }
        out.push(piece);
    }
    out
}

/// Length of an address of mail.
fn mailbox(rest: &[u8]) -> Option<usize> {
    let length = rest.iter().take_while(|b| is_word(**b) || b".-+@%'".contains(b)).count();
    memchr::memchr(b'@', &rest[..length]).map(|_| length)
}

/// Length of a host's name or address: dotted, or what follows `host=` and the like.
fn host(rest: &[u8], before: &[u8]) -> Option<usize> {
    let length = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'-' || **b == b'.').count();
    let name = rest[..length].strip_suffix(b".").unwrap_or(&rest[..length]);
    let dotted = memchr::memchr(b'.', name).is_some();
    if !dotted || name.len() < 4 || crate::container::timestamp::extent(rest).is_some() {
        return None;
    }
    let parts = || name.split(|b| *b == b'.');
    let address =
        parts().count() == 4 && parts().all(|p| (1..=3).contains(&p.len()) && p.iter().all(u8::is_ascii_digit));
    let named = is_host_name(name);
    // Part of an address of mail, of a path or of a file's name.
    let part = matches!(before.last(), Some(b'@' | b'\\'))
        || matches!(before, [.., b, b'/'] if *b != b'/')
        || rest.get(length) == Some(&b'@');
    let file =
        [&b".txt"[..], b".log", b".exe", b".dll", b".ini", b".py", b".pdf"].iter().any(|end| name.ends_with(end));
    (!part && !file && (address || named)).then_some(name.len())
}

fn is_port(before: &[u8], value: &[u8], after_host: bool) -> bool {
    let known = number(value).is_some_and(|port| PORTS.iter().any(|known| port == u64::from(*known)));
    let last: Vec<String> = words(&before[before.len().saturating_sub(12)..]);
    let said = last.last().is_some_and(|word| is_of(word, WordClass::Port));
    said || after_host && (before.ends_with(b":") || known)
}

/// The hole for the value of the setting of this name.
fn hole(name: &str) -> Option<Hole> {
    let is = |class| is_of(name, class);
    let hole = [(WordClass::Host, Hole::Host), (WordClass::Port, Hole::Port), (WordClass::User, Hole::User)];
    hole.into_iter().find(|(class, _)| is(*class)).map(|(_, hole)| hole).or(is_secret(name).then_some(Hole::Secret))
}

fn is_secret(name: &str) -> bool {
    word_classes(name.as_bytes()).has(WordClass::Secret)
}

/// Where a line is `name = value`: the name in lower case without blanks, and where the value begins.
pub(super) fn named(line: &[u8]) -> Option<(String, usize)> {
    let mut marks = line.iter().enumerate().rev().filter(|(_, b)| matches!(**b, b'=' | b':'));
    let mark = marks.find_map(|(i, b)| {
        let value = line[i + 1..].trim_ascii();
        let one = !value.is_empty() && !value.contains(&b' ') && !value.contains(&b'=');
        let mark = *b == b'=' || *b == b':' && (line.get(i + 1) == Some(&b' ') || !value.contains(&b':'));
        (mark && one).then_some(i)
    })?;
    let name: Vec<String> = words(&line[..mark]);
    let value = mark + 1 + line[mark + 1..].iter().take_while(|b| b" >\t'\"".contains(b)).count();
    Some((name.last()?.clone(), value))
}

/// The template of a settings line; the value becomes the hole that its name says.
pub(super) fn setting_template(line: &[u8], around: &Around) -> Option<Template> {
    let (name, at) = named(line)?;
    let hole = hole(&name)?;
    let (before, _) = pieces(&line[..at], around);
    let value = line[at..].trim_ascii_end();
    let end = value.len() - value.iter().rev().take_while(|b| b"'\";,".contains(b)).count();
    let after = (end < value.len()).then(|| Piece::Literal(value[end..].to_vec()));
    Template::new(before.into_iter().chain([Piece::Hole(hole)]).chain(after)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_told_by_everyday_words() {
        for (line, kind, template) in [
            ("*   Trying 127.0.2.1:25...", Kind::Connecting, "* Trying {host}:{port}..."),
            (
                "* Connected to mail.example.co.za (127.0.2.1) port 587 (#0)",
                Kind::Connected,
                "* Connected to {host} ({number}.{number}.{number}.{number}) port {port} (#{number})",
            ),
            (
                "2026/11/23 10:57:38 AM [Info] Connecting to mail.example.co.za:587",
                Kind::Connecting,
                "{time} [{level}] Connecting to {host}:{port}",
            ),
            ("connect: to ('mail.example.co.za', 465) None", Kind::Connecting, "connect: to ('{host}', {port}) None"),
            ("Stat Disconnected.", Kind::Closed, "Stat Disconnected."),
            ("=== Connected to mail.example.co.za.", Kind::Connected, "=== Connected to {host}."),
            ("Verbind met mail.example.co.za poort 587", Kind::Connecting, "Verbind met {host} poort {port}"),
            ("Verbinding gesluit", Kind::Closed, "Verbinding gesluit"),
        ] {
            let about = about(line.as_bytes(), &Around::default()).unwrap_or_else(|| panic!("{line}"));
            assert_eq!((about.kind, about.template.to_string().as_str()), (kind, template), "{line}");
        }
    }

    #[test]
    fn errors_are_no_connections() {
        for line in [
            "Failed to connect to mail.example.co.za",
            "Connection closed unexpectedly",
            "Kon nie verbind nie",
            "Dear patient",
            "08:26:01 [com.example.Mail] event> SMTP log opened by practice software",
            "08:26:01 session=7 SMTP log opened",
        ] {
            assert_eq!(about(line.as_bytes(), &Around::default()), None, "{line}");
        }
    }

    #[test]
    fn settings_name_their_value() {
        for (line, want) in [
            ("Host=mail.example.co.za", "Host={host}"),
            ("Port: 587", "Port: {port}"),
            ("Wagwoord=geheim", "Wagwoord={secret}"),
            ("08:26:01 cfg SMTP user = 'a@b.c'", "{time} cfg SMTP user = '{user}'"),
        ] {
            assert_eq!(
                setting_template(line.as_bytes(), &Around::default()).map(|t| t.to_string()).as_deref(),
                Some(want),
                "{line}"
            );
            assert_eq!(about(line.as_bytes(), &Around::default()).map(|a| a.kind), Some(Kind::Setting), "{line}");
        }
    }
}
