//! A log, line by line, with its secrets and its people replaced: the copy reads like the original. What of a line may
//! be shown is decided by the state of the conversation, not by what the line looks like.

use std::{
    collections::{HashMap, VecDeque},
    mem,
};

use crate::{
    dialect::{self, Dialect, DialectSet, Extent, Hand, Line, LineEnd, Open, Outcome, Side, What},
    knowledge::Knowledge,
    session::{self, Demux, Said},
};

use super::{
    Level, Redactor,
    censor::{Censor, tells_of_secrets},
    dialogue::Dialogue,
    pending_lines::{Fragment, PendingLines, Piece},
    pseudonym::Kind,
    record::{Part, ends_fragment, is_open, is_plain, join, placed, side_of},
    secret,
    stray_auth::StrayAuth,
    visible::visible_bytes,
};

/// Conversations followed at once (as in `session`). One that is forgotten begins anew: its lines become shapes.
const LANES: usize = 1_024;
/// Different beginnings of lines that are remembered, so that each is looked at once.
const FRAMES: usize = 512;
/// As much of a line that its records break off (as in `session`).
const FRAGMENT: usize = 64 * 1024;

/// Rewrites the lines of one log, in file order.
pub struct LogRedactor<'g> {
    censor: Censor<'g>,
    /// With the handwriting and the key of each; the newest last.
    lanes: VecDeque<(u8, Box<[u8]>, Lane)>,
    frames: HashMap<Vec<u8>, Vec<u8>>,
    held: PendingLines,
    overheard: StrayAuth,
    /// Tells sessions apart that stand in each other (as in `session`).
    tangle: Demux,
    /// The frame of the line at hand is all there is, and stands in an AUTH exchange.
    in_sign_in: bool,
}

/// One conversation, and the line of it that its records have broken off.
#[derive(Default)]
struct Lane {
    talk: Dialogue,
    fragment: Fragment,
}

impl<'g> LogRedactor<'g> {
    /// A redactor at the start of a log. Stand-ins are those of the gate, so that a report beside the copy has the same.
    #[must_use]
    pub fn new(gate: &'g mut Redactor, knowledge: &'g Knowledge) -> Self {
        LogRedactor {
            censor: Censor::new(gate, knowledge),
            lanes: VecDeque::from([(0, Box::default(), Lane::default())]),
            frames: HashMap::new(),
            held: PendingLines::default(),
            overheard: StrayAuth::default(),
            tangle: Demux::default(),
            in_sign_in: false,
        }
    }

    /// Takes one line and its end.
    pub fn line(&mut self, hands: &DialectSet<'_>, text: &[u8], end: &[u8]) {
        let (hand, mut line) = hands.read(text);
        let key;
        if hands.is_tangled() {
            key = self.tangle.key(hand, &line);
            line.key = &key;
        }
        let Hand { place: hand, dialect } = hand;
        let mut lane = self.lane(hands, hand, line.key);
        if !lane.fragment.is_empty() && ends_fragment(&line.what, lane.talk.side) {
            self.complete(dialect, &mut lane);
        }
        self.rewrite(dialect, text, &line, end, &mut lane);
        if let Some((.., place)) = self.lanes.back_mut() {
            *place = lane;
        }
        if self.held.is_full() {
            self.complete_all(hands);
        }
    }

    /// A line of a log in nobody's handwriting.
    pub fn strange_line(&mut self, text: &[u8], end: &[u8]) {
        if self.overhears(text, end) {
            return;
        }
        let shape = self.censor.stranger(text);
        self.held.push([&*shape, end].concat());
    }

    /// The log ends.
    pub fn finish(&mut self, hands: &DialectSet<'_>) {
        self.complete_all(hands);
    }

    /// The next line that is ready, with its end.
    pub fn next_line(&mut self) -> Option<Vec<u8>> {
        self.held.next()
    }

    /// Whether the conversation of the newest line is inside a message.
    pub(super) fn in_data(&self) -> bool {
        self.lanes.back().is_some_and(|(.., lane)| lane.talk.in_data())
    }

    /// The lane of a key, taken out of the last place in the list; a line without a key goes with the line before it in the
    /// same handwriting.
    fn lane(&mut self, hands: &DialectSet<'_>, hand: u8, key: &[u8]) -> Lane {
        let mine = |(of, known, _): &(u8, Box<[u8]>, Lane)| *of == hand && (key.is_empty() || **known == *key);
        let known = self.lanes.iter().rposition(mine).and_then(|place| self.lanes.remove(place));
        if known.is_none() && self.lanes.len() == LANES
            // The records of its unfinished line wait, and all that follow wait for them.
            && let Some((hand, _, mut oldest)) = self.lanes.pop_front()
        {
            self.complete(hands.at(hand), &mut oldest);
        }
        let (hand, key, lane) = known.unwrap_or_else(|| (hand, key.into(), Lane::default()));
        self.lanes.push_back((hand, key, Lane::default()));
        lane
    }

