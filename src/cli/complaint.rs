//! What goes to standard error.

use std::io::Write;

/// A sentence for the user, as `mtmlog: NAME: sentence. Way out.`
pub(super) fn complain(sentence: &str) {
    // Nobody is left to tell when standard error is closed too.
    let _ = writeln!(anstream::stderr().lock(), "mtmlog: {sentence}");
}
