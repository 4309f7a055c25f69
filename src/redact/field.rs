//! A field, its name and its value, however a language, a shell or a file format writes the two: `"sid":"`, `id=`,
//! `salt:{SSHA}`. Read from either end.

use super::{known_word::is_known, span::runs, stand_in::HIDDEN, trace};

/// Marks of punctuation that are looked at between a name and its value, and bytes of a tag.
const MOST_MARKS: usize = 24;
pub(super) const MOST_TAG_BYTES: usize = 120;

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

/// What stands between a name and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    /// `=`, `:`, `->`, a cell's or a tag's end: what follows is a value.
    Sure,
    /// A comma or a bracket, which stand in sentences too.
    Doubtful,
}

/// The way from the end of a name to the beginning of its value.
pub(super) struct Gap<'t> {
    text: &'t str,
    pub(super) at: usize,
    pub(super) separator: Option<Separator>,
    /// The last quote or bracket before the value.
    pub(super) opening: Option<char>,
    /// Asterisks stand before the name too, as in `**Password:** x`.
    bold: bool,
}

impl<'t> Gap<'t> {
    /// What stands behind the name between these places.
    pub(super) fn behind(text: &'t str, start: usize, end: usize) -> Self {
        let bold = text[..start].ends_with('*');
        let mut gap = Gap { text, at: end, separator: None, opening: None, bold };
        gap.walk();
        gap
    }

    fn walk(&mut self) {
        let name_end = self.at;
        for _ in 0..MOST_MARKS {
            let rest = &self.text[self.at..];
            let Some(c) = rest.chars().next() else { return };
            // What is hidden already is the value.
            if rest.starts_with(HIDDEN) && !self.bold {
                return;
            }
            let step = match c {
                ' ' | '\u{a0}' | '\\' | '*' | '$' => c.len_utf8(),
                '"' | '\'' | '`' | '\u{201c}' | '\u{201d}' => {
                    self.opening =
                        (self.separator.is_some() || self.text[name_end..self.at].ends_with([' ', '('])).then_some(c);
                    c.len_utf8()
                }
                ']' | ')' | '}' if self.separator.is_none() => 1,
                // `Password .......: x`
                '.' if self.separator.is_none() && (dotted(rest) || rest.starts_with("...")) => {
                    let len = rest.len() - rest.trim_start_matches(['.', ' ']).len();
                    if !dotted(rest) {
                        self.separate(Separator::Doubtful, None);
                    }
                    len
                }
                '(' | '[' if self.separator.is_none() && remark(rest).is_some() => remark(rest).unwrap_or(1),
                '<' if tag(rest).is_some()
                    && (self.separator != Some(Separator::Sure) || self.opening == Some('>')) =>
                {
                    self.separate(Separator::Sure, Some('>'));
                    tag(rest).unwrap_or(1)
                }
                '<' if rest.starts_with("<![CDATA[") => "<![CDATA[".len(),
                // `password <- "Kudu7"`
                '<' if rest.starts_with("<-") => {
                    self.separate(Separator::Sure, None);
                    "<-".len()
                }
                '=' | ':' | '|' | '\t' => {
                    self.separate(Separator::Sure, None);
                    1
                }
                '>' if self.separator.is_none() && self.text[..self.at].ends_with('-') => {
                    self.separate(Separator::Sure, None);
                    1
                }
                '>' => {
                    let arrow = self.text[..self.at].ends_with(['=', '-']);
                    self.separate(Separator::Sure, (!arrow).then_some('>'));
                    1
                }
                '-' if rest.starts_with("->") => 1,
                ',' if self.separator.is_none() => {
                    self.separate(Separator::Doubtful, None);
                    1
                }
                '[' if self.separator.is_none() && self.at > name_end => {
                    self.opening = Some('[');
                    1
                }
                '(' | '[' | '{' | '<' => {
                    if self.separator.is_none() {
                        self.separate(Separator::Doubtful, None);
                    }
                    self.opening = Some(c);
                    1
                }
                _ if self.opening == Some('"')
                    && self.separator == Some(Separator::Doubtful)
                    && other_name(rest).is_some() =>
                {
                    self.separate(Separator::Sure, None);
                    other_name(rest).unwrap_or(1)
                }
                _ => match accessor(rest, self.at > name_end) {
                    Some((len, separates)) => {
                        if separates && self.separator.is_none() {
                            self.separator = Some(Separator::Sure);
                        }
                        self.opening = None;
                        len
                    }
                    None => return,
                },
            };
            self.at += step;
        }
    }

