//! The protocol's own words (RFC 5321, 3463, 4954) and their parsers. Knows no log format and does no I/O.

mod auth;
mod command;
mod dialogue;
mod ehlo;
mod host;
mod mailbox;
mod reply;
mod stage;

pub use auth::{AuthMechanism, Credential, credential};
pub(crate) use auth::{base64 as decoded, encoded};
pub use command::{Command, Verb, begins_with_body_value, command, command_start, may_be_command};
pub use dialogue::{Answer, Dialogue, Marks, Pending, Turn};
pub use ehlo::{Keyword, address_literal, keyword};
pub use host::{PORTS, is_host_name};
pub use mailbox::{address_around, is_full_address, path, quoted_mailbox, user_shape};
pub use reply::{EnhancedStatusCode, ReplyCode, ReplyLine, enhanced_status_code, reply_line};
pub use stage::Stage;
