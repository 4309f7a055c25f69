//! Finds out whether a domain's SPF record (RFC 7208) covers a server: ip4, ip6, a, mx, include, redirect, all.

use std::{net::IpAddr, time::Duration};

use super::names::{self, Record};

/// Look-ups that one check may cost (RFC 7208 section 4.6.4).
const MAX_LOOKUPS: usize = 10;

/// The verdict of an SPF record on a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coverage {
    /// The domain lets it send.
    Covered,
    /// It does not.
    NotCovered,
    /// It cannot be told: no address, too many look-ups, or macros.
    Unknown,
}

/// The record among the texts of a domain.
pub(super) fn record(texts: &[String]) -> Option<&str> {
    let is = |text: &&String| text.eq_ignore_ascii_case("v=spf1") || text.to_ascii_lowercase().starts_with("v=spf1 ");
    texts.iter().find(is).map(String::as_str)
}

/// Checks one record for the addresses of a server.
pub(super) fn covers(record: &str, domain: &str, addresses: &[IpAddr], within: Duration) -> Coverage {
    if addresses.is_empty() {
        return Coverage::Unknown;
    }
    let mut check = Check { addresses, within, lookups: 0 };
    check.record(record, domain).unwrap_or(Coverage::Unknown)
}

struct Check<'a> {
    addresses: &'a [IpAddr],
    within: Duration,
    lookups: usize,
}

impl Check<'_> {
    /// `None` where it cannot be told.
    fn record(&mut self, record: &str, domain: &str) -> Option<Coverage> {
        let mut redirect = None;
        for term in record.split_ascii_whitespace().skip(1) {
            let (qualified, mechanism) = match term.as_bytes().first() {
                Some(b'+') => (true, &term[1..]),
                Some(b'-' | b'~' | b'?') => (false, &term[1..]),
                _ => (true, term),
            };
            if let Some(target) = mechanism.strip_prefix("redirect=") {
                redirect = Some(target);
                continue;
            }
            if self.matches(mechanism, domain)? {
                return Some(if qualified { Coverage::Covered } else { Coverage::NotCovered });
            }
        }
        match redirect {
            Some(target) => {
                let record = self.look_up(target)?;
                self.record(&record, target)
            }
            None => Some(Coverage::NotCovered),
        }
    }

    fn matches(&mut self, mechanism: &str, domain: &str) -> Option<bool> {
        if mechanism.contains('%') {
            return None;
        }
        let lower = mechanism.to_ascii_lowercase();
        let (name, value) = lower.split_once([':', '/']).map_or((lower.as_str(), None), |(n, v)| (n, Some(v)));
        Some(match (name, value) {
            ("all", _) => true,
            ("ip4" | "ip6", Some(network)) => self.addresses.iter().any(|address| in_network(*address, network)),
            ("include", Some(target)) => {
                let record = self.look_up(target)?;
                self.record(&record, target)? == Coverage::Covered
            }
            ("a" | "mx", value) => {
                let target = value.filter(|_| lower.contains(':')).and_then(|v| v.split('/').next()).unwrap_or(domain);
                self.count()?;
                let hosts = if name == "mx" {
                    names::records(target, Record::Mx, self.within)?
                } else {
                    vec![target.to_owned()]
                };
                let found =
                    hosts.iter().take(MAX_LOOKUPS).flat_map(|host| names::addresses(host, self.within).addresses);
                found.into_iter().any(|address| self.addresses.contains(&address))
            }
            _ => false,
        })
    }

    fn look_up(&mut self, domain: &str) -> Option<String> {
        self.count()?;
        let texts = names::records(domain, Record::Txt, self.within)?;
        record(&texts).map(str::to_owned)
    }

    fn count(&mut self) -> Option<()> {
        self.lookups += 1;
        (self.lookups <= MAX_LOOKUPS).then_some(())
    }
}

/// `ADDRESS` or `ADDRESS/BITS`
fn in_network(address: IpAddr, network: &str) -> bool {
    let (base, bits) = network.split_once('/').map_or((network, None), |(base, bits)| (base, bits.parse::<u32>().ok()));
    match (address, base.parse()) {
        (IpAddr::V4(address), Ok(IpAddr::V4(base))) => {
            let shift = 32_u32.saturating_sub(bits.unwrap_or(32));
            let part = |a: u32| a.checked_shr(shift).unwrap_or(0);
            part(address.to_bits()) == part(base.to_bits())
        }
        (IpAddr::V6(address), Ok(IpAddr::V6(base))) => {
            let shift = 128_u32.saturating_sub(bits.unwrap_or(128));
            let part = |a: u128| a.checked_shr(shift).unwrap_or(0);
            part(address.to_bits()) == part(base.to_bits())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(record: &str) -> Coverage {
        covers(record, "practice.invalid", &["192.0.2.25".parse().unwrap()], Duration::from_secs(5))
    }

    #[test]
    fn networks_and_qualifiers() {
        assert_eq!(checked("v=spf1 ip4:192.0.2.0/24 -all"), Coverage::Covered);
        assert_eq!(checked("v=spf1 ip4:192.0.3.0/24 -all"), Coverage::NotCovered);
        assert_eq!(checked("v=spf1 ip4:198.51.100.7 ip6:2001:db8::/32 ~all"), Coverage::NotCovered);
        assert_eq!(checked("v=spf1 +all"), Coverage::Covered);
        assert_eq!(checked("v=spf1 exists:%{i}.example.invalid -all"), Coverage::Unknown);
        assert_eq!(checked("v=spf1 ip4:0.0.0.0/0"), Coverage::Covered);
    }

    #[test]
    fn the_record_is_the_text_that_says_so() {
        let texts = ["google-site-verification=x".to_owned(), "V=SPF1 -all".to_owned()];
        assert_eq!(record(&texts), Some("V=SPF1 -all"));
        assert_eq!(record(&texts[..1]), None);
    }
}
