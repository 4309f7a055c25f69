//! The program signs in before it turns on encryption.

use super::{Actor, Case, Found, Pile, Rule, Seen, Severity, Watch};
use crate::{
    knowledge::Cause,
    session::{Confidence, Tls, Transaction},
    smtp::Stage,
};

pub(super) static RULE: Rule = Rule {
    id: "auth-before-tls",
    title: "The program signs in before it turns on encryption, and the server refuses that",
    looks_for: "AUTH was sent without TLS to a server that offers STARTTLS, and was refused for that reason.",
    why: "The server takes a password only over an encrypted connection. It offers STARTTLS, but the program does not use it.",
    steps: &[
        "Turn on STARTTLS (often called TLS) for port 587 in the e-mail settings.",
        "Or use port 465 with SSL/TLS.",
        "Change the password if it was sent over a network that others use: it went out in plain text.",
    ],
    severity: Severity::Error,
    acts: &[Actor::Technician],
    article_step: &["4"],
    sources: &["RFC 4954 section 4 and RFC 3207: many servers offer AUTH only after STARTTLS"],
    swallows: &["dialogue-broke"],
    ask: None,
    watch: || Box::<AuthBeforeTls>::default(),
};

#[derive(Default)]
struct AuthBeforeTls {
    pile: Pile,
    passed: bool,
}

impl Watch for AuthBeforeTls {
    fn observe(&mut self, seen: &Seen<'_>) {
        if seen.is_delivered() {
            self.passed = true;
        } else if is_too_early(seen.tx) {
            self.pile.add(seen);
            self.passed = false;
        }
    }

    fn finish(self: Box<Self>, _: &Case<'_>) -> Option<Found> {
        Some(Found { live: !self.passed, ..Found::new(self.pile, Confidence::Certain) })
    }
}

fn is_too_early(tx: &Transaction) -> bool {
    let trace = &tx.trace;
    let plain = tx.tls.is_none_or(|tls| tls == Tls::None) && trace.starttls_offered && !trace.starttls_sent;
    let refused = match tx.cause {
        Some(Cause::PortStarttlsRequired) => true,
        // The server does not say why; that it offered no AUTH before TLS does.
        Some(
            Cause::AuthMechanism
            | Cause::AuthRequired
            | Cause::AuthRejected
            | Cause::ProtocolSequence
            | Cause::ProtocolSyntax
            | Cause::UnknownReply,
        ) => !trace.auth_offered,
        _ => false,
    };
    plain && refused && trace.auth_sent && tx.stage == Stage::Auth && tx.outcome.is_failure()
}
