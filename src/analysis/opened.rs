//! A log as every command opens it: undone of what pasting did to it, with its dialect and how its times are read.

use std::{ops::Deref, path::Path};

use chrono::{DateTime, Datelike, FixedOffset, Local, NaiveDate};

use super::{
    Request,
    detected::{Asked, Detected},
};
use crate::{
    container::paste,
    dialect::{self, DateOrder, Dialect, StampReader},
    knowledge::Knowledge,
    source::{self, Found, Input, Log, ReadOptions, SourceError},
};

/// The built-in facts, or a user's laid over them.
#[derive(Default)]
pub(crate) struct Facts(Option<Knowledge>);

impl Facts {
    /// # Errors
    /// A sentence for the user, where the file cannot be read or is wrong.
    pub(crate) fn of(file: Option<&Path>) -> Result<Facts, String> {
        let Some(path) = file else { return Ok(Facts(None)) };
        let text =
            source::small_text(path).map_err(|error| format!("{}: cannot be read ({error}).", path.display()))?;
        let facts = Knowledge::with_overlay(&text).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Facts(Some(facts)))
    }
}

impl Deref for Facts {
    type Target = Knowledge;

    fn deref(&self) -> &Knowledge {
        self.0.as_ref().unwrap_or_else(|| Knowledge::builtin())
    }
}

/// The facts and the asked dialect, which are the same for all logs of a request.
pub(crate) struct Prepared {
    pub(crate) facts: Facts,
    pub(crate) asked: Asked,
}

impl Prepared {
    /// # Errors
    /// A sentence for the user: facts or a profile that cannot be used.
    pub(crate) fn of(request: &Request) -> Result<Prepared, String> {
        let facts = Facts::of(request.knowledge.as_deref())?;
        Ok(Prepared { facts, asked: Asked::of(request.dialect.as_deref())? })
    }
}

/// A log, ready to be read.
pub(crate) struct OpenedLog {
    pub(crate) log: Log,
    /// None where it is no SMTP log as far as anybody can tell.
    pub(crate) detected: Option<Detected>,
    pub(crate) stamps: StampReader,
    /// The first date, where nothing tells its day from its month.
    pub(crate) undecided: Option<NaiveDate>,
}

impl OpenedLog {
    /// # Errors
    /// As [`Log::open`].
    pub(crate) fn open(request: &Request, asked: &Asked, input: &Input) -> Result<OpenedLog, SourceError> {
        Ok(OpenedLog::of(request, asked, Log::open(input, &read_options(request))?))
    }

    /// The same log once more, to be read as what it was found to be; `None` where it comes only once, as through a pipe, or
    /// cannot be opened again.
    pub(crate) fn again(request: &Request, found: &Found, log: &Log) -> Option<Log> {
        let open = || found.is_repeatable().then(|| paste::open(&found.path, &read_options(request)).ok()).flatten();
        log.again().or_else(open)
    }

    /// A log whose bytes are there.
    pub(super) fn of(request: &Request, asked: &Asked, log: Log) -> OpenedLog {
        let log = paste::undone(log);
        let lines = sample_lines(&log);
        let detected = Detected::of(asked, &log, &lines);
        let (mut times, mut open) = (StampReader::default(), None);
        if let Some(dialect) = detected.as_ref().map(Detected::dialect) {
            let days: Vec<&[u8]> = days(dialect, lines.iter().copied()).collect();
            times = stamps(request, dialect, &days, &log);
            open = undecided(&days, times);
        }
        drop(lines);
        OpenedLog { log, detected, stamps: times, undecided: open }
    }
}

/// A day stands in the first bytes of a stamp: `05/06/26`, and of `5/6/2026` no more than these.
const DAY_BYTES: usize = 8;

/// Reads stamps, with what they leave out: the year from the file's own age, the order of day and month from these
/// [`days`] and the sample.
pub(crate) fn stamps(request: &Request, dialect: &Dialect, known: &[&[u8]], log: &Log) -> StampReader {
    let written = log.modified().map(|time| DateTime::<Local>::from(time).naive_local());
    let newest = written.unwrap_or_else(|| request.now()).date();
    let open = known.first().is_some_and(|stamp| StampReader::is_ambiguous(stamp));
    // Seldom needed, so all of the sample is asked: one day over the twelfth decides for all.
    let all = days(dialect, source::lines(log.sample()).map(|line| line.text));
    let proved = if open { StampReader::order(known.iter().copied().chain(all), newest) } else { None };
    let said = dialect.date_order();
    let utc = dialect.utc.then(|| FixedOffset::east_opt(0)).flatten();
    StampReader {
        order: if said == DateOrder::Unknown { proved.unwrap_or_default() } else { said },
        newest: Some(newest),
        offset: utc.or(request.utc_offset),
        zone: request.utc_offset,
    }
}

/// The stamps of these lines, but for those of a line with the day of the one before at the same place: they prove nothing new.
pub(crate) fn days<'l>(dialect: &Dialect, lines: impl Iterator<Item = &'l [u8]>) -> impl Iterator<Item = &'l [u8]> {
    let (mut place, mut day): (usize, &[u8]) = (0, b"");
    let new = move |line: &'l [u8]| {
        if !day.is_empty() && line.get(place..).is_some_and(|rest| rest.starts_with(day)) {
            return None;
        }
        let stamp = dialect.read(line).stamp;
        place = source::place_in(line, stamp).unwrap_or(usize::MAX);
        day = &stamp[..stamp.len().min(DAY_BYTES)];
        Some(stamp).filter(|stamp| !stamp.is_empty())
    };
    lines.filter_map(new)
}

/// The first date of a log in which nothing tells the day from the month.
fn undecided(known: &[&[u8]], stamps: StampReader) -> Option<NaiveDate> {
    if stamps.order != DateOrder::Unknown {
        return None;
    }
    let is_open = |stamp: &&&[u8]| StampReader::is_ambiguous(stamp);
    known.iter().filter(is_open).find_map(|stamp| stamps.read(stamp)?.date.filter(|date| date.day() != date.month()))
}

/// The lines of a log that its dialect is judged by.
pub(crate) fn sample_lines(log: &Log) -> Vec<&[u8]> {
    dialect::spread(log.sample())
}

/// The options of reading that the request asks for.
pub(crate) fn read_options(request: &Request) -> ReadOptions {
    let options = ReadOptions {
        mmap: request.mmap,
        meter: request.meter.clone(),
        kept: request.kept.clone(),
        ..ReadOptions::default()
    };
    ReadOptions { block: request.block.unwrap_or(options.block), ..options }
}
