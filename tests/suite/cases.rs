//! Small logs by which faults were found, each with what is right today (`tests/cases`).

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

/// What the program prints, on both streams, and its status.
fn run(line: &str) -> (String, Option<i32>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mtmlog"));
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases"));
    let out = command.args(line.split(' ')).stdin(Stdio::null()).output().unwrap();
    (String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned(), out.status.code())
}

fn text(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(name)).unwrap()
}

/// All that may leave the practice, and where `secrets` all that its technician sees.
fn outputs(log: &str, secrets: bool) -> Vec<String> {
    let mut lines: Vec<String> = ["table", "json", "ndjson", "csv", "markdown", "html"]
        .iter()
        .map(|format| format!("analyze --all --full --redact personal --format {format} {log}"))
        .collect();
    lines.extend(
        ["text", "json"].iter().map(|format| format!("compare --redact personal --format {format} healthy.log {log}")),
    );
    lines.extend(["ticket", "redact", "sample", "profile learn"].iter().map(|command| format!("{command} {log}")));
    lines.extend(["markdown", "html"].iter().map(|format| format!("ticket --format {format} {log}")));
    lines.push(format!("show {log}:3"));
    lines.push(format!("redact --dialect learned {log}"));
    if secrets {
        let technician: Vec<String> = lines.iter().map(|line| line.replace("personal", "secrets")).collect();
        lines.extend(technician);
        lines.push(format!("redact --redact secrets {log}"));
        lines.push(format!("show --redact secrets {log}:3"));
    }
    lines
}

fn shows_none(log: &str, words: &[&str], secrets: bool) {
    for line in outputs(log, secrets) {
        let (shown, _) = run(&line);
        assert!(!shown.is_empty(), "{line}");
        for word in words {
            let found = shown.lines().find(|line| line.to_lowercase().contains(&word.to_lowercase()));
            assert!(found.is_none(), "{line}: {word}: {}", found.unwrap_or_default());
        }
    }
}

#[test]
fn nobody_is_named() {
    shows_none("compare-personal.log", &["dumigepi", "balevema"], false);
    shows_none("content-description.log", &["johannes", "botha", "8001015009087", "pasiente"], false);
    shows_none("display-name-unquoted.log", &["johannes", "botha"], false);
    shows_none("c4.log", &["jane", "botha", "dlamini"], false);
}

#[test]
fn no_secret_is_shown() {
    shows_none("dotted-setting-learned.log", &["geheim#4471"], true);
    for log in ["learn-net-use.log", "verkeerde-wagwoord.log"] {
        let told = text(log);
        let dialogue = ["S:", "C:", "Connected", "<-", " ->", "==="];
        let lines = told.lines().filter(|line| !dialogue.iter().any(|mark| line.starts_with(mark)));
        // The passwords are the words that nobody writes twice.
        let member = |c: char| !c.is_ascii_alphanumeric() && !"&!#$".contains(c);
        let secret = |word: &&str| {
            let letters = word.bytes().all(|b| b.is_ascii_lowercase());
            word.contains(['&', '!', '#', '$']) && word.len() > 8
                || letters && word.len() >= 9 && !["passwordeval", "mailsend", "verkeerde", "accepted"].contains(word)
        };
        let secrets: Vec<&str> = lines.flat_map(|line| line.split(member)).filter(secret).collect();
        assert!(secrets.len() >= 13, "{secrets:?}");
        shows_none(log, &secrets, true);
    }
}

#[test]
fn errors_quote_nothing() {
    for line in ["analyze --files-from files-from-a-log.txt", "analyze healthy.log --knowledge knowledge-echo.toml"] {
        let (shown, status) = run(line);
        assert!(!shown.contains("GehZZeim") && !shown.contains("Geheim") && !shown.contains('\u{1b}'), "{shown}");
        assert_eq!(status, Some(2), "{line}");
    }
}

#[test]
fn what_a_stranger_writes_is_only_text() {
    for log in ["inj.log", "inj2.log"] {
        let (csv, _) = run(&format!("analyze --all --format csv {log}"));
        for part in csv.lines().flat_map(|line| line.split([',', ';'])) {
            assert!(!part.trim_matches(['"', ' ']).starts_with(['=', '+', '@']), "{log}: {part}");
        }
        for redact in ["secrets", "personal"] {
            let (html, _) = run(&format!("analyze --all --full --format html --redact {redact} {log}"));
            assert!(!html.contains("<img") && !html.contains("<script>alert") && !html.contains("href=\"javascript"));
            let (page, _) = run(&format!("analyze --all --full --format markdown --redact {redact} {log}"));
            assert!(
                !page.contains(" @octocat") && !page.contains(" www.") && !page.replace("\\](", "").contains("]("),
                "{page}"
            );
        }
    }
    let (_, status) = run("analyze --all num.log");
    assert_eq!(status, Some(1));
}

#[test]
fn mails_are_counted_right() {
    let rows = |log: &str| -> Vec<(String, String)> {
        let (shown, _) = run(&format!("analyze --all --format ndjson {log}"));
        let rows = shown.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let word = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        rows.filter(|row| row["record"] == "transaction")
            .map(|row| (word(&row["outcome"]), word(&row["cause"])))
            .collect()
    };
    let of = |rows: &[(&str, &str)]| -> Vec<(String, String)> {
        rows.iter().map(|(outcome, cause)| ((*outcome).to_owned(), (*cause).to_owned())).collect()
    };
    assert_eq!(rows("healthy.log"), of(&[("sent", "none"), ("sent", "none")]));
    assert_eq!(rows("error-sending.log"), of(&[("sent", "none"), ("rejected", "auth.rejected")]));
    assert_eq!(rows("c4.log"), of(&[("rejected", "auth.rejected"), ("sent", "none")]));
}

#[test]
fn a_copy_of_many_open_sessions_has_all_lines() {
    let (copy, status) = run("redact --dialect keyed.toml keyed.log");
    assert_eq!((copy.lines().count(), status), (text("keyed.log").lines().count(), Some(0)));
}
