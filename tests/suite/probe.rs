//! The probe against servers that behave as real ones do: each gives the cause that a client's log would give.

#[cfg(unix)] // Under Wine there is no curl.
mod client;
mod server;

use std::{collections::BTreeSet, path::Path, process::Command, time::Duration};

use serde_json::Value;
use server::{Authority, Script, closed_port, serve};

/// What the program says of a server at this port; the store of the PC holds only the authority.
fn probed(port: u16, store: Option<&Path>, more: &[&str]) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mtmlog"));
    command.args(["probe", &format!("localhost:{port}"), "--format", "json"]).args(more);
    if !more.contains(&"--patience") {
        command.args(["--patience", "60"]);
    }
    command.env_remove("SSL_CERT_DIR");
    if let Some(store) = store {
        command.env("SSL_CERT_FILE", store);
    }
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text} {:?}", output.stderr))
}

/// The cause of the first attempt, or `none`.
fn cause(page: &Value) -> (&str, &str) {
    let first = &page["attempts"][0];
    (first["cause"].as_str().unwrap_or("none"), first["confidence"].as_str().unwrap_or("none"))
}

fn stage<'a>(page: &'a Value, name: &str) -> &'a Value {
    let stages = page["attempts"][0]["stages"].as_array().unwrap();
    stages.iter().find(|stage| stage["stage"] == name).unwrap_or(&Value::Null)
}

#[test]
#[cfg(unix)] // Windows takes no other store for one program.
fn an_open_server_gives_settings_and_no_cause() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::named("Practice Authority");
    let certificate = Some(authority.certificate(&["localhost"], false));
    let port = serve(Script { certificate, ..Script::default() });
    let page = probed(port, Some(&authority.store(folder.path())), &[]);
    assert_eq!(cause(&page), ("none", "none"));
    assert_eq!(page["settings"][0]["port"], port);
    assert_eq!(page["settings"][0]["tls"], "starttls");
    let tls = &page["attempts"][0]["tls"];
    assert_eq!((&tls["trusted_by_system"], &tls["trusted_by_webpki"]), (&true.into(), &false.into()));
    assert_eq!(page["attempts"][0]["size"], 26_214_400);
}

#[test]
#[cfg(unix)] // Windows takes no other store for one program.
fn a_server_with_tls_from_the_first_byte() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::named("Practice Authority");
    let certificate = Some(authority.certificate(&["localhost"], false));
    let port = serve(Script { certificate, implicit: true, ..Script::default() });
    let page = probed(port, Some(&authority.store(folder.path())), &["--mode", "implicit"]);
    assert_eq!(page["settings"][0]["tls"], "implicit");
}

#[test]
fn nobody_listens() {
    assert_eq!(cause(&probed(closed_port(), None, &[])), ("conn.refused", "certain"));
}

#[test]
fn tls_is_begun_where_plain_text_is_spoken() {
    let port = serve(Script::default());
    assert_eq!(cause(&probed(port, None, &["--mode", "implicit"])), ("port.tls-to-plaintext", "certain"));
}

#[test]
fn starttls_is_gone() {
    let port = serve(Script { plain: vec!["SIZE 1000", "AUTH LOGIN"], ..Script::default() });
    let page = probed(port, None, &[]);
    assert_eq!(cause(&page).0, "port.starttls-unavailable");
    assert_eq!(page["settings"][0]["tls"], "none");
}

#[test]
#[cfg(unix)] // Windows takes no other store for one program.
fn a_shield_in_the_path_is_certain_where_only_this_pc_trusts_it() {
    let folder = tempfile::tempdir().unwrap();
    let shield = Authority::named("Avast Web/Mail Shield Root");
    let certificate = Some(shield.certificate(&["localhost"], false));
    let port = serve(Script { certificate, ..Script::default() });
    let page = probed(port, Some(&shield.store(folder.path())), &[]);
    assert_eq!(cause(&page), ("tls.intercepted-by-antivirus", "certain"));
    assert!(page["findings"][0]["title"].as_str().unwrap().contains("Avast"));
}

#[test]
#[cfg(unix)] // Windows takes no other store for one program.
fn certificates_that_are_not_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::named("Practice Authority");
    let store = authority.store(folder.path());
    let of = |certificate| {
        cause(&probed(serve(Script { certificate: Some(certificate), ..Script::default() }), Some(&store), &[]))
            .0
            .to_owned()
    };
    assert_eq!(of(authority.certificate(&["localhost"], true)), "tls.expired");
    assert_eq!(of(authority.certificate(&["shared.host.example"], false)), "tls.name-mismatch");
    assert_eq!(of(Authority::named("Somebody").certificate(&["localhost"], false)), "tls.untrusted");
}

