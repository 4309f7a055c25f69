//! The one classifier of a program's own words: what a line tells of a mail, by the vocabulary of `words.toml`.

use std::borrow::Cow;

use bstr::ByteSlice;

use super::writer::writer;
use crate::knowledge::{Knowledge, WordClass, WordClasses, WordTable, is_word_byte, parts_compound, plain_spelling};

mod counts;

use counts::Counts;

/// The meaning of a line in a program's own words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwnWords {
    /// Something went wrong.
    pub failed: bool,
    /// The only sign of it is the logger's level.
    pub only_level: bool,
    /// Something was sent.
    pub sent: bool,
    /// It was not sent, in words that elsewhere say that it was.
    pub unsent: bool,
    /// Something went well; it takes a word of mail to know what.
    pub well: bool,
    /// It is about mail.
    pub mail: bool,
    /// What went well is something else than a mail, of which only the name of who writes speaks, or which a verb tells:
    /// `[Mailer] settings ok`, `Mail engine started ok`.
    pub well_of_other: bool,
    /// It is about the connection.
    pub connect: bool,
    /// An attempt begins.
    pub begins: bool,
    /// A number of five digits and more stands in it, as those of errors do.
    pub numbered: bool,
    /// It is about something else than a mail.
    pub other: bool,
    /// It says so in its first word, or names a telephone as the recipient.
    pub other_first: bool,
    /// How many were sent and how many failed: the attempts stand elsewhere.
    pub is_summary: bool,
    /// Two numbers stand in it, each with a word, or one of another: where it names nobody, it may sum up.
    pub counts: bool,
    /// Beside a number stands a word that says that something went well or wrong.
    pub counted: bool,
    /// The mails that went out and those that did not, where it counts both.
    pub counts_mails: Option<(u64, u64)>,
    /// The words that say that it went well are about the connection or about signing in: `SMTP login accepted`.
    pub of_connection: bool,
    /// Something is not there: `No answer from server`. It takes a row of the knowledge to know that it is missed.
    pub denies: bool,
    /// A mail still waits: `pending`, `queued for later`.
    pub waits: bool,
    /// A mail that had gone out came back: `bounced`, `returned`.
    pub returned: bool,
    /// A person speaks of himself.
    pub person: bool,
    /// Words that no row knows, addresses and numbers left out.
    pub unknown: u8,
}

/// Words behind a negation that it may be about: `not a valid address`.
const NEGATION_WORDS: usize = 2;
/// Words behind one that says that a mail went out, by which it has not yet: `queued for later`.
const NEXT_WORDS: usize = 3;
/// Words of a line that are looked at; verdicts stand at its beginning.
const MAX_WORDS: usize = 160;

/// Digits of a telephone's number, at least.
const MIN_TELEPHONE_DIGITS: usize = 9;

#[derive(Clone, Copy, Default)]
struct Word<'a> {
    text: &'a [u8],
    classes: WordClasses,
    /// A mark stands behind it that gives it a value: `Timeout=`, `Timeout: `.
    named: bool,
    /// The next word follows a blank, and no other mark.
    joined: bool,
}

impl Word<'_> {
    fn is(self, class: WordClass) -> bool {
        self.classes.has(class)
    }

    /// A row of this class holds the very word.
    fn is_the(self, class: WordClass) -> bool {
        WordTable::builtin().is(self.text, class)
    }

    fn is_number(self) -> bool {
        !self.text.is_empty() && self.text.iter().all(u8::is_ascii_digit)
    }

    /// A number behind it is its own.
    fn names_number(self) -> bool {
        self.joined && (self.is(WordClass::Mail) || self.is(WordClass::Begins)) && !self.is(WordClass::Count)
    }

    /// A connection, or signing in.
    fn is_of_connection(self) -> bool {
        self.is_the(WordClass::Connection) || WordTable::builtin().signs_in(self.text)
    }

    fn is_failure(self) -> bool {
        self.is(WordClass::Failed) && !self.is(WordClass::Neutral)
    }

    /// `timeout=30000`, `retryOnError=true`, `failed=false`: of the words of failure only those that announce an error have a
    /// number or a yes for their value, unless it is that of a known error.
    fn is_setting(self, value: Word<'_>) -> bool {
        let off = value.is_the(WordClass::No) && !value.joined;
        let on = value.is_the(WordClass::Yes) || value.is_the(WordClass::No);
        let number = || value.is_number() && Knowledge::builtin().client_error(value.text).is_none();
        self.named && self.is_failure() && (off || !self.is(WordClass::Reply) && (on || number()))
    }
}

