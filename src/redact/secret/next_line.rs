//! Secrets whose name stands on one line and whose value on the next: a prompt, a list of arguments, XML, a table.

use std::{cell::RefCell, mem, ops::Range};

use super::{
    super::{
        server_name,
        span::{Span, words},
        visible::visible_bytes,
    },
    HIDDEN, OPTIONS, is_key, is_key_in_two, is_known_all, spoken,
};
use crate::memo::{self, Memo};

thread_local! {
    static ASKED: RefCell<Memo<Asks>> = RefCell::default();
    static HEADS: RefCell<Memo<Option<Column>>> = RefCell::default();
}

/// How sure it is that the next line holds a secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Asks {
    /// It holds none.
    #[default]
    No,
    /// Only if that is all it holds: the line ends with the name, which sentences do too.
    Alone,
    /// It does, among other words too.
    Surely,
}

/// What lines have told so far of a secret whose value stands on a line behind its name.
#[derive(Debug, Default)]
pub(in crate::redact) struct NextLine {
    /// The newest line ends with the name of one.
    asks: Asks,
    /// The newest line is the value that the one before has asked for.
    is_due: bool,
    /// The newest line is the head of a table with a column of secrets.
    head: Option<Column>,
    /// It is a row of such a table.
    row: Option<Column>,
    /// What lines of one word each have told.
    listed: Listed,
}

/// Lines of one word each: a server, who signs in there, and then the secret.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Listed {
    #[default]
    Nothing,
    Place,
    User,
}

/// The one word of a line, behind its number, a stamp and a level; no label, and no element of a tree.
fn lone(line: &str) -> Option<&str> {
    let line = without_end(line.trim_end());
    if line.contains(HIDDEN) {
        return None;
    }
    let (head, last) = line.rsplit_once(char::is_whitespace).unwrap_or(("", line));
    let named = last.ends_with(':') || last.starts_with("--");
    (words(head).count() <= MOST_WORDS && !head.contains(char::is_lowercase) && !named).then_some(last)
}

impl NextLine {
    /// Takes the next line, as it stands in the log and as it is read.
    pub(in crate::redact) fn take(&mut self, text: &[u8], said: &[u8]) {
        if !text.iter().any(u8::is_ascii_alphanumeric) {
            self.is_due = false;
            // A rule between the head of a table and its rows; or the value, which is hidden already.
            if text.split(u8::is_ascii_whitespace).any(|word| word == HIDDEN.as_bytes()) {
                self.asks = Asks::No;
            }
            return;
        }
        let [text, said] = [text, said].map(visible_bytes);
        let is_row = |column: &Column| column.value(&text).or_else(|| column.value(&said)).is_some();
        self.row = self.row.filter(is_row).or_else(|| self.head.take());
        self.head = Column::of(&said).or_else(|| (text != said).then(|| Column::of(&text)).flatten());
        let asked = mem::replace(&mut self.asks, asks(&text).max(asks(&said)));
        self.is_due = match asked {
            Asks::No => false,
            Asks::Alone => value(if said.is_empty() { &text } else { &said }).is_some(),
            Asks::Surely => true,
        };
        let listed = lone(if said.is_empty() { &text } else { &said });
        self.is_due |= self.listed == Listed::User && listed.is_some_and(|word| value(word).is_some());
        self.listed = match (self.listed, listed) {
            (_, Some(word)) if server_name::is_internet_name(word) || is_of_signing_in(word) => Listed::Place,
            (Listed::Place, Some(word)) if word.parse::<u16>().is_ok() => Listed::Place,
            (Listed::Place, Some(word)) if word.contains('@') || value(word).is_some() => Listed::User,
            _ => Listed::Nothing,
        };
    }

    /// The newest line is a value that was asked for.
    pub(in crate::redact) fn is_due(&self) -> bool {
        self.is_due
    }

    /// It holds no value for any reason that lines before it have told.
    pub(in crate::redact) fn is_plain(&self) -> bool {
        !self.is_due && self.row.is_none()
    }

    /// Where the values of the newest line stand in the text, or in a part of it.
    pub(in crate::redact) fn values(&self, text: &str) -> Vec<Span<()>> {
        let alone = || {
            let word = lone(text)?;
            let at = value(word)?;
            let from = text.trim_end().len().checked_sub(word.len())?;
            text.get(from..).filter(|tail| tail.starts_with(word)).map(|_| from + at.start..from + at.end)
        };
        let due = self.is_due.then(|| alone().or_else(|| value(text))).flatten();
        let cell = self.row.and_then(|column| column.value(text));
        [due, cell].into_iter().flatten().map(|at| Span::new(at.start, at.end, ())).collect()
    }
}

