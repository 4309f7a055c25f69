//! A known dialect inside another program's lines: the container and the frame are taken off as for one that nobody
//! knows, and what is left is read as a dialect of the registry.

use std::{borrow::Cow, collections::BTreeMap};

use super::{
    columns, said, tails,
    token::{Token, tokens},
};
use crate::{
    container::{Container, Flat, Layout, MARK, timestamp},
    dialect::{
        Dialect, Event, Kind, Profile, Rule, Side, detect, few_of_each,
        template::{Hole, Piece, Template},
    },
};

/// A dialect inside a frame is taken only where it explains this much of the lines.
const ENOUGH: f64 = 0.5;
/// And this much more than the best dialect without a frame.
const BETTER: f64 = 0.2;
/// A longer frame must explain so much more than a shorter one, of which it may be a part.
const GAIN: f64 = 0.03;
/// A log in which no server is heard, such as that of a name that was not found, must be explained this far.
const CERTAIN: f64 = 0.9;
/// Replies that stand in a log without any command: a refusal to begin.
const ALONE: usize = 2;
/// No frame is longer than this before the text.
const HEAD: usize = 160;
/// Lines from everywhere that show what they have in common, and whether anybody speaks behind it.
const LOOKED_AT: usize = 48;
/// Of these of one kind, so many.
const OF_EACH: usize = 2;
/// A frame stands around this share of the lines, of ten.
const MOST: usize = 6;

/// The dialect inside a frame, where that explains the lines much better than `bare`, the score of the best dialect
/// without one; with its own score.
pub(crate) fn framed(lines: &[&[u8]], bare: f64) -> Option<(Dialect, f64)> {
    let containers = Container::candidates(lines, &[]);
    // Where each line is a record by its form, nothing is a plain line.
    let plain = !containers.iter().any(|container| container.is_sure());
    // Of equals the first is taken, and cells may be parts of a text.
    let (cells, named): (Vec<_>, Vec<_>) = containers.into_iter().partition(|c| matches!(c, Container::Cells(_)));
    let layouts = |of: Vec<Container>| of.into_iter().filter_map(|container| columns::find(container, lines)).map(Some);
    let mut best: Option<Found> = None;
    for layout in layouts(named).chain(plain.then_some(None)).chain(layouts(cells)) {
        best = Found::inside(layout, lines, best);
    }
    let found = best.filter(|found| found.score >= ENOUGH && found.score >= bare + BETTER)?;
    let score = found.score;
    Some((found.profile(lines).into_dialect(), score))
}

/// A dialect and what stands around its lines.
struct Found {
    speaks: bool,
    score: f64,
    dialect: &'static Dialect,
    layout: Option<Layout>,
    frame: Template,
}

impl Found {
    /// The best in records of this layout, or in plain lines, unless `best` is as good.
    fn inside(layout: Option<Layout>, lines: &[&[u8]], mut best: Option<Found>) -> Option<Found> {
        let flat = flattened(layout.as_ref(), lines);
        let lines: Vec<&[u8]> = flat.iter().map(|line| &**line).collect();
        let columns = if layout.is_some() { columns_before(&lines) } else { Vec::new() };
        let Ok(fields) = Template::new(columns.iter().cloned().chain([Piece::Hole(Hole::Text)])) else { return best };
        // What is indented goes on with the record before.
        let goes_on = |line: &[u8]| line.first().is_some_and(u8::is_ascii_whitespace);
        let mut texts: Vec<&[u8]> = texts_in(&fields, &lines).filter(|text| !goes_on(text)).collect();
        if texts.is_empty() {
            texts = texts_in(&fields, &lines).collect();
        }
        let heard: Vec<&[u8]> = lines.iter().copied().filter(|line| said::speaks(line)).collect();
        let whole = layout.is_some().then(Vec::new);
        // Longer beginnings of the same lines leave them the same end.
        let mut ended: Option<(usize, Vec<Piece>)> = None;
        for head in whole.into_iter().chain(heads(&texts)) {
            let before = || columns.iter().chain(&head).cloned().chain([Piece::Hole(Hole::Text)]);
            let Ok(open) = Template::new(before()) else { continue };
            let inside = texts_in(&open, &lines).count();
            let known = ended.take().filter(|(count, _)| *count == inside).map(|(_, tail)| tail);
            let tail = known.unwrap_or_else(|| tails::shared(texts_in(&open, &lines)));
            ended = Some((inside, tail.clone()));
            let closed = (!tail.is_empty()).then(|| Template::new(before().chain(tail)).ok()).flatten();
            for frame in closed.into_iter().chain([open]) {
                let better =
                    |known: &Found, (speaks, score): (bool, f64)| (speaks, score) > (known.speaks, known.score + GAIN);
                if let Some((speaks, score, dialect)) = read_as(&frame, &lines, &heard)
                    && best.as_ref().is_none_or(|known| better(known, (speaks, score)))
                {
                    best = Some(Found { speaks, score, dialect, layout: layout.clone(), frame });
                }
            }
        }
        best
    }

