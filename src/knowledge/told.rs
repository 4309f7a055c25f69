//! What a program's own words about a failed mail mean: a reply that they quote, with or without its code, or the
//! program's own trouble.

use memchr::memmem;

use super::{
    By, Cause, ErrorMeaning, Knowledge, ReplyMeaning, ReplyQuery, WordClass,
    client_error::without_settings,
    heads::{begins_with_own_doing, heads},
    in_brackets,
    notions::Notions,
    plain::Plain,
    quoted_reply,
    weigh::{DECIDES, row_points},
    word_classes, words_in,
};
use crate::smtp::{self, EnhancedStatusCode, ReplyCode, Verb};

/// The meaning of words about a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldMeaning {
    /// The cause; `unknown.reply` where a reply is quoted that no fact knows.
    pub cause: Cause,
    /// The witness for a quoted reply's meaning; [`By::Text`] for the program's own words.
    pub by: By,
    /// The meaning of the reply, where the words are a server's.
    pub reply: Option<ReplyMeaning>,
    /// The words, or a code that says more than a reply code, decide. Of two tellings of one failure such a one counts.
    pub firm: bool,
    /// This way of deciding was right for at least 99 of 100 (docs/certainty.md).
    pub certain: bool,
}

/// Words that only say that it failed weigh no more than this.
const VAGUE: u8 = 35;

/// A general frame counts only where the model finds more of a server than of a program in the words, in its points.
const SPEAKS: i32 = 12;

impl ToldMeaning {
    /// A row or a code speaks for it. A program's own sentence is not what the model has learnt from, so of such a sentence
    /// the model alone is no witness, nor is a general frame in which it finds little of a server. `text` is what was asked
    /// about: behind `Send failed: ` the program quotes somebody, and the frame may be a server's.
    pub fn is_grounded(&self, text: &[u8]) -> bool {
        let spoken = |reply: &ReplyMeaning| reply.server_speaks >= SPEAKS || heads(text).next().is_some();
        self.by != By::Model && (self.by != By::Frame || self.reply.as_ref().is_none_or(spoken))
    }
}

