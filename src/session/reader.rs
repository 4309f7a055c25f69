//! From the records of a log to lines of the dialogue: who speaks on a record, and which lines it holds, as some writers put
//! several on one record and others break one off. The builder of transactions, the redactor and the separation of
//! interleaved sessions all read a log by these rules.

use std::borrow::Cow;

use memchr::memmem;

use crate::{
    container::is_code,
    dialect::{self, Dialect, Event, LineEnd, Open, Side},
    smtp,
    source::find_short,
};

/// A line of the dialogue put together from the records that break it off; what is longer is cut.
const MAX_JOINED_LINE_BYTES: usize = 64 * 1024;

/// The meaning of a record in its conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard<'a> {
    /// One of the peers speaks. [`Reading::lines`] cuts it into lines.
    Said(Said<'a>),
    /// A line of the message without a mark.
    Data(&'a [u8]),
    /// It goes on with what the writer itself says.
    Writer(&'a [u8]),
    /// It has no mark, and goes on with nothing.
    Stranger(&'a [u8]),
    /// It is no dialogue; what it is else, [`Event`] says.
    Other,
}

/// Words of one of the peers: a line, several lines, or a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Said<'a> {
    /// The speaker.
    pub side: Side,
    /// The text in the record.
    pub text: &'a [u8],
    /// Tells whether the next record goes on with the line.
    pub open: Open,
    /// The mark between lines that stand in one record.
    pub line_end: LineEnd,
}

/// A line of the dialogue in a record, or a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Segment<'a> {
    /// The line without its end.
    pub text: &'a [u8],
    /// The text between it and the next one.
    pub after: &'a [u8],
    /// It ends in this record.
    pub whole: bool,
}

/// Where the reading of a conversation stands between two records.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reading {
    /// The last speaker; lines without a mark are theirs.
    pub side: Option<Side>,
    /// The writer puts real line ends into its records, so that lines without a mark go on with them.
    raw: bool,
    /// The line of the dialogue that its records have broken off, as far as it goes.
    line: Vec<u8>,
    broken_off: bool,
}

impl Reading {
    /// Forgets everything; the room is used again.
    pub(crate) fn restart(&mut self) {
        self.line.clear();
        *self = Reading { line: std::mem::take(&mut self.line), ..Reading::default() };
    }

    /// A record broke off a line of the dialogue.
    pub(crate) fn is_broken_off(&self) -> bool {
        self.broken_off
    }

    /// A record ends the line that the one before broke off, because it is of another kind.
    pub(crate) fn is_ended_by(&self, dialect: &Dialect, event: &Event<'_>, in_data: bool) -> bool {
        self.broken_off
            && match event {
                Event::Server(..) => self.side != Some(Side::Server),
                Event::Client(..) => self.side != Some(Side::Client),
                // A line of the log ended, so the line of the dialogue did too.
                Event::Unmarked(..) => matches!(dialect.line_end, LineEnd::Ends(_)) && !self.is_data(dialect, in_data),
                _ => true,
            }
    }

