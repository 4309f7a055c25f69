//! Dialects nobody has shown us: learned from the log itself.
//!
//! Whoever writes an SMTP log, and however, the replies in it begin with three digits and the commands with one of a
//! dozen words (RFC 5321). What stands before them, line after line, is the dialect: `frame` collects it, `marks`
//! chooses which of it makes a dialogue where each command has one reply, and `build` writes a profile from that.
//! Nothing here knows a program by name.

mod about;
mod build;
mod columns;
mod ending;
mod frame;
mod key;
mod known;
mod marks;
mod plausible;
pub(super) mod said;
mod tails;
pub(super) mod token;
mod told;
mod words;

use std::collections::HashSet;

pub use known::framed;
pub(crate) use words::is_of_connections;

use super::{
    Dialect, Event, Kind, LineEnd, Profile, Rule,
    kinds::kind,
    template::{Hole, Piece, Template},
    tokenize::is_exception,
    untraced,
};
use crate::container::{Container, Flat, MARK};
use build::Builder;
use frame::Hits;
use key::Key;
use marks::Marks;
use plausible::is_dialogue;

/// Lines of the sample that are looked at.
const LINES: usize = 6_000;
/// Of a log that goes on as it begins, so many tell all.
const BEGINNING: usize = 200;
/// What a reply to a command is worth.
const ANSWER: i64 = 4;
/// A greeting and a reply to a command, or two replies, where some command may have none.
const TWO_ANSWERS: i64 = 2 * ANSWER - 1;
/// So many replies in the order of SMTP, from the greeting on, tell of a client that the log leaves out.
const SERVER_ALONE: i64 = 4;
/// A log of which so much is explained is regular.
const REGULAR: f64 = 0.9;
/// Replies and commands that make a dialogue sure.
const SURE: i64 = 6;

/// A dialect that was learned.
#[derive(Clone, Debug, Default)]
pub struct Learned {
    /// How it looks.
    pub profile: Profile,
    /// How sure that is, 0 to 1.
    pub score: f64,
    /// Learned from little.
    pub assumed: bool,
    /// The sample holds a dialogue; else only words about connections were found.
    pub dialogue: bool,
    /// The server and the client are heard, or a server alone through a whole conversation.
    both: bool,
    /// How well the dialogue fits together.
    worth: i64,
    /// Of 100 texts, how many begin where their field begins; 50 in plain lines, where there are no fields.
    clean: usize,
}

impl Learned {
    /// A server speaks, not only to refuse, in lines that do not quote it behind a word of an error. `lines` are of the log it
    /// was learned from.
    pub fn hears(&self, lines: &[&[u8]]) -> bool {
        let (mut said, mut quoted, mut positive) = (0usize, 0usize, false);
        for line in lines {
            self.profile.flattened(line, |line, _| {
                let Some((rule, found)) = self.profile.rule_of(line) else { return };
                if matches!(rule.kind, Kind::Server | Kind::Reply) && marks_a_server(&rule.template) {
                    let before = line.len().saturating_sub(found.text.len());
                    said += 1;
                    positive |= matches!(found.text, [b'2' | b'3', ..]);
                    quoted += usize::from(tells_of_error(&line[..before]));
                }
            });
        }
        (positive || self.both) && quoted * 2 < said
    }

    /// Both sides are heard: this is no list of errors.
    pub fn converses(&self) -> bool {
        self.dialogue && (self.worth >= TWO_ANSWERS || self.both && self.worth > 0)
    }

    /// More lines would tell nothing else, where they are like these.
    fn is_sure(&self) -> bool {
        self.dialogue && self.both && !self.assumed && self.score >= REGULAR
    }

