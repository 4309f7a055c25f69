//! The beginning of a stream, kept so that it can be read once more: standard input comes only once.

use std::{
    io::{self, Cursor, Read},
    sync::{Arc, Mutex, PoisonError},
};

use super::archive_stream::Stream;

/// Bytes of standard input that are kept; a practice's log of a year is smaller.
const MAX_KEPT_BYTES: usize = 64 << 20;

/// The part of standard input that was read so far, shared by its clones.
#[derive(Clone, Debug, Default)]
pub struct StdinBuffer(Arc<Mutex<Start>>);

#[derive(Default)]
struct Start {
    opened: bool,
    bytes: Vec<u8>,
    /// There was more than fits.
    more: bool,
}

impl std::fmt::Debug for Start {
    /// Never the bytes: they may hold secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Start({} bytes)", self.bytes.len())
    }
}

/// Two requests that keep a stream are the same request.
impl PartialEq for StdinBuffer {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for StdinBuffer {}

impl StdinBuffer {
    /// The stream the first time, and then what was kept of it.
    pub(super) fn open(&self, stream: Stream) -> Stream {
        let mut start = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if start.opened {
            return Box::new(Cursor::new(start.bytes.clone()));
        }
        start.opened = true;
        Box::new(Tee { stream, kept: self.clone() })
    }

    /// Everything that was read is kept.
    pub fn is_whole(&self) -> bool {
        !self.0.lock().unwrap_or_else(PoisonError::into_inner).more
    }
}

struct Tee {
    stream: Stream,
    kept: StdinBuffer,
}

impl Read for Tee {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.stream.read(buffer)?;
        let mut start = self.kept.0.lock().unwrap_or_else(PoisonError::into_inner);
        let room = MAX_KEPT_BYTES - start.bytes.len();
        start.more |= n > room;
        start.bytes.extend_from_slice(&buffer[..n.min(room)]);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_comes_twice() {
        let kept = StdinBuffer::default();
        let read = || {
            let mut text = String::new();
            kept.open(Box::new(&b"once"[..])).read_to_string(&mut text).unwrap();
            text
        };
        assert_eq!((read(), read(), kept.is_whole()), ("once".to_owned(), "once".to_owned(), true));
        assert!(!format!("{kept:?}").contains("once"));
        let long = StdinBuffer::default();
        assert_eq!(
            io::copy(&mut long.open(Box::new(io::repeat(b'x').take(MAX_KEPT_BYTES as u64 + 1))), &mut io::sink())
                .unwrap(),
            MAX_KEPT_BYTES as u64 + 1
        );
        assert!(!long.is_whole());
    }
}
