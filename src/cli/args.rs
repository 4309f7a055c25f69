//! What was typed. Parsing checks and does nothing else; what it means is worked out in `meant`.

use std::{ffi::OsString, num::NonZeroUsize, path::PathBuf};

use chrono::{Duration, FixedOffset, NaiveDateTime};
use clap::{
    Args, Parser, Subcommand, ValueEnum, ValueHint,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};

use crate::{
    By,
    knowledge::Cause,
    redact::{Level, Redactor},
    report::{self, FORMATS, Format, Paper},
    rule::Severity,
};

use super::{
    compare::CompareArgs,
    lookup::{ExplainArgs, ListArgs, ProvidersArgs},
    setup::SetupArgs,
    shell::{CompletionsArgs, ManArgs},
    show::ShowArgs,
    time_args,
    watch::WatchArgs,
};

const EXAMPLES: &str = "\
Examples:
  mtmlog                                         the logs in their usual places
  mtmlog C:\\mtm2\\kudu_etc\\emailout.txt           Professional
  mtmlog \"C:\\Program Files (x86)\\MTM\\*\\maillog.txt\"
                                                 Synergy, every practice number
  mtmlog analyze --last 7d emailout.txt          the last seven days
  mtmlog analyze --format json --output report.json emailout.txt

Exit status: 0 nothing wrong, 1 something stops mail, 2 something could not be done.";

const REDACT: &str = "\
Examples:
  mtmlog redact emailout.txt --output safe.txt   a copy for somebody else
  mtmlog redact customers --output safe.zip      copies of all logs in a folder or zip
  mtmlog redact emailout.txt --redact secrets    people stay, passwords go";

const SAMPLE: &str = "\
Examples:
  mtmlog sample maillog.txt --output shapes.txt  to send with the question why a log is not understood";

const TICKET: &str = "\
Examples:
  mtmlog ticket emailout.txt                     what failed most, as text for a mail
  mtmlog ticket --cause policy.blocklisted --format html --open emailout.txt
  mtmlog ticket --reveal-recipient 1 emailout.txt
                                                 with the one address that the provider must look for";

const LEARN: &str = "\
Examples:
  mtmlog profile learn maillog.txt --output mine.toml
  mtmlog profile test maillog.txt --dialect mine.toml
  mtmlog analyze maillog.txt --dialect mine.toml";

/// Says why a practice's mail is not going out, from the SMTP log its software wrote
///
/// `mtmlog PATH...` is short for `mtmlog analyze PATH...`; `mtmlog analyze --help` lists the options.
#[derive(Parser)]
#[command(name = "mtmlog", bin_name = "mtmlog", version, after_help = EXAMPLES, subcommand_required = true)]
#[command(override_usage = "mtmlog [PATH]...\n       mtmlog <COMMAND> [OPTIONS] ...")]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// One variant a command.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Read logs and say what stops the mail, who acts and what to do next
    #[command(visible_alias = "analyse", after_help = EXAMPLES)]
    Analyze(Box<LowArgs>),
    /// Write a copy of a log with secrets and people replaced; mtmlog still reads it
    Redact(Box<RedactArgs>),
    /// Show the shapes of the lines that were not understood, every value masked: safe to send
    Sample(Box<SampleArgs>),
    /// Write the evidence that a provider's desk asks for, without people and secrets
    Ticket(Box<TicketArgs>),
    /// Say what changed between two logs, or around a moment in one
    Compare(Box<CompareArgs>),
    /// Follow a log that is being written: each attempt as it ends, with what to do
    Watch(Box<WatchArgs>),
    /// Show the conversation around a line of a log, masked
    Show(Box<ShowArgs>),
    /// Say what a code, a reply, an error number or a cause means, without any log
    Explain(Box<ExplainArgs>),
    /// Print what mtmlog knows, from its own tables
    List(Box<ListArgs>),
    /// Say what to type into the settings for a mail address, in the order to try
    Providers(Box<ProvidersArgs>),
    /// Look at a mail server from this PC: names, ports, TLS, sign-in methods; no password, no mail
    #[cfg(feature = "probe")]
    Probe(Box<super::probe::ProbeArgs>),
    /// Put all that helps into one zip, without people and secrets, and show first what is in it
    #[cfg(feature = "probe")]
    Case(Box<super::case::CaseArgs>),
    /// Turn a stand-in such as recipient-3 back, with the map that `case` left on this PC
    #[cfg(feature = "probe")]
    Who(super::who::WhoArgs),
    /// Put mtmlog into Explorer's "Send to" menu, or take it away
    Setup(SetupArgs),
    /// Describe the log of a program that mtmlog does not know
    Profile {
        #[command(subcommand)]
        command: ProfileCommand,
    },
    /// Print the completions of a shell: command names, options and their values
    Completions(CompletionsArgs),
    /// Print the manual page
    Man(ManArgs),
}

