//! One record at a time in a frame: its stamp, columns, marks and escapes.

use serde_json::{Value, json};

use super::frame::{Body, Container, Frame, Replies};

/// Who a record is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    Server,
    Client,
    Program,
    Error,
}

/// A frame at work.
pub struct Pen<'a> {
    pub frame: &'a Frame,
    /// What stands together and may be parted from what follows.
    pub out: Vec<String>,
    pub seconds: usize,
    pub thread: Option<u32>,
    pub serial: usize,
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

    pub fn server(&mut self, lines: &[String]) {
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

    pub fn data(&mut self, lines: &[String]) {
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

    pub fn raw(&mut self, line: &str) {
        self.out.push(format!("{line}{}", self.frame.line_end));
    }

    /// One record.
    pub fn record(&mut self, of: Of, text: &str) {
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
