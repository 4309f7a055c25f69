//! Where a line is parted that holds several records, and what makes a list of them.

use std::ops::Range;

/// Objects that make a list.
pub(super) const MIN_OBJECTS: usize = 2;
/// Fields of each: one field alone is a name in a list of names.
pub(super) const MIN_FIELDS: usize = 2;
/// The list is the log: it has this share of the bytes of its line, of ten.
pub(super) const MOST: usize = 7;

/// Where a line is parted.
pub(super) struct Cut {
    /// Where the line before ends, and the next one begins.
    pub between: Range<usize>,
    /// What is put before the next one too.
    pub head: Range<usize>,
}
