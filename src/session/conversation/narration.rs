//! What the words about a mail say of it: whom it is to, and how far it got, by the command that they name or that their
//! reply answers.

use std::sync::LazyLock;

use bstr::ByteSlice;
use memchr::memmem;

use crate::{
    dialect::writer,
    knowledge::{Cause, WordClass, WordTable, is_exception_class, is_word_byte, plain_spelling, words_in},
    session::mail::Mail,
    smtp::{self, EnhancedStatusCode, ReplyCode, Stage, Verb},
};

/// As much of a record as tells whether it says the same again.
const SHAPE: usize = 160;
/// Words of a record that tell its kind; a logger's level and name stand before the program's own.
const OPENING: usize = 3;

/// Which command a reply most likely answered: by its code where that fits one command, then by what its words mean, then
/// by the server's own words; `around` it are the program's.
pub(super) fn stage_of_reply(
    code: u16,
    enhanced: Option<EnhancedStatusCode>,
    text: &[u8],
    around: &[u8],
    cause: Option<Cause>,
) -> Stage {
    let meant = cause.and_then(stage_of_told).filter(|stage| *stage != Stage::Connect);
    let answered = answered_command(around, code);
    match (code, enhanced.map(|enhanced| enhanced.subject)) {
        (534 | 535 | 538, _) => Stage::Auth,
        (code, _) if code != 530 && answered.is_some() => answered.unwrap_or(Stage::Data),
        (421 | 554, _) if matches!(stage_in(around), Some(Stage::Connect | Stage::Greeting)) => Stage::Greeting,
        // RFC 3207 has this code too.
        (454, _) if stage_in(text) == Some(Stage::Tls) => Stage::Tls,
        (530 | 553, _) => Stage::Mail,
        // What is wrong with the name of this PC is told to HELO, or later (RFC 5321 section 4.1.4).
        (501 | 504, _) if stage_in(text) == Some(Stage::Ehlo) => {
            if code == 501 {
                Stage::Ehlo
            } else {
                Stage::Rcpt
            }
        }
        (504 | 454, _) if meant.is_none() => Stage::Auth,
        // A sender that is refused so late is refused with the message (RFC 5321 section 4.2.3).
        (554, _) if cause == Some(Cause::SenderRejected) => Stage::Data,
        // Only 530 tells it to MAIL (RFC 4954 section 6); others say so where the mail would leave their own domain.
        (550 | 554, _) if cause == Some(Cause::AuthRequired) => Stage::Rcpt,
        _ if meant.is_some() => meant.unwrap_or(Stage::Data),
        (_, Some(1 | 2)) => Stage::Rcpt,
        (450 | 451 | 550 | 551 | 503, _) => Stage::Rcpt,
        (421, _) => Stage::Greeting,
        _ => stage_in(text)
            .filter(|stage| matches!(stage, Stage::Greeting | Stage::Mail | Stage::Rcpt))
            .unwrap_or(Stage::Data),
    }
}

/// The command that a reply answered, as the program tells: the last one before the code (`after RCPT TO:<a@b.example>: 550`),
/// the one whose name stands there (`Data command failed: 421`), or what is told behind the words of the server (`in reply to
/// RCPT TO command`).
fn answered_command(words: &[u8], code: u16) -> Option<Stage> {
    const COMMANDS: [(&[u8], Stage); 2] = [(b"MAIL FROM:", Stage::Mail), (b"RCPT ", Stage::Rcpt)];
    // A program that tells the reply by a sentence of its own shows no code.
    let (before, behind) = words.split_at(memmem::find(words, code.to_string().as_bytes())?);
    let last = COMMANDS.iter().filter_map(|(command, stage)| Some((memmem::rfind(before, command)?, *stage))).max();
    let told = memmem::find(behind, b"in reply to ").map_or(before, |at| &behind[at..]);
    let named = last.map(|(_, stage)| stage).or_else(|| named_command(told));
    named.or_else(|| class_command(before)).or_else(|| expecting_command(before))
}

/// `smtplib.SMTPDataError`, `SmtpFailedRecipientException`: the command that the name of an exception tells.
fn class_command(words: &[u8]) -> Option<Stage> {
    let name = words.split(|b| !b.is_ascii_alphanumeric()).find(|word| is_exception_class(word))?;
    let mut parts = name.split(|b| b.is_ascii_uppercase());
    parts.find_map(|part| match part {
        b"ender" => Some(Stage::Mail),
        b"ecipient" | b"ecipients" => Some(Stage::Rcpt),
        b"ata" => Some(Stage::Data),
        b"uthentication" => Some(Stage::Auth),
        _ => None,
    })
}

