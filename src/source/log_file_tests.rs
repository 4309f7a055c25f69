use std::io::Write;

use proptest::{prelude::*, test_runner::RngSeed};
use tempfile::NamedTempFile;

use super::super::lines::{FILL, capped};
use super::*;

/// A line as everyone must see it: place in the log, text, full length.
type Blocks = (u64, Vec<u8>, usize);

/// The same by the plainest means.
fn reference(text: &[u8], cap: usize) -> Vec<Blocks> {
    let (mut seen, mut start) = (Vec::new(), 0);
    while start < text.len() {
        let len = text[start..].iter().position(|byte| b"\r\n".contains(byte)).unwrap_or(text.len() - start);
        let line = &text[start..start + len];
        let shown = if len > cap { capped(line, cap) } else { line };
        let end = shown.iter().rposition(|byte| *byte != FILL).map_or(0, |last| last + 1);
        seen.push((start as u64, shown[..end].to_vec(), len));
        start += len + if text[start + len..].starts_with(b"\r\n") { 2 } else { 1 };
    }
    seen
}

fn seen(log: &mut Log) -> Vec<Blocks> {
    let mut seen = Vec::new();
    while let Some(block) = log.next_block().unwrap() {
        assert!(!block.is_empty());
        seen.extend(block.lines().map(|line| (block.offset + line.offset as u64, line.text.to_vec(), line.full_len)));
    }
    assert!(log.next_block().unwrap().is_none());
    seen
}

fn file(bytes: &[u8]) -> (NamedTempFile, Input) {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let input = Input::File(file.path().to_path_buf());
    (file, input)
}

fn options(mmap: bool, block: usize) -> ReadOptions {
    ReadOptions { mmap, block, min_map: 0, settle: Duration::ZERO, ..ReadOptions::default() }
}

fn open(bytes: &[u8]) -> Log {
    let (_file, input) = file(bytes);
    Log::open(&input, &ReadOptions::default()).unwrap()
}

/// Gives as little at a time as it likes.
struct Drip(Cursor<Vec<u8>>, usize);

impl Read for Drip {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let len = out.len().min(self.1);
        self.0.read(&mut out[..len])
    }
}

fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        3 => Just(b"\n".to_vec()),
        3 => Just(b"\r".to_vec()),
        3 => Just(b"\r\n".to_vec()),
        1 => Just(vec![0]),
        1 => Just("ä€😀".as_bytes().to_vec()),
        2 => prop::collection::vec(any::<u8>(), 0..4),
        4 => (0..40_usize).prop_map(|len| vec![b'x'; len]),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, rng_seed: RngSeed::Fixed(23), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_road_and_block_size_gives_the_same_lines(
        text in pieces(), block in 1..90_usize, cap in 1..20_usize, drip in 1..30_usize,
    ) {
        let want = reference(&text, cap);
        let (_file, input) = file(&[b"\xEF\xBB\xBF", &text[..]].concat());
        for mmap in [false, true] {
            let mut log = Log::open_capped(&input, &options(mmap, block), cap).unwrap();
            prop_assert_eq!(log.is_mapped(), mmap);
            prop_assert_eq!(&seen(&mut log), &want, "mmap {}", mmap);
        }
        let from = Drip(Cursor::new([b"\xEF\xBB\xBF", &text[..]].concat()), drip);
        let mut log = Log::pipe("-".into(), Box::new(from), &options(true, block), cap).unwrap();
        prop_assert_eq!(&seen(&mut log), &want, "stream");
        prop_assert_eq!(log.sample(), text);
    }

    #[test]
    fn utf16_gives_the_lines_of_utf8(text in "[a-z\r\n\0ä€😀]{0,200}", block in 1..90_usize) {
        let want = reference(text.as_bytes(), 16);
        let units = format!("\u{FEFF}{text}");
        let little = units.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        let big = units.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
        for (raw, encoding) in [(little, Encoding::Utf16Le), (big, Encoding::Utf16Be)] {
            let (_file, input) = file(&raw);
            let mut log = Log::open_capped(&input, &options(true, block), 16).unwrap();
            prop_assert_eq!(log.encoding(), encoding);
            prop_assert!(!log.is_mapped());
            prop_assert_eq!(log.sample(), text.as_bytes());
            prop_assert_eq!(&seen(&mut log), &want);
        }
    }
}

