//! Handwritings nobody uses: everything a program may do to a dialogue when it writes it down, drawn by lot.

use serde_json::{Value, json};

use super::dialogue::{Dialogue, Event};

/// A small generator (SplitMix64): the same seed gives the same logs everywhere.
pub struct Lot(u64);

impl Lot {
    pub fn new(seed: u64) -> Lot {
        Lot(seed)
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % n as u64).unwrap()
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

/// Server, client, and the program itself.
type Marks = (&'static str, &'static str, &'static str);

const MARKS: &[Marks] = &[
    ("Recv", "Sent", "Info"),
    ("Ontvang", "Gestuur", "Inligting"),
    ("IN", "OUT", "--"),
    ("S", "C", "I"),
    ("Server", "Client", "Note"),
    ("<-", "->", "--"),
    ("<<<", ">>>", "***"),
    ("<==", "==>", "==="),
    ("RX", "TX", "ST"),
    ("Bediener", "Program", "Stelsel"),
    ("response", "request", "event"),
    ("1", "0", "2"),
    ("antwoord", "opdrag", "nota"),
    ("[srv]", "[cli]", "[app]"),
    ("from server", "to server", "status"),
    ("<", ">", "*"),
    ("read", "write", "state"),
];

const STAMPS: &[&str] = &[
    "",
    "2026-11-23 {H}:{M}:{S}",
    "2026/11/23 {H}:{M}:{S}",
    "23/11/2026 {H}:{M}:{S}",
    "11/23/2026 {h}:{M}:{S} {P}",
    "2026-11-23T{H}:{M}:{S}Z",
    "2026-11-23T{H}:{M}:{S}.123+02:00",
    "{H}:{M}:{S}",
    "{H}:{M}:{S}.417",
    "Nov 23 {H}:{M}:{S}",
    "23 Nov 2026 {H}:{M}:{S}",
    "Mon, 23 Nov 2026 {H}:{M}:{S} +0200",
    "20261123-{H}{M}{S}.417",
    "2026/11/23 {h}:{M}:{S} {V}",
    "2026.11.23 {H}:{M}:{S}",
    "23-Nov-2026 {H}:{M}:{S},250",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    Lines,
    Csv,
    Tsv,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Replies {
    /// A line of the log for each.
    Each,
    Joined(&'static str),
    /// Only the first has a mark.
    Bare,
    Indented,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Body {
    Full,
    Elided,
    Counted,
}

/// A handwriting.
#[derive(Clone, Debug)]
pub struct Hand {
    layout: Layout,
    stamp: &'static str,
    /// The stamp stands after the mark, as Indy does it.
    mark_first: bool,
    brackets: (&'static str, &'static str),
    level: bool,
    thread: Option<u32>,
    process: Option<&'static str>,
    marks: Marks,
    after_mark: &'static str,
    /// Which side bears no mark.
    one_sided: Option<bool>,
    quotes: (&'static str, &'static str),
    /// Ends each line of the dialogue.
    end: &'static str,
    replies: Replies,
    body: Body,
    mask: Option<&'static str>,
    banner: Option<&'static str>,
    settings: Option<(&'static str, [&'static str; 4])>,
    connects: Option<(&'static str, &'static str)>,
    ends: Option<&'static str>,
    errors: bool,
    /// The program says again, in its own words, what the server refused.
    echo: Option<&'static str>,
    /// Columns stand behind the text: the mark too.
    mark_last: bool,
    line_end: &'static str,
}

impl Hand {
    /// Draws one.
    pub fn draw(lot: &mut Lot) -> Hand {
        let layout = lot.of(&[
            Layout::Lines,
            Layout::Lines,
            Layout::Lines,
            Layout::Lines,
            Layout::Csv,
            Layout::Tsv,
            Layout::Json,
        ]);
        let lines = layout == Layout::Lines;
        let one_sided = if lines && lot.one_in(5) { Some(lot.one_in(2)) } else { None };
        let end = if lines && lot.one_in(3) { lot.of(&["<EOL>", "<CRLF>", "\\r\\n", "[nl]", "[CR][LF]"]) } else { "" };
        let quotes = if lines && lot.one_in(5) { lot.of(&[("\"", "\""), ("'", "'"), ("[", "]")]) } else { ("", "") };
        let replies = match lot.below(6) {
            0 | 1 if end.is_empty() => Replies::Joined(lot.of(&[", ", " | ", "; ", " / ", "<br>", "~"])),
            0 | 1 => Replies::Joined(end),
            2 if lines && end.is_empty() && quotes.0.is_empty() && one_sided.is_none() => Replies::Bare,
            3 if lines && end.is_empty() && quotes.0.is_empty() && one_sided.is_none() => Replies::Indented,
            _ => Replies::Each,
        };
        Hand {
            layout,
            stamp: lot.of(STAMPS),
            mark_first: lines && lot.one_in(6),
            brackets: lot.of(&[("", ""), ("[", "]"), ("(", ")")]),
            level: lot.one_in(4),
            thread: lot.one_in(3).then(|| u32::try_from(lot.below(9_000)).unwrap() + 100),
            process: lot.one_in(5).then(|| lot.of(&["mailer[4711]", "RECEPTION-PC", "EposDiens", "smtp.exe:912"])),
            marks: lot.of(MARKS),
            after_mark: lot.of(&[": ", " ", " | ", "\t", " - ", "> "]),
            one_sided,
            quotes,
            end,
            replies,
            body: lot.of(&[Body::Full, Body::Full, Body::Elided, Body::Counted]),
            mask: lot.one_in(3).then(|| lot.of(&["****", "[hidden]", "***", "<password>", "(versteek)"])),
            banner: lot.one_in(3).then(|| {
                lot.of(&["Mail module 4.2 started", "=== E-pos begin ===", "SMTP log opened by practice software"])
            }),
            settings: lot.one_in(3).then(|| {
                lot.of(&[
                    ("=", ["Host", "Port", "User", "Password"]),
                    (": ", ["Bediener", "Poort", "Gebruiker", "Wagwoord"]),
                    (" = ", ["SMTP server", "SMTP port", "SMTP user", "SMTP password"]),
                ])
            }),
            connects: (!lot.one_in(4)).then(|| {
                lot.of(&[
                    ("Connecting to {h}:{p}", "Connected."),
                    ("Connecting to {h} port {p}", "Connection established"),
                    ("Verbind met {h} poort {p}", "Verbinding geopen"),
                    ("Opening connection to {h}:{p}...", "Connected to {h}"),
                ])
            }),
            ends: (!lot.one_in(3))
                .then(|| lot.of(&["Disconnected.", "Connection closed", "Verbinding gesluit", "Session ended"])),
            errors: !lot.one_in(4),
            echo: lot.one_in(5).then(|| lot.of(&["Server refused: ", "Fout van bediener: ", "SMTP error: "])),
            mark_last: lot.one_in(4),
            line_end: lot.of(&["\n", "\r\n"]),
        }
    }

    /// Whether dialogues that go on at the same time can be told apart.
    pub fn has_key(&self) -> bool {
        self.thread.is_some() && !matches!(self.replies, Replies::Bare | Replies::Indented)
    }

    /// Writes two dialogues that go on at the same time.
    pub fn weave(&self, one: &Dialogue, other: &Dialogue, lot: &mut Lot) -> (Vec<u8>, Value) {
        // Whoever begins first stands first in the label, so nothing stands before the connection.
        let early = Hand { banner: None, settings: None, ..self.clone() };
        let later = Hand { thread: self.thread.map(|thread| thread + 4_000), ..early.clone() };
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

    /// Writes a dialogue, with the label that is true of what stands there.
    pub fn write(&self, dialogue: &Dialogue, lot: &mut Lot) -> (Vec<u8>, Value) {
        let (records, label) = self.records(dialogue, lot);
        (records.concat().into_bytes(), label)
    }

    fn records(&self, dialogue: &Dialogue, lot: &mut Lot) -> (Vec<String>, Value) {
        let mut pen =
            Pen { hand: self, out: Vec::new(), seconds: 8 * 3600 + lot.below(3600), session: 0, thread: self.thread };
        if let Some(banner) = self.banner {
            pen.note(banner);
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
                pen.note(&format!("{name}{mark}{value}"));
            }
        }
        let last_of_connection =
            |at: usize| dialogue.events.get(at + 1).is_none_or(|event| matches!(event, Event::Connecting { .. }));
        let words = self.words(dialogue, lot);
        for (at, event) in dialogue.events.iter().enumerate() {
            match event {
                Event::Connecting { host, port } => {
                    if let Some((connecting, _)) = connects {
                        pen.next_session();
                        pen.note(&connecting.replace("{h}", host).replace("{p}", &port.to_string()));
                    }
                    open = false;
                    told = false;
                }
                Event::Connected => {
                    if let Some((_, connected)) = connects {
                        let host = settings_host.as_ref().map_or("", |(host, _)| host);
                        pen.note(&connected.replace("{h}", host));
                    }
                    open = true;
                }
                Event::Secured => pen.note("TLS negotiated"),
                Event::Server(lines) => {
                    open = true;
                    pen.server(lines);
                    if let (Some(echo), Some(text)) =
                        (self.echo, lines.last().filter(|line| line.starts_with(['4', '5'])))
                    {
                        pen.error(&format!("{echo}{text}"));
                    }
                }
                Event::Client(text) => pen.client(&self.masked(text)),
                Event::Secret(text) => pen.client(self.mask.unwrap_or(text)),
                Event::Data(lines) => pen.data(lines),
                Event::Error(text) if self.errors => {
                    let own = words.as_deref().unwrap_or(text);
                    if !told {
                        pen.error(own);
                    }
                    told = true;
                }
                Event::Error(_) => {}
            }
            if last_of_connection(at)
                && let Some(ends) = self.ends
                && open
            {
                pen.note(ends);
            }
        }
        self.relabel(&mut label, dialogue);
        (pen.out, label)
    }

    /// An error in the program's own words, where the label's cause has a WinSock number; else the words of the log.
    fn words(&self, dialogue: &Dialogue, lot: &mut Lot) -> Option<String> {
        let transactions = dialogue.label["transactions"].as_array()?;
        let [only] = &transactions[..] else { return None };
        let list: &[&str] = match only["cause"].as_str()? {
            "conn.refused" => &[
                "Socket Error # 10061 Connection refused.",
                "Kon nie koppel nie: verbinding geweier (10061)",
                "Could not connect: connection refused",
                "connect() failed with error 10061",
            ],
            "conn.timeout" => {
                &["Socket Error # 10060 Connection timed out.", "Read timed out.", "Fout 10060: tydlimiet verstryk"]
            }
            "conn.dropped" => &[
                "Socket Error # 10054 Connection reset by peer.",
                "Connection Closed Gracefully.",
                "Fout 10054: verbinding verbreek",
            ],
            "conn.dns" => &[
                "Socket Error # 11001 Host not found.",
                "Bediener nie gevind nie (11001)",
                "getaddrinfo failed: No such host is known.",
            ],
            _ => return None,
        };
        Some(lot.of(list).to_owned())
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

/// A handwriting at work.
struct Pen<'a> {
    hand: &'a Hand,
    /// What stands together and may be parted from what follows.
    out: Vec<String>,
    seconds: usize,
    session: u32,
    thread: Option<u32>,
}

impl Pen<'_> {
    fn next_session(&mut self) {
        self.session += 1;
        self.thread = self.thread.map(|thread| thread + 17);
    }

    fn stamp(&mut self) -> String {
        self.seconds += 1;
        let (hour, minute, second) = (self.seconds / 3600 % 24, self.seconds / 60 % 60, self.seconds % 60);
        let half = if hour < 12 { ("AM", "vm.") } else { ("PM", "nm.") };
        self.hand
            .stamp
            .replace("{H}", &format!("{hour:02}"))
            .replace("{h}", &((hour + 11) % 12 + 1).to_string())
            .replace("{M}", &format!("{minute:02}"))
            .replace("{S}", &format!("{second:02}"))
            .replace("{P}", half.0)
            .replace("{V}", half.1)
    }

    /// One record.
    fn record(&mut self, mark: &str, level: &str, text: &str) {
        let hand = self.hand;
        let stamp = self.stamp();
        let mut columns: Vec<(&str, String)> = Vec::new();
        if !stamp.is_empty() {
            columns.push(("time", stamp));
        }
        if let Some(process) = hand.process {
            columns.push(("source", process.to_owned()));
        }
        if hand.level {
            columns.push(("level", level.to_owned()));
        }
        if let Some(thread) = self.thread {
            columns.push(("thread", thread.to_string()));
        }
        let line = match hand.layout {
            Layout::Json => {
                let mut fields: Vec<String> =
                    columns.iter().map(|(name, value)| format!("{}:{}", json!(name), json!(value))).collect();
                let said = [format!("\"dir\":{}", json!(mark)), format!("\"text\":{}", json!(text))];
                fields.extend(said);
                if hand.mark_last {
                    let last = fields.len() - 1;
                    fields.swap(last - 1, last);
                    fields.push(format!("\"ms\":{}", self.seconds % 97));
                }
                format!("{{{}}}", fields.join(","))
            }
            Layout::Csv | Layout::Tsv => {
                let mark_and_text = if hand.layout == Layout::Csv {
                    [mark.to_owned(), format!("\"{}\"", text.replace('"', "\"\""))]
                } else {
                    [mark.to_owned(), text.to_owned()]
                };
                let mut fields: Vec<String> =
                    columns.into_iter().map(|(_, value)| value).chain(mark_and_text).collect();
                if hand.mark_last {
                    fields.rotate_right(1);
                    let last = fields.len() - 1;
                    if last > 1 { fields.swap(0, last) } else { fields.swap(0, 1) }
                }
                fields.join(if hand.layout == Layout::Csv { "," } else { "\t" })
            }
            Layout::Lines => {
                let (open, close) = hand.brackets;
                let columns: Vec<String> =
                    columns.into_iter().map(|(_, value)| format!("{open}{value}{close}")).collect();
                let columns = columns.join(" ");
                match (columns.is_empty(), mark.is_empty(), hand.mark_first) {
                    (true, true, _) => text.to_owned(),
                    (true, false, _) => format!("{mark}{}{text}", hand.after_mark),
                    (false, true, _) => format!("{columns} {text}"),
                    (false, false, true) => format!("{mark} {columns}{}{text}", hand.after_mark),
                    (false, false, false) => format!("{columns} {mark}{}{text}", hand.after_mark),
                }
            }
        };
        self.raw(&line);
    }

    fn raw(&mut self, line: &str) {
        self.out.push(format!("{line}{}", self.hand.line_end));
    }

    fn quoted(&self, text: &str) -> String {
        let (open, close) = self.hand.quotes;
        format!("{open}{text}{}{close}", self.hand.end)
    }

    fn server(&mut self, lines: &[String]) {
        let mark = if self.hand.one_sided == Some(true) { "" } else { self.hand.marks.0 };
        match self.hand.replies {
            Replies::Joined(mark_between) => {
                let text = self.quoted(&lines.join(mark_between));
                self.record(mark, "DEBUG", &text);
            }
            Replies::Each => {
                for line in lines {
                    let text = self.quoted(line);
                    self.record(mark, "DEBUG", &text);
                }
            }
            Replies::Bare | Replies::Indented => {
                let text = self.quoted(&lines[0]);
                self.record(mark, "DEBUG", &text);
                let indent = if self.hand.replies == Replies::Bare { "" } else { "          " };
                for line in &lines[1..] {
                    self.raw(&format!("{indent}{line}"));
                }
            }
        }
    }

    fn client(&mut self, text: &str) {
        let mark = if self.hand.one_sided == Some(false) { "" } else { self.hand.marks.1 };
        let text = self.quoted(text);
        self.record(mark, "DEBUG", &text);
    }

    fn data(&mut self, lines: &[String]) {
        match self.hand.body {
            Body::Full => lines.iter().for_each(|line| self.client(line)),
            Body::Elided => self.note("Sending message"),
            Body::Counted if lines.len().is_multiple_of(2) => self.client(&format!("<{} lines>", lines.len())),
            Body::Counted => self.client(&format!("[{} bytes]", lines.iter().map(|l| l.len() + 2).sum::<usize>())),
        }
    }

    fn note(&mut self, text: &str) {
        self.record(self.hand.marks.2, "INFO", text);
    }

    fn error(&mut self, text: &str) {
        self.record(self.hand.marks.2, "ERROR", text);
    }
}
