//! What to ask a provider to look up, by cause: one line each.

use crate::knowledge::Cause;

/// The question to the provider.
pub(super) fn ask(cause: Cause) -> &'static str {
    use Cause::*;
    match cause {
        ConnDns => "Is the server name below right, and does it resolve outside your network?",
        ConnRefused | ConnTimeout | ConnSilent => {
            "Is this port open from the public address below, and does a firewall or shield of yours drop it?"
        }
        ConnDropped => "Why did your server end this connection? Please look it up by the time and the public address.",
        PortTlsToPlaintext | PortPlaintextToTls | PortStarttlsRequired | PortStarttlsUnavailable => {
            "Which port and which kind of TLS does this server expect from a mail program?"
        }
        TlsUntrusted | TlsExpired | TlsNameMismatch => {
            "Is the certificate that this server shows complete, valid and made out to the name below?"
        }
        TlsProtocolVersion => "Which TLS versions and ciphers does this server still accept?",
        TlsInterceptedByAntivirus => {
            "Which certificate does your server show? The one seen here seems to be another's."
        }
        AuthRejected | AuthUsernameIncomplete | AuthPlaceholderPassword => {
            "Why was this sign-in refused: the name, the password, a lock, or a rule about the place it came from?"
        }
        AuthAppPasswordRequired | AuthBasicDisabled => {
            "Is password sign-in (SMTP AUTH) allowed for this account, and what does it need to be?"
        }
        AuthRequired | AuthMechanism => "Which sign-in methods does this server offer on this port?",
        AuthTemporary | TempService => "Was your service disturbed at this time?",
        AuthTooManyAttempts => "Is this account or address locked, and until when?",
        SenderRejected | PolicySenderAuth => {
            "May this account send with the sender's address below, and do SPF, DKIM and DMARC allow your server?"
        }
        RecipientUnknown | RecipientDisabled | RecipientSyntax | RecipientMailboxFull => {
            "Was this recipient refused by you or by the recipient's own server?"
        }
        RecipientRelayDenied => "Why does your server not carry mail to other domains for this account or address?",
        AttachmentTooLarge => "What is the largest message this account may send?",
        AttachmentBlockedType | ContentSpam => "Which rule or scanner refused this message, and what in it?",
        AttachmentLinkDropped => "Does your server or a scanner end connections during large messages?",
        PolicyBlocklisted => {
            "Is the public address below on a blocklist of yours or of others, and how is it taken off?"
        }
        RateConnections | RateMessages => "Which limit was reached, how is it counted, and when is it open again?",
        TempGreylisted => "Is this sender greylisted, and after how long is a second attempt taken?",
        ProtocolSequence | ProtocolSyntax => "Which command does your server object to?",
        UnknownReply => "What does this reply mean, and who has to act on it?",
        UnknownError => "What did your server see of this attempt, and why did it end?",
        ClientNoTls => "Which TLS versions does this server take, and is there a port that works without?",
    }
}
