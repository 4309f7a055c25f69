//! An AUTH exchange in lines that nobody understands: in somebody's dialect that the log is not read by, or torn. Who
//! speaks in them is not known, so what may be an answer is a secret.

use crate::base64;

/// Lines after a question that may hold its answer.
const NEAR: u8 = 6;
/// Characters of base64 from which on an answer may be bytes that are no text.
const LONG: usize = 16;
/// Characters of an answer that is no base64, and digits of it; more are a time or a size.
const TYPED: usize = 6;
const TYPED_DIGITS: usize = 9;

/// Listens to lines that are nobody's, or the writer's own.
#[derive(Debug, Default)]
pub(super) struct StrayAuth {
    /// Lines that may still hold an answer.
    left: u8,
}

impl StrayAuth {
    /// Where in the line an answer may stand: its last word. Listens to the line in any case.
    pub(super) fn answer(&mut self, line: &[u8]) -> Option<usize> {
        let line = line.trim_ascii_end();
        if asks(line) {
            self.left = NEAR;
            return None;
        }
        if self.left == 0 || line.is_empty() {
            return None;
        }
        self.left -= 1;
        // A writer may put a mark for the end of the line behind it.
        let line = line.strip_suffix(b"<CRLF>").or(line.strip_suffix(b"<EOL>")).unwrap_or(line);
        let from = line.iter().rposition(|b| b" \t:>'\"".contains(b)).map_or(0, |at| at + 1);
        let word = &line[from..];
        let base64 = |b: &u8| b.is_ascii_alphanumeric() || b"+/=".contains(b);
        // A word of prose has capitals at its beginning only.
        let plain = word.iter().skip(1).all(u8::is_ascii_lowercase);
        // What stands alone behind a mark, `State=6 -> Server1`, may be typed as it is.
        let digits = word.iter().filter(|b| b.is_ascii_digit()).count();
        let alone = matches!(line[..from].trim_ascii_end(), [] | [.., b'>' | b':']);
        let typed =
            word.len() >= TYPED && digits > 0 && digits <= TYPED_DIGITS && word.iter().all(u8::is_ascii_alphanumeric);
        (alone && typed
            || word.len() >= 4
                && word.len().is_multiple_of(4)
                && word.iter().all(base64)
                && !plain
                && may_be_text(word))
        .then_some(from)
    }
}

/// A word may be base64 of what is typed. A long one may be a machine's answer, whatever it decodes to.
fn may_be_text(word: &[u8]) -> bool {
    let typed =
        |text: Vec<u8>| std::str::from_utf8(&text).is_ok_and(|text| !text.contains(|c| matches!(c, '\u{1}'..'\u{20}')));
    word.len() >= LONG || base64::decoded(word).is_some_and(typed)
}

/// A question of an AUTH exchange, or the command that begins one, wherever in the line.
fn asks(line: &[u8]) -> bool {
    let head = &line[..line.len().min(160)];
    let alone = |at: usize| at == 0 || !head[at - 1].is_ascii_alphanumeric();
    let reply =
        memchr::memmem::find_iter(head, b"334").any(|at| alone(at) && matches!(head.get(at + 3), None | Some(b' ')));
    reply
        || memchr::memmem::find_iter(head, b"AUTH ")
            .any(|at| alone(at) && head[at + 5..].iter().any(|b| b.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_found_after_their_question() {
        let mut stray = StrayAuth::default();
        assert_eq!(stray.answer(b"U2VjcmV0MTIz"), None);
        assert_eq!(stray.answer(b"~> AUTH LOGIN"), None);
        assert_eq!(stray.answer(b"<~ 334 VXNlcm5hbWU6"), None);
        assert_eq!(stray.answer(b"~> c3RhdGVtZW50cw=="), Some(3));
        assert_eq!(stray.answer(b"<~ 334 UGFzc3dvcmQ6"), None);
        assert_eq!(stray.answer(b"U2VjcmV0MTIz"), Some(0));
        assert_eq!(stray.answer(b"Sat Nov 28 06:34:39 2026"), None);
        assert_eq!(stray.answer(b"<~ 235 2.7.0 accepted"), None);
        assert_eq!(stray.answer(b"State=4 -> AUTH LOGIN"), None);
        assert_eq!(stray.answer(b"State=5 -> Server1"), Some(11));
        assert_eq!(stray.answer(b"State=5 <- 535 no"), None);
        assert_eq!(stray.answer(b"<~ 235 2.7.0 accepted"), None);
        for _ in 0..NEAR {
            assert_eq!(stray.answer(b"some words that are none"), None);
        }
        assert_eq!(stray.answer(b"U2VjcmV0MTIz"), None);
    }
}
