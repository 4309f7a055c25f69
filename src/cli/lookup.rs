//! Questions without a log: `explain`, `list`, `providers`.

use std::{
    ffi::OsString,
    io::{self, BufWriter, IsTerminal, Read, Write},
    path::Path,
};

use anstream::{AutoStream, ColorChoice};
use chrono::{Local, NaiveDate};
use clap::{Args, ValueEnum, builder::TypedValueParser};

use crate::{
    knowledge::{Knowledge, Provider},
    report::{Explainer, LISTS, List, ListFormat, Look, settings_json, settings_text},
    rule::{self, Question},
    smtp::Verb,
    source::{self, Input, Log, ReadOptions, Sensitive},
};

use super::{
    clipboard,
    options::{FactsArgs, one_of},
    output,
    status::Status,
};

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  mtmlog explain 535
  mtmlog explain 10060                           a WinSock error
  mtmlog explain 535 5.7.8 Username and Password not accepted
  mtmlog explain --provider gmail 534
  mtmlog explain SMTP 534 gmail.com
  mtmlog explain reply.txt                       a reply of several lines, in a file
  mtmlog explain                                 the text that you copied
  mtmlog explain auth.rejected                   a cause, as `mtmlog list causes` names it
  mtmlog explain - < replies.txt                 one reply a line";

const LIST_EXAMPLES: &str = "\
Examples:
  mtmlog list causes
  mtmlog list providers --format json";

const PROVIDERS_EXAMPLES: &str = "\
Examples:
  mtmlog providers fred@gmail.com
  mtmlog providers ihavemyowndomain.co.za
  mtmlog providers vodacom";

#[derive(Args)]
#[command(after_help = EXPLAIN_EXAMPLES)]
pub(super) struct ExplainArgs {
    /// A reply code, an enhanced code, a whole reply, an error number or a cause; - reads one a line; none: the text on
    /// the clipboard, of however many lines
    #[arg(value_name = "WHAT", allow_negative_numbers = true)]
    what: Vec<OsString>,

    /// The provider that it came from, such as gmail
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,

    /// Also show the words that decided where no fact knew the text
    #[arg(short, long)]
    verbose: bool,

    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: AnswerFormat,

    #[command(flatten)]
    facts: FactsArgs,
}

#[derive(Args)]
#[command(after_help = LIST_EXAMPLES)]
pub(super) struct ListArgs {
    /// What to list
    #[arg(value_name = "WHAT", value_parser = lists())]
    what: &'static List,

    /// How the list is written
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = one_of(LIST_FORMATS))]
    format: ListFormat,

    #[command(flatten)]
    facts: FactsArgs,
}

#[derive(Args)]
#[command(after_help = PROVIDERS_EXAMPLES)]
pub(super) struct ProvidersArgs {
    /// A mail address, its domain, or the name of a provider
    #[arg(value_name = "ADDRESS")]
    address: String,

    /// How the answer is written
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: AnswerFormat,

    #[command(flatten)]
    facts: FactsArgs,
}

/// `--format` of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum AnswerFormat {
    /// For people
    Table,
    /// One object a line
    Json,
}

/// `--format` of a list.
const LIST_FORMATS: [(&str, &str, ListFormat); 3] = [
    ("table", "Aligned text", ListFormat::Table),
    ("json", "One object", ListFormat::Json),
    ("markdown", "A page of the documentation", ListFormat::Markdown),
];

fn lists() -> impl TypedValueParser<Value = &'static List> {
    one_of(LISTS.iter().map(|list| (list.name, list.title, *list)))
}

pub(super) fn explain(typed: ExplainArgs) -> io::Result<Status> {
    let knowledge = &*typed.facts.load()?;
    let named = |name: &String| {
        let unknown = || format!("--provider {name}: not known. `mtmlog list providers` names those that are.");
        provider(knowledge, name).ok_or_else(unknown).map_err(io::Error::other)
    };
    let provider = typed.provider.as_ref().map(named).transpose()?;
    let look = (typed.format == AnswerFormat::Table).then(|| output::look(true, false));
    let mut out = Explainer::new(stdout(look), look, typed.verbose);
    let today = Local::now().date_naive();
    let mut answer = |line: &[u8]| {
        out.answer(line, || {
            let question = Question { provider, ..question(line, today) };
            // Of several lines one is shown.
            let shown: Vec<u8> = question.text.iter().map(|b| if b"\r\n".contains(b) { b' ' } else { *b }).collect();
            (Sensitive::new(&shown), rule::explain(knowledge, &question))
        })
    };
    match typed.what.as_slice() {
        [dash] if dash == "-" => lines(&mut answer)?,
        // A text of several lines is easier to hand over in a file, or as it was copied.
        [file] if Path::new(file).is_file() => {
            let unread = |error| io::Error::other(format!("{}: cannot be read ({error}).", Path::new(file).display()));
            answer(&source::open(file).and_then(one_text).map_err(unread)?)?;
        }
        [] if io::stdin().is_terminal() => {
            let none = |error| format!("explain: no clipboard ({error}). Write the text behind it, or - < FILE.");
            let text = clipboard::paste().map_err(|error| io::Error::other(none(error)))?;
            answer(&one_text(text.as_slice())?)?;
        }
        [] => answer(&one_text(io::stdin().lock())?)?,
        what => answer(what.join(" ".as_ref()).as_encoded_bytes())?,
    }
    out.finish()?;
    Ok(Status::Good)
}

