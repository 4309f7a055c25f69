//! `mtmlog profile`: describes the log of a program that mtmlog does not know.

use std::{ffi::OsString, io};

use clap::{Args, Subcommand, ValueHint};

use crate::{Request, profiles};

use super::{options::OutputArgs, redact::written, status::Status};

const EXAMPLES: &str = "\
Examples:
  mtmlog profile learn maillog.txt --output mine.toml
  mtmlog profile test maillog.txt --dialect mine.toml
  mtmlog analyze maillog.txt --dialect mine.toml";

/// The commands below `profile`.
#[derive(Subcommand)]
pub(super) enum ProfileCommand {
    /// Write a profile (TOML) learned from a log: what its lines look like and what they mean
    #[command(after_help = EXAMPLES)]
    Learn(LearnArgs),
    /// Show lines of a log and what a profile takes them for, secrets and people masked
    #[command(after_help = EXAMPLES)]
    Test(TestArgs),
}

#[derive(Args)]
pub(super) struct LearnArgs {
    /// The log, or - for standard input
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) path: OsString,

    #[command(flatten)]
    pub(super) output: OutputArgs,
}

#[derive(Args)]
pub(super) struct TestArgs {
    /// The log, or - for standard input
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) path: OsString,

    /// The profile to test
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, required = true)]
    pub(super) dialect: String,

    #[command(flatten)]
    pub(super) output: OutputArgs,
}

pub(super) fn run(command: ProfileCommand) -> io::Result<Status> {
    match command {
        ProfileCommand::Learn(typed) => written(&request(typed.path, None, typed.output), profiles::learn),
        ProfileCommand::Test(typed) => written(&request(typed.path, Some(typed.dialect), typed.output), profiles::test),
    }
}

fn request(path: OsString, dialect: Option<String>, output: OutputArgs) -> Request {
    Request { paths: vec![path], dialect, mmap: true, output: output.file(), ..Request::default() }
}
