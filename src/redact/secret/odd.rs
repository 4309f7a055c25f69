//! Secrets that no word names: what somebody was asked to think up, or a machine drew, has a form that words, hosts, files
//! and the ids of mails do not have.

use std::ops::RangeInclusive;

use crate::{
    hex,
    knowledge::{SecretNames, WordClass, word_classes},
};

use super::super::{
    allow_list, field, measure,
    prompt::is_prompt,
    pseudonym::is_stand_in,
    server_name,
    span::{Span, runs, words},
    trace,
};

/// A shorter word with a digit is a code or a version.
const SHORTEST: usize = 6;
/// Characters of a password behind a name and a colon.
const SHORTEST_PART: usize = 5;
/// Letters in a row that are hardly drawn: a shorter run stands in every id.
const LETTERS: usize = 4;
/// Characters of a part of a link that was drawn.
const TOKEN: usize = 24;
/// Characters of a name; a longer run is a value.
const NAME: usize = 40;
/// Marks of a password.
const MARKS: &[u8] = b"!#$%^&*?";
/// Digits of a code that lets somebody in, and words between its name and it.
const CODE: RangeInclusive<usize> = 4..=8;
const NEAR: u8 = 4;
/// Digits of a number that is a password: a shorter one is a port, a code or a year, a longer one a time.
const DIGITS: RangeInclusive<usize> = 6..=9;
/// Letters of a group and groups of a password that a provider draws for one program.
const GROUP: usize = 4;
const GROUPS: usize = 4;
/// Digits of a text in hex.
const HEX: usize = 16;
/// Numbers in a row that are the bytes of a text.
const BYTES: usize = 6;
/// The same without a bracket before them.
const BARE_BYTES: usize = 8;

/// Words that are neither known nor a host, a file, a number or an id of a mail, and hold digits or marks: for texts in which
/// nothing else is asked for.
pub(super) fn odd_words(text: &str, spans: &mut Vec<Span<()>>) {
    codes(text, spans);
    let member =
        |b: u8| b.is_ascii_alphanumeric() || MARKS.contains(&b) || matches!(b, b'@' | b'_' | b'-' | b'.' | b'+' | b'~');
    let (told, mut before) = (super::is_told_in(text), "");
    for (from, part) in words(text) {
        // What opens something in a link is another rule's.
        let link = part.find("://").unwrap_or(part.len());
        for (at, run) in runs(part, false, member).take_while(|(at, _)| *at < link) {
            let head = run.len() - run.trim_start_matches(is_joint).len();
            let word = run.trim_matches(is_joint);
            let at = from + at + head;
            let alone = || stands_alone(text, at, word.len()) && !counts(before);
            let number = || is_number(word) && alone();
            let typed = || super::is_decorated(word) || (is_mixed(word) || number()) && !is_named(&text[..at]);
            if is_odd(word) || told && typed() {
                spans.push(Span::new(at, at + word.len(), ()));
            }
            before = word;
        }
    }
}

/// Whether the word is a number that may be a password.
pub(super) fn is_number(word: &str) -> bool {
    DIGITS.contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit())
}

/// `SMS code 355511`, `Toegangskode 4711`, and not `error code 100605`: a number that lets somebody in.
fn codes(text: &str, spans: &mut Vec<Span<()>>) {
    let (mut last, mut named) = ("", 0_u8);
    for (at, word) in runs(text, true, |b| b.is_ascii_alphanumeric()) {
        let number = CODE.contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit());
        if number && named > 0 && !allow_list::is_known(word) && stands_alone(text, at, word.len()) {
            spans.push(Span::new(at, at + word.len(), ()));
        }
        named = match before_code(word) {
            Some(head) if counts(if head.is_empty() { last } else { head }) => 0,
            Some(_) => NEAR,
            None => named.saturating_sub(1),
        };
        last = word;
    }
}

/// What stands before the name of a code: nothing, or, in Afrikaans, the beginning of the word: `Toegangs`, `fout`.
fn before_code(word: &str) -> Option<&str> {
    const NAMES: [&str; 5] = ["code", "codice", "2fa", "mfa", "alarm"];
    if NAMES.iter().any(|name| name.eq_ignore_ascii_case(word)) {
        return Some("");
    }
    let (head, name) = word.split_at_checked(word.len().checked_sub("kode".len())?)?;
    name.eq_ignore_ascii_case("kode").then_some(head)
}

