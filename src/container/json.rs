//! Records of JSON (RFC 8259), one a line, with something before them or nothing. By patterns: each line is taken apart
//! again by whoever asks, and combinators took three times as many instructions.

use super::{
    Path,
    grammar::{offset, quote, string},
    path::MAX_DEPTH,
};

type Take<'a, 't> = dyn FnMut(&Path<'a>, &'a [u8]) + 't;

/// A logger's prefix is no longer.
const MAX_PREFIX_BYTES: usize = 200;

pub(super) fn take_apart<'a>(line: &'a [u8], field: &mut Take<'a, '_>) -> bool {
    let head = &line[..line.len().min(MAX_PREFIX_BYTES)];
    let Some(at) = memchr::memchr_iter(b'{', head).find(|at| line[at + 1..].trim_ascii_start().starts_with(b"\""))
    else {
        return false;
    };
    let before = line[..at].trim_ascii();
    if !before.is_empty() {
        field(&Path::default(), before);
    }
    object(&line[at..], 0, &mut Path::default(), field).is_some()
}

/// ```abnf
/// object = "{" [ member *( "," member ) ] "}"
/// member = string ":" value
/// ```
/// What stands behind it.
fn object<'a>(input: &'a [u8], escaped: usize, path: &mut Path<'a>, field: &mut Take<'a, '_>) -> Option<&'a [u8]> {
    let depth = path.depth();
    let mut rest = input.strip_prefix(b"{")?.trim_ascii_start();
    if let [b'}', behind @ ..] = rest {
        return Some(behind);
    }
    loop {
        let (after, name) = string(escaped, rest).ok()?;
        let after = after.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
        path.enter(name);
        let after = value(after, escaped, path, field);
        path.leave(depth);
        let after = after?.trim_ascii_start();
        match after {
            [b',', more @ ..] => rest = more.trim_ascii_start(),
            [b'}', behind @ ..] => return Some(behind),
            _ => return None,
        }
    }
}

fn value<'a>(input: &'a [u8], escaped: usize, path: &mut Path<'a>, field: &mut Take<'a, '_>) -> Option<&'a [u8]> {
    match input.first()? {
        b'{' if path.depth() < MAX_DEPTH => object(input, escaped, path, field),
        b'[' => {
            let (rest, strings) = array(input, escaped)?;
            field(path, strings);
            Some(rest)
        }
        b'"' | b'\\' => {
            let (rest, text) = string(escaped, input).ok()?;
            // A string may hold a record of its own.
            let deeper = escaped + 1;
            let record = text.trim_ascii_start();
            let inner = record.strip_prefix(b"{").is_some_and(|members| {
                members.trim_ascii_start().starts_with(quote(deeper))
                    && object(record, deeper, path, &mut |_, _| ()).is_some()
            });
            if inner {
                object(record, deeper, path, field)?;
            } else {
                field(path, text);
            }
            Some(rest)
        }
        _ => {
            let plain = input.iter().take_while(|b| b.is_ascii_alphanumeric() || b"+-.".contains(b)).count();
            let (plain, rest) = input.split_at(plain);
            field(path, Some(plain).filter(|plain| !plain.is_empty())?);
            Some(rest)
        }
    }
}

/// ```abnf
/// array = "[" [ string *( "," string ) ] "]"
/// ```
/// What stands behind it, and its strings as one text, with what stands between them.
fn array(input: &[u8], escaped: usize) -> Option<(&[u8], &[u8])> {
    let start = input.strip_prefix(b"[")?.trim_ascii_start();
    let (mut rest, mut first) = (start, None);
    while let Ok((after, text)) = string(escaped, rest) {
        let from = first.unwrap_or_else(|| offset(start, text));
        first = Some(from);
        let to = offset(start, text) + text.len();
        match after.trim_ascii_start() {
            [b',', more @ ..] => rest = more.trim_ascii_start(),
            [b']', behind @ ..] => return Some((behind, &start[from..to])),
            _ => return None,
        }
    }
    // Of other values nothing is told.
    let end = memchr::memchr(b']', start).filter(|_| first.is_none())?;
    memchr::memchr2(b'{', b'[', &start[..end]).is_none().then_some((&start[end + 1..], &start[..0]))
}