#[test]
fn a_refusal_at_the_greeting_means_what_it_means_in_a_log() {
    let listed = "554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked using zen.spamhaus.org";
    let page = probed(serve(Script { greeting: listed.to_owned(), ..Script::default() }), None, &[]);
    assert_eq!(cause(&page).0, "policy.blocklisted");
    let busy = probed(
        serve(Script { greeting: "421 4.3.2 Service not available".to_owned(), ..Script::default() }),
        None,
        &[],
    );
    assert_eq!(cause(&busy).0, "temp.service");
}

#[test]
fn a_wait_and_a_cut_in_mid_talk_are_no_causes() {
    // Longer than the patience, and shorter than anybody's.
    let port = serve(Script { wait: Duration::from_secs(600), ..Script::default() });
    let page = probed(port, None, &["--patience", "1"]);
    assert_eq!(cause(&page).0, "none");
    assert_eq!(stage(&page, "greeting")["ok"], false);
    assert!(page["notes"].to_string().contains("--patience 60"));
    let cut = probed(serve(Script { cuts_at: Some("EHLO"), ..Script::default() }), None, &[]);
    assert_eq!(cause(&cut).0, "none");
}

#[test]
fn a_server_of_old_tls_says_so_by_its_alert() {
    let page = probed(serve(Script { old_tls: true, ..Script::default() }), None, &[]);
    assert_eq!(cause(&page), ("tls.protocol-version", "certain"), "{page}");
}

#[test]
#[cfg(unix)] // Windows takes no other store for one program.
fn only_tokens_are_taken() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::named("Practice Authority");
    let certificate = Some(authority.certificate(&["localhost"], false));
    let port = serve(Script { certificate, inside: vec!["AUTH XOAUTH2"], ..Script::default() });
    let page = probed(port, Some(&authority.store(folder.path())), &[]);
    assert_eq!(cause(&page).0, "auth.mechanism");
}

