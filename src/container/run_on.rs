//! Parts a dialogue that lost its line ends: a form on a page, a cell of a table or a chat made one line of it.
//!
//! Only the dialogue tells where its lines began: a command stands where one is due, a reply where one is awaited, and the
//! further lines of a reply repeat its code (RFC 5321 sections 4.1.4 and 4.2.1). What a writer puts before each line
//! (`C: `, `Sent 23/11/2026 08:26:01: `) has the shape of what stands before the first, or is the same mark before many. The
//! blank or the bar before a line becomes its line end, so that every byte stays where it is; lines are numbered as they
//! stand then.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use super::{grammar::offset, timestamp};
use crate::{
    smtp::{self, Dialogue, ReplyCode},
    source,
};

/// A shorter line holds no dialogue.
const MIN_BYTES: usize = 60;
/// Commands with their replies: one may be a summary.
const MIN_ANSWERED: usize = 2;
/// Lines with a dialogue each that show that every line is a session.
const SESSIONS: usize = 2;
/// No refusal with the end of its session is shorter: `{554 no} QUIT {221 bye}`.
const MIN_SENT_AWAY: usize = 16;
/// As much as a writer puts before a line.
const MAX_HEAD_BYTES: usize = 64;
/// So long a shape with numbers in it is a time's, and stands nowhere but where a line begins.
const MIN_TIMED_BYTES: usize = 8;
/// Bytes of a reply's code.
const CODE: usize = 3;
/// A record says more than its time.
const MIN_WORDS_BYTES: usize = 8;
/// A text that was pasted as one line has hardly more.
const MAX_LINES: usize = 3;
/// Bytes of `<br />`.
const MAX_BREAK_BYTES: usize = 6;
/// Bytes of a mark that parts lines without a blank, and as many as stand between it and a turn with it.
const MARK: usize = 2;
const MOST_MARK: usize = 8;
/// Parts the lines of one reply as well.
const FURTHER: u8 = b'/';
/// Marks of a side, and none.
const SIDES: usize = 3;
/// Every dialogue of two commands has one of these.
pub(super) const SURE: [&[u8]; 3] = [b"EHLO ", b"HELO ", b"MAIL FROM:"];
/// The text, which has these lines, with those parted that hold a dialogue; `None` where they are less than half of it: then
/// the other lines are as they were, and a message tells of a dialogue.
pub(super) fn parted<'t>(text: &'t [u8], lines: &[&'t [u8]]) -> Option<Vec<u8>> {
    let is_one = lines.iter().filter(|line| !line.trim_ascii().is_empty()).nth(MAX_LINES).is_none();
    // Each line that may hold a dialogue has one of these commands; in most logs they are few.
    let spoken =
        SURE.iter().flat_map(|command| source::lines_with(text, command)).map(|line| (offset(text, line), line));
    let spoken: BTreeMap<usize, &[u8]> = spoken.collect();
    let looked_at: Vec<&[u8]> = if is_one { lines.to_vec() } else { spoken.into_values().collect() };
    let bytes: usize = looked_at.iter().map(|line| line.len()).sum();
    if bytes * 2 < text.len() {
        return None;
    }
    let long = looked_at.into_iter().filter(|line| line.len() >= MIN_BYTES);
    let mut found: Vec<(&[u8], Parts<'_>)> = long.filter_map(|line| Some((line, parts(line, is_one)?))).collect();
    let bytes: usize = found.iter().map(|(line, _)| line.len()).sum();
    if found.is_empty() || bytes * 2 < text.len() {
        return None;
    }
    // Where each line is a session, so are those in which the server only sent the client away.
    let first = found.first().filter(|_| found.len() >= SESSIONS).map(|(line, _)| *line);
    if let Some(head) = first.and_then(|line| Some(Head::of(line, &turns(line, MIN_ANSWERED)?))) {
        let known: BTreeSet<usize> = found.iter().map(|(line, _)| offset(text, line)).collect();
        let others = lines.iter().filter(|line| line.len() >= MIN_SENT_AWAY && !known.contains(&offset(text, line)));
        let parted = |line: &'t [u8]| Some((line, Parts { begins: begins(line, &turns(line, 1)?, &head), mark: b"" }));
        found.extend(others.copied().filter_map(parted));
    }
    let mut parted = text.to_vec();
    for (line, Parts { begins, mark }) in found {
        let start = offset(text, line);
        let parts = |b: &u8| is_between(*b) || !mark.is_empty() && (mark.contains(b) || *b == FURTHER);
        for begin in begins {
            let kept = line[..begin].iter().rposition(|b| !parts(b)).map_or(0, |last| last + 1);
            end_line(&mut parted[start..start + begin], kept);
        }
    }
    Some(parted)
}

/// Where the lines begin that this one holds, but for the first; `is_one`: it may hold records that tell their times too.
fn parts(line: &[u8], is_one: bool) -> Option<Parts<'_>> {
    let turns = turns(line, MIN_ANSWERED);
    if let Some((turns, mark)) = turns.as_ref().and_then(|turns| Some((turns, separator(line, turns)?))) {
        return Some(Parts { begins: separated(line, turns, mark), mark });
    }
    let records = records(line).filter(|_| is_one || turns.is_some());
    let begins = match (turns, records) {
        // Some lines have no time: the further ones of a reply, or all of the dialogue.
        (Some(turns), Some(mut records)) => {
            let begins = begins(line, &turns, &Head::of(line, &turns));
            let is_untimed = |pair: &&[Turn]| records.range(pair[0].at..pair[1].at).next().is_none();
            let untimed = turns.windows(2).filter(is_untimed);
            let further: Vec<usize> =
                untimed.flat_map(|pair| begins.range(pair[0].at + 1..=pair[1].at).copied()).collect();
            records.extend(further);
            Some(records)
        }
        (Some(turns), None) => Some(begins(line, &turns, &Head::of(line, &turns))),
        (None, records) => records,
    };
    begins.map(|begins| Parts { begins, mark: b"" })
}

