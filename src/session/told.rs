//! Mails that a log tells in words instead of a dialogue: one line a mail, or several that go on about the same.

use memchr::memmem;

use super::{
    ClientError, End, Reply,
    lane::{At, Context, Lane, RawStamp, TEXT_KEPT},
};
use crate::{
    dialect::{Endpoint, Outcome, Part},
    smtp::{self, ReplyCode, Stage, Verb},
    source::Sensitive,
};

/// Words that only say that it failed weigh no more than this.
const VAGUE: u8 = 35;
/// As much of the beginning of a record as tells its kind.
const HEAD: usize = 12;

/// A failed mail about which more may be said.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    stamp: RawStamp,
    /// Its first words: a record that begins like it is about another mail.
    head: Vec<u8>,
    /// The weight of the words that tell why; 0 for none.
    why: u8,
}

/// A mail that is about to go out; how it went stands elsewhere.
#[derive(Clone, Debug, Default)]
pub(super) struct Announced {
    recipients: Sensitive,
    host: Sensitive,
    port: Option<u16>,
    at: At,
    stamp: RawStamp,
}

impl Lane {
    /// Words about a mail, or all of its story.
    pub fn outcome(&mut self, cx: &mut Context<'_>, outcome: Outcome<'_>, at: At, stamp: &[u8]) {
        match outcome {
            Outcome { part: Part::Whole, .. } => self.whole(cx, outcome, at, stamp),
            Outcome { sent: Some(true), .. } => {
                let announced = self.announced.take();
                self.end_told(cx);
                self.announced = announced;
                self.begin_told(cx, &outcome, at, stamp);
                self.end_told(cx);
            }
            Outcome { sent: Some(false), .. } => self.failed(cx, &outcome, at, stamp),
            Outcome { sent: None, recipients, endpoint, .. } => {
                let known = self.announced.take().unwrap_or_default();
                self.end_told(cx);
                self.announced = Some(Announced {
                    recipients: Sensitive::new(recipients),
                    // Another mail over the same connection.
                    host: if endpoint.host.is_empty() { known.host } else { Sensitive::new(endpoint.host) },
                    port: endpoint.port.or(known.port),
                    at,
                    stamp: RawStamp::new(stamp),
                });
            }
        }
    }

    fn failed(&mut self, cx: &mut Context<'_>, outcome: &Outcome<'_>, at: At, stamp: &[u8]) {
        let meaning = cx.knowledge.client_error(outcome.error);
        let why = match outcome.status {
            Some(_) => u8::MAX,
            None => meaning.map_or(0, |meaning| meaning.weight.max(1)),
        };
        if self.goes_on(outcome, why, stamp) {
            self.at(at, stamp);
            let mail = self.mail_mut();
            for address in addresses(outcome.recipients) {
                mail.recipient(address);
            }
        } else if outcome.part == Part::Detail && why <= 1 {
            return;
        } else {
            let announced = self.announced.take();
            self.end_told(cx);
            self.announced = announced;
            self.begin_told(cx, outcome, at, stamp);
            self.told = Some(Told { stamp: RawStamp::new(stamp), head: head(outcome.error), why: 0 });
        }
        self.endpoint(outcome.endpoint);
        self.why(cx, outcome, at);
        if let Some(told) = &mut self.told {
            told.why = told.why.max(why);
        }
    }

    /// Whether these words are about the failed mail before.
    fn goes_on(&self, outcome: &Outcome<'_>, why: u8, stamp: &[u8]) -> bool {
        let Some(told) = &self.told else { return false };
        if self.mail.is_none() {
            return false;
        }
        // In a log with stamps each record has one; what has none belongs to the record before.
        if stamp.is_empty() && !told.stamp.bytes().is_empty() {
            return true;
        }
        if told.head == head(outcome.error) || self.is_another(outcome) {
            return false;
        }
        if outcome.part == Part::Detail {
            return true;
        }
        if told.stamp.bytes() != stamp {
            return told.why == 0 && is_exception(outcome.error);
        }
        told.why == 0 || why == 0 || told.why <= VAGUE && why > told.why
    }

    /// The words name a recipient that the mail before does not have.
    fn is_another(&self, outcome: &Outcome<'_>) -> bool {
        let known = |address: &[u8]| {
            self.mail.as_ref().is_some_and(|mail| mail.recipients.iter().any(|known| known.address.expose() == address))
        };
        addresses(outcome.recipients).any(|address| !known(address))
    }

