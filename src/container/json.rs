//! Records of JSON (RFC 8259), one a line, with something before them or nothing.

use nom::{
    IResult, Parser,
    bytes::complete::{tag, take_while1},
    character::complete::char,
    combinator::opt,
    sequence::{delimited, preceded},
};

use super::{
    Path,
    grammar::{Parsed, blanks, fail, quote, string},
    path::MAX_DEPTH,
};

type Take<'a, 't> = dyn FnMut(&Path<'a>, &'a [u8]) + 't;

/// A logger's prefix is no longer.
const PREFIX: usize = 200;

pub(super) fn take_apart<'a>(line: &'a [u8], field: &mut Take<'a, '_>) -> bool {
    let head = &line[..line.len().min(PREFIX)];
    let Some(at) = memchr::memchr_iter(b'{', head).find(|at| line[at + 1..].trim_ascii_start().starts_with(b"\""))
    else {
        return false;
    };
    let before = line[..at].trim_ascii();
    if !before.is_empty() {
        field(&Path::default(), before);
    }
    object(&line[at..], 0, &Path::default(), field).is_ok()
}

/// ```abnf
/// object = "{" [ member *( "," member ) ] "}"
/// member = string ":" value
/// ```
fn object<'a>(input: &'a [u8], escaped: usize, path: &Path<'a>, field: &mut Take<'a, '_>) -> IResult<&'a [u8], ()> {
    let (mut rest, _) = (char('{'), blanks).parse(input)?;
    if let (rest, Some(_)) = opt(char('}')).parse(rest)? {
        return Ok((rest, ()));
    }
    loop {
        let (after, name) = delimited(blanks, string(escaped), (blanks, char(':'), blanks)).parse(rest)?;
        let (after, ()) = value(after, escaped, &path.field(name), field)?;
        let (after, more) = delimited(blanks, opt(char(',')), blanks).parse(after)?;
        if more.is_none() {
            let (after, _) = char('}').parse(after)?;
            return Ok((after, ()));
        }
        rest = after;
    }
}

fn value<'a>(input: &'a [u8], escaped: usize, path: &Path<'a>, field: &mut Take<'a, '_>) -> IResult<&'a [u8], ()> {
    match input.first() {
        Some(b'{') if path.depth() < MAX_DEPTH => object(input, escaped, path, field),
        Some(b'[') => {
            let (rest, strings) = array(input, escaped)?;
            field(path, strings);
            Ok((rest, ()))
        }
        Some(b'"' | b'\\') => {
            let (rest, text) = string(escaped).parse(input)?;
            // A string may hold a record of its own.
            let deeper = escaped + 1;
            let inner = text.trim_ascii_start().starts_with(b"{")
                && preceded((blanks, char('{'), blanks), quote(deeper)).parse(text).is_ok()
                && object(text.trim_ascii_start(), deeper, path, &mut |_, _| ()).is_ok();
            if inner {
                object(text.trim_ascii_start(), deeper, path, field)?;
            } else {
                field(path, text);
            }
            Ok((rest, ()))
        }
        _ => {
            let (rest, plain) = take_while1(|b: u8| b.is_ascii_alphanumeric() || b"+-.".contains(&b))(input)?;
            field(path, plain);
            Ok((rest, ()))
        }
    }
}

/// ```abnf
/// array = "[" [ string *( "," string ) ] "]"
/// ```
/// Its strings as one text, with what stands between them.
fn array(input: &[u8], escaped: usize) -> Parsed<'_> {
    let (start, _) = (char('['), blanks).parse(input)?;
    let (mut rest, mut first) = (start, None);
    while let Ok((after, text)) = string(escaped).parse(rest) {
        let from = first.unwrap_or_else(|| offset(start, text));
        first = Some(from);
        let to = offset(start, text) + text.len();
        let (after, mark) = delimited(blanks, opt(tag(&b","[..])), blanks).parse(after)?;
        if mark.is_none() {
            let (after, _) = char(']').parse(after)?;
            return Ok((after, &start[from..to]));
        }
        rest = after;
    }
    // Of other values nothing is told.
    match memchr::memchr(b']', start) {
        Some(end) if first.is_none() && memchr::memchr2(b'{', b'[', &start[..end]).is_none() => {
            Ok((&start[end + 1..], &start[..0]))
        }
        _ => fail(input),
    }
}

/// Where a part of a text begins in it.
fn offset(whole: &[u8], part: &[u8]) -> usize {
    part.as_ptr() as usize - whole.as_ptr() as usize
}