/// One word of a language, and no line of a message in base64.
fn is_of_signing_in(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    word.chars().all(char::is_alphabetic) && is_known_all(word) && spoken::is_of_signing_in(word)
}

/// Words of a line that only names a secret.
const MOST_WORDS: usize = 4;
/// Words of a line that asks for a secret in a sentence.
const MOST_ASKING: usize = 6;
/// Digits of a number that is no code of an answer.
const DIGITS: usize = 4;
/// Words of a value that stands alone.
const MOST_VALUE_WORDS: usize = 3;

/// Finds whether the text ends with the name of a secret whose value must stand on the next line: `Password:`. A record of JSON
/// or XML may hold the tag of one in a string of its own.
fn asks(text: &str) -> Asks {
    ASKED.with(|known| memo::kept(known, text, asks_itself))
}

fn asks_itself(text: &str) -> Asks {
    let framed =
        || text.split('"').any(|part| part.ends_with('>') && part.len() < text.len() && asked(part) == Asks::Surely);
    match asked(text) {
        Asks::No if text.contains('"') && framed() => Asks::Alone,
        asked => asked,
    }
}

/// The text without the marks for the end of a line, as writers spell them.
fn without_end(text: &str) -> &str {
    const ENDS: [&str; 8] = ["\\n", "\\r", "<EOL>", "<CR>", "<CRLF>", "<br>", "<br/>", "<br />"];
    ENDS.into_iter().fold(text, |text, end| text.strip_suffix(end).unwrap_or(text))
}

fn asked(text: &str) -> Asks {
    let mut text = without_end(text.trim_end_matches(['\r', ' ', ',']));
    // `<key>Password</key>`: the name is what stands between the tags. Where nothing does, it is the tag.
    if text.ends_with('>')
        && let Some((inner, tag)) = text.rsplit_once("</")
        && tag.len() <= super::TAG
    {
        text = inner.rsplit_once('>').map(|(_, between)| between).filter(|name| !name.is_empty()).unwrap_or(inner);
    }
    // A block of YAML, maybe in a string of JSON.
    let text = text.trim_end_matches(['"', '}']);
    let text = text.strip_suffix(">-").or(text.strip_suffix("|-")).unwrap_or(text);
    let text = text.trim_end_matches(['"', '\'', ' ', '>', '\\', '|', '\r', ',', ';']);
    let bare = text.trim_end_matches(['=', ':', '?', '"', '\'', ' ', ']', '\\']);
    // `Password is`
    let bare = [" is", " was", " ="].iter().find_map(|end| bare.strip_suffix(end)).unwrap_or(bare);
    let from = bare
        .rfind(|c: char| !c.is_alphanumeric() && !"_-.".contains(c))
        .map_or(0, |at| at + bare[at..].chars().next().map_or(1, char::len_utf8));
    let (before, name) = (&bare[..from], &bare[from..]);
    // `Password for fred@own.co.za:`
    let mut said = before.trim_end_matches(is_of_address).split_whitespace().rev();
    if text.ends_with(':') && said.next().is_some_and(spoken::is_owner) && said.next().is_some_and(is_key) {
        return Asks::Surely;
    }
    // `Passwort eingeben:`
    let told = || {
        let key = |(_, word): (usize, &str)| is_key(word.trim_matches(|c: char| !c.is_alphanumeric()));
        text.ends_with(':') && words(bare).count() <= MOST_ASKING && words(bare).any(key)
    };
    let named = is_key(name)
        || OPTIONS.contains(&name)
        || before.split_whitespace().next_back().is_some_and(|word| is_key_in_two(word, name));
    if !named {
        return if told() { Asks::Alone } else { Asks::No };
    }
    let alone = before.trim_matches(|c: char| !c.is_alphanumeric()).is_empty() && bare.len() == text.len();
    if text[bare.len()..].contains([':', '=', '?']) || alone || before.ends_with('<') {
        return Asks::Surely;
    }
    let behind = before.trim_end_matches(['"', '\'']).trim_end();
    let listed = behind.ends_with([':', '=', '>', ',', '[']);
    if listed || words(bare).count() <= MOST_WORDS { Asks::Alone } else { Asks::No }
}

