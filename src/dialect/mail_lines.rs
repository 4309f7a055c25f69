//! Finds out whether lines are about mail at all, for logs whose words nobody knows.

use super::{
    noise::is_about_mail,
    outcomes::{explains, hangs, is_timed, verdict},
    own_words::OwnWords,
    tokenize::slices,
};
use crate::{
    knowledge::{Knowledge, WordClass, first_word, is_word_byte, quoted_reply, word_classes},
    smtp,
};

/// Lines of a paste that may have been cut out of a dialogue, at most.
const MAX_CUT_LINES: usize = 12;

/// Most lines tell the time, or of mail; one that addresses a mail stands for the next too, which says how it went.
pub(crate) fn tells_of_mail(lines: &[&[u8]]) -> bool {
    let is_word = |line: &&&[u8]| line.iter().any(|b| is_word_byte(*b));
    let verdicts: Vec<Option<bool>> = lines.iter().map(|line| verdict(line)).collect();
    // Where it is told that a mail to one failed, there or on the next line, the other addresses are mails too.
    let names = |n: usize| lines[n].contains(&b'@');
    let refused = (0..lines.len()).any(|n| verdicts[n] == Some(false) && names(n));
    // Of one mail both lines tell in the same words: those of a list of changes do not.
    let begins = |n: usize| slices(lines[n]).next();
    let is_next = |n: usize| names(n - 1) && !names(n) && begins(n - 1) == begins(n);
    let refused_below = (1..lines.len()).any(|n| is_next(n) && fails(lines[n]));
    // Where mails are addressed, each in a block, how they went is told of them.
    let addressed = lines.iter().any(|line| is_addressed(line));
    let counts = |(line, verdict): (&&[u8], &Option<bool>)| match is_addressed(line) {
        true => 2,
        false if refused_below && line.contains(&b'@') => 2,
        false => usize::from(
            is_timed(line) || is_about_mail(line) || refused && line.contains(&b'@') || addressed && verdict.is_some(),
        ),
    };
    lines.iter().zip(&verdicts).map(counts).sum::<usize>() * 2 >= lines.iter().filter(is_word).count()
}

/// So few lines may be cut out of a dialogue.
pub(crate) fn is_short(lines: &[&[u8]]) -> bool {
    lines.len() <= MAX_CUT_LINES
}

/// One of the lines is a refusal with an enhanced code, which proves what they are.
pub(crate) fn refuses(lines: &[&[u8]]) -> bool {
    let refuses = |line: &&[u8]| quoted_reply(line).is_some_and(|reply| smtp::enhanced_status_code(reply.text).is_ok());
    lines.iter().any(refuses)
}

/// It tells of a failure whose reason is known: `could not be sent: No such user here`, `error 10061`.
fn fails(line: &[u8]) -> bool {
    let told = OwnWords::of(line);
    Knowledge::builtin().client_error(line).is_some() || told.failed && !told.only_level && explains(line, true)
}

/// `To: a@b.example`, or an address that hangs from the line above.
fn is_addressed(line: &[u8]) -> bool {
    let word = first_word(line);
    let to = || word_classes(word).has(WordClass::Recipient);
    line.contains(&b'@') && (hangs(line) || to())
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
        let block =
            "To: a@b.example\nSubject: x\nResult: not delivered\nWhy: Connection refused\n----------\nBatch read\n";
        assert!(tells_of_mail(&lines(block)));
        assert!(tells_of_mail(&lines("a@b.example .. x (mailbox full)\nc@d.example .. v\ne@f.example .. v\n")));
        let mails = "Item 1 for a@b.example\nItem 1 not sent: no such user\nItem 2 for c@d.example\nItem 2 clear\n";
        assert!(tells_of_mail(&lines(mails)));
        assert!(!tells_of_mail(&lines("Anna <a@b.example>\nBen <c@d.example>\nlicence\n")));
    }
}
