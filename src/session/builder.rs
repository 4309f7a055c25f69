//! Turns the lines of a log into transactions: each line goes to its conversation, in file order.

use super::{
    Clue, End, Tally, Transaction,
    clue::Clues,
    conversation::{Context, Conversation, Settings},
    demux::Demux,
    notes::Notes,
    position::Position,
    reader::{Heard, Said},
    router::Router,
};
use crate::{
    dialect::{Dialect, DialectRef, Event, Line, LineEnd, Open, Side, StampReader, Traces, is_chatter},
    knowledge::Knowledge,
};

/// Finished transactions held back for one that began earlier and is still open.
const MAX_HELD_TRANSACTIONS: usize = 4_096;

/// Turns the lines of one log into transactions, in file order. A copy can be brought to an end while the log goes on.
#[derive(Clone)]
pub struct Builder<'k> {
    knowledge: &'k Knowledge,
    stamps: StampReader,
    conversations: Router<Conversation>,
    done: Vec<Box<Transaction>>,
    /// So many of these nothing can precede any more; they stand first, in file order.
    ready: usize,
    sessions: u64,
    /// Tells sessions apart that stand in each other.
    demux: Option<Demux>,
    /// Lines seen, understood or not.
    pub tally: Tally,
    at: Position,
    /// Of the lines that nobody understood.
    traces: Traces,
    /// Where secrets stand.
    clues: Clues,
    notes: Notes,
}

impl<'k> Builder<'k> {
    /// A builder at the start of a log, or at a hard start in it.
    pub fn new(knowledge: &'k Knowledge, stamps: StampReader) -> Self {
        Builder {
            knowledge,
            stamps,
            conversations: Router::new(),
            done: Vec::new(),
            ready: 0,
            sessions: 0,
            demux: None,
            tally: Tally::default(),
            at: Position::default(),
            traces: Traces::default(),
            clues: Clues::default(),
            notes: Notes::of(knowledge),
        }
    }

    /// A builder at the start of a log in which sessions without a key stand in each other.
    pub fn demultiplexing(self) -> Self {
        Builder { demux: Some(Demux::default()), ..self }
    }

    /// A builder behind sessions that left these settings.
    pub fn behind(mut self, settings: Settings) -> Self {
        self.conversations.newest_mut().settings = settings;
        self
    }

    /// The settings that the sessions so far leave to the next one.
    pub fn settings(&self) -> &Settings {
        &self.conversations.newest().settings
    }

    /// A session ends and another begins where this is told, whatever stood before: then a builder that begins there
    /// [behind](Builder::behind) these settings reads on as this one does.
    pub fn ends_at(&self, event: &Event<'_>) -> bool {
        let alone = self.conversations.len() == 1 && self.demux.is_none() && !self.clues.is_waiting();
        alone && self.conversations.newest().ends_at(event)
    }

