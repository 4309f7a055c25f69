//! From attempts to a page: one gate for all that a server said, and the words that a log would get.

use std::io;

use chrono::{DateTime, Local, SecondsFormat};

use crate::{
    knowledge::{Cause, Knowledge},
    redact::{Redacted, Redactor},
    report::{AttemptRow, DomainRow, ProbeFinding, ProbePage, SettingRow, StageRow, TlsRow},
    rule::{Explanation, Question, explain},
    session::Confidence,
    source::Sensitive,
};

use super::{
    Candidate, DomainFacts, Mode, ProbeAttempt, ProbeRequest, Target, TlsFacts, look, look_up_domain, pc,
    spf::Coverage, tls::Trust, verdict,
};

/// Seconds by which two clocks may differ, and a greeting be late.
const MAX_CLOCK_SECONDS: i64 = 300;

/// Looks at what is asked for, and makes a page of it.
///
/// # Errors
/// A sentence where there is nothing to look at.
pub(crate) fn probe(
    request: &ProbeRequest,
    target: &Target<'_>,
    gate: &mut Redactor,
    knowledge: &Knowledge,
) -> io::Result<ProbePage> {
    if target.candidates.is_empty() {
        return Err(io::Error::other(format!(
            "{}: no server is known for it. Name one, such as mail.practice.co.za:587.",
            target.name
        )));
    }
    let candidates: Vec<Candidate> = target.candidates.clone();
    let attempts = look(&candidates, request.patience, knowledge);
    let domain = target.domain.as_deref().filter(|_| request.domain).map(|domain| {
        let server = candidates.first().map(|candidate| candidate.host.as_str());
        look_up_domain(domain, server, request.patience.connect)
    });
    Ok(Pages { gate, knowledge, target }.page(&attempts, domain.as_ref()))
}

struct Pages<'a> {
    gate: &'a mut Redactor,
    knowledge: &'a Knowledge,
    target: &'a Target<'a>,
}

