//! What leaves the practice holds only known words: common names of South Africa are none, and no command or format lets
//! one through, wherever it stands in a log.

use std::{collections::BTreeSet, fs, process::Command};

use crate::share::{canary::WRITERS, outputs_at, request};
use mtmlog::{
    knowledge::Vocabulary,
    redact::{Level, Redactor},
    source::Sensitive,
};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// First names and surnames in the languages of South Africa.
const NAMES: &str = include_str!("share/names.txt");

/// Names that are words of the protocol, of programs or of replies.
const ALSO_WORDS: [&str; 46] = [
    "black", "block", "chain", "check", "close", "day", "fields", "given", "grant", "keys", "link", "little", "long",
    "max", "more", "new", "october", "page", "pool", "post", "progress", "read", "rule", "rules", "self", "sender",
    "server", "short", "small", "success", "swift", "token", "trust", "web", "will", "head", "street", "case", "storm",
    "strong", "good", "porter", "white", "speed", "marks", "field",
];

fn names() -> Vec<&'static str> {
    NAMES.split_ascii_whitespace().collect()
}

fn shown(text: &str) -> String {
    Redactor::new(Level::Personal).text(&Sensitive::new(text.as_bytes())).to_string()
}

#[test]
fn no_common_name_is_a_known_word() {
    let words = Vocabulary::builtin().len();
    assert!((2_000..5_000).contains(&words), "{words} words are known");
    assert!(names().len() >= 600);
    let known: Vec<&str> = names()
        .into_iter()
        .filter(|name| shown(&format!("550 5.1.1 user {name} is unknown")).contains(name))
        .filter(|name| !ALSO_WORDS.contains(&name.to_lowercase().as_str()))
        .collect();
    assert!(known.is_empty(), "{known:?}");
}

/// Names that are known words are masked where they stand as names do.
#[test]
fn names_that_are_words_are_known_by_their_place() {
    for pair in ["Grant Long", "Mark Head", "Will Good", "Max Little", "Dean Block", "Justice Black", "Drew Strong"] {
        let (first, last) = pair.split_once(' ').unwrap();
        for line in [
            format!("550 5.1.1 {pair} <x@gmail.com>: mailbox full"),
            format!("statement for {pair} failed"),
            format!("user {first}.{last} is unknown"),
            format!("SmtpException: {last}, {first}"),
            format!("mailbox={}.{} disabled", first.to_lowercase(), last.to_lowercase()),
            format!("Mr {last} has left"),
        ] {
            let text = shown(&line);
            assert!(!text.contains(last) && !text.contains(&last.to_lowercase()), "{line}: {text}");
        }
    }
    for line in ["message size exceeds fixed limit", "5.3.4 Message Too Long", "Please try again at a later time"] {
        assert_eq!(shown(line), line);
    }
}

/// Pieces of lines, between which anything may stand.
const PIECES: &[&str] = &[
    "550 5.1.1 ",
    "mailbox=",
    "User ",
    "<",
    ">: ",
    "Sipho",
    "DLAMINI",
    "balevema",
    "Jos\u{e9}",
    ".",
    "_",
    "@",
    "@gmail.com",
    "@own.co.za",
    " to ",
    "SendStatement ",
    "Subject: ",
    "queued as 4XyZQk1b2cz9tL ",
    "acc 44712 ",
    "1980-01-31",
    "\\",
    " mail.own.co.za ",
    "size 20971520 ",
    "08:26:01 ",
    "=",
    "&",
    "!",
    "%20",
    "&#74;",
    "\"",
    "'",
    "(",
    ")",
    ", ",
    "/",
    "-",
    "C:\\Users\\",
    "x9sm1234567qke.23",
    "block",
    "list",
    "EmailOut",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, rng_seed: RngSeed::Fixed(23), failure_persistence: None, ..ProptestConfig::default() })]

    /// Every word of what is shown is known by itself, a number, an id with digits in it, a stand-in, or a shape.
    #[test]
    fn only_known_words_are_shown(
        parts in prop::collection::vec(prop_oneof![
            3 => prop::sample::select(PIECES).prop_map(str::to_owned),
            1 => "[A-Z]?[a-z]{3,9}[0-9]{0,3}",
            1 => "\\PC{0,6}",
        ], 0..12),
    ) {
        let text = shown(&parts.concat());
        for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 1) {
            let shape = word.chars().all(|c| "Aa9".contains(c));
            let number = word.chars().any(|c| c.is_ascii_digit());
            // A word may go on from a known beginning with the shape of the rest.
            let known = word.trim_end_matches(['a', 'A']);
            prop_assert!(shape || number || shown(word) == word || shown(known) == known, "{word} in {text}");
        }
    }
}

