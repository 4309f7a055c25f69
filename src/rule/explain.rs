//! What a code, a reply, an error number or a cause means, without any log.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::{
    Actor, Severity, Words,
    advice::{self, Situation},
    by_cause::{actor, severity},
    dialogue_broke,
};
use crate::{
    knowledge::{By, Cause, Knowledge, Provider, ReplyMeaning, ReplyQuery},
    session::Confidence,
    smtp::{self, EnhancedStatusCode, ReplyCode, Stage, Verb},
};

/// What is asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Question<'a> {
    /// A reply, a code, an error, a cause code.
    pub text: &'a [u8],
    /// The command that a reply answered.
    pub verb: Option<Verb>,
    /// The server it came from.
    pub host: Option<&'a [u8]>,
    /// The provider, where it is named.
    pub provider: Option<&'a Provider>,
    /// The day on which it is asked.
    pub today: Option<NaiveDate>,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct Explanation<'k> {
    /// The cause; `None` for a code that is no error.
    pub cause: Option<Cause>,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// Who acts.
    pub acts: Vec<Actor>,
    /// What it means, in one short sentence.
    pub title: Cow<'k, str>,
    /// Why that stops mail.
    pub why: Cow<'k, str>,
    /// What to do, in the order to try.
    pub steps: Vec<Words>,
    /// Steps of the support article.
    pub article_step: &'k [String],
    /// The provider it is about.
    pub provider: Option<&'k str>,
    /// Where the facts are from.
    pub sources: Vec<Cow<'k, str>>,
}

/// Explains. Never fails: what nothing knows is `unknown.reply`.
#[must_use]
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
    let (cause, confidence, reply) = meaning(knowledge, &question);
    about(knowledge, &question, cause, confidence, reply.as_ref())
}

type Meaning = (Cause, Confidence, Option<ReplyMeaning>);

/// By what it looks like: a number alone, a reply, a reply inside other words, a program's own words.
fn meaning(knowledge: &Knowledge, question: &Question<'_>) -> Meaning {
    let text = question.text;
    if let Some(error) = number(text).and_then(|error| knowledge.client_error(error.as_bytes())) {
        return (error.cause, Confidence::Certain, None);
    }
    if let Ok((rest, enhanced)) = smtp::enhanced_status_code(text) {
        // The code alone, or a reply that lost its first number: the class tells at least that.
        let code = ReplyCode(if enhanced.class == 4 { 450 } else { 550 });
        let reply = ask(knowledge, question, code, Some(enhanced), rest);
        return if reply.by > By::Code { by_reply(reply) } else { unknown(reply) };
    }
    if let Ok((_, line)) = smtp::reply_line(text) {
        return by_reply(ask(knowledge, question, line.code, line.enhanced, line.text));
    }
    let inside = reply_inside(text).map(|line| ask(knowledge, question, line.code, line.enhanced, line.text));
    if let Some(reply) = inside.as_ref().filter(|reply| reply.by > By::Code) {
        return by_reply(reply.clone());
    }
    if let Some(error) = knowledge.client_error(text) {
        let confidence = if error.certain { Confidence::Certain } else { Confidence::Likely };
        return (error.cause, confidence, None);
    }
    // Words without any code may still be a server's.
    let reply = inside.unwrap_or_else(|| ask(knowledge, question, ReplyCode(550), None, text));
    if reply.by > By::Code || reply_inside(text).is_some() { by_reply(reply) } else { unknown(reply) }
}

fn ask(
    knowledge: &Knowledge,
    question: &Question<'_>,
    code: ReplyCode,
    enhanced: Option<EnhancedStatusCode>,
    text: &[u8],
) -> ReplyMeaning {
    let named =
        question.provider.and_then(|provider| provider.servers.iter().find_map(|server| server.host.as_deref()));
    let host = question.host.or(named.map(str::as_bytes));
    knowledge.reply(&ReplyQuery { code, enhanced, text, verb: question.verb, host })
}

fn by_reply(reply: ReplyMeaning) -> Meaning {
    let confidence = match reply.by {
        By::Text | By::Enhanced => Confidence::Certain,
        By::Code => Confidence::Likely,
        By::Nothing => Confidence::Guess,
    };
    (reply.cause, confidence, Some(reply))
}

fn unknown(reply: ReplyMeaning) -> Meaning {
    (Cause::UnknownReply, Confidence::Guess, Some(reply))
}

