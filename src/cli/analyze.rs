//! `mtmlog analyze`: reads logs, judges, and writes the report.

use std::{ffi::OsString, io};

use clap::{Args, ValueHint, builder::TypedValueParser};

use crate::{
    By, Request, Summary,
    redact::{Level, Redactor},
    report::{self, FORMATS, Format, Look, Setup},
    rule::Severity,
};

use super::{
    options::{self, LEVELS, LooksArgs, OutputArgs, ReadArgs, SelectArgs, one_of},
    output::{Output, Wanted},
    road::{complain_of, show_file, with_progress},
    status::{self, Status},
};

/// Shown below the help of the program too.
pub(super) const EXAMPLES: &str = "\
Examples:
  mtmlog                                         the logs in their usual places
  mtmlog C:\\mtm2\\kudu_etc\\emailout.txt           Professional
  mtmlog \"C:\\Program Files (x86)\\MTM\\*\\maillog.txt\"
                                                 Synergy, every practice number
  mtmlog analyze --last 7d emailout.txt          the last seven days
  mtmlog analyze --format json --output report.json emailout.txt

Exit status: 0 nothing wrong, 1 something stops mail, 2 something could not be done.";

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct AnalyzeArgs {
    /// Files, folders, patterns such as *.txt, or - for standard input; none: the usual places
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<OsString>,

    /// How the report is written
    #[arg(long, value_name = "FORMAT", default_value = "table", value_parser = formats(), help_heading = "Output")]
    pub(super) format: &'static Format,

    #[command(flatten)]
    pub(super) output: OutputArgs,

    /// Show the report in the browser (with --format html)
    #[arg(long, help_heading = "Output")]
    pub(super) open: bool,

    /// List every attempt, not only failures
    #[arg(long, help_heading = "Output")]
    pub(super) all: bool,

    /// Show every step, proof and file, not only what fits on a screen of 40 lines
    #[arg(long, help_heading = "Output")]
    pub(super) full: bool,

    /// One line for each customer, the one that needs acting on first: by the folder of the logs, or by each log
    #[arg(long, value_name = "WHAT", value_parser = one_of(BY), help_heading = "Output")]
    pub(super) by: Option<By>,

    /// What is masked: passwords and tokens always; with `personal` also people, their addresses and numbers
    #[arg(long, value_name = "LEVEL", value_parser = one_of(LEVELS), help_heading = "Output")]
    pub(super) redact: Option<Level>,

    /// A constant column in every row, such as site=Paarl (repeatable)
    #[arg(long = "label", value_name = "K=V", value_parser = label, help_heading = "Output")]
    pub(super) labels: Vec<(String, String)>,

    #[command(flatten)]
    pub(super) looks: LooksArgs,

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
    #[arg(long, value_name = "SEVERITY", default_value = "error", value_parser = one_of(SEVERITIES), help_heading = "Exit status")]
    pub(super) fail_on: Severity,

    /// Exit with 0 whatever is found; errors still exit with 2
    #[arg(long, help_heading = "Exit status")]
    pub(super) exit_zero: bool,
}

/// `--by`
const BY: [(&str, &str, By); 2] = [("folder", "", By::Folder), ("file", "", By::File)];

/// `--fail-on`
const SEVERITIES: [(&str, &str, Severity); 3] =
    [("note", "", Severity::Note), ("warning", "", Severity::Warning), ("error", "", Severity::Error)];

/// The formats that exist, from their registry; any other is refused with the list of them.
fn formats() -> impl TypedValueParser<Value = &'static Format> {
    one_of(FORMATS.iter().map(|format| (format.name, format.title, *format)))
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

/// One run of `analyze`: what is asked of the engine, and what becomes of the answer.
pub(super) struct AnalyzeRequest {
    pub(super) request: Request,
    pub(super) format: &'static Format,
    /// All but the look, which the output decides.
    pub(super) setup: Setup,
    pub(super) looks: LooksArgs,
    /// Show the file afterwards.
    pub(super) open: bool,
    pub(super) quiet: bool,
    pub(super) fail_on: Severity,
    pub(super) exit_zero: bool,
}

impl AnalyzeRequest {
    /// Where the report goes.
    pub(super) fn wanted(&self) -> Wanted<'_> {
        let AnalyzeRequest { looks, quiet, .. } = *self;
        let mark = cfg!(windows) && self.format.byte_order_mark;
        Wanted { looks, quiet, mark, ..Wanted::plain(&[&self.request]) }
    }
}

impl TryFrom<AnalyzeArgs> for AnalyzeRequest {
    type Error = io::Error;

