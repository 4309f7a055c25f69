//! Secrets that are hidden, and hidden again.

use std::mem;

use super::{
    super::{
        allow_list::{self, Strictness},
        places::Place,
        prompt::is_prompt,
        pseudonym::without_password,
        remembered::{self, trimmed},
        secret::{self, next_line::NextLine},
        span::{Span, replace},
        stand_in::Kind,
        visible::visible_bytes,
    },
    Level, MAX_CLEAN, MAX_SEEN_BYTES, Redactor,
};
use crate::{
    base64::decoded,
    session::{Clue, Transaction},
    smtp::{self, AnswerPart},
    source::Sensitive,
};

/// PCs that are remembered; a practice has a few.
const MAX_PCS: usize = 256;

impl Redactor {
    /// How much is taken away.
    pub fn level(&self) -> Level {
        self.level
    }

    /// How many forms of secrets are known.
    pub(crate) fn secrets(&self) -> usize {
        self.remembered.len()
    }

    pub(super) fn without_secrets(&mut self, visible: &str) -> String {
        if self.clean.contains(visible) {
            return visible.to_owned();
        }
        let mut spans = secret::found(visible);
        spans.retain(|span| !is_prompt(trimmed(&visible[span.at.clone()])));
        for span in &spans {
            self.remember(&visible[span.at.clone()]);
        }
        if self.listens {
            return visible.to_owned();
        }
        self.remembered.spans(visible, &mut spans);
        // Not remembered: it may be the name of a PC or a program. Where people count, no such word stays anyway.
        if self.level == Level::Secrets || secret::is_told_in(visible) {
            let is_pc = |word: &str| self.pcs.iter().any(|pc| pc == word);
            spans.extend(secret::odd_words(visible).into_iter().filter(|span| !is_pc(&visible[span.at.clone()])));
        }
        if spans.is_empty() && visible.len() <= MAX_SEEN_BYTES {
            if self.clean.len() >= MAX_CLEAN {
                self.clean.clear();
            }
            self.clean.insert(visible.into());
        }
        replace(visible, spans, |(), _, out| out.push_str(secret::HIDDEN))
    }

    pub(in crate::redact) fn without_remembered(&self, text: &str) -> String {
        let mut spans = Vec::new();
        self.remembered.spans(text, &mut spans);
        replace(text, spans, |(), _, out| out.push_str(secret::HIDDEN))
    }

    /// An address as it may be shown.
    pub(in crate::redact) fn plain_address(&self, address: &str) -> String {
        match address.rsplit_once('@') {
            Some((local, domain)) if !domain.is_empty() && local.contains([':', '/']) => {
                format!("{}@{domain}", without_password(local))
            }
            _ => self.without_remembered(address),
        }
    }

    /// What stood in the place of a secret is hidden from now on, wherever it stands. Where it is a pair, the second part is
    /// the secret.
    fn remember(&mut self, text: &str) {
        let pair = text.split_once(':').is_some_and(|(_, password)| self.remembered.remember(password));
        // A tag behind it is none of its letters.
        let tagged = text.split_once('<').is_some_and(|(password, _)| self.remembered.remember(password));
        if self.remembered.remember(text) || pair || tagged {
            self.seen.clear();
            self.clean.clear();
        }
    }

    /// An answer of an AUTH exchange, as it stood on the wire; a name is none.
    pub(in crate::redact) fn remember_answer(&mut self, answer: &[u8]) {
        let text = String::from_utf8_lossy(answer);
        self.remember(&text);
        let Some(decoded) = decoded(answer) else { return };
        smtp::answer_parts(&decoded, |part, text| {
            if part == AnswerPart::Secret {
                self.remember(&visible_bytes(text));
            }
        });
    }

    /// A text without the values that lines before it have asked for.
    pub(in crate::redact) fn without_values(&mut self, visible: &str, values: Vec<Span<()>>) -> String {
        for span in &values {
            self.remember(&visible[span.at.clone()]);
        }
        replace(visible, values, |(), _, out| out.push_str(secret::HIDDEN))
    }

