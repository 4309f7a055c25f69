//! `mtmlog sample`: the shapes of lines that were not understood. It is an analysis that shows something else.

use std::{ffi::OsString, io, path::PathBuf};

use anstream::ColorChoice;
use clap::{Args, ValueHint};

use crate::{Request, report, rule::Severity};

use super::{
    analyze::AnalyzeRequest,
    options::{self, ReadArgs},
};

const EXAMPLES: &str = "\
Examples:
  mtmlog sample maillog.txt --output shapes.txt  to send with the question why a log is not understood";

/// The arguments of `sample`, as typed.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct SampleArgs {
    /// Files, folders, patterns such as *.txt, or - for standard input; none: the usual places
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<OsString>,

    /// Write the shapes to this file; it appears when it is complete
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,

    #[command(flatten)]
    pub(super) read: ReadArgs,
}

impl TryFrom<SampleArgs> for AnalyzeRequest {
    type Error = io::Error;

    fn try_from(typed: SampleArgs) -> io::Result<Self> {
        let output = options::not_stdout(typed.output);
        Ok(AnalyzeRequest {
            request: Request { paths: typed.paths, output, ..options::request(None, typed.read)? },
            format: &report::SAMPLE,
            level: report::SAMPLE.level,
            labels: Vec::new(),
            open: false,
            all: false,
            full: false,
            colour: ColorChoice::Never,
            wide: true,
            quiet: false,
            fail_on: Severity::Error,
            exit_zero: true,
        })
    }
}