    /// As a profile; `lines` are of the log.
    fn profile(self, lines: &[&[u8]]) -> Profile {
        let Found { dialect, layout, frame, .. } = self;
        let flat = flattened(layout.as_ref(), lines);
        let lines: Vec<&[u8]> = flat.iter().map(|line| &**line).collect();
        let texts: Vec<&[u8]> = lines.iter().filter_map(|line| frame.matches(line)).map(|found| found.text).collect();
        // Where the dialect has stamps of its own, a line without one goes on with the line before.
        let stamps = texts.iter().any(|text| !dialect.read(text).stamp.is_empty());
        let piece = |piece| if stamps && piece == Piece::Hole(Hole::Time) { Piece::Hole(Hole::Stamp) } else { piece };
        let frame = Template::new(frame.pieces().map(piece)).unwrap_or(frame);
        let before = frame.pieces().take_while(|piece| *piece != Piece::Hole(Hole::Text));
        let open = Template::new(before.chain([Piece::Hole(Hole::Text)])).ok().filter(|open| *open != frame);
        let rules = [frame].into_iter().chain(open).map(|template| Rule { kind: Kind::Known, template }).collect();
        Profile {
            name: format!("framed-{}", dialect.name),
            known: Some(dialect),
            layout,
            rules,
            line_end: dialect.line_end,
            marks_sides: dialect.marks.sides(),
            marks_data: dialect.marks.data(),
            marks_end: dialect.marks.end(),
            utc: dialect.utc && stamps,
            ..Profile::default()
        }
    }
}

/// The dialect that the texts in this frame are in, and how far it explains them; whether a server is heard in it.
/// `heard`: those of the lines in which something may be said.
fn read_as(frame: &Template, lines: &[&[u8]], heard: &[&[u8]]) -> Option<(bool, f64, &'static Dialect)> {
    let heard = few_of_each(texts_in(frame, heard).chain(texts_in(frame, lines)), OF_EACH);
    let speaking = detect::speaking(&heard, tells);
    if speaking.is_empty() {
        return None;
    }
    let inside = lines.iter().map(|line| frame.matches(line).map_or(*line, |found| found.text));
    let inside: Vec<&[u8]> = inside.filter(|line| !line.trim_ascii().is_empty()).collect();
    let (score, dialect) = detect::best(speaking, &inside)?;
    let speaks = speaks(dialect, &inside);
    (speaks || score >= CERTAIN && tries(dialect, &inside)).then_some((speaks, score, dialect))
}

/// Somebody speaks, or a mail or the end of a connection is told of.
fn tells(dialect: &Dialect, line: &[u8]) -> bool {
    let event = dialect.read(line).event;
    detect::is_spoken(&event) || matches!(event, Event::Outcome(_) | Event::Secured | Event::Closed)
}

/// The text in this frame of a few of the lines.
fn texts_in<'a, 'l>(frame: &'a Template, lines: &'a [&'l [u8]]) -> impl Iterator<Item = &'l [u8]> + 'a {
    some(lines).filter_map(|line| frame.matches(line)).map(|found| found.text)
}

/// A few of them, from everywhere.
fn some<'a, 'l>(lines: &'a [&'l [u8]]) -> impl Iterator<Item = &'l [u8]> + 'a {
    lines.iter().copied().step_by(lines.len().div_ceil(LOOKED_AT).max(1))
}

fn flattened<'l>(layout: Option<&Layout>, lines: &[&'l [u8]]) -> Vec<Cow<'l, [u8]>> {
    let mut flat = Flat::default();
    let mut plain =
        |line: &[u8]| layout.is_some_and(|layout| layout.flatten(line, &mut flat)).then(|| flat.text().to_vec());
    lines.iter().map(|line| plain(line).map_or(Cow::Borrowed(*line), Cow::Owned)).collect()
}