/// Where the lines begin that a line holds.
struct Parts<'a> {
    begins: BTreeSet<usize>,
    /// What stands before each in place of a blank.
    mark: &'a [u8],
}

/// The mark that parts the lines of a dialogue on one line, where no blank does: `220 mail;;[c]HELO pc;;[s]250 mail`. It stands
/// right before each turn, but for a side's mark, of which there are few.
fn separator<'a>(line: &'a [u8], turns: &[Turn]) -> Option<&'a [u8]> {
    let own: Vec<usize> = turns.iter().skip(1).filter(|turn| turn.said != Said::More).map(|turn| turn.at).collect();
    let first = *own.first()?;
    let near = first.saturating_sub(MOST_MARK)..first;
    let is_mark = |mark: &[u8]| mark.iter().all(|b| b.is_ascii_punctuation() && !b"@._-".contains(b));
    near.filter_map(|from| line.get(from..from + MARK)).find(|mark| {
        let sides: Option<BTreeSet<&[u8]>> = own
            .iter()
            .map(|at| {
                let before = &line[at.saturating_sub(MOST_MARK)..*at];
                Some(&before[memchr::memmem::rfind(before, mark)? + MARK..])
            })
            .collect();
        is_mark(mark) && sides.is_some_and(|sides| sides.len() <= SIDES)
    })
}

/// Where the lines begin that such a mark parts, and the further lines of a reply.
fn separated(line: &[u8], turns: &[Turn], mark: &[u8]) -> BTreeSet<usize> {
    let parted = memchr::memmem::find_iter(line, mark).map(|at| at + MARK);
    let further = turns.iter().filter(|turn| turn.said == Said::More).map(|turn| turn.at);
    parted.chain(further).collect()
}

/// The text of a line or two with line ends where a page has `<br>` amid them, but not in a cell; `None` where it has none
/// there.
pub(super) fn without_breaks(text: &[u8]) -> Option<Vec<u8>> {
    let mut parted = None;
    if memchr::memchr_iter(b'\n', text).nth(MAX_LINES).is_some() || memchr::memmem::find(text, b"</td").is_some() {
        return None;
    }
    for at in memchr::memmem::find_iter(text, b"<br").collect::<Vec<_>>() {
        let length = memchr::memchr(b'>', &text[at..text.len().min(at + MAX_BREAK_BYTES)]).map_or(0, |end| end + 1);
        let amid = text[at + length..].iter().find(|b| !b" \t".contains(b)).is_some_and(|b| !b"\r\n".contains(b));
        if length > 0 && amid {
            let parted = parted.get_or_insert_with(|| text.to_vec());
            end_line(&mut parted[at..at + length], 0);
        }
    }
    parted
}

