//! Texts that differ only in addresses and long numbers tell the same: of each kind one is classified, in the name of nobody.

use std::{
    cell::{OnceCell, RefCell},
    ops::Range,
    rc::Rc,
};

use super::{
    Told,
    phrases::{Said, said},
    place,
    titles::{around_title, without_title},
};
use crate::{
    dialect::{Endpoint, Event, Line, Outcome},
    memo::Memo,
    smtp,
    source::place_in,
};

/// Stands for any address: no word that anybody knows, and long enough for one.
const NOBODY: &[u8] = b"qqq@qqq.qqq";
/// A run of so many digits is no code of a reply, no verdict and no count.
const LONG: usize = 4;
/// Stands for each of its digits.
const MASK: u8 = 0;

/// Texts as they are kept: with nobody's address, and another time without their long numbers.
#[derive(Default)]
struct Alike {
    text: Vec<u8>,
    masked: Vec<u8>,
    /// Where nobody's address stands in the text, and how long the one is that it stands for.
    addresses: Vec<(Range<usize>, usize)>,
    told: Memo<Kept>,
    said: Memo<Rc<Said>>,
}

/// The phrases of all texts of a kind, once one was asked for them.
pub(super) type Shared = Rc<OnceCell<Rc<Said>>>;

/// What is told, and where in the text with nobody's address the parts of it stand.
#[derive(Clone)]
struct Kept {
    told: Told<'static>,
    said: Shared,
    recipients: Range<usize>,
    taken: Range<usize>,
    from: Range<usize>,
    host: Range<usize>,
    reply: Range<usize>,
    error: Range<usize>,
}

thread_local! {
    static ALIKE: RefCell<Alike> = RefCell::default();
}

/// What the text tells, and its phrases; `dated`: a stamp stood before it.
pub(super) fn told(text: &[u8], dated: bool) -> (Told<'_>, Shared) {
    let known = ALIKE.with_borrow_mut(|alike| alike.told(text, dated));
    let (told, said) = known.unwrap_or_else(|| (Told::of(text, dated), Shared::default()));
    let told = match told.event {
        Event::Outcome(outcome @ Outcome { sent: Some(false), .. }) => {
            let error = around_title(text).unwrap_or(outcome.error);
            Told { event: Event::Outcome(Outcome { error, ..outcome }), ..told }
        }
        _ => told,
    };
    (told, said)
}

/// The phrases of the text.
pub(super) fn phrases(text: &[u8]) -> Rc<Said> {
    let text = &*without_title(text);
    ALIKE.with_borrow_mut(|alike| {
        if !alike.take(text, false) {
            return Rc::new(said(text));
        }
        if let Some(known) = alike.said.get(&alike.masked) {
            return Rc::clone(known);
        }
        let found = Rc::new(said(text));
        alike.said.keep(&alike.masked, Rc::clone(&found));
        found
    })
}

impl Alike {
    /// None where a part of what is told cannot be found again in the text.
    fn told<'a>(&mut self, text: &'a [u8], dated: bool) -> Option<(Told<'a>, Shared)> {
        if !self.take(&without_title(text), dated) {
            return None;
        }
        let exact = || self.told.get(&self.text).filter(|_| self.text != self.masked);
        if let Some(known) = self.told.get(&self.masked).or_else(exact) {
            return Some((known.told(text, &self.addresses)?, Rc::clone(&known.said)));
        }
        let kept = Kept::of(&self.text[1..], dated)?;
        let found = kept.told(text, &self.addresses).map(|told| (told, Rc::clone(&kept.said)));
        // Of a mail that went out no long number tells anything.
        let any_number = matches!(kept.told.event, Event::Outcome(Outcome { sent: Some(true), .. }));
        self.told.keep(if any_number { &self.masked } else { &self.text }, kept);
        found
    }

    /// Takes the text in; false where its addresses cannot be told apart, or it holds the mark of what is masked.
    fn take(&mut self, text: &[u8], dated: bool) -> bool {
        if memchr::memchr(MASK, text).is_some() {
            return false;
        }
        self.addresses.clear();
        self.text.clear();
        self.text.push(u8::from(dated));
        let mut end = 0;
        for at in memchr::memchr_iter(b'@', text) {
            let Some((start, after)) = smtp::address_around(text, at) else { continue };
            let Some(between) = text.get(end..start) else { return false };
            self.text.extend_from_slice(between);
            let here = self.text.len() - 1;
            self.addresses.push((here..here + NOBODY.len(), after - start));
            self.text.extend_from_slice(NOBODY);
            end = after;
        }
        self.text.extend_from_slice(&text[end..]);
        self.masked.clone_from(&self.text);
        let mut rest = &mut self.masked[1..];
        while let Some(start) = rest.iter().position(u8::is_ascii_digit) {
            let digits = rest[start..].iter().take_while(|b| b.is_ascii_digit()).count();
            let (run, behind) = rest[start..].split_at_mut(digits);
            if digits >= LONG {
                run.fill(MASK);
            }
            rest = behind;
        }
        true
    }
}

