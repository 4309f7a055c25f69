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

    /// AUTH was accepted (235).
    pub fn is_signed_in(&self) -> bool {
        self.signed_in
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
