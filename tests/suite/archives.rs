//! Packed logs: the report of what is in them is the report of the same logs unpacked.

use crate::common;
use std::io::Write;
use std::path::Path;

use crate::common::zip::{Entry, zip};
use crate::common::{Collected, analyse, analyse_by};
use flate2::{Compression, write::GzEncoder};
use mtmlog::Request;
use tempfile::TempDir;

fn log(n: usize) -> Vec<u8> {
    std::fs::read(&common::logs_in(Path::new("fixtures/mailkit-protocol"))[n]).unwrap()
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// A folder with these files.
fn folder(files: &[(&str, Vec<u8>)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    folder
}

/// The end of each file's name.
fn names(found: &Collected, folder: &Path) -> Vec<String> {
    let start = format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR);
    found.files.iter().map(|file| file.file.strip_prefix(&start).unwrap_or(&file.file).replace('\\', "/")).collect()
}

fn same(plain: &Collected, packed: &Collected, what: &str) {
    assert_eq!(plain.transactions, packed.transactions, "{what}");
    assert_eq!(plain.ids, packed.ids, "{what}");
    let causes = |found: &Collected| found.findings.iter().map(|f| (f.finding, f.count)).collect::<Vec<_>>();
    assert_eq!(causes(plain), causes(packed), "{what}");
    assert_eq!(plain.totals.tally, packed.totals.tally, "{what}");
}

#[test]
fn every_packing_gives_the_same_report() {
    for n in 0..8 {
        let text = log(n);
        let zstd = zstd::encode_all(&text[..], 3).unwrap();
        let packed_member =
            Entry { method: 93, unpacked: Entry::deflated("", &text).unpacked, ..Entry::stored("b/log.txt", &zstd) };
        // Names tell nothing.
        let folder = folder(&[
            ("plain.zip", text.clone()),
            ("a.txt", gzip(&text)),
            ("b.gz", zstd),
            ("c.log", zip(&[Entry::deflated("log.txt", &text)])),
            ("d", zip(&[Entry::stored("b/log.txt", &text)])),
            ("e", zip(&[packed_member])),
        ]);
        let plain = analyse(&folder.path().join("plain.zip"));
        assert!(!plain.files.is_empty(), "log {n}");
        for name in ["a.txt", "b.gz", "c.log", "d", "e"] {
            let packed = analyse(&folder.path().join(name));
            same(&plain, &packed, &format!("log {n} in {name}"));
            assert_eq!(packed.summary.problems.len(), plain.summary.problems.len(), "log {n} in {name}");
        }
    }
}

#[test]
fn a_mixed_folder() {
    let word = zip(&[Entry::stored("[Content_Types].xml", b"<Types/>"), Entry::stored("word/document.xml", b"<w/>")]);
    let customers = zip(&[
        Entry::stored("paarl/maillog.txt", &log(1)),
        Entry::deflated("george/maillog.txt", &log(0)),
        Entry::stored("george/notes.txt", b"call them back"),
        Entry::stored("old.zip", &zip(&[Entry::stored("x", &log(2))])),
    ]);
    let folder = folder(&[
        ("a.log", log(0)),
        ("b.zip", customers),
        ("c/d.gz", gzip(&log(1))),
        ("e.docx", word),
        ("f.7z", b"7z\xBC\xAF\x27\x1C\0\x04".to_vec()),
        ("g.zip", zip(&[])),
    ]);
    let found = analyse(folder.path());
    let in_order = [
        "a.log",
        "b.zip!george/maillog.txt",
        "b.zip!george/notes.txt",
        "b.zip!old.zip",
        "b.zip!paarl/maillog.txt",
        "c/d.gz",
        "e.docx",
        "f.7z",
    ];
    assert_eq!(names(&found, folder.path()), in_order);
    let skipped: Vec<bool> = found.files.iter().map(|file| file.skipped).collect();
    assert_eq!(skipped, [false, false, true, true, false, false, true, true]);
    assert_eq!(found.summary.problems, [""; 0], "what is no log changes nothing");
    let notes = found.summary.notes.join("\n");
    for part in ["old.zip: holds another archive (zip)", "f.7z: a 7-Zip archive", "g.zip: no files in this archive"] {
        assert!(notes.contains(part), "{notes}");
    }
    for threads in [1, 3] {
        let paths = vec![folder.path().into()];
        let again =
            analyse_by(Request { paths, all: true, threads: Some(threads), block: Some(700), ..Request::default() });
        same(&found, &again, "another number of threads");
        assert_eq!(again.files, found.files);
    }
}

#[test]
fn what_was_read_before_the_damage_counts() {
    let whole: Vec<u8> = (0..8).flat_map(log).collect();
    let packed = gzip(&whole);
    let folder = folder(&[("torn.gz", packed[..packed.len() - 100].to_vec()), ("whole.log", whole)]);
    let torn = analyse(&folder.path().join("torn.gz"));
    assert!(torn.totals.tally.transactions > 3, "{:?}", torn.totals);
    assert!(torn.summary.problems[0].contains("torn.gz: the archive is damaged or cut short"), "{:?}", torn.summary);
    assert_eq!(torn.files[0].error.as_ref(), torn.summary.problems.first());

    let mut zipped = zip(&[Entry::stored("a", &log(0)), Entry::deflated("b", &log(1))]);
    std::fs::write(folder.path().join("torn.zip"), &zipped[..zipped.len() - 30]).unwrap();
    let torn = analyse(&folder.path().join("torn.zip"));
    assert!(torn.summary.problems[0].contains("torn.zip: the archive is damaged"), "{:?}", torn.summary);
    // One member only: the other is read.
    zipped[60] ^= 1;
    std::fs::write(folder.path().join("bent.zip"), zipped).unwrap();
    let bent = analyse(&folder.path().join("bent.zip"));
    assert!(
        bent.summary.problems.len() == 1 && bent.summary.problems[0].contains("bent.zip!a: "),
        "{:?}",
        bent.summary
    );
    assert_eq!(bent.files.len(), 2);
}

#[test]
fn a_bomb_is_refused_by_its_limit() {
    let mut text = log(0);
    text.extend(std::iter::repeat_n(b'x', 66 << 20));
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&text).unwrap();
    let lie = Entry { unpacked: Some((u32::MAX, 0)), ..Entry::deflated("a.log", &log(0)) };
    let many: Vec<Entry> = (0..40).map(|n| Entry { name: format!("{n}.log"), ..lie.clone() }).collect();
    let folder = folder(&[("dense.gz", encoder.finish().unwrap()), ("many.zip", zip(&many))]);
    let dense = analyse(&folder.path().join("dense.gz"));
    assert!(
        dense.summary.problems[0].contains("dense.gz: unpacks to more than 250 times its size"),
        "{:?}",
        dense.summary
    );
    assert!(!dense.transactions.is_empty());
    let many = analyse(&folder.path().join("many.zip"));
    assert!(many.summary.problems[0].contains("many.zip: unpacks to more than 16 GiB"), "{:?}", many.summary);
    assert!(many.files.is_empty());
}

