//! The desktop around the program: folders that belong to the user, the browser, Explorer's "Send to". What Windows
//! must be asked through its own calls stands in `windows`, all of it; other systems answer in `other`.

#[cfg(not(windows))]
mod other;
#[cfg(windows)]
mod windows;

#[cfg(not(windows))]
pub(super) use self::other::{console_is_ours, documents, prepare, save_shortcut, send_to, show};
#[cfg(windows)]
pub(super) use self::windows::{console_is_ours, documents, prepare, save_shortcut, send_to, show};
