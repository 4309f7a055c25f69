//! Known answers for replies of servers: by words, by code, by both.

use std::time::Duration;

use super::{cause, meaning};
use crate::{knowledge::*, smtp::*};

#[test]
fn replies_by_text() {
    for (expected, reply) in [
        ("conn.timeout", "421 4.4.2 mx.example Error: timeout exceeded"),
        ("port.starttls-required", "530 5.7.0 Must issue a STARTTLS command first"),
        ("port.starttls-unavailable", "454 4.7.0 TLS not available due to local problem"),
        ("auth.rejected", "535 Incorrect authentication data"),
        ("auth.rejected", "535-5.7.8 Username and Password not accepted. 535 5.7.8 ?p=BadCredentials - gsmtp"),
        ("auth.rejected", "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect."),
        ("auth.basic-disabled", "535 5.7.139 Authentication unsuccessful, basic authentication is disabled."),
        ("auth.app-password-required", "534-5.7.9 Application-specific password required. - gsmtp"),
        ("auth.rejected", "534-5.7.14 Please log in via your web browser and then try again."),
        ("auth.app-password-required", "535 5.7.0 (#AUTH005) Too many bad auth attempts."),
        ("auth.required", "530 5.7.57 Client not authenticated to send mail."),
        ("auth.mechanism", "504 5.7.4 Unrecognized authentication type"),
        ("auth.temporary", "454 4.7.0 Temporary authentication failure"),
        ("auth.too-many-attempts", "454 4.7.0 Too many login attempts, please try again later."),
        ("sender.rejected", "550 5.7.60 SMTP; Client does not have permissions to send as this sender"),
        ("sender.rejected", "501 <statements>: sender address must contain a domain"),
        ("recipient.unknown", "550 5.1.1 <a@b.example>: Recipient address rejected: User unknown"),
        ("recipient.unknown", "550 User (a@b.example) unknown."),
        ("recipient.unknown", "550 5.4.1 Recipient address rejected: Access denied"),
        ("recipient.disabled", "550 5.2.1 Mailbox disabled"),
        ("recipient.syntax", "501 5.1.3 Bad recipient address syntax"),
        ("recipient.mailbox-full", "552 5.2.2 Boîte aux lettres pleine"),
        ("recipient.relay-denied", "554 5.7.1 <a@b.example>: Relay access denied"),
        (
            "recipient.relay-denied",
            "550 Please turn on SMTP Authentication. PC is not permitted to relay through this server",
        ),
        ("attachment.too-large", "552 5.3.4 Message size exceeds fixed limit"),
        ("attachment.blocked-type", "552 5.7.0 Message content rejected: attachment type not permitted (.pdf)"),
        ("content.spam", "550 This message was classified as SPAM"),
        ("policy.blocklisted", "554 5.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org"),
        ("policy.sender-auth", "550 5.7.1 Email rejected per DMARC policy for b.example"),
        ("rate.connections", "421 too many connections"),
        ("rate.messages", "451 4.7.1 Too many messages in a short time, please slow down"),
        ("temp.greylisted", "450 4.2.0 Recipient address rejected: Greylisted for 60 seconds"),
        ("temp.service", "451 4.3.0 Error: queue file write error"),
        ("protocol.sequence", "503 5.5.1 Error: need MAIL command"),
        ("protocol.syntax", "501 Syntactically invalid EHLO argument(s)"),
        ("auth.basic-disabled", "550 User has no permission"),
        ("auth.rejected", "550 Login credentials no longer valid. Please re-authenticate."),
        ("port.starttls-required", "535 Authentication not allowed on unsecure connections"),
        ("recipient.mailbox-full", "550 Requested mail action aborted: exceeded storage allocation, Quota exceeded"),
        ("policy.blocklisted", "550 5.7.0 Please use the smtp server of your ISP."),
        ("content.spam", "550 5.2.0 Message Filtered"),
        ("temp.service", "550 5.4.316 Message expired, connection refused"),
        ("rate.connections", "421 4.7.0 Error: too many new TLS sessions from pc.example"),
        ("protocol.sequence", "554 5.5.1 Error: TLS already active"),
        ("recipient.relay-denied", "451 Open relay not allowed - https://community.mimecast.com/docs/DOC-1369#451"),
    ] {
        assert_eq!(cause(reply), expected, "{reply}");
    }
}

