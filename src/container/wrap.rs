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
use crate::{
    knowledge::{begins_with_class, is_word_byte, quoted_reply},
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

/// The text, which has these lines, with its broken ones joined; `None` where none was broken.
pub(super) fn join(text: &[u8], lines: &[&[u8]]) -> Option<Undone> {
    let folded = folded(text, lines);
    if !folded.is_empty() {
        return Some(joined(text, lines, &folded));
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
        }
        _ => true,
    };
    proved.then(|| joined(text, lines, &wrapping.goes_on))
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

/// `Status: 5.1.1`, indented as the whole report may be.
fn is_field(line: &[u8]) -> bool {
    let name = line.trim_ascii_start().split(|b| *b == b' ').next().unwrap_or_default();
    name.first().is_some_and(u8::is_ascii_uppercase) && name.ends_with(b":")
}

/// The text in which each line that goes on the one before is joined to it.
fn joined(text: &[u8], lines: &[&[u8]], goes_on: &[usize]) -> Undone {
    let begin = |at: usize| lines.get(at).map_or(text.len(), |line| offset(text, line));
    let end = |at: usize| begin(at) + lines[at].len();
    let (mut joined, mut moved, mut done) = (Vec::with_capacity(text.len() + goes_on.len()), Vec::new(), 0);
    for run in goes_on.chunk_by(|at, next| at + 1 == *next) {
        let (before, last) = (run[0] - 1, run[run.len() - 1]);
        joined.extend_from_slice(&text[done..end(before)]);
        for at in run {
            joined.truncate(joined.trim_ascii_end().len());
            // A word that is wider than the page is broken itself.
            if has_gap(lines[at - 1]) || columns(lines[at - 1]) < *WIDTHS.start() {
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
        let goes_on = |longest| goes_on(lines, width, longest, &filled, &named);
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
        code.is_some_and(|code| memchr::memchr_iter(b'-', lines[at - 1]).any(|dash| said(code, dash)))
    };
    (0..lines.len()).filter(|at| !lines[*at].trim_ascii().is_empty() && !goes_on_replying(*at)).collect()
}

/// How many lines name somebody.
fn named(lines: &[&[u8]]) -> usize {
    lines.iter().filter(|line| memchr::memchr(b'@', line).is_some()).count()
}

/// The lines that go on the one before; `longest`: columns of a word that may go on. What is the same for each `longest` is asked
/// once.
fn goes_on(
    lines: &[&[u8]],
    width: Option<usize>,
    longest: usize,
    filled: &dyn Deref<Target = Vec<usize>>,
    named: &dyn Deref<Target = usize>,
) -> Vec<usize> {
    let is_broken = |at: usize, spare: usize| match width {
        Some(width) => {
            is_full(lines[at - 1], lines[at], width - spare, longest)
                || is_full(lines[at - 1], lines[at], width - SPARE, longest)
                    && is_amid_sentence(lines[at - 1], lines[at])
        }
        None => is_amid_sentence(lines[at - 1], lines[at]),
    };
    let mut goes_on: Vec<usize> = (1..lines.len()).filter(|at| is_broken(*at, 0)).collect();
    if goes_on.is_empty() {
        return goes_on;
    }
    let is_free = |at: &usize| *at == 0 || !is_broken(*at, SPARE);
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
    goes_on.retain(|at| !beginnings.get(&beginning(lines[*at])).is_some_and(|of| is_own(*of) || is_table(*at, of.0)));
    if goes_on.is_empty() {
        return goes_on;
    }
    // Replies and commands begin lines of their own here.
    let says = || filled.iter().any(|at| is_free(at) && is_said(lines[*at]));
    if goes_on.len() < PROVED || says() {
        goes_on.retain(|at| !is_said(lines[*at]));
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
    is_near(word) && columns(line) >= FIRST && columns(line) + 1 + columns(word).min(longest) > width && is_word(word)
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
mod tests {
    use super::*;

    fn lines(text: &str) -> Option<Vec<String>> {
        let lines: Vec<&[u8]> = source::lines(text.as_bytes()).map(|line| line.text).collect();
        join(text.as_bytes(), &lines).map(|Undone { text: joined, moved }| {
            for (at, offset) in moved {
                let line = |text: &[u8]| text.iter().take(12).copied().collect::<Vec<u8>>();
                assert_eq!(line(&joined[at..]), line(&text.as_bytes()[offset as usize..]));
            }
            assert_eq!(joined.iter().filter(|b| **b == b'\n').count(), text.matches('\n').count(), "lines stay");
            let joined = String::from_utf8(joined).unwrap();
            joined.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
        })
    }

    #[test]
    fn rows_of_a_table_fill_their_lines() {
        let row = |text: &str| format!("│ 08:26:01 │ <- │ {text:<50} │\n");
        let table = [row("220 mail.example.co.za"), row("250 OK"), row("221 bye")].concat().repeat(7);
        assert_eq!(lines(&format!("┌{}┬{}┐\n{table}", "─".repeat(10), "─".repeat(57))), None);
    }

    #[test]
    fn broken_lines_are_joined() {
        let log = "08:26:01 S: 550 5.7.1 <j.botha@patients.example.co.za>: Sender address\n\
                   rejected: not owned by user statements@practice.example.co.za\n\
                   08:26:01 C: QUIT\n08:26:01 S: 221 2.0.0 Bye, and thank you for the visit to this fine\nserver\n";
        let joined = lines(log).unwrap();
        assert_eq!(joined.len(), 3, "{joined:?}");
        assert!(joined[0].ends_with("Sender address rejected: not owned by user statements@practice.example.co.za"));
        assert!(joined[2].ends_with("fine server"));
        let page = format!(
            "{}\nThe SMTP server requires a secure connection or the client was not\nauthenticated. The server said so.\n\
             Description: none\nI am sorry to have to inform you that your message could not\nbe delivered to anybody.\n",
            "A line of the page is wider than all others. ".repeat(3).trim_end()
        );
        assert_eq!(lines(&page).unwrap()[1..].len(), 3);
    }

    #[test]
    fn the_servers_words_in_a_report_are_one_line() {
        let report =
            "Status: 5.7.1\nDiagnostic-Code: smtp; 550 5.7.1 no,\n    not from\n\there\nLast-Attempt-Date: today\n";
        assert_eq!(lines(report).unwrap()[1], "Diagnostic-Code: smtp; 550 5.7.1 no, not from here");
    }

    #[test]
    fn long_words_are_joined_where_several_are() {
        let log = "20261123-085555 00007F0B2B497470-> MAIL\nFROM:<statements@practice.example.co.za> SIZE=701\n\
                   20261123-085555 00007F0B2B497470<- 250 2.1.0 Ok, and a word or two\n\
                   20261123-085555 00007F0B2B497470-> RCPT\nTO:<j.botha@patients.example.co.za> NOTIFY=NEVER\n";
        let joined = lines(log).unwrap();
        assert!(joined.len() == 3 && joined[0].ends_with("-> MAIL FROM:<statements@practice.example.co.za> SIZE=701"));
        // The rest of a line may look like a reply, where no reply begins a line.
        let quoted = "\"SMTPC\" 101 \"2026-11-23 10:54:54\" \"RECEIVED: 250-mail.b.example[nl]250\nDSN\"\n\
                      \"SMTPC\" 101 \"2026-11-23 10:54:54\" \"SENT: EHLO RECEPTION-PC.PRACTICE\"\n\
                      \"SMTPC\" 101 \"2026-11-23 10:54:55\" \"RECEIVED: and that is what it said\n250 OK\"\n\
                      \"SMTPC\" 101 \"2026-11-23 10:54:56\" \"RECEIVED: and that is what it also\nsaid to us\"\n";
        assert_eq!(lines(quoted).unwrap().len(), 4, "{:?}", lines(quoted));
    }

    #[test]
    fn lines_that_each_name_another_are_whole() {
        let rows = "[OK   ] 11/23/2026 09:01:12 AM invoice 881 -> lindiwe@webmail.example\n\
                    [OK   ] 11/23/2026 09:01:14 AM invoice 882 -> rk@polka.example\n\
                    [NOAUTH] 11/23/2026 09:01:15 AM invoice 883 -> thabo@mail.example\n\
                    [NOAUTH] 11/23/2026 09:01:16 AM invoice 884 -> zanele@mail.example\n";
        assert_eq!(lines(rows), None);
    }

    #[test]
    fn an_exception_begins_a_line() {
        let trace = "2026-11-28 06:26:33,837 ERROR statements.mailer: Could not send Statement\nOctober 2026\n  File \"/opt/app/venv/lib/python3.11/site-packages/aiosmtplib/smtp.py\", line\n\
                     1282, in auth_login\n    raise SMTPAuthenticationError(response.code, response.message)\n\
                     aiosmtplib.errors.SMTPAuthenticationError: (535, '5.7.8 Error: authentication\nfailed: x')\n";
        let joined = lines(trace).unwrap();
        assert_eq!(
            joined[4],
            "aiosmtplib.errors.SMTPAuthenticationError: (535, '5.7.8 Error: authentication failed: x')"
        );
    }

    #[test]
    fn whole_lines_stay() {
        for log in [
            "08:26:01 S: 250-mail.example.co.za at your service, and a word or two\n08:26:01 S: 250 SIZE\n",
            "250-mail.example.co.za Hello customer.example.co.za [192.0.2.6], pleased\n250-SIZE\n250 HELP\n",
            "220 mail\nEHLO pc\n250 ok\n",
            // The text comes first, and is not always wide.
            "250 2.0.0 Ok: queued as 4A1B6B7FC7 | got | 23/11/2026 08:34:44 | 6877\nQUIT | said | 23/11/2026 08:34:45 | 6877\n\
             221 2.0.0 Bye | got | 23/11/2026 08:34:46 | 6877\ndisconnect | note | 23/11/2026 08:34:47 | 6877\n",
            "Net::SMTP>>> Net::SMTP(3.14)\n\
             Net::SMTP: Net::Cmd::getline(): timeout at /home/user-1/app/perlsend.pl line 6.\n\
             cannot connect to mail.example.co.za:25: Net::SMTP: 421 Timeout\n",
            "Date;Time;Account;Email;Result\n2026/11/27;18:02:11;B1001;jan@mweb.co.za;Sent\n\
             2026/11/27;18:02:14;B1002;piet@vodamail.co.za;Sent\n\
             2026/11/27;18:02:20;B1003;sannie@gmial.com;Not sent - unknown host\n",
            "Date;Time;Event;Info\n23.11.2026;13:00:00;SEND;to=a@b.example;att=2;size=1843221;pages=2;subject=Statement\n\
             23.11.2026;13:00:40;FAIL;to=a@b.example;att=2;why=timeout while sending data\n\
             23.11.2026;13:05:00;SEND;to=a@b.example;att=0;size=2210;pages=2;subject=Statement\n\
             23.11.2026;13:05:02;DONE;to=a@b.example\n",
            // Nor does a sentence go on where columns do.
            "winged away,2026/11/27 18:02:11,jan@mweb.co.za,Appointment reminder,\n\
             winged away,2026/11/27 18:02:14,piet@vodamail.co.za,Appointment reminder,\n\
             sunk,2026/11/27 18:02:20,sannie@webmail.co.za,Statement,Greylisted, please try again\n",
            "cleared   2026/11/27 18:02:11   jan@mweb.co.za   Appointment reminder\n\
             conked out   2026/11/27 18:02:14   piet@vodamail.co.za   Statement   wrong version number\n\
             cleared   2026/11/27 18:02:20   sannie@webmail.co.za   Appointment reminder\n",
            "Mailing invoice 10232 -> susan@example.co.za\n\
             FAIL | invoice 10232 | Authentication failed: 535 Incorrect authentication data\n\
             Mailing invoice 10233 -> peter@example.co.za\n\
             FAIL | invoice 10233 | Authentication failed: 535 Incorrect authentication data\nDone. 1 sent, 2 failed.\n",
            // A line that names another is about another mail.
            "winged away Receipt 771 Griesel-Kotze p.mokoena@patients.example.co.za\n\
             botched Statement Griesel-Kotze k_vanwyk@example.test - Authentication\n\
             winged away Account 10442 Griesel-Kotze m.griesel@example.test\n\
             winged away Receipt 771 Griesel-Kotze r.naidoo@example.test\n\
             winged away Statement Griesel-Kotze accounts@example.test\nMailer down\n",
            "2026.11.23 10:57:31: -------------Start of Session-----------------\n<<<getline<<< 220 mail\n",
        ] {
            assert_eq!(lines(log), None, "{log}");
        }
    }
}
