//! How fast the road is, piece by piece and as a whole.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a benchmark")]

use std::hint::black_box;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mtmlog::Request;
use mtmlog::dialect::{self, DateOrder, Dialect, StampReader};
use mtmlog::knowledge::{Knowledge, ReplyQuery};
use mtmlog::report::{Judged, Report, Totals};
use mtmlog::rule::State;
use mtmlog::scan::FileFacts;
use mtmlog::session::{Builder, End, Transaction};
use mtmlog::smtp::{self, Verb};
use mtmlog::source;
use tempfile::NamedTempFile;

/// Size of the log for the whole road.
const LARGE: usize = 4 << 20;

/// One folder of fixtures as a log, with the dialect it is in.
struct Material {
    folder: String,
    log: Vec<u8>,
    dialect: &'static Dialect,
}

fn materials() -> Vec<Material> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir("fixtures").unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders.iter().filter_map(|folder| material(folder)).collect()
}

fn material(folder: &Path) -> Option<Material> {
    let mut logs: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    logs.sort();
    let log: Vec<u8> = logs.iter().flat_map(|path| [std::fs::read(path).unwrap(), b"\n".to_vec()].concat()).collect();
    let dialect = dialect::detect(&dialect::spread(&log), &log).dialect?;
    Some(Material { folder: folder.file_name()?.to_str()?.to_owned(), log, dialect })
}

fn line_reading(c: &mut Criterion) {
    let mut group = c.benchmark_group("lines");
    for material in materials() {
        group.throughput(Throughput::Bytes(material.log.len() as u64));
        group.bench_function(&material.folder, |b| {
            b.iter(|| {
                for line in source::lines(&material.log) {
                    black_box(material.dialect.read(line.text));
                }
            });
        });
    }
    group.finish();
}

fn session_building(c: &mut Criterion) {
    let stamps = StampReader { order: DateOrder::Unknown, newest: None, offset: None, zone: None };
    let mut group = c.benchmark_group("sessions");
    for material in materials() {
        group.throughput(Throughput::Bytes(material.log.len() as u64));
        let lines: Vec<_> =
            source::lines(&material.log).map(|line| (line.offset, material.dialect.read(line.text))).collect();
        group.bench_function(&material.folder, |b| {
            b.iter(|| {
                let mut builder = Builder::new(Knowledge::builtin(), stamps);
                for (offset, line) in &lines {
                    builder.feed(material.dialect, line, *offset as u64);
                }
                builder.finish(End::Eof);
                black_box(builder.drain().collect::<Vec<_>>())
            });
        });
    }
    group.finish();
}

fn reply_classification(c: &mut Criterion) {
    let replies: Vec<Vec<u8>> = materials()
        .iter()
        .filter(|material| material.folder == "swaks")
        .flat_map(|material| source::lines(&material.log).map(|line| line.text.to_vec()).collect::<Vec<_>>())
        .filter_map(|line| line.strip_prefix(b"<** ").map(<[u8]>::to_vec))
        .collect();
    assert!(replies.len() > 20, "{} refusals", replies.len());
    let knowledge = Knowledge::builtin();
    let mut group = c.benchmark_group("replies");
    group.throughput(Throughput::Elements(replies.len() as u64));
    group.bench_function("refusals", |b| {
        b.iter(|| {
            for reply in &replies {
                let Ok((_, line)) = smtp::reply_line(reply) else { continue };
                let verb = Some(Verb::Rcpt);
                black_box(knowledge.reply(&ReplyQuery {
                    code: line.code,
                    enhanced: line.enhanced,
                    text: line.text,
                    verb,
                    host: Some(b"mail.example.co.za"),
                }));
            }
        });
    });
    group.finish();
}

/// A report that nobody reads.
struct Nobody;

impl Report for Nobody {
    fn transaction(&mut self, _file: &str, _tx_id: u64, _dialect: &str, tx: &Transaction) -> io::Result<()> {
        black_box(tx);
        Ok(())
    }

    fn file(&mut self, facts: &FileFacts, _: State) -> io::Result<()> {
        black_box(facts);
        Ok(())
    }

    fn finish(&mut self, judged: &Judged, _totals: &Totals) -> io::Result<()> {
        black_box(judged);
        Ok(())
    }
}

fn whole_analysis(c: &mut Criterion) {
    let mut group = c.benchmark_group("analysis");
    group.sample_size(20);
    group.throughput(Throughput::Bytes(LARGE as u64));
    for material in materials().iter().filter(|m| ["indy-logfile", "mailkit-protocol"].contains(&m.folder.as_str())) {
        let mut file = NamedTempFile::new().unwrap();
        let log: Vec<u8> = material.log.iter().copied().cycle().take(LARGE).collect();
        file.write_all(&log).unwrap();
        for threads in [1, 2] {
            let paths = vec![file.path().into()];
            let request = Request { paths, threads: Some(threads), ..Request::default() };
            group.bench_function(format!("{}, {threads} threads", material.folder), |b| {
                b.iter(|| mtmlog::analyze(&request, &mut Nobody).unwrap());
            });
        }
    }
    group.finish();
}

criterion_group!(benches, line_reading, session_building, reply_classification, whole_analysis);
criterion_main!(benches);
