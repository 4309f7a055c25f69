//! Takes a line apart without knowing who speaks in it, and undoes what pasting did to a log.

pub(crate) mod paste;
