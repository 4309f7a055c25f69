//! Printed from the command tree: completions for shells, the manual, and the page in `docs/`.

use std::{
    ffi::OsStr,
    io::{self, Write},
};

use clap::{Args, Command, ValueEnum};
use clap_complete::Shell;
use clap_mangen::Man;

use super::status::Status;

/// Columns of help on paper.
const HELP_COLUMNS: usize = 100;

/// Where each shell looks for completions.
const COMPLETIONS_HELP: &str = "\
Where to put it:
  bash        mtmlog completions bash > ~/.local/share/bash-completion/completions/mtmlog
  zsh         mtmlog completions zsh > ~/.zfunc/_mtmlog    (a folder that $fpath names)
  fish        mtmlog completions fish > ~/.config/fish/completions/mtmlog.fish
  powershell  mtmlog completions powershell | Out-String | Invoke-Expression    (in $PROFILE)
  elvish      mtmlog completions elvish > ~/.config/elvish/lib/mtmlog.elv, then: use mtmlog";

const MAN_HELP: &str = "\
Examples:
  mtmlog man > mtmlog.1
  mtmlog man analyze | man -l -
  mtmlog man --format markdown                   the help of every command on one page";

#[derive(Args)]
#[command(after_help = COMPLETIONS_HELP)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

#[derive(Args)]
#[command(after_help = MAN_HELP)]
pub(super) struct ManArgs {
    /// A command that has a page of its own; none: mtmlog itself
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,

    /// How the page is written
    #[arg(long, value_name = "FORMAT", default_value = "man")]
    format: Page,
}

/// `--format` of `man`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Page {
    /// For the program man
    Man,
    /// The help of the command and of those below it
    Markdown,
}

pub(super) fn completions(typed: &CompletionsArgs, mut program: Command) -> io::Result<Status> {
    // In memory first: the generator panics where it cannot write, and a closed pipe is no reason for that.
    let mut script = Vec::new();
    clap_complete::generate(typed.shell, &mut program, "mtmlog", &mut script);
    io::stdout().write_all(&script)?;
    Ok(Status::Good)
}

pub(super) fn man(typed: &ManArgs, program: Command) -> io::Result<Status> {
    // Without `help`, which would bring a page for each command's name once more.
    let mut program = program.disable_help_subcommand(true);
    program.build();
    let mut command = &program;
    for name in &typed.command {
        let none = || io::Error::other(format!("man {name}: no such command. `mtmlog --help` lists them."));
        command = command.find_subcommand(OsStr::new(name)).ok_or_else(none)?;
    }
    let mut page = Vec::new();
    match typed.format {
        Page::Man => {
            Man::new(command.clone()).source(concat!("mtmlog ", env!("CARGO_PKG_VERSION"))).render(&mut page)?
        }
        Page::Markdown => markdown(command, &mut page)?,
    }
    io::stdout().write_all(&page)?;
    Ok(Status::Good)
}

/// Help as it is printed, fenced, so that nothing in it is taken for Markdown.
fn markdown(command: &Command, page: &mut Vec<u8>) -> io::Result<()> {
    let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
    writeln!(page, "# {name}\n\nPrinted by `mtmlog man --format markdown`; a test compares the two.")?;
    for command in tree(command) {
        let name = command.get_bin_name().unwrap_or_else(|| command.get_name()).to_owned();
        let help = command.clone().term_width(HELP_COLUMNS).render_long_help();
        writeln!(page, "\n## `{name} --help`\n\n```text")?;
        for line in help.to_string().trim_end().lines() {
            writeln!(page, "{}", line.trim_end())?;
        }
        writeln!(page, "```")?;
    }
    Ok(())
}

/// The command and all below it, in the order of help.
fn tree(command: &Command) -> Vec<&Command> {
    let below = command.get_subcommands().filter(|command| !command.is_hide_set()).flat_map(tree);
    std::iter::once(command).chain(below).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Arguments;
    use clap::CommandFactory;

    #[test]
    fn every_shell_completes_every_command() {
        for shell in Shell::value_variants() {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Arguments::command(), "mtmlog", &mut script);
            let script = String::from_utf8(script).unwrap();
            for command in tree(&Arguments::command()) {
                assert!(script.contains(command.get_name()), "{shell}: {}", command.get_name());
            }
        }
    }

    #[test]
    fn help_holds_no_fence() {
        let mut page = Vec::new();
        let mut program = Arguments::command();
        program.build();
        markdown(&program, &mut page).unwrap();
        let fences = String::from_utf8(page).unwrap().matches("```").count();
        assert_eq!(fences, 2 * tree(&program).len());
    }
}
