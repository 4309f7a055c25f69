//! What stands around the dialogue: frames, and the lines that are in them.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::{
    said::{HEAD, Said, Words, closer, said},
    tails::Tails,
    token::{Shapes, Token, is_word, tokens},
};
use crate::{
    dialect::{
        LineEnd,
        template::{Hole, Piece, Template},
    },
    smtp::Verb,
};

/// The text before what was said.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Frame {
    pub before: Vec<Piece>,
}

impl Frame {
    /// Its template, with the text in it.
    pub(super) fn template(&self) -> Option<Template> {
        Template::new(self.before.iter().cloned().chain([Piece::Hole(Hole::Text)])).ok()
    }

    /// Words of a sentence, without a mark before the number that begins the text: `Expected response code 250 but`.
    pub(super) fn is_prose(&self) -> bool {
        let literal = |piece: &Piece| match piece {
            Piece::Literal(literal) => literal.clone(),
            Piece::Gap => vec![b' '],
            Piece::Hole(_) => vec![0],
        };
        let before = self.before.iter().map(literal).collect::<Vec<_>>().concat();
        let sentence = before.rsplit(|b| !b.is_ascii_alphabetic() && *b != b' ').next().unwrap_or_default();
        sentence.ends_with(b" ") && sentence.split(|b| *b == b' ').filter(|word| word.len() > 2).count() >= 3
    }

    /// The mark that closes what opens right before the text.
    pub(super) fn closer(&self) -> Option<u8> {
        match self.before.last()? {
            Piece::Literal(literal) => literal.last().and_then(|b| closer(*b)),
            _ => None,
        }
    }
}

/// A line in which something is said.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    /// Number of the line in the sample.
    pub line: usize,
    /// What, and where.
    pub said: Said,
    /// Which frame it is in.
    pub frame: usize,
}

impl Hit {
    pub(super) fn is_reply(&self) -> bool {
        self.said.what.code().is_some()
    }

    /// Nothing of the same connection stands before it, as a rule: a greeting, or a refusal to give one.
    pub(super) fn begins(&self) -> bool {
        matches!(self.said.what.code(), Some(220 | 421 | 554 | 550 | 521 | 450 | 451))
    }

    /// It may answer the end of a mail's text.
    pub(super) fn ends_text(&self) -> bool {
        matches!(self.said.what.code(), Some(250..=253 | 400..))
    }

    pub(super) fn quits(&self) -> bool {
        self.said.what.verb() == Some(Verb::Quit)
    }

    pub(super) fn is_greeting(&self) -> bool {
        self.said.what.code() == Some(220)
    }
}

/// All hits of a sample, with their frames.
#[derive(Debug, Default)]
pub(super) struct Hits {
    pub hits: Vec<Hit>,
    pub frames: Vec<Frame>,
    pub tails: Tails,
}

/// Replies and commands in a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub replies: usize,
    pub commands: usize,
}

impl Count {
    fn add(&mut self, hit: &Hit) {
        self.replies += usize::from(hit.is_reply());
        self.commands += usize::from(!hit.is_reply());
    }
}

impl Hits {
    /// Finds what is said in the lines and sorts it by what stands around it. `begins`: where in each something may be said,
    /// as long as nobody knows what stands behind it.
    pub(super) fn find(lines: &[&[u8]], line_end: LineEnd, begins: Vec<Vec<Said>>) -> Hits {
        let shapes = Shapes::of(lines);
        let spoken = |all: Vec<Vec<Said>>| {
            let all = all.into_iter().enumerate();
            let mut spoken: Vec<(usize, Vec<Said>)> = all.filter(|(_, said)| !said.is_empty()).collect();
            skip_columns(&shapes, &mut spoken);
            spoken
        };
        let tails = Tails::find(&shapes, &spoken(begins));
        let all = spoken(lines.iter().map(|line| said(line, line_end, Some(&tails.client))).collect());
        let mut found = Hits { tails, ..Hits::default() };
        let mut known = BTreeMap::new();
        for (line, said) in all {
            let Some(said) = said.first().copied() else { continue };
            let frame = *known.entry(shapes.before(line, said.at)).or_insert_with_key(|before| {
                found.frames.push(Frame { before: before.to_vec() });
                found.frames.len() - 1
            });
            found.hits.push(Hit { line, said, frame });
        }
        found.generalise();
        found.tell_apart(lines);
        found
    }

    /// Replies and commands of each frame.
    pub(super) fn counts(&self) -> Vec<Count> {
        let mut counts = vec![Count::default(); self.frames.len()];
        for hit in &self.hits {
            counts[hit.frame].add(hit);
        }
        counts
    }

