//! What a server's reply means. Words weigh more than the enhanced code, because 5.7.1 alone stands for a dozen causes, and
//! that more than the code.

use std::time::Duration;

use memchr::memmem;

use super::{
    Cause,
    decided::Decided,
    extract::{listed_at, retry_after},
    model::CLIENT,
    notions::Notions,
    plain::Plain,
    replies::{CodeFact, Replies},
    rule_book::Context,
    weigh::{By, DECIDES},
    words_in,
};
use crate::smtp::{EnhancedStatusCode, ReplyCode, Verb};

/// A reply, and what it answered.
#[derive(Clone, Copy, Debug)]
pub struct ReplyQuery<'a> {
    /// The code of the last line.
    pub code: ReplyCode,
    /// The enhanced code at the start of the text; without one, the first that stands in the text is used.
    pub enhanced: Option<EnhancedStatusCode>,
    /// The texts of its lines without codes and separators, joined by one space.
    pub text: &'a [u8],
    /// The command it answers.
    pub verb: Option<Verb>,
    /// The server's name.
    pub host: Option<&'a [u8]>,
}

/// What a reply means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReplyMeaning {
    /// The cause; `unknown.reply` when nothing fits.
    pub cause: Cause,
    /// What it rests on.
    pub by: By,
    /// The rank of the row that decided, 100 for a code that beats all words, 0 where none fits.
    pub rank: u8,
    /// The reply's code was known; words alone say less.
    pub with_code: bool,
    /// What else means the same as the row that decided.
    pub witness: Witness,
    /// The row's words can mean something else, or another row decides something else.
    pub ambiguous: bool,
    /// Points by which the model prefers a server's words to a mail program's own; below 0 the program speaks.
    pub server_speaks: i32,
    /// The text names a PDF file.
    pub names_pdf: bool,
    /// How long the server asks to wait.
    pub retry_after: Option<Duration>,
    /// The blocklist that the text names.
    pub blocklist: Option<String>,
}

/// What else means the same as the row that decided, and was no part of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Witness {
    /// Nothing.
    #[default]
    None,
    /// The model, for the text as a whole: no other words in it speak for something else.
    Words,
    /// The enhanced code, or the code with the command that it answers.
    Code,
    /// The model and a code.
    Both,
}

/// A row of less rank takes two more witnesses, the model and a code (docs/certainty.md).
const SURE: u8 = 70;

impl ReplyMeaning {
    /// At least 99 of 100 labelled replies that nobody had seen came out right that way: a code that beats all words, or
    /// two witnesses, of which one is a row.
    pub fn is_sure(&self) -> bool {
        let agreed = match self.witness {
            Witness::None => false,
            Witness::Words | Witness::Code => self.by == By::Text && self.rank >= SURE,
            Witness::Both => matches!(self.by, By::Text | By::Frame),
        };
        self.with_code && (self.rank >= FIRM || agreed && !self.ambiguous)
    }
}

/// The rank of a code that is so specific that it beats the words.
const FIRM: u8 = 100;
/// Where mails are kept.
const STORES: [&[u8]; 5] = [b"mailbox", b"inbox", b"maildir", b"mailfolder", b"on the server"];

/// What a program adds that quotes a reply: Postfix `(in reply to RCPT TO command)`.
fn unquoted(text: &[u8]) -> &[u8] {
    memmem::rfind(text, b"(in reply to ").map_or(text, |at| text[..at].trim_ascii_end())
}

/// Another server's reply: "responded with: 421 4.4.2 Connection dropped".
fn quotes_reply(tail: &[u8]) -> bool {
    matches!(tail, [b'4' | b'5', b'0'..=b'5', last, b' ' | b'-', ..] if last.is_ascii_digit())
}

