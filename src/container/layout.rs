//! The fields of a record that matter, side by side as columns of one plain line: whatever reads plain lines reads records
//! so, and every part of such a line leads back to the bytes of the log.

use super::{Container, Path};

/// Stands for a field that a record does not have.
const NONE: &[u8] = b"-";
/// Stands between columns.
pub const MARK: u8 = b'\t';

/// Which fields of a container become which columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The format of the records.
    pub container: Container,
    /// The names of the fields, the text last. Where a column has several names, the first field that is not empty counts,
    /// and its name stands before it in a column of its own.
    pub columns: Vec<Vec<String>>,
}

/// A record as a plain line.
#[derive(Debug, Default)]
pub struct Flat {
    text: Vec<u8>,
    /// Where each column begins in the text, and its value in the line (nowhere where that is not from the line).
    parts: Vec<(usize, Option<usize>)>,
    /// Values of the line by column and name.
    found: Vec<Option<(usize, usize, usize)>>,
}

impl Layout {
    /// Makes a plain line of a record; false where the line is no record.
    pub fn flatten(&self, line: &[u8], flat: &mut Flat) -> bool {
        flat.text.clear();
        flat.parts.clear();
        flat.found.clear();
        flat.found.resize(self.columns.len(), None);
        let found = &mut flat.found;
        let start = line.as_ptr() as usize;
        let whole = self.container.take_apart(line, &mut |path: &Path<'_>, value| {
            if value.is_empty() {
                return;
            }
            for (column, names) in self.columns.iter().enumerate() {
                let Some(name) = names.iter().position(|name| path.is(name)) else { continue };
                if found[column].is_none_or(|(known, ..)| name < known) {
                    found[column] = Some((name, value.as_ptr() as usize - start, value.len()));
                }
            }
        });
        if !whole {
            return false;
        }
        for (column, names) in self.columns.iter().enumerate() {
            let found = flat.found[column];
            if names.len() > 1 {
                flat.begin();
                flat.text.extend_from_slice(found.map_or(NONE, |(name, ..)| names[name].as_bytes()));
            }
            flat.begin();
            let is_text = column + 1 == self.columns.len();
            if let (Some(part), Some((_, at, length))) = (flat.parts.last_mut(), found) {
                part.1 = Some(at);
                flat.text.extend_from_slice(&line[at..at + length]);
            } else if !is_text {
                flat.text.extend_from_slice(NONE);
            }
        }
        true
    }
}

impl Flat {
    fn begin(&mut self) {
        if !self.parts.is_empty() {
            self.text.push(MARK);
        }
        self.parts.push((self.text.len(), None));
    }

    /// The plain line.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// The bytes of the log that this part of the plain line was made of; of a part that spans columns, those of the last
    /// one in it.
    #[must_use]
    pub fn back<'a>(&self, part: &[u8], line: &'a [u8]) -> &'a [u8] {
        let from = (part.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        let to = from.saturating_add(part.len());
        if part.is_empty() || to > self.text.len() {
            return b"";
        }
        let column = self.parts.iter().rposition(|(begins, _)| *begins < to);
        match column.map(|column| self.parts[column]) {
            Some((begins, Some(at))) => {
                let from = from.max(begins);
                line.get(at + from - begins..at + to - begins).unwrap_or_default()
            }
            _ => b"",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_lead_back_to_the_line() {
        let columns = ["at", "d", "sent|got"].map(|names| names.split('|').map(str::to_owned).collect()).to_vec();
        let layout = Layout { container: Container::Json, columns };
        let mut flat = Flat::default();
        let line = br#"{"d":"S","sent":"","got":"250 OK","at":"08:26"}"#;
        assert!(layout.flatten(line, &mut flat));
        assert_eq!(flat.text(), b"08:26\tS\tgot\t250 OK");
        let text = &flat.text()[12..];
        assert_eq!(flat.back(text, line).as_ptr(), line[26..].as_ptr());
        assert_eq!(flat.back(text, line), b"250 OK");
        assert_eq!(flat.back(flat.text(), line), b"250 OK");
        assert_eq!(flat.back(b"other", line), b"");
        assert!(!layout.flatten(b"250 OK", &mut flat));
    }
}
