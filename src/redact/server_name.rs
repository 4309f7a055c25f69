//! Names of servers, by what they look like: an internet provider needs them, wherever they stand.

/// Ends of names under which servers of the internet are found.
const TOP_LEVEL: [&str; 27] = [
    "at", "au", "be", "biz", "ch", "cloud", "com", "de", "edu", "es", "eu", "example", "fr", "gov", "in", "info", "io",
    "it", "net", "nl", "online", "org", "test", "uk", "us", "za", "zw",
];

/// First words of the names that servers are given.
const FIRST: &str = "antispam autodiscover cpanel dedi edge exch exchange filter gateway gw help host imap in inbound mail mailgw \
    mailhost mailserver mta mx ns out outbound outgoing pop postfix relay server smtp spam srv support vps webmail \
    www";

/// A name with dots begins as servers' names do and ends as names of the internet do.
pub(super) fn is_server(name: &str) -> bool {
    let first = name.split('.').next().unwrap_or_default();
    let word = first.find(|c: char| !c.is_ascii_alphabetic()).map_or(first, |end| &first[..end]);
    is_internet_name(name) && FIRST.split(' ').any(|known| known.eq_ignore_ascii_case(word))
}

/// `a.b.example`: labels of letters, digits and hyphens under a domain of the internet.
pub(super) fn is_internet_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let label = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    name.rsplit_once('.').is_some_and(|(_, last)| is_top_level(last)) && name.split('.').all(label)
}

/// A name may end in this label.
pub(super) fn is_top_level(label: &str) -> bool {
    TOP_LEVEL.iter().any(|known| known.eq_ignore_ascii_case(label))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_told_from_people() {
        for name in ["mail.own.co.za", "MX12.own.com", "smtp-out-3.own.net", "www.own.org"] {
            assert!(is_server(name), "{name}");
        }
        for name in ["jane.botha", "jane.botha.co.za", "mail", "mail.botha", "botha-pc.practice.local"] {
            assert!(!is_server(name), "{name}");
        }
    }
}
