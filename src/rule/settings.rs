//! The e-mail settings to type for an address, in the order to try.

use chrono::NaiveDate;

use super::advice;
use crate::knowledge::{Knowledge, Notice, Password, Provider, Server};

/// The settings to type for an address.
#[derive(Clone, Debug)]
pub(crate) struct Settings<'k> {
    /// The provider, if its domain is known.
    pub provider: Option<&'k Provider>,
    /// Doubts about what was typed: a typing error, a server's name in place of a domain.
    pub remarks: Vec<String>,
    /// The user name to type.
    pub username: String,
    /// The kind of password that belongs to it.
    pub password: Password,
    /// Servers with port and mode, in the order to try.
    pub tries: Vec<Try>,
    /// Steps around the settings, and for when none of them works.
    pub steps: Vec<String>,
    /// Changes that the provider has announced, and whether their day is past.
    pub notices: Vec<(&'k Notice, bool)>,
}

/// One set of server, port and mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Try {
    pub host: String,
    /// Its port, where it is known.
    pub port: Option<u16>,
    /// `starttls`, `implicit` or `none`; `None` is not known.
    pub tls: Option<String>,
    /// A reservation about this one.
    pub note: Option<String>,
}

/// The domain of an address, which may stand in brackets behind a name, or the domain itself; `None` where there is none.
pub(crate) fn domain(address: &str) -> Option<&str> {
    let domain = address.trim().rsplit('@').next()?.trim_end_matches(['.', '>', ')', '"', ';', ',']);
    let plain = |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    (domain.contains('.') && domain.split('.').all(plain)).then_some(domain)
}

/// Said where a text is none of what [`settings_for`] takes.
pub(crate) const NO_ADDRESS: &str = "no mail address, and no provider of that name. Write an address such as fred@practice.co.za, \
                              its domain, or a provider's name such as mweb.";

/// The settings by an address, a domain, a server's name, or the provider's name; `None` where it is none of these.
pub(crate) fn settings_for<'k>(knowledge: &'k Knowledge, typed: &str, today: NaiveDate) -> Option<Settings<'k>> {
    let Some(domain) = domain(typed) else {
        let provider = knowledge.providers().by_name(typed.trim()).filter(|_| !typed.contains('@'))?;
        return Some(of(knowledge, Some(provider), own_domain_of(provider), today));
    };
    match by_host(knowledge, &domain.to_ascii_lowercase()) {
        Some(provider) => {
            let mut settings = of(knowledge, Some(provider), own_domain_of(provider), today);
            // A server whose name is no mail domain serves own domains.
            let name = registered(domain).unwrap_or(domain).to_ascii_lowercase();
            let ends = provider.domains.first().filter(|first| ***first == *name);
            let ends = ends.map_or_else(String::new, |own| format!("; an address there ends in @{own}"));
            settings.remarks.insert(0, format!("{domain} is the name of a server, not a mail domain{ends}."));
            Some(settings)
        }
        None => Some(meant(knowledge, domain, today).unwrap_or_else(|| settings(knowledge, domain, today))),
    }
}

/// A domain of the provider's own, for its settings.
fn own_domain_of(provider: &Provider) -> &str {
    provider.domains.first().map_or("<domain>", |domain| domain)
}

/// The settings of the known domain that somebody meant who mistyped it: at the typed one nothing answers.
fn meant<'k>(knowledge: &'k Knowledge, domain: &str, today: NaiveDate) -> Option<Settings<'k>> {
    let known = knowledge.providers().domain_meant(domain)?;
    let mut settings = settings(knowledge, known, today);
    let remark = format!(
        "Nobody knows a mail domain {domain}: did you mean {known}? These are its settings. If it is an own domain, try mail. \
         in front of its name."
    );
    settings.remarks.insert(0, remark);
    Some(settings)
}

/// The provider of a server that was typed in place of a domain.
fn by_host<'k>(knowledge: &'k Knowledge, name: &str) -> Option<&'k Provider> {
    let mail_domain = knowledge.providers().by_domain(name.as_bytes()).filter(|p| p.domains.iter().any(|d| d == name));
    let provider = knowledge.providers().by_host(name.as_bytes()).filter(|_| mail_domain.is_none())?;
    let served = provider.servers.iter().any(|server| server.host.as_deref() == Some(name));
    // A pattern such as *.mweb.co.za fits a customer's sub-domain too; the first label tells a server.
    let label = name.split('.').next().unwrap_or_default();
    let serves = ["smtp", "mail", "imap", "pop", "out", "relay", "mx"].iter().any(|word| label.starts_with(word));
    (served || serves).then_some(provider)
}

