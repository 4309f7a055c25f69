//! How far a conversation has come.

use super::Dialogue;

impl Dialogue {
    /// A reply has come. Without one the log may leave out the server.
    pub fn has_heard(&self) -> bool {
        self.heard
    }

    /// The replies so far were told by the writer: the log leaves out the server all the same.
    pub fn forget_hearing(&mut self) {
        self.heard = false;
    }

    /// A whole reply has come.
    pub fn is_greeted(&self) -> bool {
        self.greeted
    }

    /// EHLO or HELO was accepted, and not made void by STARTTLS.
    pub fn has_hello(&self) -> bool {
        self.hello
    }

    /// AUTH was sent.
    pub fn has_auth(&self) -> bool {
        self.auth
    }

    /// AUTH was accepted (235).
    pub fn is_signed_in(&self) -> bool {
        self.signed_in
    }

    /// MAIL was sent, and its transaction is not over.
    pub fn has_mail(&self) -> bool {
        self.mail
    }

    /// RCPT was sent for this mail.
    pub fn has_rcpt(&self) -> bool {
        self.rcpt
    }

    /// QUIT was sent.
    pub fn has_quit(&self) -> bool {
        self.quit
    }

    /// The server has said goodbye (221, 421, or its reply to QUIT).
    pub fn is_gone(&self) -> bool {
        self.gone
    }

    /// The last whole reply was a refusal.
    pub fn is_refused(&self) -> bool {
        self.refused
    }
}
