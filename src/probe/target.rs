//! The servers to look at: the one that fails in a log, those of an address, or a host.

use thiserror::Error;

use crate::{
    knowledge::{Knowledge, Provider},
    rule,
};

use super::{
    MAX_CONNECTIONS, Patience,
    names::{self, Record},
};

/// The beginning of a connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// In plain text; TLS by STARTTLS where it is offered.
    #[default]
    Plain,
    /// With TLS from the first byte (RFC 8314), as on port 465.
    Implicit,
}

impl Mode {
    /// The mode that is usual on this port.
    pub fn of_port(port: u16) -> Self {
        if port == 465 { Mode::Implicit } else { Mode::Plain }
    }
}

/// One connection that is to be tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub host: String,
    pub port: u16,
    /// The beginning of the connection.
    pub mode: Mode,
}

/// The servers that a probe looks at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Target<'k> {
    /// The name that the user gave, or the server that a log names.
    pub name: String,
    /// The connections to try, in this order.
    pub candidates: Vec<Candidate>,
    /// The provider of the servers, where it is known.
    pub provider: Option<&'k Provider>,
    /// The domain of the sender, where it is known.
    pub domain: Option<String>,
}

/// There is nothing to look at.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum TargetError {
    /// Neither a log, an address nor a host.
    #[error("this is no log, mail address or server. Name one, such as mail.practice.co.za:587.")]
    Nothing,
    /// A port that does not exist.
    #[error("the port must be a number from 1 to 65535, such as 587.")]
    Port,
}

/// The ports of article step 4 in today's order (RFC 8314; many providers of lines block 25).
const PORTS_TO_TRY: [u16; 4] = [587, 465, 25, 2525];

impl<'k> Target<'k> {
    /// An address, `HOST` or `HOST:PORT`; `[IPv6]:PORT` and a URL such as `smtps://HOST` are taken too.
    ///
    /// # Errors
    /// Where the text is none of them.
    pub(crate) fn named(text: &str, knowledge: &'k Knowledge, patience: Patience) -> Result<Target<'k>, TargetError> {
        let text = text.trim();
        if let Some((_, domain)) = text.rsplit_once('@') {
            let domain = rule::domain(domain).ok_or(TargetError::Nothing)?.to_ascii_lowercase();
            return Ok(Target::of_domain(domain, knowledge, patience));
        }
        let (host, port, mode) = endpoint(text)?;
        let ports: Vec<u16> = port.map_or_else(|| PORTS_TO_TRY.to_vec(), |port| vec![port]);
        Ok(Target::of_host(&host, &ports, mode, knowledge))
    }

    /// A server with the ports that are to be tried first; the usual ones follow.
    pub(crate) fn of_host(host: &str, first: &[u16], mode: Option<Mode>, knowledge: &'k Knowledge) -> Target<'k> {
        let all = first.iter().chain(PORTS_TO_TRY.iter().filter(|port| !first.contains(port)));
        let of = |port: &u16| {
            let mode = mode.filter(|_| first.contains(port)).unwrap_or_else(|| Mode::of_port(*port));
            Candidate { host: host.to_owned(), port: *port, mode }
        };
        Target {
            name: host.to_owned(),
            candidates: all.map(of).take(MAX_CONNECTIONS).collect(),
            provider: knowledge.providers().by_host(host.as_bytes()),
            domain: None,
        }
    }

    /// Begins the first connection in another way than its port suggests.
    pub(crate) fn begin_with(&mut self, mode: Option<Mode>) {
        if let (Some(first), Some(mode)) = (self.candidates.first_mut(), mode) {
            first.mode = mode;
        }
    }

    /// The servers that the provider documents; else the domain's own server and its mail exchanger.
    fn of_domain(domain: String, knowledge: &'k Knowledge, patience: Patience) -> Target<'k> {
        let settings = rule::settings(knowledge, &domain, chrono::Local::now().date_naive());
        let known = |t: &rule::Try| {
            let port = t.port?;
            let mode = if t.tls.as_deref() == Some("implicit") { Mode::Implicit } else { Mode::Plain };
            Some(Candidate { host: t.host.clone(), port, mode })
        };
        let mut candidates: Vec<Candidate> = settings.tries.iter().filter_map(known).collect();
        if settings.provider.is_none()
            && let Some(exchanger) =
                names::records(&domain, Record::Mx, patience.connect).and_then(|all| all.into_iter().next())
            && !candidates.iter().any(|candidate| candidate.host == exchanger)
        {
            // Whoever takes the domain's mail often lets its customers send, too.
            candidates.insert(candidates.len().min(2), Candidate { host: exchanger, port: 587, mode: Mode::Plain });
        }
        candidates.truncate(MAX_CONNECTIONS);
        Target { name: domain.clone(), candidates, provider: settings.provider, domain: Some(domain) }
    }
}

/// `HOST`, `HOST:PORT`, `HOST PORT`, `[IPv6]:PORT`, or a URL.
fn endpoint(text: &str) -> Result<(String, Option<u16>, Option<Mode>), TargetError> {
    let (scheme, rest) = text.split_once("://").map_or((None, text), |(scheme, rest)| (Some(scheme), rest));
    let rest = rest.split(['/', '?']).next().unwrap_or_default();
    let (host, port) = if let Some(inner) = rest.strip_prefix('[') {
        let (host, after) = inner.split_once(']').ok_or(TargetError::Nothing)?;
        (host, after.strip_prefix(':'))
    } else if rest.matches(':').count() > 1 {
        (rest, None)
    } else {
        rest.split_once([':', ' ']).map_or((rest, None), |(host, port)| (host, Some(port.trim())))
    };
    let named = |c: char| c.is_alphanumeric() || ".-_:".contains(c);
    if host.is_empty() || !host.chars().all(named) || !host.contains(['.', ':']) && host != "localhost" {
        return Err(TargetError::Nothing);
    }
    let port = match port {
        None => None,
        Some(port) => Some(port.parse().ok().filter(|port| *port > 0).ok_or(TargetError::Port)?),
    };
    let mode = scheme.filter(|scheme| scheme.eq_ignore_ascii_case("smtps")).map(|_| Mode::Implicit);
    Ok((host.trim_end_matches('.').to_ascii_lowercase(), port, mode))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(text: &str) -> Result<Vec<(String, u16, Mode)>, TargetError> {
        let target = Target::named(text, Knowledge::builtin(), Patience::default())?;
        Ok(target.candidates.into_iter().map(|c| (c.host, c.port, c.mode)).collect())
    }

    #[test]
    fn hosts_ports_and_addresses() {
        let all = tried("mail.practice.invalid").unwrap();
        assert_eq!(all.iter().map(|(_, port, _)| *port).collect::<Vec<_>>(), [587, 465, 25, 2525]);
        assert_eq!(all[1].2, Mode::Implicit);
        assert_eq!(tried("mail.practice.invalid:2526").unwrap()[0].1, 2526);
        assert_eq!(tried("smtps://mail.practice.invalid:587").unwrap()[0].2, Mode::Implicit);
        assert_eq!(tried("[::1]:25").unwrap()[0].0, "::1");
        assert_eq!(tried("fred@gmail.com").unwrap()[0].0, "smtp.gmail.com");
        assert!(tried("mail.practice.invalid:2526").unwrap().len() <= MAX_CONNECTIONS);
        for bad in ["", "no log.txt", "host", "a b c", "mail.example.invalid:0", "mail.example.invalid:x", "@"] {
            assert!(tried(bad).is_err(), "{bad}");
        }
    }
}