    /// Decides the meaning of a record. `in_data`: a message is under way. Ask before the line that was broken off is taken.
    pub(crate) fn hears<'a>(&self, dialect: &Dialect, event: &Event<'a>, in_data: bool) -> Heard<'a> {
        let said = |side, text, open| Heard::Said(Said { side, text, open, line_end: dialect.line_end });
        match *event {
            Event::Server(text, open) => said(Side::Server, text, open),
            Event::Client(text, open) => said(Side::Client, text, open),
            Event::Unmarked(text, open) => self.unmarked(dialect, text, open, in_data),
            // Words that quote a reply are the message's while one is under way.
            Event::Quoted(text) if in_data => self.unmarked(dialect, text, Open::No, in_data),
            _ => Heard::Other,
        }
    }

    fn is_data(&self, dialect: &Dialect, in_data: bool) -> bool {
        in_data && (dialect.leaves_data_unmarked() || self.raw && self.side == Some(Side::Client))
    }

    /// A record without a mark: what it is depends on what was said before.
    fn unmarked<'a>(&self, dialect: &Dialect, text: &'a [u8], open: Open, in_data: bool) -> Heard<'a> {
        let said = |side, open| Heard::Said(Said { side, text, open, line_end: LineEnd::Line });
        if self.is_data(dialect, in_data) {
            return Heard::Data(text);
        }
        match (self.side, dialect.line_end) {
            (Some(Side::Writer), _) => Heard::Writer(text),
            (Some(side), LineEnd::Ends(_)) if self.broken_off => said(side, Open::Yes),
            (Some(Side::Server), LineEnd::Line) if dialect.marks.sides() => {
                if self.broken_off || smtp::reply_line(text).is_ok() {
                    said(Side::Server, open)
                } else {
                    Heard::Stranger(text)
                }
            }
            (Some(side), LineEnd::Line) if dialect.marks.sides() => said(side, open),
            _ if !dialect.marks.sides() => said(Side::Client, Open::No),
            _ => Heard::Stranger(text),
        }
    }

    /// The line, where the record holds one that is whole and nothing else, as most do.
    #[inline]
    pub(crate) fn whole<'a>(&mut self, said: &Said<'a>) -> Option<&'a [u8]> {
        if self.broken_off || !matches!(said, Said { open: Open::No, line_end: LineEnd::Line, .. }) {
            return None;
        }
        self.side = Some(said.side);
        Some(said.text)
    }

    /// The lines of what was said, to be joined by [`Reading::join`] in turn. Where a record is encoded, `room` is used to
    /// decode it.
    pub(crate) fn lines<'a>(&mut self, said: &Said<'a>, room: &'a mut Vec<u8>) -> Segments<'a> {
        self.side = Some(said.side);
        if let (LineEnd::Ends(mark), Side::Server) = (said.line_end, said.side) {
            self.raw = find_short(said.text, mark.as_bytes()).is_none();
        }
        lines(said, room)
    }

    /// Adds a part of a line to what was broken off before it; the whole line where it is one now.
    pub(crate) fn join<'a>(&mut self, segment: &Segment<'a>) -> Option<Cow<'a, [u8]>> {
        if !self.broken_off && segment.whole {
            return Some(Cow::Borrowed(segment.text));
        }
        let room = MAX_JOINED_LINE_BYTES.saturating_sub(self.line.len());
        self.line.extend_from_slice(&segment.text[..segment.text.len().min(room)]);
        self.broken_off = true;
        if segment.whole { self.complete().map(Cow::Owned) } else { None }
    }

    /// The line that was broken off: nothing more of it comes.
    pub(crate) fn complete(&mut self) -> Option<Vec<u8>> {
        std::mem::take(&mut self.broken_off).then(|| std::mem::take(&mut self.line))
    }
}

/// The lines of a record.
#[derive(Clone, Debug)]
pub(crate) struct Segments<'a> {
    rest: Option<&'a [u8]>,
    line_end: LineEnd,
    open: Open,
    side: Side,
}

/// The lines of what a record says, each for itself. Where the record is encoded, `room` is used to decode it.
pub(crate) fn lines<'a>(said: &Said<'a>, room: &'a mut Vec<u8>) -> Segments<'a> {
    let Said { side, text, open, line_end } = *said;
    let rest = match line_end {
        LineEnd::Escaped if memchr::memchr(b'\\', text).is_some() => {
            room.clear();
            dialect::unescape(text, room);
            &**room
        }
        LineEnd::Apart(between) => {
            room.clear();
            let (code, words) = apart(text, side, between);
            room.extend_from_slice(code);
            room.extend_from_slice(if code.is_empty() { b"" } else { b" " });
            dialect::unescape(words, room);
            &**room
        }
        LineEnd::Html => {
            *room = dialect::from_html(text);
            &**room
        }
        LineEnd::Line | LineEnd::Ends(_) | LineEnd::Joins(_) | LineEnd::Escaped => text,
    };
    // What the client says is one line, whatever stands in it.
    let one = side != Side::Server && matches!(line_end, LineEnd::Joins(_) | LineEnd::Html);
    let (line_end, open) = if one { (LineEnd::Line, Open::No) } else { (line_end, open) };
    let nothing = rest.is_empty() && matches!(line_end, LineEnd::Ends(_));
    Segments { rest: (!nothing).then_some(rest), line_end, open, side }
}

