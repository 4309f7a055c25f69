//! A log read in blocks of whole lines, from anything that can be read.

use std::io::{self, ErrorKind, Read};

use memchr::memchr2;

use super::Block;
use super::block::Buffer;
use super::lines::{end_len, last_end};

/// A block must fit into memory, whatever the options say.
const MAX_BLOCK_BYTES: usize = 1 << 30;

/// Cuts a stream into blocks of whole lines. Memory is bounded by the block size and the line cap, whatever the
/// stream holds.
pub(super) struct Reader {
    from: Box<dyn Read + Send>,
    block: usize,
    cap: usize,
    /// Bytes that were read beyond the last block's end.
    carry: Vec<u8>,
    offset: u64,
    ended: bool,
    failure: Option<io::Error>,
}

impl Reader {
    pub(super) fn new(from: Box<dyn Read + Send>, block: usize, cap: usize) -> Self {
        Reader {
            from,
            block: block.clamp(1, MAX_BLOCK_BYTES),
            cap,
            carry: Vec::new(),
            offset: 0,
            ended: false,
            failure: None,
        }
    }

    /// The next whole lines, or none at the end; then [`Reader::failure`] says whether it was the true end.
    pub(super) fn next_block(&mut self) -> Option<Block> {
        let mut len = self.carry.len();
        let mut want = self.block.max(len);
        let mut buffer = Buffer::take(want);
        buffer[..len].copy_from_slice(&self.carry);
        self.carry.clear();
        loop {
            len = self.fill(&mut buffer[..want], len);
            if self.ended {
                return (len > 0).then(|| self.hand_out(buffer, len, 0, len as u64));
            }
            if let Some(end) = last_end(&buffer[..len]) {
                self.carry.extend_from_slice(&buffer[end..len]);
                return Some(self.hand_out(buffer, end, 0, end as u64));
            }
            // One line so far; a CR that may be half of its end does not count.
            if len > self.cap.saturating_add(1) {
                let (dropped, end) = self.skip_line(&mut buffer, len);
                let whole = self.cap as u64 + dropped + end as u64;
                return Some(self.hand_out(buffer, self.cap, dropped, whole));
            }
            want = len.saturating_mul(2).min(self.cap.saturating_add(2));
            buffer.grow(want);
        }
    }

    /// Takes the error that ended the stream before its end.
    pub(super) fn failure(&mut self) -> Option<io::Error> {
        self.failure.take()
    }

    fn hand_out(&mut self, buffer: Buffer, len: usize, dropped: u64, whole: u64) -> Block {
        let offset = self.offset;
        self.offset += whole;
        Block::read(offset, buffer, len, dropped, self.cap)
    }

    /// Reads until `buffer` is full or the stream ends; returns how much of it is filled. What was read before a
    /// failure is still worth telling, so a failure is an end with a reason.
    fn fill(&mut self, buffer: &mut [u8], mut len: usize) -> usize {
        while len < buffer.len() && !self.ended {
            match self.from.read(&mut buffer[len..]) {
                Ok(0) => self.ended = true,
                Ok(more) => len += more,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.ended = true;
                    self.failure = Some(error);
                }
            }
        }
        len
    }

    /// Passes over the rest of a line of which the first `cap` bytes are kept; the room behind them serves for
    /// reading. Returns how much of its text was dropped and how long its end is.
    fn skip_line(&mut self, buffer: &mut Buffer, mut len: usize) -> (u64, usize) {
        let start = self.cap;
        let room = start + self.block.max(self.cap);
        buffer.grow(room);
        let mut dropped = 0;
        loop {
            let found = memchr2(b'\n', b'\r', &buffer[start..len]).map(|at| start + at);
            match found {
                Some(at) if buffer[at] == b'\r' && at + 1 == len && !self.ended => {
                    dropped += (at - start) as u64;
                    buffer[start] = b'\r';
                    len = self.fill(&mut buffer[..start + 2], start + 1);
                }
                Some(at) => {
                    let end = end_len(&buffer[at..len]);
                    self.carry.extend_from_slice(&buffer[at + end..len]);
                    return (dropped + (at - start) as u64, end);
                }
                None => {
                    dropped += (len - start) as u64;
                    if self.ended {
                        return (dropped, 0);
                    }
                    len = self.fill(&mut buffer[..room], start);
                }
            }
        }
    }
}
