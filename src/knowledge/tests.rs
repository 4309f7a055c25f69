//! Known answers, and what must hold of every row.

use std::{collections::HashSet, time::Duration};

use proptest::{prelude::*, test_runner::RngSeed};

use super::{
    rows::{OneOrMany, PhraseRow},
    *,
};
use crate::smtp::{ReplyCode, Verb, enhanced_status_code};

fn tables() -> Tables {
    let files = [Vec::<CauseFacts>::FILES, Vocabulary::FILES, Vec::<Notice>::FILES];
    Tables::of(&files.concat()).unwrap()
}

/// The meaning of a reply as it stands in a log: code, separator, text.
fn meaning(verb: Option<Verb>, reply: &str) -> ReplyMeaning {
    let (code, text) = reply.split_at(3);
    let text = text.trim_start_matches(['-', ' ']).as_bytes();
    let enhanced = enhanced_status_code(text).ok().map(|(_, code)| code);
    let code = ReplyCode(code.parse().unwrap());
    Knowledge::builtin().reply(&ReplyQuery { code, enhanced, text, verb, host: None })
}

fn cause(reply: &str) -> &'static str {
    meaning(None, reply).cause.code()
}

fn error(line: &str) -> &'static str {
    Knowledge::builtin().client_error(line.as_bytes()).map_or("-", |meaning| meaning.cause.code())
}

#[test]
fn built_in_files_build() {
    Knowledge::default().check().unwrap();
}

#[test]
fn every_cause_has_one_whole_row() {
    let rows = tables().cause;
    let codes: Vec<&str> = rows.iter().map(|row| row.code.as_str()).collect();
    let all: HashSet<&str> = Cause::ALL.iter().map(|cause| cause.code()).collect();
    assert_eq!(codes.len(), all.len());
    assert_eq!(codes.iter().copied().collect::<HashSet<_>>(), all);
    for (facts, cause) in Knowledge::builtin().causes().zip(Cause::ALL) {
        assert_eq!(facts.cause(), *cause);
        assert_eq!(Knowledge::builtin().cause(*cause), facts);
        assert!((2..=5).contains(&facts.steps().len()), "{cause}: {} steps", facts.steps().len());
        assert!(!facts.why().is_empty() && !facts.title().ends_with('.') && facts.title().len() < 100, "{cause}");
        assert!(facts.ask().contains('?'), "{cause}");
        assert!(!facts.sources().is_empty() && !facts.article_step().is_empty(), "{cause}");
        assert_eq!(facts.acts().is_empty(), *cause == Cause::TempGreylisted, "{cause}");
    }
}

#[test]
fn every_row_has_a_source_and_plain_phrases() {
    let tables = tables();
    let sources = (tables.reply.iter().chain(&tables.client_error).map(|row| &row.source))
        .chain(tables.enhanced.iter().map(|row| &row.source))
        .chain(tables.code.iter().map(|row| &row.source))
        .chain(tables.blocklist.iter().map(|row| &row.source))
        .chain(tables.product.iter().map(|product| &product.source))
        .chain(tables.notice.iter().map(|notice| &notice.source))
        .chain(tables.provider.iter().map(|provider| &provider.sources[0]));
    for source in sources {
        assert!(source.len() > 5, "{source}");
    }
    let phrases = |row: &PhraseRow| {
        let all = row.all.iter().flat_map(OneOrMany::phrases);
        row.any.iter().chain(all).chain(&row.not).cloned().collect::<Vec<_>>()
    };
    for phrase in tables.reply.iter().chain(&tables.client_error).flat_map(phrases) {
        assert!(!phrase.trim_matches('*').contains('*'), "`*` stands only at an end: {phrase}");
    }
}

/// A cause that no row can give would be dead, except those that only the state of a session shows.
#[test]
fn every_cause_can_be_found() {
    let by_session = ["auth.username-incomplete", "auth.placeholder-password", "attachment.link-dropped"];
    let by_session: HashSet<&str> = by_session.into_iter().chain(["unknown.reply", "unknown.error"]).collect();
    let tables = tables();
    let mut found: HashSet<&str> = tables.reply.iter().map(|row| row.cause.as_str()).collect();
    found.extend(tables.client_error.iter().map(|row| row.cause.as_str()));
    for cause in Cause::ALL {
        assert_eq!(found.contains(cause.code()), !by_session.contains(cause.code()), "{cause}");
    }
}

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

