//! How an attempt ended and how far it got, from what the session saw. Causes are judged elsewhere.

use super::{
    End, Outcome, Reply, Trace,
    lane::{Lane, accepted},
    mail::Mail,
};
use crate::{
    knowledge::Cause,
    smtp::{Stage, Verb},
};

/// Outcome, stage, and the reply that decided.
pub(super) struct Verdict {
    pub outcome: Outcome,
    pub stage: Stage,
    pub reply: Option<Reply>,
}

/// `marks_end`: the dialect marks the end of a connection, so a log without the mark was cut off.
pub(super) fn decide(lane: &mut Lane, mut mail: Option<&mut Mail>, end: End, marks_end: bool) -> Verdict {
    let verdict = mail.as_deref_mut().and_then(|mail| by_mail(lane, mail).or_else(|| by_words(lane, mail, end)));
    let mail = mail.as_deref();
    let verdict = verdict.or_else(|| by_session(lane, mail));
    let verdict = verdict.unwrap_or_else(|| undecided(lane, mail, end, marks_end));
    match mail.and_then(|mail| mail.told).filter(|_| verdict.outcome != Outcome::Sent) {
        Some(told) => {
            let error = lane.error.as_ref().filter(|_| verdict.reply.is_none());
            let error = error.and_then(|(_, error)| stage_of_error(error.cause?, &lane.trace));
            Verdict { stage: error.unwrap_or(told), ..verdict }
        }
        None => verdict,
    }
}

/// A reply to one of the mail's own commands.
fn by_mail(lane: &Lane, mail: &mut Mail) -> Option<Verdict> {
    if let Some(end) = mail.end_reply.take_if(|r| r.code.is_positive()) {
        let reply = mail.rcpt_refusal.clone().filter(|_| mail.recipients.iter().any(|r| r.accepted == Some(false)));
        return Some(match reply {
            Some(refused) => Verdict { outcome: Outcome::Partial, stage: Stage::Rcpt, reply: Some(refused) },
            None => Verdict { outcome: Outcome::Sent, stage: Stage::Done, reply: Some(end) },
        });
    }
    let accepted = mail.accepted() > 0;
    if let Some(refusal) = &mail.mail_refusal {
        return Some(refused(refusal, Stage::Mail));
    }
    if let Some(end) = mail.end_reply.as_ref().filter(|_| accepted || mail.rcpt_refusal.is_none()) {
        return Some(refused(end, Stage::Data));
    }
    if let Some(data) = mail.data_refusal.as_ref().filter(|_| accepted || mail.rcpt_refusal.is_none()) {
        return Some(refused(data, Stage::Data));
    }
    // Refused recipients decide only if the mail did not go on without them.
    if let Some(rcpt) = mail.rcpt_refusal.as_ref().filter(|_| !mail.data_open) {
        return Some(refused(rcpt, Stage::Rcpt));
    }
    if let Some(unasked) = &lane.unasked {
        return Some(refused(unasked, stage_of(lane, Some(mail))));
    }
    None
}

/// The message went over by the writer's word, and no error followed before the connection was closed.
fn by_words(lane: &Lane, mail: &mut Mail, end: End) -> Option<Verdict> {
    if !mail.handed_over {
        return None;
    }
    if let Some(refused) = mail.rcpt_refusal.clone().filter(|_| mail.accepted() > 0) {
        mail.accept_all();
        return Some(Verdict { outcome: Outcome::Partial, stage: Stage::Rcpt, reply: Some(refused) });
    }
    if lane.error.is_some() {
        return None;
    }
    if end == End::Eof || !lane.ways.tells_refusals {
        return Some(Verdict { outcome: Outcome::Incomplete, stage: Stage::Data, reply: None });
    }
    let reply = accepted(lane.last);
    mail.accept_all();
    Some(Verdict { outcome: Outcome::Sent, stage: Stage::Done, reply: Some(reply) })
}

/// A refusal before any mail: the latest stage counts, as what came before was got over.
fn by_session(lane: &Lane, mail: Option<&Mail>) -> Option<Verdict> {
    if mail.is_some() {
        return None;
    }
    let auth = lane.auth_refusal.as_ref().map(|r| refused(r, Stage::Auth));
    let tls = || lane.tls_refusal.as_ref().map(|r| refused(r, Stage::Tls));
    let ehlo = || lane.ehlo_refusal.as_ref().map(|r| refused(r, Stage::Ehlo));
    let greeting = || lane.greeting_refusal.as_ref().map(|r| refused(r, Stage::Greeting));
    let unasked = || {
        // Some codes answer a sign-in only, also where the writer left it out.
        let stage = |r: &Reply| if matches!(r.code.0, 534 | 535 | 538) { Stage::Auth } else { stage_of(lane, None) };
        lane.unasked.as_ref().map(|r| refused(r, stage(r)))
    };
    auth.or_else(tls).or_else(ehlo).or_else(greeting).or_else(unasked)
}

