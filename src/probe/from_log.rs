//! The server that failed in a log: read with the same road as `analyze`.

use std::{ffi::OsString, io, path::PathBuf};

use crate::{
    Request, analyze,
    knowledge::Knowledge,
    report::{Judged, Report, Totals},
    session::{Outcome, Tls, Transaction},
};

use super::{Mode, Target};

/// The finding after which a probe would lengthen the lock.
const LOCKED_OUT: &str = "locked-out";

/// Keeps the newest server, and the newest that failed.
#[derive(Default)]
struct Servers {
    newest: Option<Server>,
    failed: Option<Server>,
    locked: bool,
}

#[derive(Clone)]
struct Server {
    host: Vec<u8>,
    port: Option<u16>,
    tls: Option<Tls>,
    sender: Option<Vec<u8>>,
}

impl Report for Servers {
    fn transaction(&mut self, _: &str, _: u64, _: &str, tx: &Transaction) -> io::Result<()> {
        let Some(host) = &tx.connection.host else { return Ok(()) };
        let server = Server {
            host: host.expose().to_vec(),
            port: tx.connection.port,
            tls: tx.tls,
            sender: tx.mail_from.as_ref().map(|address| address.expose().to_vec()),
        };
        if !matches!(tx.outcome, Outcome::Sent | Outcome::Tested) {
            self.failed = Some(server.clone());
        }
        self.newest = Some(server);
        Ok(())
    }

    fn finish(&mut self, judged: &Judged, _: &Totals) -> io::Result<()> {
        self.locked = judged.findings().any(|finding| finding.finding == LOCKED_OUT);
        Ok(())
    }
}

/// The server, port and mode that failed last in these logs, else the newest; without paths the logs in their usual
/// places.
///
/// # Errors
/// A sentence where no log could be read, none names a server, or the host has locked this PC out.
pub(crate) fn failing_server<'k>(
    paths: Vec<OsString>,
    facts: Option<PathBuf>,
    knowledge: &'k Knowledge,
) -> Result<Target<'k>, String> {
    let request = Request { paths, knowledge: facts, all: true, mmap: true, ..Request::default() };
    let mut servers = Servers::default();
    let summary = analyze(&request, &mut servers).map_err(|error| error.to_string())?;
    if servers.locked {
        return Err(
            "probe: the host has locked this PC out after refused passwords, and each connection lengthens that. \
                    Correct the password first and wait as the finding says."
                .to_owned(),
        );
    }
    let Some(server) = servers.failed.or(servers.newest) else {
        let why = summary.problems.into_iter().next();
        return Err(why.unwrap_or_else(|| {
            "probe: no server stands in the log. Name it, such as: mtmlog probe mail.practice.co.za:587".to_owned()
        }));
    };
    let ports: Vec<u16> = server.port.into_iter().collect();
    let mode = server.tls.map(|tls| if tls == Tls::Implicit { Mode::Implicit } else { Mode::Plain });
    let host = String::from_utf8_lossy(&server.host).to_ascii_lowercase();
    let mut target = Target::of_host(&host, &ports, mode, knowledge);
    let domain = server.sender.as_deref().and_then(|address| address.rsplit(|b| *b == b'@').next());
    target.domain = domain.map(|domain| String::from_utf8_lossy(domain).to_ascii_lowercase());
    Ok(target)
}
