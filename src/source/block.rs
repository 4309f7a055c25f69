//! A piece of a log, and the few buffers that all pieces share.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::{Arc, Mutex, PoisonError};

use super::Lines;
use super::mapping::Map;

/// Whole lines of a log, in order. An over-long line may stand alone in a block with only its beginning: go through
/// [`Block::lines`], which knows.
pub struct Block {
    /// Where the block starts in the decoded text (after a byte order mark).
    pub offset: u64,
    bytes: Bytes,
    range: Range<usize>,
    dropped: u64,
    cap: usize,
}

enum Bytes {
    Mapped(Arc<Map>),
    Read(Buffer),
}

impl Block {
    /// The first `len` bytes of a filled buffer.
    pub(super) fn read(offset: u64, buffer: Buffer, len: usize, dropped: u64, cap: usize) -> Self {
        Block { offset, bytes: Bytes::Read(buffer), range: 0..len, dropped, cap }
    }

    /// A block of this text; `dropped` bytes of its one over-long line are not in it.
    pub(super) fn of(offset: u64, text: &[u8], dropped: u64) -> Self {
        let mut buffer = Buffer::take(text.len());
        buffer[..text.len()].copy_from_slice(text);
        Block::read(offset, buffer, text.len(), dropped, super::LINE_CAP)
    }

    /// A range of a mapped file.
    pub(super) fn mapped(offset: u64, map: Arc<Map>, range: Range<usize>, dropped: u64, cap: usize) -> Self {
        Block { offset, bytes: Bytes::Mapped(map), range, dropped, cap }
    }

    /// The lines, the same for every block size and for mapped and read logs. A line's place in the log is the
    /// block's offset and its own.
    pub fn lines(&self) -> Lines<'_> {
        Lines::new(self, self.cap, self.dropped)
    }

    /// Bytes of its one over-long line that were dropped.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }
}

impl Deref for Block {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.bytes {
            Bytes::Mapped(map) => &map[self.range.clone()],
            Bytes::Read(buffer) => &buffer.0[self.range.clone()],
        }
    }
}

impl fmt::Debug for Block {
    /// Tells sizes only: a log holds secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Block({} bytes at {})", self.range.len(), self.offset)
    }
}

/// An initialised buffer that goes back to the pool when dropped: a fresh one would cost a page fault for every
/// 4 KiB read.
pub(super) struct Buffer(Vec<u8>);

/// Spare buffers that are kept: enough for a reader and a worker on each of a PC's cores. The rest is freed.
const MAX_SPARE_BUFFERS: usize = 16;
/// A larger buffer, which only an odd `block` option makes, is not kept.
const MAX_SPARE_BYTES: usize = 8 * 1024 * 1024;

static SPARE_BUFFERS: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

impl Buffer {
    /// A buffer of at least `len` bytes, with any content.
    pub(super) fn take(len: usize) -> Self {
        let spare = SPARE_BUFFERS.lock().unwrap_or_else(PoisonError::into_inner).pop();
        // Rounded up, so that it serves the next of ten thousand files of about one size, too.
        let room = len.checked_next_power_of_two().unwrap_or(len);
        Buffer(spare.filter(|spare| spare.len() >= len).unwrap_or_else(|| vec![0; room]))
    }

    /// Makes room for `len` bytes.
    pub(super) fn grow(&mut self, len: usize) {
        if self.0.len() < len {
            self.0.resize(len, 0);
        }
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl std::ops::DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let mut pool = SPARE_BUFFERS.lock().unwrap_or_else(PoisonError::into_inner);
        if pool.len() < MAX_SPARE_BUFFERS && self.0.len() <= MAX_SPARE_BYTES {
            pool.push(std::mem::take(&mut self.0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_content() {
        let mut buffer = Buffer::take(6);
        buffer[..6].copy_from_slice(b"secret");
        assert_eq!(format!("{:?}", Block::read(9, buffer, 6, 0, 10)), "Block(6 bytes at 9)");
    }
}