    fn begin_told(&mut self, cx: &mut Context<'_>, outcome: &Outcome<'_>, at: At, stamp: &[u8]) {
        let announced = self.announced.take();
        self.close(cx, End::Next);
        let (from, begun) = match &announced {
            Some(announced) => (announced.at, announced.stamp.bytes()),
            None => (at, stamp),
        };
        self.restamp(from, begun);
        self.open(cx, from);
        self.at(at, stamp);
        if let Some(announced) = &announced {
            let host = announced.host.expose();
            self.endpoint(Endpoint { host, port: announced.port, ..Endpoint::default() });
        }
        self.endpoint(outcome.endpoint);
        let sent = outcome.sent == Some(true);
        let named = if outcome.recipients.is_empty() {
            announced.as_ref().map_or(&b""[..], |announced| announced.recipients.expose())
        } else {
            outcome.recipients
        };
        let mail = self.mail_mut();
        // Nothing said of how far it got: most mails that fail without a reply never reached a server.
        mail.told = Some(if sent { Stage::Done } else { stage_in(outcome.error).unwrap_or(Stage::Connect) });
        for address in addresses(named) {
            let place = mail.recipient(address);
            if sent {
                mail.answered(place, ReplyCode(250));
            }
        }
        if sent {
            let text = Sensitive::default();
            let verb = Verb::EndOfData;
            mail.end_reply = Some(Reply { code: ReplyCode(250), enhanced: None, text, verb, line: at.line });
        }
    }

    /// The words that tell more than those before decide.
    fn why(&mut self, cx: &mut Context<'_>, outcome: &Outcome<'_>, at: At) {
        if let Some(status) = outcome.status.filter(|_| self.mail_mut().end_reply.is_none()) {
            let enhanced = smtp::enhanced_status_code(outcome.reply).ok();
            let text = enhanced.as_ref().map_or(outcome.reply, |(rest, _)| rest.trim_ascii());
            let enhanced = enhanced.map(|(_, code)| code);
            let refused_at_once = matches!(status, 421 | 554)
                && matches!(stage_in(outcome.error), Some(Stage::Connect | Stage::Greeting));
            let stage = if refused_at_once {
                Stage::Greeting
            } else {
                stage_of_reply(status, enhanced.map(|code| code.to_string()).as_deref())
            };
            let text = self.without_secrets(&text[..text.len().min(TEXT_KEPT)]);
            let reply = Reply { code: ReplyCode(status), enhanced, text, verb: verb_at(stage), line: at.line };
            let mail = self.mail_mut();
            mail.told = Some(stage);
            mail.end_reply = Some(reply);
        } else if let Some(stage) = stage_in(outcome.error) {
            let mail = self.mail_mut();
            if mail.end_reply.is_none() && mail.told == Some(Stage::Connect) {
                mail.told = Some(stage);
            }
        }
        self.words(cx, outcome.error, at);
    }

    /// The program's words; kept also where nobody knows them, as they are all there is.
    fn words(&mut self, cx: &mut Context<'_>, error: &[u8], at: At) {
        self.note(cx, error, at);
        if self.error.is_none() && !error.is_empty() {
            let text = self.without_secrets(&error[..error.len().min(TEXT_KEPT)]);
            self.error = Some((0, ClientError { text, cause: None, certain: false, line: at.line }));
        }
    }

    /// Nothing more will be said of the mail.
    fn end_told(&mut self, cx: &mut Context<'_>) {
        self.told = None;
        if self.mail.as_ref().is_some_and(|mail| mail.told.is_some()) {
            self.give(cx, End::Closed);
            self.close(cx, End::Closed);
        }
    }

