//! Explains a code, a reply, an error number or a cause without any log.

use std::borrow::Cow;

use super::{
    Actor, Severity, Words,
    advice::{self, Situation},
    dialogue_broke,
    reading::{self, Question},
};
use crate::{
    knowledge::{By, Cause, Knowledge, Password, Provider, ReplyMeaning},
    session::Confidence,
    smtp::{self, EnhancedStatusCode, ReplyCode, Stage},
};

/// The meaning of a text, and what to do about it.
#[derive(Clone, Debug)]
pub struct Explanation<'k> {
    /// The cause; `None` for a code that is no error.
    pub cause: Option<Cause>,
    pub severity: Severity,
    pub confidence: Confidence,
    /// The people who have to act.
    pub acts: Vec<Actor>,
    /// The meaning, in one short sentence.
    pub title: Cow<'k, str>,
    /// The reason why mail stops.
    pub why: Cow<'k, str>,
    /// The steps, in the order to try.
    pub steps: Vec<Words>,
    /// Steps of the support article.
    pub article_step: &'k [String],
    /// The provider it is about.
    pub provider: Option<&'k str>,
    /// Where the facts are from.
    pub sources: Vec<Cow<'k, str>>,
    /// Other meanings of a bare code, each with its source.
    pub other_meanings: Vec<(Cause, Cow<'k, str>)>,
    /// The words that decided where the model did, at most three.
    pub deciding_words: Vec<String>,
}

/// Explains. Never fails: what nothing knows is `unknown.reply`.
pub fn explain<'k>(knowledge: &'k Knowledge, question: &Question<'k>) -> Explanation<'k> {
    let question = Question { text: question.text.trim_ascii(), ..*question };
    let text = question.text;
    // A cause code begins with a small letter, a reply with a digit.
    let code = text.first().filter(|b| b.is_ascii_lowercase()).and_then(|_| std::str::from_utf8(text).ok());
    if let Some(cause) = code.and_then(Cause::from_code) {
        return about(knowledge, &question, cause, Confidence::Certain, None);
    }
    if let Some(code) = no_error(text) {
        return good_code(knowledge, &question, code);
    }
    let mut left = Vec::new();
    let named = if question.provider.is_none() { provider_in(knowledge, text, &mut left) } else { None };
    let question = Question { provider: question.provider.or(named), ..question };
    let text = if named.is_some() { left.trim_ascii() } else { text };
    if text.is_empty() {
        return nothing_asked(knowledge, &question);
    }
    let server = question.provider.and_then(|provider| provider.servers.iter().find_map(|s| s.host.as_deref()));
    let host = question.host.or(server.map(str::as_bytes));
    let read = reading::read(knowledge, &Question { text, host, ..question });
    let meant = bare_code(text).map(|(code, enhanced)| knowledge.meanings(code, enhanced)).unwrap_or_default();
    let several = meant.len() > 1 && question.provider.is_none() && question.verb.is_none();
    let confidence = if several { read.confidence.min(Confidence::Likely) } else { read.confidence };
    // A code of one meaning, which waits for its own reply code or its provider.
    let cause = match meant[..] {
        [(only, _)] if read.cause == Cause::UnknownReply => only,
        _ => read.cause,
    };
    let mut answer = about(knowledge, &question, cause, confidence, read.reply.as_ref());
    let others = meant.into_iter().filter(|(other, _)| *other != cause);
    answer.other_meanings = others.map(|(cause, source)| (cause, Cow::Borrowed(source))).collect();
    if read.cause == Cause::AuthRejected && question.provider.is_none() && bare_code(text).is_some() {
        answer.other_meanings.extend(by_password(knowledge));
    }
    if read.reply.as_ref().is_some_and(|reply| reply.by == By::Model) {
        answer.deciding_words = knowledge.deciding_words(text, read.cause);
    }
    let words_only = !text.iter().any(u8::is_ascii_digit);
    if read.cause == Cause::UnknownReply && words_only {
        answer.title = "nothing is known of these words".into();
        answer.steps.insert(0, Words::from(MAY_BE_ASKED));
    }
    answer
}