/// What follows the frames of a reply: "Recipient address rejected: Policy rejection" is about the policy, as "Rejected due
/// to our policy - listed host" is about the list. Of several colons the last one counts, of dashes the first.
fn behind_frame(text: &[u8]) -> Option<&[u8]> {
    let notions = Notions::builtin();
    let frames = |head: &[u8], words| words_in(head).rev().take(words).any(|word| notions.is_frame(word));
    let tells = |tail: &&[u8]| {
        let mut words = words_in(tail).map(<[u8]>::to_ascii_lowercase);
        words.next().is_some_and(|first| {
            !notions.is_manners(&first) && (notions.is_telling(&first) || words.any(|word| notions.is_telling(&word)))
        })
    };
    let behind = |at: usize, marks: &[&[u8]], words| {
        let tail = marks.iter().find_map(|mark| text[at..].strip_prefix(*mark)).filter(tells)?;
        (frames(&text[..at], words) || words == 1 && quotes_reply(tail)).then_some(tail)
    };
    let colon = (1..text.len()).rev().find_map(|at| behind(at, &[b": ", b"; "], 1));
    colon.or_else(|| (1..text.len()).find_map(|at| behind(at, &[b" - ", b" -- "], WORDS_BEFORE_DASH)))
}

/// A frame before a dash says within so many words that something was refused.
const WORDS_BEFORE_DASH: usize = 6;

/// Up to what there is too much of: "too many mails in the current connection" is about mails.
fn counted(text: &[u8]) -> Option<&[u8]> {
    const ENDS: &[&str] = &[
        " in ", " from ", " for ", " on ", " to ", " per ", " at ", " with ", " by ", " during ", ".", ",", ";", ":",
        "(",
    ];
    let lower = text.to_ascii_lowercase();
    let much = [&b"too many "[..], b"too much "].iter().filter_map(|much| memmem::find(&lower, much)).min()?;
    // What a mailbox holds is no number of mails sent.
    if STORES.iter().any(|store| memmem::find(&lower[much..], store).is_some()) {
        return None;
    }
    let what = much + b"too many ".len();
    let end = ENDS.iter().filter_map(|end| memmem::find(&lower[what..], end.as_bytes())).min()?;
    Some(&text[..what + end])
}

impl Replies {
    pub(super) fn meaning(&self, query: &ReplyQuery<'_>, decided: &Decided<ReplyMeaning>) -> ReplyMeaning {
        if !query.code.is_refusal() {
            return ReplyMeaning::default();
        }
        let said = unquoted(query.text);
        let text = Plain::of(said, Some(query.code.0));
        let enhanced = query.enhanced.or(text.enhanced);
        let context = Context {
            code: Some(query.code),
            class: None,
            server: true,
            verb: query.verb,
            subject: enhanced.map(|enhanced| enhanced.subject),
            host: query.host,
        };
        let tail = behind_frame(said).or_else(|| counted(said)).map(|tail| Plain::of(tail, Some(query.code.0)));
        let parts = (&text, tail.as_ref());
        decided.of(parts, enhanced, &context, || self.decide(parts.0, parts.1, enhanced, &context))
    }

    /// What a server's words mean whose code the log left out: rows of both classes are tried.
    pub(super) fn words(
        &self,
        words: &[u8],
        verb: Option<Verb>,
        host: Option<&[u8]>,
        decided: &Decided<ReplyMeaning>,
    ) -> ReplyMeaning {
        let words = unquoted(words);
        let text = Plain::of(words, None);
        let class = text.enhanced.map(|enhanced| u16::from(enhanced.class)).filter(|class| *class > 2);
        let tail = behind_frame(words).or_else(|| counted(words)).map(|tail| Plain::of(tail, None));
        let subject = text.enhanced.map(|enhanced| enhanced.subject);
        let context = Context { code: None, class, server: true, verb, subject, host };
        let enhanced = text.enhanced;
        let parts = (&text, tail.as_ref());
        decided.of(parts, enhanced, &context, || self.decide(parts.0, parts.1, enhanced, &context))
    }

