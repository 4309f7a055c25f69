//! What the writer tells of whole mails in words: one record a mail, or several that go on about the same. Where it tells
//! of the connection too, the words say what became of that; where it shows the dialogue, that tells of its mails itself.

use super::{
    Context, Conversation, TEXT_KEPT,
    narration::{address, addresses, is_exception, quoted_recipient, shape, stage_in, stage_of_reply, verb_at},
    verdict,
};
use crate::{
    dialect::{Endpoint, Extent, Outcome},
    knowledge::{By, Cause},
    session::{
        ClientError, End, Reply,
        mail::accepted,
        position::{Position, RawStamp},
    },
    smtp::{self, ReplyCode, Stage},
    source::Sensitive,
};

/// As much of the beginning of a record as tells its kind.
const HEAD: usize = 12;
/// Records about one attempt follow each other within this many seconds.
const TOGETHER_SECONDS: i64 = 3;
/// Records of one mail that are compared with the next one; a program tells one failure in few words.
const SHAPES_KEPT: usize = 12;

/// A mail that is told in words, and of which more may be said.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    /// The log tells of no connection around it: it is all of its session.
    alone: bool,
    /// It has gone out.
    sent: bool,
    stamp: RawStamp,
    /// The records that told of it: one with the same words is about another mail.
    shapes: Vec<Vec<u8>>,
    /// How well the words tell why; 0 for none.
    why: u8,
    /// The cause that they tell.
    cause: Option<Cause>,
}

/// A mail that is about to go out; how it went stands elsewhere.
#[derive(Clone, Debug, Default)]
pub(super) struct Announced {
    from: Sensitive,
    recipients: Sensitive,
    host: Sensitive,
    port: Option<u16>,
    at: Position,
    stamp: RawStamp,
}

impl Conversation {
    /// Words about a mail, or all of its story.
    pub(crate) fn outcome(&mut self, cx: &mut Context<'_>, outcome: Outcome<'_>, at: Position, stamp: &[u8]) {
        match outcome {
            Outcome { part: Extent::Whole, .. } => self.whole(cx, outcome, at, stamp),
            Outcome { sent: None, .. } => self.announce(cx, &outcome, at, stamp),
            _ if self.has_heard_of_it() => {
                self.at(at, stamp);
                self.note(cx, outcome.error, at);
            }
            Outcome { sent: Some(true), .. } => self.sent(cx, &outcome, at, stamp),
            Outcome { sent: Some(false), .. } => self.failed(cx, &outcome, at, stamp),
        }
    }

    /// The dialogue tells how the mail went. One that was announced behind the last mail of the dialogue never came to it.
    fn has_heard_of_it(&self) -> bool {
        match &self.mail {
            Some(mail) => mail.told.is_none(),
            None => self.open && self.trace.greeted && (self.announced.is_none() || self.given == 0),
        }
    }

    fn announce(&mut self, cx: &mut Context<'_>, outcome: &Outcome<'_>, at: Position, stamp: &[u8]) {
        if self.is_about_told(cx, outcome, stamp) {
            self.at(at, stamp);
            return;
        }
        let known = self.announced.take();
        // Another field of the mail that is announced, or the next mail.
        let more =
            known.as_ref().is_some_and(|known| outcome.recipients.is_empty() || known.recipients.expose().is_empty());
        let known = known.filter(|known| more || !known.host.expose().is_empty()).unwrap_or_else(|| Announced {
            at,
            stamp: RawStamp::new(stamp),
            ..Announced::default()
        });
        let endpoint = outcome.endpoint;
        // Another mail over the same connection.
        let (host, port) = match endpoint.host {
            b"" => (known.host, endpoint.port.or(known.port)),
            host => (Sensitive::new(host), endpoint.port),
        };
        self.end_told(cx);
        if self.is_over() {
            self.close(cx, End::Next);
        }
        self.announced = Some(Announced {
            from: if outcome.from.is_empty() { known.from } else { Sensitive::new(outcome.from) },
            recipients: if outcome.recipients.is_empty() && more {
                known.recipients
            } else {
                Sensitive::new(outcome.recipients)
            },
            host,
            port,
            at: if more { known.at } else { at },
            stamp: if more { known.stamp } else { RawStamp::new(stamp) },
        });
    }

