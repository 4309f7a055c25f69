//! The lines about connections, settings and errors: which of them stand where such lines belong.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    build::{ABOUT, Builder, Role},
    frame::Hit,
    token::shape,
    words::{self, Around},
};
use crate::{
    dialect::{
        Kind, Rule,
        template::{Hole, Piece, Template},
    },
    knowledge::{Knowledge, WordClass},
};

/// Lines at the end of a broken message that may be words about the error.
const LAST: usize = 5;
/// Lines of records of several lines are short where they say nothing.
const FIXED: usize = 80;
/// Ways to say how much text was left out.
const FORMS: usize = 2;

impl<'a> Builder<'a> {
    /// The rule of the line of this number where it is about the connection or a setting; found out once.
    fn about_of(&self, n: usize) -> Option<&Rule> {
        self.abouts[n].get_or_init(|| about(self.lines[n], &self.around)).as_ref()
    }

    /// Lines about connections and settings, and errors that end a message under way.
    pub(super) fn about(&self) -> Vec<Rule> {
        let mut counts: BTreeMap<String, (usize, Rule)> = BTreeMap::new();
        // Of these lines the words may tell of an error too.
        let mut errors: BTreeSet<String> = BTreeSet::new();
        let knowledge = Knowledge::builtin();
        for n in (0..self.lines.len()).filter(|n| self.roles[*n] == Role::Other) {
            if let Some(rule) = self.about_of(n) {
                let written = rule.template.to_string();
                if !counts.contains_key(&written) && knowledge.client_error(self.lines[n]).is_some() {
                    errors.insert(written.clone());
                }
                counts.entry(written).or_insert_with(|| (0, rule.clone())).0 += 1;
            }
        }
        for n in self.broken_messages() {
            // A connection that begins there is no part of the message.
            let begins = self.about_of(n).filter(|rule| rule.begins()).cloned();
            let note = || {
                let pieces = words::pieces(self.lines[n], &self.around).0;
                Template::new(pieces).map(|template| Rule { kind: Kind::Note, template })
            };
            if let Some(rule) = begins.or_else(|| note().ok()) {
                counts.entry(rule.template.to_string()).or_insert((0, rule)).0 += 1;
            }
        }
        let mut rules: Vec<(usize, Rule)> = counts.into_values().collect();
        rules.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
        let unsound = self.ends_before_it_begins();
        let mut kept: Vec<Rule> = rules.into_iter().map(|(_, rule)| rule).take(ABOUT).collect();
        for rule in &mut kept {
            if unsound && rule.kind == Kind::Closed || !self.is_in_place(rule) {
                let error = errors.contains(&rule.template.to_string());
                rule.kind = if error { Kind::Note } else { Kind::Ignore };
            }
        }
        kept
    }

    /// Lines that stand for the text of a mail: `[406 bytes]`, `<17 lines>`.
    pub(super) fn counted(&self) -> Vec<Rule> {
        let mut out = Vec::new();
        for (n, line) in self.lines.iter().enumerate() {
            let alone = self.roles[n] == Role::Data
                && (n == 0 || self.roles[n - 1] != Role::Data)
                && self.roles.get(n + 1).is_none_or(|role| *role != Role::Data);
            let found = self.client.iter().find_map(|own| Some((own, own.matches(line)?))).filter(|_| alone);
            let Some((own, size)) = found.and_then(|(own, matched)| Some((own, size(matched.text)?))) else { continue };
            let pieces = own.pieces().flat_map(|piece| match piece {
                Piece::Hole(Hole::Text) => size.clone(),
                piece => vec![piece],
            });
            let rule = Template::new(pieces).map(|template| Rule { kind: Kind::Elided, template });
            if let Ok(rule) = rule
                && !out.contains(&rule)
                && out.len() < FORMS
            {
                out.push(rule);
            }
        }
        out
    }

