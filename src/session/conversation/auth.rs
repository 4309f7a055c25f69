//! The AUTH exchange (RFC 4954): each answer of the client in it is a secret.

use super::Conversation;
use crate::{
    smtp::{self, AuthMechanism, Credential, Verb},
    source::Sensitive,
};

impl Conversation {
    pub(super) fn auth(&mut self, mechanism: AuthMechanism, response: Option<&[u8]>) {
        self.trace.auth_sent = true;
        self.sign_in.mechanism = Some(mechanism);
        self.auth_step = 0;
        self.push(Verb::Auth, 0);
        if let Some(response) = response {
            self.learn(mechanism, response);
        }
    }

    /// An answer inside the AUTH exchange; `None` where the writer left it out.
    pub fn secret(&mut self, answer: Option<&[u8]>) {
        if !self.awaited {
            return;
        }
        self.awaited = false;
        match (answer, self.sign_in.mechanism) {
            (Some(answer), Some(mechanism)) => self.learn(mechanism, answer),
            (Some(answer), None) => self.secrets.remember(answer, false),
            (None, _) => self.auth_step += 1,
        }
        self.push(Verb::Auth, 0);
    }

    /// LOGIN asks for the name and the password; what it asks for says what is answered, also where half of the exchange
    /// is missing.
    pub(super) fn prompt(&mut self, text: &[u8]) {
        let asks = |word: &[u8]| {
            smtp::decoded(text).is_some_and(|p| p.len() >= word.len() && p[..word.len()].eq_ignore_ascii_case(word))
        };
        if asks(b"user") {
            self.auth_step = 0;
        } else if asks(b"pass") {
            self.auth_step = 1;
        } else {
            return;
        }
        self.sign_in.mechanism = self.sign_in.mechanism.or(Some(AuthMechanism::Login));
    }

    fn learn(&mut self, mechanism: AuthMechanism, answer: &[u8]) {
        self.secrets.remember(answer, mechanism == AuthMechanism::Login && self.auth_step == 0);
        match smtp::credential(mechanism, self.auth_step, answer) {
            Credential::User(user) => self.user(&user),
            Credential::Both(user, placeholder) => {
                self.user(&user);
                self.sign_in.placeholder = placeholder;
            }
            Credential::Placeholder => self.sign_in.placeholder = true,
            Credential::Password => self.sign_in.placeholder = false,
            Credential::Hidden => {}
        }
        self.auth_step += 1;
    }

    pub fn user(&mut self, user: &[u8]) {
        self.sign_in.user_shape = Some(smtp::user_shape(user));
        self.sign_in.full_address = Some(smtp::is_full_address(user));
    }

    /// What this session sent in secret must not get out where somebody quotes it.
    pub fn without_secrets(&self, text: &[u8]) -> Sensitive {
        Sensitive::new(&self.secrets.wipe(text))
    }
}