/// Whether what follows is the number of an error, an answer, a size or a place: nobody's code.
fn counts(word: &str) -> bool {
    const CLASSES: [WordClass; 7] = [
        WordClass::Failed,
        WordClass::LevelFailed,
        WordClass::Reply,
        WordClass::Count,
        WordClass::Place,
        WordClass::Mail,
        WordClass::Connect,
    ];
    let classes = word_classes(word.as_bytes());
    measure::ends_in_measure(word) || CLASSES.into_iter().any(|class| classes.has(class))
}

/// The number is no part of a date, a time, a version or an amount, and nothing behind it says what it counts.
fn stands_alone(text: &str, at: usize, len: usize) -> bool {
    let glue = |c: char| "-/:.,_+".contains(c);
    let (before, after) = (&text[..at], &text[at + len..]);
    let digit_behind = after.strip_prefix(glue).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let digit_before = before.strip_suffix(glue).is_some_and(|rest| rest.ends_with(|c: char| c.is_ascii_digit()));
    let unit = after.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    !digit_behind && !digit_before && !measure::is_unit(unit)
}

/// `mvzq sqqh uneh uxdn`: a password that a provider drew, in groups of four small letters.
fn grouped(text: &str, spans: &mut Vec<Span<()>>) {
    let (mut count, mut from) = (0, 0);
    for (at, word) in words(text) {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let group = bare.len() == GROUP
            && bare.bytes().all(|b| b.is_ascii_lowercase())
            && !allow_list::is_known(bare)
            && (count == 0
                || text[..at].ends_with(' ') && text[..at].trim_end().ends_with(|c: char| c.is_ascii_lowercase()));
        if !group {
            count = 0;
            continue;
        }
        if count == 0 {
            from = at + word.find(bare).unwrap_or(0);
        }
        count += 1;
        if count >= GROUPS {
            spans.push(Span::new(from, at + word.find(bare).unwrap_or(0) + bare.len(), ()));
        }
    }
}

fn is_joint(c: char) -> bool {
    "@_-.+~".contains(c)
}

/// Letters in both cases with digits: where somebody signs in it may be a password as well as the id of a mail.
fn is_mixed(word: &str) -> bool {
    word.len() >= SHORTEST
        && trace::is_mixed(word)
        && word.bytes().all(|b| b.is_ascii_alphanumeric() || MARKS.contains(&b))
        && !is_prompt(word)
        && !trace::pieces(word).all(|piece| piece.len() == 1 || allow_list::is_known(piece))
}

/// `"sid":"`, `id=`, `[`, `\n`: what it is, is told right before it.
fn is_named(before: &str) -> bool {
    let field = field::before(before);
    match field.mark {
        Some(_) => !before.ends_with(' ') && (field.is_id() || !field.is_strange()),
        None => before.ends_with(['[', '/', '\\', '<']),
    }
}

fn is_odd(word: &str) -> bool {
    let has = |class: fn(&u8) -> bool| word.bytes().any(|b| class(&b));
    let marked = word.bytes().any(|b| MARKS.contains(&b) || b == b'@');
    if word.len() < SHORTEST || !has(u8::is_ascii_alphabetic) || !marked && !has(u8::is_ascii_digit) {
        return false;
    }
    let hex = !trace::is_digest(word) && word.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    let address = word.split_once('@').is_some_and(|(_, domain)| domain.contains('.'));
    // `emailout.txt`, `mail.own.co.za`
    let dotted = word.rsplit_once('.').is_some_and(|(_, last)| last.bytes().all(|b| b.is_ascii_alphabetic()));
    if hex || address || dotted || is_stand_in(word) || is_prompt(word) {
        return false;
    }
    trace::is_token(word)
        || is_marked_within(word)
        || trace::is_digest(word)
        || trace::is_encoded(word)
        || !trace::is_id(word)
            && runs(word, false, |b| b.is_ascii_alphanumeric()).any(|(_, part)| {
                !allow_list::is_known(part)
                    && (trace::is_made(part)
                        || trace::pieces(part).any(|piece| {
                            piece.len() >= LETTERS
                                && piece.bytes().all(|b| b.is_ascii_alphabetic())
                                && !allow_list::is_known(piece)
                        }))
            })
}

