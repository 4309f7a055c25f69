//! Tells a report of ours from somebody's log: what stands where a report goes may be either. Each output has something
//! that nothing else writes, at the place where it writes it; a log may hold any word of a report.

use crate::{knowledge, source};

use super::{csv, row::TOOL};

/// The beginning of the last line of a ticket.
pub(crate) const CHECKSUM: &str = "SHA-256 of the lines above: ";

const SHA256_DIGITS: usize = 64;
/// Lines at the beginning of a page among which its generator is named.
const GENERATOR_LINES: usize = 12;
/// Lines at the end of a report among which the sum of all attempts stands.
const SUM_LINES: usize = 12;
/// The words of that sum; a number stands for each `#`.
const SUM_WORDS: &str = "= sent # + partly sent # + failed # + undecided # + tests #";

/// The text was written by one of the outputs.
pub(crate) fn is_report(text: &[u8]) -> bool {
    let lines = || source::lines(text).map(|line| line.text);
    let generator = format!("<meta name=\"generator\" content=\"{} ", TOOL.name);
    let is_page = || {
        lines().next() == Some(b"<!DOCTYPE html>")
            && lines().take(GENERATOR_LINES).any(|line| line.starts_with(generator.as_bytes()))
    };
    let mut last: Vec<&[u8]> = lines().filter(|line| !line.trim_ascii().is_empty()).collect();
    let last = last.split_off(last.len().saturating_sub(SUM_LINES));
    text.starts_with(format!("{{\"schema\":\"{}.", TOOL.name).as_bytes())
        || text.starts_with(knowledge::EXPORT_HEAD.as_bytes())
        || lines().next().is_some_and(csv::is_head)
        || is_page()
        || last.last().is_some_and(|line| is_signed(line))
        || is_summed(&last.join(&b' '))
}

/// The text tells what is in a case: the zip around it is ours, whatever else lies in it.
pub(crate) fn is_manifest(text: &[u8]) -> bool {
    text.starts_with(format!("A case of {} ", TOOL.name).as_bytes())
}

/// The last line of a ticket.
fn is_signed(line: &[u8]) -> bool {
    let sum = line.strip_prefix(CHECKSUM.as_bytes()).unwrap_or_default().trim_ascii();
    sum.len() == SHA256_DIGITS && sum.iter().all(u8::is_ascii_hexdigit)
}

fn is_summed(text: &[u8]) -> bool {
    let words: Vec<&[u8]> = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect();
    let sum: Vec<&[u8]> = SUM_WORDS.split(' ').map(str::as_bytes).collect();
    let number = |word: &[u8]| word[0].is_ascii_digit() && word.iter().all(|b| b.is_ascii_digit() || b".,".contains(b));
    words
        .windows(sum.len())
        .any(|some| some.iter().zip(&sum).all(|(word, known)| word == known || *known == b"#" && number(word)))
}
