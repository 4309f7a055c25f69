//! The name of a field: the names of the records that it stands in, outermost first.

use std::fmt;

/// Deeper records are not taken apart.
pub(super) const MAX_DEPTH: usize = 6;

/// A field's name. Written `smtp.io.text`, `line@at`, `tr.td#3`, or `3` for the third cell.
#[derive(Clone, Copy, Debug, Default)]
pub struct Path<'a> {
    parts: [Part<'a>; MAX_DEPTH],
    depth: usize,
}

/// A name and which one of several it is, from 1; an attribute stands behind `@`.
#[derive(Clone, Copy, Debug, Default)]
struct Part<'a> {
    name: &'a [u8],
    number: usize,
    attribute: bool,
}

impl<'a> Path<'a> {
    fn with(&self, part: Part<'a>) -> Path<'a> {
        let mut path = *self;
        if let Some(place) = path.parts.get_mut(path.depth) {
            *place = part;
            path.depth += 1;
        }
        path
    }

    /// The path of a field in this one.
    pub(super) fn field(&self, name: &'a [u8]) -> Path<'a> {
        self.with(Part { name, number: 1, attribute: false })
    }

    /// Goes on with a field in this one. The path is large: to copy it for each field took as long as the field.
    pub(super) fn enter(&mut self, name: &'a [u8]) {
        if let Some(place) = self.parts.get_mut(self.depth) {
            *place = Part { name, number: 1, attribute: false };
            self.depth += 1;
        }
    }

    /// Goes back to where it was so deep.
    pub(super) fn leave(&mut self, depth: usize) {
        self.depth = depth;
    }

    /// The path of the nth element of this name in this one, from 1.
    pub(super) fn nth(&self, name: &'a [u8], number: usize) -> Path<'a> {
        self.with(Part { name, number, attribute: false })
    }

    /// The path of an attribute of this one.
    pub(super) fn attribute(&self, name: &'a [u8]) -> Path<'a> {
        self.with(Part { name, number: 1, attribute: true })
    }

    /// The number of records that it stands in.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// It is written like that.
    pub fn is(&self, written: &str) -> bool {
        let mut rest = written.as_bytes();
        if let (Part { name: [_, ..], number: 1, .. }, 1) = (&self.parts[0], self.depth) {
            return rest == self.parts[0].name;
        }
        for (n, part) in self.parts[..self.depth].iter().enumerate() {
            let mark: &[u8] = match (n, part.attribute) {
                (0, _) => b"",
                (_, true) => b"@",
                (_, false) => b".",
            };
            let Some(after) = rest.strip_prefix(mark).and_then(|rest| rest.strip_prefix(part.name)) else {
                return false;
            };
            rest = after;
            if part.number == 1 {
                continue;
            }
            if !part.name.is_empty() {
                let Some(after) = rest.strip_prefix(b"#") else { return false };
                rest = after;
            }
            let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
            if std::str::from_utf8(&rest[..digits]).ok().and_then(|n| n.parse().ok()) != Some(part.number) {
                return false;
            }
            rest = &rest[digits..];
        }
        rest.is_empty() || rest == b"1" && self.depth == 1 && self.parts[0].name.is_empty() && self.parts[0].number == 1
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, part) in self.parts[..self.depth].iter().enumerate() {
            match (n, part.attribute) {
                (0, _) => {}
                (_, true) => f.write_str("@")?,
                (_, false) => f.write_str(".")?,
            }
            f.write_str(&String::from_utf8_lossy(part.name))?;
            match (part.name.is_empty(), part.number) {
                (true, number) => write!(f, "{number}")?,
                (false, 1) => {}
                (false, number) => write!(f, "#{number}")?,
            }
        }
        Ok(())
    }
}