/// `Expected response code 354 but got`: the command that a reply with this code would have answered (RFC 5321 section
/// 4.3.2, RFC 4954 section 4).
fn expecting_command(before: &[u8]) -> Option<Stage> {
    let behind = &before[memmem::find(before, b"xpected")?..];
    let mut numbers = behind.split(|b| !b.is_ascii_digit()).filter(|number| number.len() == 3);
    match numbers.next()? {
        b"354" => Some(Stage::Data),
        b"334" | b"235" => Some(Stage::Auth),
        _ => None,
    }
}

/// The command that is named before the word `command`.
fn named_command(words: &[u8]) -> Option<Stage> {
    let before = words[..memmem::find(words, b" command")?].to_ascii_lowercase();
    let joins = |word: &&[u8]| matches!(*word, b"" | b"to" | b"from" | b"end" | b"of");
    match before.rsplit(|b| !b.is_ascii_alphabetic()).find(|word| !joins(word))? {
        b"mail" => Some(Stage::Mail),
        b"rcpt" | b"recipient" => Some(Stage::Rcpt),
        b"data" => Some(Stage::Data),
        b"auth" => Some(Stage::Auth),
        b"ehlo" | b"helo" => Some(Stage::Ehlo),
        b"starttls" => Some(Stage::Tls),
        _ => None,
    }
}

/// The stage of a mail that is told of in words alone: the command that a refusal for this cause answers.
pub(super) fn stage_of_told(cause: Cause) -> Option<Stage> {
    use Cause::*;
    match cause {
        ConnDns | ConnRefused => Some(Stage::Connect),
        TlsUntrusted
        | TlsExpired
        | TlsNameMismatch
        | TlsProtocolVersion
        | TlsInterceptedByAntivirus
        | ClientNoTls
        | PortTlsToPlaintext
        | PortStarttlsUnavailable => Some(Stage::Tls),
        AuthRejected
        | AuthAppPasswordRequired
        | AuthBasicDisabled
        | AuthMechanism
        | AuthUsernameIncomplete
        | AuthPlaceholderPassword
        | AuthTemporary
        | AuthTooManyAttempts => Some(Stage::Auth),
        AuthRequired | PortStarttlsRequired | SenderRejected => Some(Stage::Mail),
        RecipientUnknown | RecipientDisabled | RecipientSyntax | RecipientMailboxFull | RecipientRelayDenied
        | TempGreylisted => Some(Stage::Rcpt),
        AttachmentTooLarge | AttachmentBlockedType | AttachmentLinkDropped | ContentSpam | PolicySenderAuth => {
            Some(Stage::Data)
        }
        _ => None,
    }
}

/// The stage of a refusal that servers tell at any command, where the words themselves name none. Rates and blocklists
/// are mostly looked at once a recipient is known.
pub(super) fn stage_of_refusal(cause: Cause, words: &[u8]) -> Option<Stage> {
    let stage = match cause {
        Cause::RateMessages | Cause::PolicyBlocklisted => Stage::Rcpt,
        Cause::RateConnections => Stage::Greeting,
        _ => return None,
    };
    stage_in(words).is_none().then_some(stage)
}

