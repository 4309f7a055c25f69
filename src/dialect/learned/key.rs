//! The column that tells apart sessions that run at the same time.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use super::{
    frame::{Frame, Hit, Hits, head},
    marks::{Fit, Marks, Reading},
    token::{Token, is_word, tokens},
    words::{Around, about},
};
use crate::{
    dialect::{
        Kind, number,
        template::{Hole, Piece},
    },
    knowledge::Knowledge,
};

/// Fewer lines than this, on the average, make no session.
const LINES: usize = 4;
/// By chance the replies of one session may seem to answer another.
const SLACK: i64 = 8;
/// The column, and what stands in it in each line.
pub(super) struct Key<'a> {
    /// Its number among the pieces of a frame that vary, as a mark may stand before it on one side only.
    pub(super) column: usize,
    by_line: Column<'a>,
    /// How well the dialogues fit together when the key parts them.
    pub(super) fit: Fit,
}

/// The text in a column in each line that begins as the dialogue does.
type Column<'a> = Vec<Option<&'a [u8]>>;

impl<'a> Key<'a> {
    /// The lines of each of its values must make a dialogue that is at least as whole as all lines together, and most
    /// values must begin with a greeting or an attempt to connect: a counter or a size does neither.
    pub(super) fn find(lines: &[&'a [u8]], hits: &Hits, marks: &Marks) -> Option<Key<'a>> {
        let said: Vec<&Hit> = hits.hits.iter().filter(|hit| marks.says(hit)).collect();
        let frames: Vec<&[Piece]> =
            marks.server.iter().chain(&marks.client).map(|f| &hits.frames[*f].before[..]).collect();
        let columns = frames.iter().map(|frame| frame.iter().filter(|piece| varies(piece)).count()).min()?;
        let mut values: Vec<Column<'a>> = vec![Vec::with_capacity(lines.len()); columns];
        let frames: Vec<Varying<'_>> = frames.into_iter().map(Varying::of).collect();
        for line in lines {
            let head = tokens(head(line));
            let alike: Vec<usize> = frames.iter().map(|frame| frame.alike(&head)).collect();
            // `a:25 > b:4711` and `b:4711 > a:25` are alike but for their marks: the one that fits best tells.
            let exact: Vec<usize> = frames.iter().map(|frame| frame.exact(&head)).collect();
            for (column, values) in values.iter_mut().enumerate() {
                let found = frames.iter().zip(&alike).zip(&exact).rev();
                let found = found.filter_map(|((frame, alike), exact)| Some((*exact, frame.place(column, *alike)?)));
                let place = found.max_by_key(|(exact, _)| *exact).map(|(_, at)| at);
                values.push(place.map(|at| &line[head[at].span.clone()]));
            }
        }
        let together = reading(&said).score();
        let remarks: Vec<Remark> = lines.iter().map(|_| Remark::default()).collect();
        let whole = |(column, by_line): (usize, Column<'a>)| {
            let fit = apart(lines, &by_line, &said, &remarks)?;
            (fit.score() + SLACK >= together).then_some(Key { column, by_line, fit })
        };
        // Of equal columns the last stands nearest to the text: process before thread before session.
        let columns = values.into_iter().enumerate().filter(|(column, by_line)| {
            let dot = Piece::Literal(b".".to_vec());
            let fraction =
                |of: &Varying<'_>| of.places.get(*column).is_some_and(|at| of.frame.get(at + 1) == Some(&dot));
            !(frames.iter().all(fraction) && only_rises(by_line))
        });
        columns.filter_map(whole).max_by_key(|key| (key.fit.score(), key.column))
    }

    /// The values, also in lines of other kinds.
    pub(super) fn values(&self) -> BTreeSet<Vec<u8>> {
        self.by_line.iter().flatten().map(|value| value.to_vec()).collect()
    }

    /// The key of each line; a line without one goes with the line before it.
    pub(super) fn by_line(&self) -> Vec<&'a [u8]> {
        let mut newest: &[u8] = b"";
        let key = |value: &Option<&'a [u8]>| {
            newest = value.unwrap_or(newest);
            newest
        };
        self.by_line.iter().map(key).collect()
    }
}

