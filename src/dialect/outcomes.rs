//! Programs that log only how each mail went: an exception, a number of CDO, a dialog of Outlook, or a sentence of their
//! own, in one line or several.
//!
//! ```abnf
//! line   = [ stamp ] ( verdict / announcement / detail / trace / chatter )
//! detail = words that go on about the mail before: an inner exception, `Description : ...`, an indented line
//! trace  = a line of a stack, as any program writes it / "bei " method, in the other languages of Windows / source
//! ```
//! Nothing marks these lines but their words, so this is read only where nobody speaks SMTP. Texts of System.Net.Mail
//! name the reply by a sentence and leave its code out.

use std::borrow::Cow;

use bstr::ByteSlice;

use super::{
    Dialect, Event, Extent, Line, LineEnd, Marks, Outcome, OwnWords, Read, header::is_header, number,
    spoken::is_dialogue,
};
use crate::knowledge::{
    By, Knowledge, QuotedReply, ToldMeaning, WordClass, WordTable, in_brackets, is_level, is_word_byte, plain_spelling,
    quoted_reply, without_heads, word_classes,
};
use crate::smtp::{self, ReplyCode};

mod alike;
mod aside;
mod beside;
mod contrast;
mod inferred;
mod mails;
mod order;
mod page;
mod parallel;
mod phrases;
mod place;
mod record;
mod score;
mod source_code;
mod stamps;
mod status;
mod sums;
mod titles;
mod verdicts;

pub(crate) use inferred::Inferred;
pub(super) use place::hangs;
use record::{Record, is_wordless, looked_at, told_of, whole_record, wordless};
pub(super) use score::{is_timed, score};
use stamps::before;
pub(super) use stamps::behind;
use status::Says;
pub(crate) use verdicts::is_queued;
use verdicts::{begins_first, ends_attempt, introduces_list, is_verdict, is_verdict_alone, went_at_last};

pub(super) static DIALECT: Dialect = Dialect {
    name: Cow::Borrowed("outcomes"),
    title: "outcomes only (exceptions of .NET, CDO, Outlook, vbSendMail, own sentences)",
    sample: "2026/11/23 08:26:01 Mail sent to a@example.test\n\
             2026/11/23 08:26:05 Mail to b@example.test failed: Failure sending mail.\n\
             System.Net.Mail.SmtpException: Failure sending mail. ---> System.Net.Sockets.SocketException: No connection \
             could be made because the target machine actively refused it 196.25.1.1:587\n\
             \x20  at System.Net.Mail.SmtpClient.Send(MailMessage message)\n\
             2026/11/23 08:27:00 Send failed: 550 5.1.1 User unknown\n",
    marks: Marks::DATA,
    line_end: LineEnd::Line,
    utc: false,
    signature,
    read: Read::Line(read),
};

/// Nothing proves words: this is taken only where no other dialect is proved, and [`score`] decides.
fn signature(_: &[u8]) -> bool {
    false
}

/// The rank of a row whose words tell of a refusal wherever they stand.
const ALONE: u8 = 60;
/// Points of the model from which the words of a line about a mail are a server's; what programs say of mails that went
/// out has fewer.
const SPEAKS: i32 = 72;
/// A label is a word or two.
const LABEL: usize = 24;
/// As much of a line as is looked at: verdicts stand at its beginning.
const LOOKED_AT: usize = 2_000;
/// Errors that are known by their numbers have this many digits, or are enhanced codes.
const SMALL: usize = 5;
/// Lines of what somebody copied; a log has more.
const PASTED: usize = 120;
/// Words of it that may be a code which nothing announces.
const LOOKED_AT_WORDS: usize = 40;

/// The dialect in the words of one log.
pub(crate) fn in_own_words<'a>(lines: impl Iterator<Item = &'a [u8]>) -> Option<Dialect> {
    // Counted first, as records are too large to be moved when there are more.
    let lines: Vec<&[u8]> = lines.take(inferred::LINES).collect();
    let records: Vec<Record<'_>> = lines.into_iter().map(Record::of).collect();
    let inferred = Inferred::of(&records)?;
    Some(Dialect { read: Read::Words(Box::new(inferred)), name: DIALECT.name.clone(), ..DIALECT })
}