/// Puts a line end in place of what stands behind the bytes that are kept.
fn end_line(before: &mut [u8], kept: usize) {
    before[kept..].fill(source::FILL);
    if let Some(last) = before[kept..].last_mut() {
        *last = b'\n';
    }
}

/// Stands between two lines.
fn is_between(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == b'|'
}

/// Behind this byte a turn may begin; `further`: a line of a reply that goes on.
fn begins_turn(before: u8, further: bool) -> bool {
    is_between(before)
        || before.is_ascii_punctuation() && !b"@._-+<=%&#$/".contains(&before)
        || further && before == FURTHER
}

/// A line of the dialogue.
#[derive(Clone, Copy)]
struct Turn {
    /// Where its command or its code stands.
    at: usize,
    said: Said,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Command,
    Reply(ReplyCode),
    /// A further line of a reply.
    More,
}

/// The dialogue of a line; `None` where it holds fewer commands with their replies than `least`.
fn turns(line: &[u8], least: usize) -> Option<Vec<Turn>> {
    let (mut turns, mut dialogue, mut answered) = (Vec::<Turn>::new(), Dialogue::default(), 0);
    let mut at = 0;
    while at < line.len() {
        let starts = at == 0 || begins_turn(line[at - 1], dialogue.open_reply().is_some());
        // `250 STARTTLS` is offered, not sent.
        let offered = turns.last().is_some_and(|turn| turn.said != Said::Command && turn.at + CODE + 1 == at);
        let Some((said, turn, length)) = turn(&line[at..], &dialogue, offered).filter(|_| starts) else {
            at += 1;
            continue;
        };
        answered += usize::from(matches!(said, Said::Reply(_)) && dialogue.pending().next().is_some());
        dialogue.advance(&turn);
        turns.push(Turn { at, said });
        at += length;
    }
    (answered >= least).then_some(turns)
}

/// What the text begins with, where it is due, and the length of its code or verb; a command only where none is `offered`.
fn turn<'a>(text: &'a [u8], dialogue: &Dialogue, offered: bool) -> Option<(Said, smtp::Turn<'a>, usize)> {
    if let Some((_, line)) = smtp::reply_line(text).ok().filter(|(_, line)| line.code.is_in_use()) {
        let said = if dialogue.open_reply().is_some() { Said::More } else { Said::Reply(line.code) };
        return dialogue.is_reply_due(&line).then(|| (said, dialogue.read_server(text), CODE));
    }
    let (rest, command) = smtp::command_start(text).ok().filter(|_| dialogue.is_command_due() && !offered)?;
    Some((Said::Command, smtp::Turn::Command(command), text.len() - rest.len()))
}

/// What a writer puts before its lines.
enum Head {
    Shaped(Vec<u8>),
    /// These marks; none before lines that are bare.
    Marks(BTreeSet<Vec<u8>>),
}

impl Head {
    fn of(line: &[u8], turns: &[Turn]) -> Head {
        let own =
            || turns.windows(2).filter(|pair| pair[1].said != Said::More).map(|pair| (pair[0].at + CODE, pair[1]));
        // Lines that are no turns may stand before the first one: what begins the text as it begins a turn is the head.
        let first = turns.first().map_or(0, |turn| turn.at);
        let starts = (first.saturating_sub(MAX_HEAD_BYTES)..first).filter(|start| begins_word(line, *start));
        for head in starts.map(|start| Head::Shaped(shape(&line[start..first]))) {
            let matched = || own().filter(|(floor, turn)| head.before(line, turn.at, *floor) < turn.at).count();
            if head.length(line).is_some() && matched() * 3 >= own().count() * 2 {
                return head;
            }
        }
        if let Some(head) = Head::timed(line, &own().collect::<Vec<_>>()) {
            return head;
        }
        // The word before most commands, or before most replies.
        let mut counts: BTreeMap<(bool, &[u8]), usize> = BTreeMap::new();
        let mut all = [0, 0];
        for (floor, turn) in own() {
            let is_command = turn.said == Said::Command;
            let word = &line[word_before(line, turn.at, floor)..turn.at];
            *counts.entry((is_command, word.trim_ascii_end())).or_default() += 1;
            all[usize::from(is_command)] += 1;
        }
        let often = |((is_command, word), count): &(&(bool, &[u8]), &usize)| {
            **count > 1 && **count * 4 >= all[usize::from(*is_command)] && is_mark(word)
        };
        Head::Marks(counts.iter().filter(often).map(|((_, word), _)| word.to_vec()).collect())
    }

