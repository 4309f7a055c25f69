//! DNS records that are asked for beside addresses.

/// The values of records with their preferences (0 for texts): the preferred one first, without the dot of the root.
pub(super) fn in_order(mut found: Vec<(u16, String)>) -> Vec<String> {
    found.sort_by_key(|(preference, _)| *preference);
    found.into_iter().map(|(_, value)| value.trim_end_matches('.').to_owned()).collect()
}

/// A kind of DNS record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Record {
    /// Mail exchangers, the preferred one first.
    Mx,
    Txt,
}
