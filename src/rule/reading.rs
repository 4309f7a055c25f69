//! What any text that somebody asks about is: an error number, a reply, a reply inside other words, a server's words
//! without their code, or what a mail program says about its own trouble.

use crate::{
    knowledge::{By, Cause, Knowledge, ReplyMeaning, ReplyQuery, ToldMeaning},
    session::Confidence,
    smtp::{self, EnhancedStatusCode, ReplyCode, Verb},
};

/// What is asked about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    /// The text, without blanks at its ends.
    pub text: &'a [u8],
    /// The command that a reply answered.
    pub verb: Option<Verb>,
    /// The server it came from.
    pub host: Option<&'a [u8]>,
}

/// What it means.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    /// The cause; `unknown.reply` where nothing decides.
    pub cause: Cause,
    /// How sure it is.
    pub confidence: Confidence,
    /// What is known of a server's reply beside its cause.
    pub reply: Option<ReplyMeaning>,
}

/// How sure an answer is, by the way it was found (docs/certainty.md).
pub(super) fn confidence(reply: &ReplyMeaning) -> Confidence {
    match reply.by {
        _ if reply.is_sure() => Confidence::Certain,
        By::Text | By::Enhanced | By::Code | By::Frame => Confidence::Likely,
        By::Model | By::Nothing => Confidence::Guess,
    }
}

/// Reads a text by what it looks like.
pub(super) fn read(knowledge: &Knowledge, asked: &Asked<'_>) -> Reading {
    let text = asked.text;
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
        return if reply.by > By::Code { by_reply(reply) } else { unknown(reply) };
    }
    if let Ok((_, line)) = smtp::reply_line(text) {
        return by_reply(ask(knowledge, asked, line.code, line.enhanced, line.text));
    }
    match knowledge.told(text, asked.verb, asked.host) {
        Some(ToldMeaning { reply: Some(reply), .. }) => by_reply(reply),
        Some(ToldMeaning { cause, certain, .. }) => {
            Reading { cause, confidence: if certain { Confidence::Certain } else { Confidence::Likely }, reply: None }
        }
        None => Reading { cause: Cause::UnknownReply, confidence: Confidence::Guess, reply: None },
    }
}

fn ask(
    knowledge: &Knowledge,
    asked: &Asked<'_>,
    code: ReplyCode,
    enhanced: Option<EnhancedStatusCode>,
    text: &[u8],
) -> ReplyMeaning {
    knowledge.reply(&ReplyQuery { code, enhanced, text, verb: asked.verb, host: asked.host })
}

fn by_reply(reply: ReplyMeaning) -> Reading {
    Reading { cause: reply.cause, confidence: confidence(&reply), reply: Some(reply) }
}

fn unknown(reply: ReplyMeaning) -> Reading {
    Reading { cause: Cause::UnknownReply, confidence: Confidence::Guess, reply: Some(reply) }
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