    fn separate(&mut self, how: Separator, opening: Option<char>) {
        self.separator = Some(how);
        self.opening = opening;
    }
}

/// `password [plain] = Kudu7`: the length of what is said in brackets about a name before its separator.
fn remark(rest: &str) -> Option<usize> {
    let to = rest.find([']', ')'])?;
    let known = |(_, word): (usize, &str)| is_known(word) && !word.starts_with(|c: char| c.is_ascii_digit());
    let parted = rest[to + 1..].trim_start_matches(' ').starts_with(['=', ':']);
    let told = rest[1..to].contains(char::is_alphabetic);
    (parted && told && runs(&rest[1..to], true, |b| b.is_ascii_alphanumeric()).all(known)).then_some(to + 1)
}

/// Dots that lead to a colon.
fn dotted(rest: &str) -> bool {
    rest.trim_start_matches(['.', ' ']).starts_with([':', '='])
}

/// The length of a tag of HTML or XML.
fn tag(rest: &str) -> Option<usize> {
    let head = &rest.as_bytes()[..rest.len().min(MOST_TAG_BYTES)];
    let name = head.get(1).is_some_and(|b| b.is_ascii_alphabetic() || *b == b'/');
    let end = memchr::memchr(b'>', head)?;
    let plain = head[1..end].iter().all(|b| b.is_ascii_alphanumeric() || b" /=\"'_:-".contains(b));
    let closes = head[1] == b'/' || memchr::memmem::find(head, b"</").is_some();
    (name && plain && closes).then_some(end + 1)
}

/// `{"type":"password","data":"Kudu7"}`: the length of the name under which the value stands beside that of the secret.
fn other_name(rest: &str) -> Option<usize> {
    let len = rest.bytes().take_while(|b| b.is_ascii_alphabetic() || *b == b'_').count();
    let value = rest[len..].trim_start_matches('\\').strip_prefix('"')?.trim_start_matches(' ').strip_prefix(':')?;
    let told = value.trim_start_matches([' ', '\\']).starts_with('"');
    (len > 0 && told).then_some(rest.len() - value.len())
}

/// A word that stands between a name and its value, and whether it parts the two by itself.
fn accessor(rest: &str, gap: bool) -> Option<(usize, bool)> {
    const WORDS: [(&str, bool); 14] = [
        (".value", false),
        (".text", false),
        (".tostring()", false),
        ("value", false),
        ("val", false),
        ("-string", true),
        ("-value", true),
        ("/d", true),
        ("reg_expand_sz", true),
        ("reg_binary", true),
        ("reg_sz", true),
        ("string", false),
        ("3d", false),
        ("type", false),
    ];
    let named = |word: &str| rest.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
    let (word, separates) = WORDS.iter().find(|(word, _)| named(word) && (gap || word.starts_with('.')))?;
    let after = &rest[word.len()..];
    if *word == "string" {
        // `string(11) "..."`, as PHP prints one.
        let digits = after.strip_prefix('(')?.find(|c: char| !c.is_ascii_digit())?;
        return after[1 + digits..].starts_with(')').then_some((word.len() + digits + 2, true));
    }
    let parted = after.trim_start_matches(['"', '\'', '\\', ' ']).starts_with(['=', ':', ',', '>']);
    (*separates && after.starts_with([' ', '"', '\'']) || parted).then_some((word.len(), *separates))
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