    fn try_from(typed: AnalyzeArgs) -> io::Result<Self> {
        if let Some((key, _)) = typed
            .labels
            .iter()
            .enumerate()
            .find_map(|(i, label)| typed.labels[..i].iter().find(|earlier| earlier.0 == label.0))
        {
            return Err(io::Error::other(format!("--label: `{key}` is given twice. A column has one value.")));
        }
        let open = typed.open;
        let output = options::page_file(typed.output.file(), open, typed.format.is_page)?;
        Ok(AnalyzeRequest {
            format: typed.format,
            setup: Setup {
                level: typed.redact.unwrap_or(typed.format.level),
                labels: typed.labels,
                all: typed.all,
                full: typed.full,
                by: typed.by.is_some(),
                look: Look::default(),
            },
            looks: typed.looks,
            open,
            quiet: typed.quiet,
            fail_on: typed.fail_on,
            exit_zero: typed.exit_zero,
            request: Request {
                paths: typed.paths,
                files_from: typed.files_from,
                by: typed.by,
                all: typed.all || typed.format.every_attempt,
                output,
                ..options::request(Some(typed.select), typed.read)?
            },
        })
    }
}

/// Reads, judges, writes the report, says what went wrong, and gives the status of all that.
pub(super) fn run(typed: impl TryInto<AnalyzeRequest, Error = io::Error>) -> io::Result<Status> {
    let meant = typed.try_into()?;
    let mut output = Output::open(&meant.wanted())?;
    let (status, _) = analyzed(&meant, &mut output)?;
    output.keep()?;
    show_file(meant.request.output.as_deref().filter(|_| meant.open));
    Ok(status)
}

/// Analyses into an output that is open, and that the caller keeps or not.
pub(super) fn analyzed(meant: &AnalyzeRequest, output: &mut Output) -> io::Result<(Status, Summary)> {
    let setup = Setup { look: output.look(), ..meant.setup.clone() };
    let meter = &meant.request.meter;
    let summary = with_progress(output, meter, meant.quiet, |sink| {
        let mut report = (meant.format.open)(sink, setup)?;
        crate::analyze(&meant.request, &mut *report)
    })?;
    complain_of(&summary, meant.quiet);
    let interrupted = meter.is_stopped().then_some(Status::Interrupted);
    Ok((interrupted.unwrap_or_else(|| status::of(&summary, meant.fail_on, meant.exit_zero)), summary))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Cause;
    use clap::FromArgMatches;

    fn request(line: &str) -> Result<AnalyzeRequest, String> {
        let command = AnalyzeArgs::augment_args(clap::Command::new("analyze"));
        let typed = command.try_get_matches_from(std::iter::once("analyze").chain(line.split_whitespace()));
        let typed = typed.and_then(|matches| AnalyzeArgs::from_arg_matches(&matches));
        AnalyzeRequest::try_from(typed.map_err(|error| error.to_string())?).map_err(|error| error.to_string())
    }

    #[test]
    fn defaults() {
        let request = request("emailout.txt").unwrap();
        assert_eq!(
            (request.format.name, request.setup.level, request.fail_on),
            ("table", Level::Secrets, Severity::Error)
        );
        assert!(request.request.mmap && !request.request.all && request.request.output.is_none());
    }

    #[test]
    fn everything_typed_arrives() {
        let request = request(
            "a b --format ndjson --cause auth.rejected --cause conn.dns --since 2026-11-01 --until 2026-11-02 \
             --utc-offset -05:00 --label site=Paarl --redact personal --fail-on note --threads 2 --no-mmap --output -",
        )
        .unwrap();
        assert_eq!(request.request.causes, [Cause::AuthRejected, Cause::ConnDns]);
        assert_eq!(request.request.utc_offset.unwrap().local_minus_utc(), -5 * 3600);
        assert_eq!(request.setup.labels, [("site".to_owned(), "Paarl".to_owned())]);
        assert_eq!(
            (request.setup.level, request.request.threads, request.request.mmap),
            (Level::Personal, Some(2), false)
        );
        assert!(request.request.output.is_none() && request.request.paths.len() == 2);
    }

    #[test]
    fn what_cannot_be_is_refused_with_a_way_out() {
        for (line, part) in [
            ("--format docx x", "table, json, ndjson"),
            ("--cause auth.rejectd x", "auth.rejected"),
            ("--since 2026-11-02 --until 2026-11-01 x", "Exchange"),
            ("--label cause=x x", "already"),
            ("--label site x", "site=Paarl"),
            ("--label a=1 --label a=2 x", "twice"),
            ("--last 7 x", "7d"),
            ("--last 7d --since 2026-11-01 x", "--since"),
            ("--threads 0 x", "--threads"),
            ("--utc-offset 2 x", "+02:00"),
        ] {
            let error = request(line).err().unwrap_or_default();
            assert!(error.contains(part), "{line}: {error}");
        }
    }
}
