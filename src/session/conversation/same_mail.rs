//! Whether a record in a program's own words goes on about the mail before it. Three things tell: when it was written
//! ([`When`]), whom it names ([`Whom`]), and what it says.

use bstr::ByteSlice;
use memchr::memmem;

use super::{
    Context, Conversation,
    narration::{addresses, is_exception, is_field, opening, shape, unlogged},
};
use crate::{
    dialect::{Extent, Outcome},
    knowledge::{Cause, begins_with_class, is_word_byte, words_in},
    session::position::{Position, RawStamp},
};

/// As much of the beginning of a record as tells its kind.
const HEAD: usize = 12;
/// As much of the beginning of a record as nobody says twice by chance.
const QUOTED: usize = 16;
/// Characters of the number of a mail, and digits among them.
const NUMBER: usize = 6;
const NUMBER_DIGITS: usize = 3;
/// Records about one attempt follow each other within this many seconds.
const TOGETHER_SECONDS: i64 = 3;
/// Records within so many milliseconds are about one failure.
const AT_ONCE_MILLIS: i64 = 50;

/// When a record was written, beside the mail before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// It has no stamp, and the mail has one. In a log with stamps each record has one: this goes on with the record before.
    Within,
    /// Neither has a stamp.
    Undated,
    /// At the same time, to the letter.
    Same,
    /// So many seconds apart.
    Apart(i64),
    /// A stamp is missing or cannot be read.
    Unknown,
}

impl When {
    /// The stamps tell that they are further apart than what is said about one attempt.
    fn is_later(self) -> bool {
        matches!(self, When::Apart(seconds) if seconds > TOGETHER_SECONDS)
    }

    /// At the same time, or so soon that it is about one attempt; also where neither has a time.
    fn is_soon(self) -> bool {
        matches!(self, When::Undated | When::Same)
            || matches!(self, When::Apart(seconds) if seconds <= TOGETHER_SECONDS)
    }
}

/// Whom a record names, beside the mail before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whom {
    /// Nobody but recipients of that mail, if anybody.
    Same,
    /// Somebody, and that mail was told of nobody.
    First,
    /// Somebody else.
    Another,
}

/// A mail that is told in words, and of which more may be said.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    /// The log tells of no connection around it: it is all of its session.
    pub alone: bool,
    /// It has gone out.
    pub sent: bool,
    /// It was only queued.
    pub waits: bool,
    /// It is to several, of whom it may be told one by one.
    pub many: bool,
    pub stamp: RawStamp,
    /// The number that the program gave it, if it has one.
    pub number: Vec<u8>,
    /// The records that told of it: one with the same words is about another mail.
    pub shapes: Vec<Vec<u8>>,
    /// The first of them, where it told no reply; the code may follow on a line of its own.
    pub words: Vec<u8>,
    /// How well the words tell why; 0 for none.
    pub why: u8,
    /// The words that announced it, and whether they named a recipient.
    pub begun_by: Vec<u8>,
    pub announced: bool,
    /// The cause that they tell.
    pub cause: Option<Cause>,
    /// A line of its reply was not the last: `550-`.
    pub reply_goes_on: bool,
    /// Whom it was for stood below the line that said how it went: only fields of it may follow.
    pub named_below: bool,
}

impl Told {
    /// In a log with stamps each record has one; what has none goes on with the record before.
    pub(super) fn is_continued_by(&self, stamp: &[u8]) -> bool {
        stamp.is_empty() && !self.stamp.bytes().is_empty()
    }

    /// `try 2 ... sent` behind `try 1 ... server says 421 no`: the attempts at a mail that was named above are counted.
    pub(super) fn counts_to(&self, outcome: &Outcome<'_>, stamp: &[u8]) -> bool {
        let opens = opening(outcome.error);
        let number = outcome.error.trim_ascii_start().strip_prefix(&opens[..]).map(<[u8]>::trim_ascii_start);
        let again = number.is_some_and(|number| matches!(number, [b'2'..=b'9', next, ..] if !next.is_ascii_digit()));
        let alike = || self.shapes.first().is_some_and(|shape| opening(shape) == opens);
        again && !self.sent && stamp.is_empty() && outcome.recipients.is_empty() && !opens.is_empty() && alike()
    }

