//! Finds many needles in one pass over a text. The build script compiles it, the program only reads what is compiled.

use std::fmt;

use daachorse::{DoubleArrayAhoCorasick, DoubleArrayAhoCorasickBuilder, MatchKind};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};

use super::error::KnowledgeError;

/// Needles, each with a number. Without any needle it finds nothing.
#[derive(Default)]
pub(super) struct Automaton(Option<DoubleArrayAhoCorasick<u32>>);

/// Where a needle stands in a text, and its number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hit {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) needle: u16,
}

impl Automaton {
    /// For [`Automaton::overlapping`]. No needle may stand there twice.
    pub(super) fn of_all(needles: &[impl AsRef<[u8]>]) -> Result<Automaton, KnowledgeError> {
        Self::new(needles, MatchKind::Standard)
    }

    /// For [`Automaton::longest`]. No needle may stand there twice.
    pub(super) fn of_longest(needles: &[impl AsRef<[u8]>]) -> Result<Automaton, KnowledgeError> {
        Self::new(needles, MatchKind::LeftmostLongest)
    }

    fn new(needles: &[impl AsRef<[u8]>], kind: MatchKind) -> Result<Automaton, KnowledgeError> {
        if needles.is_empty() {
            return Ok(Automaton(None));
        }
        if needles.len() >= usize::from(u16::MAX) {
            return Err(KnowledgeError::Phrases("they are too many".to_owned()));
        }
        // The prefilter would take 64 KiB, and a text is short.
        let builder = DoubleArrayAhoCorasickBuilder::new().match_kind(kind).use_prefilter(false);
        let built = builder.build(needles).map_err(|error| KnowledgeError::Phrases(error.to_string()))?;
        Ok(Automaton(Some(built)))
    }

    /// Every needle, wherever it stands.
    pub(super) fn overlapping(&self, text: &[u8]) -> impl Iterator<Item = Hit> {
        let found = self.0.iter().flat_map(move |automaton| automaton.find_overlapping_iter(text));
        found.map(|found| Hit { start: found.start(), end: found.end(), needle: short(found.value()) })
    }

    /// The longest needle at each place, from the left.
    pub(super) fn longest(&self, text: &[u8]) -> impl Iterator<Item = Hit> {
        let found = self.0.iter().flat_map(move |automaton| automaton.leftmost_find_iter(text));
        found.map(|found| Hit { start: found.start(), end: found.end(), needle: short(found.value()) })
    }
}

/// `new` takes no more needles than have a short number. (The crate reads its own bytes back only with 32 bits a number.)
fn short(needle: u32) -> u16 {
    u16::try_from(needle).unwrap_or(u16::MAX)
}

impl fmt::Debug for Automaton {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let states = self.0.as_ref().map_or(0, DoubleArrayAhoCorasick::num_states);
        write!(f, "Automaton of {states} states")
    }
}

impl Serialize for Automaton {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let automaton = self.0.as_ref().ok_or_else(|| ser::Error::custom("no needles"))?;
        serializer.serialize_bytes(&automaton.serialize())
    }
}

impl<'de> Deserialize<'de> for Automaton {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = <&[u8]>::deserialize(deserializer)?;
        let (automaton, _) = DoubleArrayAhoCorasick::deserialize(bytes).map_err(de::Error::custom)?;
        Ok(Automaton(Some(automaton)))
    }
}
