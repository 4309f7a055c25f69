//! What is shown of a text: what is recognised has a stand-in, and of the rest, where it may hold more, only what is known.

use super::{
    super::{
        allow_list::{self, Strictness},
        personal,
        public_domain::is_public,
        secret, server_name,
    },
    Level, Redactor,
};
use crate::knowledge::Knowledge;

/// Servers that are remembered; a log has a few.
const MAX_HOSTS: usize = 512;
/// Characters of a host's name (RFC 1035 section 2.3.4).
const MAX_HOST_NAME: usize = 255;

impl Redactor {
    /// Secrets go at every level; control characters first, so that what is looked at is what is shown.
    pub(in crate::redact) fn free(&mut self, visible: &str) -> String {
        let named = self.named(visible);
        self.shown(named)
    }

    /// What is shown of a text in which all that is recognised is replaced.
    pub(in crate::redact) fn shown(&self, named: String) -> String {
        if !self.listens && self.is_guarded(&named) { self.mask(&named, Strictness::Reply) } else { named }
    }

    /// Only what is known is shown of a text: where people count, or a secret is spoken of, or may be.
    pub(in crate::redact) fn is_guarded(&self, text: &str) -> bool {
        self.level == Level::Personal || self.unread || secret::is_told_in(text)
    }

    /// How what a program says about itself is looked at.
    pub(in crate::redact) fn chatter(&self, text: &str) -> Strictness {
        if self.listens || self.is_guarded(text) { Strictness::Chatter } else { Strictness::Peopled }
    }

    /// The text with stand-ins and without secrets, but unmasked: for our own words, and before a stricter mask.
    pub(in crate::redact) fn named(&mut self, visible: &str) -> String {
        let text = self.without_secrets(visible);
        match self.level {
            Level::Secrets => text,
            Level::Personal => personal::hide(&text, &mut self.stand_ins),
        }
    }

    /// The shape of every word that is not known.
    pub(in crate::redact) fn mask(&self, text: &str, how: Strictness) -> String {
        if self.listens {
            return text.to_owned();
        }
        allow_list::mask(text, how, &|name| {
            // Where people do not count, an address tells nothing that is hidden.
            let of_people = self.level == Level::Personal || how == Strictness::Guarded;
            if let Some((_, domain)) = name.rsplit_once('@') {
                return (!of_people && domain.contains('.') || self.stand_ins.shows(name)).then_some(true);
            }
            if name.len() > MAX_HOST_NAME {
                return None;
            }
            if !of_people && server_name::is_internet_name(name) {
                return Some(true);
            }
            let name = name.to_ascii_lowercase();
            let provider =
                || Knowledge::builtin().providers().by_host(name.as_bytes()).is_some() && !is_mistyped(&name);
            if self.hosts.contains(&name) || provider() {
                return Some(true);
            }
            let mut suffixes = name.match_indices('.').map(|(at, _)| &name[at + 1..]).chain([&*name]);
            suffixes.any(|suffix| self.stand_ins.is_hidden_domain(suffix)).then_some(false)
        })
    }

    /// A server of a log: an internet provider needs its name, wherever it stands.
    pub(in crate::redact) fn learn_host(&mut self, name: &str) {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let plain = name.contains('.') && name.bytes().all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b));
        if plain && self.hosts.len() < MAX_HOSTS {
            self.hosts.insert(name);
        }
    }

    /// A host as it may be shown: with dots it is a server's name; a single word may be a PC's.
    pub(super) fn host_name(&mut self, name: &str) -> String {
        if name.contains('.') || name.contains(':') { self.free(name) } else { self.masked_pc(name) }
    }

    fn masked_pc(&mut self, name: &str) -> String {
        let shown = self.mask(name, Strictness::Reply);
        if shown == name { shown } else { self.pc(name) }
    }
}

/// `fred.surname.gmail.com`: an address of a public provider, mistyped, and no server's name.
fn is_mistyped(name: &str) -> bool {
    let of_person = |label: &str| label.bytes().all(|b| b.is_ascii_alphabetic()) && !allow_list::is_known(label);
    let mut domains = name.match_indices('.').map(|(at, _)| (&name[..at], &name[at + 1..]));
    domains.any(|(head, domain)| is_public(domain) && head.split('.').all(of_person))
}
