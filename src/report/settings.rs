//! What to type into the settings for an address.

use serde::Serialize;

use super::{
    Look,
    list::NoticeRow,
    text::{Ink, Page},
};
use crate::{
    redact::{Level, Redacted, Redactor},
    rule::{Settings, Try, advice},
};

#[derive(Serialize)]
struct Row<'a> {
    schema: &'static str,
    address: Redacted,
    provider: Option<&'a str>,
    username: &'a str,
    r#try: Vec<TryRow<'a>>,
    steps: &'a [String],
    notices: Vec<NoticeRow<'a>>,
    sources: &'a [String],
}

#[derive(Serialize)]
struct TryRow<'a> {
    host: &'a str,
    port: Option<u16>,
    tls: Option<&'a str>,
    note: Option<&'a str>,
}

/// The settings as one JSON object.
///
/// # Errors
/// Where JSON cannot be made of it, which no settings give reason for.
pub fn settings_json(address: &str, settings: &Settings<'_>) -> std::io::Result<String> {
    let tries = settings.tries.iter().map(|t| TryRow {
        host: &t.host,
        port: t.port,
        tls: t.tls.as_deref(),
        note: t.note.as_deref(),
    });
    let row = Row {
        schema: "mtmlog.providers/1",
        address: Redactor::new(Level::Secrets).note(address),
        provider: settings.provider.map(|provider| provider.name.as_str()),
        username: &settings.username,
        r#try: tries.collect(),
        steps: &settings.steps,
        notices: settings.notices.iter().map(|notice| NoticeRow::of(notice)).collect(),
        sources: settings.provider.map_or(&[], |provider| &provider.sources),
    };
    Ok(serde_json::to_string(&row)? + "\n")
}

/// The settings for people.
#[must_use]
pub fn settings_text(address: &str, settings: &Settings<'_>, look: Look) -> String {
    let mut page = Page::new(look);
    let address = Redactor::new(Level::Secrets).note(address);
    let known = settings.provider.map_or("no provider that mtmlog knows: an own domain", |provider| &provider.name);
    page.line(Some(Ink::Bold), &format!("{address}: {known}"));
    for (i, t) in settings.tries.iter().enumerate() {
        page.field(if i == 0 { "Try" } else { "" }, Some(Ink::Bold), &format!("{}. {}", i + 1, line(t)), usize::MAX);
    }
    page.field("User", Some(Ink::Bold), &format!("{}, and its password", settings.username), usize::MAX);
    for (i, step) in settings.steps.iter().enumerate() {
        page.field(if i == 0 { "Then" } else { "" }, Some(Ink::Bold), &format!("{}. {step}", i + 1), usize::MAX);
    }
    for notice in &settings.notices {
        page.field(
            "NOTICE",
            Some(Ink::Yellow),
            &format!("{} {} {}", notice.title, notice.why, notice.steps.join(" ")),
            usize::MAX,
        );
    }
    if let Some(provider) = settings.provider {
        page.field("Sources", Some(Ink::Bold), &provider.sources.join("; "), usize::MAX);
    }
    page.into_text()
}

fn line(t: &Try) -> String {
    let port = t.port.map_or(String::new(), |port| format!(", port {port}"));
    let tls = t.tls.as_deref().map_or(String::new(), |tls| format!(", {}", advice::mode(tls)));
    let note = t.note.as_ref().map_or(String::new(), |note| format!(" ({note})"));
    format!("{}{port}{tls}{note}", t.host)
}
