//! A page about one mail, as people paste it: a report that it came back, an error with its trace, a window, a question with
//! the error amid its prose. All that it tells of a failure is about that mail, however often and in whatever words.

use std::collections::{BTreeMap, BTreeSet};

use bstr::ByteSlice;

use super::{
    PASTED, Record,
    mails::{Head, head},
    place::{is_addressed, words_before_number},
};
use crate::{
    dialect::{Event, Extent, Outcome, header::is_header},
    knowledge::{Cause, Knowledge, WordClass, is_word_byte, quoted_reply, word_classes, words_in},
    smtp,
};

/// Who sends reports that a mail came back, and a field of these (RFC 3464 section 2.3.2).
const REPORTS: [&[u8]; 2] = [b"MAILER-DAEMON", b"Final-Recipient:"];

/// A label is a few words.
const LABEL: usize = 40;

/// The page of one log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// Whom the mail is for, as far as one is named; who else is named is somebody around it.
    recipient: Vec<u8>,
    /// Lines behind the failure that name somebody, and nobody to whom the mail is: settings with their accounts.
    settings: Vec<Vec<u8>>,
    /// Lines that each tell of a failure of their own: what two customers see, or what is seen before a change and after it.
    parts: Vec<Vec<u8>>,
}

impl Page {
    /// `None` where the lines may be records of several mails: they name more than one recipient, tell of several times, each
    /// of a number of its own, or begin alike with hardly anything else between them. So too where somebody speaks SMTP,
    /// which is read as such.
    pub(super) fn of(records: &[&Record<'_>]) -> Option<Page> {
        if records.len() > PASTED {
            return None;
        }
        let filled: Vec<&Record<'_>> =
            records.iter().copied().filter(|record| !record.line.trim_ascii().is_empty()).collect();
        let mut gathered =
            Gathered { is_report: filled.iter().any(|record| is_of_report(record)), ..Gathered::default() };
        for record in &filled {
            gathered.now = if record.stamp.is_empty() { gathered.now } else { record.stamp };
            if record.is_wordless() {
                continue;
            }
            let verdict = record.verdict();
            if record.told.dialogue || gathered.is_begun_again(record, verdict) {
                return None;
            }
            if !record.told.recipients.is_empty() {
                gathered.name(record, verdict);
            }
            if verdict.is_some_and(|sent| gathered.is_told_again(record, sent)) {
                return None;
            }
        }
        gathered.page(filled.len()).map(|page| Page { parts: parts(&filled), ..page })
    }

    /// What a line of the page tells of its mail.
    pub(super) fn read<'a>(&self, text: &'a [u8], event: Event<'a>) -> Event<'a> {
        match event {
            // It failed: what was sent is something else, or part of the prose.
            Event::Outcome(Outcome { sent: Some(true), .. }) => Event::Note(b""),
            Event::Outcome(outcome) => {
                let known = outcome.recipients.eq_ignore_ascii_case(&self.recipient)
                    && !self.settings.iter().any(|setting| setting == text);
                let recipients = if known { outcome.recipients } else { b"" };
                // The line is the number of its failure; lines without one go on about it.
                let number = if self.parts.iter().any(|part| part == text) { text } else { b"" };
                Event::Outcome(Outcome { recipients, part: Extent::Page, number, ..outcome })
            }
            other => other,
        }
    }
}

fn is_of_report(record: &Record<'_>) -> bool {
    REPORTS.iter().any(|mark| memchr::memmem::find(record.line, mark).is_some())
}

/// The first line of its kind, and the newest stamp then.
#[derive(Clone, Copy)]
struct First<'a> {
    line: &'a [u8],
    stamp: &'a [u8],
}

/// What the lines so far tell.
#[derive(Default)]
struct Gathered<'a> {
    is_report: bool,
    /// The newest stamp, which may stand over a block of lines.
    now: &'a [u8],
    /// The lines up to the first success; one of them again behind it begins another mail.
    began: BTreeSet<&'a [u8]>,
    has_sent: bool,
    /// Who is named, and who is named in the header of a report, which is addressed to the sender of the mail.
    named: BTreeSet<Vec<u8>>,
    headed: BTreeSet<Vec<u8>>,
    /// Lines that name recipients, by these and how the line begins.
    heads: BTreeMap<(&'a [u8], Head), First<'a>>,
    /// The line that names the mail stood before the failure, and stands behind it again.
    is_renamed: bool,
    settings: Vec<Vec<u8>>,
    /// Lines that say how a mail ended, by the reply in them or else the line.
    verdicts: BTreeMap<&'a [u8], First<'a>>,
    /// The last of them tells of a mail that went out.
    last_sent: bool,
    /// Times at which a mail ended, or was tried again.
    stamps: BTreeSet<&'a [u8]>,
}

