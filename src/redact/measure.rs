//! Words around a number that say what it is: a size, a time, a place in a program.

use std::sync::LazyLock;

/// A number may follow them.
static MEASURES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    "bytes column count delay duration elapsed errno error errorlevel exceeded exceeds exit fout hresult \
    length level limit line lyn max maximum octets pid poort port process retry size status thread time \
    timeout took total version winsock"
        .split(' ')
        .collect()
});
/// A number may stand before them.
static UNITS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    "byte bytes connections gb k kb mb messages milliseconds minutes ms octets recipients s sec seconds"
        .split(' ')
        .collect()
});

/// A number behind the word is a size, a time or a place in a program.
pub(super) fn is_measure(word: &str) -> bool {
    MEASURES.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// A number before the word is a size or a time.
pub(super) fn is_unit(word: &str) -> bool {
    UNITS.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// The last word of a setting's name says what its number counts.
pub(super) fn ends_in_measure(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    MEASURES.iter().any(|word| name.ends_with(word))
}
