//! The records of the sender's domain about who may send for it: MX, SPF (RFC 7208), DMARC (RFC 7489).

use std::time::Duration;

use super::{
    names::{self, Record},
    spf::{self, Coverage},
};

/// The records of a domain. `None` where the resolver could not be asked; empty where there is no record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DomainFacts {
    pub domain: String,
    /// Hosts that take its mail, the preferred one first.
    pub exchangers: Option<Vec<String>>,
    /// The SPF record.
    pub spf: Option<String>,
    /// Coverage by SPF of the server that sends.
    pub coverage: Coverage,
    /// The DMARC record.
    pub dmarc: Option<String>,
}

/// Asks for the records, and checks them for the server that sends.
pub(crate) fn look_up_domain(domain: &str, server: Option<&str>, within: Duration) -> DomainFacts {
    let texts = |name: &str| names::records(name, Record::Txt, within).unwrap_or_default();
    let spf = spf::record(&texts(domain)).map(str::to_owned);
    let addresses = server.map(|host| names::addresses(host, within).addresses).unwrap_or_default();
    let coverage =
        spf.as_deref().map_or(Coverage::NotCovered, |record| spf::covers(record, domain, &addresses, within));
    let dmarc = texts(&format!("_dmarc.{domain}")).into_iter().find(|text| text.starts_with("v=DMARC1"));
    DomainFacts {
        domain: domain.to_owned(),
        exchangers: names::records(domain, Record::Mx, within),
        spf,
        coverage,
        dmarc,
    }
}