impl Knowledge {
    /// The meaning of a program's own words about a failed mail; `None` where nothing knows them.
    pub fn told(&self, text: &[u8], verb: Option<Verb>, host: Option<&[u8]>) -> Option<ToldMeaning> {
        let ask = |code, enhanced, text| self.reply(&ReplyQuery { code, enhanced, text, verb, host });
        let quoted = quoted_reply(text).map(|quoted| {
            let (rest, enhanced) = split(quoted.text);
            ask(quoted.code, enhanced, rest)
        });
        if let Some(reply) = quoted.as_ref().filter(|reply| reply.by > By::Code) {
            return Some(of_reply(reply.clone()));
        }
        let sentence = without_settings(text);
        let text = if sentence.is_empty() { text } else { sentence };
        // Without what the program says before it, then with it; what it could not do says nothing of why.
        let whole = (!begins_with_own_doing(text)).then_some(text);
        let mut all: Vec<&[u8]> = whole.into_iter().chain(heads(text)).collect();
        all.reverse();
        for (rest, enhanced) in all.iter().map(|words| split(words)) {
            let Some(enhanced) = enhanced else { continue };
            let reply = ask(ReplyCode(if enhanced.class == 4 { 450 } else { 550 }), Some(enhanced), rest);
            if reply.by > By::Code {
                return Some(of_reply(reply));
            }
        }
        let own = heads(text).next().is_none();
        let words = all.first().copied().unwrap_or(text);
        let bare = bare_number(words).and_then(|number| self.client_error(&[b"error ", number].concat()));
        // `Use SSL: yes`, but `failed: 10060`
        if bare.is_none() && sentence.is_empty() {
            return quoted.map(of_reply);
        }
        let server_said = says_who_spoke(text);
        let of_line = |error: &ErrorMeaning| matches!(error.cause.group(), "conn" | "tls");
        let error = bare.or_else(|| self.client_error(text)).filter(|error| !(server_said && of_line(error)));
        // Without its code it may have been any reply with these words.
        let parts = all.iter().rev().copied().chain(in_brackets(words));
        let replies: Vec<ReplyMeaning> = parts.map(|words| self.words(words, verb, host)).collect();
        // What the program says before it is no part of what decides: `Error sending mail: Mailbox disabled`.
        let heads = if gives_reason(words) { replies.len() } else { all.len() };
        // What is said of whoever signs in is said of no recipient: `authentication failed: account is locked out`.
        let signs_in = replies.first().is_some_and(|whole| whole.by == By::Text && whole.cause.group() == "auth");
        let fits = |reply: &&ReplyMeaning| reply.by == By::Text && !(signs_in && reply.cause.group() == "recipient");
        let decided = replies[..heads].iter().rev().find(fits);
        let best = || replies.iter().max_by_key(|reply| (reply.by, reply.rank));
        let server = decided.or_else(best).cloned().filter(is_told);
        let by_error = |error: ErrorMeaning| {
            // Where a server may have said it as well, it is not certain.
            let certain = error.certain && server.is_none();
            Some(ToldMeaning { cause: error.cause, by: By::Text, reply: None, firm: error.certain, certain })
        };
        match (&server, error) {
            // Of two rows that mean the same the program's own is the surer one beside a mere frame.
            (Some(reply), Some(error)) if reply.by == By::Frame && reply.cause == error.cause => by_error(error),
            (Some(reply), Some(error)) if !speaks(text, reply, &error) => by_error(error),
            (Some(reply), _) => Some(ToldMeaning { firm: reply.by == By::Text, ..of_reply(reply.clone()) }),
            // A sentence of the program itself, without anybody quoted in it, counts also where it is vague.
            (None, Some(error)) if error.weight > VAGUE || own || self.client_error(words).is_some() => by_error(error),
            (None, _) => quoted.map(of_reply).or_else(|| error.and_then(by_error)),
        }
    }
}

/// A head names the server as the one who spoke: `Server said: `, `The server response was: `, the class of an exception that is
/// made of a reply alone. So what it says of a connection or a certificate is no trouble of this PC's. An operating
/// system's error is its own, as a program may have `Server said: ` before any reason.
fn says_who_spoke(text: &[u8]) -> bool {
    heads(text).any(|rest| {
        let is_of_system = || SYSTEM_ERRORS.iter().any(|error| rest.trim_ascii().eq_ignore_ascii_case(error));
        let head = text[..text.len() - rest.len()].trim_ascii_end().to_ascii_lowercase();
        let head = head.trim_ascii_end().strip_suffix(b":").unwrap_or(&head);
        let mut words = words_in(head).rev();
        let (last, before) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let server = |word: &[u8]| matches!(word, b"server" | b"host" | b"bediener");
        match last {
            b"said" | b"says" | b"responded" | b"replied" | b"answered" => server(before) && !is_of_system(),
            b"response" | b"reply" | b"answer" => server(before),
            b"was" | b"is" => matches!(before, b"response" | b"reply" | b"answer"),
            _ => REPLY_CLASSES.iter().any(|class| memmem::find(head, class).is_some()),
        }
    })
}

/// What strerror says of ECONNREFUSED, ETIMEDOUT, ECONNRESET, EHOSTUNREACH and ENETUNREACH.
const SYSTEM_ERRORS: [&[u8]; 5] = [
    b"Connection refused",
    b"Connection timed out",
    b"Connection reset by peer",
    b"No route to host",
    b"Network is unreachable",
];

/// Exceptions that a library makes of a server's reply and of nothing else (Indy, MailKit).
const REPLY_CLASSES: [&[u8]; 2] = [b"smtpreplyerror", b"smtpcommandexception"];

/// What stands in brackets at the end says why: `failed (over quota)`, `not ok (over quota)`.
fn gives_reason(words: &[u8]) -> bool {
    let before = memchr::memrchr(b'(', words).map_or(&b""[..], |at| &words[..at]);
    let mut last = words_in(before).rev().map(word_classes);
    last.next().is_some_and(|word| word.has(WordClass::Failed))
        || last.next().is_some_and(|word| word.has(WordClass::Not))
}