/// Lines of a server, and of a program in its own words. `F` is a first name, `S` a surname, `A` an address.
const REPLIES: &[&str] = &[
    "550 5.1.1 F S <A>: mailbox full",
    "550 5.1.1 <A> rejected: F has left",
    "550 mailbox=F.S disabled",
    "550 5.2.1 /o=First/cn=Recipients/cn=FS",
    "252 F S <A>",
    "550 5.1.1 Unknown user: F_S",
    "553 S, F <A> does not exist",
    "550 5.7.1 Message \"Rekening vir F S\" rejected as spam",
    "550 F.S @ gmail.com unknown",
    "550 F.S (at) gmail.com unknown",
    "550 F.S[at]gmail[dot]com unknown",
    "550 attachment S_F_statement.pdf blocked",
    "550 'cn=F S,ou=Patients' no mailbox",
    "550 {\"user\":\"F S\"}",
    "550 5.1.1 Mev. S-F bestaan nie",
];
const NOTES: &[&str] = &[
    "SendStatement F S HIV clinic, acc 4471",
    "EmailOut: F S",
    "Sending statement to F S <A>",
    "StuurEpos F S",
    "Kon nie e-pos aan F S stuur nie",
    "Fout met stuur van staat aan S: F",
    "Onderwerp: F S",
    "Attaching C:\\Pasiente\\S F\\staat.pdf",
    "patient_name=\"F S\" account=44712",
    "Error sending statement of F S to A: 535 5.7.8 Authentication failed",
    "Failed to send e-mail to F S: timeout",
    "DisplayName=F S",
    "C:\\Users\\F S\\AppData\\Local\\Temp\\mail.tmp",
    "smtplib.SMTPRecipientsRefused: {'F.S': (550, b'5.1.1 F unknown')}",
    "System.Net.Mail.SmtpException: Failure sending mail to F S.",
    "mail/F/S mail|F|S mail(F,S)",
];
const HEADERS: &[&str] = &[
    "Subject: F S",
    "Content-Description: F S rekening",
    "Content-Language: S",
    "X-F: mail",
    "Thread-Topic: F S",
    "Content-Type: F/S",
    "Content-Disposition: attachment; filename=S_F.pdf",
    "Message-ID: <F.S.8001015009087@PC>",
    "MIME-Version: F",
    "Received: from S-PC (F S)",
];

