//! A server's refusal that a program quotes in words of its own: the code before the words, behind them, in brackets, in
//! quotes, in a tuple, as a field of a record, or left out.

use std::sync::LazyLock;

use memchr::memmem;

use super::{
    baked::word_classes,
    heads::{has_words, names_code, without_heads},
    words::{WordClass, WordTable, is_word_byte, plain_spelling, words_in},
};
use crate::smtp::{self, ReplyCode};

/// A refusal inside a program's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct QuotedReply<'a> {
    /// The code, where one stands there or a sentence stands for it.
    pub code: ReplyCode,
    /// The server's words, with the enhanced code at their beginning if there is one; empty where only the code is told.
    pub text: &'a [u8],
    /// Where the code stands, from the beginning of the text.
    pub at: usize,
}

impl QuotedReply<'_> {
    /// Words stand behind the code, so that it is no number behind a sentence. `told` is what it was found in.
    pub(crate) fn is_before_words(&self, told: &[u8]) -> bool {
        let behind = told.get(self.at..).unwrap_or_default();
        !self.text.is_empty() && memmem::find(behind, self.text).is_some()
    }
}

/// Sentences of System.Net.Mail that stand for a code (its `SmtpStatusCode`), with the code.
const STATUS: [(&[u8], u16); 14] = [
    (b"requires a secure connection or the client was not authenticated", 530),
    (b"Mailbox unavailable.", 550),
    (b"Exceeded storage allocation.", 552),
    (b"Transaction failed.", 554),
    (b"Client does not have permission to submit mail to this server.", 454),
    (b"Client was not authenticated.", 454),
    (b"Mailbox name not allowed.", 553),
    (b"Insufficient system storage.", 452),
    (b"Error in processing.", 451),
    (b"Service not available, closing transmission channel.", 421),
    (b"User not local", 551),
    (b"Bad sequence of commands.", 503),
    (b"Syntax error in command parameters", 501),
    (b"Command not implemented.", 502),
];
const RESPONSE: &[u8] = b"The server response was";
/// Ready to search: they are looked for in every line of a log in a program's own words.
static STATUS_FINDERS: LazyLock<[memmem::Finder<'static>; STATUS.len()]> =
    LazyLock::new(|| STATUS.map(|(sentence, _)| memmem::Finder::new(sentence)));
static RESPONSE_FINDER: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(RESPONSE));
/// As much before a number as tells what the number is.
const CUE: usize = 48;

/// The refusal that the words quote, with its code.
pub(crate) fn quoted_reply(text: &[u8]) -> Option<QuotedReply<'_>> {
    let by_code = by_code(text);
    if by_code.is_some_and(|reply| smtp::enhanced_status_code(reply.text).is_ok()) {
        return by_code;
    }
    by_sentence(text).or(by_code)
}

/// How well a number proves to be a reply's code; the best counts, the first among equals.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Proof {
    /// The number alone, behind a word of error.
    Bare,
    /// The server's words stand before it.
    Behind,
    /// The server's words follow.
    Before,
    /// An enhanced code of the same class follows.
    Enhanced,
}

fn by_code(text: &[u8]) -> Option<QuotedReply<'_>> {
    let mut best: Option<(Proof, QuotedReply<'_>)> = None;
    let mut at = 0;
    while let Some(start) = text[at..].iter().position(u8::is_ascii_digit).map(|i| at + i) {
        let end = text[start..].iter().position(|b| !b.is_ascii_digit()).map_or(text.len(), |i| start + i);
        at = end;
        let Some(found) = candidate(text, start, end) else { continue };
        // `got code "503", with message "503 RCPT first`: whoever quotes the server opens a quote before its code.
        let quoted =
            |best: &QuotedReply<'_>| best.code == found.1.code && matches!(text[..start].last(), Some(b'"' | b'\''));
        if best.as_ref().is_none_or(|(proof, best)| *proof < found.0 || *proof == found.0 && quoted(best)) {
            best = Some(found);
        }
    }
    best.map(|(_, reply)| reply)
}

