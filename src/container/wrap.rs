//! Joins lines that a mail program, a console or a page broke because they were too long.
//!
//! A broken line is known by its width: the first word of the next line would not have fitted on it any more. What begins
//! as other lines do is a line of its own all the same. In a text that is wider than a page each sentence is looked at by
//! itself: one that stops amid its words goes on in small letters.
//!
//! Every joined line is followed by as many empty ones as were joined to it, so that line numbers stay those of the file.

use std::{
    cell::LazyCell,
    collections::{BTreeMap, BTreeSet},
    ops::Deref,
};

use super::{Container, grammar::offset, timestamp};

mod hanging;

use crate::{
    knowledge::{WordClass, WordTable, begins_with_class, is_word_byte, quoted_reply},
    smtp, source,
};

/// Columns at which texts are broken: 66 of a letter, 72 to 78 of mail, 80 of a console.
const WIDTHS: std::ops::RangeInclusive<usize> = 66..=80;
/// A sentence that stops before this column was not broken for want of room.
const SENTENCE: usize = 58;
/// Columns of a long word: what goes on longer is a row of a table or an address of a page, and broken itself. Where
/// more than one line would go on by its whole first word, all do.
const WORD: usize = 24;
/// Broken lines that prove a page, so that of them a reply or a command may be the rest of a line.
const PROVED: usize = 3;
/// Who breaks lines may count the blank at the end, or not: a line that ends so near to the edge may be full.
const SPARE: usize = 2;
/// Nobody breaks a line before this column.
const FIRST: usize = 20;
/// As much of a line's beginning as tells its kind.
const HEAD: usize = 12;
/// Lines that begin alike, so that this is how lines begin here.
const ALIKE: usize = 2;
/// Lines of a broken record.
const RECORD: usize = 64;
/// Lines of a text that somebody pasted; a log has more.
const SHORT: usize = 40;

/// A text as it was before it was pasted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Undone {
    pub text: Vec<u8>,
    /// Lines that have another offset than in the log: the one in the text, and the one in the log. The lines behind them
    /// moved as far.
    pub moved: Vec<(usize, u64)>,
}

impl Undone {
    /// What is put behind the text so far stands there in the log.
    pub(super) fn goes_on_at(&mut self, offset: usize) {
        let (at, known) = self.moved.last().copied().unwrap_or_default();
        if known + (self.text.len() - at) as u64 != offset as u64 {
            self.moved.push((self.text.len(), offset as u64));
        }
    }

    /// Where the lines of a text that was undone from this one stand in the log.
    pub(super) fn then(self, next: Undone) -> Undone {
        let place = |at: u64| {
            let (begin, offset) =
                self.moved.iter().rev().find(|(begin, _)| *begin as u64 <= at).copied().unwrap_or_default();
            offset + at - begin as u64
        };
        let begins = [(0, 0)].into_iter().chain(next.moved.iter().copied());
        let ends = next.moved.iter().map(|(at, _)| *at).chain([next.text.len()]);
        let mut moved = Vec::new();
        for ((begin, from), end) in begins.zip(ends) {
            moved.push((begin, place(from)));
            let inner = from + 1..from + (end - begin) as u64;
            let within = self.moved.iter().filter(|(at, _)| inner.contains(&(*at as u64)));
            moved.extend(within.map(|(at, offset)| (begin + at - from as usize, *offset)));
        }
        Undone { text: next.text, moved }
    }
}