    /// A time before most turns, and the word before it, where that is one of few: `Sent 23/11/2026 08:26:01: `.
    fn timed(line: &[u8], turns: &[(usize, Turn)]) -> Option<Head> {
        let stamp = |(floor, turn): &(usize, Turn)| {
            let mut near = turn.at.saturating_sub(MAX_HEAD_BYTES).max(*floor)..turn.at;
            let ends = |begin: &usize| {
                let length = timestamp::extent(&line[*begin..turn.at]).filter(|_| begins_word(line, *begin));
                length.is_some_and(|length| turn.at - begin - length <= CODE)
            };
            near.find(ends).map(|begin| (begin, *floor))
        };
        let found: Vec<(usize, usize)> = turns.iter().filter_map(stamp).collect();
        let mut words: BTreeMap<&[u8], usize> = BTreeMap::new();
        for (begin, floor) in &found {
            *words.entry(line[word_before(line, *begin, *floor)..*begin].trim_ascii_end()).or_default() += 1;
        }
        let (begin, floor) = *found.first().filter(|_| found.len() * 3 >= turns.len() * 2)?;
        let (_, first) = turns.iter().find(|(known, _)| *known == floor)?;
        let begin = if words.len() * 2 <= found.len() { word_before(line, begin, floor) } else { begin };
        Some(Head::Shaped(shape(&line[begin..first.at])))
    }

    /// Where the line begins whose command or code stands there, behind what was said before.
    fn before(&self, line: &[u8], at: usize, floor: usize) -> usize {
        match self {
            Head::Shaped(_) => {
                let mut near = (at.saturating_sub(MAX_HEAD_BYTES).max(floor)..at).rev();
                let fits =
                    |begin: &usize| begins_word(line, *begin) && self.length(&line[*begin..at]) == Some(at - begin);
                near.find(fits).unwrap_or(at)
            }
            Head::Marks(marks) => {
                let begin = word_before(line, at, floor);
                if marks.contains(line[begin..at].trim_ascii_end()) { begin } else { at }
            }
        }
    }

    /// Its length, where the text begins with it.
    fn length(&self, text: &[u8]) -> Option<usize> {
        match self {
            Head::Shaped(shape) => shaped(text, shape),
            Head::Marks(marks) => {
                let word = text.iter().position(u8::is_ascii_whitespace)?;
                marks.contains(&text[..word]).then_some(word + 1)
            }
        }
    }

    /// It holds a time: no other text looks like it.
    fn is_timed(&self) -> bool {
        matches!(self, Head::Shaped(shape) if shape.contains(&b'9') && shape.len() >= MIN_TIMED_BYTES)
    }
}

/// Where the lines of this dialogue begin, but for the first, with such a head.
fn begins(line: &[u8], turns: &[Turn], head: &Head) -> BTreeSet<usize> {
    let headed = |range: Range<usize>| {
        range.filter(|at| begins_word(line, *at) && head.length(&line[*at..]).is_some()).collect::<Vec<_>>()
    };
    let mut begins: BTreeSet<usize> =
        if head.is_timed() { headed(1..line.len()) } else { Vec::new() }.into_iter().collect();
    let mut floor = 0;
    for (turn, next) in turns.iter().zip(turns.iter().skip(1).map(Some).chain([None])) {
        begins.insert(head.before(line, turn.at, floor));
        floor = turn.at + CODE;
        let end = next.map_or(line.len(), |next| head.before(line, next.at, floor));
        let behind = &line[floor..end];
        begins.extend(match turn.said {
            Said::Reply(ReplyCode(334 | 354)) if !matches!(head, Head::Marks(marks) if marks.is_empty()) => {
                headed(floor..end)
            }
            // The server's words are one in base64 (RFC 4954 section 4); the client's answer follows.
            Said::Reply(ReplyCode(334)) => words(behind).nth(1).map(|word| floor + word).into_iter().collect(),
            // The fields of a message's header.
            Said::Reply(ReplyCode(354)) => {
                words(behind).filter(|word| is_field(&behind[*word..])).map(|word| floor + word).collect()
            }
            _ => Vec::new(),
        });
    }
    begins.remove(&0);
    begins
}

