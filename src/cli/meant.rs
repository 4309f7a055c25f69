//! What is meant by what was typed.

use std::{ffi::OsString, path::PathBuf};

use crate::{
    By, Request, TicketRequest,
    redact::Level,
    report::{self, Format, Look, Setup},
    rule::Severity,
};

use super::{
    args::{
        Colour, LearnArgs, LowArgs, ReadArgs, RedactArgs, SampleArgs, SelectArgs, TestArgs, TicketArgs, TicketFormat,
    },
    output::Wanted,
    time_args,
};

/// Formats that Excel, PowerShell 5.1 and old Notepads on Windows read as UTF-8 only with a byte order mark. JSON must
/// have none, and a page says itself what it is.
const MARKED: [&str; 3] = ["table", "csv", "markdown"];

/// One run of `analyze`: what is asked of the engine, and what becomes of the answer.
pub(super) struct AnalyzeRequest {
    pub(super) request: Request,
    pub(super) format: &'static Format,
    pub(super) level: Level,
    pub(super) labels: Vec<(String, String)>,
    pub(super) output: Option<PathBuf>,
    /// Show the file afterwards.
    pub(super) open: bool,
    /// List every attempt.
    pub(super) all: bool,
    /// Every step and proof.
    pub(super) full: bool,
    pub(super) colour: Colour,
    pub(super) wide: bool,
    pub(super) quiet: bool,
    pub(super) fail_on: Severity,
    pub(super) exit_zero: bool,
}

impl AnalyzeRequest {
    /// What the report has to know.
    pub(super) fn setup(&self, look: Look) -> Setup {
        Setup {
            level: self.level,
            labels: self.labels.clone(),
            all: self.all,
            full: self.full,
            by: self.request.by.is_some(),
            look,
        }
    }

    /// Where the report goes.
    pub(super) fn wanted(&self) -> Wanted<'_> {
        let AnalyzeRequest { colour, wide, quiet, .. } = *self;
        let mark = cfg!(windows) && MARKED.contains(&self.format.name);
        Wanted { file: self.output.as_deref(), requests: vec![&self.request], colour, wide, quiet, mark }
    }
}

/// One run of `redact`.
pub(super) struct RedactRequest {
    pub(super) request: Request,
    pub(super) level: Level,
    pub(super) output: Option<PathBuf>,
}

impl RedactRequest {
    /// Where the copy goes.
    pub(super) fn wanted(&self) -> Wanted<'_> {
        let (file, requests) = (self.output.as_deref(), vec![&self.request]);
        Wanted { file, requests, colour: Colour::Never, wide: true, quiet: false, mark: false }
    }
}

impl TryFrom<RedactArgs> for RedactRequest {
    type Error = String;

    fn try_from(typed: RedactArgs) -> Result<Self, String> {
        let output = not_stdout(typed.output);
        Ok(RedactRequest {
            level: typed.redact.into(),
            request: Request { paths: vec![typed.path], output: output.clone(), ..asked(None, typed.read)? },
            output,
        })
    }
}

impl From<LearnArgs> for RedactRequest {
    fn from(typed: LearnArgs) -> Self {
        profile(typed.path, None, typed.output)
    }
}

impl From<TestArgs> for RedactRequest {
    fn from(typed: TestArgs) -> Self {
        profile(typed.path, Some(typed.dialect), typed.output)
    }
}

/// A profile is written like a copy: secrets and people never show.
fn profile(path: OsString, dialect: Option<String>, output: Option<PathBuf>) -> RedactRequest {
    let output = not_stdout(output);
    let request = Request { paths: vec![path], dialect, mmap: true, output: output.clone(), ..Request::default() };
    RedactRequest { level: Level::Personal, output, request }
}

/// `sample` is an analysis that shows something else.
impl TryFrom<SampleArgs> for AnalyzeRequest {
    type Error = String;

    fn try_from(typed: SampleArgs) -> Result<Self, String> {
        let output = not_stdout(typed.output);
        Ok(AnalyzeRequest {
            request: Request { paths: typed.paths, output: output.clone(), ..asked(None, typed.read)? },
            format: &report::SAMPLE,
            level: report::SAMPLE.level,
            labels: Vec::new(),
            output,
            open: false,
            all: false,
            full: false,
            colour: Colour::Never,
            wide: true,
            quiet: false,
            fail_on: Severity::Error,
            exit_zero: true,
        })
    }
}

/// One run of `ticket`.
pub(super) struct TicketMeant {
    pub(super) asked: TicketRequest,
    pub(super) output: Option<PathBuf>,
    /// Show the file afterwards.
    pub(super) open: bool,
    /// Put it on the clipboard.
    pub(super) copy: bool,
}

impl TicketMeant {
    /// Where the ticket goes.
    pub(super) fn wanted(&self) -> Wanted<'_> {
        let (file, requests) = (self.output.as_deref(), vec![&self.asked.request]);
        Wanted { file, requests, colour: Colour::Never, wide: true, quiet: false, mark: false }
    }
}

impl TryFrom<TicketArgs> for TicketMeant {
    type Error = String;

