//! Sessions that stand in each other in one log without a key: which line is whose, by what each can still say.
//!
//! A reply goes to a session with a command that it can answer, a command to one that may speak, a line of a message to
//! one that is sending. Each session gets a key of its own, and the rest of the house reads the log as if the writer had
//! put it there.

use std::cell::LazyCell;

use super::reader;
use crate::{
    dialect::{Dialect, DialectRef, DialectSet, Event, Line, LineEnd, Open, Side},
    smtp,
};

mod candidate;
#[cfg(test)]
mod fit_tests;

use candidate::{Candidate, Fit, Said};

/// Sessions followed at once; the one silent for longest goes.
const MAX_CANDIDATES: usize = 32;

/// The key of a session.
pub(crate) type Key = [u8; 8];

/// Follows the sessions of a log.
#[derive(Clone, Debug, Default)]
pub(crate) struct Demux {
    /// The one that spoke last stands last.
    candidates: Vec<Candidate>,
    begun: u32,
    /// The further lines of a reply stand without its mark.
    parted: bool,
    /// Lines that only a session could have said that another had begun after.
    crossed: u32,
    /// Lines that nobody could have said.
    lost: u32,
}

impl Demux {
    /// The key of the session that the line belongs to.
    pub(crate) fn key(&mut self, dialect_ref: DialectRef<'_>, line: &Line<'_>) -> Key {
        self.follow(dialect_ref, line);
        self.candidates.last().map(Candidate::key).unwrap_or_default()
    }

    /// Puts the session that the line belongs to last.
    fn follow(&mut self, dialect_ref: DialectRef<'_>, line: &Line<'_>) {
        let mut room = Vec::new();
        let items = said(dialect_ref.dialect, line, &mut room);
        let is_last = || self.candidates.last().is_some_and(|last| last.dialect_index == dialect_ref.index);
        if items.first.is_none() && is_last() {
            return;
        }
        let place = self.place(dialect_ref, items.first.as_ref());
        self.candidates[place..].rotate_left(1);
        let last = self.candidates.len() - 1;
        let candidate = &mut self.candidates[last];
        for item in items.first.iter().chain(&items.more) {
            self.parted |= matches!(item, Said::GoesOn(_)) && dialect_ref.dialect.marks.sides();
            candidate.takes(item, dialect_ref.dialect);
        }
    }

    fn place(&mut self, dialect_ref: DialectRef<'_>, first: Option<&Said<'_>>) -> usize {
        let mine = |candidate: &Candidate| candidate.dialect_index == dialect_ref.index;
        let last = self.candidates.iter().rposition(mine);
        let Some(first) = first else {
            // A writer's own words, or the rest of a record: with what was said last.
            return last.unwrap_or_else(|| self.begin(dialect_ref));
        };
        let fit = |candidate: &Candidate| match mine(candidate) {
            true => candidate.fit(first, dialect_ref.dialect, self.parted),
            false => (Fit::Never, false),
        };
        let most = first.most();
        let names_one = LazyCell::new(|| first.names_one(&self.candidates));
        let mut best: Option<(usize, (Fit, bool))> = None;
        let mut places = (0..self.candidates.len()).rev();
        // No other can fit better than the best, unless one is named.
        let is_found = |(_, (fit, named)): (usize, (Fit, bool))| fit >= most && (named || !*names_one);
        while let Some(place) = places.next().filter(|_| !best.is_some_and(is_found)) {
            let fits = fit(&self.candidates[place]);
            best = best.filter(|(_, known)| fits <= *known).or(Some((place, fits)));
        }
        match (best, last) {
            (Some((place, fits)), Some(last)) if fits.0 > Fit::Never => {
                let not_last = || fit(&self.candidates[last]).0 == Fit::Never && !self.candidates[last].is_over();
                if place != last && fits.0 >= Fit::Other && not_last() {
                    self.crossed += 1;
                }
                place
            }
            _ if first.begins() => self.begin(dialect_ref),
            (_, Some(last)) => {
                self.lost += 1;
                last
            }
            (_, None) => self.begin(dialect_ref),
        }
    }

