//! Sentences on a screen: wrapped, cut with a mark, never longer than the line.

use std::fmt::Display;

use super::Look;
pub(super) use crate::rule::advice::{counted, number};

/// Columns of the label before a paragraph.
const LABEL_COLUMNS: usize = 9;

/// Colour is a help, never the only signal: each of these stands beside a word that says the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Red,
    Yellow,
    Green,
    Bold,
}

impl Ink {
    fn code(self) -> &'static str {
        match self {
            Ink::Red => "\x1b[1;31m",
            Ink::Yellow => "\x1b[1;33m",
            Ink::Green => "\x1b[1;32m",
            Ink::Bold => "\x1b[1m",
        }
    }
}

/// Text that grows line by line at the width of the screen.
pub(super) struct Page {
    look: Look,
    text: String,
}

impl Page {
    pub(super) fn new(look: Look) -> Self {
        Page { look, text: String::new() }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// Columns for text.
    pub(super) fn width(&self) -> usize {
        // `--wide` leaves the wrapping to the screen, so that one paragraph is one line for `findstr`.
        if self.look.wide { usize::MAX } else { self.look.width }
    }

    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// A paragraph from the left edge.
    pub(super) fn line(&mut self, ink: Option<Ink>, text: &str) {
        for line in wrap(text, self.width()) {
            self.paint(ink, line);
            self.text.push('\n');
        }
    }

    /// A label and its whole paragraph, indented.
    pub(super) fn field(&mut self, label: &str, ink: Option<Ink>, text: &str) {
        self.cut_field(label, ink, text, usize::MAX);
    }

    /// A field of at most `most` lines; where the text is longer, the last line ends in `...`. `--wide` cuts nothing.
    pub(super) fn cut_field(&mut self, label: &str, ink: Option<Ink>, text: &str, most: usize) {
        let width = self.width().saturating_sub(LABEL_COLUMNS);
        let mut lines = wrap(text, width);
        let last;
        if lines.len() > most && !self.look.wide {
            // The last line is filled, also with the beginning of a word that would not have fitted.
            let rest = lines.split_off(most.saturating_sub(1)).join(" ");
            last = cut_here(&rest, width);
            lines.push(&last);
        }
        for (i, line) in lines.iter().enumerate() {
            let label = if i == 0 { label } else { "" };
            self.paint(ink.filter(|_| i == 0), label);
            let gap = LABEL_COLUMNS.saturating_sub(label.chars().count()).max(1);
            self.text.extend(std::iter::repeat_n(' ', gap));
            self.text.push_str(line);
            self.text.push('\n');
        }
    }

    /// Paragraphs below each other, the first of them behind the label.
    pub(super) fn fields(&mut self, label: &str, texts: impl IntoIterator<Item = String>) {
        for (i, text) in texts.into_iter().enumerate() {
            self.field(if i == 0 { label } else { "" }, Some(Ink::Bold), &text);
        }
    }

    /// Texts below one label, a number before each.
    pub(super) fn numbered(&mut self, label: &str, texts: impl IntoIterator<Item = impl Display>) {
        self.fields(label, (1..).zip(texts).map(|(n, text)| format!("{n}. {text}")));
    }

    pub(super) fn lines(&self) -> usize {
        self.text.lines().count()
    }

    /// A line that keeps its columns, with its first `of` characters in colour.
    pub(super) fn painted(&mut self, ink: Ink, of: usize, text: &str) {
        let (head, rest) = text.split_at_checked(of).unwrap_or((text, ""));
        self.paint(Some(ink), head);
        self.text.push_str(rest);
        self.text.push('\n');
    }

    /// A field of this text fits on one line.
    pub(super) fn fits(&self, text: &str) -> bool {
        self.look.wide || text.chars().count() <= self.width().saturating_sub(LABEL_COLUMNS)
    }

    /// A drawing that keeps its own lines.
    pub(super) fn drawing(&mut self, text: &str) {
        for line in text.lines() {
            self.text.push_str(line.trim_end());
            self.text.push('\n');
        }
    }

    fn paint(&mut self, ink: Option<Ink>, text: &str) {
        match ink.filter(|_| self.look.colour && !text.is_empty()) {
            Some(ink) => {
                self.text.push_str(ink.code());
                self.text.push_str(text);
                self.text.push_str("\x1b[0m");
            }
            None => self.text.push_str(text),
        }
    }
}

/// Lines of at most `width` characters, broken at spaces; a longer word is broken where it must be.
pub(super) fn wrap(text: &str, width: usize) -> Vec<&str> {
    let width = width.max(20);
    let mut lines = Vec::new();
    let mut rest = text.trim_start_matches(' ');
    while let Some(most) = byte_of(rest, width) {
        let end = rest.as_bytes()[..=most].iter().rposition(|b| *b == b' ').unwrap_or(most);
        let (line, behind) = rest.split_at(end);
        lines.push(line.trim_end());
        rest = behind.trim_start_matches(' ');
    }
    lines.push(rest.trim_end());
    lines
}

/// The byte at which this character begins, counted from 0; `None` behind the last.
fn byte_of(text: &str, character: usize) -> Option<usize> {
    let head = text.as_bytes().get(..=character)?;
    if head.is_ascii() { Some(character) } else { text.char_indices().nth(character).map(|(at, _)| at) }
}

/// At most `width` characters, the cut marked.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.chars().nth(width).is_none() {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(width.saturating_sub(3)).collect();
    short.truncate(short.trim_end().len());
    short + "..."
}

/// Cuts a text that goes on behind what is given.
fn cut_here(text: &str, width: usize) -> String {
    let short: String = text.chars().take(width.saturating_sub(3)).collect();
    short.trim_end_matches([' ', '.']).to_owned() + "..."
}

/// The end of a path, where the practice's number and the file's name stand.
pub(super) fn path_end(path: &str, width: usize) -> String {
    if path.chars().count() <= width {
        return path.to_owned();
    }
    match path.rmatch_indices(['/', '\\']).nth(1) {
        Some((at, _)) if at > 0 => format!("...{}", &path[at..]),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_cuts_and_counts() {
        assert_eq!(wrap("one two three four five six", 20), ["one two three four", "five six"]);
        assert_eq!(wrap(&"x".repeat(45), 20), ["x".repeat(20), "x".repeat(20), "x".repeat(5)]);
        assert_eq!(
            wrap("  a  b \u{e9}\u{e9}\u{e9}\u{e9} eeeeeeeee ffffff ", 20),
            ["a  b \u{e9}\u{e9}\u{e9}\u{e9} eeeeeeeee", "ffffff"]
        );
        assert_eq!(cut("Username and Password", 12), "Username...");
        assert_eq!(cut("Username", 8), "Username");
        assert_eq!(cut_here("Username and ....", 12), "Username...");
        assert_eq!(path_end("C:\\MTM\\Synergy\\4711\\maillog.txt", 24), "...\\4711\\maillog.txt");
        assert_eq!((number(0), number(1204), number(1_000_000)), ("0".into(), "1,204".into(), "1,000,000".into()));
        let mut page = Page::new(Look { width: 40, wide: false, boxes: false, colour: false });
        page.cut_field("Proof", None, "554 5.7.1 <very.long.name@practice.example.co.za>: refused", 1);
        assert_eq!(page.into_text(), "Proof    554 5.7.1 <very.long.name@pr...\n");
        assert_eq!(counted(1, "line") + &counted(2, "line"), "1 line2 lines");
    }
}
