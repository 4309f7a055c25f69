//! What the model's table holds for a feature and a cause, as the build script writes it and the program reads it.

/// How many buckets the table has, by the first bits of a feature's hash.
pub(super) const BUCKETS: usize = 1 << 13;
/// An entry's first bits are what its bucket leaves open of the hash; behind them stand the cause and the level.
const KEY_BITS: u32 = 6;
const CAUSE_BITS: u32 = 6;
pub(super) const LEVEL_BITS: u32 = 4;
/// The weights there are, in twelfths: no finer ones tell more, and few are below 0.
pub(super) const LEVELS: [i32; 1 << LEVEL_BITS] = [-32, -15, -8, -4, 4, 7, 9, 13, 19, 25, 33, 40, 48, 56, 67, 85];

/// A feature, a cause and the place of the weight among the levels, in two bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry(pub(super) u16);

impl Entry {
    /// The bucket of a feature, and the entry that would be the first of it there. FNV mixes its last bits best, so that they
    /// are folded into the first.
    pub(super) fn place(hash: u32) -> (usize, Entry) {
        let folded = (hash >> 20 ^ hash) as usize % (BUCKETS << KEY_BITS);
        let key = folded % (1 << KEY_BITS);
        (folded >> KEY_BITS, Entry((key << (CAUSE_BITS + LEVEL_BITS)) as u16))
    }

    /// Both are of one feature, in one bucket.
    pub(super) fn is_like(self, other: Entry) -> bool {
        (self.0 ^ other.0) >> (CAUSE_BITS + LEVEL_BITS) == 0
    }

    pub(super) fn cause(self) -> usize {
        usize::from(self.0 >> LEVEL_BITS) % (1 << CAUSE_BITS)
    }

    pub(super) fn weight(self) -> i32 {
        LEVELS[usize::from(self.0) % LEVELS.len()]
    }
}
