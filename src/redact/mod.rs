//! The only gate from log bytes to text that may be shown. What stands in a log may be a password or a patient's
//! address, and may have been written by a stranger's mail server; `Redacted` is text that has been looked at for both.

mod allow_list;
mod answer;
mod censor;
mod dialogue;
mod excerpt;
mod field;
mod folder;
mod hints;
mod known_word;
mod lane;
mod log_redactor;
mod measure;
mod message;
mod name_word;
mod number;
mod pending_lines;
mod person;
mod personal;
mod places;
mod prompt;
mod pseudonym;
mod public_domain;
mod record;
mod redacted;
mod redactor;
mod remembered;
mod secret;
mod server_name;
mod shape_class;
mod shapes;
mod span;
mod stand_in;
mod standing;
mod stray_auth;
mod template;
mod trace;
mod visible;

pub(crate) use excerpt::EACH_END;
pub(crate) use excerpt::{Excerpt, ExcerptLine};
pub(crate) use log_redactor::LogRedactor;
pub(crate) use redacted::Redacted;
pub use redactor::{Level, Redactor};
pub(crate) use shapes::Shapes;
pub(crate) use stand_in::is_copy;
