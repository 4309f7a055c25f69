//! Which frames mean the server and which the client: the choice under which the dialogue is SMTP, where each command
//! is followed by one reply.

use std::iter::Sum;

use super::{
    frame::{Hit, Hits},
    said::Words,
};
use crate::smtp::Verb;

/// The frames that carry the dialogue, by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    pub server: Vec<usize>,
    pub client: Vec<usize>,
    /// They say again what the server said.
    pub repeat: Vec<usize>,
    /// Replies to commands, and those to nothing.
    pub fit: Fit,
}

/// How well a choice of frames makes a dialogue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fit {
    pub answered: i64,
    pub unasked: i64,
    pub unanswered: i64,
}

impl Fit {
    pub(super) fn score(self) -> i64 {
        4 * self.answered - 6 * self.unasked - self.unanswered
    }
}

impl Sum for Fit {
    fn sum<I: Iterator<Item = Fit>>(all: I) -> Fit {
        all.fold(Fit::default(), |sum, fit| Fit {
            answered: sum.answered + fit.answered,
            unasked: sum.unasked + fit.unasked,
            unanswered: sum.unanswered + fit.unanswered,
        })
    }
}

/// Pairs of frames tried at first, of each side.
const TRIED: usize = 6;
/// Frames looked at after that.
const LOOKED_AT: usize = 40;

impl Marks {
    /// Chooses the frames.
    pub(super) fn choose(lines: &[&[u8]], hits: &Hits) -> Option<Marks> {
        let counts = hits.counts();
        let by = |many: &dyn Fn(usize) -> usize| {
            let mut frames: Vec<usize> = (0..counts.len()).filter(|f| many(*f) > 0).collect();
            frames.sort_by_key(|f| std::cmp::Reverse(many(*f)));
            frames.truncate(LOOKED_AT);
            frames
        };
        let servers = by(&|f| if hits.frames[f].is_prose() { 0 } else { counts[f].replies });
        let clients = by(&|f| counts[f].commands);
        let mut best = Marks::default();
        let mut score = 0;
        if clients.is_empty()
            && let Some(server) = servers.first()
        {
            // Refused before anything was said.
            best.server.push(*server);
            best.fit = best.fit(hits);
        }
        for server in servers.iter().take(TRIED).map(Some).chain([None]) {
            for client in clients.iter().take(TRIED).map(Some).chain([None]) {
                let marks = Marks {
                    server: server.into_iter().copied().collect(),
                    client: client.into_iter().copied().collect(),
                    ..Marks::default()
                };
                let fit = marks.fit(hits);
                // A log of one side only is worth less than any dialogue.
                let worth = if server.is_some() && client.is_some() { fit.score() } else { fit.score() / 4 };
                if worth > score {
                    score = worth;
                    best = Marks { fit, ..marks };
                }
            }
        }
        if best.server.is_empty() && best.client.is_empty() {
            return None;
        }
        best.complete(lines, hits, &servers, &clients);
        Some(best)
    }

    /// Adds every frame that makes the dialogue better; what only says it again is a repetition.
    fn complete(&mut self, lines: &[&[u8]], hits: &Hits, servers: &[usize], clients: &[usize]) {
        let counts = hits.counts();
        let again: Vec<usize> =
            servers.iter().copied().filter(|f| !self.server.contains(f) && self.says_again(lines, hits, *f)).collect();
        loop {
            let before = self.fit.score();
            let heard = |f: &&usize| !self.server.contains(f) && !again.contains(f);
            let servers: Vec<usize> = servers.iter().filter(heard).copied().collect();
            for &frame in &servers {
                let mut more = self.clone();
                more.server.push(frame);
                self.take_if_better(more, hits);
            }
            for &frame in clients.iter().filter(|f| !self.client.contains(f)).collect::<Vec<_>>() {
                let mut more = self.clone();
                more.client.push(frame);
                self.take_if_better(more, hits);
            }
            // A side channel, such as the one under TLS, may have marks of its own: both sides at once.
            let often = |f: &&usize| counts[**f].replies + counts[**f].commands > 1;
            let more = |of: &[usize], has: &[usize]| {
                of.iter().filter(often).filter(|f| !has.contains(f)).take(TRIED).copied().collect::<Vec<usize>>()
            };
            for server in more(&servers, &self.server) {
                for client in more(clients, &self.client) {
                    let mut more = self.clone();
                    more.server.push(server);
                    more.client.push(client);
                    self.take_if_better(more, hits);
                }
            }
            if self.fit.score() <= before {
                break;
            }
        }
        self.unquote(hits);
        let rest = |f: &usize| !self.server.contains(f) && !self.client.contains(f);
        let rest: Vec<usize> = servers.iter().copied().filter(rest).collect();
        self.repeat = rest.into_iter().filter(|f| self.says_again(lines, hits, *f)).collect();
    }

    /// Takes out what a mail quotes: it shows only once the marks of both sides around it are known.
    fn unquote(&mut self, hits: &Hits) {
        for frame in self.server.clone().into_iter().filter(|frame| self.client.contains(frame)).collect::<Vec<_>>() {
            let mut rest = self.clone();
            rest.server.retain(|own| *own != frame);
            if rest.quotes(self, hits) {
                rest.fit = rest.fit(hits);
                *self = rest;
            }
        }
    }

