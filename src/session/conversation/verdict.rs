//! How an attempt ended and how far it got, from what the session saw. Causes are judged elsewhere.

use super::{
    Conversation,
    narration::{stage_of_refusal, stage_of_reply, stage_of_told, verb_at},
};
use crate::{
    session::{
        End, Outcome, Reply,
        mail::{Mail, accepted},
    },
    smtp::{Stage, Verb},
};

/// The server wants a sign-in first (RFC 4954 section 6).
const NOT_SIGNED_IN: u16 = 530;

/// Outcome, stage, and the reply that decided.
pub(super) struct Verdict {
    pub outcome: Outcome,
    pub stage: Stage,
    pub reply: Option<Reply>,
}

/// `marks_end`: the dialect marks the end of a connection, so a log without the mark was cut off.
pub(super) fn decide(
    conversation: &mut Conversation,
    mut mail: Option<&mut Mail>,
    end: End,
    marks_end: bool,
) -> Verdict {
    let verdict =
        mail.as_deref_mut().and_then(|mail| by_mail(conversation, mail).or_else(|| by_words(conversation, mail, end)));
    let mail = mail.as_deref();
    let verdict = verdict.or_else(|| by_session(conversation, mail));
    let verdict = verdict.unwrap_or_else(|| undecided(conversation, mail, end, marks_end));
    let decided = matches!(verdict.outcome, Outcome::Sent | Outcome::Partial);
    match mail.and_then(|mail| mail.told).filter(|_| !decided) {
        Some(told) => {
            let error = conversation.session.error.as_ref().filter(|_| verdict.reply.is_none());
            let refused = || error.and_then(|(_, error)| stage_of_refusal(error.cause?, error.text.expose()));
            let error = error.and_then(|(_, error)| stage_of_told(error.cause?));
            let error = error.or_else(|| refused().filter(|_| told == Stage::Connect));
            // A sender may be judged only with a recipient or with the message, and the words may say so.
            let error = error.filter(|stage| *stage != Stage::Mail || !matches!(told, Stage::Rcpt | Stage::Data));
            Verdict { stage: error.unwrap_or(told), ..verdict }
        }
        None => verdict,
    }
}

/// A reply to one of the mail's own commands.
fn by_mail(conversation: &Conversation, mail: &mut Mail) -> Option<Verdict> {
    if let Some(end) = mail.end_reply.take_if(|r| r.code.is_positive()) {
        let reply = mail.rcpt_refusal.clone().filter(|_| mail.recipients.iter().any(|r| r.accepted == Some(false)));
        // Words may tell that one of them was refused, without the reply.
        let told = conversation.session.error.is_some() && mail.recipients.iter().any(|to| to.accepted == Some(false));
        return Some(match reply {
            None if told => Verdict { outcome: Outcome::Partial, stage: Stage::Rcpt, reply: None },
            Some(refused) => Verdict { outcome: Outcome::Partial, stage: Stage::Rcpt, reply: Some(refused) },
            None => Verdict { outcome: Outcome::Sent, stage: Stage::Done, reply: Some(end) },
        });
    }
    let accepted = mail.accepted() > 0;
    // Who goes on after a refused sign-in is told to sign in: the first refusal explains the second.
    let unsigned = |refusal: &&Reply| refusal.code.0 == NOT_SIGNED_IN;
    let asked_to_sign_in = mail.mail_refusal.as_ref().or(mail.rcpt_refusal.as_ref()).filter(unsigned);
    if let Some(auth) = asked_to_sign_in.and(conversation.session.refused.auth.as_ref()) {
        return Some(refused(auth, Stage::Auth));
    }
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
    if let Some(unasked) = &conversation.session.refused.unasked {
        return Some(refused(unasked, stage_of(conversation, Some(mail))));
    }
    None
}

/// The message went over by the writer's word, and no error followed before the connection was closed.
fn by_words(conversation: &Conversation, mail: &mut Mail, end: End) -> Option<Verdict> {
    if !mail.handed_over {
        return None;
    }
    if let Some(refused) = mail.rcpt_refusal.clone().filter(|_| mail.accepted() > 0) {
        mail.accept_all();
        return Some(Verdict { outcome: Outcome::Partial, stage: Stage::Rcpt, reply: Some(refused) });
    }
    if conversation.session.error.is_some() {
        return None;
    }
    if end == End::Eof || !conversation.marks.refusals() {
        return Some(Verdict { outcome: Outcome::Incomplete, stage: Stage::Data, reply: None });
    }
    let reply = accepted(conversation.last);
    mail.accept_all();
    Some(Verdict { outcome: Outcome::Sent, stage: Stage::Done, reply: Some(reply) })
}

