//! What a program says before it quotes a server: `Send failed: `, `Mailer Error: SMTP Error: `, a column of its own.

use super::{
    word_classes,
    words::{WordClass, WordClasses, WordTable, is_word_byte, words_in},
};

/// What the program said before the server's words: `Send failed: `, `Mailer Error: SMTP Error: `.
pub(crate) fn without_heads(text: &[u8]) -> &[u8] {
    heads(text).last().unwrap_or(text)
}

/// The text without one head, without two, and so on.
pub(super) fn heads(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = behind_head(rest)?;
        Some(rest)
    })
}

/// The words in brackets at the end of a text: `x (No such recipient here)`.
pub(crate) fn in_brackets(text: &[u8]) -> Option<&[u8]> {
    let inner = text.trim_ascii_end().strip_suffix(b")")?;
    let inner = &inner[memchr::memrchr(b'(', inner)? + 1..];
    (inner.len() >= 8 && inner.contains(&b' ')).then_some(inner)
}

/// As much of a text as is searched for heads.
const HEADS: usize = 320;

fn behind_head(text: &[u8]) -> Option<&[u8]> {
    let near = &text[..text.len().min(HEADS)];
    for at in near.iter().enumerate().filter(|(_, b)| b":'\t|;,".contains(b)).map(|(at, _)| at) {
        let rest = &text[at + 1..];
        if ends_column(text, at) {
            return Some(rest.trim_ascii_start());
        }
        if !matches!(text[at], b':' | b'\'') {
            continue;
        }
        let head = text[..at].trim_ascii_end();
        if text[at] == b'\'' {
            // `with message '...'`, `error='...'`
            let opens = head.ends_with(b"message") || head.ends_with(b"=") || head.ends_with(b"message:");
            if opens && rest.len() > 8 {
                let end = memchr::memrchr(b'\'', rest).filter(|end| *end > 8).unwrap_or(rest.len());
                return Some(&rest[..end]);
            }
            continue;
        }
        if !matches!(rest.first(), Some(b' ' | b'\t' | b'\'' | b'"')) {
            continue;
        }
        let rest = rest.trim_ascii_start();
        let rest = match rest {
            [quote @ (b'\'' | b'"'), inner @ ..] => inner.strip_suffix(&[*quote]).unwrap_or(inner),
            _ => rest,
        };
        if rest.len() < 3 {
            continue;
        }
        let word = head.iter().rposition(|b| !is_word_byte(*b)).map_or(head, |i| &head[i + 1..]).to_ascii_lowercase();
        let ends = WordTable::builtin().is(&word, WordClass::Quotes)
            || word.ends_with(b"error")
            || word.ends_with(b"exception")
            || word.ends_with(b"fout");
        // `Error sending mail to a@b.example: ...`, `Mail to a@b.example came back: ...`
        let ends = ends || denies_sending(head).is_some();
        let addressed = head.contains(&b'@') && head.contains(&b' ') && !head.starts_with(b"<");
        if ends || addressed {
            return Some(rest);
        }
    }
    None
}

/// The first head says what the program itself could not do, and something follows it.
pub(super) fn begins_with_own_doing(text: &[u8]) -> bool {
    let head = memchr::memchr(b':', text).map(|at| &text[..at]);
    let begins = |head: &[u8]| denies_sending(head).is_some_and(|word| word < 2);
    head.is_some_and(begins) && heads(text).next().is_some()
}

/// `Unable to send email`, `Kon nie stuur nie`: a program's own sentence, in which a verb for sending follows on a word that
/// denies it. Gives the place of that word among all.
fn denies_sending(head: &[u8]) -> Option<usize> {
    let mut words = words_in(head).map(word_classes);
    let denies = |word: WordClasses| word.has(WordClass::Not) || word.has(WordClass::Failed);
    let place = words.position(denies)?;
    words.any(|word| word.has(WordClass::Send) && !word.has(WordClass::Connect)).then_some(place)
}

/// A column ends here: at a tab, at a bar, or at a `;` or `,` with no space behind it, as no sentence is written.
fn ends_column(text: &[u8], at: usize) -> bool {
    let rest = &text[at + 1..];
    let parts = match text[at] {
        b'\t' | b'|' => true,
        b';' | b',' => {
            at > 0 && !text[at - 1].is_ascii_digit() && rest.first().is_some_and(|b| b.is_ascii_alphanumeric())
        }
        _ => false,
    };
    parts && has_words(rest)
}

/// At least one word of three letters, and no place in a source.
pub(super) fn has_words(said: &[u8]) -> bool {
    if said.starts_with(b"at ") || said.starts_with(b"in /") || said.starts_with(b"from ") {
        return false;
    }
    let is_word = |word: &[u8]| word.len() >= 3 && !word.iter().any(u8::is_ascii_digit) && !names_code(word);
    said.split(|b| !is_word_byte(*b)).any(is_word)
}

/// Words by which a program announces a code.
pub(super) fn names_code(word: &[u8]) -> bool {
    WordTable::builtin().is(&word.to_ascii_lowercase(), WordClass::Code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_program_says_before() {
        for (text, rest) in [
            ("Send failed: Mailbox full", "Mailbox full"),
            (
                "Mailer Error: SMTP Error: data not accepted. SMTP server error: Command failed Detail: no relay",
                "no relay",
            ),
            ("exception class EIdSMTPReplyError with message 'Relaying denied'", "Relaying denied"),
            ("Error sending mail to a@b.example: Mailbox full", "Mailbox full"),
            ("Unable to send email: Login denied", "Login denied"),
            ("Sender address rejected: not owned by user", "Sender address rejected: not owned by user"),
            ("Sending domain refused: no MX", "Sending domain refused: no MX"),
        ] {
            assert_eq!(String::from_utf8_lossy(without_heads(text.as_bytes())), rest, "{text}");
        }
    }
}