/// A reply is never longer; of a larger text only so much is read.
const MAX_TEXT_BYTES: u64 = 64 * 1024;

/// All that is read is one text, of however many lines.
fn one_text(from: impl Read) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    from.take(MAX_TEXT_BYTES).read_to_end(&mut text)?;
    text = source::unmarked(&text);
    // Tabs part the fields of `-`; here they are blanks.
    text.iter_mut().filter(|b| **b == b'\t').for_each(|b| *b = b' ');
    Ok(text)
}

/// By its name, or by a domain or a server of it.
fn provider<'k>(knowledge: &'k Knowledge, name: &str) -> Option<&'k Provider> {
    let by_place = |name: &str| {
        knowledge.providers().by_domain(name.as_bytes()).or_else(|| knowledge.providers().by_host(name.as_bytes()))
    };
    let place = name.rsplit('@').next().filter(|place| place.contains('.'));
    place.and_then(by_place).or_else(|| knowledge.providers().by_name(name))
}

/// Every line of standard input, read as a log is.
fn lines(answer: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut input = Log::open(&Input::Stdin, &ReadOptions::default()).map_err(io::Error::other)?;
    while let Some(block) = input.next_block().map_err(io::Error::other)? {
        block.lines().try_for_each(|line| answer(line.text))?;
    }
    Ok(())
}

/// A reply, then fields behind tabs: `verb=RCPT`, `host=NAME`. Other fields may come one day.
fn question(line: &[u8], today: NaiveDate) -> Question<'_> {
    let mut fields = line.split(|b| *b == b'\t');
    let mut question = Question { text: fields.next().unwrap_or_default(), today: Some(today), ..Question::default() };
    for field in fields {
        if let Some(verb) = field.strip_prefix(b"verb=") {
            question.verb = std::str::from_utf8(verb).ok().and_then(Verb::named);
        } else if let Some(host) = field.strip_prefix(b"host=") {
            question.host = Some(host.trim_ascii()).filter(|host| !host.is_empty());
        }
    }
    question
}

pub(super) fn list(typed: ListArgs) -> io::Result<Status> {
    let knowledge = &*typed.facts.load()?;
    let text = typed.what.text(knowledge, typed.format)?;
    write(&text, None)
}

pub(super) fn providers(typed: ProvidersArgs) -> io::Result<Status> {
    let knowledge = &*typed.facts.load()?;
    let Some(settings) = rule::settings_for(knowledge, &typed.address, Local::now().date_naive()) else {
        return Err(io::Error::other(format!("{}: {}", typed.address, rule::NO_ADDRESS)));
    };
    match typed.format {
        AnswerFormat::Json => write(&settings_json(&typed.address, &settings)?, None),
        AnswerFormat::Table => {
            let look = output::look(true, false);
            write(&settings_text(&typed.address, &settings, look), Some(look))
        }
    }
}

pub(super) fn write(text: &str, look: Option<Look>) -> io::Result<Status> {
    let mut out = stdout(look);
    out.write_all(text.as_bytes())?;
    out.flush()?;
    Ok(Status::Good)
}

/// Colours through anstream, so that an old Windows console shows them and not their codes; without colour the bytes go out
/// as they are.
fn stdout(look: Option<Look>) -> BufWriter<Box<dyn Write>> {
    let out: Box<dyn Write> = match look {
        Some(Look { colour: true, .. }) => Box::new(AutoStream::new(io::stdout(), ColorChoice::Always)),
        _ => Box::new(io::stdout().lock()),
    };
    BufWriter::with_capacity(64 * 1024, out)
}
