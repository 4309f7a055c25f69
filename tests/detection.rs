//! Detection holds under changes that say nothing about the program: the same log under other stamps, other words, another
//! language or other line ends gives the same rows, and a log in a program's own words never becomes a dialect that is
//! known by its marks.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

use serde_json::Value;

mod common;

use common::marking::answer;
use common::{Collected, analyse_bytes};

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

/// Two attempts in a row that both time out, without a process id, are read as one: a second `Trying` of the same host is
/// taken for its next address (`session::conversation::endpoint`), even after an error. With the id they are two.
const KNOWN_WRONG: usize = 0;

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
    assert_eq!(wrong.len(), KNOWN_WRONG, "of {}\n{}", WORDINGS.len() * STAMPS.len() * 4, wrong.join("\n"));
}
