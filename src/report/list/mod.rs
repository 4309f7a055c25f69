//! `mtmlog list`: the program's own tables printed for people, for programs, and for `docs/`.

mod causes;
mod dialects;
mod fields;
mod providers;
mod rules;

pub(super) use providers::NoticeRow;

use serde_json::{Value, json};

use crate::knowledge::{Actor, Knowledge};

/// A list, for the registry.
pub struct List {
    /// The word after `mtmlog list`.
    pub name: &'static str,
    /// Its contents in one line.
    pub title: &'static str,
    table: fn(&Knowledge) -> Table,
    json: fn(&Knowledge) -> Vec<Value>,
    /// For `docs/`: everything.
    markdown: fn(&Knowledge) -> String,
}

/// Every list.
pub static LISTS: &[&List] = &[&dialects::LIST, &causes::LIST, &providers::LIST, &rules::LIST, &fields::LIST];

/// The form of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListFormat {
    /// Aligned text.
    Table,
    /// One JSON object.
    Json,
    /// A page of the documentation.
    Markdown,
}

impl List {
    pub fn named(name: &str) -> Option<&'static List> {
        LISTS.iter().find(|list| list.name == name).copied()
    }

    /// The whole list as text.
    ///
    /// # Errors
    /// Where JSON cannot be made of it, which no list of ours gives reason for.
    pub fn text(&self, knowledge: &Knowledge, format: ListFormat) -> std::io::Result<String> {
        Ok(match format {
            ListFormat::Table => (self.table)(knowledge).aligned(),
            ListFormat::Json => {
                let list = json!({ "schema": "mtmlog.list/1", self.name: (self.json)(knowledge) });
                serde_json::to_string_pretty(&list)? + "\n"
            }
            ListFormat::Markdown => page(self, &(self.markdown)(knowledge)),
        })
    }
}

struct Table {
    columns: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Columns under their headings; the last one is as long as it is.
    fn aligned(&self) -> String {
        let heading: Vec<String> = self.columns.iter().map(|column| column.to_uppercase()).collect();
        let lines: Vec<&Vec<String>> = std::iter::once(&heading).chain(&self.rows).collect();
        let width =
            |i: usize| lines.iter().filter_map(|line| line.get(i)).map(|cell| cell.chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.columns.len()).map(width).collect();
        let mut text = String::new();
        for line in lines {
            let cells = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
            text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
            text.push('\n');
        }
        text
    }
}

fn page(list: &List, body: &str) -> String {
    format!(
        "# {}\n\nPrinted by `mtmlog list {} --format markdown` from the program's own tables; a test compares the two.\n\n{body}",
        list.title, list.name
    )
}

/// Text that Markdown leaves as it is.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if "<>*_`|[]#".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn who(acts: &[Actor]) -> String {
    let names: Vec<&str> = acts.iter().map(|actor| actor.name()).collect();
    if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
}

/// `1. ...` line by line.
fn numbered(steps: impl Iterator<Item = impl AsRef<str>>) -> String {
    steps.enumerate().map(|(i, step)| format!("{}. {}\n", i + 1, plain(step.as_ref()))).collect()
}