    fn begin(&mut self, dialect_ref: DialectRef<'_>) -> usize {
        self.candidates.retain(|candidate| !candidate.is_over());
        if self.candidates.len() == MAX_CANDIDATES {
            self.candidates.remove(0);
        }
        self.begun += 1;
        self.candidates.push(Candidate::new(dialect_ref, self.begun));
        self.candidates.len() - 1
    }
}

/// Whether sessions without a key stand in each other in these lines. A session that broke off and one after it are by
/// far the commoner: only lines that nobody but the earlier could have said are a proof.
pub(crate) fn is_interleaved<'l>(dialects: &DialectSet<'_>, lines: impl Iterator<Item = &'l [u8]> + Clone) -> bool {
    let mut rest = LOOKED_AT;
    let first = lines.clone().take_while(|line| {
        let more = rest > 0;
        rest = rest.saturating_sub(line.len());
        more
    });
    // Words about mails begin no connection.
    if dialects.main().is_by_words() || !begins_inside(dialects.main(), first) {
        return false;
    }
    let mut demux = Demux::default();
    for text in lines {
        let is_keyed = dialects.read_for(text, |dialect_ref, line| {
            demux.follow(dialect_ref, line);
            !line.key.is_empty()
        });
        if is_keyed {
            return false;
        }
    }
    demux.crossed >= 2 || demux.crossed == 1 && demux.lost == 0
}

/// Bytes in which a session must begin inside another one. Where two mailers write into one log they meet often, and a
/// look at more would read small logs twice.
const LOOKED_AT: usize = 32 * 1024;

/// Whether a session begins before the one before it was over: nearly no log holds one.
fn begins_inside<'l>(main: &Dialect, lines: impl Iterator<Item = &'l [u8]>) -> bool {
    let (mut inside, mut spoken) = (false, false);
    for text in lines {
        let line = main.read(text);
        if !line.key.is_empty() {
            return false;
        }
        match line.event {
            Event::Connecting(_) if inside && (spoken || main.marks.end()) => return true,
            Event::Connected(_) if inside && spoken => return true,
            Event::Connecting(_) | Event::Connected(_) => (inside, spoken) = (true, false),
            Event::Closed => (inside, spoken) = (false, false),
            Event::Server([b'2', b'2', b'1', ..], _) => (inside, spoken) = (false, false),
            Event::Server([b'2', b'2', b'0', b' ' | b'-', rest @ ..], _) => {
                // The go-ahead for STARTTLS is no greeting, and seldom names its server.
                if spoken && memchr::memmem::find(rest, b"SMTP").is_some() {
                    return true;
                }
                (inside, spoken) = (true, true);
            }
            Event::Server(..) | Event::Client(..) => spoken |= inside,
            _ => {}
        }
    }
    false
}

/// What is said on a line. Most say one thing or none, which takes no room of its own.
#[derive(Default)]
struct Items<'a> {
    first: Option<Said<'a>>,
    more: Vec<Said<'a>>,
}

impl<'a> From<Said<'a>> for Items<'a> {
    fn from(only: Said<'a>) -> Items<'a> {
        Items { first: Some(only), more: Vec::new() }
    }
}

/// What is said on a line; nothing where it is words of the writer, or goes on with the record before.
fn said<'a>(dialect: &Dialect, line: &Line<'a>, room: &'a mut Vec<u8>) -> Items<'a> {
    match line.event {
        Event::Connecting(_) => Said::Connecting.into(),
        Event::Connected(_) => Said::Connected.into(),
        Event::Secured => Said::Secured.into(),
        Event::Closed => Said::Closed.into(),
        Event::Hidden => Said::of_client(b"=").into(),
        Event::Server(text, _) | Event::Repeat(text) | Event::Quoted(text) => spoken(dialect, Side::Server, text, room),
        Event::Client(text, _) if !line.reply.is_empty() => {
            Items { first: Some(Said::of_client(text)), more: vec![Said::of_server(line.reply)] }
        }
        Event::Client(text, _) => spoken(dialect, Side::Client, text, room),
        Event::Unmarked(text, _) if smtp::reply_line(text).is_ok() => Said::GoesOn(text).into(),
        Event::Unmarked(text, _) if !dialect.marks.sides() => Said::of_client(text).into(),
        _ => Items::default(),
    }
}

