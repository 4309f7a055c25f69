//! Line templates: text with named holes, no regular expressions.
//!
//! ```text
//! {time} [{number}] <= {text}
//! {time};{session};S;"{text}"
//! {{"at":"{time}","dir":"out","msg":"{text}"}}
//! ```
//! A space stands for one or more; `{xEB}` is a byte of an old code page. Holes before `{text}` are matched from the left, those after it from the right, each
//! up to the text that follows it, so that a line costs a few comparisons and no memory.

use std::fmt;

use super::number;
use crate::{container::timestamp, knowledge::is_level};

/// No time stamp behind a text is longer.
const STAMP_BYTES: usize = 40;
/// Nothing that stands before the text of a line is longer than this.
const SEARCHED_BYTES: usize = 400;
/// Pieces at the beginning of a template that another may share.
const MOST_SHARED: usize = 16;

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Piece {
    /// These bytes.
    Literal(Vec<u8>),
    /// One or more spaces.
    Gap,
    /// Something that varies.
    Hole(Hole),
}

named! {
    /// The kind of text that stands in a hole; its word stands in the template, as in `{time}`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
    pub enum Hole {
        /// A time stamp in any form.
        Time = "time",
        /// A time stamp that is not taken, as the text has its own.
        Stamp = "stamp",
        /// A word such as INFO, DEBUG or ERROR.
        Level = "level",
        /// Digits.
        Number = "number",
        /// Letters and digits.
        Id = "id",
        /// Anything up to what follows it, without spaces.
        Word = "word",
        /// Anything up to what follows it, or nothing.
        Any = "any",
        /// What tells sessions apart that run at the same time.
        Session = "session",
        /// The server's name.
        Host = "host",
        /// The server's port.
        Port = "port",
        /// The name to sign in with.
        User = "user",
        /// A password: it is never kept.
        Secret = "secret",
        /// A size in bytes.
        Bytes = "bytes",
        /// What was said, to the end of the line.
        Text = "text",
    }
}

/// A line template, compiled.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Template {
    /// Before the text; all of it where there is no text.
    before: Vec<Piece>,
    /// After the text; none where the template has no text.
    after: Option<Vec<Piece>>,
    /// The line must end with `after`; where that is only a closing quote, a line cut short matches too.
    strict: bool,
}

/// The texts of a line in the holes of its template; empty where the template has no such hole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Matched<'a> {
    /// The time stamp.
    pub time: &'a [u8],
    /// The session key.
    pub session: &'a [u8],
    pub host: &'a [u8],
    /// The port, in digits.
    pub port: &'a [u8],
    /// The user's name.
    pub user: &'a [u8],
    /// A password, for the redactor only.
    pub secret: &'a [u8],
    /// A size.
    pub bytes: Option<u64>,
    pub text: &'a [u8],
}

/// A template cannot be; in words for the user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// No hole has this name.
    #[error("there is no hole {{{0}}}; the holes are {known}", known = names())]
    UnknownHole(String),
    /// `{` without `}`.
    #[error("a {{ is not closed; for the character itself write {{{{ or }}}}")]
    Unclosed,
    /// `{text}` twice.
    #[error("{{text}} may stand only once")]
    TwoTexts,
    /// Two holes side by side.
    #[error("{{{0}}} and {{{1}}} stand side by side; write what separates them")]
    SideBySide(&'static str, &'static str),
}

fn names() -> String {
    Hole::ALL.iter().map(|hole| format!("{{{hole}}}")).collect::<Vec<_>>().join(" ")
}

impl Template {
    /// A template of its pieces.
    ///
    /// # Errors
    /// Where two holes cannot be told apart, or the text stands twice.
    pub fn new(pieces: impl IntoIterator<Item = Piece>) -> Result<Template, TemplateError> {
        let mut before: Vec<Piece> = Vec::new();
        let mut after: Option<Vec<Piece>> = None;
        for piece in pieces {
            if piece == Piece::Hole(Hole::Text) {
                if after.replace(Vec::new()).is_some() {
                    return Err(TemplateError::TwoTexts);
                }
                continue;
            }
            let side = after.as_mut().unwrap_or(&mut before);
            match (side.last_mut(), piece) {
                (Some(Piece::Literal(literal)), Piece::Literal(more)) => literal.extend(more),
                (Some(Piece::Gap), Piece::Gap) => {}
                (Some(Piece::Hole(a)), Piece::Hole(b)) if a.is_open() || b.is_open() => {
                    return Err(TemplateError::SideBySide(a.name(), b.name()));
                }
                (_, piece) => side.push(piece),
            }
        }
        let closes = |piece: &Piece| matches!(piece, Piece::Literal(l) if !l.iter().any(u8::is_ascii_alphanumeric));
        let strict = after.as_ref().is_some_and(|after| !after.iter().all(closes));
        Ok(Template { before, after, strict })
    }