    fn try_from(typed: TicketArgs) -> Result<Self, String> {
        let output = shown(not_stdout(typed.output), typed.open, typed.format == TicketFormat::Html)?;
        let read = asked(Some(typed.select), typed.read)?;
        let mut request = Request { paths: typed.paths, output: output.clone(), ..read };
        let causes = std::mem::take(&mut request.causes);
        if typed.copy && typed.format == TicketFormat::Html {
            return Err("--copy: a page cannot be pasted. Use --format text or --format markdown.".to_owned());
        }
        Ok(TicketMeant {
            output,
            open: typed.open,
            copy: typed.copy,
            asked: TicketRequest {
                request,
                causes,
                reveal_recipient: typed.reveal_recipient.map(usize::from),
                paper: typed.format.into(),
                probe: typed.probe,
            },
        })
    }
}

/// A page that is to be shown needs a file; without a name it lies among the temporary ones.
fn shown(output: Option<PathBuf>, open: bool, html: bool) -> Result<Option<PathBuf>, String> {
    match (output, open, html) {
        (_, true, false) => Err("--open: only a page can be shown in the browser. Add --format html.".to_owned()),
        (None, true, true) => Ok(Some(std::env::temp_dir().join(format!("mtmlog-{}.html", std::process::id())))),
        (output, ..) => Ok(output),
    }
}

/// What these options ask of the engine.
pub(super) fn asked(select: Option<SelectArgs>, read: ReadArgs) -> Result<Request, String> {
    let mut request = Request {
        dialect: read.dialect,
        utc_offset: read.utc_offset,
        threads: read.threads.map(usize::from),
        mmap: !read.no_mmap,
        knowledge: read.knowledge,
        now: Some(time_args::now()),
        ..Request::default()
    };
    let Some(select) = select else { return Ok(request) };
    request.causes = select.causes;
    request.customer = select.customer;
    request.until = select.until;
    request.last = select.last;
    request.since = match select.last {
        Some(span) => Some(time_args::ago(span).ok_or("--last: so long ago there is no date. Use a shorter span.")?),
        None => select.since,
    };
    if let (Some(since), Some(until)) = (request.since, request.until)
        && since > until
    {
        return Err(format!("--since: {since} is after --until {until}, so nothing is between. Exchange the two."));
    }
    Ok(request)
}

/// `-` is standard output, as everywhere.
pub(super) fn not_stdout(output: Option<PathBuf>) -> Option<PathBuf> {
    output.filter(|path| path.as_os_str() != "-")
}

impl TryFrom<LowArgs> for AnalyzeRequest {
    type Error = String;

    fn try_from(typed: LowArgs) -> Result<Self, String> {
        if let Some((key, _)) = typed
            .labels
            .iter()
            .enumerate()
            .find_map(|(i, label)| typed.labels[..i].iter().find(|earlier| earlier.0 == label.0))
        {
            return Err(format!("--label: `{key}` is given twice. A column has one value."));
        }
        let (open, html) = (typed.open, typed.format.name == "html");
        let output = shown(not_stdout(typed.output), open, html)?;
        Ok(AnalyzeRequest {
            format: typed.format,
            level: typed.redact.map_or(typed.format.level, Level::from),
            labels: typed.labels,
            output: output.clone(),
            open,
            all: typed.all,
            full: typed.full,
            colour: typed.color,
            wide: typed.wide,
            quiet: typed.quiet,
            fail_on: typed.fail_on.into(),
            exit_zero: typed.exit_zero,
            request: Request {
                paths: typed.paths,
                files_from: typed.files_from,
                by: typed.by.map(By::from),
                all: typed.all || typed.format.every_attempt,
                output,
                ..asked(Some(typed.select), typed.read)?
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cli::args::{self, Command},
        knowledge::Cause,
    };

    fn meant(line: &str) -> Result<AnalyzeRequest, String> {
        let words = ["mtmlog", "analyze"].into_iter().chain(line.split_whitespace()).map(Into::into).collect();
        match args::parse(words) {
            Ok(Command::Analyze(typed)) => AnalyzeRequest::try_from(*typed),
            Ok(_) => Err("another command".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn defaults() {
        let meant = meant("emailout.txt").unwrap();
        assert_eq!((meant.format.name, meant.level, meant.fail_on), ("table", Level::Secrets, Severity::Error));
        assert!(meant.request.mmap && !meant.request.all && meant.output.is_none());
    }

    #[test]
    fn everything_typed_arrives() {
        let meant = meant(
            "a b --format ndjson --cause auth.rejected --cause conn.dns --since 2026-11-01 --until 2026-11-02 \
             --utc-offset -05:00 --label site=Paarl --redact personal --fail-on note --threads 2 --no-mmap --output -",
        )
        .unwrap();
        assert_eq!(meant.request.causes, [Cause::AuthRejected, Cause::ConnDns]);
        assert_eq!(meant.request.utc_offset.unwrap().local_minus_utc(), -5 * 3600);
        assert_eq!(meant.labels, [("site".to_owned(), "Paarl".to_owned())]);
        assert_eq!((meant.level, meant.request.threads, meant.request.mmap), (Level::Personal, Some(2), false));
        assert!(meant.output.is_none() && meant.request.paths.len() == 2);
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
            let error = meant(line).err().unwrap_or_default();
            assert!(error.contains(part), "{line}: {error}");
        }
    }
}
