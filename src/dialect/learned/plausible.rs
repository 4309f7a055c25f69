//! Whether what was found is a dialogue at all, and not numbers and words in some other text.

use super::{
    about,
    frame::{Hit, Hits},
    marks::Marks,
    told, words,
};
use crate::{dialect::OwnWords, smtp::Verb};

/// Where little is said, it is at least one line of so many.
const RARE: usize = 20;

/// The program says in its own words that a mail did not go out.
fn tells_of_trouble(line: &[u8]) -> bool {
    let told = OwnWords::of(line);
    told.failed && !told.only_level && (told.mail || told.connect)
}

/// The replies and commands are a dialogue, not numbers and words in some other text.
pub(super) fn is_dialogue(lines: &[&[u8]], hits: &Hits, marks: &Marks, asked: bool) -> bool {
    let both = !marks.server.is_empty() && !marks.client.is_empty();
    let fit = marks.fit;
    // Who was never welcomed can only introduce itself and leave; any other word behind refusals is a sentence's, unless it has
    // an argument that no sentence has: `RCPT TO:<a@b.example>`.
    let welcomed = |hit: &Hit| matches!(hit.said.what.code(), Some(200..400));
    let can_be_first = |verb| matches!(verb, Verb::Ehlo | Verb::Helo | Verb::Quit | Verb::Mail | Verb::Rcpt);
    let goes_on = |hit: &Hit| hit.said.what.verb().is_some_and(|verb| !can_be_first(verb));
    if both && !hits.hits.iter().any(welcomed) && hits.hits.iter().any(goes_on) {
        return false;
    }
    // A value may be called as a command is: `security=starttls`. Who converses is greeted, introduces itself, signs in, names
    // somebody, or is asked for the mail.
    let opens = |hit: &Hit| {
        let verb = |verb| matches!(verb, Verb::Ehlo | Verb::Helo | Verb::Auth | Verb::Mail | Verb::Rcpt | Verb::Quit);
        matches!(hit.said.what.code(), Some(220 | 354)) || hit.said.what.verb().is_some_and(verb)
    };
    if both && !hits.hits.iter().any(opens) {
        return false;
    }
    if asked {
        return both || fit.answered > 0;
    }
    // Every conversation begins with a greeting, or a refusal to give one.
    let said = || hits.hits.iter().filter(|hit| marks.says(hit));
    let Some(first) = said().next().filter(|hit| hit.begins()) else {
        // The beginning may be cut off.
        return both && fit.answered >= 3 && fit.answered > 2 * fit.unasked;
    };
    let filled = lines.iter().filter(|line| !line.trim_ascii().is_empty()).count();
    if both {
        // A number and a word or two in a long text are no dialogue.
        let some = fit.answered >= 3 || said().count() * RARE >= filled;
        return some && (fit.unasked == 0 || fit.answered >= 3 && fit.answered > 2 * fit.unasked);
    }
    let most = said().count() * 4 >= filled;
    let text = &lines[first.line][first.said.at..];
    let names_smtp = memchr::memmem::find(text, b"SMTP").is_some();
    let is_smtp = crate::smtp::reply_line(text).is_ok_and(|(_, reply)| reply.enhanced.is_some() || names_smtp);
    let connects = || told::connects(lines.iter().map(|line| (*line, about::about(line, &words::Around::default()))));
    let troubled = || names_smtp && lines.iter().any(|line| tells_of_trouble(line));
    fit.answered > 0 && (most || is_smtp) && (is_smtp && (most || troubled()) || connects())
}
