//! Next steps for a cause, at the provider where it happened: its documented server, port, mode, user name, limits and dates.

use std::time::Duration;

use chrono::NaiveDate;

use super::Words;
use crate::{
    knowledge::{Cause, Knowledge, Notice, Password, Provider, ReplyMeaning, Server, Step, Tag},
    source::Sensitive,
};

/// A notice is said from so many days before its day on.
pub const NOTICE_DAYS: i64 = 180;

/// The facts that the steps for a cause depend on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Situation<'a> {
    /// The provider whose server it is.
    pub provider: Option<&'a Provider>,
    /// The reply, whose text may hold a time to wait or the name of a list.
    pub reply: Option<&'a ReplyMeaning>,
    /// The limit that the server announced, in bytes.
    pub size_limit: Option<u64>,
    /// The day by which a notice is past or to come.
    pub today: Option<NaiveDate>,
    /// The user name that was sent is a whole address.
    pub full_user: bool,
    /// The server is known, so that without a provider it is a domain's own.
    pub server_known: bool,
}

/// The provider whose server a refused sign-in names: `535 5.7.3 Authentication unsuccessful [x.prod.outlook.com]`. What
/// refuses other mail may be the recipient's server; and where passwords have ended, the name in brackets is that of two
/// providers.
pub fn provider_named<'k>(knowledge: &'k Knowledge, cause: Cause, reply: &[u8]) -> Option<&'k Provider> {
    if cause.group() != "auth" || cause == Cause::AuthBasicDisabled {
        return None;
    }
    knowledge.providers().named_in(reply)
}

/// The steps, in the order to try: first those of the provider and the reply, then those that hold everywhere.
pub fn steps(knowledge: &Knowledge, cause: Cause, at: Situation<'_>) -> Vec<Words> {
    let group = cause.group();
    let passes = cause == Cause::AuthTemporary;
    let concerns = |notice: &&Notice| !passes && cause.code().starts_with(&notice.about);
    let dated: Vec<&Notice> = at.provider.map(|p| notices(knowledge, p).filter(concerns).collect()).unwrap_or_default();
    let said = at.reply.into_iter().flat_map(|reply| {
        let wait = reply.retry_after.map(wait).map(Words::from);
        wait.into_iter().chain(reply.blocklist.as_deref().map(listed))
    });
    // A change that holds explains a refused sign-in better than any retyping; one to come is only a warning.
    let begun = dated.iter().filter(|notice| has_begun(notice, at.today)).map(|notice| announced(notice, true));
    // Where passwords are refused already there is nothing left to do before the day.
    let comes = |notice: &&&Notice| cause != Cause::AuthBasicDisabled && is_coming(notice, at.today);
    let coming = dated.iter().filter(comes).map(|notice| announced(notice, false));
    let limit = at.size_limit.filter(|_| cause == Cause::AttachmentTooLarge);
    let limit = limit.map(|bytes| below_limit("this server", bytes));
    let noticed = dated.iter().any(|notice| has_begun(notice, at.today));
    let documented = at.provider.into_iter().flat_map(|provider| by_provider(provider, group, cause, noticed));
    let (begun, documented): (Vec<Step>, Vec<Step>) = (begun.collect(), documented.chain(limit).collect());
    // Without 2-step verification there is no app password to make, so the way to it comes before what a provider adds.
    let app_first = cause == Cause::AuthAppPasswordRequired && begun.is_empty();
    let here = [begun, documented].concat();
    let own_says = at.provider.is_some() && !here.is_empty();
    let fits = |step: &&Step| {
        is_for(step, &at, own_says)
            && !(step.has(Tag::AsPdf) && at.reply.is_some_and(|reply| reply.names_pdf))
            && !(step.has(Tag::FullAddress) && at.full_user && cause != Cause::AuthUsernameIncomplete)
            && !at.provider.is_some_and(|provider| contradicts(step, provider, own_says))
    };
    let everywhere: Vec<Step> = knowledge.cause(cause).steps.iter().filter(fits).cloned().collect();
    let own_domain = at.provider.is_none() && matches!(group, "conn" | "port" | "tls");
    // What would send the password in the clear is never the first thing to try.
    let (open, here): (Vec<Step>, Vec<Step>) = here.into_iter().partition(|step| step.has(Tag::NoEncryption));
    let last = open.into_iter().chain(if own_domain { for_own_domain() } else { Vec::new() });
    // What was typed comes first where any password of one's own can be right: it is the likeliest.
    let takes = at.provider.map_or(Password::Own, |provider| provider.password);
    let typed_first = app_first
        || cause == Cause::AuthTooManyAttempts
        || ABOUT_WHAT_WAS_TYPED.contains(&cause) && matches!(takes, Password::Own | Password::App)
        || cause == Cause::AuthRejected && takes == Password::Own;
    let (first, second) = if typed_first { (everywhere, here) } else { (here, everywhere) };
    let ours = first.into_iter().chain(second).chain(last).chain(coming);
    once(said.collect(), ours)
}