    /// Takes one line. `offset` is its place in the log, in bytes. Returns whether it was understood.
    pub fn feed<'d>(&mut self, dialect_ref: impl Into<DialectRef<'d>>, line: &Line<'_>, offset: u64) -> bool {
        let dialect_ref = dialect_ref.into();
        let Some(demux) = &mut self.demux else { return self.feed_keyed(dialect_ref, line, offset) };
        let key = demux.key(dialect_ref, line);
        self.feed_keyed(dialect_ref, &Line { key: &key, ..*line }, offset)
    }

    fn feed_keyed(&mut self, dialect_ref: DialectRef<'_>, line: &Line<'_>, offset: u64) -> bool {
        let DialectRef { index, dialect } = dialect_ref;
        self.tally.lines += 1;
        self.at = Position { line: self.tally.lines, offset };
        let Builder { knowledge, stamps, done, sessions, notes, .. } = self;
        let mut cx = Context { knowledge, stamps, done, sessions, notes };
        let leave = |mut oldest: Conversation| {
            oldest.close(&mut cx, End::Next);
            oldest.give_foretold(&mut cx);
        };
        let conversation = self.conversations.route((index, line.key), &line.event, self.demux.is_some(), leave);
        conversation.marks = dialect.marks;
        conversation.dialogue.set_marks(dialect.marks.into());
        let mut understood = take(conversation, &mut cx, Record { dialect, line, at: self.at });
        if !line.reply.is_empty() {
            let said = Said { side: Side::Server, text: line.reply, open: Open::No, line_end: dialect.line_end };
            understood |= says(conversation, &mut cx, &said, self.at, line.stamp);
        }
        if !conversation.answers.is_empty() {
            conversation.answers.drain(..).for_each(|answer| self.clues.answer(answer));
        }
        if understood {
            self.traces = Traces::default();
        } else {
            let text = line.event.text();
            understood = self.traces.takes(text) || is_chatter(text);
        }
        self.tally.understood += u64::from(understood);
        self.tally.unknown += u64::from(!understood);
        // Decided at this line and not when somebody drains, so that the order does not tell how the log was cut.
        if self.done.len() - self.ready >= MAX_HELD_TRANSACTIONS {
            self.settle();
        }
        understood
    }

    /// Looks at a line for what it tells of secrets, as it stands in the log and as it is read.
    pub fn look(&mut self, text: &[u8], line: &Line<'_>) {
        self.clues.look(text, line);
    }

    /// Takes the clues to secrets found since the last call, in file order.
    pub fn clues(&mut self) -> Vec<Clue> {
        self.clues.take()
    }

    /// The log ends, or a hard start follows: whatever is open is given out.
    pub fn finish(&mut self, end: End) {
        let Builder { knowledge, stamps, done, sessions, notes, at, conversations, .. } = self;
        let mut cx = Context { knowledge, stamps, done, sessions, notes };
        for conversation in conversations.iter_mut() {
            flush(conversation, &mut cx, *at);
            conversation.end_silent(&mut cx);
            conversation.close(&mut cx, end);
            conversation.give_foretold(&mut cx);
        }
    }

    /// The transactions finished since the last call that nothing open in the log can precede, in file order.
    pub fn drain(&mut self) -> impl Iterator<Item = Box<Transaction>> {
        self.settle();
        self.done.drain(..std::mem::take(&mut self.ready))
    }

    /// Finds which of the finished transactions need not wait: those before all that is open, and all where too many wait.
    fn settle(&mut self) {
        let waiting = &mut self.done[self.ready..];
        waiting.sort_by_key(|tx| tx.byte_first);
        let open = self.conversations.iter().filter_map(Conversation::holds).min();
        let first = open.map_or(waiting.len(), |open| waiting.partition_point(|tx| tx.byte_first < open));
        self.ready += if waiting.len() - first < MAX_HELD_TRANSACTIONS { first } else { waiting.len() };
    }

    /// The finished transactions that were not drained yet.
    pub fn done_mut(&mut self) -> &mut [Box<Transaction>] {
        &mut self.done
    }

    /// Sessions begun so far.
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
        for conversation in self.conversations.iter_mut() {
            conversation.shift(before.lines, sessions);
        }
        for tx in &mut self.done {
            tx.shift(before.lines, sessions);
        }
    }
}

/// A line of the log, how it is written and where it stands.
#[derive(Clone, Copy)]
struct Record<'r> {
    dialect: &'r Dialect,
    line: &'r Line<'r>,
    at: Position,
}

/// Gives a record to its conversation. False where it was not understood.
fn take(conversation: &mut Conversation, cx: &mut Context<'_>, record: Record<'_>) -> bool {
    let Record { dialect, line, at } = record;
    let in_data = conversation.in_data();
    let heard = conversation.reading.hears(dialect, &line.event, in_data);
    if conversation.reading.is_ended_by(dialect, &line.event, in_data) {
        flush(conversation, cx, at);
    }
    let begins = matches!(line.event, Event::Connecting(_) | Event::Connected(_) | Event::Outcome(_) | Event::Note(_));
    if !conversation.session.open {
        // Whatever begins on this line begins here.
        conversation.restamp(at, line.stamp);
    } else if !begins && !matches!(line.event, Event::Unknown(_)) {
        conversation.at(at, line.stamp);
    }
    match heard {
        Heard::Said(said) => {
            if let Event::Server(text, _) = line.event
                && (dialect.line_end != LineEnd::Line || matches!(text, [b'4' | b'5', ..]))
            {
                conversation.keep_for_repetition(text);
            }
            let understood = says(conversation, cx, &said, at, line.stamp);
            if !understood && !matches!(line.event, Event::Server(..) | Event::Client(..)) {
                note(conversation, cx, said.text, at, line.stamp);
            }
            understood
        }
        Heard::Data(text) => {
            conversation.reading.side = Some(Side::Client);
            conversation.client(cx, text, at)
        }
        Heard::Writer(_) => true,
        Heard::Stranger(text) => {
            note(conversation, cx, text, at, line.stamp);
            false
        }
        Heard::Other => event(conversation, cx, record),
    }
}