/// The causes of a refused sign-in at providers that do not take the account's own password.
fn by_password(knowledge: &Knowledge) -> [(Cause, Cow<'static, str>); 2] {
    let of = |password: Password| {
        let names: Vec<&str> =
            knowledge.providers().iter().filter(|row| row.password == password).map(|row| row.name.as_str()).collect();
        names.join(", ")
    };
    let all = [(Cause::AuthAppPasswordRequired, Password::App), (Cause::AuthBasicDisabled, Password::Refused)];
    all.map(|(cause, password)| (cause, Cow::Owned(format!("at {}", of(password)))))
}

const MAY_BE_ASKED: &str = "Ask about what a log or a program showed: a code (535), an enhanced code (5.7.8), a whole reply, an \
                            error number (10060), or a cause (auth.rejected).";

fn documented(provider: Option<&Provider>) -> Option<Words> {
    let provider = provider?;
    Some(Words::from(format!("{} documents: {}.", provider.name, advice::settings(provider)?)))
}

/// Nothing was asked, or a provider's name alone.
fn nothing_asked<'k>(knowledge: &'k Knowledge, question: &Question<'k>) -> Explanation<'k> {
    Explanation {
        cause: None,
        severity: Severity::Note,
        acts: Vec::new(),
        title: "there is nothing to explain yet".into(),
        why: "".into(),
        steps: std::iter::once(Words::from(MAY_BE_ASKED)).chain(documented(question.provider)).collect(),
        provider: question.provider.map(|provider| provider.name.as_str()),
        sources: Vec::new(),
        ..about(knowledge, question, Cause::UnknownReply, Confidence::Certain, None)
    }
}

/// A host, a domain or an address of a known provider beside a code: "SMTP 534 gmail.com" is what the support article
/// tells people to search for. `left` gets the other words. A reply that names a host keeps it.
fn provider_in<'k>(knowledge: &'k Knowledge, text: &[u8], left: &mut Vec<u8>) -> Option<&'k Provider> {
    const MAX_WORDS: usize = 4;
    let words: Vec<&[u8]> = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect();
    if words.len() > MAX_WORDS || !words.iter().all(|word| std::str::from_utf8(word).is_ok()) {
        return None;
    }
    let mut found = None;
    for word in words {
        let domain = word.rsplit(|b| *b == b'@').next().unwrap_or(word);
        let dotted = domain.contains(&b'.') && domain.iter().any(u8::is_ascii_alphabetic);
        let known = || knowledge.providers().by_domain(domain).or_else(|| knowledge.providers().by_host(domain));
        match dotted.then(known).flatten() {
            Some(provider) => found = Some(provider),
            None if word.eq_ignore_ascii_case(b"smtp") || word.eq_ignore_ascii_case(b"error") => {}
            None => {
                left.extend_from_slice(word);
                left.push(b' ');
            }
        }
    }
    found
}

/// A reply code or an enhanced code without any words.
fn bare_code(text: &[u8]) -> Option<(ReplyCode, Option<EnhancedStatusCode>)> {
    if let Ok(([], enhanced)) = smtp::enhanced_status_code(text) {
        return Some((ReplyCode(u16::from(enhanced.class) * 100 + 50), Some(enhanced)));
    }
    let (_, line) = smtp::reply_line(text).ok()?;
    line.text.is_empty().then_some((line.code, None))
}

/// The answer about this cause, as its facts and the provider's tell it.
fn about<'k>(
    knowledge: &'k Knowledge,
    question: &Question<'k>,
    cause: Cause,
    confidence: Confidence,
    reply: Option<&ReplyMeaning>,
) -> Explanation<'k> {
    let facts = knowledge.cause(cause);
    let by_host = || question.host.and_then(|host| knowledge.providers().by_host(host));
    let by_greeting = || knowledge.providers().by_greeting(question.text);
    let provider = question.provider.or_else(by_host).or_else(by_greeting);
    let provider = provider.or_else(|| advice::provider_named(knowledge, cause, question.text));
    let server_known = question.host.is_some();
    let at = Situation { provider, reply, today: question.today, server_known, ..Situation::default() };
    let mut sources: Vec<Cow<'k, str>> = facts.sources.iter().map(Into::into).collect();
    sources.extend(provider.into_iter().flat_map(|p| &p.sources).map(Cow::from));
    Explanation {
        cause: Some(cause),
        severity: facts.severity,
        confidence,
        acts: facts.acts.clone(),
        title: facts.title.as_str().into(),
        why: facts.why.as_str().into(),
        steps: advice::steps(knowledge, cause, at),
        article_step: &facts.article_step,
        provider: provider.map(|provider| provider.name.as_str()),
        sources,
        other_meanings: Vec::new(),
        deciding_words: Vec::new(),
    }
}

/// A reply code, with or without words, that means "yes": no error, whatever a program says.
fn no_error(text: &[u8]) -> Option<u16> {
    if let Ok((rest, enhanced)) = smtp::enhanced_status_code(text) {
        return (enhanced.class == 2 && rest.is_empty()).then_some(250);
    }
    let (_, line) = smtp::reply_line(text).ok()?;
    (!line.code.is_refusal()).then_some(line.code.0)
}

