//! What a reply means where no code says it outright: everything that speaks for causes is weighed in one sum.

use memchr::memmem;

use super::{
    Cause,
    limits::fits_class,
    model::{self, Points},
    phrase::Hits,
    plain::Plain,
    replies::{CodeFact, Replies},
    rule_book::{Context, Verdict},
};
use crate::smtp::EnhancedStatusCode;

/// The witness that a meaning rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum By {
    /// Nothing fits.
    #[default]
    Nothing,
    /// The code, with the command it answers.
    Code,
    /// The words, by the model that was learnt from our rows, because no row decides.
    Model,
    /// The enhanced code (RFC 3463 and its registry).
    Enhanced,
    /// A row for words that are only a reply's general frame, such as "Recipient address rejected".
    Frame,
    /// A row for the words.
    Text,
}

/// A row of this rank or more says what happened; below it are general frames, and parts of wordings.
pub(super) const DECIDES: u8 = 60;
/// How much less a row counts that needs the frame to fit, where one that says what happened fits the words behind it.
const FRAME_LESS: u8 = 24;
/// The enhanced code, in the model's points: where it has one meaning of its own, and where not.
const NARROW_POINTS: i32 = 125;
const ENHANCED_POINTS: i32 = 50;
/// The code; and where it says more: beside the command that it answers (what is refused at RCPT is mostly the recipient), and
/// by itself where it is about the command.
const CODE_POINTS: i32 = 25;
const STAGE_POINTS: i32 = 66;
/// What a cause loses where the code speaks against it.
const AGAINST: i32 = 100;
/// Fewer points than these are no answer; where the model is alone it needs more.
const LEAST_POINTS: i32 = 14;
const LEAST_ALONE: i32 = 55;
/// Where two causes are nearer than this, the model alone knows neither, nor does an enhanced code that it speaks against.
/// With rows taken out half of such answers were wrong, and three of four of the latter (docs/certainty.md).
const LEAST_LEAD: i32 = 10;
const LEAST_LEAD_AGAINST: i32 = 30;

/// What a row adds to the model's points. A frame adds little; one that says what happened outweighs other words, unless
/// these and a code speak for the same other cause.
pub(super) fn row_points(rank: u8) -> i32 {
    let rank = i32::from(rank);
    let decides = rank - i32::from(DECIDES);
    4 * (rank - 30).max(0) + if decides < 0 { 0 } else { 30 + 2 * decides }
}

/// An enhanced code has one meaning: a detail of 0 is "other", X.5 is of the protocol, X.7.1 stands for anything.
fn is_narrow(code: EnhancedStatusCode) -> bool {
    code.detail != 0 && code.subject != 5 && (code.subject, code.detail) != (7, 1)
}

