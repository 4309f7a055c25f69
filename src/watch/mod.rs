//! A log while it is being written: each attempt as it ends, with its diagnosis.
//!
//! When the log has been quiet for a moment, what is shown is what `analyze` would say of it now; what turns out otherwise
//! is shown again. The road is that of every other log: dialect, scan, session, judge.

mod journal;
mod written;

use std::{
    io,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use crate::{
    Request, Summary,
    analysis::{self, Prepared},
    knowledge::Knowledge,
    report::Live,
    rule::{Coach, Probed, advice::counted},
    scan::Given,
    source::{self, Anew, Input, Tail, TailChange},
};

use self::{journal::Journal, written::Written};

/// The log to watch, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchRequest {
    /// Options of reading; paths and selection are left out of account.
    pub request: Request,
    /// The log. It need not be there yet.
    pub path: PathBuf,
    /// The number of attempts to show first of those that stand in it already.
    pub recent: usize,
    /// The ways that a probe found open or closed; empty where nobody probed.
    pub probed: Vec<Probed>,
    /// The times to wait.
    pub waits: Waits,
}

/// How long a watch waits for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waits {
    /// Between two looks at the file.
    pub poll: Duration,
    /// For so long nothing must be added before an answer counts as the last one.
    pub settle: Duration,
    /// For so long a last line without an end is waited for.
    pub torn: Duration,
    /// For so long an attempt without an answer is waited for.
    pub silent: Duration,
}

impl Default for Waits {
    /// An answer is on the screen within a second.
    fn default() -> Self {
        Waits {
            poll: Duration::from_millis(100),
            settle: Duration::from_millis(600),
            torn: Duration::from_secs(2),
            silent: Duration::from_secs(30),
        }
    }
}

/// The one log to watch: the path itself where it is a file, else the newest log of those that it leads to.
///
/// # Errors
/// A sentence where there is none.
pub fn newest(path: Option<&Path>, say: &mut dyn FnMut(&str)) -> Result<PathBuf, String> {
    if let Some(path) = path {
        if path == Path::new("-") {
            return Err("watch: follows a file, not a pipe. For a pipe: mtmlog analyze -".to_owned());
        }
        if path.exists() && !path.is_dir() {
            let refused =
                |why: &str| format!("watch: {}: {why}. Name the log that the program writes.", path.display());
            return match path.metadata() {
                Ok(about) if !about.is_file() => Err(refused("a device or a pipe, and no file")),
                // What is shown of the running system is refused where files are opened.
                Ok(about) if about.len() == 0 => match source::open(path) {
                    Err(error) if error.kind() == io::ErrorKind::Other => Err(refused(&error.to_string())),
                    _ => Ok(path.to_owned()),
                },
                _ => Ok(path.to_owned()),
            };
        }
        if !path.is_dir() && !source::is_pattern(&path.to_string_lossy()) {
            return Ok(path.to_owned());
        }
    }
    let request =
        Request { paths: path.iter().map(|path| path.as_os_str().to_owned()).collect(), ..Request::default() };
    let mut summary = Summary::default();
    let found = analysis::discover(&request, &mut summary).map_err(|error| error.to_string())?;
    let written = |path: &Path| path.metadata().and_then(|about| about.modified()).ok();
    let names = analysis::customers_of(&request, &found);
    if names.len() > 1 {
        let names = analysis::few(&names);
        return Err(format!("watch: there are logs of several customers. Name the log of one: {names}."));
    }
    let files = found.into_iter().filter_map(|found| match found.path {
        Input::File(path) => Some((written(&path), path)),
        Input::Member(_) | Input::Stdin => None,
    });
    match files.max() {
        Some((_, path)) => {
            summary.notes.iter().for_each(|note| say(note));
            Ok(path)
        }
        None => Err(summary.problems.first().map_or_else(
            || "No log found. Name it: mtmlog watch PATH".to_owned(),
            |problem| problem.replace("mtmlog analyze PATH", "mtmlog watch PATH"),
        )),
    }
}

