//! The system's memory maps.

use std::fs::File;
use std::ops::Range;

pub(in super::super) use memmap2::Mmap as Map;

/// All pages at once cost a third less than a fault for each few. Older systems refuse: then they are faults.
pub(super) fn prefetch(map: &Map, range: &Range<usize>) {
    #[cfg(target_os = "linux")]
    let _ = map.advise_range(memmap2::Advice::PopulateRead, range.start, range.len());
    #[cfg(not(target_os = "linux"))]
    let _ = (map, range);
}

/// The map, or none where the system refuses.
#[allow(unsafe_code, reason = "a memory map has no safe constructor; see SAFETY")]
pub(in super::super) fn map(file: &File) -> Option<Map> {
    #[cfg(unix)]
    signal::install();
    // SAFETY: the bytes of a map must not change while it lives, and no system promises that for a file which other
    // programs may write. We map only settled files, for as long as they are scanned, and take no length, index or
    // `str` from the bytes that a change of them could turn into an access out of bounds: every slice is bounds
    // checked against the map's own length. Bytes that change under us can at worst give wrong lines. A file cut
    // short gives SIGBUS on Unix, which `signal` turns into a sentence; Windows refuses to cut it short.
    let map = unsafe { Map::map(file) }.ok()?;
    #[cfg(unix)]
    let _ = map.advise(memmap2::Advice::Sequential); // advice not taken costs only time
    Some(map)
}

/// A write beyond the size that a user's files may have is an error like any other, and no death that leaves a draft behind.
#[cfg(unix)]
#[allow(unsafe_code, reason = "signal(2) has no safe interface; see SAFETY")]
pub(crate) fn outlive_size_limit() {
    // SAFETY: to ignore a signal installs no handler; nothing else of this process asks for this one.
    unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
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