/// A general step for some providers is for those only, and for them only where their own row says nothing; and for whom it
/// is not known where the mailbox is.
fn is_for(step: &Step, at: &Situation<'_>, own_says: bool) -> bool {
    let theirs = |piece: &String| at.provider.map_or(!at.server_known, |provider| provider.name.contains(piece));
    step.only_at.is_empty() || !own_says && step.only_at.iter().any(theirs)
}

/// The general step asks for something that comes to nothing here: a password where none is taken, webmail with the password
/// that was made for programs, the port for SSL/TLS where the provider documents others.
fn contradicts(step: &Step, provider: &Provider, own_says: bool) -> bool {
    let none_taken = provider.password == Password::Refused && step.has(Tag::SignIn);
    let webmail = provider.password == Password::App && step.has(Tag::Webmail);
    let other_ports = !provider.servers.is_empty() && provider.servers.iter().all(|server| server.port != Some(465));
    own_says && (none_taken || webmail) || other_ports && step.has(Tag::Port465)
}

/// Drops a step that an earlier one has said: the same words, or only topics that were named.
fn once(mut steps: Vec<Words>, more: impl Iterator<Item = Step>) -> Vec<Words> {
    let mut told: Vec<Tag> = Vec::new();
    let mut texts: Vec<String> = Vec::new();
    for Step { say, tags, .. } in more {
        let topics: Vec<Tag> = tags.into_iter().filter(|tag| tag.is_topic()).collect();
        let known = !topics.is_empty() && topics.iter().all(|topic| told.contains(topic));
        if known || texts.contains(&say) {
            continue;
        }
        told.extend(topics);
        texts.push(say.clone());
        steps.push(Words::from(say));
    }
    steps
}

/// The last steps for a domain of one's own.
fn for_own_domain() -> Vec<Step> {
    vec![
        Step::new(
            "For an own domain try mail.<domain> on port 587 with STARTTLS, then on 465 with SSL/TLS; ask its host, for small \
             hosts are often unstable.",
        ),
        Step::new(OTHER_SERVER),
        Step { tags: vec![Tag::TwoStep, Tag::AppPassword], ..Step::new(LAST_RESORT) },
    ]
}

/// Where a domain's own servers do not work (support article step 4).
pub(super) const OTHER_SERVER: &str =
    "If none of these works, use the server of the internet provider instead of the domain's.";
pub(super) const LAST_RESORT: &str = "As a last resort send through a Gmail account: 2-step verification ON, an app password as \
     password, and a forwarder to the practice's address so that answers arrive.";

/// Causes that are about what was typed, whatever the provider wants.
const ABOUT_WHAT_WAS_TYPED: [Cause; 4] =
    [Cause::AuthUsernameIncomplete, Cause::AuthPlaceholderPassword, Cause::AuthRequired, Cause::RecipientRelayDenied];

