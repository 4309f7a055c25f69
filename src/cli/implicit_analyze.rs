//! `mtmlog PATH` means `mtmlog analyze PATH`. A command's name is never a path, so that a script that says `mtmlog ticket`
//! never means a file of that name.

use std::{
    ffi::{OsStr, OsString},
    io,
    path::Path,
};

use clap::CommandFactory;

use super::args::Arguments;

/// Commands of the contract that this version does not have. They are no paths all the same.
const RESERVED_NAMES: &[&str] = if cfg!(feature = "probe") { &[] } else { &["case", "probe", "who"] };

/// The kinds of words that may stand where a command does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Command,
    /// A name of [`RESERVED_NAMES`].
    Promised,
    Other,
}

/// Puts `analyze` where no command stands: `mtmlog PATH...` becomes `mtmlog analyze PATH...`.
///
/// # Errors
/// A sentence for the user, where the command line cannot be meant.
pub(super) fn with_command(mut arguments: Vec<OsString>) -> io::Result<Vec<OsString>> {
    let refused = |sentence: String| Err(io::Error::other(sentence));
    let first = arguments.get(1).map(OsString::as_os_str).unwrap_or_default();
    let program = [Some("help"), Some("-h"), Some("--help"), Some("-V"), Some("--version")];
    match word(first) {
        Word::Command => return Ok(arguments),
        Word::Promised => {
            return refused(format!(
                "{0}: this version has no such command yet; `mtmlog --help` lists those that there are. For a file of \
                 that name write ./{0}.",
                first.to_string_lossy()
            ));
        }
        Word::Other if program.contains(&first.to_str()) => return Ok(arguments),
        Word::Other => {}
    }
    // `mtmlog --format json analyze x`: the name is a command's, so it is no path.
    let mut typed = arguments.iter().skip(1).take_while(|name| *name != "--");
    if starts_as_option(first)
        && let Some(name) = typed.find(|name| word(name) != Word::Other)
    {
        return refused(format!(
            "{0}: a command comes first, before any option: mtmlog {0} ... For a file of that name write ./{0}.",
            name.to_string_lossy()
        ));
    }
    if let Some(command) = meant_command(first) {
        let typed = first.to_string_lossy();
        return refused(format!("{typed}: no such command and no such file. Did you mean mtmlog {command}?"));
    }
    arguments.insert(arguments.len().min(1), "analyze".into());
    Ok(arguments)
}

/// Letters that a hurried hand mistakes in a command's name.
const MAX_TYPOS: usize = 2;

/// The command that a word is close to, where there is no file of that name.
fn meant_command(word: &OsStr) -> Option<String> {
    let word = word.to_str().filter(|word| word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_alphabetic()))?;
    if Path::new(word).exists() {
        return None;
    }
    let commands = Arguments::command();
    let names = commands.get_subcommands().flat_map(|command| command.get_name_and_visible_aliases());
    let distance = |name: &str| strsim::damerau_levenshtein(name, &word.to_ascii_lowercase());
    let near = names.map(|name| (distance(name), name)).min()?;
    (near.0 <= MAX_TYPOS && near.0 < word.len() / 2).then(|| near.1.to_owned())
}

/// The program was given paths or nothing at all: no command and no option.
pub(super) fn only_paths(arguments: &[OsString]) -> bool {
    let is_path = |argument: &OsString| !starts_as_option(argument) && argument != "-";
    let first = arguments.get(1).map(OsString::as_os_str).unwrap_or_default();
    first != "help" && word(first) == Word::Other && arguments.iter().skip(1).all(is_path)
}

fn starts_as_option(argument: &OsStr) -> bool {
    argument.as_encoded_bytes().first() == Some(&b'-') && argument.len() > 1
}

fn word(name: &OsStr) -> Word {
    if Arguments::command().find_subcommand(name).is_some() {
        Word::Command
    } else if RESERVED_NAMES.iter().any(|promised| name == *promised) {
        Word::Promised
    } else {
        Word::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of commands that the contract promises.
    const CONTRACT_NAMES: &str = "analyze analyse ticket show explain redact sample compare watch list providers profile \
                                  setup completions man probe knowledge case who";

    fn named(line: &str) -> Result<String, String> {
        let arguments = with_command(line.split(' ').map(OsString::from).collect());
        let line = arguments.map(|arguments| arguments.join(OsStr::new(" ")).into_string().unwrap());
        line.map_err(|error| error.to_string())
    }

    #[test]
    fn a_path_means_analyze() {
        assert_eq!(named("mtmlog"), Ok("mtmlog analyze".into()));
        assert_eq!(named("mtmlog emailout.txt"), Ok("mtmlog analyze emailout.txt".into()));
        assert_eq!(named("mtmlog --all ./ticket"), Ok("mtmlog analyze --all ./ticket".into()));
        assert_eq!(named("mtmlog -- ticket"), Ok("mtmlog analyze -- ticket".into()));
        assert_eq!(named("mtmlog -"), Ok("mtmlog analyze -".into()));
        for same in ["mtmlog analyse x", "mtmlog analyze list", "mtmlog --help", "mtmlog -V", "mtmlog help analyze"] {
            assert_eq!(named(same), Ok(same.into()));
        }
    }

    #[test]
    fn explorer_gives_paths_and_nothing_else() {
        let only = |line: &str| only_paths(&line.split(' ').map(OsString::from).collect::<Vec<_>>());
        assert!(only("mtmlog") && only("mtmlog C:\\a.txt D:\\b"));
        for typed in ["mtmlog analyze a.txt", "mtmlog --all a.txt", "mtmlog a.txt --all", "mtmlog -", "mtmlog help"] {
            assert!(!only(typed), "{typed}");
        }
    }

    #[test]
    fn a_reserved_name_is_never_a_path() {
        for name in CONTRACT_NAMES.split(' ') {
            let exists = word(name.as_ref()) == Word::Command;
            assert_eq!(named(&format!("mtmlog {name} x")).ok(), exists.then(|| format!("mtmlog {name} x")));
            assert!(named(&format!("mtmlog --all {name} x")).is_err());
        }
        assert!(named("mtmlog --format json analyze x").is_err());
        for (typed, command) in [("anaylze", "analyze"), ("tiket", "ticket"), ("explian", "explain")] {
            let refused = named(&format!("mtmlog {typed} x")).unwrap_err();
            assert!(refused.contains(&format!("mtmlog {command}?")), "{refused}");
        }
        assert!(named("mtmlog paarl").is_ok() && named("mtmlog maillog.txt").is_ok());
    }

    #[test]
    fn every_command_is_reserved() {
        for command in Arguments::command().get_subcommands() {
            let known = |name: &&str| CONTRACT_NAMES.split(' ').any(|known| known == *name);
            assert!(command.get_name_and_visible_aliases().iter().all(known));
        }
    }
}
