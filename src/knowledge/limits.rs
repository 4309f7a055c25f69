//! Which causes a reply can have at all, by the command that it answers, and which are unlikely by its class.
//!
//! A lock at RCPT is not that of the sign-in, and a server cannot see why a name does not resolve. What the command rules out
//! cannot be; what the class speaks against only counts less.

use super::Cause;
use crate::smtp::Verb;

/// A server can mean this by an answer to this command.
pub(super) fn possible(cause: Cause, verb: Option<Verb>) -> bool {
    let group = cause.group();
    use Cause::*;
    // What only the client can see, or only the state of the session shows.
    let unseen = matches!(cause, ConnDns | ConnRefused | ConnSilent | TlsUntrusted | TlsExpired | TlsNameMismatch)
        || matches!(cause, TlsInterceptedByAntivirus | PortPlaintextToTls | AttachmentLinkDropped | ClientNoTls)
        || cause == AuthPlaceholderPassword;
    if unseen {
        return false;
    }
    let sign_in = matches!(cause, AuthRejected | AuthAppPasswordRequired | AuthBasicDisabled | AuthMechanism)
        || matches!(cause, AuthTooManyAttempts | AuthTemporary);
    match verb {
        None | Some(Verb::Rset | Verb::Other | Verb::Quit) => true,
        Some(Verb::Greeting | Verb::Ehlo | Verb::Helo) => {
            // What a host did in sessions before is held against it from the greeting on.
            let allowed = !sign_in || cause == AuthTooManyAttempts;
            allowed && !matches!(group, "recipient" | "attachment" | "content") && cause != PortStarttlsUnavailable
        }
        Some(Verb::StartTls) => {
            matches!(group, "port" | "tls" | "conn" | "protocol" | "rate") || matches!(cause, TempService)
        }
        Some(Verb::Auth) => {
            !matches!(group, "recipient" | "attachment" | "content")
                && !matches!(cause, TempGreylisted | SenderRejected | PolicySenderAuth)
        }
        Some(Verb::Mail) => {
            let of_recipient = group == "recipient" && cause != RecipientRelayDenied;
            !of_recipient && !matches!(cause, AttachmentBlockedType | AuthTooManyAttempts | AuthMechanism)
        }
        Some(Verb::Rcpt) => {
            !matches!(cause, AttachmentBlockedType | AuthTooManyAttempts | AuthMechanism | AuthTemporary)
        }
        Some(Verb::Data | Verb::Bdat | Verb::EndOfData) => {
            !sign_in && !matches!(cause, PortStarttlsUnavailable | PortTlsToPlaintext)
        }
    }
}

/// An enhanced code of this subject (RFC 3463 section 2: address, mailbox, mail system, network, protocol, content,
/// policy) can stand beside this cause. Servers give the wider subjects to anything.
pub(super) fn is_about(cause: Cause, subject: u16) -> bool {
    let group = cause.group();
    match subject {
        1 => !matches!(group, "auth" | "port" | "tls" | "attachment"),
        2 | 6 => !matches!(group, "auth" | "port" | "tls"),
        _ => true,
    }
}

/// A server that says so has looked for a mailbox.
pub(super) fn is_mailbox(cause: Cause) -> bool {
    matches!(cause, Cause::RecipientUnknown | Cause::RecipientDisabled | Cause::RecipientMailboxFull)
}

/// A code of this class is likely to mean this: 4 is put off, 5 is refused, and 4.1.1 puts off without saying that nobody
/// is there. Servers mix them up, so that it counts against a cause and does not rule it out.
pub(super) fn fits_class(cause: Cause, class: Option<u16>) -> bool {
    use Cause::*;
    match class {
        Some(4) => !matches!(
            cause,
            RecipientUnknown | RecipientSyntax | ProtocolSyntax | AttachmentBlockedType | ContentSpam | AuthRejected
        ),
        Some(5) => !matches!(cause, TempGreylisted | TempService | AuthTemporary),
        _ => true,
    }
}
