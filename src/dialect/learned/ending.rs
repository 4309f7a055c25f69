//! How several lines of the dialogue stand in one line of the log.

use std::collections::BTreeMap;

use super::said::LINE_ENDS;
use crate::{
    dialect::{LineEnd, profile::kept},
    smtp,
};

/// What the texts of server and client show.
pub(super) fn line_end(server: &[&[u8]], client: &[&[u8]], quoted: bool) -> LineEnd {
    let most = |count: usize, of: usize| of > 0 && count * 2 >= of;
    for end in LINE_ENDS {
        let ends =
            |texts: &[&[u8]]| texts.iter().filter(|text| text.trim_ascii_end().ends_with(end.as_bytes())).count();
        if !most(ends(server) + ends(client), server.len() + client.len()) {
            continue;
        }
        return if quoted && end.starts_with('\\') { LineEnd::Escaped } else { LineEnd::Ends(end) };
    }
    let Some(mark) = joint(server) else { return if quoted { LineEnd::Escaped } else { LineEnd::Line } };
    if quoted && mark.starts_with('\\') {
        return LineEnd::Escaped;
    }
    let closed = server.iter().chain(client).filter(|text| text.ends_with(mark.as_bytes())).count();
    let ends = !mark.trim().is_empty() && most(closed, server.len() + client.len());
    if ends { LineEnd::Ends(kept(&mark)) } else { LineEnd::Joins(kept(&mark)) }
}

/// What stands between the lines of a reply that are joined: the commonest of it, where most such replies have it.
fn joint(server: &[&[u8]]) -> Option<String> {
    let mut marks: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    let (mut several, mut joined) = (0, 0);
    for text in server.iter().filter(|text| smtp::reply_line(text).is_ok() && text.get(3) == Some(&b'-')) {
        several += 1;
        let found = joints(text);
        joined += usize::from(!found.is_empty());
        for mark in found {
            *marks.entry(mark).or_default() += 1;
        }
    }
    if joined == 0 || joined * 2 < several {
        return None;
    }
    let (mark, _) = marks.into_iter().max_by_key(|(mark, count)| (*count, std::cmp::Reverse(mark.len())))?;
    String::from_utf8(mark).ok()
}

/// What stands before each repetition of the code.
fn joints(text: &[u8]) -> Vec<Vec<u8>> {
    let code = &text[..3];
    let next = |at: usize| text.get(at + 3).is_some_and(|b| matches!(b, b'-' | b' ')) && !text[at - 1].is_ascii_digit();
    memchr::memmem::find_iter(&text[4.min(text.len())..], code)
        .map(|at| at + 4)
        .filter(|at| next(*at))
        .filter_map(|at| {
            let before = &text[4..at];
            if let Some(end) = LINE_ENDS.iter().find(|end| before.ends_with(end.as_bytes())) {
                return Some(end.as_bytes().to_vec());
            }
            let run = before.iter().rev().take(6).take_while(|b| !b.is_ascii_alphanumeric()).count();
            let run = &before[before.len() - run..];
            // What closes the line before belongs to it.
            let own = run.iter().take_while(|b| matches!(b, b']' | b')' | b'.' | b'>' | b'"')).count();
            let mark = if own < run.len() { &run[own..] } else { run };
            (!mark.is_empty()).then(|| mark.to_vec())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(server: &[&str], quoted: bool) -> LineEnd {
        let server: Vec<&[u8]> = server.iter().map(|text| text.as_bytes()).collect();
        line_end(&server, &[], quoted)
    }

    #[test]
    fn every_form() {
        assert_eq!(of(&["220 mail", "250-a", "250 b"], false), LineEnd::Line);
        assert_eq!(of(&["220 mail<EOL>", "250-a<EOL>250 b<EOL>"], false), LineEnd::Ends("<EOL>"));
        assert_eq!(of(&["220 mail", "250-a [1.2.3.4], 250-b, 250 c"], false), LineEnd::Joins(", "));
        assert_eq!(of(&["220 mail", "250-a.za | 250-b | 250 c"], false), LineEnd::Joins(" | "));
        assert_eq!(of(&["220 mail", "250-a.za<CRLF>250 c"], false), LineEnd::Joins("<CRLF>"));
        assert_eq!(of(&["220 mail~", "250-a.za~250 c~"], false), LineEnd::Ends("~"));
        assert_eq!(of(&["220 mail\\r\\n", "250-a\\r\\n"], true), LineEnd::Escaped);
        assert_eq!(of(&["220 mail\\r\\n", "250-a\\r\\n"], false), LineEnd::Ends("\\r\\n"));
    }
}
