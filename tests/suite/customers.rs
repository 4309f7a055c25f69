//! The customer is the unit: its state, its exit status, and that nothing crosses from one to another.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::common::{Collected, analyse, analyse_by, lot::Lot};
use mtmlog::{
    Request,
    redact::Level,
    report::{Format, Look, Setup},
    rule::{Severity, State},
};
use serde_json::Value;
use tempfile::TempDir;

/// What `tests/reports` holds: the file, its state, the exit status, words of the first five lines.
const REPORTS: &[(&str, &str, i32, &[&str])] = &[
    ("03-one-domain-mailkit.log", "stopped", 1, &["2026-11-16 09:20"]),
    ("06-burst-after-failure-mailkit.log", "recovered", 0, &["Mail goes out again since 2026-11-16 06:20"]),
    ("09-clock-wrong-mailkit.log", "flowing", 0, &["Mail goes out: 8 of 8"]),
    ("lockout.log", "stopped", 1, &["Mail has stopped since 2026-11-23 09:00"]),
    ("m365-legacy-host.log", "flowing", 0, &["Mail goes out: 1 of 1"]),
    ("mode.log", "stopped", 1, &["Mail has stopped since 2026-11-16 09:20"]),
    ("tls10.log", "stopped", 1, &["Mail has stopped"]),
    ("torn.log", "undecided", 0, &["Not decided: the log is cut after line 74"]),
    ("broken.log.gz", "stopped", 1, &["Mail has stopped since 2026-11-22 06:00"]),
    ("fixed.log.gz", "recovered", 0, &["Mail goes out again since 2026-11-23 06:00"]),
];

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mtmlog"))
        .args(arguments)
        .env("MTMLOG_NOW", "2026-11-28T12:00")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn the_first_line_is_the_state() {
    for (name, state, status, words) in REPORTS {
        let path = format!("tests/reports/{name}");
        let out = run(&["analyze", &path]);
        let page = text(&out);
        let head = page.lines().take(5).collect::<Vec<_>>().join(" ");
        assert!(words.iter().all(|words| head.contains(words)), "{name}: {head}");
        assert!(head.contains("Newest entry 2026-11-") || *name == "tls10.log", "{name}: {head}");
        assert!(page.lines().count() <= 40, "{name}: {} lines\n{page}", page.lines().count());
        assert!(page.lines().all(|line| line.chars().count() <= 100), "{name}\n{page}");
        assert_eq!(out.status.code(), Some(*status), "{name}: {page}");
        let row = run(&["analyze", "--format", "ndjson", &path]);
        let rows: Vec<Value> = text(&row).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let states: Vec<&Value> = rows
            .iter()
            .filter(|row| row["record"] != "transaction" && row["record"] != "finding")
            .map(|row| &row["state"])
            .collect();
        assert_eq!(states, [*state, *state], "{name}");
        let passed = rows.iter().filter(|row| row["standing"] == false);
        assert!(passed.clone().all(|row| row["severity"] == "note"), "{name}");
    }
}

/// The default report of one log on a screen of 80 columns and 40 lines.
#[test]
fn every_report_fits_a_screen() {
    let look = Look { width: 80, ..Look::default() };
    for path in all_fixtures() {
        let setup = Setup { level: Level::Secrets, look, ..Setup::default() };
        let mut page = Vec::new();
        let mut report = (Format::named("table").unwrap().open)(Box::new(&mut page), setup).unwrap();
        mtmlog::analyze(&Request { paths: vec![path.clone().into()], ..Request::default() }, &mut *report).unwrap();
        drop(report);
        let page = String::from_utf8(page).unwrap();
        assert!(page.lines().count() <= 40, "{}: {} lines\n{page}", path.display(), page.lines().count());
        let wide = page.lines().find(|line| line.chars().count() > 80);
        assert!(wide.is_none(), "{}: {wide:?}", path.display());
    }
}