    /// The rest of the log is as its beginning, from which this was learned: what is strange in it is strange there too.
    fn holds(&self, beginning: &[&[u8]], rest: &[&[u8]]) -> bool {
        let strange = |line: &&[u8]| {
            let event = self.profile.read(line).event;
            matches!(event, Event::Unknown(_) | Event::Unmarked(..) | Event::Note(_)).then(|| kind(line))
        };
        let known: HashSet<u64> = beginning.iter().filter_map(strange).collect();
        rest.iter().filter_map(strange).all(|kind| known.contains(&kind))
    }

    /// Both sides are heard.
    pub fn hears_both(&self) -> bool {
        self.both
    }

    /// Something stands around what is said, between several lines of it, or tells who says it: it is no bare transcript.
    pub fn is_framed(&self) -> bool {
        let said = |rule: &&Rule| matches!(rule.kind, Kind::Either | Kind::Reply | Kind::Bare);
        self.profile.marks_sides
            || self.profile.line_end != LineEnd::Line
            || self.profile.rules.iter().filter(said).any(|rule| rule.template.pieces().count() > 1)
    }

    /// It tells of connections, or in a dialogue of their end.
    pub fn tells_of_connections(&self) -> bool {
        let begins = [Kind::Connecting, Kind::Connected].iter().any(|kind| self.profile.has(*kind));
        begins || self.dialogue && self.profile.has(Kind::Closed)
    }

    /// The line says that a connection is made.
    pub fn begins_connection(&self, line: &[u8]) -> bool {
        matches!(self.profile.read(line).event, Event::Connecting(_) | Event::Connected(_))
    }

    /// What a reading tells beside the dialogue, each worth a reply: sides, sessions, times.
    fn told(&self) -> i64 {
        let time = self.profile.rules.iter().any(|rule| rule.template.has(Hole::Time));
        ANSWER * [self.profile.marks_sides, self.profile.has_key(), time].map(i64::from).iter().sum::<i64>()
    }

    /// As a dialect.
    pub fn into_dialect(self) -> Dialect {
        self.profile.into_dialect()
    }
}

/// Learns the dialect of a sample of lines; `None` where it is no SMTP log. `asked`: the user says that it is one, so
/// that a log without any dialogue, where each connection failed, is read by its words.
///
/// Of all readings, as plain lines and as records of every format that they may be in, the one is taken that makes the best
/// dialogue.
pub fn learn<'a>(sample: impl Iterator<Item = &'a [u8]>, asked: bool) -> Option<Learned> {
    let lines: Vec<&[u8]> = untraced(sample.take(LINES)).collect();
    let (beginning, rest) = lines.split_at(lines.len().min(BEGINNING));
    let learned = learn_lines(beginning, asked);
    if rest.is_empty() {
        return learned;
    }
    learned.filter(|learned| learned.is_sure() && learned.holds(beginning, rest)).or_else(|| learn_lines(&lines, asked))
}

fn learn_lines(lines: &[&[u8]], asked: bool) -> Option<Learned> {
    let spoken: Vec<&[u8]> =
        lines.iter().copied().filter(|line| !said::said(line, LineEnd::Line, None).is_empty()).collect();
    let records = Container::candidates(lines, &spoken).into_iter().chain(columns::pair(&spoken));
    let records: Vec<Learned> = records.filter_map(|container| learn_records(container, lines, asked)).collect();
    // What is a record by its form is no plain line.
    let formed = |learned: &Learned| {
        learned.converses() && learned.profile.layout.as_ref().is_some_and(|layout| layout.container.is_sure())
    };
    let plain = if records.iter().any(formed) { None } else { learn_plain(lines, LineEnd::Line, asked) };
    // Of equals the last is taken: the surest format.
    let rank = |learned: &Learned| (learned.dialogue, learned.worth + learned.told(), learned.clean);
    plain.into_iter().chain(records.into_iter().rev()).max_by_key(rank)
}

