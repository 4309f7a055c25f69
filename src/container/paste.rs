//! Undoes what pasting did to a log before anybody reads it: quote marks, fences, backticks, a common indentation,
//! Markdown escapes, HTML entities and tags, printers' quotes, lines that were broken or run together.
//!
//! Every line stays on its line, and as long as it was: what an undone line lost is filled up at its end. So line numbers
//! and byte offsets are those of the file. A join of broken lines may take a byte more than it finds: it tells which lines
//! behind it moved. Lines that were run together are numbered as they stand when they are parted.

use super::{
    Container, coded, dump, elements,
    entity::entity,
    prefix::Prefix,
    quote::{quoted, unquoted},
    run_on,
    wrap::{self, Undone},
};
use crate::source::{self, Input, Log, ReadOptions, SourceError};

/// Opens a log and undoes what pasting did to it.
///
/// # Errors
/// As [`Log::open`].
pub(crate) fn open(input: &Input, options: &ReadOptions) -> Result<Log, SourceError> {
    Log::open(input, options).map(undone)
}

/// The log as it was before it was pasted.
pub(crate) fn undone(log: Log) -> Log {
    match log.whole().and_then(undo) {
        Some(Undone { text, moved }) => log.with_text(text, &moved),
        None => log,
    }
}

/// The text as it was before it was pasted; `None` where nothing was done to it.
fn undo(text: &[u8]) -> Option<Undone> {
    let plain = |text| Undone { text, moved: Vec::new() };
    let first = coded::undo(text).or_else(|| dump::undo(text)).or_else(|| run_on::without_breaks(text)).map(plain);
    // A page's tags tell its rows apart, and are undone then.
    let is_page = text.trim_ascii_start().starts_with(b"<");
    let rows = || if is_page { elements::parted(text, &texts(text)) } else { None };
    match first.or_else(rows) {
        Some(first) => match unpasted(&first.text) {
            Some(next) => Some(first.then(next)),
            None => Some(first),
        },
        None => unpasted(text),
    }
}

fn unpasted(text: &[u8]) -> Option<Undone> {
    let lines = texts(text);
    let found = Pasting::of(text, &lines);
    if !found.is_any() {
        return relined(text, &lines);
    }
    let undone = found.undo(text);
    relined(&undone, &texts(&undone)).or(Some(Undone { text: undone, moved: Vec::new() }))
}

/// Its lines, without their ends.
fn texts(text: &[u8]) -> Vec<&[u8]> {
    source::lines(text).map(|line| line.text).collect()
}

/// The text with its lines as they were before they were broken or run together; `None` where they were not.
fn relined(text: &[u8], lines: &[&[u8]]) -> Option<Undone> {
    let run_on =
        |text: &[u8], lines: &[&[u8]]| run_on::parted(text, lines).map(|text| Undone { text, moved: Vec::new() });
    let Some(joined) = wrap::join(text, lines) else {
        return elements::parted(text, lines).or_else(|| run_on(text, lines));
    };
    match run_on(&joined.text, &texts(&joined.text)) {
        Some(parted) => Some(joined.then(parted)),
        None => Some(joined),
    }
}

/// What pasting did to a text.
#[derive(Clone, Debug, Default)]
struct Pasting {
    /// How often each line is quoted with `>`.
    quoted: Vec<usize>,
    /// Bytes of white space before every line that is not blank.
    indent: usize,
    backticks: bool,
    fences: bool,
    /// `\<`, `\_`
    escapes: bool,
    /// `**Error:** 451 no`
    emphasis: bool,
    /// `&lt;`, `&#39;`
    entities: bool,
    tags: bool,
    curly: bool,
    /// `[550] 'no'`
    bracketed: bool,
    /// What whoever started the program puts before every line, and before the blanks that it begins with.
    prefix: Option<Prefix>,
}

/// Different tags that may tell lines apart: sides, and the program's own words.
const MOST_TAGS: usize = 6;