/// `tr0ub4dor&3`: a mark amid letters and digits that make no word.
fn is_marked_within(word: &str) -> bool {
    let inner = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let strange = |part: &str| part.bytes().any(|b| b.is_ascii_alphabetic()) && !allow_list::is_known(part);
    let mixed = |part: &str| strange(part) && part.bytes().any(|b| b.is_ascii_digit());
    inner.bytes().any(|b| MARKS.contains(&b))
        && runs(inner, false, |b| b.is_ascii_alphanumeric()).any(|(_, part)| mixed(part))
}

/// Forms that nothing else has, whatever stands beside them.
pub(super) fn forms(text: &str, spans: &mut Vec<Span<()>>) {
    licences(text, spans);
    grouped(text, spans);
    hex(text, spans);
    drawn(text, spans);
    if text.contains('/') {
        links(text, spans);
    }
    if text.contains('@') {
        before_host(text, spans);
    }
    if text.contains(['[', '(', '{', ',']) {
        bytes(text, spans);
    }
}

/// `AB12C-D34EF-GH567`: groups of one length.
fn licences(text: &str, spans: &mut Vec<Span<()>>) {
    for (at, run) in runs(text, false, |b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'-') {
        let mut groups = run.split('-');
        let len = groups.next().map_or(0, str::len);
        let groups = groups.map(str::len);
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        let letters = run.bytes().filter(u8::is_ascii_uppercase).count();
        let one_length = groups.clone().all(|other| other == len) && groups.count() >= 2;
        if (4..=8).contains(&len) && one_length && digits >= 2 && letters >= 2 {
            spans.push(Span::new(at, at + run.len(), ()));
        }
    }
}

/// `4b75647537486572642137`: nothing but characters that are typed.
fn hex(text: &str, spans: &mut Vec<Span<()>>) {
    for (at, run) in runs(text, false, |b| b.is_ascii_alphanumeric()) {
        let letters = run.bytes().any(|b| b.is_ascii_alphabetic());
        let typed = || hex::bytes(run.as_bytes()).is_some_and(|text| text.iter().all(u8::is_ascii_graphic));
        if run.len() >= HEX && letters && typed() {
            spans.push(Span::new(at, at + run.len(), ()));
        }
    }
}

/// `session ticket a8f7c6d5e4b3a2918f7e`: letters and digits that a program drew, near a word that says that they open
/// something.
fn drawn(text: &str, spans: &mut Vec<Span<()>>) {
    let names = SecretNames::builtin();
    let is_drawn = |run: &str| trace::is_drawn(run) && run.matches('.').count() <= 2;
    let all =
        || runs(text, false, |b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'+' | b'/' | b'~'));
    if !all().any(|(_, run)| is_drawn(run)) {
        return;
    }
    let mut opened = 0_u8;
    for (at, run) in all() {
        if opened > 0 && is_drawn(run) {
            spans.push(Span::new(at, at + run.len(), ()));
        }
        // A value names nothing, nor does a place on a page: `?p=BadCredentials`, `#authentication`.
        let named = run.len() < NAME && !text[..at].ends_with(['=', '#', '*']);
        let opens = named && (super::opens_page(run) || names.is_sign_in(run.as_bytes()));
        opened = if opens { 2 } else { opened.saturating_sub(1) };
    }
}

/// A part of a link that was drawn, or stands behind one that is called as what opens something, `/reset/aB3dE6`: who has
/// it, is let in.
fn links(text: &str, spans: &mut Vec<Span<()>>) {
    for (at, word) in words(text).filter(|(_, word)| word.contains('/')) {
        let host = word.find("://").map(|n| n + 3);
        let Some(path) = word[host.unwrap_or(0)..].find('/').map(|n| n + host.unwrap_or(0)) else { continue };
        let mut before = "";
        for (from, part) in runs(&word[path..], false, |b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
            let digits = part.bytes().filter(u8::is_ascii_digit).count();
            // A slug of words holds a date.
            let whole = word[..path + from].ends_with('=') || part.len() >= TOKEN || trace::is_mixed(part);
            let step = std::mem::replace(&mut before, part);
            let code = CODE.contains(&digits) && digits == part.len();
            let told = code || !super::is_sentence(part) && part.len() >= SHORTEST;
            let opened = word[..path + from].ends_with('/') && super::opens_page(step) && told;
            let opened = opened && (host.is_some() || digits > 1);
            if opened || host.is_some() && whole && trace::is_drawn(part) {
                spans.push(Span::new(at + path + from, at + path + from + part.len(), ()));
            }
        }
    }
}