    /// A line without a verdict that names nobody but the recipient of the mail before, at the same time: it goes on about
    /// that mail.
    fn is_about_told(&self, cx: &Context<'_>, outcome: &Outcome<'_>, stamp: &[u8]) -> bool {
        let Some(told) = self.told.as_ref().filter(|told| told.alone && self.announced.is_none()) else { return false };
        let named = !outcome.recipients.is_empty() && !self.is_another(outcome);
        named && !stamp.is_empty() && self.apart(cx, told, stamp).is_some_and(|seconds| seconds <= TOGETHER_SECONDS)
    }

    /// Seconds between the records of the mail before and this one, where both have a stamp.
    fn apart(&self, cx: &Context<'_>, told: &Told, stamp: &[u8]) -> Option<i64> {
        if told.stamp.bytes() == stamp {
            return Some(0);
        }
        let (before, now) = (cx.stamps.read(told.stamp.bytes())?, cx.stamps.read(stamp)?);
        let days = match (before.date, now.date) {
            (Some(before), Some(now)) => now.signed_duration_since(before).num_days(),
            _ => 0,
        };
        Some((days * 86_400 + now.time.signed_duration_since(before.time).num_seconds()).abs())
    }

    fn sent(&mut self, cx: &mut Context<'_>, outcome: &Outcome<'_>, at: Position, stamp: &[u8]) {
        let again = shape(outcome.error);
        let same = self.told.as_ref().is_some_and(|told| {
            told.sent
                && self.announced.is_none()
                && !self.is_another(outcome)
                && !told.shapes.contains(&again)
                && self.apart(cx, told, stamp).is_none_or(|seconds| seconds <= TOGETHER_SECONDS)
        });
        if same {
            self.at(at, stamp);
            self.endpoint(outcome.endpoint);
        } else {
            self.end_told(cx);
            self.begin_told(cx, outcome, at, stamp);
        }
        match &mut self.told {
            // More may be said of it.
            Some(told) if told.alone && told.shapes.len() < SHAPES_KEPT => told.shapes.push(again),
            Some(told) if told.alone => {}
            _ => self.end_told(cx),
        }
    }

    fn failed(&mut self, cx: &mut Context<'_>, outcome: &Outcome<'_>, at: Position, stamp: &[u8]) {
        let host = self.connection.host.clone();
        let meaning = cx.knowledge.told(outcome.error, None, host.as_ref().map(|host| host.expose()));
        let cause = meaning.as_ref().map(|meaning| meaning.cause).filter(|cause| *cause != Cause::UnknownReply);
        let why = match (outcome.status, &meaning) {
            (Some(_), _) => u8::MAX,
            (None, Some(meaning)) => 1 + 100 * u8::from(meaning.reply.is_some()) + 50 * u8::from(meaning.firm),
            (None, None) => 0,
        };
        let same = self.goes_on(cx, outcome, cause, why, stamp);
        if same {
            self.at(at, stamp);
            address(self.mail_mut(), outcome.recipients, false);
        } else if outcome.part == Extent::Detail && why == 0 && self.announced.is_none() {
            return;
        } else {
            self.end_told(cx);
            self.begin_told(cx, outcome, at, stamp);
        }
        self.endpoint(outcome.endpoint);
        self.why(cx, outcome, at);
        if let Some(told) = &mut self.told {
            if why > told.why || told.cause.is_none() {
                told.cause = cause.or(told.cause);
            }
            told.why = told.why.max(why);
            if told.shapes.len() < SHAPES_KEPT {
                told.shapes.push(shape(outcome.error));
            }
        }
    }

