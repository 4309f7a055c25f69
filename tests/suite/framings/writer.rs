//! A dialogue as a frame's program writes it down, with the label that is true of what stands there.

use serde_json::{Value, json};

use super::{
    dialogue::{Dialogue, Event},
    frame::{Body, Container, Frame, Replies},
    words::ERRORS,
};
use crate::common::lot::Lot;

/// Who a record is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Of {
    Server,
    Client,
    Program,
    Error,
}

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

/// A frame at work.
struct Pen<'a> {
    frame: &'a Frame,
    /// What stands together and may be parted from what follows.
    out: Vec<String>,
    seconds: usize,
    thread: Option<u32>,
    serial: usize,
}

impl Pen<'_> {
    fn stamp(&mut self) -> String {
        self.seconds += 1;
        let (hour, minute, second) = (self.seconds / 3600 % 24, self.seconds / 60 % 60, self.seconds % 60);
        let half = if hour < 12 { ("AM", "vm.") } else { ("PM", "nm.") };
        self.frame
            .stamp
            .replace("{H}", &format!("{hour:02}"))
            .replace("{h}", &((hour + 11) % 12 + 1).to_string())
            .replace("{M}", &format!("{minute:02}"))
            .replace("{S}", &format!("{second:02}"))
            .replace("{P}", half.0)
            .replace("{V}", half.1)
            .replace("{E}", &(1_795_413_600 + self.seconds).to_string())
    }

    fn server(&mut self, lines: &[String]) {
        match self.frame.replies {
            Replies::Joined(mark) => self.record(Of::Server, &lines.join(mark)),
            Replies::Each => lines.iter().for_each(|line| self.record(Of::Server, line)),
            Replies::Bare | Replies::Indented => {
                self.record(Of::Server, &lines[0]);
                let indent = if self.frame.replies == Replies::Bare { "" } else { "          " };
                for line in &lines[1..] {
                    self.raw(&format!("{indent}{line}"));
                }
            }
        }
    }

    fn data(&mut self, lines: &[String]) {
        match self.frame.body {
            Body::Full => lines.iter().for_each(|line| self.record(Of::Client, line)),
            Body::Elided => self.record(Of::Program, "Sending message"),
            Body::Counted if lines.len().is_multiple_of(2) => {
                self.record(Of::Client, &format!("<{} lines>", lines.len()));
            }
            Body::Counted => {
                let bytes: usize = lines.iter().map(|line| line.len() + 2).sum();
                self.record(Of::Client, &format!("[{bytes} bytes]"));
            }
        }
    }

    fn raw(&mut self, line: &str) {
        self.out.push(format!("{line}{}", self.frame.line_end));
    }

    /// One record.
    fn record(&mut self, of: Of, text: &str) {
        use Container::*;
        let frame = self.frame;
        self.serial += 1;
        let stamp = self.stamp();
        let said = matches!(of, Of::Server | Of::Client);
        let mark = match of {
            Of::Server if frame.unmarked.0 => "",
            Of::Client if frame.unmarked.1 => "",
            Of::Server => frame.marks.0,
            Of::Client => frame.marks.1,
            Of::Program | Of::Error => frame.marks.2,
        };
        let level = if of == Of::Error {
            "ERROR"
        } else if said {
            "DEBUG"
        } else {
            "INFO"
        };
        let inner =
            if said { format!("{}{text}{}{}", frame.around.0, frame.end, frame.around.1) } else { text.to_owned() };
        let mut columns: Vec<(&str, String)> = Vec::new();
        if !stamp.is_empty() {
            columns.push((frame.names[2], stamp.clone()));
        }
        if let Some(process) = frame.process {
            columns.push(("source", process.to_owned()));
        }
        if frame.level {
            columns.push(("level", level.to_owned()));
        }
        if let Some(thread) = self.thread {
            columns.push((frame.names[3], thread.to_string()));
        }
        let line = match frame.container {
            Json | JsonNested | JsonEscaped | JsonArray => self.json(columns, mark, text, of),
            Logfmt => self.logfmt(columns, mark, text),
            Xml | XmlAttributes | Html => self.markup(columns, mark, text),
            Csv | Tsv => self.cells(columns, mark, text),
            TwoPayloads => self.two(columns, text, of),
            Sentence => self.sentence(&stamp, text, of),
            Indented => match of {
                Of::Server => inner,
                Of::Client => format!("{}{inner}", if frame.loose { "\t" } else { "    " }),
                Of::Program | Of::Error => format!("* {text}"),
            },
            Header => {
                let thread = self.thread.map(|thread| format!(" Thread {thread}")).unwrap_or_default();
                let size = if frame.loose { format!(" {} bytes", text.len() + 2) } else { String::new() };
                self.raw(&format!("{stamp}{thread} {}{size}", mark.to_uppercase()));
                self.raw(&format!("    {text}"));
                // Both stand together.
                let payload = self.out.pop().unwrap_or_default();
                if let Some(head) = self.out.last_mut() {
                    head.push_str(&payload);
                }
                return;
            }
            Padded => {
                let columns: Vec<String> = columns.into_iter().map(|(_, value)| format!("{value:<12}")).collect();
                format!("{}  {mark:<12}{inner}", columns.join("  "))
            }
            Syslog => {
                let process = format!("mailer[{}]", self.thread.unwrap_or(912));
                format!(
                    "{}{stamp} frontdesk {process}: {mark}{}{inner}",
                    if frame.loose { "<22>" } else { "" },
                    frame.after_mark
                )
            }
            Logger => {
                let thread = self.thread.map_or("main".to_owned(), |thread| format!("pool-1-thread-{thread}"));
                format!("{stamp} {level:<5} [{thread}] za.co.practice.Mail - {mark}{}{inner}", frame.after_mark)
            }
            Trailing => {
                let bar = if frame.loose { " | " } else { "\t" };
                let columns: Vec<String> = columns.into_iter().map(|(_, value)| value).collect();
                let behind = [vec![inner, mark.to_owned()], columns].concat();
                behind.join(bar)
            }
            Checksum => {
                let sum = text.bytes().fold(0x811c_9dc5_u32, |sum, b| (sum ^ u32::from(b)).wrapping_mul(0x0100_0193));
                format!("{sum:08x} {}", self.plain(columns, mark, &inner))
            }
            HexLength => {
                let length =
                    if frame.loose { format!("{:04x}", text.len()) } else { format!("[0x{:02X}]", text.len()) };
                format!("{length} {}", self.plain(columns, mark, &inner))
            }
            Plain | Decorated | Ended | Bare | OneSided => self.plain(columns, mark, &inner),
        };
        self.raw(&line);
    }

    fn plain(&self, columns: Vec<(&str, String)>, mark: &str, text: &str) -> String {
        let frame = self.frame;
        let (open, close) = frame.brackets;
        let columns: Vec<String> = columns.into_iter().map(|(_, value)| format!("{open}{value}{close}")).collect();
        let columns = columns.join(" ");
        match (columns.is_empty(), mark.is_empty(), frame.mark_first) {
            (true, true, _) => text.to_owned(),
            (true, false, _) => format!("{mark}{}{text}", frame.after_mark),
            (false, true, _) => format!("{columns} {text}"),
            (false, false, true) => format!("{mark} {columns}{}{text}", frame.after_mark),
            (false, false, false) => format!("{columns} {mark}{}{text}", frame.after_mark),
        }
    }

    fn json(&self, columns: Vec<(&str, String)>, mark: &str, text: &str, of: Of) -> String {
        let frame = self.frame;
        let colon = if frame.loose { ": " } else { ":" };
        let comma = if frame.loose { ", " } else { "," };
        let field = |name: &str, value: Value| format!("{}{colon}{value}", json!(name));
        let mut outer: Vec<String> = columns
            .into_iter()
            .map(|(name, value)| match value.parse::<u64>() {
                Ok(number) => field(name, json!(number)),
                Err(_) => field(name, json!(value)),
            })
            .collect();
        let text = match frame.container {
            Container::JsonArray if of == Of::Server => field("lines", json!(text.split('\n').collect::<Vec<_>>())),
            Container::JsonArray if of == Of::Client => field("lines", json!([text])),
            _ => field(frame.names[0], json!(text)),
        };
        let mut inner = vec![field(frame.names[1], json!(mark)), text];
        if !frame.turn.is_multiple_of(2) {
            inner.swap(0, 1);
            inner.push(field("ms", json!(self.seconds % 97)));
        }
        match frame.container {
            Container::JsonNested => {
                let inner = format!("{{{}}}", inner.join(comma));
                let inner = if frame.turn > 1 {
                    format!("{{{}}}", [field("seq", json!(self.serial)), format!("\"io\"{colon}{inner}")].join(comma))
                } else {
                    inner
                };
                outer.push(format!("\"smtp\"{colon}{inner}"));
                outer.push(field("app", json!("practice")));
            }
            Container::JsonEscaped => {
                let inner = [outer, inner].concat();
                let line = format!("{{{}}}{}", inner.join(comma), if frame.turn > 1 { "\n" } else { "" });
                outer = vec![field("log", json!(line)), field("stream", json!("stderr"))];
            }
            _ => {
                outer.extend(inner);
                let turn = frame.turn.min(outer.len());
                outer.rotate_right(turn);
            }
        }
        format!("{{{}}}", outer.join(comma))
    }

    fn logfmt(&self, columns: Vec<(&str, String)>, mark: &str, text: &str) -> String {
        let quoted = |value: &str| {
            let plain = !value.is_empty() && value.bytes().all(|b| b.is_ascii_graphic() && !b"\"=".contains(&b));
            if plain { value.to_owned() } else { json!(value).to_string() }
        };
        let frame = self.frame;
        let mut fields: Vec<String> =
            columns.into_iter().map(|(name, value)| format!("{name}={}", quoted(&value))).collect();
        fields.push(format!("{}={}", frame.names[1], quoted(mark)));
        fields.push(format!("{}={}", frame.names[0], quoted(text)));
        if frame.turn == 1 {
            fields.push(format!("took={}ms", self.seconds % 97));
        } else if frame.turn == 2 {
            fields.rotate_right(1);
        }
        fields.join(" ")
    }

    fn markup(&self, columns: Vec<(&str, String)>, mark: &str, text: &str) -> String {
        let frame = self.frame;
        let escaped = |text: &str| {
            let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            if frame.turn.is_multiple_of(2) {
                text.replace('"', "&quot;")
            } else {
                text.replace('\'', "&#39;").replace('"', "&#34;")
            }
        };
        let [said, side, ..] = frame.names;
        match frame.container {
            Container::XmlAttributes => {
                let columns: Vec<String> = columns
                    .into_iter()
                    .map(|(name, value)| format!("{}=\"{}\"", name.trim_start_matches('@'), escaped(&value)))
                    .collect();
                let own = format!("{side}=\"{}\" {said}=\"{}\"", escaped(mark), escaped(text));
                format!("<entry {own} {}/>", columns.join(" "))
            }
            Container::Xml => {
                let text = if frame.loose { format!("<![CDATA[{text}]]>") } else { escaped(text) };
                if frame.turn < 2 {
                    let columns: Vec<String> = columns
                        .into_iter()
                        .map(|(name, value)| format!(" {}=\"{}\"", name.trim_start_matches('@'), escaped(&value)))
                        .collect();
                    format!("<line{} {side}=\"{}\">{text}</line>", columns.concat(), escaped(mark))
                } else {
                    let columns: Vec<String> = columns
                        .into_iter()
                        .map(|(name, value)| {
                            let name = name.trim_start_matches('@');
                            format!("<{name}>{}</{name}>", escaped(&value))
                        })
                        .collect();
                    format!(
                        "  <log>{}<{side}>{}</{side}><{said}>{text}</{said}></log>",
                        columns.concat(),
                        escaped(mark)
                    )
                }
            }
            _ => {
                let columns: Vec<String> =
                    columns.into_iter().map(|(_, value)| format!("<td>{}</td>", escaped(&value))).collect();
                match frame.turn {
                    0 => format!("<tr>{}<td>{}</td><td>{}</td></tr>", columns.concat(), escaped(mark), escaped(text)),
                    1 => format!(
                        "<tr class=\"{}\">{}<td><code>{}</code></td></tr>",
                        escaped(mark),
                        columns.concat(),
                        escaped(text)
                    ),
                    2 => format!("<div><b>{}</b> <span>{}</span></div>", escaped(mark), escaped(text)),
                    _ => format!(
                        "<font color=\"#00{:02x}80\">{}: {}</font><br>",
                        mark.len() * 7 + usize::from(mark.as_bytes().first().copied().unwrap_or(0)) % 90,
                        escaped(mark),
                        escaped(text)
                    ),
                }
            }
        }
    }

    fn cells(&self, columns: Vec<(&str, String)>, mark: &str, text: &str) -> String {
        let frame = self.frame;
        let comma = if frame.container == Container::Tsv { "\t" } else { [",", ";", ",", ";"][frame.turn] };
        let quoted = |cell: &str| {
            let needs = cell.contains(comma) || cell.contains('"') || frame.loose && frame.container == Container::Csv;
            if needs { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
        };
        let mut cells: Vec<String> =
            columns.into_iter().map(|(_, value)| value).chain([mark.to_owned(), text.to_owned()]).collect();
        if frame.turn == 2 {
            cells.rotate_right(1);
        } else if frame.turn == 3 {
            cells.push((self.seconds % 97).to_string());
        }
        cells.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(comma)
    }

    /// What the server said stands in one field, what the client said in another.
    fn two(&self, columns: Vec<(&str, String)>, text: &str, of: Of) -> String {
        let frame = self.frame;
        let fields = match of {
            Of::Server => ["", text, ""],
            Of::Client => [text, "", ""],
            Of::Program | Of::Error => ["", "", text],
        };
        let names = [["sent", "received", "note"], ["tx", "rx", "info"]][usize::from(frame.loose)];
        match frame.turn {
            0 | 1 => {
                let columns = columns.into_iter();
                let said = names
                    .iter()
                    .copied()
                    .zip(fields.map(str::to_owned))
                    .filter(|(_, text)| frame.turn == 0 || !text.is_empty());
                let all: Vec<String> =
                    columns.chain(said).map(|(name, value)| format!("{}:{}", json!(name), json!(value))).collect();
                format!("{{{}}}", all.join(","))
            }
            _ => {
                let comma = if frame.turn == 2 { "\t" } else { ";" };
                let columns = columns.into_iter().map(|(_, value)| value);
                columns
                    .chain(fields.map(|field| {
                        if field.contains(';') {
                            format!("\"{}\"", field.replace('"', "\"\""))
                        } else {
                            field.to_owned()
                        }
                    }))
                    .collect::<Vec<_>>()
                    .join(comma)
            }
        }
    }

    fn sentence(&self, stamp: &str, text: &str, of: Of) -> String {
        let frame = self.frame;
        let (said, heard) = [
            ("We said ", "Server answered "),
            ("Gestuur na bediener: ", "Bediener antwoord: "),
            ("sent line ", "got line "),
            ("Command ", "Reply "),
        ][frame.turn];
        let (open, close) = if frame.loose { ("\"", "\"") } else { ("<", ">") };
        let took = format!(" after {} ms", self.seconds % 97);
        match of {
            Of::Server => format!("{stamp} {heard}{open}{text}{close}{took}"),
            Of::Client => format!("{stamp} {said}{open}{text}{close}"),
            Of::Program | Of::Error => format!("{stamp} {text}"),
        }
    }
}