/// The text, which has these lines, with its broken ones joined; `None` where none was broken.
pub(super) fn join(text: &[u8], lines: &[&[u8]]) -> Option<Undone> {
    if let Some((rests, width)) = hanging::rests(lines) {
        return Some(joined(text, lines, &rests, |line| columns(line) < width));
    }
    let widest = lines.iter().map(|line| columns(line)).max().filter(|widest| WIDTHS.contains(widest));
    let full = widest.map_or(*WIDTHS.start(), |widest| widest - 1);
    // A word that is wider than the page is broken itself, and fills its line.
    let parted = |line: &[u8]| has_gap(line) || columns(line) < full;
    let folded = folded(text, lines);
    if !folded.is_empty() {
        return Some(joined(text, lines, &folded, parted));
    }
    let records = records(lines);
    if !records.is_empty() {
        return Some(joined(text, lines, &records, parted));
    }
    let wrapping = Wrapping::of(lines)?;
    let broken: Vec<&[u8]> = wrapping.goes_on.iter().map(|at| lines[at - 1]).collect();
    // The widest line of a text is full by itself: only others as full as it show a page, or a short text that stops amid a
    // sentence.
    let proved = match broken[..] {
        [] => false,
        // What ends a sentence or a line of source, or introduces the next line, is whole.
        [line] => {
            wrapping.width.is_none()
                || lines.len() <= SHORT && line.trim_ascii_end().last().is_some_and(|end| !b".:;)}".contains(end))
                || stops_replying(line)
                || announces_code(line)
        }
        _ => true,
    };
    proved.then(|| joined(text, lines, &wrapping.goes_on, parted))
}

/// In a report that a mail came back (`Diagnostic-Code: ...`, Postfix' `<a@b.example>: host x said: ...`): the lines that
/// are indented below another, as a field of a header is folded (RFC 3464 section 2.1, RFC 5322 section 2.2.3), and those
/// that go on a sentence.
fn folded(text: &[u8], lines: &[&[u8]]) -> Vec<usize> {
    let refused = || source::lines_with(text, b">: host ").any(|line| line.starts_with(b"<"));
    if memchr::memmem::find(text, b"Diagnostic-Code:").is_none() && !refused() {
        return Vec::new();
    }
    let blank = |line: &[u8]| line.trim_ascii().is_empty();
    let goes_on = |pair: &[&[u8]]| {
        let indented = pair[1].first().is_some_and(u8::is_ascii_whitespace) && !is_field(pair[1]);
        !blank(pair[0]) && !blank(pair[1]) && (indented || is_amid_sentence(pair[0], pair[1]))
    };
    (1..lines.len()).filter(|at| goes_on(&lines[at - 1..=*at])).collect()
}

/// The lines that go on a record of JSON, which is open where its first line ends until one closes it. Who writes it over
/// several lines by himself begins with a short one.
fn records(lines: &[&[u8]]) -> Vec<usize> {
    let (mut goes_on, mut at) = (Vec::new(), 0);
    while at < lines.len() {
        let begins = lines[at].starts_with(b"{\"") && columns(lines[at]) >= FIRST;
        let length = if begins { record(&lines[at..]).unwrap_or_default() } else { 0 };
        if length > 0 && lines[at..=at + length].iter().any(|line| columns(line) >= *WIDTHS.start()) {
            goes_on.extend(at + 1..=at + length);
        }
        at += length + 1;
    }
    goes_on
}

