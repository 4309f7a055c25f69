//! The state of a conversation.

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

    /// QUIT was sent.
    pub fn has_quit(&self) -> bool {
        self.quit
    }
}
