//! The part of the room `smtp` that the reading of texts needs while building.

#[allow(dead_code, reason = "the program's own file; the build uses a part of it")]
#[path = "../src/smtp/reply.rs"]
mod reply;
pub(crate) use reply::{EnhancedStatusCode, enhanced_status_code};
