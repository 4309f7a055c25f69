//! Logs without a dialogue: what the writer says about connections, errors and whole mails is all there is.

use std::borrow::Borrow;

use super::{
    Learned, about,
    build::ABOUT,
    words::{self, Keys},
};
use crate::{
    dialect::{
        Kind, Profile, Rule, Template, noise, number, outcomes,
        own_words::{OwnWords, is_dialogue},
        prose::is_prose,
        tokenize::slices,
    },
    knowledge::Knowledge,
    smtp,
};

/// Lines of a log that holds one attempt and what came before it.
const SHORT: usize = 16;
/// Longer lines tell more than that a mail begins or has gone out.
const WORDS: usize = 24;
/// Bytes of a line in which its words are looked for.
const HEAD: usize = 400;

/// Learns a log without a dialogue, by its lines about connections, errors and whole mails.
pub(super) fn learn(lines: &[&[u8]], asked: bool) -> Option<Learned> {
    let filled = lines.iter().copied().filter(|line| !line.trim_ascii().is_empty());
    let abouts: Vec<(&[u8], Option<Rule>)> = filled.map(|line| (line, about::about(line, &Keys::new()))).collect();
    let mut found = Found::default();
    abouts.iter().for_each(|(line, rule)| found.take(line, rule.as_ref()));
    let connects = || connects(abouts.iter().map(|(line, rule)| (*line, rule.as_ref())));
    let share = |count: usize| count as f64 / abouts.len().max(1) as f64;
    let (score, about_mail) = (share(found.known), share(found.about_mail));
    let errors = found.errors > 0 && (score >= 0.3 || about_mail >= 0.5 && score >= 0.1);
    let told = (errors || !found.mails.is_empty() && score >= 0.5) && names_mail(lines);
    // Few lines, and one of them a connection to a port of mail: nothing else came of it.
    let short = abouts.len() <= SHORT && connects() && lines.iter().any(|line| names_port(line));
    let prose = || {
        let timed = lines.iter().filter(|line| outcomes::is_timed(line)).count();
        is_prose(lines, timed, found.known)
    };
    let enough = if asked { found.known > 0 } else { (connects() && score >= 0.5 || told || short) && !prose() };
    if !enough {
        return None;
    }
    let rules = found.into_rules()?;
    let profile = Profile {
        name: "learned".into(),
        marks_sides: true,
        marks_data: true,
        marks_end: rules.iter().any(|rule| rule.kind == Kind::Closed),
        rules,
        ..Profile::default()
    };
    Some(Learned { profile, score: (score * 500.0).round() / 1000.0, assumed: true, clean: 50, ..Learned::default() })
}

/// What the lines tell.
#[derive(Default)]
struct Found {
    /// Rules for lines about connections, and for those about whole mails.
    rules: Vec<Rule>,
    mails: Vec<Rule>,
    /// What is told of connections, in order.
    kinds: Vec<Kind>,
    /// Lines that tell of an error, that are known, that are about mail.
    errors: usize,
    known: usize,
    about_mail: usize,
}

impl Found {
    /// `rule`: what the line says of a connection.
    fn take(&mut self, line: &[u8], rule: Option<&Rule>) {
        self.kinds.extend(rule.map(|rule| rule.kind));
        let error = Knowledge::builtin().client_error(line).is_some();
        let mail = about_mails(line, error);
        self.errors += usize::from(error || mail.as_ref().is_some_and(|rule| rule.kind == Kind::Failed));
        // What is announced may be a manual's sentence.
        let tells = mail.as_ref().is_some_and(|rule| rule.kind != Kind::Begins);
        self.known += usize::from(error || rule.is_some() || tells);
        if let Some(mail) = mail
            && (error || rule.is_none())
        {
            self.about_mail += 1;
            if self.mails.len() < ABOUT && !self.mails.contains(&mail) {
                self.mails.push(mail);
            }
            return;
        }
        self.about_mail += usize::from(error || rule.is_some() || noise::is_about_mail(line));
        if let Some(rule) = rule.filter(|rule| !error && !self.rules.contains(rule)) {
            self.rules.push(rule.clone());
        }
    }

