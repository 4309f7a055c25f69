//! Lines that a mail quotes: `> 550 no`, and `>> 550 no` where the answer is quoted too.

use bstr::ByteSlice;

use crate::smtp;

/// A line without the mark of one quote.
pub(super) fn unquoted(line: &[u8]) -> &[u8] {
    let text = line.trim_ascii_start();
    let text = text.strip_prefix(b">").unwrap_or(text);
    text.strip_prefix(b" ").unwrap_or(text)
}

/// How often an answer to answers is quoted, at most, and words of a sentence.
const MOST_QUOTED: usize = 4;
const SENTENCE_WORDS: usize = 4;

/// How often each line is quoted: in a run of lines with the mark at least one holds what no client says, so that it is no
/// mark of who speaks.
pub(super) fn quoted(lines: &[&[u8]]) -> Vec<usize> {
    let mut quoted = vec![0; lines.len()];
    // Hardly any log has a line that begins with the mark, and without one nothing is quoted.
    if !lines.iter().any(|line| line.trim_ascii_start().starts_with(b">")) {
        return quoted;
    }
    // Where lines that are said bear the other mark, this one is of the other side: behind it may stand a password.
    let is_said = |said: &[u8]| smtp::reply_line(said).is_ok() || smtp::command(said).is_ok();
    let has_other_mark = |line: &&[u8]| {
        let said = line.trim_start_with(|mark| mark == '<');
        said.len() < line.len() && said.starts_with(b" ") && is_said(said.trim_ascii())
    };
    if lines.iter().any(has_other_mark) {
        return quoted;
    }
    // `>>>getline>>> 250 ok` is a mark of the program's.
    let is_marked = |line: &[u8]| {
        let line = line.trim_ascii_start();
        let behind = line.trim_start_with(|mark| mark == '>');
        line.len() == behind.len() + 1 || line.len() > behind.len() && matches!(behind, [] | [b' ', ..])
    };
    let mut texts = lines.to_vec();
    for times in 1..=MOST_QUOTED {
        // Prose is no mail that a client sends where no client speaks behind the mark.
        let speaks = |text: &&[u8]| is_marked(text) && smtp::command(said(text)).is_ok();
        let silent = !texts.iter().any(speaks);
        let mut at = 0;
        for run in texts.chunk_by_mut(|one, next| is_marked(one) == is_marked(next)) {
            let strange = |line: &[u8]| is_no_client(said(line)) || silent && is_sentence(said(line));
            if is_marked(run[0]) && run.iter().any(|line| strange(line)) {
                quoted[at..at + run.len()].fill(times);
                run.iter_mut().for_each(|line| *line = unquoted(line));
            } else {
                // What is not quoted once is not quoted twice.
                run.iter_mut().for_each(|line| *line = b"");
            }
            at += run.len();
        }
        if !quoted.contains(&times) {
            break;
        }
    }
    quoted
}

/// The text behind all marks of quotes.
fn said(text: &[u8]) -> &[u8] {
    text.trim_start_with(|mark| matches!(mark, '>' | ' ')).trim_ascii()
}

/// Words and nothing else: `Your message could not be delivered.`
fn is_sentence(text: &[u8]) -> bool {
    let is_plain = |word: &[u8]| word.iter().all(|b| b.is_ascii_alphabetic() || *b >= 0x80 || b".,'-".contains(b));
    let mut words = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    words.clone().count() >= SENTENCE_WORDS && words.all(is_plain)
}

/// More than a command, an answer to AUTH or a line of a message: a reply, another mark, a stamp, a sentence of a program.
fn is_no_client(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    let word = text.iter().take_while(|b| !b.is_ascii_whitespace()).count();
    let marked = matches!(text, [b'<' | b'>' | b'*' | b'[', ..]);
    // Base64 has digits too, and none of the marks between the numbers of a stamp.
    let stamp = text.len() > 8
        && text[..8].iter().filter(|b| b.is_ascii_digit()).count() >= 4
        && text[..8].iter().all(|b| b.is_ascii_digit() || b"-/.: TZ,".contains(b));
    let labelled = word > 0 && matches!(text[word - 1], b':') && word <= 24 && text.len() > word + 3;
    smtp::command(text).is_err() && (smtp::reply_line(text).is_ok() && word <= 10 || marked || stamp || labelled)
}
