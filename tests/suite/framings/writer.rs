//! A dialogue as a frame's program writes it down, with the label that is true of what stands there.

use serde_json::{Value, json};

use super::{
    dialogue::{Dialogue, Event},
    frame::{Container, Frame},
    pen::{Of, Pen},
    words::ERRORS,
};
use crate::common::lot::Lot;

impl Frame {
    /// Writes two dialogues that go on at the same time.
    pub fn weave(&self, one: &Dialogue, other: &Dialogue, lot: &mut Lot) -> (Vec<u8>, Value) {
        // Whoever begins first stands first in the label, so nothing stands before the connection.
        let early = Frame { banner: None, settings: None, ..self.clone() };
        let later = Frame { thread: self.thread.map(|thread| thread + 4_000), ..early.clone() };
        let (first, mut label) = early.records(one, lot);
        let (second, other) = later.records(other, lot);
        let mut rest = second.into_iter().peekable();
        let mut out = String::new();
        for (n, record) in first.into_iter().enumerate() {
            out.push_str(&record);
            while n > 2 && rest.peek().is_some() && lot.one_in(2) {
                out.push_str(&rest.next().unwrap_or_default());
            }
        }
        out.extend(rest);
        let more = other["transactions"].as_array().cloned().unwrap_or_default();
        label["transactions"].as_array_mut().unwrap().extend(more);
        (out.into_bytes(), label)
    }

    /// Writes a dialogue.
    pub fn write(&self, dialogue: &Dialogue, lot: &mut Lot) -> (Vec<u8>, Value) {
        let (records, label) = self.records(dialogue, lot);
        (records.concat().into_bytes(), label)
    }

    fn records(&self, dialogue: &Dialogue, lot: &mut Lot) -> (Vec<String>, Value) {
        let mut pen =
            Pen { frame: self, out: Vec::new(), seconds: 8 * 3600 + lot.below(3600), thread: self.thread, serial: 0 };
        if self.container == Container::Csv && self.loose {
            pen.raw("time,side,text");
        }
        if let Some(banner) = self.banner {
            pen.record(Of::Program, banner);
        }
        let mut label = dialogue.label.clone();
        let silent = !dialogue.events.iter().any(|event| matches!(event, Event::Server(_)));
        // Of a connection on which nothing is said, something must stand in the log.
        let connects = self.connects.or(silent.then_some(("Connecting to {h}:{p}", "Connected.")));
        let mut open = false;
        let mut told = false;
        let settings_host = dialogue.events.iter().find_map(|event| match event {
            Event::Connecting { host, port } => Some((host.clone(), *port)),
            _ => None,
        });
        if let (Some((mark, names)), Some((host, port))) = (self.settings, &settings_host) {
            let user = "statements@practice.example.co.za";
            let password = dialogue.label["secrets"][0]["value"].as_str().unwrap_or("Kudu!Herd-4471");
            for (name, value) in names.iter().zip([host.as_str(), &port.to_string(), user, password]) {
                pen.record(Of::Program, &format!("{name}{mark}{value}"));
            }
        }
        let last_of_connection =
            |at: usize| dialogue.events.get(at + 1).is_none_or(|event| matches!(event, Event::Connecting { .. }));
        let words = own_words(dialogue, lot);
        for (at, event) in dialogue.events.iter().enumerate() {
            match event {
                Event::Connecting { host, port } => {
                    if let Some((connecting, _)) = connects {
                        pen.thread = pen.thread.map(|thread| thread + 17);
                        pen.record(Of::Program, &connecting.replace("{h}", host).replace("{p}", &port.to_string()));
                    }
                    open = false;
                    told = false;
                }
                Event::Connected => {
                    if let Some((_, connected)) = connects {
                        let (host, port) = settings_host.as_ref().map_or(("", 0), |(host, port)| (host, *port));
                        pen.record(Of::Program, &connected.replace("{h}", host).replace("{p}", &port.to_string()));
                    }
                    open = true;
                }
                Event::Secured => pen.record(Of::Program, "TLS negotiated"),
                Event::Server(lines) => {
                    open = true;
                    pen.server(lines);
                    if let (Some(echo), Some(text)) =
                        (self.echo, lines.last().filter(|line| line.starts_with(['4', '5'])))
                    {
                        pen.record(Of::Error, &format!("{echo}{text}"));
                    }
                }
                Event::Client(text) => pen.record(Of::Client, &self.masked(text)),
                Event::Secret(text) => pen.record(Of::Client, self.mask.unwrap_or(text)),
                Event::Data(lines) => pen.data(lines),
                Event::Error(text) if self.errors => {
                    let own = words.as_deref().unwrap_or(text);
                    if !told {
                        pen.record(Of::Error, own);
                    }
                    told = true;
                }
                Event::Error(_) => {}
            }
            if last_of_connection(at)
                && let Some(closes) = self.closes
                && open
            {
                pen.record(Of::Program, closes);
            }
        }
        self.relabel(&mut label, dialogue);
        (pen.out, label)
    }

    fn masked(&self, text: &str) -> String {
        let mut words = text.splitn(3, ' ');
        match (self.mask, words.next(), words.next(), words.next()) {
            (Some(mask), Some(auth), Some(mechanism), Some(_)) if auth.eq_ignore_ascii_case("AUTH") => {
                format!("{auth} {mechanism} {mask}")
            }
            _ => text.to_owned(),
        }
    }

    /// What the log no longer tells becomes right in other ways too (the label's conventions).
    fn relabel(&self, label: &mut Value, dialogue: &Dialogue) {
        let spoke = dialogue.events.iter().any(|event| matches!(event, Event::Server(_)));
        for truth in label["transactions"].as_array_mut().into_iter().flatten() {
            let mut also = truth["also"].as_array().cloned().unwrap_or_default();
            let cause = truth["cause"].as_str().unwrap_or_default().to_owned();
            if self.mask.is_some() && matches!(&*cause, "auth.username-incomplete" | "auth.placeholder-password") {
                also.push(json!({"cause": "auth.rejected", "why": "masked"}));
            }
            if truth["outcome"] == "failed" && !self.errors {
                let stage = if spoke { json!("*") } else { json!(["connect", "greeting", "tls"]) };
                also.push(json!({
                    "outcome": ["failed", "incomplete", "tested"], "stage": stage, "reply_code": [null, 220, 250, 354],
                    "cause": [cause, "conn.dropped", "conn.timeout", "conn.silent", "none", "tls.untrusted", "tls.protocol-version",
                        "port.tls-to-plaintext", "port.starttls-required", "auth.mechanism"],
                    "why": "the log does not say why"
                }));
            }
            if truth["outcome"] == "failed" && cause == "attachment.link-dropped" {
                also.push(json!({"cause": ["conn.dropped", "conn.timeout"], "why": "the message is not in the log"}));
            }
            truth["also"] = Value::Array(also);
        }
    }
}

/// An error in the program's own words, where the label's cause has such; else the words of the log.
fn own_words(dialogue: &Dialogue, lot: &mut Lot) -> Option<String> {
    let transactions = dialogue.label["transactions"].as_array()?;
    let [only] = &transactions[..] else { return None };
    let cause = only["cause"].as_str()?;
    let (_, list) = ERRORS.iter().find(|(known, _)| *known == cause)?;
    Some(lot.of(list).to_owned())
}