impl<'a> Gathered<'a> {
    /// Whether a line from before the first success stands behind it again.
    fn is_begun_again(&mut self, record: &Record<'a>, verdict: Option<bool>) -> bool {
        if self.has_sent && self.began.contains(record.text) {
            return true;
        }
        self.has_sent |= verdict == Some(true) || record.told.closes();
        if !self.has_sent {
            self.began.insert(record.text);
        }
        false
    }

    /// A line that names somebody.
    fn name(&mut self, record: &Record<'a>, verdict: Option<bool>) {
        let (text, recipients) = (record.text, record.told.recipients);
        let has_failed = !self.verdicts.is_empty();
        // Who is named again later, in a line that begins as one before, is tried again.
        let here = First { line: text, stamp: self.now };
        let before = self.heads.get(&(recipients, head(text))).copied();
        let first = *self.heads.entry((recipients, head(text))).or_insert(here);
        if has_failed && first.stamp != self.now {
            self.stamps.extend([first.stamp, self.now]);
        }
        let again = before.is_some_and(|before| before.line == text);
        self.is_renamed |= has_failed && !self.is_report && again && verdict.is_none();
        if has_failed && verdict.is_none() && !is_addressed(text, recipients) {
            self.settings.push(text.to_vec());
        }
        let is_header_of_report = self.is_report && verdict.is_none() && is_header(text);
        let names = if is_header_of_report { &mut self.headed } else { &mut self.named };
        names.insert(recipients.to_ascii_lowercase());
    }

    /// A line that says how a mail ended; whether it does so for another mail than the same line before.
    fn is_told_again(&mut self, record: &Record<'a>, sent: bool) -> bool {
        let text = record.text.trim_ascii();
        // The same reply in other words is told again.
        let reply = quoted_reply(record.text).map(|reply| reply.text).filter(|reply| !reply.is_empty());
        let here = First { line: text, stamp: self.now };
        let first = *self.verdicts.entry(reply.unwrap_or(text)).or_insert(here);
        if first.line == text && (self.is_renamed || first.stamp != self.now && !first.stamp.is_empty()) {
            return true;
        }
        self.last_sent = sent;
        self.stamps.insert(record.stamp);
        false
    }

    /// The page, where all of its lines are about one mail that failed. `filled` is their number.
    fn page(mut self, filled: usize) -> Option<Page> {
        self.stamps.remove(&b""[..]); // lines without one
        let lines = || self.verdicts.values().map(|first| first.line);
        let numbered: BTreeSet<(&[u8], &[u8])> = lines().filter_map(words_before_number).collect();
        let has_failed = !self.verdicts.is_empty() && !self.last_sent;
        let are_apart = self.verdicts.len() * 2 <= filled || are_distinct(lines().map(beginning));
        let is_one = has_failed
            && are_apart
            && are_distinct(numbered.iter().map(|(words, _)| *words))
            && self.stamps.len() < 2
            && self.named.len() < 2;
        let names = [self.named, self.headed].into_iter().find(|names| !names.is_empty()).unwrap_or_default();
        let recipient = Some(names).filter(|names| names.len() == 1).into_iter().flatten().next().unwrap_or_default();
        is_one.then_some(Page { recipient, settings: self.settings, parts: Vec::new() })
    }
}

/// The lines that each tell of a failure of their own, where there are several: behind labels that begin alike, as those of a list
/// do (`Customer A: `, `Customer B: `), or as quotations that stand alone and mean different things.
fn parts(filled: &[&Record<'_>]) -> Vec<Vec<u8>> {
    let failed = || filled.iter().filter(|record| record.verdict() == Some(false));
    let listed: Vec<(&[u8], &[u8])> =
        failed().filter_map(|record| Some((label_of_list(record.text)?, record.text))).collect();
    let alike = |(label, _): &(&[u8], &[u8])| {
        let kind = |label| (words_in(label).next(), words_in(label).count());
        listed.iter().filter(|(other, _)| other != label && kind(other) == kind(label)).count() > 0
    };
    let parts: Vec<Vec<u8>> = listed.iter().filter(|listed| alike(listed)).map(|(_, text)| text.to_vec()).collect();
    if !parts.is_empty() {
        return parts;
    }
    let alone = |text| quotation(text).or_else(|| reply_alone(text));
    let quoted = || failed().filter_map(|record| Some((means(alone(record.text)?)?, record.text)));
    let causes: BTreeSet<Cause> = quoted().map(|(cause, _)| cause).collect();
    if causes.len() > 1 && causes.len() == quoted().count() {
        return quoted().map(|(_, text)| text.to_vec()).collect();
    }
    Vec::new()
}

/// `Customer A (dentist)` of `Customer A (dentist): 550 no`: a label that says which of several it is about, where what is said
/// of it means something.
fn label_of_list(text: &[u8]) -> Option<&[u8]> {
    let (label, said) = text.split_at(memchr::memmem::find(text, b": ").filter(|end| *end <= LABEL)?);
    let first = word_classes(words_in(label).next()?);
    let tells = [WordClass::Failed, WordClass::Detail, WordClass::Reply, WordClass::Begins];
    let names = words_in(label).count() > 1 && label.iter().all(|b| is_word_byte(*b) || b" ()#-'".contains(b));
    (names && !tells.iter().any(|class| first.has(*class)) && means(said).is_some()).then_some(label)
}

/// What stands in quotation marks, where nothing else does.
fn quotation(text: &[u8]) -> Option<&[u8]> {
    let text = text.trim_ascii();
    let inner = [b'"', b'`', b'\''].iter().find_map(|mark| {
        let inner = text.strip_prefix(std::slice::from_ref(mark))?.strip_suffix(std::slice::from_ref(mark))?;
        (!inner.contains(mark)).then_some(inner)
    });
    inner.filter(|inner| words_in(inner).count() > 2)
}

/// A refusal with both of its codes, where nothing else stands.
fn reply_alone(text: &[u8]) -> Option<&[u8]> {
    let text = text.trim_ascii();
    let (_, reply) = smtp::reply_line(text).ok()?;
    (reply.code.is_refusal() && reply.enhanced.is_some() && reply.last).then_some(text)
}

fn means(text: &[u8]) -> Option<Cause> {
    let told = Knowledge::builtin().told(text.trim_start_with(|mark| ": ".contains(mark)), None, None)?;
    Some(told.cause).filter(|cause| *cause != Cause::UnknownReply)
}

fn are_distinct<'a>(texts: impl Iterator<Item = &'a [u8]> + Clone) -> bool {
    texts.clone().collect::<BTreeSet<_>>().len() == texts.count()
}

