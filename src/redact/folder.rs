//! Paths: the name of a file is shown, its folders only as far as they are known places. A practice keeps logs in a folder
//! with a patient's or a doctor's name.

use crate::knowledge::WordTable;

use super::{
    known_word::is_known as is_word,
    personal::{self, OF_USERS},
    pseudonym::{Kind, Pseudonyms},
    secret,
    span::runs,
    stand_in::is_stand_in,
    trace,
};

/// Folders of Windows and of MTM's programs, which every PC has.
const KNOWN: &str = "appdata|desktop|documents|documents and settings|downloads|home|kudu_etc|local|log|logs|mtm|mtm2|opt|\
    program files|program files (x86)|programdata|public|roaming|temp|tmp|users|var|virtualstore|windows";

/// Digits of the number that MTM gives a practice.
const MAX_PRACTICE_DIGITS: usize = 8;
/// Endings of packed logs.
const PACKED: [&str; 3] = ["gz", "zip", "zst"];
/// Digits of the number of a log.
const MAX_LOG_DIGITS: usize = 3;

pub(super) fn file(path: &str, stand_ins: &mut Pseudonyms) -> String {
    // A member of an archive has a path of its own behind the archive's.
    let at = path.rfind(['/', '\\']).map_or(0, |at| at + 1);
    let (head, name) = path.split_at(at);
    let name = names(name, stand_ins);
    if head.is_empty() { name } else { format!("{}{name}", folders(head, stand_ins)) }
}

/// The name of a file, and of the archive before it: `logs.zip!emailout.txt`.
fn names(name: &str, stand_ins: &mut Pseudonyms) -> String {
    name.split_inclusive('!').map(|part| one_name(part, stand_ins)).collect()
}

/// A name of words that programs use, and of numbers that are short or a day, as logs are called; else a stand-in stands
/// before its ending.
fn one_name(name: &str, stand_ins: &mut Pseudonyms) -> String {
    let hidden = personal::hide(name, stand_ins);
    let ending = |(at, _): &(usize, &str)| words_of(&hidden[*at..]).all(is_of_log);
    if !secret::found(name).is_empty() || !words_of(&hidden).all(is_of_log) && !is_replaced(&hidden) {
        let at = hidden.match_indices('.').find(ending).map_or(hidden.len(), |(at, _)| at);
        let shown = stand_ins.thing(Kind::File, &hidden[..at]);
        return format!("{shown}{}", &hidden[at..]);
    }
    hidden
}

/// Stand-ins and what logs are called are all it holds.
fn is_replaced(name: &str) -> bool {
    name.split(['.', '!', ' ']).all(|part| is_stand_in(part) || words_of(part).all(is_of_log))
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    runs(text, true, |b| b.is_ascii_alphanumeric()).map(|(_, word)| word)
}

/// A word of a log's name: one of programs that is nobody's name, a letter, a short number or a day of this century.
fn is_of_log(word: &str) -> bool {
    let known = |part: &str| is_word(part) && !WordTable::builtin().is_name(part);
    // `emailout`, `maillog`
    let joined = |part: &str| {
        let low = part.to_ascii_lowercase();
        ["email", "mail", "smtp"].iter().any(|head| low.strip_prefix(head).is_some_and(known))
    };
    let of_programs = |part: &str| known(part) || joined(part);
    let number =
        |part: &str| part.bytes().all(|b| b.is_ascii_digit()) && (part.len() <= MAX_LOG_DIGITS || is_recent(part));
    PACKED.contains(&word)
        || of_programs(word)
        || trace::pieces(word).all(|part| part.chars().count() == 1 || of_programs(part) || number(part))
}

/// `2026`, `202611`, `20261123`, and the same with a time behind it.
fn is_recent(digits: &str) -> bool {
    digits.starts_with("20") && matches!(digits.len(), 4 | 6 | 8 | 12 | 14)
}