impl Kept {
    fn of(text: &[u8], dated: bool) -> Option<Kept> {
        let told = Told::of(text, dated);
        let outcome = match told.event {
            Event::Outcome(outcome) => outcome,
            _ => Outcome::default(),
        };
        let place = |part: &[u8]| {
            if part.is_empty() { Some(0..0) } else { place_in(text, part).map(|start| start..start + part.len()) }
        };
        Some(Kept {
            recipients: place(told.recipients)?,
            taken: place(outcome.taken)?,
            from: place(outcome.from)?,
            host: place(outcome.endpoint.host)?,
            reply: place(outcome.reply)?,
            error: place(outcome.error)?,
            said: Shared::default(),
            told: Told {
                words: told.words,
                dialogue: told.dialogue,
                recipients: b"",
                event: Line::new(told.event).map(|_| &b""[..]).event,
            },
        })
    }

    /// What a text of this kind tells.
    fn told<'a>(&self, text: &'a [u8], addresses: &[(Range<usize>, usize)]) -> Option<Told<'a>> {
        let at = |place: usize| {
            let mut found = place;
            for (address, length) in addresses.iter().take_while(|(address, _)| address.start < place) {
                if place < address.end {
                    return None;
                }
                found = (found + length).checked_sub(NOBODY.len())?;
            }
            Some(found)
        };
        let part = |place: &Range<usize>| text.get(at(place.start)?..at(place.end)?);
        let recipients = part(&self.recipients)?;
        let event = match self.told.event {
            Event::Outcome(outcome) => {
                let Endpoint { host, port, .. } = place::endpoint_at(text, at(self.host.start)?..at(self.host.end)?);
                let endpoint = Endpoint { host, port, ..outcome.endpoint };
                let (from, reply, error) = (part(&self.from)?, part(&self.reply)?, part(&self.error)?);
                let taken = part(&self.taken)?;
                Event::Outcome(Outcome { recipients, taken, from, endpoint, reply, error, ..outcome })
            }
            Event::Unknown(_) => Event::Unknown(text),
            other => other,
        };
        Some(Told { recipients, event, ..self.told })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_one_kind_tell_the_same() {
        for text in [
            "Mail 10234 to a@b.example sent through smtp.mweb.co.za:2525",
            "Sent to a@b.example, c@d.example from p@q.example.",
            "Sending statement to Addr=a@b.example",
            "Mail to <a@b.example> failed: 550 5.1.1 <a@b.example>: User unknown",
            "Error 10060 at a@b.example",
            "a@b.example",
            "a@b@c.example sent",
            "MAIL FROM:<a@b.example>",
        ] {
            let other =
                text.replace("a@b.example", "patient.of.the.practice@elsewhere.example").replace("10234", "99999");
            for text in [text, &other, text] {
                let text = text.as_bytes();
                assert_eq!(told(text, true).0, Told::of(text, true), "{}", text.escape_ascii());
                assert_eq!(*phrases(text), said(text), "{}", text.escape_ascii());
            }
        }
    }
}
