//! Words of programs that people are called, too: Grant, Long, Head, Will. Such a word is masked where it stands as a name
//! does.

use crate::knowledge::{Vocabulary, WordClass, WordTable};

use super::{known_word::is_known, span::floor_char_boundary, stand_in::is_stand_in};

/// Digits of somebody's number.
const NUMBER: usize = 4;
/// Bytes on either side of a word that are looked at.
const FAR: usize = 40;
/// Bytes on either side that are looked at where it counts how a whole text is written.
const LOUD: usize = 400;

/// The known word at `at` stands in the place of somebody's name: with a capital in the middle of a sentence where
/// no phrase has it so, or beside another name.
pub(super) fn is_name_here(text: &str, at: usize, word: &str) -> bool {
    let words = Vocabulary::builtin();
    if is_part_of_name(text, at, word) {
        return true;
    }
    if !is_name(word) {
        return false;
    }
    // `@will`, `$Grant`
    if text[..at].strip_suffix(['@', '$', '%']).is_some_and(|head| !head.ends_with(char::is_alphanumeric)) {
        return true;
    }
    let (before, gap_before) = neighbour(&text[..at], true);
    let (after, gap_after) = neighbour(&text[at + word.len()..], false);
    // `grant.long`, `Long_Grant`
    let joint = |gap: &str| matches!(gap, "." | "_" | "-" | "+");
    let glued = |beside: &str, gap: &str| joint(gap) && is_name_like(beside) && beside.len() > 1;
    // `Head-PC`, `Black-server`
    let machine = || WordTable::builtin().is(after.to_ascii_lowercase().as_bytes(), WordClass::Host);
    let owns = || gap_after == "-" && is_capitalised(word) && (after.eq_ignore_ascii_case("pc") || machine());
    if glued(before, gap_before) || glued(after, gap_after) || owns() {
        return !words.has_pair(before, word) && !words.has_pair(word, after);
    }
    if words.has_pair(before, word) || words.has_pair(word, after) {
        return false;
    }
    // `grant's mailbox`
    if after == "s" && matches!(gap_after, "'" | "\u{2019}") {
        return true;
    }
    if !word.starts_with(|c: char| c.is_ascii_uppercase()) {
        return stands_for_whom(before, gap_before);
    }
    if is_loud(text, at, word) {
        // `HUMAN, CORNELIUS`
        let beside = |gap: &str, word: &str| gap.trim() == "," && !word.is_empty() && !is_known(word);
        return beside(gap_after, after) || beside(gap_before, before);
    }
    let apart = |gap: &str| matches!(gap.trim(), "" | "," | "." | "-" | "_" | "/" | "|" | ";" | "&") && !gap.is_empty();
    let beside_name = apart(gap_after) && is_capitalised(after) && is_name_like(after)
        || apart(gap_before) && is_capitalised(before) && is_name_like(before);
    beside_name
        || inside_sentence(before, gap_before)
        || begins_sentence(word, after, gap_after)
        || is_value(gap_before, after)
        || is_in_row((before, gap_before), (after, gap_after), follows_stand_in(&text[..at]))
        || precedes_number(gap_after, &text[at + word.len()..])
        || is_title(before, gap_before)
}

/// `Field^Lucky`, as HL7 and DICOM write a name; `\Scans\Test, Sandy\`, where the other part is no word of programs. It
/// counts for any word.
fn is_part_of_name(text: &str, at: usize, word: &str) -> bool {
    let (before, after) = (&text[..at], &text[at + word.len()..]);
    if !word.starts_with(|c: char| c.is_ascii_uppercase()) {
        return false;
    }
    let letter = |rest: &str| rest.starts_with(char::is_alphabetic);
    if let Some(rest) = after.strip_prefix('^') {
        return letter(rest) || rest.starts_with('^');
    }
    if let Some(head) = before.strip_suffix('^') {
        return head.ends_with(|c: char| c.is_alphabetic() || c == '^');
    }
    after.starts_with(", ") && before.ends_with(['\\', '/', '"', '\'', '[', '|', ';']) && {
        let (other, _) = neighbour(after, false);
        is_capitalised(other) && other.len() > 2 && !is_known(other)
    }
}