    /// Frames of one side that differ in a word or two are one: the word is a level, a thread, a session.
    fn generalise(&mut self) {
        let counts = self.counts();
        let mut order: Vec<usize> = (0..self.frames.len()).filter(|f| counts[*f] != Count::default()).collect();
        order.sort_by_key(|f| std::cmp::Reverse(counts[*f].replies + counts[*f].commands));
        let is_server = |f: usize| counts[f].replies >= counts[f].commands;
        let mut merged: Vec<(Frame, bool)> = Vec::new();
        let mut becomes = vec![0; self.frames.len()];
        for &f in &order {
            let place = merged.iter().position(|(known, server)| {
                *server == is_server(f)
                    && union(known, &self.frames[f]).is_some_and(|union| {
                        // It must not take in what the other side says, nor vary in what is the other side's text.
                        let varies = union.before.iter().zip(&known.before).position(|(now, before)| now != before);
                        let head = &union.before[..varies.unwrap_or(union.before.len())];
                        let takes = |o: &Frame| covers(&union, o) || o.before == head;
                        !order.iter().any(|o| is_server(*o) != *server && takes(&self.frames[*o]))
                    })
            });
            becomes[f] = match place {
                Some(place) => {
                    if let Some(union) = union(&merged[place].0, &self.frames[f]) {
                        merged[place].0 = union;
                    }
                    place
                }
                None => {
                    merged.push((self.frames[f].clone(), is_server(f)));
                    merged.len() - 1
                }
            };
        }
        for hit in &mut self.hits {
            hit.frame = becomes[hit.frame];
        }
        self.frames = merged.into_iter().map(|(frame, _)| frame).collect();
    }
}

impl Hits {
    /// Frames of the two sides that differ in nothing but numbers differ by these, where each side has one of its own:
    /// `#008000` and `#0000c0` are colours, and a third may be that of remarks.
    fn tell_apart(&mut self, lines: &[&[u8]]) {
        let counts = self.counts();
        let (servers, clients): (Vec<usize>, Vec<usize>) = (0..self.frames.len())
            .filter(|f| counts[*f].replies + counts[*f].commands > 1)
            .partition(|f| counts[*f].replies >= counts[*f].commands);
        for (&server, &client) in servers.iter().flat_map(|server| clients.iter().map(move |client| (server, client))) {
            let (one, other) = (&self.frames[server], &self.frames[client]);
            if !covers(one, other) && !covers(other, one) {
                continue;
            }
            let (of_server, of_client) = (self.numbers(lines, server), self.numbers(lines, client));
            for (at, (one, other)) in of_server.into_iter().zip(of_client).enumerate() {
                if let (Some(one), Some(other)) = (one, other)
                    && one != other
                {
                    self.frames[server].before[at] = Piece::Literal(one);
                    self.frames[client].before[at] = Piece::Literal(other);
                }
            }
        }
    }

    /// For each piece of the frame the number that stands there in all lines, if it is one and always the same.
    fn numbers(&self, lines: &[&[u8]], frame: usize) -> Vec<Option<Vec<u8>>> {
        let is_number = |piece: &Piece| matches!(piece, Piece::Hole(Hole::Number | Hole::Id));
        let mut same: Option<Vec<Option<&[u8]>>> = None;
        for hit in self.hits.iter().filter(|hit| hit.frame == frame) {
            let before = &lines[hit.line][..hit.said.at];
            let value = |token: Token| is_number(&token.piece).then(|| &before[token.span]);
            let values: Vec<Option<&[u8]>> = tokens(before).into_iter().map(value).collect();
            same = Some(match same {
                Some(same) => same.into_iter().zip(values).map(|(one, other)| one.filter(|_| one == other)).collect(),
                None => values,
            });
        }
        same.unwrap_or_default().into_iter().map(|value| value.map(<[u8]>::to_vec)).collect()
    }
}

/// A column of numbers may look like reply codes, and a field may be called `Data`; then what is really said stands
/// behind it.
fn skip_columns(shapes: &Shapes<'_>, all: &mut Vec<(usize, Vec<Said>)>) {
    let shape = |(line, said): &(usize, Vec<Said>)| (said[0].what.code().is_some(), shapes.before(*line, said[0].at));
    let shapes: Vec<(bool, Rc<[Piece]>)> = all.iter().map(shape).collect();
    let mut by_shape: BTreeMap<&(bool, Rc<[Piece]>), Column> = BTreeMap::new();
    for ((_, said), shape) in all.iter().zip(&shapes) {
        let first = said[0];
        let column = by_shape.entry(shape).or_default();
        column.seen += 1;
        *column.words.entry(first.what.code().ok_or(first.what)).or_default() += 1;
        // A joined reply repeats its code; behind a column of numbers stands another.
        let code = first.what.code();
        let other = |next: &&Said| next.what != first.what && (next.what.code().is_none() || next.what.code() != code);
        let more = said[1..].iter().find(other);
        column.more += usize::from(more.is_some());
        column.behind.extend(more.map(|next| next.what));
    }
    by_shape.retain(|_, column| column.is_one());
    for ((_, said), shape) in all.iter_mut().zip(&shapes) {
        if by_shape.contains_key(shape) {
            said.remove(0);
        }
    }
    all.retain(|(_, said)| !said.is_empty());
}

