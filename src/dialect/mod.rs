//! Dialects: one file a dialect, the registry, detection. Says of each line what it is; joins nothing.
//!
//! To add a dialect: write `NAME.rs` with a `pub static DIALECT`, and add its two lines below.

use std::{borrow::Cow, fmt};

use crate::container::{Escape, Layout};

mod detect;
mod dialect_set;
mod escape;
mod grammar;
mod header;
mod kinds;
mod line;
mod mail_lines;
mod marks;
mod noise;
mod own_words;
mod profile;
mod prose;
mod spoken;
mod stamp;
mod template;
mod tokenize;
mod writer;

mod learned;

mod bare;
mod blat;
mod chilkat_session;
mod chilkat_tree;
mod curl;
mod hmailserver;
mod indy;
mod ipworks;
mod mailkit;
mod mailsend;
mod msmtp;
mod net_smtp;
mod nodemailer;
mod outcomes;
mod phpmailer;
mod phpmailer_html;
mod sendemail;
mod smtplib;
mod swaks;
mod synapse;

pub(crate) use detect::{Detection, SURE, proved};
pub use detect::{detect, others, spread};
pub(crate) use dialect_set::DialectRef;
pub use dialect_set::DialectSet;
pub(crate) use escape::{escape, from_html, to_html, unescape};
pub(crate) use kinds::few_of_each;
pub(crate) use learned::is_of_connections;
pub use learned::learn;
pub(crate) use learned::{Learned, framed};
pub(crate) use line::{Endpoint, Event, Extent, Line, Open, Outcome, Side, number};
pub(crate) use mail_lines::{is_short, refuses, tells_of_mail};
pub(crate) use marks::Marks;
pub(crate) use noise::{Traces, is_chatter, untraced};
pub(crate) use outcomes::{in_own_words, is_queued};
pub(crate) use own_words::OwnWords;
pub use profile::Profile;
pub(crate) use profile::{Kind, Rule};
pub use stamp::{DateOrder, Stamp, StampReader};
pub(crate) use template::{Hole, Template};
pub(crate) use writer::writer;

/// Every dialect. Where two fit equally well, the one that stands first is taken.
pub static DIALECTS: &[&Dialect] = &[
    &indy::DIALECT,
    &mailkit::DIALECT,
    &chilkat_tree::DIALECT,
    &chilkat_session::DIALECT,
    &blat::DIALECT,
    &sendemail::DIALECT,
    &mailsend::DIALECT,
    &msmtp::DIALECT,
    &swaks::DIALECT,
    &curl::DIALECT,
    &phpmailer::DIALECT,
    &phpmailer_html::DIALECT,
    &nodemailer::DIALECT,
    &smtplib::DIALECT,
    &net_smtp::DIALECT,
    &synapse::DIALECT,
    &hmailserver::DIALECT,
    &ipworks::DIALECT,
    &bare::DIALECT,
    &outcomes::DIALECT,
];

/// One dialect. All fields are asked for: a dialect without a sample does not compile.
pub struct Dialect {
    /// Its id, which is also the file's name.
    pub name: Cow<'static, str>,
    /// The program that writes it.
    pub title: &'static str,
    /// A few lines of it; the test over all dialects reads them.
    pub sample: &'static str,
    /// Marks that every line of the dialogue carries beside its words, such as one of the side.
    pub marks: Marks,
    /// The mark between several lines of the dialogue in one record.
    pub line_end: LineEnd,
    /// Its stamps are UTC though they may not say so.
    pub utc: bool,
    /// True for lines that no other program writes. Without one of them in the log the dialect is not found, only asked for:
    /// words that any program could write, behind any stamp, prove nothing.
    pub signature: fn(&[u8]) -> bool,
    /// Its parser of a line.
    pub read: Read,
}

/// The parser of a dialect.
pub enum Read {
    /// By what stands in the line alone.
    Line(for<'a> fn(&'a [u8]) -> Line<'a>),
    /// By line templates, learned from the log or described by a user.
    Template(Box<Profile>),
    /// By own words, some of them inferred from the log.
    Words(Box<outcomes::Inferred>),
}