/// Learns the dialect of records in a container.
fn learn_records(container: Container, lines: &[&[u8]], asked: bool) -> Option<Learned> {
    let layout = columns::find(container, lines)?;
    let mut flat = Flat::default();
    let mut plain: Vec<Vec<u8>> = Vec::with_capacity(lines.len());
    for line in lines {
        plain.push(if layout.flatten(line, &mut flat) { flat.text().to_vec() } else { line.to_vec() });
        if layout.flatten_reply(line, &mut flat) {
            plain.push(flat.text().to_vec());
        }
    }
    let plain: Vec<&[u8]> = plain.iter().map(Vec::as_slice).collect();
    let mut learned = learn_plain(&plain, LineEnd::of_layout(&layout), asked)?;
    // The other formats name their fields; cells may be parts of a text.
    learned.clean = if matches!(container, Container::Cells(_) | Container::Pair(_)) { clean(&plain) } else { 100 };
    learned.profile.layout = Some(layout);
    Some(learned)
}

/// Of 100 lines in which something is said, how many say it right where their last column begins.
fn clean(lines: &[&[u8]]) -> usize {
    let begins: Vec<bool> = lines
        .iter()
        .filter_map(|line| {
            let said = *said::said(line, LineEnd::Line, Some(&[])).last()?;
            Some(said.at == 0 || line[said.at - 1] == MARK)
        })
        .collect();
    begins.iter().filter(|begins| **begins).count() * 100 / begins.len().max(1)
}

fn learn_plain(lines: &[&[u8]], line_end: LineEnd, asked: bool) -> Option<Learned> {
    let hits = Hits::find(lines, line_end);
    let Some(mut marks) = Marks::choose(lines, &hits) else { return told::learn(lines, asked) };
    let key = Key::find(lines, &hits, &marks);
    if let Some(key) = &key {
        marks.fit = key.fit;
    }
    if !is_dialogue(lines, &hits, &marks, asked) {
        return told::learn(lines, asked);
    }
    let greeted = hits.hits.first().is_some_and(|hit| hit.is_greeting());
    let alone = greeted && marks.fit.unasked == 0 && marks.fit.answered >= SERVER_ALONE;
    let builder = Builder::new(lines, &hits, &marks, key.as_ref(), line_end);
    let profile = builder.profile();
    let score = (builder.score(&profile) * 1000.0).round() / 1000.0;
    let assumed = score < 0.6 || marks.fit.answered < SURE;
    (asked || score >= 0.2).then_some(Learned {
        profile,
        score,
        assumed,
        dialogue: true,
        both: !marks.server.is_empty() && (alone || !marks.client.is_empty()),
        worth: marks.fit.score(),
        clean: 50,
    })
}

/// More than columns stands before the text.
fn marks_a_server(template: &Template) -> bool {
    let mut before = template.pieces().take_while(|piece| *piece != Piece::Hole(Hole::Text));
    before.any(|piece| match piece {
        Piece::Literal(literal) => literal.iter().any(|b| !b" :;,-|()[]\"'\t".contains(b)),
        _ => false,
    })
}