/// A number that stands where the words should be is an error's: alone, or last behind a word of failure (`fail 10060`).
fn bare_number(words: &[u8]) -> Option<&[u8]> {
    let words = words.trim_ascii();
    let digits = words.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let (before, number) = words.split_at(words.len() - digits);
    let last = words_in(before).next_back();
    let fails = |word| word_classes(word).has(WordClass::Failed);
    // `Mail to a@b.example: 250` is no error.
    let positive = digits == 3 && number.starts_with(b"2");
    ((1..12).contains(&digits) && !before.ends_with(b"-") && last.map_or(!positive, fails)).then_some(number)
}

/// Known words of a server; what only the model knows counts where it takes them for a server's.
fn is_told(reply: &ReplyMeaning) -> bool {
    reply.by > By::Model || reply.by == By::Model && reply.server_speaks > 0
}

fn of_reply(reply: ReplyMeaning) -> ToldMeaning {
    let (cause, by, firm, certain) = (reply.cause, reply.by, reply.by >= By::Enhanced, reply.is_sure());
    ToldMeaning { cause, by, reply: Some(reply), firm, certain }
}

/// The words are a server's rather than the program's: they reject something ("Helo command rejected: Host not
/// found"), are said by servers alone ("refused, your address is listed"), or the server's row fits better, with
/// what the model makes of them. A general frame does not outweigh a row of the program's that says what happened.
fn speaks(text: &[u8], reply: &ReplyMeaning, error: &ErrorMeaning) -> bool {
    let spoken = || Notions::builtin().is_spoken(Plain::of(text, None).iter());
    if matches!(error.cause.group(), "conn" | "tls") && reply.cause.group() != "conn" && spoken() {
        return true;
    }
    let rejects = memmem::find(text, b"rejected: ").is_some();
    let better = row_points(reply.rank) - row_points(error.weight) + reply.server_speaks;
    let decides = reply.by == By::Text || reply.by == By::Frame && error.weight < DECIDES;
    rejects && reply.by >= By::Frame || decides && better > 0
}

