//! One zip of all that helps whoever looks next: ticket, redacted logs, shapes of unknown lines, what a probe saw, facts of
//! this PC, and a manifest of it. Everything passes one gate, so that a person has one stand-in in all of it; the map of
//! the stand-ins never goes into the zip.

mod contents;
mod map;

use std::io::{self, Write};

use crate::{
    Request, Summary,
    analysis::{OpenedLog, Prepared},
    probe::{ProbeRequest, facts_of_this_pc, failing_server, probe},
    redact::Redactor,
    report::{Paper, ProbePage, Sample, Ticket},
    rewrite,
    source::{Found, Sensitive},
    ticket::{self, Collected},
};

use self::contents::Zip;

pub use self::{
    contents::{Contents, Entry},
    map::{HEAD, StandIns},
};

/// The request for one zip.
#[derive(Clone, Debug)]
pub struct CaseRequest {
    /// The logs, and how to read them. The output is the zip.
    pub request: Request,
    /// The probe of the server; `None`: no connection is opened.
    pub probe: Option<ProbeRequest>,
}

/// The zip that was written.
#[derive(Clone, Debug, Default)]
pub struct Packed {
    /// The contents; `None` where there is nothing to put into a zip, and the summary says why.
    pub contents: Option<Contents>,
    /// Whom the stand-ins stand for: for this PC alone.
    pub map: String,
    /// Problems and notes.
    pub summary: Summary,
}

/// Reads the logs and writes the zip.
///
/// # Errors
/// Where the zip cannot be written, or what was asked for makes no sense. A log that cannot be read is a problem in the
/// summary.
pub fn pack(asked: &CaseRequest, zip: &mut dyn Write) -> io::Result<Packed> {
    let request = &asked.request;
    if request.paths.iter().any(|path| path == "-") {
        let sentence = "case: a log is read twice, so it must be a file. Name it: mtmlog case PATH";
        return Err(io::Error::other(sentence));
    }
    let prepared = Prepared::of(request).map_err(io::Error::other)?;
    let mut ticket = Ticket::new(&prepared.facts, Vec::new(), None);
    ticket.keep_map();
    let (summary, collected) = ticket::collect("case", request, ticket)?;
    let Some(collected) = collected.filter(|collected| !collected.logs.is_empty()) else {
        return Ok(Packed { summary, ..Packed::default() });
    };
    Case { request, prepared: &prepared, zip: Zip::new(zip), summary }.all(collected, asked.probe.as_ref())
}

struct Case<'a, 'z> {
    request: &'a Request,
    prepared: &'a Prepared,
    zip: Zip<'z>,
    summary: Summary,
}

impl Case<'_, '_> {
    fn all(mut self, collected: Collected<'_>, asked: Option<&ProbeRequest>) -> io::Result<Packed> {
        let Collected { mut ticket, proof, logs } = collected;
        let servers = ticket.servers();
        let seen = match asked {
            None => Err("not asked for; `mtmlog case --probe` looks at the server".to_owned()),
            Some(how) => self.probe(how, &logs, ticket.gate())?,
        };
        let seen = match seen {
            Ok(page) => Some((page.json()?, page.html()?)),
            Err(why) => {
                let why = ticket.gate().note(&why);
                self.zip.leave_out("What a probe of the server saw", why.as_str());
                None
            }
        };
        if let Some((json, _)) = &seen {
            ticket.take_probe(json).map_err(io::Error::other)?;
        }
        let understood = ticket.has_read();
        let (page, mut gate) = ticket.page(&proof);
        if understood {
            for (paper, name) in [(Paper::Text, "ticket.txt"), (Paper::Html, "ticket.html")] {
                let text = ticket::signed(page.clone().render(paper)?, paper);
                self.zip.text(name, "the evidence for a provider's desk; it shows the sender's address", &text)?;
            }
        } else {
            self.zip.leave_out("A ticket", "no line of the log was understood, so there is nothing to ask a provider");
        }
        if let Some((json, html)) = &seen {
            self.zip.text("probe.json", "what a probe of the server saw, for programs", json)?;
            self.zip.text("probe.html", "the same as a page", html)?;
        }
        // The ticket shows senders, whom a provider has to find; nothing else does.
        gate.hide_senders();
        self.logs(&logs, &mut gate)?;
        let gate = self.sample(gate)?;
        let gate = self.pc(&servers, gate)?;
        let contents = self.zip.finish()?;
        Ok(Packed { contents: Some(contents), map: gate.map(), summary: self.summary })
    }

    /// The result of a look at the server, or why nobody looked.
    fn probe(&self, how: &ProbeRequest, logs: &[Found], gate: &mut Redactor) -> io::Result<Result<ProbePage, String>> {
        let paths = logs.iter().filter_map(|log| Some(log.path.file()?.as_os_str().to_owned())).collect();
        Ok(match failing_server(paths, self.request.knowledge.clone(), &self.prepared.facts) {
            Ok(target) => Ok(probe(how, &target, gate, &self.prepared.facts)?),
            Err(why) => Err(why),
        })
    }

    fn logs(&mut self, logs: &[Found], gate: &mut Redactor) -> io::Result<()> {
        for (nth, log) in logs.iter().enumerate() {
            let name = gate.file_name(&log.path.to_string());
            let name = name.as_str().rsplit(['/', '\\', '!']).next().unwrap_or_default();
            // Folders of the same log's name are told apart by the number.
            let name = format!("logs/{:04}-{name}", nth + 1);
            let Case { request, prepared, zip, summary } = self;
            zip.add(&name, "the log, without people and secrets; mtmlog reads it", |out| {
                let opened = OpenedLog::open(request, &prepared.asked, &log.path);
                rewrite::one(opened, request, gate, prepared, log, out, summary)
            })?;
        }
        Ok(())
    }

    fn sample(&mut self, gate: Redactor) -> io::Result<Redactor> {
        let mut page = Vec::new();
        let mut sample = Sample::through(gate, Box::new(&mut page));
        // What could not be read was told the first time.
        crate::analyze(self.request, &mut sample)?;
        let (shapes, gate) = sample.into_parts();
        if shapes == 0 {
            self.zip.leave_out("Shapes of lines that were not understood", "every line was understood");
        } else {
            let text = String::from_utf8_lossy(&page).into_owned();
            self.zip.text("sample.txt", "shapes of lines that were not understood, every value masked", &text)?;
        }
        Ok(gate)
    }

    fn pc(&mut self, servers: &[String], mut gate: Redactor) -> io::Result<Redactor> {
        let facts = facts_of_this_pc(servers);
        let fact =
            |(name, said): &(&str, String)| format!("{name:<12}{}\r\n", gate.text(&Sensitive::new(said.as_bytes())));
        let text: String = facts.iter().map(fact).collect();
        self.zip.text("pc.txt", "facts of this PC: system, clock, resolvers, hosts file, protection", &text)?;
        Ok(gate)
    }
}
