//! What replies were found to mean, as what is called by a name is left out of the words.

use std::sync::{Mutex, PoisonError};

use super::{plain::Plain, rule_book::Context};
use crate::{memo::Memo, smtp::EnhancedStatusCode};

/// Meanings by all that decides them.
#[derive(Debug)]
pub(super) struct Decided<T>(Mutex<Memo<T>>);

impl<T> Default for Decided<T> {
    fn default() -> Self {
        Decided(Mutex::default())
    }
}

impl<T: Clone> Decided<T> {
    /// The meaning of these words in this context; `decide` gives it where it is not kept.
    pub(super) fn of(
        &self,
        (text, tail): (&Plain, Option<&Plain>),
        enhanced: Option<EnhancedStatusCode>,
        context: &Context<'_>,
        decide: impl FnOnce() -> T,
    ) -> T {
        let mut asked = Vec::with_capacity(text.words.len() + 64);
        let codes = [context.code.map(|code| code.0), context.class, context.subject];
        let enhanced = enhanced.map(|code| [u16::from(code.class), code.subject, code.detail]);
        for number in codes.into_iter().chain(enhanced.unwrap_or_default().map(Some)) {
            asked.extend_from_slice(&number.unwrap_or(u16::MAX).to_le_bytes());
        }
        let verb = context.verb.map_or(u8::MAX, |verb| verb as u8);
        asked.extend([verb, u8::from(context.server), u8::from(enhanced.is_some()), u8::from(tail.is_some())]);
        for plain in [Some(text), tail].into_iter().flatten() {
            asked.push(u8::from(plain.ip));
            for words in [&plain.words, &plain.names] {
                asked.extend_from_slice(words);
                asked.push(b'\n');
            }
        }
        asked.extend_from_slice(context.host.unwrap_or_default());
        let kept = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = kept().get(&asked) {
            return known.clone();
        }
        let meaning = decide();
        kept().keep(&asked, meaning.clone());
        meaning
    }
}
