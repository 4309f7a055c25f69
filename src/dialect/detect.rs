//! Whose dialect is this? Decided by content; a file's name proves nothing.

use std::collections::BTreeSet;

use super::{DIALECTS, Dialect, Event, Extent, LineEnd, Side, dialect_set::is_strange, outcomes, untraced};
use crate::{knowledge::Knowledge, smtp, source};

/// The answer, with how sure it is.
#[derive(Clone, Copy)]
pub struct Detection {
    /// The dialect that explains the sample best; `None` where none does.
    pub dialect: Option<&'static Dialect>,
    /// Share of the lines looked at that it explains, 0 to 1.
    pub score: f64,
    /// The next best.
    pub runner_up: Option<&'static Dialect>,
    /// Chosen with little to go by: few lines, or hardly better than the next.
    pub assumed: bool,
}

/// Share of lines, 0 to 1. A dialect that is assumed and explains less is often the wrong one, so nothing read by it is certain.
pub(crate) const SURE: f64 = 0.5;
/// A dialect that marks sides and reaches this score wins over all without marks, which explain anything a little.
const MIN_MARKED_SCORE: f64 = 0.2;
/// A dialect in which nobody speaks is taken for its words alone only from this score on.
const MIN_WORDS_SCORE: f64 = 0.84;
/// Lines looked at; enough to be sure, few enough to be fast on thousands of files.
const MAX_LINES: usize = 400;
/// A dialect and how much it explains.
type Scored = (f64, &'static Dialect);

/// Fewer lines do not make a dialect of their own.
const MIN_LINES: usize = 4;
/// Of a long log runs of so many neighbouring lines are looked at.
const RUN_LINES: usize = 16;
/// In a log in which nobody speaks at least one line in so many must be a known error of a client.
const ERRORS_ONE_IN: usize = 20;
/// A dialect that explains none of so many lines, taken from everywhere, scores 0.
const FIRST_LOOK_LINES: usize = 48;

/// The lines of a sample to look at: all that are neither blank nor in a stack trace, which any program may write, or runs
/// of them from everywhere if they are many.
pub fn spread(sample: &[u8]) -> Vec<&[u8]> {
    let all: Vec<&[u8]> = filled(sample).take(MAX_LINES + 1).collect();
    if all.len() <= MAX_LINES {
        return all;
    }
    // By place, so that a sample need not be cut into all its lines to look at some of them.
    let mut spread = Vec::with_capacity(MAX_LINES);
    let mut rest = sample;
    for left in (1..=MAX_LINES / RUN_LINES).rev() {
        let (part, later) = rest.split_at(next_line(rest, rest.len() / left));
        spread.extend(filled(part).take(RUN_LINES));
        rest = later;
    }
    spread
}

/// The lines that are neither blank nor in a stack trace.
fn filled(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    untraced(source::lines(text).map(|line| line.text)).filter(|text| !text.trim_ascii_start().is_empty())
}

/// Where the first line begins that begins at `place` or later.
fn next_line(text: &[u8], place: usize) -> usize {
    match place.checked_sub(1).and_then(|before| source::lines(&text[before..]).nth(1)) {
        Some(next) => place - 1 + next.offset,
        None if place == 0 => 0,
        None => text.len(),
    }
}

/// Finds the dialect of these lines, which were taken from this text; empty where they are all there is.
pub fn detect(lines: &[&[u8]], text: &[u8]) -> Detection {
    proved(lines, text).or_words(lines)
}

/// The dialect of these lines among those that more proves than words.
pub(crate) fn proved(lines: &[&[u8]], text: &[u8]) -> Detection {
    let mut ranked: Vec<(f64, &'static Dialect)> = DIALECTS
        .iter()
        .filter(|dialect| !dialect.is_by_words())
        .map(|dialect| (score(dialect, lines, text), *dialect))
        .filter(|(score, dialect)| *score > 0.0 && is_signed(dialect, lines, text))
        .collect();
    // Stable: equal scores keep the order of the registry.
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    if let Some(marked) = ranked.iter().position(|(score, d)| d.marks.sides() && *score >= MIN_MARKED_SCORE) {
        ranked[..=marked].rotate_right(1);
    }
    Detection::of(ranked.first().copied(), ranked.get(1).copied(), lines)
}

impl Detection {
    fn of(best: Option<Scored>, next: Option<Scored>, lines: &[&[u8]]) -> Detection {
        let few = lines.len() < MIN_LINES;
        Detection {
            dialect: best.map(|(_, dialect)| dialect),
            score: best.map_or(0.0, |(score, _)| (score * 1000.0).round() / 1000.0),
            runner_up: next.map(|(_, dialect)| dialect),
            assumed: best.is_some_and(|(score, _)| score < 0.3 || few || next.is_some_and(|(n, _)| score - n < 0.2)),
        }
    }

    /// Where nobody speaks and nobody connects, words about mails are all there is.
    pub fn or_words(self, lines: &[&[u8]]) -> Detection {
        let proved = |best: &Dialect| lines.iter().any(|line| speaks(best, line) || closes(best, line));
        if self.dialect.is_some_and(|best| self.score >= MIN_WORDS_SCORE || proved(best)) {
            return self;
        }
        let told = outcomes::score(lines);
        let next = self.dialect.map(|dialect| (self.score, dialect));
        if told > 0.0 { Detection::of(Some((told, &outcomes::DIALECT)), next, lines) } else { self }
    }
}

/// Other dialects in the same log, such as the output of a test tool pasted into it: what explains most of the lines
/// that `main` does not know.
pub fn others(main: &Dialect, lines: &[&[u8]]) -> Vec<&'static Dialect> {
    let mut lines: Vec<&[u8]> = lines.iter().copied().filter(|line| is_strange(&main.read(line))).collect();
    let mut found = Vec::new();
    while lines.len() >= MIN_LINES && found.len() < 3 {
        let Some((_, dialect)) = best(speaking(&lines, speaks), &lines).filter(|(score, _)| *score >= 0.3) else {
            break;
        };
        let before = lines.len();
        lines.retain(|line| is_strange(&dialect.read(line)));
        if before - lines.len() < MIN_LINES {
            break;
        }
        found.push(dialect);
    }
    found
}

/// The dialects with marks of which one of these lines is, as far as this can tell.
pub(super) fn speaking(lines: &[&[u8]], speaks: fn(&Dialect, &[u8]) -> bool) -> Vec<&'static Dialect> {
    // Programs repeat themselves, and each dialect is asked of every line.
    let distinct: BTreeSet<&[u8]> = lines.iter().copied().collect();
    let marked = DIALECTS.iter().copied().filter(|dialect| dialect.marks.sides());
    marked.filter(|dialect| distinct.iter().any(|line| speaks(dialect, line))).collect()
}

