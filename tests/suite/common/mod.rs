//! What the integration tests share: the fixtures, and a report that keeps what it is given.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use mtmlog::dialect::{self, Dialect, DialectSet, StampReader};
use mtmlog::knowledge::Knowledge;
use mtmlog::report::{Judged, Report, Totals};
use mtmlog::rule::{self, Finding, State};
use mtmlog::scan::{FileFacts, Scan};
use mtmlog::session::{Tally, Transaction};
use mtmlog::source::{self, Input, Log, ReadOptions, Sensitive};
use mtmlog::{Request, Summary};
use tempfile::NamedTempFile;

pub mod lot;
pub mod manual;
pub mod marking;
pub mod script;
pub mod zip;

/// The folder of made-up practices, each with a folder of its own (`tests/suite/customers.rs`).
pub const PRACTICES: &str = "practices";

/// The folder of logs in several dialects whose findings are tested, not their transactions (`tests/suite/rules.rs`).
pub const DIAGNOSED: &str = "rules";

/// Everything an analysis gave out.
#[derive(Default)]
pub struct Collected {
    pub transactions: Vec<Transaction>,
    pub ids: Vec<u64>,
    pub files: Vec<FileFacts>,
    pub states: Vec<State>,
    pub findings: Vec<Finding>,
    pub judged: Judged,
    pub totals: Totals,
    pub summary: Summary,
}

impl Report for Collected {
    fn transaction(&mut self, _file: &str, tx_id: u64, _dialect: &str, tx: &Transaction) -> io::Result<()> {
        self.ids.push(tx_id);
        self.transactions.push(tx.clone());
        Ok(())
    }

    fn file(&mut self, facts: &FileFacts, state: State) -> io::Result<()> {
        self.files.push(facts.clone());
        self.states.push(state);
        Ok(())
    }

    fn finish(&mut self, judged: &Judged, totals: &Totals) -> io::Result<()> {
        self.findings = judged.findings().cloned().collect();
        self.judged = judged.clone();
        self.totals = totals.clone();
        Ok(())
    }
}

/// The whole road, with every transaction.
pub fn analyse(path: &Path) -> Collected {
    analyse_by(Request { paths: vec![path.into()], all: true, ..Request::default() })
}

pub fn analyse_by(request: Request) -> Collected {
    let mut collected = Collected::default();
    collected.summary = mtmlog::analyze(&request, &mut collected).expect("this report never fails");
    collected
}

/// The whole road for bytes, in the dialect of that name, or in the one that is detected.
pub fn analyse_bytes(bytes: &[u8], dialect: Option<&str>) -> Collected {
    let file = temporary(bytes);
    let paths = vec![file.path().into()];
    analyse_by(Request { paths, all: true, dialect: dialect.map(str::to_owned), ..Request::default() })
}

/// A file with these bytes, gone when dropped.
pub fn temporary(bytes: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("a temporary file");
    file.write_all(bytes).expect("room for it");
    file
}

/// The dialects of a log, and how to read its stamps: as the whole road does it, but for the year.
pub fn reading(log: &Log) -> Option<(DialectSet<'static>, StampReader)> {
    let lines = dialect::spread(log.sample());
    let main = dialect::detect(&lines, b"").dialect?;
    Some((DialectSet::several(main, dialect::others(main, &lines)), stamps(main, log.sample())))
}

fn stamps(dialect: &Dialect, sample: &[u8]) -> StampReader {
    let written = source::lines(sample).map(|line| dialect.read(line.text).stamp);
    let order = StampReader::order(written, NaiveDate::default()).unwrap_or_default();
    StampReader { order, ..StampReader::default() }
}

/// One scan of one log.
#[derive(PartialEq, Eq, Debug)]
pub struct Scanned {
    pub dialects: Vec<String>,
    pub transactions: Vec<Transaction>,
    pub tally: Tally,
    pub bytes: u64,
}

/// The middle of the road, where its options can be set: a file, mapped or read, in blocks of this size.
pub fn scan(path: &Path, options: &ReadOptions) -> Option<Scanned> {
    let mut log = Log::open(&Input::File(path.to_owned()), options).expect("a fixture opens");
    let (dialects, stamps) = reading(&log)?;
    let knowledge = Knowledge::builtin();
    let scan = Scan { dialects: &dialects, stamps, knowledge, judge: &|tx| rule::judge(knowledge, tx) };
    let mut transactions = Vec::new();
    let (tally, bytes, end) =
        scan.run(&mut log, &mut |given| transactions.extend(given.mail().map(|tx| *tx)), &mut |_| {});
    end.expect("a fixture is read to its end");
    let dialects = dialects.all().iter().map(|dialect| dialect.name.to_string()).collect();
    Some(Scanned { dialects, transactions, tally, bytes })
}

/// The folders of fixtures, one for each way in which a program writes.
pub fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir("fixtures")
        .expect("tests run at the top of the repository")
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir() && !path.ends_with(DIAGNOSED) && !path.ends_with(PRACTICES))
        .collect();
    folders.sort();
    assert!(folders.len() >= 10, "{folders:?}");
    folders
}

/// The logs in these folders.
pub fn logs() -> Vec<PathBuf> {
    folders().iter().flat_map(|folder| logs_in(folder)).collect()
}

pub fn logs_in(folder: &Path) -> Vec<PathBuf> {
    let mut logs: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    logs.sort();
    assert!(logs.len() >= 6, "{}", folder.display());
    logs
}

/// All logs of a folder as one, each beginning on a line of its own.
pub fn glued(folder: &Path) -> Vec<u8> {
    let mut whole = Vec::new();
    for path in logs_in(folder) {
        whole.extend(std::fs::read(path).unwrap());
        if !whole.ends_with(b"\n") {
            whole.extend(b"\r\n");
        }
    }
    whole
}

/// Log bytes as text to compare.
pub fn text(bytes: &Sensitive) -> String {
    String::from_utf8_lossy(bytes.expose()).into_owned()
}
