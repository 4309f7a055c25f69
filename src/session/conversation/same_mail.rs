//! Whether a record in a program's own words goes on about the mail before it: by whom it names, by its time, by its words.

use memchr::memmem;

use super::{
    Context, Conversation,
    narration::{addresses, is_exception, opening, shape, unlogged},
};
use crate::{
    dialect::{Extent, Outcome},
    knowledge::{Cause, begins_with_class},
    session::position::RawStamp,
};

/// As much of the beginning of a record as tells its kind.
const HEAD: usize = 12;
/// As much of the beginning of a record as nobody says twice by chance.
const QUOTED: usize = 16;
/// Records about one attempt follow each other within this many seconds.
pub(super) const TOGETHER_SECONDS: i64 = 3;
/// Records within so many milliseconds are about one failure.
const AT_ONCE_MILLIS: i64 = 50;
/// A mail that is told in words, and of which more may be said.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    /// The log tells of no connection around it: it is all of its session.
    pub alone: bool,
    /// It has gone out.
    pub sent: bool,
    /// It was announced to several, of whom it is told one by one.
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
}

impl Told {
    /// In a log with stamps each record has one; what has none goes on with the record before.
    pub(super) fn is_continued_by(&self, stamp: &[u8]) -> bool {
        stamp.is_empty() && !self.stamp.bytes().is_empty()
    }

    /// The words hold the number of this mail.
    pub(super) fn has_number_of(&self, outcome: &Outcome<'_>) -> bool {
        !self.number.is_empty() && self.number == outcome.number
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
        let Some(told) = self.told.as_ref().filter(|told| told.alone && self.announced.is_none()) else { return false };
        if outcome.part == Extent::Page {
            return true;
        }
        let nameless = self.mail.as_ref().is_none_or(|mail| mail.recipients.is_empty());
        // It names somebody in the words that announced the mail before.
        let announces = !told.begun_by.is_empty() && told.begun_by == opening(outcome.error);
        if self.is_another(outcome) && !nameless || announces && !outcome.recipients.is_empty() {
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
            return told.is_continued_by(stamp) || below;
        }
        // A date within the record that tells of the failure: `Sent: 2026/11/23 08:26`.
        let is_field = outcome.recipients.is_empty() && told.cause.is_none() && told.stamp.bytes().is_empty();
        if is_field {
            return nameless;
        }
        let apart = self.apart(cx, told, stamp);
        let named = !outcome.recipients.is_empty() && !nameless;
        apart.is_some_and(|seconds| seconds <= if named { TOGETHER_SECONDS } else { 0 })
    }

    /// The session that was given out last, and failed, told this failure: the same refusal, or an error at the same moment.
    pub(super) fn retells(&self, cx: &Context<'_>, outcome: &Outcome<'_>, stamp: &[u8]) -> bool {
        let refused = || outcome.status.is_some_and(|status| self.has_refused(status, outcome.reply));
        !self.open
            && self.announced.is_none()
            && self.failed_at.is_some_and(|before| is_at_once(cx, before.bytes(), stamp))
            && (outcome.status.is_none() || refused())
    }

    /// The next line of a reply of several lines, which repeats the code.
    pub(super) fn continues_reply(&self, outcome: &Outcome<'_>, stamp: &[u8]) -> bool {
        let known = self.mail.as_ref().and_then(|mail| mail.end_reply.as_ref()).map(|reply| reply.code.0);
        let digits = outcome.error.trim_ascii_start().iter().take(3).filter(|b| b.is_ascii_digit()).count();
        let awaited = self.told.as_ref().is_some_and(|told| told.reply_goes_on);
        (awaited || stamp.is_empty() && digits == 3) && outcome.status.is_some() && outcome.status == known
    }

