//! The gate for a copy of a log: what the redactor knows, and what this log has told so far.

use crate::{
    dialect::{Extent, Outcome},
    knowledge::{Knowledge, WordClass},
    session::Secrets,
    smtp::AuthMechanism,
};

use super::{
    Level, Redactor,
    allow_list::{self, Strictness},
    answer, measure,
    pseudonym::Kind,
    secret::{self, next_line::NextLine},
    server_name,
    span::{Span, replace},
    visible::visible_bytes,
};

/// Names of each kind that are remembered; a log has a few.
const KEPT: usize = 64;
/// A shorter name or secret would be found inside every other word.
const SHORTEST: usize = 4;
/// Digits of a setting's number that may stay: a port, a time-out, a size.
const MAX_COUNTED_DIGITS: usize = 9;

/// Passes the words of a log on, one piece at a time.
pub(super) struct Censor<'g> {
    gate: &'g mut Redactor,
    knowledge: &'g Knowledge,
    /// Answers of AUTH exchanges: a server may quote what it was sent.
    secrets: Secrets,
    /// Names that PCs gave themselves, with their stand-ins.
    pcs: Vec<(String, String)>,
    /// What the lines before have told of a secret in this one.
    next_line: NextLine,
    /// Questions of AUTH exchanges, in whatever conversation, that have no answer yet.
    asked: u8,
}

impl<'g> Censor<'g> {
    pub(super) fn new(gate: &'g mut Redactor, knowledge: &'g Knowledge) -> Self {
        let (secrets, next_line) = (Secrets::but_addresses(), NextLine::default());
        Censor { gate, knowledge, secrets, pcs: Vec::new(), next_line, asked: 0 }
    }

    /// The next line, as it stands in the log and as it is read.
    pub(super) fn expect(&mut self, text: &[u8], said: &[u8]) {
        self.next_line.take(text, said);
    }

    /// The newest line is the value of a secret that the one before has named.
    pub(super) fn is_due(&self) -> bool {
        self.next_line.is_due()
    }

    /// A question of an AUTH exchange has no answer yet.
    pub(super) fn awaits_answer(&self) -> bool {
        self.asked > 0
    }

    /// A server asks in an AUTH exchange.
    pub(super) fn is_asked(&mut self) {
        self.asked = self.asked.saturating_add(1);
    }

    /// One of these questions has its answer.
    pub(super) fn is_answered(&mut self) {
        self.asked = self.asked.saturating_sub(1);
    }

    /// No answer comes to any of them.
    pub(super) fn forget_questions(&mut self) {
        self.asked = 0;
    }

    /// How many PCs have told their names.
    pub(super) fn pcs(&self) -> usize {
        self.pcs.len()
    }

    pub(super) fn level(&self) -> Level {
        self.gate.level()
    }

    /// The gate only learns secrets. A line whose parts may be learned from anew when they stand otherwise is masked as it
    /// would be shown: one with columns, or an answer that is due.
    pub(super) fn listen(&mut self, text: &[u8]) {
        let is_plain = self.next_line.is_plain() && memchr::memchr2(b'\t', b'=', text).is_none();
        self.gate.listen(is_plain);
    }

    /// It reads a log before its copy.
    pub(super) fn reads(&self) -> bool {
        self.gate.reads()
    }

    pub(super) fn listens(&self) -> bool {
        self.gate.listens()
    }

    /// A server's words, and others that a person needs to read.
    pub(super) fn free(&mut self, text: &[u8]) -> Vec<u8> {
        if text.is_empty() {
            return Vec::new();
        }
        let named = self.named(text);
        self.gate.shown(named).into_bytes()
    }

    /// A server's words to somebody who signs in, which may quote what he sent.
    pub(super) fn reply_of_sign_in(&mut self, text: &[u8]) -> Vec<u8> {
        let named = self.placed(text);
        if self.listens() {
            return named.into_bytes();
        }
        let named = secret::hide_decorated(&named);
        self.gate.mask(&named, Strictness::Chatter).into_bytes()
    }

    /// The text with stand-ins for what is known of secrets and people.
    fn named(&mut self, text: &[u8]) -> String {
        let mut text = visible_bytes(&self.secrets.wipe(text));
        if self.level() == Level::Personal {
            for (name, stand_in) in &self.pcs {
                text = replace_word(&text, name, stand_in);
            }
        }
        if !self.next_line.is_plain() {
            text = self.gate.without_values(&text, self.next_line.values(&text));
        }
        let named = self.gate.named(&text);
        if self.is_due() { self.gate.mask(&named, Strictness::Guarded) } else { named }
    }

