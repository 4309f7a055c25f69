//! The shape of a reply: two replies that differ only in ids, numbers and addresses have the same.

use crate::smtp;

use super::{personal, pseudonym::is_stand_in};

/// Puts `<addr>`, `<id>` and `<n>` for the values; codes, words and links stay.
pub(super) fn template(text: &str) -> String {
    let text = personal::replace_addresses(text, "<addr>");
    let mut out = String::with_capacity(text.len());
    let mut rest = &*text;
    while let Some(start) = rest.find(|c: char| !is_edge(c)) {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let mut end = rest.find(|c: char| is_edge(c) && !is_joint(c)).unwrap_or(rest.len());
        end = rest[..end].trim_end_matches(is_joint).len();
        // `TLS 1.2`: a version is no value.
        if out.ends_with("TLS ") || out.ends_with("SSL ") {
            out.push_str(&rest[..end]);
        } else {
            push_token(&rest[..end], &mut out);
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// The text between tokens.
fn is_edge(c: char) -> bool {
    matches!(c, '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | ',' | ';' | '"' | '\'')
        || is_joint(c)
        || c.is_whitespace()
}

/// The text between tokens only at their ends; inside it joins.
fn is_joint(c: char) -> bool {
    matches!(c, '.' | ':' | '/' | '!' | '?' | '=' | '#')
}

fn push_token(token: &str, out: &mut String) {
    let is_code = matches!(smtp::enhanced_status_code(token.as_bytes()), Ok(([], _)));
    if is_code || ["n", "id", "addr"].contains(&token) {
        return out.push_str(token);
    }
    if let Some((scheme, rest)) = token.split_once("://") {
        // A link says what the error means; its query may hold an id.
        let (link, query) = rest.split_at(rest.find('?').unwrap_or(rest.len()));
        out.push_str(scheme);
        out.push_str("://");
        out.push_str(link);
        return out.push_str(if digits(query) >= 3 { "?<id>" } else { query });
    }
    if let Some((key, value)) = token.split_once('=') {
        out.push_str(key);
        out.push('=');
        return push_token(value, out);
    }
    // Of a host name or a dotted id the first part decides.
    let first = token.split('.').next().unwrap_or(token);
    let numeric = token.bytes().all(|b| b.is_ascii_digit() || b".:-/+".contains(&b));
    if numeric && digits(token) > 0 {
        out.push_str("<n>");
    } else if is_stand_in(token)
        || digits(first) >= 3 && first.bytes().any(|b| b.is_ascii_alphabetic() || b == b'-') && token.len() > 5
    {
        out.push_str("<id>");
    } else {
        out.push_str(token);
    }
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use super::template;

    #[test]
    fn values_become_holes() {
        for (text, shape) in [
            (
                "5.7.8 Username and Password not accepted. https://support.google.com/mail/?p=BadCredentials x9sm1234567qke.23 - gsmtp",
                "5.7.8 Username and Password not accepted. https://support.google.com/mail/?p=BadCredentials <id> - gsmtp",
            ),
            ("2.0.0 Ok: queued as 4XyZQk1b2cz9tL", "2.0.0 Ok: queued as <id>"),
            ("5.1.1 <fred@own.co.za>: user unknown", "5.1.1 <<addr>>: user unknown"),
            ("size 123456 exceeds 10000 (limit=99)", "size <n> exceeds <n> (limit=<n>)"),
            ("IP [41.1.2.3] blocked (S3140)", "IP [<n>] blocked (S3140)"),
            ("smtp.office365.com at 2026-02-19T15:42:20.743Z", "smtp.office365.com at <id>"),
            ("try again later...", "try again later..."),
            ("TLS 1.2 is needed in 5 days", "TLS 1.2 is needed in <n> days"),
        ] {
            assert_eq!(template(text), shape);
            assert_eq!(template(shape), shape, "again");
        }
    }
}