    /// Reads a template as it is written in a profile.
    ///
    /// # Errors
    /// Where it cannot be understood.
    pub fn parse(text: &str) -> Result<Template, TemplateError> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}', ' ']) {
            pieces.push(Piece::Literal(rest.as_bytes()[..at].to_vec()));
            let found = &rest[at..];
            rest = if let Some(rest) = found.strip_prefix(' ') {
                pieces.push(Piece::Gap);
                rest
            } else if let Some(rest) = found.strip_prefix("{{") {
                pieces.push(Piece::Literal(b"{".to_vec()));
                rest
            } else if let Some(rest) = found.strip_prefix('}') {
                // A lone one can only mean itself.
                pieces.push(Piece::Literal(b"}".to_vec()));
                rest.strip_prefix('}').unwrap_or(rest)
            } else {
                let end = found.find('}').ok_or(TemplateError::Unclosed)?;
                let name = &found[1..end];
                let hole = Hole::ALL.into_iter().find(|hole| hole.name() == name).map(Piece::Hole);
                let piece = hole.or_else(|| byte(name).map(|byte| Piece::Literal(vec![byte])));
                pieces.push(piece.ok_or_else(|| TemplateError::UnknownHole(name.to_owned()))?);
                &found[end + 1..]
            };
        }
        pieces.push(Piece::Literal(rest.as_bytes().to_vec()));
        pieces.retain(|piece| *piece != Piece::Literal(Vec::new()));
        Template::new(pieces)
    }

    /// Matches a line, without its end.
    #[inline]
    pub fn matches<'a>(&self, line: &'a [u8]) -> Option<Matched<'a>> {
        self.matches_with(line, 0, &mut Begun::default())
    }

    /// The pieces at the beginning of both that fit a line alike: how much a piece takes may lie in the next one.
    pub(super) fn shared(&self, other: &Template) -> usize {
        let same = self.before.iter().zip(&other.before).take_while(|(a, b)| a == b).count();
        let ends_alike = self.before.get(same) == other.before.get(same);
        (if ends_alike { same } else { same.saturating_sub(1) }).min(MOST_SHARED)
    }

    /// Matches a line of which another template, which shares so many pieces, has told how far it fits.
    #[inline]
    pub(super) fn matches_with<'a>(&self, line: &'a [u8], shared: usize, begun: &mut Begun) -> Option<Matched<'a>> {
        if shared > begun.count {
            return None;
        }
        let mut matched = Matched::default();
        let start = forward(&self.before, line, &mut matched, shared, begun)?;
        match &self.after {
            None if line[start..].trim_ascii().is_empty() => {}
            None => return None,
            Some(after) if after.is_empty() => matched.text = &line[start..],
            Some(after) => {
                let end = backward(after, &line[start..], &mut matched);
                matched.text = match end {
                    Some(end) => &line[start..start + end],
                    None if self.strict => return None,
                    None => &line[start..],
                };
            }
        }
        Some(matched)
    }

    /// The template's pieces behind the text.
    pub(super) fn into_tail(self) -> Vec<Piece> {
        self.after.unwrap_or_default()
    }

    /// The pieces, `{text}` among them.
    pub fn pieces(&self) -> impl Iterator<Item = Piece> + '_ {
        let text = self.after.is_some().then_some(Piece::Hole(Hole::Text));
        let after = self.after.iter().flatten().cloned();
        self.before.iter().cloned().chain(text).chain(after)
    }

    pub fn has(&self, hole: Hole) -> bool {
        self.pieces().any(|piece| piece == Piece::Hole(hole))
    }

    /// Bytes of it that are fixed: where two templates match, the one that says more is right.
    pub fn weight(&self) -> usize {
        let of = |piece: &Piece| match piece {
            Piece::Literal(literal) => 4 * literal.len(),
            Piece::Gap => 2,
            Piece::Hole(Hole::Time | Hole::Stamp | Hole::Level) => 3,
            Piece::Hole(Hole::Number | Hole::Id | Hole::Port | Hole::Bytes) => 2,
            Piece::Hole(_) => 0,
        };
        let after = self.after.iter().flatten().map(of).sum::<usize>();
        self.before.iter().map(of).sum::<usize>() + after + usize::from(self.after.is_none()) * 1_000
    }
}