#[test]
fn client_errors() {
    for (expected, line) in [
        ("conn.refused", "EIdSocketError: Socket Error # 10061"),
        ("conn.timeout", "error 10060"),
        ("conn.dropped", "[10054] x"),
        ("conn.refused", "(10061)"),
        ("conn.refused", "WSAECONNREFUSED"),
        ("conn.refused", "Error: connect ECONNREFUSED 192.0.2.1:25"),
        ("conn.refused", "errno=111"),
        ("conn.dns", "Error: getaddrinfo ENOTFOUND smtp.example.com"),
        ("conn.dns", "Bediener nie gevind nie"),
        ("conn.dns", "curl: (6) Could not resolve host: smtp.example.test"),
        ("conn.timeout", "SMTPServerDisconnected: Connection unexpectedly closed: timed out"),
        ("conn.dropped", "ERROR: EOF"),
        ("conn.dropped", "gomail: could not send email 1: EOF"),
        ("conn.dropped", "curl: (56) Recv failure: Connection reset by peer"),
        ("port.tls-to-plaintext", "Err.Number -2146893048"),
        ("port.tls-to-plaintext", "error:0A00010B:SSL routines::wrong version number"),
        ("port.starttls-unavailable", "* STARTTLS not supported."),
        ("tls.untrusted", "0x80090325"),
        ("tls.untrusted", "TLS setup failed: SSL connect attempt failed: certificate verify failed"),
        ("tls.expired", "certificate verify failed: certificate has expired (_ssl.c:1129)"),
        ("tls.expired", "java.security.cert.CertificateExpiredException: NotAfter: Sun Nov 22 14:47:20 SAST 2026"),
        ("tls.untrusted", "s-nail:   err 18: self-signed certificate"),
        ("tls.name-mismatch", "certificate verify failed: Hostname mismatch, certificate is not valid for 'x'"),
        ("tls.protocol-version", "handshake failed: SSL routines::legacy sigalg disallowed or unsupported"),
        ("tls.intercepted-by-antivirus", "self-signed certificate, issuer: CN=avast! Web/Mail Shield Root"),
        ("auth.mechanism", "*** Auth not attempted, no advertised types available"),
        ("auth.mechanism", "GSSAPI login method not supported"),
        ("conn.silent", "CDO.Message.1 error '80040213'"),
        ("conn.dropped", "could not be sent because the connection to the server was lost"),
    ] {
        assert_eq!(error(line), expected, "{line}");
    }
}

#[test]
fn settings_names_and_counts_are_no_errors() {
    for line in [
        "timeout = 6 seconds",
        "tls_starttls = on",
        "Timeout: 6000",
        "connectTimeoutMs: 6000",
        "Connection timeout: 30",
        "tls_min_dh_prime_bits = (not set)",
        "Trying refused.example.co.za:25...",
        "smtpHost: timeout.example.com",
        "SIZE 10060",
        "port 10061",
        "queued as 10054A",
        "error 100610",
        "error 10060.5",
        "wrote (10054 bytes)",
        "SSL certificate verify result: self-signed certificate (18), continuing anyway.",
        "'allow_self_signed' => true,",
        "s-nail:   notBefore = Nov 23 14:47:20 2026 GMT",
        "s-nail:   notAfter = Dec 23 14:47:20 2026 GMT",
        "Stat Disconnected.",
        "",
    ] {
        assert_eq!(error(line), "-", "{line}");
    }
}

#[test]
fn specific_errors_weigh_more() {
    let weight = |line: &str| Knowledge::builtin().client_error(line.as_bytes()).unwrap();
    let generic = weight("Failed to connect to server: (0)");
    let reset = weight("Connection reset by peer");
    let refused = weight("Connection refused");
    let expired = weight("certificate has expired");
    let antivirus = weight("issuer=/CN=AVG Web/Mail Shield Root");
    assert!(!generic.certain && reset.certain);
    assert!(generic.weight < reset.weight && reset.weight < refused.weight);
    assert!(refused.weight < expired.weight && expired.weight < antivirus.weight);
}

#[test]
fn providers() {
    let known = Knowledge::builtin();
    let host = |host: &str| known.provider_by_host(host.as_bytes()).map(|p| p.name.as_str());
    assert_eq!(host("SMTP.gmail.com."), Some("Gmail (personal)"));
    assert_eq!(host("smtp-relay.gmail.com"), Some("Google Workspace SMTP relay"));
    assert_eq!(host("smtp.office365.com"), Some("Microsoft 365 / Exchange Online"));
    assert_eq!(host("email-smtp.af-south-1.amazonaws.com"), Some("Amazon SES"));
    assert_eq!(host("smtp.gmail.com.example"), None);
    let mweb = known.provider_by_domain(b"MWEB.co.za").unwrap();
    assert_eq!((mweb.messages_per_hour, mweb.max_message_bytes), (Some(400), Some(18_000_000)));
    let greeted = known.provider_by_greeting(b"JN2P275CA0028.outlook.office365.com Microsoft ESMTP MAIL Service ready");
    assert_eq!(greeted.unwrap().name, "Microsoft 365 / Exchange Online");
    assert_eq!(known.provider_by_greeting(b"mail.example ESMTP Postfix"), None);
    assert_eq!(known.provider_by_name("gmail").unwrap().name, "Gmail (personal)");
    assert_eq!(known.provider_by_name(""), None);
    for notice in known.notices() {
        assert!(known.provider_by_name(&notice.provider).is_some(), "{}", notice.id);
        assert!(chrono::NaiveDate::parse_from_str(&notice.date, "%Y-%m-%d").is_ok(), "{}", notice.id);
        assert!(!notice.steps.is_empty());
    }
    for server in known.providers().flat_map(|p| &p.servers) {
        assert!(server.tls.as_deref().is_none_or(|tls| ["none", "starttls", "implicit"].contains(&tls)));
    }
}

