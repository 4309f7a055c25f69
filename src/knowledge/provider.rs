//! Mail providers: their servers, limits, and how they show in a log.

use std::{collections::HashMap, sync::OnceLock};

use serde::{Deserialize, Serialize};

use super::{
    automaton::Automaton,
    error::{KnowledgeError, bad_row},
    plain::Plain,
    sorted,
    step::Step,
};

/// A provider, as far as it is known. Fields are as its pages give them; `None` and empty are "not known".
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
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
    /// The password that its server takes from a mail program.
    #[serde(default)]
    pub password: Password,
    /// The day on which somebody last looked, as `YYYY-MM-DD`.
    pub checked: Option<String>,
    /// The form of the user name, such as `full address`.
    pub username: Option<String>,
    pub sign_in: Option<Step>,
    /// A step about the sender's address.
    pub sender: Option<Step>,
    /// Further facts, in sentences: no step.
    pub about: Option<String>,
    /// Largest message, in bytes.
    pub max_message_bytes: Option<u64>,
    /// Messages in a rolling day.
    pub messages_per_day: Option<u32>,
    pub messages_per_hour: Option<u32>,
    pub recipients_per_message: Option<u32>,
    /// The limits in the provider's own terms.
    pub limits: Option<String>,
    /// Where the facts are from.
    #[serde(default)]
    pub sources: Vec<String>,
    /// Certainty of the facts: `high`, `medium`, `low` or `none`, with a remark.
    pub confidence: Option<String>,
}

/// The password that a server takes from a mail program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Password {
    /// The account's own, as far as anybody knows.
    #[default]
    Own,
    /// Only one that was made for programs.
    App,
    /// None at all: only OAuth2, or a program of its own.
    Refused,
    /// None is asked for.
    None,
}

/// A server to send through.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Its name; `<domain>` and `<region>` are to be replaced.
    pub host: Option<String>,
    pub port: Option<u16>,
    /// `starttls`, `implicit` or `none`; `None` is not known.
    pub tls: Option<String>,
    /// A remark about this server only.
    pub note: Option<String>,
}

/// All providers.
#[derive(Debug, Default, Deserialize, Serialize)]
pub(crate) struct Providers {
    /// Our own rows, then those of ISPDB.
    rows: Vec<Provider>,
    /// The number of our own rows.
    own: usize,
    /// The row of each mail domain, in small letters.
    #[serde(serialize_with = "sorted::map")]
    domains: HashMap<String, usize>,
    /// The words of all greetings, in small letters.
    words: Automaton,
    /// Provider and words of each greeting, in the order of the providers.
    greetings: Vec<(usize, Vec<u16>)>,
    /// Made when the first host is asked for.
    #[serde(skip)]
    by_host: OnceLock<ByHost>,
}

/// Where to look for the row of a host.
#[derive(Debug)]
struct ByHost {
    /// The first row that has this server, in small letters.
    named: HashMap<String, usize>,
    /// The rows that have patterns.
    patterns: Vec<usize>,
}

impl ByHost {
    fn of(rows: &[Provider]) -> ByHost {
        let mut named = HashMap::new();
        for (place, host) in rows
            .iter()
            .enumerate()
            .flat_map(|(place, row)| row.servers.iter().filter_map(move |server| Some((place, server.host.as_ref()?))))
        {
            named.entry(host.to_ascii_lowercase()).or_insert(place);
        }
        let patterns = (0..rows.len()).filter(|place| !rows[*place].hosts.is_empty()).collect();
        ByHost { named, patterns }
    }
}

impl Providers {
    /// `lay_under` adds the rows of others to our own.
    pub(super) fn new(own: &[Provider], lay_under: fn(&mut Vec<Provider>)) -> Result<Providers, KnowledgeError> {
        let mut rows = own.to_vec();
        lay_under(&mut rows);
        let mut domains = HashMap::new();
        for (place, row) in rows.iter().enumerate() {
            for domain in &row.domains {
                domains.entry(domain.to_ascii_lowercase()).or_insert(place);
            }
        }
        let mut words: Vec<String> = Vec::new();
        let mut greetings = Vec::new();
        for (place, row) in rows.iter().enumerate() {
            for greeting in &row.greetings {
                let mut ids = Vec::new();
                for word in greeting.split(' ').filter(|word| !word.is_empty()).map(str::to_ascii_lowercase) {
                    let known = words.iter().position(|known| *known == word);
                    let id = known.unwrap_or_else(|| {
                        words.push(word);
                        words.len() - 1
                    });
                    ids.push(u16::try_from(id).map_err(|_| bad_row(&row.name, "too many greetings before it"))?);
                }
                if !ids.is_empty() {
                    greetings.push((place, ids));
                }
            }
        }
        Ok(Providers {
            rows,
            own: own.len(),
            domains,
            words: Automaton::of_all(&words)?,
            greetings,
            by_host: OnceLock::new(),
        })
    }