/// Steps from the provider's own row. `noticed`: a dated notice has said how signing in has changed.
fn by_provider(provider: &Provider, group: &str, cause: Cause, noticed: bool) -> Vec<Step> {
    let name = provider.name.trim_end_matches(" (generic)");
    // Without encryption only where encryption is what fails: a password is no thing to send in the clear.
    let plain = matches!(cause, Cause::PortStarttlsUnavailable | Cause::PortTlsToPlaintext);
    let typed = |server: &&Server| plain || server.tls.as_deref() != Some("none");
    // A fact is no step: it stands beside the one that it is about.
    let about = provider.about.as_ref().map(|about| format!(" ({about})")).unwrap_or_default();
    let settings = || {
        let text = documented(provider, typed)?;
        let open = provider.servers.iter().filter(typed).any(|server| server.tls.as_deref() == Some("none"));
        let tags = if open { vec![Tag::NoEncryption] } else { Vec::new() };
        Some(Step { tags, ..Step::new(format!("Type what {name} documents: {text}.{about}")) })
    };
    // What holds for a kind of hosting says nothing about this host's sign-in.
    let own = provider.servers.iter().any(|server| server.host.as_ref().is_some_and(|host| !host.contains('<')));
    let said = |step: &Step| Step { say: format!("{name}: {}", step.say), ..step.clone() };
    let sign_in = || provider.sign_in.as_ref().filter(|_| own && !noticed).map(said);
    let sender = || provider.sender.as_ref().filter(|_| own).map(said);
    let limits = || provider.limits.as_ref().map(|all| Step::new(format!("Keep within what {name} allows: {all}.")));
    match (group, cause) {
        (_, Cause::AuthTemporary) => Vec::new(),
        // Where no password is taken there is nothing to type.
        ("auth", _) => {
            let typed = own && provider.password != Password::Refused;
            sign_in().into_iter().chain(settings().filter(|_| typed)).collect()
        }
        ("conn" | "port" | "tls", _) => settings().into_iter().collect(),
        (_, Cause::RateMessages) => limits().into_iter().collect(),
        (_, Cause::RecipientRelayDenied) => sign_in().into_iter().collect(),
        (_, Cause::SenderRejected) => sender().into_iter().collect(),
        (_, Cause::AttachmentTooLarge) => {
            provider.max_message_bytes.into_iter().map(|bytes| below_limit(name, bytes)).collect()
        }
        _ => Vec::new(),
    }
}

/// The settings to type: servers in the order to try, and the form of the user name.
pub fn settings(provider: &Provider) -> Option<String> {
    documented(provider, |_| true)
}

