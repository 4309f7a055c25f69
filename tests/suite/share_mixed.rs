//! Several dialects in one log: what every output shows of the second one's secrets and people.

use crate::share::canary::{WRITERS, Writer, passwords};
use crate::share::writers::{mail, runs, sign_in, written};
use crate::share::{every_output, forms};
use mtmlog::redact::Level;

/// A log of `main` with one session of `other` in it, before, between or after its own mails.
fn mixed(main: &Writer, other: &[u8], place: usize) -> Vec<u8> {
    let mut log = Vec::new();
    for n in 0..3 {
        if n == place {
            log.extend_from_slice(other);
        }
        log.extend_from_slice(main.log(&mail("550 5.1.1 no such user")).as_bytes());
    }
    if place == 3 {
        log.extend_from_slice(other);
    }
    log
}

/// Writers whose session stands in the log of `main`: a few, or all with `MTMLOG_ALL=1`.
fn beside(main: &Writer) -> impl Iterator<Item = &'static Writer> {
    let all = std::env::var_os("MTMLOG_ALL").is_some_and(|value| value == "1");
    let at = WRITERS.iter().position(|writer| writer.name == main.name).unwrap();
    let far = move |n: usize| (n + WRITERS.len() - at) % WRITERS.len();
    WRITERS
        .iter()
        .enumerate()
        .filter(move |(n, _)| far(*n) != 0 && (all || [1, 5, 8].contains(&far(*n))))
        .map(|(_, w)| w)
}

#[test]
fn no_output_holds_a_secret_of_a_second_dialect() {
    let folder = tempfile::tempdir().unwrap();
    let mut passwords = passwords();
    let mut turn = 0;
    let mut leaks = Vec::new();
    for main in WRITERS {
        for other in beside(main) {
            turn += 1;
            let password = passwords.next().unwrap();
            let user = ["ab@cd.example", "abc@cd.example", "abcd@cd.example"][turn % 3];
            let session = other.log(&sign_in(user, &password, turn % 2 == 0)).into_bytes();
            let path = written(&folder, mixed(main, &session, turn % 4));
            let forms = forms(user, &password);
            for (name, level, text) in every_output(&path) {
                let shown = forms.iter().flat_map(|form| runs(form)).filter(|run| !run.contains('='));
                if let Some(run) = shown.into_iter().find(|run| text.contains(run.as_str())) {
                    let line = text.lines().find(|line| line.contains(&run)).unwrap_or_default();
                    leaks.push(format!(
                        "{} in {}, {name} {level:?}: {run} of {password}: {line}",
                        other.name, main.name
                    ));
                }
            }
        }
    }
    assert!(leaks.is_empty(), "{} leaks: {leaks:#?}", leaks.len());
}

#[test]
fn what_leaves_the_practice_names_no_patient_of_a_second_dialect() {
    let folder = tempfile::tempdir().unwrap();
    let mut turn = 0;
    let mut leaks = Vec::new();
    for main in WRITERS {
        for other in beside(main) {
            turn += 1;
            let session =
                other.log(&mail("550 5.1.1 <thandiwe.dlamini@family-dlamini.example>: no such user")).into_bytes();
            let path = written(&folder, mixed(main, &session, turn % 4));
            for (name, level, text) in every_output(&path) {
                let low = text.to_lowercase();
                let people = ["thandiwe", "dlamini", "hiv", "8001015009087", "reception-pc"];
                for word in people.iter().filter(|word| level == Level::Personal && low.contains(*word)) {
                    let line = low.lines().find(|line| line.contains(word)).unwrap_or_default();
                    leaks.push(format!("{} in {}, {name}: {word}: {line}", other.name, main.name));
                }
            }
        }
    }
    assert!(leaks.is_empty(), "{} leaks: {leaks:#?}", leaks.len());
}
