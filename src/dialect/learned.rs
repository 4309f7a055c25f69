//! Handwritings nobody has shown us: learned from the log itself.
//!
//! Whoever writes an SMTP log, and however, the replies in it begin with three digits and the commands with one of a
//! dozen words (RFC 5321). What stands before them, line after line, is the handwriting: `frame` collects it, `marks`
//! chooses which of it makes a dialogue where each command has one reply, and `build` writes a profile from that.
//! Nothing here knows a program by name.

mod about;
mod build;
mod ending;
mod frame;
mod key;
mod marks;
mod said;
mod token;
mod words;

use super::{Dialect, Profile};
use crate::knowledge::Knowledge;
use build::Builder;
use frame::Hits;
use marks::Marks;

/// Lines of the sample that are looked at.
const LINES: usize = 6_000;
/// Replies and commands that make a dialogue sure.
const SURE: i64 = 6;

/// A handwriting that was learned.
#[derive(Clone, Debug)]
pub struct Learned {
    /// How it looks.
    pub profile: Profile,
    /// How sure that is, 0 to 1.
    pub score: f64,
    /// Learned from little.
    pub assumed: bool,
}

impl Learned {
    /// As a dialect.
    #[must_use]
    pub fn into_dialect(self) -> Dialect {
        self.profile.into_dialect()
    }
}

/// Learns the handwriting of a sample of lines; `None` where it is no SMTP log. `asked`: the user says that it is one, so
/// that a log without any dialogue, where each connection failed, is read by its words.
#[must_use]
pub fn learn<'a>(sample: impl Iterator<Item = &'a [u8]>, asked: bool) -> Option<Learned> {
    let lines: Vec<&[u8]> = sample.take(LINES).collect();
    let hits = Hits::find(&lines);
    let marks = Marks::choose(&lines, &hits).filter(|marks| is_dialogue(&lines, &hits, marks, asked));
    let Some(marks) = marks else { return words_only(&lines, asked) };
    let builder = Builder::new(&lines, &hits, &marks);
    let profile = builder.profile();
    let score = (builder.score(&profile) * 1000.0).round() / 1000.0;
    let assumed = score < 0.6 || marks.fit.answered < SURE;
    (asked || score >= 0.2).then_some(Learned { profile, score, assumed })
}

/// Whether the replies and commands are a dialogue, not numbers and words in some other text.
fn is_dialogue(lines: &[&[u8]], hits: &Hits, marks: &Marks, asked: bool) -> bool {
    let both = !marks.server.is_empty() && !marks.client.is_empty();
    let fit = marks.fit;
    if asked {
        return both || fit.answered > 0 && !is_column(lines, hits);
    }
    both && fit.answered >= 3 && fit.answered > 2 * fit.unasked
}

/// The same number in every line is a column: a thread, a process.
fn is_column(lines: &[&[u8]], hits: &Hits) -> bool {
    let code = |hit: &frame::Hit| match hit.said.what {
        said::Words::Reply { code, .. } => code,
        said::Words::Command(_) => 0,
    };
    let first = hits.hits.first().map_or(0, code);
    let all = lines.iter().filter(|line| !line.trim_ascii().is_empty()).count();
    hits.hits.len() >= 3
        && hits.hits.len() * 10 >= all * 8
        && first != 220
        && hits.hits.iter().all(|hit| code(hit) == first)
}

/// A log without a dialogue: lines about connections, and errors.
fn words_only(lines: &[&[u8]], asked: bool) -> Option<Learned> {
    let mut rules = Vec::new();
    let (mut seen, mut errors, mut known) = (0usize, 0usize, 0usize);
    let knowledge = Knowledge::builtin();
    for line in lines.iter().filter(|line| !line.trim_ascii().is_empty()) {
        seen += 1;
        let rule = about::about(line, &words::Keys::new());
        let error = knowledge.client_error(line).is_some();
        errors += usize::from(error);
        known += usize::from(error || rule.is_some());
        if let Some(rule) = rule.filter(|rule| !error && !rules.contains(rule)) {
            rules.push(rule);
        }
    }
    // The writer says the same when it opens: no end of a connection.
    let first = |of: &[super::Kind]| {
        lines
            .iter()
            .position(|line| about::about(line, &words::Keys::new()).is_some_and(|rule| of.contains(&rule.kind)))
    };
    let begins = first(&[super::Kind::Connecting, super::Kind::Connected]);
    if begins.is_some() && first(&[super::Kind::Closed]) < begins {
        for rule in rules.iter_mut().filter(|rule| rule.kind == super::Kind::Closed) {
            rule.kind = super::Kind::Ignore;
        }
    }
    let connects = rules.iter().any(|rule| rule.kind != super::Kind::Setting);
    let score = known as f64 / seen.max(1) as f64;
    let enough = if asked { known > 0 } else { errors > 0 && connects && score >= 0.5 };
    if !enough {
        return None;
    }
    let note = super::Template::parse("{text}").ok()?;
    rules.push(super::Rule { kind: super::Kind::Note, template: note });
    let marks_end = rules.iter().any(|rule| rule.kind == super::Kind::Closed);
    let line_end = super::LineEnd::Line;
    let profile = Profile {
        name: "learned".into(),
        rules,
        line_end,
        marks_sides: true,
        marks_data: true,
        marks_dot: false,
        marks_end,
        utc: false,
    };
    Some(Learned { profile, score: (score * 500.0).round() / 1000.0, assumed: true })
}
