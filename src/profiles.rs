//! Profiles: how a program writes its log, drafted from one log and tried on another.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    io::{self, Write},
};

use crate::{
    Request, Summary,
    analysis::{self, Asked, OpenedLog},
    dialect::{self, DialectSet, Event, Hole, Kind, Profile, Rule, Side, Template},
    knowledge::Knowledge,
    redact::{Level, LogRedactor, Redactor},
    rewrite,
    source::{self, Log},
};

/// Lines that a test shows.
const MAX_SHOWN_LINES: usize = 20;
/// Of each kind of line this many are shown before any kind gets more.
const LINES_OF_EACH_KIND: usize = 2;

/// Characters of a word that say who speaks.
const MIN_SIDE_CHARS: usize = 2;

/// Letters of a word that is hardly known by chance.
const MIN_WORD_LETTERS: usize = 4;

/// Marks that join parts of a word.
const JOINTS: [char; 4] = ['.', '_', '-', '@'];

/// Characters of a line that a test shows.
const MAX_LINE_CHARS: usize = 160;

/// Writes a profile learned from the one log of the request, with comments that say what each line means.
///
/// # Errors
/// Only where it cannot be written. A log from which nothing can be learned is a problem in the summary.
pub fn learn(request: &Request, out: &mut dyn Write) -> io::Result<Summary> {
    let mut summary = Summary::default();
    let Some(mut opened) = only_log(request, &Asked::Learned, &mut summary)? else { return Ok(summary) };
    let learned = opened.detected.as_ref().and_then(|found| Some((found.dialect().profile()?, found.score)));
    match learned {
        Some((profile, score)) => {
            let (profile, sample) = (profile.clone(), opened.log.sample().to_vec());
            let lines: Vec<&[u8]> = source::lines(&sample).map(|line| line.text).collect();
            let hidden = hidden_words(&profile, &lines, &redacted(profile.clone(), &lines, &mut opened.log)?);
            out.write_all(showable(&profile, &lines, &hidden).to_toml(score).as_bytes())?;
        }
        None => summary.problems.push(format!(
            "{}: nothing in it looks like an SMTP dialogue, so no profile can be learned. Take a log in which a mail was \
             sent or refused.",
            opened.log.name()
        )),
    }
    out.flush()?;
    Ok(summary)
}

/// The profile with a hole for every word of a log that may not be shown; a template that cannot be without goes. `lines` are of
/// the log it was learned from.
fn showable(profile: &Profile, lines: &[&[u8]], hidden: &[HashSet<String>]) -> Profile {
    let mut shown = masked(profile, hidden);
    if shown == *profile {
        return shown;
    }
    // A hole takes more than the word did: what says all of a line goes first.
    shown.rules.sort_by_key(|rule| rule.template.has(Hole::Text));
    let by_words = told_by_words(&mut shown);
    let mut takes_more = false;
    for (sure, unsure) in [(Kind::Server, Kind::Reply), (Kind::Client, Kind::Bare)] {
        let taken =
            |line: &&[u8]| shown.kind_of(line) == Some(sure) && !profile.kind_of(line).is_some_and(Kind::is_said);
        if lines.iter().any(taken) {
            takes_more |= sure == Kind::Client;
            shown.rules.iter_mut().filter(|rule| rule.kind == sure).for_each(|rule| rule.kind = unsure);
        }
    }
    if by_words || takes_more {
        shown.marks_sides = false;
        shown.marks_data = false;
        shown.marks_dot = lines.iter().any(|line| matches!(profile.read(line).event, Event::Client(b".", _)));
    }
    shown
}