    /// Our own rows, in the order of the file.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Provider> {
        self.rows.iter().take(self.own)
    }

    /// The provider whose server has this name.
    pub(crate) fn by_host(&self, host: &[u8]) -> Option<&Provider> {
        let host = host.strip_suffix(b".").unwrap_or(host).to_ascii_lowercase();
        let ByHost { named, patterns } = self.by_host.get_or_init(|| ByHost::of(&self.rows));
        // A server that somebody types in beats a pattern: smtp-relay.gmail.com is not Gmail for everybody.
        let named = std::str::from_utf8(&host).ok().and_then(|host| named.get(host));
        let fits = |p: &&Provider| p.hosts.iter().any(|pattern| glob(pattern.as_bytes(), &host));
        let by_pattern = || patterns.iter().filter_map(|place| self.rows.get(*place)).find(fits);
        named.and_then(|place| self.rows.get(*place)).or_else(by_pattern)
    }

    /// The row of a mail domain, or of one that it is below: `clinic.mweb.co.za` has its mail at MWEB.
    pub(crate) fn by_domain(&self, domain: &[u8]) -> Option<&Provider> {
        let domain = std::str::from_utf8(domain).ok()?.to_ascii_lowercase();
        let mut rest = domain.as_str();
        loop {
            if let Some(place) = self.domains.get(rest) {
                return self.rows.get(*place);
            }
            (_, rest) = rest.split_once('.').filter(|(_, parent)| parent.contains('.'))?;
        }
    }

    /// The first provider whose server a text names.
    pub(crate) fn named_in(&self, text: &[u8]) -> Option<&Provider> {
        Plain::of(text, None).names().find_map(|host| self.by_host(host))
    }

    /// The known mail domain that somebody meant who typed this one, where there is just one nearest; `None` where it is known.
    pub(crate) fn domain_meant(&self, domain: &str) -> Option<&str> {
        if self.by_domain(domain.as_bytes()).is_some() {
            return None;
        }
        let domain = domain.to_ascii_lowercase();
        // Another country is no typing error: outlook.co.za is not outlook.co.id.
        fn country(name: &str) -> Option<&str> {
            name.rsplit('.').next().filter(|label| label.len() == 2)
        }
        let here = country(&domain);
        let abroad = |known: &str| here.zip(country(known)).is_some_and(|(one, other)| one != other);
        let known = self.domains.iter().filter(|(known, _)| is_as_long(known, &domain, MAX_CHANGES) && !abroad(known));
        // Of two as near, our own rows come first.
        let typed = nearest(&domain, &domain, known.map(|(known, place)| (known.as_str(), *place >= self.own)));
        // A provider of our own rows, with the ending of another country: gmail.co.za is meant to be gmail.com.
        fn label(name: &str) -> Option<&str> {
            name.split('.').next()
        }
        let ours = self.domains.iter().filter(|(_, place)| **place < self.own).map(|(known, _)| known.as_str());
        let abroad = || {
            let same = ours.filter(|known| label(known) == label(&domain));
            same.min_by_key(|known| (!known.ends_with(".com"), known.len(), *known))
        };
        typed.or_else(abroad)
    }

    /// A known server that somebody meant who typed this one; `None` where it is known, or near to none.
    pub(crate) fn host_meant(&self, host: &str) -> Option<&str> {
        let host = host.to_ascii_lowercase();
        // What every server is called, `smtp`, makes no two of them alike.
        let (_, domain) = host.split_once('.')?;
        let servers = self.rows.iter().enumerate().flat_map(|(place, row)| row.servers.iter().map(move |s| (place, s)));
        let known = servers.filter_map(|(place, server)| Some((server.host.as_deref()?, place >= self.own)));
        self.by_host(host.as_bytes()).is_none().then(|| nearest(&host, domain, known)).flatten()
    }

    /// The provider whose server greets like this: all words of a greeting stand in the text, in any order.
    pub(crate) fn by_greeting(&self, text: &[u8]) -> Option<&Provider> {
        let found: Vec<u16> = self.words.overlapping(&text.to_ascii_lowercase()).map(|hit| hit.needle).collect();
        if found.is_empty() {
            return None;
        }
        let greets = |(_, words): &&(usize, Vec<u16>)| words.iter().all(|word| found.contains(word));
        self.greetings.iter().find(greets).and_then(|(place, _)| self.rows.get(*place))
    }

    /// The provider of this name, in any case, or whose name holds it.
    pub(crate) fn by_name(&self, name: &str) -> Option<&Provider> {
        let whole = self.rows.iter().find(|p| p.name.eq_ignore_ascii_case(name));
        let holds = |p: &&Provider| {
            let all = p.name.to_ascii_lowercase();
            all.contains(&name.to_ascii_lowercase())
        };
        whole.or_else(|| self.rows.iter().find(holds).filter(|_| !name.is_empty()))
    }
}

/// Changes of letters that a typing error may be.
const MAX_CHANGES: usize = 2;

/// The known name that differs from the typed one by a typing error, or by two where `distinctive`, the part of it that tells
/// names apart, is long. `known`: each name, and whether it comes after others as near; of equals the one that more people
/// type is meant: the shorter, then by the alphabet.
fn nearest<'k>(typed: &str, distinctive: &str, known: impl Iterator<Item = (&'k str, bool)>) -> Option<&'k str> {
    let most = match distinctive.len() {
        0..6 => return None,
        6..10 => 1,
        _ => MAX_CHANGES,
    };
    // One change of a letter makes two of the letters that a name has differ.
    let has = letters(typed);
    let alike =
        |known: &str| is_as_long(known, typed, most) && (letters(known) ^ has).count_ones() as usize <= 2 * most;
    let near = known.filter(|(known, _)| alike(known));
    let best = near.map(|(known, last)| (strsim::osa_distance(known, typed), last, known.len(), known)).min()?;
    (1..=most).contains(&best.0).then_some(best.3)
}

/// So many changes of letters may make one of the other.
fn is_as_long(one: &str, other: &str, changes: usize) -> bool {
    one.len().abs_diff(other.len()) <= changes
}

/// The letters of a name in small letters, as a set.
fn letters(name: &str) -> u32 {
    name.bytes().filter(u8::is_ascii_lowercase).fold(0, |set, letter| set | 1 << (letter - b'a'))
}

/// `name` fits a pattern in which `*` stands for any characters. Linear: the shortest fit for each part is enough.
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
