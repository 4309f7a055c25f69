//! Places in a text that something else shall stand for.

use std::ops::Range;

/// A place and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span<K> {
    pub(super) at: Range<usize>,
    pub(super) kind: K,
}

impl<K> Span<K> {
    pub(super) fn new(start: usize, end: usize, kind: K) -> Self {
        Span { at: start..end, kind }
    }
}

/// The text with every span replaced. Spans that overlap become one, so that no tail of the longer one stays.
pub(super) fn replace<K>(text: &str, mut spans: Vec<Span<K>>, mut with: impl FnMut(&K, &str, &mut String)) -> String {
    if spans.is_empty() {
        return text.to_owned();
    }
    spans.sort_by_key(|span| (span.at.start, std::cmp::Reverse(span.at.end)));
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    let mut spans = spans.into_iter().peekable();
    while let Some(Span { at, kind }) = spans.next() {
        let mut end = at.end;
        while let Some(next) = spans.next_if(|next| next.at.start < end) {
            end = end.max(next.at.end);
        }
        out.push_str(&text[done..at.start]);
        with(&kind, &text[at.start..end], &mut out);
        done = end;
    }
    out.push_str(&text[done..]);
    out
}

/// The nearest place before that a character begins at, or the end of the text. (`str::floor_char_boundary` is newer than our
/// oldest compiler.)
pub(super) fn floor_char_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}

/// The words between white space, with where each begins.
pub(super) fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let base = text.as_ptr() as usize;
    text.split_whitespace().map(move |word| (word.as_ptr() as usize - base, word))
}

/// The longest runs of ASCII bytes (and, with `wide`, of letters beyond ASCII) that `keep` takes.
pub(super) fn runs(text: &str, wide: bool, keep: impl Fn(u8) -> bool) -> impl Iterator<Item = (usize, &str)> {
    let bytes = text.as_bytes();
    let member = move |b: u8| if b.is_ascii() { keep(b) } else { wide };
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + bytes[at..].iter().position(|&b| member(b))?;
        let end = bytes[start..].iter().position(|&b| !member(b)).map_or(bytes.len(), |n| start + n);
        at = end;
        Some((start, &text[start..end]))
    })
}

/// Where a text in quotes ends, behind which the next part follows with its name: `'Statement', Account: 'x'`. A quote
/// before anything else may stand within the text.
pub(super) fn closing_quote(text: &str) -> Option<usize> {
    let quote = text.chars().next().filter(|c| "\"'".contains(*c))?;
    text.char_indices().skip(1).filter(|(_, c)| *c == quote).map(|(at, _)| at).find(|at| {
        let Some(next) = text[at + 1..].strip_prefix([',', ';']) else { return false };
        let name = next.trim_start_matches([' ', quote]);
        let len = name.find(|c: char| !c.is_ascii_alphanumeric() && !" _-()".contains(c)).unwrap_or(0);
        len > 0 && name[len..].trim_start_matches(quote).starts_with([':', '='])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_spans_become_one() {
        let spans = vec![Span::new(2, 4, ()), Span::new(0, 3, ())];
        assert_eq!(replace("abcdef", spans, |(), _, out| out.push('*')), "*ef");
    }

    #[test]
    fn words_and_runs_know_their_place() {
        assert_eq!(words(" a  bc").collect::<Vec<_>>(), [(1, "a"), (4, "bc")]);
        assert_eq!(runs("-a1é-b", true, |b| b.is_ascii_alphanumeric()).collect::<Vec<_>>(), [(1, "a1é"), (6, "b")]);
    }
}
