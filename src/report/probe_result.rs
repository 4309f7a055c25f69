//! The result of a probe from the practice's PC, read from the JSON that it wrote (`mtmlog.probe/1`). The file comes from
//! outside, so nothing of it is shown that did not pass the gate or stand in a list here.

use serde_json::Value;

use crate::{
    knowledge::Cause,
    redact::Redactor,
    rule::{Probed, Way},
    session::Tls,
    smtp::AuthMechanism,
    source::Sensitive,
};

/// The schema that can be read.
const SCHEMA: &str = "mtmlog.probe/1";
/// Connections that are shown; a probe makes five.
const MAX_ATTEMPTS: usize = 8;
/// Ways that are remembered.
const MAX_WAYS: usize = 32;
/// The steps of a probe, and the words for a desk.
const STAGES: [(&str, &str); 9] = [
    ("name", "name"),
    ("connect", "connection"),
    ("greeting", "greeting"),
    ("ehlo", "EHLO"),
    ("starttls", "STARTTLS"),
    ("tls", "TLS handshake"),
    ("certificate", "certificate"),
    ("ehlo-tls", "EHLO inside TLS"),
    ("quit", "QUIT"),
];
const TLS_VERSIONS: [&str; 4] = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

/// One row a connection.
pub(super) struct ProbeResult {
    at: Option<String>,
    /// Server, how far it got, what was seen.
    pub(super) rows: Vec<Vec<String>>,
}

/// The ways that a probe found open or closed; one that only gave no answer in time is neither.
///
/// # Errors
/// A sentence where the text is not what a probe wrote.
pub(crate) fn ways_seen(json: &str) -> Result<Vec<Probed>, String> {
    let page = page(json)?;
    let port = |value: &Value| u16::try_from(value["port"].as_u64()?).ok();
    let mut ways: Vec<Probed> = Vec::new();
    let mut add = |port: u16, tls: Tls, open: bool| {
        let way = Way { port, tls };
        if ways.len() < MAX_WAYS && !ways.iter().any(|known| known.way == way) {
            ways.push(Probed { way, open });
        }
    };
    for setting in list(&page["settings"]) {
        let tls = Tls::ALL.into_iter().find(|tls| setting["tls"] == tls.name());
        if let (Some(port), Some(tls)) = (port(setting), tls) {
            add(port, tls, true);
        }
    }
    for attempt in list(&page["attempts"]).iter().filter(|attempt| attempt["cause"].is_string()) {
        let begun = if attempt["mode"] == "implicit" { &[Tls::Implicit][..] } else { &[Tls::StartTls, Tls::None] };
        if let Some(port) = port(attempt) {
            begun.iter().for_each(|tls| add(port, *tls, false));
        }
    }
    Ok(ways)
}

fn page(json: &str) -> Result<Value, String> {
    let page: Value = serde_json::from_str(json).map_err(|error| format!("no JSON ({error})"))?;
    if page["schema"] == SCHEMA {
        Ok(page)
    } else {
        Err(format!("not written by `mtmlog probe --format json` (its schema is not {SCHEMA})"))
    }
}

impl ProbeResult {
    /// Reads the JSON through the gate.
    ///
    /// # Errors
    /// A sentence where it is no such JSON.
    pub(super) fn read(json: &str, gate: &mut Redactor) -> Result<ProbeResult, String> {
        let page = page(json)?;
        let rows = list(&page["attempts"]).iter().take(MAX_ATTEMPTS).map(|attempt| row(attempt, gate)).collect();
        let at = page["at"].as_str().and_then(|at| chrono::DateTime::parse_from_rfc3339(at).ok());
        Ok(ProbeResult { at: at.map(|at| at.to_utc().format("%Y-%m-%d %H:%M:%S UTC").to_string()), rows })
    }

    /// The sentence above the rows: who looked, and when.
    pub(super) fn words(&self) -> String {
        let when = self.at.as_ref().map_or_else(String::new, |at| format!(" at {at}"));
        format!(
            "mtmlog connected from the practice's PC{when}. It said EHLO, STARTTLS and QUIT; no password and no mail."
        )
    }
}

