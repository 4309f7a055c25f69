//! The progress of the reading, and whether anybody still waits for it.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

/// Shared between those who read and whoever waits for them; clones are the same meter. Bytes are those on the disk, so
/// that an archive counts as what it is there.
#[derive(Clone, Debug, Default)]
pub struct Meter(Arc<State>);

#[derive(Debug, Default)]
struct State {
    expected: AtomicU64,
    read: AtomicU64,
    stopped: AtomicBool,
}

impl Meter {
    /// Says how many bytes there are to read; 0 where nobody knows.
    pub fn expect(&self, bytes: u64) {
        self.0.expected.store(bytes, Relaxed);
    }

    /// Bytes to read.
    pub fn expected(&self) -> u64 {
        self.0.expected.load(Relaxed)
    }

    /// Counts bytes that were read: once a read or block, never once a line.
    pub(super) fn count(&self, bytes: u64) {
        self.0.read.fetch_add(bytes, Relaxed);
    }

    /// Bytes that were read.
    pub fn read(&self) -> u64 {
        self.0.read.load(Relaxed)
    }

    /// Asks the readers to stop at their next block.
    pub fn stop(&self) {
        self.0.stopped.store(true, Relaxed);
    }

    /// The work was asked to stop.
    pub fn is_stopped(&self) -> bool {
        self.0.stopped.load(Relaxed)
    }
}

/// Two meters make no difference to what is read.
impl PartialEq for Meter {
    fn eq(&self, _: &Meter) -> bool {
        true
    }
}

impl Eq for Meter {}

/// A stream that counts what it hands out.
pub(super) struct Metered<R> {
    from: R,
    meter: Meter,
}

impl<R> Metered<R> {
    pub(super) fn new(from: R, meter: Meter) -> Self {
        Metered { from, meter }
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let len = self.from.read(out)?;
        self.meter.count(len as u64);
        Ok(len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_are_one_meter() {
        let meter = Meter::default();
        let mut stream = Metered::new(&b"0123456789"[..], meter.clone());
        stream.read_exact(&mut [0; 4]).unwrap();
        meter.clone().stop();
        assert_eq!((meter.read(), meter.is_stopped(), meter.expected()), (4, true, 0));
    }
}