/// Tags of a page around the text; their contents stay.
const TAGS: &str = "br pre p div span td tr th table tbody thead h1 h2 h3 h4 b i code blockquote meta li ul strong em \
    body html font";
/// Printers' quotes, a space that does not break, and signs without width, in UTF-8.
const CURLY: [(&[u8], &[u8]); 11] = [
    (b"\xE2\x80\x9C", b"\""),
    (b"\xE2\x80\x9D", b"\""),
    (b"\xE2\x80\x9E", b"\""),
    (b"\xE2\x80\x98", b"'"),
    (b"\xE2\x80\x99", b"'"),
    (b"\xC2\xAB", b"\""),
    (b"\xC2\xBB", b"\""),
    (b"\xC2\xA0", b" "),
    (b"\xE2\x80\x8B", b""),
    (b"\xEF\xBB\xBF", b""),
    (b"\xE2\x80\xAF", b" "),
];
const ESCAPED: &[u8] = b"<>*_";

impl Pasting {
    fn of(text: &[u8], lines: &[&[u8]]) -> Pasting {
        let has = |part: &[u8]| memchr::memmem::find(text, part).is_some();
        let mut found = Pasting { quoted: quoted(lines), indent: usize::MAX, ..Pasting::default() };
        let (mut filled, mut breaks, mut bracketed) = (0, 0, 0);
        for line in lines {
            let bare = line.trim_ascii();
            let Some(first) = bare.first() else { continue };
            filled += 1;
            if found.indent > 0 {
                found.indent = found.indent.min(indent(line));
            }
            match first {
                b'`' => {
                    found.backticks |= bare.len() > 2;
                    found.fences |= bare.starts_with(b"```");
                }
                b'*' => found.emphasis |= is_emphasised(bare),
                b'~' => found.fences |= bare.starts_with(b"~~~"),
                b'[' => bracketed += usize::from(in_brackets(bare).is_some()),
                _ => {}
            }
            breaks += usize::from(matches!(bare, [.., b'<', b'b', b'r', b'>']));
        }
        if filled == 0 {
            found.indent = 0;
        }
        // PHPMailer writes HTML by itself.
        let is_html_log = breaks * 2 > filled;
        let tag_ends = || memchr::memmem::find_iter(text, b"</").any(|at| tag(&text[at..]).is_some());
        let tags = !is_html_log && (has(b"<pre>") || tag_ends());
        found.tags = tags && !tags_tell(lines);
        found.bracketed = bracketed > 1;
        found.prefix = Prefix::of(lines);
        found.escapes = is_escaped(text);
        found.entities = !is_html_log && memchr::memchr_iter(b'&', text).any(|at| entity(&text[at..]).is_some());
        found.curly = !text.is_ascii() && CURLY.iter().any(|(curly, _)| has(curly));
        found
    }

    fn is_any(&self) -> bool {
        self.indent > 0
            || self.backticks
            || self.fences
            || self.escapes
            || self.emphasis
            || self.entities
            || self.tags
            || self.curly
            || self.bracketed
            || self.prefix.is_some()
            || self.quoted.iter().any(|times| *times > 0)
    }

    fn undo(&self, text: &[u8]) -> Vec<u8> {
        let mut undone = Vec::with_capacity(text.len());
        let mut ticked = false;
        let mut end = 0;
        for (number, line) in source::lines(text).enumerate() {
            let begin = line.offset;
            // The end of the line before, whatever it is.
            undone.extend_from_slice(&text[end.min(begin)..begin]);
            end = begin + line.text.len();
            let plain = self.line(line.text, self.quoted.get(number).copied().unwrap_or_default(), &mut ticked);
            let missing = line.text.len().saturating_sub(plain.len());
            undone.extend_from_slice(&plain);
            undone.extend(std::iter::repeat_n(source::FILL, missing));
        }
        undone.extend_from_slice(&text[end.min(text.len())..]);
        undone
    }