/// Where the records of a line begin that tell their times in the shape of the first, but for that one.
fn records(line: &[u8]) -> Option<BTreeSet<usize>> {
    let bracket = usize::from(line[0] == b'[');
    let stamp = bracket + timestamp::extent(&line[bracket..]).filter(|end| line[..*end].contains(&b':'))?;
    let head = Head::Shaped(shape(&line[..stamp]));
    let begins: BTreeSet<usize> =
        (1..line.len()).filter(|at| begins_word(line, *at) && head.length(&line[*at..]).is_some()).collect();
    let ends = begins.iter().copied().chain([line.len()]);
    let are_long =
        || [0].into_iter().chain(begins.iter().copied()).zip(ends).all(|(at, end)| end - at >= stamp + MIN_WORDS_BYTES);
    (begins.len() >= MIN_ANSWERED && are_long()).then_some(begins)
}

fn begins_word(line: &[u8], at: usize) -> bool {
    at == 0 || is_between(line[at - 1])
}

/// Where the word begins that stands before this place, with the blanks behind it.
fn word_before(line: &[u8], at: usize, floor: usize) -> usize {
    let end = line[floor.min(at)..at].trim_ascii_end().len() + floor.min(at);
    line[floor.min(at)..end].iter().rposition(|b| is_between(*b)).map_or(at, |blank| floor + blank + 1)
}

/// Where the words of a text begin.
fn words(text: &[u8]) -> impl Iterator<Item = usize> {
    (0..text.len()).filter(|at| !is_between(text[*at]) && (*at == 0 || is_between(text[at - 1])))
}

/// `->`, `C:`, `[tx]`, but no address.
fn is_mark(word: &[u8]) -> bool {
    let ends = word.last().is_some_and(|b| b":<>])|".contains(b));
    !word.is_empty() && !word.contains(&b'@') && (ends || !word.iter().any(u8::is_ascii_alphanumeric))
}

/// `Subject: `
fn is_field(text: &[u8]) -> bool {
    let name = text.iter().take_while(|b| b.is_ascii_alphabetic() || **b == b'-').count();
    text[0].is_ascii_uppercase() && text[name..].starts_with(b":")
}

/// The text with one sign for letters side by side, for digits, and for blanks.
fn shape(text: &[u8]) -> Vec<u8> {
    let mut shape: Vec<u8> = text.iter().map(|b| sign(*b)).collect();
    shape.dedup_by(|sign, before| sign == before && is_run(*sign));
    shape
}

fn sign(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => b'9',
        b'A'..=b'Z' | b'a'..=b'z' | 0x80.. => b'a',
        b'\t' => b' ',
        other => other,
    }
}

fn is_run(sign: u8) -> bool {
    b"a9 ".contains(&sign)
}