#[test]
fn what_stays_packed_says_why() {
    let locked = Entry { encrypted: true, ..Entry::stored("locked.log", &log(0)) };
    let strange = Entry { method: 14, ..Entry::stored("strange.log", &log(0)) };
    let nested = gzip(&gzip(&log(0)));
    let folder = folder(&[
        ("all.zip", zip(&[locked.clone(), Entry { name: "b".into(), ..locked.clone() }])),
        ("some.zip", zip(&[Entry::stored("a.log", &log(0)), locked, strange])),
        ("twice.gz", nested),
    ]);
    let problems = |name: &str| analyse(&folder.path().join(name)).summary.problems;
    assert!(matches!(&problems("all.zip")[..], [one] if one.contains("all.zip: encrypted")));
    let some = problems("some.zip");
    assert!(some.len() == 2 && some[0].contains("some.zip!locked.log: encrypted"), "{some:?}");
    assert!(some[1].contains("some.zip!strange.log: packed in a way"), "{some:?}");
    assert!(problems("twice.gz")[0].contains("twice.gz: holds another archive (gzip), which is not followed"));
}

#[cfg(unix)]
#[test]
fn a_pipe_may_be_packed() {
    let folder = folder(&[("plain.log", log(0))]);
    let fifo = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    let through = |bytes: Vec<u8>| {
        std::thread::scope(|scope| {
            scope.spawn(|| std::fs::write(&fifo, bytes));
            analyse(&fifo)
        })
    };
    same(&analyse(&folder.path().join("plain.log")), &through(gzip(&log(0))), "through a pipe");
    let zipped = through(zip(&[Entry::stored("a", &log(0))]));
    assert!(zipped.summary.problems[0].contains("cannot be read from a pipe"), "{:?}", zipped.summary);
}