    fn line(&self, line: &[u8], quoted: usize, ticked: &mut bool) -> Vec<u8> {
        let mut text = self.prefix.as_ref().map_or(line, |prefix| prefix.strip(line));
        for _ in 0..quoted {
            text = unquoted(text);
        }
        let text_indent = indent(text);
        text = &text[self.indent.min(text_indent)..];
        let bare = text.trim_ascii();
        if self.fences && (bare.starts_with(b"```") || bare.starts_with(b"~~~")) && !bare[3..].contains(&b' ') {
            return Vec::new();
        }
        if self.backticks {
            if let Some(rest) = bare.strip_prefix(b"`") {
                text = rest;
                *ticked = true;
            }
            if *ticked && let Some(rest) = text.trim_ascii_end().strip_suffix(b"`") {
                text = rest;
                *ticked = false;
            }
        }
        if self.bracketed
            && let Some((code, said)) = in_brackets(text)
        {
            return [code, b" ", said].concat();
        }
        let mut plain = text.to_vec();
        if self.emphasis && is_emphasised(text) {
            plain = replaced(&plain, |rest| match rest.iter().take_while(|b| **b == b'*').count() {
                0 => None,
                2 => Some((2, Vec::new())),
                stars => Some((stars, vec![b'*'; stars])),
            });
        }
        if self.entities {
            // Once only: what was escaped twice is HTML of the log itself.
            let undone = replaced(&plain, |rest| entity(rest).map(|(length, mark)| (length, vec![mark])));
            // A quote in an attribute would end it.
            let fields = |line: &[u8]| Container::Markup.fields(line);
            if fields(&undone).is_some() || fields(&plain).is_none() {
                plain = undone;
            }
        }
        if self.tags {
            plain = replaced(&plain, |rest| tag(rest).map(|length| (length, vec![b' '])));
        }
        if self.escapes {
            plain = replaced(&plain, |rest| match rest {
                [b'\\', mark, ..] if ESCAPED.contains(mark) || b"[]#`~|".contains(mark) => Some((2, vec![*mark])),
                _ => None,
            });
        }
        if self.curly {
            plain = replaced(&plain, |rest| {
                CURLY
                    .iter()
                    .find(|(curly, _)| rest.starts_with(curly))
                    .map(|(curly, mark)| (curly.len(), mark.to_vec()))
            });
        }
        plain
    }
}

/// The text with what `at` finds put in place of what it found, never longer.
fn replaced(text: &[u8], at: impl Fn(&[u8]) -> Option<(usize, Vec<u8>)>) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(&first) = rest.first() {
        match at(rest) {
            Some((length, mark)) => {
                plain.extend_from_slice(&mark);
                rest = &rest[length..];
            }
            None => {
                plain.push(first);
                rest = &rest[1..];
            }
        }
    }
    plain
}

/// The lines begin with tags that tell them apart, such as `<tr class="in">` and `<tr class="out">`: these are records.
fn tags_tell(lines: &[&[u8]]) -> bool {
    let mut counts = std::collections::BTreeMap::<&[u8], usize>::new();
    let mut filled = 0;
    for line in lines {
        let line = line.trim_ascii_start();
        filled += usize::from(!line.is_empty());
        if let Some(length) = tag(line).filter(|length| line[..*length].contains(&b'=')) {
            *counts.entry(&line[..length]).or_default() += 1;
        }
    }
    let often = counts.values().filter(|count| **count >= 2).count();
    (2..=MOST_TAGS).contains(&often) && counts.values().sum::<usize>() * 10 >= filled * 6
}

