//! The part of a log by which its dialect is detected.

use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::ops::Deref;
use std::sync::Arc;

use super::Encoding;
use super::block::Buffer;
use super::disk::File;
use super::lines::{LINE_CAP, capped, end_len, last_end};

/// Bytes taken from each of head, middle and tail.
const WINDOW_BYTES: usize = 64 * 1024;
/// Bytes that are read before anything is decided. A log that fits is its own sample, piped or not.
pub(super) const HEAD_BYTES: usize = 3 * WINDOW_BYTES;

/// Raw bytes, shared by the sample and by who reads the log.
#[derive(Clone)]
pub(super) struct Raw(Arc<(Buffer, usize)>);

impl Raw {
    /// The first bytes of a stream, at most `most`; about `likely` of them. What came before a failure is given with it.
    pub(super) fn read(from: &mut dyn Read, likely: usize, most: usize) -> (Raw, io::Result<()>) {
        let mut buffer = Buffer::take(likely.clamp(1, most));
        let mut len = 0;
        let end = loop {
            if len == most {
                break Ok(());
            }
            if len == buffer.len() {
                buffer.grow((2 * len).min(most));
            }
            let room = buffer.len().min(most);
            match from.read(&mut buffer[len..room]) {
                Ok(0) => break Ok(()),
                Ok(more) => len += more,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => break Err(error),
            }
        };
        (Raw(Arc::new((buffer, len))), end)
    }
}

impl Deref for Raw {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        let (buffer, len) = &*self.0;
        &buffer[..*len]
    }
}

impl AsRef<[u8]> for Raw {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

/// Whole decoded lines of a log.
pub(super) enum Sample {
    /// All, of a small log that needs no decoding.
    Whole(Raw),
    /// All, of a small log that was decoded, or of which was undone what pasting did to it.
    Text(Vec<u8>),
    /// Some of them.
    Lines(Vec<u8>),
}

impl Sample {
    /// Adds whole lines from the middle and from the end: the head of a log can be years old, or one long message.
    pub(super) fn add_windows(&mut self, file: &mut File, size: u64, encoding: Encoding) -> io::Result<()> {
        match self {
            Sample::Whole(_) | Sample::Text(_) => Ok(()),
            Sample::Lines(lines) => add_windows(lines, file, size, encoding),
        }
    }

    /// A copy of the sample where it is all of the log.
    pub(super) fn whole(&self) -> Option<Sample> {
        match self {
            Sample::Whole(raw) => Some(Sample::Whole(raw.clone())),
            Sample::Text(text) => Some(Sample::Text(text.clone())),
            Sample::Lines(_) => None,
        }
    }
}

impl AsRef<[u8]> for Sample {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl Deref for Sample {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Sample::Whole(raw) => raw,
            Sample::Text(lines) | Sample::Lines(lines) => lines,
        }
    }
}

/// Whole lines of the first 64 KiB, to which [`add_windows`] can add others.
pub(super) fn of_head(text: &[u8]) -> Vec<u8> {
    let text = capped(text, WINDOW_BYTES);
    match last_end(text) {
        Some(end) => text[..end].to_vec(),
        None => [capped(text, LINE_CAP), b"\n"].concat(),
    }
}

fn add_windows(sample: &mut Vec<u8>, file: &mut File, size: u64, encoding: Encoding) -> io::Result<()> {
    let window = WINDOW_BYTES as u64;
    for start in [(size / 2).saturating_sub(window / 2), size.saturating_sub(window)] {
        // UTF-16 counts in twos, here and in the length, which makes up for what the start lost.
        file.seek(SeekFrom::Start(start & !1))?;
        let mut raw = Vec::with_capacity(WINDOW_BYTES + 2);
        file.take(window + 2).read_to_end(&mut raw)?;
        sample.extend_from_slice(whole_lines(&encoding.decode(&raw)));
    }
    Ok(())
}

/// The lines that start and end in `text`, which itself may start anywhere.
fn whole_lines(text: &[u8]) -> &[u8] {
    let Some(first) = memchr::memchr2(b'\n', b'\r', text) else { return b"" };
    let start = first + end_len(&text[first..]);
    last_end(text).and_then(|end| text.get(start..end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_cut_to_whole_lines() {
        assert_eq!(whole_lines(b"f a line\r\nb\r\nc\r\nd"), b"b\r\nc\r\n");
        assert_eq!(whole_lines(b"\nb\nc\r"), b"b\n");
        assert_eq!(whole_lines(b"no end"), b"");
        assert_eq!(whole_lines(b"x\r\n"), b"");
        assert_eq!(whole_lines(b"x\r"), b"");
    }

    #[test]
    fn a_first_line_without_end_is_capped() {
        assert_eq!(of_head(&[b'x'; HEAD_BYTES]).len(), LINE_CAP + 1);
    }
}