impl OwnWords {
    /// Known words say how it went.
    pub fn is_told(&self) -> bool {
        self.sent || self.well || self.is_summary
    }

    /// Of one line, without its stamp.
    pub fn of(text: &[u8]) -> OwnWords {
        let vocabulary = WordTable::builtin();
        // What stands in an address or in the name of a host says nothing.
        let filled = with_values(text);
        let joined = with_joined_words(&filled);
        let told = plain_parts(&joined).map(behind_address).filter(|part| !is_host(part));
        let told: Vec<u8> = told.collect::<Vec<_>>().join(&b' ');
        let told = plain_spelling(&told);
        let words = plain_words(&told).take(MAX_WORDS).map(|(text, behind)| Word {
            text,
            classes: vocabulary.classes(text),
            named: behind.trim_ascii_start().first().is_some_and(|b| b":=".contains(b)),
            joined: matches!(led(behind), [b' ', next, ..] if is_word_byte(*next)),
        });
        let words: Vec<_> = words.collect();
        let told = of_words(&words);
        let of_writer = || is_of_writer(&words, plain_words(&text[..writer(text)]).count());
        OwnWords { well_of_other: told.well && (is_of_verb(&words) || of_writer()), ..told }
    }
}

/// The word before the first one that says that it went well is a participle that is not known to be about mail: `rendered ok`.
fn is_of_verb(words: &[Word<'_>]) -> bool {
    let Some(good) = words.iter().position(|word| word.is(WordClass::Well)) else { return false };
    words[..good].last().is_some_and(|word| {
        let is_participle = word.text.len() > 5 && (word.text.ends_with(b"ed") || word.text.starts_with(b"ge"));
        word.joined && is_participle && (word.classes.is_unknown() || word.is(WordClass::Begins))
    })
}

/// The first so many words are the writer's name, none behind them is about mail, and what went well is named.
fn is_of_writer(words: &[Word<'_>], writer: usize) -> bool {
    let (name, said) = words.split_at(writer.min(words.len()));
    let is_mail = |word: &Word<'_>| word.is(WordClass::Mail) || is_mail_number(word.text);
    let mut before_good = said.iter().take_while(|word| !word.is(WordClass::Well));
    name.iter().any(is_mail) && !said.iter().any(is_mail) && before_good.any(|word| !word.is_number())
}

/// The text with `none` where a value should be and is not: `returned ""`, `"error":""`, `error:;status:ok`.
fn with_values(text: &[u8]) -> Cow<'_, [u8]> {
    let is_empty = |at: &usize| {
        let value = text[at + 1..].trim_ascii_start();
        value.starts_with(b"\"\"") || value.first().is_some_and(|b| b",;|}".contains(b))
    };
    let marks = memchr::memchr3_iter(b' ', b':', b'=', text);
    let empty: Vec<usize> =
        marks.filter(|at| text[*at] != b' ' || text[at + 1..].starts_with(b"\"\"")).filter(is_empty).collect();
    let Some(last) = empty.last() else { return Cow::Borrowed(text) };
    let starts = std::iter::once(0).chain(empty.iter().map(|at| at + 1));
    let parts = starts.zip(&empty).map(|(start, at)| &text[start..=*at]);
    let filled = parts.flat_map(|part| [part, b" none "]).chain([&text[last + 1..]]);
    Cow::Owned(filled.collect::<Vec<_>>().concat())
}

/// The text without the marks within words: `can't`, `e-mail` and `time out` are one word each.
fn with_joined_words(text: &[u8]) -> Cow<'_, [u8]> {
    let letter = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_alphabetic);
    let parts = |at: usize| matches!(text[at], b' ' | b'-') && parts_compound(text, at);
    let joins = |at: usize| letter(at.checked_sub(1)) && letter(Some(at + 1)) && (text[at] == b'\'' || parts(at));
    if !memchr::memchr3_iter(b'\'', b'-', b' ', text).any(joins) {
        return Cow::Borrowed(text);
    }
    (0..text.len()).filter(|at| !joins(*at)).map(|at| text[at]).collect()
}

fn plain_parts(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let ends = |b: &u8| {
        matches!(b, b' ' | b'\t' | b',' | b';' | b'<' | b'>' | b'(' | b')' | b'"' | b'\'' | b'=' | b'[' | b']')
    };
    let unmarked = move |part: &[u8]| part.len() - usize::from(part.last().is_some_and(|b| ends(b) && *b != b'='));
    text.split_inclusive(ends).map(move |part| &part[..unmarked(part)])
}