    /// What a program says about itself: unknown words become shapes, unless they make the cause of an error.
    pub(super) fn chatter(&mut self, text: &[u8]) -> Vec<u8> {
        self.masked(text, Strictness::Chatter)
    }

    /// The writer's words while it signs in, which may quote what it answers.
    pub(super) fn note_of_sign_in(&mut self, text: &[u8]) -> Vec<u8> {
        self.masked(text, Strictness::Guarded)
    }

    /// A line that nobody understands.
    pub(super) fn stranger(&mut self, text: &[u8]) -> Vec<u8> {
        self.masked(text, Strictness::Guarded)
    }

    /// The text with stand-ins, and without what stands where other lines of its kind have secrets and names.
    fn placed(&mut self, text: &[u8]) -> String {
        if self.gate.reads() {
            self.gate.learn_places(&visible_bytes(text));
        }
        let named = self.named(text);
        let placed = self.gate.without_placed(&named, true);
        let cause = |text: &str| self.knowledge.client_error(text.as_bytes()).map(|meaning| meaning.cause);
        if placed != named && cause(&placed) != cause(&named) {
            return self.gate.without_placed(&named, false);
        }
        placed
    }

    /// What a server refuses, and why.
    pub(super) fn refusal(&mut self, text: &[u8]) -> Vec<u8> {
        let named = self.placed(text);
        self.gate.shown(named).into_bytes()
    }

    fn masked(&mut self, text: &[u8], how: Strictness) -> Vec<u8> {
        if text.is_empty() {
            return Vec::new();
        }
        let free = self.placed(text);
        // A line that nobody understands may be an answer of a sign-in, whatever it looks like.
        let how = if how == Strictness::Chatter { self.gate.chatter(&free) } else { how };
        let masked = self.gate.mask(&free, how);
        if masked == free {
            return masked.into_bytes();
        }
        let masked = masked.into_bytes();
        let cause = |text: &[u8]| self.knowledge.client_error(text).map(|meaning| meaning.cause);
        let told = cause(text);
        if told.is_some() && cause(&masked) != told {
            self.gate.mask(&free, Strictness::Reply).into_bytes()
        } else {
            masked
        }
    }

    /// The shape of every word, whatever it is.
    pub(super) fn shape(&mut self, text: &[u8]) -> Vec<u8> {
        match self.level() {
            Level::Secrets => self.free(text),
            Level::Personal => allow_list::shape(&visible_bytes(text)).into_bytes(),
        }
    }

    /// The stand-in for an answer of an AUTH exchange, which is remembered.
    pub(super) fn answer(&mut self, mechanism: Option<AuthMechanism>, step: usize, answer: &[u8]) -> Vec<u8> {
        let name = mechanism == Some(AuthMechanism::Login) && step == 0;
        self.secrets.remember(answer, name);
        if !name && answer.len() > 3 {
            self.gate.remember_answer(answer);
        }
        answer::stand_in(mechanism, step, answer, self.gate)
    }

    /// Something that may be an answer: a server may quote it.
    pub(super) fn remember(&mut self, text: &[u8]) {
        self.secrets.remember(text, false);
    }

    /// An address of MAIL or RCPT.
    pub(super) fn address(&mut self, address: &[u8], role: Kind) -> Vec<u8> {
        if self.level() == Level::Secrets || address.is_empty() {
            return self.gate.plain_address(&visible_bytes(address)).into_bytes();
        }
        let address = crate::source::Sensitive::new(address);
        let shown = if role == Kind::Sender { self.gate.sender(&address) } else { self.gate.address(&address) };
        shown.as_str().as_bytes().to_vec()
    }

    /// The name in a settings dump by which a program signs in.
    pub(super) fn user(&mut self, name: &[u8]) -> Vec<u8> {
        match self.level() {
            Level::Secrets => self.free(name),
            Level::Personal => self.gate.sign_in_name(&visible_bytes(name)).into_bytes(),
        }
    }