/// `fred:Kudu7@mail.own.co.za`, and not `to:fred@own.co.za`.
fn before_host(text: &str, spans: &mut Vec<Span<()>>) {
    let told = text.contains('/') && super::is_told_in(text);
    for (at, word) in words(text) {
        let Some((user, rest)) = word.split_once([':', '|', '/']) else { continue };
        if user.rsplit_once('@').is_some_and(|(_, host)| server_name::is_internet_name(host))
            && rest.len() >= SHORTEST_PART
            && (!super::is_known_all(rest)
                || (told || word[user.len()..].starts_with('/') && word_classes(rest.as_bytes()).is_unknown())
                    && super::may_be_value(rest))
        {
            // `fred@own.co.za:Kudu7`, `fred@own.co.za|Kudu7`, `fred@own.co.za/invoice`
            spans.push(Span::new(at + word.len() - rest.len(), at + word.len(), ()));
            continue;
        }
        // `:pserver:fred:Kudu7@host`, `fred/Kudu7@host`
        let Some((user, password, host)) = word
            .rsplit_once('@')
            .and_then(|(head, host)| head.rsplit_once([':', '/']).map(|(user, password)| (user, password, host)))
        else {
            continue;
        };
        let (from, path) = (at + user.len() + 1, word[user.len()..].starts_with('/'));
        let user = user.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let strange = || (path && told || !super::is_known_all(user)) && !super::is_known_all(password);
        // `08:26:01;fred@own.co.za`: minutes, and who follows them.
        let minutes = user.len() <= 2 && user.bytes().all(|b| b.is_ascii_digit());
        if host.contains('.')
            && !minutes
            && !is_label(user)
            && !password.contains(['<', '"'])
            && (!super::is_sentence(password) && !path
                || strange()
                || !path && host.parse::<std::net::IpAddr>().is_ok())
        {
            spans.push(Span::new(from, from + password.len(), ()));
        }
    }
}

/// `to:`, `mailto:`, `SMTP:`: what follows is an address.
fn is_label(word: &str) -> bool {
    let classes = word_classes(word.as_bytes());
    [WordClass::Recipient, WordClass::Sender, WordClass::Mail].into_iter().any(|class| classes.has(class))
}

/// `[75, 117, 100, 117, 55, 33]`, `[]byte{0x4b, 0x75, ...}`: a text in the numbers of its characters.
fn bytes(text: &str, spans: &mut Vec<Span<()>>) {
    let member = |b: u8| b.is_ascii_hexdigit() || b == b'x' || b == b',' || b == b' ';
    for (at, run) in runs(text, false, member) {
        let least = if text[..at].ends_with(['[', '(', '{']) { BYTES } else { BARE_BYTES };
        // So many numbers have as many marks between them.
        if run.len() < 2 * least - 1 {
            continue;
        }
        for pairs in [false, true] {
            let number = |word: &str| match word.strip_prefix("0x") {
                None if !pairs => word.parse().ok(),
                hex => u8::from_str_radix(hex.unwrap_or(word), 16).ok(),
            };
            let shown = |word: &str| number(word).is_some_and(|n| n.is_ascii_graphic());
            // `4b,00,75,00`: of UTF-16 each other byte is nothing.
            let fits = |word: &str| shown(word) || pairs && word.len() == 2 && number(word) == Some(0);
            let words = runs(run, false, |b| b.is_ascii_alphanumeric()).skip_while(|(_, word)| !shown(word));
            let numbers: Vec<_> = words.take_while(|(_, word)| fits(word)).collect();
            let letters = || numbers.iter().any(|(_, word)| word.contains(|c: char| c.is_ascii_alphabetic()));
            if let [(first, _), .., (last, word)] = *numbers
                && numbers.iter().filter(|(_, word)| shown(word)).count() >= least
                && (!pairs || letters())
            {
                spans.push(Span::new(at + first, at + last + word.len(), ()));
            }
        }
    }
}

#[cfg(test)]
mod tests;
