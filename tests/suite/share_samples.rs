//! The samples in `docs/samples` are what the program prints; `MTMLOG_BLESS=1 cargo test` writes them anew.

use std::{env, fs, path::Path, process::Command};

#[test]
fn samples_are_what_is_printed() {
    // Reports name the log as it was typed, so it is typed the same everywhere.
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/samples");
    let samples: [(&str, &[&str]); 7] = [
        ("ticket.txt", &["ticket", "emailout.txt"]),
        ("ticket.md", &["ticket", "--format", "markdown", "emailout.txt"]),
        ("ticket.html", &["ticket", "--format", "html", "emailout.txt"]),
        ("report.md", &["analyze", "--all", "--redact", "personal", "--format", "markdown", "emailout.txt"]),
        ("report.html", &["analyze", "--all", "--redact", "personal", "--format", "html", "emailout.txt"]),
        ("report.csv", &["analyze", "--all", "--redact", "personal", "--format", "csv", "emailout.txt"]),
        ("redacted.txt", &["redact", "emailout.txt"]),
    ];
    for (name, arguments) in samples {
        let mut program = Command::new(env!("CARGO_BIN_EXE_mtmlog"));
        let printed = program.current_dir(&folder).env("COLUMNS", "100").args(arguments).output().unwrap().stdout;
        let printed = String::from_utf8(printed).unwrap();
        let path = folder.join(name);
        if env::var_os("MTMLOG_BLESS").is_some() {
            fs::write(&path, &printed).unwrap();
        }
        let known = fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(ageless(&known), ageless(&printed), "{name} is old: MTMLOG_BLESS=1 cargo test samples_are");
    }
}

/// The words of a text, in which `5 days old` is of any day, and so is the digest of a text with such words. Git may give
/// files other line ends, and a longer number may break lines elsewhere.
fn ageless(text: &str) -> Vec<&str> {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    for at in 0..words.len() {
        let age =
            words[at + 1..].starts_with(&["days"]) && words.get(at + 2).is_some_and(|word| word.starts_with("old"));
        let digest = words[at].split(|c: char| !c.is_ascii_hexdigit()).any(|run| run.len() == DIGEST);
        if age || digest {
            words[at] = "";
        }
    }
    words
}

/// Digits of a SHA-256.
const DIGEST: usize = 64;
