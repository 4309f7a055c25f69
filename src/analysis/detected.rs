//! Chooses the dialect of a log: the one asked for, the one that fits, or one learned from the log itself.

use std::{cell::OnceCell, mem, path::Path};

use crate::{
    dialect::{self, Detection, Dialect, DialectSet, Event, Learned, Outcome, Profile},
    session,
    source::{self, Log},
};

/// The value of `--dialect`.
pub(crate) enum Asked {
    /// Nothing: it is found out.
    Nothing,
    /// A dialect of the registry.
    Known(&'static Dialect),
    /// Learn it, whatever it looks like.
    Learned,
    Profile(Box<Profile>),
}

impl Asked {
    /// # Errors
    /// A sentence for the user: no such dialect, or a profile that cannot be used.
    pub(crate) fn of(name: Option<&str>) -> Result<Asked, String> {
        match name {
            None => Ok(Asked::Nothing),
            Some("learned") => Ok(Asked::Learned),
            Some(name) => match dialect::by_name(name) {
                Some(dialect) => Ok(Asked::Known(dialect)),
                None if is_profile(name) => profile(Path::new(name)).map(|profile| Asked::Profile(Box::new(profile))),
                None => {
                    let known: Vec<&str> = dialect::DIALECTS.iter().map(|d| &*d.name).collect();
                    Err(format!(
                        "--dialect {name}: no such dialect. `learned` learns it from the log; a profile is named by its \
                         file, such as mine.toml. Known are: {}.",
                        known.join(", ")
                    ))
                }
            },
        }
    }
}

/// A dialect that explains this share of the lines needs no frame around them.
const MIN_SHARE_FRAMELESS: f64 = 0.6;

/// The dialect of words.
const WORDS: &str = "outcomes";

/// Where this share of the lines tells of mails in words, what they tell of connections is part of that.
const MIN_SHARE_WORDS_ALONE: f64 = 0.6;

/// Lines of one kind that are looked at to know what it is.
const LINES_OF_EACH_KIND: usize = 16;

/// Somebody speaks in these lines.
fn hears_dialogue(dialect: &Dialect, lines: &[&[u8]]) -> bool {
    lines.iter().any(|line| {
        let event = dialect.read(line).event;
        matches!(event, Event::Server(..) | Event::Client(..) | Event::Turn(_))
            || matches!(event, Event::Outcome(_)) && !dialect.is_by_words()
    })
}

/// Some line says that a mail has gone out, and some names a recipient.
fn sends(dialect: &Dialect, lines: &[&[u8]]) -> bool {
    let (mut sent, mut names) = (false, false);
    for line in lines {
        if let Event::Outcome(outcome) = dialect.read(line).event {
            sent |= outcome.sent == Some(true);
            names |= !outcome.recipients.is_empty();
        }
    }
    sent && names
}

/// Some line says that a mail has gone out, or names a recipient.
fn tells_of_mails(dialect: &Dialect, lines: &[&[u8]]) -> bool {
    lines.iter().any(|line| match dialect.read(line).event {
        Event::Outcome(Outcome { sent, recipients, .. }) => sent == Some(true) || !recipients.is_empty(),
        _ => false,
    })
}

/// The log is about connections, not about mails: where nobody speaks, and a line says in these words that a mail has gone
/// out, mails are.
fn connects(words: &Dialect, learned: &Learned, lines: &[&[u8]]) -> bool {
    let sent = |line: &&[u8]| matches!(words.read(line).event, Event::Outcome(Outcome { sent: Some(true), .. }));
    learned.tells_of_connections() && (learned.dialogue || !lines.iter().any(sent))
}

/// More lines say of somebody how a mail went than begin a connection with a mail: over one connection go several mails, each
/// told in a line of its own. Where each is named before its connection, they are as many.
fn lists_mails(dialect: &Dialect, learned: &Learned, lines: &[&[u8]]) -> bool {
    if learned.hears_both() {
        return false;
    }
    let (mut named, mut listed, mut announced) = (false, 0, 0);
    let (mut begun, mut connected) = (0, false);
    for line in lines {
        connected |= learned.begins_connection(line);
        let Event::Outcome(Outcome { sent, recipients, .. }) = dialect.read(line).event else { continue };
        let names = !recipients.is_empty();
        if names || named {
            begun += usize::from(mem::take(&mut connected));
        } else if sent.is_some() {
            // `No answer from server`: it came to no mail.
            connected = false;
        }
        listed += usize::from(sent.is_some() && names);
        announced += usize::from(sent.is_some() && !names && named);
        named = sent.is_none() && (named || names);
    }
    listed > 1 && listed > begun || announced > 1 && announced >= begun
}

/// The name of a profile's file: no dialect is called like that.
pub(super) fn is_profile(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".toml") || name.contains(['/', '\\'])
}

