//! Nobody named a log: those in the usual places are meant. Says which were found and how fresh they are, because the
//! log of the right product on the wrong PC looks just the same.

use std::time::SystemTime;

use chrono::{DateTime, Local, NaiveDateTime};

use super::Summary;
use crate::source::{self, Found, Input, KNOWN_PLACES, KnownLog, KnownLogs};

/// After so many days without an entry it is worth asking whether this is the log.
const OLD_DAYS: i64 = 7;

/// The logs in the usual places.
pub(super) fn logs(now: NaiveDateTime, summary: &mut Summary) -> Vec<Found> {
    found(source::find_known(), now, summary)
}

fn found(known: KnownLogs, now: NaiveDateTime, summary: &mut Summary) -> Vec<Found> {
    for drive in &known.silent {
        summary.notes.push(format!("{drive} does not answer, so no log was looked for there."));
    }
    if known.logs.is_empty() {
        let places = KNOWN_PLACES.map(|place| format!("C:{}", place.pattern));
        summary.problems.push(format!(
            "No log found in the usual places ({}, and the same on other drives). Name the log: mtmlog analyze PATH",
            places.join(", ")
        ));
    }
    summary.notes.extend(known.logs.iter().map(|log| describe(log, now)));
    known
        .logs
        .into_iter()
        .map(|log| Found { path: Input::File(log.path), named: true, extent: None, root: None })
        .collect()
}

fn describe(log: &KnownLog, now: NaiveDateTime) -> String {
    let written = |time: SystemTime| {
        let time = DateTime::<Local>::from(time).naive_local();
        format!(", last written {} ({})", time.format("%Y-%m-%d %H:%M"), ago(time, now))
    };
    format!(
        "Found the log of {}: {}{}.",
        log.product,
        log.path.display(),
        log.modified.map_or_else(String::new, written)
    )
}

/// A sentence where the newest entry is so old that the log may be the wrong one.
pub(super) fn is_old(newest: NaiveDateTime, now: NaiveDateTime) -> Option<String> {
    ((now - newest).num_days() >= OLD_DAYS).then(|| {
        format!(
            "The newest entry is of {}, {}. If mail was tried since then, another log holds it: look on the PC that \
             sends the mail.",
            newest.format("%Y-%m-%d %H:%M"),
            ago(newest, now)
        )
    })
}

fn ago(time: NaiveDateTime, now: NaiveDateTime) -> String {
    match (now.date() - time.date()).num_days() {
        ..0 => "in the future: check the clock of this PC".to_owned(),
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn each_is_named_with_its_age() {
        let now = at("2026-11-23T08:00:00");
        let log = |days: i64| {
            let time = now - chrono::Duration::days(days);
            let modified = time.and_local_timezone(Local).single().map(SystemTime::from);
            KnownLog { product: "Synergy", path: PathBuf::from("maillog.txt"), modified }
        };
        let mut summary = Summary::default();
        let known = KnownLogs { logs: vec![log(0), log(40)], silent: vec!["Z:".into()] };
        assert_eq!(found(known, now, &mut summary).len(), 2);
        assert_eq!(
            summary.notes,
            [
                "Z: does not answer, so no log was looked for there.",
                "Found the log of Synergy: maillog.txt, last written 2026-11-23 08:00 (today).",
                "Found the log of Synergy: maillog.txt, last written 2026-10-14 08:00 (40 days ago).",
            ]
        );
        assert!(summary.problems.is_empty());
    }

    #[test]
    fn none_found_names_the_places() {
        let mut summary = Summary::default();
        assert!(found(KnownLogs::default(), at("2026-11-23T08:00:00"), &mut summary).is_empty());
        assert!(summary.problems[0].contains(r"C:\mtm2\kudu_etc\emailout.txt"), "{:?}", summary.problems);
    }

    #[test]
    fn old_from_a_week_on() {
        let now = at("2026-11-23T08:00:00");
        assert_eq!(is_old(at("2026-11-17T08:00:00"), now), None);
        assert_eq!(is_old(at("2026-12-23T08:00:00"), now), None);
        let old = is_old(at("2026-10-01T08:30:00"), now).unwrap();
        assert!(old.starts_with("The newest entry is of 2026-10-01 08:30, 53 days ago."), "{old}");
    }
}
