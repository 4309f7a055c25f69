//! What to type into the e-mail settings for an address, in the order to try.

use chrono::NaiveDate;

use super::advice;
use crate::knowledge::{Knowledge, Notice, Provider};

/// What to try for an address.
#[derive(Clone, Debug)]
pub struct Settings<'k> {
    /// The provider, if its domain is known.
    pub provider: Option<&'k Provider>,
    /// What to type as the user name.
    pub username: String,
    /// Servers with port and mode, in the order to try.
    pub tries: Vec<Try>,
    /// What to know, and what to do when nothing of it works.
    pub steps: Vec<String>,
    /// Changes that the provider has announced.
    pub notices: Vec<&'k Notice>,
}

/// One set of server, port and mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Try {
    /// The server.
    pub host: String,
    /// Its port, where it is known.
    pub port: Option<u16>,
    /// `starttls`, `implicit` or `none`; `None` is not known.
    pub tls: Option<String>,
    /// What to know of this one.
    pub note: Option<String>,
}

/// The domain of an address, or the domain itself; `None` where there is none.
#[must_use]
pub fn domain(address: &str) -> Option<&str> {
    let domain = address.trim().rsplit('@').next()?.trim_end_matches('.');
    let plain = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (domain.contains('.') && domain.split('.').all(plain)).then_some(domain)
}

/// What to type for an address of this domain: the provider's documented settings, else what usually holds for an own
/// domain (support article step 4, with today's order of ports: RFC 8314 and blocked port 25).
#[must_use]
pub fn settings<'k>(knowledge: &'k Knowledge, domain: &str, today: NaiveDate) -> Settings<'k> {
    let provider = knowledge.provider_by_domain(domain.to_ascii_lowercase().as_bytes());
    let documented: Vec<Try> =
        provider.into_iter().flat_map(|p| &p.servers).filter_map(|s| documented(s, domain)).collect();
    let own = documented.is_empty();
    let notes = provider.into_iter().flat_map(|provider| provider.sign_in.iter().chain(&provider.sender));
    let mut steps: Vec<String> = notes.cloned().collect();
    steps.extend(provider.and_then(|p| p.limits.as_ref()).map(|limits| format!("Limits: {limits}.")));
    steps.extend(LAST_RESORTS.iter().map(|step| (*step).to_owned()));
    let notices = provider.into_iter().flat_map(|provider| advice::notices(knowledge, provider));
    let soon = |notice: &&Notice| advice::day(notice).is_none_or(|day| (day - today).num_days() <= advice::NOTICE_DAYS);
    Settings {
        provider,
        username: provider.and_then(|p| p.username.clone()).unwrap_or_else(|| "full address".to_owned()),
        tries: if own { own_domain(domain) } else { documented },
        steps,
        notices: notices.filter(soon).collect(),
    }
}

fn documented(server: &crate::knowledge::Server, domain: &str) -> Option<Try> {
    let host =
        server.host.as_ref()?.replace("<domain>", domain).replace("<domain-with-dashes>", &domain.replace('.', "-"));
    Some(Try { host, port: server.port, tls: server.tls.clone(), note: server.note.clone() })
}

/// Nobody documents anything: the usual name, and the ports in the order of today's practice.
fn own_domain(domain: &str) -> Vec<Try> {
    let host = || format!("mail.{domain}");
    let at = |port, tls: &str, note: Option<&str>| Try {
        host: host(),
        port: Some(port),
        tls: Some(tls.to_owned()),
        note: note.map(str::to_owned),
    };
    vec![
        at(587, "starttls", None),
        at(465, "implicit", Some("if the certificate is for another name, enter the host's own server name")),
        at(25, "none", Some("last: many internet providers block port 25, and the password goes out in plain text")),
    ]
}

/// What is left when the servers above do not work.
const LAST_RESORTS: [&str; 3] = [
    "Send one test mail after each change, with the antivirus mail shield paused.",
    "If none of these works, use the server of the internet provider instead of the domain's.",
    "As a last resort send through a Gmail account: 2-step verification ON, an app password as password, and a forwarder to \
     the practice's address so that answers arrive. Personal Outlook and Hotmail accounts cannot be used.",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn of(domain: &str) -> Settings<'static> {
        settings(Knowledge::builtin(), domain, NaiveDate::from_ymd_opt(2026, 11, 23).unwrap())
    }

    #[test]
    fn own_domains_get_the_usual_ones_in_order() {
        let own = of("ihavemyowndomain.co.za");
        let tries: Vec<_> =
            own.tries.iter().map(|t| (t.host.as_str(), t.port.unwrap(), t.tls.as_deref().unwrap())).collect();
        let host = "mail.ihavemyowndomain.co.za";
        assert_eq!(tries, [(host, 587, "starttls"), (host, 465, "implicit"), (host, 25, "none")]);
        assert_eq!((own.provider, own.username.as_str()), (None, "full address"));
        assert!(own.steps[2].contains("Gmail") && own.steps[2].contains("ON"));
    }

    #[test]
    fn known_providers_say_it_themselves() {
        let mweb = of("MWEB.co.za");
        assert_eq!((mweb.tries[0].host.as_str(), mweb.tries[0].port), ("smtpauth.mweb.co.za", Some(587)));
        assert_eq!(of("hotmail.com").notices[0].id, "outlook-com-password");
    }

    #[test]
    fn domains() {
        assert_eq!(domain(" fred@own.co.za "), Some("own.co.za"));
        assert_eq!(domain("own.co.za"), Some("own.co.za"));
        assert_eq!((domain("fred"), domain("fred@"), domain("a@b..c"), domain("a@b c.d")), (None, None, None, None));
    }
}