/// By template, the words that copies of its lines do not show, or half of them where the word stands in several: a word of
/// programs may be a secret there, or somebody's name.
fn hidden_words(profile: &Profile, lines: &[&[u8]], copies: &[Vec<u8>]) -> Vec<HashSet<String>> {
    let words = |line: &[u8]| -> HashSet<String> {
        let text = String::from_utf8_lossy(line);
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    // Of each word, in how many lines it is hidden, and in how many it stands.
    let mut seen: Vec<HashMap<String, (usize, usize)>> = vec![HashMap::new(); profile.rules.len()];
    for (line, copy) in lines.iter().zip(copies) {
        let Some(rule) = profile.rule_at(line) else { continue };
        let shown = words(copy);
        for word in words(line) {
            let is_hidden = !shown.contains(&word);
            let (hidden, all) = seen[rule].entry(word).or_default();
            (*hidden, *all) = (*hidden + usize::from(is_hidden), *all + 1);
        }
    }
    let often = |words: HashMap<String, (usize, usize)>| {
        words.into_iter().filter(|(_, (hidden, all))| *hidden > 0 && hidden * 2 >= *all).map(|(word, _)| word).collect()
    };
    seen.into_iter().map(often).collect()
}

fn masked(profile: &Profile, hidden: &[HashSet<String>]) -> Profile {
    let mut profile = profile.clone();
    let mut gate = Redactor::new(Level::Personal);
    let marks = marks(&profile);
    let mut hidden = hidden.iter();
    profile.rules.retain_mut(|rule| {
        let hidden = hidden.next();
        let text = rule.template.to_string();
        let shown = with_holes(&text, &mut |word| {
            // A sign or letter alone is nobody's name.
            let alone = word.chars().nth(1).is_none();
            let is_hidden = || word.split(JOINTS).any(|part| hidden.is_some_and(|hidden| hidden.contains(part)));
            let may_show = alone || dialect::is_of_connections(word) || gate.is_program_word(word) && !is_hidden();
            if may_show { word.to_owned() } else { hole(word, marks.get(word).map_or("", String::as_str)) }
        });
        if shown != text {
            let Ok(template) = Template::parse(&shown) else { return false };
            rule.template = template;
        }
        true
    });
    profile
}

/// Where no word may be shown that tells a template of the server's from one of the client's, the words of the dialogue tell
/// the sides. Such a template is tried behind those of other lines, as it takes these too.
fn told_by_words(profile: &mut Profile) -> bool {
    let is_alike = |rule: &Rule, kinds: [Kind; 2]| {
        profile.rules.iter().any(|other| kinds.contains(&other.kind) && other.template == rule.template)
    };
    let (alike, mut rest): (Vec<Rule>, Vec<Rule>) =
        profile.rules.iter().cloned().partition(|rule| {
            is_alike(rule, [Kind::Server, Kind::Reply]) && is_alike(rule, [Kind::Client, Kind::Bare])
        });
    let takes_all = |rule: &Rule| matches!(rule.kind, Kind::Note | Kind::Unmarked) && rule.template.has(Hole::Text);
    let mut at = rest.iter().position(takes_all).unwrap_or(rest.len());
    let any = !alike.is_empty();
    for rule in alike {
        if !rest.iter().any(|known| known.template == rule.template) {
            rest.insert(at, Rule { kind: Kind::Either, ..rule });
            at += 1;
        }
    }
    profile.rules = rest;
    any
}

/// The words by which alone a template of the server's differs from one of the client's, and how they begin: that says who
/// speaks, and tells nothing of a name or a secret.
fn marks(profile: &Profile) -> BTreeMap<String, String> {
    let of = |kinds: [Kind; 2]| -> Vec<String> {
        let rules = profile.rules.iter().filter(|rule| kinds.contains(&rule.kind));
        rules.map(|rule| rule.template.to_string()).collect()
    };
    let (server, client) = (of([Kind::Server, Kind::Reply]), of([Kind::Client, Kind::Bare]));
    let mut marks = BTreeMap::new();
    for (server, client) in server.iter().flat_map(|server| client.iter().map(move |client| (server, client))) {
        let (ours, theirs): (Vec<&str>, Vec<&str>) = (parts(server).collect(), parts(client).collect());
        let mut differ = ours.iter().zip(&theirs).filter(|(a, b)| a != b);
        if ours.len() == theirs.len()
            && let (Some((a, b)), None) = (differ.next(), differ.next())
            && is_word(a)
            && is_word(b)
        {
            let alike = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
            if alike < MIN_SIDE_CHARS {
                // What the hole behind it stands for is not empty.
                let begins =
                    |word: &str| (word.chars().count() > alike + 1).then(|| word.chars().take(alike + 1).collect());
                let known = [a, b].map(|word| Some(((*word).to_owned(), begins(word)?)));
                marks.extend(known.into_iter().flatten());
            }
        }
    }
    marks
}

/// The text of a template with what may be shown of each word. Of what stands around the marks of a password a few letters
/// and digits may be known by chance: `xA$pm`, `hH9c`.
fn with_holes(text: &str, shown: &mut dyn FnMut(&str) -> String) -> String {
    let parts: Vec<&str> = parts(text).collect();
    let ends = |part: &str| part.starts_with([' ', '\'', '"', '(', ')', '[', ']', ',', ';', '<', '>', '=']);
    let tokens = parts.chunk_by(|a, b| !ends(a) && !ends(b));
    let with_holes = tokens.flat_map(|token| {
        let drawn = token.iter().any(|part| part.starts_with(['!', '#', '$', '%', '^', '&', '*', '?']));
        token.iter().map(move |part| (*part, drawn && !is_written(part)))
    });
    with_holes
        .map(|(part, by_chance)| match is_word(part) {
            true if by_chance => hole(part, ""),
            true => shown(part),
            false => part.to_owned(),
        })
        .collect()
}

/// A hole for a word. Where it begins or ends in what joins words, a hole of the template may stand there, and two side by
/// side cannot be told apart: so the joints stay, with a hole for each part between them. `begins`: what may be shown of it.
fn hole(word: &str, begins: &str) -> String {
    let ends = word.trim_end_matches(JOINTS);
    if !begins.is_empty() {
        let joints = if ends.len() > begins.len() { &word[ends.len()..] } else { "" };
        return format!("{begins}{{word}}{joints}");
    }
    if ends == word && !word.starts_with(JOINTS) {
        return "{word}".to_owned();
    }
    let part = |part: &str| match part.trim_end_matches(JOINTS) {
        "" => part.to_owned(),
        core => format!("{{word}}{}", &part[core.len()..]),
    };
    word.split_inclusive(JOINTS).map(part).collect()
}

/// Somebody wrote the word: enough letters, and nothing else.
fn is_written(word: &str) -> bool {
    word.chars().count() >= MIN_WORD_LETTERS && word.chars().all(char::is_alphabetic)
}

/// The words, holes and marks of a template's text.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let len = match rest.chars().next()? {
            '{' if rest.starts_with("{{") => 2,
            '{' => rest.find('}').map_or(rest.len(), |at| at + 1),
            c if of_word(c) => rest.find(|c| !of_word(c)).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (part, tail) = rest.split_at(len);
        rest = tail;
        Some(part)
    })
}

