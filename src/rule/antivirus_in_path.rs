//! An antivirus or firewall product stands between the PC and the mail server.

use std::net::IpAddr;

use super::{Actor, Case, Found, Pile, Rule, Seen, Severity, Watch, Words, advice::documents_starttls};
use crate::{
    knowledge::Cause,
    session::{Confidence, Tls, Transaction},
    source::Sensitive,
};

pub(super) static RULE: Rule = Rule {
    id: "antivirus-in-path",
    title: "An antivirus or firewall stands between this PC and the mail server",
    looks_for: "A product's name in the greeting or in the issuer of the certificate, STARTTLS missing at a server whose \
                provider documents it, or a private address in the server's reply to EHLO.",
    why: "A mail shield answers in the server's place. It breaks encryption off, hides what the server offers and cuts large \
          mails.",
    steps: &[
        "Pause the mail shield of the antivirus (not only the file scanner) and send one test mail.",
        "If it goes out, switch \"scan outgoing mail\" off for good; remove the product only if that does not help.",
        "If it still fails, test once from another network, such as a phone's hotspot.",
    ],
    severity: Severity::Error,
    acts: &[Actor::Technician],
    article_step: &["3"],
    sources: &[
        "support article step 3: the antivirus is at least paused",
        "RFC 3207 section 6: STARTTLS removed on the way",
    ],
    swallows: &["dialogue-broke"],
    ask: None,
    watch: || Box::<AntivirusInPath>::default(),
};

/// Healthy mails whose greeting is looked at: a product in the path shows in all of them.
const MAX_HEALTHY_MAILS: u64 = 64;

#[derive(Default)]
struct AntivirusInPath {
    looked_at: u64,
    product: Option<String>,
    named: Pile,
    starttls_gone: Pile,
    private: Pile,
    /// A mail got through after the newest failure with a sign.
    passed: bool,
    failed: bool,
}

impl Watch for AntivirusInPath {
    fn observe(&mut self, seen: &Seen<'_>) {
        let tx = seen.tx;
        let failed = tx.outcome.is_failure();
        if failed && !is_affected(tx) {
            return;
        }
        if !failed {
            self.passed |= self.failed && seen.is_delivered();
            if self.looked_at >= MAX_HEALTHY_MAILS {
                return;
            }
            self.looked_at += 1;
        }
        if self.look(seen) && failed {
            self.failed = true;
            self.passed = false;
        }
    }

    fn finish(self: Box<Self>, _: &Case<'_>) -> Option<Found> {
        let (pile, confidence, title, why) = if self.named.count > 0 {
            let name = self.product.unwrap_or_default();
            let title = format!("{name} stands between this PC and the mail server");
            (self.named, Confidence::Certain, title, "Its name stands in what the PC was told.")
        } else if self.starttls_gone.count > 0 {
            let title = "The server's STARTTLS is missing: something between this PC and the server takes it away";
            (self.starttls_gone, Confidence::Likely, title.to_owned(), "This provider documents STARTTLS on that port.")
        } else if self.private.count > 0 {
            let title = "Something in this network answers in the mail server's place";
            let why = "The server sees a private address, which no server on the internet could see.";
            (self.private, Confidence::Guess, title.to_owned(), why)
        } else {
            return None;
        };
        let mut found = Found::new(pile, confidence);
        found.title = Some(Words::from(title));
        found.why = Some(Words::from(why));
        found.severity = (!self.failed).then_some(Severity::Note);
        found.live = !self.passed;
        Some(found)
    }
}

impl AntivirusInPath {
    /// Takes note of the sign that this transaction has; false where it has none.
    fn look(&mut self, seen: &Seen<'_>) -> bool {
        let tx = seen.tx;
        let greeting = tx.connection.greeting.as_ref();
        let error = tx.error.as_ref().filter(|_| tx.cause == Some(Cause::TlsInterceptedByAntivirus)).map(|e| &e.text);
        let told = error.into_iter().chain(greeting);
        if let Some((name, words)) = told.filter_map(|text| Some((seen.knowledge.product(text.expose())?, text))).next()
        {
            self.product = Some(name.to_owned());
            self.named.add_with(seen, line(seen), words.clone());
            return true;
        }
        if tx.cause == Some(Cause::TlsInterceptedByAntivirus) {
            self.product.get_or_insert_with(|| UNNAMED_PRODUCT.to_owned());
            self.named.add(seen);
            return true;
        }
        if starttls_gone(seen) {
            self.starttls_gone.add(seen);
            return true;
        }
        let address = tx.connection.client_address.filter(is_private);
        if let Some(address) = address.filter(|address| is_far(seen, address)) {
            let words = format!("(the server's reply to EHLO names the address {address})");
            self.private.add_with(seen, line(seen), Sensitive::new(words.as_bytes()));
            return true;
        }
        false
    }
}

/// Stands for the name of a product that the log does not name.
const UNNAMED_PRODUCT: &str = "An antivirus or firewall";

fn line(seen: &Seen<'_>) -> u64 {
    if seen.tx.outcome.is_failure() { seen.evidence().line } else { seen.tx.line_first }
}

/// The provider documents STARTTLS on this port, and the reply to EHLO lacks it.
fn starttls_gone(seen: &Seen<'_>) -> bool {
    let (tx, trace) = (seen.tx, &seen.tx.trace);
    let plain = tx.tls.is_none_or(|tls| tls == Tls::None);
    if !(tx.outcome.is_failure() && plain && trace.ehlo && !trace.starttls_offered && !trace.starttls_sent) {
        return false;
    }
    let provider = tx.connection.host.as_ref().and_then(|host| seen.knowledge.providers().by_host(host.expose()));
    provider.is_some_and(|provider| documents_starttls(provider, tx.connection.port.unwrap_or(587)))
}

/// A failure that something in the path can be the reason of: it cuts connections, and hides what the server offers.
fn is_affected(tx: &Transaction) -> bool {
    const HIDDEN: [Cause; 4] =
        [Cause::AttachmentLinkDropped, Cause::AuthMechanism, Cause::AuthRequired, Cause::ProtocolSequence];
    let group = |cause: Cause| ["conn", "tls", "port"].contains(&cause.group());
    tx.cause.is_some_and(|cause| group(cause) || HIDDEN.contains(&cause))
}

/// A server of a known provider stands on the internet. Any other may have a proxy of its own in front, and one of the
/// practice sees private addresses by right: there they mean something only when connections break.
fn is_far(seen: &Seen<'_>, address: &IpAddr) -> bool {
    let Some(host) = seen.tx.connection.host.as_ref().map(Sensitive::expose) else { return false };
    let cut = seen.tx.reply.is_none() && matches!(seen.tx.cause, Some(Cause::ConnDropped | Cause::ConnTimeout));
    seen.knowledge.providers().by_host(host).is_some() || cut && !address.is_loopback() && !is_local(host)
}

/// A name or address of the practice's own network.
fn is_local(host: &[u8]) -> bool {
    let literal = std::str::from_utf8(host).ok().and_then(|host| host.parse().ok());
    literal.as_ref().is_some_and(is_private)
        || !host.contains(&b'.')
        || host.ends_with(b".local")
        || host.ends_with(b".lan")
}

/// RFC 1918, loopback, link-local, and their likes of IPv6.
fn is_private(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_private() || v4.is_loopback() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}