/// Follows the log until the meter of the request is stopped, and sums up. `say` gets sentences about the file.
///
/// # Errors
/// Where the output cannot be written, or the dialect or the facts cannot be used. A log that cannot be read is said, and
/// waited for.
pub fn watch(watched: &WatchRequest, live: &mut dyn Live, say: &mut dyn FnMut(&str)) -> io::Result<Summary> {
    let prepared = Prepared::of(&watched.request).map_err(io::Error::other)?;
    let knowledge: &Knowledge = &prepared.facts;
    let coach = Coach::new(knowledge, watched.probed.clone());
    let state = State {
        watched,
        asked: &prepared.asked,
        knowledge,
        name: watched.path.display().to_string(),
        say,
        journal: Journal::new(knowledge, live, coach, watched.recent, watched.request.now()),
        written: None,
        before: None,
        quiet: Quiet::default(),
        trouble: None,
    };
    Watch { tail: Tail::new(&watched.path), state }.run()
}

struct Watch<'w, 'k> {
    tail: Tail,
    state: State<'w, 'k>,
}

struct State<'w, 'k> {
    watched: &'w WatchRequest,
    asked: &'k analysis::Asked,
    knowledge: &'k Knowledge,
    name: String,
    say: &'w mut dyn FnMut(&str),
    journal: Journal<'w, 'k>,
    /// The file under way, once its dialect is known.
    written: Option<Written<'k>>,
    /// The file before it: who wrote that one writes this one, most likely.
    before: Option<Written<'k>>,
    quiet: Quiet,
    /// The reason why the file cannot be read, since when, and whether that was said.
    trouble: Option<(String, Instant, bool)>,
}

/// The time in which nothing was added, and what was done about it.
struct Quiet {
    since: Instant,
    done: Step,
    missing: Option<Instant>,
    unknown_said: bool,
    /// Of the file when its dialect was last looked for.
    size: u64,
    /// The size, and whether little had to be enough, when that came to nothing.
    tried: Option<(u64, bool)>,
    /// Lines that it had when a doubtful dialect was last looked at.
    looked: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Nothing,
    Settled,
    Torn,
    Silent,
}

impl Default for Quiet {
    fn default() -> Self {
        Quiet {
            since: Instant::now(),
            done: Step::Nothing,
            missing: None,
            unknown_said: false,
            size: 0,
            tried: None,
            looked: 0,
        }
    }
}

impl Quiet {
    fn stirred(&mut self) {
        self.since = Instant::now();
        self.done = Step::Nothing;
    }
}

impl Watch<'_, '_> {
    fn run(mut self) -> io::Result<Summary> {
        self.begin()?;
        let meter = &self.state.watched.request.meter;
        while !meter.is_stopped() {
            thread::sleep(self.state.watched.waits.poll);
            self.step()?;
        }
        self.state.end_file(true)?;
        Ok(Summary { worst: self.state.journal.finish()?, ..Summary::default() })
    }

    /// Shows what is in the log already, or says what is being waited for.
    fn begin(&mut self) -> io::Result<()> {
        let look = self.tail.look(&mut |_| {});
        if matches!(look, TailChange::Grown) {
            self.state.journal.past = true;
            self.read(true)?;
            self.state.greet()?;
            self.state.journal.past = false;
        } else {
            self.act(look)?;
            if self.state.quiet.missing.is_some() {
                self.state.say("not there yet: waiting for it. Ctrl-C ends.");
            } else if self.state.trouble.is_none() && self.state.written.is_none() {
                self.state.say("empty so far: waiting for the first line. Send a test mail; Ctrl-C ends.");
            }
        }
        Ok(())
    }

    fn step(&mut self) -> io::Result<()> {
        let Watch { tail, state } = self;
        let mut written = Ok(());
        let look = tail.look(&mut |block| {
            if written.is_ok() {
                written = state.block(&block);
            }
        });
        written?;
        self.act(look)?;
        if self.state.reconsidered()? {
            self.tail.restart();
        }
        Ok(())
    }