    fn rewrite(&mut self, dialect: &Dialect, text: &[u8], line: &Line<'_>, end: &[u8], lane: &mut Lane) {
        let marked = dialect.marks_sides;
        let signs_in = lane.talk.signs_in();
        // Where a dialect takes the whole of a note for its frame, that may quote an answer.
        self.in_sign_in = signs_in && matches!(line.what, What::Note(b"") | What::Outcome(_));
        match line.what {
            What::Server(said, open) => self.said(dialect, text, line, end, lane, (Side::Server, said, open)),
            What::Client(said, open) => self.said(dialect, text, line, end, lane, (Side::Client, said, open)),
            What::Quoted(said) if lane.talk.in_data() => {
                let shown = lane.talk.client(said, marked, &mut self.censor);
                self.put(dialect, text, line, vec![(said, shown)], end);
            }
            What::Repeat(said) | What::Quoted(said) => {
                self.said(dialect, text, line, end, lane, (Side::Server, said, Open::No))
            }
            What::Unmarked(said, open) => match side_of(dialect, &lane.talk, !lane.fragment.is_empty(), said) {
                Some(side) => self.said(dialect, text, line, end, lane, (side, said, open)),
                None if self.overhears(text, end) => {}
                None => {
                    let shown = self.censor.stranger(said);
                    self.put(dialect, text, line, vec![(said, shown)], end);
                }
            },
            What::Unknown(said) if lane.talk.in_data() && !marked => {
                let shown = lane.talk.client(said, marked, &mut self.censor);
                self.put(dialect, text, line, vec![(said, shown)], end);
            }
            What::Unknown(_) | What::Note(_) | What::Setting(..) if self.overhears(text, end) => {}
            What::Unknown(said) => {
                let shown = self.censor.stranger(said);
                self.put(dialect, text, line, vec![(said, shown)], end);
            }
            What::Note(said) => {
                // Some writers note what they answer.
                let shown = if signs_in { self.censor.note_of_sign_in(said) } else { self.censor.chatter(said) };
                self.put(dialect, text, line, vec![(said, shown)], end);
            }
            What::Setting(name, value) => {
                // While it signs in, what a template takes for a setting may be an answer.
                let shown = if signs_in { self.censor.note_of_sign_in(value) } else { self.value(name, value) };
                let value = (value, shown);
                self.put(dialect, text, line, vec![value], end);
            }
            What::Connecting(endpoint) | What::Connected(endpoint) => {
                self.censor.learn_host(endpoint.host);
                lane.talk.restart();
                if line.key.is_empty() {
                    self.censor.asked = 0;
                }
                let host = self.censor.free(endpoint.host);
                self.put(dialect, text, line, vec![(endpoint.host, host)], end);
            }
            What::Outcome(outcome) => {
                let parts = self.outcome(&outcome);
                self.put(dialect, text, line, parts, end);
            }
            What::Turn(side) => {
                lane.talk.side = Some(side);
                self.put(dialect, text, line, Vec::new(), end);
            }
            What::Hidden => {
                lane.talk.hidden(&mut self.censor);
                self.put(dialect, text, line, Vec::new(), end);
            }
            What::Closed => {
                lane.talk.restart();
                if line.key.is_empty() {
                    self.censor.asked = 0;
                }
                self.put(dialect, text, line, Vec::new(), end);
            }
            What::Elided(_) | What::Secured | What::Blank => self.put(dialect, text, line, Vec::new(), end),
        }
    }

    /// The line may hold an answer to a question that stood in lines which nobody understood: that is left out.
    fn overhears(&mut self, text: &[u8], end: &[u8]) -> bool {
        let Some(at) = self.overheard.answer(text) else { return false };
        self.censor.answer(None, 0, text[at..].trim_ascii_end());
        let head = self.frame(&text[..at]);
        self.held.push([&*head, b"***", end].concat());
        true
    }

    /// The value of a setting, by its name.
    fn value(&mut self, name: &[u8], value: &[u8]) -> Vec<u8> {
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        let told = value.iter().any(u8::is_ascii_alphanumeric);
        let whole = visible_bytes(&[name.as_bytes(), b":", value].concat());
        if told && (secret::is_key(&name) || secret::hide(&whole) != whole) {
            return b"***".to_vec();
        }
        let word: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let user = ["username", "user", "login", "loginname", "userid", "u"].iter().any(|end| word.ends_with(end));
        if user && told && value != b"NULL" {
            return self.censor.user(value);
        }
        if ["host", "hostname", "server"].iter().any(|end| word.ends_with(end)) {
            self.censor.learn_host(value);
            return self.censor.free(value);
        }
        self.censor.chatter(value)
    }

