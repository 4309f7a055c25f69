//! The fields of a record that matter, side by side as columns of one plain line: whatever reads plain lines reads records
//! so, and every part of such a line leads back to the bytes of the log.

use super::{Container, Path};

/// Stands for a field that a record does not have.
const NONE: &[u8] = b"-";
/// Digits of a reply's code.
const CODE_DIGITS: usize = 3;
/// Stands between columns.
pub(crate) const MARK: u8 = b'\t';

/// The fields of a container that become columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The format of the records.
    pub container: Container,
    /// The names of the fields, the text last. Where a column has several names, the first field that is not empty counts,
    /// and its name stands before it in a column of its own.
    pub columns: Vec<Vec<String>>,
    /// The field that holds the code of a reply whose words are the text.
    pub code: Option<Code>,
}

/// A reply's code in a field of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// The name of the field, which stands before the text.
    pub name: String,
    /// What stands right before the text in each record: code and words are one part of the line, with this in it.
    pub between: &'static str,
}

/// Three digits, the first of them one of a reply's.
pub(crate) fn is_code(value: &[u8]) -> bool {
    matches!(value, [b'2'..=b'5', b'0'..=b'5', b'0'..=b'9'])
}

/// Nothing, or the word of JSON for it.
pub(crate) fn is_nothing(value: &[u8]) -> bool {
    value.is_empty() || value == b"null"
}

/// A record as a plain line.
#[derive(Debug, Default)]
pub struct Flat {
    text: Vec<u8>,
    /// Where each column begins in the text, and its value in the line (nowhere where that is not from the line).
    parts: Vec<(usize, Option<usize>)>,
    /// Where the code stands that the text goes on with, in the plain line and in the line.
    code: Option<(usize, usize)>,
    /// Values of the line by column and name.
    found: Vec<Option<(usize, usize, usize)>>,
}

impl Layout {
    /// Makes a plain line of a record; false where the line is no record.
    pub fn flatten(&self, line: &[u8], flat: &mut Flat) -> bool {
        self.flatten_behind(line, flat, 0)
    }

    /// Flattens a record that holds two texts, a command and its reply, with the second of them. False where
    /// there is no other.
    pub fn flatten_reply(&self, line: &[u8], flat: &mut Flat) -> bool {
        if self.columns.last().is_none_or(|names| names.len() < 2) || !self.flatten(line, flat) {
            return false;
        }
        let first = flat.found.last().copied().flatten();
        first.is_some_and(|(name, ..)| self.flatten_behind(line, flat, name + 1)) && flat.found.last() != Some(&None)
    }

    /// `from`: names of the text before this one do not count.
    fn flatten_behind(&self, line: &[u8], flat: &mut Flat, from: usize) -> bool {
        flat.text.clear();
        flat.parts.clear();
        flat.found.clear();
        flat.found.resize(self.columns.len(), None);
        flat.code = None;
        let mut code = None;
        let found = &mut flat.found;
        let start = line.as_ptr() as usize;
        let whole = self.container.take_apart(line, &mut |path: &Path<'_>, value| {
            if is_nothing(value) {
                return;
            }
            if self.code.as_ref().is_some_and(|code| path.is(&code.name)) && is_code(value) {
                code = Some(value.as_ptr() as usize - start);
            }
            for (column, names) in self.columns.iter().enumerate() {
                let is = |(place, name): (usize, &String)| {
                    path.is(name) && (place >= from || column + 1 < self.columns.len())
                };
                let Some(name) = names.iter().enumerate().position(is) else { continue };
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
            if is_text && let Some(at) = code.filter(|code| found.is_none_or(|(_, text, _)| *code < text)) {
                flat.code = Some((flat.text.len(), at));
                if let Some(part) = flat.parts.last_mut() {
                    part.1 = Some(at);
                }
                flat.text.extend_from_slice(&line[at..at + CODE_DIGITS]);
                flat.text.push(b' ');
                flat.parts.push((flat.text.len(), None));
            }
            if let (Some(part), Some((_, at, length))) = (flat.parts.last_mut(), found) {
                part.1 = Some(at);
                flat.text.extend_from_slice(&line[at..at + length]);
            } else if !is_text {
                flat.text.extend_from_slice(NONE);
            }
        }
        true
    }

    /// The name of the field that the text of this record stands in.
    pub fn text_field(&self, flat: &Flat) -> Option<&str> {
        let (name, ..) = (*flat.found.last()?)?;
        self.columns.last()?.get(name).map(String::as_str)
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
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// The bytes of the log that this part of the plain line was made of; of a part that spans columns, those of the last
    /// one in it.
    pub fn back<'a>(&self, part: &[u8], line: &'a [u8]) -> &'a [u8] {
        let from = (part.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        let to = from.saturating_add(part.len());
        if part.is_empty() || to > self.text.len() {
            return b"";
        }
        let column = self.parts.iter().rposition(|(begins, _)| *begins < to);
        // A reply is one part of the line from its code to the end of its words.
        if let Some((code, start)) = self.code.filter(|(code, _)| (*code..code + CODE_DIGITS).contains(&from)) {
            let end = match column.map(|column| self.parts[column]) {
                Some((begins, Some(at))) if begins > code => at + to - begins,
                _ => start + (to - code).min(CODE_DIGITS),
            };
            return line.get(start + from - code..end).unwrap_or_default();
        }
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
        let layout = Layout { container: Container::Json, columns, code: None };
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

    #[test]
    fn a_code_in_a_field_of_its_own_begins_the_text() {
        let columns = ["d", "t"].map(|name| vec![name.to_owned()]).to_vec();
        let code = Some(Code { name: "c".to_owned(), between: "\"t\":\"" });
        let layout = Layout { container: Container::Json, columns, code };
        let mut flat = Flat::default();
        let line = br#"{"d":"S","c":550,"t":"no such user"}"#;
        assert!(layout.flatten(line, &mut flat));
        assert_eq!(flat.text(), b"S\t550 no such user");
        assert_eq!(flat.back(&flat.text()[2..], line), br#"550,"t":"no such user"#);
        let line = br#"{"d":"C","c":0,"t":"QUIT"}"#;
        assert!(layout.flatten(line, &mut flat));
        assert_eq!((flat.text(), flat.back(&flat.text()[2..], line)), (&b"C\tQUIT"[..], &b"QUIT"[..]));
    }
}
