//! From the frames of the dialogue to a profile.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use super::{
    ending,
    frame::{Frame, Hit, Hits, head},
    key::{self, Key},
    marks::{Marks, Reading},
    tails,
    token::{shape, sign},
    words::{self, Around},
};
use crate::{
    dialect::{
        Kind, LineEnd, Profile, Rule,
        escape::closing_quote,
        header::is_header,
        template::{Hole, Piece, Template, without},
    },
    smtp,
};

/// Templates about connections and settings; a log that needs more is chatting.
pub(super) const ABOUT: usize = 40;

/// What a line of the sample is once the dialogue is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Part of the dialogue.
    Said,
    /// A further line of a reply, in another frame or none.
    Continued,
    /// The text of a mail.
    Data,
    /// An answer inside an AUTH exchange.
    Secret,
    /// Anything else.
    Other,
}

/// The learner at work on one sample.
pub(super) struct Builder<'a> {
    pub(super) lines: &'a [&'a [u8]],
    pub(super) hits: &'a Hits,
    marks: &'a Marks,
    server: Vec<Template>,
    pub(super) client: Vec<Template>,
    /// Those of the client's that a reply may begin as.
    shared: Vec<Template>,
    pub(super) roles: Vec<Role>,
    key: Option<usize>,
    /// The session key of each line; that of the line before where it has none.
    by_line: Vec<&'a [u8]>,
    pub(super) around: Around,
    /// What each line says about the connection or a setting; empty until it is asked.
    pub(super) abouts: Vec<OnceCell<Option<Rule>>>,
    line_end: LineEnd,
}

