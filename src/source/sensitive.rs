//! Bytes of a log, kept so that nobody prints them by accident.

use std::fmt;

/// Bytes copied out of a log: they may hold a password or a patient's address. No `Display`, no `Serialize`, and
/// a `Debug` that tells only the length, so that they reach a reader through [`redact`](mod@crate::redact) or not at all.
///
/// ```compile_fail
/// let bytes = mtmlog::source::Sensitive::new(b"secret");
/// println!("{bytes}");
/// ```
///
/// ```compile_fail
/// let bytes = mtmlog::source::Sensitive::new(b"secret");
/// serde_json::to_string(&bytes);
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sensitive(Box<[u8]>);

impl Sensitive {
    /// Copies the bytes.
    pub fn new(bytes: &[u8]) -> Self {
        Sensitive(bytes.into())
    }

    /// The bytes, for comparing and judging. `report` and `cli` never call this (`tests/suite/architecture.rs`).
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// There are no bytes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sensitive({} bytes)", self.0.len())
    }
}