    fn act(&mut self, look: TailChange) -> io::Result<()> {
        if !matches!(look, TailChange::Missing) {
            self.state.quiet.missing = None;
        }
        match look {
            TailChange::Same => {
                self.state.trouble = None;
                self.state.wait(&self.tail)?;
            }
            TailChange::Grown => self.read(false)?,
            TailChange::Anew(anew) => {
                let had_one = self.state.written.is_some();
                self.state.end_file(false)?;
                self.state.quiet = Quiet::default();
                self.state.say(match anew {
                    Anew::Appeared if !had_one => "it is there now: reading from its beginning.",
                    Anew::Emptied => "it was emptied: reading from its beginning.",
                    Anew::Appeared | Anew::Replaced => "another file has its name now: reading from its beginning.",
                });
                self.read(false)?;
            }
            TailChange::Missing => self.state.missing()?,
            TailChange::Trouble(error) => {
                self.state.trouble(error.to_string());
                self.state.wait(&self.tail)?;
            }
        }
        Ok(())
    }

    /// Reads what was added, if the dialect is known or can be found out now.
    fn read(&mut self, at_start: bool) -> io::Result<()> {
        let Watch { tail, state } = self;
        if state.written.is_none() && !state.decide(at_start)? {
            return Ok(());
        }
        state.quiet.stirred();
        let mut written = Ok(());
        let read = tail.read(&mut |block| {
            if written.is_ok() {
                written = state.block(&block);
            }
        });
        written?;
        match read {
            Ok(()) => state.trouble = None,
            Err(error) => state.trouble(error.to_string()),
        }
        Ok(())
    }
}

