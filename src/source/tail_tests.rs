use std::io::Write;

use super::*;

struct Watched {
    folder: tempfile::TempDir,
    tail: Tail,
}

impl Watched {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let tail = Tail::new(&folder.path().join("log.txt"));
        Watched { folder, tail }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, text: &[u8]) {
        fs::write(self.path("log.txt"), text).unwrap();
    }

    fn append(&self, text: &[u8]) {
        let mut file = fs::OpenOptions::new().append(true).open(self.path("log.txt")).unwrap();
        file.write_all(text).unwrap();
    }

    /// What a look says, and the lines that it or the reading brings.
    fn look(&mut self) -> (String, Vec<String>) {
        let mut lines = Vec::new();
        let mut each = |block: Block| {
            for line in block.lines() {
                lines.push(format!("{} {}", block.offset + line.offset as u64, String::from_utf8_lossy(line.text)));
            }
        };
        let look = self.tail.look(&mut each);
        if matches!(look, TailChange::Grown | TailChange::Anew(_)) {
            self.tail.read(&mut each).unwrap();
        }
        (format!("{look:?}"), lines)
    }

    fn lines(&mut self) -> Vec<String> {
        self.look().1
    }
}

#[test]
fn what_is_added_comes_once_and_whole() {
    let mut log = Watched::new();
    assert_eq!(log.look().0, "Missing");
    log.write(b"one\r\ntw");
    assert_eq!(log.look(), ("Anew(Appeared)".into(), vec!["0 one".into()]));
    assert_eq!(log.tail.torn(), b"tw");
    assert_eq!(log.look().0, "Same");
    log.append(b"o\r\nthree\r");
    assert_eq!(log.lines(), ["5 two"]);
    log.append(b"\n");
    assert_eq!(log.lines(), ["10 three"]);
    assert_eq!(log.tail.torn(), b"");
}

#[test]
fn an_emptied_file_begins_anew() {
    let mut log = Watched::new();
    log.write(b"one\ntwo\n");
    assert_eq!(log.lines().len(), 2);
    log.write(b"three\n");
    assert_eq!(log.look(), ("Anew(Emptied)".into(), vec!["0 three".into()]));
    // As long as before or longer, and yet another one.
    log.write(b"four, which is longer\n");
    assert_eq!(log.look(), ("Anew(Replaced)".into(), vec!["0 four, which is longer".into()]));
}

#[test]
fn a_file_that_goes_and_comes_begins_anew_even_with_the_same_words() {
    let mut log = Watched::new();
    log.write(b"one\n");
    assert_eq!(log.lines(), ["0 one"]);
    fs::remove_file(log.path("log.txt")).unwrap();
    assert_eq!((log.look().0, log.look().0), ("Missing".into(), "Missing".into()));
    log.write(b"one\n");
    assert_eq!(log.look(), ("Anew(Appeared)".into(), vec!["0 one".into()]));
}

#[test]
fn the_end_of_a_renamed_log_is_read_before_the_new_one() {
    for gap in [false, true] {
        let mut log = Watched::new();
        let old: String = (0..40).map(|n| format!("line {n}\n")).collect();
        log.write(old.as_bytes());
        assert_eq!(log.lines().len(), 40);
        log.append(b"the last\n");
        fs::rename(log.path("log.txt"), log.path("log.1")).unwrap();
        let mut seen = Vec::new();
        if gap {
            seen.push(log.look());
        }
        log.write(b"the first\n");
        seen.push(log.look());
        let looks: Vec<&str> = seen.iter().map(|(look, _)| look.as_str()).collect();
        assert_eq!(looks, if gap { vec!["Missing", "Anew(Appeared)"] } else { vec!["Anew(Replaced)"] });
        let lines: Vec<String> = seen.into_iter().flat_map(|(_, lines)| lines).collect();
        assert_eq!(lines, ["310 the last", "0 the first"]);
    }
}

#[test]
fn utf16_comes_in_any_pieces() {
    let text = "\u{feff}Grüße 😀\r\nzwei\r\n";
    let raw: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for step in [1, 3, 7] {
        let mut log = Watched::new();
        log.write(b"");
        let mut lines = Vec::new();
        for piece in raw.chunks(step) {
            log.append(piece);
            lines.extend(log.lines());
        }
        assert_eq!(lines, ["0 Grüße 😀", "14 zwei"], "in steps of {step}");
    }
}

#[test]
fn a_line_without_end_costs_no_more_than_its_cap() {
    let mut log = Watched::new();
    log.write(b"first\n");
    let mut seen = log.lines();
    for _ in 0..5 {
        log.append(&[b'x'; LINE_CAP / 2]);
        seen.extend(log.lines());
        assert!(log.tail.torn().len() <= LINE_CAP);
    }
    log.append(b"yy\nlast\n");
    seen.extend(log.lines());
    let lengths: Vec<usize> = seen.iter().map(String::len).collect();
    let last = format!("{} last", 6 + LINE_CAP * 5 / 2 + 3);
    assert_eq!(lengths, [7, 2 + LINE_CAP, last.len()]);
    assert!(seen[1].starts_with("6 xxx") && seen[2] == last, "{}", seen[2]);
}
