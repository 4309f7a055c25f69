//! Texts about mail that are no logs: manuals, lists of people, what changed in a program. A log tells when things happened,
//! or says the same of one mail after the other.

use std::collections::BTreeSet;

use super::{noise::is_about_mail, outcomes::stamped, tokenize::slices};

/// Fewer lines may all begin with another word.
const FEW: usize = 12;
/// Where nothing tells the time, one line in so many tells how a mail went.
const RARE: usize = 16;

/// In these lines, of which so many tell how a mail went, nothing tells the time, and they are rare, or hardly two lines
/// begin with the same word.
pub(super) fn is_prose(lines: &[&[u8]], told: usize) -> bool {
    let timed = lines.iter().filter(|line| is_timed(line)).count();
    timed * 10 < lines.len() && (told * RARE < lines.len() || lines.len() > FEW && wanders(lines))
}

/// Most lines tell the time, or of mail.
#[must_use]
pub fn tells_of_mail(lines: &[&[u8]]) -> bool {
    lines.iter().filter(|line| is_timed(line) || is_about_mail(line)).count() * 2 >= lines.len()
}

/// A time of day stands where a line begins: a list of changes has days.
fn is_timed(line: &[u8]) -> bool {
    stamped(line).0.contains(&b':')
}

fn wanders(lines: &[&[u8]]) -> bool {
    let first: Vec<Vec<u8>> = lines
        .iter()
        .filter_map(|line| slices(line).find(|word| word.len() > 1))
        .map(<[u8]>::to_ascii_lowercase)
        .collect();
    first.iter().collect::<BTreeSet<_>>().len() * 10 > first.len() * 6
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, told: usize) -> bool {
        is_prose(&text.lines().map(str::as_bytes).collect::<Vec<_>>(), told)
    }

    #[test]
    fn a_list_of_people_is_no_log() {
        let people: String = (0..60).map(|n| format!("Name{n} Person{n}   person{n}@example.org\n")).collect();
        assert!(of(&people, 1));
    }

    #[test]
    fn a_program_says_the_same_of_each_mail() {
        let log: String = (0..30).map(|n| format!("Sending to p{n}@example.org\nFailed: mailbox full\n")).collect();
        assert!(!of(&log, 30));
        let timed: String = (0..30).map(|n| format!("08:26:{n:02} Word{n} of this day\n")).collect();
        assert!(!of(&timed, 1));
    }
}
