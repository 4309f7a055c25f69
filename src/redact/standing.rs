//! How a word stands in what a program writes: in a sentence, as the name of a thing, or as a value. Only a value, or a word
//! of a command line, is what somebody has typed, and so may be a password.

use super::{secret::commands::option_name, span::words};

/// The word is a part of a sentence, or names a field, a function, a file or a person. `typed`: the text is a command
/// line, and so no sentence.
pub(super) fn is_told(text: &str, at: usize, word: &str, typed: bool) -> bool {
    let (before, after) = (&text[..at], &text[at + word.len()..]);
    // Where somebody is named, a small word may be what he signs in with: `access for fred@own.co.za with vlerkmuis`.
    let of_somebody = || word.starts_with(char::is_lowercase) && memchr::memchr(b'@', text.as_bytes()).is_some();
    is_name_of_thing(before, after, typed) || !typed && is_in_sentence(before, word, after) && !of_somebody()
}

/// `self.word`, `/opt/word/x`, `word(`, `word.py`, `"word":`, `word=`, `<word>`; what is typed with a slash is no path.
fn is_name_of_thing(before: &str, after: &str, typed: bool) -> bool {
    let joint = |c: char| "._".contains(c) || c == '/' && !typed;
    before.ends_with(joint)
        || before.ends_with(['\\', '<'])
        || after.strip_prefix(joint).is_some_and(|rest| rest.starts_with(char::is_alphanumeric))
        || after.starts_with('(')
        || after.trim_start_matches(['"', '\'', '\\']).starts_with([':', '='])
}

/// Letters in one case with blanks beside them; of a name with a capital one blank is enough: `"Name Surname"`.
fn is_in_sentence(before: &str, word: &str, after: &str) -> bool {
    let blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let begins = blank(before.trim_end_matches(['(', '"', '\'']).chars().next_back());
    let ends = blank(after.trim_start_matches(['.', ',', ';', '!', '?', ')', '"', '\'']).chars().next());
    let (first, second) = (blank(before.chars().next_back()), blank(after.chars().next()));
    let capital = word.starts_with(char::is_uppercase) && (first || second);
    // Alone behind a mark at the end it is a value.
    let valued = after.trim_end_matches(['"', '\'', '\\']).is_empty()
        && before.ends_with([' '])
        && before.trim_end().ends_with([':', '=', '>']);
    let small = word.chars().skip(1).all(char::is_lowercase) || word.chars().all(char::is_uppercase);
    !valued && small && word.chars().all(char::is_alphabetic) && ((first || second) && begins && ends || capital)
}

/// Words with an option, or what a shell joins programs with, among them.
pub(super) fn is_command_line(text: &str) -> bool {
    words(text).any(|(_, word)| {
        let name = word.split([':', '=', '.']).next().unwrap_or_default();
        option_name(name).is_some() || matches!(word, "|" | "<" | "<<<" | ">>")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_typed_is_not_told() {
        for line in [
            "PKIX path vlerkmuis failed",
            "sent to Vlerkmuis, then stopped",
            "\"Zorro Vlerkmuis\" is gone",
            "raise vlerkmuis",
            "vlerkmuis = await self._x()",
            "at a.Vlerkmuis.send(b)",
            "{\"vlerkmuis\":25}",
            "<vlerkmuis>25</vlerkmuis>",
            "File \"/opt/vlerkmuis/x.py\"",
        ] {
            let at = line.to_lowercase().find("vlerkmuis").unwrap_or_default();
            assert!(is_told(line, at, &line[at..at + 9], is_command_line(line)), "{line}");
        }
        for line in [
            "{\"code\":\"vlerkmuis\"}",
            "zorro,vlerkmuis",
            "send vlerkmuis\\r",
            "[\"zorro\",\"vlerkmuis\"]",
            "mailer < f # vlerkmuis",
            "x -c $p='vlerkmuis'",
            "x -b zorro vlerkmuis",
            "x -b \"send zorro/vlerkmuis\\r\"",
            "x /u zorro vlerkmuis",
            "access for zorro@own.co.za granted with vlerkmuis",
            "status: vlerkmuis",
            "zorro:vlerkmuis",
        ] {
            let at = line.find("vlerkmuis").unwrap_or_default();
            assert!(!is_told(line, at, "vlerkmuis", is_command_line(line)), "{line}");
        }
    }
}