/// Everything that speaks for causes: what the model finds in the words, rows for them, the enhanced code and the code with
/// their points. One sum decides.
pub(super) struct Evidence<'a> {
    /// What the model reads.
    words: &'a Plain,
    pub(super) points: Points,
    /// The best row of each cause.
    pub(super) rows: [Option<Verdict>; Cause::ALL.len()],
    pub(super) enhanced: Option<(&'a CodeFact, i32)>,
    pub(super) code: Option<(&'a CodeFact, i32)>,
    pub(super) meant: Meant,
}

/// What a provider's own customer is told of.
const YOURS: [&str; 8] = [
    " your account ",
    " your mailbox ",
    " your user ",
    " your domain ",
    " your hosting ",
    " your package ",
    " your subscription ",
    " your login ",
];

/// Who the words are about, where they say it.
#[derive(Clone, Copy, Default)]
pub(super) struct Meant {
    /// "Your account": whoever sends is spoken to.
    sender: bool,
    /// The sender is named, and no recipient.
    only_sender: bool,
    /// The sender is named before what another server said of him: "Sender verify failed: 550 no such user".
    about_sender: bool,
    /// Somebody signs in, and no recipient is named.
    signs_in: bool,
}

impl Meant {
    fn by(text: &Plain, tail: Option<&Plain>, enhanced: Option<EnhancedStatusCode>) -> Meant {
        let says =
            |text: &[u8], words: &[&str]| words.iter().any(|words| memmem::find(text, words.as_bytes()).is_some());
        let (sender, recipient) = ([" sender", " mail from "], [" recipient", " rcpt "]);
        // IANA enhanced status codes: a sender's address that is badly written, or whose domain is.
        let coded = enhanced.is_some_and(|code| code.subject == 1 && matches!(code.detail, 7 | 8));
        let whole = &text.words[..];
        let head = tail.map_or(&[][..], |tail| &whole[..whole.len().saturating_sub(tail.words.len() - 1)]);
        Meant {
            sender: says(whole, &YOURS),
            only_sender: (coded || says(whole, &sender)) && !says(whole, &recipient),
            about_sender: says(head, &sender) && !says(head, &recipient),
            signs_in: says(
                whole,
                &[" authentication failed ", " authentication failure ", " login ", " password ", " auth "],
            ) && !says(whole, &[" recipient", " rcpt ", " mailbox ", " address ", " relay"]),
        }
    }

    /// What a row means of them: an account that is closed is the sender's where its user is told so, and one that is closed or
    /// not there is refused where somebody signs in to it.
    fn cause(self, cause: Cause) -> Cause {
        match cause {
            Cause::RecipientDisabled if self.sender => Cause::SenderRejected,
            Cause::RecipientDisabled | Cause::RecipientUnknown if self.signs_in => Cause::AuthRejected,
            _ => cause,
        }
    }

    /// It can be said of them: that a mailbox is closed or not there is never said to its own user, nor what is wrong
    /// with a recipient's address where the sender alone is named.
    fn allows(self, cause: Cause) -> bool {
        let closed = matches!(cause, Cause::RecipientDisabled | Cause::RecipientUnknown);
        !((self.sender || self.signs_in) && closed
            || self.only_sender && (closed || cause == Cause::RecipientSyntax)
            || self.about_sender && matches!(cause.group(), "recipient" | "conn" | "protocol"))
    }
}

impl Evidence<'_> {
    /// The rank of the best row for a cause; 0 for none.
    pub(super) fn rank(&self, cause: Cause) -> u8 {
        self.rows[cause as usize].map_or(0, |row| row.rank)
    }

    fn total(&self, cause: Cause) -> i32 {
        let codes = [self.enhanced, self.code].into_iter().flatten().filter(|(fact, _)| fact.cause == cause);
        self.points[cause as usize] + row_points(self.rank(cause)) + codes.map(|(_, points)| points).sum::<i32>()
    }

    /// The cause for which most speaks, and what it rests on.
    pub(super) fn weigh(&self, context: &Context<'_>) -> (Cause, By) {
        // A row or an enhanced code about the sender is never about whether a recipient exists.
        let rank = self.rank(Cause::SenderRejected);
        let of_sender = rank > 0 && Cause::ALL.iter().all(|cause| self.rank(*cause) <= rank)
            || self.enhanced.is_some_and(|(fact, _)| fact.cause == Cause::SenderRejected);
        let can_be = |cause: &Cause| {
            let fits = !(of_sender && cause.group() == "recipient") && context.allows(*cause);
            self.meant.allows(*cause) && (fits || self.rank(*cause) >= DECIDES)
        };
        let causes = || Cause::ALL.iter().copied().filter(can_be);
        // Of equals the first.
        let best = causes().rev().max_by_key(|cause| self.total(*cause));
        let Some(cause) = best.filter(|cause| self.total(*cause) >= LEAST_POINTS) else {
            return (Cause::UnknownReply, By::Nothing);
        };
        let is = |given: Option<(&CodeFact, i32)>| given.is_some_and(|(fact, _)| fact.cause == cause);
        let leads = |least: i32| {
            causes().filter(|other| *other != cause).all(|other| self.total(cause) - self.total(other) >= least)
        };
        // What the model finds next, where what it finds first cannot be, or is what mail programs say, is no more than chance.
        let first = || self.points.iter().all(|other| *other <= self.points[cause as usize]);
        // The table takes one unknown word in twelve for another.
        let sure = || model::deciding_words(self.words, cause).len() > 1;
        // A code that says it by itself stands where the words are too weak to, and one of the server's own trouble: 450 is
        // about a mailbox (RFC 5321 section 4.2.3), and an enhanced code may be about something else.
        let of_server = |fact: &CodeFact| {
            let agrees = self.enhanced.is_none_or(|(own, _)| own.cause == fact.cause);
            fact.cause == Cause::TempService && agrees && context.code.is_some_and(|code| code.0 != 450)
        };
        let says = |fact: &CodeFact, points| points >= STAGE_POINTS || of_server(fact);
        let coded = self.code.filter(|(fact, points)| says(fact, *points) && can_be(&fact.cause));
        match self.rank(cause) {
            DECIDES.. => (cause, By::Text),
            1.. => (cause, By::Frame),
            0 if is(self.enhanced) && (first() || leads(LEAST_LEAD_AGAINST)) => (cause, By::Enhanced),
            0 if is(self.code) => (cause, By::Code),
            0 if self.points[cause as usize] >= LEAST_ALONE && leads(LEAST_LEAD) && first() && sure() => {
                (cause, By::Model)
            }
            0 => coded.map_or((Cause::UnknownReply, By::Nothing), |(fact, _)| (fact.cause, By::Code)),
        }
    }
}

