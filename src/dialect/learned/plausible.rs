//! Whether what was found is a dialogue at all, and not numbers and words in some other text.

use super::{
    about,
    frame::{Hit, Hits},
    marks::Marks,
    told, words,
};
use crate::{dialect::OwnWords, smtp::Verb};

/// Lines of a paste that was cut out of a log.
const CUT: usize = 12;
/// So many replies in the order of SMTP, from the greeting on, are no accident.
const SERVER_ALONE: i64 = 4;
/// Where little is said, it is at least one line of so many.
const RARE: usize = 20;

/// The program says in its own words that a mail did not go out.
fn tells_of_trouble(line: &[u8]) -> bool {
    let told = OwnWords::of(line);
    told.failed && !told.only_level && (told.mail || told.connect)
}

/// Whether the replies and commands are a dialogue, not numbers and words in some other text.
pub(super) fn is_dialogue(lines: &[&[u8]], hits: &Hits, marks: &Marks, asked: bool) -> bool {
    let both = !marks.server.is_empty() && !marks.client.is_empty();
    let fit = marks.fit;
    // Who was never welcomed can only introduce itself and leave; any other word behind refusals is a sentence's.
    let welcomed = |hit: &Hit| matches!(hit.said.what.code(), Some(200..400));
    let goes_on =
        |hit: &Hit| hit.said.what.verb().is_some_and(|verb| !matches!(verb, Verb::Ehlo | Verb::Helo | Verb::Quit));
    if both && !hits.hits.iter().any(welcomed) && hits.hits.iter().any(goes_on) {
        return false;
    }
    if asked {
        return both || fit.answered > 0 && !is_column(lines, hits);
    }
    // Every conversation begins with a greeting, or a refusal to give one.
    let said = || hits.hits.iter().filter(|hit| marks.says(hit));
    let Some(first) = said().next().filter(|hit| hit.begins()) else {
        // The beginning may be cut off: then the first reply answers what is not there.
        let cut = fit.unasked <= 1 && fit.answered >= 2 && lines.len() <= CUT;
        return both && (cut || fit.answered >= 3 && fit.answered > 2 * fit.unasked);
    };
    let filled = lines.iter().filter(|line| !line.trim_ascii().is_empty()).count();
    if both {
        // A number and a word or two in a long text are no dialogue.
        let some = fit.answered >= 3 || said().count() * RARE >= filled;
        return some && (fit.unasked == 0 || fit.answered >= 3 && fit.answered > 2 * fit.unasked);
    }
    let most = said().count() * 4 >= filled;
    // A server's side of a whole conversation.
    if first.is_greeting() && most && fit.unasked == 0 && fit.answered >= SERVER_ALONE && !is_column(lines, hits) {
        return true;
    }
    let text = &lines[first.line][first.said.at..];
    let names_smtp = memchr::memmem::find(text, b"SMTP").is_some();
    let is_smtp = crate::smtp::reply_line(text).is_ok_and(|(_, reply)| reply.enhanced.is_some() || names_smtp);
    let connects = || told::connects(lines.iter().map(|line| (*line, about::about(line, &words::Keys::new()))));
    let troubled = || names_smtp && lines.iter().any(|line| tells_of_trouble(line));
    fit.answered > 0 && !is_column(lines, hits) && (most || is_smtp) && (is_smtp && (most || troubled()) || connects())
}

/// The same number in every line is a column: a thread, a process.
fn is_column(lines: &[&[u8]], hits: &Hits) -> bool {
    let code = |hit: &Hit| hit.said.what.code();
    let first = hits.hits.first().and_then(code);
    let all = lines.iter().filter(|line| !line.trim_ascii().is_empty()).count();
    hits.hits.len() >= 3
        && hits.hits.len() * 10 >= all * 8
        && first != Some(220)
        && hits.hits.iter().all(|hit| code(hit) == first)
}
