//! Every command that the manual has, in every format at every level, with a log full of secrets and people.

use std::{path::Path, process::Command};

use crate::{
    common::manual::commands,
    share::{
        canary::WRITERS,
        forms,
        writers::{RECIPIENT, mail, sign_in, written},
    },
};

const PASSWORD: &str = "Zq7kwaggaVlerk";

fn run(folder: &Path, line: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mtmlog"));
    let out = command.current_dir(folder).args(line.split_whitespace()).output().unwrap();
    String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned()
}

#[test]
fn no_command_shows_what_is_private() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let lines =
        [sign_in("desk@clinic.example", PASSWORD, true), mail(&format!("550 5.1.1 <{RECIPIENT}>: no such user"))];
    written(&folder, WRITERS[0].log(&lines.concat()));
    run(at, "profile learn emailout.txt -o mine.toml");
    assert!(at.join("mine.toml").exists());
    let forms = forms("desk@clinic.example", PASSWORD).map(|form| form.to_lowercase());
    let people = ["thandiwe", "dlamini", "hiv result", "8001015009087", "reception-pc"];
    for command in commands() {
        for (level, line) in command.lines("emailout.txt", "./mine.toml") {
            let text = run(at, &line);
            assert!(!text.is_empty(), "mtmlog {line}");
            let low = text.to_lowercase();
            let hidden = forms.iter().map(String::as_str);
            let hidden: Vec<&str> =
                if level == Some("secrets") { hidden.collect() } else { hidden.chain(people).collect() };
            for word in hidden {
                assert!(!low.contains(word), "mtmlog {line} shows {word}:\n{text}");
            }
        }
    }
}