impl Pages<'_> {
    fn page(&mut self, attempts: &[ProbeAttempt], domain: Option<&DomainFacts>) -> ProbePage {
        let mut ways: Vec<&ProbeAttempt> = attempts.iter().filter(|a| verdict::rank(a).is_some()).collect();
        ways.sort_by_key(|attempt| verdict::rank(attempt));
        ProbePage {
            schema: "mtmlog.probe/1",
            at: Local::now().to_rfc3339_opts(SecondsFormat::Secs, false),
            target: self.host(&self.target.name),
            provider: self.target.provider.map(|provider| provider.name.clone()),
            attempts: attempts.iter().map(|attempt| self.attempt(attempt)).collect(),
            findings: self.findings(attempts),
            settings: ways.into_iter().map(|attempt| self.setting(attempt)).collect(),
            domain: domain.map(|domain| self.domain(domain)),
            notes: self.notes(attempts, domain),
        }
    }

    fn host(&mut self, name: &str) -> Redacted {
        self.gate.host(&Sensitive::new(name.as_bytes()))
    }

    fn attempt(&mut self, attempt: &ProbeAttempt) -> AttemptRow {
        let stage = |step: &super::ProbeStep| StageRow {
            stage: step.name.name(),
            ok: step.ok,
            ms: u64::try_from(step.took.as_millis()).unwrap_or(u64::MAX),
            text: self.gate.text(&Sensitive::new(&step.text)),
        };
        AttemptRow {
            stages: attempt.steps.iter().map(stage).collect(),
            host: self.host(&attempt.candidate.host),
            address: attempt.address.map(|address| address.to_string()),
            port: attempt.candidate.port,
            mode: if attempt.candidate.mode == Mode::Implicit { "implicit" } else { "plain" },
            tls: attempt.tls.as_ref().map(|tls| self.tls(tls)),
            auth: attempt.auth.clone(),
            size: attempt.size,
            cause: attempt.cause.map(|(cause, _)| cause.code()),
            confidence: attempt.cause.map(|(_, confidence)| confidence.name()),
        }
    }

    fn tls(&mut self, tls: &TlsFacts) -> TlsRow {
        let certificate = tls.certificate.as_ref();
        let day = |seconds: i64| DateTime::from_timestamp(seconds, 0).map(|time| time.date_naive().to_string());
        let trusted = |trust| (trust != Trust::NotAsked).then_some(trust == Trust::Trusted);
        TlsRow {
            version: tls.version.clone(),
            cipher: tls.cipher.clone(),
            issuer: certificate.map(|c| self.gate.note(&c.issuer)),
            names: certificate.map(|c| c.names.iter().map(|name| self.host(name)).collect()).unwrap_or_default(),
            not_before: certificate.and_then(|c| day(c.not_before)),
            not_after: certificate.and_then(|c| day(c.not_after)),
            trusted_by_system: trusted(tls.system),
            trusted_by_webpki: trusted(tls.webpki),
        }
    }

    /// One finding a cause, in the order of the attempts; what explains why nothing works comes first.
    fn findings(&mut self, attempts: &[ProbeAttempt]) -> Vec<ProbeFinding> {
        let mut found: Vec<(Cause, Confidence, Vec<u16>, &ProbeAttempt)> = Vec::new();
        for attempt in attempts {
            let Some((cause, confidence)) = attempt.cause else { continue };
            match found.iter_mut().find(|(known, ..)| *known == cause) {
                Some((_, sure, ports, _)) => {
                    *sure = (*sure).max(confidence);
                    if !ports.contains(&attempt.candidate.port) {
                        ports.push(attempt.candidate.port);
                    }
                }
                None => found.push((cause, confidence, vec![attempt.candidate.port], attempt)),
            }
        }
        // A shield in the path explains what is odd behind it.
        found.sort_by_key(|(cause, ..)| *cause != Cause::TlsInterceptedByAntivirus);
        found.into_iter().map(|(cause, sure, ports, attempt)| self.finding(cause, sure, ports, attempt)).collect()
    }

    fn finding(&mut self, cause: Cause, sure: Confidence, ports: Vec<u16>, attempt: &ProbeAttempt) -> ProbeFinding {
        let question = Question {
            text: cause.code().as_bytes(),
            host: Some(attempt.candidate.host.as_bytes()),
            provider: self.target.provider,
            today: Some(Local::now().date_naive()),
            ..Question::default()
        };
        let answer: Explanation<'_> = explain(self.knowledge, &question);
        let product = verdict::in_the_path(attempt, self.knowledge).map(|(name, _)| name);
        let title = match product.filter(|_| cause == Cause::TlsInterceptedByAntivirus) {
            Some(product) => format!("{product} stands between this PC and the server: pause its mail shield"),
            None => answer.title.to_string(),
        };
        ProbeFinding {
            cause: cause.code(),
            severity: answer.severity,
            confidence: sure.name(),
            title,
            ports,
            acts: answer.acts.iter().map(|actor| actor.name()).collect(),
            why: answer.why.to_string(),
            steps: answer.steps.iter().map(|step| self.gate.words(step)).collect(),
        }
    }

    fn setting(&mut self, attempt: &ProbeAttempt) -> SettingRow {
        let tls = match (&attempt.tls, attempt.candidate.mode) {
            (None, _) => "none",
            (Some(_), Mode::Implicit) => "implicit",
            (Some(_), Mode::Plain) => "starttls",
        };
        let trusted = attempt.tls.as_ref().is_none_or(|tls| tls.system == Trust::Trusted);
        let note = match (tls, trusted) {
            ("none", _) => Some("last: the password goes out in plain text"),
            (_, false) => Some("once its certificate is in order"),
            _ => None,
        };
        SettingRow {
            host: self.host(&attempt.candidate.host),
            port: attempt.candidate.port,
            tls,
            auth: attempt.auth.clone(),
            note,
        }
    }

    fn domain(&mut self, facts: &DomainFacts) -> DomainRow {
        let mut hosts = |all: &Vec<String>| all.iter().map(|host| self.host(host)).collect();
        DomainRow {
            mx: facts.exchangers.as_ref().map(&mut hosts),
            domain: self.host(&facts.domain),
            spf: facts.spf.as_ref().map(|text| self.gate.note(text)),
            spf_covers_server: match facts.coverage {
                Coverage::Covered => Some(true),
                Coverage::NotCovered => facts.spf.is_some().then_some(false),
                Coverage::Unknown => None,
            },
            dmarc: facts.dmarc.as_ref().map(|text| self.gate.note(text)),
        }
    }

    fn notes(&mut self, attempts: &[ProbeAttempt], domain: Option<&DomainFacts>) -> Vec<Redacted> {
        let waited = |attempt: &ProbeAttempt| matches!(attempt.trouble, Some(super::Trouble::NoAnswer(_)));
        let privately_trusted =
            |attempt: &ProbeAttempt| attempt.tls.as_ref().is_some_and(verdict::is_privately_trusted);
        let in_the_path = |attempt: &ProbeAttempt| verdict::in_the_path(attempt, self.knowledge).is_some();
        let mut notes = ours(&[
            (
                attempts.iter().any(waited),
                "A server that gave no answer in time may only make strangers wait: try --patience 60. On a port that \
                 says nothing at all, the mode may be the wrong one: try --mode implicit.",
            ),
            (
                attempts.iter().any(|attempt| attempt.differs),
                "Several servers stand behind this name and answer differently: send again. If it fails at times only, \
                 show this page to the provider.",
            ),
            (
                attempts.iter().any(privately_trusted) && !attempts.iter().any(in_the_path),
                "Only this PC trusts the certificate: a company's firewall or a private authority signed it.",
            ),
        ]);
        let off = attempts.iter().filter_map(|attempt| pc::clock_offset(attempt.greeting.as_deref()?));
        if let Some(off) = off.into_iter().next().filter(|off| off.abs() > MAX_CLOCK_SECONDS) {
            let way = if off > 0 { "ahead of" } else { "behind" };
            notes.push(self.gate.note(&format!(
                "The clock of this PC is {} s {way} the date in the server's greeting.",
                off.unsigned_abs()
            )));
        }
        let proxies = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
        notes.extend(ours(&[
            (
                domain.is_some_and(|facts| facts.spf.is_none()),
                "The domain has no SPF record: large providers refuse its mail (policy.sender-auth).",
            ),
            (
                domain.is_some_and(|facts| facts.dmarc.is_none()),
                "The domain has no DMARC record: large providers ask for one (policy.sender-auth).",
            ),
            (
                proxies.iter().any(|name| std::env::var_os(name).is_some()),
                "A proxy is set on this PC; the probe does not use it, and mail programs do not either.",
            ),
        ]));
        notes
    }
}

/// The notes that apply.
fn ours(notes: &[(bool, &'static str)]) -> Vec<Redacted> {
    notes.iter().filter(|(applies, _)| *applies).map(|(_, note)| Redacted::ours(note)).collect()
}