/// The columns before the text of these records: the time, and others that say nothing here.
fn columns_before(lines: &[&[u8]]) -> Vec<Piece> {
    let some: Vec<&[u8]> = some(lines).collect();
    let columns = some.iter().map(|line| line.split(|b| *b == MARK).count() - 1).min().unwrap_or(0);
    let is_time = |column: usize| {
        let stamped = |line: &&&[u8]| {
            line.split(|b| *b == MARK).nth(column).is_some_and(|value| timestamp::extent(value) == Some(value.len()))
        };
        some.iter().filter(stamped).count() * 10 >= some.len() * MOST
    };
    let time = (0..columns).find(|column| is_time(*column));
    let piece = |column| Piece::Hole(if Some(column) == time { Hole::Time } else { Hole::Any });
    (0..columns).flat_map(|column| [piece(column), Piece::Literal(vec![MARK])]).collect()
}

/// What may stand before the text: the beginning that most of these have in common, cut where a word ends.
fn heads(texts: &[&[u8]]) -> Vec<Vec<Piece>> {
    let mut alike: Vec<Vec<Token>> = texts.iter().map(|text| tokens(&text[..text.len().min(HEAD)])).collect();
    let enough = |count: usize| count > 0 && count * 10 >= texts.len() * MOST;
    let (mut head, mut heads) = (Vec::new(), Vec::new());
    loop {
        let place = head.len();
        let mut counts: BTreeMap<&Piece, usize> = BTreeMap::new();
        alike.iter().filter_map(|tokens| tokens.get(place)).for_each(|t| *counts.entry(&t.piece).or_default() += 1);
        let Some((most, count)) = counts.iter().max_by_key(|(_, count)| **count) else { return heads };
        if !enough(*count) {
            return heads;
        }
        let piece = (*most).clone();
        alike.retain(|tokens| tokens.get(place).is_some_and(|token| token.piece == piece));
        head.push(piece);
        match head.last_mut() {
            Some(Piece::Gap) => {
                // The spaces before the text are counted: more of them may be the dialect's own.
                let spaces = alike.iter().map(|tokens| tokens[place].span.len()).min().unwrap_or(1);
                heads.push(head[..place].iter().cloned().chain([Piece::Literal(vec![b' '; spaces])]).collect());
            }
            Some(Piece::Literal(literal)) if !literal.last().is_some_and(u8::is_ascii_alphanumeric) => {
                heads.push(head.clone());
            }
            _ => {}
        }
    }
}

/// A dialogue is heard, or a whole mail is told of. A server that speaks to nobody has the mark of another dialect, cut
/// in two: `<< 250` behind a frame that ends in `<`.
fn speaks(dialect: &Dialect, lines: &[&[u8]]) -> bool {
    let (mut replies, mut commands) = (0, 0);
    for line in lines {
        match dialect.read(line).event {
            Event::Turn(Side::Server) | Event::Outcome(_) => return true,
            Event::Server(..) => replies += 1,
            Event::Client(..) => commands += 1,
            _ => {}
        }
        if replies > 0 && commands > 0 {
            return true;
        }
    }
    (1..=ALONE).contains(&replies)
}

/// The writer names a connection, so that these are not just any program's words about an error.
fn tries(dialect: &Dialect, lines: &[&[u8]]) -> bool {
    let connection = |line: &&[u8]| {
        matches!(dialect.read(line).event, Event::Connecting(_) | Event::Connected(_) | Event::Secured | Event::Closed)
    };
    lines.iter().any(connection)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{Open, detect, spread};

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
        assert_eq!(read.event, inner_server(b"220 mail.example ESMTP"));
        assert_eq!(read.stamp, b"2026-11-23T08:26:00Z");
    }

    fn inner_server(text: &[u8]) -> Event<'_> {
        Event::Server(text, Open::No)
    }

    #[test]
    fn prose_is_in_no_frame() {
        let prose = "> Dear patient\n> Please find your statement attached.\n> 250 units were used.\n> Kind regards\n";
        assert!(framed(&spread(prose.as_bytes()), 0.0).is_none());
    }
}
