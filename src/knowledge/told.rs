//! What a program's own words about a failed mail mean: a reply that they quote, with or without its code, or the
//! program's own trouble.

use super::{By, Cause, ErrorMeaning, Knowledge, ReplyMeaning, ReplyQuery, quoted_reply, quoted_reply::heads};
use crate::smtp::{self, EnhancedStatusCode, ReplyCode, Verb};

/// What words about a failure mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldMeaning {
    /// The cause; `unknown.reply` where a reply is quoted that no fact knows.
    pub cause: Cause,
    /// What a quoted reply's meaning rests on; [`By::Text`] for the program's own words.
    pub by: By,
    /// The meaning of the reply, where the words are a server's.
    pub reply: Option<ReplyMeaning>,
    /// False where the words fit several causes.
    pub certain: bool,
}

/// Words that only say that it failed weigh no more than this.
const VAGUE: u8 = 35;

impl Knowledge {
    /// What a program's own words about a failed mail mean; `None` where nothing knows them.
    #[must_use]
    pub fn told(&self, text: &[u8], verb: Option<Verb>, host: Option<&[u8]>) -> Option<ToldMeaning> {
        let ask = |code, enhanced, text| self.reply(&ReplyQuery { code, enhanced, text, verb, host });
        let of_reply = |reply: ReplyMeaning| {
            let certain = reply.by >= By::Enhanced;
            Some(ToldMeaning { cause: reply.cause, by: reply.by, certain, reply: Some(reply) })
        };
        let quoted = quoted_reply(text).map(|quoted| {
            let (rest, enhanced) = split(quoted.text);
            ask(quoted.code, enhanced, rest)
        });
        if let Some(reply) = quoted.as_ref().filter(|reply| reply.by > By::Code) {
            return of_reply(reply.clone());
        }
        // Without what the program says before it, then with it.
        let mut all: Vec<&[u8]> = std::iter::once(text).chain(heads(text)).collect();
        all.reverse();
        for (rest, enhanced) in all.iter().map(|words| split(words)) {
            let Some(enhanced) = enhanced else { continue };
            let reply = ask(ReplyCode(if enhanced.class == 4 { 450 } else { 550 }), Some(enhanced), rest);
            if reply.by > By::Code {
                return of_reply(reply);
            }
        }
        // A number that stands alone where the words should be is an error's.
        let bare = all.first().filter(|words| words.len() < 12 && words.iter().all(u8::is_ascii_digit));
        let bare = bare.and_then(|number| self.client_error(&[b"error ", *number].concat()));
        let error = bare.or_else(|| self.client_error(text));
        let by_error = |error: ErrorMeaning| {
            Some(ToldMeaning { cause: error.cause, by: By::Text, reply: None, certain: error.certain })
        };
        // A sentence of the program itself, without anybody quoted in it, counts also where it is vague.
        let own = || all.len() == 1 || all.first().is_some_and(|words| self.client_error(words).is_some());
        if let Some(error) = error.filter(|error| error.weight > VAGUE || own()) {
            return by_error(error);
        }
        for words in all {
            let reply = ask(ReplyCode(550), None, words);
            if reply.by > By::Code {
                // Without its code it may have been any reply with these words.
                let certain = reply.by == By::Text;
                return Some(ToldMeaning { cause: reply.cause, by: reply.by, certain, reply: Some(reply) });
            }
        }
        quoted.and_then(of_reply).or_else(|| error.and_then(by_error))
    }
}

/// The enhanced code at the beginning, and the words behind it.
fn split(text: &[u8]) -> (&[u8], Option<EnhancedStatusCode>) {
    match smtp::enhanced_status_code(text) {
        Ok((rest, enhanced)) => (rest.trim_ascii(), Some(enhanced)),
        Err(_) => (text, None),
    }
}