    /// Seconds between the records of the mail before and this one, where both have a stamp.
    pub(super) fn apart(&self, cx: &Context<'_>, told: &Told, stamp: &[u8]) -> Option<i64> {
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

    /// `Delivery complete, 1 remains` behind the mail that failed: words that only seem to say that one went out, and name none.
    pub(super) fn ends_failed(&self, cx: &Context<'_>, outcome: &Outcome<'_>, stamp: &[u8]) -> bool {
        let Some(told) = self.told.as_ref().filter(|told| told.alone && !told.sent) else { return false };
        let soon = || self.apart(cx, told, stamp).is_some_and(|seconds| seconds <= TOGETHER_SECONDS);
        // `Message was sent from: a@b.example` tells whose it was, not to whom it went.
        let of_sender = outcome.recipients.is_empty() && !outcome.from.is_empty();
        (outcome.part == Extent::Detail || of_sender) && self.announced.is_none() && soon()
    }

    /// Words about one of the recipients of the mail before, of which all were announced; or about it as a whole.
    pub(super) fn is_one_of_many(&self, outcome: &Outcome<'_>) -> bool {
        self.told.as_ref().is_some_and(|told| told.many && told.sent && told.alone)
            && self.announced.is_none()
            && !self.is_another(outcome)
    }

    /// Some recipients of an announced mail were refused, and now it has gone out: to the others.
    pub(super) fn completes_partial(&self, outcome: &Outcome<'_>) -> bool {
        let (Some(told), Some(mail)) = (&self.told, &self.mail) else { return false };
        let waits = mail.recipients.iter().any(|to| to.accepted.is_none());
        let refused = mail.recipients.iter().any(|to| to.accepted == Some(false));
        let answers = mail.end_reply.as_ref().is_some_and(|reply| reply.code.is_refusal());
        told.alone && !told.sent && self.announced.is_none() && waits && refused && answers && !self.is_another(outcome)
    }

    /// Whether these words are about the failed mail before.
    pub(super) fn goes_on(
        &self,
        cx: &Context<'_>,
        outcome: &Outcome<'_>,
        cause: Option<Cause>,
        why: u8,
        stamp: &[u8],
    ) -> bool {
        let Some(told) = &self.told else { return false };
        let again = shape(outcome.error);
        if told.sent || outcome.part == Extent::Page {
            return !told.sent;
        }
        // `[77] ERROR start`, and then why, or `[77] timeout`, and then `[77] given up`: the number says that it is the same.
        if told.has_number_of(outcome) && (told.why == 0) != (why == 0) && self.announced.is_none() {
            return true;
        }
        let continued = || told.alone && told.is_continued_by(stamp) || self.continues_reply(outcome, stamp);
        if self.announced.is_none() && !self.is_another(outcome) && continued() {
            return true;
        }
        if !told.alone || outcome.part == Extent::Why {
            // Known as one attempt, in whatever words it is told; the same ones again are about the next.
            let nameless = self.mail.as_ref().is_none_or(|mail| mail.recipients.is_empty());
            // Where nothing else parts them, what comes later goes on only to say why.
            let dated = !stamp.is_empty() && !told.stamp.bytes().is_empty();
            let together = !told.alone || !dated || told.stamp.bytes() == stamp;
            let tells_why = told.why == 0 && (why > 0 || is_exception(outcome.error));
            let same = told.shapes.first().is_some_and(|first| *first == again);
            return !same && (nameless || !self.is_another(outcome)) && (together || tells_why);
        }
        if self.announced.is_some() || self.is_another(outcome) && !self.names_at_last(cx, told, outcome, cause, stamp)
        {
            return false;
        }
        if told.is_continued_by(stamp) {
            return true;
        }
        if is_at_once(cx, told.stamp.bytes(), stamp) || told.is_quoted_in(&again) {
            return true;
        }
        // A chain of causes may name one of them twice.
        let goes_on = outcome.part == Extent::Detail && stamp.is_empty();
        if told.shapes.contains(&again) && !(goes_on && told.shapes.first() != Some(&again)) {
            return false;
        }
        if self.apart(cx, told, stamp).is_some_and(|seconds| seconds > TOGETHER_SECONDS) {
            return told.why <= 1 && is_exception(outcome.error);
        }
        let same_time = !stamp.is_empty() && told.stamp.bytes() == stamp;
        if outcome.part == Extent::Detail
            || told.cause.is_some() && told.cause == cause
            || same_time && self.is_told_of(outcome.endpoint)
        {
            return true;
        }
        // It tells of nothing new at the same time.
        if why <= 1 && told.why > 1 && same_time {
            return true;
        }
        // What was begun once goes on at the same time, in whatever words.
        if (told.begun_by.is_empty() || !same_time) && told.begins_as(&again) {
            return false;
        }
        // Where both tell why, and not the same, the clock must say that they belong together.
        // Words that are not a reply go before the reply that they mean.
        told.why <= 1 || why <= 1 || !stamp.is_empty() || told.why != u8::MAX && why == u8::MAX
    }

    /// The failure before was told of nobody; what names somebody tells the same of it, and soon.
    fn names_at_last(
        &self,
        cx: &Context<'_>,
        told: &Told,
        outcome: &Outcome<'_>,
        cause: Option<Cause>,
        stamp: &[u8],
    ) -> bool {
        // An exception that holds the server's reply says why.
        let says_why = outcome.status.is_some() && told.why != u8::MAX && begins_with_class(outcome.error);
        let nameless = self.mail.as_ref().is_none_or(|mail| mail.recipients.is_empty());
        let soon = match (stamp, told.stamp.bytes()) {
            _ if told.introduces() || told.is_continued_by(stamp) => true,
            (b"", b"") => told.cause.is_none() || says_why || told.cause == cause && !told.begins_as(outcome.error),
            _ => self.apart(cx, told, stamp).is_some_and(|seconds| seconds <= TOGETHER_SECONDS),
        };
        // It says only whom the failure met: `login failed`, and then `a@b.example not sent`.
        let only_names = cause.is_none() && !stamp.is_empty();
        nameless && soon && (told.cause.is_none() || told.cause == cause || says_why || only_names)
    }

    /// The words name a recipient that the mail before does not have.
    pub(super) fn is_another(&self, outcome: &Outcome<'_>) -> bool {
        let known = |address: &[u8]| {
            self.mail.as_ref().is_some_and(|mail| mail.recipients.iter().any(|known| known.address.expose() == address))
        };
        addresses(outcome.recipients).any(|address| !known(address))
    }
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
