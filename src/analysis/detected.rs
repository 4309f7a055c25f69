//! Whose dialect a log is read as: the one asked for, the one that fits, or one learned from the log itself.

use std::{cell::LazyCell, path::Path};

use crate::{
    dialect::{self, Dialect, DialectSet, Event, Learned, Outcome, Profile},
    session,
    source::{self, Log},
};

/// What `--dialect` says.
pub(crate) enum Asked {
    /// Nothing: it is found out.
    Nothing,
    /// A dialect of the registry.
    Known(&'static Dialect),
    /// Learn it, whatever it looks like.
    Learned,
    /// A profile.
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

/// A dialect that explains this much of the lines needs no frame around them.
const FRAMELESS: f64 = 0.6;

/// Where so many of the lines tell of mails in words, what they tell of connections is part of that.
const WORDS_ALONE: f64 = 0.6;

/// Lines of one kind that show what it is.
const OF_EACH: usize = 16;

/// Whether anybody speaks in these lines.
fn hears_dialogue(dialect: &Dialect, lines: &[&[u8]]) -> bool {
    lines.iter().any(|line| {
        let event = dialect.read(line).event;
        matches!(event, Event::Server(..) | Event::Client(..) | Event::Turn(_))
            || matches!(event, Event::Outcome(_)) && !dialect.is_by_words()
    })
}

/// Whether some line says that a mail has gone out, or names a recipient.
fn tells_of_mails(dialect: &Dialect, lines: &[&[u8]]) -> bool {
    lines.iter().any(|line| match dialect.read(line).event {
        Event::Outcome(Outcome { sent, recipients, .. }) => sent == Some(true) || !recipients.is_empty(),
        _ => false,
    })
}

/// Whether the lines that say of somebody how a mail went are more than those that begin a connection: over one connection
/// go several mails, each told in a line of its own. Where each is named before its connection, they are as many.
fn lists_mails(dialect: &Dialect, learned: &Learned, lines: &[&[u8]]) -> bool {
    if learned.hears_both() {
        return false;
    }
    let (mut named, mut listed, mut announced) = (false, 0, 0);
    for line in lines {
        let Event::Outcome(Outcome { sent, recipients, .. }) = dialect.read(line).event else { continue };
        let names = !recipients.is_empty();
        listed += usize::from(sent.is_some() && names);
        announced += usize::from(sent.is_some() && !names && named);
        named = sent.is_none() && (named || names);
    }
    let begun = learned.begun(lines);
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
        let learn = |asked: bool| dialect::learn(source::lines(log.sample()).map(|line| line.text), asked);
        // What this and another question ask for is learned once.
        let unasked = LazyCell::new(|| learn(false));
        // Where most lines tell of mails in words, a few from everywhere show whether anybody speaks beside them.
        let sketch =
            LazyCell::new(|| dialect::learn(dialect::few_of_each(lines.iter().copied(), OF_EACH).into_iter(), false));
        let unasked = || (*unasked).clone();
        let sure = |held| {
            Some(Detected { held, others: Vec::new(), interleaved: false, score: 1.0, runner_up: None, assumed: false })
        };
        match asked {
            Asked::Nothing => {
                let found = dialect::proved(lines, log.sample());
                let heard = found.dialect.is_some_and(|dialect| hears_dialogue(dialect, lines));
                // Where nobody is heard, or nobody has a mark, the dialect may have taken a frame for the writer's own words.
                let marked = heard && found.dialect.is_some_and(|dialect| dialect.marks.sides());
                let plain = if marked { found.score } else { 0.0 };
                if plain < FRAMELESS
                    && let Some((dialect, score)) = dialect::framed(lines, plain)
                    && found.dialect.is_none_or(|plain| !dialect.frames(plain))
                {
                    let runner_up = found.dialect.map(|d| d.name.to_string());
                    return Some(Detected { runner_up, ..Detected::own(dialect, score) });
                }
                let found = found.or_words(lines);
                let own_words = || dialect::in_own_words(source::lines(log.sample()).map(|line| line.text));
                let Some(dialect) = found.dialect else {
                    let learned = unasked();
                    // Words that are known only from this text prove nothing but in a log.
                    let own = if dialect::tells_of_mail(lines) { own_words() } else { None };
                    // A reply in a list of mails is quoted: nobody converses.
                    let connects = |l: &Learned, own: &Dialect| l.tells_of_connections() && !lists_mails(own, l, lines);
                    let own = own.filter(|own| learned.as_ref().is_none_or(|l| !l.hears_both() && !connects(l, own)));
                    let own = own.map(|own| Detected { assumed: true, ..Detected::own(own, dialect::SURE) });
                    let excerpt = |l: &Learned| l.hears_both() && l.marks_sides() || dialect::refuses(lines);
                    let excerpt = || dialect::is_short(lines).then(|| learn(true)).flatten().filter(excerpt);
                    let learned = learned.or_else(excerpt);
                    return own.or_else(|| learned.map(Detected::learned));
                };
                // Where the writer tells of mails, a reply alone makes no dialogue: the writer quotes it.
                let tells_of_mails = dialect.is_by_words() && tells_of_mails(dialect, lines);
                let quotes = |l: &Learned| tells_of_mails && !l.hears_both() && !l.tells_of_connections();
                let listed = |l: &Learned| {
                    dialect.is_by_words() && lists_mails(own_words().as_ref().unwrap_or(dialect), l, lines)
                };
                // Where connections are told of, their words belong together: each is not a mail of its own.
                // And a dialogue is more than words, however many of the lines these are.
                if dialect.is_by_words() {
                    let few = (found.score < WORDS_ALONE).then(|| learn(true)).flatten();
                    let spoken = |l: &Learned| l.tells_of_connections() || l.dialogue && l.hears(lines);
                    let alone = |l: &Learned| spoken(l) && !(l.dialogue && tells_of_mails) && !listed(l);
                    let told = |learned: &Learned| learned.converses() && !quotes(learned) || alone(learned);
                    let worth = || found.score < WORDS_ALONE || sketch.as_ref().is_some_and(told);
                    let few = few.filter(|l| l.connects(lines) && !quotes(l) && !listed(l));
                    let learned = few.or_else(|| worth().then(unasked).flatten().filter(told));
                    if let Some(learned) = learned {
                        return Some(Detected::learned(learned));
                    }
                }
                // A dialect may take every line for the writer's own words; then the dialogue is in another dialect, which
                // must explain more of the lines.
                let worth = || {
                    !dialect.is_by_words()
                        || found.score < 1.0
                            && (found.score < WORDS_ALONE || sketch.as_ref().is_some_and(|l| l.dialogue))
                };
                if !heard
                    && worth()
                    && let Some(learned) = unasked()
                        .filter(|l| l.dialogue && (!dialect.is_by_words() || l.score > found.score) && !quotes(l))
                {
                    return Some(Detected::learned(learned));
                }
                // A transcript without marks is what is left of one with marks that nobody knows.
                let marked = |l: &Learned| l.marks_sides() || found.score < FRAMELESS && l.score > found.score;
                if !dialect.marks.sides()
                    && !dialect.is_by_words()
                    && let Some(learned) = unasked().filter(|l| l.dialogue && marked(l))
                {
                    return Some(Detected::learned(learned));
                }
                if dialect.is_by_words()
                    && let Some(own) = own_words()
                {
                    return Some(Detected { assumed: found.assumed, ..Detected::own(own, found.score) });
                }
                let others = dialect::others(dialect, lines);
                let runner_up = found.runner_up.map(|d| d.name.to_string());
                let (score, assumed) = (found.score, found.assumed);
                Some(Detected { held: Held::Known(dialect), others, interleaved: false, score, runner_up, assumed })
            }
            Asked::Known(dialect) => sure(Held::Known(dialect)),
            Asked::Learned => learn(true).map(Detected::learned),
            Asked::Profile(profile) => sure(Held::Own(Box::new((**profile).clone().into_dialect()))),
        }
    }

    fn learned(learned: Learned) -> Detected {
        let (score, assumed) = (learned.score, learned.assumed);
        Detected { assumed, ..Detected::own(learned.into_dialect(), score) }
    }

    /// A dialect made for this log.
    fn own(dialect: Dialect, score: f64) -> Detected {
        let held = Held::Own(Box::new(dialect));
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
