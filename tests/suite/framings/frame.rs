//! Frames nobody uses: everything a program may put around a dialogue when it writes it down, drawn by lot.

use super::words::*;
use crate::common::lot::Lot;

macro_rules! containers {
    ($($variant:ident $name:literal,)*) => {
        /// How a record is laid out.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Container {
            $($variant,)*
        }

        impl Container {
            pub const ALL: &'static [(Container, &'static str)] = &[$((Container::$variant, $name),)*];
        }
    };
}

containers! {
    Plain "plain",
    Decorated "decorated",
    Ended "ended",
    Bare "bare-sides",
    OneSided "one-sided",
    Trailing "trailing-columns",
    Checksum "checksum",
    HexLength "hex-length",
    Indented "indented-sides",
    Header "header",
    Padded "padded",
    Syslog "syslog",
    Logger "logger",
    Json "json",
    JsonNested "json-nested",
    JsonEscaped "json-escaped",
    JsonArray "json-array",
    Logfmt "logfmt",
    Xml "xml",
    XmlAttributes "xml-attributes",
    Html "html",
    Csv "csv",
    Tsv "tsv",
    TwoPayloads "two-payloads",
    Sentence "sentence",
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replies {
    /// A record for each line.
    Each,
    /// One record for the whole reply.
    Joined(&'static str),
    /// Only the first line has a frame.
    Bare,
    /// The others are indented.
    Indented,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    Full,
    Elided,
    Counted,
}

/// How a program writes its log.
#[derive(Clone, Debug)]
pub struct Frame {
    pub container: Container,
    pub kind: &'static str,
    pub stamp: &'static str,
    pub mark_first: bool,
    pub brackets: (&'static str, &'static str),
    pub level: bool,
    pub thread: Option<u32>,
    pub process: Option<&'static str>,
    pub marks: Marks,
    pub after_mark: &'static str,
    /// The server, or the client, bears no mark.
    pub unmarked: (bool, bool),
    pub around: (&'static str, &'static str),
    pub end: &'static str,
    pub replies: Replies,
    pub body: Body,
    pub mask: Option<&'static str>,
    pub banner: Option<&'static str>,
    pub settings: Option<(&'static str, [&'static str; 4])>,
    pub connects: Option<(&'static str, &'static str)>,
    pub closes: Option<&'static str>,
    pub errors: bool,
    pub echo: Option<&'static str>,
    /// Names of fields: text, side, time, thread.
    pub names: [&'static str; 4],
    /// Fields in another order.
    pub turn: usize,
    /// A space behind the marks of JSON, quotes around all cells, CDATA and the like.
    pub loose: bool,
    pub line_end: &'static str,
}

impl Frame {
    pub fn draw(lot: &mut Lot) -> Frame {
        use Container::*;
        let (container, kind) = lot.of(Container::ALL);
        let lines = matches!(
            container,
            Plain | Decorated | Ended | Bare | OneSided | Trailing | Checksum | HexLength | Padded | Syslog | Logger
        );
        let around = if container == Decorated || lines && lot.one_in(8) { lot.of(AROUND) } else { ("", "") };
        let end = if container == Ended || lines && lot.one_in(8) { lot.of(ENDS) } else { "" };
        let open = lines && container != Trailing && end.is_empty() && around.0.is_empty() && around.1.is_empty();
        let replies = match lot.below(6) {
            0 | 1 if container == Header => Replies::Each,
            0 | 1 if end.is_empty() => Replies::Joined(lot.of(SEPARATORS)),
            0 | 1 => Replies::Joined(end),
            2 if open && !matches!(container, OneSided | Bare | Checksum) => Replies::Bare,
            3 if open && !matches!(container, OneSided | Bare | Checksum) => Replies::Indented,
            _ => Replies::Each,
        };
        // A line break of JSON's own, where it is joined.
        let json = matches!(container, Json | JsonNested | JsonEscaped | Logfmt);
        let replies = if json && lot.one_in(4) { Replies::Joined("\r\n") } else { replies };
        let replies = if container == JsonArray { Replies::Joined("\n") } else { replies };
        let stamp = match container {
            Syslog => "Nov 23 {H}:{M}:{S}",
            Logger | Header => lot.of(&STAMPS[1..18]),
            _ => lot.of(STAMPS),
        };
        // A stamp with a comma in it must not stand in a list of columns without quotes.
        let unmarked = match container {
            Bare => (true, true),
            OneSided => lot.of(&[(true, false), (false, true)]),
            _ => (false, false),
        };
        Frame {
            container,
            kind,
            stamp,
            mark_first: lines && container != Padded && lot.one_in(6),
            brackets: lot.of(&[("", ""), ("[", "]"), ("(", ")"), ("<", ">")]),
            level: lot.one_in(4),
            thread: lot.one_in(3).then(|| u32::try_from(lot.below(9_000)).unwrap() + 1_000),
            process: lot
                .one_in(5)
                .then(|| lot.of(&["mailer[4711]", "RECEPTION-PC", "MTM.Pos.Vervoer", "smtp.exe:912", "com.mtm.Mail"])),
            marks: lot.of(MARKS),
            after_mark: lot.of(&[": ", " ", " | ", "\t", " - ", "> ", ":", " \u{a6} "]),
            unmarked,
            around,
            end,
            replies,
            body: lot.of(&[Body::Full, Body::Full, Body::Elided, Body::Counted]),
            mask: lot.one_in(3).then(|| lot.of(&["****", "[hidden]", "***", "<password>", "(versteek)"])),
            banner: lot.one_in(3).then(|| lot.of(BANNERS)),
            settings: lot.one_in(3).then(|| lot.of(SETTINGS)),
            connects: (!lot.one_in(4)).then(|| lot.of(CONNECTS)),
            closes: (!lot.one_in(3)).then(|| lot.of(CLOSES)),
            errors: !lot.one_in(4),
            echo: lot.one_in(5).then(|| lot.of(ECHOES)),
            names: lot.of(&[
                ["text", "dir", "time", "thread"],
                ["msg", "side", "ts", "tid"],
                ["data", "d", "when", "session"],
                ["message", "direction", "@timestamp", "conn"],
                ["line", "who", "at", "id"],
                ["payload", "role", "datum", "sessie"],
            ]),
            turn: lot.below(4),
            loose: lot.one_in(2),
            line_end: lot.of(&["\n", "\r\n"]),
        }
    }

    /// Whether dialogues that go on at the same time can be told apart.
    pub fn has_key(&self) -> bool {
        self.thread.is_some()
            && !matches!(self.replies, Replies::Bare | Replies::Indented)
            && !matches!(self.container, Container::Header | Container::Indented | Container::Sentence)
            // Two of the pages show nothing but sides and texts.
            && (self.container != Container::Html || self.turn < 2)
    }
}
