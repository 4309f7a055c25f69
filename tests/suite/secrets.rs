//! No output shows a secret, wherever and however it stands in a log: placements put together from names, marks and
//! languages, in frames of many loggers, in every program's log, through every command and format, at both levels.

use crate::share;
use std::{fmt::Write as _, fs};

use crate::common::lot::Lot;
use crate::share::{base64, every_output, request};
use mtmlog::dialect::DIALECTS;

/// As people make one up, or as a program draws one.
fn drawn_secret(lot: &mut Lot) -> String {
    const PARTS: &[&str] = &["ka", "be", "ti", "do", "ru", "mi", "so", "la", "ve", "nu", "pa", "ze"];
    let mut word = String::new();
    for _ in 0..4 {
        word.push_str(lot.of(PARTS));
    }
    let number = 100 + lot.below(900);
    match lot.below(4) {
        0 => format!("{}!{number}", word[..1].to_uppercase() + &word[1..]),
        1 => format!("{word}{number}"),
        2 => (0..24).map(|_| char::from(b"0123456789abcdef"[lot.below(16)])).collect(),
        _ => format!("{}{number}", word[..1].to_uppercase() + &word[1..]),
    }
}

const NAMES: &[&str] = &[
    "password",
    "Password",
    "SMTP_PASS",
    "smtpPwd",
    "client_secret",
    "apiKey",
    "access_token",
    "wagwoord",
    "Wagwoord",
    "Contraseña",
    "senha",
    "Kennwort",
    "wachtwoord",
    "motdepasse",
    "iphasiwedi",
    "lefokotlhaloso",
    "пароль",
    "hasło",
    "mail.smtp.password",
    "a.b.c.password",
    "spring.mail.password",
    "EMAIL_HOST_PASSWORD",
    "SharedAccessKey",
    "pw",
];

/// `¤` is the name of a setting, `§` the secret.
const PLACEMENTS: &[&str] = &[
    "¤=§",
    "¤: §",
    "¤ = \"§\"",
    "¤='§'",
    "¤ := '§';",
    "¤ => §",
    "[¤] => §",
    "\"¤\":\"§\"",
    "{\"user\":\"x\",\"¤\":\"§\"}",
    "{\\\"¤\\\":\\\"§\\\"}",
    "('¤', '§')",
    "<¤>§</¤>",
    "<add key=\"¤\" value=\"§\"/>",
    "<entry key=\"¤\">§</entry>",
    "&lt;¤&gt;§&lt;/¤&gt;",
    "&quot;¤&quot;:&quot;§&quot;",
    "¤%3D§",
    "¤\\u003d§",
    "\"¤\"=\"§\"",
    "¤    REG_SZ    §",
    "{\"name\":\"¤\",\"value\":\"§\"}",
    "set(\"¤\", \"§\")",
    "config[\"¤\"] = \"§\"",
    "¤[§]",
    "obj.Wagwoord=§",
    ".Item(cdoSendPassword) = \"§\"",
    ".Fields(\"http://x/configuration/sendpassword\").Value = \"§\"",
    "new NetworkCredential(\"x\", \"§\")",
    "SecureString(\"§\")",
    "smtplib.login(\"x\", \"§\")",
    "P/W: §",
    "smtp://x:§@mail.example.co.za",
    "https://h/x?u=x&p=§",
    "https://h/x?user=x&password=§",
    "Authorization: Bearer §0a1b2c3d4",
    "curl -u x:§ smtp://h",
    "mysql -ux -p§ db",
    "sshpass -p § ssh h",
    "blat a -u x -pw §",
    "net use \\\\srv\\a /user:x §",
    "tool --password §",
    "tool --password=§",
    "tool /pwd:§",
    "password is §",
    "wrong password §",
    "verkeerde wagwoord §",
    "MAIL FROM:<a@b.co.za> AUTH=§",
    "Data Source=h;User ID=x;Password=§;",
];

