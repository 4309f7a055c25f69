//! A column in which a number says how each mail went, whatever the words around it: a reply's code, an enhanced code, or the
//! number of an error.

use std::collections::BTreeSet;

use super::{LABEL, Record, phrases::Phrase};
use crate::{
    dialect::{Event, number},
    knowledge::{Knowledge, WordClass, WordTable, plain_spelling},
    smtp::{self, ReplyCode},
};

/// Words of a line that may stand in such a column, from either end.
const PLACES: usize = 6;
/// Words of a line that are looked at.
const WORDS: usize = 48;
/// Lines that name a mail; of fewer the numbers prove nothing.
const FEW: usize = 3;
/// Phrases that are kept of rows about mails that went out.
const SAID: usize = 1_000;

/// Where the number stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// So many words stand before it.
    FromStart(usize),
    /// So many words stand behind it.
    FromEnd(usize),
    /// Behind this word: `rc=0`.
    Behind(Vec<u8>),
    /// Behind this word, which says by itself that it tells of success and failure, on a line that names nobody:
    /// `RESULT 10060`, `rc=250`.
    Alone(Vec<u8>),
}

/// What a number says of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// It was accepted, or no error happened.
    Well,
    /// A server refused it with this code.
    Code(u16),
    /// An error happened that is known by its number.
    Error,
}

impl Status {
    /// The column of these lines, where each that names a mail has such a number in it, and these tell the mails apart.
    pub(super) fn of(records: &[&Record<'_>]) -> Option<Status> {
        let texts = |named: bool| -> Vec<&[u8]> {
            records.iter().filter(|record| record.names() == named).map(|record| record.text).collect()
        };
        let (named, others) = (texts(true), texts(false));
        let heading = others.first().copied().filter(|text| !text.iter().any(|b| b.is_ascii_digit() || *b == b'@'));
        Status::among(&named, heading).or_else(|| Status::alone(&others, named.len() > 1))
    }

    fn among(named: &[&[u8]], heading: Option<&[u8]>) -> Option<Status> {
        let first = named.first().filter(|_| named.len() >= FEW)?;
        let all: Vec<&[u8]> = words(first).collect();
        let from_end = (0..PLACES.min(all.len())).map(Status::FromEnd);
        let behind = all.iter().filter(|word| word[0].is_ascii_alphabetic()).map(|word| Status::Behind(word.to_vec()));
        let mut places = (0..PLACES).map(Status::FromStart).chain(from_end).chain(behind);
        // A heading names the column as a word before the number does.
        let title = |place: &Status| heading.and_then(|heading| place.word(heading)).filter(|name| tells(name));
        let headed = |place: &Status| {
            title(place).is_some_and(|name| {
                let words: Option<Vec<&[u8]>> = named.iter().map(|text| place.word(text)).collect();
                words.is_some_and(|words| errors_among(&words, name) && words.iter().all(|word| says(word).is_some()))
            })
        };
        places.find(|place| place.tells_apart(named) || headed(place))
    }

    /// Where other lines name the mails, the numbers may be those of errors; codes of replies are about a mail by themselves.
    fn alone(others: &[&[u8]], named: bool) -> Option<Status> {
        let names = others.iter().flat_map(|text| words(text).zip(words(text).skip(1)));
        let (name, _) = names.filter(|(_, value)| is_integer(value)).find(|(name, _)| tells(name))?;
        let place = Status::Alone(name.to_vec());
        let values: Vec<&[u8]> = others.iter().filter_map(|text| place.word(text)).collect();
        // `exit code 1`
        let before =
            others.iter().flat_map(|text| words(text).zip(words(text).skip(1))).find(|(_, word)| *word == name);
        let name = before.map(|(before, _)| before).filter(|before| counts_errors(before)).unwrap_or(name);
        let accepted = |word: &&[u8]| word.len() == 3 && says(word) == Some(Says::Well);
        let codes = || values.iter().any(accepted) && values.iter().all(|word| says(word).is_some());
        (named && values.len() >= FEW && errors_among(&values, name) || codes()).then_some(place)
    }

    fn tells_apart(&self, texts: &[&[u8]]) -> bool {
        let tells = self.tells();
        // Most places hold other words, which the first text shows.
        let may_say = |word: &&[u8]| tells && is_integer(word) || says(word).is_some();
        let words = texts.iter().map(|text| self.word(text).filter(may_say)).collect::<Option<Vec<&[u8]>>>();
        let Some(words) = words else { return false };
        if let Status::Behind(name) = self
            && tells
            && errors_among(&words, name)
        {
            return true;
        }
        let Some(all) = words.iter().map(|word| says(word)).collect::<Option<Vec<Says>>>() else { return false };
        // `0` and `450` may be what somebody owes.
        let is_code = |word: &&[u8]| word.len() == 3;
        let one_kind = words.iter().all(is_code) || !words.iter().any(is_code);
        let well = all.iter().filter(|says| **says == Says::Well).count();
        well > 0 && one_kind && (well < all.len() || words[0].len() >= 3)
    }

    /// The word before it says that a number behind it tells of success and failure.
    fn tells(&self) -> bool {
        matches!(self, Status::Behind(name) | Status::Alone(name) if tells(name))
    }

    /// The number that says how the mail went, and what it says; `names`: the text names a mail.
    pub(super) fn told<'a>(&self, text: &'a [u8], names: bool) -> Option<(&'a [u8], Says)> {
        let alone = matches!(self, Status::Alone(_));
        let word = self.word(text).filter(|_| names != alone)?;
        let other = || (self.tells() && is_integer(word)).then_some(Says::Error);
        Some((word, says(word).or_else(other)?))
    }