#[test]
fn the_same_code_means_three_things_by_its_words() {
    assert_eq!(cause("454 4.7.0 Too many login attempts"), "auth.too-many-attempts");
    assert_eq!(cause("454 4.7.0 Temporary authentication failure"), "auth.temporary");
    assert_eq!(cause("454 4.7.0 TLS not available due to local problem"), "port.starttls-unavailable");
}

#[test]
fn bare_words_mean_what_the_command_makes_of_them() {
    for (verb, expected) in [
        (Verb::Greeting, "policy.blocklisted"),
        (Verb::Mail, "sender.rejected"),
        (Verb::Rcpt, "recipient.unknown"),
        (Verb::EndOfData, "content.spam"),
    ] {
        let meaning = meaning(Some(verb), "550 Access denied");
        assert_eq!((meaning.cause.code(), meaning.by), (expected, By::Code), "{verb}");
    }
    // Without the command it is a guess at most.
    assert!(meaning(None, "550 Access denied").by <= By::Model);
    let starttls = meaning(Some(Verb::StartTls), "502 5.5.1 Error: command not implemented");
    assert_eq!(starttls.cause, Cause::PortStarttlsUnavailable);
    // What else is said there decides as elsewhere.
    for (expected, text) in [
        (Cause::ProtocolSequence, "503 5.5.1 This session is secure already"),
        (Cause::RateConnections, "421 Too many connections from your host"),
        (Cause::PortStarttlsUnavailable, "554 No"),
    ] {
        assert_eq!(meaning(Some(Verb::StartTls), text).cause, expected, "{text}");
    }
    // A sign-in is refused for no reason of the domain's, and who failed before is known from the greeting on.
    let mismatch = meaning(Some(Verb::Auth), "535 5.7.7 channel bindings differ");
    assert_eq!(mismatch.cause, Cause::AuthRejected);
    let early = meaning(Some(Verb::Greeting), "421 4.7.0 Too many authentication failures from your host");
    assert_eq!(early.cause, Cause::AuthTooManyAttempts);
    assert_eq!(cause("502 5.5.1 Error: command not implemented"), "protocol.syntax");
}

#[test]
fn a_refused_ip_address_is_a_host_and_no_sender() {
    for (reply, expected) in [
        ("550 The sender 192.0.2.3 is banned", "policy.blocklisted"),
        ("553 Mail from 192.0.2.3 not accepted", "policy.blocklisted"),
        ("421 Message from (192.0.2.3) temporarily deferred - 4.16.50.", "policy.blocklisted"),
        ("421 Message temporarily deferred - 4.16.50.", "temp.service"),
        ("550 The domain example.com is banned", "sender.rejected"),
        ("550 Mail from address is invalid", "sender.rejected"),
    ] {
        assert_eq!(cause(reply), expected, "{reply}");
    }
}

#[test]
fn one_meaning_in_many_words() {
    for (reply, expected) in [
        ("550-No such 550-user 550 here", "recipient.unknown"),
        ("550 5.1.1 User unknown in relay recipient table", "recipient.unknown"),
        ("550 user overdrawn his diskspace quota", "recipient.mailbox-full"),
        ("552 Skrzynka odbiorcy jest pełna", "recipient.mailbox-full"),
        ("450 4.3.1 Insufficient system storage", "temp.service"),
        ("450 4.1.1 unverified address: Address verification in progress", "temp.service"),
        ("550 Das Postfach ist gesperrt", "recipient.disabled"),
        ("454 Atencao: voce atingiu o limite maximo de envio: 1000 mensagens", "rate.messages"),
        ("450-mailbox unavailable 450 Mail send limit exceeded", "rate.messages"),
        ("535 Error: 请使用授权码登录", "auth.app-password-required"),
        ("525 5.7.1 Unauthorized IP address", "policy.blocklisted"),
        ("550 Outgoing mail from this address has been suspended", "sender.rejected"),
    ] {
        assert_eq!(cause(reply), expected, "{reply}");
    }
}

#[test]
fn subject_and_verdict_count_in_any_order() {
    for (reply, expected) in [
        ("550 no such place for that recipient: mailbox xyzzy does not exist", "recipient.unknown"),
        ("550 User hasn't entered during last 180 days", "recipient.disabled"),
        ("550 The system only accepts mail from known senders", "sender.rejected"),
        ("550 not accepting mail with attachments", "attachment.blocked-type"),
        ("552 The user's space has used up.", "recipient.mailbox-full"),
        ("450 Hourly send rate exceeded, retry later.", "rate.messages"),
    ] {
        assert_eq!(cause(reply), expected, "{reply}");
    }
}