#[test]
fn encodings_are_told() {
    assert_eq!(open(b"220 ready\r\n").encoding(), Encoding::Utf8);
    assert_eq!(open("Müller\r\n".as_bytes()).encoding(), Encoding::Utf8);
    assert_eq!(open(b"M\xFCller\r\n").encoding(), Encoding::Windows1252);
    assert_eq!(open(b"\xFF\xFEa\0\n\0").encoding(), Encoding::Utf16Le);
    // A single late line decides too, for it is in the tail.
    let late = [&b"250 OK\r\n".repeat(60_000)[..], b"Andr\xE9\r\n"].concat();
    assert_eq!(open(&late).encoding(), Encoding::Windows1252);
}

#[test]
fn an_empty_file_is_no_error() {
    let mut log = open(b"");
    assert_eq!((log.size(), log.sample(), log.encoding()), (Some(0), &b""[..], Encoding::Utf8));
    assert!(log.modified().is_some());
    assert!(seen(&mut log).is_empty());
}

#[test]
fn only_large_settled_files_are_mapped() {
    let (file, input) = file(&b"250 OK\r\n".repeat(100));
    let small = ReadOptions { min_map: 800, ..ReadOptions::default() };
    let is_mapped = |options: &ReadOptions| Log::open(&input, options).unwrap().is_mapped();
    assert!(!is_mapped(&small), "written just now");
    file.as_file().set_modified(SystemTime::now() - Duration::from_secs(601)).unwrap();
    assert!(is_mapped(&small));
    assert!(!is_mapped(&ReadOptions { mmap: false, ..small.clone() }));
    assert!(!is_mapped(&ReadOptions { min_map: 801, ..small.clone() }));
    file.as_file().set_modified(SystemTime::now() + Duration::from_secs(3600)).unwrap();
    assert!(!is_mapped(&small), "a wrong clock proves nothing");
}

#[test]
fn the_sample_of_a_large_log_has_whole_lines_of_head_middle_and_tail() {
    let text: String = (0..50_000).map(|line| format!("line {line:06}\r\n")).collect();
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for raw in [text.as_bytes(), &utf16] {
        let log = open(raw);
        let sample = String::from_utf8(log.sample().to_vec()).unwrap();
        let numbers: Vec<usize> = sample
            .split_terminator("\r\n")
            .map(|line| line.strip_prefix("line ").filter(|digits| digits.len() == 6).unwrap().parse().unwrap())
            .collect();
        assert!(numbers.is_sorted());
        assert!(numbers.contains(&0) && numbers.contains(&25_000) && numbers.contains(&49_999));
    }
    let from = Box::new(Cursor::new(text.clone().into_bytes()));
    let log = Log::pipe("-".into(), from, &ReadOptions::default(), LINE_CAP).unwrap();
    assert!(log.sample().len() <= 64 * 1024 && text.as_bytes().starts_with(log.sample()));
}

#[test]
fn the_fingerprint_is_of_the_decoded_beginning() {
    let text = "220 ready\r\n".repeat(1000);
    let first = open(text.as_bytes()).fingerprint();
    assert_eq!(first, open(&text.as_bytes()[..5000]).fingerprint());
    assert_eq!(first, open(&[b"\xEF\xBB\xBF", text.as_bytes()].concat()).fingerprint());
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(first, open(&utf16).fingerprint());
    assert_ne!(first, open(&text.as_bytes()[1..]).fingerprint());
    assert_eq!(open(b"a").fingerprint(), 0xaf63_dc4c_8601_ec8c, "FNV-1a, for ever");
}

#[test]
fn an_endless_line_costs_no_memory() {
    let from = io::repeat(b'x').take(300 << 20).chain(&b"\r\nnext\n"[..]);
    let options = ReadOptions { block: 1 << 20, ..ReadOptions::default() };
    let mut log = Log::pipe("-".into(), Box::new(from), &options, LINE_CAP).unwrap();
    let block = log.next_block().unwrap().unwrap();
    assert_eq!((block.len(), block.dropped()), (LINE_CAP, (300 << 20) - LINE_CAP as u64));
    assert_eq!(block.lines().next().unwrap().full_len, 300 << 20);
    let block = log.next_block().unwrap().unwrap();
    assert_eq!((block.offset, &block[..]), ((300 << 20) + 2, &b"next\n"[..]));
    assert!(log.next_block().unwrap().is_none());
}

