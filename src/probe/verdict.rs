//! From what was seen to a cause of the contract, as a log of a mail program would show it.

use crate::{
    knowledge::{Cause, Knowledge},
    rule::{Question, advice::documents_starttls, explain},
    session::Confidence,
    smtp::Verb,
};

use super::{
    Mode, ProbeAttempt, StepName, Trouble,
    tls::{TlsFacts, Trust},
    wire::WireReply,
};

/// Sets the cause of an attempt. What waits, closes in mid-talk or is merely slow has none: another try decides.
pub(super) fn judge(attempt: &mut ProbeAttempt, knowledge: &Knowledge) {
    attempt.cause = of_trouble(attempt, knowledge)
        .or_else(|| of_certificate(attempt, knowledge))
        .or_else(|| of_offers(attempt, knowledge));
}

/// Two members of a farm. Where they do not agree, neither has a cause: which one answers is chance.
pub(super) fn compare(first: &mut ProbeAttempt, second: &mut ProbeAttempt) {
    let cause = |attempt: &ProbeAttempt| attempt.cause.map(|(cause, _)| cause);
    if cause(first) != cause(second) {
        for attempt in [first, second] {
            (attempt.cause, attempt.differs) = (None, true);
        }
    }
}

fn of_trouble(attempt: &ProbeAttempt, knowledge: &Knowledge) -> Option<(Cause, Confidence)> {
    use Confidence::{Certain, Likely};
    match attempt.trouble.as_ref()? {
        Trouble::NoSuchName => Some((Cause::ConnDns, Certain)),
        Trouble::Refused => Some((Cause::ConnRefused, Certain)),
        // A network says so by itself; the wait for a connection is the system's own measure of "no answer".
        Trouble::Unreachable | Trouble::ConnectTimedOut => Some((Cause::ConnTimeout, Likely)),
        // Port 465 waits for TLS (RFC 8314), and the client waits for a greeting.
        Trouble::NoAnswer(StepName::Greeting) | Trouble::Dropped(StepName::Greeting) if plain_on_465(attempt) => {
            Some((Cause::PortPlaintextToTls, Certain))
        }
        // Cut before a word was said, where plain text was expected: such as a port that waits for TLS.
        Trouble::Dropped(StepName::Greeting) if attempt.candidate.mode == Mode::Plain => {
            Some((Cause::ConnSilent, Likely))
        }
        Trouble::Dropped(StepName::Tls) => Some((Cause::ConnDropped, Likely)),
        Trouble::NotTls => Some((Cause::PortTlsToPlaintext, Certain)),
        Trouble::NoCommonTls => Some((Cause::TlsProtocolVersion, Certain)),
        Trouble::Reply(verb, reply) => of_reply(attempt, *verb, reply, knowledge),
        Trouble::NoAnswer(_) | Trouble::Dropped(_) | Trouble::NotSmtp | Trouble::BrokenTls | Trouble::Other(_) => None,
    }
}

fn plain_on_465(attempt: &ProbeAttempt) -> bool {
    attempt.candidate.port == 465 && attempt.candidate.mode == Mode::Plain
}

/// A refusal of the greeting, of EHLO or of STARTTLS. In mid-talk a 421 is a server that is busy with others.
fn of_reply(
    attempt: &ProbeAttempt,
    verb: Verb,
    reply: &WireReply,
    knowledge: &Knowledge,
) -> Option<(Cause, Confidence)> {
    if reply.code.0 == 421 && verb != Verb::Greeting {
        return None;
    }
    if verb == Verb::StartTls {
        return Some((Cause::PortStarttlsUnavailable, Confidence::Certain));
    }
    let text = reply.text();
    let line = [reply.code.to_string().as_bytes(), b" ", &text].concat();
    let host = Some(attempt.candidate.host.as_bytes());
    let answer = explain(knowledge, &Question { text: &line, verb: Some(verb), host, ..Question::default() });
    answer.cause.map(|cause| (cause, answer.confidence))
}

fn of_certificate(attempt: &ProbeAttempt, knowledge: &Knowledge) -> Option<(Cause, Confidence)> {
    let tls = attempt.tls.as_ref()?;
    if let Some((_, sure)) = in_the_path(attempt, knowledge) {
        return Some((Cause::TlsInterceptedByAntivirus, sure));
    }
    match tls.system {
        Trust::Expired => Some((Cause::TlsExpired, Confidence::Certain)),
        Trust::WrongName => Some((Cause::TlsNameMismatch, Confidence::Certain)),
        Trust::UnknownIssuer | Trust::Invalid => Some((Cause::TlsUntrusted, Confidence::Certain)),
        Trust::Trusted | Trust::NotAsked => None,
    }
}