fn candidate(text: &[u8], start: usize, end: usize) -> Option<(Proof, QuotedReply<'_>)> {
    let [class @ b'4'..=b'5', second @ b'0'..=b'7', third] = text[start..end] else { return None };
    let code = u16::from(class - b'0') * 100 + u16::from(second - b'0') * 10 + u16::from(third - b'0');
    let (before, after) = (&text[..start], &text[end..]);
    // `_550 no_` is in italics.
    let italic = matches!(before, [.., b' ', b'_'] | [b'_']);
    // `DOC-1369#451` is a part of a page's address, `(#502)` numbers something.
    let joined = matches!(before.last(), Some(b) if is_word_byte(*b) || b"._@/-+$%".contains(b)) && !italic
        // Some programs give errors as numbers below zero: `error -535 Authentication failed`.
        && !before.ends_with(b" -")
        // `Sending to a@b.example...421 4.7.0 too many`
        && !before.ends_with(b"..")
        || matches!(before, [.., b, b'#'] if is_word_byte(*b) || *b == b'(')
        || is_process(before, after);
    let parted = after.first().is_none_or(|b| !is_word_byte(*b) && !b"_@/%".contains(b))
        && !matches!(after, [b'.', d, ..] if d.is_ascii_digit());
    // `events.js:524:28`, `Abstract.php:431` are places in a source.
    let place = before.ends_with(b":")
        && (matches!(after, [b':', b'0'..=b'9', ..]) || ends_in_file(&before[..before.len() - 1]));
    // `08:26:01,535` is a time.
    let time = matches!(before, [.., d, b':' | b','] if d.is_ascii_digit());
    if joined || !parted || place || time {
        return None;
    }
    let skip = after.iter().position(|b| !b" \t-:,;.)]}'\"=>\\`".contains(b)).unwrap_or(after.len());
    let said = &after[skip..];
    let quoted = skip > 0 && matches!(said, [b'b' | b'u', b'\'' | b'"', ..]);
    let said = if quoted { &said[2..] } else { in_fields(before, after).unwrap_or(said) };
    let said = until_program(said, before);
    if is_web_request(before) {
        return None;
    }
    let reply = |text| QuotedReply { code: ReplyCode(code), text, at: start };
    if smtp::enhanced_status_code(said).is_ok_and(|(_, enhanced)| u16::from(enhanced.class) == code / 100) {
        return Some((Proof::Enhanced, reply(said)));
    }
    let cue = cue(before);
    // `Mailbox full (550)`, `el servidor no acepta el usuario (código 535)`
    let bracketed =
        matches!((before.last(), after.first()), (Some(b'('), Some(b')' | b',' | b':')) | (Some(b'['), Some(b']')))
            || after.starts_with(b")") && opens_with_word(before);
    if cue == Cue::Place || is_counted(said) && !bracketed {
        return None;
    }
    // `stat=550 Invalid recipient`, but not `took=501 port=25`.
    let next = after.strip_prefix(b" ").and_then(|rest| rest.split(u8::is_ascii_whitespace).next()).unwrap_or_default();
    let valued = before.ends_with(b"=") && next.first().is_some_and(u8::is_ascii_alphabetic) && !next.contains(&b'=');
    if cue == Cue::Nothing && !bracketed && !valued && !before.trim_ascii().is_empty() {
        return None;
    }
    let words = before.trim_ascii_end();
    // `Mailbox full (550)`, but `permanent error (550): Mailbox full`
    if has_words(said) && (!after.starts_with(b")") || after.starts_with(b"):")) {
        return Some((Proof::Before, reply(said)));
    }
    // A number behind the words is a mark of the server's own, or the code.
    if !ReplyCode(code).is_in_use() {
        return None;
    }
    let head = field_before(before).unwrap_or_else(|| words_before(words));
    // `- 500 Status Code` is another number.
    let is_value = said.split(|b| !is_word_byte(*b)).next().is_some_and(names_code);
    if has_words(head) && !is_value {
        return Some((Proof::Behind, reply(head)));
    }
    if has_words(said) {
        return Some((Proof::Before, reply(said)));
    }
    Some((Proof::Bare, reply(b"")))
}