/// The dialect that explains the lines best, and how far; of equals the first.
pub(super) fn best(dialects: Vec<&'static Dialect>, lines: &[&[u8]]) -> Option<Scored> {
    let signed = dialects.into_iter().filter(|dialect| is_signed(dialect, lines, b""));
    let scored = signed.map(|dialect| (score(dialect, lines, b""), dialect)).filter(|(score, _)| *score > 0.0);
    scored.reduce(|best, next| if next.0 > best.0 { next } else { best })
}

/// One line bears the dialect's signature: of the lines that are looked at, or of the whole text, as a program may name
/// itself only once before a message of any length.
fn is_signed(dialect: &Dialect, lines: &[&[u8]], text: &[u8]) -> bool {
    lines.iter().any(|line| (dialect.signature)(line)) || source::lines(text).any(|line| (dialect.signature)(line.text))
}

fn closes(dialect: &Dialect, line: &[u8]) -> bool {
    matches!(dialect.read(line).event, Event::Closed)
}

/// Somebody speaks on the line, or connects: a writer's own words could be anything.
pub(super) fn speaks(dialect: &Dialect, line: &[u8]) -> bool {
    is_spoken(&dialect.read(line).event)
}

/// The event is of somebody who speaks or connects, or tells all of a mail.
pub(super) fn is_spoken(event: &Event<'_>) -> bool {
    use Event::{Client, Connected, Connecting, Outcome, Server, Turn};
    match event {
        Server(..) | Client(..) | Turn(_) | Connecting(_) | Connected(_) => true,
        // Words about a mail are anybody's, unless they tell all of it.
        Outcome(outcome) => outcome.part == Extent::Whole,
        _ => false,
    }
}