/// Contract section 2, over every seventh fixture: the state and what stands decide the exit status, and nothing else.
#[test]
fn the_exit_status_is_that_of_the_contract() {
    let mut seen = BTreeSet::new();
    for path in all_fixtures().into_iter().step_by(7) {
        let Collected { judged, .. } = analyse(&path);
        let condition = judged.condition();
        let nothing_sent = condition.counts.tried() > 0 && condition.counts.delivered() == 0;
        let error = judged.findings().any(|finding| finding.standing && finding.severity == Severity::Error);
        let expected = match condition.state {
            State::Idle => continue,
            State::Stopped => 1,
            State::Partly | State::Undecided => i32::from(error || nothing_sent),
            State::Flowing | State::Recovered => i32::from(error),
        };
        let status = run(&["analyze", "--quiet", path.to_str().unwrap()]).status.code();
        assert_eq!(status, Some(expected), "{}: {:?}", path.display(), condition.state);
        seen.insert((condition.state, expected));
    }
    assert!(seen.len() > 5, "{seen:?}");
}

#[test]
fn two_practices_are_two_customers() {
    let out = run(&["analyze", "--format", "json", "tests/reports/MTM"]);
    assert_eq!(out.status.code(), Some(1));
    let report: Value = serde_json::from_str(&text(&out)).unwrap();
    let customers = report["customers"].as_array().unwrap();
    let told: Vec<_> =
        customers.iter().map(|one| (one["customer"].as_str().unwrap(), one["state"].as_str().unwrap())).collect();
    assert_eq!(told, [("1001", "stopped"), ("1002", "flowing")]);
    assert!(!text(&out).contains("It has passed"));
    assert!(report["findings"].as_array().unwrap().iter().all(|finding| finding["customer"] == "1001"));
    let one = run(&["analyze", "--customer", "1002", "tests/reports/MTM"]);
    assert_eq!(one.status.code(), Some(0));
    assert!(text(&one).starts_with("Mail goes out"), "{}", text(&one));
    for command in [&["ticket", "tests/reports/MTM"][..], &["compare", "--at", "2026-11-16T08:00", "tests/reports/MTM"]]
    {
        let out = run(command);
        assert_eq!(out.status.code(), Some(2), "{command:?}");
        let says = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(says.contains("1001, 1002"), "{says}");
    }
    assert_eq!(run(&["ticket", "--customer", "1001", "tests/reports/MTM"]).status.code(), Some(0));
    // The lines of a ticket are of its customer's log, wherever that stands among the others.
    let folder = tempfile::tempdir().unwrap();
    for (name, log) in [("a-good", "09-clock-wrong-mailkit.log"), ("b-bad", "mode.log")] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
        std::fs::copy(format!("tests/reports/{log}"), folder.path().join(name).join("emailout.txt")).unwrap();
    }
    let page = text(&run(&["ticket", "--customer", "b-bad", folder.path().to_str().unwrap()]));
    assert!(page.contains("C: AUTH LOGIN") && page.contains("535 5.7.8 Error: authentication failed"), "{page}");
}

