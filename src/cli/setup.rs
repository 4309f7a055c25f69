//! `mtmlog setup`: an entry in Explorer, for people who never open a terminal. No administrator's rights are needed.

use std::{fs, io, path::Path};

use clap::Args;

use super::{Status, desktop};

/// The shortcut in the folder "Send to"; Explorer's menu shows the name without `.lnk`.
const ENTRY_FILE: &str = "mtmlog mail report.lnk";
const DESCRIPTION: &str = "Says why the mail of this log is not going out";

#[derive(Args)]
pub(super) struct SetupArgs {
    /// Put mtmlog into Explorer's "Send to" menu (Windows)
    #[arg(long, required = true)]
    send_to: bool,

    /// Take it away again
    #[arg(long)]
    remove: bool,
}

/// Writes or removes the entry and says where.
pub(super) fn setup(typed: &SetupArgs) -> io::Result<Status> {
    debug_assert!(typed.send_to, "there is nothing else yet, and clap asks for it");
    let Some(folder) = desktop::send_to() else {
        let sentence = "setup: only Windows has a \"Send to\" menu. Here, name the log: mtmlog analyze PATH";
        return Err(io::Error::other(sentence));
    };
    let entry = folder.join(ENTRY_FILE);
    let says = |error| format!("{}: cannot be changed ({error}). Check that this folder exists.", entry.display());
    let done = if typed.remove { remove(&entry) } else { add(&folder, &entry) };
    let sentence = done.map_err(|error| io::Error::other(says(error)))?;
    io::Write::write_fmt(&mut anstream::stdout().lock(), format_args!("{sentence}\n"))?;
    Ok(Status::Good)
}

fn add(folder: &Path, entry: &Path) -> io::Result<String> {
    let program = std::env::current_exe()?;
    fs::create_dir_all(folder)?;
    desktop::save_shortcut(entry, &program, DESCRIPTION)?;
    Ok(format!(
        "Done: right-click a log or a folder, choose \"Send to\", then \"mtmlog mail report\".\n\
         The entry starts {}; leave the program there, or run this again after moving it.\n\
         To take the entry away: mtmlog setup --send-to --remove",
        program.display()
    ))
}

#[allow(clippy::disallowed_methods, reason = "the entry that this command has made")]
fn remove(entry: &Path) -> io::Result<String> {
    match fs::remove_file(entry) {
        Ok(()) => Ok("Done: mtmlog is no longer in the \"Send to\" menu.".to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Ok("mtmlog was not in the \"Send to\" menu.".to_owned())
        }
        Err(error) => Err(error),
    }
}