/// The length of what has this shape at the beginning of a text.
fn shaped(text: &[u8], shape: &[u8]) -> Option<usize> {
    let mut at = 0;
    for wanted in shape {
        let most = if is_run(*wanted) { MAX_HEAD_BYTES } else { 1 };
        let run = text[at..].iter().take(most).take_while(|b| sign(**b) == *wanted).count();
        at += Some(run).filter(|run| *run > 0)?;
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Option<Vec<String>> {
        let parted = parted(text.as_bytes(), &text.lines().map(str::as_bytes).collect::<Vec<_>>())?;
        assert_eq!(parted.len(), text.len(), "bytes stay where they are");
        Some(source::lines(&parted).map(|line| String::from_utf8(line.text.to_vec()).unwrap()).collect())
    }

    #[test]
    fn a_dialogue_is_parted_where_its_lines_began() {
        for dialogue in [
            "220 mail.b.example ESMTP ready\nEHLO pc\n250-mail.b.example\n250-STARTTLS\n250 AUTH LOGIN\nAUTH LOGIN\n\
             334 VXNlcm5hbWU6\ndXNlcg==\n334 UGFzc3dvcmQ6\ncGFzcw==\n535 5.7.8 no\nQUIT",
            "S: 220 mail.b.example ESMTP\nC: EHLO pc\nS: 250-mail.b.example\nS: 250 AUTH LOGIN\nC: AUTH LOGIN\n\
             S: 334 VXNlcm5hbWU6\nC: dXNlcg==\nS: 334 UGFzc3dvcmQ6\nC: ****\nS: 235 ok\nC: MAIL FROM:<a@b.example>\nS: 250 ok\n\
             C: RCPT TO:<c@d.example>\nS: 550 5.1.1 no such user",
            "CLIENT -> SERVER: EHLO pc\nSERVER -> CLIENT: 250-mail\n250-SIZE 10\n250 HELP\nCLIENT -> SERVER: MAIL FROM:<a@b.example>\n\
             SERVER -> CLIENT: 530 5.7.0 Authentication required",
            "Stat 23/11/2026 08:26:00: Connected.\nRecv 23/11/2026 08:26:01: 220 mail<EOL>\nSent 23/11/2026 08:26:01: EHLO pc<EOL>\n\
             Recv 23/11/2026 08:26:01: 250-mail<EOL>250 SIZE 1<EOL>\nSent 23/11/2026 08:26:02: MAIL FROM:<a@b.example><EOL>\n\
             Recv 23/11/2026 08:26:02: 250 Ok<EOL>\nSent 23/11/2026 08:26:02: QUIT<EOL>\nStat 23/11/2026 08:26:03: Disconnected.",
            "=== Connected to mail.b.example.\n<~  220 mail.b.example\n ~> EHLO pc\n<~  250 mail\n ~> MAIL FROM:<a@b.example>\n<~  250 ok\n\
             ~> RCPT TO:<c@d.example>\n<~  550 no",
            "23/11/2026 08:26:01 Sending to a@b.example\n23/11/2026 08:26:05 Sent to a@b.example\n23/11/2026 08:27:05 Failed: timeout",
        ] {
            let whole: Vec<&str> = dialogue.lines().map(str::trim).collect();
            for between in [" ", " | ", "  "] {
                let run_on = whole.join(between);
                assert_eq!(lines(&run_on).unwrap_or_default(), whole, "{run_on}");
            }
        }
    }

    #[test]
    fn a_line_for_each_session_is_parted_at_its_marks() {
        let marked = "#3 25 bad [s]220 mx ESMTP;;[c]EHLO pc;;[s]250-mx/250 AUTH LOGIN;;[c]MAIL FROM:<a@b.example>;;[s]550 no;;[c]QUIT";
        let whole =
            ["#3 25 bad [s]220 mx ESMTP", "[c]EHLO pc", "[s]250-mx", "250 AUTH LOGIN", "[c]MAIL FROM:<a@b.example>"];
        assert_eq!(lines(marked).unwrap_or_default()[..5], whole);
        let braced = "28/11 20:00 {220 mx} EHLO pc {250 mx} MAIL FROM:<a@b.example> {250 ok} RCPT TO:<c@d.example> {550 no} QUIT";
        let parted = lines(&[braced; 5].join("\n")).unwrap_or_default();
        assert_eq!(parted[..4], ["28/11 20:00", "{220 mx}", "EHLO pc", "{250 mx}"]);
        assert_eq!(parted.len(), 5 * 9);
    }

    #[test]
    fn a_page_breaks_its_lines_by_tags() {
        let whole = without_breaks(b"220 mail<br>EHLO pc<br />250 mail<br>\n").unwrap();
        assert_eq!(whole, b"220 mail\x1f\x1f\x1f\nEHLO pc\x1f\x1f\x1f\x1f\x1f\n250 mail<br>\n");
        assert_eq!(without_breaks(b"<tr><td>250-mail<br>250 SIZE</td></tr>"), None);
        assert_eq!(without_breaks(b"220 mail<br>\nEHLO pc<br>\n"), None);
    }

    #[test]
    fn other_lines_stay() {
        for line in [
            "MAIL FROM:<a@b.example> RCPT TO:<c@d.example> 550 5.1.1 no such user in this house, so that nothing was sent at all",
            "220 mail ESMTP, then EHLO is answered by the server with what it offers and so on; see RFC 5321 section 4.1.1",
            "2026-11-23 08:26:01 created, 2026-11-23 08:26:05 sent to a@b.example",
        ] {
            assert_eq!(lines(line), None, "{line}");
        }
    }
}