#[test]
fn a_users_facts_win() {
    let laid = Knowledge::with_overlay(
        r#"
        [[reply]]
        cause = "policy.blocklisted"
        any = ["user unknown"]
        when = { codes = [550], verbs = ["RCPT"] }
        source = "our host's page"

        [[client_error]]
        cause = "conn.refused"
        any = ["fout 77"]
        source = "seen at a practice"

        [[provider]]
        name = "Our host"
        domains = ["gmail.com"]

        [[cause]]
        code = "conn.dns"
        title = "No such server"
        "#,
    )
    .unwrap();
    let query = |verb| ReplyQuery { code: ReplyCode(550), enhanced: None, text: b"User unknown", verb, host: None };
    assert_eq!(laid.reply(&query(Some(Verb::Rcpt))).cause, Cause::PolicyBlocklisted);
    assert_eq!(laid.reply(&query(None)).cause, Cause::RecipientUnknown);
    assert_eq!(laid.client_error(b"Fout 77!").unwrap().cause, Cause::ConnRefused);
    assert_eq!(laid.provider_by_domain(b"gmail.com").unwrap().name, "Our host");
    assert_eq!(laid.cause(Cause::ConnDns).title(), "No such server");
    assert_eq!(laid.cause(Cause::ConnDns).severity(), Severity::Error);
}

#[test]
fn empty_conditions_of_a_user_do_no_harm() {
    let laid = Knowledge::with_overlay(
        "[[reply]]\ncause='conn.timeout'\nany=['xyzzy']\nwhen={host=['']}\nsource='s'\n\
         [[provider]]\nname=''\ngreetings=['', 'a  b']\nhosts=['', '**']",
    )
    .unwrap();
    let query = ReplyQuery { code: ReplyCode(550), enhanced: None, text: b"xyzzy", verb: None, host: Some(b"h") };
    assert_eq!(laid.reply(&query).cause, Cause::ConnTimeout);
    assert_eq!(laid.provider_by_greeting(b"zzz"), None);
    assert_eq!(laid.provider_by_host(b"h").unwrap().name, "");
}

#[test]
fn a_users_mistakes_are_named() {
    for (text, part) in [
        ("[[reply", "cannot be read"),
        ("[[rely]]\n", "unknown field"),
        ("[[reply]]\ncause='x.y'\nany=['a b']\nsource='s'", "no cause `x.y`"),
        ("[[reply]]\ncause='conn.dns'\nsource='s'", "no phrase"),
        ("[[reply]]\ncause='conn.dns'\nany=['...']\nsource='s'", "empty phrase"),
        ("[[reply]]\ncause='conn.dns'\nany=['a']\nwhen={verbs=['SEND']}\nsource='s'", "unknown verb `SEND`"),
        ("[[enhanced]]\ncause='conn.dns'\ncodes=['7.1.1']\nsource='s'", "enhanced code"),
        ("[[cause]]\ncode='conn.dns'\nseverity='bad'", "expected one of `note`, `warning`, `error`"),
        ("[[cause]]\ncode='conn.dns'\nacts=['isp']", "`technician`, `customer`, `provider`, `recipient`"),
    ] {
        let error = Knowledge::with_overlay(text).unwrap_err().to_string();
        assert!(error.contains(part), "{text}: {error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(23), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(text in proptest::collection::vec(any::<u8>(), 0..300), code in 0u16..1000, host in proptest::collection::vec(any::<u8>(), 0..20)) {
        let known = Knowledge::builtin();
        let query = ReplyQuery { code: ReplyCode(code), enhanced: None, text: &text, verb: Some(Verb::Rcpt), host: Some(&host) };
        let _ = known.reply(&query);
        let _ = known.client_error(&text);
        let _ = known.provider_by_host(&host);
        let _ = known.provider_by_domain(&host);
        let _ = known.provider_by_greeting(&text);
    }

    #[test]
    fn wild_prose_never_panics(text in "([0-9. :#()\\[\\]=<>@'*-]|error|in|try again|é|’| ){0,60}") {
        let query = ReplyQuery { code: ReplyCode(450), enhanced: None, text: text.as_bytes(), verb: None, host: None };
        let _ = Knowledge::builtin().reply(&query);
        let _ = Knowledge::builtin().client_error(text.as_bytes());
    }

    #[test]
    fn overlays_never_panic(text in ".{0,200}") {
        let _ = Knowledge::with_overlay(&text);
    }
}
