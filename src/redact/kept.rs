//! What a text came to, kept as long as it may come again: a log says the same again and again, and is read twice for its
//! copy.

use std::{cell::RefCell, collections::HashMap};

/// Texts that a thread keeps for one question; when they are more, it begins anew.
const TEXTS: usize = 4_096;
/// Bytes of a text that is kept.
const LENGTH: usize = 512;

/// The answers to one question, which nothing but the text decides.
pub(super) struct Kept<T>(RefCell<HashMap<Box<str>, T>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Kept(RefCell::default())
    }
}

impl<T: Clone> Kept<T> {
    /// The answer for this text; `find` gives it where it is not kept.
    pub(super) fn of(&self, text: &str, find: impl FnOnce(&str) -> T) -> T {
        if text.len() > LENGTH {
            return find(text);
        }
        if let Some(known) = self.0.borrow().get(text) {
            return known.clone();
        }
        let found = find(text);
        let mut kept = self.0.borrow_mut();
        if kept.len() >= TEXTS {
            kept.clear();
        }
        kept.insert(text.into(), found.clone());
        found
    }
}
