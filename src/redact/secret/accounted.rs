//! Words that programs use, in a place where a secret stands: each of them may be the secret. Near the name of one a word is
//! shown only where something accounts for it: a class that says how things went, the grammar of a sentence, the name of
//! another setting, or a phrase of a server or a program that has it beside its neighbour.

use std::ops::Range;

use crate::knowledge::{SecretNames, Vocabulary, WordClass};

use super::{
    super::{
        known_word::is_made_up,
        shape_class::is_shape,
        span::{Span, runs},
        trace,
    },
    HIDDEN, is_key, is_key_in_two, is_known_all, is_reply_code, is_sentence,
    spoken::{
        SHORTEST, is_copula, is_loose, is_nothing, is_of_signing_in, is_of_whole, is_owner, is_place, is_setting,
        is_typed_name, is_verdict, leads_on, may_be_value,
    },
};

/// Words behind the name of a secret, and of a sign-in, that are looked at.
const BEHIND: usize = 6;
const BEHIND_SIGN_IN: usize = 5;
/// The same for the words of an address among them, and those behind: a hostile line costs no more than a long one.
const FAR: usize = 16;

/// Words of a reply before its first one: the codes.
const FIRST: usize = 5;

/// The words of a text, each with where it begins.
struct Said<'t> {
    text: &'t str,
    words: Vec<(usize, &'t str)>,
}

/// The words near the name of a secret for which nothing accounts.
pub(super) fn unaccounted(text: &str, spans: &mut Vec<Span<()>>) {
    let names = SecretNames::builtin();
    if !names.may_stand_in(text.as_bytes()) && !names.is_sign_in(text.as_bytes()) {
        return;
    }
    let said = Said { text, words: runs(text, true, |b| b.is_ascii_alphanumeric()).collect() };
    let answers = text.split_whitespace().next().is_some_and(is_reply_code);
    let (mut reply, mut named, mut signs_in) = (false, false, false);
    for (nth, (at, word)) in said.words.iter().enumerate() {
        reply |= is_reply_code(word);
        // `signed in`, and no session `key-1`
        let before = nth.checked_sub(1).filter(|before| said.gap(*before) == " ");
        let from = before.map_or(*at, |before| said.words[before].0);
        let verb = || names.is_sign_in(text[from..at + word.len()].to_ascii_lowercase().as_bytes());
        if said.is_name(nth) {
            named = true;
            said.behind_name(nth, spans);
            said.before_name(nth, spans);
        } else if !reply && verb() {
            signs_in = true;
            said.behind_sign_in(nth, spans);
        }
        said.placed(nth, reply || answers, spans);
        if !reply && !answers && is_made_up(text, *at, word, named || signs_in) {
            spans.push(said.span(nth));
        }
    }
    if !reply && !answers && (named || signs_in) && said.words.len() <= FAR {
        said.last(spans);
    }
}

