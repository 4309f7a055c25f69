//! The only gate from log bytes to text that may be shown. What stands in a log may be a password or a patient's
//! address, and may have been written by a stranger's mail server; [`Shown`] is text that has been looked at for both.

mod answer;
mod censor;
mod excerpt;
mod held;
mod hints;
mod log;
mod message;
mod overheard;
mod personal;
mod record;
mod redactor;
mod secret;
mod shapes;
mod shown;
mod span;
mod stand_in;
mod talk;
mod template;
mod trace;
mod visible;
mod words;

pub use excerpt::{Excerpt, ExcerptLine};
pub use log::LogRedactor;
pub use redactor::{Level, Redactor};
pub use shapes::Shapes;
pub use shown::Shown;
