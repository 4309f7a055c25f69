//! The program around the library: arguments, a terminal, an exit status. Holds no logic worth testing without them.

mod args;
#[cfg(feature = "probe")]
mod case;
mod clipboard;
mod compare;
mod complaint;
mod desktop;
mod explorer;
mod implicit_analyze;
mod interrupt;
mod lookup;
mod meant;
mod output;
#[cfg(feature = "probe")]
mod probe;
mod progress;
mod setup;
mod shell;
mod show;
mod status;
mod time_args;
mod watch;
#[cfg(feature = "probe")]
mod who;

use std::{ffi::OsString, io, path::Path, process::ExitCode};

use crate::{Request, Summary, report::Sink, rule::Severity, source::Meter};

use self::{
    compare::CompareMeant,
    complaint::{complain, without_arguments},
    implicit_analyze::Named,
    meant::{AnalyzeRequest, RedactRequest, TicketMeant},
    output::Output,
    progress::Progress,
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
        args::Command::Analyze(typed) => meant(AnalyzeRequest::try_from(*typed), analyze),
        args::Command::Redact(typed) => meant(RedactRequest::try_from(*typed), redact),
        args::Command::Profile { command } => match command {
            args::ProfileCommand::Learn(typed) => written(&typed.into(), crate::profiles::learn),
            args::ProfileCommand::Test(typed) => written(&typed.into(), crate::profiles::test),
        },
        args::Command::Sample(typed) => meant(AnalyzeRequest::try_from(*typed), analyze),
        args::Command::Ticket(typed) => meant(TicketMeant::try_from(*typed), ticket),
        args::Command::Compare(typed) => meant(CompareMeant::try_from(*typed), compare),
        args::Command::Watch(typed) => watch::watch(*typed),
        args::Command::Show(typed) => show::show(*typed),
        args::Command::Explain(typed) => lookup::explain(&typed),
        args::Command::List(typed) => lookup::list(&typed),
        args::Command::Providers(typed) => lookup::providers(&typed),
        #[cfg(feature = "probe")]
        args::Command::Probe(typed) => probe::run(&typed),
        #[cfg(feature = "probe")]
        args::Command::Case(typed) => case::case(*typed),
        #[cfg(feature = "probe")]
        args::Command::Who(typed) => who::who(&typed),
        args::Command::Completions(typed) => shell::completions(&typed),
        args::Command::Man(typed) => shell::man(&typed),
        args::Command::Setup(typed) => setup::setup(&typed),
    }
}

/// Runs what is meant, or says why nothing can be.
fn meant<M>(request: Result<M, String>, run: impl Fn(&M) -> io::Result<Status>) -> io::Result<Status> {
    match request {
        Ok(request) => run(&request),
        Err(sentence) => {
            complain(&sentence);
            Ok(Status::NotDone)
        }
    }
}

/// Writes the copy of a log.
fn redact(meant: &RedactRequest) -> io::Result<Status> {
    let zip = meant.output.as_deref().and_then(Path::extension).is_some_and(|end| end.eq_ignore_ascii_case("zip"));
    let copy = if zip { crate::redact_all } else { crate::redact };
    written(meant, |request, out| copy(request, meant.level, out))
}

/// Writes what is made of one log.
fn written(
    meant: &RedactRequest,
    write: impl FnOnce(&Request, &mut dyn io::Write) -> io::Result<Summary>,
) -> io::Result<Status> {
    let mut output = Output::open(&meant.wanted())?;
    let meter = &meant.request.meter;
    let summary = watched(&mut output, meter, false, |mut sink| write(&meant.request, &mut *sink))?;
    let status = said(&summary, false);
    // Half a copy is none.
    if meter.is_stopped() {
        return Ok(Status::Interrupted);
    }
    // A copy of nothing replaces no file.
    if !summary.problems.is_empty() && output.is_empty() {
        return Ok(status);
    }
    output.keep()?;
    Ok(status)
}

