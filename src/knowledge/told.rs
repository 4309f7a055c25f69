//! What a program's own words about a failed mail mean: a reply that they quote, with or without its code, or the
//! program's own trouble.

use super::{By, Cause, ErrorMeaning, Knowledge, ReplyMeaning, ReplyQuery, quoted_reply, quoted_reply::heads};
use crate::smtp::{self, EnhancedStatusCode, Verb};

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
/// A general frame counts only where the model finds more of a server than of a program in the words, in its points.
const SPEAKS: i32 = 10;

impl Knowledge {
    /// What a program's own words about a failed mail mean; `None` where nothing knows them.
    #[must_use]
    pub fn told(&self, text: &[u8], verb: Option<Verb>, host: Option<&[u8]>) -> Option<ToldMeaning> {
        let of_reply = |reply: ReplyMeaning| {
            let certain = reply.is_sure();
            Some(ToldMeaning { cause: reply.cause, by: reply.by, certain, reply: Some(reply) })
        };
        let quoted = quoted_reply(text).map(|quoted| {
            let (text, enhanced) = split(quoted.text);
            self.reply(&ReplyQuery { code: quoted.code, enhanced, text, verb, host })
        });
        if let Some(reply) = quoted.as_ref().filter(|reply| reply.by > By::Code) {
            return of_reply(reply.clone());
        }
        // Without what the program says before it, then with it.
        let mut all: Vec<&[u8]> = std::iter::once(text).chain(heads(text)).collect();
        all.reverse();
        for words in all.iter().filter(|words| smtp::enhanced_status_code(words).is_ok()) {
            let reply = self.words(words, verb, host);
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
        // The model is no witness here: its training knows replies, and a program's sentence is none. It may deny a frame.
        let speaks =
            |reply: &ReplyMeaning| reply.by == By::Text || reply.by == By::Frame && reply.server_speaks >= SPEAKS;
        let server = all.iter().map(|words| self.words(words, verb, host)).find(speaks);
        if let Some(error) = error.filter(|error| error.weight > VAGUE || own()) {
            // Whose words they are: the row that fits better, and what the model makes of them.
            let better = |reply: &ReplyMeaning| i32::from(reply.rank) - i32::from(error.weight) + reply.server_speaks;
            if !server.as_ref().is_some_and(|reply| reply.by == By::Text && better(reply) > 0) {
                return by_error(error);
            }
        }
        if let Some(reply) = server {
            return of_reply(reply);
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