/// What `profile` can do.
#[derive(Subcommand)]
pub(super) enum ProfileCommand {
    /// Write a profile (TOML) learned from a log: what its lines look like and what they mean
    #[command(after_help = LEARN)]
    Learn(LearnArgs),
    /// Show lines of a log and what a profile takes them for, secrets and people masked
    #[command(after_help = LEARN)]
    Test(TestArgs),
}

/// The arguments of `profile learn`, as typed.
#[derive(Args)]
pub(super) struct LearnArgs {
    /// The log, or - for standard input
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) path: OsString,

    /// Write the profile to this file; it appears when it is complete
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

/// The arguments of `profile test`, as typed.
#[derive(Args)]
pub(super) struct TestArgs {
    /// The log, or - for standard input
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) path: OsString,

    /// The profile to test
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, required = true)]
    pub(super) dialect: String,

    /// Write to this file; it appears when it is complete
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

/// The arguments of `redact`, as typed.
#[derive(Args)]
#[command(after_help = REDACT)]
pub(super) struct RedactArgs {
    /// The log, or - for standard input; a folder or zip with --output NAME.zip
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) path: OsString,

    /// Write the copy to this file; it appears when it is complete. A .zip holds the copies of several logs
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,

    /// What is replaced: secrets always, with `personal` also patients, names and numbers
    #[arg(long, value_name = "LEVEL", default_value = "personal")]
    pub(super) redact: Redact,

    #[command(flatten)]
    pub(super) read: ReadArgs,
}

/// The arguments of `sample`, as typed.
#[derive(Args)]
#[command(after_help = SAMPLE)]
pub(super) struct SampleArgs {
    /// Files, folders, patterns such as *.txt, or - for standard input; none: the usual places
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<OsString>,

    /// Write the shapes to this file; it appears when it is complete
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,

    #[command(flatten)]
    pub(super) read: ReadArgs,
}

/// The arguments of `ticket`, as typed.
#[derive(Args)]
#[command(after_help = TICKET)]
pub(super) struct TicketArgs {
    /// Files, folders, patterns such as *.txt, or - for standard input; none: the usual places
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<OsString>,

    /// How the ticket is written
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    pub(super) format: TicketFormat,

    /// Write the ticket to this file; it appears when it is complete
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub(super) output: Option<PathBuf>,

    /// Show the ticket in the browser (with --format html)
    #[arg(long, help_heading = "Output")]
    pub(super) open: bool,

    /// Put the ticket on the clipboard too (text and Markdown)
    #[arg(long, help_heading = "Output")]
    pub(super) copy: bool,

    /// Put the one recipient back that the ticket calls recipient-N: a provider cannot find the mail without it
    #[arg(long, value_name = "N", help_heading = "Output")]
    pub(super) reveal_recipient: Option<NonZeroUsize>,

    /// Tell what this file of `mtmlog probe --format json` saw, too
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub(super) probe: Option<PathBuf>,

    #[command(flatten)]
    pub(super) select: SelectArgs,

    #[command(flatten)]
    pub(super) read: ReadArgs,
}

/// `--format` of `ticket`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum TicketFormat {
    /// ASCII, under 100 lines
    Text,
    /// Markdown
    Markdown,
    /// One HTML file
    Html,
}

