//! Known answers, and what must hold of every row of the built-in tables.

use std::collections::HashSet;

use super::{
    rows::{OneOrMany, PhraseRow},
    *,
};
use crate::smtp::{ReplyCode, Verb, enhanced_status_code};

mod client_errors;
mod hostile;
mod overlay;
mod replies;

fn tables() -> Tables {
    let files = [Vec::<CauseFacts>::FILES, Vocabulary::FILES, Vec::<Notice>::FILES];
    Tables::of(&files.concat()).unwrap()
}

/// The meaning of a reply as it stands in a log: code, separator, text.
fn meaning(verb: Option<Verb>, reply: &str) -> ReplyMeaning {
    let (code, text) = reply.split_at(3);
    let text = text.trim_start_matches(['-', ' ']).as_bytes();
    let enhanced = enhanced_status_code(text).ok().map(|(_, code)| code);
    let code = ReplyCode(code.parse().unwrap());
    Knowledge::builtin().reply(&ReplyQuery { code, enhanced, text, verb, host: None })
}

fn cause(reply: &str) -> &'static str {
    meaning(None, reply).cause.code()
}

fn error(line: &str) -> &'static str {
    Knowledge::builtin().client_error(line.as_bytes()).map_or("-", |meaning| meaning.cause.code())
}

#[test]
fn built_in_files_build() {
    Knowledge::default().check().unwrap();
}

#[test]
fn every_cause_has_one_whole_row() {
    let rows = tables().cause;
    let codes: Vec<&str> = rows.iter().map(|row| row.code.as_str()).collect();
    let all: HashSet<&str> = Cause::ALL.iter().map(|cause| cause.code()).collect();
    assert_eq!(codes.len(), all.len());
    assert_eq!(codes.iter().copied().collect::<HashSet<_>>(), all);
    for (facts, cause) in Knowledge::builtin().causes().zip(Cause::ALL) {
        assert_eq!(facts.cause, cause);
        assert_eq!(Knowledge::builtin().cause(cause), facts);
        assert!((2..=5).contains(&facts.steps.len()), "{cause}: {} steps", facts.steps.len());
        assert!(!facts.why.is_empty() && !facts.title.ends_with('.') && facts.title.len() < 100, "{cause}");
        assert!(facts.ask.contains('?'), "{cause}");
        assert!(!facts.sources.is_empty() && !facts.article_step.is_empty(), "{cause}");
        assert_eq!(facts.acts.is_empty(), cause == Cause::TempGreylisted, "{cause}");
    }
}

#[test]
fn every_row_has_a_source_and_plain_phrases() {
    let tables = tables();
    let sources = (tables.reply.iter().chain(&tables.client_error).map(|row| &row.source))
        .chain(tables.enhanced.iter().map(|row| &row.source))
        .chain(tables.code.iter().map(|row| &row.source))
        .chain(tables.blocklist.iter().map(|row| &row.source))
        .chain(tables.product.iter().map(|product| &product.source))
        .chain(tables.notice.iter().map(|notice| &notice.source))
        .chain(tables.provider.iter().map(|provider| &provider.sources[0]));
    for source in sources {
        assert!(source.len() > 5, "{source}");
    }
    let phrases = |row: &PhraseRow| {
        let all = row.all.iter().flat_map(OneOrMany::phrases);
        row.any.iter().chain(all).chain(&row.not).cloned().collect::<Vec<_>>()
    };
    for phrase in tables.reply.iter().chain(&tables.client_error).flat_map(phrases) {
        assert!(!phrase.trim_matches('*').contains('*'), "`*` stands only at an end: {phrase}");
    }
}

/// A cause that no row can give would be dead, except those that only the state of a session shows.
#[test]
fn every_cause_can_be_found() {
    let by_session = ["auth.username-incomplete", "auth.placeholder-password", "attachment.link-dropped"];
    let by_session: HashSet<&str> = by_session.into_iter().chain(["unknown.reply", "unknown.error"]).collect();
    let tables = tables();
    let mut found: HashSet<&str> = tables.reply.iter().map(|row| row.cause.as_str()).collect();
    found.extend(tables.client_error.iter().map(|row| row.cause.as_str()));
    for cause in Cause::ALL {
        assert_eq!(found.contains(cause.code()), !by_session.contains(cause.code()), "{cause}");
    }
}

#[test]
fn providers() {
    let known = Knowledge::builtin();
    let host = |host: &str| known.providers().by_host(host.as_bytes()).map(|p| p.name.as_str());
    assert_eq!(host("SMTP.gmail.com."), Some("Gmail (personal)"));
    assert_eq!(host("smtp-relay.gmail.com"), Some("Google Workspace SMTP relay"));
    assert_eq!(host("smtp.office365.com"), Some("Microsoft 365 / Exchange Online"));
    assert_eq!(host("email-smtp.af-south-1.amazonaws.com"), Some("Amazon SES"));
    assert_eq!(host("smtp.gmail.com.example"), None);
    let mweb = known.providers().by_domain(b"MWEB.co.za").unwrap();
    assert_eq!((mweb.messages_per_hour, mweb.max_message_bytes), (Some(400), Some(18_000_000)));
    let greeted =
        known.providers().by_greeting(b"JN2P275CA0028.outlook.office365.com Microsoft ESMTP MAIL Service ready");
    assert_eq!(greeted.unwrap().name, "Microsoft 365 / Exchange Online");
    assert_eq!(known.providers().by_greeting(b"mail.example ESMTP Postfix"), None);
    assert_eq!(known.providers().by_name("gmail").unwrap().name, "Gmail (personal)");
    assert_eq!(known.providers().by_name(""), None);
    for notice in known.notices() {
        assert!(known.providers().by_name(&notice.provider).is_some(), "{}", notice.id);
        assert!(chrono::NaiveDate::parse_from_str(&notice.date, "%Y-%m-%d").is_ok(), "{}", notice.id);
        assert!(!notice.steps.is_empty());
    }
    for server in known.providers().iter().flat_map(|p| &p.servers) {
        assert!(server.tls.as_deref().is_none_or(|tls| ["none", "starttls", "implicit"].contains(&tls)));
    }
}