/// `¶` is the text.
const FRAMES: &[&str] = &[
    "¶",
    "2026-11-23 08:26:00 ¶",
    "2026-11-23T08:26:00.123Z INFO ¶",
    "Nov 23 08:26:00 pc mailer[47]: ¶",
    "> ¶",
    "\"¶\"",
    "[08:26:00] ¶",
    "DEBUG SMTP: ¶",
    "535 5.7.8 Error: ¶",
    "mail failed (¶)",
    "C: ¶",
    "S: 550 5.7.1 ¶",
    "¶ [retry 2/3]",
    "2026-11-23,error,\"¶\",1",
    "{\"level\":\"error\",\"msg\":\"¶\"}",
    "<td>¶</td>",
];

fn placement(lot: &mut Lot, secret: &str) -> String {
    let name = lot.of(NAMES);
    lot.of(PLACEMENTS).replace('¤', name).replace('§', secret)
}

/// The secret, and what of it base64 and hex would show.
fn forms(secret: &str) -> Vec<String> {
    let encoded = base64(secret.as_bytes());
    let hex = secret.bytes().map(|b| format!("{b:02x}")).collect();
    vec![secret.to_owned(), encoded.trim_end_matches('=')[..encoded.len() / 4 * 4 - 4].to_owned(), hex]
}

#[test]
fn no_output_shows_a_secret() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("emailout.txt");
    let mut lot = Lot::new(0x2545_F491_4F6C_DD1D);
    let mut shown = String::new();
    for dialect in DIALECTS {
        let mut log = String::new();
        let mut planted = Vec::new();
        for line in dialect.sample.lines() {
            let _ = writeln!(log, "{line}");
            for own in [false, true] {
                let secret = drawn_secret(&mut lot);
                let text = placement(&mut lot, &secret);
                let framed = if own { format!("{line} {text}") } else { lot.of(FRAMES).replace('¶', &text) };
                let _ = writeln!(log, "{framed}");
                planted.push((secret, framed));
            }
        }
        fs::write(&path, &log).unwrap();
        let mut learned = Vec::new();
        mtmlog::profiles::learn(&request(&path), &mut learned).unwrap();
        let mut outputs = every_output(&path);
        let level = outputs[0].1;
        outputs.push(("learn".to_owned(), level, String::from_utf8(learned).unwrap()));
        for (secret, framed) in &planted {
            let shows = |text: &str| forms(secret).iter().any(|form| text.contains(form.as_str()));
            for (name, level, text) in &outputs {
                if shows(text) {
                    let line = text.lines().find(|line| shows(line)).unwrap_or_default();
                    let head: String = line.chars().take(160).collect();
                    let _ = writeln!(shown, "{} {name} {level:?}: {framed}\n    {head}", dialect.name);
                    break;
                }
            }
        }
    }
    assert!(shown.is_empty(), "{} shown:\n{shown}", shown.lines().count() / 2);
}

/// Where nothing is called a password, its place tells it: what somebody types, hands to a program or signs in with.
#[test]
fn a_secret_that_no_word_names_is_hidden() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("emailout.txt");
    let secret = "reenvoel";
    for line in [
        r#"autoexpect: send "reenvoel\r"; interact"#,
        r#"expect -c 'send "reenvoel\n"'"#,
        "client_send = <; zorba ; reenvoel",
        "client_send = : zorba : reenvoel",
        "openssl base64 <<< reenvoel",
        r#"{"msg":"Dim pw As String = \"reenvoel\""}"#,
        "cron.exe mail.own.co.za 587 desk@own.co.za reenvoel",
        "smtp.gmail.com ontvangs:reenvoel",
        r#"yagmail.SMTP("reception", "reenvoel")"#,
        "[b64] cmVlbnZvZWw=",
        "login pass reenvoel<br>\n535 5.7.8 reenvoel: bad",
        "toegangskode reenvoel",
    ] {
        fs::write(&path, format!("220 mail.own.co.za ESMTP\nEHLO pc\n250 ok\n{line}\nQUIT\n221 Bye\n")).unwrap();
        for (name, level, text) in every_output(&path) {
            let shown = text.lines().find(|line| [secret, "cmVlbnZvZWw"].iter().any(|form| line.contains(form)));
            assert!(shown.is_none(), "{name} {level:?} {line}: {}", shown.unwrap_or_default());
        }
    }
    // A number is one where somebody signs in, or behind a name on the line before.
    for line in ["could not log in as zorba using 69753006", "Teken in met zorba en 69753006", "Password:\n69753006"] {
        fs::write(&path, format!("220 mail.own.co.za ESMTP\nEHLO pc\n250 ok\n{line}\nQUIT\n221 Bye\n")).unwrap();
        for (name, level, text) in every_output(&path) {
            assert!(!text.contains("69753006"), "{name} {level:?} {line}: {text}");
        }
    }
}