    /// The words hold the number of this mail.
    pub(super) fn has_number_of(&self, outcome: &Outcome<'_>) -> bool {
        !self.number.is_empty() && self.number == outcome.number
    }

    /// The words hold the number of another mail.
    fn has_another_number_than(&self, outcome: &Outcome<'_>) -> bool {
        !self.number.is_empty() && !outcome.number.is_empty() && self.number != outcome.number
    }

    /// Nothing but a field with the reason goes on about it, below whom it was for: `   answer : 535 no`.
    pub(super) fn is_complete_before(&self, outcome: &Outcome<'_>, stamp: &[u8]) -> bool {
        if !self.named_below {
            return false;
        }
        let label = memchr::memchr(b':', outcome.error).map_or(&b""[..], |end| outcome.error[..end].trim_ascii());
        let labelled = !label.is_empty() && label.iter().all(|b| is_word_byte(*b) && !b.is_ascii_digit() || *b == b' ');
        let field = labelled && outcome.part == Extent::Detail && stamp.is_empty();
        !(field && outcome.sent == Some(false) && !self.sent)
    }

    /// `The following recipients cannot be reached:` goes on, at whatever time.
    fn introduces(&self) -> bool {
        self.cause.is_none() && self.shapes.last().is_some_and(|shape| shape.trim_ascii_end().ends_with(b":"))
    }

    /// One of its records begins with the same words.
    fn begins_as(&self, words: &[u8]) -> bool {
        let head = |words| unlogged(words).iter().take(HEAD);
        self.shapes.iter().any(|shape| head(shape).eq(head(words)))
    }

    /// Known as one attempt, in whatever words it is told; the same ones again are about the next.
    fn goes_on_inside(&self, outcome: &Outcome<'_>, why: u8, when: When, again: &[u8]) -> bool {
        // Where nothing else parts them, what comes later goes on only to say why.
        let together = !self.alone || !matches!(when, When::Apart(_) | When::Unknown) || self.stamp.bytes().is_empty();
        let tells_why = self.why == 0 && (why > 0 || is_exception(outcome.error));
        self.shapes.first().is_none_or(|first| first.as_slice() != again) && (together || tells_why)
    }

    /// A wrapper's sentence: what the first record begins with stands amid this one.
    fn is_quoted_in(&self, shape: &[u8]) -> bool {
        let Some(head) = self.shapes.first().and_then(|first| first.get(..QUOTED)) else { return false };
        head.contains(&b' ') && memmem::find(shape, head).is_some_and(|at| at > 0)
    }
}

impl Conversation {
    /// A line without a verdict that goes on about the mail before: at the same time it names nobody but that mail's
    /// recipient, or nobody; or it has no stamp where that mail has one, as the further lines of a record.
    pub(super) fn is_about_told(&self, cx: &Context<'_>, outcome: &Outcome<'_>, stamp: &[u8]) -> bool {
        let Some(told) = &self.session.told else { return false };
        if outcome.part == Extent::Page {
            return true;
        }
        if !told.alone || self.announced.is_some() || told.has_another_number_than(outcome) {
            return false;
        }
        let nameless = self.is_nameless();
        // It names somebody in the words that announced the mail before.
        let announces = !told.begun_by.is_empty() && told.begun_by == opening(outcome.error);
        if self.whom(outcome) == Whom::Another || announces && !outcome.recipients.is_empty() {
            return false;
        }
        if told.introduces() && nameless {
            return true;
        }
        if stamp.is_empty() {
            // A field below a failure for which nobody was announced, or a sentence that names nobody.
            let nobody = outcome.recipients.is_empty() && outcome.from.is_empty() && outcome.endpoint.host.is_empty();
            let vague = told.begun_by.is_empty() || told.why == 0;
            let field = nobody && vague || outcome.part == Extent::Detail;
            let below = field && !told.announced && !announces && told.stamp.bytes().is_empty();
            // `To: a@b.example` below `Delivered mail`, before which nobody was named.
            let names = told.sent && nameless && told.begun_by.is_empty() && is_field(outcome.error);
            return told.is_continued_by(stamp) || below || names;
        }
        // A date within the record that tells of the failure: `Sent: 2026/11/23 08:26`.
        let is_field = outcome.recipients.is_empty() && told.cause.is_none() && told.stamp.bytes().is_empty();
        if is_field {
            return nameless;
        }
        let named = !outcome.recipients.is_empty() && !nameless;
        match self.when(cx, told, stamp) {
            When::Apart(seconds) => seconds <= if named { TOGETHER_SECONDS } else { 0 },
            when => when == When::Same,
        }
    }