impl Said<'_> {
    /// A secret is called so, and no page, no setting of another kind and nothing that somebody does.
    fn is_name(&self, nth: usize) -> bool {
        let (at, word) = self.words[nth];
        let before = nth.checked_sub(1).map_or("", |before| self.words[before].1);
        let told = || {
            let next = self.words.get(nth + 1).map_or("", |(_, next)| next);
            let gap = self.gap(nth);
            gap.contains([':', '=', '(', '"', '\'']) || gap.starts_with("  ") || is_copula(next)
        };
        let joined = self.text[..at].ends_with(['/', '.', '?']);
        (is_key(word) && (word.len() >= LONG_NAME || told()) || is_key_in_two(before, word))
            && is_typed_name(word)
            && !joined
    }

    /// What stands behind the word, up to the next one.
    fn gap(&self, nth: usize) -> &str {
        let (at, word) = self.words[nth];
        let end = self.words.get(nth + 1).map_or(self.text.len(), |(next, _)| *next);
        &self.text[at + word.len()..end]
    }

    fn behind_name(&self, name: usize, spans: &mut Vec<Span<()>>) {
        let mut strange = false;
        // `password for the mailbox is`: whose it is.
        let owned = self.words.get(name + 1).is_some_and(|(_, word)| is_owner(word));
        let article = |nth: usize| self.words.get(nth).is_some_and(|(_, word)| is_of_whole(word, WordClass::Article));
        let first = if owned { name + 3 + usize::from(article(name + 2)) } else { name + 1 };
        // Behind a mark the value is found by that mark, and a name in a list is none of a sentence.
        let gap = self.gap(name);
        if gap.contains(HIDDEN) || gap.contains(['=', ':']) || gap.starts_with(')') {
            return;
        }
        for nth in first..self.words.len().min(name + 1 + BEHIND) {
            let word = self.words[nth].1;
            // What is hidden already is the value.
            // `Password? invoice`
            let answered = nth == name + 1 && nth + 1 == self.words.len() && self.gap(name) == "? ";
            if ends(self.gap(nth - 1)) && !answered || self.gap(nth - 1).contains(HIDDEN) || is_reply_code(word) {
                return;
            }
            // Behind a word of some language the value may stand too, however it looks.
            let odd = strange && !is_sentence(word) && !is_place(self.token(nth));
            strange |= !is_known_all(word);
            if odd && word.len() >= SHORTEST || is_known_all(word) && self.is_unaccounted(nth) {
                spans.push(self.span(nth));
            }
        }
    }

    /// `it was invoice, the password I mean`, `invoice (old password)`, `invoice = password`
    fn before_name(&self, name: usize, spans: &mut Vec<Span<()>>) {
        let article = |nth: usize| is_of_whole(self.words[nth].1, WordClass::Article);
        let Some(nth) = (0..name).rev().take(MOST_BETWEEN).find(|nth| !article(*nth)) else { return };
        let told = nth > 0 && is_copula(self.words[nth - 1].1) && self.gap(nth).trim() == ",";
        if told && self.is_unaccounted(nth) {
            return spans.push(self.span(nth));
        }
        // Words may stand between: `invoice (old password)`, `invoice = smtp password`.
        let between = (0..name).rev().take(MOST_BETWEEN);
        let Some(nth) = between.clone().find(|nth| self.gap(*nth) != " ") else { return };
        let alone = || name + 1 == self.words.len() && self.words.len() <= MOST_ALONE + name - nth;
        let told = match self.gap(nth).trim_start_matches(['"', '\'']) {
            " (" => true,
            // A label that a program writes stands at the beginning, and what it asks for has a mark behind.
            " = " => alone(),
            ": " => alone() && !self.gap(name).contains([':', '=', '?']),
            _ => false,
        };
        let word = self.words[nth].1;
        if told && may_be_value(word) && !is_setting(word) && !is_of_signing_in(word) {
            spans.push(self.span(nth));
        }
    }

    /// `auth with reception invoice`, `signed in as reception with invoice failed`: behind whoever signs in, and nothing but how
    /// that went follows.
    fn behind_sign_in(&self, verb: usize, spans: &mut Vec<Span<()>>) {
        let blank = |nth: usize| {
            let gap = self.gap(nth);
            gap.bytes().all(|b| b == b' ')
                || matches!(gap, "." | "_" | "-")
                || self.token(nth).contains('@')
                || nth == verb && gap == ": "
                || nth > verb && matches!(gap, ", " | " / " | " + ")
        };
        let is_user = |nth: usize| {
            let word = self.words[nth].1;
            nth > verb
                && !leads_on(word)
                && (!is_known_all(self.token(nth)) || self.is_unaccounted(nth) || self.token(nth).contains('@'))
        };
        // No part of a host's name, and nothing that a server's answer follows.
        let told = self.gap(verb) == ": " || self.gap(verb).bytes().all(|b| b == b' ');
        if !told || self.words.get(verb + 1).is_none_or(|(_, word)| is_reply_code(word)) {
            return;
        }
        for nth in (verb + 2..self.words.len()).take(FAR) {
            if !blank(nth - 1) {
                return;
            }
            let tail = &self.words[nth + 1..];
            let last = tail.len() <= FAR && tail.iter().all(|(_, word)| is_verdict(word) || is_of_signing_in(word));
            // `session for fred opened with invoice`
            let joined = || {
                leads_on(self.words[nth - 1].1)
                    && (verb + 1..nth - 1).rev().find(|nth| !is_verdict(self.words[*nth].1)).is_some_and(is_user)
            };
            // Of an address all words count as one.
            let near = (verb..nth).filter(|nth| self.gap(*nth).contains(' ')).count() <= BEHIND_SIGN_IN;
            if near
                && last
                && (joined() || is_user(nth - 1))
                && !is_shape(self.words[nth].1)
                && self.is_unaccounted(nth)
            {
                return spans.push(self.span(nth));
            }
        }
    }

    /// The last word of a program's line about signing in. Behind `with` a phrase tells of a thing, unless somebody is named:
    /// `zorro logs in with invoice`.
    fn last(&self, spans: &mut Vec<Span<()>>) {
        let Some(last) = self.words.len().checked_sub(1).filter(|last| *last > 1) else { return };
        let gap = self.gap(last - 1);
        // A server ends its sentences.
        if self.gap(last).contains(HIDDEN) || gap.contains(HIDDEN) || self.gap(last).starts_with('.') {
            return;
        }
        let parted = !gap.is_empty() && gap.chars().all(|c| matches!(c, ' ' | '.' | ':')) && gap.ends_with(' ');
        let named = || leads_on(self.words[last - 1].1) && (0..last - 1).any(|nth| self.is_somebody(nth));
        let value = parted && self.is_loose(last);
        if value && (self.is_unaccounted(last) || named()) {
            spans.push(self.span(last));
        }
    }

    /// A place in which nothing stands but what somebody signs in with: alone in quotes or brackets, `hash(invoice) for
    /// password`; at the end behind a mark, `authentication failed: invoice`; at the beginning, said to be the secret,
    /// `invoice is what fred uses as password`.
    fn placed(&self, nth: usize, reply: bool, spans: &mut Vec<Span<()>>) {
        const OPENING: &str = "'\"`([";
        const CLOSING: &str = "'\"`)]";
        let word = self.words[nth].1;
        let (before, behind) = (nth.checked_sub(1).map_or("", |before| self.gap(before)), self.gap(nth));
        // What is hidden already is a word too.
        let last = nth + 1 == self.words.len() && !behind.contains(HIDDEN);
        let quoted = before.ends_with(|c| OPENING.contains(c)) && behind.starts_with(|c| CLOSING.contains(c));
        let marked = last && nth > 0 && {
            let mark = before.trim_end_matches(['"', '\'', '`', '\\']);
            let denied =
                || is_of_whole(self.words[nth - 1].1, WordClass::Not) && nth > 1 && self.gap(nth - 2).starts_with(", ");
            let reply_ends = || mark == ": " && is_verdict(self.words[nth - 1].1);
            let pair = || {
                matches!(mark, ": " | ", " | ";" | "; " | " / " | " + " | " -- " | " -> " | " => ")
                    && self.is_called(nth - 1)
                    && trace::pieces(word).count() < MANY_PIECES
                    || mark == ", " && self.is_name(nth - 1)
            };
            reply_ends() || before == " " && denied() || !reply && pair()
        };
        let subject = nth == 0
            && !reply
            && self.words.get(1).is_some_and(|(_, next)| is_copula(next))
            && (2..self.words.len()).any(|nth| self.is_name(nth));
        // A colon behind the first word of a reply: `invoice: no such credential`.
        let quotes_first = reply && behind == ": " && nth > 0 && nth <= FIRST && is_reply_code(self.token(nth - 1));
        let told = || {
            quoted && (self.names_secret_near(nth) || !reply && before.starts_with(' ') && self.signs_in_near(nth))
                || marked
                || subject
        };
        // In this order, as hardly any word stands so, and to look one up takes longest.
        let told = told();
        if (told || quotes_first)
            && is_known_all(word)
            && may_be_value(word)
            && (told && self.is_unaccounted(nth) || quotes_first && self.is_loose(nth))
        {
            spans.push(self.span(nth));
        }
    }

    /// Somebody who signs in is called so: a word that no program uses, an address, or one behind what says so.
    fn is_called(&self, nth: usize) -> bool {
        let said_so = |before: &str| {
            is_of_signing_in(before) || leads_on(before) || is_owner(before) || is_of_whole(before, WordClass::User)
        };
        self.is_somebody(nth)
            || self.is_loose(nth) && nth.checked_sub(1).is_some_and(|before| said_so(self.words[before].1))
    }

    /// A word that no program uses, or an address.
    fn is_somebody(&self, nth: usize) -> bool {
        let token = self.token(nth);
        !is_known_all(token) || token.contains('@')
    }

    /// A known word that no table knows to tell anything.
    fn is_loose(&self, nth: usize) -> bool {
        is_loose(self.words[nth].1) && is_nothing(self.words[nth].1)
    }

    /// A word about signing in stands before, with another one between at most: `login attempt "invoice"`.
    fn signs_in_near(&self, nth: usize) -> bool {
        (nth.saturating_sub(2)..nth).any(|other| is_of_signing_in(self.words[other].1))
    }

    /// A secret is named a few words before or behind.
    fn names_secret_near(&self, nth: usize) -> bool {
        let near = nth.saturating_sub(BEHIND)..self.words.len().min(nth + 1 + BEHIND);
        near.into_iter().any(|other| other != nth && self.is_name(other))
    }

    fn span(&self, nth: usize) -> Span<()> {
        let (at, word) = self.words[nth];
        Span::new(at, at + word.len(), ())
    }

    /// The word with all that stands around it up to the next blanks.
    fn token(&self, nth: usize) -> &str {
        let (at, word) = self.words[nth];
        let Range { start, end } = at..at + word.len();
        let from = self.text[..start].rfind(char::is_whitespace).map_or(0, |n| n + 1);
        let to = self.text[end..].find(char::is_whitespace).map_or(self.text.len(), |n| end + n);
        self.text.get(from..to).unwrap_or(word)
    }

    /// The word may be a value, and stands here for no reason that is known.
    fn is_unaccounted(&self, nth: usize) -> bool {
        let (at, word) = self.words[nth];
        let (before, behind) = (&self.text[..at], &self.text[at + word.len()..]);
        let joint = |c: char| "._@\\-".contains(c);
        let label = behind.trim_start_matches(['"', '\\', '\'']).starts_with([':', '=', '(']);
        let part = before.ends_with(joint)
            || behind.strip_prefix(joint).is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
        !label && !part && may_be_value(word) && !is_setting(word) && !is_owner(word) && !self.is_in_phrase(nth)
    }

    /// A phrase has the word beside its neighbour, or beside the name of a secret.
    fn is_in_phrase(&self, nth: usize) -> bool {
        let words = Vocabulary::builtin();
        let word = self.words[nth].1;
        let blank = |gap: &str| !gap.is_empty() && gap.bytes().all(|b| b == b' ');
        let beside = |one: usize, other: usize| {
            let neighbour = self.words[if one == nth { other } else { one }].1;
            blank(self.gap(one)) && !is_copula(neighbour) && words.has_pair(self.words[one].1, self.words[other].1)
        };
        let after = nth + 1 < self.words.len() && beside(nth, nth + 1);
        nth > 0 && beside(nth - 1, nth)
            || after
            || ["password", "credentials"].iter().any(|name| words.has_pair(name, word))
    }
}

/// Words that only programs write as one: `RemoteCertificateNameMismatch`.
const MANY_PIECES: usize = 3;
/// Letters of the name of a secret that nobody uses as a verb: `pass`.
const LONG_NAME: usize = 5;
/// Words between a value and the name behind it.
const MOST_BETWEEN: usize = 3;
/// Words of a text that ends with the name of a secret, up to its value: a stamp and a level.
const MOST_ALONE: usize = 12;

/// A sentence, a cell or a field ends in what stands between two words.
fn ends(gap: &str) -> bool {
    gap.contains(['|', '\t', ';', '{', '}', '\n', '!', '?'])
        || gap.contains([',', '.']) && !gap.trim_matches(['.', ',']).is_empty() && !gap.trim_end().starts_with("...")
        || gap == ","
        || gap.contains("><")
        || gap.contains("</")
}
