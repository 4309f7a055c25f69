//! `mtmlog list fields`

use serde_json::json;

use super::{super::row::RECORDS, List, Table};

pub(super) static LIST: List = List {
    name: "fields",
    title: "Fields: what stands in the rows of json, ndjson and csv",
    table: |_| Table {
        columns: vec!["record", "field", "meaning"],
        rows: all().map(|(record, field, about)| vec![record.into(), field.into(), about.into()]).collect(),
    },
    json: |_| all().map(|(record, field, about)| json!({ "record": record, "field": field, "about": about })).collect(),
    markdown: |_| {
        let row = |(field, about): &(&str, &str)| format!("| `{field}` | {about} |\n");
        let record = |(record, fields): &(&str, &[(&str, &str)])| {
            let rows: String = fields.iter().map(row).collect();
            format!("## {record}\n\n| field | meaning |\n|---|---|\n{rows}")
        };
        RECORDS.iter().map(record).collect::<Vec<_>>().join("\n")
    },
};

fn all() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let fields = |(record, fields): &(&'static str, &'static [(&'static str, &'static str)])| {
        let record = *record;
        fields.iter().map(move |(field, about)| (record, *field, *about))
    };
    RECORDS.iter().flat_map(fields)
}