/// Where in a frame the pieces stand that vary.
fn varying(frame: &[Piece]) -> impl Iterator<Item = usize> + '_ {
    frame.iter().enumerate().filter(|(_, piece)| varies(piece)).map(|(at, _)| at)
}

/// Where in a frame that piece stands.
pub(super) fn index(frame: &[Piece], column: usize) -> Option<usize> {
    varying(frame).nth(column)
}

/// Where the session's key stands in a frame. What only says the dialogue again has one where it begins as that does: else
/// what varies in it is something else, such as the id of a mail.
pub(super) fn in_frame(frame: usize, frames: &[Frame], marks: &Marks, column: usize) -> Option<usize> {
    let before = &frames[frame].before;
    let mut dialogue = marks.server.iter().chain(&marks.client);
    if dialogue.clone().any(|own| *own == frame) {
        return index(before, column);
    }
    let at = dialogue.find_map(|own| place(before.iter(), &frames[*own].before, column));
    at.filter(|at| varies(&before[*at]))
}

fn varies(piece: &Piece) -> bool {
    matches!(piece, Piece::Hole(Hole::Number | Hole::Id | Hole::Word))
}

/// What may stand where something varies.
fn is_value(piece: &Piece) -> bool {
    match piece {
        Piece::Literal(literal) => is_word(literal[0]),
        Piece::Hole(hole) => *hole != Hole::Time,
        Piece::Gap => false,
    }
}

/// A frame of the dialogue, and where in it the pieces stand that vary.
struct Varying<'f> {
    frame: &'f [Piece],
    places: Vec<usize>,
}

impl<'f> Varying<'f> {
    fn of(frame: &'f [Piece]) -> Varying<'f> {
        Varying { frame, places: varying(frame).collect() }
    }

    /// So many tokens of a line are as its pieces, but for its mark.
    fn alike(&self, head: &[Token]) -> usize {
        head.iter().zip(self.frame).take_while(|(token, piece)| is_alike(&token.piece, piece)).count()
    }

    /// So many tokens of a line are just its pieces.
    fn exact(&self, head: &[Token]) -> usize {
        head.iter().zip(self.frame).filter(|(token, piece)| token.piece == **piece).count()
    }

    /// Where the column stands in a line of which so many tokens are.
    fn place(&self, column: usize, alike: usize) -> Option<usize> {
        self.places.get(column).copied().filter(|at| *at < alike)
    }
}

/// Where the column stands in a beginning, if that is as a frame of the dialogue begins, but for its mark.
fn place<'p>(head: impl ExactSizeIterator<Item = &'p Piece>, frame: &[Piece], column: usize) -> Option<usize> {
    let at = index(frame, column).filter(|at| *at < head.len())?;
    head.zip(frame).take(at + 1).all(|(found, piece)| is_alike(found, piece)).then_some(at)
}

/// A piece of a line stands where a frame of the dialogue has this one, but for its mark.
fn is_alike(found: &Piece, piece: &Piece) -> bool {
    found == piece
        || varies(piece) && is_value(found)
        || matches!((found, piece), (Piece::Literal(a), Piece::Literal(b)) if (a[0] == b'\t') == (b[0] == b'\t'))
        // A side may be a number.
        || matches!(piece, Piece::Literal(mark) if is_word(mark[0])) && is_value(found)
}

/// What stands before the text of a line that begins as a frame of the dialogue does, but for its mark: the words of a
/// program that have a session too.
pub(super) fn beginning(line: &[u8], frame: &[Piece], column: usize) -> Option<Vec<Piece>> {
    let at = index(frame, column)?;
    let head = tokens(head(line));
    let same = head.len() >= frame.len() && head.iter().zip(frame).all(|(token, piece)| is_alike(&token.piece, piece));
    let pieces = head.iter().zip(frame).enumerate().map(|(n, (token, piece))| match piece {
        _ if n == at => Piece::Hole(Hole::Session),
        Piece::Hole(_) => piece.clone(),
        _ => token.piece.clone(),
    });
    same.then(|| pieces.collect())
}

