//! What is asked of a domain beside its addresses.

/// A kind of DNS record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Record {
    /// Mail exchangers, the preferred one first.
    Mx,
    /// Texts.
    Txt,
}
