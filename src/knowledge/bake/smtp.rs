//! The part of the room `smtp` that the tables need while building.

#[path = "../../smtp/auth.rs"]
mod auth;
#[path = "../../smtp/command.rs"]
mod command;
#[path = "../../smtp/mailbox.rs"]
mod mailbox;
#[path = "../../smtp/reply.rs"]
mod reply;

pub(crate) use auth::AuthMechanism;
pub(crate) use command::Verb;
pub(crate) use reply::{EnhancedStatusCode, ReplyCode, enhanced_status_code};
