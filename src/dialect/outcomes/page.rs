//! A page about one mail, as people paste it: a report that it came back, an error with its trace, a window, a question with
//! the error amid its prose. All that it tells of a failure is about that mail, however often and in whatever words.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    PASTED, Record,
    mails::head,
    place::{is_addressed, words_before_number},
};
use crate::{
    dialect::{Event, Extent, Outcome, header::is_header},
    knowledge::quoted_reply,
};

/// Who sends reports that a mail came back, and a field of these (RFC 3464 section 2.3.2).
const REPORTS: [&[u8]; 2] = [b"MAILER-DAEMON", b"Final-Recipient:"];

/// The page of one log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// Whom the mail is for, as far as one is named; who else is named is somebody around it.
    recipient: Vec<u8>,
    /// Lines behind the failure that name somebody, and nobody to whom the mail is: settings with their accounts.
    settings: Vec<Vec<u8>>,
}

impl Page {
    /// `None` where the lines may be records of several mails: they name more than one recipient, tell of several times, each
    /// of a number of its own, or begin alike with hardly anything else between them.
    pub(super) fn of(records: &[&Record<'_>]) -> Option<Page> {
        if records.len() > PASTED {
            return None;
        }
        let (mut named, mut headed) = (BTreeSet::new(), BTreeSet::new());
        let (mut stamps, mut heads, mut verdicts) = (BTreeSet::new(), BTreeMap::new(), BTreeMap::new());
        let (mut last, mut settings) = (true, Vec::new());
        let filled: Vec<&Record<'_>> =
            records.iter().copied().filter(|record| !record.line.trim_ascii().is_empty()).collect();
        let reports =
            |record: &&Record<'_>| REPORTS.iter().any(|mark| memchr::memmem::find(record.line, mark).is_some());
        let is_report = filled.iter().any(reports);
        // The lines up to the first success; one of them again behind it begins another mail.
        let (mut began, mut has_sent) = (BTreeSet::new(), false);
        // The newest stamp, which may stand over a block of lines.
        let mut now: &[u8] = b"";
        // The line that names the mail stood before the failure, and stands behind it again.
        let mut renamed = false;
        for record in &filled {
            let Record { stamp, text, told: about, .. } = **record;
            now = if stamp.is_empty() { now } else { stamp };
            if record.is_wordless() {
                continue;
            }
            // Somebody speaks SMTP, and is read as such.
            if about.dialogue {
                return None;
            }
            let verdict = record.verdict();
            if has_sent && began.contains(text) {
                return None;
            }
            has_sent |= verdict == Some(true) || about.closes();
            if !has_sent {
                began.insert(text);
            }
            if !about.recipients.is_empty() {
                // Who is named again later, in a line that begins as one before, is tried again.
                let (first, line) = *heads.entry((about.recipients, head(text))).or_insert((now, text));
                if !verdicts.is_empty() && first != now {
                    stamps.extend([first, now]);
                }
                renamed |= !verdicts.is_empty() && !is_report && line == text && verdict.is_none();
                if !verdicts.is_empty() && verdict.is_none() && !is_addressed(text, about.recipients) {
                    settings.push(text.to_vec());
                }
                // The header of a report is addressed to the sender of the mail.
                let around = is_report && verdict.is_none() && is_header(text);
                if around { &mut headed } else { &mut named }.insert(about.recipients.to_ascii_lowercase());
            }
            if let Some(sent) = verdict {
                // The same reply in other words is told again.
                let key = quoted_reply(text).map(|reply| reply.text).filter(|reply| !reply.is_empty());
                let (first, then) =
                    *verdicts.entry(key.unwrap_or(text.trim_ascii())).or_insert((text.trim_ascii(), now));
                if first == text.trim_ascii() && (renamed || then != now && !then.is_empty()) {
                    return None;
                }
                last = sent;
                stamps.insert(stamp);
            }
        }
        stamps.remove(&b""[..]);
        let distinct = |beginnings: Vec<&[u8]>| beginnings.iter().collect::<BTreeSet<_>>().len() == beginnings.len();
        let numbered: BTreeSet<(&[u8], &[u8])> =
            verdicts.values().filter_map(|(text, _)| words_before_number(text)).collect();
        let apart = verdicts.len() * 2 <= filled.len()
            || distinct(verdicts.values().map(|(text, _)| beginning(text)).collect());
        let one = !last
            && apart
            && distinct(numbered.iter().map(|(words, _)| *words).collect())
            && stamps.len() < 2
            && named.len() < 2;
        let recipient = [named, headed].into_iter().find(|names| !names.is_empty()).filter(|names| names.len() == 1);
        one.then(|| Page { recipient: recipient.into_iter().flatten().next().unwrap_or_default(), settings })
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
                Event::Outcome(Outcome { recipients, part: Extent::Page, ..outcome })
            }
            other => other,
        }
    }
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