fn is_word(part: &str) -> bool {
    part.starts_with(of_word)
}

fn of_word(c: char) -> bool {
    c.is_alphanumeric() || JOINTS.contains(&c)
}

/// Shows lines of the log with what the profile takes them for. Secrets are masked by the state of the dialogue, people
/// are replaced.
///
/// # Errors
/// Only where it cannot be written. What cannot be read is a problem in the summary.
pub fn test(request: &Request, out: &mut dyn Write) -> io::Result<Summary> {
    let mut summary = Summary::default();
    let asked = Asked::of(request.dialect.as_deref()).map_err(io::Error::other)?;
    let Asked::Profile(profile) = &asked else {
        return Err(io::Error::other("profile test: name the file of the profile with --dialect FILE.toml."));
    };
    let Some(OpenedLog { mut log, .. }) = only_log(request, &asked, &mut summary)? else { return Ok(summary) };
    let sample = log.sample().to_vec();
    let lines: Vec<&[u8]> = source::lines(&sample).map(|line| line.text).collect();
    let kinds: Vec<Option<Kind>> = lines.iter().map(|line| profile.kind_of(line)).collect();
    let blank = |n: usize| lines[n].trim_ascii().is_empty();
    let known = kinds.iter().flatten().count();
    let chosen = chosen(&kinds, &blank);
    let mut gate = Redactor::new(Level::Personal);
    let seen: Vec<LineReading> = chosen.into_iter().map(|n| LineReading::of(n, lines[n], profile, &mut gate)).collect();
    let texts = redacted((**profile).clone(), &lines, &mut log)?;
    writeln!(out, "{:>6}  {:<12} {:<8} {:<18} TEXT", "LINE", "FIELD", "SIDE", "KIND")?;
    for LineReading { n, field, side, kind } in &seen {
        let text = texts.get(*n).map_or_else(String::new, |line| screen(line));
        writeln!(out, "{:>6}  {field:<12} {side:<8} {kind:<18} {text}", n + 1)?;
    }
    let all = (0..lines.len()).filter(|n| !blank(*n)).count();
    writeln!(out, "\n{known} of {all} lines fit a template.")?;
    out.flush()?;
    Ok(summary)
}

/// A line as a profile reads it.
struct LineReading {
    /// Its number, from 0.
    n: usize,
    /// The field of a record that holds the text; `-` in plain lines.
    field: String,
    /// The speaker; `-` where the line alone does not tell.
    side: &'static str,
    kind: &'static str,
}

impl LineReading {
    fn of(n: usize, line: &[u8], profile: &Profile, gate: &mut Redactor) -> Self {
        let field = profile.text_field_of(line).map(|name| {
            let may_show = parts(name).all(|part| !is_word(part) || gate.is_program_word(part));
            if may_show { name.to_owned() } else { "(masked)".to_owned() }
        });
        let side = match profile.side_of(line) {
            Some(Side::Server) => "server",
            Some(Side::Client) => "client",
            Some(Side::Writer) | None => "-",
        };
        let kind = profile.kind_of(line).map_or("unknown", Kind::name);
        LineReading { n, field: field.unwrap_or_else(|| "-".to_owned()), side, kind }
    }
}

