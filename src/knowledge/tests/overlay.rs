//! A user's facts over the built-in ones, and a user's mistakes in them.

use crate::{knowledge::*, smtp::*};

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
    assert_eq!(laid.providers().by_domain(b"gmail.com").unwrap().name, "Our host");
    assert_eq!(laid.cause(Cause::ConnDns).title, "No such server");
    assert_eq!(laid.cause(Cause::ConnDns).severity, Severity::Error);
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
    assert_eq!(laid.providers().by_greeting(b"zzz"), None);
    assert_eq!(laid.providers().by_host(b"h").unwrap().name, "");
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