fn refused(reply: &Reply, stage: Stage) -> Verdict {
    let outcome = if reply.code.is_transient() { Outcome::Deferred } else { Outcome::Rejected };
    Verdict { outcome, stage, reply: Some(reply.clone()) }
}

/// No reply decides: broken off, given up, cut out of the log, or only a test.
fn undecided(lane: &Lane, mail: Option<&Mail>, end: End, marks_end: bool) -> Verdict {
    let stage = stage_of(lane, mail);
    let told = lane.error.is_some();
    let outcome = match end {
        _ if !told && lane.last_unheard().is_some() => Outcome::Incomplete,
        _ if told => Outcome::Failed,
        End::Quit if mail.is_none() && lane.trace.ehlo && !gave_up(lane) => Outcome::Tested,
        End::Eof if marks_end && lane.trace.greeted => Outcome::Incomplete,
        _ => Outcome::Failed,
    };
    Verdict { outcome, stage, reply: None }
}

/// The client had no usable way to sign in: it says QUIT after EHLO, and few programs say why.
fn gave_up(lane: &Lane) -> bool {
    let trace = &lane.trace;
    let no_way_in = trace.starttls_offered && !trace.auth_offered || trace.auth_offered && !trace.password_offered;
    let no_tls = trace.tls_wanted && !trace.starttls_offered && lane.tls.is_none();
    !trace.auth_sent && !lane.sign_in.accepted && (no_way_in || no_tls)
}

/// The command under way when it ended; after the last answered one, what would have come next.
pub(super) fn stage_of(lane: &Lane, mail: Option<&Mail>) -> Stage {
    let trace = &lane.trace;
    if let Some(stage) =
        lane.error.as_ref().filter(|_| mail.is_none()).and_then(|(_, error)| stage_of_error(error.cause?, trace))
    {
        return stage;
    }
    if trace.tls_unfinished {
        return Stage::Tls;
    }
    if let Some(verb) = lane.last_unheard() {
        return stage_at(verb);
    }
    if !trace.greeted {
        return if trace.connected { Stage::Greeting } else { Stage::Connect };
    }
    match lane.under_way() {
        Some(Verb::EndOfData | Verb::Data | Verb::Bdat) => Stage::Data,
        Some(Verb::Rcpt) => Stage::Rcpt,
        Some(Verb::Mail) => Stage::Mail,
        Some(Verb::Auth) => Stage::Auth,
        Some(Verb::Ehlo | Verb::Helo) => Stage::Ehlo,
        Some(Verb::StartTls) => Stage::Tls,
        _ => match mail {
            Some(mail) if mail.data_open => Stage::Data,
            Some(mail) if !mail.recipients.is_empty() => Stage::Rcpt,
            Some(_) => Stage::Mail,
            None if trace.auth_sent => Stage::Auth,
            None if !trace.ehlo => Stage::Ehlo,
            None if trace.tls_wanted && lane.tls.is_none() => Stage::Tls,
            None if gave_up(lane) => Stage::Auth,
            None => Stage::Ehlo,
        },
    }
}

/// The stage that a command belongs to.
fn stage_at(verb: Verb) -> Stage {
    match verb {
        Verb::Rcpt => Stage::Rcpt,
        Verb::Mail => Stage::Mail,
        Verb::Auth => Stage::Auth,
        Verb::StartTls => Stage::Tls,
        Verb::EndOfData | Verb::Data | Verb::Bdat => Stage::Data,
        _ => Stage::Ehlo,
    }
}

/// Where the program's own words place it, whatever the dialogue last showed.
fn stage_of_error(cause: Cause, trace: &Trace) -> Option<Stage> {
    match cause {
        Cause::ConnDns | Cause::ConnRefused if !trace.greeted => Some(Stage::Connect),
        Cause::TlsUntrusted
        | Cause::TlsExpired
        | Cause::TlsNameMismatch
        | Cause::TlsProtocolVersion
        | Cause::TlsInterceptedByAntivirus
        | Cause::PortTlsToPlaintext
        | Cause::PortStarttlsUnavailable => Some(Stage::Tls),
        Cause::SenderRejected => Some(Stage::Mail),
        Cause::RecipientSyntax => Some(Stage::Rcpt),
        Cause::AuthMechanism | Cause::AuthRequired | Cause::AuthRejected => Some(Stage::Auth),
        _ => None,
    }
}