    /// The number in the column.
    fn word<'a>(&self, text: &'a [u8]) -> Option<&'a [u8]> {
        match self {
            Status::FromStart(place) => words(text).nth(*place),
            Status::FromEnd(place) => {
                let all: Vec<&[u8]> = words(text).collect();
                all.len().checked_sub(place + 1).map(|place| all[place])
            }
            Status::Behind(name) | Status::Alone(name) => words(text).skip_while(|word| word != name).nth(1),
        }
    }
}

/// The short phrases of rows about mails that went out, where rows of others have codes and few words.
pub(super) fn of_sent_beside_codes(records: &[&Record<'_>], status: Option<&Status>) -> BTreeSet<Phrase> {
    let brief = |reply: &[u8]| (1..=LABEL).contains(&reply.len());
    let replied =
        |record: &&Record<'_>| matches!(record.told.event, Event::Outcome(told) if record.names() && brief(told.reply));
    if !records.iter().any(replied) {
        return BTreeSet::new();
    }
    let listed = |record: &Record<'_>| matches!(status?.told(record.text, true), Some((_, Says::Well))).then_some(true);
    let sent = records.iter().filter(|record| record.names() && record.verdict().or(listed(record)) == Some(true));
    let short = sent.flat_map(|record| record.said().iter()).filter(|phrase| phrase.len() < 3);
    let mut said = BTreeSet::new();
    for phrase in short.take(SAID) {
        if !said.contains(phrase) {
            said.insert(phrase.clone());
        }
    }
    said
}

/// `result`, `rc`: a number behind it says how it went.
fn tells(name: &[u8]) -> bool {
    let name = plain_spelling(name);
    [WordClass::Code, WordClass::Detail].iter().any(|class| WordTable::builtin().is(&name, *class))
}

/// Nought and other numbers behind this word. One alone may stand for yes, but not of an `errorlevel` or an `exit`.
fn errors_among(words: &[&[u8]], name: &[u8]) -> bool {
    let noughts = words.iter().filter(|word| **word == b"0").count();
    let counts = counts_errors(name);
    let other = |word: &&[u8]| **word != *b"0" && (counts || **word != *b"1");
    (1..words.len()).contains(&noughts) && words.iter().all(|word| is_integer(word)) && words.iter().any(other)
}

/// `errorlevel`, `exit`: a number behind it is that of an error, and one stands for none.
fn counts_errors(name: &[u8]) -> bool {
    [&b"err"[..], b"exit", b"rc"].iter().any(|stem| plain_spelling(name).starts_with(stem))
}

fn is_integer(word: &[u8]) -> bool {
    number(word.strip_prefix(b"-").unwrap_or(word)).is_some()
}

/// What the number says.
fn says(word: &[u8]) -> Option<Says> {
    if let Ok((b"", enhanced)) = smtp::enhanced_status_code(word) {
        return Some(if enhanced.class == 2 { Says::Well } else { Says::Error });
    }
    match number(word) {
        // `00` is a part of a time, `0000` is none.
        Some(0) if (2..4).contains(&word.len()) => None,
        Some(0 | 250..=252) => Some(Says::Well),
        Some(code @ 400..=599) => {
            let code = u16::try_from(code).ok()?;
            ReplyCode(code).is_in_use().then_some(Says::Code(code))
        }
        _ => {
            let digits = word.strip_prefix(b"-").unwrap_or(word);
            // `hr=0x00000000`
            if digits.strip_prefix(b"0x").is_some_and(|hex| !hex.is_empty() && hex.iter().all(|b| *b == b'0')) {
                return Some(Says::Well);
            }
            let long = digits.len() >= 5 && digits.iter().all(u8::is_ascii_hexdigit) || digits.starts_with(b"0x");
            let known = || Knowledge::builtin().client_error(&[b"error ", word].concat()).is_some();
            (long && known()).then_some(Says::Error)
        }
    }
}

/// The words of a text, and its numbers with their signs and dots.
fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|b| PARTS_WORDS[usize::from(*b)]).filter(|word| !word.is_empty()).take(WORDS)
}

