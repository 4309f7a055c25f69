//! Dialects nobody has shown us: learned from the log itself.
//!
//! Whoever writes an SMTP log, and however, the replies in it begin with three digits and the commands with one of a
//! dozen words (RFC 5321). What stands before them, line after line, is the dialect: `frame` collects it, `marks`
//! chooses which of it makes a dialogue where each command has one reply, and `build` writes a profile from that.
//! Nothing here knows a program by name.

mod about;
mod build;
mod columns;
mod ending;
mod frame;
mod key;
mod known;
mod marks;
mod plausible;
pub(super) mod said;
mod tails;
pub(super) mod token;
mod told;
mod words;

use std::collections::{HashMap, HashSet};

pub(crate) use known::framed;
pub(crate) use words::is_of_connections;

use super::{
    Dialect, Event, Kind, LineEnd, Profile, Rule,
    kinds::kind,
    template::{Hole, Piece, Template},
    tokenize::is_exception,
    untraced,
};
use crate::{
    container::{Container, Flat, MARK},
    memo::Quick,
};
use build::Builder;
use frame::Hits;
use key::Key;
use marks::Marks;
use plausible::is_dialogue;
use said::Said;

/// Lines of the sample that are looked at.
const LINES: usize = 6_000;
/// Of a log that goes on as it begins, so many tell all.
const BEGINNING: usize = 200;
/// Where they do not, so many times as many are looked at next.
const FURTHER: usize = 5;
/// What a reply to a command is worth.
const ANSWER: i64 = 4;
/// A greeting and a reply to a command, or two replies, where some command may have none.
const TWO_ANSWERS: i64 = 2 * ANSWER - 1;
/// So many replies in the order of SMTP, from the greeting on, tell of a client that the log leaves out.
const SERVER_ALONE: i64 = 4;
/// A log of which so much is explained is regular.
const REGULAR: f64 = 0.9;
/// Replies and commands that make a dialogue sure.
const SURE: i64 = 6;

/// How many lines there are of each kind.
type Kinds = HashMap<u64, usize, Quick>;

/// A dialect that was learned.
#[derive(Clone, Debug, Default)]
pub struct Learned {
    /// How it looks.
    pub profile: Profile,
    /// How sure that is, 0 to 1.
    pub score: f64,
    /// Learned from little.
    pub assumed: bool,
    /// The sample holds a dialogue; else only words about connections were found.
    pub dialogue: bool,
    /// The server and the client are heard, or a server alone through a whole conversation.
    both: bool,
    /// How well the dialogue fits together.
    worth: i64,
    /// Of 100 texts, how many begin where their field begins; 50 in plain lines, where there are no fields.
    clean: usize,
}

impl Learned {
    /// A server speaks, not only to refuse, in lines that do not quote it behind a word of an error. `lines` are of the log it
    /// was learned from.
    pub fn hears(&self, lines: &[&[u8]]) -> bool {
        let (mut said, mut quoted, mut positive) = (0usize, 0usize, false);
        for line in lines {
            self.profile.flattened(line, |line, _| {
                let Some((rule, found)) = self.profile.rule_of(line) else { return };
                if matches!(rule.kind, Kind::Server | Kind::Reply) && marks_a_server(&rule.template) {
                    let before = line.len().saturating_sub(found.text.len());
                    said += 1;
                    positive |= matches!(found.text, [b'2' | b'3', ..]);
                    quoted += usize::from(tells_of_error(&line[..before]));
                }
            });
        }
        (positive || self.both) && quoted * 2 < said
    }

    /// Both sides are heard: this is no list of errors.
    pub fn converses(&self) -> bool {
        self.dialogue && (self.worth >= TWO_ANSWERS || self.both && self.worth > 0)
    }

    /// More lines would tell nothing else, where they are like these.
    fn is_sure(&self) -> bool {
        self.dialogue && self.both && !self.assumed && self.score >= REGULAR
    }