/// A character of whoever signs in.
fn is_of_address(c: char) -> bool {
    c.is_alphanumeric() || "@._-".contains(c)
}

/// The column of a table whose head names a secret: `user;password;host`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Column {
    /// Two blanks, where they only stand in columns.
    mark: &'static str,
    cells: usize,
    nth: usize,
}

/// Words and characters of a cell that is a name.
const MOST_NAME_WORDS: usize = 2;
const MOST_NAME: usize = 32;

impl Column {
    /// The column that a head names.
    fn of(head: &str) -> Option<Column> {
        HEADS.with(|known| memo::kept(known, head, Column::named_by))
    }

    fn named_by(head: &str) -> Option<Column> {
        let named = |cell: &str| {
            let plain = |c: char| c.is_alphanumeric() || "_- .\"'".contains(c);
            let few = || (1..=MOST_NAME_WORDS).contains(&words(cell).count());
            cell.len() <= MOST_NAME && cell.chars().all(plain) && few()
        };
        [";", "\t", "|", ",", "  "].into_iter().filter(|mark| head.contains(*mark)).find_map(|mark| {
            let cells = cells(head, mark);
            if cells.len() < 2 || !cells.iter().all(|cell| named(cell)) {
                return None;
            }
            let nth = cells.iter().position(|cell| is_key(cell.trim_matches(['"', '\'', ' '])))?;
            Some(Column { mark, cells: cells.len(), nth })
        })
    }

    /// Where its value stands in a row of the table.
    fn value(self, row: &str) -> Option<Range<usize>> {
        let cells = cells(row, self.mark);
        let cell = cells.get(self.nth).filter(|_| cells.len() == self.cells)?;
        let value = cell.trim_matches(['"', '\'', ' ']);
        let at = value.as_ptr() as usize - row.as_ptr() as usize;
        (!value.is_empty() && value.contains(char::is_alphanumeric)).then_some(at..at + value.len())
    }
}

/// The cells of a line, without what a logger writes before the first of them.
fn cells<'l>(line: &'l str, mark: &str) -> Vec<&'l str> {
    let first = &line[..line.find(mark).unwrap_or(line.len())];
    let row = without_end(line[frame(first)..].trim().trim_matches(['\'', '"'])).trim_matches(|c| mark.contains(c));
    // `*** User | Password`: marks of whoever writes the log.
    let of_marks = |head: &str| !head.is_empty() && head.chars().all(|c| "*#<>=-~+".contains(c));
    let row = row.split_once(' ').filter(|(head, _)| of_marks(head)).map_or(row, |(_, rest)| rest.trim_start());
    row.split(mark).filter(|cell| mark != "  " || !cell.is_empty()).collect()
}

/// Where what a logger writes before a text ends.
fn frame(line: &str) -> usize {
    [": ", "] ", "> ", " - "].iter().filter_map(|end| Some(line.rfind(*end)? + end.len())).max().unwrap_or(0)
}

/// A known word that tells nothing: of a phrase of a few words it is the first.
fn is_free(word: &str) -> bool {
    spoken::is_loose(word) && spoken::is_nothing(word)
}

