//! What a server asks in an AUTH exchange, where it is quoted: no secret, and it tells how far the exchange came.

use super::known_word::is_known;
use crate::base64;

/// Letters of a prompt.
const SHORTEST: usize = 4;

/// `UGFzc3dvcmQ6`: base64 (RFC 4954 section 4) of words that programs use, with the mark of a question or a NUL behind them.
pub(super) fn is_prompt(word: &str) -> bool {
    let asked = base64::decoded(word.as_bytes()).and_then(|asked| String::from_utf8(asked).ok());
    asked.is_some_and(|asked| {
        let words = asked.trim_end_matches([':', ' ', '\0']);
        let marked = asked[words.len()..].contains([':', '\0']);
        let known = |word: &str| word.bytes().all(|b| b.is_ascii_alphabetic()) && is_known(word);
        marked && words.len() >= SHORTEST && words.split(' ').all(known)
    })
}
