//! The AUTH exchange (RFC 4954). This is the only place that knows the rule: from AUTH to its final reply, everything that
//! the client says is a secret.

use super::Dialogue;
use crate::{
    base64::decoded,
    smtp::{AuthMechanism, Command, ReplyCode, Verb},
};

/// An AUTH exchange without its final reply.
#[derive(Clone, Copy, Debug)]
pub(super) struct Exchange {
    pub(super) mechanism: Option<AuthMechanism>,
    /// Answers so far.
    pub(super) step: usize,
    /// The server has asked for the next one.
    pub(super) asked: bool,
}

impl Exchange {
    /// LOGIN asks for the name and the password; what it asks for says what is answered, also where half of the exchange
    /// is missing.
    pub(super) fn heed_prompt(&mut self, text: &[u8]) {
        let Some(prompt) = decoded(text) else { return };
        let asks = |word: &[u8]| prompt.len() >= word.len() && prompt[..word.len()].eq_ignore_ascii_case(word);
        if let Some(step) = [&b"user"[..], b"pass"].into_iter().position(asks) {
            self.step = step;
            self.mechanism = self.mechanism.or(Some(AuthMechanism::Login));
        }
    }
}

impl Dialogue {
    /// The writer left out an answer of an AUTH exchange.
    pub fn hide_answer(&mut self) {
        match &mut self.exchange {
            Some(Exchange { asked: true, .. }) => self.answer_auth(),
            Some(exchange) => exchange.step += 1,
            None => {}
        }
    }

    /// Between AUTH and its final reply: whatever the client says is a secret.
    pub fn signs_in(&self) -> bool {
        self.exchange.is_some()
    }

    /// The server has asked for an answer of an AUTH exchange.
    pub fn is_asked(&self) -> bool {
        self.exchange.is_some_and(|exchange| exchange.asked)
    }

    /// The mechanism of the AUTH exchange and the number of answers so far.
    pub fn auth(&self) -> Option<(Option<AuthMechanism>, usize)> {
        self.exchange.map(|exchange| (exchange.mechanism, exchange.step))
    }

    pub(super) fn answer_auth(&mut self) {
        if let Some(exchange) = &mut self.exchange {
            exchange.asked = false;
            exchange.step += 1;
        }
        self.push(Verb::Auth);
    }

    /// Opens and closes AUTH exchanges: 334 opens one wherever it stands, as a log may begin behind its AUTH.
    pub(super) fn take_auth_reply(&mut self, verb: Option<Verb>, code: ReplyCode, text: &[u8]) {
        if code.0 == 334 {
            let exchange = self.exchange.get_or_insert(Exchange { mechanism: None, step: 0, asked: true });
            exchange.asked = true;
            exchange.heed_prompt(text);
            return;
        }
        // Only 235 and refusals are final; any other reply may be to another session that stands between these lines.
        let still_waits =
            verb != Some(Verb::Auth) && (code.0 == 421 || self.pending.iter().any(|p| p.verb == Verb::Auth));
        if code.0 == 235 || code.is_refusal() && !still_waits {
            self.exchange = None;
            self.gave_up_auth = false;
        }
    }
}

/// A client that gives up an AUTH exchange, or whose log leaves out the final reply, goes on with one of these. `QUIT` alone
/// could be base64, but a password of three characters is no password.
pub(super) fn ends_exchange(command: &Command<'_>) -> bool {
    matches!(
        command,
        Command::Hello(..) | Command::Mail(..) | Command::Rcpt(_) | Command::Quit | Command::Rset | Command::Auth(..)
    )
}

/// ```abnf
/// strange-auth = "AUTH" SP 1*20mech-char [ SP initial-response ]     ; RFC 4422 section 3.1: A-Z 0-9 "-" "_"
/// ```
/// The outer `None`: it is no AUTH.
#[allow(clippy::option_option, reason = "an AUTH without an initial response is not the same as no AUTH")]
pub(super) fn strange_auth(text: &[u8]) -> Option<Option<&[u8]>> {
    let rest = text.get(..5).filter(|verb| verb.eq_ignore_ascii_case(b"AUTH ")).map(|_| &text[5..])?;
    let mut words = rest.splitn(2, |b| *b == b' ');
    words.next().filter(|mechanism| !mechanism.is_empty())?;
    Some(words.next().filter(|response| !response.is_empty()))
}