#[test]
fn a_period_without_attempts_is_said() {
    for format in ["table", "markdown", "html", "json", "ndjson", "csv"] {
        let out = run(&["analyze", "--last", "7d", "--format", format, "tests/reports/mode.log"]);
        assert_eq!(out.status.code(), Some(2), "{format}");
        let page = text(&out);
        match format {
            "table" | "markdown" | "html" => {
                assert!(page.contains("No attempt in the last 7 days"), "{format}: {page}")
            }
            "csv" => assert_eq!(page.lines().count(), 1, "{page}"),
            _ => assert!(page.contains(r#""state":"idle""#) && !page.contains(r#""sent":14"#), "{format}: {page}"),
        }
    }
    assert!(text(&run(&["analyze", "--last", "7d", "tests/reports/mode.log"])).contains("12 days old"));
}

/// Where a copied text simply ends, nobody has shown 250 as an error, and no program signed in in plain text.
#[test]
fn a_log_that_breaks_off_says_what_is_missing() {
    const HELLO: &str =
        "S: 220 mail.b.example ESMTP\nC: EHLO pc\nS: 250-mail.b.example\nS: 250-STARTTLS\nS: 250 SIZE 1000\n";
    for (rest, missing) in [
        ("", "after line 5 what the program said after EHLO is missing"),
        ("C: MAIL FROM:<a@b.example>\n", "after line 6 the answer to MAIL FROM is missing"),
        (
            "C: MAIL FROM:<a@b.example>\nS: 250 ok\nC: RCPT TO:<c@d.example>\n",
            "after line 8 the answer to RCPT TO is missing",
        ),
    ] {
        let log = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(log.path(), format!("{HELLO}{rest}")).unwrap();
        let page = text(&run(&["analyze", log.path().to_str().unwrap()]));
        let head = page.lines().take(4).collect::<Vec<_>>().join(" ");
        assert!(head.contains(missing), "{page}");
        assert!(!page.contains("shown as the error") && !page.contains("plain text"), "{page}");
        assert!(page.contains("guess"), "{page}");
    }
}

/// Whatever the labels say of the last attempts, a script that asks for the exit status hears it.
#[test]
fn nothing_sent_is_never_good() {
    let mut seen = 0;
    for label in std::fs::read_to_string("fixtures/labels.ndjson").unwrap().lines() {
        let label: Value = serde_json::from_str(label).unwrap();
        let outcomes: Vec<&str> =
            label["transactions"].as_array().unwrap().iter().map(|tx| tx["outcome"].as_str().unwrap()).collect();
        let name = label["log"].as_str().unwrap();
        let path = Path::new("fixtures").join(name);
        let Collected { summary, judged, .. } = analyse(&path);
        let delivered = outcomes.iter().any(|outcome| ["sent", "partial"].contains(outcome));
        let tried = outcomes.iter().any(|outcome| *outcome != "tested");
        let condition = judged.condition();
        if tried && !delivered && condition.counts.delivered() == 0 && condition.counts.tried() > 0 {
            seen += 1;
            assert!(summary.stops_mail, "{name}: {:?}", condition.state);
        }
        if outcomes.iter().all(|outcome| *outcome == "sent") && !outcomes.is_empty() {
            assert!(matches!(condition.state, State::Flowing | State::Recovered), "{name}: {:?}", condition.state);
            assert!(!summary.stops_mail, "{name}");
        }
    }
    assert!(seen > 100, "{seen}");
}

fn all_fixtures() -> Vec<PathBuf> {
    let labels = std::fs::read_to_string("fixtures/labels.ndjson").unwrap();
    labels
        .lines()
        .map(|line| Path::new("fixtures").join(serde_json::from_str::<Value>(line).unwrap()["log"].as_str().unwrap()))
        .collect()
}

fn told(collected: &Collected) -> BTreeSet<String> {
    collected.findings.iter().map(|f| format!("{} {:?} {} {}", f.finding, f.customer, f.count, f.standing)).collect()
}

/// Customers beside each other are told what each is told alone.
#[test]
fn nothing_crosses_from_one_customer_to_another() {
    let logs = all_fixtures();
    let mut lot = Lot::new(20_261_128);
    for set in 0..12 {
        let folder: TempDir = tempfile::tempdir().unwrap();
        let mut alone = BTreeSet::new();
        for nth in 0..20 {
            let place = folder.path().join(format!("practice-{nth:02}"));
            std::fs::create_dir(&place).unwrap();
            let log = &logs[lot.below(logs.len())];
            std::fs::copy(log, place.join("emailout.txt")).unwrap();
            alone.extend(told(&analyse_by(Request { paths: vec![place.into()], all: true, ..Request::default() })));
        }
        let together = analyse_by(Request { paths: vec![folder.path().into()], all: true, ..Request::default() });
        assert_eq!(told(&together), alone, "set {set}");
    }
}

#[test]
fn senders_tell_customers_of_one_folder_apart() {
    let log = std::fs::read_to_string("tests/reports/mode.log").unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.log"), &log).unwrap();
    let other = std::fs::read_to_string("tests/reports/09-clock-wrong-mailkit.log").unwrap();
    // The sign-in name is another one too: one account for two senders would make them one customer.
    let other = other.replace("practice.example.co.za", "kliniek.example.com");
    let other =
        other.replace("YWNjb3VudHNAcHJhY3RpY2UuZXhhbXBsZS5jby56YQ==", "YWNjb3VudHNAa2xpbmllay5leGFtcGxlLmNvbQ==");
    std::fs::write(folder.path().join("b.log"), other).unwrap();
    let found = analyse_by(Request { paths: vec![folder.path().into()], all: true, ..Request::default() });
    let states: Vec<State> = found.judged.customers.iter().map(|customer| customer.state()).collect();
    assert_eq!(states, [State::Stopped, State::Flowing]);
    let names: Vec<String> = found.judged.customers.iter().filter_map(|customer| customer.name.clone()).collect();
    assert!(names[0].ends_with("/practice.example.co.za") && names[1].ends_with("/kliniek.example.com"), "{names:?}");
}

#[test]
fn the_five_practices_are_told_in_sixty_lines() {
    let out = run(&["analyze", "fixtures/practices"]);
    let page = text(&out);
    assert_eq!(out.status.code(), Some(1));
    assert!(page.lines().count() < 60, "{page}");
    assert!(page.starts_with("5 customers: "), "{page}");
    assert!(page.contains("mail goes out 1"), "{page}");
}

/// A customer's row and the answer for it alone are one: with every shape of a manager's folder.
#[test]
fn a_manager_sees_all_shapes_of_folders() {
    let mail = std::fs::read("tests/reports/mode.log").unwrap();
    let good = std::fs::read("tests/reports/09-clock-wrong-mailkit.log").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    write("stopped/2026/11/emailout.txt", &mail);
    write("flowing/maillog.txt", &good);
    write("empty/maillog.txt", b"");
    write("picture/screen.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    write("letter/maillog.txt", b"Dear support, please phone.\n");
    let path = folder.path().to_str().unwrap();
    let page = text(&run(&["analyze", path]));
    assert!(page.starts_with("5 customers: stopped 1, could not be read 2, mail goes out 1, no attempt 1."), "{page}");
    for words in ["1 file could not be read as a log", "The log is empty", "screen.png"] {
        let err = String::from_utf8_lossy(&run(&["analyze", path]).stderr).into_owned();
        assert!(page.contains(words) || err.contains(words), "{words}: {page}{err}");
    }
    // What may be passed on has stand-ins, and says how to have the names.
    let shared = text(&run(&["analyze", "--format", "markdown", path]));
    assert!(
        !shared.contains("stopped/") && shared.contains("folder-1") && shared.contains("--redact secrets"),
        "{shared}"
    );
    let rows = text(&run(&["analyze", "--format", "csv", "--by", "folder", path]));
    assert!(rows.starts_with("customer,files,unreadable,state,"), "{rows}");
    assert_eq!(rows.lines().count(), 6, "{rows}");
    let out = run(&["watch", path]);
    assert_eq!(out.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&out.stderr).contains("flowing"), "{}", String::from_utf8_lossy(&out.stderr));
}

#[test]
fn logs_too_large_to_hold_are_told_apart_by_who_sends() {
    let log = std::fs::read_to_string("tests/reports/mode.log").unwrap();
    let other = std::fs::read_to_string("tests/reports/09-clock-wrong-mailkit.log").unwrap();
    let other = other.replace("practice.example.co.za", "kliniek.example.com");
    let other =
        other.replace("YWNjb3VudHNAcHJhY3RpY2UuZXhhbXBsZS5jby56YQ==", "YWNjb3VudHNAa2xpbmllay5leGFtcGxlLmNvbQ==");
    let folder = tempfile::tempdir().unwrap();
    // More than 2 MiB each.
    std::fs::write(folder.path().join("a.log"), log.repeat(3 * 1024 * 1024 / log.len())).unwrap();
    std::fs::write(folder.path().join("b.log"), other.repeat(3 * 1024 * 1024 / other.len())).unwrap();
    let found = analyse_by(Request { paths: vec![folder.path().into()], ..Request::default() });
    let names: Vec<String> = found.judged.customers.iter().filter_map(|customer| customer.name.clone()).collect();
    assert!(names[0].ends_with("/practice.example.co.za") && names[1].ends_with("/kliniek.example.com"), "{names:?}");
}

/// Finding ids that rest on many mails.
const OF_MANY: [&str; 6] =
    ["since-moment", "one-domain", "one-recipient", "attachments-only", "burst-after-failure", "daily-volume"];

/// Customers of one server, in folders of one shape: the many-mail findings of all together are those that each has.
#[test]
fn no_finding_about_many_mails_rests_on_several_customers() {
    let rules = std::fs::read_dir("fixtures/rules").unwrap().map(|entry| entry.unwrap().path());
    let mut logs: Vec<PathBuf> = rules.filter(|path| path.extension().is_some_and(|end| end == "log")).collect();
    logs.sort();
    let mut lot = Lot::new(20_261_129);
    let mut seen = 0;
    for set in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        let mut alone = BTreeSet::new();
        for nth in 0..20 {
            let place = folder.path().join(format!("MTM/{}", 1001 + nth));
            std::fs::create_dir_all(&place).unwrap();
            std::fs::copy(&logs[lot.below(logs.len())], place.join("maillog.txt")).unwrap();
            let found = analyse_by(Request { paths: vec![place.into()], all: true, ..Request::default() });
            alone.extend(found.findings.iter().map(|f| (f.customer.clone(), f.finding)));
        }
        let together = analyse_by(Request { paths: vec![folder.path().into()], all: true, ..Request::default() });
        for finding in together.findings.iter().filter(|f| OF_MANY.contains(&f.finding)) {
            seen += 1;
            assert!(alone.contains(&(finding.customer.clone(), finding.finding)), "set {set}: {finding:?}");
        }
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn a_ticket_can_be_found_by_the_desk() {
    let page = text(&run(&["ticket", "fixtures/practices/paarl-dental"]));
    let flat = page.split_whitespace().collect::<Vec<_>>().join(" ");
    // The sender, whose account it is, both clocks, and what the practice does itself apart from the questions.
    for words in [
        "Mail cannot be sent",
        "Sign-in name: the sender's address",
        " UTC)",
        "WHAT WE ASK YOU TO CHECK",
        "WHAT THE PRACTICE DOES ITSELF",
        "Account number: ____",
    ] {
        assert!(flat.contains(words), "{words}: {page}");
    }
    assert!(page.contains("SHA-256 of maillog.txt") && !page.contains("practices/"), "{page}");
    assert!(!page.contains("0.0 MiB") && !page.contains(";  "), "{page}");
    let one = text(&run(&["ticket", "fixtures/practices/worcester-optom"]));
    assert!(one.contains("Some mail cannot be sent") && one.contains("--reveal-recipient"), "{one}");
    let good = text(&run(&["ticket", "fixtures/practices/knysna-gp"]));
    assert!(good.contains("There is\r\nnothing to ask") || good.contains("nothing to ask"), "{good}");
    assert!(!good.contains("cannot be sent"), "{good}");
    assert!(good.contains("WHETHER MAIL GOES OUT"), "{good}");
    // After a lock the first question is about the lock, also where the newest attempt never saw the server.
    let locked = text(&run(&["ticket", "tests/reports/lockout.log"]));
    let flat = locked.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("- Does your firewall block the practice's internet address after refused sign-ins"),
        "{flat}"
    );
    assert!(flat.contains("cp12.isp.example.co.za (named by other attempts)"), "{flat}");
    // All addresses of a domain are one domain, no person.
    let domain = text(&run(&["ticket", "tests/reports/03-one-domain-mailkit.log"]));
    let flat = domain.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("Only mail to one domain fails: @domain-") && flat.contains("(6 attempts)"), "{flat}");
    assert_eq!(run(&["ticket", "--reveal-recipient", "99", "fixtures/practices/paarl-dental"]).status.code(), Some(2));
    assert_eq!(run(&["ticket", "--last", "1h", "fixtures/practices/paarl-dental"]).status.code(), Some(2));
}

#[test]
fn copies_of_a_folder_are_read_as_the_folder_is() {
    let folder = tempfile::tempdir().unwrap();
    let zip = folder.path().join("copies.zip");
    let out = run(&["redact", "fixtures/practices", "--output", zip.to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    let states = |path: &str| {
        let rows = text(&run(&["analyze", "--format", "ndjson", path]));
        let rows = rows.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        let mut states: Vec<String> = rows
            .filter(|row| row["record"] == "customer")
            .map(|row| format!("{} {} {} {}", row["state"], row["attempts"], row["sent"], row["cause"]))
            .collect();
        states.sort();
        states
    };
    assert_eq!(states(zip.to_str().unwrap()), states("fixtures/practices"));
    // A copy of copies, from the zip.
    let again = folder.path().join("again.zip");
    let out = run(&["redact", zip.to_str().unwrap(), "--output", again.to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    assert_eq!(states(again.to_str().unwrap()), states("fixtures/practices"));
}

/// A log in a saved mail, as an attachment in base64 and in quoted-printable, and in Rich Text.
#[test]
fn a_log_in_a_mail_or_rich_text_is_read() {
    let log = std::fs::read_to_string("tests/reports/mode.log").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let quoted: String = log.replace('=', "=3D").lines().map(|line| format!("{line}\r\n")).collect();
    let mail = format!(
        "From: desk@practice.example.co.za\r\nSubject: log\r\nMIME-Version: 1.0\r\n\
         Content-Transfer-Encoding: quoted-printable\r\n\r\n{quoted}"
    );
    let rich: String = log.lines().map(|line| line.replace('\\', "\\\\") + "\\par\r\n").collect();
    let rich =
        format!("{{\\rtf1\\ansi{{\\fonttbl{{\\f0 Courier;}}}}\\f0 {}}}", rich.replace('{', "\\{").replace('}', "\\}"));
    for (name, document) in [("log.eml", mail), ("log.rtf", rich)] {
        let path = folder.path().join(name);
        std::fs::write(&path, document).unwrap();
        let plain = analyse(Path::new("tests/reports/mode.log"));
        let found = analyse(&path);
        assert_eq!(found.totals.tally.transactions, plain.totals.tally.transactions, "{name}");
        assert_eq!(found.judged.condition().state, plain.judged.condition().state, "{name}");
        // The copy is of the text, and holds no password.
        let copy = text(&run(&["redact", path.to_str().unwrap()]));
        assert!(copy.contains("535 ") && !copy.contains("S3VkdTdIZXJk"), "{name}");
    }
}

#[test]
fn times_are_told_in_the_zone_that_was_asked_for() {
    let page = text(&run(&["analyze", "--utc-offset", "+02:00", "tests/reports/mode.log"]));
    assert!(page.starts_with("Mail has stopped since 2026-11-16 11:20 +02:00"), "{page}");
    let rows = text(&run(&["analyze", "--utc-offset", "+02:00", "--format", "ndjson", "tests/reports/mode.log"]));
    assert!(rows.contains("T11:20:00+02:00") || rows.contains("+02:00\""), "{rows}");
}

#[test]
fn each_of_several_copies_hides_what_its_log_tells_further_down() {
    let folder = tempfile::tempdir().unwrap();
    let logs = folder.path().join("logs");
    fs::create_dir(&logs).unwrap();
    for (name, secret) in [("a.log", "Kw7rt!bb2"), ("b.log", "thunderfish")] {
        let lines = ["RECV 220 x.example ESMTP", "SEND EHLO a", "RECV 250 ok"].map(str::to_owned).into_iter();
        let lines = lines.chain([format!("INFO the sea is full of {secret}"), format!("INFO smtp password={secret}")]);
        let log: String = lines.map(|line| format!("2026-11-23 08:00:01 {line}\n")).collect();
        fs::write(logs.join(name), log).unwrap();
    }
    let zip = folder.path().join("copies.zip");
    let out = run(&["redact", "--redact", "secrets", logs.to_str().unwrap(), "--output", zip.to_str().unwrap()]);
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    let copies = String::from_utf8_lossy(&fs::read(&zip).unwrap()).into_owned();
    assert_eq!(copies.matches("full of ***").count(), 2, "{copies}");
    assert!(!copies.contains("thunderfish"));
}
