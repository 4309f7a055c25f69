//! Writes maps in the order of their keys, so that every build of the program gives the same bytes.

use std::collections::{BTreeMap, HashMap};

use serde::{Serialize, Serializer};

/// A map, by its keys.
pub(super) fn map<K, V, S>(map: &HashMap<K, V>, serializer: S) -> Result<S::Ok, S::Error>
where
    K: Ord + Serialize,
    V: Serialize,
    S: Serializer,
{
    map.iter().collect::<BTreeMap<_, _>>().serialize(serializer)
}