/// Seconds before their fraction, counted from a beginning, only rise: no session that another stands in comes back.
fn only_rises(column: &Column<'_>) -> bool {
    let seconds = column.iter().flatten().map(|value| number(value));
    seconds.is_sorted()
}

fn reading(said: &[&Hit]) -> Fit {
    let mut reading = Reading::default();
    said.iter().for_each(|hit| reading.take(hit));
    reading.fit()
}

/// How whole the dialogues are when read apart; none where the values are no keys.
fn apart(lines: &[&[u8]], column: &[Option<&[u8]>], said: &[&Hit], remarks: &[Remark]) -> Option<Fit> {
    let mut by_value: BTreeMap<&[u8], Session<'_>> = BTreeMap::new();
    let (mut all, mut spoken) = (0, 0);
    let said: BTreeMap<usize, &Hit> = said.iter().map(|hit| (hit.line, *hit)).collect();
    // What is told of a session that has begun counts only where in another nothing is said.
    let heard: BTreeSet<&[u8]> = said.keys().filter_map(|n| *column.get(*n)?).collect();
    let all_heard = column.iter().flatten().all(|value| heard.contains(value));
    for (n, (line, value)) in lines.iter().zip(column).enumerate() {
        let Some(value) = value else { continue };
        all += 1;
        let session = by_value.entry(value).or_default();
        match said.get(&n) {
            Some(hit) => {
                session.begins |= session.said.is_empty() && hit.begins();
                session.said.push(*hit);
                spoken += 1;
            }
            None if session.said.is_empty() && !session.fails && remarks[n].tells_error(line) => {
                session.fails = true;
                session.whole |= session.connects && session.since == spoken;
            }
            None if session.tells || all_heard && session.begins && !session.said.is_empty() => {}
            None => {
                let about = remarks[n].about(line);
                if !session.connects && matches!(about, Some(Kind::Connecting | Kind::Connected)) {
                    (session.connects, session.begins, session.since) = (true, true, spoken);
                }
                session.tells = !session.said.is_empty() && (about.is_some() || remarks[n].tells_error(line));
            }
        }
    }
    // An attempt that failed before anybody spoke has begun, in whatever words; but a level, such as `ERROR`, is no session.
    let failed = |value: &[u8], session: &Session<'_>| {
        session.fails && session.said.is_empty() && value.iter().any(u8::is_ascii_digit)
    };
    let begun = by_value.iter().filter(|(value, session)| session.begins || failed(value, session)).count();
    // One dialogue needs no key; beside it may stand an attempt that ended before anything was said.
    // Where whoever connects never says anything and the program says nothing of whoever does, they are parts of one session,
    // unless the attempt failed before anybody spoke.
    let told = by_value.values().any(|s| (s.connects || s.tells) && !s.said.is_empty());
    let tried = |s: &Session<'_>| s.fails && !s.connects || s.begins && told || s.whole;
    let whole = by_value.values().filter(|s| !s.said.is_empty() || tried(s)).count();
    let keys = whole >= 2 && all >= LINES * by_value.len() && begun * 10 >= by_value.len() * 6;
    keys.then(|| by_value.values().map(|session| reading(&session.said)).sum())
}

/// What the writer says in a line beside the dialogue. Each column asks it; it is found out once.
#[derive(Default)]
struct Remark {
    error: OnceCell<bool>,
    about: OnceCell<Option<Kind>>,
}

impl Remark {
    fn tells_error(&self, line: &[u8]) -> bool {
        *self.error.get_or_init(|| Knowledge::builtin().client_error(line).is_some())
    }

    fn about(&self, line: &[u8]) -> Option<Kind> {
        *self.about.get_or_init(|| about(line, &Around::default()).map(|about| about.kind))
    }
}