/// `63204,Black,sent`, `Faktuur 53661 Black`, `*Little*`, `\Data\Short\x`: a cell of its own, beside another name or a number.
/// `phone-1 (Black)`: `counted` where what stands before was somebody's number.
fn is_in_row((before, gap_before): (&str, &str), (after, gap_after): (&str, &str), counted: bool) -> bool {
    const CELL: [char; 6] = [',', ';', '|', '\t', '"', '\''];
    let number = |word: &str| word.len() > 1 && word.bytes().all(|b| b.is_ascii_digit());
    let beside = |word: &str| number(word) || is_capitalised(word) && is_name_like(word);
    let named = gap_after.contains([':', '=']);
    let cell = gap_before.ends_with(CELL) && (gap_after.starts_with(CELL) || after.is_empty());
    let only = |gap: &str, mark: char| !gap.is_empty() && gap.chars().all(|c| c == mark);
    let ends = after.is_empty()
        || gap_after.starts_with(CELL)
        || gap_after.starts_with('<')
        || gap_after == " " && beside(after);
    // `"lastName":"Long"`, `<surname>Long</surname>`, `4471 (Cloud)`: all that a label tells which no program has.
    let enclosed = ["''", "\"\"", "><", "()", "[]"]
        .iter()
        .any(|pair| gap_before.ends_with(&pair[..1]) && gap_after.trim_start_matches('\\').starts_with(&pair[1..]));
    let tagged = gap_before.contains('>') || gap_before.contains("\":");
    let labelled = if tagged {
        before.len() == 1 || !is_known(before)
    } else {
        before.len() > 1 && before.starts_with(char::is_lowercase) && !is_known(before)
    };
    let counted = counted || number(before) && !is_reply(before);
    cell && !named && (beside(before) || beside(after))
        || gap_before == " (" && enclosed && !is_known(before)
        || counted && gap_before == ". " && after.is_empty()
        || gap_after.starts_with("%'") && gap_before.ends_with('\'')
        || enclosed && (counted || gap_before.contains('=') || labelled && gap_before.contains([':', '>']))
        || counted && matches!(gap_before, " " | "/" | ", " | " - ") && ends
        || gap_before.ends_with('*') && gap_after.starts_with('*')
        || only(gap_before, '\\') && only(gap_after, '\\')
}

/// The text ends with what stands for somebody's number: `id-number-1`.
fn follows_stand_in(before: &str) -> bool {
    let head = before.trim_end_matches(|c: char| !c.is_alphanumeric());
    is_stand_in(head.rsplit(char::is_whitespace).next().unwrap_or_default())
}

/// `Short (id-number-1)`, `Short-45118`: what stands for somebody's number follows, or a number that is joined.
fn precedes_number(gap: &str, behind: &str) -> bool {
    let token = behind[gap.len()..].split(|c: char| !c.is_alphanumeric() && c != '-').next().unwrap_or_default();
    let digits = token.len() >= NUMBER && token.bytes().all(|b| b.is_ascii_digit());
    matches!(gap, " (" | " [" | ", ") && is_stand_in(token) || gap == "-" && digits && !is_known(token)
}

/// Three digits, as a server's answer has them.
fn is_reply(number: &str) -> bool {
    number.len() == 3 && number.starts_with(['2', '3', '4', '5'])
}

/// `mnr. Page`: a short word that no program uses stands before, with a full stop.
fn is_title(before: &str, gap: &str) -> bool {
    // Letters of it.
    const LONGEST: usize = 4;
    gap == ". " && before.len() <= LONGEST && before.starts_with(char::is_alphabetic) && !is_known(before)
}

/// People are called by this word of programs, too.
pub(super) fn is_name(word: &str) -> bool {
    WordTable::builtin().is_name(word)
}

/// A word that is somebody's name, as far as the vocabulary can tell.
fn is_name_like(word: &str) -> bool {
    word.bytes().any(|b| b.is_ascii_alphabetic()) && (is_name(word) || !is_known(word))
}

fn is_capitalised(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
}

/// All that stands near is written in capitals, so that they tell nothing.
fn is_loud(text: &str, at: usize, word: &str) -> bool {
    let near = &text.as_bytes()[at.saturating_sub(LOUD)..text.len().min(at + LOUD)];
    word.len() > 1 && word.bytes().all(|b| b.is_ascii_uppercase()) && !near.iter().any(u8::is_ascii_lowercase)
}

/// A sentence is under way before the word.
fn inside_sentence(before: &str, gap: &str) -> bool {
    let word = before.starts_with(char::is_alphabetic) && before.len() > 1;
    // `(HIV) Page`
    let gap = if is_known(before) { gap } else { gap.trim_start_matches(')') };
    word && gap.bytes().all(|b| b == b' ') && !gap.is_empty()
}

/// `sent to mark`, `mailbox grant`, `LOGIN=short`: whoever is meant follows.
fn stands_for_whom(before: &str, gap: &str) -> bool {
    let classes = WordTable::builtin().classes(before.to_ascii_lowercase().as_bytes());
    let whose = classes.has(WordClass::Recipient) || before.eq_ignore_ascii_case("mailbox");
    let signs_in = classes.has(WordClass::SignIn) || classes.has(WordClass::Sender);
    gap == " " && whose || matches!(gap, "=" | ":" | ": ") && (whose || signs_in)
}

