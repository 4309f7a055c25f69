//! A dialect written down: line templates, each with what it means, and a few properties of the whole.

use std::{borrow::Cow, cell::RefCell, iter};

use super::{
    DateOrder, Dialect, Endpoint, Event, Extent, Line, LineEnd, Marks, Open, Outcome, Read, Side, line, number,
    outcomes,
    template::{Begun, Matched, Template},
};
use crate::{
    container::{Flat, Layout},
    smtp,
};

mod file;

macro_rules! kinds {
    ($($variant:ident $name:literal $doc:literal,)*) => {
        /// The kind of a line that matches a template.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Kind {
            $(#[doc = $doc] $variant,)*
        }

        impl Kind {
            /// Every kind with its name and meaning.
            pub const ALL: &'static [(&'static str, Kind, &'static str)] = &[$(($name, Kind::$variant, $doc),)*];
        }
    };
}

kinds! {
    Server "server" "the server said this",
    Client "client" "the mail program said this",
    Repeat "server-repeat" "a reply that may have been written before in other words",
    Reply "server-if-reply" "the server said this if it begins with a reply code; else it goes on with what stood before",
    Bare "client-if-command" "the mail program said this if it is a command; else it goes on with what stood before",
    Either "either" "a reply code tells the server, a command the mail program",
    Unmarked "unmarked" "goes on with what stood before, where that makes sense",
    Connecting "connecting" "an attempt to connect begins",
    Connected "connected" "the connection is there",
    Secured "secured" "the connection is encrypted from here on",
    Closed "closed" "the connection has ended",
    Setting "setting" "a setting of the mail program",
    Elided "elided" "the text of the mail was left out here",
    Hidden "hidden" "a password was left out here",
    Begins "mail-begins" "a mail is about to be sent",
    Sent "mail-sent" "a mail has gone out",
    Failed "mail-failed" "a mail has not gone out, or why",
    Known "known" "a line of the known dialect that this is wrapped around",
    Note "note" "the program's own words; they may tell of an error",
    Ignore "ignore" "of no interest",
}

impl Kind {
    /// The name in a profile.
    pub fn name(self) -> &'static str {
        Kind::ALL.iter().find(|(_, kind, _)| *kind == self).map_or("note", |(name, ..)| name)
    }

    /// Something of the dialogue stands on such a line.
    pub fn is_said(self) -> bool {
        let sure = matches!(self, Kind::Server | Kind::Client | Kind::Repeat | Kind::Elided | Kind::Hidden);
        sure || matches!(self, Kind::Reply | Kind::Bare | Kind::Either | Kind::Unmarked)
    }

    /// Its meaning in plain English.
    pub fn meaning(self) -> &'static str {
        Kind::ALL.iter().find(|(_, kind, _)| *kind == self).map_or("", |(_, _, meaning)| meaning)
    }
}

/// A template and what a line of it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rule {
    /// The kind of such a line.
    pub kind: Kind,
    /// The template that such a line fits.
    pub template: Template,
}

impl Rule {
    fn event<'a>(&self, m: &Matched<'a>, line: &'a [u8], line_end: LineEnd) -> Event<'a> {
        let text = m.text;
        let is_reply = || matches!(text, [b'2'..=b'5', ..]) && smtp::reply_line(text).is_ok();
        // Whatever ends the line is no part of the command.
        let is_command = || {
            let plain = line_end.plain(text);
            *plain == *b"." || smtp::command(&plain).is_ok()
        };
        let endpoint = || Endpoint {
            host: m.host,
            port: number(m.port).and_then(|port| u16::try_from(port).ok()),
            ..Endpoint::default()
        };
        let told = |sent| {
            let error = outcomes::behind(m.time, line);
            let told = outcomes::outcome(sent, error, !m.time.is_empty());
            // The template knows a server by any name; a place in a source has no port of mail.
            let named = Some(endpoint()).filter(|named| named.port.is_some_and(|port| smtp::PORTS.contains(&port)));
            Event::Outcome(Outcome { endpoint: named.unwrap_or(told.endpoint), part: Extent::Why, error, ..told })
        };
        match self.kind {
            Kind::Server => Event::Server(text, Open::No),
            Kind::Client => Event::Client(text, Open::No),
            Kind::Repeat => Event::Quoted(text),
            Kind::Reply | Kind::Either if is_reply() => Event::Server(text, Open::No),
            Kind::Bare | Kind::Either if is_command() => Event::Client(text, Open::No),
            Kind::Reply | Kind::Bare | Kind::Either | Kind::Unmarked => Event::Unmarked(text, Open::No),
            Kind::Connecting => Event::Connecting(endpoint()),
            Kind::Connected => Event::Connected(endpoint()),
            Kind::Secured => Event::Secured,
            Kind::Closed => Event::Closed,
            Kind::Setting => setting(m),
            Kind::Elided => Event::Elided(m.bytes),
            Kind::Hidden => Event::Hidden,
            // Read as that dialect by the profile, which knows it.
            Kind::Known => Event::Unknown(text),
            Kind::Begins => told(None),
            Kind::Sent => told(Some(true)),
            Kind::Failed => told(Some(false)),
            // Where the template has no text, the whole line is.
            Kind::Note => Event::Note(if text.is_empty() { line } else { text }),
            Kind::Ignore => Event::Note(b""),
        }
    }
}

