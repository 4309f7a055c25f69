//! What several formats are made of: names, quoted strings at any depth of escaping, blanks.

use nom::{
    IResult,
    bytes::complete::{take_while, take_while1},
    error::{Error, ErrorKind},
};

use crate::source::first_of;

pub(super) type Parsed<'a> = IResult<&'a [u8], &'a [u8]>;

/// A string within a string within a string is escaped this often at most.
pub(super) const MAX_ESCAPED: usize = 3;

/// Bytes in which a quote is looked for one by one: to search in so few takes less than to begin a search of many.
const FEW: usize = 12;

/// Where a part of a text begins in it.
pub(super) fn offset(whole: &[u8], part: &[u8]) -> usize {
    part.as_ptr() as usize - whole.as_ptr() as usize
}

pub(super) fn fail<T>(input: &[u8]) -> IResult<&[u8], T> {
    Err(nom::Err::Error(Error::new(input, ErrorKind::Verify)))
}

/// `*WSP`
pub(super) fn blanks(input: &[u8]) -> Parsed<'_> {
    take_while(|b: u8| b.is_ascii_whitespace())(input)
}

/// ```abnf
/// name = 1*( ALPHA / DIGIT / "_" / "-" / "." / ":" / "@" )
/// ```
pub(super) fn name(input: &[u8]) -> Parsed<'_> {
    take_while1(|b: u8| b.is_ascii_alphanumeric() || b"_-.:@".contains(&b))(input)
}

/// The quote of a string in strings that are escaped `depth` times: a quote behind 2^depth - 1 backslashes.
pub(super) fn quote(depth: usize) -> &'static [u8] {
    &br#"\\\\\\\""#[8 - (1usize << depth.min(MAX_ESCAPED))..]
}

/// ```abnf
/// string = quote *( any byte, quotes escaped once more ) quote
/// ```
/// It ends at the quote that no more backslashes stand before than its depth asks for.
pub(super) fn string(depth: usize, input: &[u8]) -> Parsed<'_> {
    // Most strings stand in no other and hold nothing that is escaped: the first quote ends them.
    if depth == 0
        && let [b'"', inside @ ..] = input
        && let Some(at) = first_of(b'"', b'\\', inside)
        && inside[at] == b'"'
    {
        return Ok((&inside[at + 1..], &inside[..at]));
    }
    let (all, own) = (2usize << depth, (1usize << depth) - 1);
    let opens = depth <= MAX_ESCAPED && input.get(own) == Some(&b'"') && input[..own].iter().all(|b| *b == b'\\');
    let Some(inside) = input.get(own + 1..).filter(|_| opens) else { return fail(input) };
    let mut from = 0;
    let quote = |text: &[u8]| {
        let (near, far) = text.split_at(text.len().min(FEW));
        near.iter().position(|b| *b == b'"').or_else(|| Some(near.len() + memchr::memchr(b'"', far)?))
    };
    while let Some(length) = quote(&inside[from..]) {
        let at = from + length;
        let slashes = inside[..at].iter().rev().take_while(|b| **b == b'\\').count();
        if slashes & (all - 1) == own {
            return Ok((&inside[at + 1..], &inside[..at - own]));
        }
        from = at + 1;
    }
    fail(input)
}
