//! The name that a PC gives itself behind EHLO or HELO (RFC 5321 section 4.1.1.1), also in lines that no dialect knows.

use super::{allow_list, pseudonym::Pseudonyms};

/// The commands that a client's name follows.
const HELLO: [&str; 3] = ["EHLO", "HELO", "LHLO"];

/// The text with a stand-in for each such name. A host with dots may be a server's, and is left to the mask.
pub(super) fn hide(text: &str, stand_ins: &mut Pseudonyms) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut greets = false;
    while !rest.is_empty() {
        let end = rest.find(is_edge).unwrap_or(rest.len());
        let (word, tail) = rest.split_at(end);
        let is_name = greets && !word.is_empty() && !word.contains('.') && !allow_list::is_known(word);
        if is_name {
            out.push_str(&stand_ins.learn_pc(word))
        } else {
            out.push_str(word)
        }
        greets = HELLO.iter().any(|command| command.eq_ignore_ascii_case(word)) || greets && word.is_empty();
        let gap = tail.find(|c| !is_edge(c)).unwrap_or(tail.len());
        // Only spaces stand between the command and its name.
        greets &= tail[..gap].bytes().all(|b| b == b' ');
        out.push_str(&tail[..gap]);
        rest = &tail[gap..];
    }
    out
}

fn is_edge(c: char) -> bool {
    !(c.is_alphanumeric() || "-_.".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pc_has_a_stand_in_and_a_server_its_name() {
        let hidden = |text: &str| hide(text, &mut Pseudonyms::default());
        assert_eq!(hidden("out|ehlo kudu-desk-7"), "out|ehlo pc-1");
        assert_eq!(hidden("EHLO mail.practice.example"), "EHLO mail.practice.example");
        assert_eq!(hidden("503 EHLO command first"), "503 EHLO command first");
        assert_eq!(hidden("EHLO, kudu-desk-7"), "EHLO, kudu-desk-7");
    }
}