/// How many lines go on the record of JSON that these begin with, none of them wider than a page.
fn record(lines: &[&[u8]]) -> Option<usize> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for (at, line) in lines.iter().take(RECORD).enumerate() {
        if line.len() > *WIDTHS.end() && columns(line) > *WIDTHS.end() {
            return None;
        }
        for byte in line.iter().copied() {
            match byte {
                b'"' if !escaped => in_string = !in_string,
                b'{' | b'[' if !in_string => depth += 1,
                b'}' | b']' if !in_string => depth = depth.checked_sub(1)?,
                _ => {}
            }
            escaped = in_string && byte == b'\\' && !escaped;
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// `Status: 5.1.1`, indented as the whole report may be.
fn is_field(line: &[u8]) -> bool {
    let name = line.trim_ascii_start().split(|b| *b == b' ').next().unwrap_or_default();
    name.first().is_some_and(u8::is_ascii_uppercase) && name.ends_with(b":")
}

/// The text in which each line that goes on the one before is joined to it, behind a blank where it is `parted` from it.
fn joined(text: &[u8], lines: &[&[u8]], goes_on: &[usize], parted: impl Fn(&[u8]) -> bool) -> Undone {
    let begin = |at: usize| lines.get(at).map_or(text.len(), |line| offset(text, line));
    let end = |at: usize| begin(at) + lines[at].len();
    let (mut joined, mut moved, mut done) = (Vec::with_capacity(text.len() + goes_on.len()), Vec::new(), 0);
    for run in goes_on.chunk_by(|at, next| at + 1 == *next) {
        let (before, last) = (run[0] - 1, run[run.len() - 1]);
        joined.extend_from_slice(&text[done..end(before)]);
        for at in run {
            joined.truncate(joined.trim_ascii_end().len());
            if parted(lines[at - 1]) {
                joined.push(b' ');
            }
            joined.extend_from_slice(lines[*at].trim_ascii_start());
        }
        (before..last).for_each(|at| joined.extend_from_slice(&text[end(at)..begin(at + 1)]));
        done = end(last);
        if last + 1 < lines.len() {
            moved.push((joined.len() + begin(last + 1) - done, begin(last + 1) as u64));
        } else if done == text.len() {
            // A last line without an end counts, one without anything does not.
            joined.push(b'\n');
        }
    }
    joined.extend_from_slice(&text[done..]);
    Undone { text: joined, moved }
}

/// The way in which a text was broken.
struct Wrapping {
    /// Its widest line, where that is as wide as a page: the text was broken as a whole.
    width: Option<usize>,
    /// The lines that go on the one before, by number.
    goes_on: Vec<usize>,
}

impl Wrapping {
    /// `None` where no line is broken.
    fn of(lines: &[&[u8]]) -> Option<Wrapping> {
        // What has no gap cannot be broken there.
        let mut widest = 0;
        for line in lines {
            if line.len() > widest && has_gap(line) {
                widest = widest.max(columns(line));
            }
        }
        let width = Some(widest).filter(|width| WIDTHS.contains(width));
        let (filled, named) = (LazyCell::new(|| filled(lines)), LazyCell::new(|| named(lines)));
        // Of a shorter word no more lines are full.
        let likely = LazyCell::new(|| {
            let full = |at: &usize| is_broken(lines, *at, width, 0, usize::MAX);
            (1..lines.len()).filter(full).collect::<Vec<usize>>()
        });
        let goes_on = |longest| goes_on(lines, width, longest, &likely, &filled, &named);
        let whole = if width.is_some() { goes_on(usize::MAX) } else { Vec::new() };
        // Where no word is longer than that, looking again would show the same.
        let is_long = |line: &&[u8]| {
            let line = line.strip_prefix(b"\t").unwrap_or(line);
            line.len() > WORD && !line[..=WORD].iter().any(u8::is_ascii_whitespace)
        };
        let again = whole.len() <= 1 && (width.is_none() || lines.iter().any(is_long));
        let goes_on = if again { goes_on(WORD) } else { whole };
        (!goes_on.is_empty()).then_some(Wrapping { width, goes_on })
    }
}

/// The lines that begin something, by number: the further lines of a reply begin with its code in any log, and show nothing.
fn filled(lines: &[&[u8]]) -> Vec<usize> {
    let goes_on_replying = |at: usize| {
        let code = lines[at].get(..3).filter(|code| at > 0 && code.iter().all(u8::is_ascii_digit));
        let said = |code: &[u8], dash: usize| lines[at - 1][..dash].ends_with(code);
        // Mostly the code stands first there too.
        let first = |code: &[u8]| lines[at - 1].get(3) == Some(&b'-') && lines[at - 1].starts_with(code);
        code.is_some_and(|code| first(code) || memchr::memchr_iter(b'-', lines[at - 1]).any(|dash| said(code, dash)))
    };
    (0..lines.len()).filter(|at| !lines[*at].trim_ascii().is_empty() && !goes_on_replying(*at)).collect()
}

/// How many lines name somebody.
fn named(lines: &[&[u8]]) -> usize {
    lines.iter().filter(|line| memchr::memchr(b'@', line).is_some()).count()
}

/// The line would not have fitted on the one before, but for so many columns to `spare`, or goes on its sentence; `longest`: columns
/// of a word that may go on.
fn is_broken(lines: &[&[u8]], at: usize, width: Option<usize>, spare: usize, longest: usize) -> bool {
    match width {
        Some(width) => {
            is_full(lines[at - 1], lines[at], width - spare, longest)
                || is_full(lines[at - 1], lines[at], width - SPARE, longest)
                    && is_amid_sentence(lines[at - 1], lines[at])
        }
        None => is_amid_sentence(lines[at - 1], lines[at]),
    }
}

/// The lines that go on the one before, of those that are likely to; `longest`: columns of a word that may go on. What is the same
/// for each `longest` is asked once.
fn goes_on(
    lines: &[&[u8]],
    width: Option<usize>,
    longest: usize,
    likely: &[usize],
    filled: &dyn Deref<Target = Vec<usize>>,
    named: &dyn Deref<Target = usize>,
) -> Vec<usize> {
    let mut goes_on = likely.to_vec();
    goes_on.retain(|at| is_broken(lines, *at, width, 0, longest));
    if goes_on.is_empty() {
        return goes_on;
    }
    let is_free = |at: &usize| *at == 0 || !is_broken(lines, *at, width, SPARE, longest);
    // How these lines begin: how many lines begin so, and how many of them where no line before was too full. Mostly the first
    // lines of a log show it; counting all of them took a tenth of the time of a small log.
    let mut beginnings: BTreeMap<Beginning, (usize, usize)> =
        goes_on.iter().map(|at| (beginning(lines[*at]), (0, 0))).collect();
    let is_own = |(all, free): (usize, usize)| all >= ALIKE && free > 0;
    let mut open = beginnings.len();
    // By their first letter most lines begin as none of these.
    let addressed = beginnings.keys().any(|shape| shape[0] == b'@');
    let first: BTreeSet<u8> = beginnings.keys().map(|shape| shape[0]).collect();
    let may_begin = |at: &&usize| {
        let sign = |b: u8| if b.is_ascii_digit() { b'9' } else { b'a' };
        let known = |b: u8| first.contains(&b) || is_word_byte(b) && first.contains(&sign(b));
        addressed || lines[**at].first().is_none_or(|b| known(*b) || ends_beginning(b))
    };
    let mut rest = filled.iter().filter(may_begin);
    while open > 0
        && let Some(at) = rest.next()
    {
        let Some(counts) = beginnings.get_mut(&beginning(lines[*at])) else { continue };
        let known = is_own(*counts);
        *counts = (counts.0 + 1, counts.1 + usize::from(is_free(at)));
        open -= usize::from(!known && is_own(*counts));
    }
    // Where nearly all begin alike, and each fills its line, it is a table; so it is where half of them begin with a time.
    let is_table = |at: usize, all: usize| {
        let timed = || timestamp::extent(lines[at]).is_some() && all * 2 >= filled.len();
        all >= ALIKE && (all * 10 >= filled.len() * 9 || timed())
    };
    let says_code = |at: usize| announces_code(lines[at - 1]) && is_said(lines[at]);
    goes_on.retain(|at| {
        says_code(*at) || !beginnings.get(&beginning(lines[*at])).is_some_and(|of| is_own(*of) || is_table(*at, of.0))
    });
    if goes_on.is_empty() {
        return goes_on;
    }
    // Replies and commands begin lines of their own here.
    let says = || filled.iter().any(|at| is_free(at) && is_said(lines[*at]));
    if goes_on.len() < PROVED || says() {
        goes_on.retain(|at| !is_said(lines[*at]) || announces_code(lines[*at - 1]));
    }
    // What ends a stack trace is no rest of its last line, however long the name of the exception is.
    goes_on.retain(|at| !begins_with_class(lines[*at]));
    // Where all lines name somebody, or most do and few are full, one that names another than the line before is about another
    // mail.
    let (named, filled) = (**named, &***filled);
    if named == filled.len() || goes_on.len() * 4 < filled.len() && named * 2 >= filled.len() {
        let other = |at: &usize| address(lines[at - 1]).zip(address(lines[*at])).is_some_and(|(one, next)| one != next);
        goes_on.retain(|at| !other(at));
    }
    if !goes_on.is_empty() {
        // What a program writes as one line elsewhere, with other numbers in it, is whole here too.
        let lengths: BTreeSet<usize> = goes_on.iter().map(|at| lines[at - 1].len()).collect();
        let mut rest = goes_on.iter().peekable();
        let whole = (1..=lines.len()).filter(|at| rest.next_if_eq(&at).is_none()).map(|at| lines[at - 1]);
        let whole: BTreeSet<Vec<u8>> = whole.filter(|line| lengths.contains(&line.len())).map(digitless).collect();
        goes_on.retain(|at| !whole.contains(&digitless(lines[*at - 1])));
        // A whole record is no rest of one: what is left of a broken one has fewer fields. Words in one may look like more.
        let records = Container::usual(lines);
        // Where each line that begins a record has a stamp, one without is a rest however many fields it has.
        let stamped = |at: usize| timestamp::extent(lines[at]).is_some();
        let rests: BTreeSet<usize> =
            if records.is_empty() { BTreeSet::new() } else { goes_on.iter().copied().collect() };
        let dated = filled.iter().all(|at| rests.contains(at) || stamped(*at));
        goes_on.retain(|at| {
            dated && !stamped(*at) || !records.iter().any(|(format, fields)| format.fields(lines[*at]) >= Some(*fields))
        });
    }
    goes_on
}

/// The line, each number in it as good as another.
fn digitless(line: &[u8]) -> Vec<u8> {
    line.iter().map(|b| if b.is_ascii_digit() { b'9' } else { *b }).collect()
}

/// The next line's first word, of which as much as `longest` counts, would not have fitted on this one.
fn is_full(line: &[u8], next: &[u8], width: usize, longest: usize) -> bool {
    // A tab between two words may begin the next line.
    let next = next.strip_prefix(b"\t").unwrap_or(next);
    let is_near = |word: &[u8]| line.len() + 1 + word.len().min(longest) > width;
    if !is_near(next) {
        return false;
    }
    let word = next.iter().position(u8::is_ascii_whitespace).map_or(next, |end| &next[..end]);
    let columns_here = columns(line);
    // A word that was broken where the page ends goes on with any of its marks.
    let goes_on = || {
        columns_here >= width && !has_gap(line) && matches!(word, [b':' | b'"' | b',' | b'.' | b')' | b'/' | b'=', ..])
    };
    let fills = is_near(word) && columns_here >= FIRST && columns_here + 1 + columns(word).min(longest) > width;
    fills && (is_word(word) || goes_on())
}

/// The first word with an `@` in it.
fn address(line: &[u8]) -> Option<&[u8]> {
    // Hardly a line has one, and to part all lines into words took as long as all else that is asked here.
    memchr::memchr(b'@', line)?;
    line.split(|b| b.is_ascii_whitespace() || b";,|<>()".contains(b)).find(|word| word.contains(&b'@'))
}

/// A reply or a command, such as `QUIT<CRLF>`.
fn is_said(line: &[u8]) -> bool {
    let command = &line[..memchr::memchr(b'<', line).unwrap_or(line.len())];
    smtp::reply_line(line).is_ok() || line[0].is_ascii_uppercase() && smtp::command(command).is_ok()
}

/// `Expected response code`: its number follows.
fn announces_code(line: &[u8]) -> bool {
    let last = line.rsplit(|b| *b == b' ').next().unwrap_or_default();
    line.contains(&b' ') && WordTable::builtin().is(&last.to_ascii_lowercase(), WordClass::Code)
}

/// The kind of a line's first word, filled up with zeros.
type Beginning = [u8; HEAD];

/// A word or a cell ends here.
fn ends_beginning(b: &u8) -> bool {
    b.is_ascii_whitespace() || matches!(b, b';' | b'|')
}

/// The shape of a line's first word or cell: its digits and marks, and its letters where it is nothing but letters. Addresses are
/// alike.
fn beginning(line: &[u8]) -> Beginning {
    let word = line.iter().position(ends_beginning).map_or(line, |end| &line[..end]);
    let word = &word[..word.len().min(HEAD)];
    // `rejected:` begins otherwise than `reply:`.
    let name = word.strip_suffix(b":").filter(|name| name.iter().all(u8::is_ascii_lowercase)).unwrap_or(word);
    let letters = name.iter().all(|b| b.is_ascii_alphabetic() || !b.is_ascii());
    let mut shape = [0; HEAD];
    let (mut places, mut before) = (shape.iter_mut(), 0);
    for byte in if word.contains(&b'@') { b"@" } else { word } {
        let sign = match byte {
            byte if letters => *byte,
            b'0'..=b'9' => b'9',
            b'a'..=b'z' | b'A'..=b'Z' | 0x80.. => b'a',
            _ => *byte,
        };
        if letters || sign != b'a' || before != b'a' {
            places.next().into_iter().for_each(|place| *place = sign);
        }
        before = sign;
    }
    shape
}

/// Text goes on with a word, in a bracket or in quotes: `->` and `<<<getline<<<` are marks of a line.
fn is_word(text: &[u8]) -> bool {
    let text = if let [b'(' | b'<' | b'[' | b'"' | b'\'', rest @ ..] = text { rest } else { text };
    text.first().is_some_and(|b| b.is_ascii_alphanumeric() || !b.is_ascii())
}

/// A sentence stops in a wide line without an end, and the next line goes on in small letters, or behind a comma. Words
/// in columns are no sentence.
fn is_amid_sentence(line: &[u8], next: &[u8]) -> bool {
    // Few lines are as long, and each is asked.
    if line.len() < SENTENCE {
        return false;
    }
    let (line, words) = (line.trim_ascii_end(), next.split(|b| *b == b' '));
    let stops = |last: &&u8| last.is_ascii_alphabetic() || **last == b',';
    let Some(last) = line.last().filter(stops) else { return false };
    let mut words = words.map(|word| word.strip_suffix(b",").or(word.strip_suffix(b".")).unwrap_or(word));
    let stack = |word: &[u8]| matches!(word, b"at" | b"in" | b"by");
    let goes_on = |word: &[u8]| word.len() > 1 && word.iter().all(u8::is_ascii_lowercase) && !stack(word);
    let prose = last.is_ascii_alphabetic() && words.next().is_some_and(goes_on);
    (prose || *last == b',' && next.first().is_some_and(u8::is_ascii_alphabetic))
        && columns(line) >= SENTENCE
        && memchr::memmem::find(next.trim_ascii(), b"  ").is_none()
}

/// There is a place to break it, and not only behind its stamp.
fn has_gap(line: &[u8]) -> bool {
    line.get(20..).is_some_and(|rest| rest.contains(&b' '))
}

/// A refusal that ends in a mark behind which it goes on: `450 4.2.0 Recipient address rejected:`.
fn stops_replying(line: &[u8]) -> bool {
    matches!(line.trim_ascii_end().last(), Some(b':' | b',')) && quoted_reply(line).is_some()
}

/// Characters of UTF-8.
fn columns(text: &[u8]) -> usize {
    text.iter().filter(|b| **b & 0xC0 != 0x80).count()
}

#[cfg(test)]
mod tests;
