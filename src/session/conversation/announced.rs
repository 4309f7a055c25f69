//! A mail that the writer announces in words: who it is for and where it goes, until others tell how it went.

use super::{
    Context, Conversation,
    narration::{address, addresses, is_field, opening},
    same_mail::Told,
};
use crate::{
    dialect::{Extent, Outcome},
    session::{
        End,
        position::{Position, RawStamp},
    },
    smtp::Stage,
    source::Sensitive,
};

/// A mail that is about to go out; how it went stands elsewhere.
#[derive(Clone, Debug, Default)]
pub(super) struct Announced {
    pub from: Sensitive,
    pub recipients: Sensitive,
    pub host: Sensitive,
    pub port: Option<u16>,
    /// The words that announced it, and whether they say that an attempt begins.
    pub opening: Vec<u8>,
    pub begins: bool,
    /// What became of it if nothing more is told: it went out, or nobody knows; `None` where it is no mail for itself.
    pub silent: Option<bool>,
    pub at: Position,
    /// The newest line that told of it.
    pub line: u64,
    pub stamp: RawStamp,
}

impl Announced {
    /// The next recipient of the same mail, in the same field right below.
    fn takes(&self, outcome: &Outcome<'_>, at: Position) -> bool {
        self.line + 1 == at.line && is_field(outcome.error) && self.opening == opening(outcome.error)
    }

    fn names_another(&self, outcome: &Outcome<'_>) -> bool {
        addresses(outcome.recipients).any(|one| addresses(self.recipients.expose()).all(|known| known != one))
    }

    /// A line that only names somebody else, while this mail is under way.
    pub(super) fn is_beside(&self, outcome: &Outcome<'_>) -> bool {
        let named = self.begins && !self.recipients.expose().is_empty();
        let only_names = outcome.sent.is_none() && !outcome.begins && !is_field(outcome.error);
        named && only_names && self.names_another(outcome)
    }

    /// Words about another mail than this one. Who is named again in other words at the same time is the same.
    fn is_followed_by(&self, outcome: &Outcome<'_>, at: Position, stamp: &[u8]) -> bool {
        let anew = || self.opening == opening(outcome.error) && self.stamp.bytes() != stamp;
        let named = outcome.sent.is_none() && !outcome.recipients.is_empty();
        let again = named && (self.silent == Some(true) || anew());
        (again || self.names_another(outcome)) && !(outcome.sent.is_none() && self.takes(outcome, at))
    }
}

impl Conversation {
    /// A mail is about to go out, or more is said of the one that is.
    pub(super) fn announce(&mut self, cx: &mut Context<'_>, outcome: &Outcome<'_>, at: Position, stamp: &[u8]) {
        if self.add_to_told(cx, outcome, at, stamp) {
            return;
        }
        let known = self.announced.take();
        // Another field of the mail that is announced, or the next mail.
        let more =
            known.as_ref().is_some_and(|known| outcome.recipients.is_empty() || known.recipients.expose().is_empty());
        let also = known.as_ref().filter(|known| !more && known.takes(outcome, at)).map(|known| &known.recipients);
        let both = also.map(|known| [known.expose(), b" ", outcome.recipients].concat());
        let more = more || both.is_some();
        let known = known.filter(|known| more || !known.host.expose().is_empty()).unwrap_or_else(|| Announced {
            at,
            stamp: RawStamp::new(stamp),
            ..Announced::default()
        });
        let endpoint = outcome.endpoint;
        let silent = (outcome.inferred || outcome.part == Extent::Open).then_some(outcome.inferred);
        if outcome.recipients.is_empty() && !endpoint.host.is_empty() {
            // A setting that is told once is that of all mails behind it.
            self.settings.host = Some(Sensitive::new(endpoint.host));
            self.settings.port = endpoint.port;
        }
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
            recipients: match both {
                Some(both) => Sensitive::new(&both),
                None if outcome.recipients.is_empty() && more => known.recipients,
                None => Sensitive::new(outcome.recipients),
            },
            host,
            port,
            opening: opening(outcome.error),
            begins: outcome.begins,
            silent: silent.or(known.silent.filter(|_| more)),
            at: if more { known.at } else { at },
            line: at.line,
            stamp: if more { known.stamp } else { RawStamp::new(stamp) },
        });
    }

    /// Adds what goes on about the mail that was told above. True where nothing is left to say of another.
    fn add_to_told(&mut self, cx: &mut Context<'_>, outcome: &Outcome<'_>, at: Position, stamp: &[u8]) -> bool {
        let last = outcome.part == Extent::Last;
        // Of whom nothing was told above, the words below are about another.
        if last && self.session.told.is_none() {
            return true;
        }
        if last || self.is_about_told(cx, outcome, stamp) {
            let sent = self.session.told.as_ref().is_some_and(|told| told.sent);
            self.at(at, stamp);
            self.endpoint(outcome.endpoint);
            let mail = self.mail_mut();
            mail.from = mail.from.take().or_else(|| (!outcome.from.is_empty()).then(|| Sensitive::new(outcome.from)));
            address(mail, outcome.recipients, sent);
            if let Some(told) = self.session.told.as_mut().filter(|_| last) {
                told.named_below = true;
            }
            return true;
        }
        // What begins and names nobody else goes on about the mail that was only queued.
        if self.announced.is_none()
            && !self.is_another(outcome)
            && self.session.told.as_ref().is_some_and(|told| told.waits)
        {
            self.at(at, stamp);
            self.endpoint(outcome.endpoint);
            return true;
        }
        false
    }

    /// Nothing more is said of the mail that was announced, as another follows: where the log counts such mails among those
    /// that went out, so did this one.
    pub(super) fn end_announced(&mut self, cx: &mut Context<'_>, outcome: &Outcome<'_>, at: Position, stamp: &[u8]) {
        if self.announced.as_ref().is_some_and(|announced| announced.is_followed_by(outcome, at, stamp)) {
            self.end_silent(cx);
        }
    }

    /// Nothing more is said of the mail that was announced.
    pub(crate) fn end_silent(&mut self, cx: &mut Context<'_>) {
        let untold = |mail: &mut Announced| mail.silent.is_some() && !mail.recipients.expose().is_empty();
        let Some(announced) = self.announced.take_if(untold) else { return };
        let (at, stamp, sent) = (announced.at, announced.stamp, announced.silent);
        self.end_told(cx);
        self.announced = Some(announced);
        self.begin_told(cx, &Outcome { sent, inferred: true, ..Outcome::default() }, at, stamp.bytes());
        self.mail_mut().handed_over = sent == Some(false);
        self.end_told(cx);
    }

    /// The message that was announced went over, in a log that shows no dialogue: the server has taken it, unless an error
    /// follows.
    pub(super) fn handed_over(&mut self) -> bool {
        let Some(announced) = self.announced.take() else { return false };
        let mail = self.mail_mut();
        mail.told = Some(Stage::Data);
        mail.handed_over = true;
        address(mail, announced.recipients.expose(), false);
        self.session.told = Some(Told::default());
        true
    }
}