    /// The session that was given out last, and failed, told this failure: the same refusal, or an error at the same moment.
    pub(super) fn retells(&self, cx: &Context<'_>, outcome: &Outcome<'_>, stamp: &[u8]) -> bool {
        let refused = || outcome.status.is_some_and(|status| self.has_refused(status, outcome.reply));
        !self.session.open
            && self.announced.is_none()
            && self.failed_at.is_some_and(|before| is_at_once(cx, before.bytes(), stamp))
            && (outcome.status.is_none() || refused())
    }

    /// The next line of a reply of several lines, which repeats the code.
    pub(super) fn continues_reply(&self, outcome: &Outcome<'_>, stamp: &[u8]) -> bool {
        let known = self.session.mail.as_ref().and_then(|mail| mail.end_reply.as_ref()).map(|reply| reply.code.0);
        let digits = outcome.error.trim_ascii_start().iter().take(3).filter(|b| b.is_ascii_digit()).count();
        let awaited = self.session.told.as_ref().is_some_and(|told| told.reply_goes_on);
        (awaited || stamp.is_empty() && digits == 3) && outcome.status.is_some() && outcome.status == known
    }

    fn when(&self, cx: &Context<'_>, told: &Told, stamp: &[u8]) -> When {
        let before = told.stamp.bytes();
        if before == stamp {
            return if stamp.is_empty() { When::Undated } else { When::Same };
        }
        if told.is_continued_by(stamp) {
            return When::Within;
        }
        let (Some(before), Some(now)) = (cx.stamps.read(before), cx.stamps.read(stamp)) else { return When::Unknown };
        let days = match (before.date, now.date) {
            (Some(before), Some(now)) => now.signed_duration_since(before).num_days(),
            _ => 0,
        };
        When::Apart((days * 86_400 + now.time.signed_duration_since(before.time).num_seconds()).abs())
    }

    /// The stamps do not tell that the record is about a later attempt.
    pub(super) fn may_be_together(&self, cx: &Context<'_>, told: &Told, stamp: &[u8]) -> bool {
        !self.when(cx, told, stamp).is_later()
    }

    fn whom(&self, outcome: &Outcome<'_>) -> Whom {
        match self.is_another(outcome) {
            false => Whom::Same,
            true if self.is_nameless() => Whom::First,
            true => Whom::Another,
        }
    }

    /// The mail before was told of nobody.
    fn is_nameless(&self) -> bool {
        self.session.mail.as_ref().is_none_or(|mail| mail.recipients.is_empty())
    }

    /// `Delivery complete, 1 remains` behind the mail that failed: words that only seem to say that one went out, and name none.
    pub(super) fn ends_failed(&self, cx: &Context<'_>, outcome: &Outcome<'_>, stamp: &[u8]) -> bool {
        let Some(told) = self.session.told.as_ref().filter(|told| told.alone && !told.sent) else { return false };
        // `Message was sent from: a@b.example` tells whose it was, not to whom it went.
        let of_sender = outcome.recipients.is_empty() && !outcome.from.is_empty();
        // `smtp answer: 250 OK` at another time is the server's, and about the next.
        let answers = || told.stamp.bytes() != stamp && words_in(outcome.error).any(|word| word == b"250");
        !answers()
            && (outcome.part == Extent::Detail || of_sender)
            && self.announced.is_none()
            && self.when(cx, told, stamp).is_soon()
    }

