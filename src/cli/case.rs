//! `mtmlog case LOG...`

use std::{
    ffi::OsString,
    fs::{self, OpenOptions},
    io::{self, BufRead, IsTerminal, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{Args, ValueHint};

use crate::{
    Request,
    case::{CaseRequest, HEAD, pack},
    probe::{Patience, ProbeRequest},
};

use super::{
    interrupt,
    options::{self, ReadArgs},
    output::{Output, Wanted},
    road::complain_of,
    status::Status,
};

const EXAMPLES: &str = "\
Examples:
  mtmlog case emailout.txt                       case.zip to send, case.map to keep
  mtmlog case --probe emailout.txt               with a look at the server from this PC
  mtmlog case --output paarl.zip maillog.txt     paarl.zip and paarl.map
  mtmlog who recipient-3 --map case.map          whom a desk's answer is about

Nothing is sent. The zip holds no password, no name and no address of a recipient; its manifest says what is in it.";

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct CaseArgs {
    /// Files, folders, patterns such as *.txt; none: the usual places
    #[arg(value_name = "LOG", value_hint = ValueHint::AnyPath)]
    paths: Vec<OsString>,

    /// The zip; the map of the stand-ins gets the same name with .map, and is never sent
    #[arg(long, short, value_name = "FILE", default_value = "case.zip", help_heading = "Output")]
    output: PathBuf,

    /// Look at the server that failed, too: the only way in which this command opens a connection
    #[arg(long, help_heading = "Output")]
    probe: bool,

    /// Seconds to wait for each answer of the server
    #[arg(long, value_name = "SECONDS", default_value = "8", requires = "probe", value_parser = clap::value_parser!(u64).range(1..=600), help_heading = "Output")]
    patience: u64,

    /// Do not ask before the zip is written
    #[arg(long, short, help_heading = "Output")]
    yes: bool,

    /// Only this customer, by the name that the table of customers shows
    #[arg(long, value_name = "NAME", help_heading = "What to look at")]
    customer: Option<String>,

    #[command(flatten)]
    read: ReadArgs,
}

/// Puts the zip together, shows what is in it, and only then gives it its name.
pub(super) fn case(typed: CaseArgs) -> io::Result<Status> {
    let map = typed.output.with_extension("map");
    check_names(&typed.output, &map)?;
    let read = options::request(None, typed.read)?;
    let output = Some(typed.output.clone());
    let request = Request { paths: typed.paths, customer: typed.customer, output, ..read };
    let patience = Patience::with_answer(Duration::from_secs(typed.patience));
    let probe = typed.probe.then(|| ProbeRequest { patience, ..ProbeRequest::default() });
    let asked = CaseRequest { request, probe };
    let mut output = Output::open(&Wanted::plain(&[&asked.request]))?;
    interrupt::stops(&asked.request.meter, output.draft());
    let mut sink = output.sink();
    let packed = pack(&asked, &mut sink)?;
    sink.flush()?;
    drop(sink);
    let status = complain_of(&packed.summary, false);
    if asked.request.meter.is_stopped() {
        return Ok(Status::Interrupted);
    }
    let Some(contents) = packed.contents else { return Ok(status) };
    let mut out = anstream::stdout().lock();
    writeln!(out, "{}", contents.manifest().replace("\r\n", "\n"))?;
    out.flush()?;
    if !typed.yes && !agreed(&mut out, &typed.output)? {
        writeln!(out, "Nothing was written.")?;
        return Ok(status);
    }
    write_map(&map, &packed.map)?;
    if let Err(error) = output.keep() {
        // A map without its zip is of no use, and holds names.
        #[allow(clippy::disallowed_methods, reason = "written a moment ago")]
        let _ = fs::remove_file(&map);
        return Err(error);
    }
    writeln!(
        out,
        "{} is written and may be sent.\n{} says whom the stand-ins stand for: keep it here, never send it.",
        typed.output.display(),
        map.display()
    )?;
    Ok(status)
}

/// Refuses names that a zip and its map cannot have.
fn check_names(zip: &Path, map: &Path) -> io::Result<()> {
    if zip == map || zip.as_os_str() == "-" {
        return Err(io::Error::other("case: the zip needs a name that does not end in .map, such as case.zip."));
    }
    // The answer to the case before may still come, and only its map turns that back.
    if map.exists() {
        return Err(io::Error::other(format!(
            "{}: the map of a case before. Choose another name with --output, such as case-2.zip, or move the map away.",
            map.display()
        )));
    }
    Ok(())
}

/// Asks on a terminal; a script has said what it wants.
fn agreed(out: &mut impl Write, zip: &Path) -> io::Result<bool> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Ok(true);
    }
    write!(out, "Write {}? [Y/n] ", zip.display())?;
    out.flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "" | "y" | "yes" | "j" | "ja"))
}

/// Writes the map for this user alone, over nothing.
#[allow(clippy::disallowed_methods, reason = "create_new replaces nothing")]
fn write_map(path: &Path, map: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let name = path.display();
    let says = |error| format!("{name}: cannot be written ({error}). Choose a folder in which you may write.");
    let says = |error| io::Error::other(says(error));
    let mut file = options.open(path).map_err(says)?;
    file.write_all(HEAD.as_bytes()).and_then(|()| file.write_all(map.as_bytes())).map_err(says)
}