/// A refusal before any mail: the latest stage counts, as what came before was got over.
fn by_session(conversation: &Conversation, mail: Option<&Mail>) -> Option<Verdict> {
    if mail.is_some() {
        return None;
    }
    let auth = conversation.session.refused.auth.as_ref().map(|r| refused(r, Stage::Auth));
    let tls = || conversation.session.refused.tls.as_ref().map(|r| refused(r, Stage::Tls));
    let ehlo = || conversation.session.refused.ehlo.as_ref().map(|r| refused(r, Stage::Ehlo));
    let greeting = || {
        let reply = conversation.session.refused.greeting.as_ref()?;
        let alone = conversation.last.line == reply.line;
        let verb = if alone { reply.verb } else { Verb::Greeting };
        Some(refused(&Reply { verb, ..reply.clone() }, stage_at(verb)))
    };
    let unasked = || {
        let reply = conversation.session.refused.unasked.as_ref()?;
        Some(match reply.code.0 {
            // Some codes answer a sign-in only, also where the writer left it out.
            534 | 535 | 538 => refused(&Reply { verb: Verb::Auth, ..reply.clone() }, Stage::Auth),
            // What it answered stood before the log began.
            _ if !reply.code.may_greet() && conversation.session.connection.greeting.is_none() => {
                let stage = stage_of_reply(reply.code.0, reply.enhanced, reply.text.expose(), b"", None);
                refused(&Reply { verb: verb_at(stage), ..reply.clone() }, stage)
            }
            _ => refused(reply, stage_of(conversation, None)),
        })
    };
    auth.or_else(tls).or_else(ehlo).or_else(greeting).or_else(unasked)
}

fn refused(reply: &Reply, stage: Stage) -> Verdict {
    let outcome = if reply.code.is_transient() { Outcome::Deferred } else { Outcome::Rejected };
    Verdict { outcome, stage, reply: Some(reply.clone()) }
}

/// No reply decides: broken off, given up, cut out of the log, or only a test.
fn undecided(conversation: &Conversation, mail: Option<&Mail>, end: End, marks_end: bool) -> Verdict {
    let stage = stage_of(conversation, mail);
    if let Some(quoted) = &conversation.session.quoted {
        let signs_in = matches!(quoted.code.0, 534 | 535 | 538);
        return refused(quoted, if signs_in { Stage::Auth } else { stage });
    }
    let told = conversation.session.error.is_some();
    // A log that ends behind the reply to EHLO does not show that the client gave up for want of AUTH.
    let unsure = end == End::Eof && !told && mail.is_none() && !conversation.session.trace.auth_offered;
    let stage = if unsure && gave_up(conversation) { Stage::Ehlo } else { stage };
    let outcome = match end {
        _ if !told && conversation.last_unheard().is_some() => Outcome::Incomplete,
        _ if told => Outcome::Failed,
        End::Quit if mail.is_none() && conversation.session.trace.ehlo && !gave_up(conversation) => Outcome::Tested,
        End::Eof if marks_end && conversation.session.trace.greeted => Outcome::Incomplete,
        _ => Outcome::Failed,
    };
    Verdict { outcome, stage, reply: None }
}

/// The client had no usable way to sign in: it says QUIT after EHLO, and few programs say why.
fn gave_up(conversation: &Conversation) -> bool {
    let trace = &conversation.session.trace;
    let no_way_in = trace.starttls_offered && !trace.auth_offered || trace.auth_offered && !trace.password_offered;
    let no_tls = trace.tls_wanted && !trace.starttls_offered && conversation.session.tls.is_none();
    !trace.auth_sent && !conversation.session.sign_in.accepted && (no_way_in || no_tls)
}

/// The command under way when it ended; after the last answered one, what would have come next.
pub(super) fn stage_of(conversation: &Conversation, mail: Option<&Mail>) -> Stage {
    let trace = &conversation.session.trace;
    // The program's own words place it, whatever the dialogue last showed; but who was greeted had connected.
    let error = conversation.session.error.as_ref().filter(|_| mail.is_none());
    let told = error.and_then(|(_, error)| stage_of_told(error.cause?));
    if let Some(stage) = told.filter(|stage| *stage != Stage::Connect || !trace.greeted) {
        return stage;
    }
    if trace.tls_unfinished {
        return Stage::Tls;
    }
    if let Some(verb) = conversation.last_unheard() {
        return stage_at(verb);
    }
    if !trace.greeted {
        return if trace.connected { Stage::Greeting } else { Stage::Connect };
    }
    match conversation.under_way() {
        Some(verb) if !matches!(verb, Verb::Greeting | Verb::Rset | Verb::Quit | Verb::Other) => stage_at(verb),
        _ => match mail {
            Some(mail) if mail.data_open => Stage::Data,
            Some(mail) if !mail.recipients.is_empty() => Stage::Rcpt,
            Some(_) => Stage::Mail,
            None if trace.auth_sent => Stage::Auth,
            None if !trace.ehlo => Stage::Ehlo,
            None if trace.tls_wanted && conversation.session.tls.is_none() => Stage::Tls,
            None if gave_up(conversation) => Stage::Auth,
            None => Stage::Ehlo,
        },
    }
}

/// The stage that a command belongs to.
fn stage_at(verb: Verb) -> Stage {
    match verb {
        Verb::Rcpt => Stage::Rcpt,
        Verb::Mail => Stage::Mail,
        Verb::Greeting => Stage::Greeting,
        Verb::Auth => Stage::Auth,
        Verb::StartTls => Stage::Tls,
        Verb::EndOfData | Verb::Data | Verb::Bdat => Stage::Data,
        _ => Stage::Ehlo,
    }
}
