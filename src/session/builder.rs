//! Feeds lines to the lanes of a log: one lane without a session key, one for each key else.

use super::{
    End, Tally, Transaction,
    conversation::{Context, Conversation, Markings, Position},
    demux::Demux,
};
use crate::{
    dialect::{Dialect, Hand, Line, LineEnd, Open, Side, StampReader, Traces, What, is_chatter},
    knowledge::Knowledge,
};

/// Sessions of different keys that may be open at once. The one silent for longest is ended to make room, so memory is
/// bounded whatever the log holds.
const LANES: usize = 1_024;
/// Finished transactions held back for one that began earlier and is still open.
const HELD: usize = 4_096;
/// A line of the dialogue put together from records that break it off.
const FRAGMENT: usize = 64 * 1024;

/// Turns the lines of one log into transactions, in file order. A copy can be brought to an end while the log goes on.
#[derive(Clone)]
pub struct Builder<'k> {
    knowledge: &'k Knowledge,
    stamps: StampReader,
    /// The newest last.
    conversations: Vec<Conversation>,
    done: Vec<Transaction>,
    sessions: u64,
    /// Tells sessions apart that stand in each other.
    tangle: Option<Demux>,
    /// Lines seen, understood or not.
    pub tally: Tally,
    at: Position,
    /// Of the lines that nobody understood.
    traces: Traces,
}

impl<'k> Builder<'k> {
    /// A builder at the start of a log, or at a hard start in it.
    #[must_use]
    pub fn new(knowledge: &'k Knowledge, stamps: StampReader) -> Self {
        Builder {
            knowledge,
            stamps,
            conversations: vec![Conversation::default()],
            done: Vec::new(),
            sessions: 0,
            tangle: None,
            tally: Tally::default(),
            at: Position::default(),
            traces: Traces::default(),
        }
    }

    /// A builder at the start of a log in which sessions without a key stand in each other.
    #[must_use]
    pub fn untangling(self) -> Self {
        Builder { tangle: Some(Demux::default()), ..self }
    }

