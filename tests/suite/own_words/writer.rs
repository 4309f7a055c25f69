//! How such a program writes: drawn once for a log, and kept to its end.

use serde_json::{Value, json};

use super::words;
use crate::common::lot::Lot;

/// What a program must not let out: a patient's name, and the password of the account.
pub const NAME: &str = "Griesel-Kotze";
pub const PASSWORD: &str = "Kudu!Herd-4471";

#[derive(Clone, Copy, PartialEq)]
pub enum Form {
    /// One line a mail.
    Line,
    /// Columns.
    Columns(&'static str),
    /// A line when it begins, a line when it is over.
    Two,
    /// A field a line.
    Block,
    /// A reply's code beside the address.
    Codes,
    /// How it went, and whom it was for on the line below.
    Above,
    /// A number, under which the mail is known again.
    Numbered,
}

/// Where the words of an error stand.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Behind(&'static str),
    Below,
    Labelled,
}

pub struct Style {
    pub form: Form,
    language: usize,
    stamp: usize,
    level: bool,
    sent: &'static str,
    failed: &'static str,
    begins: &'static str,
    subject: bool,
    verdict_first: bool,
    names_again: bool,
    place: Place,
    reason: &'static str,
    /// The code: before the words, left out, behind.
    code: usize,
    chatter: bool,
    borders: bool,
    ending: &'static str,
}

impl Style {
    pub fn draw(lot: &mut Lot) -> Style {
        let language = usize::from(lot.one_in(3));
        let form = match lot.below(8) {
            0 | 1 => Form::Line,
            2 => Form::Columns(lot.of(&[";", "\t", ",", " | ", "   "])),
            3 => Form::Two,
            4 => Form::Codes,
            5 => Form::Above,
            6 => Form::Numbered,
            _ => Form::Block,
        };
        Style {
            form,
            language,
            stamp: lot.below(8),
            level: lot.one_in(3),
            sent: lot.of(words::SENT[language]),
            failed: lot.of(words::FAILED[language]),
            begins: lot.of(words::BEGINS[language]),
            subject: lot.one_in(2),
            verdict_first: lot.one_in(3),
            names_again: lot.one_in(3),
            place: match lot.below(5) {
                0 => Place::Below,
                1 => Place::Labelled,
                2 => Place::Behind(" - "),
                _ => Place::Behind(": "),
            },
            reason: lot.of(words::REASON[language]),
            code: lot.below(6),
            chatter: lot.one_in(3),
            borders: lot.one_in(2),
            ending: lot.of(&["\n", "\n", "\r\n"]),
        }
    }

    pub fn kind(&self) -> &'static str {
        match self.form {
            Form::Line => "line",
            Form::Columns(_) => "columns",
            Form::Two => "two",
            Form::Block => "block",
            Form::Codes => "codes",
            Form::Above => "above",
            Form::Numbered => "numbered",
        }
    }

    /// A log of so many mails, and what is true of it.
    pub fn write(&self, mails: usize, lot: &mut Lot) -> (Vec<u8>, Value) {
        let mut log = Log { style: self, text: String::new(), seconds: 8 * 3600 + 1560, count: 0 };
        let mut truth = Vec::new();
        if self.borders {
            log.line("INFO", lot.of(words::OPENING[self.language]));
            log.line("INFO", &format!("Login office@practice.example.co.za password {PASSWORD}"));
        }
        if let (Form::Columns(mark), true) = (self.form, self.borders) {
            log.plain(&["Date", "To", "Subject", "Result", "Info"].join(mark));
        }
        let mut last = "";
        // Codes tell by their contrast.
        let mails = if self.form == Form::Codes { mails.max(4) } else { mails };
        for n in 0..mails {
            if self.chatter && lot.one_in(2) {
                log.line("INFO", lot.of(words::CHATTER[self.language]));
            }
            let mut to = lot.of(&words::PEOPLE);
            while to == last {
                to = lot.of(&words::PEOPLE);
            }
            last = to;
            log.seconds += 7 + lot.below(240);
            let subject = format!("{} {NAME}", lot.of(words::SUBJECTS[self.language]));
            let end = if lot.one_in(3) && (n > 0 || self.form != Form::Codes) {
                self.trouble(lot)
            } else {
                End::sent(self.sent)
            };
            log.mail(to, &subject, &end);
            truth.push(end.label(to));
        }
        if self.borders {
            log.line("INFO", lot.of(words::CLOSING[self.language]));
        }
        (log.text.into_bytes(), json!({ "transactions": truth }))
    }

    fn trouble(&self, lot: &mut Lot) -> End {
        if self.form != Form::Codes && lot.one_in(3) {
            let (words, cause) = lot.of(&words::TROUBLES);
            return End { word: self.failed, words: words.into(), code: None, exact: false, cause, also: "" };
        }
        let (code, enhanced, text, cause, also) = lot.of(&words::REPLIES);
        if self.form == Form::Codes {
            return End {
                word: self.failed,
                words: String::new(),
                code: Some(code),
                exact: true,
                cause: "*",
                also: "*",
            };
        }
        let whole = format!("{enhanced} {text}").trim_start().to_owned();
        let words = match self.code {
            0 => text.to_owned(),
            1 => whole,
            2 => format!("{text} ({code})"),
            3 => format!("{text} [{code}]"),
            4 => format!("{text}, code {code}"),
            _ => format!("{code} {whole}"),
        };
        End { word: self.failed, words, code: Some(code), exact: self.code > 1, cause, also }
    }
}

