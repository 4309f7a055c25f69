//! Reads any text that somebody asks about: an error number, a reply, a reply inside other words, a server's words without
//! their code, or a mail program's words about its own trouble.

use chrono::NaiveDate;

use crate::{
    knowledge::{By, Cause, Knowledge, Provider, ReplyMeaning, ReplyQuery, ToldMeaning},
    session::Confidence,
    smtp::{self, EnhancedStatusCode, ReplyCode, Verb},
};

/// A text that somebody asks about, and what is known of where it came from.
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
    /// The day by which a provider's notice is past or to come.
    pub today: Option<NaiveDate>,
}

/// The meaning of such a text.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    /// The cause; `unknown.reply` where nothing decides.
    pub cause: Cause,
    pub confidence: Confidence,
    /// The meaning of a server's reply, with more than its cause.
    pub reply: Option<ReplyMeaning>,
}

/// How sure an answer is, by the way it was found (`docs/certainty.md`).
pub(super) fn confidence(reply: &ReplyMeaning) -> Confidence {
    match reply.by {
        _ if reply.is_sure() => Confidence::Certain,
        By::Text | By::Enhanced | By::Code | By::Frame => Confidence::Likely,
        By::Model | By::Nothing => Confidence::Guess,
    }
}

/// Reads a text, which has no blanks at its ends, by what it looks like.
pub(super) fn read(knowledge: &Knowledge, asked: &Question<'_>) -> Reading {
    let text = asked.text;
    let unknown = Reading { cause: Cause::UnknownReply, confidence: Confidence::Guess, reply: None };
    if let Some(error) = number(text).and_then(|error| knowledge.client_error(error.as_bytes())) {
        return Reading { cause: error.cause, confidence: Confidence::Certain, reply: None };
    }
    if let Ok((rest, enhanced)) = smtp::enhanced_status_code(text) {
        // The code alone, or a reply that lost its first number: the class tells at least that.
        if !rest.trim_ascii().is_empty() {
            return by_reply(knowledge.words(text, asked.verb, asked.host));
        }
        let code = ReplyCode(if enhanced.class == 4 { 450 } else { 550 });
        let reply = ask(knowledge, asked, code, Some(enhanced), rest);
        // A kind of code alone says nothing of its cause.
        let known = reply.by > By::Code;
        return if known { by_reply(reply) } else { Reading { reply: Some(reply), ..unknown } };
    }
    if let Ok((_, line)) = smtp::reply_line(text) {
        return by_reply(ask(knowledge, asked, line.code, line.enhanced, line.text));
    }
    match knowledge.told(text, asked.verb, asked.host) {
        Some(ToldMeaning { reply: Some(reply), .. }) => by_reply(reply),
        Some(ToldMeaning { cause, certain, .. }) => {
            Reading { cause, confidence: if certain { Confidence::Certain } else { Confidence::Likely }, reply: None }
        }
        None => unknown,
    }
}

fn ask(
    knowledge: &Knowledge,
    asked: &Question<'_>,
    code: ReplyCode,
    enhanced: Option<EnhancedStatusCode>,
    text: &[u8],
) -> ReplyMeaning {
    knowledge.reply(&ReplyQuery { code, enhanced, text, verb: asked.verb, host: asked.host })
}

fn by_reply(reply: ReplyMeaning) -> Reading {
    Reading { cause: reply.cause, confidence: confidence(&reply), reply: Some(reply) }
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