/// Reads a profile.
fn profile(path: &Path) -> Result<Profile, String> {
    let text = source::small_text(path)
        .map_err(|error| format!("{}: cannot be read ({error}). Check the name after --dialect.", path.display()))?;
    Profile::from_toml(&text).map_err(|error| format!("{}: {error}.", path.display()))
}

/// The dialect of one log, and others that stand in it too.
pub(crate) struct Detected {
    held: Held,
    others: Vec<&'static Dialect>,
    interleaved: bool,
    pub(crate) score: f64,
    pub(crate) runner_up: Option<String>,
    pub(crate) assumed: bool,
}

/// A dialect of the registry, or one made for this log.
enum Held {
    Known(&'static Dialect),
    Own(Box<Dialect>),
}

impl Detected {
    /// Of this log; `lines` are spread over its sample.
    pub(crate) fn of(asked: &Asked, log: &Log, lines: &[&[u8]]) -> Option<Detected> {
        let found = Detected::found(asked, log, lines)?;
        let interleaved = session::is_interleaved(&found.dialects(), source::lines(log.sample()).map(|line| line.text));
        Some(Detected { interleaved, ..found })
    }

    fn found(asked: &Asked, log: &Log, lines: &[&[u8]]) -> Option<Detected> {
        match asked {
            Asked::Nothing => Sample::of(log, lines).detected(),
            Asked::Known(dialect) => Some(Detected::in_one(Held::Known(dialect), 1.0)),
            Asked::Learned => Sample::of(log, lines).learn(true).map(Detected::learned),
            Asked::Profile(profile) => Some(Detected::own((**profile).clone().into_dialect(), 1.0)),
        }
    }

    fn learned(learned: Learned) -> Detected {
        let (score, assumed) = (learned.score, learned.assumed);
        Detected { assumed, ..Detected::own(learned.into_dialect(), score) }
    }

    /// A dialect made for this log.
    fn own(dialect: Dialect, score: f64) -> Detected {
        Detected::in_one(Held::Own(Box::new(dialect)), score)
    }

    fn in_one(held: Held, score: f64) -> Detected {
        Detected { held, others: Vec::new(), interleaved: false, score, runner_up: None, assumed: false }
    }

    /// All that stand in the log.
    pub(crate) fn dialects(&self) -> DialectSet<'_> {
        DialectSet::several(self.dialect(), self.others.iter().copied())
            .interleaved(self.interleaved)
            .doubted(self.assumed && self.score < dialect::SURE)
    }

    pub(crate) fn dialect(&self) -> &Dialect {
        match &self.held {
            Held::Known(dialect) => dialect,
            Held::Own(dialect) => dialect,
        }
    }
}

/// The lines by which the dialect of a log is found. What several questions ask for is learned once.
struct Sample<'l> {
    log: &'l Log,
    /// Spread over its sample.
    lines: &'l [&'l [u8]],
    /// Learned from all of the sample.
    whole: OnceCell<Option<Learned>>,
    /// Learned from a few lines of each kind.
    sketch: OnceCell<Option<Learned>>,
    /// Own words, with the phrases of this log.
    own: OnceCell<Option<Dialect>>,
}