/// The words, each with what stands behind it; a number with a part behind its dot is one: `0.9`, `5.1.1`.
fn plain_words(text: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].iter().position(|b| is_word_byte(*b))?;
        let joins = |at: usize| {
            text[at] == b'.' && [at - 1, at + 1].iter().all(|at| text.get(*at).is_some_and(u8::is_ascii_digit))
        };
        let end = (start..text.len()).find(|at| !is_word_byte(text[*at]) && !joins(*at)).unwrap_or(text.len());
        at = end;
        Some((&text[start..end], &text[end..]))
    })
}

/// The text behind a word, without the dots that lead to the next: `mail server ... OK`.
fn led(behind: &[u8]) -> &[u8] {
    let dots = behind.iter().position(|b| !b" .".contains(b)).unwrap_or(behind.len());
    if behind[..dots].contains(&b'.') && behind[..dots].ends_with(b" ") && dots > 2 {
        &behind[dots - 1..]
    } else {
        behind
    }
}

/// Of an address only what stands behind it: `done` of `a@b.example...done`, nothing of `a@b.example`.
fn behind_address(part: &[u8]) -> &[u8] {
    let Some(at) = memchr::memrchr(b'@', part) else { return part };
    let dots = memchr::memmem::find(&part[at..], b"..").map_or(part.len(), |dots| at + dots);
    let host = part[at + 1..dots].iter().take_while(|b| b.is_ascii_alphanumeric() || b".-".contains(b)).count();
    part[at + 1 + host..].trim_start_with(|c| c == '.')
}

/// `mail.example.co.za:25`, `192.0.2.7`, but `...sent`: classes of programs are written with capitals.
fn is_host(part: &[u8]) -> bool {
    part.iter().filter(|b| **b == b'.').count() >= 2
        && memchr::memmem::find(part, b"..").is_none()
        && part.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-:".contains(b))
}

