//! Everything that leaves the program: no secret in it, and nothing of it acts on whoever reads it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

mod share;

use std::{fs, path::PathBuf};

use mtmlog::{redact::Level, report::Paper};
use share::{
    base64,
    canary::{WRITERS, passwords},
    every_output, ticket,
};

const RECIPIENT: &str = "thandiwe.dlamini@family-dlamini.example";

fn sign_in(user: &str, password: &str, plain: bool) -> Vec<(char, String)> {
    let percent: String = password.bytes().map(|b| format!("%{b:02X}")).collect();
    let hex: String = password.bytes().map(|b| format!("{b:02x}")).collect();
    let mut lines = vec![
        ('=', format!("smtpPassword={password}")),
        ('=', format!("url=smtp://user:{percent}@mail.example.co.za:587")),
        ('=', format!("password_hex={hex}")),
        ('S', "220 mail.example.co.za ESMTP".to_owned()),
        ('C', "EHLO RECEPTION-PC".to_owned()),
        ('S', "250 AUTH PLAIN LOGIN".to_owned()),
    ];
    if plain {
        lines.push(('C', format!("AUTH PLAIN {}", base64(format!("\0{user}\0{password}").as_bytes()))));
    } else {
        lines.push(('C', "AUTH LOGIN".to_owned()));
        lines.push(('S', "334 VXNlcm5hbWU6".to_owned()));
        lines.push(('C', base64(user.as_bytes())));
        lines.push(('S', "334 UGFzc3dvcmQ6".to_owned()));
        lines.push(('C', base64(password.as_bytes())));
    }
    lines.push(('S', format!("535 5.7.8 refused, password={password} is wrong")));
    lines.push(('C', "QUIT".to_owned()));
    lines.push(('S', "221 Bye".to_owned()));
    lines
}

fn mail(reply: &str) -> Vec<(char, String)> {
    let line = |side, text: &str| (side, text.to_owned());
    vec![
        line('S', "220 mail.example.co.za ESMTP"),
        line('C', "EHLO RECEPTION-PC"),
        line('S', "250 mail.example.co.za Hello RECEPTION-PC [41.1.2.3]"),
        line('C', "MAIL FROM:<=cmd|calc@practice.example>"),
        line('S', "250 OK"),
        (('C'), format!("RCPT TO:<{RECIPIENT}>")),
        line('S', "250 OK"),
        line('C', "DATA"),
        line('S', "354 Go ahead"),
        (('C'), format!("To: \"Thandiwe Dlamini\" <{RECIPIENT}>")),
        line('C', "Subject: HIV result of Thandiwe"),
        line('C', "Content-Disposition: attachment; filename=\"dlamini.pdf\""),
        line('C', ""),
        line('C', "Dear Thandiwe, your ID 8001015009087 and result are attached."),
        line('C', "."),
        ('S', reply.to_owned()),
        line('C', "QUIT"),
        line('S', "221 Bye"),
    ]
}

fn written(folder: &tempfile::TempDir, log: &str) -> PathBuf {
    let path = folder.path().join("emailout.txt");
    fs::write(&path, log).unwrap();
    path
}

/// Every run of six characters of a text.
fn runs(text: &str) -> Vec<String> {
    text.as_bytes().windows(6).map(|run| String::from_utf8_lossy(run).into_owned()).collect()
}

