//! The mail domains of Mozilla's ISPDB: which servers a domain sends through. They lie under our own rows.

use super::{
    provider::{Password, Provider, Server},
    step::{Step, Tag},
};

/// Domain, provider, servers, user name, ways of signing in; the head of the file says where it is from and when.
const ROWS: &str = include_str!("mail_domains.tsv");
const SOURCE: &str = "Mozilla ISPDB (github thunderbird/autoconfig c6ad796, MPL-2.0), commit of 2026-03-12";
const CHECKED: &str = "2026-11-28";

/// Adds the domains to the rows that name the same first server, or as rows of their own.
pub(super) fn lay_under(rows: &mut Vec<Provider>) {
    let own = rows.len();
    for line in ROWS.lines().filter(|line| !line.starts_with('#')).skip(1) {
        let mut fields = line.split('\t');
        let mut next = || fields.next().unwrap_or_default();
        let (domain, name, servers, username, ways) = (next(), next(), next(), next(), next());
        let servers: Vec<Server> = servers.split(',').filter_map(server).collect();
        let same = |row: &&mut Provider| match (row.servers.first(), servers.first()) {
            (Some(ours), Some(theirs)) => {
                (&ours.host, ours.port, &ours.tls) == (&theirs.host, theirs.port, &theirs.tls)
                    && (!row.domains.is_empty() || row.name == name)
            }
            _ => false,
        };
        // Our own row knows more; among theirs the same name and servers make one provider.
        let (ours, theirs) = rows.split_at_mut(own);
        let found = ours.iter_mut().find(same);
        let found = found.or_else(|| theirs.iter_mut().rev().find(|row| row.name == name && row.servers == servers));
        match found {
            Some(row) if row.domains.iter().any(|known| known == domain) => {}
            Some(row) => row.domains.push(domain.to_owned()),
            None => rows.push(provider(domain, name, servers, username, ways)),
        }
    }
}

fn provider(domain: &str, name: &str, servers: Vec<Server>, username: &str, ways: &str) -> Provider {
    let (password, sign_in) = match ways {
        "OAuth2" => (
            Password::Refused,
            Some(Step::new("Send from another mailbox, or with a program that has OAuth2: no password works here.")),
        ),
        "none" => {
            (Password::None, Some(Step::new("Switch sign-in off: it takes mail from the provider's own connections.")))
        }
        ways if ways.contains("OAuth2") => (
            Password::Own,
            Some(Step {
                tags: vec![Tag::AppPassword],
                ..Step::new("If the account's own password is refused, make an app password in its security settings.")
            }),
        ),
        ways if ways.contains("encrypted") => {
            let step = "Choose the encrypted sign-in (CRAM-MD5), which not every mail program has.";
            (Password::Own, Some(Step::new(step)))
        }
        _ => (Password::Own, None),
    };
    let username = match username {
        "%EMAILADDRESS%" => Some("full address"),
        "%EMAILLOCALPART%" => Some("the part of the address before the @"),
        "%EMAILLOCALPART%.%EMAILDOMAIN%" => Some("the address with a dot in place of the @"),
        _ => None,
    };
    Provider {
        name: name.to_owned(),
        domains: vec![domain.to_owned()],
        servers,
        password,
        checked: Some(CHECKED.to_owned()),
        username: username.map(str::to_owned),
        sign_in,
        sources: vec![SOURCE.to_owned()],
        confidence: Some("high".to_owned()),
        ..Provider::default()
    }
}

/// `smtp.example.com:465:implicit`
fn server(written: &str) -> Option<Server> {
    let mut parts = written.split(':');
    let (host, port, tls) = (parts.next()?, parts.next()?, parts.next()?);
    Some(Server { host: Some(host.to_owned()), port: port.parse().ok(), tls: Some(tls.to_owned()), note: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::Knowledge;

    /// Each of the 962 domains gets its own first server, whether in our row or in theirs.
    #[test]
    fn every_domain_gets_its_first_server() {
        let knowledge = Knowledge::builtin();
        let mut number = 0;
        for line in ROWS.lines().filter(|line| !line.starts_with('#')).skip(1) {
            let fields: Vec<&str> = line.split('\t').collect();
            let provider = knowledge.providers().by_domain(fields[0].as_bytes()).unwrap();
            assert!(!fields[2].contains('%'), "a place that its domain has to fill: {line}");
            assert_eq!(Some(&provider.servers[0]), fields[2].split(',').next().and_then(server).as_ref(), "{line}");
            if fields[4] == "OAuth2" {
                assert!(provider.sign_in.as_ref().unwrap().say.to_lowercase().contains("no password works"), "{line}");
            }
            number += 1;
        }
        assert_eq!(number, 962);
    }

    #[test]
    fn sub_domains_and_typing_errors() {
        let knowledge = Knowledge::builtin();
        let name = |domain: &str| knowledge.providers().by_domain(domain.as_bytes()).map(|p| p.name.as_str());
        assert_eq!(name("clinic.mweb.co.za"), Some("MWEB"));
        assert_eq!((name("practice.co.za"), name("co.za"), name("")), (None, None, None));
        assert_eq!(knowledge.providers().domain_meant("gmial.com"), Some("gmail.com"));
        assert_eq!(knowledge.providers().domain_meant("gmail.co"), Some("gmail.com"));
        assert_eq!(knowledge.providers().domain_meant("hotmial.com"), Some("hotmail.com"));
        assert_eq!(knowledge.providers().host_meant("smtp.office356.com"), Some("smtp.office365.com"));
        assert_eq!(knowledge.providers().host_meant("smtp.vodamial.co.za"), Some("smtp.vodamail.co.za"));
        for host in ["smtp.office365.com", "mail.practice.co.za", "smtp.abc.com", "localhost"] {
            assert_eq!(knowledge.providers().host_meant(host), None, "{host}");
        }
        assert_eq!(knowledge.providers().domain_meant("practice.co.za"), None);
        assert_eq!(knowledge.providers().domain_meant("gmail.com"), None);
    }
}