/// Share of the lines that the dialect explains, times how well its dialogue is SMTP: what a server says must be
/// replies, or the marks mean something else. The lines were taken from the text.
fn score(dialect: &Dialect, lines: &[&[u8]], text: &[u8]) -> f64 {
    let explains =
        |line: &&[u8]| !matches!(dialect.read(line).event, Event::Unknown(_) | Event::Unmarked(..) | Event::Blank);
    if lines.len() > 2 * FIRST_LOOK_LINES && !lines.iter().step_by(lines.len() / FIRST_LOOK_LINES).any(explains) {
        return 0.0;
    }
    let mut counts = Counts::default();
    lines.iter().for_each(|line| counts.take(dialect, line));
    let Counts { explained, server, replies, dialogue, client, commands, answers, .. } = counts;
    // A lone "250 units" in prose is no dialogue: without marks both sides must have spoken.
    let told = || {
        // Attempts that never connected leave nothing but the program's words about them, again and again.
        let error = |line: &&&[u8]| matches!(dialect.read(line).event, Event::Note(text) if Knowledge::builtin().client_error(text).is_some());
        let enough = lines.len().div_ceil(ERRORS_ONE_IN).max(1);
        // Signed first: what an error means is asked of each line, and took a sixth of the time of a small log of Chilkat's.
        explained as usize * 2 >= lines.len()
            && is_signed(dialect, lines, text)
            && lines.iter().filter(error).nth(enough - 1).is_some()
    };
    // A dialect that takes a naked reply for the server's word is proved only by what the client says.
    let naked = matches!(dialect.read(b"250 OK").event, Event::Server(..));
    if dialogue + replies == 0 && (naked || !told()) || naked && (dialogue == 0 || replies == 0) {
        return 0.0;
    }
    // Where the client's lines are hardly ever commands, its mark is right and the rest of the line is not. In runs torn out
    // of a long log they need not pair.
    if lines.len() < MAX_LINES && client >= 3 && answers >= 3 && commands * 2 < answers {
        return 0.0;
    }
    let smtp = if server == 0 { 1.0 } else { f64::from(replies) / f64::from(server) };
    f64::from(explained) / lines.len() as f64 * smtp
}

/// Counts of what a dialect reads in some lines.
#[derive(Default)]
struct Counts {
    explained: u32,
    /// Lines that the dialect takes for the server's, and those of them that are replies.
    server: u32,
    replies: u32,
    /// Replies that end, other than those that ask for an answer to sign in.
    answers: u32,
    /// Lines that the dialect takes for the client's, and those of them that are commands.
    client: u32,
    commands: u32,
    /// Lines that only a writer of a dialogue has.
    dialogue: u32,
    /// The side whose records without a mark follow, where the writer says so.
    turn: Option<Side>,
}

impl Counts {
    fn take(&mut self, dialect: &Dialect, line: &[u8]) {
        let read = dialect.read(line);
        let event = read.event;
        // A session key stands only where the writer named itself.
        self.dialogue += u32::from(!read.key.is_empty());
        let continues = match (event, self.turn) {
            (Event::Unmarked(text, _), Some(Side::Server)) => smtp::reply_line(text).is_ok(),
            (Event::Unmarked(text, _), Some(Side::Client)) => smtp::command(text).is_ok(),
            _ => false,
        };
        self.turn = match event {
            Event::Server(..) => Some(Side::Server),
            Event::Turn(side) => Some(side),
            _ => self.turn.filter(|_| continues),
        };
        let explained = match event {
            Event::Unknown(_) | Event::Blank => false,
            Event::Unmarked(..) => continues,
            _ => true,
        };
        self.explained += u32::from(explained);
        match event {
            Event::Server(text, _) | Event::Repeat(text) | Event::Quoted(text) => {
                // A writer may log a read that brought nothing.
                self.server += u32::from(!text.is_empty());
                let reply = smtp::reply_line(text);
                self.replies += u32::from(reply.is_ok());
                let first = matches!(event, Event::Server(..));
                self.answers += u32::from(first && reply.is_ok_and(|(_, reply)| reply.last && reply.code.0 != 334));
            }
            Event::Client(text, _) => {
                let command = u32::from(smtp::command(text).is_ok() || ends_in_mark(dialect, text));
                self.dialogue += command;
                self.commands += command;
                self.client += 1;
            }
            Event::Connecting(_) | Event::Connected(_) | Event::Closed | Event::Outcome(_) => self.dialogue += 1,
            _ => {}
        }
    }
}

