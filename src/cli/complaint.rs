//! Sentences on standard error. They quote no secret: whoever asks for help sends a picture of them.

use std::io::Write;

use clap::{
    builder::StyledStr,
    error::{ContextKind, ContextValue, ErrorKind},
};

use crate::redact::{Level, Redactor};

/// A sentence for the user, as `mtmlog: NAME: sentence. Way out.`
pub(super) fn complain(sentence: &str) {
    // Nobody is left to tell when standard error is closed too.
    let _ = writeln!(anstream::stderr().lock(), "mtmlog: {}", without_secrets(sentence));
}

fn without_secrets(sentence: &str) -> String {
    let shown = |part: &str| Redactor::new(Level::Secrets).note(part).to_string();
    // A secret in the name ends with it: what is said of it is ours.
    match sentence.split_once(": ") {
        Some((name, said)) if shown(name) != name => format!("{}: {}", shown(name), shown(said)),
        _ => shown(sentence),
    }
}

/// An error of the arguments, which quotes them, without their secrets.
pub(super) fn without_arguments(mut error: clap::Error) -> clap::Error {
    // One too many: whoever forgot an option's name has typed its value.
    let surplus = error.kind() == ErrorKind::UnknownArgument;
    let argument = |text: &String| argument(text, surplus);
    let quoted: Vec<(ContextKind, ContextValue)> = error
        .context()
        .filter_map(|(kind, value)| match value {
            ContextValue::String(text) => Some((kind, ContextValue::String(argument(text)))),
            ContextValue::Strings(texts) => Some((kind, ContextValue::Strings(texts.iter().map(argument).collect()))),
            // Advice quotes them too, and without them it advises nothing.
            ContextValue::StyledStrs(texts) => {
                let told = |text: &&StyledStr| without_secrets(&text.to_string()) == text.to_string();
                Some((kind, ContextValue::StyledStrs(texts.iter().filter(told).cloned().collect())))
            }
            _ => None,
        })
        .collect();
    for (kind, value) in quoted {
        error.insert(kind, value);
    }
    error
}

/// An argument, unless it looks like a secret: by its words, or because letters, digits and signs are mixed as nobody
/// would in a name. A word that is too many shows only where it is an option or the name of a file.
fn argument(text: &str, surplus: bool) -> String {
    let sign = |c: char| "!@#$%^&*?+~".contains(c);
    let mixed = [char::is_alphabetic, char::is_numeric, sign].iter().all(|class| text.contains(*class));
    let bare = surplus && !text.starts_with('-') && !text.contains(['/', '\\', '.']);
    if mixed || bare { "***".to_owned() } else { without_secrets(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_that_looks_like_a_secret_is_not_quoted() {
        for text in ["pass=Kudu7Herd", "smtp://fred:Kudu7Herd@mail.x", "Kudu7Herd!", "--password=Kudu7Herd"] {
            assert!(!argument(text, false).contains("Kudu7"), "{}", argument(text, false));
        }
        assert_eq!(["thunderfish", "--formt", "b.log"].map(|text| argument(text, true)), ["***", "--formt", "b.log"]);
        for text in ["docx", "C:\\logs\\emailout 2026.txt", "--formt", "2026-11-23T08:00", "auth.rejectd"] {
            assert_eq!(argument(text, false), text);
        }
        let told = "pw=Kudu7Herd: no such file; a path with spaces needs quotes";
        assert_eq!(without_secrets(told), "pw=***: no such file; a path with spaces needs quotes");
    }
}
