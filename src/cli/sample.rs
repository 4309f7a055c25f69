//! `mtmlog sample`: the shapes of lines that were not understood. It is an analysis that shows something else.

use std::{ffi::OsString, io};

use anstream::ColorChoice;
use clap::{Args, ValueHint};

use crate::{
    Request,
    report::{self, Setup},
    rule::Severity,
};

use super::{
    analyze::AnalyzeRequest,
    options::{self, LooksArgs, OutputArgs, ReadArgs},
};

const EXAMPLES: &str = "\
Examples:
  mtmlog sample maillog.txt --output shapes.txt  to send with the question why a log is not understood";

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct SampleArgs {
    /// Files, folders, patterns such as *.txt, or - for standard input; none: the usual places
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<OsString>,

    #[command(flatten)]
    pub(super) output: OutputArgs,

    #[command(flatten)]
    pub(super) read: ReadArgs,
}

impl TryFrom<SampleArgs> for AnalyzeRequest {
    type Error = io::Error;

    fn try_from(typed: SampleArgs) -> io::Result<Self> {
        let output = typed.output.file();
        Ok(AnalyzeRequest {
            request: Request { paths: typed.paths, output, ..options::request(None, typed.read)? },
            format: &report::SAMPLE,
            setup: Setup { level: report::SAMPLE.level, ..Setup::default() },
            looks: LooksArgs { color: ColorChoice::Never, wide: true },
            open: false,
            quiet: false,
            fail_on: Severity::Error,
            exit_zero: true,
        })
    }
}
