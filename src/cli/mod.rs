//! The program around the library: arguments, a terminal, an exit status. Holds no logic worth testing without them.

mod analyze;
mod args;
#[cfg(feature = "probe")]
mod case;
mod clipboard;
mod compare;
mod complaint;
mod desktop;
mod explorer;
mod facts_file;
mod implicit_analyze;
mod interrupt;
mod knowledge;
mod lookup;
mod options;
mod output;
#[cfg(feature = "probe")]
mod probe;
mod profile;
mod progress;
mod redact;
mod road;
mod sample;
mod setup;
mod shell;
mod show;
mod status;
mod ticket;
mod time_args;
mod watch;
#[cfg(feature = "probe")]
mod who;

use std::{ffi::OsString, io, process::ExitCode};

use clap::CommandFactory;

use self::{
    complaint::{complain, without_arguments},
    status::Status,
};

/// Runs `mtmlog` with these arguments, the program's own name first.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let status = run(arguments.into_iter().collect()).unwrap_or_else(|error| match error.kind() {
        // Whoever read our output has seen enough (`mtmlog ... | more`).
        io::ErrorKind::BrokenPipe => Status::Good,
        // `Other` is ours and says all.
        io::ErrorKind::Other => {
            complain(&error.to_string());
            Status::NotDone
        }
        _ => {
            complain(&format!("report: could not be finished ({error}). Try another place with --output FILE."));
            Status::NotDone
        }
    });
    status.into()
}

fn run(arguments: Vec<OsString>) -> io::Result<Status> {
    desktop::prepare();
    if explorer::is_meant(&arguments) {
        return explorer::run(arguments.get(1..).unwrap_or_default());
    }
    let typed = match args::parse(implicit_analyze::with_command(arguments)?) {
        Ok(typed) => typed,
        Err(error) => {
            let error = without_arguments(error);
            error.print()?;
            return Ok(if error.use_stderr() { Status::NotDone } else { Status::Good });
        }
    };
    match typed {
        args::Command::Analyze(typed) => analyze::run(*typed),
        args::Command::Redact(typed) => redact::run(*typed),
        args::Command::Profile { command } => profile::run(command),
        args::Command::Sample(typed) => analyze::run(*typed),
        args::Command::Ticket(typed) => ticket::run(*typed),
        args::Command::Compare(typed) => compare::run(*typed),
        args::Command::Watch(typed) => watch::watch(*typed),
        args::Command::Show(typed) => show::show(*typed),
        args::Command::Explain(typed) => lookup::explain(*typed),
        args::Command::List(typed) => lookup::list(*typed),
        args::Command::Providers(typed) => lookup::providers(*typed),
        args::Command::Knowledge { command } => knowledge::run(command),
        #[cfg(feature = "probe")]
        args::Command::Probe(typed) => probe::run(*typed),
        #[cfg(feature = "probe")]
        args::Command::Case(typed) => case::case(*typed),
        #[cfg(feature = "probe")]
        args::Command::Who(typed) => who::who(&typed),
        args::Command::Completions(typed) => shell::completions(&typed, args::Arguments::command()),
        args::Command::Man(typed) => shell::man(&typed, args::Arguments::command()),
        args::Command::Setup(typed) => setup::setup(&typed),
    }
}