impl From<TicketFormat> for Paper {
    fn from(format: TicketFormat) -> Self {
        match format {
            TicketFormat::Text => Paper::Text,
            TicketFormat::Markdown => Paper::Markdown,
            TicketFormat::Html => Paper::Html,
        }
    }
}

/// Which attempts count; the same wherever a command chooses among them.
#[derive(Args)]
pub(super) struct SelectArgs {
    /// Only attempts from this moment on: 2026-11-23, 2026-11-23T08:00, 7d, 12h
    #[arg(long, value_name = "TIME", value_parser = time_args::since, help_heading = "What to look at")]
    pub(super) since: Option<NaiveDateTime>,

    /// Only attempts up to this moment; a date means the whole day
    #[arg(long, value_name = "TIME", value_parser = time_args::until, help_heading = "What to look at")]
    pub(super) until: Option<NaiveDateTime>,

    /// Only the last days or hours by this PC's clock, such as 7d or 12h
    #[arg(long, value_name = "SPAN", value_parser = time_args::age, conflicts_with_all = ["since", "until"], help_heading = "What to look at")]
    pub(super) last: Option<Duration>,

    /// Only this customer, by the name that the table of customers shows
    #[arg(long, value_name = "NAME", help_heading = "What to look at")]
    pub(super) customer: Option<String>,

    /// Only attempts with this cause, such as auth.rejected (repeatable)
    #[arg(long = "cause", value_name = "CODE", value_parser = causes(), hide_possible_values = true, help_heading = "What to look at")]
    pub(super) causes: Vec<Cause>,
}

/// How a log is read; the same wherever a command reads one.
#[derive(Args)]
pub(super) struct ReadArgs {
    /// Which program wrote the log, where the guess is wrong; `learned` learns it, FILE.toml describes it
    #[arg(long, value_name = "NAME|learned|FILE.toml", help_heading = "How to read")]
    pub(super) dialect: Option<String>,

    /// The zone of times that carry none, such as +02:00
    #[arg(long, value_name = "OFFSET", value_parser = offset, allow_hyphen_values = true, help_heading = "How to read")]
    pub(super) utc_offset: Option<FixedOffset>,

    /// More facts, laid over the built-in ones (TOML)
    #[arg(long, value_name = "FILE", help_heading = "How to read")]
    pub(super) knowledge: Option<PathBuf>,

    /// Threads to use; as many as fit unless given
    #[arg(long, value_name = "N", help_heading = "How to read")]
    pub(super) threads: Option<NonZeroUsize>,

    /// Never map a file into memory
    #[arg(long, help_heading = "How to read")]
    pub(super) no_mmap: bool,
}

/// The arguments of `analyze`, as typed.
#[derive(Args)]
pub(super) struct LowArgs {
    /// Files, folders, patterns such as *.txt, or - for standard input; none: the usual places
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<OsString>,

    /// How the report is written
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = formats(), help_heading = "Output")]
    pub(super) format: &'static Format,

    /// Write the report to this file (UTF-8); it appears when it is complete
    #[arg(long, short, value_name = "FILE", help_heading = "Output")]
    pub(super) output: Option<PathBuf>,

    /// Show the report in the browser (with --format html)
    #[arg(long, help_heading = "Output")]
    pub(super) open: bool,

    /// List every attempt, not only failures
    #[arg(long, help_heading = "Output")]
    pub(super) all: bool,

    /// Every step, proof and file, not only what a screen of 40 lines holds
    #[arg(long, help_heading = "Output")]
    pub(super) full: bool,

    /// One line for each customer, the one that needs acting on first: by the folder of the logs, or by each log
    #[arg(long, value_name = "WHAT", help_heading = "Output")]
    pub(super) by: Option<CustomersBy>,

    /// What is taken away: secrets always, with `personal` also patients, names and numbers
    #[arg(long, value_name = "LEVEL", help_heading = "Output")]
    pub(super) redact: Option<Redact>,

    /// A constant column in every row, such as site=Paarl (repeatable)
    #[arg(long = "label", value_name = "K=V", value_parser = label, help_heading = "Output")]
    pub(super) labels: Vec<(String, String)>,

    /// Colour, on a terminal that has it
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    pub(super) color: Colour,

    /// Cut no text, whatever the width of the screen
    #[arg(long, help_heading = "Output")]
    pub(super) wide: bool,

    /// Nothing on the screen but errors; --output is still written
    #[arg(long, short, help_heading = "Output")]
    pub(super) quiet: bool,

    #[command(flatten)]
    pub(super) select: SelectArgs,

    /// A list of paths to read, one a line; - for standard input
    #[arg(long, value_name = "FILE|-", value_hint = ValueHint::FilePath, help_heading = "What to look at")]
    pub(super) files_from: Option<OsString>,

    #[command(flatten)]
    pub(super) read: ReadArgs,

    /// Exit with 1 from this severity on
    #[arg(long, value_name = "SEVERITY", default_value = "error", help_heading = "Exit status")]
    pub(super) fail_on: FailOn,

    /// Exit with 0 whatever is found; errors still exit with 2
    #[arg(long, help_heading = "Exit status")]
    pub(super) exit_zero: bool,
}

