//! `mtmlog list causes`

use serde_json::{Value, json};

use super::{List, Table, numbered, plain, who};
use crate::knowledge::{CauseFacts, Knowledge};

pub(super) static LIST: List = List {
    name: "causes",
    title: "Causes: why a mail did not go out",
    table: |knowledge| Table {
        columns: vec!["code", "severity", "article", "who acts", "meaning"],
        rows: knowledge.causes().map(row).collect(),
    },
    json: |knowledge| knowledge.causes().map(object).collect(),
    markdown: |knowledge| overview(knowledge) + &knowledge.causes().map(section).collect::<String>(),
};

fn object(facts: &CauseFacts) -> Value {
    json!({
        "code": facts.cause.code(),
        "severity": facts.severity.name(),
        "acts": facts.acts,
        "article_step": facts.article_step,
        "title": facts.title,
        "why": facts.why,
        "steps": facts.steps,
        "sources": facts.sources,
        "as_of": facts.as_of,
    })
}

fn row(facts: &CauseFacts) -> Vec<String> {
    vec![
        facts.cause.code().to_owned(),
        facts.severity.name().to_owned(),
        facts.article_step.join(", "),
        who(&facts.acts),
        facts.title.clone(),
    ]
}

fn overview(knowledge: &Knowledge) -> String {
    let rows: String = knowledge
        .causes()
        .map(|facts| {
            let code = facts.cause.code();
            let anchor = code.replace('.', "");
            let title = plain(&facts.title);
            format!(
                "| [`{code}`](#{anchor}) | {} | {} | {} | {title} |\n",
                facts.severity.name(),
                who(&facts.acts),
                facts.article_step.join(", ")
            )
        })
        .collect();
    format!(
        "The codes are a promise. `error` stops all mail, `warning` stops some mail or this message, `note` passes by itself.\n\n\
         | code | severity | who acts | article step | meaning |\n|---|---|---|---|---|\n{rows}"
    )
}

fn section(facts: &CauseFacts) -> String {
    let checked = facts.as_of.as_ref().map_or(String::new(), |day| format!(" Checked {day}."));
    format!(
        "\n## {}\n\n{}. {}\n\n{}\nSources: {}.{checked}\n",
        facts.cause.code(),
        plain(facts.title.trim_end_matches('.')),
        plain(&facts.why),
        numbered(facts.steps.iter()),
        plain(&facts.sources.join("; ")),
    )
}