impl Hole {
    /// It ends only where something else begins.
    fn is_open(self) -> bool {
        matches!(self, Hole::Word | Hole::Any | Hole::Session | Hole::Host | Hole::User | Hole::Secret)
    }
}

impl fmt::Display for Template {
    /// As it is written in a profile.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in self.pieces() {
            match piece {
                Piece::Gap => f.write_str(" ")?,
                Piece::Hole(hole) => write!(f, "{{{}}}", hole.name())?,
                Piece::Literal(literal) => {
                    for chunk in literal.utf8_chunks() {
                        f.write_str(&chunk.valid().replace('{', "{{").replace('}', "}}"))?;
                        chunk.invalid().iter().try_for_each(|byte| write!(f, "{{x{byte:02X}}}"))?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// `xEB`
fn byte(name: &str) -> Option<u8> {
    let digits = name.strip_prefix('x').filter(|digits| digits.len() == 2)?;
    u8::from_str_radix(digits, 16).ok()
}

/// How far a template fits a line: where the first of its pieces end.
#[derive(Default)]
pub(super) struct Begun {
    ends: [usize; MOST_SHARED],
    /// So many of them fit.
    count: usize,
}

/// Where the pieces end in the line, from its beginning; of so many it is known from another template that `shared` them.
#[inline]
fn forward<'a>(
    pieces: &[Piece],
    line: &'a [u8],
    matched: &mut Matched<'a>,
    shared: usize,
    begun: &mut Begun,
) -> Option<usize> {
    let mut at = 0;
    for (piece, end) in pieces.iter().zip(&begun.ends).take(shared) {
        if let Piece::Hole(hole) = piece {
            hole.fill(&line[at..*end], matched);
        }
        at = *end;
    }
    begun.count = shared;
    for (i, piece) in pieces.iter().enumerate().skip(shared) {
        let rest = &line[at..];
        at += match piece {
            // Most that differ do so in the first letter, which costs no call to compare.
            Piece::Literal(literal) if literal.first().is_some_and(|first| rest.first() != Some(first)) => return None,
            Piece::Literal(literal) => rest.starts_with(literal).then_some(literal.len())?,
            Piece::Gap => match rest.iter().take_while(|b| **b == b' ').count() {
                // Editors cut the space after the last mark of a line.
                0 if rest.is_empty() && i + 1 == pieces.len() => 0,
                0 => return None,
                spaces => spaces,
            },
            Piece::Hole(hole) => {
                let length = hole.length(rest, pieces.get(i + 1))?;
                hole.fill(&rest[..length], matched);
                length
            }
        };
        if let Some(end) = begun.ends.get_mut(i) {
            *end = at;
            begun.count += 1;
        }
    }
    Some(at)
}

/// Where the pieces begin in the text, from its end.
fn backward<'a>(pieces: &[Piece], text: &'a [u8], matched: &mut Matched<'a>) -> Option<usize> {
    let mut end = text.trim_ascii_end().len();
    for (i, piece) in pieces.iter().enumerate().rev() {
        let rest = &text[..end];
        end = match piece {
            Piece::Literal(literal) => rest.strip_suffix(literal.as_slice())?.len(),
            Piece::Gap => rest.trim_ascii_end().len(),
            Piece::Hole(hole) => {
                let start = hole.start(rest, i.checked_sub(1).and_then(|i| pieces.get(i)))?;
                hole.fill(&rest[start..], matched);
                start
            }
        };
    }
    Some(end)
}

/// The text without this tail; none where it does not end so.
pub(super) fn without<'a>(text: &'a [u8], tail: &[Piece]) -> Option<&'a [u8]> {
    backward(tail, text, &mut Matched::default()).map(|end| &text[..end])
}