fn about<'k>(
    knowledge: &'k Knowledge,
    question: &Question<'k>,
    cause: Cause,
    confidence: Confidence,
    reply: Option<&ReplyMeaning>,
) -> Explanation<'k> {
    let facts = knowledge.cause(cause);
    let by_host = || question.host.and_then(|host| knowledge.provider_by_host(host));
    let provider = question.provider.or_else(by_host).or_else(|| knowledge.provider_by_greeting(question.text));
    let at = Situation { provider, reply, size_limit: None, today: question.today };
    let mut sources: Vec<Cow<'k, str>> = facts.sources().iter().map(Into::into).collect();
    sources.extend(provider.into_iter().flat_map(|p| &p.sources).map(Cow::from));
    Explanation {
        cause: Some(cause),
        severity: severity(facts.severity()),
        confidence,
        acts: facts.acts().iter().filter_map(|act| actor(act)).collect(),
        title: facts.title().into(),
        why: facts.why().into(),
        steps: advice::steps(knowledge, cause, at),
        article_step: facts.article_step(),
        provider: provider.map(|provider| provider.name.as_str()),
        sources,
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

/// What a good code means when a program shows it as the error.
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
    let documented = question.provider.filter(|_| matches!(code, 220 | 221));
    let documented =
        documented.and_then(|p| Some(Words::from(format!("{} documents: {}.", p.name, advice::settings(p)?))));
    Explanation {
        cause,
        severity: if cause.is_some() { Severity::Error } else { Severity::Note },
        confidence: Confidence::Likely,
        acts: vec![Actor::Technician],
        title: format!("{code}: {title}").into(),
        why: rule.why.into(),
        steps: documented.into_iter().chain(steps.iter().map(|step| Words::from(*step))).collect(),
        article_step: knowledge.cause(Cause::PortTlsToPlaintext).article_step(),
        provider: question.provider.map(|provider| provider.name.as_str()),
        sources: rule.sources.iter().map(|source| Cow::from(*source)).collect(),
    }
}

/// An error number by itself, spelt as facts know it: 10060, 0x80090308, -2146893048, 800CCC0E.
fn number(text: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(text).ok().filter(|text| text.len() <= 12)?;
    let hex = |digits: &str| u32::from_str_radix(digits, 16).ok().filter(|n| *n > 0xffff);
    let prefixed = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let spelt = match prefixed {
        Some(digits) => hex(digits),
        None if text.len() == 8 && text.starts_with(['8', 'C', 'c']) => hex(text),
        None => None,
    };
    let signed = || text.strip_prefix('-').and_then(|_| text.parse::<i32>().ok()).map(i32::cast_unsigned);
    match spelt.or_else(signed) {
        Some(hresult) => Some(format!("Error 0x{hresult:08X}")),
        // Three digits are a reply code.
        None => text.parse::<u32>().ok().filter(|n| *n > 999 || *n < 200).map(|n| format!("Error {n}")),
    }
}

/// The first refusal inside other words: `SMTP error (535): 5.7.8 not accepted`.
fn reply_inside(text: &[u8]) -> Option<smtp::ReplyLine<'_>> {
    let begins = |at: usize| at == 0 || !text[at - 1].is_ascii_alphanumeric() && !b".-".contains(&text[at - 1]);
    let codes = text
        .windows(3)
        .enumerate()
        .filter(|(at, w)| matches!(w, [b'4' | b'5', b, c] if b.is_ascii_digit() && c.is_ascii_digit()) && begins(*at));
    codes.map(|(at, _)| at).find_map(|at| {
        let rest = &text[at + 3..];
        let words = rest.trim_ascii_start().len() < rest.len() || rest.is_empty();
        if words || rest.starts_with(b"-") {
            return smtp::reply_line(&text[at..]).ok().map(|(_, line)| line);
        }
        // `(535, b'5.7.8 ...')`, `535: text`
        let skip = rest.iter().position(|b| b.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let marks = rest[..skip].iter().all(|b| b":,)]; '\"".contains(b)) && !rest[..skip].is_empty();
        let words = if rest[skip..].starts_with(b"b'") { &rest[skip + 2..] } else { &rest[skip..] };
        let (_, code) = smtp::reply_line(&text[at..at + 3]).ok()?;
        let enhanced = smtp::enhanced_status_code(words).ok().map(|(_, code)| code);
        marks.then_some(smtp::ReplyLine { enhanced, text: words, ..code })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
            ("5.9.9", "unknown.reply"),
            ("", "unknown.reply"),
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
    fn the_command_and_the_provider_count() {
        let knowledge = Knowledge::builtin();
        let ask =
            |verb| explain(knowledge, &Question { text: b"550 Access denied", verb, ..Question::default() }).cause;
        assert_ne!(ask(Some(Verb::Rcpt)), ask(Some(Verb::Greeting)));
        let gmail = explain(knowledge, &Question { text: b"535 5.7.8 x9sm1 - gsmtp", ..Question::default() });
        assert_eq!(gmail.provider, Some("Gmail (personal)"));
    }
}
