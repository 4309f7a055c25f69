//! Tokens that look like an address and are a trace: an internet provider finds the mail by them, so they stay.

/// Whether `local@domain` is the id of a message and not a mailbox.
pub(super) fn is_message_id(local: &str, domain: &str) -> bool {
    if id_host(domain) {
        return true;
    }
    let digits = local.bytes().filter(u8::is_ascii_digit).count();
    // A person's 13-digit identity number is no trace.
    let person = local.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() == 13);
    local.len() >= 20 && digits >= 8 && !person
}

/// Hosts under which providers make ids and nobody has a mailbox.
pub(super) fn id_host(domain: &str) -> bool {
    const HOSTS: [&str; 3] = ["prod.outlook.com", "mail.gmail.com", "amazonses.com"];
    let domain = domain.to_ascii_lowercase();
    HOSTS.iter().any(|host| domain.strip_suffix(host).is_some_and(|head| head.is_empty() || head.ends_with('.')))
}