#[test]
fn hostile_servers_end_in_an_answer() {
    let endless = "220-again\r\n".repeat(200_000);
    let page = probed(serve(Script { greeting: endless, ..Script::default() }), None, &[]);
    assert_eq!(stage(&page, "greeting")["ok"], false);
    let long = format!("220 {}", "x".repeat(10_000_000));
    let page = probed(serve(Script { greeting: long, ..Script::default() }), None, &[]);
    assert_eq!(stage(&page, "greeting")["ok"], false);
    let escapes = "220 \u{1b}]0;owned\u{7} mail\u{1b}[2J";
    let page = probed(serve(Script { greeting: escapes.to_owned(), ..Script::default() }), None, &[]);
    assert!(!stage(&page, "greeting")["text"].as_str().unwrap().contains('\u{1b}'));
    let authority = Authority::named("Practice Authority");
    for count in [500, 10_000] {
        let names: Vec<String> = (0..count).map(|n| format!("host{n}.practice.example")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let port = serve(Script { certificate: Some(authority.certificate(&names, false)), ..Script::default() });
        let page = probed(port, None, &[]);
        // rustls takes no certificate of more than 64 KiB; whoever sends one does not speak in plain text for that.
        let known = page["attempts"][0]["tls"]["names"].as_array().map_or(0, Vec::len);
        assert!(if count == 500 { known == 20 } else { known <= 20 }, "{page}");
        assert_ne!(cause(&page).0, "port.tls-to-plaintext");
        assert_eq!(stage(&page, "starttls")["ok"], true);
    }
}

#[test]
#[cfg(unix)] // Windows takes no other store for one program, and Wine has no curl.
fn a_probe_says_what_the_log_of_a_mail_program_says() {
    use client::{Settings, logged_cause};
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::named("Practice Authority");
    let store = authority.store(folder.path());
    let good = || Some(authority.certificate(&["localhost"], false));
    let open = || Script { takes_mail: true, certificate: good(), ..Script::default() };
    let greeting = |text: &str| Script { greeting: text.to_owned(), ..open() };
    let shield = Authority::named("Avast Web/Mail Shield Root").certificate(&["localhost"], false);
    let busy = "421 4.3.2 Service not available, try again later";
    let listed = "554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked using zen.spamhaus.org";
    let plain = Script { takes_mail: true, ..Script::default() };
    let stripped = Script { plain: vec!["SIZE 1000", "AUTH LOGIN"], ..plain.clone() };
    let certified = |certificate| Script { certificate: Some(certificate), ..open() };
    let tokens = Script { inside: vec!["AUTH XOAUTH2"], ..open() };
    let servers: Vec<(&str, u16, &str)> = vec![
        ("open", serve(open()), "smtp"),
        ("open, SSL/TLS", serve(Script { implicit: true, ..open() }), "smtps"),
        ("refused", closed_port(), "smtp"),
        ("plain on 465", serve(plain), "smtps"),
        ("STARTTLS stripped", serve(stripped), "smtp"),
        ("a shield", serve(certified(shield)), "smtp"),
        ("expired", serve(certified(authority.certificate(&["localhost"], true))), "smtp"),
        ("wrong name", serve(certified(authority.certificate(&["shared.host.example"], false))), "smtp"),
        (
            "nobody's authority",
            serve(certified(Authority::named("Somebody").certificate(&["localhost"], false))),
            "smtp",
        ),
        ("421 at the greeting", serve(greeting(busy)), "smtp"),
        ("listed", serve(greeting(listed)), "smtp"),
        ("only tokens", serve(tokens), "smtp"),
    ];
    let mut wrong = Vec::new();
    for (name, port, scheme) in servers {
        let settings = Settings { scheme, store: Some(&store) };
        let Some((logged, log)) = logged_cause(port, &settings) else {
            assert!(Command::new("curl").arg("--version").output().is_err(), "curl is here and gave no log");
            return;
        };
        let mode = if scheme == "smtps" { "implicit" } else { "plain" };
        let page = probed(port, Some(&store), &["--mode", mode]);
        // A mail program says only that it does not trust; whose the certificate is, the probe has seen.
        let same = logged == if name == "a shield" { "tls.untrusted" } else { cause(&page).0 };
        if !same {
            wrong.push(format!("{name}: the probe says {}, the log {logged}: {log}", cause(&page).0));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
#[cfg(target_os = "linux")] // Elsewhere a full queue refuses.
fn a_black_hole_is_a_time_out() {
    let (port, _held, _listener) = server::black_hole();
    assert_eq!(cause(&probed(port, None, &[])).0, "conn.timeout");
}

#[test]
#[cfg(unix)] // Wine's loopback is IPv4.
fn ipv6_is_a_way_like_any_other() {
    let Some(port) = server::serve_v6(Script { plain: vec!["AUTH LOGIN"], ..Script::default() }) else { return };
    let output = Command::new(env!("CARGO_BIN_EXE_mtmlog"))
        .args(["probe", &format!("[::1]:{port}"), "--format", "json", "--patience", "60"])
        .output()
        .unwrap();
    let page: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(page["attempts"][0]["address"], "::1");
    assert_eq!(stage(&page, "ehlo")["ok"], true, "{page}");
}

#[test]
fn a_server_that_babbles_does_not_confuse_the_probe() {
    for babble in [
        &b"250-mail\r\n220 not this\r\n"[..],
        b"\r\n\r\n\r\n",
        b"250",
        b"250 \xff\xfe\x00\x1b[31m\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n<html>",
        b"999999999999 x\r\n",
        b"250 STARTTLS\r\n250 STARTTLS\r\n250 STARTTLS\r\n",
    ] {
        let page = probed(serve(Script { babble: Some(babble), ..Script::default() }), None, &["--patience", "2"]);
        assert_eq!(page["schema"], "mtmlog.probe/1");
        assert!(!page.to_string().contains("\\u001b"), "{page}");
    }
}

/// Every name in an object and in those inside it.
fn names(value: &Value, all: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| {
            all.insert(name.clone());
            names(value, all);
        }),
        Value::Array(values) => values.iter().for_each(|value| names(value, all)),
        _ => {}
    }
}

#[test]
fn the_page_about_it_names_every_field() {
    let authority = Authority::named("Practice Authority");
    let certificate = Some(authority.certificate(&["localhost"], false));
    let page = probed(serve(Script { certificate, ..Script::default() }), None, &["--domain"]);
    let mut written = BTreeSet::new();
    names(&page, &mut written);
    let about = include_str!("../../docs/probe.md");
    let promised = about.split("## `mtmlog case`").next().unwrap();
    let promised: BTreeSet<&str> = promised.split('`').skip(1).step_by(2).collect();
    let missing: Vec<_> = written.iter().filter(|name| !promised.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "docs/probe.md has no {missing:?}");
    for name in ["at", "provider", "not_before", "trusted_by_system", "trusted_by_webpki", "ms", "size", "domain"] {
        assert!(written.contains(name), "{name}: {page}");
    }
    let at = page["at"].as_str().unwrap();
    assert!(chrono::DateTime::parse_from_rfc3339(at).is_ok(), "{at}");
}

#[test]
#[cfg(unix)] // Windows takes no other store for one program.
fn a_server_that_begins_with_tls_says_nothing_to_plain_text() {
    let authority = Authority::named("Practice Authority");
    let certificate = Some(authority.certificate(&["localhost"], false));
    let port = serve(Script { certificate, implicit: true, ..Script::default() });
    let page = probed(port, None, &["--patience", "2"]);
    assert_eq!((cause(&page).0, stage(&page, "greeting")["ok"].clone()), ("none", false.into()), "{page}");
    assert!(page["notes"].to_string().contains("--mode implicit"), "{page}");
}

#[test]
fn nothing_to_look_at_is_a_sentence() {
    let output = Command::new(env!("CARGO_BIN_EXE_mtmlog")).args(["probe", "what is this"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("mail.practice.co.za:587"));
}
