//! `mtmlog list providers`

use serde::Serialize;
use serde_json::{Value, json};

use super::{List, Table, numbered, plain};
use crate::{
    knowledge::{Knowledge, Notice, Provider, Server, Step},
    rule::advice,
};

pub(super) static LIST: List = List {
    name: "providers",
    title: "Providers: what to type, what they allow, how they show in a log",
    table: |knowledge| Table {
        columns: vec!["name", "settings"],
        rows: knowledge
            .providers()
            .iter()
            .map(|p| vec![p.name.clone(), advice::settings(p).unwrap_or_default()])
            .collect(),
    },
    json: |knowledge| knowledge.providers().iter().map(|p| object(knowledge, p)).collect(),
    markdown: |knowledge| {
        knowledge.providers().iter().map(|p| section(knowledge, p)).collect::<String>().trim_start().to_owned()
    },
};

/// A dated change, for programs.
#[derive(Serialize)]
pub(in crate::report) struct NoticeRow<'a> {
    id: &'a str,
    date: &'a str,
    past: bool,
    title: &'a str,
    why: &'a str,
    steps: &'a [Step],
    source: &'a str,
}

impl<'a> NoticeRow<'a> {
    /// As it reads before its day, or once that is past.
    pub(in crate::report) fn on(notice: &'a Notice, past: bool) -> Self {
        let Notice { id, date, why, source, .. } = notice;
        NoticeRow { id, date, past, title: notice.title(past), why, steps: notice.steps(past), source }
    }
}

fn object(knowledge: &Knowledge, provider: &Provider) -> Value {
    let server = |s: &Server| json!({ "host": s.host, "port": s.port, "tls": s.tls, "note": s.note });
    let notices = advice::notices(knowledge, provider).map(|notice| NoticeRow::on(notice, false));
    json!({
        "name": provider.name,
        "domains": provider.domains,
        "servers": provider.servers.iter().map(server).collect::<Vec<_>>(),
        "username": provider.username,
        "sign_in": provider.sign_in,
        "sender": provider.sender,
        "about": provider.about,
        "limits": provider.limits,
        "max_message_bytes": provider.max_message_bytes,
        "messages_per_day": provider.messages_per_day,
        "messages_per_hour": provider.messages_per_hour,
        "recipients_per_message": provider.recipients_per_message,
        "notices": notices.collect::<Vec<_>>(),
        "sources": provider.sources,
        "confidence": provider.confidence,
    })
}

fn section(knowledge: &Knowledge, provider: &Provider) -> String {
    let mut facts: Vec<(&str, String)> = Vec::new();
    let mut say = |what: &'static str, text: Option<String>| facts.extend(text.map(|text| (what, text)));
    let list = |all: &[String]| (!all.is_empty()).then(|| all.join(", "));
    // A few of them, where ISPDB adds dozens in all countries.
    let few: Vec<String> = provider.domains.iter().take(12).cloned().collect();
    let more = provider.domains.len() - few.len();
    say("Addresses", list(&few).map(|few| if more > 0 { format!("{few} and {more} more") } else { few }));
    say("Settings", advice::settings(provider));
    say("Signing in", provider.sign_in.as_ref().map(|step| step.say.clone()));
    say("Sender", provider.sender.as_ref().map(|step| step.say.clone()));
    say("About", provider.about.clone());
    say("Largest message", provider.max_message_bytes.map(advice::megabytes));
    say("Limits", provider.limits.clone());
    say("In a log", list(&provider.hosts));
    say("How sure", provider.confidence.clone());
    say("Checked", provider.checked.clone());
    say("Sources", Some(provider.sources.join("; ")));
    let facts: String = facts.iter().map(|(what, text)| format!("- {what}: {}\n", plain(text))).collect();
    let notices: String = advice::notices(knowledge, provider).map(notice).collect();
    format!("\n## {}\n\n{facts}{notices}", plain(&provider.name))
}

fn notice(notice: &Notice) -> String {
    let steps = numbered(notice.steps.iter());
    format!(
        "\n**{}**: {} {}\n\n{steps}\nSource: {}.\n",
        notice.date,
        plain(&notice.title),
        plain(&notice.why),
        plain(&notice.source)
    )
}