    /// Takes one line. `offset` is its place in the log, in bytes. Returns whether it was understood.
    pub fn feed<'d>(&mut self, hand: impl Into<Hand<'d>>, line: &Line<'_>, offset: u64) -> bool {
        let hand = hand.into();
        let Some(tangle) = &mut self.tangle else { return self.feed_keyed(hand, line, offset) };
        let key = tangle.key(hand, line);
        self.feed_keyed(hand, &Line { key: &key, ..*line }, offset)
    }

    fn feed_keyed(&mut self, hand: Hand<'_>, line: &Line<'_>, offset: u64) -> bool {
        let Hand { place: hand, dialect } = hand;
        self.tally.lines += 1;
        self.at = Position { line: self.tally.lines, offset };
        let at = self.at;
        let place = self.conversation(hand, line);
        let conversation = &mut self.conversations[place];
        conversation.ways = Markings {
            marks_sides: dialect.marks_sides,
            marks_data: dialect.marks_data,
            marks_end: dialect.marks_end,
            tells_refusals: dialect.tells_refusals,
        };
        let mut cx = Context {
            knowledge: self.knowledge,
            stamps: &self.stamps,
            done: &mut self.done,
            sessions: &mut self.sessions,
        };
        // A record of another kind ends what the one before left open.
        if !conversation.fragment.is_empty() && ends_fragment(&line.what, conversation.side) {
            flush(conversation, &mut cx, at);
        }
        let begins = matches!(line.what, What::Connecting(_) | What::Connected(_) | What::Outcome(_));
        if !conversation.open {
            // Whatever begins on this line begins here.
            conversation.restamp(at, line.stamp);
        } else if !begins && !matches!(line.what, What::Unknown(_)) {
            conversation.at(at, line.stamp);
        }
        let understood = match line.what {
            What::Server(text, open) => {
                if dialect.line_end != LineEnd::Line || matches!(text, [b'4' | b'5', ..]) {
                    conversation.keep_for_repetition(text);
                }
                conversation.side = Some(Side::Server);
                self::said(conversation, &mut cx, Side::Server, text, open, at, line.stamp, dialect.line_end)
            }
            What::Client(text, open) => {
                conversation.side = Some(Side::Client);
                self::said(conversation, &mut cx, Side::Client, text, open, at, line.stamp, dialect.line_end)
            }
            What::Quoted(text) if conversation.in_data() => {
                unmarked(conversation, &mut cx, dialect, text, Open::No, at, line.stamp)
            }
            What::Repeat(text) | What::Quoted(text) => {
                conversation.is_repetition(text)
                    || conversation.has_told(text)
                    || conversation.hears_of_refusal(&mut cx, |conversation, cx| {
                        self::said(conversation, cx, Side::Server, text, Open::No, at, line.stamp, dialect.line_end)
                    })
            }
            What::Turn(side) => {
                conversation.side = Some(side);
                true
            }
            What::Unmarked(text, open) => unmarked(conversation, &mut cx, dialect, text, open, at, line.stamp),
            What::Hidden => {
                conversation.secret(None);
                true
            }
            What::Elided(bytes) => {
                conversation.elided(bytes);
                true
            }
            What::Connecting(endpoint) => {
                begin(conversation, at, line.stamp, |conversation| conversation.connecting(&mut cx, endpoint, at));
                true
            }
            What::Connected(endpoint) => {
                begin(conversation, at, line.stamp, |conversation| conversation.connected(&mut cx, endpoint, at));
                true
            }
            What::Secured => {
                conversation.secured(&mut cx, at);
                true
            }
            What::Closed => {
                conversation.closed(&mut cx, at);
                conversation.at(at, line.stamp);
                true
            }
            What::Note(text) => {
                let plain = (dialect.line_end == LineEnd::Html).then(|| crate::dialect::from_html(text));
                conversation.note(&mut cx, plain.as_deref().unwrap_or(text), at);
                true
            }
            What::Setting(name, value) => {
                conversation.setting(name, value);
                // A password is no error, whatever it looks like, and is not looked at.
                if name != b"password" {
                    conversation.note(&mut cx, value, at);
                }
                true
            }
            What::Outcome(outcome) => {
                conversation.outcome(&mut cx, outcome, at, line.stamp);
                true
            }
            What::Blank => true,
            What::Unknown(text) => {
                conversation.note(&mut cx, text, at);
                conversation.in_data() && !dialect.marks_sides
            }
        };
        let understood = if understood {
            self.traces = Traces::default();
            true
        } else {
            let text = line.what.text();
            self.traces.takes(text) || is_chatter(text)
        };
        if understood {
            self.tally.understood += 1;
        } else {
            self.tally.unknown += 1;
        }
        understood
    }

    /// The log ends, or a hard start follows: whatever is open is given out.
    pub fn finish(&mut self, end: End) {
        let at = self.at;
        for conversation in &mut self.conversations {
            let mut cx = Context {
                knowledge: self.knowledge,
                stamps: &self.stamps,
                done: &mut self.done,
                sessions: &mut self.sessions,
            };
            flush(conversation, &mut cx, at);
            conversation.close(&mut cx, end);
        }
    }

    /// The transactions finished since the last call that nothing open in the log can precede, in file order.
    pub fn drain(&mut self) -> Vec<Transaction> {
        let open = self.conversations.iter().filter_map(Conversation::holds).min();
        let mut done = std::mem::take(&mut self.done);
        done.sort_by_key(|tx| tx.byte_first);
        if let Some(open) = open.filter(|_| self.conversations.len() > 1 && done.len() < HELD) {
            let ready = done.partition_point(|tx| tx.byte_first < open);
            self.done = done.split_off(ready);
        }
        done
    }

    /// The finished transactions that were not drained yet.
    pub fn done_mut(&mut self) -> &mut [Transaction] {
        &mut self.done
    }

    /// Sessions begun so far.
    #[must_use]
    pub fn sessions(&self) -> u64 {
        self.sessions
    }

    /// Moves every line number by what stood before in the log: a builder that began at a hard start counts from there.
    pub fn shift(&mut self, before: &Tally, sessions: u64) {
        self.at.line += before.lines;
        self.sessions += sessions;
        self.tally.lines += before.lines;
        self.tally.understood += before.understood;
        self.tally.unknown += before.unknown;
        self.tally.torn += before.torn;
        for conversation in &mut self.conversations {
            conversation.shift(before.lines, sessions);
        }
        for tx in &mut self.done {
            tx.shift(before.lines, sessions);
        }
    }

    fn conversation(&mut self, hand: u8, line: &Line<'_>) -> usize {
        let key = line.key;
        let newest = self.conversations.len() - 1;
        // Another handwriting is another program, and so another connection. In the same, a line without a key goes with
        // the line before it. (Asked first: comparing empty keys byte by byte took half of
        // the whole run, as a boxed slice of nothing points nowhere.)
        let begins = matches!(line.what, What::Connecting(_) | What::Connected(_));
        let same = self.conversations[newest].hand == hand;
        if same && (key.is_empty() && !begins || *self.conversations[newest].key == *key) {
            return newest;
        }
        if same && self.conversations[newest].key.is_empty() && self.conversations[newest].is_waiting() {
            // The connection came before its key (hMailServer).
            self.conversations[newest].key = key.into();
            return newest;
        }
        let mine = |conversation: &Conversation| {
            conversation.hand == hand && (key.is_empty() && !begins || *conversation.key == *key)
        };
        if let Some(place) = self.conversations.iter().rposition(mine) {
            let conversation = self.conversations.remove(place);
            self.conversations.push(conversation);
        } else {
            if self.conversations.len() >= LANES || !self.conversations[0].open && self.conversations.len() > 1 {
                self.end_oldest();
            }
            if self.tangle.is_some() {
                // Their keys never come again.
                while let Some(place) =
                    self.conversations.iter().position(|conversation| !conversation.open || conversation.has_ended())
                {
                    self.conversations[..=place].rotate_right(1);
                    self.end_oldest();
                }
            }
            self.conversations.push(Conversation::new(hand, key));
        }
        self.conversations.len() - 1
    }

    fn end_oldest(&mut self) {
        let mut conversation = self.conversations.remove(0);
        let mut cx = Context {
            knowledge: self.knowledge,
            stamps: &self.stamps,
            done: &mut self.done,
            sessions: &mut self.sessions,
        };
        conversation.close(&mut cx, End::Next);
    }
}

