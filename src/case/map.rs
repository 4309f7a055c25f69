//! The map of stand-ins that stays on the PC, and how it turns a desk's answer back.

use std::collections::HashMap;

/// The first line of the file.
pub const HEAD: &str =
    "# Whom the stand-ins of a case of mtmlog stand for. Keep this file on this PC and never send it.\n";

/// Stand-ins and whom they stand for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StandIns(HashMap<String, String>);

impl StandIns {
    /// Reads a map: a stand-in, a tab and whom it stands for, one a line. `None` where the text is none.
    pub fn read(text: &str) -> Option<StandIns> {
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        let pairs =
            lines.map(|line| line.split_once('\t').map(|(stand_in, whom)| (stand_in.to_owned(), whom.to_owned())));
        let pairs: Option<HashMap<_, _>> = pairs.collect();
        pairs.filter(|_| text.starts_with(HEAD.trim_end())).map(StandIns)
    }

    /// The text with everybody in the place of the stand-in, and how many were put back. The domain behind a person's
    /// stand-in goes with it, as does the `.invalid` behind that of a domain.
    pub fn put_back(&self, text: &str) -> (String, usize) {
        let (mut out, mut rest, mut count) = (String::with_capacity(text.len()), text, 0);
        while !rest.is_empty() {
            let word = rest.find(|c| !of_word(c)).unwrap_or(rest.len());
            let (stand_in, after) = rest.split_at(word);
            match self.0.get(&stand_in.to_ascii_lowercase()) {
                Some(whom) => {
                    out.push_str(whom);
                    count += 1;
                    rest = &after[goes_with(stand_in, whom, after)..];
                }
                None => {
                    let step = after.chars().next().map_or(0, char::len_utf8);
                    out.push_str(&rest[..word + step]);
                    rest = &after[step..];
                }
            }
        }
        (out, count)
    }
}

/// Bytes behind a stand-in that belong to it.
fn goes_with(stand_in: &str, whom: &str, after: &str) -> usize {
    const INVALID: &str = ".invalid";
    if let Some(domain) = after.strip_prefix('@').filter(|_| whom.contains('@')) {
        let end = domain.find(|c| !of_word(c) && c != '.').unwrap_or(domain.len());
        // A full stop behind the address ends the sentence.
        return 1 + domain[..end].trim_end_matches('.').len();
    }
    let is_domain = stand_in.len() > 6 && stand_in[..6].eq_ignore_ascii_case("domain");
    let begins = after.get(..INVALID.len()).is_some_and(|end| end.eq_ignore_ascii_case(INVALID));
    if is_domain && begins { INVALID.len() } else { 0 }
}

fn of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_desks_answer_is_turned_back() {
        let text = format!(
            "{HEAD}recipient-3\tanna@clinic.co.za\nrecipient-31\tbob@gmail.com\ndomain-1\tclinic.co.za\npc-1\tFRONT\n"
        );
        let map = StandIns::read(&text).unwrap();
        let back = |text: &str| map.put_back(text);
        assert_eq!(back("recipient-3"), ("anna@clinic.co.za".to_owned(), 1));
        assert_eq!(back("Recipient-31@gmail.com."), ("bob@gmail.com.".to_owned(), 1));
        assert_eq!(
            back("550 <recipient-3@domain-1.invalid>: no such user at domain-1.invalid, from pc-1"),
            ("550 <anna@clinic.co.za>: no such user at clinic.co.za, from FRONT".to_owned(), 3)
        );
        assert_eq!(back("recipient-99 é x"), ("recipient-99 é x".to_owned(), 0));
        assert_eq!((StandIns::read("no map"), StandIns::read("a\tb")), (None, None));
        assert!(StandIns::read(HEAD).is_some());
    }
}