    fn decide(
        &self,
        text: &Plain,
        tail: Option<&Plain>,
        enhanced: Option<EnhancedStatusCode>,
        context: &Context<'_>,
    ) -> ReplyMeaning {
        let hits = self.texts.read(text);
        let evidence = self.evidence(&hits, text, tail, enhanced, context);
        let firm = [evidence.enhanced, evidence.code].into_iter().flatten().find(|(fact, _)| fact.over_text);
        let (cause, by, rank) = match firm {
            Some((fact, _)) if evidence.enhanced.is_some_and(|(own, _)| own.over_text) => {
                (fact.cause, By::Enhanced, FIRM)
            }
            Some((fact, _)) => (fact.cause, By::Code, FIRM),
            None => {
                let (cause, by) = evidence.weigh(context);
                (cause, by, evidence.rank(cause))
            }
        };
        let points = &evidence.points;
        let best = Cause::ALL.iter().map(|cause| points[*cause as usize]).max().unwrap_or(0);
        // That a refusal at RCPT is mostly the recipient's is no witness, nor that any 4yz puts off.
        let general = |fact: &CodeFact| fact.when.asks_verb() || fact.cause == Cause::TempService;
        let told = evidence.code.filter(|(fact, _)| !general(fact));
        let coded = [evidence.enhanced, told].into_iter().flatten().any(|(fact, _)| fact.cause == cause);
        let witness = match (coded, points[cause as usize] == best) {
            (true, true) => Witness::Both,
            (true, false) => Witness::Code,
            (false, true) => Witness::Words,
            (false, false) => Witness::None,
        };
        let mut others = evidence.rows.iter().flatten().filter(|row| row.cause != cause);
        let open = evidence.rows[cause as usize].is_some_and(|row| !row.certain);
        let ambiguous = open || others.any(|row| row.rank >= DECIDES);
        let listed = || listed_at(text).filter(|_| cause == Cause::PolicyBlocklisted);
        let blocklist = self.texts.name(&hits).map(str::to_owned).or_else(listed);
        ReplyMeaning {
            cause,
            by,
            rank,
            with_code: context.code.is_some(),
            witness,
            ambiguous,
            server_speaks: best - points[CLIENT],
            names_pdf: text.iter().any(|word| word == b"pdf") || text.names().any(|name| name.ends_with(b".pdf")),
            retry_after: retry_after(text),
            blocklist,
        }
    }

