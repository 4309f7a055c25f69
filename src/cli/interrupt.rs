//! Ctrl-C: the first asks for what is known so far, the second ends the program at once.

use std::{
    fs,
    path::{Path, PathBuf},
    process,
};

use crate::source::Meter;

/// The exit status after Ctrl-C (contract section 2).
pub(super) const EXIT_STATUS: u8 = 130;

/// Makes Ctrl-C stop the reading. `draft` is a file that must not stay behind when the program ends at once.
#[allow(clippy::disallowed_methods, reason = "pressed a second time: only the draft is left to take away")]
pub(super) fn stops(meter: &Meter, draft: Option<&Path>) {
    let meter = meter.clone();
    let draft: Option<PathBuf> = draft.map(Path::to_owned);
    let pressed = move || {
        if meter.is_stopped() {
            if let Some(draft) = &draft {
                let _ = fs::remove_file(draft); // ending is what was asked for
            }
            process::exit(EXIT_STATUS.into());
        }
        meter.stop();
    };
    // Where the system refuses, Ctrl-C ends the program, as it does everywhere.
    let _ = ctrlc::set_handler(pressed);
}
