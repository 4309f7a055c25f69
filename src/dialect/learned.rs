//! Handwritings nobody has shown us: learned from the log itself.
//!
//! Whoever writes an SMTP log, and however, the replies in it begin with three digits and the commands with one of a
//! dozen words (RFC 5321). What stands before them, line after line, is the handwriting: `frame` collects it, `marks`
//! chooses which of it makes a dialogue where each command has one reply, and `build` writes a profile from that.
//! Nothing here knows a program by name.

mod about;
mod build;
mod ending;
mod frame;
mod key;
mod marks;
mod said;
pub(super) mod token;
mod words;

use super::{DateOrder, Dialect, Kind, LineEnd, Profile, Rule, Template};
use crate::knowledge::Knowledge;
use build::Builder;
use frame::Hits;
use marks::Marks;

/// Lines of the sample that are looked at.
const LINES: usize = 6_000;
/// Replies and commands that make a dialogue sure.
const SURE: i64 = 6;

/// A handwriting that was learned.
#[derive(Clone, Debug)]
pub struct Learned {
    /// How it looks.
    pub profile: Profile,
    /// How sure that is, 0 to 1.
    pub score: f64,
    /// Learned from little.
    pub assumed: bool,
    /// The sample holds a dialogue; else only words about connections were found.
    pub dialogue: bool,
}

impl Learned {
    /// As a dialect.
    #[must_use]
    pub fn into_dialect(self) -> Dialect {
        self.profile.into_dialect()
    }
}

/// Learns the handwriting of a sample of lines; `None` where it is no SMTP log. `asked`: the user says that it is one, so
/// that a log without any dialogue, where each connection failed, is read by its words.
#[must_use]
pub fn learn<'a>(sample: impl Iterator<Item = &'a [u8]>, asked: bool) -> Option<Learned> {
    let lines: Vec<&[u8]> = sample.take(LINES).collect();
    let hits = Hits::find(&lines);
    let Some(mut marks) = Marks::choose(&lines, &hits) else { return words_only(&lines, asked) };
    let session = key::find(&lines, &hits, &marks);
    if let Some(column) = session {
        marks.fit = key::fit(&lines, &hits, &marks, column);
    }
    if !is_dialogue(&lines, &hits, &marks, asked) {
        return words_only(&lines, asked);
    }
    let builder = Builder::new(&lines, &hits, &marks, session);
    let profile = builder.profile();
    let score = (builder.score(&profile) * 1000.0).round() / 1000.0;
    let assumed = score < 0.6 || marks.fit.answered < SURE;
    (asked || score >= 0.2).then_some(Learned { profile, score, assumed, dialogue: true })
}

/// Whether the replies and commands are a dialogue, not numbers and words in some other text.
fn is_dialogue(lines: &[&[u8]], hits: &Hits, marks: &Marks, asked: bool) -> bool {
    let both = !marks.server.is_empty() && !marks.client.is_empty();
    let fit = marks.fit;
    if asked {
        return both || fit.answered > 0 && !is_column(lines, hits);
    }
    // Every conversation begins with a greeting, or a refusal to give one.
    let said = || hits.hits.iter().filter(|hit| marks.says(hit));
    let Some(first) = said().next().filter(|hit| hit.begins()) else {
        return both && fit.answered >= 3 && fit.answered > 2 * fit.unasked;
    };
    if both {
        return fit.unasked == 0 || fit.answered >= 3 && fit.answered > 2 * fit.unasked;
    }
    let filled = lines.iter().filter(|line| !line.trim_ascii().is_empty()).count();
    let most = fit.answered > 0 && said().count() * 4 >= filled && !is_column(lines, hits);
    let text = &lines[first.line][first.said.at..];
    let is_smtp = crate::smtp::reply_line(text)
        .is_ok_and(|(_, reply)| reply.enhanced.is_some() || memchr::memmem::find(text, b"SMTP").is_some());
    most && (is_smtp || connects(lines))
}

/// A line tells of a connection to a port of mail, or to a host that says what it is for.
fn connects(lines: &[&[u8]]) -> bool {
    let mail = |text: &[u8]| {
        let low = text.to_ascii_lowercase();
        [&b"smtp"[..], b"mail", b"epos", b"e-pos", b"relay", b"mx."]
            .iter()
            .any(|word| memchr::memmem::find(&low, word).is_some())
    };
    lines.iter().any(|line| {
        let Some(rule) = about::about(line, &words::Keys::new()) else { return false };
        let Some(m) = rule.template.matches(line) else { return false };
        let port = [&b"25"[..], b"465", b"587", b"2525"].contains(&m.port);
        matches!(rule.kind, Kind::Connecting | Kind::Connected) && (port || mail(m.host) || mail(line))
    })
}

