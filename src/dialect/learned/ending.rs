//! How several lines of the dialogue stand in one line of the log.

use crate::{container::kept, dialect::LineEnd, smtp};

/// What the replies and the rest of the lines show. The tails are what stands behind every text of a side.
pub(super) fn line_end<'a>(
    replies: &[&[u8]],
    server: &[u8],
    client: &[u8],
    others: impl Iterator<Item = &'a [u8]>,
) -> LineEnd {
    let of = |mark: &[u8]| std::str::from_utf8(mark).ok().map(kept);
    let before = joined(replies);
    // A blank before a decoration, as in ` |`, stands before anything.
    let marks = |mark: &[u8]| mark.len() == server.len() || !mark.trim_ascii().is_empty();
    let ends = |mark: &&[u8]| marks(mark) && !before.is_empty() && before.iter().all(|line| line.ends_with(mark));
    if let Some(mark) = (1..=server.len()).rev().map(|length| &server[..length]).find(ends) {
        return of(mark).map_or(LineEnd::Line, LineEnd::Ends);
    }
    let mark = joint(&before);
    if let Some(mark) = others.filter_map(|line| parts(line, client)).max_by_key(|mark| mark.len()) {
        return of(mark).map_or(LineEnd::Line, LineEnd::Ends);
    }
    mark.and_then(of).map_or(LineEnd::Line, LineEnd::Joins)
}

/// The beginning of the tail that stands between several lines of a text in one record too.
fn parts<'t>(line: &[u8], tail: &'t [u8]) -> Option<&'t [u8]> {
    (2..=tail.len()).rev().map(|length| &tail[..length]).find(|mark| memchr::memmem::find_iter(line, mark).count() >= 3)
}

/// The lines of joined replies, each with what stands between it and the next; none where most replies are not joined.
fn joined<'a>(replies: &[&'a [u8]]) -> Vec<&'a [u8]> {
    let (mut several, mut joined) = (0, 0);
    let mut before: Vec<&[u8]> = Vec::new();
    for text in replies.iter().filter(|text| smtp::reply_line(text).is_ok() && text.get(3) == Some(&b'-')) {
        several += 1;
        let found = before_codes(text);
        joined += usize::from(!found.is_empty());
        before.extend(found);
    }
    if joined * 2 < several {
        return Vec::new();
    }
    before.sort_unstable();
    before.dedup();
    before
}

/// The text between these lines: they differ, so it is what they all end in; of one alone its last marks.
fn joint<'a>(before: &[&'a [u8]]) -> Option<&'a [u8]> {
    let (first, rest) = before.split_first()?;
    let same = |length: &usize| rest.iter().all(|other| other.ends_with(&first[first.len() - length..]));
    let marks = first.iter().rev().take_while(|b| !b.is_ascii_alphanumeric()).count();
    let longest = if rest.is_empty() { marks } else { first.len().saturating_sub(1) };
    let length = (1..=longest).take_while(same).last()?;
    Some(&first[first.len() - length..])
}

/// The lines of a joined reply that another one with the same code follows, each with what stands behind it.
fn before_codes(text: &[u8]) -> Vec<&[u8]> {
    let code = &text[..3];
    let next = |at: usize| text.get(at + 3).is_some_and(|b| matches!(b, b'-' | b' ')) && !text[at - 1].is_ascii_digit();
    let mut from = 4.min(text.len());
    let mut out = Vec::new();
    for at in memchr::memmem::find_iter(&text[from..], code).map(|at| at + 4).filter(|at| next(*at)) {
        out.push(&text[from..at]);
        from = (at + 4).min(text.len());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(replies: &[&str], tail: &str, others: &[&str]) -> LineEnd {
        let replies: Vec<&[u8]> = replies.iter().map(|text| text.as_bytes()).collect();
        let others = others.iter().map(|text| text.as_bytes());
        line_end(&replies, tail.as_bytes(), tail.as_bytes(), others)
    }

    #[test]
    fn every_form() {
        assert_eq!(of(&["220 mail", "250-a", "250 b"], "", &[]), LineEnd::Line);
        assert_eq!(of(&["220 mail", "250-a<EOL>250 b"], "<EOL>", &[]), LineEnd::Ends("<EOL>"));
        assert_eq!(of(&["220 mail", "250 b"], "<EOL>", &["a<EOL>b<EOL>c<EOL>"]), LineEnd::Ends("<EOL>"));
        assert_eq!(of(&["220 mail", "250 b"], "<EOL>", &["a<EOL>"]), LineEnd::Line);
        assert_eq!(of(&["220 mail", "250-a [1.2.3.4], 250-b, 250 c"], "", &[]), LineEnd::Joins(", "));
        assert_eq!(of(&["220 mail", "250-a.za | 250-b | 250 c"], "", &[]), LineEnd::Joins(" | "));
        assert_eq!(of(&["220 mail", "250-a.za // 250-b // 250 c"], " |", &[]), LineEnd::Joins(" // "));
        assert_eq!(of(&["220 mail", "250-a.za(crlf)250-SIZE 5(crlf)250 c"], "", &[]), LineEnd::Joins("(crlf)"));
    }
}