    /// A mail told in one line.
    fn whole(&mut self, cx: &mut Context<'_>, outcome: Outcome<'_>, at: At, stamp: &[u8]) {
        let refused = self.greeting_refusal.is_some() || self.ehlo_refusal.is_some() || self.auth_refusal.is_some();
        let told = self.open && (self.given > 0 || self.mail.is_some() || refused || self.trace.connected);
        if told {
            if self.connection.host.is_none() {
                self.endpoint(outcome.endpoint);
            }
            return;
        }
        self.close(cx, End::Next);
        self.restamp(at, stamp);
        self.open(cx, at);
        self.endpoint(outcome.endpoint);
        if !outcome.user.is_empty() {
            self.user(outcome.user);
        }
        let mail = self.mail_mut();
        mail.from = (!outcome.from.is_empty()).then(|| Sensitive::new(outcome.from));
        mail.size = outcome.bytes;
        let sent = outcome.sent == Some(true);
        for address in addresses(outcome.recipients) {
            let place = mail.recipient(address);
            if sent {
                mail.answered(place, ReplyCode(250));
            }
        }
        let stage = stage_of_words(outcome.error);
        let verb = verb_at(stage);
        mail.told = Some(stage);
        mail.end_reply =
            smtp::reply_line(outcome.reply).ok().filter(|(_, line)| sent || line.code.is_refusal()).map(|(_, line)| {
                Reply {
                    code: line.code,
                    enhanced: line.enhanced,
                    text: Sensitive::new(&line.text[..line.text.len().min(TEXT_KEPT)]),
                    verb,
                    line: at.line,
                }
            });
        if sent && mail.end_reply.is_none() {
            let text = Sensitive::default();
            mail.end_reply = Some(Reply { code: ReplyCode(250), enhanced: None, text, verb, line: at.line });
        }
        if !sent && !outcome.error.is_empty() {
            self.words(cx, outcome.error, at);
        }
        self.give(cx, End::Closed);
        self.close(cx, End::Closed);
    }
}

/// A program may take a second to say which exception it was.
fn is_exception(words: &[u8]) -> bool {
    let end = words.iter().position(u8::is_ascii_whitespace).unwrap_or(words.len());
    memmem::find(&words[..end], b"xception").is_some()
}

/// The addresses of a list.
fn addresses(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    list.split(|b| b" ,;<>".contains(b)).filter(|address| !address.is_empty())
}

fn head(words: &[u8]) -> Vec<u8> {
    let digitless = |b: &u8| if b.is_ascii_digit() { b'9' } else { *b };
    words.iter().take(HEAD).map(digitless).collect()
}

/// Which command a reply most likely answered.
fn stage_of_reply(code: u16, enhanced: Option<&str>) -> Stage {
    match (code, enhanced) {
        (530 | 553, _) => Stage::Mail,
        (534 | 535 | 538 | 504 | 454, _) => Stage::Auth,
        (_, Some(enhanced)) if enhanced[1..].starts_with(".1.") || enhanced[1..].starts_with(".2.") => Stage::Rcpt,
        (450 | 451 | 550 | 551 | 503, _) => Stage::Rcpt,
        (421, _) => Stage::Greeting,
        _ => Stage::Data,
    }
}

/// How far a mail got whose program tells its error in words only.
fn stage_of_words(words: &[u8]) -> Stage {
    stage_in(words).unwrap_or(Stage::Data)
}

/// The stage that the words name.
fn stage_in(words: &[u8]) -> Option<Stage> {
    const WORDS: [(&str, Stage); 11] = [
        ("recipient", Stage::Rcpt),
        ("envelope from", Stage::Mail),
        ("sender", Stage::Mail),
        ("authenticat", Stage::Auth),
        ("TLS", Stage::Tls),
        ("initial", Stage::Greeting),
        ("greeting", Stage::Greeting),
        ("EHLO", Stage::Ehlo),
        ("HELO", Stage::Ehlo),
        ("connect", Stage::Connect),
        ("locate host", Stage::Connect),
    ];
    // What stands in an address says nothing.
    let told = words.split(|b| b" \t,;<>()\"'".contains(b)).filter(|part| !part.contains(&b'@'));
    let told = told.collect::<Vec<_>>().join(&b' ');
    WORDS.iter().find(|(word, _)| memmem::find(&told, word.as_bytes()).is_some()).map(|(_, stage)| *stage)
}

/// The command under way at a stage.
pub(super) fn verb_at(stage: Stage) -> Verb {
    match stage {
        Stage::Connect | Stage::Greeting => Verb::Greeting,
        Stage::Tls => Verb::StartTls,
        Stage::Ehlo => Verb::Ehlo,
        Stage::Auth => Verb::Auth,
        Stage::Mail => Verb::Mail,
        Stage::Rcpt => Verb::Rcpt,
        Stage::Data | Stage::Done => Verb::EndOfData,
    }
}