/// The elements of an array; none where it is something else.
fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn row(attempt: &Value, gate: &mut Redactor) -> Vec<String> {
    let mut text =
        |value: &Value| gate.text(&Sensitive::new(value.as_str().unwrap_or_default().as_bytes())).to_string();
    let stages = list(&attempt["stages"]);
    let name = |stage: &Value| STAGES.iter().find(|(name, _)| stage["stage"] == *name).map(|(_, words)| *words);
    // What QUIT is answered with tells nothing.
    let told = |stage: &&Value| stage["stage"] != "quit" && name(stage).is_some();
    let failed = stages.iter().filter(told).find(|stage| stage["ok"] == false);
    let last = failed.or(stages.iter().rev().find(told));
    let reached = match (failed, last.and_then(name)) {
        (Some(_), Some(stage)) => format!("fails at {stage}"),
        (None, Some(stage)) => format!("passed {stage}"),
        (_, None) => "nothing was tried".to_owned(),
    };
    let mut seen: Vec<String> =
        failed.map(|stage| text(&stage["text"])).filter(|text| !text.is_empty()).into_iter().collect();
    let tls = &attempt["tls"];
    seen.extend(TLS_VERSIONS.iter().find(|version| tls["version"] == **version).map(|version| (*version).to_owned()));
    if tls["issuer"].is_string() {
        seen.push(format!("certificate by {}", text(&tls["issuer"])));
    }
    let offered = list(&attempt["auth"]);
    let methods: Vec<&str> =
        AuthMechanism::wire_names().filter(|name| offered.iter().any(|method| method == name)).collect();
    if !methods.is_empty() {
        seen.push(format!("sign-in {}", methods.join(" ")));
    }
    seen.extend(attempt["cause"].as_str().and_then(Cause::from_code).map(|cause| cause.code().to_owned()));
    let port = attempt["port"].as_u64().and_then(|port| u16::try_from(port).ok()).unwrap_or_default();
    let address = match attempt["address"].as_str() {
        Some(_) => format!(" ({})", text(&attempt["address"])),
        None => String::new(),
    };
    let host = attempt["host"].as_str().unwrap_or_default();
    let host = gate.host(&Sensitive::new(host.as_bytes()));
    let mode = if attempt["mode"] == "implicit" { ", SSL/TLS" } else { "" };
    vec![format!("{host}:{port}{mode}{address}"), reached, seen.join("; ")]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::Level;

    #[test]
    fn what_a_probe_wrote_is_told_and_nothing_else() {
        let json = r#"{"schema":"mtmlog.probe/1","at":"2026-11-28T12:00:00+02:00","attempts":[
            {"host":"mail.practice.example","address":"203.0.113.9","port":587,"mode":"plain","stages":[
             {"stage":"connect","ok":true,"text":"x"},{"stage":"greeting","ok":false,"text":"554 no, anna@own.co.za pass=Kudu7"},
             {"stage":"pass=Kudu7","ok":false,"text":"Kudu7"}],
             "tls":{"version":"Kudu7","issuer":"Avast Web/Mail Shield Root"},"auth":["PLAIN","Kudu7"],"cause":"Kudu7"},
            {"host":"mail.practice.example","port":465,"mode":"implicit","stages":[{"stage":"ehlo-tls","ok":true}],
             "tls":{"version":"TLSv1.3"},"auth":["LOGIN"],"cause":"auth.rejected"}]}"#;
        let mut gate = Redactor::new(Level::Personal);
        let seen = ProbeResult::read(json, &mut gate).unwrap();
        assert_eq!(seen.at.as_deref(), Some("2026-11-28 10:00:00 UTC"));
        let all = seen.rows.concat().join("\n");
        assert!(!all.contains("Kudu7") && !all.contains("anna"), "{all}");
        for part in [
            "mail.practice.example:587 (203.0.113.9)",
            "fails at greeting",
            "sign-in PLAIN",
            "465, SSL/TLS",
            "passed EHLO inside TLS",
            "TLSv1.3",
        ] {
            assert!(all.contains(part), "{part}: {all}");
        }
        let ways = ways_seen(json).unwrap();
        assert!(ways.is_empty() || ways.iter().all(|seen| !seen.open), "{ways:?}");
        assert!(ProbeResult::read("{}", &mut gate).is_err_and(|why| why.contains("mtmlog.probe/1")));
        assert!(ProbeResult::read("220 hello", &mut gate).is_err());
        assert!(ProbeResult::read(r#"{"schema":"mtmlog.probe/1"}"#, &mut gate).unwrap().rows.is_empty());
    }

    #[test]
    fn ways_are_open_closed_or_not_known() {
        let json = r#"{"schema":"mtmlog.probe/1","attempts":[{"port":587,"mode":"plain","cause":"conn.refused"},
            {"port":465,"mode":"implicit","cause":null},{"port":25,"mode":"plain","cause":null}],
            "settings":[{"port":465,"tls":"implicit"}]}"#;
        let of = |port, tls, open| Probed { way: Way { port, tls }, open };
        let expected = [of(465, Tls::Implicit, true), of(587, Tls::StartTls, false), of(587, Tls::None, false)];
        assert_eq!(ways_seen(json).unwrap(), expected);
        assert!(ways_seen("{}").is_err());
    }
}
