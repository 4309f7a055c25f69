//! What stands in a line about a mail, or beside such lines, and tells of something else: numbers that are no codes, requests to a
//! web server.

use super::place;
use crate::{dialect::OwnWords, knowledge::word_classes, smtp};

/// `500 e-mails sent, last to a@b.example`: what the number counts went out. `NFe 442 falha no envio para a@b.example`: it is that
/// of what the word before names, and the program goes on in its own words.
pub(super) fn is_own_number(before: &[u8], said: &[u8]) -> bool {
    if smtp::enhanced_status_code(said).is_ok() {
        return false;
    }
    let clause = said.split(|b| b",;:(".contains(b)).next().unwrap_or_default();
    let counts = || OwnWords::of(clause).sent && !clause.contains(&b'@');
    let name = before.strip_suffix(b" ").and_then(|before| before.rsplit(u8::is_ascii_whitespace).next());
    let named = || {
        name.is_some_and(|name| {
            name.len() > 1 && name.iter().all(u8::is_ascii_alphabetic) && word_classes(name).is_unknown()
        })
    };
    let tells = || clause.contains(&b'@') && OwnWords::of(place::before_address(clause)).failed;
    counts() || named() && tells()
}

/// `GET /logo.png 503`, `POST https://api.b.example -> 401`: a method of HTTP (RFC 9110) and what it asks for.
pub(super) fn is_web_request(text: &[u8]) -> bool {
    const METHODS: [&[u8]; 6] = [b"GET ", b"POST ", b"PUT ", b"HEAD ", b"PATCH ", b"DELETE "];
    let asked = METHODS.iter().find_map(|method| text.strip_prefix(*method));
    asked.is_some_and(|asked| asked.starts_with(b"/") || asked.starts_with(b"http"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_the_program_is_no_code() {
        let own = |before: &str, said: &str| is_own_number(before.as_bytes(), said.as_bytes());
        assert!(own("Newsletter: ", "e-mails sent, last to a@b.example"));
        assert!(own("NFe ", "falha no envio para a@b.example: tempo esgotado"));
        assert!(!own("failed: ", "User unknown"));
        assert!(!own("Error ", "delivery failed for a@b.example"));
    }
}
