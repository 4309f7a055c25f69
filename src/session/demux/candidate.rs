//! One of several sessions that stand in each other: what it waits for, and what it could say next.

use super::Key;
use crate::{
    dialect::Dialect,
    smtp::{self, AuthMechanism, Command, Dialogue, Marks, ReplyCode, Turn, Verb},
};

/// How well a line goes on with a session. Only the order counts: between sessions in which a line would be equally at home
/// the one that spoke last has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// It cannot be.
    Never,
    /// Nothing forbids it, as where a client does not wait for its reply.
    Poor,
    /// It would be unusual.
    Odd,
    /// It may well be. From here on it is a proof that the session goes on.
    Fair,
    /// What comes next in most sessions.
    Usual,
    /// Its code or its words belong to this place only.
    Own,
    /// It has the server's name, or the form that only this place has.
    Named,
    /// It goes on with what is not whole.
    Whole,
}

/// One thing that happened.
#[derive(Clone, Copy, Debug)]
pub(super) enum Said<'a> {
    Connecting,
    Connected,
    Secured,
    Closed,
    /// A line of a reply: its code, whether it is the last, and its words.
    Reply(ReplyCode, bool, &'a [u8]),
    /// The server said something that is no reply.
    Noise,
    /// A line without a mark that looks like one of a reply.
    GoesOn(&'a [u8]),
    Client(&'a [u8]),
}

impl<'a> Said<'a> {
    pub(super) fn of_server(text: &'a [u8]) -> Said<'a> {
        match smtp::reply_line(text) {
            Ok((_, line)) => Said::Reply(line.code, line.last, text),
            Err(_) => Said::Noise,
        }
    }

    /// A session may begin with it.
    pub(super) fn begins(&self) -> bool {
        match self {
            Said::Connecting | Said::Connected | Said::Closed => true,
            Said::Reply(code, ..) => code.0 == 220,
            _ => false,
        }
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct Candidate {
    pub(super) hand: u8,
    number: u32,
    dialogue: Dialogue,
    connecting: bool,
    connected: bool,
    closed: bool,
    /// The server takes a password.
    offers: bool,
    /// A mail was begun.
    tried: bool,
    /// The server's name for itself.
    name: Vec<u8>,
}

impl Candidate {
    pub(super) fn new(hand: u8, number: u32) -> Self {
        Candidate { hand, number, ..Candidate::default() }
    }

    pub(super) fn key(&self) -> Key {
        let mut key = *b"s0000000";
        let mut number = self.number;
        for digit in key[1..].iter_mut().rev() {
            *digit = b'0' + u8::try_from(number % 10).unwrap_or(0);
            number /= 10;
        }
        key
    }

    /// Nothing more can come.
    pub(super) fn is_over(&self) -> bool {
        self.closed
    }

    fn is_fresh(&self) -> bool {
        !self.dialogue.is_greeted() && !self.waits()
    }

    /// A command has no reply yet.
    fn waits(&self) -> bool {
        self.dialogue.pending().len() > 0
    }

    /// How well the line goes on with this session. `parted`: the further lines of a reply stand without its mark.
    pub(super) fn fit(&self, said: &Said<'_>, dialect: &Dialect, parted: bool) -> Fit {
        let bye = self.dialogue.is_gone() && matches!(said, Said::Reply(..) | Said::GoesOn(_) | Said::Client(_));
        if self.closed || bye {
            return Fit::Never;
        }
        match said {
            // A second address of the same host cannot be told from a second program; two programs are asked about here.
            Said::Connecting => Fit::Never,
            Said::Connected if self.connecting && !self.connected && !self.dialogue.is_greeted() => Fit::Usual,
            Said::Connected => Fit::Never,
            Said::Secured | Said::Noise => Fit::Poor,
            Said::Closed => self.fit_end(),
            Said::GoesOn(text) => match (self.dialogue.open_reply(), smtp::reply_line(text)) {
                (Some(open), Ok((_, line))) if open == line.code => Fit::Whole,
                _ if self.dialogue.in_data() && dialect.leaves_data_unmarked() => Fit::Poor,
                _ => Fit::Never,
            },
            Said::Reply(code, last, text) => self.fit_reply(*code, *last, text, dialect, parted),
            Said::Client(text) => self.fit_client(text),
        }
    }

    fn fit_end(&self) -> Fit {
        match () {
            () if self.dialogue.is_gone() => Fit::Whole,
            () if self.dialogue.has_quit() => Fit::Named,
            () if self.waits() || self.dialogue.in_data() || self.dialogue.open_reply().is_some() => Fit::Fair,
            () if self.dialogue.is_refused() => Fit::Own,
            () if self.tried && !self.dialogue.has_mail() => Fit::Usual,
            () if self.dialogue.is_greeted() => Fit::Odd,
            () => Fit::Poor,
        }
    }

    fn fit_reply(&self, code: ReplyCode, last: bool, text: &[u8], dialect: &Dialect, parted: bool) -> Fit {
        if let Some(open) = self.dialogue.open_reply() {
            // A server names itself in the first line only.
            let first = is_host(text.get(4..).unwrap_or_default());
            return match open == code {
                true if first || parted => Fit::Odd,
                true => Fit::Whole,
                false => Fit::Never,
            };
        }
        if let Some(waiting) = self.dialogue.pending().next() {
            let fit = match waiting.verb {
                Verb::Auth => self.fit_auth(code, text),
                verb => answers(verb, code, last, text),
            };
            let named = !self.name.is_empty() && memchr::memmem::find(text, &self.name).is_some();
            return if named && fit >= Fit::Usual { fit.max(Fit::Named) } else { fit };
        }
        if self.dialogue.in_data() {
            // The dot may not stand in the log; in a message without marks the words are the message's.
            return match code.0 {
                250 | 400.. if dialect.marks_data => Fit::Odd,
                _ if dialect.leaves_data_unmarked() => Fit::Poor,
                _ => Fit::Never,
            };
        }
        match code.0 {
            220 | 421 | 554 if self.is_fresh() => Fit::Usual,
            421 => Fit::Odd,
            400.. if self.is_fresh() => Fit::Odd,
            _ => Fit::Never,
        }
    }

    /// How well a reply goes with the answers given so far.
    fn fit_auth(&self, code: ReplyCode, text: &[u8]) -> Fit {
        let asks = |prompt: &[u8]| text.get(4..).is_some_and(|words| words.starts_with(prompt));
        let (mechanism, given) = self.dialogue.auth().unwrap_or_default();
        let all = if mechanism == Some(AuthMechanism::Login) { 2usize } else { 1 };
        match (code.0, all.saturating_sub(given)) {
            (334, 0) => Fit::Poor,
            (334, 1) if asks(b"VXNlcm5hbWU6") => Fit::Poor,
            (334, 2) if asks(b"UGFzc3dvcmQ6") => Fit::Poor,
            (334, _) | (235 | 400.., 0) => Fit::Own,
            (235 | 400.., _) => Fit::Fair,
            _ => Fit::Never,
        }
    }

    fn fit_client(&self, text: &[u8]) -> Fit {
        let dialogue = &self.dialogue;
        if dialogue.in_data() {
            let command = smtp::command(text).is_ok_and(|(_, command)| !matches!(command, Command::Other));
            return match text {
                b"." => Fit::Own,
                _ if command => Fit::Poor,
                _ => Fit::Odd,
            };
        }
        let Ok((_, command)) = smtp::command(text) else {
            let word = !text.contains(&b' ');
            return if dialogue.is_asked() && word { Fit::Usual } else { Fit::Never };
        };
        if !dialogue.is_greeted() || dialogue.open_reply().is_some() || dialogue.has_quit() {
            return Fit::Never;
        }
        let (hello, auth, mail) = (dialogue.has_hello(), dialogue.has_auth(), dialogue.has_mail());
        let ready = hello && !mail;
        let fit = match command {
            Command::Hello(..) if !hello => Fit::Usual,
            // Blat says it again once it has signed in.
            Command::Hello(..) if auth && !mail => Fit::Fair,
            Command::Hello(..) => Fit::Poor,
            Command::StartTls if ready => Fit::Usual,
            Command::Auth(..) if ready && !self.offers => Fit::Poor,
            Command::Auth(..) if ready && auth => Fit::Odd,
            Command::Auth(..) if ready => Fit::Usual,
            Command::Mail(..) if ready && auth && !dialogue.is_signed_in() => Fit::Poor,
            Command::Mail(..) if ready && self.offers && !auth => Fit::Fair,
            Command::Mail(..) if ready => Fit::Usual,
            Command::Rcpt(_) if mail => Fit::Usual,
            Command::Data | Command::Bdat(..) if dialogue.has_rcpt() => Fit::Usual,
            Command::Quit if dialogue.is_refused() => Fit::Own,
            Command::Quit if !mail && !auth && !self.offers => Fit::Usual,
            Command::Quit if !mail => Fit::Fair,
            Command::Quit | Command::Rset | Command::Other => Fit::Odd,
            _ => return Fit::Never,
        };
        // A client may go on before it has its reply; few do.
        if !self.waits() && !dialogue.is_asked() { fit } else { Fit::Poor }
    }

    pub(super) fn takes(&mut self, said: &Said<'_>, dialect: &Dialect) {
        match said {
            Said::Connecting => self.connecting = true,
            Said::Connected => self.connected = true,
            Said::Secured | Said::Noise => {}
            Said::Closed => self.closed = true,
            Said::GoesOn(text) | Said::Reply(.., text) => {
                self.reply(text, dialect);
                // Nothing marks the end of the connection but this.
                self.closed |= self.dialogue.is_gone() && !dialect.marks_end && matches!(said, Said::Reply(..));
            }
            Said::Client(text) => {
                // The dot that ends a message shows which session waits for a reply, also where lines of it are marked.
                self.dialogue.set_marks(Marks { sides: true, data: false });
                let turn = self.dialogue.read_client(text);
                self.tried |= matches!(turn, Turn::Command(Command::Mail(..)));
                self.dialogue.advance(&turn);
            }
        }
    }

    fn reply(&mut self, text: &[u8], dialect: &Dialect) {
        self.dialogue.set_marks(Marks { sides: true, data: dialect.marks_data });
        let turn = self.dialogue.read_server(text);
        if let Turn::Reply { line, .. } = turn {
            if !self.dialogue.is_greeted() && self.dialogue.open_reply().is_none() {
                let name = line.text.split(u8::is_ascii_whitespace).next().unwrap_or_default();
                self.name = if name.contains(&b'.') { name.to_vec() } else { Vec::new() };
            }
            let has = |word: &[u8]| memchr::memmem::find(text, word).is_some();
            self.offers |= line.code.0 == 250 && has(b"AUTH") && (has(b"LOGIN") || has(b"PLAIN"));
        }
        self.dialogue.advance(&turn);
    }
}

/// `mail.example.co.za` or `mail.example.co.za Hello PC`
fn is_host(words: &[u8]) -> bool {
    let word = words.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    let dots = word.iter().filter(|b| **b == b'.').count();
    dots >= 2
        && word.iter().any(u8::is_ascii_lowercase)
        && word.iter().all(|b| b.is_ascii_alphanumeric() || b".-".contains(b))
}

/// How well a reply answers a command.
fn answers(verb: Verb, code: ReplyCode, last: bool, text: &[u8]) -> Fit {
    let words = text.get(4..).unwrap_or_default();
    let hint = |mark: &[u8]| words.starts_with(mark);
    if code.is_refusal() {
        return match (verb, code.0) {
            (_, 534 | 535) => Fit::Never,
            (Verb::Rcpt, 550 | 450 | 451 | 452 | 553) => Fit::Usual,
            (Verb::Quit, _) => Fit::Odd,
            _ => Fit::Fair,
        };
    }
    match (verb, code.0) {
        (Verb::Ehlo | Verb::Helo, 250) if !last => Fit::Named,
        (Verb::Ehlo | Verb::Helo, 250) if hint(b"2.") => Fit::Never,
        (Verb::StartTls, 220) | (Verb::Data, 354) | (Verb::Quit, 221) => Fit::Own,
        (Verb::Mail, 250) => told(last, hint(b"2.1.0"), hint(b"2.1.5") || hint(b"2.0.0")),
        (Verb::Rcpt, 250..=252) => told(last, hint(b"2.1.5"), hint(b"2.1.0") || hint(b"2.0.0")),
        (Verb::EndOfData, 250) => told(last, hint(b"2.0.0") || hint(b"2.6.0"), hint(b"2.1.0") || hint(b"2.1.5")),
        (Verb::Ehlo | Verb::Helo, 250) => Fit::Usual,
        (Verb::Rset | Verb::Other | Verb::Bdat, 250) => Fit::Fair,
        _ => Fit::Never,
    }
}

/// How well a reply goes with a command by its enhanced code.
fn told(last: bool, its_own: bool, another: bool) -> Fit {
    match (its_own, another) {
        (true, _) => Fit::Own,
        (_, true) => Fit::Poor,
        _ if last => Fit::Usual,
        _ => Fit::Odd,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect;

    /// A session of swaks in which these lines were said: `S: ` by the server, `C: ` by the client.
    fn session(trace: &str) -> Candidate {
        let mut candidate = Candidate::new(0, 1);
        let swaks = dialect::by_name("swaks").unwrap();
        for line in trace.lines() {
            let (mark, text) = line.split_at(3);
            let text = text.as_bytes();
            candidate.takes(&if mark == "S: " { Said::of_server(text) } else { Said::Client(text) }, swaks);
        }
        candidate
    }

    const GREETED: &str = "S: 220 a.b.example";
    const READY: &str = "S: 220 a.b.example\nC: EHLO pc\nS: 250 hi";
    const OFFERED: &str = "S: 220 a.b.example\nC: EHLO pc\nS: 250 AUTH LOGIN";
    const MAIL: &str = "S: 220 a.b.example\nC: EHLO pc\nS: 250 hi\nC: MAIL FROM:<a@b.c>\nS: 250 ok";
    const RCPT: &str = "S: 220 a.b.example\nC: EHLO pc\nS: 250 hi\nC: MAIL FROM:<a@b.c>\nS: 250 ok\nC: RCPT TO:<d@e.f>";

    #[test]
    fn a_line_goes_to_the_session_that_it_fits_better() {
        let after = |start: &str, more: &str| format!("{start}\n{more}");
        let data = after(RCPT, "S: 250 ok\nC: DATA\nS: 354 go");
        let sent = after(&data, "C: .\nS: 250 ok");
        let login = after(OFFERED, "C: AUTH LOGIN");
        let asked = after(&login, "S: 334 VXNlcm5hbWU6");
        let named = after(&asked, "C: dXNlcg==");
        let given = after(&named, "S: 334 UGFzc3dvcmQ6\nC: c2VjcmV0");
        let welcome = after(&given, "S: 235 ok");
        let refused = after(&given, "S: 535 no");
        let other = |start: &str| start.replace("a.b.example", "x.y.example");
        // What is said, which session says it, and which one does not.
        let cases: &[(&str, &str, &str)] = &[
            // A reply goes on, or answers the command whose code, words or server's name it has.
            ("S: 250-SIZE", &after(GREETED, "C: EHLO pc\nS: 250-a.b.example"), &after(GREETED, "C: EHLO pc")),
            ("S: 250-a.b.example", &after(GREETED, "C: EHLO pc"), &after(GREETED, "C: EHLO pc\nS: 250-x.y.example")),
            ("S: 250-SIZE", &after(GREETED, "C: EHLO pc"), RCPT),
            ("S: 250 a.b.example", &after(GREETED, "C: EHLO pc"), &after(&other(GREETED), "C: EHLO pc")),
            ("S: 250 2.1.5 ok", RCPT, &after(READY, "C: MAIL FROM:<a@b.c>")),
            ("S: 250 2.1.0 ok", &after(READY, "C: MAIL FROM:<a@b.c>"), RCPT),
            ("S: 250 2.0.0 queued", &after(&data, "C: ."), RCPT),
            ("S: 250 ok", RCPT, &after(READY, "C: NOOP")),
            ("S: 250 ok", &after(READY, "C: NOOP"), &data),
            ("S: 550 no", RCPT, &after(READY, "C: MAIL FROM:<a@b.c>")),
            ("S: 554 no", &after(READY, "C: MAIL FROM:<a@b.c>"), &after(READY, "C: QUIT")),
            ("S: 535 no", &given, RCPT),
            ("S: 535 no", &given, &login),
            ("S: 235 ok", &given, &named),
            ("S: 334 VXNlcm5hbWU6", &login, &named),
            ("S: 334 UGFzc3dvcmQ6", &named, &login),
            ("S: 334 x", &named, &given),
            ("S: 220 go", &after(READY, "C: STARTTLS"), ""),
            ("S: 421 busy", "", READY),
            // A command comes from a client that may say it, and rather from one that has its reply.
            ("C: EHLO pc", GREETED, &welcome),
            ("C: EHLO pc", &welcome, READY),
            ("C: AUTH LOGIN", OFFERED, &refused),
            ("C: AUTH LOGIN", &refused, READY),
            ("C: MAIL FROM:<a@b.c>", READY, OFFERED),
            ("C: MAIL FROM:<a@b.c>", OFFERED, &refused),
            ("C: RCPT TO:<d@e.f>", MAIL, RCPT),
            ("C: DATA", &after(RCPT, "S: 250 ok"), RCPT),
            ("C: QUIT", &refused, &sent),
            ("C: QUIT", &sent, &welcome),
            ("C: QUIT", &welcome, MAIL),
            ("C: QUIT", MAIL, RCPT),
            ("C: c2VjcmV0", &asked, &data),
            ("C: Dear all", &data, &asked),
            ("C: .", &data, READY),
            ("C: RCPT TO:<d@e.f>", MAIL, &data),
        ];
        let swaks = dialect::by_name("swaks").unwrap();
        for (line, speaks, silent) in cases {
            let (mark, text) = line.split_at(3);
            let said = if mark == "S: " { Said::of_server(text.as_bytes()) } else { Said::Client(text.as_bytes()) };
            let fit = |trace: &str| session(trace).fit(&said, swaks, false);
            assert!(fit(speaks) > fit(silent), "{line}: {:?} {:?}\n{speaks}\n--\n{silent}", fit(speaks), fit(silent));
        }
        // The end of a connection: the rather the less is left to say.
        let ends = [after(&sent, "C: QUIT\nS: 221 bye"), after(&sent, "C: QUIT"), refused, sent, data, MAIL.to_owned()];
        let fits: Vec<Fit> = ends.iter().map(|trace| session(trace).fit(&Said::Closed, swaks, false)).collect();
        assert!(fits.windows(2).all(|pair| pair[0] > pair[1]), "{fits:?}");
        assert!(session(MAIL).fit(&Said::Closed, swaks, false) > session("").fit(&Said::Closed, swaks, false));
    }
}
