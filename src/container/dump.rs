//! Undoes dumps of what was sent: rows of bytes with their place, and the packets of a capture shown as text.
//!
//! Every dump stays on its lines, and is filled up: only within it have its lines other offsets than in the file.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    coded::{ENOUGH, HEAD, LOOKED_AT, by_line, is_code_of_reply, replies},
    grammar::offset,
};
use crate::{hex, source};

/// Bytes on a line of a dump.
const ROW: usize = 32;
/// A head of a packet has as many bytes at least (RFC 791 and RFC 9293 ask for twenty each; some captures leave one out).
const PACKET_HEAD: usize = 20;
/// The first byte of a packet: version 4, and a head of five words.
const PACKET: u8 = b'E';
/// Of so many packets one holds a reply.
const PACKETS_OF_REPLY: usize = 5;

/// The text without its dumps; `None` where it has none.
pub(super) fn undo(text: &[u8]) -> Option<Vec<u8>> {
    dumps(text).or_else(|| packets(text))
}

/// The text with what was dumped in place of the dumps: the first line of each behind the line above it, the others below,
/// indented.
fn dumps(text: &[u8]) -> Option<Vec<u8>> {
    // The first line of each stands at place 0; few other lines have that word.
    let begins = source::lines_with(text, b"0000").filter(|line| row(line, 0).is_some());
    let mut begins = begins.map(|line| offset(text, line)).peekable();
    begins.peek()?;
    let lines: Vec<source::Line<'_>> = source::lines(text).collect();
    let mut found: Vec<(usize, usize, Vec<u8>)> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let (begin, mut bytes) = (at, Vec::new());
        while begins.next_if(|begin| *begin < lines[at].offset).is_some() {}
        let is_begun = begins.peek() == Some(&lines[at].offset);
        // A trace may write a line of its own behind each row.
        let next = |at: usize, place| {
            let mut lines = (at..=at + usize::from(place > 0)).filter_map(|at| Some((at, lines.get(at)?)));
            lines.find_map(|(at, line)| Some((at + 1, row(line.text, place)?)))
        };
        while let Some((behind, row)) = Some(at).filter(|_| is_begun).and_then(|at| next(at, bytes.len())) {
            bytes.extend(row);
            at = behind;
        }
        if bytes.is_empty() {
            at += 1;
        } else {
            found.push((begin, at, bytes));
        }
    }
    if found.iter().filter(|(.., bytes)| replies(bytes)).count() < ENOUGH {
        return None;
    }
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let mut after = 0;
    for (begin, end, bytes) in found {
        let above = begin.checked_sub(1).filter(|above| *above >= after && !lines[*above].text.trim_ascii().is_empty());
        let first = above.map_or(begin, |_| begin - 1);
        let from = lines[first].offset;
        out.extend_from_slice(&text[out.len()..from]);
        let mut said = bytes.split(|b| *b == b'\n').map(<[u8]>::trim_ascii_end).filter(|said| !said.is_empty());
        for n in first..end {
            let line = &lines[n];
            match said.next() {
                Some(said) if n == first && above.is_some() => {
                    out.extend_from_slice(&[line.text, b" ", said].concat());
                }
                Some(said) => out.extend_from_slice(&[if n == first { b"" } else { &b"  "[..] }, said].concat()),
                None => {}
            }
            let ends = lines.get(n + 1).map_or(text.len(), |next| next.offset);
            if n + 1 == end {
                // More lines than the dump has are those of a message.
                said.by_ref().for_each(|said| out.extend_from_slice(&[b" ", said].concat()));
                out.resize(line.offset + line.text.len(), source::FILL);
            }
            out.extend_from_slice(&text[line.offset + line.text.len()..ends]);
        }
        after = end;
    }
    out.extend_from_slice(&text[out.len()..]);
    Some(out)
}

/// The bytes on a line of a dump: their place, which is this one, pairs of digits, and mostly the same as text.
fn row(line: &[u8], place: usize) -> Option<Vec<u8>> {
    let is_place = |word: &&[u8]| {
        let digits = word.strip_suffix(b":").unwrap_or(word);
        (4..=8).contains(&digits.len())
            && digits.iter().all(u8::is_ascii_hexdigit)
            && std::str::from_utf8(digits).is_ok_and(|digits| usize::from_str_radix(digits, 16) == Ok(place))
    };
    let word = line.split(|b| b" \t".contains(b)).find(is_place)?;
    let behind = offset(line, word) + word.len();
    let rest = &line[behind..];
    let start = rest.iter().take_while(|b| b" \t:".contains(b)).count();
    let (mut bytes, mut at) = (Vec::new(), start);
    let mut ends = vec![start];
    while bytes.len() < ROW
        && let Some(byte) = rest.get(at..).and_then(hex::byte)
    {
        bytes.push(byte);
        at += 2;
        ends.push(at);
        // Some mark the middle of a row: `74-74`.
        at += rest[at..].iter().take_while(|b| b" -".contains(b)).count().min(2);
    }
    // Text may begin with two digits too.
    (1..=bytes.len()).rev().find_map(|count| {
        let shown = rest[ends[count]..].trim_ascii();
        let dot = |byte: &u8| if (b' '..=b'~').contains(byte) { *byte } else { b'.' };
        let plain: Vec<u8> = bytes[..count].iter().map(dot).collect();
        let marks = shown.strip_prefix(b"|").and_then(|shown| shown.strip_suffix(b"|"));
        let shown = marks.or_else(|| shown.strip_prefix(b": ")).unwrap_or(shown);
        (shown.is_empty() || shown.trim_ascii() == plain.trim_ascii()).then(|| bytes[..count].to_vec())
    })
}