/// As [`read`], and by what the log showed: its phrases, and what tells mails apart that are told at the same time.
pub(super) fn read_with<'a>(inferred: &Inferred, line: &'a [u8]) -> Line<'a> {
    if is_wordless(line) || inferred.is_beside(line) { wordless(line) } else { told_with(inferred, &Record::of(line)) }
}

/// What a line with words says that stands among the records.
fn told_with<'a>(inferred: &Inferred, record: &Record<'a>) -> Line<'a> {
    let Record { line, stamp, text, told, .. } = *record;
    if inferred.is_doubted(line) {
        return Line::new(Event::Unknown(line));
    }
    if let Some(page) = inferred.page() {
        return Line::stamped(stamp, page.read(text, told.event));
    }
    let names = !told.recipients.is_empty();
    let ahead = Some(before(stamp, line)).filter(|ahead| !ahead.is_empty());
    let by_ahead = || ahead.and_then(|ahead| inferred.verdict(&alike::phrases(ahead), names));
    let said = || by_ahead().or_else(|| inferred.verdict(record.said(), names));
    let sums_up = told.words.counts && !names;
    // A level or another word of failure in the line speaks against what only its structure tells.
    let said = || said().filter(|sent| !(*sent && told.words.failed));
    let verdict = || {
        inferred
            .summed(record)
            .or_else(said)
            .or_else(|| inferred.is_trouble(&told).then_some(false))
            .filter(|_| !sums_up || inferred.summed(record).is_some())
    };
    let dated = !stamp.is_empty();
    let explained = match told.event {
        Event::Outcome(Outcome { sent: Some(false), status, .. }) => Some(status.is_some()),
        _ => None,
    };
    // Known words of a failure tell more than the number of an error, and no more than a code.
    let more = |says: Says| match explained {
        Some(with_code) => !with_code && matches!(says, Says::Code(_)),
        None => true,
    };
    let listed = inferred.status(text, names).filter(|(_, says)| more(*says));
    let by_column = listed.map(|(word, says)| Event::Outcome(by_status(word, says, text, dated)));
    let event = by_column.unwrap_or_else(|| match told.event {
        Event::Outcome(outcome @ Outcome { sent: Some(true), .. }) if inferred.begins(record) => {
            Event::Outcome(Outcome { sent: None, ..outcome })
        }
        Event::Outcome(outcome) if names && inferred.is_queued(outcome, text) => {
            Event::Outcome(Outcome { sent: None, part: Extent::Open, ..outcome })
        }
        Event::Outcome(outcome) if inferred.is_of_anything(&told) => {
            Event::Outcome(Outcome { part: Extent::Beside, ..outcome })
        }
        _ if told.verdict().is_some() => told.event,
        Event::Outcome(outcome) if inferred.is_waiting(&told) => {
            Event::Outcome(Outcome { part: Extent::Open, ..outcome })
        }
        Event::Outcome(outcome) if names && inferred.names_below() => {
            Event::Outcome(Outcome { part: Extent::Last, ..outcome })
        }
        Event::Outcome(outcome) if names && inferred.is_silent() => {
            Event::Outcome(Outcome { inferred: true, ..outcome })
        }
        _ if told.dialogue => told.event,
        _ => match (verdict(), told.event) {
            (Some(sent), _) => Event::Outcome(Outcome { inferred: true, ..outcome(Some(sent), text, dated) }),
            (None, Event::Outcome(outcome)) if inferred.opens(&told, outcome.part, text) => {
                Event::Outcome(Outcome { part: Extent::Open, ..outcome })
            }
            (None, event) => event,
        },
    });
    let event = match event {
        Event::Outcome(outcome) => {
            let outcome = inferred.without_account(inferred.without_sender(whole_record(outcome, line)));
            let reply = if inferred.is_said_of_sent(outcome.reply) { b"" } else { outcome.reply };
            let number = inferred.number(record);
            let inferred = outcome.inferred || inferred.is_returned(&outcome);
            let outcome = Outcome { reply, inferred, ..outcome };
            Event::Outcome(Outcome { number, ..outcome })
        }
        other => other,
    };
    Line { key: inferred.key(record), ..Line::stamped(stamp, event) }
}