    /// Those about mails behind the others, the most particular first; whatever fits none is a note.
    fn into_rules(self) -> Option<Vec<Rule>> {
        let Found { mut rules, mut mails, kinds, .. } = self;
        // The writer says the same when it opens: no end of a connection.
        let first = |of: &[Kind]| kinds.iter().position(|kind| of.contains(kind));
        let begins = first(&[Kind::Connecting, Kind::Connected]);
        if begins.is_some() && first(&[Kind::Closed]) < begins {
            for rule in rules.iter_mut().filter(|rule| rule.kind == Kind::Closed) {
                rule.kind = Kind::Ignore;
            }
        }
        mails.sort_by_key(|rule| std::cmp::Reverse(rule.template.weight()));
        rules.extend(mails);
        rules.push(Rule { kind: Kind::Note, template: Template::parse("{text}").ok()? });
        Some(rules)
    }
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
    let mut at = 0;
    while let Some(start) = line[at..].iter().position(u8::is_ascii_digit).map(|found| at + found) {
        let length = line[start..].iter().take_while(|b| b.is_ascii_digit()).count();
        at = start + length;
        let named = [&b":"[..], b"port ", b"port: "].iter().any(|name| line[..start].ends_with(name));
        let ends = !line.get(at).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b':');
        if named && ends && is_port(&line[start..at]) {
            return true;
        }
    }
    false
}

/// The rule of a line about a whole mail: it begins, it has gone out, it has not. `error`: its words are known as an error.
fn about_mails(line: &[u8], error: bool) -> Option<Rule> {
    let head = &line[..line.len().min(HEAD)];
    let told = OwnWords::of(head);
    let kind = if told.failed && told.mail || error && (told.mail || is_exception(line)) {
        Kind::Failed
    } else if told.failed || error || told.is_summary || is_long(head) || is_dialogue(line) {
        return None;
    } else if told.sent || told.well && told.mail {
        Kind::Sent
    } else if told.begins && told.mail {
        Kind::Begins
    } else {
        return None;
    };
    let (pieces, _) = words::pieces(line, &Keys::new());
    Some(Rule { kind, template: Template::new(pieces).ok()? })
}

fn is_long(line: &[u8]) -> bool {
    line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count() > WORDS
}

/// The line begins with the name of an exception's class.
fn is_exception(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    let class = line.iter().take_while(|b| b.is_ascii_alphanumeric() || b"._$:\\".contains(b)).count();
    line[..class].ends_with(b":") && line[..class].iter().any(|b| matches!(b, b'.' | b'\\')) && line.len() > class
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_of_words_is_learned_by_its_mails() {
        let log = "2026/11/23 08:26:01 INFO Sending statement to j.botha@example.co.za via mail.example.co.za:587\n\
                   2026/11/23 08:26:02 ERROR System.Net.Mail.SmtpException: 535 5.7.8 Bad credentials\n\
                   2026/11/23 08:27:01 INFO Sending statement to k.naidoo@example.test via mail.example.co.za:587\n\
                   2026/11/23 08:27:02 INFO Sent\n\
                   2026/11/23 08:27:09 INFO Send Successful\n";
        let lines: Vec<&[u8]> = log.lines().map(str::as_bytes).collect();
        let learned = learn(&lines, false).unwrap();
        let kinds: Vec<Kind> = lines
            .iter()
            .map(|line| learned.profile.rule_of(line).map_or(Kind::Ignore, |(rule, _)| rule.kind))
            .collect();
        assert_eq!(kinds, [Kind::Begins, Kind::Failed, Kind::Begins, Kind::Sent, Kind::Sent]);
    }
}
