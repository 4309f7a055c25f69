//! The diagnosis of whole logs: on each log of `fixtures/rules` the first finding is the right one, and on its twin,
//! the same log without the fault, it is not found.

use std::path::{Path, PathBuf};

use crate::common::{Collected, analyse_by};
use mtmlog::Request;

/// The log, the id that its first finding must have, and the step of the support article that it must name.
const CASES: &[(&str, &str, &str)] = &[
    ("antivirus-in-path", "antivirus-in-path", "3"),
    ("antivirus-in-path.private-address", "antivirus-in-path", "3"),
    ("antivirus-in-path.starttls-gone", "antivirus-in-path", "3"),
    ("article-1.tls-version", "tls.protocol-version", "1"),
    ("article-2.password", "auth.rejected", "2"),
    ("article-2.user-name", "auth.username-incomplete", "2"),
    ("article-2.wild", "auth.placeholder-password", "2"),
    ("article-3.dns", "conn.dns", "3"),
    ("article-3.refused", "conn.refused", "3"),
    ("article-4.port-465", "port.plaintext-to-tls", "4"),
    ("article-4.starttls", "port.starttls-required", "4"),
    ("article-5.unknown", "unknown.reply", "5"),
    ("article-6.blocklisted", "policy.blocklisted", "6a"),
    ("attachments-only", "attachments-only", "7"),
    ("auth-before-tls", "auth-before-tls", "4"),
    ("burst-after-failure", "burst-after-failure", "6b"),
    ("clock-jumps", "clock-jumps", "3"),
    ("clock-wrong", "clock-wrong", "3"),
    ("daily-volume", "daily-volume", "6b"),
    ("dialogue-broke", "dialogue-broke", "4"),
    ("dialogue-broke.221", "dialogue-broke", "4"),
    ("dialogue-broke.250", "dialogue-broke", "4"),
    ("endless-retries", "endless-retries", "6b"),
    ("greylisted-delivered", "greylisted-delivered", "6b"),
    ("locked-out", "locked-out", "3"),
    ("notice-due", "notice-due", "4"),
    ("one-domain", "one-domain", "7"),
    ("one-recipient", "one-recipient", "7"),
    ("one-workstation", "one-workstation", "1"),
    ("since-moment", "since-moment", "4"),
    ("since-moment.port", "since-moment", "4"),
    ("size-over-limit", "size-over-limit", "7"),
];
/// No more than this of one fault.
const HANDFUL: usize = 3;

fn log(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules").join(format!("{name}.log"))
}

fn ids(collected: &Collected) -> Vec<&'static str> {
    collected.findings.iter().map(|finding| finding.finding).collect()
}

/// The findings as of the day on which the samples of the rules are judged: a notice is due until its day.
fn analyse(path: &Path) -> Collected {
    let now = "2026-11-23T12:00:00".parse().ok();
    analyse_by(Request { paths: vec![path.into()], all: true, now, ..Request::default() })
}

#[test]
fn the_first_finding_is_the_one_to_act_on() {
    for (name, id, step) in CASES {
        let collected = analyse(&log(name));
        let found = ids(&collected);
        assert_eq!(found.first(), Some(id), "{name}: {found:?}");
        assert!(found.len() <= HANDFUL, "{name}: {found:?}");
        let first = &collected.findings[0];
        assert!(first.article_step.iter().any(|s| s == step), "{name}: {:?}", first.article_step);
        assert!(!first.steps.is_empty() && first.count > 0, "{name}");
    }
}

#[test]
fn the_twin_without_the_fault_is_silent() {
    for (name, id, _) in CASES {
        let collected = analyse(&log(&format!("{name}.twin")));
        assert!(collected.totals.tally.transactions > 0, "{name}");
        assert!(!ids(&collected).contains(id), "{name}: {:?}", ids(&collected));
    }
}

#[test]
fn every_log_has_its_case() {
    let folder = log("x").parent().unwrap().to_owned();
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let name = name.strip_suffix(".log").unwrap().trim_end_matches(".twin").to_owned();
        let apart = name.starts_with("endless-retries.") || name == "lock-out-near";
        assert!(apart || CASES.iter().any(|(case, ..)| *case == name), "{name}");
    }
}

#[test]
fn a_steady_retry_is_told_from_a_batch() {
    let steady = analyse(&log("endless-retries.sign-in"));
    // The refusal is what to act on; that the program tries again stands with it, as it is about the same mails.
    assert_ne!(ids(&steady)[0], "endless-retries");
    let stops = |found: &Collected| format!("{:?}", found.findings[0].steps).contains("out of the outbox");
    assert!(stops(&steady), "{:?}", steady.findings[0].steps);
    let batch = analyse(&log("endless-retries.sign-in.twin"));
    assert!(!stops(&batch) && !ids(&batch).contains(&"endless-retries"), "{:?}", ids(&batch));
}

/// The refusals are what to act on first; that they come too fast stands with them.
#[test]
fn a_lock_out_is_warned_of_where_passwords_are_refused_within_minutes() {
    let near = |name: &str| ids(&analyse(&log(name)));
    assert_eq!(near("lock-out-near")[..2], ["auth.rejected", "lock-out-near"]);
    assert_eq!(near("lock-out-near.twin"), ["auth.rejected"]);
}

/// Two logs of one customer are one history: what fails in the second worked in the first.
#[test]
fn several_files_are_one_history() {
    let whole = std::fs::read_to_string(log("since-moment")).unwrap();
    let at = whole.match_indices("Stat Connected.").nth(4).unwrap().0;
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("a.log"), folder.path().join("b.log"));
    std::fs::write(&first, &whole[..at]).unwrap();
    std::fs::write(&second, &whole[at..]).unwrap();
    let paths = vec![first.into(), second.into()];
    let together = analyse_by(Request { paths, all: true, ..Request::default() });
    assert_eq!(ids(&together), ids(&analyse(&log("since-moment"))));
    assert_eq!(together.findings[0].files, 2);
}

/// The counts of the causes add up to the transactions that have one, whatever the rules make of them.
#[test]
fn causes_keep_their_counts() {
    for (name, ..) in CASES {
        let collected = analyse(&log(name));
        for finding in collected.findings.iter().filter(|f| f.cause.is_some_and(|cause| cause.code() == f.finding)) {
            let count = collected.transactions.iter().filter(|tx| tx.cause == finding.cause).count();
            assert_eq!(finding.count, count as u64, "{name}: {}", finding.finding);
        }
    }
}
