//! `mtmlog knowledge`: the facts as a file.

use std::{io, path::PathBuf};

use clap::{Args, Subcommand, ValueHint};

use crate::knowledge::Knowledge;

use super::{
    facts_file::{dated, usual_file, usual_places},
    lookup::write,
    options::OutputArgs,
    output::{Output, Wanted},
    status::Status,
};

const EXAMPLES: &str = "\
Examples:
  mtmlog knowledge export --output knowledge.toml
  mtmlog knowledge check knowledge.toml

A knowledge.toml with a date that lies beside mtmlog, or in the folder mtmlog of your configuration (Windows: %APPDATA%,
elsewhere ~/.config), is used by every command and named in every report. --knowledge FILE uses another one.";

/// The commands below `knowledge`.
#[derive(Subcommand)]
pub(super) enum KnowledgeCommand {
    /// Write the built-in facts as one dated file (TOML), to be changed and used in their place
    #[command(after_help = EXAMPLES)]
    Export(ExportArgs),
    /// Say whether a file of facts is good, from when it is and what it holds
    #[command(after_help = EXAMPLES)]
    Check(CheckArgs),
}

#[derive(Args)]
pub(super) struct ExportArgs {
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Args)]
pub(super) struct CheckArgs {
    /// The file; none: the one that is used without being named
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<PathBuf>,
}

pub(super) fn run(command: KnowledgeCommand) -> io::Result<Status> {
    match command {
        KnowledgeCommand::Export(typed) => export(typed),
        KnowledgeCommand::Check(typed) => check(typed),
    }
}

fn export(typed: ExportArgs) -> io::Result<Status> {
    let file = typed.output.file();
    let mut output = Output::open(&Wanted { file: file.as_deref(), ..Wanted::plain(&[]) })?;
    output.sink().write_all(Knowledge::export().as_bytes())?;
    output.keep()?;
    Ok(Status::Good)
}

fn check(typed: CheckArgs) -> io::Result<Status> {
    let Some(file) = typed.file.or_else(usual_file) else {
        let places: Vec<String> = usual_places().iter().map(|place| place.display().to_string()).collect();
        write(&format!("No file of facts is used: there is none at {}.\n", places.join(" or ")), None)?;
        return Ok(Status::Good);
    };
    let knowledge = dated(&file).map_err(io::Error::other)?;
    let rows: Vec<String> = knowledge.rows().iter().map(|(kind, number)| format!("{kind} {number}")).collect();
    let rows = if rows.is_empty() { "none".to_owned() } else { rows.join(", ") };
    let date = knowledge.date().unwrap_or_default();
    write(&format!("{}: good, of {date}. Its rows: {rows}.\n", file.display()), None)
}