    /// Words about one of the recipients of the mail before, of which all were announced; or about it as a whole.
    /// Where it was told of all of them at once, what comes later is another mail.
    pub(super) fn is_one_of_many(&self, cx: &Context<'_>, outcome: &Outcome<'_>, stamp: &[u8]) -> bool {
        let row = !outcome.recipients.is_empty() && outcome.error.trim_ascii_start().starts_with(outcome.recipients);
        let below = |told: &Told| outcome.part == Extent::Detail || row && !told.begins_as(outcome.error);
        let goes_on = |told: &Told| told.announced || below(told) && self.may_be_together(cx, told, stamp);
        self.session.told.as_ref().is_some_and(|told| told.many && told.sent && told.alone && goes_on(told))
            && self.announced.is_none()
            && !self.is_another(outcome)
    }

    /// Some recipients of an announced mail were refused, and now it has gone out: to the others.
    pub(super) fn completes_partial(&self, outcome: &Outcome<'_>) -> bool {
        let (Some(told), Some(mail)) = (&self.session.told, &self.session.mail) else { return false };
        let waits = mail.recipients.iter().any(|to| to.accepted.is_none());
        let refused = mail.recipients.iter().any(|to| to.accepted == Some(false));
        let answers = mail.end_reply.as_ref().is_none_or(|reply| reply.code.is_refusal());
        told.alone && !told.sent && self.announced.is_none() && waits && refused && answers && !self.is_another(outcome)
    }

    /// Words below the record that told of a failure, and did not say why; false where they do not either.
    pub(crate) fn says_why(&mut self, cx: &mut Context<'_>, error: &[u8], at: Position) -> bool {
        let asks = |told: &Told| told.alone && !told.sent && told.why == 0;
        let says = self.session.told.as_ref().is_some_and(asks) && self.meaning(cx, error).is_some();
        if says {
            self.failed(cx, &Outcome { sent: Some(false), part: Extent::Detail, error, ..Outcome::default() }, at, b"");
        }
        says
    }

    /// These words are about the failed mail before. The first that is true of both decides. `why` says how well the
    /// words tell the reason, as [`Told::why`] does.
    pub(super) fn goes_on(
        &self,
        cx: &Context<'_>,
        outcome: &Outcome<'_>,
        cause: Option<Cause>,
        why: u8,
        stamp: &[u8],
    ) -> bool {
        let Some(told) = &self.session.told else { return false };
        let (when, whom) = (self.when(cx, told, stamp), self.whom(outcome));
        let (again, begun) = (shape(outcome.error), self.announced.is_some());
        let is_detail = outcome.part == Extent::Detail;
        // A chain of causes may name one of them twice.
        let in_chain = || is_detail && stamp.is_empty() && told.shapes.first() != Some(&again);
        match () {
            () if told.sent => false,
            () if outcome.part == Extent::Page => outcome.number.is_empty() || told.has_number_of(outcome),
            () if told.has_another_number_than(outcome) => false,
            // `[77] ERROR start`, and then why, or `[77] timeout`, and then `[77] given up`: the number says that it is the same.
            () if told.has_number_of(outcome) && (told.why == 0) != (why == 0) && !begun => true,
            () if self.continues_record(told, outcome, when, stamp) && whom == Whom::Same && !begun => true,
            () if !told.alone || outcome.part == Extent::Why => {
                whom != Whom::Another && told.goes_on_inside(outcome, why, when, &again)
            }
            () if begun => false,
            () if whom != Whom::Same && !self.names_at_last(told, outcome, cause, when) => false,
            () if when == When::Within || is_at_once(cx, told.stamp.bytes(), stamp) => true,
            () if told.is_quoted_in(&again) => true,
            () if when.is_soon() && told.why == 0 && share_number(&told.words, outcome.error) => true,
            // The same words again are about the next mail.
            () if told.shapes.contains(&again) && !in_chain() => false,
            () if when.is_later() => told.why <= 1 && is_exception(outcome.error),
            () if is_detail || told.cause.is_some() && told.cause == cause => true,
            () if when == When::Same && self.is_told_of(outcome.endpoint) => true,
            // It tells of nothing new at the same time.
            () if when == When::Same && why <= 1 && told.why > 1 => true,
            // What was begun once goes on at the same time, in whatever words.
            () if (told.begun_by.is_empty() || when != When::Same) && told.begins_as(&again) => false,
            // Where both tell why, and not the same, the clock must say that they belong together.
            // Words that are not a reply go before the reply that they mean.
            () => told.why <= 1 || why <= 1 || !stamp.is_empty() || told.why != u8::MAX && why == u8::MAX,
        }
    }