/// Folders: what is no known place becomes one stand-in.
pub(super) fn folders(path: &str, stand_ins: &mut Pseudonyms) -> String {
    // The number of a practice.
    if path.len() <= MAX_PRACTICE_DIGITS && path.bytes().all(|b| b.is_ascii_digit()) {
        return path.to_owned();
    }
    let mut out = String::with_capacity(path.len());
    let mut last = String::new();
    // Folders that are not known, one below the other, with the mark behind them.
    let mut strange = String::new();
    for part in path.split_inclusive(['/', '\\']) {
        let name = part.trim_end_matches(['/', '\\']);
        let low = name.to_lowercase();
        let below = std::mem::replace(&mut last, low.clone());
        if is_known(&low, &below) {
            flush(&mut strange, Kind::Folder, stand_ins, &mut out);
            out.push_str(part);
        } else if OF_USERS.contains(&&*below) {
            flush(&mut strange, Kind::Folder, stand_ins, &mut out);
            strange.push_str(part);
            flush(&mut strange, Kind::User, stand_ins, &mut out);
        } else {
            strange.push_str(part);
        }
    }
    flush(&mut strange, Kind::Folder, stand_ins, &mut out);
    out
}

fn flush(strange: &mut String, kind: Kind, stand_ins: &mut Pseudonyms, out: &mut String) {
    let name = strange.trim_end_matches(['/', '\\']);
    if !name.is_empty() {
        // A customer is named by the last of its folders, and has one stand-in wherever it is named.
        let below = name.rfind(['/', '\\']).map_or(name, |at| &name[at + 1..]);
        let known = stand_ins.known_thing(kind, below);
        out.push_str(&known.unwrap_or_else(|| stand_ins.thing(kind, name)));
    }
    out.push_str(&strange[name.len()..]);
    strange.clear();
}

/// A drive, a place that every PC has, or a number, such as a practice's.
fn is_known(name: &str, below: &str) -> bool {
    let drive = name.len() == 2 && name.ends_with(':');
    let dots = name.bytes().all(|b| b == b'.' || b == b'?');
    let number = below == "mtm" && name.len() <= MAX_PRACTICE_DIGITS && name.bytes().all(|b| b.is_ascii_digit());
    drive || dots || number || KNOWN.split('|').any(|known| known == name) && !OF_USERS.contains(&below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_places_are_shown() {
        for (path, shown) in [
            ("log.txt", "log.txt"),
            ("Pasient Botha Jan/log.txt", "folder-1/log.txt"),
            ("/home/botha/x/y/log.txt", "/home/user-1/folder-1/log.txt"),
            ("C:\\mtm2\\kudu_etc\\emailout.txt", "C:\\mtm2\\kudu_etc\\emailout.txt"),
            ("C:\\Program Files (x86)\\MTM\\1001\\maillog.txt", "C:\\Program Files (x86)\\MTM\\1001\\maillog.txt"),
            ("../a/Botha.zip/log.txt", "../folder-1/log.txt"),
            ("Nomvula Labuschagne 7605120034081.log", "file-1.log"),
            ("Grace Stone.log", "file-1.log"),
            ("labuschagne_n.log.gz", "file-1.gz"),
            ("password=Sunfl0wer9.log", "file-1.log"),
            ("password=Server1.log", "file-1.log"),
            ("log.zip!Botha.txt", "file-1.zip!file-2.txt"),
            ("emailout-2026-11-23.txt", "emailout-2026-11-23.txt"),
            ("MailLog_20261123.2.log", "MailLog_20261123.2.log"),
        ] {
            let mut stand_ins = Pseudonyms::default();
            assert_eq!(file(path, &mut stand_ins), shown);
            assert_eq!(file(shown, &mut stand_ins), shown, "again");
        }
        let mut stand_ins = Pseudonyms::default();
        assert_eq!(folders("Dr Botha", &mut stand_ins), "folder-1");
        assert_eq!(file("logs of/Dr Botha/log.txt", &mut stand_ins), "folder-1/log.txt");
        assert_eq!(file("logs of/Dr Nel/log.txt", &mut stand_ins), "folder-2/log.txt");
        assert_eq!(folders("1001", &mut Pseudonyms::default()), "1001");
        assert_eq!(folders("Dr Botha", &mut Pseudonyms::default()), "folder-1");
    }
}