#[test]
fn a_failure_comes_after_what_was_read() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::ConnectionReset.into())
        }
    }
    let from = Cursor::new(b"250 OK\n".repeat(40_000)).chain(Broken);
    let options = ReadOptions { block: 1 << 20, ..ReadOptions::default() };
    let mut log = Log::pipe("-".into(), Box::new(from), &options, LINE_CAP).unwrap();
    assert_eq!(log.next_block().unwrap().unwrap().len(), 280_000);
    assert!(matches!(log.next_block(), Err(SourceError { why: Why::Read(_), .. })));
    assert!(log.next_block().unwrap().is_none());
}

#[test]
fn a_file_that_shrinks_gives_what_is_left_and_says_so() {
    for mmap in [false, true] {
        let (file, input) = file(&b"250 OK\n".repeat(40_000));
        let mut log = Log::open(&input, &options(mmap, 4096)).unwrap();
        let mut read = log.next_block().unwrap().unwrap().len();
        // Windows refuses to cut a mapped file.
        if file.as_file().set_len(279_999).is_err() {
            continue;
        }
        let end = loop {
            match log.next_block() {
                Ok(Some(block)) => read += block.len(),
                other => break other,
            }
        };
        assert!(
            matches!(end, Err(SourceError { why: Why::Shrunk { read: 279_999, expected: 280_000 }, .. })),
            "{mmap} {end:?}"
        );
        assert!(read >= 279_999);
    }
}

#[test]
fn a_small_log_is_read_again_without_the_disk() {
    let utf16: Vec<u8> = "\u{feff}220 ready\r\n221 bye\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [&b"220 ready\r\n221 bye\r\n"[..], &utf16] {
        let mut log = open(bytes);
        let lines: Vec<_> = seen(&mut log).into_iter().map(|(_, line, _)| line).collect();
        let again: Vec<_> = seen(&mut log.again().unwrap()).into_iter().map(|(_, line, _)| line).collect();
        assert_eq!((lines.len(), &lines), (2, &again));
    }
    assert!(open(&b"250 OK\n".repeat(40_000)).again().is_none());
}

#[test]
fn what_cannot_be_opened_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let open = |path: &Path| Log::open(&Input::File(path.to_path_buf()), &ReadOptions::default()).err();
    assert!(matches!(open(folder.path()), Some(SourceError { why: Why::IsDirectory, .. })));
    assert!(matches!(open(&folder.path().join("none.txt")), Some(SourceError { why: Why::Missing, .. })));
}

#[cfg(unix)]
#[test]
fn a_pipe_is_a_stream() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    let writer = std::thread::spawn({
        let path = path.clone();
        move || std::fs::write(path, "220 ready\n221 bye").unwrap()
    });
    let mut log = Log::open(&Input::File(path), &ReadOptions::default()).unwrap();
    assert_eq!((log.size(), log.modified()), (None, None));
    assert_eq!(seen(&mut log).len(), 2);
    writer.join().unwrap();
}

/// The test starts itself: the signal ends a process.
#[cfg(target_os = "linux")]
#[test]
fn a_file_cut_short_under_its_map_is_a_sentence_and_status_2() {
    const CHILD: &str = "MTMLOG_TEST_CUT_SHORT";
    if std::env::var_os(CHILD).is_some() {
        let (file, input) = file(&b"250 OK\n".repeat(40_000));
        let mut log = Log::open(&input, &options(true, 4096)).unwrap();
        assert!(log.is_mapped());
        file.as_file().set_len(1).unwrap();
        drop(file);
        while log.next_block().unwrap().is_some() {}
        return;
    }
    let name = format!("{}::a_file_cut_short_under_its_map_is_a_sentence_and_status_2", module_path!());
    let name = name.split_once("::").unwrap().1;
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args([name, "--exact", "--nocapture"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("mtmlog: a log was cut short"), "{output:?}");
}
