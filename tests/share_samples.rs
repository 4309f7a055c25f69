//! The samples in `docs/samples` are what the program prints; `MTMLOG_BLESS=1 cargo test` writes them anew.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

mod share;

use std::{env, fs, path::Path};

use mtmlog::{
    redact::Level,
    report::{Format, Paper},
};
use share::{copy, report, ticket};

#[test]
fn samples_are_what_is_printed() {
    // Reports name the log as it was typed, so it is typed the same everywhere.
    env::set_current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/samples")).unwrap();
    let log = Path::new("emailout.txt");
    let format = |name| report(log, Format::named(name).unwrap(), Level::Personal);
    let samples = [
        ("ticket.txt", ticket(log, Paper::Text)),
        ("ticket.md", ticket(log, Paper::Markdown)),
        ("ticket.html", ticket(log, Paper::Html)),
        ("report.md", format("markdown")),
        ("report.html", format("html")),
        ("report.csv", format("csv")),
        ("redacted.txt", String::from_utf8(copy(log, Level::Personal)).unwrap()),
    ];
    for (name, text) in samples {
        if env::var_os("MTMLOG_BLESS").is_some() {
            fs::write(name, &text).unwrap();
        }
        let known = fs::read_to_string(name).unwrap_or_default();
        // Git may give files other line ends.
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(lines(&known), lines(&text), "{name} is old: MTMLOG_BLESS=1 cargo test --test share_samples");
    }
}
