//! Detection holds under changes that say nothing about the program: the same log under other stamps, other words, another
//! language or other line ends gives the same rows, and a log in a program's own words never becomes a dialect that is
//! known by its marks.

use serde_json::{Value, json};

use crate::common::marking::answer;
use crate::common::{Collected, analyse_bytes, folders, logs_in};

/// Ways to write the `n`th minute after eight, each as some Windows locale, library or client program does: a stamp says
/// nothing about who wrote the line. The first is the South African Windows stamp.
const STAMPS: [fn(usize) -> String; 17] = [
    |n| format!("2026/11/23 08:{n:02}:01 "),
    |n| format!("2026-11-23 08:{n:02}:01 "),
    |n| format!("23/11/2026 08:{n:02}:01 "),
    |n| format!("11/23/2026 8:{n:02}:01 AM "),
    |n| format!("2026/11/23 8:{n:02}:01 vm. "),
    |n| format!("2026/11/23 08:{n:02}:01 - "),
    |n| format!("[2026-11-23 08:{n:02}:01] "),
    |n| format!("[2026-11-23 08:{n:02}:01] INFO  "),
    |n| format!("2026-11-23 08:{n:02}:01,123 INFO "),
    |n| format!("2026-11-23 08:{n:02}:01\t"),
    |n| format!("2026-11-23T06:{n:02}:01Z "),
    |n| format!("23-Nov-2026 08:{n:02}:01.177: "),
    |n| format!("2026.11.23 08:{n:02}:01 (Mon): "),
    |n| format!("20261123-08{n:02}01.789 "),
    |n| format!("Nov 23 08:{n:02}:01 pc mailer[77]: "),
    |n| format!("08:{n:02}:01.123456 "),
    |n| format!("08:{n:02}:01 "),
];

/// Lines cut out of the middle of a dialogue, with its passwords masked: a refusal proves what they are.
#[test]
fn a_few_lines_with_a_refusal_are_a_dialogue() {
    for (log, want) in [
        (
            "<- 334 VXNlcm5hbWU6\n-> ****\n<- 334 UGFzc3dvcmQ6\n-> ****\n<- 535 5.7.3 Authentication unsuccessful\n",
            "auth.rejected",
        ),
        ("501 5.1.3 Bad recipient address syntax\nRSET\n250 2.0.0 Ok\nQUIT\n221 2.0.0 Bye\n", "recipient.syntax"),
        (">> DATA\n<< 354 Go ahead\n>> (message follows)\n", "conn.dropped"),
        (
            "< 235 2.7.0 Ok\n> VRFY a@b.example\n< 502 5.5.1 VRFY is disabled\n* Command failed: 502\n> QUIT\n\
             < 221 2.0.0 Bye\n* Closing connection 0\n",
            "protocol.syntax",
        ),
    ] {
        let Collected { transactions, .. } = analyse_bytes(log.as_bytes(), None);
        let causes: Vec<Value> = transactions.iter().map(|tx| answer(tx)["cause"].clone()).collect();
        assert_eq!(causes, [json!(want)], "{log}");
    }
}

