//! Whether lines are about mail at all, for logs whose own words nobody knows.

use super::{
    noise::is_about_mail,
    outcomes::{is_timed, refuses},
};
use crate::knowledge::{WordClass, WordTable, is_word_byte, plain_spelling};

/// Most lines tell the time, or of mail; one that addresses a mail stands for the next too, which says how it went.
pub fn tells_of_mail(lines: &[&[u8]]) -> bool {
    let is_word = |line: &&&[u8]| line.iter().any(|b| is_word_byte(*b));
    // Where it is told that a mail to one failed, the other addresses are mails too.
    let refused = lines.iter().any(|line| refuses(line));
    let counts = |line: &&[u8]| match is_addressed(line) {
        true => 2,
        false => usize::from(is_timed(line) || is_about_mail(line) || refused && line.contains(&b'@')),
    };
    lines.iter().map(counts).sum::<usize>() * 2 >= lines.iter().filter(is_word).count()
}

/// `To: a@b.example`
fn is_addressed(line: &[u8]) -> bool {
    let word = line.split(|b| !is_word_byte(*b)).find(|word| !word.is_empty()).unwrap_or_default();
    line.contains(&b'@') && WordTable::builtin().classes(&plain_spelling(word)).has(WordClass::Recipient)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_mails_tell_of_mail() {
        let lines = |text: &'static str| text.lines().map(str::as_bytes).collect::<Vec<_>>();
        assert!(tells_of_mail(&lines(
            "Mailer\nTo: a@b.example\nResult: shipped\n-----\nTo: c@d.example\nResult: shipped\n"
        )));
        assert!(tells_of_mail(&lines("a@b.example .. x (mailbox full)\nc@d.example .. v\ne@f.example .. v\n")));
        assert!(!tells_of_mail(&lines("Anna <a@b.example>\nBen <c@d.example>\nlicence\n")));
    }
}
