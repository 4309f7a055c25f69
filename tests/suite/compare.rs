//! One log divided by a moment is compared as its two parts are.

use crate::share;
use std::{fs, path::Path};

use crate::share::{Sheet, request};
use mtmlog::{
    CompareRequest,
    redact::Level,
    report::{ComparisonFormat, Look, Sink},
};
use serde_json::Value;

const LOOK: Look = Look { width: 100, wide: true, boxes: false, colour: false };

fn compared(asked: &CompareRequest) -> (Value, mtmlog::Summary) {
    let sheet = Sheet::default();
    let mut sink: Sink<'_> = Box::new(sheet.clone());
    let summary = mtmlog::compare(asked, LOOK, &mut sink).unwrap();
    (serde_json::from_str(&sheet.text()).unwrap_or_default(), summary)
}

fn two(before: &Path, since: &Path) -> CompareRequest {
    let format = ComparisonFormat::Json;
    CompareRequest { before: request(before), since: request(since), at: None, format, level: Level::Secrets }
}

fn around(log: &Path, at: &str) -> CompareRequest {
    let at = at.parse().unwrap();
    CompareRequest::around(request(log), at, ComparisonFormat::Json, Level::Secrets)
}

#[test]
fn a_moment_divides_a_log_as_a_knife_does() {
    let log = Path::new("src/rule/samples/burst-after-failure.log");
    let text = fs::read_to_string(log).unwrap();
    // The first connection from that moment on.
    let (at, stamp) = ("2026-11-23T06:42:00", "2026-11-23T06:45:00Z Connected");
    let knife = text.find(stamp).expect("the sample has changed: choose another moment");
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old.log"), folder.path().join("new.log"));
    fs::write(&old, &text[..knife]).unwrap();
    fs::write(&new, &text[knife..]).unwrap();
    let (cut, _) = compared(&two(&old, &new));
    let (divided, _) = compared(&around(log, at));
    for field in ["verdict", "confidence", "summary", "fixed", "new", "stayed", "untried", "settings", "pace"] {
        assert_eq!(cut[field], divided[field], "{field}");
    }
    assert_eq!(cut["verdict"], "fixed");
    assert_eq!(cut["pace"]["speed"], "too-fast");
    for side in ["before", "since"] {
        assert_eq!(cut[side]["attempts"], divided[side]["attempts"]);
    }
}

#[test]
fn a_log_beside_itself_is_the_same() {
    for log in share::every_log() {
        let (row, summary) = compared(&two(&log, &log));
        if !summary.problems.is_empty() {
            continue;
        }
        let name = log.display();
        assert!(["same", "unknown"].contains(&row["verdict"].as_str().unwrap()), "{name}: {}", row["summary"]);
        for list in ["fixed", "new", "untried"] {
            assert_eq!(row[list], Value::Array(Vec::new()), "{name}: {list}");
        }
        assert!(row["settings"].as_array().unwrap().iter().all(|setting| setting["changed"] == false), "{name}");
    }
}

#[test]
fn what_tells_nothing_is_said() {
    let (_, summary) =
        compared(&around(Path::new("fixtures/chilkat-lasterror/15-dns-servfail.log"), "2026-11-23T06:42:00"));
    assert!(summary.problems.iter().any(|problem| problem.contains("has no times")), "{:?}", summary.problems);
    let (row, summary) = compared(&two(Path::new("LICENSE"), Path::new("src/rule/samples/burst-after-failure.log")));
    assert!(row.is_null() && !summary.problems.is_empty());
    let (row, _) = compared(&around(Path::new("src/rule/samples/burst-after-failure.log"), "2030-01-01T00:00:00"));
    assert_eq!(row["verdict"], "unknown");
}

#[test]
fn the_order_of_time_is_checked() {
    let log = Path::new("src/rule/samples/burst-after-failure.log");
    let text = fs::read_to_string(log).unwrap();
    let knife = text.find("2026-11-23T06:45:00Z Connected").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old.log"), folder.path().join("new.log"));
    fs::write(&old, &text[..knife]).unwrap();
    fs::write(&new, &text[knife..]).unwrap();
    let note = |asked: &CompareRequest| compared(asked).0["notes"].to_string();
    assert!(note(&two(&new, &old)).contains("exchange them"));
    assert!(note(&two(log, &new)).contains("overlap"));
    assert_eq!(note(&two(&old, &new)), "[]");
}