/// The settings of a provider, of these servers only; nothing where none of a provider's is among them.
fn documented(provider: &Provider, chosen: impl Fn(&&Server) -> bool) -> Option<String> {
    let servers: Vec<String> = provider.servers.iter().filter(chosen).filter_map(server).collect();
    if servers.is_empty() && !provider.servers.is_empty() {
        return None;
    }
    let user = provider.username.as_ref().map(|form| format!("user name: {form}"));
    let parts: Vec<String> = (!servers.is_empty()).then(|| servers.join(", or ")).into_iter().chain(user).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn server(server: &Server) -> Option<String> {
    let mut text = server.host.clone().unwrap_or_default();
    if let Some(port) = server.port {
        text.push_str(&format!("{}port {port}", if text.is_empty() { "" } else { " " }));
    }
    if let Some(tls) = &server.tls {
        text.push_str(&format!(" with {}", mode(tls)));
    }
    (!text.is_empty()).then_some(text)
}

/// A mode as settings screens call it.
pub fn mode(tls: &str) -> &str {
    match tls {
        "starttls" => "STARTTLS (often called TLS)",
        "implicit" => "SSL/TLS",
        "none" => "no encryption",
        other => other,
    }
}

/// The changes announced by this provider.
pub fn notices<'k>(knowledge: &'k Knowledge, provider: &'k Provider) -> impl Iterator<Item = &'k Notice> {
    knowledge.notices().filter(|notice| notice.provider == provider.name)
}

/// The day of a notice.
pub fn day(notice: &Notice) -> Option<NaiveDate> {
    notice.date.parse().ok()
}

/// It holds already, or nobody says which day it is.
pub fn has_begun(notice: &Notice, today: Option<NaiveDate>) -> bool {
    day(notice).zip(today).is_none_or(|(day, today)| day <= today)
}

fn is_coming(notice: &Notice, today: Option<NaiveDate>) -> bool {
    let left = day(notice).zip(today).map(|(day, today)| (day - today).num_days());
    left.is_some_and(|days| (1..=NOTICE_DAYS).contains(&days))
}

fn announced(notice: &Notice, past: bool) -> Step {
    let title = notice.title(past).trim_end_matches('.');
    // Before the day one step prepares; after it all of them are needed.
    let steps = notice.steps(past);
    let steps = if past { steps } else { &steps[..steps.len().min(1)] };
    let tags = steps.iter().flat_map(|step| step.tags.iter().copied()).collect();
    Step { tags, ..Step::new(format!("{} ({title}.)", Step::joined(steps))) }
}

fn wait(time: Duration) -> String {
    format!("Wait {} before the next try: the server asks for it.", span(time.as_secs()))
}

fn listed(name: &str) -> Words {
    let name = Sensitive::new(name.as_bytes());
    Words::from("Look the address up at ").host(&name).and(" and ask for its removal: it is listed there.")
}

/// A span of time in the unit people would use.
pub fn span(seconds: u64) -> String {
    let (n, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7_200 => (seconds.div_ceil(60), "minute"),
        7_200..172_800 => (seconds.div_ceil(3_600), "hour"),
        _ => (seconds.div_ceil(86_400), "day"),
    };
    counted(n, unit)
}

/// The pace of sending after a repair (support article step 6), to go on a sentence with.
pub const SENDING_PACE: &str = "one at a time until you are sure, then ten at a time, at most 100 a day";

/// `1,204`
pub fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// `1 line`, `1,204 lines`
pub fn counted(n: u64, what: &str) -> String {
    format!("{} {what}{}", number(n), if n == 1 { "" } else { "s" })
}

/// The provider documents STARTTLS on this port.
pub fn documents_starttls(provider: &Provider, port: u16) -> bool {
    provider.servers.iter().any(|server| server.port == Some(port) && server.tls.as_deref() == Some("starttls"))
}

/// A size as providers print it.
pub fn megabytes(bytes: u64) -> String {
    match bytes {
        0..100_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

fn below_limit(whose: &str, bytes: u64) -> Step {
    Step::new(format!("Keep each message below what {whose} takes, {}: {}.", megabytes(bytes), attached(bytes)))
}

/// The largest attachment of such a message: base64 with line ends makes 78 bytes of 57 (RFC 2045 section 6.8).
pub fn attached(bytes: u64) -> String {
    format!("about {} as a file, because an attachment grows by a third on its way", megabytes(bytes / 78 * 57))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::tests::{is_instruction, plain};

    #[test]
    fn the_provider_speaks_first() {
        let steps = |k: &Knowledge, cause, at: Situation<'_>| -> Vec<String> {
            steps(k, cause, at).iter().map(plain).collect()
        };
        let knowledge = Knowledge::builtin();
        let at = |name| Situation { provider: knowledge.providers().by_name(name), ..Situation::default() };
        let port = steps(knowledge, Cause::PortPlaintextToTls, at("MWEB"));
        let typed = "Type what MWEB documents: smtpauth.mweb.co.za port 587 with STARTTLS (often called TLS); user name: full \
                     address. (It works from other networks too. MWEB's own network blocks port 25.)";
        assert_eq!(port[0], typed);
        let outlook = steps(knowledge, Cause::AuthBasicDisabled, at("Outlook.com / Hotmail / Live / MSN"));
        assert!(outlook[0].contains("16 September 2024") && outlook[0].contains("Do not retype"), "{outlook:?}");
        let early = Situation { today: NaiveDate::from_ymd_opt(2026, 1, 5), ..at("Microsoft 365 / Exchange Online") };
        assert!(!steps(knowledge, Cause::AuthRejected, early).concat().contains("December 2026"));
        let soon = Situation { today: NaiveDate::from_ymd_opt(2026, 11, 23), ..early };
        assert!(steps(knowledge, Cause::AuthRejected, soon).last().unwrap().contains("December 2026"));
        assert!(!steps(knowledge, Cause::AuthBasicDisabled, soon).concat().contains("December 2026"));
    }

    #[test]
    fn a_domain_of_ones_own_is_told_nothing_of_gmail() {
        let knowledge = Knowledge::builtin();
        let told = |server_known| {
            let at = Situation { server_known, ..Situation::default() };
            steps(knowledge, Cause::AuthRejected, at).iter().any(|step| plain(step).contains("Gmail"))
        };
        assert!(told(false) && !told(true));
    }

    /// Every cause, at every provider and at none, before and after every notice's day: the steps speak with one voice.
    #[test]
    fn steps_of_one_voice() {
        let knowledge = Knowledge::builtin();
        let days = [(2024, 1, 1), (2026, 11, 28), (2027, 2, 1)].map(|(y, m, d)| NaiveDate::from_ymd_opt(y, m, d));
        let providers = || std::iter::once(None).chain(knowledge.providers().iter().map(Some));
        for (cause, provider) in Cause::ALL.iter().flat_map(|cause| providers().map(move |provider| (*cause, provider)))
        {
            for today in days {
                let at = Situation { provider, today, ..Situation::default() };
                let all: Vec<String> = steps(knowledge, cause, at).iter().map(plain).collect();
                let name = provider.map_or("none", |provider| &provider.name);
                let case = format!("{cause} at {name} on {today:?}: {all:#?}");
                assert!(!all.is_empty(), "{case}");
                assert!(all.iter().enumerate().all(|(i, step)| !all[..i].contains(step)), "{case}");
                let facts: Vec<&String> = all.iter().filter(|step| !is_instruction(step)).collect();
                assert!(facts.is_empty(), "facts among the steps: {facts:#?}, {case}");
                let twice = |topic: &str| all.iter().filter(|step| step.to_lowercase().contains(topic)).count() > 1;
                assert!(!twice("turn 2-step") && !twice("app password as password"), "{case}");
                assert!(!all[0].contains("no encryption") && !all[0].contains("without encryption"), "{case}");
                let asks = |words: &str| all.iter().any(|step| step.contains(words));
                let off = asks("no encryption");
                assert!(!off || matches!(cause, Cause::PortStarttlsUnavailable | Cause::PortTlsToPlaintext), "{case}");
                assert!(!twice("spf") && !twice("domain's own") && !twice("password field"), "{case}");
                let place = |words: &str| all.iter().position(|step| step.contains(words)).unwrap_or(usize::MAX);
                let two_step = place("2-step");
                assert!(two_step == usize::MAX || place("ake an app") >= two_step, "{case}");
                let refused = provider.is_some_and(|provider| provider.password == Password::Refused);
                if refused && cause.code().starts_with("auth.") {
                    assert!(!asks("Type the password") && !asks("password field"), "{case}");
                    assert!(!asks("webmail") && !asks("documents:"), "{case}");
                }
                let app = provider.is_some_and(|provider| provider.password == Password::App);
                assert!(!(app && asks("name and password in the provider's webmail")), "{case}");
                if name.contains("Microsoft 365") || name.contains("Outlook.com") {
                    let port_465 = all.iter().any(|step| step.contains("465") && !step.contains("e-mail settings"));
                    assert!(!port_465, "{case}");
                }
                if name.contains("Gmail") {
                    assert!(!asks("last resort send through a Gmail"), "{case}");
                }
                if name.contains("Microsoft 365") {
                    assert!(!asks("At Gmail") && !asks("Hotmail, Live"), "{case}");
                    let past = today > NaiveDate::from_ymd_opt(2026, 12, 31);
                    assert!(!past || !all.iter().any(|step| step.starts_with("Before that day")), "{case}");
                    assert!(cause != Cause::AuthRejected || all[0].contains("user name"), "{case}");
                }
            }
        }
    }

    #[test]
    fn what_the_reply_says() {
        let reply = ReplyMeaning {
            cause: Cause::PolicyBlocklisted,
            retry_after: Some(Duration::from_secs(300)),
            blocklist: Some("zen.spamhaus.org".into()),
            ..ReplyMeaning::default()
        };
        let at = Situation { reply: Some(&reply), ..Situation::default() };
        let steps: Vec<_> = steps(Knowledge::builtin(), Cause::PolicyBlocklisted, at).iter().map(plain).collect();
        assert_eq!(steps[0], "Wait 5 minutes before the next try: the server asks for it.");
        assert!(steps[1].starts_with("Look the address up at zen.spamhaus.org"));
        assert_eq!((span(1), span(3_600), span(90_000)), ("1 second".into(), "60 minutes".into(), "25 hours".into()));
        assert_eq!(
            (megabytes(35_882_577), attached(35_882_577)[..13].to_owned()),
            ("35.9 MB".into(), "about 26.2 MB".into())
        );
    }
}
