//! The one classifier of a program's own words: what a line tells of a mail, by the vocabulary of `words.toml`.

use super::writer::writer;
use crate::knowledge::{WordClass, WordTable, is_word_byte, plain_spelling};

mod counts;
mod line;
mod split;
mod word;

use split::{behind_address, is_host, led, plain_parts, plain_words, with_joined_words, with_values};
use word::{Word, is_mail_number};

/// The meaning of a line in a program's own words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct OwnWords {
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

/// Words of a line that are looked at; verdicts stand at its beginning.
const MAX_WORDS: usize = 160;

impl OwnWords {
    /// Known words say how it went.
    pub(crate) fn is_told(&self) -> bool {
        self.sent || self.well || self.is_summary
    }

    /// Of one line, without its stamp.
    pub(crate) fn of(text: &[u8]) -> OwnWords {
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
            glued: matches!(behind, [b'_', next, ..] if is_word_byte(*next)),
            valued: behind.trim_ascii_start().first() == Some(&b'='),
            leads: behind.starts_with(b" ..") && matches!(led(behind), [b' ', next, ..] if next.is_ascii_digit()),
        });
        let words: Vec<_> = words.collect();
        let told = line::told(&words);
        let of_writer = || is_of_writer(&words, plain_words(&text[..writer(text)]).count());
        OwnWords { well_of_other: told.well && (is_of_verb(&words) || is_of_run(&words) || of_writer()), ..told }
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

/// What ended well is named by a word behind that for mail, and is none: `Mail job finished`, `e-mail addresses imported: done`.
fn is_of_run(words: &[Word<'_>]) -> bool {
    const ABOUT: [WordClass; 5] =
        [WordClass::Mail, WordClass::Send, WordClass::Begins, WordClass::Recipient, WordClass::Count];
    let Some(good) = words.iter().position(|word| word.is(WordClass::Well)) else { return false };
    let is_medium = |word: &Word<'_>| [&b"mail"[..], b"epos"].iter().any(|name| word.text.ends_with(name));
    let Some(mail) = words[..good].iter().rposition(is_medium).filter(|mail| words[*mail].joined) else { return false };
    let named = &words[mail + 1..good];
    let is_other = |word: &Word<'_>| !word.is_number() && !ABOUT.iter().any(|class| word.is(*class)) && !word.is_good();
    !named.is_empty() && named.iter().all(is_other)
}

/// The first so many words are the writer's name, none behind them is about mail, and what went well is named.
fn is_of_writer(words: &[Word<'_>], writer: usize) -> bool {
    let (name, said) = words.split_at(writer.min(words.len()));
    let is_mail = |word: &Word<'_>| word.is(WordClass::Mail) || is_mail_number(word.text);
    let mut before_good = said.iter().take_while(|word| !word.is(WordClass::Well));
    name.iter().any(is_mail) && !said.iter().any(is_mail) && before_good.any(|word| !word.is_number())
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
