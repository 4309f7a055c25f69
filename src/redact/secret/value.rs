//! Where the value of a setting stands, however a language, a shell or a file format writes one.

use super::super::span::words;

/// Marks of punctuation that are looked at between a name and its value, and bytes of a tag.
const MOST_MARKS: usize = 24;
const MOST_TAG_BYTES: usize = 120;

/// What stands between a name and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Separator {
    /// `=`, `:`, `->`, a cell's or a tag's end: what follows is a value.
    Sure,
    /// A comma or a bracket, which stand in sentences too.
    Doubtful,
}

/// Where the value of the setting stands whose name ends at `end`, if it has one. `option`: a space is enough.
pub(super) fn value(text: &str, start: usize, end: usize, option: bool) -> Option<(usize, usize)> {
    let before = text[..start].trim_end();
    if before.ends_with(['<', ':'])
        && text[..start].ends_with(['<', ':'])
        && let Some(found) = tagged(text, end)
    {
        return Some(found);
    }
    if text[..start].ends_with("</") {
        return None;
    }
    let bold = text[..start].ends_with('*');
    let mut gap = Gap { text, at: end, separator: None, opening: None, quoted: false, bold };
    gap.walk();
    let Gap { at: from, separator, opening, .. } = gap;
    let spaced = option && from > end && text[end..].starts_with([' ', '"', '\'']);
    match separator {
        None if opening.is_some_and(|c| "\"'[`".contains(c)) => {}
        None if spaced => return Some((from, from + one_word(&text[from..]))),
        None => return None,
        Some(Separator::Doubtful) if opening.is_none_or(|c| !"\"'`".contains(c)) => {
            let word = &text[from..from + one_word(&text[from..])];
            // `DKIM = did not pass, 550-5.7.26`
            if word.is_empty() || super::is_known_all(word) || super::is_reply_code(word) {
                return None;
            }
            return Some((from, from + word.len()));
        }
        Some(_) => {}
    }
    let rest = &text[from..];
    let len = match opening {
        Some(quote @ ('"' | '\'' | '`')) => quoted(rest, quote),
        Some('[') => rest.find(']').unwrap_or(rest.len()),
        Some('(') if rest.contains(')') => rest.find(')').unwrap_or(rest.len()),
        Some('{') if rest.contains('}') => {
            let close = rest.find('}').unwrap_or(rest.len());
            // `{CRYPT}aB9xKq2L`: the scheme of RFC 2307, and behind it the value.
            if rest[close + 1..].starts_with(|c: char| c.is_alphanumeric()) { setting(rest) } else { close }
        }
        Some('<') if rest.contains('>') => rest.find('>').unwrap_or(rest.len()),
        Some('>') => rest.find('<').unwrap_or_else(|| setting(rest)),
        _ => setting(rest),
    };
    Some((from, from + len))
}

/// XML with or without attributes: `<a:Password type="x">Kudu!7</a:Password>`.
fn tagged(text: &str, end: usize) -> Option<(usize, usize)> {
    let after = &text.as_bytes()[end..];
    let head = &after[..after.len().min(MOST_TAG_BYTES)];
    let close = memchr::memchr(b'>', head)?;
    if close > 0 && !head[0].is_ascii_whitespace() || head[..close].ends_with(b"/") {
        return None;
    }
    let from = end + close + 1;
    let rest = &text[from..];
    let inner = rest.strip_prefix("<![CDATA[").unwrap_or(rest);
    let from = text.len() - inner.len();
    let to = if inner.len() < rest.len() { inner.find("]]") } else { inner.find("</") };
    let to = from + to.unwrap_or(inner.len());
    // A tag within is a setting of its own: `<password><value>...`.
    let inner = &text[from..to];
    let value = inner.trim_start();
    if value.starts_with('<') {
        let open = value.find('>').map_or(0, |n| n + 1);
        return Some((to - value.len() + open, to));
    }
    Some((from, to))
}

/// Walks from the end of a name to the beginning of its value.
struct Gap<'t> {
    text: &'t str,
    at: usize,
    separator: Option<Separator>,
    /// The last quote or bracket before the value.
    opening: Option<char>,
    /// A quote was closed behind the name.
    quoted: bool,
    /// Asterisks stand before the name too, as in `**Password:** x`.
    bold: bool,
}

impl Gap<'_> {
    fn walk(&mut self) {
        let name_end = self.at;
        for _ in 0..MOST_MARKS {
            let rest = &self.text[self.at..];
            let Some(c) = rest.chars().next() else { return };
            // What is hidden already is the value.
            if rest.starts_with(super::HIDDEN) && !self.bold {
                return;
            }
            let step = match c {
                ' ' | '\u{a0}' | '\\' | '*' | '$' => c.len_utf8(),
                '"' | '\'' | '`' | '\u{201c}' | '\u{201d}' => {
                    self.quoted |= self.separator.is_none();
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
                '(' if rest.starts_with("(base64)") => "(base64)".len(),
                '<' if tag(rest).is_some()
                    && (self.separator != Some(Separator::Sure) || self.opening == Some('>')) =>
                {
                    self.separate(Separator::Sure, Some('>'));
                    tag(rest).unwrap_or(1)
                }
                '<' if rest.starts_with("<![CDATA[") => "<![CDATA[".len(),
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

fn one_word(rest: &str) -> usize {
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    rest[..end].trim_end_matches([',', ';', ')', ']', '}', '>', '"', '\'', '`']).len()
}

/// Up to the closing quote: not one behind a backslash, and not one inside a word (`'it's'`).
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    let end = text.char_indices().find(|(at, c)| {
        let inside = text[at + c.len_utf8()..].starts_with(char::is_alphanumeric);
        let closes = *c == quote && !escaped && !inside;
        escaped = *c == '\\' && !escaped;
        closes
    });
    end.map_or(text.len(), |(at, _)| at)
}

/// A password may hold spaces and marks: up to the next `name=` or `name:`, or a mark that ends a part. Where "password:"
/// stands in a sentence this hides some words of it; a password shown would be worse.
pub(super) fn setting(text: &str) -> usize {
    for (at, word) in words(text) {
        let end = at + word.len();
        // What is hidden already is a whole value.
        if word == super::HIDDEN {
            return end;
        }
        if at > 0 && word.find(['=', ':']).is_some_and(|n| n > 0 && word[..n].bytes().all(is_name)) {
            return text[..at].trim_end().len();
        }
        if word.ends_with([',', ';', '|']) && end < text.len() {
            return end - 1;
        }
    }
    text.trim_end().len()
}

fn is_name(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"_-.".contains(&b)
}