/// The server's words where the code is the value of a field: that of the field behind it with more words than one, or of the
/// first with one: `code=550 lvl=error text="5.7.1 no"`, `"code":535,"msg":"authentication unsuccessful"`.
fn in_fields<'a>(before: &[u8], after: &'a [u8]) -> Option<&'a [u8]> {
    let named = before.strip_suffix(b"\"").unwrap_or(before).trim_ascii_end();
    let (name, mark) = named.split_at(named.len().checked_sub(1)?);
    let is_field = mark == b"=" || mark == b":" && name.trim_ascii_end().ends_with(b"\"");
    let mut rest = after;
    let mut fields = std::iter::from_fn(|| {
        let (value, behind) = field(rest)?;
        rest = behind;
        Some(value)
    });
    let first = fields.next().filter(|_| is_field)?;
    let says = |value: &&[u8]| has_words(value);
    let told = |value: &&[u8]| has_words(value) && value.contains(&b' ');
    let all: Vec<&[u8]> = [first].into_iter().chain(fields.take(FIELDS)).collect();
    all.iter().copied().find(told).or_else(|| all.into_iter().find(says))
}

/// The words of the last field with more than one before the field with the code: `"msg":"mailbox full","code":552`.
fn field_before(before: &[u8]) -> Option<&[u8]> {
    let named = before.strip_suffix(b"\"").unwrap_or(before).trim_ascii_end();
    let mut told = None;
    let named = named.strip_suffix(b"\":").or_else(|| named.strip_suffix(b"="))?;
    // Behind its stamp a record begins amid a string.
    let opens = |at: &usize| (*at == 0 || b"{,:= ".contains(&named[at - 1])) && named.get(at + 1) != Some(&b',');
    let mut rest = &named[memchr::memchr_iter(b'"', named).find(opens)?..];
    while let Some(at) = memmem::find(rest, b"\"").filter(|at| *at + 1 < rest.len()) {
        let quoted = &rest[at + 1..];
        // The name of the code's own field.
        let Some(end) = memchr::memchr_iter(b'"', quoted).find(|end| *end == 0 || quoted[end - 1] != b'\\') else {
            break;
        };
        let is_value = rest[..at].trim_ascii_end().ends_with(b":") || rest[..at].ends_with(b"=");
        let value = &quoted[..end];
        told = Some(value).filter(|value| is_value && has_words(value) && value.contains(&b' ')).or(told);
        rest = &quoted[end + 1..];
    }
    told
}

/// Fields behind a code in which its words may stand.
const FIELDS: usize = 8;

/// The value of the field that a text begins with, and what stands behind it.
fn field(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let start = text.iter().position(|b| !b" \t,;\"'".contains(b))?;
    let name = text[start..].iter().take_while(|b| b.is_ascii_alphanumeric() || b"_.-".contains(b)).count();
    let named = text[start + name..].strip_prefix(b"\"").unwrap_or(&text[start + name..]);
    let value = named.strip_prefix(b"=").or_else(|| named.strip_prefix(b":")).filter(|_| name > 0)?.trim_ascii_start();
    if let Some(quoted) = value.strip_prefix(b"\"") {
        let ends = memchr::memchr_iter(b'"', quoted).find(|end| *end == 0 || quoted[end - 1] != b'\\');
        let end = ends.unwrap_or(quoted.len());
        return Some((&quoted[..end], quoted.get(end + 1..).unwrap_or_default()));
    }
    // Words without quotes go on to the next name.
    let next = memchr::memchr_iter(b'=', value)
        .filter_map(|mark| value[..mark].iter().rposition(|b| b.is_ascii_whitespace()))
        .next();
    let end = next.or_else(|| memchr::memchr(b',', value)).unwrap_or(value.len());
    Some(value.split_at(end))
}

/// `mailer[511]: `: the number of a process behind its name, unless the name is a word that announces a code.
fn is_process(before: &[u8], after: &[u8]) -> bool {
    let Some(name) = before.strip_suffix(b"[").filter(|_| after.starts_with(b"]:")) else { return false };
    let word = name.iter().rposition(|b| !is_word_byte(*b)).map_or(name, |i| &name[i + 1..]);
    let classes = word_classes(word);
    !word.is_empty() && !names_code(word) && !classes.has(WordClass::Failed) && !classes.has(WordClass::Reply)
}