/// What a number in a column says of the mail that the text names.
fn by_status<'a>(word: &'a [u8], says: Says, text: &'a [u8], dated: bool) -> Outcome<'a> {
    let told = outcome(Some(says == Says::Well), text, dated);
    match says {
        Says::Well => told,
        Says::Code(code) => Outcome { status: Some(code), ..told },
        // A small number means nothing without the words around it.
        Says::Error if word.len() < SMALL => told,
        Says::Error => Outcome { error: word, ..told },
    }
}

/// The line says how a mail went: that it failed, or that it went out.
pub(super) fn verdict(line: &[u8]) -> Option<bool> {
    match read(line).event {
        Event::Outcome(outcome) => outcome.sent,
        _ => None,
    }
}

fn read(line: &[u8]) -> Line<'_> {
    if is_wordless(line) {
        return wordless(line);
    }
    let (stamp, text) = looked_at(line);
    Line::stamped(stamp, told_of(stamp, text, line).0.event)
}

/// What the words of a line tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Told<'a> {
    words: OwnWords,
    /// Somebody speaks SMTP.
    dialogue: bool,
    recipients: &'a [u8],
    event: Event<'a>,
}

impl<'a> Told<'a> {
    /// Of this text; `dated`: a stamp stands before it.
    fn of(text: &'a [u8], dated: bool) -> Told<'a> {
        let (words, dialogue) = (OwnWords::of(text), is_dialogue(text));
        let event = if dialogue { Event::Unknown(text) } else { event(text, dated, words) };
        Told { words, dialogue, recipients: place::recipients(text), event }
    }

    /// It only closes an attempt that was begun on the line above: `OK`.
    fn closes(&self) -> bool {
        matches!(self.event, Event::Outcome(Outcome { sent: Some(true), part: Extent::Last, .. }))
    }

    /// How a mail went, where the line tells it alone.
    fn verdict(&self) -> Option<bool> {
        match self.event {
            Event::Outcome(outcome) if !self.closes() => outcome.sent,
            _ => None,
        }
    }
}

fn event(text: &[u8], dated: bool, words: OwnWords) -> Event<'_> {
    // What a mail is called says nothing of how it went: `Subject: Undeliverable: Statement`.
    let about = outcome(None, text, dated);
    let sums_up = words.is_summary && (about.recipients.is_empty() || quoted(text).is_none());
    if sums_up
        || aside::is_web_request(text) && about.recipients.is_empty()
        || label(text).is_some_and(|label| WordTable::builtin().is(&label, WordClass::Title))
    {
        return Event::Note(b"");
    }
    // `Sent    : `: nothing is told there yet. A heading over a list has no blank before its colon.
    if !dated && is_heading(text) || text.trim_ascii_end().ends_with(b" :") {
        return Event::Note(b"");
    }
    if words.counts && words.counted && about.recipients.is_empty() && quoted(text).is_none() {
        return Event::Note(b"");
    }
    if (is_verdict_alone(text) || !dated && introduces_list(text, words)) && !words.only_level {
        return Event::Outcome(Outcome { part: Extent::Detail, ..outcome(Some(!words.failed), text, dated) });
    }
    let told = || Knowledge::builtin().client_error(text).is_some();
    let names_recipient = !about.recipients.is_empty();
    let of_mail = words.mail || names_recipient;
    if words.begins && names_recipient && went_at_last(text) {
        return Event::Outcome(Outcome { sent: Some(true), ..about });
    }
    // `PRINT invoice 8812 ok`
    let of_other = words.other_first || words.other && !(words.mail && (words.sent || words.failed));
    if (of_other || words.of_connection && !words.failed) && !names_recipient {
        return Event::Note(b"");
    }
    // `Error: 4.7.0 policy check`
    let coded = |said| matches!(smtp::enhanced_status_code(said), Ok((_, code)) if code.class > 2);
    // `!! Relaying denied`
    let said = without_heads(text).trim_start_with(|mark| "!*".contains(mark));
    let refused =
        quoted(text).is_some() || words.failed && said.len() < text.len() && (coded(said) || explains(said, true));
    let fails = words.failed && (of_mail || words.connect || words.unsent || told());
    if refused || fails || (!words.sent && words.numbered || words.denies) && told() {
        return Event::Outcome(outcome(Some(false), text, dated));
    }
    let of_result = || label(text).is_some_and(|label| WordTable::builtin().is(&label, WordClass::Detail));
    if words.sent || words.well && (names_recipient || words.mail && !words.well_of_other || of_result()) {
        // `Delivery complete`, `Result: OK`, `Sent today:`: of what, and how it went, it does not say.
        let introduces = !dated && text.trim_ascii_end().ends_with(b":") && !place::is_addressed(text, b"");
        let part = if words.sent && !introduces || names_recipient { Extent::Words } else { Extent::Detail };
        // Words that nobody knows may be about something else: `Claim accepted`.
        let inferred = !of_mail && words.unknown > 0;
        return Event::Outcome(Outcome { sent: Some(true), part, inferred, ..about });
    }
    // `OK` on the line below `Sending e-mail...`
    if words.well && (is_verdict(text.trim_end_with(|mark| ".! ".contains(mark))) || ends_attempt(text)) {
        return Event::Outcome(Outcome { sent: Some(true), part: Extent::Last, inferred: true, ..about });
    }
    let detail = is_detail(text, dated);
    if words.failed && !words.only_level && (detail || words.well) {
        return Event::Outcome(Outcome { part: Extent::Detail, ..outcome(Some(false), text, dated) });
    }
    // A server's words without a code, behind an address or a label, tell of a failure in whatever words the program has.
    let said = unlevelled(text);
    // An account is named where it could not sign in: `Username and Password not accepted for a@b.example`.
    let names_account = words.failed && place::behind_address(said).is_some();
    let marked = names_recipient || names_account || detail || is_labelled(said);
    // So do they alone, where nobody says who wrote them: of a record `denied` may be said by anybody.
    // A record of something else may hold a row's words: `Snapshot created on volume D`.
    let reply = || Knowledge::builtin().told(said, None, None).and_then(|told| told.reply);
    let speaks = || !dated || words.mail || reply().is_none_or(|reply| reply.server_speaks > 0);
    let alone = || !(is_header(text) || words.failed && dated) && speaks();
    // What is about to be sent is told of in words that no server says: `Besig om dit te stuur na a@b.example`.
    let announces = words.begins && names_recipient && !words.failed && begins_first(said);
    if !words.is_told() && (marked || alone()) && !announces && explains(said, marked) {
        return Event::Outcome(outcome(Some(false), text, dated));
    }
    let named = names_recipient || !about.endpoint.host.is_empty() || !about.from.is_empty();
    // `Date : 2026/11/23 08:26:01` stands above what happened then.
    if named && !words.only_level || words.begins && words.mail || dated && is_rule(text) {
        let part =
            if place::is_field(text, about.recipients, about.endpoint.host) { Extent::Detail } else { Extent::Words };
        return Event::Outcome(Outcome { part, begins: words.begins, ..about });
    }
    if detail || of_mail { Event::Note(b"") } else { Event::Unknown(text) }
}

