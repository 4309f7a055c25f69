//! `--by`: many customers beside each other.

use std::io;
use std::path::Path;
use std::process::Command;

use crate::common::zip::{Entry, zip};
use mtmlog::report::{Customer, Judged, Report, Totals};
use mtmlog::session::Transaction;
use mtmlog::{By, Request};
use tempfile::TempDir;

/// Good mails, a refused sign-in, a full mailbox; and what is no log.
fn customers() -> TempDir {
    let fixture = |name: &str| std::fs::read(Path::new("fixtures/mailkit-protocol").join(name)).unwrap();
    let good = fixture("02-ok-plain25-noauth.log");
    let (refused, full) = (fixture("40-auth-gmail-app-password.log"), fixture("62-rcpt-mailbox-full.log"));
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    write("george/a.log", &good);
    write("knysna/a.log", &good);
    write("knysna/b.log", &refused);
    write("knysna/notes.txt", b"call them back");
    write("only-notes/notes.txt", b"call them back");
    write("paarl/a.log", &full);
    write("paarl/b.log", &[full.as_slice(), &full].concat());
    write("zipped.zip", &zip(&[Entry::deflated("worcester/a.log", &refused), Entry::stored("b.log", &good)]));
    folder
}

#[derive(Default)]
struct League {
    customers: Vec<Customer>,
    totals: Totals,
}

impl Report for League {
    fn transaction(&mut self, _: &str, _: u64, _: &str, _: &Transaction) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, judged: &Judged, totals: &Totals) -> io::Result<()> {
        self.customers = judged.customers.clone();
        self.totals = totals.clone();
        Ok(())
    }
}

fn league(request: Request) -> League {
    let mut league = League::default();
    mtmlog::analyze(&request, &mut league).unwrap();
    league
}

fn names(league: &League, folder: &Path) -> Vec<String> {
    let start = format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR);
    league.customers.iter().map(|customer| customer.name.clone().unwrap().replace(&start, "")).collect()
}

#[test]
fn the_worst_comes_first_and_nothing_is_lost() {
    let folder = customers();
    let request = Request { paths: vec![folder.path().into()], by: Some(By::Folder), ..Request::default() };
    let found = league(request.clone());
    let counts = |customer: &Customer| customer.judgement.condition.counts.clone();
    assert_eq!(found.customers.iter().map(|c| counts(c).transactions).sum::<u64>(), found.totals.tally.transactions);
    assert_eq!(found.customers.iter().map(|c| counts(c).sent).sum::<u64>(), found.totals.tally.sent);
    assert_eq!(found.customers.iter().map(|c| counts(c).failed).sum::<u64>(), found.totals.tally.failed);
    assert_eq!(found.customers.iter().map(|c| c.files).sum::<u64>(), found.totals.files - found.totals.skipped);
    let names = names(&found, folder.path());
    assert_eq!(names, ["knysna", "zipped.zip!worcester", "paarl", "george", "zipped.zip"]);
    assert_eq!(found.customers[0].first().unwrap().finding, "auth.app-password-required");
    for threads in [1, 3] {
        assert_eq!(league(Request { threads: Some(threads), ..request.clone() }).customers, found.customers);
    }
}

#[test]
fn each_log_may_be_a_customer() {
    let folder = customers();
    let found = league(Request { paths: vec![folder.path().into()], by: Some(By::File), ..Request::default() });
    assert_eq!(found.customers.len() as u64, found.totals.files - found.totals.skipped);
    assert!(found.customers.iter().all(|customer| customer.files == 1));
}

#[test]
fn logs_of_one_customer_need_not_stand_together() {
    let folder = customers();
    let paths = ["paarl/a.log", "knysna/b.log", "paarl/b.log", "knysna/a.log"];
    let paths = paths.map(|path| folder.path().join(path).into_os_string()).to_vec();
    let found = league(Request { paths, by: Some(By::Folder), ..Request::default() });
    // The logs have no times, so the one that is named last is the newest: knysna's mail goes out again.
    assert_eq!(names(&found, folder.path()), ["paarl", "knysna"]);
    assert_eq!(found.customers.iter().map(|customer| customer.files).collect::<Vec<_>>(), [2, 2]);
}

#[test]
fn as_people_and_programs_see_it() {
    let folder = customers();
    let run = |format: &str| {
        let out = Command::new(env!("CARGO_BIN_EXE_mtmlog"))
            .current_dir(folder.path())
            .args(["analyze", "--by", "folder", "--format", format, "."])
            .output()
            .unwrap();
        assert_eq!(out.status.code(), Some(1));
        String::from_utf8(out.stdout).unwrap()
    };
    let table = run("table");
    assert!(table.contains("5 customers") && table.contains("attempts "), "{table}");
    let rows = run("ndjson").replace(r"\\", "/"); // Windows' slash
    let customers: Vec<&str> = rows.lines().filter(|row| row.contains(r#""record":"customer""#)).collect();
    assert_eq!(customers.len(), 5, "{rows}");
    assert!(
        customers[0].contains(r#""customer":"./knysna","files":2,"unreadable":0,"state":"stopped","#),
        "{}",
        customers[0]
    );
    assert!(
        customers[0].contains(r#""first_finding":"auth.app-password-required","severity":"error""#),
        "{}",
        customers[0]
    );
    let json: serde_json::Value = serde_json::from_str(&run("json")).unwrap();
    assert_eq!(json["customers"].as_array().unwrap().len(), 5);
}
