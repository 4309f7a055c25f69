//! Where in a log secrets stand, as far as reading it tells: what shows the log hides them wherever they come again, before
//! that place and after it.

use std::{
    cell::RefCell,
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
};

use crate::{
    dialect::{Event, Line},
    knowledge::SecretNames,
    memo::Memo,
    source::{self, Sensitive},
};

/// A place in a log that tells a secret, or may.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Clue {
    /// An answer of an AUTH exchange, as it stood on the wire.
    Answer(Sensitive),
    /// A line that names a secret.
    Line(Sensitive),
    /// The line behind that: the value may stand there.
    Next(Sensitive),
    /// What the log tells further down cannot be known yet: it comes through a pipe, and more of its mails are shown than
    /// can wait.
    Unread,
}

/// As much of a line as is looked at.
const MAX_LINE_BYTES: usize = 4 * 1024;
/// Different clues that are kept of one log, and bytes of them: a log repeats its few secrets, and what goes beyond is no log.
const MAX_CLUES: usize = 16 * 1024;
const MOST_BYTES: usize = 8 * 1024 * 1024;

thread_local! {
    /// Lines that name no secret, with one digit for all, of any log: no name has any.
    static HARMLESS: RefCell<Memo<()>> = RefCell::default();
}

/// Takes note of clues while lines go by.
#[derive(Clone, Debug, Default)]
pub(super) struct Clues {
    found: Vec<Clue>,
    /// The line before names a secret.
    named: bool,
    /// The line at hand, written so.
    kind: Vec<u8>,
}

impl Clues {
    /// Looks at a line, as it stands in the log and as it is read.
    pub(super) fn look(&mut self, text: &[u8], line: &Line<'_>) {
        let said = match line.event {
            // Lines of the dialogue hold their secrets in the AUTH exchange; a refusal may quote others.
            Event::Client(..) | Event::Turn(_) | Event::Blank => return,
            Event::Server(said, _) if !matches!(said, [b'4' | b'5', ..]) => return,
            _ => line.event.said(),
        };
        // The stamp that it begins with would make each line another one. One that is not there points nowhere: to compare it
        // all the same took a seventh of the time of the dialects without stamps, though hardly an instruction.
        let bare = &text[text.iter().position(|b| !b"[(".contains(b)).unwrap_or_default()..];
        let text = if line.stamp.is_empty() { bare } else { bare.strip_prefix(line.stamp).unwrap_or(text) };
        let cut = |text: &[u8]| Sensitive::new(&text[..text.len().min(MAX_LINE_BYTES)]);
        let names = SecretNames::builtin();
        let whole = if said.is_empty() { text } else { said };
        self.kind.clear();
        self.kind.extend_from_slice(text);
        self.kind.iter_mut().for_each(|b| *b = if b.is_ascii_digit() { b'0' } else { *b });
        let known = text.is_empty() || HARMLESS.with_borrow(|harmless| harmless.get(&self.kind).is_some());
        if !known && names.may_stand_in(text) {
            self.found.push(Clue::Line(cut(if names.may_stand_in(whole) { whole } else { text })));
            self.named = true;
            return;
        }
        if !known {
            HARMLESS.with_borrow_mut(|harmless| harmless.keep(&self.kind, ()));
        }
        if self.named && whole.iter().any(u8::is_ascii_alphanumeric) {
            self.named = false;
            self.found.push(Clue::Next(cut(whole)));
        }
    }

    /// The next line may hold a secret whose name was told.
    pub(super) fn is_waiting(&self) -> bool {
        self.named
    }

    /// An answer of an AUTH exchange.
    pub(super) fn answer(&mut self, answer: Sensitive) {
        self.found.push(Clue::Answer(answer));
    }

    /// Takes the clues found since the last call.
    pub(super) fn take(&mut self) -> Vec<Clue> {
        std::mem::take(&mut self.found)
    }
}

/// The clues in a text that is no log as far as anybody can tell: a list of settings beside the logs, say.
pub(crate) fn clues_in(text: &[u8]) -> Vec<Clue> {
    let mut clues = Clues::default();
    source::lines(text).for_each(|line| clues.look(line.text, &Line::new(Event::Unknown(line.text))));
    clues.take()
}

/// Knows clues that come again, so that each is handed on once; in bounded room.
#[derive(Debug, Default)]
pub(crate) struct NewClues {
    seen: HashSet<u64>,
    bytes: usize,
    /// A line that came again; what stands behind it may be new.
    line: Option<Clue>,
}

impl NewClues {
    /// Hands on what is new.
    pub(crate) fn take(&mut self, clue: Clue, mut each: impl FnMut(Clue)) {
        let mut hasher = DefaultHasher::new();
        clue.hash(&mut hasher);
        let new = self.seen.len() < MAX_CLUES && self.bytes < MOST_BYTES && self.seen.insert(hasher.finish());
        match clue {
            Clue::Line(_) if !new => self.line = Some(clue),
            Clue::Next(_) if !new => self.line = None,
            clue => {
                self.bytes += match &clue {
                    Clue::Answer(text) | Clue::Line(text) | Clue::Next(text) => text.expose().len(),
                    Clue::Unread => 0,
                };
                let line = self.line.take();
                if matches!(clue, Clue::Next(_)) {
                    line.into_iter().for_each(&mut each);
                }
                if new {
                    each(clue);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_differ_in_digits_tell_the_same() {
        let lines = [
            "Mail 17 sent",
            "Mail 18 sent",
            "password1=x2",
            "password2=x1",
            "to http://a1:b2@c.example",
            "to http://a7:b8@c.example",
            "to http://c1.example/?x=y",
            "to http://c2.example/?x=y",
            "to http://c2.example/?x=7",
            "user1 p455word2",
        ];
        let told = |clues: &mut Clues, line: &str| {
            clues.look(line.as_bytes(), &Line::new(Event::Unknown(line.as_bytes())));
            clues.take().into_iter().filter(|clue| matches!(clue, Clue::Line(_))).collect::<Vec<_>>()
        };
        let mut all = Clues::default();
        for line in lines {
            assert_eq!(told(&mut all, line), told(&mut Clues::default(), line), "{line}");
        }
    }

    #[test]
    fn each_clue_is_handed_on_once_with_the_line_before_it() {
        let text = |text: &str| Sensitive::new(text.as_bytes());
        let mut clues = Clues::default();
        for (line, event) in [
            ("Password:", Event::Unknown(b"Password:")),
            ("Kudu7Herd", Event::Unknown(b"Kudu7Herd")),
            ("Password:", Event::Unknown(b"Password:")),
            ("Zebra8Herd", Event::Unknown(b"Zebra8Herd")),
            ("Password:", Event::Unknown(b"Password:")),
            ("Kudu7Herd", Event::Unknown(b"Kudu7Herd")),
            ("sent", Event::Unknown(b"sent")),
        ] {
            clues.look(line.as_bytes(), &Line::new(event));
        }
        let (mut new, mut told) = (NewClues::default(), Vec::new());
        for clue in clues.take() {
            new.take(clue, |clue| told.push(clue));
        }
        let line = || Clue::Line(text("Password:"));
        assert_eq!(told, [line(), Clue::Next(text("Kudu7Herd")), line(), Clue::Next(text("Zebra8Herd"))]);
    }
}