/// The numbers of the lines to show, in the order of the log.
fn chosen(kinds: &[Option<Kind>], blank: &dyn Fn(usize) -> bool) -> Vec<usize> {
    let mut seen: Vec<(Option<Kind>, usize)> = Vec::new();
    let mut first = Vec::new();
    let mut rest = Vec::new();
    for n in (0..kinds.len()).filter(|n| !blank(*n)) {
        let place = seen.iter().position(|(kind, _)| *kind == kinds[n]).unwrap_or_else(|| {
            seen.push((kinds[n], 0));
            seen.len() - 1
        });
        seen[place].1 += 1;
        if seen[place].1 <= LINES_OF_EACH_KIND { first.push(n) } else { rest.push(n) }
    }
    let mut chosen: Vec<usize> = first.into_iter().chain(rest).take(MAX_SHOWN_LINES).collect();
    chosen.sort_unstable();
    chosen
}

/// The lines as they may be shown, in order; any line of the whole log may tell a secret that one of them quotes.
fn redacted(profile: Profile, lines: &[&[u8]], log: &mut Log) -> io::Result<Vec<Vec<u8>>> {
    let dialect = profile.into_dialect();
    let dialects = DialectSet::only(&dialect);
    let mut gate = Redactor::new(Level::Personal);
    rewrite::learn_secrets(&mut gate, log, &dialects, Knowledge::builtin())?;
    let mut copy = Vec::new();
    let mut redactor = LogRedactor::new(&mut gate, Knowledge::builtin());
    for line in lines {
        redactor.line(&dialects, line, b"\n");
    }
    redactor.finish(&dialects);
    while let Some(line) = redactor.next_line() {
        copy.extend(line);
    }
    Ok(source::lines(&copy).map(|line| line.text.to_vec()).collect())
}

/// A line as a screen may have it: no control characters, and not for ever.
fn screen(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let visible = |c: char| if c.is_control() { ' ' } else { c };
    let mut out: String = text.chars().take(MAX_LINE_CHARS).map(visible).collect();
    if text.chars().nth(MAX_LINE_CHARS).is_some() {
        out.push('\u{2026}');
    }
    out
}