    /// What stands in this frame is for the most part what the server said last.
    fn says_again(&self, lines: &[&[u8]], hits: &Hits, frame: usize) -> bool {
        let mut last: &[u8] = b"";
        let (mut again, mut all, mut refusal) = (0, 0, false);
        for hit in &hits.hits {
            let text = &lines[hit.line][hit.said.at..];
            if hit.frame == frame && hit.is_reply() {
                all += 1;
                let same = !last.is_empty() && last == text;
                again += usize::from(same);
                refusal |= same && matches!(text, [b'4' | b'5', ..]);
            } else if self.says(hit) && hit.is_reply() {
                last = text;
            }
        }
        // No server refuses twice in the same words, and with another mark.
        (refusal || again >= 3) && again * 2 > all
    }

    /// The hit is part of the dialogue.
    pub(super) fn says(&self, hit: &Hit) -> bool {
        let frames = if hit.is_reply() { &self.server } else { &self.client };
        frames.contains(&hit.frame)
    }

    fn take_if_better(&mut self, mut more: Marks, hits: &Hits) {
        more.fit = more.fit(hits);
        if more.fit.score() > self.fit.score() && !self.quotes(&more, hits) {
            *self = more;
        }
    }

    /// What `more` adds stands in the text of a mail: a mail may quote a log.
    fn quotes(&self, more: &Marks, hits: &Hits) -> bool {
        let added =
            |of: &[usize], has: &[usize]| -> Vec<usize> { of.iter().filter(|f| !has.contains(f)).copied().collect() };
        let (server, client) = (added(&more.server, &self.server), added(&more.client, &self.client));
        if self.client.is_empty() || self.server.is_empty() {
            return false;
        }
        if server.is_empty() && client.is_empty() {
            return false;
        }
        let mut reading = Reading::default();
        let (mut all, mut quoted, mut inside) = (0, 0, 0);
        for hit in &hits.hits {
            if (if hit.is_reply() { &server } else { &client }).contains(&hit.frame) {
                all += 1;
                inside += usize::from(reading.data);
            } else if self.says(hit) {
                let was = reading.data;
                reading.take(hit);
                // Only a text whose end was answered is one: else what stands there may be the answer.
                if was && !reading.data {
                    quoted += if hit.ends_text() { inside } else { 0 };
                    inside = 0;
                }
            }
        }
        // Nor was the end of a text answered that the log breaks off in: what stands there behind the client's own mark is no answer.
        if reading.data && server.iter().all(|frame| self.client.contains(frame)) {
            quoted += inside;
        }
        quoted * 10 >= all * 9
    }

    /// Reads the dialogue that these frames make.
    fn fit(&self, hits: &Hits) -> Fit {
        let mut reading = Reading { unheard: hits.hits.iter().all(Hit::is_reply), ..Reading::default() };
        for hit in &hits.hits {
            if self.says(hit) {
                reading.take(hit);
            }
        }
        reading.fit()
    }
}

/// The state of the dialogue while it is read.
#[derive(Debug, Default)]
pub(super) struct Reading {
    fit: Fit,
    pending: i64,
    /// A reply of several lines is under way.
    open: Option<u16>,
    /// The frame and the code of the last reply, if the client sent no command since.
    last: Option<(usize, u16)>,
    pub data: bool,
    /// The server asked for a secret.
    pub secret: bool,
    tls: bool,
    greeted: bool,
    /// By 220.
    welcomed: bool,
    /// The client has spoken since the greeting.
    asked: bool,
    /// The log leaves out the client: after a greeting every reply has its command.
    unheard: bool,
}

impl Reading {
    /// How good a dialogue it was.
    pub(super) fn fit(&self) -> Fit {
        Fit { unanswered: self.fit.unanswered + self.pending, ..self.fit }
    }

    /// The code of a reply that is under way and whose other lines must follow.
    pub(super) fn open(&self) -> Option<u16> {
        self.open
    }

    /// The next line of the dialogue.
    pub(super) fn take(&mut self, hit: &Hit) {
        match hit.said.what {
            Words::Command(_) if self.data => {}
            Words::Command(verb) => {
                self.open = None;
                self.last = None;
                self.secret = false;
                self.pending += 1;
                self.asked = true;
                self.tls = verb == Verb::StartTls;
            }
            Words::Reply { code, last } => {
                let goes_on = self.open == Some(code);
                self.open = (!last).then_some(code);
                // What asks for more is told twice where it comes again in another frame before the client did anything.
                let asks = matches!(code, 334 | 354);
                let twice = asks && self.last.is_some_and(|(frame, last)| frame != hit.frame && last == code);
                if !goes_on && twice {
                    self.fit.unasked += 1;
                    return;
                }
                if !goes_on {
                    self.reply(hit.frame, code, hit.line == 0 && !last);
                }
                self.last = last.then_some((hit.frame, code));
            }
        }
    }

    fn reply(&mut self, frame: usize, code: u16, begins_amid: bool) {
        // The end of the message is a command too, and so is each answer to 334.
        self.pending += i64::from(self.data) + i64::from(self.secret);
        self.data = code == 354;
        self.secret = code == 334;
        if code == 220 && !self.tls && (!self.greeted || self.asked) {
            self.fit.unanswered += self.pending;
            self.pending = 0;
            self.fit.answered += 1;
            self.asked = false;
        } else if self.pending > 0 {
            self.pending -= 1;
            self.fit.answered += 1;
        } else if self.welcomed && self.unheard || code >= 400 && !self.greeted {
            self.fit.answered += 1;
        } else if begins_amid && !self.greeted {
            // The log begins within the answer to something that is cut off.
        } else if code < 400 && self.last != Some((frame, code)) {
            // A reply of several lines says its code again, also where nothing shows that it goes on.
            // A refusal without a command may be a connection refused, or a server that closes.
            self.fit.unasked += 1;
        }
        self.tls = false;
        self.greeted = true;
        self.welcomed |= code == 220;
    }
}