    /// The rest of the log is as its beginning, from which this was learned: nothing in it is strange but what is of a kind that
    /// is `known` from there.
    fn holds(&self, known: &Kinds, rest: &[&[u8]]) -> bool {
        let is_strange = |line: &[u8]| {
            matches!(self.profile.read(line).event, Event::Unknown(_) | Event::Unmarked(..) | Event::Note(_))
        };
        // A log says the same again and again, and to read it takes longer than to see that.
        let mut seen: HashSet<u64, Quick> = HashSet::default();
        rest.iter().all(|line| {
            let kind = kind(line);
            known.contains_key(&kind) || !seen.insert(kind) || !is_strange(line)
        })
    }

    /// Both sides are heard.
    pub fn hears_both(&self) -> bool {
        self.both
    }

    /// Its lines name the session that they belong to.
    pub fn tells_sessions_apart(&self) -> bool {
        self.profile.has_key()
    }

    /// Something stands around what is said, between several lines of it, or tells who says it: it is no bare transcript.
    pub fn is_framed(&self) -> bool {
        let said = |rule: &&Rule| matches!(rule.kind, Kind::Either | Kind::Reply | Kind::Bare);
        self.profile.marks_sides
            || self.profile.line_end != LineEnd::Line
            || self.profile.rules.iter().filter(said).any(|rule| rule.template.pieces().count() > 1)
    }

    /// It tells of connections, or in a dialogue of their end.
    pub fn tells_of_connections(&self) -> bool {
        let begins = [Kind::Connecting, Kind::Connected].iter().any(|kind| self.profile.has(*kind));
        begins || self.dialogue && self.profile.has(Kind::Closed)
    }

    /// The line says that a connection is made.
    pub fn begins_connection(&self, line: &[u8]) -> bool {
        matches!(self.profile.read(line).event, Event::Connecting(_) | Event::Connected(_))
    }

    /// What a reading tells beside the dialogue, each worth a reply: sides, sessions, times.
    fn told(&self) -> i64 {
        let time = self.profile.rules.iter().any(|rule| rule.template.has(Hole::Time));
        ANSWER * [self.profile.marks_sides, self.profile.has_key(), time].map(i64::from).iter().sum::<i64>()
    }

    /// As a dialect.
    pub fn into_dialect(self) -> Dialect {
        self.profile.into_dialect()
    }
}

/// Learns the dialect of a sample of lines; `None` where it is no SMTP log. `asked`: the user says that it is one, so
/// that a log without any dialogue, where each connection failed, is read by its words.
///
/// Of all readings, as plain lines and as records of every format that they may be in, the one is taken that makes the best
/// dialogue.
pub fn learn<'a>(sample: impl Iterator<Item = &'a [u8]>, asked: bool) -> Option<Learned> {
    let lines: Vec<&[u8]> = untraced(sample.take(LINES)).collect();
    let mut looked = BEGINNING;
    loop {
        let (beginning, rest) = lines.split_at(lines.len().min(looked));
        let learned = learn_lines(beginning, asked);
        if rest.is_empty() {
            return learned;
        }
        let known = kinds(beginning);
        let enough = |learned: &Learned| learned.is_sure() && learned.holds(&known, rest);
        if learned.as_ref().is_some_and(enough) || goes_on(&known, rest) {
            return learned;
        }
        looked *= FURTHER;
    }
}

fn kinds(lines: &[&[u8]]) -> Kinds {
    let mut kinds = Kinds::default();
    lines.iter().for_each(|line| *kinds.entry(kind(line)).or_default() += 1);
    kinds
}

/// Every line of the rest is of a kind that the beginning has more than once, so that the rest tells nothing else.
fn goes_on(known: &Kinds, rest: &[&[u8]]) -> bool {
    rest.iter().all(|line| known.get(&kind(line)).is_some_and(|count| *count > 1))
}

