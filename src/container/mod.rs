//! What a line is wrapped in: records of JSON, logfmt, XML, HTML, or cells between marks. A line is taken apart into named
//! fields without knowing SMTP; every value is a part of the line, its escapes still in it, so that byte offsets stay true.

mod cells;
mod clauses;
mod coded;
mod cut;
mod dump;
mod elements;
pub(crate) mod entity;
mod grammar;
mod json;
mod layout;
mod logfmt;
mod markup;
pub(crate) mod paste;
mod path;
mod prefix;
mod quote;
mod run_on;
pub(crate) mod timestamp;
mod wrap;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::{Mutex, PoisonError},
};

pub(crate) use layout::{Code, Flat, Layout, MARK, is_code, is_nothing};
pub(crate) use path::Path;

/// A record format of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// An object of JSON, whatever stands before it; strings that hold such an object are taken apart too.
    Json,
    /// `name=value name="value of several words"`.
    Logfmt,
    /// An element of XML or HTML: its attributes and texts, and those of the elements in it.
    Markup,
    /// Cells between marks, some of them in quotes.
    Cells(&'static str),
    /// Two parts with this mark between them, such as a command and its reply.
    Pair(&'static str),
}

/// The escaping of values in a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// They stand as they are.
    None,
    /// Backslashes, as in JSON.
    Backslash,
    /// Entities, as in HTML.
    Entities,
}

/// Marks between cells, the surest first.
const MARKS: [&str; 6] = ["\t", " | ", ";", ",", "|", " ; "];

/// The format shows in so many parts of the lines, and in so many filled lines of each.
const SAMPLE_PARTS: usize = 3;
const OF_PART: usize = 80;

/// Of ten filled lines as many must be records of a format.
const MIN_RECORDS_OF_TEN: usize = 6;

/// Fields that a record has at least; fewer are a line of text.
const MIN_FIELDS: usize = 2;

impl Container {
    /// Every format with the name that it has in a profile.
    pub fn all() -> impl Iterator<Item = Container> {
        [Container::Json, Container::Markup, Container::Logfmt].into_iter().chain(MARKS.map(Container::Cells))
    }

    /// The format of that name.
    pub fn named(name: &str) -> Option<Container> {
        let pair =
            || name.strip_prefix("pair ").filter(|mark| !mark.is_empty()).map(|mark| Container::Pair(kept(mark)));
        Container::all().find(|container| container.to_string() == name).or_else(pair)
    }

    /// Calls `field` with each field of the line, in order. False where the line is no such record: then nothing is said
    /// of the fields seen so far.
    pub fn take_apart<'a>(self, line: &'a [u8], field: &mut dyn FnMut(&Path<'a>, &'a [u8])) -> bool {
        match self {
            Container::Json => json::take_apart(line, field),
            Container::Logfmt => logfmt::take_apart(line, field),
            Container::Markup => markup::take_apart(line, field),
            Container::Cells(mark) => cells::take_apart(line, mark.as_bytes(), field),
            Container::Pair(mark) => {
                let Some(at) = memchr::memmem::find(line, mark.as_bytes()) else { return false };
                field(&Path::default().nth(b"", 1), &line[..at]);
                field(&Path::default().nth(b"", 2), &line[at + mark.len()..]);
                true
            }
        }
    }

    /// The escaping of its values.
    pub fn escape(self) -> Escape {
        match self {
            Container::Json | Container::Logfmt => Escape::Backslash,
            Container::Markup => Escape::Entities,
            Container::Cells(_) | Container::Pair(_) => Escape::None,
        }
    }

    /// The formats that most of these lines are records of, or most of the `chosen` among them: of a record of several
    /// lines only one may count.
    pub fn candidates(lines: &[&[u8]], chosen: &[&[u8]]) -> Vec<Container> {
        let filled: Vec<&[u8]> = lines.iter().copied().filter(|line| !line.trim_ascii().is_empty()).collect();
        let parts = filled.chunks(filled.len().div_ceil(SAMPLE_PARTS).max(1));
        let filled: Vec<&[u8]> = parts.flat_map(|part| part.iter().copied().take(OF_PART)).collect();
        let mut found = Vec::new();
        for container in Container::all().filter(|container| container.holds(&filled) || container.holds(chosen)) {
            found.push(container);
            // Marks within such a record are no cells.
            if container.is_sure() {
                break;
            }
        }
        found
    }

    /// A line is a record of it by its form, never by chance.
    pub fn is_sure(self) -> bool {
        self == Container::Json
    }

    /// The formats that most of these lines are records of, each with the number of fields that most of them have.
    pub(super) fn usual(lines: &[&[u8]]) -> Vec<(Container, usize)> {
        let usual = |container: Container| {
            let counts = counts(lines.iter().filter_map(|line| container.fields(line)));
            Some((container, counts.into_iter().max_by_key(|(_, lines)| *lines)?.0))
        };
        Container::candidates(lines, &[]).into_iter().filter_map(usual).collect()
    }

    /// The number of fields in the line; none where it is no such record.
    pub(super) fn fields(self, line: &[u8]) -> Option<usize> {
        let mut fields = 0;
        // An element may be one of the fields of a record that spans lines.
        let least = if self == Container::Markup { 1 } else { MIN_FIELDS };
        (self.take_apart(line, &mut |_, _| fields += 1) && fields >= least).then_some(fields)
    }

    fn holds(self, lines: &[&[u8]]) -> bool {
        // Most logs are in no format at all, and less than half of the lines show that.
        let most_others = lines.len() - (lines.len() * MIN_RECORDS_OF_TEN).div_ceil(10);
        let mut others = 0;
        let fields = lines.iter().map(|line| self.fields(line)).take_while(|fields| {
            others += usize::from(fields.is_none());
            others <= most_others
        });
        let counts = counts(fields.flatten());
        if others > most_others {
            return false;
        }
        // Cells are only marks in a text unless their number is the same in most lines; one mark stands in two sentences by chance.
        let (most, least) = match self {
            Container::Cells(_) => {
                let (fields, most) = counts.into_iter().max_by_key(|(_, lines)| *lines).unwrap_or_default();
                (most, if fields == MIN_FIELDS && most < lines.len() { 3 } else { 2 })
            }
            _ => (counts.values().sum(), 2),
        };
        most >= least && most * 10 >= lines.len() * MIN_RECORDS_OF_TEN
    }
}

