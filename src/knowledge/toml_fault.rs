//! Why a TOML file cannot be used, without a word of it: the wrong file may be a log, and its lines hold passwords.

/// Characters between which an error quotes the file.
const QUOTES: [char; 2] = ['`', '"'];

/// The line (from 1) and the reason. Of the reason only our own words stay, and names that could have stood there.
pub(crate) fn toml_fault(error: &toml::de::Error, text: &str) -> (usize, String) {
    let offset = error.span().map_or(0, |span| span.start.min(text.len()));
    let line = text.as_bytes()[..offset].iter().filter(|b| **b == b'\n').count() + 1;
    (line, own_words(&error.message().replace('\n', " ")))
}

/// The reason without what it quotes of the file; behind `expected` and `missing field` stand names of ours.
fn own_words(message: &str) -> String {
    let ours = |at: usize| ["expected", "missing field"].iter().any(|word| message[..at].contains(word));
    let mut out = String::with_capacity(message.len());
    let mut at = 0;
    while let Some(open) = message[at..].find(QUOTES).map(|n| at + n) {
        let quote = message[open..].chars().next().unwrap_or('`');
        out.push_str(&message[at..open]);
        // Without an end, as where the quoted text holds a quote itself, the rest is not ours.
        let Some(close) = message[open + 1..].find(quote).map(|n| open + 2 + n) else {
            at = message.len();
            break;
        };
        out.push_str(if ours(open) { &message[open..close] } else { "(...)" });
        at = close;
    }
    out + &message[at..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only its errors count")]
    struct File {
        name: Option<u8>,
    }

    #[test]
    fn a_reason_quotes_nothing_of_the_file() {
        for text in [
            "name = 1\nKuduPass9 = 1",
            "name = \"KuduPass9\"",
            "name = 1\n[KuduPass9]\nKuduPass9 = 2",
            "AUTH PLAIN KuduPass9",
            "name = 'KuduPass9 \" ` x'",
            "\"KuduPass9` x\" = 1",
            "KuduPass9 = 1\nKuduPass9 = 1",
        ] {
            let error = toml::from_str::<File>(text).unwrap_err();
            let (_, reason) = toml_fault(&error, text);
            assert!(!reason.contains("Kudu"), "{text}: {reason}");
        }
        let error = toml::from_str::<File>("\n\nsort = 1").unwrap_err();
        assert_eq!(toml_fault(&error, "\n\nsort = 1"), (3, "unknown field (...), expected `name`".to_owned()));
    }
}