/// A log of what the server said, without a word of the client: each reply tells what it answered by its place.
#[test]
fn a_server_alone_tells_how_far_each_mail_came() {
    let replies = [
        "220 mail.example.co.za ESMTP",
        "250-mail.example.co.za",
        "250 AUTH LOGIN",
        "334 VXNlcm5hbWU6",
        "334 UGFzc3dvcmQ6",
        "235 2.7.0 Ok",
        "250 Sender ok",
        "250 Recipient ok",
        "354 Go ahead",
        "250 Ok: queued as 4F1A2",
        "250 Sender ok",
        "550 5.1.1 <t.khumalo@patients.example>: User unknown",
        "250 Ok",
        "221 Bye",
    ];
    let frames: [fn(usize, &str) -> String; 3] = [
        |_, reply| format!("{reply}\n"),
        |n, reply| format!("2026-11-23 08:26:{n:02} {reply}\n"),
        |n, reply| format!("{{\"at\":\"2026-11-23T08:26:{n:02}Z\",\"reply\":\"{reply}\"}}\n"),
    ];
    for frame in frames {
        let log: String = replies.iter().enumerate().map(|(n, reply)| frame(n, reply)).collect();
        let found = analyse_bytes(log.as_bytes(), None);
        let told = |tx| {
            let row = answer(tx);
            format!("{} {} {}", row["outcome"], row["stage"], row["cause"])
        };
        let rows: Vec<String> = found.transactions.iter().map(told).collect();
        assert_eq!(rows, [r#""sent" "done" "none""#, r#""rejected" "rcpt" "recipient.unknown""#], "{log}");
    }
    // Of one mail that was refused it says less, and is no list of mails for that.
    let refused = "08:26:01 Server: 220 mail.example.co.za ESMTP\n08:26:02 Server: 250-mail.example.co.za at your service\n\
                   08:26:02 Server: 250-SIZE 20480000\n08:26:02 Server: 250 HELP\n08:26:03 Server: 250 2.1.0 Sender ok\n\
                   08:26:03 Server: 550 5.1.1 <a@b.example>: Recipient address rejected: User unknown\n\
                   08:26:04 Server: 250 2.0.0 Ok\n08:26:04 Server: 221 2.0.0 Bye\n";
    let found = analyse_bytes(refused.as_bytes(), None);
    let rows: Vec<Value> = found.transactions.iter().map(answer).collect();
    assert!(matches!(&rows[..], [row] if row["stage"] == "rcpt" && row["cause"] == "recipient.unknown"), "{rows:?}");
}

/// What a program of nobody's says of two mails: what it begins with, what it says of one that went out, and of one that
/// did not. Many of the words are those of a client program, too.
const WORDINGS: [[&str; 3]; 8] = [
    [
        "Connecting to mail.example.co.za:587",
        "Mail sent to a@b.example",
        "Mail to a@b.example failed: 550 5.1.1 User unknown",
    ],
    ["Connecting to smtp.example.co.za port 587", "Message sent", "SMTP Error 550"],
    ["Sending mail to a@b.example", "Mail Sent Successfully", "ERROR: could not send: Connection refused"],
    ["Sending email to a@b.example", "Email sent", "Socket Error: [10061]: Connection refused"],
    ["Sending message to a@b.example", "Message sent!", "SMTP Error: Could not connect to SMTP host."],
    ["Trying mail.example.co.za:587", "Email was sent successfully!", "ERROR: timed out"],
    [
        "Koppel aan mail.example.co.za:587",
        "E-pos gestuur na a@b.example",
        "Kon nie e-pos na a@b.example stuur nie: Tyd verstreke",
    ],
    ["Stuur e-pos na a@b.example", "Gestuur", "Fout: 535 5.7.8 Authentication failed"],
];

/// What another program makes of a line, by its number.
type Framed = fn(usize, &str) -> String;

/// Frames in which loggers, collectors and mails carry the lines of others.
const FRAMES: [(&str, Framed); 7] = [
    ("docker", |n, line| format!("2026-11-23T06:26:{n:02}.123456789Z {line}")),
    ("cri", |n, line| format!("2026-11-23T06:26:{n:02}.123Z stdout F {line}")),
    ("syslog", |n, line| format!("Nov 23 08:26:{n:02} pc mailer[77]: {line}")),
    ("json", |n, line| {
        json!({"time": format!("2026-11-23T08:26:{n:02}+02:00"), "level": "info", "msg": line}).to_string()
    }),
    ("csv", |n, line| format!("\"2026/11/23 08:26:{n:02}\",\"INFO\",\"{}\"", line.replace('"', "\"\""))),
    ("log4j", |n, line| format!("2026-11-23 08:26:{n:02},123 [main] DEBUG smtp - {line}")),
    ("quoted", |_, line| format!("> {line}")),
];

/// Logs that are read otherwise in these frames: 17 of about 500, and none may be added.
const READ_OTHERWISE: &[(&str, &[&str])] = &[
    ("chilkat-session/102-postfix-one-of-three.log", &["quoted"]),
    ("hmailserver-smtpc/10-ok-dot-stuffed.log", &["csv"]),
    ("hmailserver-smtpc/55-sender-sendasdenied.log", &["csv"]),
    ("indy-raw-cut/12-ok-body-log-then-reject.log", &["cri", "csv", "docker", "json", "log4j", "quoted", "syslog"]),
    ("msmtp-iso/05-ok-then-refused.log", &["csv", "json"]),
    ("msmtp-logfile/105-postfix-rate-limit.log", &["csv", "json"]),
    ("outcome-texts/31-vbsendmail-host.log", &["csv"]),
    ("phpmailer-debug2/105-postfix-rate-limit.log", &["json"]),
    ("phpmailer-debug3/51-drop-after-dot.log", &["json"]),
];
/// Logs of each folder that are made one line, and what somebody pastes as one.
const OF_EACH: usize = 4;
const MAX_PASTED_BYTES: usize = 4_000;
/// Without its server's words a log of this folder is half a dialogue.
const HALF_A_DIALOGUE: &str = "phpmailer-debug1";

/// A log of these mails, true for one that went out, each a minute after the one before.
fn own_words(wording: &[&str; 3], stamp: fn(usize) -> String, mails: &[bool], line_end: &str) -> Vec<u8> {
    let [begins, sent, failed] = wording;
    let lines = mails.iter().enumerate().flat_map(|(n, went_out)| {
        [format!("{}{begins}", stamp(n)), format!("{}{}", stamp(n), if *went_out { sent } else { failed })]
    });
    lines.map(|line| line + line_end).collect::<String>().into_bytes()
}

/// What is promised of each mail, without its time.
fn rows(found: &Collected) -> Vec<Value> {
    found.transactions.iter().map(answer).collect()
}

fn name(found: &Collected) -> String {
    found.files[0].dialect.clone().unwrap_or_default()
}

#[test]
fn own_words_are_nobodys_dialect_under_any_stamp() {
    let mut wrong = Vec::new();
    for wording in &WORDINGS {
        for mails in [&[true, true][..], &[false, true], &[true, false, true], &[false, false]] {
            let first = rows(&analyse_bytes(&own_words(wording, STAMPS[0], mails, "\r\n"), None));
            for stamp in STAMPS {
                let log = own_words(wording, stamp, mails, "\r\n");
                let found = analyse_bytes(&log, None);
                if !["learned", "outcomes"].contains(&&*name(&found)) || rows(&found) != first {
                    wrong.push(format!(
                        "{} {:?}, not {first:?}:\n{}",
                        name(&found),
                        rows(&found),
                        String::from_utf8_lossy(&log)
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), WORDINGS.len() * STAMPS.len() * 4, wrong.join("\n"));
}

#[test]
fn any_wording_in_any_language_tells_the_same() {
    for wording in &WORDINGS {
        for (mails, outcomes) in [([true, true], ["sent", "sent"]), ([true, false], ["sent", "failed"])] {
            for line_end in ["\r\n", "\n"] {
                let log = own_words(wording, STAMPS[0], &mails, line_end);
                let told = rows(&analyse_bytes(&log, None));
                let told: Vec<&str> = told.iter().filter_map(|row| row["outcome"].as_str()).collect();
                let told = told.iter().map(|outcome| if *outcome == "sent" { "sent" } else { "failed" });
                assert!(told.eq(outcomes), "{}", String::from_utf8_lossy(&log));
            }
        }
    }
}

#[test]
fn a_log_that_was_made_one_line_tells_the_same() {
    let (mut all, mut wrong) = (0, Vec::new());
    for path in folders().iter().flat_map(|folder| logs_in(folder).into_iter().take(OF_EACH)) {
        let log = std::fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&log);
        let told = |text: &str| -> Vec<Value> {
            rows(&analyse_bytes(text.as_bytes(), None))
                .iter()
                .map(|row| json!([row["outcome"], row["cause"]]))
                .collect()
        };
        let plain = told(&text);
        if plain.len() == 1 && text.len() < MAX_PASTED_BYTES {
            all += 1;
            let run_on = text.lines().collect::<Vec<_>>().join(" ");
            wrong.extend((told(&run_on) != plain).then_some(path));
        }
    }
    // Trees of settings, dumps, and sides that only a line's beginning tells are not known again.
    assert!(all > 100 && wrong.len() * 10 < all * 3, "{} of {all}: {wrong:#?}", wrong.len());
}

#[test]
fn a_frame_changes_no_row() {
    let mut wrong = Vec::new();
    for folder in folders().into_iter().filter(|folder| !folder.ends_with(HALF_A_DIALOGUE)) {
        let logs = logs_in(&folder);
        for path in [&logs[1], &logs[logs.len() / 2]] {
            let log = std::fs::read(path).unwrap();
            let text = String::from_utf8_lossy(&log);
            let plain = rows(&analyse_bytes(text.as_bytes(), None));
            let name = path.strip_prefix("fixtures").unwrap().to_str().unwrap().replace('\\', "/");
            let known = READ_OTHERWISE.iter().find(|(log, _)| *log == name).map_or(&[][..], |(_, frames)| frames);
            for (frame, write) in FRAMES.iter().filter(|(frame, _)| !known.contains(frame)) {
                let framed: String = text.lines().enumerate().map(|(n, line)| write(n % 60, line) + "\r\n").collect();
                if rows(&analyse_bytes(framed.as_bytes(), None)) != plain {
                    wrong.push(format!("{frame} {name}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