/// A password that one line tells and others quote, before it and after it, in other sessions.
#[test]
fn a_secret_told_once_is_hidden_everywhere() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("emailout.txt");
    let secret = "Kudu7Herd";
    let others: String = (0..200).map(|n| format!("2026-11-23 08:27:00 password=Other{n}x7\n")).collect();
    let quotes = [
        format!("tried {secret} again"),
        "4b 75 64 75 37 48 65 72 64".to_owned(),
        "\\u004budu7Herd".to_owned(),
        "%4Budu7Herd".to_owned(),
        "\\\\u004budu7Herd".to_owned(),
        "%254Budu7Herd".to_owned(),
        "&amp;#75;udu7Herd".to_owned(),
        base64(secret.as_bytes()),
    ];
    let quoted: String = quotes
        .iter()
        .map(|quote| format!("2026-11-23 08:26:00 Error sending email to a@b.example: 535 5.7.8 refused {quote} x\n"))
        .collect();
    fs::write(&path, format!("{quoted}2026-11-23 08:26:30 password={secret}\n{others}{quoted}")).unwrap();
    let hidden = |outputs: Vec<(String, mtmlog::redact::Level, String)>| {
        for (name, level, text) in outputs {
            for quote in &quotes {
                let word = quote.strip_prefix("tried ").map_or(quote.as_str(), |_| secret);
                let line = text.lines().find(|line| line.contains(word));
                assert!(line.is_none(), "{name} {level:?} {word}: {}", line.unwrap_or_default());
            }
        }
    };
    hidden(every_output(&path));
    // In the files that follow in the order of the input, too, on any number of threads.
    fs::write(&path, format!("2026-11-23 08:26:30 password={secret}\n{others}")).unwrap();
    for n in 0..40 {
        fs::write(folder.path().join(format!("f{n:02}.log")), &quoted).unwrap();
    }
    let level = mtmlog::redact::Level::Secrets;
    let reports = mtmlog::report::FORMATS
        .iter()
        .map(|format| (format.name.to_owned(), level, share::report(folder.path(), format, level)));
    hidden(reports.collect());
}

/// A password that is told behind more mails than can wait: the rest of a file is read for it first; of what comes through a
/// pipe no word is shown by then that is none of programs.
#[test]
fn a_secret_told_behind_thousands_of_mails_is_in_no_row_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("emailout.txt");
    let mails: String = (0..6_000)
        .map(|n| {
            let (hour, minute, second) = (6 + n / 3600, n / 60 % 60, n % 60);
            let words = "554 5.7.1 rejected vlerkmuisie x";
            format!("2026-11-23 {hour:02}:{minute:02}:{second:02} Error sending email to a{n}@b.example: {words}\n")
        })
        .collect();
    fs::write(&path, format!("{mails}2026-11-23 08:26:30 password=vlerkmuisie\n")).unwrap();
    for format in ["ndjson", "csv", "json", "table", "html"] {
        for stdin in [false, true] {
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_mtmlog"));
            command.args(["analyze", "--all", "--redact", "secrets", "--format", format]);
            if stdin {
                command.arg("-").stdin(fs::File::open(&path).unwrap());
            } else {
                command.arg(&path).stdin(std::process::Stdio::null());
            }
            let out = String::from_utf8(command.output().unwrap().stdout).unwrap();
            assert!(out.contains("554") && !out.contains("vlerkmuisie"), "{format} {stdin}");
        }
    }
}

