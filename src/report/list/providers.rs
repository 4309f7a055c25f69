//! `mtmlog list providers`

use serde::Serialize;

use super::{List, Table, json, numbered, plain};
use crate::{
    knowledge::{Knowledge, Notice, Provider, Server},
    rule::advice,
};

pub(super) static LIST: List = List {
    name: "providers",
    title: "Providers: what to type, what they allow, how they show in a log",
    table: |knowledge| Table {
        columns: vec!["name", "settings"],
        rows: knowledge.providers().map(|p| vec![p.name.clone(), advice::settings(p).unwrap_or_default()]).collect(),
    },
    json: |knowledge| json("providers", knowledge.providers().map(|p| Row::of(knowledge, p)).collect()),
    markdown: |knowledge| {
        knowledge.providers().map(|p| section(knowledge, p)).collect::<String>().trim_start().to_owned()
    },
};

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    domains: &'a [String],
    servers: Vec<ServerRow<'a>>,
    username: Option<&'a str>,
    sign_in: Option<&'a str>,
    sender: Option<&'a str>,
    limits: Option<&'a str>,
    max_message_bytes: Option<u64>,
    messages_per_day: Option<u32>,
    messages_per_hour: Option<u32>,
    recipients_per_message: Option<u32>,
    notices: Vec<NoticeRow<'a>>,
    sources: &'a [String],
    confidence: Option<&'a str>,
}

#[derive(Serialize)]
struct ServerRow<'a> {
    host: Option<&'a str>,
    port: Option<u16>,
    tls: Option<&'a str>,
    note: Option<&'a str>,
}

/// A dated change, for programs.
#[derive(Serialize)]
pub(in crate::report) struct NoticeRow<'a> {
    id: &'a str,
    date: &'a str,
    past: bool,
    title: &'a str,
    why: &'a str,
    steps: &'a [String],
    source: &'a str,
}

impl<'a> NoticeRow<'a> {
    fn of(notice: &'a Notice) -> Self {
        NoticeRow::on(notice, false)
    }

    /// As it reads before its day, or once that is past.
    pub(in crate::report) fn on(notice: &'a Notice, past: bool) -> Self {
        let Notice { id, date, why, source, .. } = notice;
        NoticeRow { id, date, past, title: notice.title(past), why, steps: notice.steps(past), source }
    }
}

impl<'a> Row<'a> {
    fn of(knowledge: &'a Knowledge, provider: &'a Provider) -> Self {
        let server = |s: &'a Server| ServerRow {
            host: s.host.as_deref(),
            port: s.port,
            tls: s.tls.as_deref(),
            note: s.note.as_deref(),
        };
        Row {
            name: &provider.name,
            domains: &provider.domains,
            servers: provider.servers.iter().map(server).collect(),
            username: provider.username.as_deref(),
            sign_in: provider.sign_in.as_deref(),
            sender: provider.sender.as_deref(),
            limits: provider.limits.as_deref(),
            max_message_bytes: provider.max_message_bytes,
            messages_per_day: provider.messages_per_day,
            messages_per_hour: provider.messages_per_hour,
            recipients_per_message: provider.recipients_per_message,
            notices: advice::notices(knowledge, provider).map(NoticeRow::of).collect(),
            sources: &provider.sources,
            confidence: provider.confidence.as_deref(),
        }
    }
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
    say("Signing in", provider.sign_in.clone());
    say("Sender", provider.sender.clone());
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
