//! The handwritings that stand in one log, and the reading of a line by the right one.

use bstr::ByteSlice;

use super::{Dialect, Line, What};

/// A handwriting among those of a log: 0 is the one that most of it is in.
#[derive(Clone, Copy)]
pub struct Hand<'a> {
    /// Its place in [`DialectSet`].
    pub place: u8,
    /// The handwriting.
    pub dialect: &'a Dialect,
}

impl<'a> From<&'a Dialect> for Hand<'a> {
    /// The only one of its log.
    fn from(dialect: &'a Dialect) -> Self {
        Hand { place: 0, dialect }
    }
}

/// Whose handwritings a log is in. Everything that reads the log reads it by these: what only one reader took for a
/// password would be shown by the other.
pub struct DialectSet<'a> {
    all: Vec<&'a Dialect>,
    tangled: bool,
    doubted: bool,
}

impl<'a> DialectSet<'a> {
    /// One handwriting.
    #[must_use]
    pub fn only(dialect: &'a Dialect) -> Self {
        DialectSet { all: vec![dialect], tangled: false, doubted: false }
    }

    /// The one that most of the log is in, and others that stand in it too.
    #[must_use]
    pub fn several(main: &'a Dialect, others: impl IntoIterator<Item = &'a Dialect>) -> Self {
        DialectSet { all: [main].into_iter().chain(others).collect(), tangled: false, doubted: false }
    }

    /// The same for a log in which sessions without a key stand in each other.
    #[must_use]
    pub fn tangled(self, tangled: bool) -> Self {
        DialectSet { tangled, ..self }
    }

    /// The same for a log of which it is not sure that it is in these handwritings.
    #[must_use]
    pub fn doubted(self, doubted: bool) -> Self {
        DialectSet { doubted, ..self }
    }

    /// Whether what is read by them may be wrong: whose lines are whose was guessed, or the handwriting was.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        self.tangled || self.doubted
    }

    /// Whether sessions without a key stand in each other.
    #[must_use]
    pub fn is_tangled(&self) -> bool {
        self.tangled
    }

    /// The one that most of the log is in.
    #[must_use]
    pub fn main(&self) -> &'a Dialect {
        self.all[0]
    }

    /// All of them, the main one first.
    #[must_use]
    pub fn all(&self) -> &[&'a Dialect] {
        &self.all
    }

    /// The handwriting at a place.
    #[must_use]
    pub fn at(&self, place: u8) -> &'a Dialect {
        self.all.get(usize::from(place)).copied().unwrap_or(self.all[0])
    }

    /// Reads one line, without its end, by the first that knows it.
    #[must_use]
    pub fn read<'l>(&self, text: &'l [u8]) -> (Hand<'a>, Line<'l>) {
        self.read_for(text, |hand, line| (hand, *line))
    }

    /// The same for whoever reads every line of a log: a line is large, and this way none is moved.
    #[inline]
    pub fn read_for<'l, T>(&self, text: &'l [u8], reader: impl FnOnce(Hand<'a>, &Line<'l>) -> T) -> T {
        // An unclean shutdown leaves runs of NUL where the disk had not got the text yet.
        let text = if let [0, ..] | [.., 0] = text { text.trim_with(|b| b == '\0') } else { text };
        let mut line = self.all[0].read(text);
        let mut hand = Hand { place: 0, dialect: self.all[0] };
        if self.all.len() > 1
            && is_strange(&line)
            && let Some(other) = self.by_another(text)
        {
            (hand, line) = other;
        }
        reader(hand, &line)
    }

    fn by_another<'l>(&self, text: &'l [u8]) -> Option<(Hand<'a>, Line<'l>)> {
        let mut others =
            (1..).zip(&self.all[1..]).map(|(place, dialect)| (Hand { place, dialect }, dialect.read(text)));
        others.find(|(_, line)| !is_strange(line))
    }
}

/// Whether a handwriting has nothing to say of the line by itself.
#[must_use]
pub(super) fn is_strange(line: &Line<'_>) -> bool {
    matches!(line.what, What::Unknown(_) | What::Unmarked(..))
}