/// How a mail ended.
struct End {
    word: &'static str,
    words: String,
    code: Option<u16>,
    exact: bool,
    cause: &'static str,
    also: &'static str,
}

impl End {
    fn sent(word: &'static str) -> End {
        End { word, words: String::new(), code: None, exact: true, cause: "none", also: "" }
    }

    fn is_sent(&self) -> bool {
        self.cause == "none"
    }

    fn label(&self, to: &str) -> Value {
        let rcpts = json!([{ "addr": to, "accepted": self.is_sent() }]);
        if self.is_sent() {
            return json!({ "outcome": "sent", "stage": "done", "reply_code": 250, "cause": "none", "rcpts": rcpts });
        }
        let refused = self.code.map(|code| if code < 500 { "deferred" } else { "rejected" });
        let mut option = json!({ "stage": "*", "cause": [self.cause, self.also] });
        if !self.exact {
            option = json!({
                "stage": "*", "outcome": [refused, "failed", "rejected"], "reply_code": [null, self.code, 550, 450],
                "cause": [self.cause, self.also, "unknown.reply"],
            });
        }
        json!({
            "outcome": refused.unwrap_or("failed"), "stage": "*", "reply_code": self.code, "cause": self.cause,
            "rcpts": rcpts, "also": [option],
        })
    }
}

struct Log<'a> {
    style: &'a Style,
    text: String,
    seconds: usize,
    /// Mails so far.
    count: usize,
}

impl Log<'_> {
    fn stamp(&self) -> String {
        let (h, m, s) = (self.seconds / 3600 % 24, self.seconds / 60 % 60, self.seconds % 60);
        let day = 2 + self.seconds / 86_400;
        match self.style.stamp {
            0 | 1 => String::new(),
            2 => format!("2026/11/{day:02} {h:02}:{m:02}:{s:02}"),
            3 => format!("2026-11-{day:02} {h:02}:{m:02}:{s:02},417"),
            4 => format!("{day:02}/11/2026 {h:02}:{m:02}"),
            5 => format!("[2026-11-{day:02}T{h:02}:{m:02}:{s:02}+02:00]"),
            6 => format!("Nov {day:>2} {h:02}:{m:02}:{s:02}"),
            _ => format!("{h:02}:{m:02}:{s:02}"),
        }
    }

    fn plain(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push_str(self.style.ending);
    }

    fn line(&mut self, level: &str, text: &str) {
        let mut parts = vec![self.stamp()];
        if self.style.level {
            parts.push(format!("[{level}]"));
        }
        parts.push(text.to_owned());
        parts.retain(|part| !part.is_empty());
        let line = parts.join(" ");
        self.plain(&line);
    }

    fn mail(&mut self, to: &str, subject: &str, end: &End) {
        let style = self.style;
        let level = if end.is_sent() { "INFO" } else { "ERROR" };
        self.count += 1;
        let number = 4_000 + self.count;
        let why = if end.is_sent() { String::new() } else { format!(": {}", end.words) };
        match style.form {
            Form::Codes => {
                let code = end.code.unwrap_or(250);
                let told = if style.verdict_first { format!("{code} {to}") } else { format!("{to} {code}") };
                self.line(level, &told);
            }
            Form::Above => {
                self.line(level, &format!("{}{why}", end.word));
                self.plain(&format!("  -> {to}"));
            }
            Form::Numbered => {
                self.line("INFO", &format!("Item {number} {}", style.begins.replace("{}", to)));
                self.seconds += 5;
                self.line(level, &format!("Item {number} {}{why}", end.word));
            }
            Form::Columns(mark) => {
                let stamp = self.stamp();
                let cells = match style.verdict_first {
                    true => [end.word, &*stamp, to, subject, &end.words],
                    false => [&*stamp, to, subject, end.word, &end.words],
                };
                self.plain(&cells.join(mark));
            }
            Form::Block => {
                let stamp = self.stamp();
                if !stamp.is_empty() {
                    self.plain(&format!("{}: {stamp}", ["Time", "Tyd"][style.language]));
                }
                self.plain(&format!("{}: {to}", ["To", "Aan"][style.language]));
                if style.subject {
                    self.plain(&format!("{}: {subject}", ["Subject", "Onderwerp"][style.language]));
                }
                self.plain(&format!("{}: {}", ["Result", "Uitslag"][style.language], end.word));
                if !end.is_sent() {
                    self.plain(&format!("{}: {}", style.reason, end.words));
                }
                self.plain(if style.borders { "" } else { "----------" });
            }
            Form::Line | Form::Two => {
                let about = if style.subject { format!("{subject} ") } else { String::new() };
                let mut told = if style.form == Form::Two {
                    self.line("INFO", &style.begins.replace("{}", to));
                    self.seconds += 1;
                    if style.names_again { format!("{to} {}", end.word) } else { end.word.to_owned() }
                } else if style.verdict_first {
                    format!("{} {about}{to}", end.word)
                } else {
                    format!("{about}{to} {}", end.word)
                };
                match style.place {
                    Place::Behind(mark) if !end.is_sent() => {
                        told.push_str(mark);
                        told.push_str(&end.words);
                        self.line(level, &told);
                    }
                    Place::Below if !end.is_sent() => {
                        self.line(level, &told);
                        self.plain(&format!("    {}", end.words));
                    }
                    Place::Labelled if !end.is_sent() => {
                        self.line(level, &told);
                        self.line(level, &format!("{}: {}", style.reason, end.words));
                    }
                    _ => self.line(level, &told),
                }
            }
        }
    }
}