impl<'k> State<'_, 'k> {
    fn say(&mut self, sentence: &str) {
        (self.say)(&format!("{}: {sentence}", self.name));
    }

    fn block(&mut self, block: &crate::source::Block) -> io::Result<()> {
        let Some(written) = &mut self.written else { return Ok(()) };
        for given in written.go_on(self.knowledge, block) {
            match given {
                Given::Clue(clue) => self.journal.clue(clue),
                Given::Mail(tx) => self.journal.settled(written, tx)?,
            }
        }
        Ok(())
    }

    /// Finds out whose dialect the log is, if it can be told already. It says so where nothing is recognised.
    fn decide(&mut self, at_start: bool) -> io::Result<bool> {
        let waits = self.watched.waits;
        let size = self.watched.path.metadata().map_or(0, |about| about.len());
        if size != self.quiet.size {
            self.quiet.stirred();
            self.quiet.size = size;
        }
        let quiet = at_start || self.quiet.since.elapsed() >= waits.settle;
        if self.quiet.tried == Some((size, quiet)) {
            return Ok(false); // it would come to the same
        }
        let log = match written::open(&self.watched.path) {
            Ok(log) => log,
            Err(error) => {
                self.trouble(error.to_string());
                return Ok(false);
            }
        };
        self.quiet.tried = Some((size, quiet));
        let found = Written::of(&log, &self.watched.request, self.asked, self.knowledge, self.before.as_ref(), quiet);
        match found {
            Some(written) => {
                if !at_start {
                    let like = self.before.as_ref().is_some_and(|before| before.dialect() == written.dialect());
                    if !like {
                        self.say(&format!("{}.", written.about()));
                    }
                }
                self.written = Some(written);
                Ok(true)
            }
            None => {
                if quiet && !self.quiet.unknown_said && !log.sample().iter().all(u8::is_ascii_whitespace) {
                    self.quiet.unknown_said = true;
                    self.say(
                        "nothing in it looks like SMTP so far: waiting for more. If that is all it will ever hold, it is \
                         not the log, or its dialect must be named with --dialect.",
                    );
                }
                Ok(false)
            }
        }
    }

    /// Looks again at a log whose dialect is in doubt. True where it is another one: then it is read again.
    fn reconsidered(&mut self) -> io::Result<bool> {
        let Some(written) = self.written.as_ref().filter(|written| written.is_doubtful()) else { return Ok(false) };
        if self.quiet.done != Step::Settled || self.quiet.looked == written.tally().lines {
            return Ok(false);
        }
        self.quiet.looked = written.tally().lines;
        let Ok(log) = written::open(&self.watched.path) else { return Ok(false) };
        let sure = Written::of(&log, &self.watched.request, self.asked, self.knowledge, None, false);
        let Some(sure) = sure.filter(|sure| !sure.is_like(written)) else { return Ok(false) };
        let sentence = format!("{}, not as it seemed at first: reading it again.", sure.about());
        self.written = None;
        self.before = None;
        self.say(&sentence);
        self.journal.again();
        Ok(true)
    }

    /// Says what the log is, and that it is the technician's turn.
    fn greet(&mut self) -> io::Result<()> {
        let Some(written) = &self.written else { return Ok(()) };
        let mut tally = written.tally();
        // What a session that is still open would come to belongs to the past too.
        for tx in written.so_far(self.knowledge, b"") {
            tally.transactions += 1;
            self.journal.past(tx);
        }
        let sentence = format!(
            "{}; {}, {} so far{}. Send a test mail now; Ctrl-C ends.",
            written.about(),
            counted(tally.lines, "line"),
            counted(tally.transactions, "attempt"),
            tally.last_sent.map_or(String::new(), |stamp| format!(", the last one sent {stamp}")),
        );
        self.say(&sentence);
        match &self.written {
            Some(written) => self.journal.recent(written),
            None => Ok(()),
        }
    }

    /// Nothing was added: what is open settles, or is given up waiting for.
    fn wait(&mut self, tail: &Tail) -> io::Result<()> {
        let waits = self.watched.waits;
        let quiet = self.quiet.since.elapsed();
        let step = match quiet {
            _ if quiet >= waits.silent => Step::Silent,
            _ if quiet >= waits.torn => Step::Torn,
            _ if quiet >= waits.settle => Step::Settled,
            _ => Step::Nothing,
        };
        if step <= self.quiet.done {
            return Ok(());
        }
        self.quiet.done = step;
        let Some(written) = &self.written else { return Ok(()) };
        let torn = if step >= Step::Torn { tail.torn() } else { b"" };
        for tx in written.so_far(self.knowledge, torn) {
            self.journal.so_far(written, tx, (step == Step::Silent).then_some(waits.silent))?;
        }
        self.journal.flush()
    }

    fn missing(&mut self) -> io::Result<()> {
        let since = *self.quiet.missing.get_or_insert_with(Instant::now);
        // Between renaming and creating a log is gone for a moment.
        if self.written.is_some() && since.elapsed() >= self.watched.waits.settle {
            self.end_file(false)?;
            self.say("gone: waiting for it to come back.");
        }
        Ok(())
    }

    /// A program may hold its log for a moment; only what lasts is worth a sentence.
    fn trouble(&mut self, sentence: String) {
        let same = self.trouble.take().filter(|(known, ..)| *known == sentence);
        let (_, since, mut said) = same.unwrap_or_else(|| (String::new(), Instant::now(), false));
        if !said && since.elapsed() >= self.watched.waits.settle {
            (self.say)(&format!("{sentence}. Waiting for it."));
            said = true;
        }
        self.trouble = Some((sentence, since, said));
    }

    /// The file under way has ended; or, `stopped`, the watching has, and attempts that were under way go on unseen.
    fn end_file(&mut self, stopped: bool) -> io::Result<()> {
        let Some(mut written) = self.written.take() else { return Ok(()) };
        for mut tx in written.end(self.knowledge) {
            if stopped && journal::is_under_way(&tx) {
                journal::leave_open(&mut tx);
            }
            self.journal.settled(&written, tx)?;
        }
        self.journal.file(written.facts(&self.name))?;
        self.before = Some(written);
        Ok(())
    }
}