/// The same number in every line is a column: a thread, a process.
fn is_column(lines: &[&[u8]], hits: &Hits) -> bool {
    let code = |hit: &frame::Hit| match hit.said.what {
        said::Words::Reply { code, .. } => code,
        said::Words::Command(_) => 0,
    };
    let first = hits.hits.first().map_or(0, code);
    let all = lines.iter().filter(|line| !line.trim_ascii().is_empty()).count();
    hits.hits.len() >= 3
        && hits.hits.len() * 10 >= all * 8
        && first != 220
        && hits.hits.iter().all(|hit| code(hit) == first)
}

/// A log without a dialogue: lines about connections, and errors.
fn words_only(lines: &[&[u8]], asked: bool) -> Option<Learned> {
    let mut rules = Vec::new();
    let (mut seen, mut errors, mut known) = (0usize, 0usize, 0usize);
    let knowledge = Knowledge::builtin();
    for line in lines.iter().filter(|line| !line.trim_ascii().is_empty()) {
        seen += 1;
        let rule = about::about(line, &words::Keys::new());
        let error = knowledge.client_error(line).is_some();
        errors += usize::from(error);
        known += usize::from(error || rule.is_some());
        if let Some(rule) = rule.filter(|rule| !error && !rules.contains(rule)) {
            rules.push(rule);
        }
    }
    // The writer says the same when it opens: no end of a connection.
    let first = |of: &[Kind]| {
        lines
            .iter()
            .position(|line| about::about(line, &words::Keys::new()).is_some_and(|rule| of.contains(&rule.kind)))
    };
    let begins = first(&[Kind::Connecting, Kind::Connected]);
    if begins.is_some() && first(&[Kind::Closed]) < begins {
        for rule in rules.iter_mut().filter(|rule| rule.kind == Kind::Closed) {
            rule.kind = Kind::Ignore;
        }
    }
    let score = known as f64 / seen.max(1) as f64;
    let enough = if asked { known > 0 } else { connects(lines) && (score >= 0.5 || errors > 0 && score >= 0.3) };
    if !enough {
        return None;
    }
    let note = Template::parse("{text}").ok()?;
    rules.push(Rule { kind: Kind::Note, template: note });
    let marks_end = rules.iter().any(|rule| rule.kind == Kind::Closed);
    let line_end = LineEnd::Line;
    let profile = Profile {
        name: "learned".into(),
        rules,
        line_end,
        marks_sides: true,
        marks_data: true,
        marks_dot: false,
        marks_end,
        utc: false,
        date_order: DateOrder::Unknown,
    };
    Some(Learned { profile, score: (score * 500.0).round() / 1000.0, assumed: true, dialogue: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(log: &str, asked: bool) -> Option<Learned> {
        learn(log.lines().map(str::as_bytes), asked)
    }

    #[test]
    fn a_handwriting_is_learned() {
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
    fn other_texts_are_refused() {
        for (what, text) in [
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
            ("nothing", ""),
        ] {
            assert!(of(text, false).is_none(), "{what}");
        }
    }

    #[test]
    fn arbitrary_lines_never_panic() {
        const PARTS: [&[u8]; 24] = [
            b"250 ",
            b"250-",
            b"EHLO x",
            b"QUIT",
            b"\"",
            b"'",
            b"[",
            b"]",
            b"{",
            b"}",
            b"<",
            b">",
            b"\\r\\n",
            b": ",
            b";",
            b",",
            b"|",
            b"\t",
            b"17",
            b"\x80\xff",
            b"08:26:01 ",
            b"MAIL FROM:<a@b.c>",
            b"Connecting to mail.x.za:25",
            b"Password=",
        ];
        let mut state = 1u64;
        let mut lot = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap()
        };
        for _ in 0..400 {
            let lines: Vec<Vec<u8>> =
                (0..12).map(|_| (0..lot() % 7).flat_map(|_| PARTS[lot() % PARTS.len()]).copied().collect()).collect();
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