/// What the words of a line say of a mail that has gone out, has not, or is about to.
/// `dated`: a stamp stands before them.
pub(super) fn outcome(sent: Option<bool>, text: &[u8], dated: bool) -> Outcome<'_> {
    let (recipients, from, endpoint) = (place::recipients(text), place::sender(text), place::endpoint(text));
    let error = text.trim_ascii();
    let about = Outcome { sent, part: Extent::Words, recipients, from, endpoint, error, ..Outcome::default() };
    if sent != Some(false) {
        return about;
    }
    let (status, reply) = quoted(text).map_or((None, &b""[..]), |quoted| (Some(quoted.code.0), quoted.text));
    let goes_on = is_detail(text, dated) || !dated && place::is_report_field(text);
    let part = if goes_on { Extent::Detail } else { Extent::Words };
    let taken = Some(place::taken(text, recipients)).filter(|taken| !taken.is_empty());
    let taken = taken.unwrap_or_else(|| place::taken_behind(text, recipients));
    Outcome { part, status, reply, taken, ..about }
}

/// The refusal that a line quotes. Where nothing announces the code, what a server says behind it does, or the address before it.
fn quoted(text: &[u8]) -> Option<QuotedReply<'_>> {
    let quoted = quoted_reply(text).or_else(|| {
        memchr::memchr_iter(b' ', text).take(LOOKED_AT_WORDS).find_map(|before| {
            let (code, behind) = text[before + 1..].split_at_checked(3)?;
            let said = behind.strip_prefix(b" ").map(<[u8]>::trim_ascii)?;
            let code = number(code).filter(|code| (400..560).contains(code))?;
            let first =
                said.split(|b| !is_word_byte(*b)).next().filter(|word| word.len() > 1 && !word[0].is_ascii_digit())?;
            let is = |word: &[u8], class| word_classes(word).has(class);
            let last = || text[..before].rsplit(|b| *b == b' ').next().unwrap_or_default();
            // `ID 551 and`: the number of something.
            let counted = || is(first, WordClass::Count) || is(last(), WordClass::Place);
            let addressed = || last().contains(&b'@');
            let is_code = !counted() && (addressed() || explains(said, true));
            let code = u16::try_from(code).ok().map(ReplyCode).filter(|code| is_code && code.is_in_use())?;
            Some(QuotedReply { code, text: said, at: before + 1 })
        })
    });
    quoted.filter(|quoted| !aside::is_own_number(&text[..quoted.at], quoted.text))
}

