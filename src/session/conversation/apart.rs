//! A failure that the writer told before anybody spoke: of the dialogue that follows it, or of an attempt of its own, as
//! where somebody pastes the error of a program and then a dialogue by hand in which all goes well.

use super::{Context, Conversation, Session, narration::stage_of_told, verdict, verdict::Verdict};
use crate::{
    knowledge::Cause,
    session::{
        ClientError, End, Outcome, Reply,
        mail::Mail,
        position::{Position, RawStamp},
    },
    smtp::Stage,
};

/// What was told.
#[derive(Clone, Debug)]
pub(super) struct ToldBefore {
    error: Option<(u8, ClientError)>,
    quoted: Option<Reply>,
    begun: Position,
    stamp: RawStamp,
    /// Where the dialogue began.
    greeted: Position,
}

impl Conversation {
    /// Somebody speaks for the first time. An error that only a dialogue can bring is kept apart until this one is over.
    pub(super) fn set_apart(&mut self) {
        let needs_dialogue = self.session.error.as_ref().and_then(|(_, error)| needs_dialogue(error.cause?)).is_some();
        if self.session.given > 0
            || self.session.told.is_some()
            || self.session.mail.is_some()
            || !needs_dialogue && self.session.quoted.is_none()
        {
            return;
        }
        self.session.told_before = Some(ToldBefore {
            error: self.session.error.clone(),
            quoted: self.session.quoted.clone(),
            begun: self.session.begun,
            stamp: self.session.begun_stamp,
            greeted: self.last,
        });
    }

    /// The dialogue is over; an error that it does not tell of was another attempt's.
    pub(super) fn part(&mut self, cx: &mut Context<'_>, mail: Option<&Mail>, end: End) {
        let Some(before) = self.session.told_before.take() else { return };
        let is_it = |line: u64| (before.begun.line..before.greeted.line).contains(&line);
        let error = self.session.error.take_if(|(_, error)| is_it(error.line));
        let quoted = self.session.quoted.take_if(|reply| is_it(reply.line));
        let verdict = verdict::decide(self, mail.cloned().as_mut(), end, self.marks.end());
        if before.is_told_by(&verdict, self.session.sign_in.accepted) {
            self.session.error = error.or(self.session.error.take());
            self.session.quoted = quoted.or(self.session.quoted.take());
            return;
        }
        let mut told = Conversation {
            route: self.route.clone(),
            marks: self.marks,
            session: Session {
                open: true,
                number: self.session.number,
                begun: before.begun,
                begun_stamp: before.stamp,
                error: before.error,
                quoted: before.quoted,
                ..Session::default()
            },
            last: Position { line: before.greeted.line.saturating_sub(1).max(before.begun.line), ..before.begun },
            last_stamp: before.stamp,
            ..Conversation::default()
        };
        told.give(cx, End::Closed);
        told.give_foretold(cx);
        *cx.sessions += 1;
        self.session.number = *cx.sessions;
        self.session.begun = before.greeted;
    }
}

impl ToldBefore {
    /// Moves every line number by what stood before in the log.
    pub(super) fn shift(&mut self, lines: u64) {
        let error = self.error.as_mut().map(|(_, error)| &mut error.line);
        let quoted = self.quoted.as_mut().map(|reply| &mut reply.line);
        let places = [&mut self.begun.line, &mut self.greeted.line];
        places.into_iter().chain(error).chain(quoted).for_each(|line| *line += lines);
    }

    /// The dialogue that ended so may be the one that the words tell of.
    fn is_told_by(&self, verdict: &Verdict, signed_in: bool) -> bool {
        let stage = self.error.as_ref().and_then(|(_, error)| needs_dialogue(error.cause?));
        let code = |reply: &Reply| self.quoted.as_ref().is_some_and(|quoted| quoted.code == reply.code);
        match verdict.outcome {
            Outcome::Sent | Outcome::Partial => false,
            Outcome::Tested => !signed_in,
            _ => verdict.reply.as_ref().is_none_or(|reply| Some(verdict.stage) == stage || code(reply)),
        }
    }
}

/// The stage at which this can be told only by somebody who has spoken with the server, or has no TLS to speak with it.
fn needs_dialogue(cause: Cause) -> Option<Stage> {
    let stage = stage_of_told(cause)?;
    (cause == Cause::ClientNoTls || !matches!(stage, Stage::Connect | Stage::Tls)).then_some(stage)
}