fn learn_lines(lines: &[&[u8]], asked: bool) -> Option<Learned> {
    let said = said::begins(lines, LineEnd::Line);
    let spoken: Vec<&[u8]> =
        lines.iter().copied().zip(&said).filter(|(_, said)| !said.is_empty()).map(|(line, _)| line).collect();
    let pair = columns::pair(lines.iter().copied().zip(&said).filter(|(_, said)| said.len() > 1));
    let records = Container::candidates(lines, &spoken).into_iter().chain(pair);
    let records: Vec<Learned> = records.filter_map(|container| learn_records(container, lines, asked)).collect();
    // What is a record by its form is no plain line.
    let formed = |learned: &Learned| {
        learned.converses() && learned.profile.layout.as_ref().is_some_and(|layout| layout.container.is_sure())
    };
    let plain = if records.iter().any(formed) { None } else { learn_plain(lines, LineEnd::Line, said, asked) };
    // Of equals the last is taken: the surest format.
    let rank = |learned: &Learned| (learned.dialogue, learned.worth + learned.told(), learned.clean);
    plain.into_iter().chain(records.into_iter().rev()).max_by_key(rank)
}

/// Learns the dialect of records in a container.
fn learn_records(container: Container, lines: &[&[u8]], asked: bool) -> Option<Learned> {
    let layout = columns::find(container, lines)?;
    let mut flat = Flat::default();
    let mut plain: Vec<Vec<u8>> = Vec::with_capacity(lines.len());
    for line in lines {
        plain.push(if layout.flatten(line, &mut flat) { flat.text().to_vec() } else { line.to_vec() });
        if layout.flatten_reply(line, &mut flat) {
            plain.push(flat.text().to_vec());
        }
    }
    let plain: Vec<&[u8]> = plain.iter().map(Vec::as_slice).collect();
    let line_end = LineEnd::of_layout(&layout);
    let mut learned = learn_plain(&plain, line_end, said::begins(&plain, line_end), asked)?;
    // The other formats name their fields; cells may be parts of a text.
    learned.clean = if matches!(container, Container::Cells(_) | Container::Pair(_)) { clean(&plain) } else { 100 };
    learned.profile.layout = Some(layout);
    Some(learned)
}

/// Of 100 lines in which something is said, how many say it right where their last column begins.
fn clean(lines: &[&[u8]]) -> usize {
    let begins: Vec<bool> = lines
        .iter()
        .filter_map(|line| {
            let said = *said::said(line, LineEnd::Line, Some(&[])).last()?;
            Some(said.at == 0 || line[said.at - 1] == MARK)
        })
        .collect();
    begins.iter().filter(|begins| **begins).count() * 100 / begins.len().max(1)
}

fn learn_plain(lines: &[&[u8]], line_end: LineEnd, begins: Vec<Vec<Said>>, asked: bool) -> Option<Learned> {
    let hits = Hits::find(lines, line_end, begins);
    let Some(mut marks) = Marks::choose(lines, &hits) else { return told::learn(lines, asked) };
    let key = Key::find(lines, &hits, &marks);
    if let Some(key) = &key {
        marks.fit = key.fit;
    }
    if !is_dialogue(lines, &hits, &marks, asked) {
        return told::learn(lines, asked);
    }
    let greeted = hits.hits.first().is_some_and(|hit| hit.is_greeting());
    let alone = greeted && marks.fit.unasked == 0 && marks.fit.answered >= SERVER_ALONE;
    let builder = Builder::new(lines, &hits, &marks, key.as_ref(), line_end);
    let profile = builder.profile();
    let score = (builder.score(&profile) * 1000.0).round() / 1000.0;
    let assumed = score < 0.6 || marks.fit.answered < SURE;
    (asked || score >= 0.2).then_some(Learned {
        profile,
        score,
        assumed,
        dialogue: true,
        both: !marks.server.is_empty() && (alone || !marks.client.is_empty()),
        worth: marks.fit.score(),
        clean: 50,
    })
}

/// More than columns stands before the text.
fn marks_a_server(template: &Template) -> bool {
    let mut before = template.pieces().take_while(|piece| *piece != Piece::Hole(Hole::Text));
    before.any(|piece| match piece {
        Piece::Literal(literal) => literal.iter().any(|b| !b" :;,-|()[]\"'\t".contains(b)),
        _ => false,
    })
}

/// A word of an error stands here, so that a reply behind it is only quoted.
fn tells_of_error(before: &[u8]) -> bool {
    words::words(before).iter().any(|word| {
        words::tells_of_trouble(word)
            || is_exception(word.as_bytes())
            || ["response", "err"].iter().any(|end| word.ends_with(end))
    })
}

#[cfg(test)]
mod tests;