#[test]
fn enhanced_codes_count_whole_and_after_words() {
    assert_eq!(meaning(None, "550 5.7.13 x").cause, Cause::RecipientDisabled);
    assert_eq!(meaning(None, "535 5.7.139 x").cause, Cause::AuthBasicDisabled);
    let by_code = meaning(None, "550 xyzzy (#5.1.1)");
    assert_eq!((by_code.cause, by_code.by), (Cause::RecipientUnknown, By::Enhanced));
    assert_eq!(meaning(None, "550 5.1.1 Mailbox full").by, By::Text);
    assert_eq!(meaning(None, "550 5.7.606 Access denied").by, By::Enhanced);
    assert_eq!(meaning(None, "999 5.1.1 x").cause, Cause::UnknownReply);
    assert_eq!(meaning(None, "250 User unknown").by, By::Nothing);
}

#[test]
fn names_of_hosts_and_users_are_no_words() {
    assert_eq!(cause("550 mailbox-full.example.com xyzzy"), "unknown.reply");
    assert_eq!(cause("550 <spam@virus.example> xyzzy"), "unknown.reply");
    assert_eq!(cause("550 relay.example.com xyzzy"), "unknown.reply");
}

#[test]
fn values_in_the_text() {
    let greylisted = meaning(None, "451 4.7.1 Greylisted, try again in 300 seconds");
    assert_eq!(greylisted.retry_after, Some(Duration::from_secs(300)));
    let listed = meaning(None, "554 5.7.1 blocked using zen.spamhaus.org");
    assert_eq!(listed.blocklist.as_deref(), Some("Spamhaus"));
    assert_eq!(meaning(None, "550 User unknown").blocklist, None);
}

/// The texts of the facts looked up on 2026-11-28 (Microsoft, SES, iRedAPD and small servers).
#[test]
fn texts_of_november_2026() {
    for (expected, reply) in [
        (
            "tls.protocol-version",
            "421 4.7.66 TLS 1.0 and 1.1 are not supported. Please upgrade/update your client to support TLS 1.2. Visit \
             https://aka.ms/smtp_auth_tls.",
        ),
        ("tls.protocol-version", "421 4.7.66 TLS 1.0 and 1.1 are not supported."),
        (
            "auth.required",
            "550 5.7.68 TenantInboundAttribution; Direct Send not allowed for this organization from unauthorized sources",
        ),
        ("sender.rejected", "503 5.5.3 Your address has been blocked"),
        ("sender.rejected", "421 Domain x is not allowed to send: Account disabled"),
        ("auth.rejected", "502 5.7.0 Your SMTP account is not yet activated"),
        ("conn.timeout", "500 Server timed out."),
        ("sender.rejected", "501 Sender email is not in my domain"),
        (
            "temp.greylisted",
            "451 4.7.1 <x>: Recipient address rejected: Intentional policy rejection, please try again later",
        ),
    ] {
        assert_eq!(cause(reply), expected, "{reply}");
    }
}

#[test]
fn the_command_answered_limits_the_cause() {
    let locked = "550 Account locked after too many login attempts";
    assert_eq!(meaning(Some(Verb::Auth), locked).cause, Cause::AuthTooManyAttempts);
    assert!(!meaning(Some(Verb::Rcpt), locked).cause.code().starts_with("auth."));
    assert_ne!(meaning(Some(Verb::Mail), "550 User unknown").cause, Cause::RecipientUnknown);
    for verb in [None, Some(Verb::Rcpt), Some(Verb::EndOfData)] {
        let group = meaning(verb, "550 host name does not resolve, certificate not trusted").cause.code();
        assert!(!group.starts_with("conn.dns") && !group.starts_with("tls."), "{group}");
    }
}

#[test]
fn words_without_their_code_are_never_certain() {
    let knowledge = Knowledge::builtin();
    for (words, expected) in [
        ("5.1.1 User unknown", "recipient.unknown"),
        ("Mailbox is full", "recipient.mailbox-full"),
        ("System busy, try again later", "temp.service"),
        ("You may not send more than 200 messages a day", "rate.messages"),
    ] {
        let meaning = knowledge.words(words.as_bytes(), None, None);
        assert_eq!((meaning.cause.code(), meaning.with_code), (expected, false), "{words}");
    }
    assert_eq!(knowledge.words(b"banana", None, None).by, By::Nothing);
    let deciding = knowledge.deciding_words(b"Our filter thinks that this is junk", Cause::ContentSpam);
    assert!(deciding.len() <= 3 && deciding.iter().any(|word| word == "junk"), "{deciding:?}");
}
