//! The AUTH exchange (RFC 4954): each answer of the client in it is a secret.

use super::Conversation;
use crate::{
    session::transaction::user_hash,
    smtp::{self, AuthMechanism, Credential},
    source::Sensitive,
};

impl Conversation {
    pub(super) fn auth(&mut self, mechanism: AuthMechanism, response: Option<&[u8]>) {
        self.trace.auth_sent = true;
        self.sign_in.mechanism = Some(mechanism);
        if let Some(response) = response {
            self.learn(mechanism, 0, response);
        }
    }

    /// The writer left out an answer of the AUTH exchange.
    pub(crate) fn hidden(&mut self) {
        self.dialogue.hide_answer();
    }

    /// An answer inside the AUTH exchange; `step` counts from 0.
    pub(super) fn learn(&mut self, mechanism: AuthMechanism, step: usize, answer: &[u8]) {
        let name = mechanism == AuthMechanism::Login && step == 0;
        self.secrets.remember(answer, name);
        if !name {
            self.answers.push(Sensitive::new(answer));
        }
        match smtp::credential(mechanism, step, answer) {
            Credential::User(user) => self.user(&user),
            Credential::Both(user, placeholder) => {
                self.user(&user);
                self.sign_in.placeholder = placeholder;
            }
            Credential::Placeholder => self.sign_in.placeholder = true,
            Credential::Password => self.sign_in.placeholder = false,
            Credential::Hidden => {}
        }
    }

    pub(crate) fn user(&mut self, user: &[u8]) {
        self.sign_in.user_shape = Some(smtp::user_shape(user));
        self.sign_in.full_address = Some(smtp::is_full_address(user));
        self.sign_in.user_hash = Some(user_hash(user));
    }

    /// What this session sent in secret must not get out where somebody quotes it.
    pub(crate) fn without_secrets(&self, text: &[u8]) -> Sensitive {
        Sensitive::new(&self.secrets.wipe(text))
    }
}