/// The one log that the request names, learned from.
fn only_log(request: &Request, asked: &Asked, summary: &mut Summary) -> io::Result<Option<OpenedLog>> {
    request.refuse_output()?;
    let found = analysis::discover(request, summary)?;
    let [only] = found.as_slice() else {
        if found.len() > 1 {
            let first = &found[0].path;
            summary.problems.push(format!("{} logs found; name one of them, such as {first}.", found.len()));
        }
        return Ok(None);
    };
    match OpenedLog::open(request, asked, &only.path) {
        Ok(opened) => Ok(Some(opened)),
        Err(error) => {
            summary.problems.push(error.to_string());
            Ok(None)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, iter};

    use super::*;

    #[test]
    fn a_test_shows_field_side_and_kind() {
        let folder = tempfile::tempdir().unwrap();
        let (log, profile) = (folder.path().join("maillog.txt"), folder.path().join("mine.toml"));
        let said =
            [("S", "220 mail.x.example ESMTP"), ("C", "EHLO pc"), ("S", "250 ok"), ("C", "QUIT"), ("S", "221 bye")];
        let record =
            |(side, text)| format!(r#"{{"at": "2026-03-02 08:15:00", "d": "{side}", "data": "{text}"}}"#) + "\n";
        fs::write(&log, said.map(record).concat()).unwrap();
        let request = |dialect: Option<&str>| Request {
            paths: iter::once((&log).into()).collect(),
            dialect: dialect.map(str::to_owned),
            ..Request::default()
        };
        let mut learned = Vec::new();
        learn(&request(None), &mut learned).unwrap();
        fs::write(&profile, learned).unwrap();
        let mut shown = Vec::new();
        test(&request(profile.to_str()), &mut shown).unwrap();
        let shown = String::from_utf8(shown).unwrap();
        let columns: Vec<Vec<&str>> =
            shown.lines().take(3).map(|line| line.split_whitespace().take(4).collect()).collect();
        assert_eq!(columns[0], ["LINE", "FIELD", "SIDE", "KIND"], "{shown}");
        assert_eq!(columns[1], ["1", "data", "server", "server"], "{shown}");
        assert_eq!(columns[2], ["2", "data", "client", "client"], "{shown}");
    }

    #[test]
    fn a_hole_beside_another_keeps_its_joints() {
        for (word, want) in [
            ("kudu", "{word}"),
            ("herd.kudu", "{word}"),
            ("herd-kudu-", "{word}-{word}-"),
            ("-kudu-", "-{word}-"),
            ("-", "-"),
        ] {
            assert_eq!(hole(word, ""), want);
        }
        assert_eq!((hole("kudu-", "k"), hole("k-", "k")), ("k{word}-".to_owned(), "k{word}".to_owned()));
        assert!(
            Template::parse(&with_holes("[kudu-herd-{number}] %HERD-{number}-", &mut |word| hole(word, ""))).is_ok()
        );
    }

    #[test]
    fn what_tells_the_sides_apart_is_no_name_and_no_secret() {
        let said = [
            ('S', "220 mail.own.co.za ESMTP"),
            ('C', "EHLO pc"),
            ('S', "250-mail.own.co.za"),
            ('S', "250 SIZE"),
            ('C', "MAIL FROM:<a@own.co.za>"),
            ('S', "250 ok"),
            ('C', "RCPT TO:<b@own.co.za>"),
            ('S', "550 5.1.1 unknown"),
            ('C', "QUIT"),
            ('S', "221 bye"),
        ];
        for (server, client) in [
            ("Sipho", "Thandeka"),
            ("Kudu7Herd", "Zebra9Vlerk"),
            ("pieter@own.co.za", "anna@gmail.com"),
            ("Thabo", "Thandeka"),
        ] {
            let line = |(side, text): (char, &str)| {
                format!("08:01:02 desk {} pc > {text}", if side == 'S' { server } else { client })
            };
            let lines: Vec<String> = said.into_iter().map(line).collect();
            let lines: Vec<&[u8]> = lines.iter().map(String::as_bytes).collect();
            let learned = dialect::learn(lines.iter().copied(), true).unwrap();
            let profile = showable(&learned.profile, &lines, &[]);
            let toml = profile.to_toml(1.0);
            assert!(!toml.contains(server) && !toml.contains(client), "{toml}");
            let told = |at: usize| profile.kind_of(lines[at]);
            // Of ids and of names that begin alike the words of the dialogue tell the sides.
            let apart = told(0) == Some(Kind::Server) && told(1) == Some(Kind::Client);
            assert!(apart || told(0) == Some(Kind::Either) && told(1) == told(0), "{toml}");
        }
    }

    #[test]
    fn no_part_of_a_password_is_shown_for_a_word_that_is_known_by_chance() {
        let session = "08:01:02 < 220 mail.own.co.za ESMTP\n08:01:02 > EHLO pc\n08:01:03 < 250 mail.own.co.za\n\
                       08:01:03 Connect('mail.own.co.za', 25, 'x', 'Zqw9y8!xA$pm')\n08:01:04 < 535 no\n08:01:04 > QUIT\n\
                       08:01:04 < 221 bye\n08:01:04 closed\n";
        for (password, parts) in [("Zqw9y8!xA$pm", ["xA", "pm'"]), ("ZqAEQA##hH9c", ["hH", "9c"])] {
            let log = session.replace("Zqw9y8!xA$pm", password).repeat(4);
            let lines: Vec<&[u8]> = log.lines().map(str::as_bytes).collect();
            let learned = dialect::learn(lines.iter().copied(), true).unwrap();
            let toml = showable(&learned.profile, &lines, &[]).to_toml(1.0);
            assert!(toml.contains("Connect('{host}'") && !parts.iter().any(|part| toml.contains(part)), "{toml}");
        }
    }

    #[test]
    fn a_word_that_a_copy_hides_is_shown_in_no_template() {
        let session = "08:01:02 < 220 mail.own.co.za ESMTP\n08:01:02 > EHLO pc\n08:01:03 < 250 mail.own.co.za\n\
                       08:01:03 connect('mail.own.co.za', 25, 'x', 'manager')\n08:01:04 < 535 no\n08:01:04 > QUIT\n\
                       08:01:04 < 221 bye\n08:01:04 closed\n"
            .repeat(4);
        let lines: Vec<&[u8]> = session.lines().map(str::as_bytes).collect();
        let learned = dialect::learn(lines.iter().copied(), true).unwrap();
        let copies: Vec<Vec<u8>> = lines.iter().map(|line| bstr::ByteSlice::replace(*line, "manager", "***")).collect();
        let hidden = hidden_words(&learned.profile, &lines, &copies);
        let toml = showable(&learned.profile, &lines, &hidden).to_toml(1.0);
        assert!(toml.contains("connect('{host}'") && !toml.contains("manager"), "{toml}");
    }
}
