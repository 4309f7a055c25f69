//! The cause of one transaction: from the reply that decided, from the program's own words, or from how it broke off.

use super::reading;
use crate::{
    knowledge::{Cause, Knowledge, ReplyMeaning, ReplyQuery},
    session::{Confidence, Outcome, Reply, Tls, Transaction},
    smtp::{Stage, domain_of},
    source::Sensitive,
};

/// Mails up to this size pass on any line; a line that drops larger ones only is the attachment's case.
const MAX_EASY_BYTES: u64 = 100 * 1024;
/// TLS from the first byte (RFC 8314).
const IMPLICIT_TLS_PORT: u16 = 465;

/// Sets the cause and how sure it is.
pub fn judge(knowledge: &Knowledge, tx: &mut Transaction) {
    let (cause, confidence) = match (tx.outcome, &tx.reply) {
        (Outcome::Sent, _) if tx.trace.inferred => (None, Confidence::Likely),
        (Outcome::Sent | Outcome::Tested, _) => (None, Confidence::Certain),
        (Outcome::Failed | Outcome::Incomplete, _) | (Outcome::Partial, None) => broken(tx),
        (Outcome::Partial | Outcome::Rejected | Outcome::Deferred, reply) => {
            let judged = reply.as_ref().map(|reply| refused(knowledge, tx, reply));
            let (cause, confidence) = judged.unwrap_or((Cause::UnknownReply, Confidence::Guess));
            (Some(cause), confidence)
        }
    };
    // Who looked for the recipient's server and found none had the recipient before it.
    if tx.stage == Stage::Connect && cause == Some(Cause::RecipientUnknown) {
        tx.stage = Stage::Rcpt;
    }
    tx.cause = cause;
    tx.confidence = Some(confidence);
}

/// The meaning of a reply from this host.
pub(super) fn meaning(knowledge: &Knowledge, reply: &Reply, host: Option<&Sensitive>) -> ReplyMeaning {
    let Reply { code, enhanced, ref text, verb, .. } = *reply;
    let host = host.map(Sensitive::expose);
    knowledge.reply(&ReplyQuery { code, enhanced, text: text.expose(), verb: Some(verb), host })
}

fn refused(knowledge: &Knowledge, tx: &Transaction, reply: &Reply) -> (Cause, Confidence) {
    let host = tx.connection.greeting.as_ref().or(tx.connection.host.as_ref());
    let meaning = meaning(knowledge, reply, host);
    let confidence = reading::confidence(&meaning);
    if tx.stage == Stage::Auth && matches!(meaning.cause, Cause::AuthRejected | Cause::UnknownReply) {
        // The server cannot know why a password is wrong; what was sent can tell.
        if tx.sign_in.placeholder {
            return (Cause::AuthPlaceholderPassword, Confidence::Certain);
        }
        if tx.sign_in.full_address == Some(false) {
            return (Cause::AuthUsernameIncomplete, Confidence::Likely);
        }
    }
    let about_starttls = matches!(
        meaning.cause,
        Cause::ProtocolSyntax | Cause::ProtocolSequence | Cause::TempService | Cause::UnknownReply
    );
    if tx.stage == Stage::Tls && about_starttls {
        return (Cause::PortStarttlsUnavailable, Confidence::Certain);
    }
    (meaning.cause, confidence)
}

