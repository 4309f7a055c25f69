//! Answers what a browser page asks: the commands of the program without a command line. `host` is the
//! interface to the page itself; `docs/page.md` tells how a page is made of it.

mod ask;
#[cfg(target_family = "wasm")]
mod host;

use std::io::{self, Write};

use serde::Serialize;

use crate::{
    CompareRequest, Request, Summary, TicketRequest,
    knowledge::Knowledge,
    redact::Level,
    report::{ComparisonFormat, Explainer, Format, Look, Paper, Setup, Sink, settings_json, settings_text},
    rule::{self, Question},
    source::Sensitive,
};

pub use ask::{Ask, Command};

/// Notes beside the answer.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Reply {
    /// Errors, each a sentence that names its file.
    pub problems: Vec<String>,
    /// Notes; they change nothing.
    pub notes: Vec<String>,
    /// The names of the customers.
    pub customers: Vec<String>,
    /// The number of logs found to read.
    pub files: u64,
}

impl From<Summary> for Reply {
    fn from(summary: Summary) -> Reply {
        let Summary { problems, notes, customers, files, .. } = summary;
        Reply { problems, notes, customers, files }
    }
}

impl Reply {
    fn problem(sentence: impl Into<String>) -> Reply {
        Reply { problems: vec![sentence.into()], ..Reply::default() }
    }
}

/// Answers, as the command of this name does.
///
/// # Errors
/// Where the answer cannot be written.
pub fn answer(ask: &Ask, out: &mut (dyn Write + Send)) -> io::Result<Reply> {
    if ask.command.reads_logs() && ask.paths.is_empty() {
        return Ok(Reply::problem("No log was chosen."));
    }
    match ask.command {
        Command::Analyze => analyze(ask, out),
        Command::Ticket => ticket(ask, out),
        Command::Redact => copy(ask, out),
        Command::Compare => compare(ask, out),
        Command::Explain => explain(ask, out),
        Command::Providers => providers(ask, out),
    }
}

fn analyze(ask: &Ask, out: &mut (dyn Write + Send)) -> io::Result<Reply> {
    let Some(format) = Format::named(&ask.format) else { return Ok(unknown_format(ask)) };
    let setup = Setup { level: ask.level.unwrap_or(format.level), all: ask.all, ..Setup::default() };
    let request = Request { all: ask.all || format.every_attempt, ..ask.request(&ask.paths) };
    let mut report = (format.open)(Box::new(out), setup)?;
    Ok(crate::analyze(&request, &mut *report)?.into())
}

fn ticket(ask: &Ask, out: &mut dyn Write) -> io::Result<Reply> {
    let paper = match ask.format.as_str() {
        "text" => Paper::Text,
        "markdown" => Paper::Markdown,
        "html" => Paper::Html,
        _ => return Ok(unknown_format(ask)),
    };
    let request = ask.request(&ask.paths);
    let asked = TicketRequest { request, causes: Vec::new(), reveal_recipient: None, paper, probe: None };
    Ok(crate::ticket(&asked, out)?.into())
}

fn copy(ask: &Ask, out: &mut dyn Write) -> io::Result<Reply> {
    let level = ask.level.unwrap_or(Level::Personal);
    let copy = match ask.format.as_str() {
        "log" => crate::redact,
        "zip" => crate::redact_all,
        _ => return Ok(unknown_format(ask)),
    };
    Ok(copy(&ask.request(&ask.paths), level, out)?.into())
}

fn compare(ask: &Ask, out: &mut (dyn Write + Send)) -> io::Result<Reply> {
    let format = match ask.format.as_str() {
        "text" => ComparisonFormat::Text,
        "json" => ComparisonFormat::Json,
        _ => return Ok(unknown_format(ask)),
    };
    let level = ask.level.unwrap_or(Level::Secrets);
    let mut sink: Sink<'_> = Box::new(out);
    let [before, since] = ask.paths.as_slice() else {
        return Ok(Reply::problem("Choose two logs: the one from before, and the one from after."));
    };
    let of = |path: &String| ask.request(std::slice::from_ref(path));
    let asked = CompareRequest { before: of(before), since: of(since), at: None, format, level };
    Ok(crate::compare(&asked, Look::default(), &mut sink)?.into())
}

fn explain(ask: &Ask, out: &mut dyn Write) -> io::Result<Reply> {
    let look = match ask.format.as_str() {
        "text" => Some(Look::default()),
        "json" => None,
        _ => return Ok(unknown_format(ask)),
    };
    let question = Question { text: ask.text.as_bytes(), today: Some(ask.now.date()), ..Question::default() };
    let mut explainer = Explainer::new(out, look, false);
    explainer
        .answer(question.text, || (Sensitive::new(question.text), rule::explain(Knowledge::builtin(), &question)))?;
    explainer.finish()?;
    Ok(Reply::default())
}

fn providers(ask: &Ask, out: &mut dyn Write) -> io::Result<Reply> {
    let Some(settings) = rule::settings_for(Knowledge::builtin(), &ask.text, ask.now.date()) else {
        return Ok(Reply::problem(rule::NO_ADDRESS.replacen('n', "N", 1)));
    };
    let text = match ask.format.as_str() {
        "text" => settings_text(&ask.text, &settings, Look::default()),
        "json" => settings_json(&ask.text, &settings)?,
        _ => return Ok(unknown_format(ask)),
    };
    out.write_all(text.as_bytes())?;
    Ok(Reply::default())
}

fn unknown_format(ask: &Ask) -> Reply {
    Reply::problem(format!("`{}` is no format of this answer.", ask.format.escape_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(ask: &str) -> (String, Reply) {
        let mut out = Vec::new();
        let reply = answer(&Ask::read(ask.as_bytes()).unwrap(), &mut out).unwrap();
        (String::from_utf8(out).unwrap(), reply)
    }

    #[test]
    fn a_page_asks_what_the_program_answers() {
        let now = r#""now":"2026-11-23T08:00:00""#;
        let (text, reply) = told(&format!(r#"{{"command":"explain","format":"text","text":"535",{now}}}"#));
        assert!(text.contains("535") && reply.problems.is_empty(), "{text}");
        let (text, _) = told(&format!(r#"{{"command":"providers","format":"json","text":"a@gmail.com",{now}}}"#));
        assert!(text.contains("smtp.gmail.com"), "{text}");
        let log = "src/rule/samples/one-domain.log";
        let (text, reply) =
            told(&format!(r#"{{"command":"analyze","format":"json","paths":["{log}"],"last":9e9,{now}}}"#));
        assert!(text.starts_with('{') && reply.files > 0, "{reply:?}");
        let (text, reply) = told(&format!(r#"{{"command":"analyze","format":"json",{now}}}"#));
        assert!(text.is_empty() && reply.problems == ["No log was chosen."]);
    }

    #[test]
    fn what_cannot_be_asked_is_told() {
        assert!(Ask::read(b"{}").is_err() && Ask::read(b"\xff").is_err());
        let (_, reply) = told(r#"{"command":"ticket","format":"gif","paths":["a"],"now":"2026-11-23T08:00:00"}"#);
        assert_eq!(reply.problems, ["`gif` is no format of this answer."]);
    }
}