/// A record that is no dialogue.
fn event(conversation: &mut Conversation, cx: &mut Context<'_>, Record { dialect, line, at }: Record<'_>) -> bool {
    match line.event {
        Event::Repeat(text) | Event::Quoted(text) => {
            let said = Said { side: Side::Server, text, open: Open::No, line_end: dialect.line_end };
            return conversation.is_repetition(text)
                || conversation.has_told(text)
                || conversation.hears_of_refusal(cx, |conversation, cx| says(conversation, cx, &said, at, line.stamp));
        }
        Event::Turn(side) => conversation.reading.side = Some(side),
        Event::Hidden => conversation.hidden(),
        Event::Elided(bytes) => conversation.elided(bytes),
        Event::Connecting(endpoint) => {
            begin(conversation, at, line.stamp, |conversation| conversation.connecting(cx, endpoint, at));
        }
        Event::Connected(endpoint) => {
            begin(conversation, at, line.stamp, |conversation| conversation.connected(cx, endpoint, at));
        }
        Event::Secured => conversation.secured(cx, at),
        Event::Closed => {
            conversation.closed(cx, at);
            conversation.at(at, line.stamp);
        }
        Event::Note(text) => {
            let plain = (dialect.line_end == LineEnd::Html).then(|| crate::dialect::from_html(text));
            if note(conversation, cx, plain.as_deref().unwrap_or(text), at, line.stamp) {
                conversation.at(at, line.stamp);
            }
        }
        Event::Setting(name, value) => {
            conversation.setting(name, value);
            // A password is no error, whatever it looks like, and is not looked at.
            if name != b"password" {
                conversation.note(cx, value, at);
            }
        }
        Event::Outcome(outcome) => conversation.outcome(cx, outcome, at, line.stamp),
        Event::Unknown(text) if line.stamp.is_empty() && conversation.says_why(cx, text, at) => {}
        Event::Unknown(text) => {
            note(conversation, cx, text, at, line.stamp);
            return conversation.in_data() && !dialect.marks.sides();
        }
        Event::Blank | Event::Server(..) | Event::Client(..) | Event::Unmarked(..) => {}
    }
    true
}

/// Words beside the dialogue, with which a session may begin. False where they tell of no trouble.
fn note(conversation: &mut Conversation, cx: &mut Context<'_>, text: &[u8], at: Position, stamp: &[u8]) -> bool {
    let was = conversation.session.number;
    let noted = conversation.note(cx, text, at);
    if conversation.session.number != was {
        conversation.restamp(at, stamp);
    }
    noted
}

/// A session may begin on this line: it is the first of the new one, not the last of the old one.
fn begin(conversation: &mut Conversation, at: Position, stamp: &[u8], mut open: impl FnMut(&mut Conversation)) {
    let was = conversation.session.number;
    let before = (conversation.last, conversation.session.open);
    open(conversation);
    if conversation.session.number != was || !before.1 {
        conversation.restamp(at, stamp);
    } else {
        conversation.at(at, stamp);
    }
}

/// The line that the records before broke off ends here.
fn flush(conversation: &mut Conversation, cx: &mut Context<'_>, at: Position) {
    let side = conversation.reading.side;
    if let (Some(line), Some(side)) = (conversation.reading.complete(), side) {
        speak(conversation, cx, side, &line, at);
    }
}

/// Takes the lines that one of the peers says in a record. False where one of them was not understood.
fn says(conversation: &mut Conversation, cx: &mut Context<'_>, said: &Said<'_>, at: Position, stamp: &[u8]) -> bool {
    if !conversation.session.open {
        conversation.at(at, stamp);
    }
    if let Some(line) = conversation.reading.whole(said) {
        return speak(conversation, cx, said.side, line, at);
    }
    let mut room = std::mem::take(&mut conversation.room);
    let mut understood = true;
    for segment in conversation.reading.lines(said, &mut room) {
        if let Some(line) = conversation.reading.join(&segment) {
            understood &= speak(conversation, cx, said.side, &line, at);
        }
    }
    conversation.room = room;
    understood
}

/// Takes a whole line.
fn speak(conversation: &mut Conversation, cx: &mut Context<'_>, side: Side, line: &[u8], at: Position) -> bool {
    match side {
        Side::Server => conversation.server(cx, line, at),
        Side::Client => conversation.client(cx, line, at),
        Side::Writer => true,
    }
}