/// `POST /mail HTTP/1.1" `, `method=POST path=/mail status=`: right behind a method and a path stands the status of HTTP
/// (RFC 9110).
fn is_web_request(before: &[u8]) -> bool {
    const METHODS: [&[u8]; 4] = [b"GET", b"POST", b"PUT", b"HEAD"];
    let words = || before.rsplit(|b| b" =\"[".contains(b)).filter(|word| !word.is_empty()).take(4);
    words().any(|word| METHODS.contains(&word)) && words().any(|word| word.starts_with(b"/"))
}

/// `Abstract.php`, `smtp.b.example`: behind it stands the number of a line, or a port.
fn ends_in_file(before: &[u8]) -> bool {
    let name =
        before.iter().rposition(|b| !is_word_byte(*b) && !b"._-$".contains(b)).map_or(before, |i| &before[i + 1..]);
    name.iter().rposition(|b| *b == b'.').is_some_and(|dot| dot > 0 && dot + 1 < name.len())
}

/// The text before a number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cue {
    /// Nothing that tells.
    Nothing,
    /// It says that a reply follows.
    Reply,
    /// It says that the number is another.
    Place,
}

fn cue(before: &[u8]) -> Cue {
    let bare = before.trim_ascii_end();
    let Some(last) = bare.last() else { return Cue::Reply };
    if [&b"\t"[..], b",", b"  "].iter().any(|mark| before.ends_with(mark)) {
        return Cue::Reply;
    }
    let near = plain_spelling(&bare[bare.len().saturating_sub(CUE)..]);
    let mut words = words_in(&near).rev();
    // A number of the mail may stand between: `Error 0002 550 relay not permitted`.
    let all_digits = |word: &&[u8]| word.iter().all(u8::is_ascii_digit);
    let mut classes =
        || words.find(|word| !all_digits(word)).map(|word| WordTable::builtin().classes(word)).unwrap_or_default();
    let (classes, before_label) = (classes(), classes());
    let expected = near
        .split(|b| !is_word_byte(*b))
        .rev()
        .take(3)
        .any(|word| matches!(word, b"expected" | b"require" | b"expecting"));
    // `(id: 552)` is the number of something, but not `error no: 552`.
    let numbers =
        b":=".contains(last) && ![WordClass::Reply, WordClass::Failed].iter().any(|class| before_label.has(*class));
    if classes.has(WordClass::Place) && (numbers || !b":;='\"|([".contains(last)) || expected {
        return Cue::Place;
    }
    let port = matches!(words_in(&near).next_back(), Some(b"port" | b"line" | b"poort" | b"pid" | b"size"));
    if port {
        return Cue::Place;
    }
    if classes.has(WordClass::Reply)
        || classes.has(WordClass::Failed)
        || b":;'\"|[(>-`\xE2".contains(last)
        || bare.ends_with("\u{2013}".as_bytes())
    {
        return Cue::Reply;
    }
    Cue::Nothing
}

/// A bracket opens, in which one word stands that is no other's, in a text that tells of a failure.
fn opens_with_word(before: &[u8]) -> bool {
    let named = before.trim_ascii_end();
    let word = named.iter().rposition(|b| !is_word_byte(*b)).map_or(named, |at| &named[at + 1..]);
    let text = &named[..named.len() - word.len()];
    let fails = |text: &[u8]| words_in(&plain_spelling(text)).any(|word| word_classes(word).has(WordClass::Failed));
    named.len() < before.len()
        && word.len() > 2
        && text.ends_with(b"(")
        && word_classes(word).is_unknown()
        && fails(text)
}

/// `450 KB`, `500 statements`: a number of something.
fn is_counted(said: &[u8]) -> bool {
    let word = said.split(|b| !is_word_byte(*b)).next().unwrap_or_default();
    word_classes(word).has(WordClass::Count)
}

/// The server's words before a code that stands behind them: `Mailbox full (552)`, `Mailbox full, code 552`.
fn words_before(before: &[u8]) -> &[u8] {
    let mut head = before;
    loop {
        let trimmed = head.trim_ascii_end();
        let trimmed = match trimmed.last() {
            Some(b'(' | b'[' | b',' | b':' | b'#' | b'-' | b'=' | b'"' | b'\'' | b'{' | b';') => {
                &trimmed[..trimmed.len() - 1]
            }
            _ => trimmed,
        };
        let word = trimmed.iter().rposition(|b| !is_word_byte(*b)).map_or(trimmed, |i| &trimmed[i + 1..]);
        let named = names_code(word) || opens_with_word(head);
        let next = if named { &trimmed[..trimmed.len() - word.len()] } else { trimmed };
        if next.len() == head.len() {
            break;
        }
        head = next;
    }
    without_heads(head)
}

