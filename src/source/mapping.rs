//! A log seen through a memory map.

use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use memchr::memchr2;
use memmap2::Mmap;

use super::Block;
use super::lines::{end_len, last_end};

/// Cuts a mapped file into blocks of whole lines, as [`Reader`](super::reading::Reader) cuts a stream.
pub(super) struct Mapped {
    map: Arc<Mmap>,
    start: usize,
    at: usize,
    block: usize,
    cap: usize,
}

impl Mapped {
    /// The text starts at `start`, after the byte order mark.
    pub(super) fn new(map: Mmap, start: usize, block: usize, cap: usize) -> Self {
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
        // All pages at once cost a third less than a fault for each few. Older systems refuse: then they are faults.
        #[cfg(target_os = "linux")]
        let _ = self.map.advise_range(memmap2::Advice::PopulateRead, range.start, range.len());
        Some(self.hand_out(offset, range, dropped as u64))
    }

    fn hand_out(&self, offset: u64, range: Range<usize>, dropped: u64) -> Block {
        Block::mapped(offset, Arc::clone(&self.map), range, dropped, self.cap)
    }

    /// How long the file was when it was mapped.
    pub(super) fn size(&self) -> u64 {
        self.map.len() as u64
    }
}

/// Whether nobody has written to a file lately, so that nobody is likely to cut it short soon. A time in the future
/// says nothing, so it is not settled.
pub(super) fn is_settled(modified: Option<SystemTime>, settle: Duration) -> bool {
    modified.and_then(|time| time.elapsed().ok()).is_some_and(|age| age >= settle)
}

/// Whether the file is on this machine, as far as its path tells. Reading a lost connection through a map ends the
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

/// The map, or none where the system refuses.
#[allow(unsafe_code, reason = "a memory map has no safe constructor; see SAFETY")]
pub(super) fn map(file: &File) -> Option<Mmap> {
    #[cfg(unix)]
    signal::install();
    // SAFETY: the bytes of a map must not change while it lives, and no system promises that for a file which other
    // programs may write. We map only settled files, for as long as they are scanned, and take no length, index or
    // `str` from the bytes that a change of them could turn into an access out of bounds: every slice is bounds
    // checked against the map's own length. Bytes that change under us can at worst give wrong lines. A file cut
    // short gives SIGBUS on Unix, which `signal` turns into a sentence; Windows refuses to cut it short.
    let map = unsafe { Mmap::map(file) }.ok()?;
    #[cfg(unix)]
    let _ = map.advise(memmap2::Advice::Sequential); // advice not taken costs only time
    Some(map)
}

#[cfg(unix)]
mod signal {
    //! SIGBUS, the signal of a file that was cut short under its map.

    use std::sync::Once;

    const TEXT: &[u8] = b"mtmlog: a log was cut short by another program while it was read. \
        Copy it and analyse the copy, or run again with --no-mmap\n";
    const STATUS: libc::c_int = 2;

    /// Makes SIGBUS one sentence and exit status 2, instead of a core dump.
    #[allow(unsafe_code, reason = "a signal handler has no safe interface; see SAFETY")]
    pub(super) fn install() {
        static ONCE: Once = Once::new();
        extern "C" fn cut_short(_: libc::c_int) {
            // SAFETY: write(2) and _exit(2) are async-signal-safe, and the text is static. Nothing else may run
            // here, so a short write is not repeated.
            unsafe {
                libc::write(libc::STDERR_FILENO, TEXT.as_ptr().cast(), TEXT.len());
                libc::_exit(STATUS);
            }
        }
        // SAFETY: the action is fully initialised (zero is an empty mask and no flags on every Unix), the handler has
        // the type that a flagless or SA_ONSTACK action calls, and it does not return.
        ONCE.call_once(|| unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = cut_short as extern "C" fn(libc::c_int) as libc::sighandler_t;
            action.sa_flags = libc::SA_ONSTACK;
            libc::sigaction(libc::SIGBUS, &action, std::ptr::null_mut());
        });
    }
}
