//! Bytes that nobody would write: the readers of lines, the redactor, archives and TOML end with an answer, whatever they
//! are given. No clock decides anything: so many rounds, with the same numbers in every run. More rounds, such as
//! `MTMLOG_FUZZ_ROUNDS=20000`, for a night.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

#[allow(dead_code, reason = "the suite uses all of it")]
#[path = "../suite/common/lot.rs"]
mod lot;

use lot::Lot;

use std::{fs, io::Write, path::PathBuf};

use mtmlog::{
    Request,
    dialect::{self, DIALECTS, Profile},
    knowledge::Knowledge,
    redact::{Level, Redactor},
    source::{self, Sensitive},
};

fn rounds(usual: usize) -> usize {
    let wanted = std::env::var("MTMLOG_FUZZ_ROUNDS").ok().and_then(|rounds| rounds.parse().ok());
    wanted.unwrap_or(usual)
}

/// At most so many bytes of any value.
fn random(lot: &mut Lot, most: usize) -> Vec<u8> {
    (0..lot.below(most)).map(|_| u8::try_from(lot.below(256)).unwrap()).collect()
}

/// Bytes turned around, torn, doubled and mixed with marks that mean something.
fn mutated(lot: &mut Lot, bytes: &[u8]) -> Vec<u8> {
    const MARKS: &[&[u8]] = &[
        b"\r\n",
        b"\n",
        b"\0",
        b"\xff\xfe",
        b"\"",
        b"\\",
        b"{\"",
        b"<",
        b"&quot;",
        b"password=",
        b"AUTH PLAIN ",
        b"334 ",
        b"DATA\r\n",
        b"\r\n.\r\n",
        b"250-",
        b"=?utf-8?B?",
        b"%41%42",
        b"\\u0041",
        b"\xe2\x80\xae",
        b"://",
        b"[[line]]\n",
        b"0000: 41 42 43 ",
        b"PK\x03\x04",
        b"\x1f\x8b\x08",
        b"'''",
        b"9999999999999999999999",
    ];
    let mut out = bytes.to_vec();
    for _ in 0..=lot.below(6) {
        let at = lot.below(out.len() + 1);
        match lot.below(6) {
            0 => out.truncate(at),
            1 => drop(out.splice(at..at, random(lot, 12))),
            2 => drop(out.splice(at..at, MARKS[lot.below(MARKS.len())].iter().copied())),
            3 => {
                let to = (at + lot.below(40)).min(out.len());
                let piece = out[at..to].to_vec();
                let place = lot.below(out.len() + 1);
                drop(out.splice(place..place, piece));
            }
            4 => drop(out.drain(at..(at + lot.below(30)).min(out.len()))),
            _ => {
                if let Some(byte) = out.get_mut(at) {
                    *byte ^= 1 << lot.below(8);
                }
            }
        }
    }
    out
}

/// Something like a log.
fn log(lot: &mut Lot) -> Vec<u8> {
    let sample = DIALECTS[lot.below(DIALECTS.len())].sample.as_bytes();
    let other = DIALECTS[lot.below(DIALECTS.len())].sample.as_bytes();
    match lot.below(4) {
        0 => random(lot, 400),
        1 => mutated(lot, &[sample, other].concat()),
        _ => mutated(lot, sample),
    }
}

fn request(path: PathBuf) -> Request {
    Request { paths: vec![path.into()], all: true, ..Request::default() }
}

#[test]
fn readers_of_lines() {
    let mut lot = Lot::new(0x9E37_79B9_7F4A_7C15);
    for _ in 0..rounds(400) {
        let log = log(&mut lot);
        for line in source::lines(&log) {
            for dialect in DIALECTS.iter() {
                let _ = dialect.read(line.text);
            }
        }
        let lines: Vec<&[u8]> = source::lines(&log).map(|line| line.text).collect();
        let _ = dialect::detect(&lines, &log);
        let _ = dialect::learn(lines.iter().copied(), true);
    }
}

#[test]
fn redactor() {
    let mut lot = Lot::new(0xD1B5_4A32_D192_ED03);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("emailout.txt");
    for _ in 0..rounds(60) {
        let log = log(&mut lot);
        for level in [Level::Secrets, Level::Personal] {
            let shown = Redactor::new(level).text(&Sensitive::new(&log));
            assert!(!shown.as_str().chars().any(char::is_control));
            fs::write(&path, &log).unwrap();
            let mut copy = Vec::new();
            // As many records as the log has, or an error.
            mtmlog::redact(&request(path.clone()), level, &mut copy).unwrap();
        }
    }
}

#[test]
fn archives() {
    let mut lot = Lot::new(0xA076_1D64_78BD_642F);
    let folder = tempfile::tempdir().unwrap();
    let sample = DIALECTS[0].sample.as_bytes();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(sample).unwrap();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file(
        "logs/emailout.txt",
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored),
    )
    .unwrap();
    zip.write_all(sample).unwrap();
    let archives = [packed.finish().unwrap(), zstd::encode_all(sample, 1).unwrap(), zip.finish().unwrap().into_inner()];
    let path = folder.path().join("logs.zip");
    for _ in 0..rounds(60) {
        let archive = lot.below(archives.len());
        fs::write(&path, mutated(&mut lot, &archives[archive])).unwrap();
        let mut copy = Vec::new();
        mtmlog::redact(&request(path.clone()), Level::Personal, &mut copy).unwrap();
    }
}

#[test]
fn toml() {
    let mut lot = Lot::new(0xE703_7ED1_A0B4_28DB);
    const FACTS: &str =
        "[[reply]]\ncause = \"auth.rejected\"\nphrase = \"KuduHerd7\"\nsource = \"x\"\n\n[[cause]]\ncode = \"x\"\n";
    const PROFILE: &str = "name = \"KuduHerd7\"\n[[line]]\nkind = \"server\"\ntemplate = \"{date} {time} R: {text}\"\n";
    let hostile = [
        format!("{}x{}", "[".repeat(5_000), "]".repeat(5_000)),
        format!("a = {}", "[".repeat(20_000)),
        format!("{}=1", "a.".repeat(20_000)),
        format!("a = \"{}\"", "\\u0041".repeat(20_000)),
        "[[line]]\n".repeat(5_000),
        format!("template = \"{}\"", "{text}".repeat(5_000)),
    ];
    for text in &hostile {
        let _ = Knowledge::with_overlay(text);
        let _ = Profile::from_toml(text);
    }
    for round in 0..rounds(300) {
        let from = [FACTS, PROFILE][round % 2];
        let text = String::from_utf8_lossy(&mutated(&mut lot, from.as_bytes())).into_owned();
        if let Err(error) = Profile::from_toml(&text) {
            assert!(!error.to_string().contains("KuduHerd7"), "{text}: {error}");
        }
        // Each good file of facts is laid over all of ours, which takes long.
        if round % 20 == 0 {
            let _ = Knowledge::with_overlay(&text);
        }
    }
}