/// The meaning of a good code that a program shows as the error.
fn good_code<'k>(knowledge: &'k Knowledge, question: &Question<'k>, code: u16) -> Explanation<'k> {
    let stage = if code == 220 { Stage::Greeting } else { Stage::Ehlo };
    let (title, steps) = match code {
        220 | 221 => dialogue_broke::meaning(code, stage),
        300..400 => (
            "the server waits for the next part: no error; the conversation broke after it",
            &["Pause the antivirus mail shield and send one small test mail."][..],
        ),
        _ => (
            "accepted, no error; if the mail did not arrive, look at what came after it",
            &[
                "Look at what came after this reply in the log: the command there was never answered.",
                "If nothing came after it, the mail was taken: ask the recipient to look in the spam folder.",
            ][..],
        ),
    };
    // Only the greeting as an error has one reason (support article step 4, corrected).
    let cause = (code == 220).then_some(Cause::PortTlsToPlaintext);
    let rule = &dialogue_broke::RULE;
    let documented = documented(question.provider.filter(|_| matches!(code, 220 | 221)));
    Explanation {
        cause,
        severity: if cause.is_some() { Severity::Error } else { Severity::Note },
        acts: vec![Actor::Technician],
        title: format!("{code}: {title}").into(),
        why: rule.why.into(),
        steps: documented.into_iter().chain(steps.iter().map(|step| Words::from(*step))).collect(),
        provider: question.provider.map(|provider| provider.name.as_str()),
        sources: rule.sources.iter().map(|source| Cow::from(*source)).collect(),
        ..about(knowledge, question, Cause::PortTlsToPlaintext, Confidence::Likely, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::smtp::Verb;

    #[test]
    fn every_kind_of_question() {
        for (text, cause) in [
            ("auth.rejected", "auth.rejected"),
            ("535", "auth.rejected"),
            ("5.7.139", "auth.basic-disabled"),
            ("535-5.7.8 Username and Password not accepted. 535 5.7.8 x - gsmtp", "auth.rejected"),
            ("SMTP error (535): 5.7.8 Error: authentication failed", "auth.rejected"),
            ("(550, b'5.1.1 user unknown')", "recipient.unknown"),
            ("10060", "conn.timeout"),
            ("Socket Error # 10061", "conn.refused"),
            ("0x80090308", "port.tls-to-plaintext"),
            ("-2146893048", "port.tls-to-plaintext"),
            ("0x800CCC0D", "conn.dns"),
            ("mailbox full", "recipient.mailbox-full"),
            ("220", "port.tls-to-plaintext"),
            ("250 2.0.0 Ok", "none"),
            ("221", "none"),
            ("5.7.14", "auth.rejected"),
            ("5.7.640", "policy.blocklisted"),
            ("5.7.720", "rate.messages"),
            ("4.4.5", "temp.service"),
            ("5.9.9", "unknown.reply"),
            ("", "none"),
            ("gmail.com", "none"),
            ("banana", "unknown.reply"),
            ("blackhole.example.co.za", "unknown.reply"),
            ("Host mail.x not found", "conn.dns"),
            ("no idea", "unknown.reply"),
            ("\u{fe}\u{ff}", "unknown.reply"),
        ] {
            let question = Question { text: text.as_bytes(), ..Question::default() };
            let answer = explain(Knowledge::builtin(), &question);
            assert_eq!(answer.cause.map_or("none", Cause::code), cause, "{text}");
            assert!(!answer.steps.is_empty() && !answer.title.is_empty(), "{text}");
        }
    }

    #[test]
    fn a_bare_code_tells_all_its_meanings() {
        let ask = |text: &'static str| {
            explain(Knowledge::builtin(), &Question { text: text.as_bytes(), ..Question::default() })
        };
        for code in ["5.7.30", "5.7.9"] {
            let answer = ask(code);
            assert!(!answer.other_meanings.is_empty() && answer.confidence != Confidence::Certain, "{code}");
        }
        let searched = ask("SMTP 534 gmail.com");
        assert_eq!(searched.provider, Some("Gmail (personal)"));
        assert_eq!(searched.cause, Some(Cause::AuthAppPasswordRequired));
        let microsoft = ask("5.7.30 smtp.office365.com");
        assert_eq!(microsoft.cause, Some(Cause::AuthBasicDisabled));
        let fruit = ask("banana");
        assert!(fruit.steps[0] == Words::from(MAY_BE_ASKED) && fruit.title.contains("nothing is known"));
        let by_provider = ask("535").other_meanings;
        let at = |cause| by_provider.iter().find(|(meaning, _)| *meaning == cause).map(|(_, source)| source.as_ref());
        assert!(at(Cause::AuthAppPasswordRequired).is_some_and(|source| source.contains("Gmail")), "{by_provider:?}");
        assert!(at(Cause::AuthBasicDisabled).is_some_and(|source| source.contains("Outlook")), "{by_provider:?}");
    }

    #[test]
    fn the_command_and_the_provider_count() {
        let knowledge = Knowledge::builtin();
        let ask =
            |verb| explain(knowledge, &Question { text: b"550 Access denied", verb, ..Question::default() }).cause;
        assert_ne!(ask(Some(Verb::Rcpt)), ask(Some(Verb::Greeting)));
        let gmail = explain(knowledge, &Question { text: b"535 5.7.8 x9sm1 - gsmtp", ..Question::default() });
        assert_eq!(gmail.provider, Some("Gmail (personal)"));
        let of = |text: &'static str| explain(knowledge, &Question { text: text.as_bytes(), ..Question::default() });
        let named = of("535 5.7.3 Authentication unsuccessful [x.namprd03.prod.outlook.com]");
        assert_eq!(named.provider, Some("Microsoft 365 / Exchange Online"));
        let recipients = of("550 5.1.1 User unknown [x.namprd03.prod.outlook.com]");
        assert_eq!(recipients.provider, None, "it may be the recipient's server");
    }
}