impl Replies {
    /// Everything that speaks for causes. `tail` is what follows the text's frame.
    pub(super) fn evidence<'a>(
        &'a self,
        hits: &Hits,
        text: &'a Plain,
        tail: Option<&'a Plain>,
        enhanced: Option<EnhancedStatusCode>,
        context: &Context<'_>,
    ) -> Evidence<'a> {
        // A frame ("Recipient address rejected:") gives way to what follows it.
        let of_tail = tail.map(|tail| self.texts.contenders(&self.texts.read(tail), context, tail)).unwrap_or_default();
        let told = of_tail.first().is_some_and(|verdict| verdict.rank >= DECIDES);
        let meant = Meant::by(text, tail, enhanced);
        let less = if told && !meant.about_sender { FRAME_LESS } else { 0 };
        let of_text = self.texts.contenders(hits, context, text).into_iter();
        let of_text = of_text.map(|row| Verdict { rank: row.rank.saturating_sub(less), ..row });
        let allowed = |fact: &&CodeFact| context.allows(fact.cause);
        let by_enhanced = enhanced.and_then(|code| self.by_enhanced(code, context, text)).filter(allowed);
        // "Exceeded storage allocation" is said of a mailbox and of a mail (RFC 5321 section 4.2.3); its code says of which.
        let of_mail = by_enhanced.is_some_and(|fact| fact.cause == Cause::AttachmentTooLarge);
        let fits = |row: &Verdict| !(of_mail && row.cause == Cause::RecipientMailboxFull);
        let mut rows: [Option<Verdict>; Cause::ALL.len()] = [None; Cause::ALL.len()];
        for row in of_text.chain(of_tail).map(|row| Verdict { cause: meant.cause(row.cause), ..row }).filter(fits) {
            let best = &mut rows[row.cause as usize];
            *best = best.filter(|best| best.rank >= row.rank).or(Some(row));
        }
        let by_code = self.by_code(context, text).filter(allowed);
        // 535 comes to a sign-in alone; an enhanced code says more of it.
        let signs_in = by_enhanced.is_none() && context.only_answered().is_some();
        let telling = |fact: &CodeFact| signs_in || context.refuses_command() || fact.when.asks_verb();
        let code_points = |fact: &CodeFact| if telling(fact) { STAGE_POINTS } else { CODE_POINTS };
        let weak = |fact: &CodeFact| fact.when.is_unproven(context) || !fits_class(fact.cause, context.class());
        let enhanced_points = |fact: &CodeFact| match enhanced {
            _ if weak(fact) => CODE_POINTS,
            Some(code) if is_narrow(code) => NARROW_POINTS,
            _ => ENHANCED_POINTS,
        };
        let of_tail = tail.map(|tail| (tail, model::points(tail)));
        let speaks = |(_, points): &(&Plain, Points)| points.iter().any(|points| *points >= LEAST_ALONE);
        let (words, mut points) = of_tail.filter(speaks).unwrap_or_else(|| (text, model::points(text)));
        for cause in Cause::ALL {
            if context.doubts(cause) || !fits_class(cause, context.class()) {
                // Many servers refuse for good what they cannot do for now.
                points[cause as usize] -= if cause == Cause::TempService { AGAINST / 2 } else { AGAINST };
            }
        }
        Evidence {
            words,
            points,
            rows,
            enhanced: by_enhanced.map(|fact| (fact, enhanced_points(fact))),
            code: by_code.map(|fact| (fact, code_points(fact))),
            meant,
        }
    }

    fn by_enhanced(&self, code: EnhancedStatusCode, context: &Context<'_>, text: &Plain) -> Option<&CodeFact> {
        let facts = self.enhanced.get(&(code.subject, code.detail))?;
        let fits =
            |(class, fact): &&(u8, CodeFact)| (*class == 0 || *class == code.class) && fact.when.hold(context, text);
        // One that needs no code comes before one whose code the log left out.
        let proven = |(_, fact): &&(u8, CodeFact)| !fact.when.is_unproven(context);
        let fitting = || facts.iter().filter(fits);
        fitting().find(proven).or_else(|| fitting().next()).map(|(_, fact)| fact)
    }

    fn by_code(&self, context: &Context<'_>, text: &Plain) -> Option<&CodeFact> {
        let facts = self.codes.get(&context.code?.0)?;
        facts.iter().find(|fact| fact.when.hold(context, text))
    }
}