/// Where the value stands in a line that follows such a name, if it is a value: a word or a few, behind its own label or in
/// its own tag.
fn value(text: &str) -> Option<Range<usize>> {
    let mut inner = without_end(text.trim());
    // `<td>25</td><td>Kudu7</td></tr>`
    while let Some((head, _)) = inner.rsplit_once("</")
        && head.ends_with('>')
    {
        inner = head;
    }
    if let Some((head, _)) = inner.rsplit_once("</")
        && let Some(open) = head.rfind('>')
    {
        inner = &head[open + 1..];
    } else if inner.starts_with('<')
        && let Some(open) = inner.find('>')
    {
        inner = &inner[open + 1..];
    } else if let Some(at) = inner.rfind(": ").or_else(|| inner.rfind(['=', '|', '\t']))
        && words(&inner[..at]).count() <= MOST_VALUE_WORDS
        && at + 1 < inner.len()
    {
        inner = &inner[at + 1..];
    }
    if words(inner).count() > MOST_VALUE_WORDS {
        inner = &inner[frame(inner)..];
    }
    // A server's code, and a label.
    while let Some((_, word)) = words(inner).next()
        && words(inner).nth(1).is_some_and(|(_, next)| next.contains(char::is_alphanumeric))
        && (is_known_all(word) && (words(inner).count() > MOST_VALUE_WORDS || !is_free(word))
            || word.bytes().all(|b| b.is_ascii_digit() || b".-".contains(&b)))
    {
        inner = inner.trim_start()[word.len()..].trim_start();
    }
    let inner = inner.trim_matches(|c: char| c.is_whitespace() || "\"'`,;>[](){}".contains(c));
    let told = inner.bytes().any(|b| b.is_ascii_alphanumeric()) || !inner.is_ascii();
    let few = words(inner).count() <= MOST_VALUE_WORDS;
    let number = |word: &str| word.len() >= DIGITS && word.bytes().all(|b| b.is_ascii_digit());
    if !told
        || !few
        || words(inner).all(|(_, word)| is_known_all(word) && !number(word))
            && !(inner.starts_with(char::is_alphanumeric) && spoken::may_be_value(inner))
    {
        return None;
    }
    let at = inner.as_ptr() as usize - text.as_ptr() as usize;
    Some(at..at + inner.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_ask() {
        for line in [
            "Password:",
            "smtp_password =",
            "Password",
            "Pw?",
            r#"{"m":"password: >-"}"#,
            "<password>",
            "<key>SMTPPassword</key>",
            "Wagwoord:<EOL>",
            r#"[\"password\"]=>"#,
            "Enter password for x: Password:",
            "550 Password for fred@own.co.za:",
        ] {
            assert_eq!(asks(line), Asks::Surely, "{line}");
        }
        for line in ["smtp password", "Password is", "argv[7] = -pw", "name: SMTP_PASSWORD", "the password\\n"] {
            assert_ne!(asks(line), Asks::No, "{line}");
        }
        for line in ["535 5.7.8 the user name and the password", "Password: x", "550 no", "a host"] {
            assert_eq!(asks(line), Asks::No, "{line}");
        }
    }

    #[test]
    fn lines_of_one_word() {
        for (lines, found) in [
            (["1) mail.own.co.za", "2) zorro", "3) backup"], Some("backup")),
            (["08:26:01 INFO mail.own.co.za", "08:26:01 INFO fred@own.co.za", "08:26:01 INFO backup"], Some("backup")),
            (["Connecting to mail.own.co.za", "Sending to fred@own.co.za", "Put in queue"], None),
            (["[auth]", "fred@own.co.za", "backup"], Some("backup")),
            (["mail.own.co.za", "fred@own.co.za", "sent"], None),
        ] {
            let mut next = NextLine::default();
            lines.iter().for_each(|line| next.take(line.as_bytes(), b""));
            let values = next.values(lines[2]);
            assert_eq!(values.first().map(|span| &lines[2][span.at.clone()]), found, "{lines:?}");
        }
    }

    #[test]
    fn columns() {
        for (head, row, found) in [
            ("user;password;host", "rec;vlerkmuis;mail.own.co.za", Some("vlerkmuis")),
            ("| User | Host | Wagwoord |", "| fred | x | 'Vlerk' |", Some("Vlerk")),
            ("user,password", "fred,vlerk,muis", None),
            ("[k1] N: | user | wagwoord |", "[k1] N: | fred | vlerk |", Some("vlerk")),
            ("*** User | Password", "*** fred | vlerkmuis", Some("vlerkmuis")),
            ("User      Password", "fred   vlerkmuis", Some("vlerkmuis")),
            ("check your user name, password, host", "a,b,c", None),
        ] {
            let value = Column::of(head).and_then(|column| column.value(row));
            assert_eq!(value.map(|at| &row[at]), found, "{head}");
        }
    }

    #[test]
    fn values() {
        for (line, found) in [
            ("  Kudu7Herd", Some("Kudu7Herd")),
            ("<string>Kudu7Herd</string>", Some("Kudu7Herd")),
            ("argv[8] = Kudu7Herd", Some("Kudu7Herd")),
            ("Value: 'groen skaap vlieg'", Some("groen skaap vlieg")),
            ("olifantjie\\n", Some("olifantjie")),
            ("Connection closed", None),
            ("</password>", None),
            ("--------", None),
            ("Statement for Sipho could not be sent", None),
            ("550 5.1.1 Kudu7Herd", Some("Kudu7Herd")),
        ] {
            assert_eq!(value(line).map(|at| &line[at]), found, "{line}");
        }
    }
}