/// By number of fields, the number of lines that have so many.
fn counts(of_lines: impl Iterator<Item = usize>) -> BTreeMap<usize, usize> {
    let mut counts = BTreeMap::new();
    of_lines.for_each(|fields| *counts.entry(fields).or_default() += 1);
    counts
}

impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Container::Json => f.write_str("json"),
            Container::Logfmt => f.write_str("logfmt"),
            Container::Markup => f.write_str("markup"),
            Container::Cells("\t") => f.write_str("tab"),
            Container::Cells(mark) => write!(f, "cells {mark}"),
            Container::Pair(mark) => write!(f, "pair {mark}"),
        }
    }
}

/// Marks of profiles live as long as the program. There are few, and each is kept once; an over-long one is cut,
/// as no mark is so long.
pub(crate) fn kept(text: &str) -> &'static str {
    const MAX_NAME_BYTES: usize = 32;
    static KEPT: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let end = text
        .char_indices()
        .map(|(at, c)| at + c.len_utf8())
        .take_while(|end| *end <= MAX_NAME_BYTES)
        .last()
        .unwrap_or(0);
    let text = &text[..end];
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = kept.get(text) {
        return known;
    }
    let new: &'static str = Box::leak(text.to_owned().into_boxed_str());
    kept.insert(new);
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(container: Container, line: &str) -> Option<Vec<(String, String)>> {
        let mut out = Vec::new();
        let whole = container.take_apart(line.as_bytes(), &mut |path, value| {
            out.push((path.to_string(), String::from_utf8_lossy(value).into_owned()));
        });
        whole.then_some(out)
    }

    fn check(container: Container, line: &str, want: &[(&str, &str)]) {
        let got = fields(container, line).unwrap_or_else(|| panic!("{line}"));
        let got: Vec<(&str, &str)> = got.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(got, want, "{line}");
    }

    #[test]
    fn json_is_nested_and_escaped() {
        check(
            Container::Json,
            r#"x: {"a": 1, "b": {"c": "d \"e\"", "f": ["g", "h"]}, "i": null, "k":"" }"#,
            &[("", "x:"), ("a", "1"), ("b.c", r#"d \"e\""#), ("b.f", r#"g", "h"#), ("i", "null"), ("k", "")],
        );
        check(
            Container::Json,
            r#"{"log":"{\"t\":\"250 a\\r\\n250 \\\"b\\\"\"}\n","s":"e"}"#,
            &[("log.t", r#"250 a\\r\\n250 \\\"b\\\""#), ("s", "e")],
        );
        for no in ["{", "{x}", "220 ok", "", "{\"a\"}", "[1]"] {
            assert_eq!(fields(Container::Json, no), None, "{no}");
        }
    }

    #[test]
    fn elements_with_attributes_and_texts() {
        check(
            Container::Markup,
            r#"  <line at="08:26" who='S'>250 &lt;a&gt;</line>"#,
            &[("line@at", "08:26"), ("line@who", "S"), ("line", "250 &lt;a&gt;")],
        );
        check(
            Container::Markup,
            "<tr><td>1</td><td></td><td class=x>RCPT TO:<a@b.c> 1 < 2<br></td></tr>",
            &[("tr.td", "1"), ("tr.td#3@class", "x"), ("tr.td#3", "RCPT TO:<a@b.c> 1 < 2")],
        );
        check(Container::Markup, "<l><![CDATA[220 <x>]]></l>", &[("l", "220 <x>")]);
        check(Container::Markup, r#"<e a="1" b="2 3"/>"#, &[("e@a", "1"), ("e@b", "2 3")]);
        for no in ["<EOL>", "<- 220 ok", "<22>Nov 23", "", "a <b>c</b>", "<a@b.c>"] {
            assert_eq!(fields(Container::Markup, no), None, "{no}");
        }
    }

    #[test]
    fn pairs_and_cells() {
        check(
            Container::Logfmt,
            r#"08:26:01 dir=in msg="250 \"OK\"" n=5"#,
            &[("", "08:26:01"), ("dir", "in"), ("msg", r#"250 \"OK\""#), ("n", "5")],
        );
        assert_eq!(fields(Container::Logfmt, "MAIL FROM:<a@b.c> SIZE=5"), None);
        check(Container::Cells(";"), r#"a;"b;""c""";;d"#, &[("1", "a"), ("2", r#"b;""c"""#), ("3", ""), ("4", "d")]);
        check(Container::Cells(" | "), "250 OK | S | 1", &[("1", "250 OK"), ("2", "S"), ("3", "1")]);
    }

    #[test]
    fn names_are_read_back() {
        for container in Container::all() {
            assert_eq!(Container::named(&container.to_string()), Some(container));
        }
    }
}