#[test]
fn no_output_holds_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let mut passwords = passwords();
    for writer in WRITERS {
        // User names of three lengths put the password at each alignment of base64.
        for user in ["ab@cd.example", "abc@cd.example", "abcd@cd.example"] {
            for plain in [false, true] {
                let password = passwords.next().unwrap();
                let path = written(&folder, &writer.log(&sign_in(user, &password, plain)));
                let percent: String = password.bytes().map(|b| format!("%{b:02X}")).collect();
                let hex: String = password.bytes().map(|b| format!("{b:02x}")).collect();
                let forms = [
                    password.clone(),
                    percent,
                    hex,
                    base64(password.as_bytes()),
                    base64(format!("\0{user}\0{password}").as_bytes()).split_at(20).1.to_owned(),
                ];
                for (name, level, text) in every_output(&path) {
                    assert!(!text.is_empty(), "{} {name}", writer.name);
                    for run in forms.iter().flat_map(|form| runs(form)).filter(|run| !run.contains('=')) {
                        assert!(
                            !text.contains(&run),
                            "{} {name} {level:?} shows {run} of {password}:\n{text}",
                            writer.name
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn what_leaves_the_practice_names_no_patient() {
    let folder = tempfile::tempdir().unwrap();
    for writer in WRITERS {
        let path = written(&folder, &writer.log(&mail(&format!("550 5.1.1 <{RECIPIENT}>: no such user"))));
        for (name, level, text) in every_output(&path) {
            let people = ["thandiwe", "dlamini", "hiv", "8001015009087", "reception-pc"];
            let low = text.to_lowercase();
            for word in people.iter().filter(|_| level == Level::Personal) {
                assert!(!low.contains(word), "{} {name} shows {word}:\n{text}", writer.name);
            }
        }
    }
}

#[test]
fn a_hostile_server_is_only_read() {
    let folder = tempfile::tempdir().unwrap();
    let hostile = "550 \u{1b}[2J\u{1b}]0;owned\u{7}<script>alert(1)</script><img src=x onerror=alert(2)> \
                   =cmd|'/C calc'!A0 [click](http://evil.example/) | a | `b` ![x](http://evil.example/y) \u{202e}txt.exe";
    for writer in WRITERS {
        let path = written(&folder, &writer.log(&mail(hostile)));
        for (name, level, text) in every_output(&path) {
            let shown = format!("{} {name} {level:?}:\n{text}", writer.name);
            assert!(!text.chars().any(|c| c == '\u{1b}' || c == '\u{7}' || c == '\u{202e}'), "{shown}");
            if name.to_lowercase().contains("html") {
                assert!(!text.contains("<script>alert") && !text.contains("<img"), "{shown}");
                // What stands between tags is text; nothing in a tag points anywhere but into the page.
                let tags = text.split('<').filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag);
                let mut links = tags.filter(|tag| tag.contains("href") || tag.contains("src") && !tag.contains("-src"));
                assert!(links.all(|tag| tag.contains("href=\"#list\"")), "{shown}");
            }
            if name == "markdown" || name == "ticket Markdown" {
                let prose = text.lines().filter(|line| !line.starts_with("    "));
                for line in prose {
                    assert!(
                        !line.replace("\\]", "").contains("](") && !line.contains("<script") && !line.contains("://"),
                        "{shown}"
                    );
                    let bars = line.replace("\\|", "").matches('|').count();
                    assert!(bars == 0 || line.starts_with('|') && [3, 4, 7].contains(&bars), "{line}\n{shown}");
                }
            }
            if name == "csv" {
                assert!(!text.contains(",=") && !text.contains(",\"="), "{shown}");
            }
        }
    }
}

#[test]
fn a_ticket_is_short_and_plain() {
    let folder = tempfile::tempdir().unwrap();
    let mut lines = Vec::new();
    for n in 0..60 {
        lines.extend(mail(&format!("550 5.7.{n} <p{n}@x.example> reason {} é", ["one", "two", "three"][n % 3])));
    }
    let path = written(&folder, &WRITERS[0].log(&lines));
    let text = ticket(&path, Paper::Text);
    assert!(text.is_ascii() && text.lines().count() < 100, "{text}");
    assert!(text.split('\n').filter(|line| !line.is_empty()).all(|line| line.ends_with('\r')));
    for title in [
        "1. WHAT FAILS",
        "2. WHAT WE ASK",
        "3. FACTS",
        "4. ONE FAILED ATTEMPT",
        "5. THE LAST MAIL",
        "6. DIFFERENT REPLIES",
        "7. WHAT WAS TRIED",
        "8. HOW MUCH",
        "9. HOW TO READ",
        "10. CHECKSUMS",
    ] {
        assert!(text.contains(title), "{title}\n{text}");
    }
    assert!(text.contains("Public address: 41.1.2.3"), "{text}");
}

#[test]
fn one_recipient_can_be_put_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(&folder, &WRITERS[0].log(&mail("550 5.1.1 no such user")));
    let asked = |reveal_recipient| {
        let mut out = Vec::new();
        let asked = mtmlog::TicketRequest {
            request: share::request(&path),
            causes: Vec::new(),
            reveal_recipient,
            paper: Paper::Text,
        };
        mtmlog::ticket(&asked, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    assert!(!asked(None).contains(RECIPIENT) && !asked(Some(2)).contains(RECIPIENT));
    let text = asked(Some(1));
    assert!(text.contains(&format!("RCPT TO:<{RECIPIENT}>")), "{text}");
}