    /// Lines that stand in each record of several lines and say nothing, by their shape: `</Event>`, `"dir": "in",`, a
    /// stamp above the text.
    pub(super) fn fixed<'l>(&self, others: impl Iterator<Item = &'l [u8]>) -> BTreeMap<Vec<Piece>, usize> {
        let knowledge = Knowledge::builtin();
        let mut again: BTreeMap<Vec<Piece>, usize> = BTreeMap::new();
        for line in others.filter(|line| line.len() <= FIXED && knowledge.client_error(line).is_none()) {
            *again.entry(shape(line)).or_default() += 1;
        }
        let often = (self.said().count() / 8).max(3);
        again.retain(|_, count| *count >= often);
        again
    }

    /// The lines of this rule stand where such lines belong: what begins a connection stands before a greeting,
    /// what ends it is followed by nothing of it.
    fn is_in_place(&self, rule: &Rule) -> bool {
        if !matches!(rule.kind, Kind::Connecting | Kind::Connected | Kind::Closed) {
            return true;
        }
        let said: BTreeMap<usize, &Hit> = self.said().map(|hit| (hit.line, hit)).collect();
        let begins = |n: usize| self.about_of(n).is_some_and(Rule::begins);
        let (mut right, mut wrong) = (0, 0);
        for (n, line) in self.lines.iter().enumerate() {
            if self.roles[n] != Role::Other || rule.template.matches(line).is_none() {
                continue;
            }
            // Of the same session, where sessions stand in each other.
            let next = (n + 1..self.lines.len())
                .filter(|next| self.key_of(*next) == self.key_of(n))
                .find(|next| said.contains_key(next) || rule.kind == Kind::Closed && begins(*next));
            match next.and_then(|next| said.get(&next)) {
                Some(hit) if !hit.begins() => wrong += 1,
                _ => right += 1,
            }
        }
        wrong * 4 <= right
    }

    /// The last lines, by number, of messages whose end the server never answered, where they tell of an error.
    fn broken_messages(&self) -> Vec<usize> {
        let marked = self.client_kind() == Kind::Client;
        let answers: BTreeSet<usize> =
            self.said().filter(|hit| hit.is_reply() && !hit.is_greeting()).map(|hit| hit.line).collect();
        // The lines of the message under way, for each key.
        let mut open: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
        let mut broken = Vec::new();
        for (n, role) in self.roles.iter().enumerate() {
            let message = open.entry(self.key_of(n)).or_default();
            match role {
                Role::Data => message.push(n),
                _ if answers.contains(&n) => message.clear(),
                Role::Said => broken.append(message),
                _ => {}
            }
        }
        // A client that says QUIT has given the message up: what goes wrong behind it tells nothing of the mail.
        let quits: BTreeSet<usize> = self.said().filter(|hit| hit.quits()).map(|hit| hit.line).collect();
        broken.extend(open.into_values().flat_map(|message| {
            let end = message.iter().rposition(|n| marked && quits.contains(n)).unwrap_or(message.len());
            message[end.saturating_sub(LAST)..end].to_vec()
        }));
        let knowledge = Knowledge::builtin();
        broken.retain(|n| {
            let own = !(marked && self.is_client(self.lines[*n]));
            own && (knowledge.client_error(self.lines[*n]).is_some() || self.about_of(*n).is_some())
        });
        broken
    }

    /// An end that stands before anything was said is none: the writer says it also when it opens.
    fn ends_before_it_begins(&self) -> bool {
        let (mut ends, mut early, mut said) = (0, 0, false);
        for (n, role) in self.roles.iter().enumerate() {
            let kind = || self.about_of(n).map(|rule| rule.kind);
            match (role, if *role == Role::Other { kind() } else { None }) {
                (Role::Said, _) | (_, Some(Kind::Connecting | Kind::Connected)) => said = true,
                (_, Some(Kind::Closed)) => {
                    ends += 1;
                    early += usize::from(!said);
                    said = false;
                }
                _ => {}
            }
        }
        early > 0 && early * 4 >= ends
    }
}

/// `[406 bytes]`: a number and a unit, and hardly anything else.
fn size(text: &[u8]) -> Option<Vec<Piece>> {
    let words = words::words(text);
    let any = |class| words.iter().any(|word| words::is_of(word, class));
    let bytes = any(WordClass::Bytes);
    let mut pieces = shape(text);
    let numbers = pieces.iter().filter(|piece| **piece == Piece::Hole(Hole::Number)).count();
    if numbers != 1 || words.len() > 4 || !(bytes || any(WordClass::Lines)) {
        return None;
    }
    for piece in pieces.iter_mut().filter(|piece| bytes && **piece == Piece::Hole(Hole::Number)) {
        *piece = Piece::Hole(Hole::Bytes);
    }
    Some(pieces)
}

impl Rule {
    /// A connection begins there.
    fn begins(&self) -> bool {
        matches!(self.kind, Kind::Connecting | Kind::Connected)
    }
}

/// The rule of a line about the connection or a setting.
pub(super) fn about(line: &[u8], around: &Around) -> Option<Rule> {
    let about = words::about(line, around)?;
    let template = if about.kind == Kind::Setting { words::setting_template(line, around)? } else { about.template };
    Some(Rule { kind: about.kind, template })
}
