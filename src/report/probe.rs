//! The result of a probe: a grid of ports and steps, what it means, and the settings to type (contract section 4,
//! `mtmlog.probe/1`).

use std::io;

use serde::Serialize;

use super::{
    Look, finding_text, html,
    table::frame,
    text::{Ink, Page},
};
use crate::{
    redact::Redacted,
    rule::{Severity, advice},
};

/// A probe, ready to be shown.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ProbePage {
    /// `mtmlog.probe/1`
    pub schema: &'static str,
    /// When it looked, by this PC's clock (RFC 3339).
    pub at: String,
    pub target: Redacted,
    /// The provider of the servers.
    pub provider: Option<String>,
    /// One connection each, in the order in which they were tried.
    pub attempts: Vec<AttemptRow>,
    /// The findings, the first to act on first.
    pub findings: Vec<ProbeFinding>,
    /// The settings to type, the best first.
    pub settings: Vec<SettingRow>,
    /// The records of the sender's domain, where they were asked for.
    pub domain: Option<DomainRow>,
    /// Remarks that are no cause.
    pub notes: Vec<Redacted>,
}

/// One connection.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AttemptRow {
    pub host: Redacted,
    /// The address that answered, or was tried last.
    pub address: Option<String>,
    pub port: u16,
    /// `implicit` where the connection began with TLS, else `plain`.
    pub mode: &'static str,
    /// The steps that were taken.
    pub stages: Vec<StageRow>,
    /// Version, cipher and certificate of TLS.
    pub tls: Option<TlsRow>,
    /// Sign-in methods.
    pub auth: Vec<String>,
    /// SIZE, in bytes.
    pub size: Option<u64>,
    /// The code of the cause.
    pub cause: Option<&'static str>,
    /// The certainty of the cause.
    pub confidence: Option<&'static str>,
}

/// One step.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct StageRow {
    /// Its name, such as `greeting`.
    pub stage: &'static str,
    /// It went as it should.
    pub ok: bool,
    /// The time it took, in milliseconds.
    pub ms: u64,
    /// The words of the server, or of the failure.
    pub text: Redacted,
}

/// Version, cipher and certificate of TLS.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TlsRow {
    /// Such as `TLSv1.3`.
    pub version: String,
    /// Such as `TLS13_AES_256_GCM_SHA384`.
    pub cipher: String,
    /// The signer of the certificate.
    pub issuer: Option<Redacted>,
    /// Host names it is for, at most twenty.
    pub names: Vec<Redacted>,
    /// Its first day, `yyyy-mm-dd`.
    pub not_before: Option<String>,
    /// Its last day, `yyyy-mm-dd`.
    pub not_after: Option<String>,
    /// This PC's store accepts it; null where it could not be asked.
    pub trusted_by_system: Option<bool>,
    /// Mozilla's list of authorities accepts it.
    pub trusted_by_webpki: Option<bool>,
}

/// A cause, and the attempts that show it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ProbeFinding {
    /// The code of the cause.
    pub cause: &'static str,
    pub severity: Severity,
    pub confidence: &'static str,
    /// The fault, in one sentence.
    pub title: String,
    /// Where it was seen, such as `587`.
    pub ports: Vec<u16>,
    /// The people who have to act.
    pub acts: Vec<&'static str>,
    /// The reason why mail stops.
    pub why: String,
    /// The steps, in the order to try.
    pub steps: Vec<Redacted>,
}

/// One way in that works from this PC.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SettingRow {
    pub host: Redacted,
    pub port: u16,
    /// `starttls`, `implicit` or `none`.
    pub tls: &'static str,
    /// Sign-in methods.
    pub auth: Vec<String>,
    /// A reservation about it.
    pub note: Option<&'static str>,
}

/// The records of the sender's domain.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct DomainRow {
    pub domain: Redacted,
    /// Hosts that take its mail; null where the resolver could not be asked.
    pub mx: Option<Vec<Redacted>>,
    /// The SPF record.
    pub spf: Option<Redacted>,
    /// SPF covers the server; null where it cannot be told.
    pub spf_covers_server: Option<bool>,
    /// The DMARC record.
    pub dmarc: Option<Redacted>,
}

/// Columns of the grid.
const GRID_STAGES: [&str; 8] = ["name", "connect", "greeting", "ehlo", "starttls", "tls", "certificate", "ehlo-tls"];

impl ProbePage {
    /// For programs: one object and a line end.
    ///
    /// # Errors
    /// Where JSON cannot be made of it, for which no probe gives reason.
    pub(crate) fn json(&self) -> io::Result<String> {
        Ok(serde_json::to_string(self)? + "\n")
    }

    /// As a page for a browser.
    ///
    /// # Errors
    /// Where the template is broken.
    pub(crate) fn html(&self) -> io::Result<String> {
        #[derive(Serialize)]
        struct Shown<'a> {
            title: String,
            probe: &'a ProbePage,
            stages: [&'static str; 8],
            grid: Vec<Vec<String>>,
            modes: Vec<String>,
        }
        let modes = self.settings.iter().map(setting).collect();
        let title = format!("Probe of {}", self.target);
        html::page("probe.html", &Shown { title, probe: self, stages: GRID_STAGES, grid: self.grid(), modes })
    }