/// The lines with one value.
#[derive(Default)]
struct Session<'a> {
    /// With a greeting, or words about a connection.
    begins: bool,
    /// The writer tells of a connection.
    connects: bool,
    /// Lines of any session in which something was said before that.
    since: usize,
    /// The writer tells of an error before anything was said.
    fails: bool,
    /// It does so before any session said something since the attempt to connect.
    whole: bool,
    /// The writer tells of the connection, or of an error, after something was said.
    tells: bool,
    said: Vec<&'a Hit>,
}

#[cfg(test)]
mod tests {
    use super::{super::said::begins, *};
    use crate::dialect::LineEnd;

    fn hits(lines: &[&[u8]]) -> Hits {
        Hits::find(lines, LineEnd::Line, begins(lines, LineEnd::Line))
    }

    #[test]
    fn a_key_stands_behind_a_side_that_is_a_number() {
        let frame = [Piece::Literal(b"1".to_vec()), Piece::Gap, Piece::Hole(Hole::Number), Piece::Gap];
        let frame = Varying::of(&frame);
        let of = |line: &str| {
            let head = tokens(line.as_bytes());
            frame.place(0, frame.alike(&head)).map(|at| line[head[at].span.clone()].to_owned())
        };
        assert_eq!((of("1 8413 QUIT"), of("9 8413 Connected.")), (Some("8413".into()), Some("8413".into())));
    }

    #[test]
    fn seconds_since_the_beginning_are_no_key() {
        let seconds = |mark: &str| {
            let lines = (0..2).flat_map(|n| {
                ["220 m", "EHLO pc", "250 m", "QUIT", "221 a"].map(|text| format!("{n}{mark}0371 {text}"))
            });
            let lines: Vec<String> = lines.collect();
            let lines: Vec<&[u8]> = lines.iter().map(|line| line.as_bytes()).collect();
            let hits = hits(&lines);
            let marks = Marks::choose(&lines, &hits).unwrap();
            Key::find(&lines, &hits, &marks).is_some()
        };
        assert!(!seconds(".") && seconds(" "));
    }

    /// Of a log whose first sign is the key.
    fn sessions(log: &str) -> Option<Fit> {
        let lines: Vec<&[u8]> = log.lines().map(str::as_bytes).collect();
        let column: Vec<Option<&[u8]>> = lines.iter().map(|line| Some(&line[..1])).collect();
        let hits = hits(&lines);
        let said: Vec<&Hit> = hits.hits.iter().collect();
        let remarks: Vec<Remark> = lines.iter().map(|_| Remark::default()).collect();
        apart(&lines, &column, &said, &remarks)
    }

    #[test]
    fn words_about_the_session_are_no_other_session() {
        let log = "3 Connecting to mail.example.co.za:25\n4 220 mail.example.co.za ESMTP\n4 EHLO pc\n4 250 Hello\n\
                   3 Connection timed out\n4 QUIT\n4 221 Bye\n4 \n";
        assert_eq!(sessions(log), None);
    }

    #[test]
    fn an_attempt_of_its_own_is_a_session_though_nobody_speaks_in_it() {
        let said = "4 220 mail.example.co.za ESMTP\n4 EHLO pc\n4 250 Hello\n4 NOOP\n4 250 OK\n4 QUIT\n4 221 Bye\n";
        let tries = "3 Connecting to mail.example.co.za:25\n";
        // It failed before anybody spoke.
        assert!(sessions(&format!("{tries}3 Connection refused\n{said}")).is_some());
        // The program has words about the session that speaks too.
        assert!(sessions(&format!("{tries}{said}4 Connection closed\n")).is_some());
        assert_eq!(sessions(&format!("{tries}{said}3 Connection closed\n")), None);
    }

    #[test]
    fn parts_of_one_session_are_no_sessions() {
        let log = "a Connecting to mail.example.co.za:25\nb 220 mail.example.co.za ESMTP\nb EHLO pc\nb 250 Hello\nb QUIT\n\
                   b 221 Bye\na Looking for more\na Nothing left\n";
        assert_eq!(sessions(log), None);
    }
}
