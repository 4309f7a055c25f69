//! Everything that leaves the program: no secret in it, and nothing of it acts on whoever reads it.

use crate::share;
use std::{
    io::Write,
    process::{Command, Stdio},
};

use crate::share::{
    canary::{WRITERS, passwords},
    every_output, forms, ticket,
    writers::{RECIPIENT, mail, runs, sign_in, written},
};
use mtmlog::{redact::Level, report::Paper};

#[test]
fn no_output_holds_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let mut passwords = passwords();
    for writer in WRITERS {
        // User names of three lengths put the password at each alignment of base64.
        for user in ["ab@cd.example", "abc@cd.example", "abcd@cd.example"] {
            for plain in [false, true] {
                let password = passwords.next().unwrap();
                let path = written(&folder, writer.log(&sign_in(user, &password, plain)));
                let forms = forms(user, &password);
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
        let path = written(&folder, writer.log(&mail(&format!("550 5.1.1 <{RECIPIENT}>: no such user"))));
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
        let path = written(&folder, writer.log(&mail(hostile)));
        for (name, level, text) in every_output(&path) {
            let shown = format!("{} {name} {level:?}:\n{text}", writer.name);
            assert!(!text.chars().any(|c| c == '\u{1b}' || c == '\u{7}' || c == '\u{202e}'), "{shown}");
            if name.to_lowercase().contains("html") {
                assert!(!text.contains("<script>alert") && !text.contains("<img"), "{shown}");
                // What stands between tags is text; nothing in a tag points anywhere but into the page.
                let tags = text.split('<').filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag);
                let mut links = tags.filter(|tag| tag.contains("href") || tag.contains("src") && !tag.contains("-src"));
                assert!(links.all(|tag| tag.contains("href=\"#")), "{shown}");
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
    let path = written(&folder, WRITERS[0].log(&lines));
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
        "8. WHAT THE PRACTICE DOES",
        "9. HOW MUCH",
        "10. HOW TO READ",
        "11. CHECKSUMS",
    ] {
        assert!(text.contains(title), "{title}\n{text}");
    }
    assert!(text.contains("Public address: 41.1.2.3"), "{text}");
}

#[test]
fn one_recipient_can_be_put_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(&folder, WRITERS[0].log(&mail("550 5.1.1 no such user")));
    let asked = |reveal_recipient| {
        let mut out = Vec::new();
        let asked = mtmlog::TicketRequest {
            request: share::request(&path),
            causes: Vec::new(),
            reveal_recipient,
            paper: Paper::Text,
            probe: None,
        };
        mtmlog::ticket(&asked, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    assert!(!asked(None).contains(RECIPIENT) && !asked(Some(2)).contains(RECIPIENT));
    let text = asked(Some(1));
    assert!(text.contains(&format!("RCPT TO:<{RECIPIENT}>")), "{text}");
}

/// Runs the program with this log on its standard input.
fn piped(log: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mtmlog"));
    command.args(arguments).env("PATH", "").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that refuses its arguments ends without reading, perhaps before this is written.
    let _ = child.stdin.take().unwrap().write_all(log.as_bytes());
    let done = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (done.status.code(), text(&done.stdout), text(&done.stderr))
}

#[test]
fn a_ticket_of_a_stream_has_its_transcript_with_both_times() {
    let log = WRITERS[0].log(&mail("550 5.7.1 refused"));
    let (status, ticket, _) = piped(&log, &["ticket", "-"]);
    assert_eq!(status, Some(0), "{ticket}");
    assert!(ticket.contains(" 08:26:01 06:26:01Z Recv 2026/11/23 08:26:01: 550 5.7.1 refused"), "{ticket}");
    assert!(ticket.contains("(zone assumed)") && ticket.contains("mail.example.co.za"), "{ticket}");
    let (_, ticket, _) = piped(&log, &["ticket", "--utc-offset", "+01:00", "-"]);
    assert!(ticket.contains(" 08:26:01 07:26:01Z Recv") && ticket.contains("zone is known"), "{ticket}");
}

#[test]
fn without_a_clipboard_the_ticket_is_still_written() {
    let log = WRITERS[0].log(&mail("550 5.7.1 refused"));
    let (status, ticket, told) = piped(&log, &["ticket", "--copy", "-"]);
    assert_eq!(status, Some(2), "{told}");
    assert!(ticket.contains("1. WHAT FAILS") && told.contains("--copy: no clipboard"), "{told}");
    let (status, _, told) = piped(&log, &["ticket", "--copy", "--format", "html", "-"]);
    assert!(status == Some(2) && told.contains("cannot be pasted"), "{told}");
}

#[test]
fn without_a_log_there_is_no_ticket() {
    let (status, ticket, told) = piped("Dear diary,\nnothing happened.\n", &["ticket", "-"]);
    assert_eq!((status, &*ticket), (Some(2), ""), "{told}");
    assert!(told.contains("not an SMTP log"), "{told}");
}