/// Length of the tag that the text begins with.
fn tag(text: &[u8]) -> Option<usize> {
    let inner = text.strip_prefix(b"<")?;
    let inner = inner.strip_prefix(b"/").unwrap_or(inner);
    let name = inner.iter().take_while(|b| b.is_ascii_alphanumeric()).count();
    if name == 0 || !TAGS.split(' ').any(|tag| tag.as_bytes().eq_ignore_ascii_case(&inner[..name])) {
        return None;
    }
    let end = memchr::memchr(b'>', &text[..text.len().min(200)])?;
    matches!(inner.get(name), Some(b' ' | b'>' | b'/')).then_some(end + 1)
}

/// Spaces and tabs at the beginning.
fn indent(line: &[u8]) -> usize {
    line.iter().take_while(|b| matches!(b, b' ' | b'\t')).count()
}

/// `**Error:** 451 no`: Markdown's emphasis of a label; a program's own mark has a blank behind it.
fn is_emphasised(line: &[u8]) -> bool {
    let label =
        line.trim_ascii_start().strip_prefix(b"**").filter(|rest| rest.first().is_some_and(u8::is_ascii_alphanumeric));
    label.is_some_and(|rest| memchr::memmem::find(rest, b"**").is_some_and(|end| !rest[end - 1].is_ascii_whitespace()))
}

/// Markdown puts a backslash before each of its own signs: wherever one stands it is escaped. Brackets around addresses tell
/// it alone, where others are only those of tags and signs of emphasis and of names stand beside them.
fn is_escaped(text: &[u8]) -> bool {
    let (mut escaped, mut addresses, mut plain, mut bare) = (0, 0, 0, 0);
    for at in memchr::memchr3_iter(b'<', b'>', b'_', text).chain(memchr::memchr_iter(b'*', text)) {
        let is_tag = || text[at] == b'<' && tag(&text[at..]).is_some() || text[at] == b'>' && ends_tag(&text[..=at]);
        if at > 0 && text[at - 1] == b'\\' {
            escaped += 1;
            addresses += usize::from(text[at] == b'<');
        } else if b"<>".contains(&text[at]) && !is_tag() {
            bare += 1;
        } else {
            plain += 1;
        }
        if bare > 0 {
            return false;
        }
    }
    escaped > 0 && (plain == 0 || addresses > 0)
}

/// It ends with a tag.
fn ends_tag(text: &[u8]) -> bool {
    memchr::memrchr(b'<', text).is_some_and(|at| tag(&text[at..]).is_some())
}

