//! What was said in the labelled logs, without their dialect.

use std::path::Path;

use serde_json::Value;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Connecting {
        host: String,
        port: u16,
    },
    Connected,
    Secured,
    /// A whole reply.
    Server(Vec<String>),
    Client(String),
    /// An answer inside an AUTH exchange.
    Secret(String),
    /// The message with its dot, if that was sent.
    Data(Vec<String>),
    /// The client's own words about an error.
    Error(String),
}

/// A labelled log as events.
#[derive(Clone, Debug)]
pub struct Dialogue {
    pub name: String,
    pub label: Value,
    pub events: Vec<Event>,
}

impl Dialogue {
    /// One connection with one mail.
    pub fn is_single(&self) -> bool {
        let connections = self.events.iter().filter(|event| matches!(event, Event::Connecting { .. })).count();
        connections == 1 && self.label["transactions"].as_array().is_some_and(|list| list.len() == 1)
    }
}

/// The dialogues of the fixtures whose dialect is easy to take off.
pub fn all() -> Vec<Dialogue> {
    let labels = std::fs::read_to_string("fixtures/labels.ndjson").unwrap();
    let mut out = Vec::new();
    for label in labels.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        let name = label["log"].as_str().unwrap().to_owned();
        let read: fn(&str) -> Option<Raw<'_>> = match label["dialect"].as_str().unwrap() {
            "swaks" => swaks,
            "ipworks-pitrail" => ipworks,
            _ => continue,
        };
        let log = String::from_utf8_lossy(&std::fs::read(Path::new("fixtures").join(&name)).unwrap()).into_owned();
        let events = events(log.lines().filter_map(read));
        if label["transactions"].as_array().is_some_and(|list| !list.is_empty()) && !events.is_empty() {
            out.push(Dialogue { name, label, events });
        }
    }
    assert!(out.len() > 40, "{}", out.len());
    out
}

enum Raw<'a> {
    Server(&'a str),
    Client(&'a str),
    Connecting(&'a str),
    Connected,
    Secured,
    Error(&'a str),
}

fn swaks(line: &str) -> Option<Raw<'_>> {
    for mark in ["<-  ", "<** ", "<~  ", "<~* "] {
        if let Some(text) = line.strip_prefix(mark) {
            return Some(if text.starts_with("Timeout") { Raw::Error(text) } else { Raw::Server(text) });
        }
    }
    for mark in [" -> ", " ~> "] {
        if let Some(text) = line.strip_prefix(mark) {
            return Some(Raw::Client(text));
        }
    }
    let info = line.strip_prefix("=== ");
    match info {
        Some(text) if text.starts_with("Trying ") => Some(Raw::Connecting(text[7..].trim_end_matches('.'))),
        Some(text) if text.starts_with("Connected to ") => Some(Raw::Connected),
        Some(text) if text.starts_with("TLS started") => Some(Raw::Secured),
        Some(_) => None,
        None => line.strip_prefix("*** ").map(Raw::Error),
    }
}

fn ipworks(line: &str) -> Option<Raw<'_>> {
    let (_, rest) = line.split_once(" [")?;
    let (mark, text) = rest.split_once("] ").unwrap_or((rest.trim_end_matches(']'), ""));
    match mark {
        "Server" => Some(Raw::Server(text)),
        "Client" => Some(Raw::Client(text)),
        "Info" if text.starts_with("Connecting to ") => Some(Raw::Connecting(&text[14..])),
        "Error" => Some(Raw::Error(text)),
        _ => None,
    }
}

fn events<'a>(lines: impl Iterator<Item = Raw<'a>>) -> Vec<Event> {
    let mut out: Vec<Event> = Vec::new();
    // What the server asked for last: 354 the message, 334 a secret.
    let mut asked = String::new();
    for line in lines {
        match line {
            Raw::Server(text) => {
                let goes_on = matches!(out.last(), Some(Event::Server(lines)) if lines.last().is_some_and(|l| l.get(3..4) == Some("-")));
                match out.last_mut() {
                    Some(Event::Server(lines)) if goes_on => lines.push(text.to_owned()),
                    _ => out.push(Event::Server(vec![text.to_owned()])),
                }
                asked = text.get(..3).unwrap_or_default().to_owned();
            }
            Raw::Client(text) if asked == "354" => match out.last_mut() {
                Some(Event::Data(lines)) => lines.push(text.to_owned()),
                _ => out.push(Event::Data(vec![text.to_owned()])),
            },
            Raw::Client(text) if asked == "334" => {
                out.push(Event::Secret(text.to_owned()));
                asked.clear();
            }
            Raw::Client(text) => out.push(Event::Client(text.to_owned())),
            Raw::Connecting(endpoint) => {
                asked.clear();
                let (host, port) = endpoint.rsplit_once(':').unwrap_or((endpoint, "25"));
                out.push(Event::Connecting { host: host.to_owned(), port: port.parse().unwrap_or(25) });
            }
            Raw::Connected => out.push(Event::Connected),
            Raw::Secured => out.push(Event::Secured),
            Raw::Error(text) => out.push(Event::Error(text.to_owned())),
        }
    }
    out
}