fn alphanumeric(text: &[u8]) -> usize {
    text.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count()
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|b| b.is_ascii_digit()).count()
}

impl Hole {
    /// Bytes of `rest` that it takes; `next` follows it.
    #[inline]
    fn length(self, rest: &[u8], next: Option<&Piece>) -> Option<usize> {
        let length = match self {
            Hole::Time | Hole::Stamp => {
                let length = timestamp::extent(rest)?;
                let parts = matches!(next, Some(Piece::Literal(l)) if l[0] == b':') && rest.get(length) != Some(&b':');
                return Some(if parts { timestamp::before_colon(&rest[..length]) } else { length });
            }
            Hole::Number | Hole::Port | Hole::Bytes => digits(rest),
            Hole::Level => {
                let length = rest.iter().take(12).take_while(|b| b.is_ascii_alphabetic()).count();
                return is_level(&rest[..length]).then_some(length);
            }
            // An id glued to a word: the id is what is hexadecimal.
            Hole::Id if matches!(next, Some(Piece::Literal(l)) if l[0].is_ascii_alphabetic()) => {
                rest.iter().take_while(|b| b.is_ascii_digit() || matches!(b, b'A'..=b'F' | b'a'..=b'f')).count()
            }
            Hole::Id => alphanumeric(rest),
            // A full stop behind a name is not one of those inside it.
            Hole::Host if matches!(next, Some(Piece::Literal(l)) if l[0] == b'.') => {
                let Some(Piece::Literal(literal)) = next else { return None };
                let name = rest.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.')).count();
                let end = rest.len().min(name + literal.len());
                memchr::memmem::rfind(&rest[..end], literal)?
            }
            Hole::Word | Hole::Any | Hole::Session | Hole::Host | Hole::User | Hole::Secret | Hole::Text => {
                let head = &rest[..rest.len().min(SEARCHED_BYTES)];
                let length = match next {
                    None => rest.len(),
                    Some(Piece::Gap) => memchr::memchr(b' ', head).unwrap_or(rest.len()),
                    // Mostly the tab between columns.
                    Some(Piece::Literal(literal)) => match literal[..] {
                        [mark] => memchr::memchr(mark, head)?,
                        _ => memchr::memmem::find(head, literal)?,
                    },
                    Some(Piece::Hole(_)) => return None,
                };
                if self == Hole::Word && memchr::memchr(b' ', &rest[..length]).is_some() {
                    return None;
                }
                if matches!(self, Hole::Any | Hole::Secret) {
                    return Some(length);
                }
                length
            }
        };
        (length > 0).then_some(length)
    }

    /// Where in `rest` it begins, which it ends; `before` stands before it.
    fn start(self, rest: &[u8], before: Option<&Piece>) -> Option<usize> {
        match self {
            Hole::Number | Hole::Port | Hole::Bytes => {
                let digits = rest.iter().rev().take_while(|b| b.is_ascii_digit()).count();
                (digits > 0).then_some(rest.len() - digits)
            }
            // A date and a time of day have a blank between them.
            Hole::Time | Hole::Stamp => (rest.len().saturating_sub(STAMP_BYTES)..rest.len()).find(|at| {
                let begins = at.checked_sub(1).is_none_or(|before| !rest[before].is_ascii_alphanumeric());
                begins && timestamp::extent(&rest[*at..]) == Some(rest.len() - at)
            }),
            _ => match before {
                None => Some(rest.len()),
                Some(Piece::Gap) => Some(memchr::memrchr(b' ', rest).map_or(0, |at| at + 1)),
                Some(Piece::Literal(literal)) => memchr::memmem::rfind(rest, literal).map(|at| at + literal.len()),
                Some(Piece::Hole(_)) => None,
            },
        }
    }

    fn fill<'a>(self, value: &'a [u8], matched: &mut Matched<'a>) {
        match self {
            Hole::Time => matched.time = value,
            Hole::Session => matched.session = value,
            Hole::Host => matched.host = value,
            Hole::User => matched.user = value,
            Hole::Secret => matched.secret = value,
            Hole::Port => matched.port = value,
            Hole::Bytes => matched.bytes = number(value),
            Hole::Stamp | Hole::Level | Hole::Number | Hole::Id | Hole::Word | Hole::Any | Hole::Text => {}
        }
    }
}

#[cfg(test)]
mod tests;