    /// Whether these words are about the failed mail before.
    fn goes_on(&self, cx: &Context<'_>, outcome: &Outcome<'_>, cause: Option<Cause>, why: u8, stamp: &[u8]) -> bool {
        let Some(told) = &self.told else { return false };
        let again = shape(outcome.error);
        if told.sent {
            return false;
        }
        if !told.alone || outcome.part == Extent::Why {
            // Known as one attempt, in whatever words it is told; the same ones again are about the next.
            let nameless = self.mail.as_ref().is_none_or(|mail| mail.recipients.is_empty());
            // Where nothing else parts them, what comes later goes on only to say why.
            let together = !told.alone || stamp.is_empty() || told.stamp.bytes() == stamp;
            let tells_why = told.why == 0 && (why > 0 || is_exception(outcome.error));
            let same = told.shapes.first().is_some_and(|first| *first == again);
            return !same && (nameless || !self.is_another(outcome)) && (together || tells_why);
        }
        if self.announced.is_some() || self.is_another(outcome) {
            return false;
        }
        // In a log with stamps each record has one; what has none belongs to the record before.
        if stamp.is_empty() && !told.stamp.bytes().is_empty() {
            return true;
        }
        if told.shapes.contains(&again) {
            return false;
        }
        if self.apart(cx, told, stamp).is_some_and(|seconds| seconds > TOGETHER_SECONDS) {
            return told.why <= 1 && is_exception(outcome.error);
        }
        if outcome.part == Extent::Detail || told.cause.is_some() && told.cause == cause {
            return true;
        }
        let begins_alike = |shape: &Vec<u8>| shape.iter().take(HEAD).eq(again.iter().take(HEAD));
        if told.shapes.iter().any(begins_alike) {
            return false;
        }
        // Where both tell why, and not the same, the clock must say that they belong together.
        told.why <= 1 || why <= 1 || !stamp.is_empty()
    }

    /// The words name a recipient that the mail before does not have.
    fn is_another(&self, outcome: &Outcome<'_>) -> bool {
        let known = |address: &[u8]| {
            self.mail.as_ref().is_some_and(|mail| mail.recipients.iter().any(|known| known.address.expose() == address))
        };
        addresses(outcome.recipients).any(|address| !known(address))
    }

    fn begin_told(&mut self, cx: &mut Context<'_>, outcome: &Outcome<'_>, at: Position, stamp: &[u8]) {
        let announced = self.announced.take();
        let sent = outcome.sent == Some(true);
        if self.trace.greeted || sent && self.error.is_some() && (self.given > 0 || self.mail.is_some()) {
            // What the dialogue or an error has told already was another mail.
            self.close(cx, End::Next);
        } else if sent {
            // What was warned of did no harm.
            self.error = None;
        }
        let alone = !self.open;
        if alone {
            let (from, begun) = announced.as_ref().map_or((at, stamp), |mail| (mail.at, mail.stamp.bytes()));
            self.restamp(from, begun);
            self.open(cx, from);
        }
        self.at(at, stamp);
        if let Some(announced) = announced.as_ref().filter(|_| alone) {
            let host = announced.host.expose();
            self.endpoint(Endpoint { host, port: announced.port, ..Endpoint::default() });
        }
        self.endpoint(outcome.endpoint);
        let named = if outcome.recipients.is_empty() {
            announced.as_ref().map_or(&b""[..], |announced| announced.recipients.expose())
        } else {
            outcome.recipients
        };
        let stage = match stage_in(outcome.error) {
            _ if sent => Stage::Done,
            Some(stage) => stage,
            // Most mails that fail without a reply, and nothing said of how far they got, never reached a server.
            None if alone => Stage::Connect,
            None => verdict::stage_of(self, None),
        };
        let from = announced.as_ref().map(|announced| &announced.from).filter(|from| !from.expose().is_empty());
        let mail = self.mail_mut();
        mail.from = from.cloned().or_else(|| (!outcome.from.is_empty()).then(|| Sensitive::new(outcome.from)));
        mail.told = Some(stage);
        mail.end_reply = sent.then(|| accepted(at));
        address(mail, named, sent);
        self.told = Some(Told { alone, sent, stamp: RawStamp::new(stamp), ..Told::default() });
    }