    /// What the reading of a log met of its secrets, before any of its words are shown.
    pub(crate) fn learn(&mut self, clues: &[Clue]) {
        for clue in clues {
            match clue {
                Clue::Answer(answer) => self.remember_answer(answer.expose()),
                Clue::Line(line) => {
                    self.without_secrets(&visible_bytes(line.expose()));
                    self.next_line = NextLine::default();
                    self.next_line.take(line.expose(), line.expose());
                }
                Clue::Unread => {
                    self.unread = true;
                    self.seen.clear();
                }
                Clue::Next(line) => {
                    self.next_line.take(line.expose(), line.expose());
                    let line = visible_bytes(line.expose());
                    self.without_values(&line, self.next_line.values(&line));
                }
            }
        }
    }

    /// A row of this mail holds a word that its log may still tell to be a secret: one that is none of programs, no
    /// address and no name of a server.
    pub(crate) fn may_quote(&self, tx: &Transaction) -> bool {
        let strange = |text: &Sensitive| {
            let text = visible_bytes(text.expose());
            let keeps = |name: &str| (!remembered::is_secret(name)).then_some(true);
            text.split_whitespace().any(remembered::may_be_secret)
                && allow_list::mask(&text, Strictness::Reply, &keeps) != text
        };
        let words = [tx.reply.as_ref().map(|reply| &reply.text), tx.error.as_ref().map(|error| &error.text)];
        let names = [tx.connection.host.as_ref(), tx.mail_from.as_ref()].into_iter().chain(words);
        let people = tx.recipients.iter().map(|to| &to.address);
        self.level == Level::Secrets && names.flatten().chain(people).any(strange)
    }

    /// A text that was shown before all secrets were known, once more.
    pub(crate) fn again(&self, shown: &str) -> String {
        match self.level {
            Level::Secrets => self.without_remembered(shown),
            Level::Personal => shown.to_owned(),
        }
    }

    /// The name of a PC, for a redactor that comes after this one.
    pub(in crate::redact) fn note_pc(&mut self, name: &str) {
        if !name.is_empty() && self.pcs.len() < MAX_PCS && !self.pcs.iter().any(|known| known == name) {
            self.pcs.push(name.to_owned());
        }
    }

    /// The name by which a program signs in: a secret at every level. An address stays an address, and no other does.
    pub(in crate::redact) fn sign_in_name(&mut self, name: &str) -> String {
        match name.rsplit_once('@') {
            Some((local, domain)) if !local.is_empty() && !domain.is_empty() => {
                self.stand_ins.stand_in(Kind::Sender, local, Some(domain))
            }
            _ => self.stand_ins.thing(Kind::User, name),
        }
    }

    /// A redactor that reads a whole log before its copy, to which this one gives what it knows, for
    /// [`Redactor::learn_secrets`] to bring it back.
    pub(crate) fn reader(&mut self) -> Redactor {
        let (remembered, places) = (mem::take(&mut self.remembered), mem::take(&mut self.places));
        Redactor { remembered, places, reads: true, ..Redactor::new(Level::Secrets) }
    }

    /// It reads a log before its copy.
    pub(in crate::redact) fn reads(&self) -> bool {
        self.reads
    }

    /// What this line tells of where secrets and names stand in others like it.
    pub(in crate::redact) fn learn_places(&mut self, visible: &str) {
        self.places.learn(visible, || {
            let mut spans = secret::found(visible);
            spans.extend(secret::odd_words(visible));
            spans
        });
    }

    /// The text without words in whose place others like it have a secret, and, where people count, a name.
    pub(in crate::redact) fn without_placed(&self, text: &str, names: bool) -> String {
        if self.reads || self.places.is_empty() {
            return text.to_owned();
        }
        let personal = self.level == Level::Personal;
        let mut spans = self.places.found(text, personal);
        spans.retain(|span| span.kind == Place::Secret || names && personal);
        replace(text, spans, |place, word, out| match place {
            Place::Secret => out.push_str(secret::HIDDEN),
            Place::Name => out.push_str(&allow_list::shape(word)),
        })
    }

    /// The secrets and the PCs that another has seen, such as one that has read the whole log first.
    pub(crate) fn learn_secrets(&mut self, other: Redactor) {
        if self.level == Level::Personal {
            for pc in &other.pcs {
                self.stand_ins.learn_pc(pc);
            }
        }
        (self.remembered, self.places) = (other.remembered, other.places);
        self.seen.clear();
        self.clean.clear();
    }
}
