//! Everything that leaves the program: no secret in it, and nothing of it acts on whoever reads it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

mod share;

use std::{fs, path::PathBuf};

use mtmlog::{redact::Level, report::Paper};
use share::{base64, every_output, ticket};

const RECIPIENT: &str = "thandiwe.dlamini@family-dlamini.example";

/// One way of writing a dialogue down.
struct Writer {
    name: &'static str,
    begin: &'static str,
    server: fn(&str) -> String,
    client: fn(&str) -> String,
    /// How a setting is written, where the writer dumps settings.
    setting: fn(&str, &str) -> String,
    end: &'static str,
}

const WRITERS: &[Writer] = &[
    Writer {
        name: "indy",
        begin: "Stat Connected.\n",
        server: |text| format!("Recv 2026/11/23 08:26:01: {text}<EOL>\n"),
        client: |text| format!("Sent 2026/11/23 08:26:01: {text}<EOL>\n"),
        setting: |_, _| String::new(),
        end: "Stat Disconnected.\n",
    },
    Writer {
        name: "mailkit",
        begin: "Connected to smtp://mail.example.co.za:587/?starttls=when-available\n",
        server: |text| format!("S: {text}\n"),
        client: |text| format!("C: {text}\n"),
        setting: |_, _| String::new(),
        end: "",
    },
    Writer {
        name: "swaks",
        begin: "=== Trying mail.example.co.za:587...\n=== Connected to mail.example.co.za.\n",
        server: |text| format!("<-  {text}\n"),
        client: |text| format!(" -> {text}\n"),
        setting: |name, value| format!("*** --{name} {value}\n"),
        end: "=== Connection closed with remote host.\n",
    },
    Writer {
        name: "blat",
        begin: "2026.11.23 08:26:01 (Mon)------------Start of Session-----------------\n",
        server: |text| format!("<<<getline<<< {text}\n"),
        client: |text| format!(">>>putline>>> {text}\n"),
        setting: |name, value| format!("-{name} = {value}\n"),
        end: "2026.11.23 08:26:02 (Mon)-------------End of Session------------------\n",
    },
    Writer {
        name: "chilkat-tree",
        begin: "ChilkatLog:\n  SendEmail:\n    smtpHost: mail.example.co.za\n    smtpSocketConnect:\n    --smtpSocketConnect\n",
        server: |text| format!("    SmtpCmdResp: {text}\n"),
        client: |text| format!("    SmtpCmdSent: {text}<CRLF>\n"),
        setting: |name, value| format!("    {name}: {value}\n"),
        end: "  --SendEmail\n--ChilkatLog\n",
    },
    Writer {
        name: "sendemail",
        begin: "Nov 23 08:26:01 pc sendemail[77]: DEBUG => Connecting to mail.example.co.za:587\n",
        server: |text| format!("Nov 23 08:26:01 pc sendemail[77]: SUCCESS => Received: \t{text}\n"),
        client: |text| format!("Nov 23 08:26:01 pc sendemail[77]: INFO => Sending: \t{text}\n"),
        setting: |name, value| {
            format!("Nov 23 08:26:01 pc sendemail[77]: DEBUG => Assigned $opt{{}} key/value: {name} => {value}\n")
        },
        end: "",
    },
    Writer {
        name: "curl",
        begin: "*   Trying 196.25.1.1:587...\n* Connected to mail.example.co.za (196.25.1.1) port 587 (#0)\n",
        server: |text| format!("< {text}\n"),
        client: |text| format!("> {text}\n"),
        setting: |name, value| format!("* {name}: {value}\n"),
        end: "* Closing connection 0\n",
    },
    Writer {
        name: "bare",
        begin: "",
        server: |text| format!("{text}\n"),
        client: |text| format!("{text}\n"),
        setting: |name, value| format!("DEBUG SMTP: {name}={value}\n"),
        end: "",
    },
];

impl Writer {
    /// A log of a dialogue: `S` and `C` lines, `=` settings.
    fn log(&self, lines: &[(char, String)]) -> Vec<u8> {
        let mut log = self.begin.to_owned();
        for (side, text) in lines {
            match side {
                'S' => log += &(self.server)(text),
                'C' => log += &(self.client)(text),
                _ => log += &text.split_once('=').map_or(String::new(), |(name, value)| (self.setting)(name, value)),
            }
        }
        (log + self.end).into_bytes()
    }
}

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

fn written(folder: &tempfile::TempDir, log: &[u8]) -> PathBuf {
    let path = folder.path().join("emailout.txt");
    fs::write(&path, log).unwrap();
    path
}

/// Passwords that no word of any output could hold by chance.
fn passwords() -> impl Iterator<Item = String> {
    let mut state = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_nanos() as u64 | 1;
    std::iter::from_fn(move || {
        let mut password = String::from("Zq");
        for _ in 0..10 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            password.push(char::from(
                b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789!#$"[(state >> 33) as usize % 60],
            ));
        }
        Some(password)
    })
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