/// What stands where a reply or a command might.
#[derive(Default)]
struct Column {
    seen: usize,
    /// Lines in which more is said behind it.
    more: usize,
    /// What is said there: the same behind each is a name, such as that of the element which is closed, or a sentence's end.
    behind: BTreeSet<Words>,
    /// Lines with each code or command.
    words: BTreeMap<Result<u16, Words>, usize>,
}

impl Column {
    /// It is a column: something is said behind it in most lines, or in some while it hardly ever changes. A command
    /// behind which a reply stands is none: both may stand in one line.
    fn is_one(&self) -> bool {
        let commonest = self.words.values().max().copied().unwrap_or(0);
        let fixed = commonest * 10 >= self.seen * 9 && self.more >= 2;
        let number = self.words.keys().all(Result::is_ok);
        self.seen >= 3 && self.behind.len() > 1 && (number && self.more * 10 >= self.seen * 7 || fixed)
    }
}

/// Both in one, where they differ only in words that may vary.
fn union(a: &Frame, b: &Frame) -> Option<Frame> {
    if a.before.len() != b.before.len() {
        return None;
    }
    let mut out = a.clone();
    let mut differ = 0;
    for (piece, other) in out.before.iter_mut().zip(&b.before) {
        if piece != other {
            *piece = both(piece, other)?;
            differ += 1;
        }
    }
    (differ <= 2 && out.template().is_some()).then_some(out)
}

fn both(a: &Piece, b: &Piece) -> Option<Piece> {
    let varies = |piece: &Piece| match piece {
        Piece::Literal(word) if is_word(word[0]) => Some(word.iter().all(|b| is_word(*b) && b.is_ascii())),
        Piece::Hole(Hole::Number | Hole::Id | Hole::Level) => Some(true),
        Piece::Hole(Hole::Word) => Some(false),
        _ => None,
    };
    let plain = varies(a)? && varies(b)?;
    Some(Piece::Hole(if plain { Hole::Id } else { Hole::Word }))
}

/// Lines in `other` would match `general` too.
fn covers(general: &Frame, other: &Frame) -> bool {
    let fits = |piece: &Piece, other: &Piece| {
        piece == other || matches!(piece, Piece::Hole(Hole::Id | Hole::Word)) && both(other, other).is_some()
    };
    general.before.len() == other.before.len()
        && general.before.iter().zip(&other.before).all(|(piece, other)| fits(piece, other))
}

/// As much of a line as is looked at for its head.
pub(super) fn head(line: &[u8]) -> &[u8] {
    &line[..line.len().min(HEAD)]
}

#[cfg(test)]
mod tests {
    use super::{super::said::begins, *};

    #[test]
    fn colours_of_the_sides_are_told_apart() {
        let log = "#008000 220 mail\n#0000c0 HELO pc\n#008000 250 mail\n#0000c0 DATA\n#008000 354 go\n#808080 text\n#0000c0 .\n\
                   #008000 250 OK\n#0000c0 QUIT\n#008000 221 bye\n";
        let lines: Vec<&[u8]> = log.lines().map(str::as_bytes).collect();
        let hits = Hits::find(&lines, LineEnd::Line, begins(&lines, LineEnd::Line));
        let shown: Vec<String> = hits.frames.iter().map(|frame| frame.template().unwrap().to_string()).collect();
        assert_eq!(shown, ["#008000 {text}", "#0000c0 {text}"]);
    }

    #[test]
    fn what_a_mail_quotes_behind_the_clients_mark_is_no_server() {
        let log = ">>> SERVER: 220 mail\n>>> HELO pc\n>>> SERVER: 250 mail\n>>> DATA\n>>> SERVER: 354 go\n>>> S: 250 OK\n\
                   >>> QUIT\n>>> SERVER: 221 bye\n";
        let lines: Vec<&[u8]> = log.lines().map(str::as_bytes).collect();
        let hits = Hits::find(&lines, LineEnd::Line, begins(&lines, LineEnd::Line));
        assert_eq!(hits.frames[hits.hits[0].frame].template().unwrap().to_string(), ">>> SERVER: {text}");
    }
}