fn by_sentence(text: &[u8]) -> Option<QuotedReply<'_>> {
    let asked = RESPONSE_FINDER.find(text);
    let response = asked.map(|at| &text[at + RESPONSE.len()..]);
    let said = response
        .map(|rest| until_program(rest.strip_prefix(b":").unwrap_or(rest).trim_ascii_start(), b""))
        .unwrap_or_default();
    let said = if said.starts_with(b"not available") { b"" } else { said };
    let enhanced = smtp::enhanced_status_code(said).ok().map(|(_, code)| code.to_string());
    // A server says `Mailbox unavailable.` too, and then goes on.
    let ends = |at: usize| response.is_some() || text[at..].trim_ascii_end().iter().all(|b| b"'\")".contains(b));
    let found = STATUS.iter().zip(STATUS_FINDERS.iter()).find_map(|((sentence, code), finder)| {
        let at = finder.find(text).filter(|at| ends(at + sentence.len()))?;
        Some((*code, at, &text[at..at + sentence.len()]))
    });
    if let Some((code, at, sentence)) = found {
        let passing = code == 550 && enhanced.as_deref().is_some_and(|code| code.starts_with('4'));
        let said = if said.is_empty() { sentence } else { said };
        return Some(QuotedReply { code: ReplyCode(if passing { 450 } else { code }), text: said, at });
    }
    // Codes it has no sentence for get the one for 500; the enhanced code tells them apart.
    let code = match enhanced.as_deref()? {
        "5.7.8" | "5.7.3" | "5.7.139" | "5.7.14" => 535,
        "5.7.9" => 534,
        code if code.starts_with('4') => 451,
        _ => 550,
    };
    Some(QuotedReply { code: ReplyCode(code), text: said, at: asked.unwrap_or_default() })
}

