//! Elements of XML and HTML, one a line: attributes and texts. No check of well-formedness: a writer of HTML leaves `<br>`
//! open and writes `<` into its texts as it is.

use nom::{
    IResult, Parser,
    branch::alt,
    bytes::complete::{tag, take_until, take_while1},
    character::complete::char,
    combinator::opt,
    sequence::{delimited, preceded, terminated},
};

use super::{
    Path,
    cut::{Cut, MIN_FIELDS, MIN_OBJECTS, MOST},
    grammar::{Parsed, blanks, fail, name},
    path::MAX_DEPTH,
};

/// Elements on one line; more are a page, not a record.
const MAX_ELEMENTS: usize = 64;

/// Tags that nobody closes.
const EMPTY: [&[u8]; 5] = [b"br", b"hr", b"img", b"BR", b"HR"];

struct Open<'a> {
    path: Path<'a>,
    name: &'a [u8],
    /// The elements in it so far.
    children: Vec<&'a [u8]>,
}

/// ```abnf
/// record  = element *( element )
/// element = "<" name *( attribute ) ( "/>" / ">" *( element / text / cdata ) "</" name ">" )
/// ```
pub(super) fn take_apart<'a>(line: &'a [u8], field: &mut dyn FnMut(&Path<'a>, &'a [u8])) -> bool {
    let mut rest = line.trim_ascii();
    if tag_of(rest).is_err() {
        return false;
    }
    let mut open = vec![Open { path: Path::default(), name: b"", children: Vec::new() }];
    let (mut elements, mut closed) = (0, 0);
    while !rest.is_empty() {
        let deep = open.len();
        let Some(top) = open.last_mut() else { return false };
        if let Ok((after, text)) = cdata(rest) {
            field(&top.path, text);
            rest = after;
        } else if let Ok((after, name)) = end(rest) {
            // What was never closed, such as <br>, is closed with what it stands in.
            let Some(place) = open.iter().rposition(|open| open.name == name).filter(|place| *place > 0) else {
                return false;
            };
            open.truncate(place);
            closed += 1;
            rest = after;
        } else if let Ok((inside, name)) = tag_of(rest) {
            elements += 1;
            top.children.push(name);
            let number = top.children.iter().filter(|child| **child == name).count();
            let path = top.path.nth(name, number);
            let Ok((after, alone)) = attributes(inside, &path, field) else { return false };
            let empty = EMPTY.contains(&name);
            if alone {
                closed += 1;
            } else if !empty {
                if deep >= MAX_DEPTH || elements > MAX_ELEMENTS {
                    return false;
                }
                open.push(Open { path, name, children: Vec::new() });
            }
            rest = after;
        } else {
            let length = next_tag(rest);
            let text = rest[..length].trim_ascii();
            if !text.is_empty() {
                // Text beside elements is no record.
                if deep == 1 {
                    return false;
                }
                field(&top.path, text);
            }
            rest = &rest[length..];
        }
    }
    closed > 0
}

/// An element that is open, or was.
struct Element<'a> {
    name: &'a [u8],
    begin: usize,
    end: usize,
    /// Its attributes and elements.
    fields: usize,
    texts: usize,
    children: Vec<Element<'a>>,
}

impl<'a> Element<'a> {
    fn of(name: &'a [u8], begin: usize, fields: usize) -> Element<'a> {
        Element { name, begin, end: begin, fields, texts: 0, children: Vec::new() }
    }

    fn take(&mut self, child: Element<'a>) {
        self.fields += 1;
        self.children.push(child);
    }

    /// The elements of one name in it that are records, and most of `bytes`.
    fn records(&self, line: &[u8], is_one: bool) -> Option<Vec<&Element<'a>>> {
        let same = |name: &'a [u8]| self.children.iter().filter(move |child| child.name == name);
        let name = self.children.iter().map(|child| child.name).max_by_key(|name| same(name).count())?;
        let is_record = |child: &Element<'_>| {
            let fields = child.fields + if is_one { child.texts } else { 0 };
            fields >= MIN_FIELDS && (is_one || line[child.begin..child.end].contains(&b'@'))
        };
        let bytes: usize = same(name).map(|child| child.end - child.begin).sum();
        let all = same(name).count() >= MIN_OBJECTS && same(name).all(is_record) && bytes * 10 >= line.len() * MOST;
        all.then(|| same(name).collect())
    }
}

