//! Tokens that look like an address and are a trace: an internet provider finds the mail by them, so they stay.

use super::pseudonym::is_public;

/// Whether `local@domain` is the id of a message and not a mailbox. When in doubt it is a mailbox.
pub(super) fn is_message_id(local: &str, domain: &str) -> bool {
    if id_host(domain) {
        return true;
    }
    let digits = local.bytes().filter(u8::is_ascii_digit).count();
    // A person's 13-digit identity number is no trace, and a person's name has letters in a row.
    let number = local.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() == 13);
    let name = local
        .split(|c: char| !c.is_alphabetic())
        .any(|run| run.chars().count() >= 4 && !run.bytes().all(|b| b.is_ascii_hexdigit()));
    local.len() >= 20 && digits >= 8 && !number && !name && !is_public(domain)
}

/// Hosts under which providers make ids and nobody has a mailbox.
pub(super) fn id_host(domain: &str) -> bool {
    const HOSTS: [&str; 3] = ["prod.outlook.com", "mail.gmail.com", "amazonses.com"];
    let domain = domain.to_ascii_lowercase();
    HOSTS.iter().any(|host| domain.strip_suffix(host).is_some_and(|head| head.is_empty() || head.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_from_people() {
        assert!(is_message_id("000001d9$4a5b6c70$1f2e3d40", "RECEPTION"));
        assert!(is_message_id("0f3b2c1d-1234-4abc-9def-001122334455", "own.co.za"));
        assert!(is_message_id("CAJxAbCdEf", "mail.gmail.com"));
        assert!(!is_message_id("fred.van.der.merwe.19800101", "own.co.za"));
        assert!(!is_message_id("f.vd.m.1980010112345678", "gmail.com"));
        assert!(!is_message_id("p-8001015009087-ab-cd-12", "own.co.za"));
    }
}
