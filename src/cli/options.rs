//! The options that several commands share, and what they ask of the engine.

use std::{io, num::NonZeroUsize, path::PathBuf};

use anstream::ColorChoice;
use chrono::{Duration, FixedOffset, NaiveDateTime};
use clap::{
    Args, ValueHint,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};

use crate::{Request, analysis::Facts, knowledge::Cause, redact::Level};

use super::{facts_file, time_args};

/// The file of an output.
#[derive(Args)]
#[command(next_help_heading = "Output")]
pub(super) struct OutputArgs {
    /// Write to this file (UTF-8); it appears when it is complete
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
}

impl OutputArgs {
    /// The file; `None` for `-`, which is standard output, as everywhere.
    pub(super) fn file(self) -> Option<PathBuf> {
        self.output.filter(|path| path.as_os_str() != "-")
    }
}

/// The facts that answers rest on.
#[derive(Args)]
pub(super) struct FactsArgs {
    /// More facts, laid over the built-in ones (TOML)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    knowledge: Option<PathBuf>,
}

impl FactsArgs {
    /// The file that was named, or the one that is used without being named.
    pub(super) fn file(self) -> Option<PathBuf> {
        facts_file::chosen(self.knowledge)
    }

    /// The facts of that file over the built-in ones.
    pub(super) fn load(self) -> io::Result<Facts> {
        Facts::of(self.file().as_deref()).map_err(io::Error::other)
    }
}

/// The options that choose attempts; the same wherever a command chooses among them.
#[derive(Args)]
#[command(next_help_heading = "What to look at")]
pub(super) struct SelectArgs {
    /// Only attempts from this moment on: 2026-11-23, 2026-11-23T08:00, 7d, 12h
    #[arg(long, value_name = "TIME", value_parser = time_args::since)]
    pub(super) since: Option<NaiveDateTime>,

    /// Only attempts up to this moment; a date means the whole day
    #[arg(long, value_name = "TIME", value_parser = time_args::until)]
    pub(super) until: Option<NaiveDateTime>,

    /// Only the last days or hours by this PC's clock, such as 7d or 12h
    #[arg(long, value_name = "SPAN", value_parser = time_args::age, conflicts_with_all = ["since", "until"])]
    pub(super) last: Option<Duration>,

    /// Only this customer, by the name that the table of customers shows
    #[arg(long, value_name = "NAME")]
    pub(super) customer: Option<String>,

    /// Only attempts with this cause, such as auth.rejected (repeatable)
    #[arg(long = "cause", value_name = "CODE", value_parser = causes(), hide_possible_values = true)]
    pub(super) causes: Vec<Cause>,
}

/// Options of reading a log; the same wherever a command reads one.
#[derive(Args)]
#[command(next_help_heading = "How to read")]
pub(super) struct ReadArgs {
    /// The dialect of the log, where detection is wrong: a name of `mtmlog list dialects`, `learned`, or a profile
    #[arg(long, value_name = "NAME|learned|FILE.toml")]
    pub(super) dialect: Option<String>,

    /// The zone of times that carry none, such as +02:00; all times are told in it
    #[arg(long, value_name = "OFFSET", value_parser = offset, allow_hyphen_values = true)]
    pub(super) utc_offset: Option<FixedOffset>,

    #[command(flatten)]
    pub(super) facts: FactsArgs,

    /// Threads to use; one for each core unless given
    #[arg(long, value_name = "N")]
    pub(super) threads: Option<NonZeroUsize>,

    /// Never map a file into memory
    #[arg(long)]
    pub(super) no_mmap: bool,
}

/// The level and the looks of an answer for people.
#[derive(Args)]
#[command(next_help_heading = "Output")]
pub(super) struct ScreenArgs {
    /// What is masked: passwords and tokens always; with `personal` also people, their addresses and numbers
    #[arg(long, value_name = "LEVEL", default_value = "secrets", value_parser = one_of(LEVELS))]
    pub(super) redact: Level,

    #[command(flatten)]
    pub(super) looks: LooksArgs,
}

/// Colour and width, wherever an answer for people is written.
#[derive(Args, Clone, Copy)]
#[command(next_help_heading = "Output")]
pub(super) struct LooksArgs {
    /// Colour, on a terminal that has it
    #[arg(long, value_name = "WHEN", default_value = "auto", value_parser = one_of(COLOURS))]
    pub(super) color: ColorChoice,

    /// Cut no text, whatever the width of the screen
    #[arg(long)]
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
        knowledge: read.facts.file(),
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
        let [since, until] = [since, until].map(|moment| moment.format("%Y-%m-%d %H:%M"));
        let sentence = format!("--since: {since} is after --until {until}, so nothing is between. Exchange the two.");
        return Err(io::Error::other(sentence));
    }
    Ok(request)
}

/// The file of a page that `--open` shows: the named one, else a temporary one. Only a page can be shown.
pub(super) fn page_file(output: Option<PathBuf>, open: bool, html: bool) -> io::Result<Option<PathBuf>> {
    match (output, open, html) {
        (_, true, false) => {
            Err(io::Error::other("--open: only a page can be shown in the browser. Add --format html."))
        }
        (None, true, true) => Ok(Some(temporary_page())),
        (output, ..) => Ok(output),
    }
}

/// A page for the browser in the folder of the system, where pages of runs before it are removed: a browser has long read them.
fn temporary_page() -> PathBuf {
    let folder = std::env::temp_dir();
    crate::source::remove_left_behind(&folder, "mtmlog-", ".html");
    folder.join(format!("mtmlog-{}.html", std::process::id()))
}