/// An exception may quote a refusal that stands nowhere else.
fn quoting(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Note(text) | Event::Unmarked(text, _) | Event::Unknown(text) => {
            line::quoted(text).map_or(event, Event::Quoted)
        }
        _ => event,
    }
}

/// A name or an address with at least one point, or this PC: an answer in base64 is none, whatever stands before it.
fn is_host(text: &[u8]) -> bool {
    text.eq_ignore_ascii_case(b"localhost")
        || text.iter().any(|b| matches!(b, b'.' | b':'))
            && text.iter().all(|b| b.is_ascii_alphanumeric() || b".-_:[]".contains(b))
}

/// The setting that a hole names.
fn setting<'a>(m: &Matched<'a>) -> Event<'a> {
    match m {
        Matched { host, .. } if is_host(host) => Event::Setting(b"host", host),
        Matched { host, .. } if !host.is_empty() => Event::Unknown(host),
        Matched { user, .. } if !user.is_empty() => Event::Setting(b"user", user),
        Matched { port, .. } if !port.is_empty() => Event::Setting(b"port", port),
        // Named, so that whoever shows the line knows what to hide; nobody keeps it.
        Matched { secret, .. } if !secret.is_empty() => Event::Setting(b"password", secret),
        _ => Event::Note(b""),
    }
}

thread_local! {
    /// The plain line of the record that is being read.
    static FLAT: RefCell<Flat> = RefCell::default();
}

/// A dialect: learned from a log, or read from a TOML file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// Its name in reports.
    pub name: String,
    /// The dialect of the registry that is inside.
    pub known: Option<&'static Dialect>,
    /// The records that the lines are, if they are; the templates then describe their columns.
    pub layout: Option<Layout>,
    /// The templates, tried in this order.
    pub rules: Vec<Rule>,
    /// The mark between several lines of the dialogue in one record.
    pub line_end: LineEnd,
    /// It says on each line who speaks.
    pub marks_sides: bool,
    /// It marks the text of a mail as the client's.
    pub marks_data: bool,
    /// The lone dot that ends a mail stands in the log: nothing else ends a mail whose text bears no mark.
    pub marks_dot: bool,
    /// It marks the end of a connection.
    pub marks_end: bool,
    /// Its stamps are UTC.
    pub utc: bool,
    /// The order of day and month in a date; unknown where the log itself must tell.
    pub date_order: DateOrder,
    /// Of each rule the pieces that it shares with the one before, once they are a dialect's; else none are known.
    pub(super) shared: Vec<usize>,
}