    /// What the writer tells of a whole mail.
    fn outcome<'a>(&mut self, outcome: &Outcome<'a>) -> Vec<Part<'a>> {
        let in_sign_in = self.in_sign_in;
        let censor = &mut self.censor;
        censor.learn_host(outcome.endpoint.host);
        let mut parts = vec![
            (outcome.endpoint.host, censor.free(outcome.endpoint.host)),
            (outcome.from, censor.address(outcome.from, Kind::Sender)),
            (outcome.user, censor.user(outcome.user)),
            (outcome.reply, censor.free(outcome.reply)),
        ];
        // A program's own sentence may hold anybody's name.
        let error = match outcome.part {
            Extent::Whole => censor.free(outcome.error),
            Extent::Words | Extent::Detail | Extent::Why if in_sign_in => censor.note_of_sign_in(outcome.error),
            Extent::Words | Extent::Detail | Extent::Why => censor.chatter(outcome.error),
        };
        parts.push((outcome.error, error));
        for address in outcome.recipients.split(|b| b" ,;<>".contains(b)) {
            parts.push((address, censor.address(address, Kind::Recipient)));
        }
        parts
    }

    /// A line of the dialogue, or a part of one.
    fn said<'a>(
        &mut self,
        dialect: &Dialect,
        text: &[u8],
        line: &Line<'a>,
        end: &[u8],
        lane: &mut Lane,
        (side, said, open): (Side, &'a [u8], Open),
    ) {
        lane.talk.side = Some(side);
        let mut room = Vec::new();
        let marked = dialect.marks_sides;
        let shown = match dialect.line_end {
            LineEnd::Line if lane.fragment.is_empty() && open == Open::No => self.speak(side, said, marked, lane),
            LineEnd::Line => {
                let piece = self.piece(dialect, text, line, said, end);
                lane.fragment.add(piece, said, FRAGMENT);
                if open == Open::No {
                    self.complete(dialect, lane);
                }
                return;
            }
            LineEnd::Ends(mark) => {
                let unmarked = matches!(line.what, What::Unmarked(..));
                return self.ended(
                    dialect,
                    text,
                    line,
                    end,
                    lane,
                    (side, said, if unmarked { None } else { Some(mark) }),
                );
            }
            LineEnd::Joins(mark) if side == Side::Server => {
                let mark = mark.as_bytes();
                let said = Said { side, text: said, open, line_end: dialect.line_end };
                let lines = session::lines(&said, &mut room).map(|l| self.speak(side, l.text, marked, lane));
                lines.collect::<Vec<_>>().join(mark)
            }
            LineEnd::Joins(_) => self.speak(side, said, marked, lane),
            LineEnd::Html => {
                let said = Said { side, text: said, open, line_end: dialect.line_end };
                let lines = session::lines(&said, &mut room).map(|l| self.speak(side, l.text, marked, lane));
                dialect::to_html(&lines.collect::<Vec<_>>().concat())
            }
            LineEnd::Escaped => self.escaped(side, said, marked, lane),
        };
        let changed = shown != said;
        let mut bytes = self.composed(dialect, text, line, vec![(said, shown)]);
        if changed && is_open(dialect, &bytes) {
            // A record of just this length would be read as one that goes on.
            bytes.push(b' ');
        }
        bytes.extend_from_slice(end);
        self.held.push(bytes);
    }

    /// A record in which a mark ends each line. What the record before broke off stands there as a whole; without a mark
    /// in this dialect the whole record is one line's beginning.
    fn ended<'a>(
        &mut self,
        dialect: &Dialect,
        text: &[u8],
        line: &Line<'a>,
        end: &[u8],
        lane: &mut Lane,
        (side, said, mark): (Side, &'a [u8], Option<&str>),
    ) {
        let marked = dialect.marks_sides;
        let mut shown = Vec::new();
        let mut rest = said;
        match mark {
            None => self.complete(dialect, lane),
            Some(mark) => {
                while let Some(found) = memchr::memmem::find(rest, mark.as_bytes()) {
                    if lane.fragment.is_empty() {
                        shown.extend(self.speak(side, &rest[..found], marked, lane));
                    } else {
                        lane.fragment.extend(&rest[..found], FRAGMENT);
                        self.complete(dialect, lane);
                    }
                    shown.extend_from_slice(mark.as_bytes());
                    rest = &rest[found + mark.len()..];
                }
            }
        }
        if rest.is_empty() || !lane.fragment.is_empty() {
            lane.fragment.extend(rest, FRAGMENT);
            let mut bytes = self.composed(dialect, text, line, vec![(said, shown)]);
            bytes.extend_from_slice(end);
            return self.held.push(bytes);
        }
        let mut piece = self.piece(dialect, text, line, said, end);
        piece.before.extend(shown);
        lane.fragment.add(piece, rest, FRAGMENT);
    }

    /// A quoted record with backslash escapes.
    fn escaped(&mut self, side: Side, said: &[u8], marked: bool, lane: &mut Lane) -> Vec<u8> {
        let mut room = Vec::new();
        let mut shown = Vec::with_capacity(said.len());
        let record = Said { side, text: said, open: Open::No, line_end: LineEnd::Escaped };
        for line in session::lines(&record, &mut room) {
            shown.extend(self.speak(side, line.text, marked, lane));
            shown.extend_from_slice(line.after);
        }
        if memchr::memchr(b'\\', said).is_none() { shown } else { dialect::escape(&shown, said) }
    }

    /// A whole line of the dialogue.
    fn speak(&mut self, side: Side, text: &[u8], marked: bool, lane: &mut Lane) -> Vec<u8> {
        match side {
            Side::Client => lane.talk.client(text, marked, &mut self.censor),
            Side::Server => match lane.talk.server(text, marked, &mut self.censor) {
                Some(shown) => shown,
                None => self.censor.stranger(text),
            },
            // Bytes of TLS, and other things that nobody said.
            Side::Writer => self.censor.shape(text),
        }
    }

    /// The line under way is whole: its pieces get their text.
    fn complete(&mut self, dialect: &Dialect, lane: &mut Lane) {
        if lane.fragment.is_empty() {
            return;
        }
        let fragment = mem::take(&mut lane.fragment);
        let side = lane.talk.side.unwrap_or(Side::Client);
        let shown = self.speak(side, fragment.text(), dialect.marks_sides, lane);
        let goes_on = |bytes: &[u8]| dialect.line_end == LineEnd::Line && is_open(dialect, bytes);
        fragment.give(shown, goes_on, &mut self.held);
    }

    fn complete_all(&mut self, hands: &DialectSet<'_>) {
        for place in 0..self.lanes.len() {
            let (hand, _, lane) = &mut self.lanes[place];
            let (hand, mut lane) = (*hand, mem::take(lane));
            self.complete(hands.at(hand), &mut lane);
            self.lanes[place].2 = lane;
        }
    }

    /// A line whose text is not whole yet.
    fn piece<'a>(&mut self, dialect: &Dialect, text: &[u8], line: &Line<'a>, said: &'a [u8], end: &[u8]) -> Piece {
        let whole = self.composed(dialect, text, line, vec![(said, b"\0".to_vec())]);
        // The gate lets no NUL through, so this one is ours.
        let at = whole.iter().position(|b| *b == 0).unwrap_or(whole.len());
        let after = whole.get(at + 1..).unwrap_or_default();
        Piece { id: self.held.reserve(), before: whole[..at].to_vec(), len: said.len(), after: [after, end].concat() }
    }

    fn put<'a>(&mut self, dialect: &Dialect, text: &[u8], line: &Line<'a>, parts: Vec<Part<'a>>, end: &[u8]) {
        let mut bytes = self.composed(dialect, text, line, parts);
        bytes.extend_from_slice(end);
        self.held.push(bytes);
    }

    /// The line with these parts replaced. Stamp and key stay; what stands between is the writer's frame, of which only
    /// known words stay unless that makes another line of it.
    fn composed<'a>(&mut self, dialect: &Dialect, text: &[u8], line: &Line<'a>, parts: Vec<Part<'a>>) -> Vec<u8> {
        let mut parts = parts;
        if self.censor.level() == Level::Personal && !line.key.is_empty() && !is_plain(line.key) {
            parts.push((line.key, self.censor.key(line.key)));
        }
        let placed = placed(text, line, parts, self.censor.level());
        let out = join(text, &placed, |frame| self.frame(frame));
        if mem::discriminant(&dialect.read(&out).what) == mem::discriminant(&line.what) {
            return out;
        }
        join(text, &placed, |frame| self.bare_frame(dialect, frame))
    }

    /// A frame as it stands, where nothing in it can be a secret, or a name in words that were learned with the line.
    fn bare_frame(&mut self, dialect: &Dialect, text: &[u8]) -> Vec<u8> {
        let personal = self.censor.level() == Level::Personal;
        if dialect.is_template() && (personal || tells_of_secrets(&String::from_utf8_lossy(text))) {
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
            return text
                .split(|b| *b == b'\t')
                .map(|part| self.censor.note_of_sign_in(part))
                .collect::<Vec<_>>()
                .join(&b'\t');
        }
        if let Some(known) = self.frames.get(text) {
            return known.clone();
        }
        let parts: Vec<Vec<u8>> = text.split(|b| *b == b'\t').map(|part| self.censor.chatter(part)).collect();
        let shown = parts.join(&b'\t');
        if self.frames.len() < FRAMES {
            self.frames.insert(text.to_vec(), shown.clone());
        }
        shown
    }
}
