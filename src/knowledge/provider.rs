//! Mail providers: their servers, limits, and how they show in a log.

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use super::error::KnowledgeError;

/// What is known of a provider. Fields are as its pages give them; `None` and empty are "not known".
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// The name people know.
    pub name: String,
    /// Domains of its mail addresses.
    #[serde(default)]
    pub domains: Vec<String>,
    /// Servers to send through, in the order to try.
    #[serde(default)]
    pub servers: Vec<Server>,
    /// Names of its servers in a log, with `*` for any characters.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Words in its greeting; all of one entry, separated by spaces that stand for any characters.
    #[serde(default)]
    pub greetings: Vec<String>,
    /// What to type as the user name.
    pub username: Option<String>,
    /// What to know about signing in, in sentences.
    pub sign_in: Option<String>,
    /// Which sender's addresses it takes, in sentences.
    pub sender: Option<String>,
    /// Largest message, in bytes.
    pub max_message_bytes: Option<u64>,
    /// Messages in a rolling day.
    pub messages_per_day: Option<u32>,
    /// Messages in an hour.
    pub messages_per_hour: Option<u32>,
    /// Recipients of one message.
    pub recipients_per_message: Option<u32>,
    /// The limits in the provider's own terms.
    pub limits: Option<String>,
    /// Where the facts are from.
    #[serde(default)]
    pub sources: Vec<String>,
    /// How sure they are: `high`, `medium`, `low` or `none`, with a remark.
    pub confidence: Option<String>,
}

/// A server to send through.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Its name; `<domain>` and `<region>` are to be replaced.
    pub host: Option<String>,
    /// Its port.
    pub port: Option<u16>,
    /// `starttls`, `implicit` or `none`; `None` is not known.
    pub tls: Option<String>,
    /// A remark about this server only.
    pub note: Option<String>,
}

/// All providers.
#[derive(Debug, Default)]
pub(super) struct Providers {
    rows: Vec<Provider>,
    /// The words of all greetings.
    words: Option<AhoCorasick>,
    /// Provider and words of each greeting, in the order of the providers.
    greetings: Vec<(usize, Vec<usize>)>,
}

impl Providers {
    pub(super) fn new(rows: &[Provider]) -> Result<Providers, KnowledgeError> {
        let mut words: Vec<&str> = Vec::new();
        let mut greetings = Vec::new();
        for (place, row) in rows.iter().enumerate() {
            for greeting in row.greetings.iter().filter(|greeting| !greeting.is_empty()) {
                let own = words.len()..words.len() + greeting.split(' ').count();
                words.extend(greeting.split(' '));
                greetings.push((place, own.collect()));
            }
        }
        let built = AhoCorasick::builder().ascii_case_insensitive(true).build(&words)?;
        Ok(Providers { rows: rows.to_vec(), words: Some(built), greetings })
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Provider> {
        self.rows.iter()
    }

    pub(super) fn by_host(&self, host: &[u8]) -> Option<&Provider> {
        let host = host.strip_suffix(b".").unwrap_or(host).to_ascii_lowercase();
        // A server that somebody types in beats a pattern: smtp-relay.gmail.com is not Gmail for everybody.
        let named =
            |p: &&Provider| p.servers.iter().flat_map(|s| &s.host).any(|h| h.as_bytes().eq_ignore_ascii_case(&host));
        let fits = |p: &&Provider| p.hosts.iter().any(|pattern| glob(pattern.as_bytes(), &host));
        self.iter().find(named).or_else(|| self.iter().find(fits))
    }

    pub(super) fn by_domain(&self, domain: &[u8]) -> Option<&Provider> {
        self.iter().find(|p| p.domains.iter().any(|d| d.as_bytes().eq_ignore_ascii_case(domain)))
    }

    /// All words of a greeting must stand in the text, in any order.
    pub(super) fn by_greeting(&self, text: &[u8]) -> Option<&Provider> {
        let words = self.words.as_ref()?;
        let found: Vec<usize> = words.find_overlapping_iter(text).map(|found| found.pattern().as_usize()).collect();
        if found.is_empty() {
            return None;
        }
        let greets = |(_, words): &&(usize, Vec<usize>)| words.iter().all(|word| found.contains(word));
        self.greetings.iter().find(greets).and_then(|(place, _)| self.rows.get(*place))
    }

    pub(super) fn by_name(&self, name: &str) -> Option<&Provider> {
        let whole = self.iter().find(|p| p.name.eq_ignore_ascii_case(name));
        let holds = |p: &&Provider| {
            let all = p.name.to_ascii_lowercase();
            all.contains(&name.to_ascii_lowercase())
        };
        whole.or_else(|| self.iter().find(holds).filter(|_| !name.is_empty()))
    }
}

/// Whether `name` fits a pattern in which `*` stands for any characters. Linear: the shortest fit for each part is enough.
fn glob(pattern: &[u8], name: &[u8]) -> bool {
    let mut parts = pattern.split(|b| *b == b'*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts.filter(|part| !part.is_empty()) {
        let Some(at) = rest.windows(part.len()).position(|w| w == part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        assert!(glob(b"*.gmail.com", b"smtp.gmail.com"));
        assert!(!glob(b"*.gmail.com", b"smtp.gmail.com.example"));
        assert!(glob(b"email-smtp.*.amazonaws.com", b"email-smtp.af-south-1.amazonaws.com"));
        assert!(!glob(b"a*a", b"a"));
        assert!(glob(b"exact", b"exact"));
        assert!(!glob(b"exact", b"exactly"));
    }
}