/// The lines of a record.
fn spoken<'a>(dialect: &Dialect, side: Side, text: &'a [u8], room: &'a mut Vec<u8>) -> Items<'a> {
    let of = |text: &'a [u8]| match side {
        Side::Server => Said::of_server(text),
        _ => Said::of_client(text),
    };
    if dialect.line_end == LineEnd::Line {
        return of(text).into();
    }
    let words = reader::Said { side, text, open: Open::No, line_end: dialect.line_end };
    let mut lines = reader::lines(&words, room).map(|segment| of(segment.text));
    let first = lines.next().unwrap_or_else(|| of(b""));
    Items { first: Some(first), more: lines.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect;

    fn interleaved(log: &str) -> bool {
        let lines = || log.lines().map(str::as_bytes);
        let swaks = dialect::by_name("swaks").unwrap();
        is_interleaved(&DialectSet::only(swaks), lines())
    }

    #[test]
    fn only_lines_of_the_earlier_session_prove_two() {
        let first = "=== Trying a.example:25...\n=== Connected to a.example.\n<-  220 a.example ESMTP\n -> EHLO pc\n";
        let next = first.replace("a.example", "b.example") + "<-  250 b.example\n -> QUIT\n<-  221 Bye\n";
        assert!(!interleaved(&format!("{first}{next}=== Connection closed with remote host.\n")));
        assert!(interleaved(&format!("{first}{next}<-  250 a.example\n -> QUIT\n<-  221 Bye\n")));
        assert!(!interleaved(&format!("{next}=== Connection closed with remote host.\n{next}")));
    }

    #[test]
    fn one_proof_counts_only_where_every_line_has_a_session() {
        let first = "=== Trying a.example:25...\n=== Connected to a.example.\n<-  220 a.example ESMTP\n -> EHLO pc\n";
        let next = first.replace("a.example", "b.example") + "<-  250 b.example\n";
        let (once, nobody) = ("<-  250 a.example\n", "<-  354 go on\n");
        let twice = format!("{once} -> QUIT\n -> QUIT\n<-  221 a.example\n<-  221 b.example\n");
        assert!(interleaved(&format!("{first}{next}{once}")));
        assert!(!interleaved(&format!("{first}{next}{once}{nobody}")));
        assert!(interleaved(&format!("{first}{next} -> RSET\n{once}<-  250 ok\n{twice}{nobody}")));
    }

    #[test]
    fn only_the_beginning_of_a_log_is_looked_at() {
        let whole = "=== Trying a.example:25...\n=== Connected to a.example.\n<-  220 a.example ESMTP\n -> QUIT\n\
                     <-  221 Bye\n=== Connection closed with remote host.\n";
        let first = "=== Trying a.example:25...\n=== Connected to a.example.\n<-  220 a.example ESMTP\n -> EHLO pc\n";
        let pair = format!("{first}{}<-  250 b.example\n<-  250 a.example\n", first.replace("a.example", "b.example"));
        let before = |bytes: usize| whole.repeat(bytes / whole.len());
        assert!(interleaved(&format!("{}{pair}", before(28 * 1024))));
        assert!(!interleaved(&format!("{}{pair}", before(36 * 1024))));
    }

    #[test]
    fn the_session_silent_for_longest_is_forgotten() {
        let swaks = dialect::by_name("swaks").unwrap();
        let dialects = DialectSet::only(swaks);
        let mut demux = Demux::default();
        for _ in 0..40 {
            let (dialect_ref, line) = dialects.read(b"=== Trying a.example:25...");
            demux.key(dialect_ref, &line);
        }
        assert_eq!(demux.candidates.len(), 32);
        assert_eq!(demux.candidates[0].key(), *b"s0000009");
    }
}