    /// The name that a PC gives itself in EHLO.
    pub(super) fn pc(&mut self, name: &[u8]) -> Vec<u8> {
        // `[grant]` is no address of the internet.
        if self.level() == Level::Personal
            && let Some(inner) = name.strip_prefix(b"[").and_then(|name| name.strip_suffix(b"]"))
            && !inner.iter().any(|b| b.is_ascii_digit() || *b == b':')
        {
            return [b"[", &*self.pc(inner), b"]"].concat();
        }
        let name = visible_bytes(name);
        if self.level() == Level::Secrets && !name.contains(['[', '.']) {
            self.gate.note_pc(&name);
        }
        if self.level() == Level::Secrets || name.is_empty() || name.starts_with('[') {
            return self.free(name.as_bytes());
        }
        let stand_in = self.gate.pc(&name);
        if name.len() >= SHORTEST && stand_in != name && !self.pcs.iter().any(|(known, _)| *known == name) {
            if self.pcs.len() == KEPT {
                self.pcs.remove(0);
            }
            self.pcs.push((name, stand_in.clone()));
        }
        stand_in.into_bytes()
    }

    /// The value of a setting, by its name.
    pub(super) fn setting(&mut self, name: &[u8], value: &[u8], signs_in: bool) -> Vec<u8> {
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        let told = value.iter().any(u8::is_ascii_alphanumeric);
        let whole = visible_bytes(&[name.as_bytes(), b":", value].concat());
        if told && (secret::is_key(&name) || secret::hide(&whole) != whole) {
            // Other lines may quote it.
            self.free(whole.as_bytes());
            return b"***".to_vec();
        }
        if signs_in {
            // What a template takes for a setting may be an answer.
            return self.note_of_sign_in(value);
        }
        let word: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let user = measure::ends_in(&word, WordClass::User) || secret::is_of_user(&word);
        if user && told && value != b"NULL" {
            return self.user(value);
        }
        if measure::ends_in(&word, WordClass::Host) {
            self.learn_host(value);
            return self.free(value);
        }
        // `SmtpPort: 2525`: what the name counts is nobody's number.
        if value.len() <= MAX_COUNTED_DIGITS && value.iter().all(u8::is_ascii_digit) && measure::ends_in_measure(&name)
        {
            return value.to_vec();
        }
        self.chatter(value)
    }

    /// What the writer tells of a whole mail.
    pub(super) fn outcome<'a>(&mut self, outcome: &Outcome<'a>, in_sign_in: bool) -> Vec<(&'a [u8], Vec<u8>)> {
        self.learn_host(outcome.endpoint.host);
        // The people first: the reply may name them again.
        let mut parts = vec![
            (outcome.endpoint.host, self.free(outcome.endpoint.host)),
            (outcome.from, self.address(outcome.from, Kind::Sender)),
            (outcome.user, self.user(outcome.user)),
        ];
        for address in outcome.recipients.split(|b| b" ,;<>".contains(b)) {
            parts.push((address, self.address(address, Kind::Recipient)));
        }
        parts.push((outcome.reply, self.free(outcome.reply)));
        // A program's own sentence may hold anybody's name.
        let error = match outcome.part {
            Extent::Whole => self.free(outcome.error),
            _ if in_sign_in => self.note_of_sign_in(outcome.error),
            _ => self.chatter(outcome.error),
        };
        parts.push((outcome.error, error));
        parts
    }

    /// Names of people, whom a server may name again.
    pub(super) fn learn_name(&mut self, names: &[u8]) {
        if self.level() == Level::Personal {
            self.gate.learn_name(&visible_bytes(names));
        }
    }

    /// A server's name: the ISP needs it, wherever it stands.
    pub(super) fn learn_host(&mut self, host: &[u8]) {
        self.gate.learn_host(&visible_bytes(host));
    }

    /// The name by which a server greets, or ends what it says.
    pub(super) fn learn_greeting(&mut self, name: &[u8]) {
        let name = visible_bytes(name);
        if server_name::is_internet_name(&name) {
            self.gate.learn_host(&name);
        }
    }

    /// What tells sessions apart, where it is a word: the same on every line of its conversation.
    pub(super) fn key(&mut self, key: &[u8]) -> Vec<u8> {
        self.gate.key(&visible_bytes(key)).into_bytes()
    }
}

/// Replaces a word where it stands alone.
fn replace_word(text: &str, word: &str, with: &str) -> String {
    let joint = |c: char| c.is_alphanumeric() || c == '-';
    let alone = |at: &usize| !text[..*at].ends_with(joint) && !text[at + word.len()..].starts_with(joint);
    let places = text.match_indices(word).map(|(at, _)| at).filter(alone);
    replace(text, places.map(|at| Span::new(at, at + word.len(), ())).collect(), |(), _, out| out.push_str(with))
}