impl<'a> Iterator for Segments<'a> {
    type Item = Segment<'a>;

    fn next(&mut self) -> Option<Segment<'a>> {
        let text = self.rest.take()?;
        let (end, mark, whole) = match self.line_end {
            LineEnd::Line => (text.len(), 0, self.open == Open::No),
            LineEnd::Ends(mark) => match find_short(text, mark.as_bytes()) {
                Some(end) => (end, mark.len(), true),
                None => (text.len(), 0, false),
            },
            LineEnd::Joins(mark) => (joint(text, mark.as_bytes()).unwrap_or(text.len()), mark.len(), true),
            LineEnd::Html => (joint(text, b"").unwrap_or(text.len()), 0, true),
            LineEnd::Escaped | LineEnd::Apart(_) => match memchr::memchr(b'\n', text) {
                // A writer that escapes may join the lines of a reply all the same.
                end if self.side == Side::Server
                    && let Some(joint) = joint(&text[..end.unwrap_or(text.len())], b"") =>
                {
                    (joint, 0, true)
                }
                Some(end) if end > 0 && text[end - 1] == b'\r' => (end - 1, 2, true),
                Some(end) => (end, 1, true),
                None => (text.len() - usize::from(text.ends_with(b"\r")), 1, true),
            },
        };
        let (line, rest) = text.split_at(end);
        let (after, rest) = rest.split_at(mark.min(rest.len()));
        self.rest = (!rest.is_empty()).then_some(rest);
        Some(Segment { text: line, after, whole })
    }
}

/// Where the first line of a reply ends whose lines stand on one: each repeats the code, and all but the last say so.
fn joint(text: &[u8], mark: &[u8]) -> Option<usize> {
    if text.get(3) != Some(&b'-') {
        return None;
    }
    // By what stands behind the code, as the mark may be nothing.
    memchr::memchr2_iter(b'-', b' ', text).find_map(|behind| {
        let before = text[..behind].strip_suffix(&text[..3])?.strip_suffix(mark)?;
        (before.len() > 3).then_some(before.len())
    })
}

/// The code of a reply and its words, where they stand apart; else all as words.
fn apart<'a>(text: &'a [u8], side: Side, between: &str) -> (&'a [u8], &'a [u8]) {
    match text.split_at_checked(3).filter(|(code, _)| side == Side::Server && is_code(code)) {
        Some((code, rest)) => {
            let at = memmem::find(rest, between.as_bytes()).map_or(rest.len(), |at| at + between.len());
            (code, &rest[at..])
        }
        None => (b"", text),
    }
}

