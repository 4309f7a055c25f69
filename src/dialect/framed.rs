//! A known handwriting inside another program's frame: each line of it behind a stamp, a level, a file's name or a line
//! number of whoever wrote it down, or as one field of CSV or JSON lines.
//!
//! The frame is a line template; what is in its `{text}` is read as the known dialect. Lines outside the frame (the rest of a
//! record of several lines) are read as they are.

use std::{borrow::Cow, collections::BTreeSet};

use super::{
    Dialect, Line, Read, Side, What, detect,
    escape::closing_quote,
    learned::token::tokens,
    template::{Hole, Piece, Template},
};

/// A dialect and what stands around its lines.
pub struct Framed {
    frame: Template,
    inner: &'static Dialect,
    /// The inner dialect writes no stamps of its own, so that the frame's are the log's.
    stamps: bool,
}

impl Framed {
    /// Reads one line.
    #[inline]
    pub(super) fn read<'a>(&self, line: &'a [u8]) -> Line<'a> {
        let Some(found) = self.frame.matches(line) else { return self.inner.read(line) };
        let mut read = self.inner.read(found.text);
        if self.stamps {
            read.stamp = found.time;
        }
        read
    }

    /// The dialect inside.
    #[must_use]
    pub fn inner(&self) -> &'static Dialect {
        self.inner
    }
}

/// A framed dialect is taken only where it explains this much of the lines.
const ENOUGH: f64 = 0.5;
/// And this much more than the best dialect without a frame.
const BETTER: f64 = 0.2;
/// A log in which no server is heard, such as that of a name that was not found, must be explained this far.
const CERTAIN: f64 = 0.9;
/// Replies that stand in a log without any command: a refusal to begin.
const ALONE: usize = 2;
/// No frame is longer than this before the text.
const HEAD: usize = 160;
/// Lines whose beginnings are tried as frames.
const TRIED: usize = 8;
/// A frame stands around this share of the lines, of ten.
const MOST: usize = 6;