    /// The message that was announced went over, in a log that shows no dialogue: the server has taken it, unless an error
    /// follows.
    pub(super) fn handed_over(&mut self) -> bool {
        let Some(announced) = self.announced.take() else { return false };
        let mail = self.mail_mut();
        mail.told = Some(Stage::Data);
        mail.handed_over = true;
        address(mail, announced.recipients.expose(), false);
        self.told = Some(Told::default());
        true
    }

    /// The words that tell more than those before decide.
    fn why(&mut self, cx: &mut Context<'_>, outcome: &Outcome<'_>, at: Position) {
        if let Some(status) = outcome.status.filter(|_| self.mail_mut().end_reply.is_none()) {
            let (text, enhanced) = match smtp::enhanced_status_code(outcome.reply) {
                Ok((text, enhanced)) => (text.trim_ascii(), Some(enhanced)),
                Err(_) => (outcome.reply, None),
            };
            let stage = stage_of_reply(status, enhanced, text, outcome.error);
            let text = self.without_secrets(&text[..text.len().min(TEXT_KEPT)]);
            let reply = Reply { code: ReplyCode(status), enhanced, text, verb: verb_at(stage), line: at.line };
            let mail = self.mail_mut();
            if stage == Stage::Rcpt && mail.recipients.is_empty() {
                address(mail, quoted_recipient(reply.text.expose()), false);
            }
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
    fn words(&mut self, cx: &mut Context<'_>, error: &[u8], at: Position) {
        let error = &error[..error.len().min(TEXT_KEPT)];
        if error.is_empty() {
            return;
        }
        let host = self.connection.host.clone();
        let meaning = cx.knowledge.told(error, None, host.as_ref().map(|host| host.expose()));
        let weight = match &meaning {
            Some(meaning) => 1 + 100 * u8::from(meaning.firm) + 50 * u8::from(meaning.by == By::Text),
            None => 0,
        };
        if self.error.as_ref().is_none_or(|(known, error)| *known < weight || error.cause.is_none() && weight > 0) {
            let text = self.without_secrets(error);
            let cause = meaning.as_ref().map(|meaning| meaning.cause);
            let certain = meaning.is_some_and(|meaning| meaning.certain);
            self.error = Some((weight, ClientError { text, cause, certain, line: at.line }));
        }
    }

    /// A failure was told of the attempt to connect there, so that trying there again is another attempt.
    pub(super) fn is_told_of(&self, endpoint: Endpoint<'_>) -> bool {
        let host = self.connection.host.as_ref().filter(|_| self.told.is_some() && !endpoint.host.is_empty());
        host.is_some_and(|host| host.expose() == endpoint.host)
    }

    /// The connection came about: words about a failure before were about another address of the host, or another mail.
    pub(super) fn outlast_told(&mut self, cx: &mut Context<'_>) {
        if self.told.as_ref().is_some_and(|told| told.alone) {
            self.end_told(cx);
        } else if self.told.take().is_some() {
            self.mail = None;
        }
    }

    /// Nothing more will be said of the mail.
    fn end_told(&mut self, cx: &mut Context<'_>) {
        match self.told.take() {
            Some(Told { alone: true, .. }) => self.close(cx, End::Closed),
            Some(_) => self.give(cx, End::Closed),
            None => {}
        }
    }

    /// A mail told in one line.
    fn whole(&mut self, cx: &mut Context<'_>, outcome: Outcome<'_>, at: Position, stamp: &[u8]) {
        let refused = self.greeting_refusal.is_some() || self.ehlo_refusal.is_some() || self.auth_refusal.is_some();
        let spoken = self.given > 0 || self.mail.is_some() || refused || self.trace.connected || self.error.is_some();
        let told = self.open && spoken;
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
        address(mail, outcome.recipients, sent);
        // Its program knows the command that failed, and names it; what it has no words for came behind them all.
        let stage = stage_in(outcome.error).unwrap_or(Stage::Data);
        mail.told = Some(stage);
        let reply = smtp::reply_line(outcome.reply).ok().filter(|(_, line)| sent || line.code.is_refusal());
        mail.end_reply = reply.map_or_else(
            || sent.then(|| accepted(at)),
            |(_, line)| {
                let text = Sensitive::new(&line.text[..line.text.len().min(TEXT_KEPT)]);
                let (code, enhanced) = (line.code, line.enhanced);
                Some(Reply { code, enhanced, text, verb: verb_at(stage), line: at.line })
            },
        );
        if !sent {
            self.words(cx, outcome.error, at);
        }
        self.close(cx, End::Closed);
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        dialect::{Profile, StampReader},
        knowledge::Knowledge,
        session::{Builder, End},
    };

    /// The lines of each attempt, how it ended, and how far it got.
    fn told(log: &str) -> Vec<String> {
        const PROFILE: &str = r#"
            name = "words"
            line = [
                { kind = "server", template = "S: {text}" },
                { kind = "client", template = "C: {text}" },
                { kind = "connecting", template = "Connecting to {host}:{port}" },
                { kind = "closed", template = "Closed" },
                { kind = "mail-begins", template = "Sending to {any}" },
                { kind = "mail-sent", template = "Sent" },
                { kind = "mail-failed", template = "Failed: {text}" },
            ]
        "#;
        let dialect = Profile::from_toml(PROFILE).unwrap().into_dialect();
        let stamps = StampReader::default();
        let mut builder = Builder::new(Knowledge::builtin(), stamps);
        for line in log.lines() {
            builder.feed(&dialect, &dialect.read(line.as_bytes()), 0);
        }
        builder.finish(End::Eof);
        let shown = |tx: &crate::session::Transaction| {
            let lines = (tx.line_first, tx.line_last);
            let to: Vec<&str> =
                tx.recipients.iter().map(|to| std::str::from_utf8(to.address.expose()).unwrap()).collect();
            format!("{lines:?} {} {} {}", tx.outcome.name(), tx.stage.name(), to.join(" ")).trim_end().to_owned()
        };
        builder.done_mut().iter().map(shown).collect()
    }

    #[test]
    fn words_alone_are_a_mail_each() {
        let log = "Sending to a@b.example\nFailed: 550 5.1.1 User unknown\nSending to c@d.example\nSent\n";
        assert_eq!(told(log), ["(1, 2) rejected rcpt a@b.example", "(3, 4) sent done c@d.example"]);
        assert_eq!(told("Failed: timed out\nFailed: timed out\n").len(), 2, "the same words again are another mail");
        assert_eq!(told("Failed: timed out\nFailed: no connection\n").len(), 1, "other words say why");
    }

    #[test]
    fn words_beside_a_connection_are_about_it() {
        let refused = "Connecting to mail.b.example:587\nFailed: connection refused\nClosed\n";
        assert_eq!(told(refused), ["(1, 3) failed connect"]);
        assert_eq!(
            told(&refused.replace("Closed\n", "").repeat(2)),
            ["(1, 2) failed connect", "(3, 4) failed connect"]
        );
        let sent =
            "Connecting to mail.b.example:587\nSending to a@b.example\nSent\nSending to c@d.example\nSent\nClosed\n";
        assert_eq!(told(sent), ["(1, 3) sent done a@b.example", "(5, 5) sent done c@d.example"]);
    }

    #[test]
    fn a_dialogue_tells_of_its_mails_itself() {
        let dialogue = "Connecting to mail.b.example:25\nSending to a@b.example\nS: 220 mail\nC: EHLO pc\nS: 250 mail\n\
                        C: MAIL FROM:<x@y.example>\nS: 250 ok\nC: RCPT TO:<a@b.example>\nS: 550 5.1.1 no\n\
                        Failed: 550 5.1.1 no\nC: QUIT\nS: 221 bye\n";
        assert_eq!(told(dialogue), ["(1, 12) rejected rcpt a@b.example"]);
        let later = format!("{dialogue}Sending to c@d.example\nFailed: connection refused\n");
        assert_eq!(told(&later)[1..], ["(13, 14) failed connect c@d.example"]);
    }
}