/// The settings for an address of this domain: the provider's documented settings, else what usually holds for an own
/// domain (support article step 4, with today's order of ports: RFC 8314 and blocked port 25).
pub(crate) fn settings<'k>(knowledge: &'k Knowledge, domain: &str, today: NaiveDate) -> Settings<'k> {
    let provider = knowledge.providers().by_domain(domain.to_ascii_lowercase().as_bytes());
    of(knowledge, provider, domain, today)
}

fn of<'k>(knowledge: &'k Knowledge, provider: Option<&'k Provider>, domain: &str, today: NaiveDate) -> Settings<'k> {
    let documented: Vec<Try> =
        provider.into_iter().flat_map(|p| &p.servers).filter_map(|s| documented(s, domain)).collect();
    let own = documented.is_empty();
    let notes = provider.into_iter().flat_map(|provider| provider.sign_in.iter().chain(&provider.sender));
    let mut steps: Vec<String> = notes.map(|step| step.say.clone()).collect();
    steps.extend(provider.and_then(|p| p.limits.as_ref()).map(|limits| format!("Keep within the limits: {limits}.")));
    steps.push(ONE_TEST.to_owned());
    let password = provider.map_or(Password::Own, |provider| provider.password);
    if provider.is_none() {
        steps.extend([ASK_HOST, advice::OTHER_SERVER].map(str::to_owned));
    }
    // A mailbox that works with a password of its own needs no other; Gmail is no way out of Gmail.
    if provider.is_none() || own || password == Password::Refused {
        steps.push(format!("{} Personal Outlook and Hotmail accounts cannot be used.", advice::LAST_RESORT));
    }
    let notices = provider.into_iter().flat_map(|provider| advice::notices(knowledge, provider));
    let soon = |notice: &&Notice| advice::day(notice).is_none_or(|day| (day - today).num_days() <= advice::NOTICE_DAYS);
    let dated = |notice: &'k Notice| (notice, advice::has_begun(notice, Some(today)));
    Settings {
        provider,
        remarks: provider.and_then(|p| p.about.clone()).into_iter().collect(),
        username: provider.and_then(|p| p.username.clone()).unwrap_or_else(|| "full address".to_owned()),
        password,
        tries: if own { own_domain(domain) } else { documented },
        steps,
        notices: notices.filter(soon).map(dated).collect(),
    }
}

fn documented(server: &Server, domain: &str) -> Option<Try> {
    let host =
        server.host.as_ref()?.replace("<domain>", domain).replace("<domain-with-dashes>", &domain.replace('.', "-"));
    Some(Try { host, port: server.port, tls: server.tls.clone(), note: server.note.clone() })
}

/// Nobody documents anything: the usual name, and the ports in the order of today's practice. A domain below another one
/// (`accounts.practice.co.za`) mostly has its mail at the server of the upper one.
fn own_domain(domain: &str) -> Vec<Try> {
    let upper = registered(domain).filter(|upper| *upper != domain);
    let hosts: Vec<String> = [Some(domain), upper].into_iter().flatten().map(|name| format!("mail.{name}")).collect();
    let at = |host: &String, port, tls: &str, note: Option<&str>| Try {
        host: host.clone(),
        port: Some(port),
        tls: Some(tls.to_owned()),
        note: note.map(str::to_owned),
    };
    let encrypted = hosts.iter().flat_map(|host| {
        [
            at(host, 587, "starttls", None),
            at(host, 465, "implicit", Some("if the certificate is for another name, enter the host's own server name")),
        ]
    });
    let open = "last: many internet providers block port 25, and the password goes out in plain text";
    encrypted.chain(hosts.iter().map(|host| at(host, 25, "none", Some(open)))).collect()
}

