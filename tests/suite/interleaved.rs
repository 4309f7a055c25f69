//! Sessions without a key that stand in each other: two logs of the same program, written into one file line by line.

use crate::share;
use std::path::{Path, PathBuf};

use crate::common::{Collected, analyse_bytes, logs_in, lot::Lot};
use crate::share::writers::{runs, written};

/// Both logs, in runs of lines of random length.
fn interleaved(one: &[u8], other: &[u8], longest: usize, lot: &mut Lot) -> Vec<u8> {
    let lines = |log: &[u8]| -> Vec<Vec<u8>> {
        log.split_inclusive(|b| *b == b'\n').map(|line| line.trim_ascii_end().to_vec()).collect()
    };
    let mut queues = [lines(one), lines(other)].map(|lines| lines.into_iter());
    let mut log = Vec::new();
    let mut turn = lot.below(2);
    loop {
        let length = 1 + lot.below(longest);
        let run: Vec<Vec<u8>> = queues[turn].by_ref().take(length).collect();
        if run.is_empty() {
            let rest: Vec<Vec<u8>> = queues[1 - turn].by_ref().collect();
            rest.iter().for_each(|line| log.extend([line.as_slice(), b"\r\n"].concat()));
            return log;
        }
        run.iter().for_each(|line| log.extend([line.as_slice(), b"\r\n"].concat()));
        turn = 1 - turn;
    }
}

/// What swaks writes, without the marks.
fn bare(log: &[u8]) -> Vec<u8> {
    let spoken = log.split_inclusive(|b| *b == b'\n').filter(|line| {
        line.len() > 4 && [&b" -> "[..], b" ~> ", b"<-  ", b"<~  ", b"<** ", b"<~* "].contains(&&line[..4])
    });
    spoken.flat_map(|line| line[4..].to_vec()).collect()
}

/// How many went how.
fn totals(told: &Collected) -> [u64; 5] {
    let tally = &told.totals.tally;
    [tally.sent, tally.partial, tally.failed, tally.incomplete, tally.tested]
}

/// Logs with at least one mail that was tried.
fn material(folder: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let read = |path: PathBuf| (path.clone(), std::fs::read(&path).unwrap());
    logs_in(&Path::new("fixtures").join(folder)).into_iter().map(read).filter(|(_, log)| log.len() > 300).collect()
}

/// The pairs whose totals are right, of how many.
fn right(logs: &[(PathBuf, Vec<u8>)], longest: usize, pairs: usize, lot: &mut Lot) -> (usize, Vec<String>) {
    let mut wrong = Vec::new();
    for _ in 0..pairs {
        let (one, other) = (&logs[lot.below(logs.len())], &logs[lot.below(logs.len())]);
        let log = interleaved(&one.1, &other.1, longest, lot);
        let (first, second) = (totals(&analyse_bytes(&one.1, None)), totals(&analyse_bytes(&other.1, None)));
        let want: Vec<u64> = first.iter().zip(second).map(|(one, other)| one + other).collect();
        let got = totals(&analyse_bytes(&log, None));
        if got.as_slice() != want {
            wrong.push(format!("{} with {}: {got:?}, not {want:?}", one.0.display(), other.0.display()));
        }
    }
    (pairs - wrong.len(), wrong)
}

#[test]
fn the_totals_are_right_mostly() {
    const PAIRS: usize = 40;
    let mut report = Vec::new();
    for (name, seed) in [("blat-debug", 11), ("indy-logfile", 12), ("swaks", 13), ("bare", 14)] {
        let mut lot = Lot::new(seed);
        let logs: Vec<(PathBuf, Vec<u8>)> = match name {
            "bare" => {
                let bared = material("swaks").into_iter().map(|(path, log)| (path, bare(&log)));
                bared.filter(|(_, log)| log.starts_with(b"220") && log.len() > 300).collect()
            }
            folder => material(folder),
        };
        let (mut good, mut all, mut wrong) = (0, 0, Vec::new());
        for longest in [1, 4, 8] {
            let (right, more) = right(&logs, longest, PAIRS, &mut lot);
            good += right;
            all += PAIRS;
            wrong.extend(more);
        }
        report.push((name, good, all, wrong));
    }
    if std::env::var_os("MTMLOG_ALL").is_some() {
        report.iter().for_each(|(name, good, all, wrong)| println!("{name}: {good} of {all}\n{wrong:#?}"));
    }
    for (name, good, all, wrong) in report {
        // What is lost is mostly two sessions that stood at the same point, of which one then went another way: nothing
        // in their lines says which.
        assert!(good * 100 >= all * 64, "{name}: {good} of {all} right\n{wrong:#?}");
    }
}

#[test]
fn a_session_that_broke_off_is_no_second_program() {
    // What every log is full of: a connection that died, and the next one.
    for folder in ["blat-debug", "indy-logfile", "swaks"] {
        for (path, log) in material(folder) {
            let half = log.len() / 2;
            let cut = log[..half].iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
            let told = analyse_bytes(&[&log[..cut], &log[..]].concat(), None);
            let sure = told.transactions.iter().any(|tx| tx.confidence == Some(mtmlog::session::Confidence::Certain));
            let alone = analyse_bytes(&log, None);
            let was = alone.transactions.iter().any(|tx| tx.confidence == Some(mtmlog::session::Confidence::Certain));
            assert!(sure || !was, "{}: taken for two programs", path.display());
        }
    }
}

#[test]
fn no_secret_leaks_from_a_wrong_session() {
    let folder = tempfile::tempdir().unwrap();
    let mut passwords = share::canary::passwords();
    let mut lot = Lot::new(15);
    for writer in share::canary::WRITERS.iter().filter(|writer| !["sendemail", "mailkit"].contains(&writer.name)) {
        for round in 0..8 {
            let (one, two) = (passwords.next().unwrap(), passwords.next().unwrap());
            let session = |password: &str, plain| {
                let mut lines = share::writers::sign_in("ab@cd.example", password, plain);
                lines.retain(|(side, _)| *side != '=');
                if round % 2 == 0 {
                    lines.retain(|(_, text)| !text.starts_with("535"));
                }
                writer.log(&lines).into_bytes()
            };
            let other = if round < 4 {
                session(&two, round == 1)
            } else {
                writer.log(&share::writers::mail("250 OK")).into_bytes()
            };
            let log = interleaved(&session(&one, false), &other, 1 + round % 3, &mut lot);
            let path = written(&folder, &log);
            let forms = [one.clone(), share::base64(one.as_bytes()), two.clone(), share::base64(two.as_bytes())];
            for (name, level, text) in share::every_output(&path) {
                for run in forms.iter().flat_map(|form| runs(form)).filter(|run| !run.contains('=')) {
                    let log = String::from_utf8_lossy(&log);
                    assert!(!text.contains(&run), "{} {name} {level:?} shows {run}:\n{text}\n{log}", writer.name);
                }
            }
        }
    }
}
