//! A log seen through a memory map.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use memchr::memchr2;

#[cfg(unix)]
pub(crate) use self::system::outlive_size_limit;
pub(super) use self::system::{Map, map};
use super::lines::{end_len, last_end};
use super::{Block, disk};

/// A page has no maps.
#[cfg_attr(target_family = "wasm", path = "mapping/none.rs")]
mod system;

/// Cuts a mapped file into blocks of whole lines, as [`Reader`](super::reading::Reader) cuts a stream.
pub(super) struct Mapped {
    map: Arc<Map>,
    start: usize,
    at: usize,
    block: usize,
    cap: usize,
}

impl Mapped {
    /// The text starts at `start`, after the byte order mark.
    pub(super) fn new(map: Map, start: usize, block: usize, cap: usize) -> Self {
        Mapped { start: start.min(map.len()), at: start.min(map.len()), map: Arc::new(map), block: block.max(1), cap }
    }

    pub(super) fn next_block(&mut self) -> Option<Block> {
        let rest = &self.map[self.at..];
        let near = &rest[..rest.len().min(self.block)];
        if near.is_empty() {
            return None;
        }
        let sure = if near.len() == rest.len() { Some(near.len()) } else { last_end(near) };
        // No end within a block: the line goes on beyond it. Search from the last byte, which may be a CR.
        let (end, text) = sure.map(|end| (end, end)).unwrap_or_else(|| {
            let from = near.len() - 1;
            match memchr2(b'\n', b'\r', &rest[from..]) {
                Some(more) => (from + more + end_len(&rest[from + more..]), from + more),
                None => (rest.len(), rest.len()),
            }
        });
        let dropped = if sure.is_none() { text.saturating_sub(self.cap) } else { 0 };
        let kept = if dropped > 0 { self.cap } else { end };
        let range = self.at..self.at + kept;
        let offset = (self.at - self.start) as u64;
        self.at += end;
        system::prefetch(&self.map, &range);
        Some(Block::mapped(offset, Arc::clone(&self.map), range, dropped as u64, self.cap))
    }

    /// Bytes that the file had when it was mapped.
    pub(super) fn size(&self) -> u64 {
        self.map.len() as u64
    }
}

/// Nobody has written to a file lately, so nobody is likely to cut it short soon. A time in the future
/// says nothing, so it is not settled.
pub(super) fn is_settled(modified: Option<SystemTime>, settle: Duration) -> bool {
    modified.and_then(disk::age).is_some_and(|age| age >= settle)
}

/// The file is on this machine, as far as its path tells. Reading a lost connection through a map ends the
/// process on Windows; there a drive letter of a share resolves to the share's name.
pub(super) fn is_local(path: &Path) -> bool {
    use std::path::{Component, Prefix};
    if !cfg!(windows) {
        return true;
    }
    let Ok(path) = path.canonicalize() else { return false };
    matches!(
        path.components().next(),
        Some(Component::Prefix(prefix)) if matches!(prefix.kind(), Prefix::Disk(_) | Prefix::VerbatimDisk(_))
    )
}