/// Words of a server or of a program's trouble that a row knows; without an address or a label around them the row must be
/// one that stands for these words alone.
pub(super) fn explains(text: &[u8], marked: bool) -> bool {
    let sure = |told: ToldMeaning| marked || told.reply.map_or(told.certain, |reply| reply.rank >= ALONE);
    // A general frame counts in a line about a mail, where the model takes the words for a server's.
    let framed = |told: &ToldMeaning| {
        let speaks = told.reply.as_ref().is_some_and(|reply| reply.server_speaks >= SPEAKS);
        marked && told.by == By::Frame && speaks
    };
    // Words that no server says may hold a row's all the same: `Performing job with arguments: statement`.
    let spoken =
        |told: &ToldMeaning| told.reply.as_ref().is_none_or(|reply| reply.rank >= ALONE || reply.server_speaks > 0);
    let decides = |told: &ToldMeaning| told.by == By::Text && spoken(told) || framed(told);
    let known = |text: &[u8]| {
        says_something(text)
            && Knowledge::builtin().told(text, None, None).is_some_and(|told| decides(&told) && sure(told))
    };
    // A word with a colon names what the line is about; with nothing behind it, it says nothing of that. Who begins with a
    // small number counts: `2 attachments, 1.2 MB`.
    let said = place::behind_address(text).unwrap_or(text);
    let mut words = said.split(u8::is_ascii_whitespace).filter(|word| word.iter().copied().any(is_word_byte));
    let counts = words.next().and_then(number).is_some_and(|count| count < 100);
    let behind = behind_label(text);
    // `From Address: a@b.example` names somebody, and says nothing.
    let names = || behind.is_some_and(|value| value.contains(&b'@') && !value.trim_ascii().contains(&b' '));
    if counts || text.trim_ascii_end().ends_with(b":") || names() {
        return false;
    }
    let named = behind.is_some() && label(text).is_some_and(|label| label.iter().copied().all(is_word_byte));
    !named && known(text) || behind.is_some_and(known) || marked && in_brackets(text).is_some_and(known)
}

/// A word stands in it, not only fields such as `message-id=<x@b.example>` or `from_address = a@b.example`.
fn says_something(text: &[u8]) -> bool {
    let name = text.trim_ascii_start().iter().take_while(|b| is_word_byte(**b) || **b == b'_').count();
    let text = text.trim_ascii_start()[name..].strip_prefix(b" = ").unwrap_or(text);
    let mut words = text.split(u8::is_ascii_whitespace).filter(|word| !word.contains(&b'='));
    words.any(|word| {
        let word = word.trim_ascii_end();
        // `return_path_add` names a setting, `WSAHOST_NOT_FOUND` an error.
        (!word.contains(&b'_') || word.iter().any(u8::is_ascii_uppercase))
            && word.iter().filter(|b| is_word_byte(**b)).count() > 2
            && !word.iter().any(|b| b.is_ascii_digit() || *b == b'@')
    })
}

/// The one word before a colon, in plain spelling.
fn label(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.trim_ascii_start();
    let label = &text[..memchr::memchr(b':', text).filter(|end| *end <= LABEL)?];
    Some(plain_spelling(label.trim_ascii_end()))
}