/// The text without the heads of packets, which a capture shows as text: in each packet as many bytes stand before what was
/// said, and hardly two heads are alike.
fn packets(text: &[u8]) -> Option<Vec<u8>> {
    let lines = || source::lines(text).take(LOOKED_AT).map(|line| &line.text[..line.text.len().min(HEAD)]);
    // Most logs have no line that begins as a packet does.
    lines().find(|line| line.first() == Some(&PACKET))?;
    let mut heads: BTreeMap<usize, Vec<&[u8]>> = BTreeMap::new();
    let mut plain = 0;
    for line in lines() {
        let said = (1..line.len()).filter(|at| is_code_of_reply(&line[*at..]) && replies(&line[*at..]));
        for at in said {
            match is_packet(line, at) {
                true => heads.entry(at).or_default().push(&line[..at]),
                false => plain += usize::from(line[at - 1] == b' '),
            }
        }
    }
    let (place, heads) = heads.into_iter().max_by_key(|(_, heads)| heads.len())?;
    let packets = lines().filter(|line| is_packet(line, place)).count();
    let different = heads.iter().collect::<BTreeSet<_>>().len();
    let proved = different > ENOUGH && heads.len() > plain && heads.len() * PACKETS_OF_REPLY >= packets;
    (proved && different * 2 > heads.len()).then(|| {
        by_line(text, |line| match is_packet(line, place) {
            true => [&vec![b' '; place], &line[place..]].concat().into(),
            false => line.into(),
        })
    })
}

/// The line begins with the head of a packet (RFC 791: version 4, five words), whose bytes are mostly no text, and the packet's
/// text at this place.
fn is_packet(line: &[u8], place: usize) -> bool {
    line.first() == Some(&PACKET)
        && place >= PACKET_HEAD
        && line.len() >= place
        && memchr::memmem::find(&line[..place], b"..").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Vec<String> {
        let undone = undo(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
        assert_eq!(undone.len(), text.len());
        source::lines(&undone).map(|line| String::from_utf8(line.text.to_vec()).unwrap()).collect()
    }

    #[test]
    fn a_dump_stands_behind_the_line_above_it() {
        let log = "<< 22 bytes\n00000000  32 32 30 20 6d 61 69 6c  20 45 53 4d 54 50 0d 0a  |220 mail ESMTP..|\n>> 6\n\
                   00000000  51 55 49 54 0d 0a                                 |QUIT..|\n<< 21\n\
                   0000: 3235 302d 610d 0a32 3530 2062 0d0a  250-a..250 b..\n";
        assert_eq!(plain(log), ["<< 22 bytes 220 mail ESMTP", "", ">> 6 QUIT", "", "<< 21 250-a", "  250 b"]);
        // A line of the trace stands behind each row.
        let log = "N 0 : [51] 00000000 : 32 32 30 20 6D 61 69 6C : 220 mail\n  at=1\nN 0 : [51] 00000008 : 20 45 0D 0A             :  E..\n\
                   N 0 : [51] 00000000 : 32 35 30 20 6D 0D 0A    : 250 m..\n  at=2\n";
        assert_eq!(plain(log), ["220 mail E", "", "", "250 m", "  at=2"]);
    }

    #[test]
    fn heads_of_packets_are_no_text() {
        let head = "E..<.@..@.V.....7..";
        let packet = |n: usize, text: &str| format!("10:00:0{n} IP a > b: length {n}\n{head}{n}x{n}.P...{text}\n");
        let said = ["220 mail ESMTP", "EHLO pc", "250 mail", "MAIL FROM:<a@b.c>", "250 ok"];
        let log: String = said.iter().enumerate().map(|(n, text)| packet(n, text)).collect();
        let undone = plain(&log);
        let lines: Vec<&str> = undone.iter().map(|line| line.trim_start()).collect();
        assert_eq!((lines[1], lines[3], lines[9]), ("220 mail ESMTP", "EHLO pc", "250 ok"));
        // Where a capture tells what was said already, it is not told twice.
        assert_eq!(packets(log.replace("length", "SMTP: 250 ok").as_bytes()), None);
    }
}