fn broken(tx: &Transaction) -> (Option<Cause>, Confidence) {
    let told = tx.error.as_ref().and_then(|error| error.cause);
    if tx.outcome == Outcome::Incomplete && told.is_none() {
        return (None, Confidence::Likely);
    }
    // What only says "broken off" or "no answer" leaves the reason to where it happened.
    let vague = match told {
        None | Some(Cause::ConnSilent | Cause::ConnDropped | Cause::ConnTimeout) => true,
        // "Could not authenticate", said by a program that never tried.
        Some(Cause::AuthRejected) => !tx.trace.auth_sent,
        Some(_) => false,
    };
    if vague && let Some((cause, confidence)) = by_place(tx, told) {
        return (Some(cause), confidence);
    }
    let certain = tx.error.as_ref().is_some_and(|error| error.certain);
    match told {
        // The server agreed to STARTTLS, so it speaks TLS behind it: what the two do not share is its version.
        Some(Cause::PortTlsToPlaintext) if tx.trace.tls_unfinished && tx.tls == Some(Tls::StartTls) => {
            (Some(Cause::TlsProtocolVersion), Confidence::Likely)
        }
        // The program that found no such name looked for the recipient's server, not for the one it sends through.
        Some(Cause::ConnDns) if misses_recipients_domain(tx) => (Some(Cause::RecipientUnknown), Confidence::Likely),
        Some(Cause::ConnSilent) if tx.trace.greeted => (Some(Cause::ConnDropped), Confidence::Likely),
        Some(cause) => (Some(cause), if certain { Confidence::Certain } else { Confidence::Likely }),
        // Words stood there, so it is not silence.
        None if tx.error.is_some() => (Some(Cause::UnknownError), Confidence::Guess),
        None if !tx.trace.greeted => (Some(Cause::ConnSilent), Confidence::Guess),
        // The connection was cut, or the log.
        None if tx.breaks_off() => (Some(Cause::ConnDropped), Confidence::Guess),
        None => (Some(Cause::ConnDropped), Confidence::Likely),
    }
}

/// The error names the domain of a recipient, by itself and not in an address, that is neither the sender's nor the server's.
fn misses_recipients_domain(tx: &Transaction) -> bool {
    let Some(error) = tx.error.as_ref().map(|error| error.text.expose()) else { return false };
    let own = tx.mail_from.as_ref().and_then(|from| domain_of(from.expose()));
    let host = tx.connection.host.as_ref().map(Sensitive::expose);
    let part_of_name = |b: &u8| b.is_ascii_alphanumeric() || b".-@".contains(b);
    let mut names = error.split(|b| !part_of_name(b)).map(|name| name.strip_suffix(b".").unwrap_or(name));
    let recipients = || tx.recipients.iter().filter_map(|to| domain_of(to.address.expose()));
    let is = |name: &[u8], other: Option<&[u8]>| other.is_some_and(|other| name.eq_ignore_ascii_case(other));
    names.any(|name| !is(name, own) && !is(name, host) && recipients().any(|domain| is(name, Some(domain))))
}

fn names_tls(words: &[u8]) -> bool {
    words.windows(3).any(|three| three.eq_ignore_ascii_case(b"tls") || three.eq_ignore_ascii_case(b"ssl"))
}

/// The cause that the place shows at which the attempt broke off.
fn by_place(tx: &Transaction, told: Option<Cause>) -> Option<(Cause, Confidence)> {
    let trace = &tx.trace;
    // A program whose own error speaks of TLS has begun it.
    let speaks_tls = tx.error.as_ref().is_some_and(|error| names_tls(error.text.expose()));
    let plain = tx.tls != Some(Tls::Implicit) && !speaks_tls;
    // What is cut off was connected.
    let connected = trace.connected || told == Some(Cause::ConnDropped);
    if !trace.greeted && connected && plain && tx.connection.port == Some(IMPLICIT_TLS_PORT) {
        return Some((Cause::PortPlaintextToTls, Confidence::Likely));
    }
    if trace.data_open && trace.earlier_sent {
        let large = tx.has_attachment == Some(true) || tx.message_bytes.is_some_and(|n| n > MAX_EASY_BYTES);
        let unknown = tx.has_attachment.is_none() && tx.message_bytes.is_none();
        if large || unknown {
            let confidence = if large { Confidence::Likely } else { Confidence::Guess };
            return Some((Cause::AttachmentLinkDropped, confidence));
        }
    }
    let cut = matches!(told, Some(Cause::ConnDropped | Cause::ConnTimeout));
    if cut || trace.mail_sent || trace.auth_sent || !trace.ehlo {
        return None;
    }
    if trace.auth_offered && !trace.password_offered {
        return Some((Cause::AuthMechanism, Confidence::Likely));
    }
    // The program stopped by itself after EHLO, unless only the log does.
    if tx.breaks_off() {
        return None;
    }
    if trace.tls_wanted && !trace.starttls_offered && tx.tls.is_none_or(|tls| tls == Tls::None) {
        return Some((Cause::PortStarttlsUnavailable, Confidence::Likely));
    }
    (trace.starttls_offered && !trace.auth_offered).then_some((Cause::PortStarttlsRequired, Confidence::Likely))
}
