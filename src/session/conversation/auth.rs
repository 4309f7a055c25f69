//! The AUTH exchange (RFC 4954): each answer of the client in it is a secret.

use super::Conversation;
use crate::{
    session::transaction::user_hash,
    smtp::{self, AuthMechanism, Credential},
    source::Sensitive,
};

/// Who signed in last: all mails of a log are mostly sent by one.
#[derive(Clone, Debug)]
pub(crate) struct User {
    name: Sensitive,
    shape: String,
    hash: u64,
}

impl Conversation {
    pub(super) fn auth(&mut self, mechanism: AuthMechanism, response: Option<&[u8]>) {
        self.session.trace.auth_sent = true;
        self.session.sign_in.mechanism = Some(mechanism);
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
                self.session.sign_in.placeholder = placeholder;
            }
            Credential::Placeholder => self.session.sign_in.placeholder = true,
            Credential::Password => self.session.sign_in.placeholder = false,
            Credential::Hidden => {}
        }
    }

    pub(crate) fn user(&mut self, user: &[u8]) {
        let known = self.user.take().filter(|known| known.name.expose() == user);
        let known = known.unwrap_or_else(|| User {
            name: Sensitive::new(user),
            shape: smtp::user_shape(user),
            hash: user_hash(user),
        });
        self.session.sign_in.user_shape = Some(known.shape.clone());
        self.session.sign_in.full_address = Some(smtp::is_full_address(user));
        self.session.sign_in.user_hash = Some(known.hash);
        self.user = Some(known);
    }

    /// What this session sent in secret must not get out where somebody quotes it.
    pub(crate) fn without_secrets(&self, text: &[u8]) -> Sensitive {
        Sensitive::new(&self.secrets.wipe(text))
    }
}
