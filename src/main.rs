//! The `mtmlog` program: arguments, a terminal and an exit status around the library.

use std::process::ExitCode;

/// Each mail of a log has its few own pieces of memory, and ten thousand logs have many mails: this allocator takes a
/// seventh off the processor time of such a run (`benches/compare.sh`), and Windows' own is the slowest of all.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    mtmlog::cli::main(std::env::args_os())
}