/// The dialect inside a frame, where that explains the lines much better than `bare`, the score of the best dialect
/// without one; with its own score.
#[must_use]
pub fn framed(lines: &[&[u8]], bare: f64) -> Option<(Dialect, f64)> {
    // What is indented goes on with the record before.
    let mut records: Vec<&[u8]> =
        lines.iter().copied().filter(|line| !line.first().is_some_and(u8::is_ascii_whitespace)).collect();
    if records.is_empty() {
        records = lines.to_vec();
    }
    let mut candidates: Vec<(usize, Template)> = templates(lines)
        .into_iter()
        .map(|frame| (records.iter().filter(|line| frame.matches(line).is_some()).count(), frame))
        .filter(|(hits, _)| hits * 10 >= records.len() * MOST)
        .collect();
    // What matches more lines first; of those that match the same, whole fields, then what leaves the dialect its own stamps.
    let open = |frame: &Template| frame.pieces().last() == Some(Piece::Hole(Hole::Text));
    candidates.sort_by_key(|(hits, frame)| (std::cmp::Reverse(*hits), open(frame), frame.weight()));
    let mut best: Option<(bool, f64, Template, &'static Dialect)> = None;
    for (_, frame) in candidates {
        let inside = lines.iter().map(|line| frame.matches(line).map_or(*line, |found| found.text));
        let inside: Vec<&[u8]> = inside.filter(|line| !line.trim_ascii().is_empty()).collect();
        let found = detect(&inside, b"");
        let Some(inner) = found.dialect.filter(|dialect| dialect.marks.sides()) else { continue };
        let speaks = speaks(inner, &inside);
        if !speaks && (found.score < CERTAIN || !tries(inner, &inside)) {
            continue;
        }
        if best.as_ref().is_none_or(|(heard, score, ..)| (speaks, found.score) > (*heard, *score + 0.01)) {
            best = Some((speaks, found.score, frame, inner));
        }
    }
    let (_, score, frame, inner) = best.filter(|(_, score, ..)| *score >= ENOUGH && *score >= bare + BETTER)?;
    Some((dialect(frame, inner, lines), score))
}

fn dialect(frame: Template, inner: &'static Dialect, lines: &[&[u8]]) -> Dialect {
    let own = |line: &&[u8]| frame.matches(line).is_some_and(|found| !inner.read(found.text).stamp.is_empty());
    let stamps = frame.has(Hole::Time) && !lines.iter().any(own);
    Dialect {
        name: Cow::Owned(format!("framed-{}", inner.name)),
        title: "a known dialect inside another program's lines",
        sample: "",
        marks: inner.marks,
        line_end: inner.line_end,
        utc: inner.utc && !stamps,
        signature: inner.signature,
        read: Read::Framed(Framed { frame, inner, stamps }),
    }
}

/// A dialogue is heard, or a whole mail is told of. A server that speaks to nobody has the mark of another handwriting, cut
/// in two: `<< 250` behind a frame that ends in `<`.
fn speaks(dialect: &Dialect, lines: &[&[u8]]) -> bool {
    let (mut replies, mut commands) = (0, 0);
    for line in lines {
        match dialect.read(line).what {
            What::Turn(Side::Server) | What::Outcome(_) => return true,
            What::Server(..) => replies += 1,
            What::Client(..) => commands += 1,
            _ => {}
        }
    }
    replies > 0 && (commands > 0 || replies <= ALONE)
}

/// The writer names a connection, so that these are not just any program's words about an error.
fn tries(dialect: &Dialect, lines: &[&[u8]]) -> bool {
    let connection = |line: &&[u8]| {
        matches!(dialect.read(line).what, What::Connecting(_) | What::Connected(_) | What::Secured | What::Closed)
    };
    lines.iter().any(connection)
}

/// What may stand around the lines: the beginnings of some of them, cut where a word ends.
fn templates(lines: &[&[u8]]) -> BTreeSet<Template> {
    let every = (lines.len() / TRIED).max(1);
    let mut found = BTreeSet::new();
    for line in lines.iter().step_by(every) {
        let head = tokens(&line[..line.len().min(HEAD)]);
        for (i, last) in head.iter().enumerate() {
            let cut = match &last.piece {
                Piece::Gap => true,
                Piece::Literal(literal) => !literal.last().is_some_and(u8::is_ascii_alphanumeric),
                Piece::Hole(_) => false,
            };
            if !cut {
                continue;
            }
            let before = head[..i].iter().map(|token| token.piece.clone());
            // The spaces before the text are counted: more of them may be the dialect's own.
            let last_piece = match &last.piece {
                Piece::Gap => Piece::Literal(vec![b' '; last.span.len()]),
                piece => piece.clone(),
            };
            let quotes = line[..last.span.end].iter().filter(|b| **b == b'"').count();
            let after = if quotes % 2 == 1 { ending(&line[last.span.end..]) } else { Vec::new() };
            found.extend(Template::new(before.chain([last_piece, Piece::Hole(Hole::Text)]).chain(after)).ok());
        }
    }
    found
}

/// What closes the quote that stands open before the text, and all that follows it.
fn ending(rest: &[u8]) -> Vec<Piece> {
    let Some(mut close) = closing_quote(rest, b'"') else { return Vec::new() };
    // Some loggers keep the end of the line inside the quotes.
    for mark in [&b"\\n"[..], b"\\r"] {
        close -= if rest[..close].ends_with(mark) { mark.len() } else { 0 };
    }
    let tail = &rest[close..];
    if tail.len() > HEAD { Vec::new() } else { tokens(tail).into_iter().map(|token| token.piece).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{DIALECTS, spread};

    /// Every marked dialect is known again behind a stamp, in syslog's frame, in a column and in JSON.
    #[test]
    fn a_sample_in_a_frame_is_read_as_the_dialect() {
        let frames: [fn(usize, &str) -> String; 4] = [
            |n, line| format!("2026-11-23 08:26:{n:02}.120 [4] DEBUG Mail - {line}"),
            |n, line| format!("Nov 23 08:26:{n:02} FRONTDESK mailer[1234]: {line}"),
            |n, line| format!("{n:6}: {line}"),
            |_, line| format!("    {line}"),
        ];
        for inner in DIALECTS.iter().filter(|d| d.marks.sides()) {
            let plain: Vec<&str> = inner.sample.lines().filter(|line| !line.trim().is_empty()).collect();
            for frame in frames {
                let text: Vec<String> = plain.iter().enumerate().map(|(n, line)| frame(n, line)).collect();
                let text = text.join("\n");
                let lines = spread(text.as_bytes());
                let bare = detect(&lines, b"").dialect.map(|dialect| &dialect.name);
                let Some((dialect, _)) = framed(&lines, 0.0).filter(|_| bare != Some(&inner.name)) else {
                    assert_eq!(bare, Some(&inner.name), "{}: {text}", inner.name);
                    continue;
                };
                assert_eq!(dialect.name, format!("framed-{}", inner.name), "{text}");
                for (line, bare) in text.lines().zip(&plain) {
                    assert_eq!(dialect.read(line.as_bytes()).what, inner.read(bare.as_bytes()).what, "{line}");
                }
            }
        }
    }

    #[test]
    fn one_field_of_a_record() {
        let said = ["220 mail.example ESMTP", "250 mail.example", "535 5.7.8 Bad", "221 Bye"];
        let heard = ["EHLO pc", "AUTH PLAIN", "QUIT"];
        let uri = r"smtp://mail.example:587/?starttls=when-available";
        let mut lines =
            vec![format!(r#"{{"log":"Connected to {uri}\n","stream":"stderr","time":"2026-11-23T08:25:59Z"}}"#)];
        for (n, said) in said.iter().enumerate() {
            lines.push(format!(r#"{{"log":"S: {said}\n","stream":"stderr","time":"2026-11-23T08:26:{n:02}Z"}}"#));
            if let Some(heard) = heard.get(n) {
                lines.push(format!(r#"{{"log":"C: {heard}\n","stream":"stderr","time":"2026-11-23T08:26:{n:02}Z"}}"#));
            }
        }
        let lines: Vec<&[u8]> = lines.iter().map(String::as_bytes).collect();
        let (dialect, score) = framed(&lines, detect(&lines, b"").score).unwrap();
        assert_eq!((&*dialect.name, score), ("framed-mailkit", 1.0));
        let read = dialect.read(lines[1]);
        assert_eq!(read.what, inner_server(b"220 mail.example ESMTP"));
        assert_eq!(read.stamp, b"2026-11-23T08:26:00Z");
    }

    fn inner_server(text: &[u8]) -> What<'_> {
        What::Server(text, crate::dialect::Open::No)
    }

    #[test]
    fn prose_is_in_no_frame() {
        let prose = "> Dear patient\n> Please find your statement attached.\n> 250 units were used.\n> Kind regards\n";
        assert!(framed(&spread(prose.as_bytes()), 0.0).is_none());
    }
}