impl Dialect {
    /// Lines without a mark are message data while a message is under way.
    pub fn leaves_data_unmarked(&self) -> bool {
        self.profile().map_or(!self.marks.data(), |profile| !profile.marks_data)
    }

    /// Its phrases are of this log alone, and show that mails are told of in it.
    pub fn proves_mails(&self) -> bool {
        matches!(&self.read, Read::Words(inferred) if inferred.proves)
    }

    /// The line templates by which it reads, if it does.
    pub fn profile(&self) -> Option<&Profile> {
        match &self.read {
            Read::Template(profile) => Some(profile),
            Read::Line(_) | Read::Words(_) => None,
        }
    }

    /// Only its words tell what a line is, so that nothing proves that it is this dialect.
    pub fn is_by_words(&self) -> bool {
        *self == outcomes::DIALECT
    }

    /// The order of its dates, where somebody said so.
    pub fn date_order(&self) -> DateOrder {
        self.profile().map_or(DateOrder::Unknown, |profile| profile.date_order)
    }

    /// It is that dialect in a frame.
    pub fn frames(&self, other: &Dialect) -> bool {
        self.profile().is_some_and(|profile| profile.known == Some(other))
    }

    /// It reads by templates of which no fixed word is ours: they were learned or written by somebody, and may be anything.
    pub fn is_template(&self) -> bool {
        self.profile().is_some_and(|profile| profile.known.is_none())
    }

    /// Reads one line, without its end. Never fails: what it does not know is `Event::Unknown`.
    pub fn read<'a>(&self, line: &'a [u8]) -> Line<'a> {
        match &self.read {
            Read::Line(read) => read(line),
            Read::Template(profile) => profile.read(line),
            Read::Words(inferred) => outcomes::read_with(inferred, line),
        }
    }
}

impl fmt::Debug for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Eq for Dialect {}

impl PartialEq for Dialect {
    /// By name: a dialect has one.
    fn eq(&self, other: &Dialect) -> bool {
        self.name == other.name
    }
}

/// The mark between several lines of the dialogue in one record of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineEnd {
    /// One line of the log is one line of the dialogue.
    #[default]
    Line,
    /// This text ends each line; a record without it goes on in the next one.
    Ends(&'static str),
    /// The lines of a reply are joined by this text, and each repeats the code.
    Joins(&'static str),
    /// A record is a quoted string with backslash escapes, line ends among them (Python, JSON).
    Escaped,
    /// The code of a reply stands in a field of its own, and its words behind this; backslashes may be escapes.
    Apart(&'static str),
    /// A record is text for a browser: entities stand for marks, and the lines of a reply run together, each with its code.
    Html,
}

impl LineEnd {
    /// The mark in records of this layout.
    pub(crate) fn of_layout(layout: &Layout) -> LineEnd {
        layout.code.as_ref().map_or(LineEnd::of_escape(layout.container.escape()), |code| LineEnd::Apart(code.between))
    }

    /// The mark in records of a container with these escapes.
    pub(crate) fn of_escape(escape: Escape) -> LineEnd {
        match escape {
            Escape::None => LineEnd::Line,
            Escape::Backslash => LineEnd::Escaped,
            Escape::Entities => LineEnd::Html,
        }
    }

    /// The text as it was before it was escaped; of several lines the first.
    pub(crate) fn plain(self, text: &[u8]) -> Cow<'_, [u8]> {
        match self {
            LineEnd::Escaped | LineEnd::Apart(_) if memchr::memchr(b'\\', text).is_some() => {
                let mut plain = Vec::with_capacity(text.len());
                unescape(text, &mut plain);
                Cow::Owned(plain)
            }
            LineEnd::Html if memchr::memchr(b'&', text).is_some() => Cow::Owned(from_html(text)),
            LineEnd::Ends(mark) => {
                Cow::Borrowed(memchr::memmem::find(text, mark.as_bytes()).map_or(text, |at| &text[..at]))
            }
            _ => Cow::Borrowed(text),
        }
    }
}

/// The dialect of that name.
pub fn by_name(name: &str) -> Option<&'static Dialect> {
    DIALECTS.iter().copied().find(|d| d.name == name)
}