/// Where a line is parted that holds several records, side by side; `is_one`: it is the whole log, so that a record may be one
/// of text too.
pub(super) fn cuts(line: &[u8], is_one: bool) -> Vec<Cut> {
    let mut open = vec![Element::of(b"", 0, 0)];
    let (mut at, mut found) = (0, None);
    while at < line.len() {
        let rest = &line[at..];
        let behind = |after: &[u8]| line.len() - after.len();
        let Some(top) = open.last_mut() else { return Vec::new() };
        if let Ok((after, _)) = cdata(rest) {
            top.texts += 1;
            at = behind(after);
        } else if let Ok((after, name)) = end(rest) {
            let Some(place) = open.iter().rposition(|open| open.name == name).filter(|place| *place > 0) else {
                return Vec::new();
            };
            open.truncate(place + 1);
            let Some(mut closed) = open.pop() else { return Vec::new() };
            at = behind(after);
            closed.end = at;
            found = closed.records(line, is_one).map(between).or(found);
            closed.children.clear();
            if let Some(parent) = open.last_mut() {
                parent.take(closed);
            }
        } else if let Ok((inside, name)) = tag_of(rest) {
            let mut fields = 0;
            let Ok((after, alone)) = attributes(inside, &Path::default(), &mut |_, _| fields += 1) else {
                return Vec::new();
            };
            let mut element = Element::of(name, at, fields);
            at = behind(after);
            element.end = at;
            if alone {
                top.take(element);
            } else if !EMPTY.contains(&name) {
                open.push(element);
            }
        } else {
            let length = next_tag(rest);
            top.texts += usize::from(!rest[..length].trim_ascii().is_empty());
            at += length;
        }
    }
    let cuts = open.first().and_then(|root| root.records(line, is_one)).map(between).or(found).unwrap_or_default();
    let end = line.trim_ascii_end().len();
    cuts.into_iter().filter(|cut| cut.between.start < end).collect()
}

/// Before each of the elements, and behind the last.
fn between(records: Vec<&Element<'_>>) -> Vec<Cut> {
    let ends = records.last().map(|last| last.end);
    let begins = records.iter().map(|record| record.begin);
    begins.chain(ends).filter(|at| *at > 0).map(|at| Cut { between: at..at, head: 0..0 }).collect()
}

/// Where the next tag begins.
fn next_tag(text: &[u8]) -> usize {
    let is_tag = |at: &usize| {
        let rest = &text[*at..];
        cdata(rest).is_ok() || end(rest).is_ok() || tag_of(rest).is_ok()
    };
    memchr::memchr_iter(b'<', text).filter(|at| *at > 0).find(is_tag).unwrap_or(text.len())
}

/// The beginning of an element, up to its name.
fn tag_of(input: &[u8]) -> Parsed<'_> {
    let (rest, name) =
        preceded(char('<'), take_while1(|b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b':' | b'.')))
            .parse(input)?;
    match rest.first() {
        Some(b'>' | b'/' | b' ' | b'\t') if name[0].is_ascii_alphabetic() && memchr::memchr(b'>', rest).is_some() => {
            Ok((rest, name))
        }
        _ => fail(input),
    }
}

fn end(input: &[u8]) -> Parsed<'_> {
    delimited(tag(&b"</"[..]), name, (blanks, char('>'))).parse(input)
}

fn cdata(input: &[u8]) -> Parsed<'_> {
    delimited(tag(&b"<![CDATA["[..]), take_until(&b"]]>"[..]), tag(&b"]]>"[..])).parse(input)
}

/// The attributes, to the end of the tag; whether the element ends with it.
fn attributes<'a>(
    mut input: &'a [u8],
    path: &Path<'a>,
    field: &mut dyn FnMut(&Path<'a>, &'a [u8]),
) -> IResult<&'a [u8], bool> {
    loop {
        let (rest, _) = blanks(input)?;
        if let (rest, Some(_)) = opt(tag(&b"/>"[..])).parse(rest)? {
            return Ok((rest, true));
        }
        if let (rest, Some(_)) = opt(char('>')).parse(rest)? {
            return Ok((rest, false));
        }
        let (rest, name) = terminated(name, (blanks, char('='), blanks)).parse(rest)?;
        let (rest, value) = alt((
            delimited(char('"'), take_until(&b"\""[..]), char('"')),
            delimited(char('\''), take_until(&b"'"[..]), char('\'')),
            take_while1(|b: u8| !b.is_ascii_whitespace() && !b"<>\"'".contains(&b)),
        ))
        .parse(rest)?;
        field(&path.attribute(name), value);
        input = rest;
    }
}
