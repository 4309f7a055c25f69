//! The settings for an address, for people and as JSON.

use serde::Serialize;

use super::{
    Look,
    list::NoticeRow,
    text::{Ink, Page},
};
use crate::{
    knowledge::{Password, Step},
    redact::{Level, Redacted, Redactor},
    rule::{Settings, Try, advice},
};

#[derive(Serialize)]
struct Row<'a> {
    schema: &'static str,
    address: Redacted,
    provider: Option<&'a str>,
    remarks: &'a [String],
    username: &'a str,
    password: &'static str,
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
pub(crate) fn settings_json(address: &str, settings: &Settings<'_>) -> std::io::Result<String> {
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
        remarks: &settings.remarks,
        username: &settings.username,
        password: password(settings.password),
        r#try: tries.collect(),
        steps: &settings.steps,
        notices: settings.notices.iter().map(|(notice, past)| NoticeRow::on(notice, *past)).collect(),
        sources: settings.provider.map_or(&[], |provider| &provider.sources),
    };
    Ok(serde_json::to_string(&row)? + "\n")
}

/// The settings for people.
pub(crate) fn settings_text(address: &str, settings: &Settings<'_>, look: Look) -> String {
    let mut page = Page::new(look);
    let address = Redactor::new(Level::Secrets).note(address);
    let known = settings.provider.map_or("no provider that mtmlog knows: an own domain", |provider| &provider.name);
    page.line(Some(Ink::Bold), &format!("{address}: {known}"));
    for remark in &settings.remarks {
        page.field("LOOK", Some(Ink::Yellow), remark);
    }
    page.numbered("Try", settings.tries.iter().map(line));
    let user = match settings.password {
        // "none" is what a user name can be where nobody signs in.
        Password::None => settings.username.clone(),
        other => format!("{}, and {}", settings.username, password(other)),
    };
    page.field("User", Some(Ink::Bold), &user);
    page.numbered("Then", &settings.steps);
    for (notice, past) in &settings.notices {
        let when = if *past { format!("Since {}: ", notice.date) } else { format!("From {}: ", notice.date) };
        let (title, steps) = (notice.title(*past), Step::joined(notice.steps(*past)));
        page.field("NOTICE", Some(Ink::Yellow), &format!("{when}{title} {} {steps}", notice.why));
    }
    if let Some(provider) = settings.provider {
        page.field("Sources", Some(Ink::Bold), &provider.sources.join("; "));
    }
    page.into_text()
}

/// The words for the password to type.
fn password(password: Password) -> &'static str {
    match password {
        Password::Own => "its password",
        Password::App => "an app password, not the account's own",
        Password::Refused => "no password: none works here",
        Password::None => "no password: none is asked for",
    }
}

fn line(t: &Try) -> String {
    let port = t.port.map_or(String::new(), |port| format!(", port {port}"));
    let tls = t.tls.as_deref().map_or(String::new(), |tls| format!(", {}", advice::mode(tls)));
    let note = t.note.as_ref().map_or(String::new(), |note| format!(" ({note})"));
    format!("{}{port}{tls}{note}", t.host)
}
