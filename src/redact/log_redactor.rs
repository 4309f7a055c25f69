//! A log, line by line, with its secrets and its people replaced: the copy reads like the original. What of a line may
//! be shown is decided by the state of the conversation, not by what the line looks like.

use std::{collections::HashMap, mem};

use crate::{
    dialect::{Dialect, DialectRef, DialectSet, Event, Line, LineEnd, Open, Side},
    knowledge::Knowledge,
    session::{Demux, Heard, Router, Said, encoded},
};

use super::{
    Level, Redactor,
    censor::Censor,
    lane::Lane,
    pending_lines::{PendingLines, Piece},
    record::{Part, is_kept, is_open, join, placed, without_values},
    secret,
    stray_auth::StrayAuth,
};

/// Different beginnings of lines that are remembered, so that each is looked at once.
const FRAMES: usize = 512;

/// Rewrites the lines of one log, in file order.
pub(crate) struct LogRedactor<'g> {
    censor: Censor<'g>,
    lanes: Router<Lane>,
    /// What stands for the beginnings of lines that are shown, and of those that are only learned from.
    frames: [HashMap<Vec<u8>, Vec<u8>>; 2],
    pending: PendingLines,
    stray_auth: StrayAuth,
    /// Tells sessions apart that stand in each other (as in `session`).
    demux: Demux,
    /// PCs that were known when the frames were looked at: one more may be named in them.
    pcs: usize,
    /// The frame of the line at hand is all there is, and stands in an AUTH exchange.
    in_sign_in: bool,
}

impl<'g> LogRedactor<'g> {
    /// A redactor at the start of a log. Stand-ins are those of the gate, so that a report beside the copy has the same. What
    /// comes out must not be shown where the gate is one that [reads](Redactor::reader).
    pub(crate) fn new(gate: &'g mut Redactor, knowledge: &'g Knowledge) -> Self {
        LogRedactor {
            censor: Censor::new(gate, knowledge),
            lanes: Router::new(),
            frames: Default::default(),
            pending: PendingLines::default(),
            stray_auth: StrayAuth::default(),
            demux: Demux::default(),
            pcs: 0,
            in_sign_in: false,
        }
    }

    /// Takes one line and its end.
    pub(crate) fn line(&mut self, dialects: &DialectSet<'_>, text: &[u8], end: &[u8]) {
        let (dialect_ref, mut line) = dialects.read(text);
        self.censor.expect(text, line.event.said());
        if self.censor.reads() {
            self.censor.listen(text);
        }
        let key;
        if dialects.is_interleaved() {
            key = self.demux.key(dialect_ref, &line);
            line.key = &key;
        }
        let DialectRef { index, dialect } = dialect_ref;
        let mut left = Vec::new();
        let lane = self.lanes.route((index, line.key), &line.event, dialects.is_interleaved(), |lane| left.push(lane));
        let mut lane = mem::take(lane);
        // The records of an unfinished line wait, and all that follow wait for them.
        for mut lane in left {
            self.complete(dialects.at(lane.route.dialect_index), &mut lane);
        }
        lane.dialogue.heed(dialect);
        self.rewrite(dialect, text, &line, end, &mut lane);
        *self.lanes.newest_mut() = lane;
        if self.pending.is_full() {
            self.complete_all(dialects);
        }
    }

    /// A line of a log in nobody's dialect.
    pub(crate) fn strange_line(&mut self, text: &[u8], end: &[u8]) {
        self.censor.expect(text, b"");
        if self.overhears(text, end) {
            return;
        }
        self.pending.push([&*self.censor.stranger(text), end].concat());
    }

    /// The log ends.
    pub(crate) fn finish(&mut self, dialects: &DialectSet<'_>) {
        self.complete_all(dialects);
    }

    /// The next line that is ready, with its end.
    pub(crate) fn next_line(&mut self) -> Option<Vec<u8>> {
        self.pending.next()
    }

    /// The conversation of the newest line is inside a message.
    pub(super) fn in_data(&self) -> bool {
        self.lanes.newest().dialogue.in_data()
    }