/// Writes a ticket. Findings are what it is for, so they change no status.
fn ticket(meant: &TicketMeant) -> io::Result<Status> {
    let mut output = Output::open(&meant.wanted())?;
    let meter = &meant.asked.request.meter;
    let mut text = Vec::new();
    let summary = watched(&mut output, meter, false, |mut sink| {
        let summary = crate::ticket(&meant.asked, &mut text)?;
        sink.write_all(&text)?;
        sink.flush()?;
        Ok(summary)
    })?;
    if meter.is_stopped() {
        said(&summary, false);
        return Ok(Status::Interrupted);
    }
    let status = said(&summary, false);
    // Without a log there is no ticket.
    if text.is_empty() {
        return Ok(status);
    }
    output.keep()?;
    show_file(meant.output.as_deref().filter(|_| meant.open));
    if meant.copy && !on_the_clipboard(&String::from_utf8_lossy(&text)) {
        return Ok(Status::NotDone);
    }
    Ok(status)
}

/// Puts a ticket on the clipboard; it was written all the same.
fn on_the_clipboard(text: &str) -> bool {
    let copied = clipboard::copy(text);
    complain(&match &copied {
        Ok(()) => "The ticket is on the clipboard too: paste it into the mail to the provider.".to_owned(),
        Err(error) => format!("--copy: no clipboard ({error}). Copy the ticket from here, or use --output FILE."),
    });
    copied.is_ok()
}

/// Writes what changed. What is found in the newer log gives the status.
fn compare(meant: &CompareMeant) -> io::Result<Status> {
    let mut output = Output::open(&meant.wanted())?;
    let look = output.look();
    let meter = &meant.asked.since.meter;
    let summary = watched(&mut output, meter, false, |mut sink| crate::compare(&meant.asked, look, &mut sink))?;
    said(&summary, false);
    // What changed in half a log is not what changed.
    if meter.is_stopped() {
        return Ok(Status::Interrupted);
    }
    output.keep()?;
    Ok(status::of(&summary, Severity::Error, false))
}

/// Shows a file in the browser.
fn show_file(file: Option<&Path>) {
    let Some(file) = file else { return };
    if let Err(error) = desktop::show(file) {
        complain(&format!("{}: cannot be shown ({error}). Open it yourself.", file.display()));
    }
}

/// Runs what reads and writes, with a bar for whoever waits and a Ctrl-C that stops the reading.
fn watched(
    output: &mut Output,
    meter: &Meter,
    quiet: bool,
    run: impl FnOnce(Sink<'_>) -> io::Result<Summary>,
) -> io::Result<Summary> {
    interrupt::stops(meter, output.draft());
    let progress = Progress::of(meter, quiet);
    let screen = output.is_screen();
    let sink = output.sink();
    run(if screen { progress.before(sink) } else { sink })
}

/// Says what could not be done and what is worth saying, and gives the status of the former.
fn said(summary: &Summary, quiet: bool) -> Status {
    summary.problems.iter().for_each(|sentence| complain(sentence));
    if !quiet {
        summary.notes.iter().for_each(|sentence| complain(sentence));
    }
    if summary.problems.is_empty() { Status::Good } else { Status::NotDone }
}

/// Reads, judges, writes the report, says what went wrong, and gives the status of all that.
fn analyze(meant: &AnalyzeRequest) -> io::Result<Status> {
    let (status, _) = analyzed(meant, Output::open(&meant.wanted())?)?;
    show_file(meant.output.as_deref().filter(|_| meant.open));
    Ok(status)
}

/// The same into an output that is open.
fn analyzed(meant: &AnalyzeRequest, mut output: Output) -> io::Result<(Status, Summary)> {
    let setup = meant.setup(output.look());
    let meter = &meant.request.meter;
    let summary = watched(&mut output, meter, meant.quiet, |sink| {
        let mut report = (meant.format.open)(sink, setup)?;
        crate::analyze(&meant.request, &mut *report)
    })?;
    output.keep()?;
    said(&summary, meant.quiet);
    let interrupted = meter.is_stopped().then_some(Status::Interrupted);
    Ok((interrupted.unwrap_or_else(|| status::of(&summary, meant.fail_on, meant.exit_zero)), summary))
}