/// A session may begin on this line: it is the first of the new one, not the last of the old one.
fn begin(conversation: &mut Conversation, at: Position, stamp: &[u8], mut open: impl FnMut(&mut Conversation)) {
    let was = conversation.session;
    let before = (conversation.last, conversation.open);
    open(conversation);
    if conversation.session != was || !before.1 {
        conversation.restamp(at, stamp);
    } else {
        conversation.at(at, stamp);
    }
}

/// Whether this line ends a line of the dialogue that the record before left open.
fn ends_fragment(what: &What<'_>, side: Option<Side>) -> bool {
    match what {
        What::Server(..) => side != Some(Side::Server),
        What::Client(..) => side != Some(Side::Client),
        What::Unmarked(..) => false,
        _ => true,
    }
}

fn flush(conversation: &mut Conversation, cx: &mut Context<'_>, at: Position) {
    if conversation.fragment.is_empty() {
        return;
    }
    let fragment = std::mem::take(&mut conversation.fragment);
    match conversation.side {
        Some(Side::Server) => conversation.server(cx, &fragment, at),
        Some(Side::Client) => conversation.client(cx, &fragment, at),
        _ => true,
    };
    conversation.fragment = fragment;
    conversation.fragment.clear();
}

#[allow(clippy::too_many_arguments)]
fn said(
    conversation: &mut Conversation,
    cx: &mut Context<'_>,
    side: Side,
    text: &[u8],
    open: Open,
    at: Position,
    stamp: &[u8],
    line_end: LineEnd,
) -> bool {
    if !conversation.open {
        conversation.at(at, stamp);
    }
    let speak = |conversation: &mut Conversation, cx: &mut Context<'_>, text: &[u8]| match side {
        Side::Server => conversation.server(cx, text, at),
        Side::Client => conversation.client(cx, text, at),
        Side::Writer => true,
    };
    match line_end {
        LineEnd::Line if conversation.fragment.is_empty() && open == Open::No => speak(conversation, cx, text),
        LineEnd::Line => continued(conversation, cx, text, open, speak),
        LineEnd::Ends(end) => {
            let mut understood = true;
            let mut rest = text;
            if side == Side::Server {
                conversation.raw = memchr::memmem::find(text, end.as_bytes()).is_none();
            }
            while let Some(found) = memchr::memmem::find(rest, end.as_bytes()) {
                understood &= continued(conversation, cx, &rest[..found], Open::No, speak);
                rest = &rest[found + end.len()..];
            }
            if !rest.is_empty() {
                understood &= continued(conversation, cx, rest, Open::Yes, speak);
            }
            understood
        }
        LineEnd::Joins(mark) if side == Side::Server => {
            let mut understood = true;
            for line in joined(text, mark.as_bytes()) {
                understood &= speak(conversation, cx, line);
            }
            understood
        }
        LineEnd::Joins(_) => speak(conversation, cx, text),
        LineEnd::Html => {
            let plain = crate::dialect::from_html(text);
            let mut understood = true;
            for line in html_lines(&plain, side) {
                understood &= speak(conversation, cx, line);
            }
            understood
        }
        LineEnd::Escaped if memchr::memchr(b'\\', text).is_none() => {
            let mut understood = true;
            for line in html_lines(text, side) {
                understood &= speak(conversation, cx, line);
            }
            understood
        }
        LineEnd::Escaped => {
            let mut plain = std::mem::take(&mut conversation.fragment);
            plain.clear();
            crate::dialect::unescape(text, &mut plain);
            let mut understood = true;
            let whole = plain.strip_suffix(b"\n").unwrap_or(&plain);
            for line in whole.split(|b| *b == b'\n') {
                for line in html_lines(line.strip_suffix(b"\r").unwrap_or(line), side) {
                    understood &= speak(conversation, cx, line);
                }
            }
            plain.clear();
            conversation.fragment = plain;
            understood
        }
    }
}