/// The first words of a record.
fn beginning(text: &[u8]) -> &[u8] {
    let mut ends = text.iter().enumerate().filter(|(_, b)| b.is_ascii_whitespace()).map(|(at, _)| at);
    &text[..ends.nth(1).unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::{super::of_lines, *};

    fn of(text: &str) -> Option<Page> {
        of_lines(text, Page::of)
    }

    #[test]
    fn a_page_about_one_mail() {
        let page = "Address not found\nYour message to a@b.example could not be delivered.\nLearn more\n\n\
                    The response was:\n550 5.1.1 The account does not exist\nDSN made by pc\n";
        assert_eq!(of(page).map(|page| page.recipient), Some(b"a@b.example".to_vec()));
        let settings = "Mailing a@b.example\nmailer: Send failed: timeout\nmy settings\ncontact=a@b.example\nport=25\n";
        assert_eq!(of(settings).map(|page| page.settings.len()), Some(1));
        let below = "E-mail could not be sent\nRecipient: a@b.example\nAnswer: 550 5.1.1 User does not exist\n";
        assert!(of(below).is_some(), "whom it was for stands between the failure and its reason");
        let parts = |text| of(text).map(|page| page.parts.len());
        let customers = "Branch A (Roos): Could not send: 535 Incorrect authentication data\n\
                         Branch B (Wit): Could not send: No such host is known\nBoth since Monday.\n";
        assert_eq!(parts(customers), Some(2));
        let quoted = "First I got:\n   \"The operation has timed out.\"\nthen I changed the port and now I get\n\
                      \"Server does not support secure connections.\"\n";
        assert_eq!(parts(quoted), Some(2));
        let chain = "Could not send\nFailure sending mail: Unable to connect\nInner exception: Connection refused\n";
        assert_eq!(parts(chain), Some(0), "one failure in several words");
        let classes = "Could not send\nx.errors.NotThere: Connection refused\ny\nx.errors.Other: Unable to connect\n";
        assert_eq!(parts(classes), Some(0), "the names of exceptions are no list");
        for records in [
            "Mail to a@b.example failed\nx\nMail to c@d.example failed\ny\n",
            "Statement 10 failed: timeout\nprinting\nStatement 11 failed: refused\nprinting\n",
            "08:26:01 Send failed\nx\n08:27:01 Send failed\ny\n",
            "Send failed: timeout\nSend failed: refused\n",
            "Send failed: timeout\nx\nMail sent\ny\n",
            "Connecting\nLogging in\nSend successful!\nConnecting\nLogging in\nSend failed: timeout\n",
            "2026-11-23 08:26\nTo: a@b.example\nSend failed\n2026-11-23 08:27\nTo: a@b.example\nSend failed\n",
            "2026-11-23 08:26\nSending\nError: timeout\n2026-11-23 08:27\nSending\nError: timeout\n",
            "To: a@b.example\nSubject: x\nError: timeout\nTo: a@b.example\nSubject: x\nError: timeout\n",
            "220 mail.b.example ESMTP\n250 Sender ok\n550 5.1.1 User unknown\n221 Bye\n",
        ] {
            assert_eq!(of(records), None, "{records}");
        }
    }
}