    fn rewrite(&mut self, dialect: &Dialect, text: &[u8], line: &Line<'_>, end: &[u8], lane: &mut Lane) {
        self.in_sign_in = false;
        let in_data = lane.dialogue.in_data();
        let heard = lane.reading.hears(dialect, &line.event, in_data);
        if lane.reading.is_ended_by(dialect, &line.event, in_data) {
            self.complete(dialect, lane);
        }
        match heard {
            Heard::Said(said) => self.said(dialect, text, line, end, lane, said),
            Heard::Data(said) | Heard::Stranger(said) if in_data => {
                lane.reading.side = Some(Side::Client);
                let shown = lane.dialogue.client(said, &mut self.censor);
                self.put_said(dialect, text, line, (said, shown), end);
            }
            Heard::Writer(said) => {
                // Bytes of TLS, and other things that nobody said.
                let shown = self.censor.shape(said);
                self.put_said(dialect, text, line, (said, shown), end);
            }
            Heard::Data(_) | Heard::Stranger(_) if self.overhears(text, end) => {}
            Heard::Data(said) | Heard::Stranger(said) => {
                let shown = self.censor.stranger(said);
                self.put(dialect, text, line, vec![(said, shown)], end);
            }
            Heard::Other => self.event(dialect, text, line, end, lane),
        }
        if !line.reply.is_empty() {
            // It is shown as a part of the frame; what follows depends on it.
            lane.dialogue.server(line.reply, &mut self.censor);
        }
        lane.connecting = match line.event {
            Event::Connecting(_) => true,
            Event::Server(..) | Event::Client(..) | Event::Connected(_) | Event::Secured | Event::Closed => false,
            _ => lane.connecting,
        };
        lane.closed = matches!(line.event, Event::Closed);
    }

    /// A record that is no dialogue.
    fn event(&mut self, dialect: &Dialect, text: &[u8], line: &Line<'_>, end: &[u8], lane: &mut Lane) {
        let signs_in = lane.dialogue.signs_in();
        // Where a dialect takes the whole of a note for its frame, that may quote an answer.
        self.in_sign_in =
            self.censor.is_due() || signs_in && matches!(line.event, Event::Note(b"") | Event::Outcome(_));
        match line.event {
            Event::Repeat(reply) | Event::Quoted(reply) => {
                let said = Said { side: Side::Server, text: reply, open: Open::No, line_end: dialect.line_end };
                self.said(dialect, text, line, end, lane, said);
            }
            Event::Unknown(said) if lane.dialogue.in_data() && !dialect.marks.sides() => {
                let shown = lane.dialogue.client(said, &mut self.censor);
                self.put(dialect, text, line, vec![(said, shown)], end);
            }
            Event::Unknown(_) | Event::Note(_) | Event::Setting(..) if self.overhears(text, end) => {}
            Event::Unknown(said) => {
                let shown = self.censor.stranger(said);
                self.put(dialect, text, line, vec![(said, shown)], end);
            }
            Event::Note(said) => {
                // Some writers note what they answer.
                let shown = if signs_in { self.censor.note_of_sign_in(said) } else { self.censor.chatter(said) };
                self.put(dialect, text, line, vec![(said, shown)], end);
            }
            Event::Setting(name, value) => {
                let value = (value, self.censor.setting(name, value, signs_in));
                self.put(dialect, text, line, vec![value], end);
            }
            Event::Connecting(endpoint) | Event::Connected(endpoint) => {
                self.censor.learn_host(endpoint.host);
                lane.dialogue.restart();
                lane.reading.restart();
                if line.key.is_empty() {
                    self.censor.forget_questions();
                }
                let host = self.censor.free(endpoint.host);
                self.put(dialect, text, line, vec![(endpoint.host, host)], end);
            }
            Event::Outcome(outcome) => {
                let parts = self.censor.outcome(&outcome, self.in_sign_in);
                self.put(dialect, text, line, parts, end);
            }
            Event::Turn(side) => {
                lane.reading.side = Some(side);
                self.put(dialect, text, line, Vec::new(), end);
            }
            Event::Hidden => {
                lane.dialogue.hidden(&mut self.censor);
                self.put(dialect, text, line, Vec::new(), end);
            }
            Event::Closed => {
                lane.dialogue.restart();
                if line.key.is_empty() {
                    self.censor.forget_questions();
                }
                self.put(dialect, text, line, Vec::new(), end);
            }
            Event::Elided(_)
            | Event::Secured
            | Event::Blank
            | Event::Server(..)
            | Event::Client(..)
            | Event::Unmarked(..) => self.put(dialect, text, line, Vec::new(), end),
        }
    }