    /// The further lines of a record, or of the reply in it.
    fn continues_record(&self, told: &Told, outcome: &Outcome<'_>, when: When, stamp: &[u8]) -> bool {
        told.alone && when == When::Within || self.continues_reply(outcome, stamp)
    }

    /// The failure before was told of nobody; what names somebody tells the same of it, and soon.
    fn names_at_last(&self, told: &Told, outcome: &Outcome<'_>, cause: Option<Cause>, when: When) -> bool {
        // An exception that holds the server's reply says why.
        let says_why = outcome.status.is_some() && told.why != u8::MAX && begins_with_class(outcome.error);
        let agrees = told.cause.is_none() || told.cause == cause || says_why;
        // `deferred, retry in 15m`: that a mail waits is what a refusal by the server brings about.
        let waits = told.why == u8::MAX && outcome.status.is_none() && cause == Some(Cause::TempService);
        let soon = match when {
            _ if told.introduces() => true,
            When::Undated if waits => true,
            When::Undated => told.cause.is_none() || says_why || agrees && !told.begins_as(outcome.error),
            when => when == When::Within || when.is_soon(),
        };
        // It says only whom the failure met: `login failed`, and then `a@b.example not sent`.
        let only_names = waits || cause.is_none() && !matches!(when, When::Undated | When::Within);
        self.is_nameless() && soon && (agrees || only_names)
    }

    /// The words name a recipient that the mail before does not have.
    pub(super) fn is_another(&self, outcome: &Outcome<'_>) -> bool {
        let known = |address: &[u8]| {
            self.session
                .mail
                .as_ref()
                .is_some_and(|mail| mail.recipients.iter().any(|known| known.address.expose() == address))
        };
        addresses(outcome.recipients).any(|address| !known(address))
    }
}

/// Both texts hold the same number of a mail, which has so many characters and digits: `0041B2C3`.
fn share_number(before: &[u8], words: &[u8]) -> bool {
    let is_number =
        |word: &&[u8]| word.len() >= NUMBER && word.iter().filter(|b| b.is_ascii_digit()).count() >= NUMBER_DIGITS;
    let numbers = |text| split_words(text).filter(is_number);
    numbers(before).any(|number| numbers(words).any(|other| other == number))
}

/// The words of a text; what stands in an address or in the name of a host is one with it.
fn split_words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|b| !is_word_byte(*b) && !b"@.-".contains(b)).map(|word| word.trim_end_with(|mark| ".-".contains(mark)))
}

/// Both clocks tell parts of a second, and nobody tries again so soon.
pub(super) fn is_at_once(cx: &Context<'_>, before: &[u8], stamp: &[u8]) -> bool {
    // `:01,417`: a date may be written with dots.
    let fraction = |stamp: &[u8]| {
        stamp.windows(7).any(|w| {
            w[0] == b':' && matches!(w[3], b'.' | b',') && [1, 2, 4, 5, 6].iter().all(|at| w[*at].is_ascii_digit())
        })
    };
    if !fraction(stamp) || !fraction(before) {
        return false;
    }
    let (Some(before), Some(now)) = (cx.stamps.read(before), cx.stamps.read(stamp)) else {
        return false;
    };
    before.date == now.date && now.time.signed_duration_since(before.time).num_milliseconds().abs() <= AT_ONCE_MILLIS
}