#[test]
fn no_name_in_any_output() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("emailout.txt");
    let known: BTreeSet<&str> = ALSO_WORDS.into_iter().collect();
    let all: Vec<&str> =
        names().into_iter().filter(|name| name.len() >= 5 && !known.contains(&*name.to_lowercase())).collect();
    // A step that has no divisor in common with the list meets every name.
    let mut drawn = (0..).map(|n: usize| all[n * 211 % all.len()]);
    let mut leaks = Vec::new();
    for writer in WRITERS {
        let mut used: BTreeSet<String> = BTreeSet::new();
        let mut put = |text: &str| {
            let (first, last) = (drawn.next().unwrap(), drawn.next().unwrap());
            used.extend([first.to_lowercase(), last.to_lowercase()]);
            let address = format!("{}.x@gmail.com", last.to_lowercase());
            let part = |c| match c {
                'F' => Some(first),
                'S' => Some(last),
                'A' => Some(&*address),
                _ => None,
            };
            // Only where the letter stands alone, or beside the other one.
            let letters: Vec<char> = text.chars().collect();
            let mut out = String::new();
            for (n, c) in letters.iter().enumerate() {
                let beside = |m: Option<usize>| {
                    m.and_then(|m| letters.get(m)).is_some_and(|c| c.is_alphabetic() && !"FSA".contains(*c))
                };
                match part(*c).filter(|_| !beside(n.checked_sub(1)) && !beside(Some(n + 1))) {
                    Some(name) => out.push_str(name),
                    None => out.push(*c),
                }
            }
            out
        };
        let begin =
            [('S', "220 mail.example.co.za ESMTP"), ('C', "EHLO RECEPTION-PC"), ('S', "250 mail.example.co.za")];
        let mut log = String::new();
        let mut one = |lines: Vec<(char, String)>| {
            let begin = begin.iter().map(|(side, text)| (*side, (*text).to_owned()));
            let end = [('C', "QUIT".to_owned()), ('S', "221 Bye".to_owned())];
            log += &writer.log(&begin.chain(lines).chain(end).collect::<Vec<_>>());
        };
        let mail = |side, text: String| {
            vec![('C', "MAIL FROM:<desk@gmail.com>".to_owned()), ('S', "250 OK".to_owned()), (side, text)]
        };
        for reply in REPLIES {
            let refused = [mail('C', "RCPT TO:<someone@gmail.com>".to_owned()), vec![('S', put(reply))]].concat();
            one(refused);
        }
        for note in NOTES {
            one([mail('N', put(note)), vec![('S', "550 5.1.1 User unknown".to_owned())]].concat());
        }
        let headers = HEADERS.iter().map(|header| ('C', put(header))).collect::<Vec<_>>();
        let data = [mail('C', "DATA".to_owned()), vec![('S', "354 Go ahead".to_owned())]].concat();
        let body = vec![
            ('C', String::new()),
            ('C', put("Dear F S")),
            ('C', ".".to_owned()),
            ('S', "554 5.7.1 spam".to_owned()),
        ];
        one([data, headers, body].concat());
        fs::write(&path, &log).unwrap();
        let mut learned = Vec::new();
        mtmlog::profiles::learn(&request(&path), &mut learned).unwrap();
        let mut outputs = outputs_at(&path, &[Level::Personal]);
        outputs.push(("profile learn".to_owned(), Level::Personal, String::from_utf8(learned).unwrap()));
        // The map of a case is full of names by design: it stays on the PC of the practice. `share_outputs` and `secrets`
        // look for secrets in it as in any other output.
        for (name, _, text) in outputs.into_iter().filter(|(name, ..)| name != "case map") {
            // Page and profile have words of their own, such as those of style sheets, but none of these names whole.
            for line in text.lines() {
                let low = line.to_lowercase();
                let words: BTreeSet<&str> = low.split(|c: char| !c.is_alphanumeric()).collect();
                let found = used
                    .iter()
                    .find(|name| words.contains(name.as_str()) || name.len() >= 7 && low.contains(name.as_str()));
                leaks.extend(found.map(|found| format!("{} {name}: {found} in {line}", writer.name)));
            }
        }
    }
    leaks.truncate(20);
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
}

/// A command that is new must be put in one of these lists, and into `share::every_output` where it shows words of a log.
#[test]
fn every_command_is_looked_at() {
    const SHOW_LOGS: [&str; 9] =
        ["show", "analyze", "ticket", "redact", "sample", "compare", "watch", "profile", "case"];
    // `who` reads the map of a case, which stays on the PC, and no log.
    const SHOW_NONE: [&str; 10] =
        ["probe", "explain", "list", "providers", "setup", "completions", "man", "help", "knowledge", "who"];
    let help = Command::new(env!("CARGO_BIN_EXE_mtmlog")).arg("--help").output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let commands =
        help.lines().skip_while(|line| !line.starts_with("Commands:")).skip(1).take_while(|line| !line.is_empty());
    let names: Vec<&str> = commands
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(names.len() >= SHOW_LOGS.len(), "{help}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("emailout.txt");
    fs::write(&path, "2026-11-23 08:26:00 Error sending email to a@b.example: 535 5.7.8 Authentication failed\n")
        .unwrap();
    let shown: Vec<String> = outputs_at(&path, &[Level::Personal]).into_iter().map(|(name, ..)| name).collect();
    let formats = mtmlog::report::FORMATS.iter().all(|format| shown.iter().any(|name| name == format.name));
    assert!(formats, "{shown:?}");
    for command in SHOW_LOGS.iter().filter(|command| **command != "analyze") {
        assert!(shown.iter().any(|name| name.starts_with(command)), "{command} is not in share::outputs_at");
    }
    for name in names {
        assert!(SHOW_LOGS.contains(&name) || SHOW_NONE.contains(&name), "{name} is in no list");
    }
}