impl<'a> Builder<'a> {
    /// `escaped`: how the records are escaped that the lines were made of.
    pub(super) fn new(
        lines: &'a [&'a [u8]],
        hits: &'a Hits,
        marks: &'a Marks,
        key: Option<&Key<'a>>,
        escaped: LineEnd,
    ) -> Self {
        let around = Around { keys: key.map(Key::values).unwrap_or_default(), ..Around::default() };
        let by_line = key.map_or_else(Vec::new, Key::by_line);
        let (server, client, roles) = (Vec::new(), Vec::new(), Vec::new());
        let mut builder = Builder {
            lines,
            hits,
            marks,
            server,
            client,
            shared: Vec::new(),
            roles,
            key: key.map(|key| key.column),
            by_line,
            around,
            abouts: vec![OnceCell::new(); lines.len()],
            line_end: LineEnd::Line,
        };
        builder.line_end = builder.line_end(escaped);
        builder.server = builder.templates(&marks.server, true);
        builder.client = builder.templates(&marks.client, false);
        builder.shared = builder.client.iter().filter(|template| builder.is_shared(template)).cloned().collect();
        builder.roles = builder.roles();
        let said = marks.server.iter().chain(&marks.client);
        builder.around.words = said.flat_map(|frame| words::literals(&hits.frames[*frame].before)).collect();
        builder.around.stem = builder.stem();
        builder
    }

    /// The templates of these frames, with what closes the text.
    fn templates(&self, frames: &[usize], replies: bool) -> Vec<Template> {
        let mut out: Vec<Template> = Vec::new();
        let decoration = self.decoration(replies);
        for &frame in frames {
            let known = &self.hits.frames[frame];
            let both = self.marks.server.contains(&frame) && self.marks.client.contains(&frame);
            // Sides that begin alike are told by their ends, where each has one of its own.
            let told_by_end = both && decoration.is_some() && {
                let other = self.decoration(!replies);
                other.is_some() && other != decoration
            };
            let closed = match known.closer() {
                Some(close) if decoration.is_none() => self.after(frame, close, replies),
                _ => Vec::new(),
            };
            let mut before = known.before.clone();
            let key = self.key.and_then(|column| key::in_frame(frame, &self.hits.frames, self.marks, column));
            if let Some(piece) = key.and_then(|at| before.get_mut(at)) {
                *piece = Piece::Hole(Hole::Session);
            }
            before.push(Piece::Hole(Hole::Text));
            for after in decoration.clone().into_iter().chain((!told_by_end).then_some(closed)) {
                let template = Template::new(before.iter().cloned().chain(after)).ok();
                out.extend(template.filter(|template| !out.contains(template)));
            }
        }
        out
    }

    /// The text behind most texts of a side, but for the mark of a line's end; none where that is nothing.
    fn decoration(&self, replies: bool) -> Option<Vec<Piece>> {
        let tail = if replies { &self.hits.tails.server } else { &self.hits.tails.client };
        if tail.is_empty() {
            return None;
        }
        let LineEnd::Ends(mark) = self.line_end else { return Some(tail.clone()) };
        let rest = tails::constant(tail)?.strip_prefix(mark.as_bytes())?.to_vec();
        (!rest.is_empty()).then(|| vec![Piece::Literal(rest)])
    }

    /// How several lines of the dialogue stand in one record.
    fn line_end(&self, escaped: LineEnd) -> LineEnd {
        if escaped != LineEnd::Line {
            return escaped;
        }
        let text = |hit: &Hit| {
            let text = &self.lines[hit.line][hit.said.at..];
            let tail = if hit.is_reply() { &self.hits.tails.server } else { &self.hits.tails.client };
            without(text, tail).unwrap_or(text)
        };
        let replies: Vec<&[u8]> = self.said().filter(|hit| hit.is_reply()).map(text).collect();
        let asked: BTreeSet<usize> = self.said().filter(|hit| hit.is_reply()).map(|hit| hit.line).collect();
        let others = self.lines.iter().enumerate().filter(|(n, _)| !asked.contains(n)).map(|(_, line)| *line);
        let tail = |tail: &[Piece]| tails::constant(tail).unwrap_or_default();
        ending::line_end(&replies, &tail(&self.hits.tails.server), &tail(&self.hits.tails.client), others)
    }

    /// What closes the text in this frame: the mark, and the columns behind it where they are alike.
    fn after(&self, frame: usize, close: u8, replies: bool) -> Vec<Piece> {
        let inside = self.hits.hits.iter().filter(|hit| hit.frame == frame && hit.is_reply() == replies);
        let texts = inside.map(|hit| &self.lines[hit.line][hit.said.at..]);
        let tails: Vec<Vec<Piece>> =
            texts.filter_map(|text| closing_quote(text, close).map(|at| shape(&text[at..]))).collect();
        let Some(first) = tails.first() else { return Vec::new() };
        // Behind the mark nothing else is sure.
        if tails.iter().all(|tail| tail == first) { first.clone() } else { first[..1].to_vec() }
    }

    /// The hits of the dialogue.
    pub(super) fn said(&self) -> impl Iterator<Item = &'a Hit> + '_ {
        self.hits.hits.iter().filter(|hit| self.marks.says(hit))
    }

    /// The session key of a line, by its number; empty where nothing tells sessions apart.
    pub(super) fn key_of(&self, n: usize) -> &'a [u8] {
        self.by_line.get(n).copied().unwrap_or(b"")
    }

    pub(super) fn is_client(&self, line: &[u8]) -> bool {
        self.client.iter().any(|template| template.matches(line).is_some())
    }

    fn roles(&self) -> Vec<Role> {
        let said: BTreeMap<usize, &Hit> = self.said().map(|hit| (hit.line, hit)).collect();
        let mut readings: BTreeMap<&[u8], Reading> = BTreeMap::new();
        let mut roles = Vec::with_capacity(self.lines.len());
        for (n, line) in self.lines.iter().enumerate() {
            let reading = readings.entry(self.key_of(n)).or_default();
            let role = match said.get(&n) {
                Some(hit) => {
                    let in_data = reading.data && !hit.is_reply();
                    reading.take(hit);
                    if in_data { Role::Data } else { Role::Said }
                }
                None if reading.open().is_some_and(|code| continues(line, code)) => Role::Continued,
                None if reading.data => Role::Data,
                None if reading.secret && self.is_client(line) => Role::Secret,
                None => Role::Other,
            };
            roles.push(role);
        }
        roles
    }

    pub(super) fn of(&self, role: Role) -> impl Iterator<Item = &'a [u8]> + '_ {
        self.lines.iter().zip(&self.roles).filter(move |(_, is)| **is == role).map(|(line, _)| *line)
    }

    /// The profile.
    pub(super) fn profile(&self) -> Profile {
        let line_end = self.line_end;
        let (server, client) = (self.server_kind(), self.client_kind());
        let bare_data = self.headers(b"");
        let mut rules = Vec::new();
        let marked = |kind: Kind| matches!(kind, Kind::Server | Kind::Client);
        let mut dialogue: Vec<Rule> = Vec::new();
        for template in &self.server {
            let both = self.client.contains(template);
            dialogue.push(Rule { kind: if both { Kind::Either } else { server }, template: template.clone() });
        }
        for template in self.client.iter().filter(|template| !self.server.contains(template)) {
            let kind = if self.shared.contains(template) { Kind::Either } else { client };
            dialogue.push(Rule { kind, template: template.clone() });
        }
        for template in self.templates(&self.marks.repeat, true) {
            dialogue.push(Rule { kind: Kind::Repeat, template });
        }
        dialogue.sort_by_key(|rule| std::cmp::Reverse(rule.template.weight()));
        let (sure, unsure): (Vec<Rule>, Vec<Rule>) =
            dialogue.into_iter().partition(|rule| marked(rule.kind) || rule.kind == Kind::Repeat);
        let about = self.about();
        rules.extend(self.counted());
        rules.extend(sure);
        rules.extend(about);
        let is = |rules: &[Rule], line: &[u8]| rules.iter().any(|rule| rule.template.matches(line).is_some());
        let among = self.of(Role::Other).filter(|line| is(&unsure, line) && !is(&rules, line));
        rules.extend(ignored(self.fixed(among)));
        rules.extend(unsure);
        let both = rules.iter().any(|rule| rule.kind == Kind::Either);
        let marks_sides = client == Kind::Client && (server == Kind::Server || !both);
        rules.extend(self.rest(&rules, bare_data));
        let marks_end = rules.iter().any(|rule| rule.kind == Kind::Closed);
        Profile {
            name: "learned".into(),
            rules,
            line_end,
            marks_sides,
            marks_data: self.marks_data(),
            marks_dot: self.marks_dot(),
            marks_end,
            ..Profile::default()
        }
    }

    /// The server's mark is sure where nothing else stands behind it.
    fn server_kind(&self) -> Kind {
        let other = |line: &[u8]| {
            self.server
                .iter()
                .any(|t| t.matches(line).is_some_and(|m| smtp::reply_line(m.text).is_err() && !m.text.is_empty()))
        };
        let strange = self
            .of(Role::Other)
            .chain(self.of(Role::Data))
            .chain(self.of(Role::Secret))
            .filter(|line| other(line))
            .count();
        let said = self.of(Role::Said).count();
        let is_part = self.is_part(&self.marks.server, &self.marks.client);
        if strange * 20 > said || is_part { Kind::Reply } else { Kind::Server }
    }

    /// The client's mark is sure where nothing else stands behind it but answers and data.
    pub(super) fn client_kind(&self) -> Kind {
        let strange = self.of(Role::Other).filter(|line| self.is_client(line)).count();
        let said = self.hits.hits.iter().filter(|hit| !hit.is_reply() && self.marks.says(hit)).count();
        if strange * 5 > said || self.is_part(&self.marks.client, &self.marks.server) {
            Kind::Bare
        } else {
            Kind::Client
        }
    }

    /// A frame of these says nothing that the others do not say too: it is no mark.
    fn is_part(&self, frames: &[usize], others: &[usize]) -> bool {
        let before = |f: &usize| &self.hits.frames[*f].before;
        frames.iter().map(before).any(|own| {
            let plain = !own.iter().any(|piece| matches!(piece, Piece::Literal(_)));
            let within = |other: &Vec<Piece>| other.len() > own.len() && other.starts_with(own);
            plain || others.iter().map(before).any(within)
        })
    }

    /// What to make of lines in no frame of the dialogue.
    fn rest(&self, rules: &[Rule], bare_data: bool) -> Vec<Rule> {
        let mut out = Vec::new();
        let all = |line: &&[u8]| !rules.iter().any(|rule| rule.template.matches(line).is_some());
        let catches_all = rules.iter().any(|rule| *rule.template.to_string() == *"{text}");
        out.extend(ignored(self.fixed(self.of(Role::Other).filter(all))));
        for line in self.of(Role::Continued).filter(all) {
            let blank = line.iter().take_while(|b| b.is_ascii_whitespace()).count();
            let before = shape(&head(line)[..blank.min(head(line).len())]);
            let template = Template::new(before.into_iter().chain([Piece::Hole(Hole::Text)]));
            let rule = template.map(|template| Rule { kind: Kind::Unmarked, template });
            if blank > 0
                && let Ok(rule) = rule
                && !out.contains(&rule)
            {
                out.push(rule);
            }
        }
        for stem in self.in_sessions().into_iter().filter(|_| !catches_all) {
            out.push(Rule { kind: Kind::Note, template: stem });
        }
        let stem = self.around.stem.clone();
        let bare = self.of(Role::Continued).filter(all).any(|line| !line.first().is_some_and(u8::is_ascii_whitespace));
        if let Some(stem) = stem {
            let data = self.of(Role::Data).filter(all).filter_map(|line| stem.matches(line)).any(|m| is_header(m.text));
            let continued = self.of(Role::Continued).any(|line| stem.matches(line).is_some());
            let kind = if data || continued { Kind::Unmarked } else { Kind::Note };
            if !catches_all && !rules.iter().any(|rule| rule.template == stem) {
                out.push(Rule { kind, template: stem });
            }
        }
        if (bare || bare_data) && !catches_all {
            out.extend(Template::parse("{text}").map(|template| Rule { kind: Kind::Unmarked, template }));
        }
        out
    }

    /// How the program's own words begin where they have a mark of their own before the session key: without these the key
    /// would be taken for a part of the words.
    fn in_sessions(&self) -> Vec<Template> {
        let has_key = |stem: &Template| stem.has(Hole::Session);
        let Some(column) = self.key.filter(|_| !self.around.stem.as_ref().is_some_and(has_key)) else {
            return Vec::new();
        };
        let frames = || self.marks.server.iter().chain(&self.marks.client).map(|f| &self.hits.frames[*f].before);
        let begun = |line: &[u8]| frames().find_map(|frame| key::beginning(line, frame, column));
        let kinds: BTreeSet<Vec<Piece>> = self.of(Role::Other).filter_map(begun).take(ABOUT * 4).collect();
        let stems = kinds.into_iter().take(ABOUT);
        stems.filter_map(|stem| Template::new(stem.into_iter().chain([Piece::Hole(Hole::Text)])).ok()).collect()
    }

    /// A reply may begin as this template of the client does, whatever it ends in.
    fn is_shared(&self, template: &Template) -> bool {
        let before = template.pieces().take_while(|piece| *piece != Piece::Hole(Hole::Text));
        let open = Template::new(before.chain([Piece::Hole(Hole::Text)]));
        self.server.contains(template) || open.is_ok_and(|open| self.server.contains(&open))
    }

    /// The line begins as both sides do, and its text is of this kind.
    fn shares(&self, line: &[u8], is: impl Fn(&[u8]) -> bool) -> bool {
        self.shared.iter().filter_map(|template| template.matches(line)).any(|found| is(found.text))
    }

    /// The text of a mail bears the client's mark, or is not in the log at all.
    fn marks_data(&self) -> bool {
        !self.of(Role::Data).any(|line| {
            // Where both sides have one mark, it says nothing of the text of a mail.
            self.shares(line, is_header)
                || !self.is_client(line)
                    && (is_header(line)
                        || self.around.stem.as_ref().and_then(|s| s.matches(line)).is_some_and(|m| is_header(m.text)))
        })
    }

    /// Most mails end with a lone dot that bears no mark.
    fn marks_dot(&self) -> bool {
        let stem = &self.around.stem;
        let is_dot = |line: &&&[u8]| {
            let bare = stem.as_ref().and_then(|stem| stem.matches(line)).map_or(**line, |m| m.text);
            bare == b"." && (!self.is_client(line) || self.client.iter().any(|own| Some(own) == stem.as_ref()))
                || self.shares(line, |text| text == b".")
        };
        let dots = self.lines.iter().filter(is_dot).count();
        dots > 0 && dots * 2 >= self.said().filter(|hit| hit.said.what.code() == Some(354)).count()
    }

    /// Message data stands in the log with only this before it.
    fn headers(&self, before: &[u8]) -> bool {
        self.of(Role::Data).filter_map(|line| line.strip_prefix(before)).any(is_header)
    }

    /// The template of a line in the columns that every line of the writer has: what all frames of the dialogue begin with.
    fn stem(&self) -> Option<Template> {
        let frames: Vec<&Frame> =
            self.marks.server.iter().chain(&self.marks.client).map(|f| &self.hits.frames[*f]).collect();
        let first = frames.first()?;
        let same = (0..first.before.len())
            .take_while(|i| frames.iter().all(|frame| frame.before.get(*i) == first.before.get(*i)));
        let mut stem: Vec<Piece> = first.before[..same.count()].to_vec();
        // A mark cut in two is none: back to the end of a column.
        while !matches!(stem.last(), None | Some(Piece::Gap))
            && !matches!(stem.last(), Some(Piece::Literal(l)) if matches!(l[0], b'\t' | b';' | b',' | b'|') || sign(l).is_some())
        {
            stem.pop();
        }
        if !stem.iter().any(|piece| matches!(piece, Piece::Hole(_))) {
            return None;
        }
        if let Some(piece) = self.key.and_then(|column| key::index(&stem, column)).and_then(|at| stem.get_mut(at)) {
            *piece = Piece::Hole(Hole::Session);
        }
        Template::new(stem.into_iter().chain([Piece::Hole(Hole::Text)])).ok()
    }

    /// Share of the lines that the dialogue and what belongs to it explain.
    pub(super) fn score(&self, profile: &Profile) -> f64 {
        let known =
            |line: &&&[u8]| !matches!(profile.rule_of(line), None | Some((Rule { kind: Kind::Unmarked, .. }, _)));
        let filled = || self.lines.iter().zip(&self.roles).filter(|(line, _)| !line.trim_ascii().is_empty());
        let explained = filled().filter(|(line, role)| **role != Role::Other || known(line)).count();
        let fit = self.marks.fit;
        let right = fit.answered as f64 / (fit.answered + fit.unasked + fit.unanswered / 2).max(1) as f64;
        explained as f64 / filled().count().max(1) as f64 * right
    }
}

/// Rules for lines that say nothing.
fn ignored(shapes: BTreeMap<Vec<Piece>, usize>) -> impl Iterator<Item = Rule> {
    let templates = shapes.into_keys().take(ABOUT).filter_map(|shape| Template::new(shape).ok());
    templates.map(|template| Rule { kind: Kind::Ignore, template })
}

/// A further line of the reply with this code, behind nothing but blanks.
fn continues(line: &[u8], code: u16) -> bool {
    smtp::reply_line(line.trim_ascii_start()).is_ok_and(|(_, reply)| reply.code.0 == code)
}