/// A record that says `shown` in place of `said`, written as that one was: the reverse of decoding it.
pub(crate) fn encoded(line_end: LineEnd, shown: Vec<u8>, said: &[u8]) -> Vec<u8> {
    match line_end {
        LineEnd::Escaped if memchr::memchr(b'\\', said).is_some() => dialect::escape(&shown, said),
        LineEnd::Html => dialect::to_html(&shown),
        LineEnd::Apart(between) => {
            let (code, words) = apart(said, Side::Server, between);
            let escaped = |shown: &[u8]| match memchr::memchr(b'\\', words) {
                Some(_) => dialect::escape(shown, words),
                None => shown.to_vec(),
            };
            match shown.get(4..).filter(|_| !code.is_empty()) {
                Some(rest) => [&said[..said.len() - words.len()], &*escaped(rest)].concat(),
                None => escaped(&shown),
            }
        }
        _ => shown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(line_end: LineEnd, side: Side, text: &str) -> Vec<(String, String, bool)> {
        let shown = |text: &[u8]| String::from_utf8(text.to_vec()).unwrap();
        let said = Said { side, text: text.as_bytes(), open: Open::No, line_end };
        let mut room = Vec::new();
        Reading::default().lines(&said, &mut room).map(|s| (shown(s.text), shown(s.after), s.whole)).collect()
    }

    fn line(text: &str, after: &str, whole: bool) -> (String, String, bool) {
        (text.to_owned(), after.to_owned(), whole)
    }

    #[test]
    fn records_are_cut_into_lines() {
        use LineEnd::{Ends, Escaped, Html, Joins, Line};
        use Side::{Client, Server};
        assert_eq!(lines(Line, Server, "250 ok"), [line("250 ok", "", true)]);
        assert_eq!(lines(Line, Client, ""), [line("", "", true)]);
        let ends = Ends("<EOL>");
        assert_eq!(lines(ends, Server, "a<EOL>b"), [line("a", "<EOL>", true), line("b", "", false)]);
        assert_eq!(lines(ends, Server, "a<EOL>"), [line("a", "<EOL>", true)]);
        assert_eq!(lines(ends, Client, ""), []);
        let joins = Joins(", ");
        let reply = "250-a, b, 250-c, 250 d";
        assert_eq!(
            lines(joins, Server, reply),
            [line("250-a, b", ", ", true), line("250-c", ", ", true), line("250 d", "", true)]
        );
        assert_eq!(lines(joins, Client, reply), [line(reply, "", true)]);
        assert_eq!(lines(Html, Server, "250-a&lt;250 b"), [line("250-a<", "", true), line("250 b", "", true)]);
        assert_eq!(
            lines(Escaped, Server, "250-a\\r\\n250 b\\n"),
            [line("250-a", "\r\n", true), line("250 b", "\n", true)]
        );
        assert_eq!(
            lines(Escaped, Server, "250-a | 250 b\\r\\n"),
            [line("250-a | ", "", true), line("250 b", "\r\n", true)]
        );
        assert_eq!(lines(Escaped, Client, "EHLO a"), [line("EHLO a", "", true)]);
        let apart = LineEnd::Apart("\"text\":\"");
        assert_eq!(lines(apart, Server, "550,\"text\":\"no\\r\\n"), [line("550 no", "\r\n", true)]);
        assert_eq!(lines(apart, Server, "250,\"more\":false"), [line("250 ", "", true)]);
        assert_eq!(lines(apart, Client, "RCPT TO:<\\\"a\\\"@b>"), [line("RCPT TO:<\"a\"@b>", "", true)]);
        assert_eq!(lines(Escaped, Client, "\\r\\n.\\r\\n"), [line("", "\r\n", true), line(".", "\r\n", true)]);
    }

    #[test]
    fn a_code_keeps_its_field_in_a_copy() {
        let apart = LineEnd::Apart("\"text\":\"");
        let copy = encoded(apart, b"550 <name> unknown".to_vec(), br#"550,"text":"a@b unknown"#);
        assert_eq!(copy, br#"550,"text":"<name> unknown"#);
        assert_eq!(encoded(apart, b"QUIT".to_vec(), b"QUIT"), b"QUIT");
    }

    #[test]
    fn broken_lines_are_joined_and_bounded() {
        let mut reading = Reading::default();
        let part = |text, whole| Segment { text, after: b"", whole };
        assert_eq!(reading.join(&part(b"whole", true)).as_deref(), Some(&b"whole"[..]));
        assert_eq!(reading.join(&part(b"25", false)), None);
        assert!(reading.broken_off);
        assert_eq!(reading.join(&part(b"0 ok", true)).as_deref(), Some(&b"250 ok"[..]));
        assert_eq!(reading.complete(), None);
        let long = vec![b'x'; MAX_JOINED_LINE_BYTES];
        for _ in 0..3 {
            reading.join(&part(&long, false));
        }
        assert_eq!(reading.complete().map(|line| line.len()), Some(MAX_JOINED_LINE_BYTES));
    }
}
