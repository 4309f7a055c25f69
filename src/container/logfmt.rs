//! Records of `name=value` pairs, as Go's loggers write them.

use nom::{Parser, bytes::complete::take_while, character::complete::char, combinator::opt, sequence::terminated};

use super::{
    Path,
    grammar::{name, string},
};

/// ```abnf
/// record = [ text SP ] pair 1*( SP pair )
/// pair   = name "=" ( string / *VCHAR )
/// ```
pub(super) fn take_apart<'a>(line: &'a [u8], field: &mut dyn FnMut(&Path<'a>, &'a [u8])) -> bool {
    let root = Path::default();
    let mut rest = line;
    let (mut pairs, mut before) = (0, 0);
    while !rest.trim_ascii().is_empty() {
        let blank = rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
        rest = &rest[blank..];
        match pair(rest) {
            Some((after, name, value)) => {
                if pairs == 0 && before > 0 {
                    field(&root, line[..before].trim_ascii());
                }
                pairs += 1;
                field(&root.field(name), value);
                rest = after;
            }
            None if pairs == 0 => {
                let word = rest.iter().take_while(|b| !b.is_ascii_whitespace()).count();
                rest = &rest[word..];
                before = line.len() - rest.len();
            }
            // Text between pairs belongs to none.
            None => return false,
        }
    }
    pairs >= 2
}

fn pair(input: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (rest, name) = terminated(name, char('=')).parse(input).ok()?;
    let (rest, value) = match opt(|input| string(0, input)).parse(rest).ok()? {
        (rest, Some(value)) => (rest, value),
        (rest, None) => take_while::<_, _, nom::error::Error<&[u8]>>(|b: u8| !b.is_ascii_whitespace())(rest).ok()?,
    };
    rest.first().is_none_or(u8::is_ascii_whitespace).then_some((rest, name, value))
}