/// The enhanced code at the beginning, and the words behind it.
fn split(text: &[u8]) -> (&[u8], Option<EnhancedStatusCode>) {
    match smtp::enhanced_status_code(text) {
        Ok((rest, enhanced)) => (rest.trim_ascii(), Some(enhanced)),
        Err(_) => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> ToldMeaning {
        Knowledge::builtin().told(text.as_bytes(), None, None).unwrap()
    }

    #[test]
    fn a_bare_number_is_an_errors() {
        for text in ["10060", "MAIL  fail  10060", "misluk: 10060"] {
            assert_eq!(told(text).cause.code(), "conn.timeout", "{text}");
        }
        assert_eq!(bare_number(b"failed 10 of 10060"), None);
        assert_eq!(bare_number(b"failed"), None);
        assert_eq!(bare_number(b"250"), None);
    }

    #[test]
    fn a_server_is_understood_inside_a_programs_words() {
        for (words, cause) in [
            ("Mailbox full", "recipient.mailbox-full"),
            ("Mailbox disabled", "recipient.disabled"),
            ("you are not whitelisted, please try again later", "temp.greylisted"),
            ("Mail system full, try again later.", "temp.service"),
            ("Recipient address rejected: Relay access denied", "recipient.relay-denied"),
            ("Too many concurrent SMTP connections", "rate.connections"),
            ("Service unavailable, concurrency limit reached", "rate.connections"),
            ("SMTP AUTH is required for message submission on port 587", "auth.required"),
            ("Mailbox unavailable. Your IP address 192.0.2.7 is blacklisted", "policy.blocklisted"),
            ("Temporary authentication failure: Connection lost to authentication server", "auth.temporary"),
            ("Host unknown (Name server: mail: no data known)", "recipient.unknown"),
            ("Error: authentication failed: account is locked out", "auth.rejected"),
            ("We refuse your connection unless it is encrypted", "port.starttls-required"),
        ] {
            for text in [
                words.to_owned(),
                format!("Send failed: {words}"),
                format!("Exception class EIdSMTPReplyError with message '{words}'"),
                format!("Error sending mail to jo@clinic.example: {words}"),
            ] {
                let told = told(&text);
                assert_eq!(told.cause.code(), cause, "{text}");
                assert!(!told.certain, "words alone are not certain: {text}");
            }
        }
    }

    #[test]
    fn what_stands_in_brackets_behind_a_failure_says_why() {
        for (expected, text) in [
            ("recipient.mailbox-full", "Sending 3 of 3: not ok (recipient over quota)"),
            ("recipient.mailbox-full", "Sending 3 of 3 failed (recipient over quota)"),
        ] {
            assert_eq!(told(text).cause.code(), expected, "{text}");
        }
    }

    #[test]
    fn what_a_program_could_not_do_is_no_reason() {
        for (expected, text) in [
            ("auth.rejected", "Unable to send email: Login denied"),
            ("recipient.mailbox-full", "Could not deliver the statement: Mailbox full"),
        ] {
            assert_eq!(told(text).cause.code(), expected, "{text}");
        }
        assert!(Knowledge::builtin().told(b"using smarthost (smtp.example.co.za:587)", None, None).is_none());
    }

    #[test]
    fn a_setting_tells_of_no_failure() {
        assert_eq!(Knowledge::builtin().told(b"Use SSL:YES", None, None), None);
        let told =
            told("The connection was interrupted. Server: mail.practice.example, Protocol: SMTP, Port: 465, SSL: Yes");
        assert_eq!(told.cause.code(), "conn.dropped");
    }

    #[test]
    fn a_number_inside_a_pages_address_is_no_code() {
        let told = told("Send failed: Invalid Recipient - https://help.example/docs/DOC-1369#451, code 550");
        assert_eq!(told.cause.code(), "recipient.unknown");
    }

    #[test]
    fn what_a_server_cannot_verify_is_no_certificate() {
        let told = Knowledge::builtin().told(b"Unable to verify address at this time.", None, None);
        assert!(told.is_none_or(|told| told.cause.code() != "tls.untrusted"));
    }

    #[test]
    fn who_speaks_to_the_client_of_a_connection_is_a_server() {
        for (text, cause) in [
            ("Connection refused, your address is on a blocklist", "policy.blocklisted"),
            ("Connection refused: your IP was blocked for abuse", "policy.blocklisted"),
            ("Connection refused, our server is too busy, please try later", "temp.service"),
            ("Connection refused, your host is on our list", "policy.blocklisted"),
            ("deliver: could not connect to lmtpd: Connection refused", "temp.service"),
        ] {
            let told = told(text);
            assert!(told.reply.is_some() && told.cause.code() == cause, "{text}: {}", told.cause);
        }
    }

    #[test]
    fn what_the_server_said_is_no_trouble_of_this_pc() {
        for text in ["DNS failure resolving clinic.example", "SSL certificate error", "connection refused"] {
            for head in ["Server said: ", "EIdSMTPReplyError: ", "Send failed. The server response was: "] {
                let told = Knowledge::builtin().told(format!("{head}{text}").as_bytes(), None, None);
                let of_line = told.as_ref().is_some_and(|told| matches!(told.cause.group(), "conn" | "tls"));
                assert_eq!(of_line, head == "Server said: " && text == "connection refused", "{head}{text}: {told:?}");
            }
        }
    }

    #[test]
    fn a_programs_own_trouble_stays_its_own() {
        for (text, cause) in [
            ("Could not connect: Socket Error # 10061", "conn.refused"),
            ("Socket Error", "conn.silent"),
            ("certificate verify failed", "tls.untrusted"),
            ("Connection refused by your mail server", "conn.refused"),
        ] {
            let told = told(text);
            assert!(told.reply.is_none() && told.cause.code() == cause, "{text}: {}", told.cause);
        }
    }
}