/// A sentence goes on behind the word: `Mark has left`, `Grant: sent`, and not `Will retry`.
fn begins_sentence(word: &str, after: &str, gap: &str) -> bool {
    let may = |word: &str| WordTable::builtin().classes(word.to_ascii_lowercase().as_bytes()).has(WordClass::May);
    !(may(word) && !may(after) && gap == " ")
        && after.starts_with(char::is_lowercase)
        && after.len() > 1
        && matches!(gap, " " | ": " | ", " | " - ")
}

/// `Rekening: Max`: all that a label tells.
fn is_value(gap: &str, after: &str) -> bool {
    after.is_empty() && matches!(gap, ": " | ":" | "=")
}

/// The nearest word on one side, and what stands between.
fn neighbour(text: &str, last: bool) -> (&str, &str) {
    let member = |c: char| c.is_alphanumeric();
    if last {
        let text = &text[floor_char_boundary(text, text.len().saturating_sub(FAR))..];
        let end = text.trim_end_matches(|c| !member(c)).len();
        let word = &text[..end];
        let begin = word.trim_end_matches(member).len();
        (&word[begin..], &text[end..])
    } else {
        let text = &text[..floor_char_boundary(text, FAR)];
        let rest = text.trim_start_matches(|c| !member(c));
        let gap = text.len() - rest.len();
        (&rest[..rest.len() - rest.trim_start_matches(member).len()], &text[..gap])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<&str> {
        super::super::span::runs(text, true, |b| b.is_ascii_alphanumeric())
            .filter(|(at, word)| is_name_here(text, *at, word))
            .map(|(_, word)| word)
            .collect()
    }

    #[test]
    fn a_name_is_known_by_its_place() {
        for (text, found) in [
            ("user Grant is unknown", vec!["Grant"]),
            ("Grant Long is unknown", vec!["Grant", "Long"]),
            ("statement of Head, Will failed", vec!["Head", "Will"]),
            ("SmtpException: Max Little", vec!["Max", "Little"]),
            ("mailbox grant.long disabled", vec!["grant", "long"]),
            ("Mark Dlamini", vec!["Mark"]),
            ("Mark has left", vec!["Mark"]),
            ("Grant: sent", vec!["Grant"]),
            ("HUMAN, CORNELIUS", vec!["HUMAN"]),
            ("Max, your statement was rejected", vec!["Max"]),
            ("Rekening: Max", vec!["Max"]),
            ("statement sent to mark", vec!["mark"]),
            ("@will $Grant LOGIN=short", vec!["will", "Grant", "short"]),
            ("63204,Black,sent", vec!["Black"]),
            ("\"Black\",\"April\",\"4711\"", vec!["Black"]),
            ("Faktuur 53661 Black", vec!["Black"]),
            ("sent *Little* now", vec!["Little"]),
            ("D:\\Data\\Short\\x.doc", vec!["Short"]),
            ("grant's mailbox is busy", vec!["grant"]),
            ("Geagte mnr. Page", vec!["Page"]),
            ("WHERE surname='Post' AND x", vec!["Post"]),
            ("\"lastName\":\"Long\",\"dob\":1", vec!["Long"]),
            ("<surname>Long</surname>", vec!["Long"]),
            ("Medihelp lid 3447565792 (Cloud)", vec!["Cloud"]),
            ("ref 37257/Human", vec!["Human"]),
            ("contact phone-1 (Black)", vec!["Black"]),
            ("rek. 96983, Long", vec!["Long"]),
            ("ID id-number-1 Black", vec!["Black"]),
            ("Field^Lucky, Sipho^Server", vec!["Field", "Lucky", "Sipho", "Server"]),
            ("\\Scans\\Test, Sandy\\x", vec!["Test"]),
            ("kanker (Will)", vec!["Will"]),
            ("Ray Key", vec!["Key"]),
            ("Long|Lindiwe|4711", vec!["Long"]),
            ("Short (id-number-1)", vec!["Short"]),
            ("Short-45118 failed", vec!["Short"]),
            ("Head-PC joined", vec!["Head"]),
            ("4.3.2 Black-server closing", vec!["Black"]),
            ("<d2p1:Surname>Long</d2p1:Surname>", vec!["Long"]),
            ("{\"f\":\"Will\"}", vec!["Will"]),
            ("Date,Reason,Status", vec![]),
            ("550 Block", vec![]),
            ("message is too long", vec![]),
            ("Message Too Long", vec![]),
            ("Will retry", vec![]),
            ("try again at a later time; read timeout", vec![]),
            ("LINE TOO LONG", vec![]),
        ] {
            assert_eq!(names(text), found, "{text}");
        }
    }
}