/// The stage that the words name.
pub(super) fn stage_in(words: &[u8]) -> Option<Stage> {
    static WORDS: LazyLock<Vec<(memmem::Finder<'_>, Stage)>> =
        LazyLock::new(|| STAGES.iter().map(|(word, stage)| (memmem::Finder::new(word.as_bytes()), *stage)).collect());
    const STAGES: [(&str, Stage); 16] = [
        // Of gomail (Go), which says so only once it is signed in.
        ("could not send email", Stage::Data),
        // Of PHPMailer.
        ("ata not accepted", Stage::Data),
        // Of Postfix.
        ("refused to talk", Stage::Greeting),
        ("recipient", Stage::Rcpt),
        ("envelope from", Stage::Mail),
        ("sender ", Stage::Mail),
        ("authenticat", Stage::Auth),
        ("TLS", Stage::Tls),
        ("initial", Stage::Greeting),
        ("greeting", Stage::Greeting),
        ("EHLO", Stage::Ehlo),
        ("HELO", Stage::Ehlo),
        ("connect", Stage::Connect),
        ("locate host", Stage::Connect),
        ("Relay access", Stage::Rcpt),
        ("Client host", Stage::Greeting),
    ];
    if words.is_empty() {
        return None;
    }
    // What stands in an address says nothing, nor does the name of its field: `"recipient":"a@b.example"`.
    let ends = |b: &u8| matches!(b, b' ' | b'\t' | b',' | b';' | b'<' | b'>' | b'(' | b')' | b'"' | b'\'');
    let mut told: Vec<&[u8]> = Vec::new();
    for part in words.split(ends).filter(|part| !part.is_empty()) {
        if !part.contains(&b'@') {
            told.push(part);
        } else if told.pop_if(|name| name.ends_with(b":")) == Some(b":") {
            told.pop();
        }
    }
    let told = told.join(&b' ');
    let known = || WORDS.iter().find(|(word, _)| word.find(&told).is_some());
    named_command(&told).or_else(|| known().map(|(_, stage)| *stage))
}

/// The name to sign in with, as a setting tells it: `user "desk"`, `gebruiker="desk"`.
pub(super) fn user_in(words: &[u8]) -> Option<&[u8]> {
    memchr::memchr_iter(b'"', words).find_map(|open| {
        let before = words[..open].trim_end_with(|mark| ":= ".contains(mark));
        let name = before.rsplit(|b| !is_word_byte(*b)).next().filter(|name| !name.is_empty())?;
        let (user, _) = words[open + 1..].split_once_str("\"")?;
        let is_name = !user.is_empty() && !user.contains(&b' ');
        (is_name && WordTable::builtin().is(&plain_spelling(name), WordClass::User)).then_some(user)
    })
}

/// The command under way at a stage.
pub(super) fn verb_at(stage: Stage) -> Verb {
    match stage {
        Stage::Connect | Stage::Greeting => Verb::Greeting,
        Stage::Tls => Verb::StartTls,
        Stage::Ehlo => Verb::Ehlo,
        Stage::Auth => Verb::Auth,
        Stage::Mail => Verb::Mail,
        Stage::Rcpt => Verb::Rcpt,
        Stage::Data | Stage::Done => Verb::EndOfData,
    }
}

/// A program may take a second to say which exception it was.
pub(super) fn is_exception(words: &[u8]) -> bool {
    let end = words.iter().position(u8::is_ascii_whitespace).unwrap_or(words.len());
    memmem::find(&words[..end], b"xception").is_some()
}

/// The mail is to this list. `taken`: it has gone out.
pub(super) fn address(mail: &mut Mail, list: &[u8], taken: bool) {
    for address in addresses(list) {
        let place = mail.recipient(address);
        if taken {
            mail.answered(place, ReplyCode(250));
        }
    }
}

/// `<a@b.example>: Recipient address rejected`, `Unable to relay for a@b.example`: the address that a reply to RCPT names.
pub(super) fn named_recipient(text: &[u8]) -> &[u8] {
    let named = addresses(text).next().unwrap_or_default();
    &named[..named.iter().rposition(u8::is_ascii_alphanumeric).map_or(0, |last| last + 1)]
}

/// `Additional SMTP info: 5.7.1`: an enhanced code behind a label, and no words of a server.
pub(super) fn labelled_code(text: &[u8]) -> Option<EnhancedStatusCode> {
    let at = memchr::memrchr(b':', text)?;
    let (rest, code) = smtp::enhanced_status_code(text[at + 1..].trim_ascii()).ok()?;
    rest.trim_ascii().is_empty().then_some(code)
}

/// `To: a@b.example`, `rcpt=a@b.example`: nothing but a field that names somebody.
pub(super) fn is_field(words: &[u8]) -> bool {
    let Some(at) = memchr::memchr(b'@', words) else { return false };
    let label = words.iter().position(|b| matches!(b, b':' | b'=')).filter(|end| *end < at);
    let one = |label: &[u8]| label.iter().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-'));
    label.is_some_and(|end| one(&words[..end]) && !words[end + 1..at].trim_ascii().contains(&b' '))
}

/// What stands between the addresses of a list. A table, as each mail comes here a few times.
const SEPARATES: [bool; 256] = {
    let (mut table, mut at, marks) = ([false; 256], 0, b" ,;<>\"'[]");
    while at < marks.len() {
        table[marks[at] as usize] = true;
        at += 1;
    }
    table
};

pub(super) fn addresses(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    list.split(|b| SEPARATES[usize::from(*b)]).filter(|address| memchr::memchr(b'@', address).is_some())
}

/// `Connection closed`, where no mail is `under_way`, or `disconnected reason=quit`: the end of a connection.
pub(super) fn only_closes(words: &[u8], under_way: bool) -> bool {
    let said = unlogged(words);
    let words = || words_in(said);
    let is = |word: &[u8], class| WordTable::builtin().is(&plain_spelling(word), class);
    let closed = |word| is(word, WordClass::Closed);
    let quits = || words().any(|word| word.eq_ignore_ascii_case(b"quit"));
    // In this order, as hardly any line tells of connections alone.
    (quits() || !under_way && words().all(|word| closed(word) || is(word, WordClass::Connection)))
        && words().any(closed)
}

/// The code stands there as in a line of a reply that is not the last (RFC 5321 section 4.2.1).
pub(super) fn goes_on_replying(words: &[u8], code: u16) -> bool {
    memchr::memmem::find(words, format!("{code}-").as_bytes()).is_some()
}

pub(super) fn shape(words: &[u8]) -> Vec<u8> {
    let mut shape = words[..words.len().min(SHAPE)].to_vec();
    shape.iter_mut().for_each(|b| *b = if b.is_ascii_digit() { b'9' } else { *b });
    shape
}

/// The words without what a logger puts before them: `practice mailer[511]: `, `[MAIL] `, `INFO [main] c.p.Mail - `.
pub(super) fn unlogged(words: &[u8]) -> &[u8] {
    words[writer(words)..].trim_start_with(|mark| " -|:".contains(mark))
}

/// The first words of a record, before an address or a number; `#2 -> ` begins with the number of the mail.
pub(super) fn opening(words: &[u8]) -> Vec<u8> {
    let number = |word: &&[u8]| word.iter().any(u8::is_ascii_digit);
    let named = |word: &&[u8]| word.contains(&b'@') || number(word);
    let words = words.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let words = words.skip_while(|word| number(word) && !word.contains(&b'@'));
    words.take_while(|word| !named(word)).take(OPENING).collect::<Vec<_>>().join(&b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_that_a_reply_answered() {
        let stage = |code: u16, words: &str| stage_of_reply(code, None, b"no", words.as_bytes(), None).name();
        assert_eq!(stage(421, "Data command failed: 421 4.3.0 no"), "data");
        assert_eq!(stage(550, "said: 550 5.2.0 no (in reply to end of DATA command)"), "data");
        assert_eq!(stage(503, "Expected: 354, Got: 503"), "data");
        assert_eq!(stage(550, "smtplib.SMTPDataError: (550, b'5.4.5 no')"), "data");
        assert_eq!(stage(551, "SMTPSenderRefused: (551, 'no')"), "mail");
        assert_eq!(stage(550, "after RCPT TO:<a@b.example>: 550 no"), "rcpt");
        assert_eq!(stage(553, ">> MAIL FROM:<a@b.example> << 250 ok >> RCPT TO:<a@b.example> << 553 no"), "rcpt");
        assert_eq!(stage(530, "no: 530 Must issue a STARTTLS command first"), "mail");
        let relay = stage_of_reply(454, None, b"no", b"454 no", Some(Cause::RecipientRelayDenied));
        assert_eq!(relay.name(), "rcpt", "Postfix refuses to relay with this code too");
        assert_eq!(stage(454, "454 no"), "auth");
        assert_eq!(stage(554, "host mx.b.example refused to talk to me: 554 no"), "greeting");
    }

    #[test]
    fn what_begins_a_record() {
        assert_eq!(unlogged(b"pc mailer[511]: Failed"), b"Failed");
        assert_eq!(unlogged(b"[MAIL] ERROR: no"), b"ERROR: no");
        assert_eq!(unlogged(b"INFO  [main] c.p.Mail - no"), b"no");
        assert_eq!(unlogged(b"Mail 2 - no"), b"Mail 2 - no");
        assert_eq!(unlogged(b"Failed"), b"Failed");
    }
}