/// The words behind a label such as `Why: ` or `EmailOut.exe: `.
fn behind_label(text: &[u8]) -> Option<&[u8]> {
    let text = text.trim_ascii_start();
    let end = memchr::memchr(b':', text).filter(|end| (1..=LABEL).contains(end))?;
    let is_label = text[..end].iter().all(|b| is_word_byte(*b) || b" .".contains(b)) && !text[0].is_ascii_digit();
    let rest = text[end + 1..].strip_prefix(b" ")?.trim_ascii_start();
    (is_label && !rest.is_empty()).then_some(rest)
}

/// The words behind the level that a logger puts before them: `[ERROR] `, `ERROR: `.
fn unlevelled(text: &[u8]) -> &[u8] {
    let opened = text.strip_prefix(b"[").unwrap_or(text);
    let level = opened.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    if is_level(&opened[..level]) { opened[level..].trim_start_with(|mark| "]:-| ".contains(mark)) } else { text }
}

/// `Why: Mailbox full`, `no luck - Mailbox full`: a word or two before a mark, which are no field of a mail's header.
fn is_labelled(text: &[u8]) -> bool {
    // `list:x:38:38` is a row.
    let colon = memchr::memchr(b':', text).filter(|at| text.get(at + 1).is_none_or(u8::is_ascii_whitespace));
    let end = colon.into_iter().chain(memchr::memmem::find(text, b" -")).min();
    let head = &text[..end.unwrap_or(text.len())];
    let worded = head.iter().all(|b| is_word_byte(*b) || b" -.".contains(b));
    end.is_some() && head.len() <= LABEL && worded && !is_header(text)
}

/// A line of a stack in the other languages of Windows, or where its indentation is lost; a rule.
fn is_trace(text: &[u8]) -> bool {
    const AT: [&[u8]; 8] = [b"at", b"bei", b"\xE0", b"\xC3\xA0", b"en", b"in", b"by", b"vid"];
    let word = text.iter().take(4).position(|b| *b == b' ');
    let method = |rest: &[u8]| rest.contains(&b'(') && rest.split(|b| *b == b'(').next().is_some_and(is_name);
    word.is_some_and(|end| AT.contains(&&text[..end]) && method(&text[end + 1..]))
        || text.starts_with(b"--- ") && text.ends_with(b"---")
        || text.iter().all(|b| b"-=*_+#~^ ".contains(b))
}

/// `System.Net.Mail.SmtpClient.Send`
fn is_name(text: &[u8]) -> bool {
    text.contains(&b'.') && !text.contains(&b' ')
        || text.contains(&b'.') && text.iter().filter(|b| **b == b' ').count() <= 2 && text.contains(&b'<')
}

/// Words that go on about the mail before: they are indented, or begin with a word such as `Reason`.
fn is_detail(text: &[u8], dated: bool) -> bool {
    let indented = !dated && (text.starts_with(b"  ") || text.starts_with(b"\t"));
    let text = text.trim_ascii();
    let word = text
        .split(|b| !is_word_byte(*b) && *b != b'.')
        .find(|word| !word.is_empty() && !is_level(word))
        .unwrap_or_default();
    let word = word.rsplit(|b| *b == b'.').next().unwrap_or(word);
    let names = || word_classes(word).has(WordClass::Detail);
    let server = || text.len() > 10 && text[..10].eq_ignore_ascii_case(b"the server");
    indented || text.starts_with(b"--->") || names() || server()
}

/// `Time;To;Document;Sent?`: the names of columns. A question among them is enough.
fn is_heading(text: &[u8]) -> bool {
    let named = |cell: &&[u8]| !cell.is_empty() && cell.split(|b| *b == b' ').count() < 4;
    let least = if text.ends_with(b"?") { 2 } else { 4 };
    phrases::cells(text).map(<[u8]>::trim_ascii).filter(named).count() >= least
        && !text.iter().any(|b| b.is_ascii_digit() || b"@:.".contains(b))
}

/// Nothing, or a line of dashes.
fn is_rule(text: &[u8]) -> bool {
    text.iter().all(|b| b"-=*_# ".contains(b))
}

#[cfg(test)]
mod tests;

/// Asks something of the lines of a log.
#[cfg(test)]
fn of_lines<T>(log: &str, ask: impl FnOnce(&[&Record<'_>]) -> T) -> T {
    let records: Vec<Record<'_>> = log.lines().map(|line| Record::of(line.as_bytes())).collect();
    ask(&records.iter().collect::<Vec<_>>())
}
