use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};

use super::*;

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn deflate(text: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// What came out, and how it ended; asked a second time, the end is the same.
fn drain(mut stream: Stream) -> (Vec<u8>, Option<Refusal>) {
    let mut out = Vec::new();
    let mut end = || {
        let error = stream.read_to_end(&mut out).err()?;
        error.get_ref().and_then(|inner| inner.downcast_ref::<Refusal>()).copied()
    };
    let first = end();
    assert_eq!(end(), first);
    (out, first)
}

fn unpacked(packing: Packing, bytes: Vec<u8>) -> (Vec<u8>, Option<Refusal>) {
    drain(unpack(packing, Box::new(Cursor::new(bytes))).unwrap())
}

const TEXT: &[u8] = b"220 mail.example.co.za ESMTP\r\n";

#[test]
fn streams_one_after_the_other_are_one() {
    let twice = [TEXT, TEXT].concat();
    assert_eq!(unpacked(Packing::Gzip, [gzip(TEXT), gzip(TEXT)].concat()), (twice.clone(), None));
    let frame = zstd::encode_all(TEXT, 3).unwrap();
    assert_eq!(unpacked(Packing::Zstd, [frame.clone(), frame].concat()), (twice, None));
}

#[test]
fn what_came_before_the_damage_is_kept() {
    let text: Vec<u8> =
        (0..20_000_u32).flat_map(|n| format!("{}\n", n.wrapping_mul(2_654_435_761)).into_bytes()).collect();
    for (packing, mut bytes) in [(Packing::Gzip, gzip(&text)), (Packing::Zstd, zstd::encode_all(&text[..], 3).unwrap())]
    {
        bytes.truncate(bytes.len() - 9);
        let (out, end) = unpacked(packing, bytes);
        assert_eq!(end, Some(Refusal::Damaged));
        assert!(text.starts_with(&out) && (packing == Packing::Zstd || out.len() > 100_000), "{} bytes", out.len());
    }
}

#[test]
fn a_member_must_be_what_the_list_says() {
    let (packed, crc) = (deflate(TEXT), crc_of(TEXT));
    let out = |size, crc, packed: &[u8]| {
        let promise = Promise { size, crc };
        drain(unpack_member(Method::Deflate, Box::new(Cursor::new(packed.to_vec())), promise).unwrap()).1
    };
    let size = TEXT.len() as u64;
    assert_eq!(out(size, crc, &packed), None);
    assert_eq!(out(size - 1, crc, &packed), Some(Refusal::Damaged));
    assert_eq!(out(size + 1, crc, &packed), Some(Refusal::Damaged));
    assert_eq!(out(size, crc + 1, &packed), Some(Refusal::Damaged));
    assert_eq!(out(size, crc, &packed[..packed.len() - 2]), Some(Refusal::Damaged));
}

fn crc_of(text: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(text);
    crc.sum()
}

#[test]
fn a_bomb_is_left_before_it_does_harm() {
    let limits = Limits { free: 100_000, ratio: 250, most: 5_000_000 };
    let open = |packing, bytes| drain(unpack_within(packing, Box::new(Cursor::new(bytes)), limits).unwrap());
    let (out, end) = open(Packing::Gzip, gzip(&vec![b'x'; 3_000_000]));
    assert_eq!(end, Some(Refusal::Dense(250)));
    assert!(out.len() < 3_000_000, "{} bytes", out.len());
    // Short enough to be a log that repeats itself.
    assert_eq!(open(Packing::Zstd, zstd::encode_all(&[b'x'; 99_000][..], 3).unwrap()).1, None);
    let noise: Vec<u8> = (0..6_000_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    assert_eq!(open(Packing::Gzip, gzip(&noise)).1, Some(Refusal::Large(5_000_000)));
}

#[test]
fn a_large_window_is_refused() {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(27).unwrap();
    encoder.write_all(TEXT).unwrap();
    let (out, end) = unpacked(Packing::Zstd, encoder.finish().unwrap());
    assert_eq!((out.len(), end), (0, Some(Refusal::Window(32 << 20))));
}

#[test]
fn other_kinds_are_named() {
    let refused = |packing| unpack(packing, Box::new(Cursor::new(Vec::new()))).err().unwrap().to_string();
    assert!(refused(Packing::Zip).contains("pipe"));
    assert!(refused(Packing::Other("7-Zip")).contains("7-Zip"));
}