    /// For people.
    pub(crate) fn text(&self, look: Look) -> String {
        let mut page = Page::new(look);
        let whose = self.provider.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
        page.line(Some(Ink::Bold), &format!("Probe of {}{whose}, from this PC", self.target));
        page.line(None, &self.summary());
        page.blank();
        page.drawing(&self.drawn(look));
        for attempt in &self.attempts {
            for stage in attempt.stages.iter().filter(|stage| !stage.ok && stage.stage != "quit") {
                let text = format!("{}: {}", stage.stage, stage.text);
                page.cut_field(&attempt.port.to_string(), Some(Ink::Bold), &text, 3);
            }
        }
        for finding in &self.findings {
            page.blank();
            finding_block(&mut page, finding);
        }
        page.blank();
        for (i, row) in self.settings.iter().enumerate() {
            page.cut_field(
                if i == 0 { "Type" } else { "" },
                Some(Ink::Bold),
                &format!("{}. {}", i + 1, setting(row)),
                2,
            );
        }
        if let Some(domain) = &self.domain {
            page.field("Domain", Some(Ink::Bold), &domain_sentence(domain));
        }
        page.fields("Note", self.notes.iter().map(ToString::to_string));
        page.into_text()
    }

    /// The first answer: does this PC reach a server that it can sign in to?
    fn summary(&self) -> String {
        match (self.settings.first(), self.findings.first()) {
            (Some(best), _) if best.tls != "none" => {
                format!("This PC reaches the server on port {}, with TLS and a trusted certificate.", best.port)
            }
            (Some(_), _) => "This PC reaches the server, but only without encryption.".to_owned(),
            (None, Some(first)) => {
                format!("No settings work from this PC. First: {}.", first.title.trim_end_matches('.'))
            }
            (None, None) => {
                "No settings work from this PC, and nothing says why. Try again with --patience 60.".to_owned()
            }
        }
    }

    /// One row a connection; `-` where the step was not reached.
    fn grid(&self) -> Vec<Vec<String>> {
        let cell = |attempt: &AttemptRow, name: &str| match attempt.stages.iter().find(|stage| stage.stage == name) {
            None => "-".to_owned(),
            Some(stage) if stage.ok => format!("{} ms", stage.ms),
            Some(stage) => format!("NO, {} ms", stage.ms),
        };
        let row = |attempt: &AttemptRow| {
            let mut row = vec![format!("{}:{}", attempt.host, attempt.port)];
            row.extend(GRID_STAGES.iter().map(|name| cell(attempt, name)));
            row
        };
        self.attempts.iter().map(row).collect()
    }

    fn drawn(&self, look: Look) -> String {
        let mut grid = frame(Look { wide: false, ..look });
        let head = std::iter::once("server").chain(GRID_STAGES);
        grid.set_header(head.collect::<Vec<_>>());
        for row in self.grid() {
            grid.add_row(row);
        }
        grid.to_string()
    }
}

fn finding_block(page: &mut Page, finding: &ProbeFinding) {
    let (word, ink) = finding_text::severity(finding.severity);
    let ports = finding.ports.iter().map(u16::to_string).collect::<Vec<_>>().join(", ");
    let title = finding.title.trim_end_matches('.');
    page.field(word, Some(ink), &format!("{title} ({}), port {ports}.", finding.cause));
    page.field("", None, &finding_text::sure_and_who(finding.confidence, &finding.acts));
    page.numbered("Next", &finding.steps);
}

fn setting(row: &SettingRow) -> String {
    let mode = advice::mode(row.tls);
    let note = row.note.map(|note| format!(" ({note})")).unwrap_or_default();
    format!("{}, port {}, {mode}, sign-in {}{note}", row.host, row.port, row.auth.join(" "))
}

fn domain_sentence(domain: &DomainRow) -> String {
    let mx = match &domain.mx {
        None => "MX could not be asked for".to_owned(),
        Some(hosts) if hosts.is_empty() => "no MX record, so it receives no mail".to_owned(),
        Some(hosts) => format!("mail goes to {}", hosts.iter().map(Redacted::as_str).collect::<Vec<_>>().join(", ")),
    };
    let spf = match (&domain.spf, domain.spf_covers_server) {
        (None, _) => "no SPF record".to_owned(),
        (Some(record), Some(true)) => format!("SPF covers the server ({record})"),
        (Some(record), Some(false)) => {
            format!("SPF does not cover the server's own address ({record}); providers often send from other addresses")
        }
        (Some(record), None) => format!("SPF: {record}"),
    };
    let dmarc = domain.dmarc.as_ref().map_or("no DMARC record".to_owned(), |record| format!("DMARC: {record}"));
    format!("{}: {mx}; {spf}; {dmarc}.", domain.domain)
}
