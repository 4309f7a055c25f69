//! The options that several commands share, and what they ask of the engine.

use std::{io, num::NonZeroUsize, path::PathBuf};

use anstream::ColorChoice;
use chrono::{Duration, FixedOffset, NaiveDateTime};
use clap::{
    Args,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};

use crate::{Request, knowledge::Cause, redact::Level};

use super::{facts_file, time_args};

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

    /// The zone of times that carry none, such as +02:00; all times are told in it
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

/// How an answer looks that people read.
#[derive(Args)]
pub(super) struct ScreenArgs {
    /// What is taken away: secrets always, with `personal` also patients, names and numbers
    #[arg(long, value_name = "LEVEL", default_value = "secrets", value_parser = one_of(LEVELS), help_heading = "Output")]
    pub(super) redact: Level,

    /// Colour, on a terminal that has it
    #[arg(long, value_name = "WHEN", default_value = "auto", value_parser = one_of(COLOURS), help_heading = "Output")]
    pub(super) color: ColorChoice,

    /// Cut no text, whatever the width of the screen
    #[arg(long, help_heading = "Output")]
    pub(super) wide: bool,
}

/// `--redact`
pub(super) const LEVELS: [(&str, &str, Level); 2] =
    [("secrets", "", Level::Secrets), ("personal", "", Level::Personal)];

/// `--color`
pub(super) const COLOURS: [(&str, &str, ColorChoice); 3] =
    [("auto", "", ColorChoice::Auto), ("always", "", ColorChoice::Always), ("never", "", ColorChoice::Never)];

/// Takes one of a few words, each with its help, which may be empty, and what it stands for.
pub(super) fn one_of<T: Copy + Send + Sync + 'static>(
    words: impl IntoIterator<Item = (&'static str, &'static str, T)>,
) -> impl TypedValueParser<Value = T> {
    let words: Vec<(&str, &str, T)> = words.into_iter().collect();
    let shown = words.iter().map(|(word, help, _)| match *help {
        "" => PossibleValue::new(*word),
        help => PossibleValue::new(*word).help(help),
    });
    PossibleValuesParser::new(shown.collect::<Vec<_>>()).try_map(move |typed| {
        words.iter().find(|(word, ..)| *word == typed).map(|(.., meant)| *meant).ok_or("no such word")
    })
}

fn causes() -> impl TypedValueParser<Value = Cause> {
    one_of(Cause::ALL.iter().map(|cause| (cause.code(), "", *cause)))
}

fn offset(text: &str) -> Result<FixedOffset, String> {
    text.parse().map_err(|_| "write it as +02:00".to_owned())
}

/// The request of these options, without paths.
pub(super) fn request(select: Option<SelectArgs>, read: ReadArgs) -> io::Result<Request> {
    let mut request = Request {
        dialect: read.dialect,
        utc_offset: read.utc_offset,
        threads: read.threads.map(usize::from),
        mmap: !read.no_mmap,
        knowledge: facts_file::chosen(read.knowledge),
        now: Some(time_args::now()),
        ..Request::default()
    };
    let Some(select) = select else { return Ok(request) };
    request.causes = select.causes;
    request.customer = select.customer;
    request.until = select.until;
    request.last = select.last;
    request.since = match select.last {
        Some(span) => Some(
            time_args::ago(span)
                .ok_or_else(|| io::Error::other("--last: so long ago there is no date. Use a shorter span."))?,
        ),
        None => select.since,
    };
    if let (Some(since), Some(until)) = (request.since, request.until)
        && since > until
    {
        let sentence = format!("--since: {since} is after --until {until}, so nothing is between. Exchange the two.");
        return Err(io::Error::other(sentence));
    }
    Ok(request)
}

/// `-` is standard output, as everywhere.
pub(super) fn not_stdout(output: Option<PathBuf>) -> Option<PathBuf> {
    output.filter(|path| path.as_os_str() != "-")
}

/// The file of a page that `--open` shows: the named one, else a temporary one. Only a page can be shown.
pub(super) fn page_file(output: Option<PathBuf>, open: bool, html: bool) -> io::Result<Option<PathBuf>> {
    match (output, open, html) {
        (_, true, false) => {
            Err(io::Error::other("--open: only a page can be shown in the browser. Add --format html."))
        }
        (None, true, true) => Ok(Some(std::env::temp_dir().join(format!("mtmlog-{}.html", std::process::id())))),
        (output, ..) => Ok(output),
    }
}
