//! The words of a line that tell how a mail went, in the languages of Windows in South Africa and of its libraries.

/// What the words of a line say.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Words {
    /// Something went wrong.
    pub(super) failed: bool,
    /// Something was sent.
    pub(super) sent: bool,
    /// Something went well; it takes a word of mail to know what.
    pub(super) well: bool,
    /// It is about mail.
    pub(super) mail: bool,
    /// An attempt begins.
    pub(super) begins: bool,
    /// A number of five digits and more stands in it, as those of errors do.
    pub(super) numbered: bool,
    /// How many were sent and how many failed: the attempts stand elsewhere.
    pub(super) is_summary: bool,
    /// Somebody speaks SMTP.
    pub(super) is_dialogue: bool,
}

const SENT: [&str; 12] = [
    "sent",
    "mailed",
    "emailed",
    "gestuur",
    "verstuur",
    "versonde",
    "verzonden",
    "gesendet",
    "versendet",
    "delivered",
    "enviado",
    "envoye",
];
const FAILED: [&str; 24] = [
    "err",
    "fout",
    "foutief",
    "unable",
    "cannot",
    "couldnt",
    "couldn",
    "cant",
    "refused",
    "rejected",
    "denied",
    "timeout",
    "timed",
    "exceeded",
    "unsuccessful",
    "fehler",
    "erreur",
    "misluk",
    "invalid",
    "fatal",
    "unavailable",
    "verstreke",
    "lost",
    "disconnected",
];
const BEGINS: [&str; 14] = [
    "sending",
    "connecting",
    "stuur",
    "to",
    "aan",
    "trying",
    "attempt",
    "attempting",
    "recipient",
    "opening",
    "sende",
    "send",
    "mailing",
    "emailing",
];
const NOT: [&str; 6] = ["not", "nie", "niet", "nicht", "pas", "no"];
const MAY: [&str; 10] = ["could", "can", "kon", "kan", "did", "does", "was", "konnte", "would", "be"];

impl Words {
    pub(super) fn of(text: &[u8]) -> Words {
        let low: Vec<u8> = text.iter().map(u8::to_ascii_lowercase).collect();
        let mut words = Words { is_dialogue: is_dialogue(text), ..Words::default() };
        let (mut negated, mut counted_sent, mut counted_failed) = (false, false, false);
        let mut before = "";
        // What stands in an address says nothing.
        let told = low.split(|b| b" \t,;<>()\"'".contains(b)).filter(|part| !part.contains(&b'@'));
        let told = told.flat_map(|part| part.split(|b| !b.is_ascii_alphanumeric() && *b < 0x80));
        for word in told.filter(|word| !word.is_empty()) {
            let word = std::str::from_utf8(word).unwrap_or("?");
            let number = word.bytes().all(|b| b.is_ascii_digit());
            let after_number = !before.is_empty() && before.bytes().all(|b| b.is_ascii_digit());
            words.numbered |=
                number && word.len() >= 5 || word.starts_with("0x") && word.len() >= 10 || word.starts_with("wsa");
            if NOT.contains(&word) {
                negated = true;
                words.failed |= MAY.contains(&before);
            }
            if SENT.contains(&word) {
                counted_sent |= after_number;
                words.sent = true;
            }
            if is_failure(word) && before != "no" && before != "0" {
                counted_failed |= after_number;
                words.failed = true;
            }
            // `error 0`, `errors: 0`
            if word == "0" && is_failure(before) {
                words.failed = false;
            }
            words.well |= matches!(word, "ok" | "done" | "suksesvol" | "geslaag") || word.contains("succes");
            words.mail |= is_mail(word, before);
            words.begins |= BEGINS.contains(&word);
            before = word;
        }
        words.failed |= negated && (words.sent || words.well);
        words.is_summary = words.sent && words.failed && counted_sent && (counted_failed || after_count(&low));
        words.sent &= !words.failed;
        words.well &= !words.failed;
        words
    }
}

fn is_failure(word: &str) -> bool {
    if matches!(word, "errorlevel" | "failover" | "errors") {
        return false;
    }
    word.contains("fail")
        || word.starts_with("error")
        || word.ends_with("error")
        || word.contains("exception")
        || word.starts_with("wsae")
        || word.starts_with("0x800")
        || FAILED.contains(&word)
}

fn is_mail(word: &str, before: &str) -> bool {
    ["mail", "smtp", "mapi", "send", "stuur", "epos"].iter().any(|part| word.contains(part))
        || word == "pos" && before == "e"
        || matches!(word, "cdo" | "message" | "boodskap" | "statement" | "rekening")
        || word.starts_with("0x800ccc")
        || word.starts_with("800ccc")
        || word.starts_with("21472209")
        || word.starts_with("0x800402")
}

/// `failed: 2`
fn after_count(low: &[u8]) -> bool {
    let Some(at) = memchr::memmem::find(low, b"fail") else { return false };
    let rest = &low[at..];
    let end = rest.iter().position(|b| !b.is_ascii_alphabetic()).unwrap_or(rest.len());
    rest[end..].iter().find(|b| !b" :=".contains(b)).is_some_and(u8::is_ascii_digit)
}

/// A command with its argument, or a reply that no program shows as an error.
fn is_dialogue(text: &[u8]) -> bool {
    const COMMANDS: [&[u8]; 7] =
        [b"MAIL FROM:", b"RCPT TO:", b"EHLO ", b"HELO ", b"AUTH LOGIN", b"AUTH PLAIN", b"STARTTLS"];
    const REPLIES: [&[u8]; 8] = [b"220 ", b"220-", b"250 ", b"250-", b"354 ", b"334 ", b"235 ", b"221 "];
    let head = &text[..text.len().min(160)];
    let free = |at: usize| at == 0 || !head[at - 1].is_ascii_alphanumeric() && head[at - 1] != b'.';
    let command = |word: &&[u8]| memchr::memmem::find(head, word).is_some_and(free);
    // Only where a mark or nothing stands before it: "failed: 250 mails" is prose.
    let reply = |code: &&[u8]| {
        memchr::memmem::find(head, code).is_some_and(|at| {
            let mark = &head[..at];
            free(at) && mark.len() < 48 && !mark.iter().rev().take(12).any(|b| b.is_ascii_lowercase())
        })
    };
    COMMANDS.iter().any(command) && memchr::memmem::find(head, b"failed").is_none_or(|at| at >= 80)
        || REPLIES.iter().any(reply)
}