/// The copy of a small log hides a secret before the line that tells it, from a file and through a pipe, pasted or not.
#[test]
fn a_secret_told_later_is_in_no_copy_of_a_small_log() {
    let told = "2026-11-23 08:26:01 Error sending email to a@b.example: 554 5.7.1 rejected vlerkmuisie x\n\
                2026-11-23 08:26:02 Error sending email to a@b.example: 554 5.7.1 rejected\n\
                2026-11-23 08:26:30 password=vlerkmuisie\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("emailout.txt");
    let quoted: String = told.lines().map(|line| format!("> {line}\n")).collect();
    for log in [told, &quoted] {
        fs::write(&path, log).unwrap();
        let copies = [path.as_os_str(), "-".as_ref()].map(|name| {
            let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_mtmlog"));
            command.args(["redact", "--redact", "secrets"]).arg(name).stdin(fs::File::open(&path).unwrap());
            String::from_utf8(command.output().unwrap().stdout).unwrap()
        });
        assert!(copies[0].contains("554") && !copies[0].contains("vlerkmuisie"), "{}", copies[0]);
        assert_eq!(copies[0], copies[1]);
    }
}

/// What comes through a pipe and is no small log is read once: a word that its end may tell to be a secret is in no copy.
#[test]
fn a_secret_told_at_the_end_of_a_pipe_is_in_no_copy() {
    let error = "2026-11-23 08:26:01 Error sending email to a@b.example: 554 5.7.1 rejected";
    let log = format!(
        "{error} vlerkmuisie x\n{}2026-11-23 08:26:30 password=vlerkmuisie\n",
        format!("{error}\n").repeat(4_000)
    );
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_mtmlog"));
    command.args(["redact", "--redact", "secrets", "-"]).stdin(std::process::Stdio::piped());
    let mut child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let all = log.clone();
    let writer = std::thread::spawn(move || std::io::Write::write_all(&mut pipe, all.as_bytes()));
    let out = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let copy = String::from_utf8(out.stdout).unwrap();
    assert_eq!(copy.lines().count(), log.lines().count());
    assert!(copy.contains("to a@b.example: 554 5.7.1 rejected") && !copy.contains("vlerkmuisie"), "{}", &copy[..200]);
}

/// A log whose rows hold nothing but words of programs, addresses and hosts is read once.
#[test]
fn what_quotes_nothing_is_read_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("emailout.txt");
    // Blank lines make it a log that is not read side by side with others.
    let blank = format!("{}\n", " ".repeat(1_000)).repeat(2_200);
    let log = |words: &str| -> String {
        let line = |n| format!("2026-11-23 08:26:30 Error sending email to a{n}@b.example: {words}\n");
        (0..5_000).map(line).chain([blank.clone()]).collect()
    };
    let read = |words: &str, level, format: &str| {
        fs::write(&path, log(words)).unwrap();
        let asked = mtmlog::Request { all: true, ..request(&path) };
        let format = mtmlog::report::FORMATS.iter().find(|known| known.name == format).unwrap();
        share::report_of(&asked, format, level);
        asked.meter.read() / fs::metadata(&path).unwrap().len()
    };
    use mtmlog::redact::Level::{Personal, Secrets};
    assert_eq!(read("554 5.7.1 <x@b.example>: Recipient address rejected", Secrets, "ndjson"), 1);
    assert_eq!(read("554 5.7.1 rejected vlerkmuisie x", Personal, "ndjson"), 1);
    assert_eq!(read("554 5.7.1 rejected vlerkmuisie x", Secrets, "table"), 1);
    assert_eq!(read("554 5.7.1 rejected vlerkmuisie x", Secrets, "ndjson"), 2);
}
