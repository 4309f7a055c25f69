//! What a mail is called: the words of its title tell nothing of how it went.

use std::{borrow::Cow, ops::Range};

use bstr::ByteSlice;

use super::place;
use crate::{
    dialect::OwnWords,
    knowledge::{WordClass, WordTable, is_word_byte, plain_spelling, word_classes},
};

/// Quotes of a line that are looked at.
const QUOTES: usize = 24;
/// Stands for each letter of a title: no word of it that anybody knows.
const LETTER: u8 = b'q';

/// The text with a title that no word of is known, as long as it was.
pub(super) fn without_title(text: &[u8]) -> Cow<'_, [u8]> {
    let Some(title) = title(text) else { return Cow::Borrowed(text) };
    let mut plain = text.to_vec();
    plain[title].iter_mut().filter(|b| **b != b' ').for_each(|b| *b = LETTER);
    Cow::Owned(plain)
}

/// The words behind the title, or those before it.
pub(super) fn around_title(text: &[u8]) -> Option<&[u8]> {
    let title = title(text)?;
    let behind = text[title.end + 1..].trim_ascii();
    Some(if behind.iter().copied().any(is_word_byte) { behind } else { &text[..title.start - 1] })
}

/// Where a title stands in its quotes: `Mail "Payment failed" to a@b.example sent`, `subject="Payment failed"`.
fn title(text: &[u8]) -> Option<Range<usize>> {
    memchr::memchr2(b'"', b'\'', text)?;
    let mut at = 0;
    for _ in 0..QUOTES {
        let start = at + memchr::memchr2(b'"', b'\'', &text[at..])?;
        let mark = text[start];
        // `can't`
        if start > 0 && is_word_byte(text[start - 1]) {
            at = start + 1;
            continue;
        }
        let closes = |end: &usize| {
            text[start + 1 + end..].get(1).is_none_or(|b| !is_word_byte(*b))
                && !text[..start + 1 + end].ends_with(b"\\")
        };
        let end = start + 1 + memchr::memchr_iter(mark, &text[start + 1..]).find(closes)?;
        if end > start + 1 && is_title(&text[..start], &text[end + 1..]) {
            return Some(start + 1..end);
        }
        at = end + 1;
    }
    None
}

/// What stands in quotes between these two is what a mail is called: a field for it holds it, a word for a mail stands right
/// before, or whom it is for right behind.
fn is_title(before: &[u8], behind: &[u8]) -> bool {
    let name = before.trim_end_with(|mark| " \t:=\"'".contains(mark));
    let word = name.rsplit(|b| !is_word_byte(*b)).next().unwrap_or_default();
    if before.len() > name.len() && WordTable::builtin().is(&plain_spelling(word), WordClass::Title) {
        return true;
    }
    let first = behind.strip_prefix(b" ").and_then(|behind| behind.split_once_str(" "));
    let addressed = first.is_some_and(|(word, behind)| {
        word_classes(word).has(WordClass::Recipient) && place::before_address(behind).trim_ascii().len() <= 1
    });
    let called = &before[name.len()..] == b" " && word_classes(word).has(WordClass::Mail);
    if !(called || addressed && before.ends_with(b" ")) {
        return false;
    }
    let (ahead, told) = (OwnWords::of(name), OwnWords::of(behind));
    !ahead.failed && !ahead.connect && (addressed || told.failed || told.sent || told.well)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_mail_is_called() {
        let called = |text: &str| title(text.as_bytes()).map(|title| text[title].to_owned());
        let title = |title: &str| Some(title.to_owned());
        assert_eq!(called("Mail \"Payment failed\" to a@b.example sent"), title("Payment failed"));
        assert_eq!(called("Sending event \"Backup done\" to a@b.example"), title("Backup done"));
        assert_eq!(called("to=a@b.example subject=\"Sending failed\" status=sent"), title("Sending failed"));
        assert_eq!(called("{\"to\":\"a@b.example\",\"subject\":\"It's lost\"}"), title("It's lost"));
        assert_eq!(called("Mail to a@b.example failed: \"Connection refused\""), None);
        assert_eq!(called("Error message \"Mailbox full\" to a@b.example"), None);
        assert_eq!(called("Can't send: 'Mailbox full'"), None);
    }
}
