//! The column that tells apart sessions that run at the same time.

use std::collections::BTreeMap;

use super::{
    frame::{Hit, Hits},
    marks::{Marks, Reading},
    token::tokens,
    words::Keys,
};
use crate::dialect::template::{Hole, Piece};

/// Fewer lines than this, on the average, make no session.
const LINES: usize = 4;

/// Which piece of the heads is the session key, if one is.
///
/// The lines of each of its values must make a dialogue that is at least as whole as all lines together, and most
/// values must begin with a greeting: a counter or a size does neither.
pub(super) fn find(lines: &[&[u8]], hits: &Hits, marks: &Marks) -> Option<usize> {
    let said: Vec<&Hit> = hits.hits.iter().filter(|hit| marks.says(hit)).collect();
    let frames: Vec<&[Piece]> = marks.server.iter().chain(&marks.client).map(|f| &hits.frames[*f].before[..]).collect();
    let columns = frames.iter().map(|frame| frame.len()).min()?;
    let together = reading(&said);
    (0..columns)
        .filter(|column| {
            let varies = |frame: &&[Piece]| matches!(frame[*column], Piece::Hole(Hole::Number | Hole::Id | Hole::Word));
            frames.iter().all(varies)
        })
        .filter_map(|column| {
            let apart = apart(lines, &said, column)?;
            (apart >= together).then_some((apart, column))
        })
        // Of equal columns the last stands nearest to the text: process before thread before session.
        .max_by_key(|(fit, column)| (*fit, *column))
        .map(|(_, column)| column)
}

/// The values of the key.
pub(super) fn values(lines: &[&[u8]], hits: &Hits, marks: &Marks, column: usize) -> Keys {
    let said = hits.hits.iter().filter(|hit| marks.says(hit));
    said.filter_map(|hit| value(lines, hit, column)).map(<[u8]>::to_vec).collect()
}

fn value<'a>(lines: &[&'a [u8]], hit: &Hit, column: usize) -> Option<&'a [u8]> {
    let head = tokens(&lines[hit.line][..hit.said.at]);
    Some(&lines[hit.line][head.get(column)?.span.clone()])
}

fn reading(said: &[&Hit]) -> i64 {
    let mut reading = Reading::default();
    said.iter().for_each(|hit| reading.take(hit));
    reading.score()
}

/// How whole the dialogues are when read apart; none where the values are no keys.
fn apart(lines: &[&[u8]], said: &[&Hit], column: usize) -> Option<i64> {
    let mut by_value: BTreeMap<&[u8], Vec<&Hit>> = BTreeMap::new();
    for hit in said {
        by_value.entry(value(lines, hit, column)?).or_default().push(hit);
    }
    let greeted = by_value.values().filter(|hits| hits.iter().any(|hit| hit.is_greeting())).count();
    let keys = by_value.len() >= 2 && said.len() >= LINES * by_value.len() && greeted * 10 >= by_value.len() * 7;
    keys.then(|| by_value.values().map(|hits| reading(hits)).sum())
}
