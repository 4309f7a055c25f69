//! The `mtmlog` program: arguments, a terminal and an exit status around the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    mtmlog::cli::main(std::env::args_os())
}
