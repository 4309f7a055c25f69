//! What the writer tells of whole mails in words: one record a mail, or several that go on about the same. Where it tells
//! of the connection too, the words say what became of that; where it shows the dialogue, that tells of its mails itself.

use memchr::memmem;

use super::{Context, Conversation, TEXT_KEPT, verdict};
use crate::{
    dialect::{Endpoint, Extent, Outcome},
    session::{
        ClientError, End, Reply,
        mail::{Mail, accepted},
        position::{Position, RawStamp},
    },
    smtp::{self, EnhancedStatusCode, ReplyCode, Stage, Verb},
    source::Sensitive,
};

/// Words that only say that it failed weigh no more than this.
const VAGUE: u8 = 35;
/// As much of the beginning of a record as tells its kind.
const HEAD: usize = 12;
/// As much of a record as tells whether it says the same again.
const SHAPE: usize = 160;

/// A mail that is told in words, and of which more may be said.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    /// The log tells of no connection around it: it is all of its session.
    alone: bool,
    stamp: RawStamp,
    /// Its first words: a record that begins like it is about another mail.
    shape: Vec<u8>,
    /// The weight of the words that tell why; 0 for none.
    why: u8,
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
    pub fn outcome(&mut self, cx: &mut Context<'_>, outcome: Outcome<'_>, at: Position, stamp: &[u8]) {
        match outcome {
            Outcome { part: Extent::Whole, .. } => self.whole(cx, outcome, at, stamp),
            Outcome { sent: None, .. } => self.announce(cx, &outcome, at, stamp),
            _ if self.has_heard_of_it() => {
                self.at(at, stamp);
                self.note(cx, outcome.error, at);
            }
            Outcome { sent: Some(true), .. } => {
                self.end_told(cx);
                self.begin_told(cx, &outcome, at, stamp);
                self.end_told(cx);
            }
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
        let known = self.announced.take().unwrap_or_default();
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
            recipients: Sensitive::new(outcome.recipients),
            host,
            port,
            at,
            stamp: RawStamp::new(stamp),
        });
    }

    fn failed(&mut self, cx: &mut Context<'_>, outcome: &Outcome<'_>, at: Position, stamp: &[u8]) {
        let meaning = cx.knowledge.client_error(outcome.error);
        let why = match outcome.status {
            Some(_) => u8::MAX,
            None => meaning.map_or(0, |meaning| meaning.weight.max(1)),
        };
        if self.goes_on(outcome, why, stamp) {
            self.at(at, stamp);
            address(self.mail_mut(), outcome.recipients, false);
        } else if outcome.part == Extent::Detail && why <= 1 {
            return;
        } else {
            self.end_told(cx);
            self.begin_told(cx, outcome, at, stamp);
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
        let again = shape(outcome.error);
        if !told.alone || outcome.part == Extent::Why {
            // Known as one attempt, in whatever words it is told; the same ones again are about the next.
            let nameless = self.mail.as_ref().is_none_or(|mail| mail.recipients.is_empty());
            // Where nothing else parts them, what comes later goes on only to say why.
            let together = !told.alone || stamp.is_empty() || told.stamp.bytes() == stamp;
            let tells_why = told.why == 0 && (why > 0 || is_exception(outcome.error));
            return told.shape != again && (nameless || !self.is_another(outcome)) && (together || tells_why);
        }
        // In a log with stamps each record has one; what has none belongs to the record before.
        if stamp.is_empty() && !told.stamp.bytes().is_empty() {
            return true;
        }
        if told.shape.iter().take(HEAD).eq(again.iter().take(HEAD)) || self.is_another(outcome) {
            return false;
        }
        if outcome.part == Extent::Detail {
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
        mail.from = from.cloned();
        mail.told = Some(stage);
        mail.end_reply = sent.then(|| accepted(at));
        address(mail, named, sent);
        self.told = Some(Told { alone, stamp: RawStamp::new(stamp), shape: shape(outcome.error), why: 0 });
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
        self.note(cx, error, at);
        if self.error.is_none() && !error.is_empty() {
            let text = self.without_secrets(&error[..error.len().min(TEXT_KEPT)]);
            self.error = Some((0, ClientError { text, cause: None, certain: false, line: at.line }));
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

/// A program may take a second to say which exception it was.
fn is_exception(words: &[u8]) -> bool {
    let end = words.iter().position(u8::is_ascii_whitespace).unwrap_or(words.len());
    memmem::find(&words[..end], b"xception").is_some()
}

/// The mail is to this list. `taken`: it has gone out.
fn address(mail: &mut Mail, list: &[u8], taken: bool) {
    for address in addresses(list) {
        let place = mail.recipient(address);
        if taken {
            mail.answered(place, ReplyCode(250));
        }
    }
}

/// `<a@b.example>: Recipient address rejected`: the address that a reply to RCPT begins with.
fn quoted_recipient(text: &[u8]) -> &[u8] {
    let quoted = text.strip_prefix(b"<").and_then(|rest| rest.split(|b| *b == b'>').next());
    quoted.filter(|address| address.contains(&b'@')).unwrap_or_default()
}

/// The addresses of a list.
fn addresses(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    list.split(|b| b" ,;<>".contains(b)).filter(|address| !address.is_empty())
}

fn shape(words: &[u8]) -> Vec<u8> {
    let digitless = |b: &u8| if b.is_ascii_digit() { b'9' } else { *b };
    words.iter().take(SHAPE).map(digitless).collect()
}

/// Which command a reply most likely answered: by its code, then by the server's own words; `around` it are the program's.
fn stage_of_reply(code: u16, enhanced: Option<EnhancedStatusCode>, text: &[u8], around: &[u8]) -> Stage {
    match (code, enhanced.map(|enhanced| enhanced.subject)) {
        (421 | 554, _) if matches!(stage_in(around), Some(Stage::Connect | Stage::Greeting)) => Stage::Greeting,
        // RFC 3207 has this code too.
        (454, _) if stage_in(text) == Some(Stage::Tls) => Stage::Tls,
        (530 | 553, _) => Stage::Mail,
        (534 | 535 | 538 | 504 | 454, _) => Stage::Auth,
        (_, Some(1 | 2)) => Stage::Rcpt,
        (450 | 451 | 550 | 551 | 503, _) => Stage::Rcpt,
        (421, _) => Stage::Greeting,
        _ => stage_in(text)
            .filter(|stage| matches!(stage, Stage::Greeting | Stage::Mail | Stage::Rcpt))
            .unwrap_or(Stage::Data),
    }
}

/// The stage that the words name.
fn stage_in(words: &[u8]) -> Option<Stage> {
    const WORDS: [(&str, Stage); 14] = [
        // Of gomail (Go), which says so only once it is signed in.
        ("could not send email", Stage::Data),
        ("recipient", Stage::Rcpt),
        ("envelope from", Stage::Mail),
        ("sender ", Stage::Mail),
        ("authenticat", Stage::Auth),
        ("TLS", Stage::Tls),
        ("initial", Stage::Greeting),
        ("greeting", Stage::Greeting),
        ("EHLO", Stage::Ehlo),
        ("HELO", Stage::Ehlo),
        ("connect", Stage::Connect),
        ("locate host", Stage::Connect),
        ("Relay access", Stage::Rcpt),
        ("Client host", Stage::Greeting),
    ];
    // What stands in an address says nothing.
    let told = words.split(|b| b" \t,;<>()\"'".contains(b)).filter(|part| !part.contains(&b'@'));
    let told = told.collect::<Vec<_>>().join(&b' ');
    WORDS.iter().find(|(word, _)| memmem::find(&told, word.as_bytes()).is_some()).map(|(_, stage)| *stage)
}

/// The command under way at a stage.
fn verb_at(stage: Stage) -> Verb {
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
        assert_eq!(told(&later)[1..], ["(13, 14) failed connect"]);
    }
}