/// A byte that stands between words. A table, as each byte of a sample comes here a few times.
const PARTS_WORDS: [bool; 256] = {
    let marks = b";|,[](){}=:\"'<># \t\n\x0C\r";
    let (mut parts, mut at) = ([false; 256], 0);
    while at < marks.len() {
        parts[marks[at] as usize] = true;
        at += 1;
    }
    parts
};

#[cfg(test)]
mod tests {
    use super::{super::of_lines, *};

    fn of(log: &str) -> Option<Status> {
        of_lines(log, Status::of)
    }

    #[test]
    fn a_column_of_numbers() {
        assert_eq!(of("250 a@b.example\n551 c@d.example\n250 e@f.example\n"), Some(Status::FromStart(0)));
        assert_eq!(of("a@b.example x y 0\nc@d.example x 0\ne@f.example x 10061\n"), Some(Status::FromEnd(0)));
        assert_eq!(
            of("to a@b.example x dsn=2.0.0 x\nto c@d.example dsn=5.1.1\nto e@f.example dsn=2.0.0 y z\n"),
            Some(Status::Behind(b"dsn".to_vec()))
        );
        let alone = "to a@b.example\nend result 0\nto c@d.example\nend result 2\nto e@f.example\nend result 0\n";
        assert_eq!(of(alone), Some(Status::Alone(b"result".to_vec())));
        assert_eq!(of(&alone.replace('2', "1")), None, "one may stand for yes");
        let exit = alone.replace("end result", "exit code").replace('2', "1");
        assert_eq!(of(&exit), Some(Status::Alone(b"code".to_vec())));
        let returned = "to a@b.example: MAPISendMail returned 2 (MAPI_E_FAILURE)\nto c@d.example: MAPISendMail returned 0\n\
                        to e@f.example: MAPISendMail returned 3 (MAPI_E_LOGIN_FAILURE)\n";
        assert_eq!(of(returned), Some(Status::Behind(b"returned".to_vec())));
        let times = "a@b.example,2026-11-28 08:00:01,x,\nc@d.example,2026-11-28 08:00:02,y,\n\
                     e@f.example,2026-11-28 08:00:04,z,550 5.1.1 no\n";
        assert_eq!(of(times), None, "minutes say nothing");
        assert_eq!(
            of("mail 1 x\nmail 1 rc=250\nmail 2 rc=454\nmail 3 rc=10060\n"),
            Some(Status::Alone(b"rc".to_vec()))
        );
        assert_eq!(of("mail 1 rc=454\nmail 2 rc=550\n"), None, "nothing went out");
        let headed = "Date,To,Rc\n2026-11-28,a@b.example,0\n2026-11-28,c@d.example,550\n2026-11-28,e@f.example,10060\n";
        assert_eq!(of(headed), Some(Status::FromEnd(0)));
        assert_eq!(of(&headed.replace("Rc", "Bed")), None, "who knows what it is");
        assert_eq!(of("1 a@b.example\n2 c@d.example\n3 e@f.example\n"), None);
        assert_eq!(of("0 a@b.example\n0 c@d.example\n0 e@f.example\n"), None, "it may be anything");
        assert_eq!(of("450 a@b.example\n500 c@d.example\n551 e@f.example\n"), None, "nothing went out");
    }
}
