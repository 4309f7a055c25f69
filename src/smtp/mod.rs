//! The protocol's own words (RFC 5321, 3463, 4954) and their parsers. Knows no log format and does no I/O.

mod auth;
mod command;
mod dialogue;
mod ehlo;
mod host;
mod mailbox;
mod reply;
mod stage;

pub(crate) use auth::{AnswerPart, AuthMechanism, Credential, answer_parts, credential};
pub use command::Verb;
pub(crate) use command::{Command, begins_with_body_value, command, command_start, may_be_command};
pub(crate) use dialogue::{Answer, Marks};
pub use dialogue::{Dialogue, Turn};
pub(crate) use ehlo::{Keyword, address_literal, keyword};
pub(crate) use host::{PORTS, is_host_name};
pub(crate) use mailbox::{address_around, domain_of, is_full_address, quoted_mailbox, user_shape};
pub(crate) use reply::{EnhancedStatusCode, ReplyLine, enhanced_status_code};
pub use reply::{ReplyCode, reply_line};
pub use stage::Stage;
