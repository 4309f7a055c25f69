//! Finds dialogue of SMTP on a line without marks.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::OwnWords;
use crate::knowledge::quoted_reply;

const AUTH_COMMANDS: [&[u8]; 2] = [b"AUTH LOGIN", b"AUTH PLAIN"];
const COMMANDS: [&[u8]; 9] =
    [b"MAIL FROM:", b"RCPT TO:", b"EHLO ", b"HELO ", AUTH_COMMANDS[0], AUTH_COMMANDS[1], b"STARTTLS", b"QUIT", b"RSET"];
/// Nothing follows these but the mark of an end; words do where they are told of.
const BARE_COMMANDS: [&[u8]; 3] = [b"STARTTLS", b"QUIT", b"RSET"];
const REPLIES: [&[u8]; 8] = [b"220 ", b"220-", b"250 ", b"250-", b"354 ", b"334 ", b"235 ", b"221 "];
/// Ready to search: they are looked for in every line.
static COMMAND_FINDERS: LazyLock<[Finder<'static>; COMMANDS.len()]> = LazyLock::new(|| COMMANDS.map(Finder::new));
static REPLY_FINDERS: LazyLock<[Finder<'static>; REPLIES.len()]> = LazyLock::new(|| REPLIES.map(Finder::new));

/// A command with its argument, or a reply that no program shows as an error.
pub(super) fn is_dialogue(text: &[u8]) -> bool {
    let head = &text[..text.len().min(160)];
    let free = |at: usize| at == 0 || !head[at - 1].is_ascii_alphanumeric() && head[at - 1] != b'.';
    // `AUTH LOGIN succeeded as user x` tells of a command.
    let told = |word: &[u8], at: usize| {
        BARE_COMMANDS.contains(&word) && head[at + word.len()..].trim_ascii().first().is_some_and(|b| *b != b'<')
            || AUTH_COMMANDS.contains(&word)
                && head[at + word.len()..].split(|b| *b == b' ').filter(|word| !word.is_empty()).count() > 1
    };
    let command = |word: &Finder<'_>| word.find(head).is_some_and(|at| free(at) && !told(word.needle(), at));
    // Only where a mark or nothing stands before it: "failed: 250 mails" is prose.
    let reply = |code: &Finder<'_>| {
        code.find(head).is_some_and(|at| {
            let mark = &head[..at];
            let prose = mark.iter().rev().take(12).any(|b| b.is_ascii_lowercase());
            free(at) && mark.len() < 48 && !prose && !is_bare_address(&head[at + code.needle().len()..])
        })
    };
    // A refusal may name the command that it asks for.
    let asks = || OwnWords::of(head).failed || quoted_reply(head).is_some();
    COMMAND_FINDERS.iter().any(command) && !asks() || REPLY_FINDERS.iter().any(reply)
}

/// A column with the code of a mail stands before that with its address; a server has words, or brackets.
fn is_bare_address(behind: &[u8]) -> bool {
    let word = behind.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    word.contains(&b'@') && word.first().is_some_and(u8::is_ascii_alphanumeric) && !word.ends_with(b"..")
}

#[cfg(test)]
mod tests {
    use super::is_dialogue;

    #[test]
    fn commands_and_replies_but_no_words_about_them() {
        for line in ["> AUTH LOGIN", "AUTH PLAIN AGEAYgBj", "C: MAIL FROM:<a@b.example>", "<< 250-SIZE 1000", "-> QUIT"]
        {
            assert!(is_dialogue(line.as_bytes()), "{line}");
        }
        for line in ["AUTH LOGIN succeeded as user x", "failed: 250 mails", "QUIT was sent", "STARTTLS failed: timeout"]
        {
            assert!(!is_dialogue(line.as_bytes()), "{line}");
        }
    }
}