/// Up to where the program goes on in its own words. `before` stands before the code.
fn until_program<'a>(said: &'a [u8], before: &[u8]) -> &'a [u8] {
    let ends = [
        &b"', "[..],
        b"\",",
        b"\"}",
        b"';",
        b"'}",
        b"')",
        b"\")",
        b" at SMTP",
        b" (require: ",
        b" !! ",
        b"' in /",
        b"; from=<",
    ];
    let mut end = ends.iter().filter_map(|end| memmem::find(said, end)).min().unwrap_or(said.len());
    // What a quote or a bracket opened before the code ends with it.
    if let Some(open) = before.last()
        && let Some(close) = match open {
            b'"' | b'\'' => Some(*open),
            b'[' => Some(b']'),
            b'(' => Some(b')'),
            _ => None,
        }
        && let Some(at) = memchr::memrchr(close, &said[..end])
        && (matches!(open, b'"' | b'\'') || at + 1 == said[..end].trim_ascii_end().len())
        && at > 3
    {
        end = end.min(at);
    }
    // `[{LED=550 no};{MSG=}]`
    if memchr::memrchr(b'{', before) > memchr::memrchr(b'}', before) {
        end = memchr::memchr(b'}', &said[..end]).unwrap_or(end);
    }
    let said = said[..end].trim_ascii_end();
    said.strip_suffix(b"'").or(said.strip_suffix(b"\"")).unwrap_or(said).trim_ascii_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals() {
        for (text, code, said) in [
            ("Send failed: 535 5.7.8 Error: authentication failed", 535, "5.7.8 Error: authentication failed"),
            ("a@b.example;FAIL;550 5.1.1 User unknown", 550, "5.1.1 User unknown"),
            ("a@b.example\tInvoice 12\tbust\t535 Incorrect data", 535, "Incorrect data"),
            ("a@b.example,Invoice,bust,535 Incorrect data", 535, "Incorrect data"),
            ("Invoice 12\tbust\tClient host blocked, code 554", 554, "Client host blocked"),
            (
                "Invoice;bust;Service unavailable; Client host blocked, code 554",
                554,
                "Service unavailable; Client host blocked",
            ),
            ("Error message: `` 451 no luck ``", 451, "no luck ``"),
            ("got code \"503\", with message \"503 RCPT first (#5.5.1)", 503, "RCPT first (#5.5.1)"),
            ("failed: 535: 5.7.139 disabled", 535, "5.7.139 disabled"),
            ("SMTP, Server Response: '550 no relay', Port: 25", 550, "no relay"),
            ("The server responded: 421 Cannot connect", 421, "Cannot connect"),
            ("Mailbox unavailable. The server response was: 5.1.1 unknown", 550, "5.1.1 unknown"),
            ("Mailbox unavailable. The server response was: 4.2.0 busy", 450, "4.2.0 busy"),
            ("Syntax error, command unrecognized. The server response was: 5.7.8 no", 535, "5.7.8 no"),
            ("smtplib.SMTPDataError: (552, b'5.3.4 too big')", 552, "5.3.4 too big"),
            ("{\"msg\":\"mail failed: 550 5.1.1 No such user\"}", 550, "5.1.1 No such user"),
            (r#"","to":"a@b.example","code":535,"lvl":"error","msg":"no such password"}"#, 535, "no such password"),
            (r#"","lvl":"error","to":"a@b.example","msg":"mailbox is full","code":552}"#, 552, "mailbox is full"),
            ("to=a@b.example code=535 lvl=error text=\"5.7.8 bad password\" n=1", 535, "5.7.8 bad password"),
            ("Send failed: Mailbox full (552)", 552, "Mailbox full"),
            ("permanent error (552): Error: Mailbox full", 552, "Error: Mailbox full"),
            ("it says _552 Mailbox full_", 552, "Mailbox full_"),
            ("Send failed: Mailbox full [552]", 552, "Mailbox full"),
            ("Send failed: Mailbox full, code 552", 552, "Mailbox full"),
            ("[550] '5.7.1 Relaying denied'", 550, "5.7.1 Relaying denied"),
            ("Error 550: Relaying denied", 550, "Relaying denied"),
            ("SMTP Error 534", 534, ""),
            ("A1003    c@d.example      N      421 Too many connections", 421, "Too many connections"),
            ("Error 535 from smtp.gmail.com", 535, ""),
            ("Expected response code 250 but got code \"554\", with message \"554 5.2.252 no\"", 554, "5.2.252 no"),
            ("Command failed Detail: Relaying denied SMTP code: 550", 550, "Relaying denied"),
            ("Reason: [{LED=550 5.7.1 no};{MSG=};{FQDN=mx.b.example}]", 550, "5.7.1 no"),
            ("x: 550 5.1.1 <a@b.example>: no; from=<c@d.example> to=<a@b.example>", 550, "5.1.1 <a@b.example>: no"),
            ("AUTH LOGIN failed: '535 Incorrect authentication data'", 535, "Incorrect authentication data"),
        ] {
            let found = quoted_reply(text.as_bytes())
                .map(|reply| (reply.code.0, String::from_utf8_lossy(reply.text).into_owned()));
            assert_eq!(found, Some((code, said.to_owned())), "{text}");
        }
        for text in [
            "Printing 421 statements",
            "Port: 587, Secure(SSL): No",
            "smtp.mweb.co.za port 465",
            "statement.pdf: 450 KB",
            "The server response was not available",
            "error 10060",
            "failed sending mail (id: 552) due to Mail Delivery Failed",
            "invoice=552 could not be sent",
            "196.25.1.450:587",
            "at Socket.emit (node:events:524:28)",
            "in /var/www/Zend/Mail/Protocol/Abstract.php:431",
            "failed (code: 220, response: Ready to start TLS)",
            "Expected response code 450 but got an empty response",
            "500 Internal Server Error",
            "msg=\"Request Completed\" method=POST path=/api/mail status=500 remote_addr=192.0.2.7 size=48",
            "unable to connect to ssl://smtp.b.example:465 (Connection refused) in SMTP.php",
            "nullmailer-send[511]: smtp: Starting delivery",
            "08:26:01,535 failed",
        ] {
            assert_eq!(quoted_reply(text.as_bytes()), None, "{text}");
        }
    }
}