/// `[550] '5.7.1 Relaying denied'`: a reply in brackets and quotes, its code and its text.
fn in_brackets(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let (code, said) = line.trim_ascii().strip_prefix(b"[")?.split_at_checked(3)?;
    let said = said.strip_prefix(b"] '")?.strip_suffix(b"'")?;
    code.iter().all(u8::is_ascii_digit).then_some((code, said))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn undone(text: &str) -> Option<String> {
        undo(text.as_bytes()).map(|Undone { text: plain, .. }| {
            assert_eq!(plain.len(), text.len(), "byte offsets stay");
            assert_eq!(plain.iter().filter(|b| **b == b'\n').count(), text.matches('\n').count(), "lines stay");
            let lines = source::lines(&plain).map(|line| String::from_utf8_lossy(line.text).trim_end().to_owned());
            lines.collect::<Vec<_>>().join("\n")
        })
    }

    #[test]
    fn the_clients_mark_is_no_quote() {
        let answer = "< 334 UGFzc3dvcmQ6\n> MD0rI210MCs=\n< 235 ok\n";
        assert_eq!(undone(answer), None);
        assert_eq!(undone("220 mail\n> AUTH LOGIN\n334 UGFzc3dvcmQ6\n> MD0rI210MCs=\n"), None);
        assert_eq!(undone("354 go\n>> DATA\n250 ok\n>> Dear all, we are away\n"), None);
        assert_eq!(undone(">>>getline>>> 220 mail\n<<<putline<<< EHLO pc\n>>>getline>>> 250 mail\n"), None);
        assert_eq!(undone("<<< EHLO pc\n>>> 250 mail\n>>> We are glad to see you\n"), None);
    }

    #[test]
    fn a_quote_may_be_quoted() {
        let mail = "Hi\n> On Friday you wrote:\n> Here it is\n>\n>> It could not be delivered.\n>> a@b.example\n>> mx said: 550 no\n";
        let want = "Hi\nOn Friday you wrote:\nHere it is\n\nIt could not be delivered.\na@b.example\nmx said: 550 no";
        assert_eq!(undone(mail).as_deref(), Some(want));
    }

    #[test]
    fn emphasis_is_undone_and_marks_stay() {
        assert_eq!(undone("**Error message:** 451 no\n").as_deref(), Some("Error message: 451 no"));
        assert_eq!(undone("<** 535 no\n*** No authentication\n****removed****\n"), None);
    }

    #[test]
    fn a_quote_in_an_attribute_does_not_end_it() {
        let log = "<e d=\"s\" t=\"354 end with &#34;.&#34;\"/>\n<e d=\"c\" t=\"MAIL FROM:&lt;a@b.c&gt;\"/>\n";
        let want = "<e d=\"s\" t=\"354 end with &#34;.&#34;\"/>\n<e d=\"c\" t=\"MAIL FROM:<a@b.c>\"/>";
        assert_eq!(undone(log).as_deref(), Some(want));
    }

    #[test]
    fn each_kind_is_undone() {
        let log = "S: 220 mail.example.co.za ESMTP\nC: EHLO pc\nC: MAIL FROM:<a_b@c.example>\nS: 550 it's \"no\"";
        for pasted in [
            log.lines().map(|line| format!("> {line}\n")).collect::<String>(),
            log.lines().map(|line| format!("    {line}\n")).collect(),
            log.lines().map(|line| format!("`{line}`\n")).collect(),
            log.replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
                .replace('"', "&quot;")
                .replace('\'', "&#x27;"),
            log.replace('<', "\\<").replace('>', "\\>").replace('_', "\\_"),
            log.replace(" \"no\"", " \u{201c}no\u{201d}"),
        ] {
            assert_eq!(undone(&pasted).as_deref(), Some(log), "{pasted}");
        }
        assert_eq!(
            undone("[220] 'hi'\n> HELO localhost\n[250] 'ok'\n").as_deref(),
            Some("220 hi\n> HELO localhost\n250 ok")
        );
        let trace = "Error: no\n    at send (index.js:1)\n  code: 'EAUTH'";
        let relayed = |mark: &str| trace.lines().map(|line| format!("{mark}{line}\n")).collect::<String>();
        assert_eq!(undone(&relayed("0|main  | ")).as_deref(), Some(trace));
        assert_eq!(undone(&relayed("E/flutter (22498): ")).as_deref(), Some(trace));
        let timed = undone(&relayed("08:26:01 mail[1]: ")).unwrap();
        assert!(timed.starts_with("08:26:01 mail[1]: Error: no\n    at send"), "only a trace has no time: {timed}");
        assert_eq!(undone(&format!("Hi\n```\n{log}\n```\n")), Some(format!("Hi\n\n{log}\n")));
        assert_eq!(undone("<b>Warning</b>: no<br />\n").as_deref(), Some(" Warning : no"));
        assert_eq!(undone("<pre>\nfailed\n</pre>\n<td>x</td>").as_deref(), Some("\nfailed\n\n x"));
    }

    #[test]
    fn a_log_is_left_alone() {
        for log in [
            "> EHLO pc\n< 250 mail\n> AUTH LOGIN\n< 334 VXNlcm5hbWU6\n> b2ZmaWNl\n< 235 ok\n",
            "S: 250 ok\nC: MAIL FROM:<a@b.example>\n",
            "C:\\mtm\\_log failed <a@b.example>\n",
        ] {
            assert_eq!(undone(log), None, "{log}");
        }
    }
}