/// How an answer looks that people read.
#[derive(Args)]
pub(super) struct ScreenArgs {
    /// What is taken away: secrets always, with `personal` also patients, names and numbers
    #[arg(long, value_name = "LEVEL", default_value = "secrets", help_heading = "Output")]
    pub(super) redact: Redact,

    /// Colour, on a terminal that has it
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    pub(super) color: Colour,

    /// Cut no text, whatever the width of the screen
    #[arg(long, help_heading = "Output")]
    pub(super) wide: bool,
}

/// `--redact`
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Redact {
    Secrets,
    Personal,
}

impl From<Redact> for Level {
    fn from(redact: Redact) -> Self {
        match redact {
            Redact::Secrets => Level::Secrets,
            Redact::Personal => Level::Personal,
        }
    }
}

/// `--by`
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum CustomersBy {
    Folder,
    File,
}

impl From<CustomersBy> for By {
    fn from(by: CustomersBy) -> Self {
        match by {
            CustomersBy::Folder => By::Folder,
            CustomersBy::File => By::File,
        }
    }
}

/// `--fail-on`
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum FailOn {
    Note,
    Warning,
    Error,
}

impl From<FailOn> for Severity {
    fn from(fail_on: FailOn) -> Self {
        match fail_on {
            FailOn::Note => Severity::Note,
            FailOn::Warning => Severity::Warning,
            FailOn::Error => Severity::Error,
        }
    }
}

/// `--color`
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Colour {
    Auto,
    Always,
    Never,
}

/// Reads a command line that begins with a command.
pub(super) fn parse(arguments: Vec<OsString>) -> Result<Command, clap::Error> {
    Arguments::try_parse_from(arguments).map(|arguments| arguments.command)
}

/// The formats that exist, from their registry; any other is refused with the list of them.
fn formats() -> impl TypedValueParser<Value = &'static Format> {
    PossibleValuesParser::new(FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.title)))
        .try_map(|name| Format::named(&name).ok_or("no such format"))
}

fn causes() -> impl TypedValueParser<Value = Cause> {
    PossibleValuesParser::new(Cause::ALL.iter().map(|cause| cause.code()))
        .try_map(|code| Cause::from_code(&code).ok_or("no such cause"))
}

fn offset(text: &str) -> Result<FixedOffset, String> {
    text.parse().map_err(|_| "write it as +02:00".to_owned())
}

/// A label becomes a column beside ours, so its name must be plain and new.
fn label(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write it as name=value, such as site=Paarl")?;
    if key.is_empty() || !key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return Err(format!("`{key}` is no name for a column: use letters, digits and _"));
    }
    if report::is_field(key) {
        return Err(format!("a row has a column `{key}` already: choose another name"));
    }
    // Whatever stands in a report has passed the gate.
    let shown = Redactor::new(Level::Secrets).note(&format!("{key}={value}")).to_string();
    let value = shown.strip_prefix(key).and_then(|rest| rest.strip_prefix('=')).unwrap_or_default();
    Ok((key.to_owned(), value.to_owned()))
}
