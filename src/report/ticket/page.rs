//! A ticket as parts and blocks, and the three papers it can be written on.

use std::{fmt::Write as _, io};

use serde::Serialize;

use super::super::{html, markdown::escaped, text::wrap};

/// The format of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// ASCII with CRLF, for any desk.
    Text,
    /// Markdown.
    Markdown,
    /// One HTML file.
    Html,
}

const TEXT_COLUMNS: usize = 78;
/// Lines of the text; a desk reads no more.
const MAX_TEXT_LINES: usize = 97;

#[derive(Clone, Serialize)]
pub(crate) struct Page {
    pub(super) title: String,
    pub(super) parts: Vec<Part>,
}

/// One of the ten parts.
#[derive(Clone, Serialize)]
pub(super) struct Part {
    pub(super) title: &'static str,
    pub(super) blocks: Vec<Block>,
}

#[derive(Clone, Serialize)]
#[serde(tag = "kind", content = "of", rename_all = "lowercase")]
pub(super) enum Block {
    Text(String),
    List(Vec<String>),
    Facts(Vec<(&'static str, String)>),
    Table {
        head: Vec<&'static str>,
        rows: Vec<Vec<String>>,
    },
    /// Lines that must stay as they are.
    Log(Vec<String>),
}

impl Page {
    pub(crate) fn render(mut self, paper: Paper) -> io::Result<String> {
        Ok(match paper {
            Paper::Text => loop {
                let lines = self.text();
                // The transcript gives way first: its middle is what a desk reads least.
                if lines.len() <= MAX_TEXT_LINES || !self.shorten(lines.len() - MAX_TEXT_LINES) {
                    break lines.join("\r\n") + "\r\n";
                }
            },
            Paper::Markdown => self.markdown(),
            Paper::Html => html::page("ticket.html", &self)?,
        })
    }

    /// Takes lines out of the longest log, at its middle; false where there is nothing to take.
    fn shorten(&mut self, by: usize) -> bool {
        let logs = self.parts.iter_mut().flat_map(|part| &mut part.blocks).filter_map(|block| match block {
            Block::Log(lines) => Some(lines),
            _ => None,
        });
        let Some(lines) = logs.max_by_key(|lines| lines.len()).filter(|lines| lines.len() > 12) else { return false };
        let take = (by + 1).min(lines.len() - 10);
        let from = (lines.len() - take) / 2;
        lines.splice(from..from + take, [format!("      [{take} lines left out]")]);
        true
    }

    fn text(&self) -> Vec<String> {
        let mut lines: Vec<String> = wrap(&self.title, TEXT_COLUMNS).into_iter().map(str::to_owned).collect();
        for (n, part) in self.parts.iter().enumerate() {
            lines.push(String::new());
            lines.push(format!("{}. {}", n + 1, part.title.to_uppercase()));
            part.blocks.iter().for_each(|block| block.text(&mut lines));
        }
        lines.iter().map(|line| ascii(line)).collect()
    }

    fn markdown(&self) -> String {
        let mut out = format!("# {}\n", escaped(&self.title));
        for (n, part) in self.parts.iter().enumerate() {
            // Writing to a String cannot fail.
            let _ = write!(out, "\n## {}. {}\n\n", n + 1, part.title);
            part.blocks.iter().for_each(|block| block.markdown(&mut out));
        }
        out
    }
}

impl Block {
    fn text(&self, lines: &mut Vec<String>) {
        match self {
            Block::Text(text) => lines.extend(wrap(text, TEXT_COLUMNS).into_iter().map(str::to_owned)),
            Block::List(items) => items.iter().for_each(|item| hanging("- ", item, lines)),
            Block::Facts(facts) => {
                for (name, value) in facts {
                    hanging(&format!("{:<16}", format!("{name}:")), value, lines);
                }
            }
            Block::Table { rows, .. } => {
                for row in rows {
                    let cells: Vec<&str> = row.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
                    hanging("- ", &cells.join("; "), lines);
                }
            }
            Block::Log(log) => lines.extend(log.iter().cloned()),
        }
    }

    fn markdown(&self, out: &mut String) {
        let _ = match self {
            Block::Text(text) => writeln!(out, "{}\n", escaped(text)),
            Block::List(items) => items.iter().try_for_each(|item| writeln!(out, "- {}", escaped(item))),
            Block::Facts(facts) => {
                facts.iter().try_for_each(|(name, value)| writeln!(out, "- {name}: {}", escaped(value)))
            }
            Block::Table { head, rows } => {
                let _ = writeln!(out, "| {} |\n|{}", head.join(" | "), " --- |".repeat(head.len()));
                rows.iter().try_for_each(|row| {
                    writeln!(out, "| {} |", row.iter().map(|cell| escaped(cell)).collect::<Vec<_>>().join(" | "))
                })
            }
            // Four blanks make it code, in which nothing is a mark; a fence could be closed from inside.
            Block::Log(log) => log.iter().try_for_each(|line| writeln!(out, "    {line}")),
        };
        out.push('\n');
    }
}

/// A mark, and a text that is indented behind it.
fn hanging(mark: &str, text: &str, lines: &mut Vec<String>) {
    let indent = " ".repeat(mark.len());
    for (n, line) in wrap(text, TEXT_COLUMNS - mark.len()).into_iter().enumerate() {
        lines.push(format!("{}{line}", if n == 0 { mark } else { &indent }));
    }
}

/// Any desk's program shows ASCII.
fn ascii(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect()
}