    /// Everything that a code by itself can mean, each cause once, with where that is from.
    pub(super) fn meanings(&self, code: ReplyCode, enhanced: Option<EnhancedStatusCode>) -> Vec<(Cause, &str)> {
        let mut found: Vec<(Cause, &str)> = Vec::new();
        let facts: Vec<&CodeFact> = match enhanced {
            Some(asked) => {
                let all = self.enhanced.get(&(asked.subject, asked.detail)).into_iter().flatten();
                all.filter(|(class, _)| *class == 0 || *class == asked.class).map(|(_, fact)| fact).collect()
            }
            None => self.codes.get(&code.0).into_iter().flatten().collect(),
        };
        for fact in facts {
            if !found.iter().any(|(cause, _)| *cause == fact.cause) {
                found.push((fact.cause, &fact.source));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{knowledge::Knowledge, smtp::enhanced_status_code};

    fn meaning(code: u16, text: &str) -> ReplyMeaning {
        let query = ReplyQuery { code: ReplyCode(code), enhanced: None, text: text.as_bytes(), verb: None, host: None };
        Knowledge::builtin().reply(&query)
    }

    #[test]
    fn what_a_host_is_called_says_nothing() {
        for text in [
            "user unknown",
            "blackhole.example.co.za: user unknown",
            "<spam-filter>: user unknown",
            "mail.greylist.example [192.0.2.1]: user unknown",
            "user unknown (mx.blocklist.example.co.za[192.0.2.1])",
        ] {
            assert_eq!(meaning(550, text).cause, Cause::RecipientUnknown, "{text}");
        }
        assert_eq!(meaning(550, "blackhole.example.co.za").cause, Cause::UnknownReply);
        assert_eq!(meaning(550, "rejected, see https://zen.spamhaus.org/query").blocklist.as_deref(), Some("Spamhaus"));
    }

    fn asked(code: u16, text: &str) -> ReplyMeaning {
        let enhanced = enhanced_status_code(text.as_bytes()).ok().map(|(_, code)| code);
        Knowledge::builtin().reply(&ReplyQuery {
            code: ReplyCode(code),
            enhanced,
            text: text.as_bytes(),
            verb: None,
            host: None,
        })
    }

    #[test]
    fn codes_and_words_are_weighed() {
        for (code, text, expected) in [
            // Both codes against one row.
            (523, "5.3.4 the message's length exceeds administrative limit", "attachment.too-large"),
            // A code of one meaning against words of many.
            (550, "5.7.26 Domain owner's record forbids mail from your server", "policy.sender-auth"),
            // A scanner's name is no blocklist.
            (554, "5.7.1 The Barracuda engine scored this as unwanted bulk mail", "content.spam"),
            (517, "The name in your EHLO does not match your address", "policy.blocklisted"),
            (454, "ntlm not possible", "auth.temporary"),
            // What refuses for a moment is no list of addresses.
            (451, "Server too busy, refused connection from (192.0.2.7)", "temp.service"),
            // What is counted, and of what it is the size, decides.
            (503, "Too many unknown commands. Closing connection.", "protocol.syntax"),
            (554, "Message rejected by the content filter's size limit", "attachment.too-large"),
            // A general frame gives way to the reason behind it.
            (451, "Requested mail action not taken: too many failed authentications", "auth.too-many-attempts"),
            (550, "A HELO has to be sent before MAIL", "protocol.sequence"),
            (550, "Rejecting due to security policy - Recipient undeliverable", "recipient.unknown"),
            (550, "Mail refused by our policy - attachment is an executable", "attachment.blocked-type"),
            (550, "REJECTED - Bad HELO - host impersonating us", "policy.blocklisted"),
            // Words that say it outright stand against an enhanced code that is about something else.
            (554, "5.6.5 TLS encryption required by customer rule", "port.starttls-required"),
            // A code that puts off says so where the words say nothing.
            (421, "Zyxw vuts", "temp.service"),
            (501, "5.7.0 SASL exchange cancelled", "auth.rejected"),
            (550, "Sender frequency limited", "rate.messages"),
            // What there is too much of decides, not where.
            (421, "too many messages in this session, reconnect", "rate.messages"),
            (450, "Too many mails in the current connection", "rate.messages"),
            // Its own user is told that the account is closed.
            (552, "Your account has been suspended. Please contact us", "sender.rejected"),
            (450, "4.4.0 Temporary DMARC DNS lookup failure", "temp.service"),
            (535, "backend: could not connect to the password server", "auth.temporary"),
            // A code of the syntax group is about the command, unless the enhanced code says what it is about.
            (503, "Only one sender per message, please", "protocol.sequence"),
            (503, "There are no recipients to deliver this to", "protocol.sequence"),
            (500, "5.7.1 This mail was refused as spam", "content.spam"),
            // What a code speaks against, the words may still say.
            (500, "Such attachments are refused here, compress them first", "attachment.blocked-type"),
            (454, "Rejected for now as spam", "content.spam"),
            // Nothing is wrong with a recipient's address where the sender alone is named.
            (550, "Sender address is too long", "sender.rejected"),
            (552, "5.2.2 Requested mail action aborted: exceeded storage allocation", "recipient.mailbox-full"),
            (
                552,
                "5.3.4 Requested mail action aborted: exceeded storage allocation (52428800)",
                "attachment.too-large",
            ),
            // Whoever signs in is no recipient.
            (550, "Authentication failed; account frozen", "auth.rejected"),
            // What is refused for good may still be for now.
            (550, "Internal delivery error", "temp.service"),
            // A code that only a sign-in gets stands where the words say nothing.
            (535, "Nope", "auth.rejected"),
            // What a server cannot do on its own machine.
            (451, "unable to open pipe to the filter", "temp.service"),
            (501, "5.5.4 Syntax: STARTTLS", "protocol.syntax"),
            // Whom the enhanced code is about, and who is told that something of theirs is closed.
            (501, "5.1.8 The address has no domain part", "sender.rejected"),
            (550, "Your hosting was suspended, the invoice is open", "sender.rejected"),
            // What a mailbox holds is no number of mails sent.
            (550, "There are too many messages in this mailbox", "recipient.mailbox-full"),
            (552, "The recipient has exceeded the e-mail quota", "recipient.mailbox-full"),
            (554, "A link in this mail is blacklisted", "content.spam"),
            (550, "User unknown (in reply to RCPT TO command)", "recipient.unknown"),
            // Manners say nothing.
            (421, "Maximum active clients reached, please try again later", "rate.connections"),
        ] {
            assert_eq!(asked(code, text).cause.code(), expected, "{text}");
        }
        // 550 is never about the order of commands.
        let before = asked(550, "Valid credentials have to be presented before mail is accepted for outside domains");
        assert_ne!(before.cause, Cause::ProtocolSequence);
    }

    #[test]
    fn what_happened_to_what_is_told_in_any_words() {
        for (code, text, expected) in [
            (421, "Only two connections at once, please", "rate.connections"),
            (450, "You have sent your 100 mails for this hour", "rate.messages"),
            (452, "There is no room left in the mailbox", "recipient.mailbox-full"),
            (550, "Delivery to this address is not possible, it does not exist", "recipient.unknown"),
            (550, "Mail is only accepted over encrypted links", "port.starttls-required"),
            (550, "Anonymous submission is not possible", "auth.required"),
            (553, "This sender is not assigned to your login", "sender.rejected"),
            (552, "Your mail of 34 MB is over the 25 MB that we allow", "attachment.too-large"),
            (503, "This session is encrypted already", "protocol.sequence"),
            (421, "Bailing out after too many bad commands", "protocol.syntax"),
            (554, "5.7.1 Identification is needed before this host takes a letter", "auth.required"),
            (550, "The name in front of the @ belongs to nobody here", "recipient.unknown"),
            (502, "Invalid input from IP", "protocol.syntax"),
            (421, "TLS fatal alert handshake failed", "tls.protocol-version"),
            (454, "The account data base is being reloaded, logon is not possible for the moment", "auth.temporary"),
            (535, "This IP has failed authentication 5 times and is frozen for 60 minutes", "auth.too-many-attempts"),
            (550, "Verification failed: the sender's mail server says no such user", "sender.rejected"),
            (554, "5.7.0 Number of messages limit for the mailbox exceeded", "rate.messages"),
        ] {
            assert_eq!(asked(code, text).cause.code(), expected, "{text}");
        }
    }

    #[test]
    fn what_two_rows_say_differently_is_not_certain() {
        for (code, text) in [
            (550, "5.7.1 Relaying denied. IP name lookup failed"),
            (554, "5.4.6 Too many hops"),
            (421, "TLS fatal alert handshake failed"),
            (535, "5.7.8 Error: authentication failed: please create and use an application-specific secret to log in"),
        ] {
            assert!(!asked(code, text).is_sure(), "{text}");
        }
    }

    #[test]
    fn certain_takes_two_witnesses() {
        let one = meaning(550, "Sender domain is not hosted here, use your own account");
        assert!(!one.is_sure(), "{one:?}");
        let two = meaning(535, "5.7.8 Username and password not accepted");
        assert!(two.is_sure() && two.witness == Witness::Both, "{two:?}");
        let words = meaning(554, "Relay access denied");
        assert!(!words.is_sure() || words.witness == Witness::Words, "{words:?}");
    }

    #[test]
    fn all_words_decide_between_rows_that_are_as_good() {
        let text =
            "[192.0.2.1] Messages missing a valid address in From: header, or having no From: header, are not accepted";
        assert_eq!(meaning(550, text).cause, Cause::ProtocolSyntax);
    }

    #[test]
    fn the_sender_is_no_recipient_and_a_sign_in_no_protocol() {
        assert_eq!(meaning(550, "Sender domain is not hosted here, use your own account").cause, Cause::SenderRejected);
        let locked = "sending of mails for this account is locked, change your password in the customer login";
        assert_eq!(meaning(554, locked).cause, Cause::SenderRejected);
        assert!(
            meaning(535, "The password has not been changed since the migration, set a new one first").cause
                == Cause::AuthRejected
        );
    }

    #[test]
    fn classes_of_exceptions_last_frames_and_cut_replies() {
        for (expected, code, text) in [
            (
                "sender.rejected",
                554,
                "5.2.252 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; Failed to process \
                 message due to a permanent exception with message Cannot submit message.",
            ),
            ("auth.mechanism", 535, "5.7.8 Error: authentication failed: Invalid authentication mechanism"),
            ("auth.app-password-required", 534, "5.7.9 Please log in with your web b"),
        ] {
            let enhanced = enhanced_status_code(text.as_bytes()).ok().map(|(_, code)| code);
            let query = ReplyQuery { code: ReplyCode(code), enhanced, text: text.as_bytes(), verb: None, host: None };
            assert_eq!(Knowledge::builtin().reply(&query).cause.code(), expected, "{text}");
        }
    }
}
