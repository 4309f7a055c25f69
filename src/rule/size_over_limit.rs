//! Mails larger than the server said it takes.

use super::{Actor, Case, Found, Pile, Rule, Seen, Severity, Watch, advice::megabytes};
use crate::{session::Confidence, smtp::Stage};

pub(super) static RULE: Rule = Rule {
    id: "size-over-limit",
    title: "Mails are larger than the server takes",
    looks_for: "A mail that failed is larger than the SIZE that the server announced in its reply to EHLO.",
    why: "The server says at the start how large a mail may be, and refuses what is larger or cuts the connection. An \
          attachment grows by a third on its way.",
    steps: &[
        "Split the statement or send fewer pages, and make the PDF smaller (no scanned pictures).",
        "Ask the provider whether the limit can be raised.",
    ],
    severity: Severity::Warning,
    acts: &[Actor::Customer, Actor::Provider],
    article_step: &["7"],
    sources: &["RFC 1870 (SIZE)", "support article step 7"],
    swallows: &["attachments-only"],
    ask: None,
    watch: || Box::<SizeOverLimit>::default(),
};

#[derive(Default)]
struct SizeOverLimit {
    pile: Pile,
    largest: u64,
    limit: u64,
}

impl Watch for SizeOverLimit {
    fn observe(&mut self, seen: &Seen<'_>) {
        let tx = seen.tx;
        let (Some(bytes), Some(limit)) = (tx.message_bytes, tx.connection.size_limit) else { return };
        if bytes <= limit {
            return;
        }
        if seen.is_delivered() {
            // The server takes more than it says, so its word proves nothing.
            *self = SizeOverLimit::default();
        } else if tx.outcome.is_failure() && tx.stage >= Stage::Mail {
            self.pile.add(seen);
            self.largest = self.largest.max(bytes);
            self.limit = limit;
        }
    }

    fn finish(self: Box<Self>, _: &Case<'_>) -> Option<Found> {
        let (largest, limit) = (megabytes(self.largest), megabytes(self.limit));
        let title = format!("Mails of up to {largest} were sent to a server that takes {limit}");
        Some(Found { title: Some(title.into()), ..Found::new(self.pile, Confidence::Certain) })
    }
}