    /// The line may hold an answer to a question that stood in lines which nobody understood: that is left out.
    fn overhears(&mut self, text: &[u8], end: &[u8]) -> bool {
        let Some(at) = self.stray_auth.answer(text) else { return false };
        self.censor.answer(None, 0, text[at..].trim_ascii_end());
        let head = self.frame(&text[..at]);
        self.pending.push([&*head, b"***", end].concat());
        true
    }

    /// Lines of the dialogue, or a part of one.
    fn said<'a>(
        &mut self,
        dialect: &Dialect,
        text: &[u8],
        line: &Line<'a>,
        end: &[u8],
        lane: &mut Lane,
        said: Said<'a>,
    ) {
        let mut room = Vec::new();
        let mut shown = Vec::new();
        let mut waits = false;
        for segment in lane.reading.lines(&said, &mut room) {
            let goes_on = lane.reading.is_broken_off();
            let whole = lane.reading.join(&segment);
            match whole {
                Some(whole) if !goes_on => shown.extend(self.speak(said.side, &whole, lane)),
                whole => {
                    // Where a mark ends the line, what goes on with it stands in the record that began it.
                    if !goes_on || said.line_end == LineEnd::Line {
                        let mut piece = self.piece(dialect, text, line, said.text, end);
                        piece.before.append(&mut shown);
                        lane.fragment.add(piece);
                        waits = true;
                    }
                    if let Some(whole) = whole {
                        self.fill(dialect, lane, said.side, &whole);
                    }
                }
            }
            shown.extend_from_slice(segment.after);
        }
        if waits {
            return;
        }
        let shown = encoded(said.line_end, shown, said.text);
        self.put_said(dialect, text, line, (said.text, shown), end);
    }

    /// A record with its part of the dialogue replaced.
    fn put_said<'a>(&mut self, dialect: &Dialect, text: &[u8], line: &Line<'a>, said: Part<'a>, end: &[u8]) {
        let changed = said.1 != said.0;
        let mut bytes = self.composed(dialect, text, line, vec![said]);
        if changed
            && !self.censor.listens()
            && !matches!(dialect.line_end, LineEnd::Ends(_))
            && is_open(dialect, &bytes)
        {
            // A record of just this length would be read as one that goes on.
            bytes.push(b' ');
        }
        bytes.extend_from_slice(end);
        self.pending.push(bytes);
    }

    /// A whole line of the dialogue.
    fn speak(&mut self, side: Side, text: &[u8], lane: &mut Lane) -> Vec<u8> {
        match side {
            Side::Client => lane.dialogue.client(text, &mut self.censor),
            Side::Server => match lane.dialogue.server(text, &mut self.censor) {
                Some(shown) => shown,
                None => self.censor.stranger(text),
            },
            Side::Writer => self.censor.shape(text),
        }
    }

    /// Nothing more comes of the line that is broken off.
    fn complete(&mut self, dialect: &Dialect, lane: &mut Lane) {
        if let Some(line) = lane.reading.complete() {
            let side = lane.reading.side.unwrap_or(Side::Client);
            self.fill(dialect, lane, side, &line);
        }
    }

    /// The records that wait for this line get their parts of it.
    fn fill(&mut self, dialect: &Dialect, lane: &mut Lane, side: Side, line: &[u8]) {
        let shown = self.speak(side, line, lane);
        let goes_on = |bytes: &[u8]| dialect.line_end == LineEnd::Line && is_open(dialect, bytes);
        mem::take(&mut lane.fragment).give(shown, goes_on, &mut self.pending);
    }

    fn complete_all(&mut self, dialects: &DialectSet<'_>) {
        let mut lanes = mem::replace(&mut self.lanes, Router::new());
        for lane in lanes.iter_mut() {
            self.complete(dialects.at(lane.route.dialect_index), lane);
        }
        self.lanes = lanes;
    }

    /// A line whose text is not whole yet.
    fn piece<'a>(&mut self, dialect: &Dialect, text: &[u8], line: &Line<'a>, said: &'a [u8], end: &[u8]) -> Piece {
        let whole = self.composed(dialect, text, line, vec![(said, b"\0".to_vec())]);
        // The gate lets no NUL through, so this one is ours.
        let at = whole.iter().position(|b| *b == 0).unwrap_or(whole.len());
        let after = whole.get(at + 1..).unwrap_or_default();
        Piece {
            id: self.pending.reserve(),
            before: whole[..at].to_vec(),
            len: said.len(),
            after: [after, end].concat(),
        }
    }

    fn put<'a>(&mut self, dialect: &Dialect, text: &[u8], line: &Line<'a>, parts: Vec<Part<'a>>, end: &[u8]) {
        let mut bytes = self.composed(dialect, text, line, parts);
        bytes.extend_from_slice(end);
        self.pending.push(bytes);
    }

    /// The line with these parts replaced. Stamp and key stay; what stands between is the writer's frame, of which only
    /// known words stay unless that makes another line of it.
    fn composed<'a>(&mut self, dialect: &Dialect, text: &[u8], line: &Line<'a>, parts: Vec<Part<'a>>) -> Vec<u8> {
        let out = self.parted(dialect, text, line, parts);
        if self.censor.listens() {
            return out;
        }
        // What takes a line apart may have parted the name of a secret from its value.
        let dialogue = matches!(line.event, Event::Server(..) | Event::Client(..) | Event::Unmarked(..));
        if dialect.is_template() || !dialogue { without_values(text, out) } else { out }
    }

    fn parted<'a>(&mut self, dialect: &Dialect, text: &[u8], line: &Line<'a>, parts: Vec<Part<'a>>) -> Vec<u8> {
        let mut parts = parts;
        if !line.key.is_empty() && !is_kept(line.key, self.censor.level()) {
            parts.push((line.key, self.censor.key(line.key)));
        }
        let placed = placed(text, line, parts, self.censor.level());
        let out = join(text, &placed, |frame| self.frame(frame));
        if self.censor.listens() || mem::discriminant(&dialect.read(&out).event) == mem::discriminant(&line.event) {
            return out;
        }
        join(text, &placed, |frame| self.bare_frame(dialect, frame))
    }

    /// A frame as it stands, where nothing in it can be a secret, or a name in words that were learned with the line.
    fn bare_frame(&mut self, dialect: &Dialect, text: &[u8]) -> Vec<u8> {
        let personal = self.censor.level() == Level::Personal;
        if dialect.is_template() && (personal || secret::is_told_in(&String::from_utf8_lossy(text))) {
            self.frame(text)
        } else {
            self.censor.free(text)
        }
    }

    fn frame(&mut self, text: &[u8]) -> Vec<u8> {
        if !text.iter().any(|b| b.is_ascii_alphanumeric() || !b.is_ascii_graphic() && !b" \t".contains(b)) {
            return text.to_vec();
        }
        if self.in_sign_in {
            return by_column(text, |part| self.censor.note_of_sign_in(part));
        }
        if self.pcs != self.censor.pcs() {
            self.pcs = self.censor.pcs();
            self.frames = Default::default();
        }
        let frames = usize::from(self.censor.listens());
        if let Some(known) = self.frames[frames].get(text) {
            return known.clone();
        }
        let shown = by_column(text, |part| self.censor.chatter(part));
        if self.frames[frames].len() < FRAMES {
            self.frames[frames].insert(text.to_vec(), shown.clone());
        }
        shown
    }
}

fn by_column(text: &[u8], show: impl FnMut(&[u8]) -> Vec<u8>) -> Vec<u8> {
    text.split(|b| *b == b'\t').map(show).collect::<Vec<_>>().join(&b'\t')
}
