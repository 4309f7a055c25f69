//! Logs without a dialogue: what the writer says about connections and errors is all there is.

use std::{borrow::Borrow, cell::LazyCell};

use super::{
    Learned, about,
    token::{Token, tokens},
    words::Around,
};
use crate::{
    dialect::{
        Kind, Profile, Rule, noise, number,
        prose::is_prose,
        template::{Hole, Piece, Template},
        tokenize::slices,
    },
    knowledge::Knowledge,
    smtp,
};

/// As much of a line as may stand before the words of it.
const BEFORE_WORDS: usize = 60;

/// Learns a log without a dialogue, by its lines about connections and errors.
pub(super) fn learn(lines: &[&[u8]], asked: bool) -> Option<Learned> {
    let filled = lines.iter().copied().filter(|line| !line.trim_ascii().is_empty());
    let abouts: Vec<(&[u8], Option<Rule>)> =
        filled.map(|line| (line, about::about(line, &Around::default()))).collect();
    // Nothing names mail or a connection: the errors need not be known.
    let begins = |rule: &Rule| matches!(rule.kind, Kind::Connecting | Kind::Connected);
    let names_mail = LazyCell::new(|| names_mail(lines));
    if !asked && !abouts.iter().any(|(_, rule)| rule.as_ref().is_some_and(begins)) && !*names_mail {
        return None;
    }
    let (mut rules, mut errors, mut known, mut about_mail): (Vec<Rule>, usize, usize, usize) = Default::default();
    for (line, rule) in &abouts {
        let error = Knowledge::builtin().client_error(line).is_some();
        errors += usize::from(error);
        known += usize::from(error || rule.is_some());
        about_mail += usize::from(error || rule.is_some() || noise::is_about_mail(line));
        rules.extend(rule.iter().filter(|rule| !error && !rules.contains(rule)).cloned().collect::<Vec<_>>());
    }
    let connects = || connects(abouts.iter().map(|(line, rule)| (*line, rule.as_ref())));
    let share = |count: usize| count as f64 / abouts.len().max(1) as f64;
    let (score, about_mail) = (share(known), share(about_mail));
    let told = errors > 0 && (score >= 0.3 || about_mail >= 0.5 && score >= 0.1) && *names_mail;
    let prose = || is_prose(lines, lines.iter().filter(|line| is_timed(line)).count(), known);
    let enough = if asked { known > 0 } else { (connects() && score >= 0.5 || told) && !prose() };
    if !enough {
        return None;
    }
    let marks_end = rules.iter().any(|rule| rule.kind == Kind::Closed);
    // Whatever fits none is a note.
    rules.push(Rule { kind: Kind::Note, template: Template::parse("{text}").ok()? });
    let profile =
        Profile { name: "learned".into(), marks_sides: true, marks_data: true, marks_end, rules, ..Profile::default() };
    let score = (score * 500.0).round() / 1000.0;
    Some(Learned { profile, score, assumed: true, clean: 50, ..Learned::default() })
}

/// A time of day stands before the words, whatever stands around it.
fn is_timed(line: &[u8]) -> bool {
    let is_clock = |token: &Token| token.piece == Piece::Hole(Hole::Time) && line[token.span.clone()].contains(&b':');
    tokens(&line[..line.len().min(BEFORE_WORDS)]).iter().any(is_clock)
}

/// A line tells of a connection to a port of mail, or to a host that says what it is for, or of an error there. Each line
/// with what it says of a connection.
pub(super) fn connects<'a>(mut told: impl Iterator<Item = (&'a [u8], Option<impl Borrow<Rule>>)>) -> bool {
    let mail = |text: &[u8]| {
        let low = text.to_ascii_lowercase();
        [&b"smtp"[..], b"mail", b"epos", b"e-pos", b"relay", b"mx."]
            .iter()
            .any(|word| memchr::memmem::find(&low, word).is_some())
    };
    told.any(|(line, rule)| {
        let Some(rule) = rule else {
            return names_port(line) && Knowledge::builtin().client_error(line).is_some();
        };
        let Rule { kind, template } = rule.borrow();
        let Some(m) = template.matches(line) else { return false };
        let port = is_port(m.port);
        matches!(kind, Kind::Connecting | Kind::Connected) && (port || mail(m.host) || mail(line))
    })
}

/// A line names SMTP, a port of mail, or a host called `mail`: prose about mail names none of them.
fn names_mail(lines: &[&[u8]]) -> bool {
    let host = |line: &[u8]| {
        let mut found = memchr::memmem::find_iter(line, b"mail.");
        found.any(|at| line.get(at + 5).is_some_and(u8::is_ascii_alphanumeric))
    };
    let is = |word: &[u8], name: &[u8]| word.eq_ignore_ascii_case(name);
    let smtp = |word: &[u8]| word.len() >= 4 && is(&word[..4], b"smtp") || is(word, b"esmtp") || is(word, b"starttls");
    lines.iter().any(|line| names_port(line) || slices(line).any(smtp) || host(line))
}

/// A port of mail.
fn is_port(digits: &[u8]) -> bool {
    number(digits).and_then(|port| u16::try_from(port).ok()).is_some_and(|port| smtp::PORTS.contains(&port))
}

/// The line names a port of mail behind a colon or the word.
fn names_port(line: &[u8]) -> bool {
    let named = |before: &[u8]| [&b":"[..], b"port ", b"port: "].iter().any(|name| before.ends_with(name));
    let digits = line.chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()).filter(|run| run[0].is_ascii_digit());
    digits.into_iter().any(|run| {
        let at = run.as_ptr() as usize - line.as_ptr() as usize;
        let ends = !line.get(at + run.len()).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b':');
        is_port(run) && ends && named(&line[..at])
    })
}