/// The product that stands between this PC and the server. Certain where this PC's store trusts what Mozilla's list does
/// not, and the issuer bears the name of a product: no public authority has one.
pub(super) fn in_the_path<'k>(attempt: &ProbeAttempt, knowledge: &'k Knowledge) -> Option<(&'k str, Confidence)> {
    let tls = attempt.tls.as_ref();
    let issuer = tls.and_then(|tls| tls.certificate.as_ref()).map(|certificate| certificate.issuer.as_bytes());
    if let Some(product) = issuer.and_then(|issuer| knowledge.product(issuer)) {
        let private = tls.is_some_and(is_privately_trusted);
        return Some((product, if private { Confidence::Certain } else { Confidence::Likely }));
    }
    let greeting = attempt.greeting.as_deref()?;
    knowledge.product(greeting).map(|product| (product, Confidence::Likely))
}

/// This PC trusts it and the rest of the world does not: an authority that somebody put into the store.
pub(super) fn is_privately_trusted(tls: &TlsFacts) -> bool {
    tls.system == Trust::Trusted && tls.webpki == Trust::UnknownIssuer
}

/// The cause, where an open server does not offer what a sign-in needs.
fn of_offers(attempt: &ProbeAttempt, knowledge: &Knowledge) -> Option<(Cause, Confidence)> {
    if !attempt.is_open() {
        return None;
    }
    if attempt.tls.is_none() && attempt.candidate.port != 25 {
        let provider = knowledge.providers().by_host(attempt.candidate.host.as_bytes());
        let documented = provider.is_some_and(|provider| documents_starttls(provider, attempt.candidate.port));
        let sure = if documented { Confidence::Certain } else { Confidence::Likely };
        return Some((Cause::PortStarttlsUnavailable, sure));
    }
    let takes_passwords = |method: &String| !matches!(method.as_str(), "XOAUTH2" | "OAUTHBEARER" | "XOAUTH");
    if !attempt.auth.is_empty() && !attempt.auth.iter().any(takes_passwords) {
        return Some((Cause::AuthMechanism, Confidence::Certain));
    }
    None
}

/// The rank of a way in, the best first: `None` where nobody could sign in.
pub(super) fn rank(attempt: &ProbeAttempt) -> Option<u8> {
    let sign_in = attempt.is_open() && !attempt.auth.is_empty() && attempt.trouble.is_none();
    if !sign_in {
        return None;
    }
    let trusted = attempt.tls.as_ref().map(|tls| tls.system == Trust::Trusted);
    Some(match (trusted, attempt.candidate.port) {
        (Some(true), 587) => 0,
        (Some(true), 465) => 1,
        (Some(true), _) => 2,
        (Some(false), _) => 3,
        // The password would go out in plain text.
        (None, _) => 4,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{probe::Candidate, smtp::ReplyCode};

    fn cause(trouble: Trouble, mode: Mode) -> Option<&'static str> {
        let candidate = Candidate { host: "mail.practice.example".to_owned(), port: 587, mode };
        let mut attempt = ProbeAttempt { candidate, trouble: Some(trouble), ..ProbeAttempt::default() };
        judge(&mut attempt, Knowledge::builtin());
        attempt.cause.map(|(cause, _)| cause.code())
    }

    fn reply(code: u16, text: &str) -> WireReply {
        WireReply { code: ReplyCode(code), enhanced: None, lines: vec![text.as_bytes().to_vec()] }
    }

    #[test]
    fn troubles_are_the_causes_of_a_log() {
        assert_eq!(cause(Trouble::NoSuchName, Mode::Plain), Some("conn.dns"));
        assert_eq!(cause(Trouble::Refused, Mode::Plain), Some("conn.refused"));
        assert_eq!(cause(Trouble::ConnectTimedOut, Mode::Plain), Some("conn.timeout"));
        assert_eq!(cause(Trouble::NotTls, Mode::Implicit), Some("port.tls-to-plaintext"));
        assert_eq!(cause(Trouble::NoCommonTls, Mode::Implicit), Some("tls.protocol-version"));
        let listed = reply(554, "5.7.1 Service unavailable; Client host blocked using zen.spamhaus.org");
        assert_eq!(cause(Trouble::Reply(Verb::Greeting, listed), Mode::Plain), Some("policy.blocklisted"));
    }

    #[test]
    fn a_wait_or_a_cut_in_mid_talk_is_no_cause() {
        assert_eq!(cause(Trouble::NoAnswer(StepName::Greeting), Mode::Plain), None);
        assert_eq!(cause(Trouble::Dropped(StepName::EhloTls), Mode::Plain), None);
        assert_eq!(cause(Trouble::Reply(Verb::Ehlo, reply(421, "4.3.2 busy")), Mode::Plain), None);
    }
}