impl Profile {
    /// Reads one line, without its end.
    #[inline]
    pub fn read<'a>(&self, line: &'a [u8]) -> Line<'a> {
        let read = self.flattened(line, |flat, back| match back {
            Some(back) => self.read_plain(flat).map(|part| back.back(part, line)),
            None => self.read_plain(line),
        });
        match &self.layout {
            Some(layout) if !matches!(read.event, Event::Server(..)) => {
                Line { reply: self.reply(layout, line), ..read }
            }
            _ => read,
        }
    }

    /// The reply in the same record as a command.
    fn reply<'a>(&self, layout: &Layout, line: &'a [u8]) -> &'a [u8] {
        FLAT.with_borrow_mut(|flat| {
            match layout.flatten_reply(line, flat).then(|| self.read_plain(flat.text()).event) {
                Some(Event::Server(text, _)) => flat.back(text, line),
                _ => b"",
            }
        })
    }

    /// The kind of a line; none where no template fits it.
    pub fn kind_of(&self, line: &[u8]) -> Option<Kind> {
        self.flattened(line, |flat, _| self.rule_of(flat).map(|(rule, _)| rule.kind))
    }

    /// The speaker of a line; none where it is not of the dialogue, or only the lines before it tell.
    pub fn side_of(&self, line: &[u8]) -> Option<Side> {
        match self.read(line).event {
            Event::Server(..) | Event::Repeat(_) | Event::Quoted(_) => Some(Side::Server),
            Event::Client(..) | Event::Hidden | Event::Elided(_) => Some(Side::Client),
            Event::Turn(side) => Some(side),
            _ => None,
        }
    }

    /// The name of the field that holds the text of a record; none where the line is no record.
    pub fn text_field_of(&self, line: &[u8]) -> Option<&str> {
        let layout = self.layout.as_ref()?;
        self.flattened(line, |_, flat| layout.text_field(flat?))
    }

    /// Gives the plain line of a record to `reader`, with the way back to its bytes; any other line as it is.
    pub(super) fn flattened<T>(&self, line: &[u8], reader: impl FnOnce(&[u8], Option<&Flat>) -> T) -> T {
        let Some(layout) = &self.layout else { return reader(line, None) };
        FLAT.with_borrow_mut(|flat| {
            if layout.flatten(line, flat) { reader(flat.text(), Some(flat)) } else { reader(line, None) }
        })
    }

    fn read_plain<'a>(&self, line: &'a [u8]) -> Line<'a> {
        match (self.rule_of(line), self.known) {
            (Some((Rule { kind: Kind::Known, .. }, m)), Some(known)) => {
                let read = known.read(m.text);
                if read.stamp.is_empty() { Line { stamp: m.time, ..read } } else { read }
            }
            // The rest of a record of several lines is in no frame.
            (None, Some(known)) => known.read(line),
            (Some((rule, m)), _) => {
                let event = quoting(self.whole(rule.event(&m, line, self.line_end)));
                Line { stamp: m.time, key: m.session, ..Line::new(event) }
            }
            (None, None) if line.trim_ascii().is_empty() => Line::new(Event::Blank),
            (None, None) => Line::new(quoting(Event::Unknown(line))),
        }
    }

    /// Where the mark of a line's end stands, what has no mark of a side is one whole line.
    fn whole<'a>(&self, event: Event<'a>) -> Event<'a> {
        match (event, self.line_end) {
            (Event::Unmarked(text, open), LineEnd::Ends(end)) => {
                Event::Unmarked(text.strip_suffix(end.as_bytes()).unwrap_or(text), open)
            }
            (event, _) => event,
        }
    }

    /// The first rule that the line matches.
    #[inline]
    pub(super) fn rule_of<'a>(&self, line: &'a [u8]) -> Option<(&Rule, Matched<'a>)> {
        let mut begun = Begun::default();
        // Most rules begin alike, so that hardly one looks at the stamp once more.
        let shared = self.shared.iter().copied().chain(iter::repeat(0));
        self.rules
            .iter()
            .zip(shared)
            .find_map(|(rule, shared)| rule.template.matches_with(line, shared, &mut begun).map(|m| (rule, m)))
    }

    /// The place of the rule that the line matches, or its record.
    pub(crate) fn rule_at(&self, line: &[u8]) -> Option<usize> {
        let matches = |flat: &[u8]| self.rules.iter().position(|rule| rule.template.matches(flat).is_some());
        self.flattened(line, |flat, _| matches(flat))
    }

    /// The profile as a dialect like any other.
    pub fn into_dialect(mut self) -> Dialect {
        let pairs = self.rules.windows(2).map(|pair| pair[1].template.shared(&pair[0].template));
        self.shared = iter::once(0).chain(pairs).collect();
        Dialect {
            name: Cow::Owned(self.name.clone()),
            title: match self.known {
                Some(_) => "a known dialect inside another program's lines",
                None => "learned from the log, or described in a profile",
            },
            sample: "",
            marks: self.known.map_or_else(|| self.marks(), |known| known.marks),
            line_end: self.line_end,
            utc: self.utc,
            signature: self.known.map_or(|_| false, |known| known.signature),
            read: Read::Template(Box::new(self)),
        }
    }

    fn marks(&self) -> Marks {
        Marks::SIDES
            .when(self.marks_sides)
            .and(Marks::DATA.when(self.marks_data || !self.marks_dot))
            .and(Marks::END.when(self.marks_end))
    }

    /// Lines carry a session key.
    pub fn has_key(&self) -> bool {
        self.rules.iter().any(|rule| rule.template.has(super::Hole::Session))
    }

    /// There is a rule of this kind.
    pub fn has(&self, kind: Kind) -> bool {
        self.rules.iter().any(|rule| rule.kind == kind)
    }
}
