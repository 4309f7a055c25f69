//! Where a line stands, and when.

/// `Wednesday, 28 November 2026 08:26:00.123 +02:00`
const MAX_STAMP_BYTES: usize = 47;

/// A stamp as raw bytes, copied: it is parsed only when a transaction is given out.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawStamp {
    pub length: u8,
    bytes: [u8; MAX_STAMP_BYTES],
}

impl Default for RawStamp {
    fn default() -> Self {
        RawStamp { length: 0, bytes: [0; MAX_STAMP_BYTES] }
    }
}

impl RawStamp {
    pub(super) fn new(stamp: &[u8]) -> Self {
        let mut raw = RawStamp::default();
        raw.set(stamp);
        raw
    }

    pub(super) fn set(&mut self, stamp: &[u8]) {
        let length = stamp.len().min(self.bytes.len());
        self.bytes[..length].copy_from_slice(&stamp[..length]);
        self.length = length as u8;
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }
}

/// Where a line stands.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Position {
    /// Its number, from 1.
    pub line: u64,
    /// Its offset in the log, in bytes.
    pub offset: u64,
}
