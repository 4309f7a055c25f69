//! Domains of providers at which anybody may have a mailbox.

use std::sync::LazyLock;

/// Domains at which anybody may have a mailbox; to know one tells nothing of a person.
static PUBLIC: LazyLock<Vec<&str>> = LazyLock::new(|| {
    "absamail.co.za afrihost.co.za aol.com cybersmart.co.za discoverymail.co.za gmail.com gmx.com gmx.net \
    googlemail.com hotmail.co.uk hotmail.co.za hotmail.com iafrica.com icloud.com imaginet.co.za lantic.net \
    live.co.za live.com mac.com mail.com me.com msn.com mweb.co.za outlook.com polka.co.za proton.me protonmail.com \
    rocketmail.com saol.com telkomsa.net vodamail.co.za vodacom.co.za webafrica.org.za webmail.co.za \
    worldonline.co.za yahoo.co.uk yahoo.com zoho.com"
        .split(' ')
        .collect()
});

/// A domain is a public provider's.
pub(super) fn is_public(domain: &str) -> bool {
    PUBLIC.iter().any(|public| public.eq_ignore_ascii_case(domain))
}