fn of_words(words: &[Word<'_>]) -> OwnWords {
    let mut told = OwnWords::default();
    let (mut negated, mut yet, mut beyond_level) = (false, false, false);
    let at = |i: usize| words.get(i).copied().unwrap_or_default();
    let counts = Counts::of(words);
    let (mut sends, mut none_sent) = (false, counts.none);
    // The noun that stands last, in the same clause; and whether a good word is about something else.
    let (mut connection, mut of_mail) = (false, false);
    let is_good = |word: &Word<'_>| word.is(WordClass::Sent) || word.is(WordClass::Well);
    let tells_good = words.iter().any(is_good);
    for (i, word) in words.iter().enumerate() {
        let (before, after) = (if i > 0 { at(i - 1) } else { Word::default() }, at(i + 1));
        told.numbered |= word.is_number() && word.text.len() >= 5 && !before.is_setting(*word)
            || word.text.starts_with(b"0x") && word.text.len() >= 10
            || word.text.starts_with(b"wsa");
        told.mail |= word.is(WordClass::Mail) && !word.is(WordClass::Sent) || is_mail_number(word.text);
        told.connect |= word.is(WordClass::Connect);
        let goes_on = connection
            && (before.joined || before.named)
            && (!word.is(WordClass::Mail) || word.text == b"smtp" || after.is(WordClass::Connect));
        connection = tells_good && (goes_on || word.is_of_connection());
        let good = is_good(word);
        // `Provider accepted login`: what follows is what was taken, where no mail stands before it.
        let takes_connection = word.joined && after.is_of_connection() && !told.mail;
        told.of_connection |= good && (connection || takes_connection);
        of_mail |= good && !(connection || takes_connection);
        // What stands first is what it is about: `SMS reminder delivered`, but `Statement printed and mailed`.
        told.other_first |= word.is(WordClass::Other) && i == 0;
        told.other_first |=
            word.is(WordClass::Recipient) && after.is_number() && after.text.len() >= MIN_TELEPHONE_DIGITS;
        told.other |= word.is(WordClass::Other);
        told.begins |= word.is(WordClass::Begins);
        told.waits |= word.is_the(WordClass::Waits);
        told.returned |= word.is_the(WordClass::Returned);
        // A table with a word of one letter would find it in all others; and `i/o timeout` is no person.
        told.person |= (word.text == b"i" || word.is(WordClass::Person)) && word.joined;
        told.unknown = told.unknown.saturating_add(u8::from(word.classes.is_unknown() && !word.is_number()));
        sends |= word.is(WordClass::Send) || word.is(WordClass::Begins);
        // `nothing to send` fails nobody.
        let idle = word.text == b"nothing" && after.text == b"to";
        // `"failed": false` denies a failure, and no success.
        let unfailed = before.named && before.is_failure();
        // `nog nie gestuur nie`, `not sent yet`: it waits.
        let sent_behind = || (i + 1..words.len()).take(NEGATION_WORDS).find(|at| words[*at].is(WordClass::Sent));
        yet |= word.is(WordClass::Not)
            && (before.joined && before.is_the(WordClass::Waits)
                || sent_behind().is_some_and(|at| waits_behind(&words[at..])));
        if word.is(WordClass::Not) && !idle && !unfailed && !yet {
            negated = true;
            let opposed = words[i + 1..].iter().take(NEGATION_WORDS).any(|word| is_failure_if_negated(word.text));
            told.failed |= opposed;
            beyond_level |= opposed;
            told.failed |= before.is(WordClass::May);
            beyond_level |= before.is(WordClass::May);
        }
        // `Success: false`, `delivered=no`, `no enviado`, but `posted off`
        let denied = good
            && (matches!(after.text, b"false" | b"0")
                || after.is_the(WordClass::No) && after.text != b"off" && !after.joined
                || before.is_the(WordClass::No) && before.joined && word.is(WordClass::Sent));
        // `word gestuur`, `is being sent`, `queued for later`: it is about to.
        let coming =
            || before.is_the(WordClass::Coming) || after.is_the(WordClass::Coming) || waits_behind(&words[i..]);
        // `"sent": ""`: nothing is told there.
        if good && word.named && after.is_the(WordClass::None) && !after.is_number() {
            continue;
        }
        if word.is(WordClass::Sent) && (coming() || yet) {
            (told.begins, sends) = (true, true);
        } else if word.is(WordClass::Sent) && (counts.none || denies_all(&words[..i])) {
            none_sent = true;
        } else if word.is(WordClass::Sent) {
            told.sent |= !denied;
            told.failed |= denied && !before.is_number();
            beyond_level |= denied;
        }
        if word.is(WordClass::Well) {
            told.well |= !denied;
            let negative = denied && after.text != b"0";
            told.failed |= negative;
            beyond_level |= negative;
        }
        // `error 0`, `error_code=0`, `errors: 0`, `no error`, `Error: OK`, `returned True`
        let is_harmless = || {
            let label = after.is_the(WordClass::Code) || after.is_the(WordClass::Detail) && after.named;
            let value = if label { at(i + 2) } else { after };
            before.is(WordClass::None)
                || matches!(value.text, b"0" | b"none" | b"geen")
                || label && value.text.is_empty()
                || value.is_the(WordClass::None) && !value.joined
                || after.is(WordClass::Well)
                || word.is(WordClass::Reply) && word.joined && after.is_the(WordClass::Yes)
        };
        if word.is_failure() && !is_harmless() && !word.is_setting(after) {
            told.failed = true;
            beyond_level |= i > 3 || !word.is(WordClass::LevelFailed);
        }
    }
    told.of_connection &= !of_mail;
    let denied = negated && (told.sent || told.well || sends);
    told.failed |= denied;
    told.unsent = negated && told.sent;
    told.only_level = told.failed && !beyond_level && !denied;
    let summed = words.iter().any(|word| word.is(WordClass::Summary));
    told.is_summary = none_sent || counts.sent && (summed || counts.wrong.is_some());
    told.counts_mails = counts.well.zip(counts.wrong);
    told.counts = counts.of_many || counts.units > 1 || told.counts_mails.is_some();
    told.counted = counts.well.or(counts.wrong).is_some();
    if told.only_level && told.sent {
        told.failed = false;
    }
    told.sent &= !told.failed;
    told.well &= !told.failed;
    let denies = |word: &Word<'_>| word.is(WordClass::None) && word.joined && !word.is_number();
    told.denies = !told.is_told() && words.iter().any(denies);
    told
}

/// The words next to the first one say that it waits: `queued for later`.
fn waits_behind(words: &[Word<'_>]) -> bool {
    let next = words.iter().take_while(|word| word.joined).count().min(NEXT_WORDS);
    words.iter().skip(1).take(next).any(|word| word.is_the(WordClass::Waits))
}

/// `not valid` is `invalid`, `nie geldig` is `ongeldig`: the word with a prefix that turns it into its opposite is known.
fn is_failure_if_negated(word: &[u8]) -> bool {
    const PREFIXES: [&[u8]; 4] = [b"un", b"in", b"on", b"im"];
    let opposite = |prefix: &&[u8]| WordTable::builtin().classes(&[prefix, word].concat()).has(WordClass::Failed);
    word.len() > 3 && PREFIXES.iter().any(opposite)
}

/// `No client certificate sent`: what went was nothing, unless the word is about a failure, as in `no errors, sent`, or ends at
/// a mark, as in `no luck: password not accepted`.
fn denies_all(before: &[Word<'_>]) -> bool {
    before.first().is_some_and(|word| word.is(WordClass::None) && !word.is_number())
        && !before.iter().any(|word| word.named || word.is_failure() || word.text.starts_with(b"error"))
}

/// HRESULTs of CDO and of Outlook.
fn is_mail_number(word: &[u8]) -> bool {
    [&b"0x800ccc"[..], b"800ccc", b"21472209", b"0x800402"].iter().any(|stem| word.starts_with(stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_and_successes() {
        for line in [
            "Send failed",
            "Could not send",
            "Kon nie stuur nie",
            "Mail not sent",
            "Nie gestuur nie",
            "success: false",
            "Message did not go out",
            "Wysiging: pos misluk",
            "Échec de l'envoi",
            "E-Mail konnte nicht gesendet werden",
            "не удалось отправить",
            "La entrega de correo falló",
            "No se pudo enviar: error",
            "ERROR 10060",
            "Die e-pos het nie deurgegaan nie",
            "x skipped: not a valid e-mail address",
            "no luck: Username and Password not accepted",
            "bediener nie bereikbaar nie",
        ] {
            assert!(OwnWords::of(line.as_bytes()).failed, "{line}");
        }
        for line in [
            "Mail sent",
            "Gestuur",
            "Sending to x (attempt 3)...sent",
            "Versend aan x",
            "sent, no errors",
            "0 errors, sent",
            "Message delivered, error 0",
            "ERROR: none, sent ok",
            "Error: OK, sent",
            "to=<x>, dsn=2.0.0, status=sent (queued)",
        ] {
            let told = OwnWords::of(line.as_bytes());
            assert!(told.sent && !told.failed, "{line} {told:?}");
        }
        for line in
            ["2026-11-27: nothing to send", "Timeout: 30000", "connect timeout=60", "retryOnError=true", "error_code=0"]
        {
            assert!(!OwnWords::of(line.as_bytes()).failed, "{line}");
        }
        for line in [
            "\"error\":\"\",\"status\":\"ok\"",
            "error:;status:ok",
            "\"failed\":false,\"sent\":true",
            "error=\"\" sent",
        ] {
            let told = OwnWords::of(line.as_bytes());
            assert!((told.sent || told.well) && !told.failed, "{line} {told:?}");
        }
        let untold = OwnWords::of(b"\"sent\":\"\",\"note\":\"\"");
        assert!(!untold.sent && !untold.failed, "{untold:?}");
        assert!(OwnWords::of(b"\"sent\":false,\"note\":\"\"").failed);
        assert!(OwnWords::of(b"error=10060").failed && OwnWords::of(b"Timeout (30 s)").failed);
        for line in ["Rekening word gestuur", "Statement is being sent", "E-Mail wird versendet"] {
            let told = OwnWords::of(line.as_bytes());
            assert!(told.begins && !told.sent, "{line}");
        }
        assert!(OwnWords::of(b"could not be sent").failed);
        for line in ["Mail for x not sent yet", "Nog nie gestuur nie", "queued for later", "x is pending"] {
            let told = OwnWords::of(line.as_bytes());
            assert!(told.waits && !told.sent && !told.failed, "{line} {told:?}");
        }
        for line in ["2 ok, 1 not", "done 2, failed 1", "14 delivered / 2 failed"] {
            let told = OwnWords::of(line.as_bytes());
            assert!(told.counts && told.counted, "{line} {told:?}");
        }
        assert!(OwnWords::of(b"a@b.example...done").well && !OwnWords::of(b"a@done.example").well);
        let told = OwnWords::of(b"Sending 1 of 3: ok");
        assert!(told.well && !told.counts, "{told:?}");
        for line in ["5 sent, 2 failed", "Sent: 5, failed: 2", "Total: 5 sent"] {
            assert!(OwnWords::of(line.as_bytes()).is_summary, "{line}");
        }
    }

    #[test]
    fn what_went_well_is_not_always_a_mail() {
        let of_other = |line: &str| OwnWords::of(line.as_bytes()).well_of_other;
        for line in [
            "[Mailer] Settings loaded ok",
            "INFO [main] c.p.Mail - Resolving host smtp.example.co.za:587 ... done",
            "Mail engine started ok",
            "Template statement.html rendered successfully",
        ] {
            assert!(of_other(line), "{line}");
        }
        for line in [
            "Mail: OK",
            "[Mailer] done",
            "Statement 118 OK",
            "INFO Mailer: statement 118 ok",
            "E-mail to Anna: success",
        ] {
            assert!(!of_other(line), "{line}");
        }
    }
}