/// The lines of a record of HTML.
pub(crate) fn html_lines(plain: &[u8], side: Side) -> impl Iterator<Item = &[u8]> {
    // What the client says is one line, whatever stands in it.
    let mark: &[u8] = if side == Side::Server { b"" } else { b"\0" };
    joined(plain, mark)
}

/// Adds to an open line, and speaks it once it is whole.
fn continued(
    conversation: &mut Conversation,
    cx: &mut Context<'_>,
    text: &[u8],
    open: Open,
    speak: impl Fn(&mut Conversation, &mut Context<'_>, &[u8]) -> bool,
) -> bool {
    if conversation.fragment.is_empty() && open == Open::No {
        return speak(conversation, cx, text);
    }
    let room = FRAGMENT.saturating_sub(conversation.fragment.len());
    conversation.fragment.extend_from_slice(&text[..text.len().min(room)]);
    if open == Open::Yes {
        return true;
    }
    let whole = std::mem::take(&mut conversation.fragment);
    let understood = speak(conversation, cx, &whole);
    conversation.fragment = whole;
    conversation.fragment.clear();
    understood
}

/// The lines of a reply that a writer put on one: each repeats the code of the first, and all but the last say so.
pub(crate) fn joined<'a>(text: &'a [u8], mark: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let line = rest?;
        rest = None;
        if line.get(3) == Some(&b'-') {
            let next = memchr::memmem::find_iter(line, mark).filter(|at| *at > 3).find(|at| {
                let after = &line[at + mark.len()..];
                after.len() > 3 && after[..3] == line[..3] && matches!(after[3], b'-' | b' ')
            });
            if let Some(at) = next {
                rest = Some(&line[at + mark.len()..]);
                return Some(&line[..at]);
            }
        }
        Some(line)
    })
}

/// A line without a mark: what it is depends on what was said before.
fn unmarked(
    conversation: &mut Conversation,
    cx: &mut Context<'_>,
    dialect: &Dialect,
    text: &[u8],
    open: Open,
    at: Position,
    stamp: &[u8],
) -> bool {
    if conversation.in_data()
        && (dialect.leaves_data_unmarked() || conversation.raw && conversation.side == Some(Side::Client))
    {
        return conversation.client(cx, text, at);
    }
    match (conversation.side, dialect.line_end) {
        // A line of the log ended, so the line of the dialogue did too; this one is its next.
        (Some(side), LineEnd::Ends(_)) if !conversation.fragment.is_empty() => {
            flush(conversation, cx, at);
            conversation.side = Some(side);
            conversation.fragment.extend_from_slice(text);
            true
        }
        (Some(side), LineEnd::Line) if dialect.marks_sides && side != Side::Writer => {
            let reply =
                side != Side::Server || crate::smtp::reply_line(text).is_ok() || !conversation.fragment.is_empty();
            if reply && said(conversation, cx, side, text, open, at, stamp, LineEnd::Line) {
                return true;
            }
            conversation.note(cx, text, at);
            false
        }
        (Some(Side::Writer), _) => true,
        _ if !dialect.marks_sides => {
            let data = conversation.in_data();
            let understood = conversation.client(cx, text, at);
            if !understood {
                conversation.note(cx, text, at);
            }
            understood || data
        }
        _ => {
            conversation.note(cx, text, at);
            false
        }
    }
}