/// The domain that somebody registered: its last two labels, or three where the last two are a country's own kind of
/// domain, such as `co.za` or `org.uk`.
fn registered(domain: &str) -> Option<&str> {
    let dots: Vec<usize> = domain.rmatch_indices('.').map(|(at, _)| at).collect();
    let second = &domain[dots.get(1).map_or(0, |at| at + 1)..*dots.first()?];
    let country = domain.len() - dots[0] - 1 == 2;
    let kind = second.len() <= 3 || matches!(second, "school" | "law" | "agric" | "mil");
    let place = if country && kind { dots.get(2) } else { dots.get(1) };
    Some(place.map_or(domain, |at| &domain[at + 1..]))
}

const ONE_TEST: &str = "Send one test mail after each change, with the antivirus mail shield paused.";
const ASK_HOST: &str = "Ask the host of an own domain for server name, port and mode: it is often a small company whose servers \
     are unstable and whose staff may not be able to help.";

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
        let last = own.steps.last().unwrap();
        assert!(last.contains("Gmail") && last.contains("ON"));
        assert!(own.steps.iter().any(|step| step.contains("unstable")));
    }

    #[test]
    fn known_providers_say_it_themselves() {
        let mweb = of("MWEB.co.za");
        assert_eq!((mweb.tries[0].host.as_str(), mweb.tries[0].port), ("smtpauth.mweb.co.za", Some(587)));
        let hotmail = of("hotmail.com");
        assert_eq!((hotmail.notices[0].0.id.as_str(), hotmail.notices[0].1), ("outlook-com-password", true));
        assert_eq!(hotmail.password, Password::Refused);
        let gmail = of("gmail.com");
        assert_eq!(gmail.password, Password::App);
        assert!(!gmail.steps.iter().any(|step| step.contains("last resort")), "{:?}", gmail.steps);
    }

    #[test]
    fn steps_tell_what_to_do_at_every_domain() {
        let known = Knowledge::builtin().providers().iter().flat_map(|provider| &provider.domains);
        let own = "ihavemyowndomain.co.za".to_owned();
        for domain in known.chain([&own]) {
            let steps = of(domain).steps;
            let facts: Vec<_> = steps.iter().filter(|step| !crate::rule::tests::is_instruction(step)).collect();
            assert!(facts.is_empty(), "{domain}: {facts:#?}");
        }
    }

    #[test]
    fn what_was_typed_may_be_something_else() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 28).unwrap();
        let asked = |typed| settings_for(Knowledge::builtin(), typed, day);
        let typed = asked("a@gmial.com").unwrap();
        assert!(typed.remarks[0].contains("did you mean gmail.com?"));
        assert!(typed.tries.iter().all(|t| !t.host.contains("gmial")) && typed.password == Password::App);
        for (typed, meant) in [("a@outlook.co.za", "outlook.com"), ("mweb.com", "mweb.co.za")] {
            let remarks = asked(typed).unwrap().remarks;
            assert!(remarks[0].contains(&format!("did you mean {meant}?")), "{remarks:?}");
        }
        // It serves own domains: none that its name tells.
        assert!(asked("smtp.office365.com").unwrap().remarks[0].ends_with("not a mail domain."));
        let host = asked("smtp.gmail.com").unwrap();
        assert!(host.remarks[0].contains("name of a server") && host.provider.unwrap().name.contains("Gmail"));
        assert!(asked("vodacom").unwrap().provider.unwrap().name.contains("Vodacom"));
        assert!(asked("banana").is_none() && asked("").is_none() && asked("@").is_none());
        let below = asked("fred@accounts.practice.co.za").unwrap();
        let hosts: Vec<&str> = below.tries.iter().map(|t| t.host.as_str()).collect();
        assert!(
            hosts.starts_with(&["mail.accounts.practice.co.za"]) && hosts.contains(&"mail.practice.co.za"),
            "{hosts:?}"
        );
        assert_eq!((registered("practice.co.za"), registered("a.b.com")), (Some("practice.co.za"), Some("b.com")));
    }

    #[test]
    fn domains() {
        assert_eq!(domain(" fred@own.co.za "), Some("own.co.za"));
        assert_eq!(domain("own.co.za"), Some("own.co.za"));
        assert_eq!(domain("Fred <fred@own.co.za>"), Some("own.co.za"));
        assert_eq!((domain("fred"), domain("fred@"), domain("a@b..c"), domain("a@b c.d")), (None, None, None, None));
    }
}