impl<'l> Sample<'l> {
    fn of(log: &'l Log, lines: &'l [&'l [u8]]) -> Sample<'l> {
        Sample { log, lines, whole: OnceCell::new(), sketch: OnceCell::new(), own: OnceCell::new() }
    }

    /// `asked`: somebody says that it can be learned.
    fn learn(&self, asked: bool) -> Option<Learned> {
        dialect::learn(source::lines(self.log.sample()).map(|line| line.text), asked)
    }

    fn learned(&self) -> Option<Learned> {
        self.whole.get_or_init(|| self.learn(false)).clone()
    }

    /// Where most lines tell of mails in words, a few from everywhere show whether anybody speaks beside them.
    fn sketch(&self) -> Option<&Learned> {
        let few = || dialect::few_of_each(self.lines.iter().copied(), LINES_OF_EACH_KIND);
        self.sketch.get_or_init(|| dialect::learn(few().into_iter(), false)).as_ref()
    }

    fn own_words(&self) -> Option<&Dialect> {
        let lines = || source::lines(self.log.sample()).map(|line| line.text);
        self.own.get_or_init(|| dialect::in_own_words(lines())).as_ref()
    }

    fn take_own_words(&mut self) -> Option<Dialect> {
        self.own_words();
        self.own.take().flatten()
    }

    fn detected(mut self) -> Option<Detected> {
        let found = dialect::proved(self.lines, self.log.sample());
        let heard = found.dialect.is_some_and(|dialect| hears_dialogue(dialect, self.lines));
        if let Some(framed) = self.framed(&found, heard) {
            return Some(framed);
        }
        let found = found.or_words(self.lines);
        let Some(dialect) = found.dialect else { return self.unknown() };
        let learned = if dialect.is_by_words() {
            self.dialogue_in_words(dialect, found.score, heard)
        } else {
            self.dialogue_without_marks(dialect, found.score, heard)
        };
        if let Some(learned) = learned {
            return Some(Detected::learned(learned));
        }
        if dialect.is_by_words()
            && let Some(own) = self.take_own_words()
        {
            return Some(Detected { assumed: found.assumed, ..Detected::own(own, found.score) });
        }
        let others = dialect::others(dialect, self.lines);
        let runner_up = found.runner_up.map(|d| d.name.to_string());
        let in_one = Detected::in_one(Held::Known(dialect), found.score);
        Some(Detected { others, runner_up, assumed: found.assumed, ..in_one })
    }

    /// A known dialect in a frame. Where nobody is `heard`, or nobody has a mark, the one that was found may have taken the
    /// frame for the writer's own words.
    fn framed(&self, found: &Detection, heard: bool) -> Option<Detected> {
        let marked = found.dialect.filter(|dialect| heard && dialect.marks.sides());
        let plain = marked.map_or(0.0, |_| found.score);
        if plain >= MIN_SHARE_FRAMELESS || marked.is_some_and(|dialect| self.names_sessions(dialect)) {
            return None;
        }
        let (dialect, score) = dialect::framed(self.lines, plain)?;
        if found.dialect.is_some_and(|plain| dialect.frames(plain)) {
            return None;
        }
        let runner_up = found.dialect.map(|d| d.name.to_string());
        // The frame may be another program's whose lines happen to begin alike: what is learned then explains more of them, and
        // tells apart sessions that the frame would run together.
        let explains_more = |l: &Learned| l.hears_both() && l.tells_sessions_apart() && l.score > score;
        if score < 1.0 && self.learned().as_ref().is_some_and(explains_more) {
            return None;
        }
        Some(Detected { runner_up, ..Detected::own(dialect, score) })
    }

    /// Most lines name their session: such a writer has written all of each.
    fn names_sessions(&self, dialect: &Dialect) -> bool {
        let keyed = self.lines.iter().filter(|line| !dialect.read(line).key.is_empty()).count();
        keyed as f64 / self.lines.len() as f64 >= MIN_SHARE_FRAMELESS
    }

    /// Nobody's dialect: one that is learned, or words that are known only from this text.
    fn unknown(mut self) -> Option<Detected> {
        let learned = self.learned();
        if self.tells_in_own_words(learned.as_ref())
            && let Some(own) = self.take_own_words()
        {
            return Some(Detected { assumed: true, ..Detected::own(own, dialect::SURE) });
        }
        let learned = learned.or_else(|| self.excerpt())?;
        // Who says of mails that they went out, and only quotes a server, converses with nobody.
        let quotes = |own: &Dialect| !learned.hears_both() && learned.dialogue && sends(own, self.lines);
        let plain = dialect::by_name(WORDS).filter(|words| quotes(self.own_words().unwrap_or(words)));
        if let Some(plain) = plain {
            let held = self.take_own_words().map_or(Held::Known(plain), |own| Held::Own(Box::new(own)));
            return Some(Detected { assumed: true, ..Detected::in_one(held, dialect::SURE) });
        }
        Some(Detected::learned(learned))
    }

    /// The log tells of mails in words that are known only from it, and no more than that was learned. Such words prove
    /// nothing but in a log: a page that quotes nobody is any text.
    fn tells_in_own_words(&self, learned: Option<&Learned>) -> bool {
        // Where both sides are heard, nothing else is asked.
        if learned.is_some_and(Learned::hears_both) || !dialect::tells_of_mail(self.lines) {
            return false;
        }
        // A reply in a list of mails is quoted: nobody converses.
        let connects = |own, l| connects(own, l, self.lines) && !lists_mails(own, l, self.lines);
        let own = self.own_words().filter(|own| own.proves_mails());
        own.is_some_and(|own| !learned.is_some_and(|l| connects(own, l)))
    }

    /// A few lines of a dialogue, too short to show how it is written.
    fn excerpt(&self) -> Option<Learned> {
        let learned = dialect::is_short(self.lines).then(|| self.learn(true)).flatten()?;
        let spoken = learned.hears_both() && learned.is_framed() || dialect::refuses(self.lines);
        spoken.then_some(learned)
    }

    /// The dialogue of a log most of whose lines tell of mails in words, as this dialect reads them. A dialogue is more than
    /// words, however many of the lines these are.
    fn dialogue_in_words(&self, words: &Dialect, score: f64, heard: bool) -> Option<Learned> {
        let told = InWords { sample: self, words, score, mails: tells_of_mails(words, self.lines) };
        if score < MIN_SHARE_WORDS_ALONE
            && let Some(few) = self.learn(true).filter(|l| told.has_speech_beside(l))
        {
            return Some(few);
        }
        let is_likely =
            |sketched: &dyn Fn(&Learned) -> bool| score < MIN_SHARE_WORDS_ALONE || self.sketch().is_some_and(sketched);
        let is_dialogue = |l: &Learned| told.is_dialogue(l);
        let found = is_likely(&is_dialogue).then(|| self.learned()).flatten().filter(is_dialogue);
        let may_explain_more = || !heard && score < 1.0 && is_likely(&|l| l.dialogue);
        let more = || may_explain_more().then(|| self.learned()).flatten().filter(|l| told.is_explained_by(l));
        found.or_else(more)
    }

    /// The dialogue that a dialect did not hear, or that has marks: a transcript without them is what is left of one with
    /// marks that nobody knows.
    fn dialogue_without_marks(&self, dialect: &Dialect, score: f64, heard: bool) -> Option<Learned> {
        if heard && dialect.marks.sides() {
            return None;
        }
        let learned = self.learned().filter(|l| l.dialogue)?;
        let marked = learned.is_framed() || score < MIN_SHARE_FRAMELESS && learned.score > score;
        (!heard || marked).then_some(learned)
    }
}

/// A log most of whose lines tell of mails in words: what was learned from it is asked whether it is more.
struct InWords<'s, 'l> {
    sample: &'s Sample<'l>,
    /// Reads the words.
    words: &'s Dialect,
    /// The share of lines that it reads.
    score: f64,
    /// Some line says that a mail has gone out, or names a recipient.
    mails: bool,
}

impl InWords<'_, '_> {
    /// Connections are told of: the words of each belong together, and are no mail of their own.
    fn connects(&self, learned: &Learned) -> bool {
        connects(self.words, learned, self.sample.lines)
    }

    fn lists_mails(&self, learned: &Learned) -> bool {
        lists_mails(self.sample.own_words().unwrap_or(self.words), learned, self.sample.lines)
    }

    /// A reply alone makes no dialogue where the writer tells of mails: the writer quotes it.
    fn is_quoted(&self, learned: &Learned) -> bool {
        self.mails && !learned.hears_both() && !self.connects(learned)
    }

    /// The words are few, and somebody speaks beside them.
    fn has_speech_beside(&self, learned: &Learned) -> bool {
        let speaks = self.connects(learned) || learned.hears(self.sample.lines);
        speaks && !self.is_quoted(learned) && !self.lists_mails(learned)
    }

    /// Both sides converse, or one speaks and nothing is told of mails.
    fn is_dialogue(&self, learned: &Learned) -> bool {
        let speaks = || self.connects(learned) || learned.dialogue && learned.hears(self.sample.lines);
        let alone = || speaks() && !(learned.dialogue && self.mails) && !self.lists_mails(learned);
        learned.converses() && !self.is_quoted(learned) || alone()
    }

    /// The words may take every line: then the dialogue must explain more of them.
    fn is_explained_by(&self, learned: &Learned) -> bool {
        learned.dialogue && learned.score > self.score && !self.is_quoted(learned)
    }
}
