//! `mtmlog list dialects`

use serde_json::{Value, json};

use super::{List, Table, plain};
use crate::dialect::{DIALECTS, Dialect};

pub(super) static LIST: List = List {
    name: "dialects",
    title: "Dialects: the programs whose logs are read",
    table: |_| Table {
        columns: vec!["name", "written by"],
        rows: DIALECTS.iter().map(|dialect| vec![dialect.name.to_string(), dialect.title.to_owned()]).collect(),
    },
    json: |_| DIALECTS.iter().map(|dialect| object(dialect)).collect(),
    markdown: |_| {
        let sections: String = DIALECTS.iter().map(|dialect| section(dialect)).collect();
        format!(
            "The dialect is decided by what stands in the log, not by its name; `--dialect NAME` overrules.\n{sections}"
        )
    },
};

fn object(dialect: &Dialect) -> Value {
    json!({ "name": dialect.name, "title": dialect.title, "sample": dialect.sample })
}

fn section(dialect: &Dialect) -> String {
    let zone = if dialect.utc { "\nIts times are UTC.\n" } else { "" };
    format!("\n## {}\n\n{}.\n{zone}\n```text\n{}\n```\n", dialect.name, plain(dialect.title), dialect.sample.trim_end())
}
