//! The kinds of lines of a conversation, and the commands and replies that a caller gets of them.

use crate::smtp::{AuthMechanism, Command, ReplyCode, ReplyLine, Verb};

/// Things that a log marks on its lines. By default everything: then no line of a message is taken for dialogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    /// Each line tells which peer said it.
    pub sides: bool,
    /// So do the lines of a message. Without it a line of the message may look like a reply, and only the lone dot ends it.
    pub data: bool,
}

impl Default for Marks {
    fn default() -> Self {
        Marks { sides: true, data: true }
    }
}

/// One line in its conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn<'a> {
    /// A line of a reply.
    Reply {
        /// The line, parsed.
        line: ReplyLine<'a>,
        /// The command it answers; [`Verb::Greeting`] for the server's first words, `None` where nothing waits for a reply.
        answers: Option<Verb>,
        /// It can only be the first line of another session.
        begins: bool,
    },
    /// A command. The initial response of `AUTH` is a secret, as [`Turn::AuthAnswer`] is.
    Command(Command<'a>),
    /// `AUTH` with a mechanism that nobody knows, and its initial response, which is a secret.
    StrangeAuth(Option<&'a [u8]>),
    /// A line of the client between `AUTH` and its final reply. It is a secret.
    AuthAnswer {
        /// The mechanism, if the log shows it or the server's question gives it away.
        mechanism: Option<AuthMechanism>,
        /// Answers before this one.
        step: usize,
        /// The server asked for it (334). Without that it may be something else, such as words of the program, where a log
        /// leaves out what the server says.
        asked: bool,
        /// The line as it stands.
        bytes: &'a [u8],
    },
    /// A line of the message.
    Data(&'a [u8]),
    /// The lone dot behind the message.
    EndOfData,
    /// Neither of these.
    Noise(&'a [u8]),
}

/// A reply that is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    pub code: ReplyCode,
    /// The command it answers; [`Verb::Greeting`] for the server's first words, `None` where nothing waited for it.
    pub verb: Option<Verb>,
    /// The number that the caller gave the command by [`Dialogue::tag`](super::Dialogue::tag); 0 without one.
    pub tag: u32,
}

/// A command that waits for its reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pending {
    pub verb: Verb,
    /// The number that the caller gave it by [`Dialogue::tag`](super::Dialogue::tag); 0 without one.
    pub tag: u32,
}
