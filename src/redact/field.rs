//! The name of a field whose value follows, however a program writes the two: `"sid":"`, `id=`, `salt:{SSHA}`.

use super::{known_word::is_known, trace};

/// Letters of a name; a single one says nothing.
const SHORTEST: usize = 2;

/// The text before a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Field<'t> {
    /// The letters and digits right before; none where another mark stands there.
    pub(super) name: &'t str,
    /// `=` or `:` follows them; if not, it is but the word before.
    pub(super) mark: Option<char>,
}

impl Field<'_> {
    /// It says that an id follows: `sid`, `MessageId`.
    pub(super) fn is_id(&self) -> bool {
        ["id", "Id", "ID"].iter().any(|end| self.name.ends_with(end))
    }

    /// The name is a word that no program uses, so that anything may follow.
    pub(super) fn is_strange(&self) -> bool {
        let known = is_known(self.name) || trace::pieces(self.name).all(is_known);
        self.name.len() >= SHORTEST && !known
    }
}

/// The field whose value begins behind the text.
pub(super) fn before(text: &str) -> Field<'_> {
    const QUOTES: [char; 4] = ['"', '\'', '\\', ' '];
    let head = text.trim_end_matches('{').trim_end_matches(QUOTES);
    // `{SSHA}`, as RFC 2307 names how it was made.
    let scheme = head.strip_suffix('}').and_then(|head| head.rsplit_once('{'));
    let head = scheme.map_or(head, |(head, _)| head.trim_end_matches(QUOTES));
    let mark = head.chars().next_back().filter(|c| matches!(c, '=' | ':'));
    let named = head.trim_end_matches(['=', ':']).trim_end_matches(QUOTES);
    let name = &named[named.trim_end_matches(|c: char| c.is_ascii_alphanumeric()).len()..];
    Field { name, mark }
}

#[test]
fn names_stand_before_values() {
    for (text, name, mark) in [
        ("x \\\"sid\\\": \\\"", "sid", Some(':')),
        ("a=1 id=", "id", Some('=')),
        ("salt: {SSHA}", "salt", Some(':')),
        ("queued as ", "as", None),
        ("f(\"fred\",\"", "", None),
        ("", "", None),
    ] {
        assert_eq!(before(text), Field { name, mark }, "{text}");
    }
    assert!(before("wagw: ").is_strange() && !before("MessageId=").is_strange() && !before("p = '").is_strange());
}
