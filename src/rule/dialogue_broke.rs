//! A program shows 220, 221 or 250 as the error: what the code means, and what it tells of where the dialogue broke.

use super::{Actor, Case, Found, Pile, Rule, Seen, Severity, Watch, Words};
use crate::{
    knowledge::Cause,
    session::{Confidence, Outcome, Transaction},
    smtp::Stage,
};

pub(super) static RULE: Rule = Rule {
    id: "dialogue-broke",
    title: "The program shows a code as the error that is none",
    looks_for: "The program's words of error quote 220, 221 or 250, or a conversation breaks off after such a reply and \
                nothing else says why.",
    why: "220 is the greeting, 221 the goodbye, 250 means \"done\": none of them is an error. It is the last reply before the \
          conversation broke.",
    steps: &[],
    severity: Severity::Error,
    acts: &[Actor::Technician],
    article_step: &["4"],
    sources: &["RFC 5321 section 4.2.3: 220, 221 and 250", "support article step 4, corrected"],
    swallows: &[],
    ask: None,
    watch: || Box::<DialogueBroke>::default(),
};

#[derive(Default)]
struct DialogueBroke {
    pile: Pile,
    newest: Option<(u16, Stage)>,
    passed: bool,
}

impl Watch for DialogueBroke {
    fn observe(&mut self, seen: &Seen<'_>) {
        if seen.is_delivered() {
            self.passed = true;
        } else if let Some(code) = shown_code(seen.tx) {
            self.passed = false;
            self.newest = Some((code, seen.tx.stage));
            self.pile.add(seen);
        }
    }

    fn finish(self: Box<Self>, _: &Case<'_>) -> Option<Found> {
        let (code, stage) = self.newest?;
        let mut found = Found::new(self.pile, Confidence::Likely);
        found.live = !self.passed;
        let (title, step) = meaning(code, stage);
        found.title = Some(Words::from(format!("{code} is shown as the error: {title}")));
        found.steps = step.iter().map(|step| Words::from(*step)).collect();
        Some(found)
    }
}

/// The meaning of such a code at this stage, and the steps.
pub(super) fn meaning(code: u16, stage: Stage) -> (&'static str, &'static [&'static str]) {
    match (code, stage) {
        (220, Stage::Tls) => (
            "the server was ready for TLS, and the conversation broke before TLS began",
            &[
                "Pause the antivirus mail shield and send one test mail.",
                "If port and mode are 587 and SSL/TLS, use STARTTLS instead, or port 465 with SSL/TLS.",
                "Update the mail engine, so that it speaks TLS 1.2.",
            ],
        ),
        (220, Stage::Connect | Stage::Greeting) => (
            "the program expected SSL/TLS and got the server's plain greeting, so port and mode do not fit",
            &[
                "Use port 587 with STARTTLS, or port 465 with SSL/TLS; not SSL/TLS on 587 or 25.",
                "If both are right, pause the antivirus mail shield: it may answer in the server's place.",
            ],
        ),
        (220, _) => (
            "the conversation broke right after the server's greeting",
            &[
                "Pause the antivirus mail shield and send one test mail.",
                "Use port 587 with STARTTLS, or port 465 with SSL/TLS.",
            ],
        ),
        (221, _) => (
            "it is the server's goodbye after the program gave up; the reply before it tells why",
            &[
                "Look at the reply before the 221 in the log: that is the one to act on.",
                "If there is none, port and mode do not fit: use 587 with STARTTLS, or 465 with SSL/TLS.",
            ],
        ),
        (_, Stage::Data | Stage::Done) => (
            "the server took what came before, and the conversation broke while the message was sent",
            &[
                "Look at what came after the 250: the mail may have gone out, so ask the recipient before sending it again.",
                "Send one test mail without an attachment with the antivirus mail shield paused.",
            ],
        ),
        _ => (
            "the server took what came before, and the conversation broke after it",
            &[
                "Look at what came after the 250 in the log: the command there was never answered.",
                "Pause the antivirus mail shield and send one test mail.",
                "Use port 587 with STARTTLS, or port 465 with SSL/TLS.",
            ],
        ),
    }
}

/// The 2xx code that the program shows for this failure.
fn shown_code(tx: &Transaction) -> Option<u16> {
    if tx.outcome != Outcome::Failed {
        return None;
    }
    if let Some(error) = &tx.error {
        let quoted = quoted_code(error.text.expose());
        // Words that say more than "it failed" may hold such a number for another reason.
        return quoted.filter(|code| *code == 220 || !error.certain);
    }
    // Where the log ends nobody shows anything: what came next is missing.
    if tx.breaks_off() {
        return None;
    }
    // It has no other reply in hand to show.
    tx.trace.last_code.map(|code| code.0).filter(|code| tx.cause == Some(Cause::ConnDropped) && is_good(*code))
}

/// The first status code in the words, if it is one that means no error.
fn quoted_code(text: &[u8]) -> Option<u16> {
    let mut words = text.split(|b| !b.is_ascii_alphanumeric() && *b != b'.');
    let code = |word: &[u8]| match word {
        [a @ b'2'..=b'5', b @ b'0'..=b'9', c @ b'0'..=b'9'] => {
            Some([a, b, c].into_iter().fold(0, |n, d| n * 10 + u16::from(d - b'0')))
        }
        _ => None,
    };
    words.find_map(code).filter(|code| is_good(*code))
}

fn is_good(code: u16) -> bool {
    matches!(code, 220 | 221 | 250)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_code_counts() {
        assert_eq!(quoted_code(b"SSL error: unexpected reply 220 mail.example.co.za ESMTP"), Some(220));
        assert_eq!(quoted_code(b"SMTP error (221): 2.0.0 Bye"), Some(221));
        assert_eq!(quoted_code(b"535 5.7.8 refused after 250"), None);
        assert_eq!(quoted_code(b"Socket Error 10054, 4250 bytes sent to 10.0.0.250"), None);
    }
}
