//! `mtmlog list rules`

use serde_json::{Value, json};

use super::{List, Table, numbered, plain, who};
use crate::rule::{REGISTRY, Rule};

pub(super) static LIST: List = List {
    name: "rules",
    title: "Rules: what only many mails together tell",
    table: |_| Table {
        columns: vec!["id", "severity", "article", "finds"],
        rows: REGISTRY.iter().map(|rule| row(rule)).collect(),
    },
    json: |_| REGISTRY.iter().map(|rule| object(rule)).collect(),
    markdown: |_| {
        let sections: String = REGISTRY.iter().map(|rule| section(rule)).collect();
        format!(
            "The ids are a promise. Beside these, each cause that was seen has a finding of its own \
             ([causes](causes.md)). Where two rules explain the same mails, the one that stands first here comes first.\n{sections}"
        )
    },
};

fn object(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "severity": rule.severity.name(),
        "acts": rule.acts,
        "article_step": rule.article_step,
        "title": rule.title,
        "looks_for": rule.looks_for,
        "why": rule.why,
        "steps": rule.steps,
        "sources": rule.sources,
    })
}

fn row(rule: &Rule) -> Vec<String> {
    vec![rule.id.to_owned(), rule.severity.name().to_owned(), rule.article_step.join(", "), rule.title.to_owned()]
}

fn section(rule: &Rule) -> String {
    let steps = numbered(rule.steps.iter());
    let steps = if steps.is_empty() { "The steps depend on what was found.\n".to_owned() } else { steps };
    format!(
        "\n## {}\n\n{}. {}\n\nLooks for: {}\n\n{steps}\nSeverity: {}. Who acts: {}. Article step: {}. Sources: {}.\n",
        rule.id,
        plain(rule.title),
        plain(rule.why),
        plain(rule.looks_for),
        rule.severity.name(),
        who(rule.acts),
        rule.article_step.join(", "),
        plain(&rule.sources.join("; ")),
    )
}