/// A word of an error stands here, so that a reply behind it is only quoted.
fn tells_of_error(before: &[u8]) -> bool {
    words::words(before).iter().any(|word| {
        words::tells_of_trouble(word)
            || is_exception(word.as_bytes())
            || ["response", "err"].iter().any(|end| word.ends_with(end))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(log: &str, asked: bool) -> Option<Learned> {
        learn(log.lines().map(str::as_bytes), asked)
    }

    #[test]
    fn a_dialect_is_learned() {
        let learned = of(
            "08:26:01 [17] Ontvang: 220 mail.example.co.za ESMTP\n08:26:01 [17] Gestuur: EHLO PC\n\
             08:26:02 [17] Ontvang: 250-mail.example.co.za | 250 AUTH LOGIN\n08:26:02 [17] Gestuur: QUIT\n\
             08:26:02 [17] Ontvang: 221 Bye\n08:26:02 [17] Stelsel: Verbinding gesluit\n",
            false,
        )
        .unwrap();
        let rules: Vec<(Kind, String)> =
            learned.profile.rules.iter().map(|rule| (rule.kind, rule.template.to_string())).collect();
        assert!(rules.contains(&(Kind::Server, "{time} [{number}] Ontvang: {text}".into())), "{rules:?}");
        assert!(rules.contains(&(Kind::Client, "{time} [{number}] Gestuur: {text}".into())), "{rules:?}");
        assert!(rules.contains(&(Kind::Closed, "{time} [{number}] Stelsel: Verbinding gesluit".into())), "{rules:?}");
        assert_eq!(learned.profile.line_end, LineEnd::Joins(" | "));
        assert!(learned.score > 0.9 && learned.dialogue);
    }

    #[test]
    fn a_long_log_is_learned_from_its_beginning() {
        let dialogue = |n: usize| {
            format!(
                "08:26:01 [{n}] <- 220 mail ESMTP\n08:26:01 [{n}] -> EHLO pc\n08:26:02 [{n}] <- 250 mail\n\
                 08:26:02 [{n}] -> QUIT\n08:26:02 [{n}] <- 221 Bye\n"
            )
        };
        let regular: String = (0..200).map(dialogue).collect();
        let beginning: String = (0..BEGINNING / 5).map(dialogue).collect();
        let (learned, of_beginning) = (of(&regular, false).unwrap(), of(&beginning, false).unwrap());
        assert!(learned.is_sure() && learned.profile == of_beginning.profile);
        // What stands only in the rest is learned too.
        let closed = format!("{regular}08:27:01 [7] ** Verbinding gesluit\n");
        assert!(!learned.profile.has(Kind::Closed) && of(&closed, false).unwrap().profile.has(Kind::Closed));
    }

    /// What a line says by the dialect that was learned from all of them.
    fn said(log: &str, line: usize) -> String {
        let dialect = of(log, false).unwrap().into_dialect();
        format!("{:?}", dialect.read(log.lines().nth(line).unwrap().as_bytes()).event)
    }

    #[test]
    fn a_code_in_a_field_of_its_own_begins_the_reply() {
        let log = "t=08:26:01 code=220 text=\"mail ESMTP\"\nt=08:26:02 text=\"EHLO pc\"\nt=08:26:03 code=250 text=\"mail\"\n\
                   t=08:26:04 text=\"MAIL FROM:<a@b.c>\"\nt=08:26:05 code=550 text=\"no\"\nt=08:26:06 text=\"QUIT\"\n";
        let learned = of(log, false).unwrap();
        let code = learned.profile.layout.as_ref().and_then(|layout| layout.code.clone()).unwrap();
        assert_eq!((&*code.name, code.between), ("code", " text=\""));
        let again = Profile::from_toml(&learned.profile.to_toml(1.0)).unwrap();
        assert_eq!(again.layout, learned.profile.layout);
        assert_eq!(again.line_end, learned.profile.line_end);
        let Event::Server(text, _) = again.read(log.lines().nth(4).unwrap().as_bytes()).event else {
            panic!("{code:?}")
        };
        assert_eq!(text, b"550 text=\"no");
    }

    #[test]
    fn a_column_of_codes_may_have_a_heading() {
        let log = "at;who;code;text\n08:26:01;S;220;mail ESMTP\n08:26:02;C;;EHLO pc\n08:26:03;S;250;mail\n\
                   08:26:03;S;250;SIZE 9\n08:26:04;C;;MAIL FROM:<a@b.c>\n08:26:05;S;550;no\n08:26:06;C;;QUIT\n";
        let dialect = of(log, false).unwrap().into_dialect();
        let read = |line| dialect.read(log.lines().nth(line).unwrap().as_bytes()).event;
        assert!(matches!(read(6), Event::Server(b"550;no", _)), "{:?}", read(6));
        assert!(matches!(read(5), Event::Client(b"MAIL FROM:<a@b.c>", _)), "{:?}", read(5));
    }

    #[test]
    fn a_record_may_hold_a_command_and_its_reply() {
        let steps = [
            ("", "220 m"),
            ("EHLO pc", "250-m/250 SIZE"),
            ("MAIL FROM:<a@b.c>", "250 ok"),
            ("RCPT TO:<d@e.f>", "550 no"),
        ];
        let json = |(command, reply): &(&str, &str)| match *command {
            "" => format!(r#"{{"q":null,"a":["{reply}"]}}"#),
            _ => format!(r#"{{"q":"{command}","a":["{}"]}}"#, reply.replace('/', r#"",""#)),
        };
        let plain = |(command, reply): &(&str, &str)| match *command {
            "" => format!("08:26:01 connected, got {reply}"),
            _ => format!("08:26:01 {command} => {reply}"),
        };
        for log in [steps.iter().map(json).collect::<Vec<_>>(), steps.iter().map(plain).collect()] {
            let log = log.join("\n");
            let dialect = of(&log, false).unwrap_or_else(|| panic!("{log}")).into_dialect();
            let read = dialect.read(log.lines().nth(3).unwrap().as_bytes());
            assert!(matches!(read.event, Event::Client(b"RCPT TO:<d@e.f>", _)), "{log}: {read:?}");
            assert_eq!(read.reply, b"550 no", "{log}");
            let read = dialect.read(log.lines().next().unwrap().as_bytes());
            assert!(matches!(read.event, Event::Server(b"220 m", _)) && read.reply.is_empty(), "{log}: {read:?}");
        }
    }

    #[test]
    fn a_colour_may_be_the_mark() {
        let sides = [(32, "220 m ESMTP"), (36, "EHLO pc"), (32, "250 m"), (36, "QUIT"), (32, "221 Bye")];
        let log: String = sides.iter().map(|(colour, text)| format!("\x1B[{colour}m{text}\x1B[0m\n")).collect();
        assert_eq!(said(&log, 1), r#"Client([69, 72, 76, 79, 32, 112, 99], No)"#);
    }

    #[test]
    fn an_element_that_is_called_as_a_command_is_none() {
        let texts = ["220 m ESMTP", "EHLO pc", "250 m", "MAIL FROM:&lt;a@b.c&gt;", "550 no", "QUIT", "221 Bye"];
        let log: String =
            texts.iter().map(|text| format!("<E>\n  <At>08:26:01</At>\n  <Data>{text}</Data>\n</E>\n")).collect();
        assert!(said(&log, 18).contains("Server"), "{}", said(&log, 18));
        assert!(said(&log, 14).contains("Client"), "{}", said(&log, 14));
    }

    #[test]
    fn other_texts_are_refused() {
        let news = "* Fix a crash when searching for a pattern\n\tThe option is explained in the manual\n".repeat(40);
        let said = "\t421 changes between versions 406 and 409\n* Quit when the input file is deleted\n";
        let about = "# The mail server sends each message to smtp.example.org with this setting.\n";
        let changes = "\tNew changes between versions 406 and 409\n* Fix -u setting while viewing help file\n\
                       Changes between versions 409 and 411\n* Add words about the -h | --help ]\n";
        for (what, text) in [
            ("a number in a long text", &*format!("{news}{said}{news}")),
            ("numbers and help in a list of changes", &*changes.repeat(9)),
            (
                "a manual with one error",
                &*format!("{}# If you see: Connection refused, ask for it.\n{0}", about.repeat(30)),
            ),
            (
                "prose",
                "Dear patient\n\nPlease find your statement attached.\n250 units were used.\nDATA for the month\nQuit smoking.\n",
            ),
            (
                "a table",
                "date,item,amount\n2026-11-23,Consultation,450.00\n2026-11-23,250 ml syrup,89.50\n2026-11-24,X-ray,550\n",
            ),
            (
                "a web log",
                "1.2.3.4 - - [23/Nov/2026:08:26:01 +0200] \"GET /mail HTTP/1.1\" 200 5120\n1.2.3.4 - - [23/Nov/2026:08:26:02 +0200] \"POST /login HTTP/1.1\" 550 12\n",
            ),
            (
                "a program",
                "fn main() {\n    // connect to the server\n    let code = 250;\n    println!(\"DATA\");\n}\n",
            ),
            (
                "a mail server's log",
                "Nov 23 08:26:01 mx postfix/smtpd[77]: connect from pc[196.25.1.1]\nNov 23 08:26:02 mx postfix/smtpd[77]: disconnect from pc[196.25.1.1] ehlo=1 quit=1 commands=2\n\
                 Nov 23 08:26:03 mx postfix/qmgr[78]: 4A1B: from=<a@b.example>, size=345, nrcpt=1 (queue active)\n",
            ),
            (
                "a database's log",
                "2026-11-23 08:26:01 [17] Connected to db.example.co.za:3306\n2026-11-23 08:26:02 [17] Query failed: timeout\n2026-11-23 08:26:02 [17] Connection closed\n",
            ),
            (
                "a mail",
                "From: a@b.example\nTo: c@d.example\nSubject: 550 refused\n\n> 550 5.1.1 User unknown\nKind regards\n",
            ),
            (
                "invoices",
                "invoice;date;patient;amount\n250;2026-11-23;Mrs A. Botha;450.00\n251;2026-11-23;Mr K. Naidoo;550.20\n252;2026-11-24;Mr T. Nkosi;535.00\n",
            ),
            (
                "a chat",
                "[2026/11/23, 08:26:01] Anna: did you get my mail?\n[2026/11/23, 08:26:40] Sipho: no, it failed again\n\
                 [2026/11/23, 08:27:02] Anna: I sent the statement to accounts@example.co.za\n[2026/11/23, 08:27:30] Sipho: 250 rand?\n",
            ),
            (
                "a novel",
                "The mail came at ten. She had sent him a letter, but the connection was lost.\n\"I could not send it,\" he said, and closed the door.\n\
                 At 220 Main Road nobody answered.\n",
            ),
            ("a phone list", "Dr Botha 021 555 0123\nReception 550 221\nServer room 354 250\nMail room 535 450\n"),
            (
                "a log with numbers",
                "2026-11-23 08:26:01 250 rows read\n2026-11-23 08:26:02 550 rows written\n2026-11-23 08:26:03 Error 530: table is locked\n",
            ),
            (
                "a program's stack trace",
                "Traceback (most recent call last):\n  File \"a.py\", line 3, in <module>\n    main()\nValueError: invalid literal\n",
            ),
            ("nothing", ""),
        ] {
            assert!(of(text, false).is_none(), "{what}");
        }
    }

    #[test]
    fn arbitrary_lines_never_panic() {
        let parts = "250 ¶250-¶EHLO x¶QUIT¶\"¶'¶[¶]¶{¶}¶<¶>¶\\r\\n¶: ¶;¶,¶|¶\t¶17¶08:26:01 ¶MAIL FROM:<a@b.c>¶\
                     Connecting to mail.x.za:25¶Password=";
        let parts: Vec<&[u8]> = parts.split('¶').map(str::as_bytes).chain([&b"\x80\xff"[..]]).collect();
        let mut state = 1u64;
        let mut lot = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap()
        };
        for _ in 0..400 {
            let lines: Vec<Vec<u8>> =
                (0..12).map(|_| (0..lot() % 7).flat_map(|_| parts[lot() % parts.len()]).copied().collect()).collect();
            if let Some(learned) = learn(lines.iter().map(Vec::as_slice), true) {
                let text = learned.profile.to_toml(learned.score);
                Profile::from_toml(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
                let dialect = learned.into_dialect();
                lines.iter().for_each(|line| {
                    let _ = dialect.read(line);
                });
            }
        }
    }
}
