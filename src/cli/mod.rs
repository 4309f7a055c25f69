//! The program around the library: arguments, a terminal, an exit status. Holds no logic worth testing without them.

mod analyze;
mod args;
mod clipboard;
mod compare;
mod complaint;
mod desktop;
mod explorer;
mod implicit_analyze;
mod interrupt;
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

use std::{ffi::OsString, io, process::ExitCode};

use clap::CommandFactory;

use self::{
    analyze::AnalyzeRequest,
    compare::CompareRun,
    complaint::{complain, without_arguments},
    implicit_analyze::Named,
    redact::RedactRequest,
    status::Status,
    ticket::TicketRun,
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
    let arguments = match implicit_analyze::with_command(arguments) {
        Named::Command(arguments) => arguments,
        Named::Refused(sentence) => {
            complain(&sentence);
            return Ok(Status::NotDone);
        }
    };
    let typed = match args::parse(arguments) {
        Ok(typed) => typed,
        Err(error) => {
            let error = without_arguments(error);
            error.print()?;
            return Ok(if error.use_stderr() { Status::NotDone } else { Status::Good });
        }
    };
    match typed {
        args::Command::Analyze(typed) => with(AnalyzeRequest::try_from(*typed), analyze::run),
        args::Command::Redact(typed) => with(RedactRequest::try_from(*typed), redact::run),
        args::Command::Profile { command } => profile::run(command),
        args::Command::Sample(typed) => with(AnalyzeRequest::try_from(*typed), analyze::run),
        args::Command::Ticket(typed) => with(TicketRun::try_from(*typed), ticket::run),
        args::Command::Compare(typed) => with(CompareRun::try_from(*typed), compare::run),
        args::Command::Watch(typed) => watch::watch(*typed),
        args::Command::Show(typed) => show::show(*typed),
        args::Command::Explain(typed) => lookup::explain(&typed),
        args::Command::List(typed) => lookup::list(&typed),
        args::Command::Providers(typed) => lookup::providers(&typed),
        #[cfg(feature = "probe")]
        args::Command::Probe(typed) => probe::run(&typed),
        args::Command::Completions(typed) => shell::completions(&typed, args::Arguments::command()),
        args::Command::Man(typed) => shell::man(&typed, args::Arguments::command()),
        args::Command::Setup(typed) => setup::setup(&typed),
    }
}

/// Runs a command with its request, or says why there is none.
fn with<R>(request: Result<R, String>, run: impl Fn(&R) -> io::Result<Status>) -> io::Result<Status> {
    match request {
        Ok(request) => run(&request),
        Err(sentence) => {
            complain(&sentence);
            Ok(Status::NotDone)
        }
    }
}
