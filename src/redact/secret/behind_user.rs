//! What stands right behind whoever signs in, in a record or in markup: the secret, under whatever name.

use crate::knowledge::{SecretNames, WordClass};

use super::{super::span::floor_char_boundary, TAG, is_known_all, spoken};

/// `{"user":"fred","word":"invoice"}`: right behind whoever signs in stands the secret, under whatever name but that of another
/// setting, and whatever else programs call so.
pub(super) fn value(text: &str, start: usize, name: &str) -> Option<(usize, usize)> {
    const PARTING: [char; 7] = ['"', '\'', '\\', ' ', ',', ';', '&'];
    let behind = text[start + name.len()..].trim_start_matches(['"', '\'', '\\', ' ']);
    let before = text[..start].trim_end_matches(PARTING);
    if !behind.starts_with([':', '=']) || before.len() + 1 > start || text[..start].ends_with("://") {
        return None;
    }
    let user = before.trim_end_matches(|c: char| c.is_alphanumeric() || "@._-".contains(c));
    let field = super::super::field::before(user);
    let signs_in = is_of_user(field.name) || field.name == "name" && SecretNames::builtin().is_sign_in(user.as_bytes());
    if user.len() == before.len() || field.mark.is_none() || !signs_in || spoken::is_setting(name) {
        return None;
    }
    let (from, _) = super::value::value(text, start, start + name.len(), false)?;
    let to = from + text[from..].find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len() - from);
    let value = &text[from..to];
    if text[to..].starts_with([' ', '.', '-', '_', '@', '/', '(']) {
        return None;
    }
    let loose = spoken::may_be_value(value) && !spoken::is_setting(value) && !spoken::is_owner(value);
    (loose && is_known_all(value)).then_some((from, to))
}

/// `<user name="fred"><key>invoice</key></user>`, `<u>fred</u><p>invoice</p>`, `<cred user="fred">invoice</cred>`: the same in
/// markup.
pub(super) fn element(text: &str, start: usize, name: &str) -> Option<(usize, usize)> {
    let (before, behind) = (&text[..start], &text[start + name.len()..]);
    let content = |behind: &str| behind.strip_prefix('>').map(|content| text.len() - content.len());
    let from = if before.ends_with('<') {
        // The element before, or the one around, is who signs in.
        let head = before[..start - 1].trim_end_matches([' ', '>']);
        let near = &head[floor_char_boundary(head, head.len().saturating_sub(TAG))..];
        let closed = near.rsplit_once("</").map(|(_, tag)| tag).filter(|tag| is_of_user(tag));
        let around = || near.rsplit_once('<').filter(|(_, tag)| near.ends_with('"') && tags_user(tag));
        if spoken::is_setting(name) || closed.is_none() && around().is_none() {
            return None;
        }
        content(behind)?
    } else if is_of_user(name) && before.ends_with(' ') && before.rfind('<') > before.rfind('>') {
        content(behind.strip_prefix("=\"").and_then(|value| value.split_once('"')).map(|(_, rest)| rest)?)?
    } else {
        return None;
    };
    let to = from + text[from..].find("</")?;
    spoken::may_be_value(&text[from..to]).then_some((from, to))
}

/// `user name="fred"`: an element of somebody who signs in.
fn tags_user(tag: &str) -> bool {
    tag.split([' ', '=']).any(is_of_user)
}

/// A setting of this name holds who signs in. Where it is no name of one, `u` is a word of Afrikaans.
pub(in crate::redact) fn is_of_user(name: &str) -> bool {
    ["u", "uid"].iter().any(|short| short.eq_ignore_ascii_case(name)) || spoken::is_of_whole(name, WordClass::User)
}