/// The text holds the dialect's mark of a line's end, so it is no command as it stands.
fn ends_in_mark(dialect: &Dialect, text: &[u8]) -> bool {
    match dialect.line_end {
        LineEnd::Line | LineEnd::Joins(_) => false,
        LineEnd::Escaped | LineEnd::Apart(_) => memchr::memchr(b'\\', text).is_some(),
        LineEnd::Html => memchr::memchr(b'&', text).is_some(),
        LineEnd::Ends(end) => memchr::memmem::find(text, end.as_bytes()).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_is_found_by_its_own_dialect() {
        for dialect in DIALECTS {
            let found = detect(&spread(dialect.sample.as_bytes()), b"");
            assert_eq!(found.dialect.map(|d| &d.name), Some(&dialect.name));
        }
    }

    #[test]
    fn a_large_sample_is_looked_at_everywhere() {
        let log: Vec<String> = (0..5_000).map(|n| format!("line {n}\r\n\r\n")).collect();
        let log = log.concat().into_bytes();
        let lines = spread(&log);
        assert_eq!(lines.len(), MAX_LINES);
        let numbers: Vec<usize> =
            lines.iter().map(|line| std::str::from_utf8(&line[5..]).unwrap().parse().unwrap()).collect();
        assert_eq!(numbers[..RUN_LINES], (0..RUN_LINES).collect::<Vec<_>>());
        assert!(numbers.is_sorted() && numbers[MAX_LINES - 1] > 4_800, "{numbers:?}");
        assert!(numbers.windows(2).all(|pair| pair[1] - pair[0] < 300), "{numbers:?}");
        // One line without an end is a run of its own; nothing is taken twice.
        let long = [vec![b'x'; 100_000], b"\n".repeat(3), b"y\n".repeat(500)].concat();
        assert_eq!(spread(&long).iter().filter(|line| line.len() > 1).count(), 1);
    }

    #[test]
    fn a_text_about_mail_is_no_log() {
        // News of a library, its source, and a manual: each tells of errors and of mail, and none of a mail.
        let news = (1..400).map(|n| match n % 25 {
            0 => format!("* Fix #{n}: sending a message failed with a timeout, or connection refused\n"),
            _ => format!("* Fix #{n}: messages are shown where they were lost\n"),
        });
        let source = (1..400).map(|n| match n % 25 {
            0 => "        throw new Error(\"connection refused\");\n".to_owned(),
            _ => format!("    if (send(message, {n}) < 0) {{\n        retry(message);\n    }}\n"),
        });
        let manual = (1..400).map(|n| match n % 5 {
            0 => format!("  {n}. The mail could not be sent, as the message was rejected.\n"),
            _ => "     Look at the settings of the server, and ask for the password.\n".to_owned(),
        });
        // A paragraph goes on about no mail.
        let paragraph = "Periodic trim for disks\n-----------------------\ntrim(8) is used on a mounted filesystem to discard blocks \
                         which are not in use by the filesystem. This is useful in particular for solid-state drives (SSDs).\n\
                         A service and matching timer is available to periodically perform trim on relevant filesystems.\n\
                         \x20   systemctl enable trim.timer\n";
        for text in [news.collect::<String>(), source.collect(), manual.collect(), paragraph.into()] {
            let found = detect(&spread(text.as_bytes()), b"");
            assert_eq!(found.dialect.map(|d| &*d.name), None, "{text}");
        }
    }

    #[test]
    fn prose_is_no_log() {
        let prose = "Dear patient\nPlease find your statement attached.\n250 units were used.\nKind regards\n";
        let found = detect(&spread(prose.as_bytes()), b"");
        assert!(found.dialect.is_none() || found.assumed);
    }
}
