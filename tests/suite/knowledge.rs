//! The facts as a file: what is written, what is checked, and which file is used without being named.

use std::{
    fs,
    process::{Command, Output},
};

use mtmlog::{
    knowledge::Knowledge,
    rule::{self, Question},
};

const LOG: &str = "2026-11-23 08:26:00 Connecting to mail.example.co.za:587\n\
                   2026-11-23 08:26:01 Sending mail to a@b.example failed: 550 the parrot is resting\n";

/// A fact of the user's own, with these lines at its head.
fn facts(head: &str) -> String {
    format!(
        "{head}\n[[reply]]\ncause = \"recipient.mailbox-full\"\nany = [\"the parrot is resting\"]\nsource = \"this test\"\n"
    )
}

/// Runs in a folder whose `config` is the folder of the user's configuration.
fn run(folder: &tempfile::TempDir, line: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mtmlog"));
    let config = folder.path().join("config");
    command.current_dir(folder.path()).args(line.split(' '));
    command.env("XDG_CONFIG_HOME", &config).env("APPDATA", &config).output().unwrap()
}

/// What was written, with a blank wherever a line was broken.
fn text(output: &[u8]) -> String {
    String::from_utf8_lossy(output).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_exported_gives_the_same_answers() {
    let exported = Knowledge::export();
    let laid = Knowledge::with_overlay(&exported).unwrap();
    laid.check_dated().unwrap();
    assert!(laid.date().unwrap() >= "2026-11-28" && laid.rows().len() == 9, "{:?}", laid.rows());
    for asked in [
        "550 5.1.1 no such user",
        "Recipient address rejected: Access denied",
        "535 5.7.139 Authentication unsuccessful, basic authentication is disabled",
        "Socket Error # 10061",
        "451 something else",
        "SMTP 534 gmail.com",
    ] {
        let question = Question { text: asked.as_bytes(), ..Question::default() };
        let [ours, theirs] = [Knowledge::builtin(), &laid].map(|knowledge| rule::explain(knowledge, &question));
        assert_eq!(
            (ours.cause, ours.confidence, ours.title),
            (theirs.cause, theirs.confidence, theirs.title),
            "{asked}"
        );
        assert_eq!(ours.provider, theirs.provider, "{asked}");
    }
}

#[test]
fn a_dated_file_of_the_configuration_is_used_and_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.log"), LOG).unwrap();
    let place = folder.path().join("config/mtmlog");
    fs::create_dir_all(&place).unwrap();
    fs::write(place.join("knowledge.toml"), facts("version = 1\ndate = \"2027-01-15\"")).unwrap();
    for format in ["table", "markdown", "html", "json"] {
        let output = run(&folder, &format!("analyze a.log --format {format}"));
        let report = text(&output.stdout);
        assert!(report.contains("Facts of 2027-01-15 lie over the built-in ones"), "{format}: {report}");
        assert!(report.contains("mailbox is full"), "{format}: {report}");
    }
    assert!(text(&run(&folder, "explain the parrot is resting").stdout).contains("recipient.mailbox-full"));
    assert!(text(&run(&folder, "knowledge check").stdout).contains("good, of 2027-01-15. Its rows: reply 1."));
}

#[test]
fn a_file_that_is_not_good_is_left_alone_and_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.log"), LOG).unwrap();
    let place = folder.path().join("config/mtmlog");
    fs::create_dir_all(&place).unwrap();
    for (head, problem) in [
        ("", "no `version = 1`"),
        ("version = 2\ndate = \"2027-01-15\"", "version 2"),
        ("version = 1\ndate = \"soon\"", "date"),
        ("AUTH PLAIN KuduPass9", "line"),
    ] {
        fs::write(place.join("knowledge.toml"), facts(head)).unwrap();
        let output = run(&folder, "analyze a.log");
        let said = text(&output.stderr);
        assert!(said.contains(problem) && said.contains("The built-in facts are used"), "{head}: {said}");
        assert!(!said.contains("Kudu") && !text(&output.stdout).contains("Facts of"), "{head}: {said}");
        let checked = run(&folder, "knowledge check");
        assert!(checked.status.code() == Some(2) && text(&checked.stderr).contains(problem), "{head}");
        // A file that is named may be without a date, not of another version.
        let named = run(&folder, "analyze a.log --knowledge config/mtmlog/knowledge.toml");
        assert_eq!(text(&named.stdout).contains("Facts of a file without a date"), head.is_empty(), "{head}");
    }
}

#[test]
fn export_writes_a_file_that_check_takes() {
    let folder = tempfile::tempdir().unwrap();
    assert!(run(&folder, "knowledge export --output facts.toml").status.success());
    let checked = run(&folder, "knowledge check facts.toml");
    assert!(checked.status.success() && text(&checked.stdout).contains("good, of 20"), "{}", text(&checked.stdout));
    assert!(text(&run(&folder, "knowledge check").stdout).contains("No file of facts is used"));
}
