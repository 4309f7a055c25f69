//! The file of facts that is used without being named: a dated `knowledge.toml` beside the program or in the user's
//! configuration, so that facts can be kept right without a new program.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

use crate::analysis::Facts;

use super::complaint::complain;

/// The facts of a file that says from when it is.
pub(super) fn dated(file: &Path) -> Result<Facts, String> {
    let facts = Facts::of(Some(file))?;
    facts.check_dated().map_err(|error| format!("{}: {error}.", file.display()))?;
    Ok(facts)
}

/// The file that was named, or the one that is used without being named. One that is not good is not used, and that is
/// said: old facts beside the program must not keep it from working.
pub(super) fn chosen(named: Option<PathBuf>) -> Option<PathBuf> {
    named.or_else(|| {
        let file = usual_file()?;
        match dated(&file) {
            Ok(_) => Some(file),
            Err(problem) => {
                complain(&format!("{problem} The built-in facts are used. See `mtmlog knowledge check`."));
                None
            }
        }
    })
}

/// The first of [`usual_places`] that is there.
pub(super) fn usual_file() -> Option<PathBuf> {
    usual_places().into_iter().find(|place| place.is_file())
}

/// Beside the program, then in the user's configuration.
pub(super) fn usual_places() -> Vec<PathBuf> {
    const FILE_NAME: &str = "knowledge.toml";
    let beside = env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join(FILE_NAME)));
    beside
        .into_iter()
        .chain(configuration(|name| env::var_os(name)).map(|folder| folder.join("mtmlog").join(FILE_NAME)))
        .collect()
}

/// The folder of the user's configuration, by what the environment says.
fn configuration(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let folder = |name: &str| variable(name).map(PathBuf::from).filter(|folder| folder.is_absolute());
    if cfg!(windows) {
        return folder("APPDATA");
    }
    folder("XDG_CONFIG_HOME").or_else(|| folder("HOME").map(|home| home.join(".config")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(windows)]
    #[test]
    fn the_folder_of_the_configuration() {
        let of = |folder: &'static str| configuration(|name| (name == "APPDATA").then(|| folder.into()));
        assert_eq!(of("C:\\Users\\x\\AppData"), Some("C:\\Users\\x\\AppData".into()));
        // Nothing is looked for below the folder somebody happens to be in.
        assert_eq!(of("y"), None);
    }

    #[cfg(unix)]
    #[test]
    fn the_folder_of_the_configuration() {
        let of = |set: &'static [(&str, &str)]| {
            configuration(|name| set.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into()))
        };
        assert_eq!(of(&[("HOME", "/home/x")]), Some("/home/x/.config".into()));
        assert_eq!(of(&[("HOME", "/home/x"), ("XDG_CONFIG_HOME", "/etc/y")]), Some("/etc/y".into()));
        // Nothing is looked for below the folder somebody happens to be in.
        assert_eq!(of(&[("XDG_CONFIG_HOME", "y")]), None);
        assert_eq!(of(&[]), None);
    }
}
