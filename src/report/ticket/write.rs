//! From what was collected to the ten parts.

use crate::{
    dialect::Stamp,
    knowledge::{Cause, Knowledge},
    redact::{ExcerptLine, Redactor},
    rule::{self, State, advice},
    session::Connection,
};

use super::{
    super::{
        failures::refused_or_first,
        row::{FindingRow, TOOL, TransactionRow},
        state_text,
        text::{counted, number},
        volume::{Way, way},
    },
    LocatedAttempt, Proof, Ticket,
    clock::Zone,
    page::{Block, Page, Part},
};

/// Asks the desk to look soon: some found nothing because their logs were gone by then.
const LOOK_SOON: &str = "Please look soon: many servers keep their logs for a few days only. Server, port, times in UTC, the \
                    public address and the ids in the replies below are there to find it by.";
/// Fields that only the practice can fill in.
const BLANK_FIELDS: [&str; 4] = ["Practice", "Account number", "Phone", "Your reference"];
const BLANK_LINE: &str = "____________________";
/// Steps of the practice's own that a desk wants to know of.
const MAX_OWN_STEPS: usize = 4;
/// A failure of so many days ago may be in no server's log any more.
const OLD_DAYS: i64 = 3;
/// Rows of a table that a desk reads.
const MAX_TABLE_ROWS: usize = 6;

impl Ticket<'_> {
    /// The ticket, ready for any paper, and the gate with all that it has seen.
    pub(crate) fn page(mut self, proof: &Proof) -> (Page, Redactor) {
        let page = Page { title: self.title(), parts: self.parts(proof) };
        (page, self.rows.into_gate())
    }

    fn parts(&mut self, proof: &Proof) -> Vec<Part> {
        let failed = self.failed();
        let zone = failed.as_ref().and_then(|failed| self.zone(failed));
        let zone = zone.as_ref();
        let part = |title, blocks| Part { title, blocks };
        let first_part = if failed.is_some() { "What fails" } else { "Whether mail goes out" };
        let mut parts = vec![part(first_part, vec![Block::Text(self.sentence(failed.as_ref(), zone))])];
        let asks = questions(self.knowledge, &self.findings);
        if let Some(failed) = &failed {
            parts.push(part(
                "What we ask you to check",
                vec![Block::List(first(asks, 4)), Block::Text(LOOK_SOON.to_owned())],
            ));
            parts.push(part("Facts", vec![Block::Facts(self.facts(failed, proof, zone))]));
            parts.push(part("One failed attempt", transcript(proof, zone, failed.tx.trace.auth_sent)));
            parts.push(part("The last mail that went out", vec![self.difference(failed, zone)]));
            parts.push(part("Different replies", self.replies(zone)));
        }
        if self.attempts > 0 {
            parts.push(part("What was tried", vec![self.tried()]));
        }
        if let Some(seen) = self.seen.take() {
            let head = vec!["Server", "How far", "What was seen"];
            let blocks = vec![Block::Text(seen.words()), Block::Table { head, rows: seen.rows }];
            parts.push(part("What this PC sees of the server now", blocks));
        }
        let own = self.own_steps();
        if failed.is_some() && !own.is_empty() {
            parts.push(part("What the practice does itself", vec![Block::List(own)]));
        }
        if self.attempts > 0 {
            parts.push(part("How much is sent", vec![Block::Text(self.sent_volume(failed.as_ref()))]));
        }
        parts.push(part("How to read this", vec![Block::Text(self.reading())]));
        parts.push(part("Checksums", vec![Block::List(self.checksums(proof))]));
        parts
    }

    /// The failed attempt to be shown: of the finding that stands first.
    fn failed(&mut self) -> Option<LocatedAttempt> {
        let cause = self.chosen()?;
        self.failed.remove(&cause)
    }

    /// The title by the state of the mail: nobody looks for a fault where mail goes out.
    fn title(&self) -> String {
        let condition = self.judged.condition();
        let what = match condition.state {
            State::Stopped => "Mail cannot be sent",
            State::Partly => "Some mail cannot be sent",
            State::Recovered => "Mail could not be sent, and goes out again",
            State::Flowing => "Mail goes out",
            State::Undecided => "It is not decided whether mail goes out",
            State::Idle => "No attempt to send mail",
        };
        format!("{what}: evidence from the mail program's log")
    }

    /// The steps of the first finding, where somebody at the practice acts.
    fn own_steps(&self) -> Vec<String> {
        let own = |row: &&FindingRow| row.standing && row.acts.iter().any(|who| *who != "provider");
        let steps = self.findings.iter().take(1).filter(own).flat_map(|row| &row.steps);
        steps.take(MAX_OWN_STEPS).map(ToString::to_string).collect()
    }

    fn sentence(&self, failed: Option<&LocatedAttempt>, zone: Option<&Zone>) -> String {
        let (Some(failed), Some(top)) = (failed, self.findings.first()) else {
            return format!("{} There is nothing to ask.", state_text::sentence(&self.judged, &self.totals));
        };
        let sender = failed.row.mail_from.as_ref().map_or(String::new(), |from| format!(" for {from}"));
        let when = match (self.first_failure, self.last_failure) {
            (Some(first), Some(last)) if first.to_string() != last.to_string() => {
                format!(", since {}, last at {}", moment(zone, &first), moment(zone, &last))
            }
            (Some(one), _) | (None, Some(one)) => format!(", at {}", moment(zone, &one)),
            (None, None) => String::new(),
        };
        let title = top.title.as_str().trim_end_matches('.');
        let age = self.last_failure.and_then(|last| last.date).map(|date| (self.judged.now.date() - date).num_days());
        let age = age.filter(|days| *days >= OLD_DAYS).map_or_else(String::new, |days| {
            format!(
                " The newest failure is {days} days old, and many servers keep their logs for less: send one test mail and \
                 write this ticket anew."
            )
        });
        let condition = self.judged.condition();
        let again = match condition.state {
            State::Recovered => format!(" It has passed. {}", state_text::of(&condition)),
            _ => String::new(),
        };
        let (failed, of) = (number(self.counted), counted(self.attempts, "attempt"));
        format!(
            "{failed} of {of} failed{sender}{when}. First to look at: {title} ({}).{again}{age}",
            counted(top.count, "attempt")
        )
    }

    fn facts(&mut self, failed: &LocatedAttempt, proof: &Proof, zone: Option<&Zone>) -> Vec<(&'static str, String)> {
        let (row, tx) = (&failed.row, &failed.tx);
        let connection: &Connection = &tx.connection;
        let gate = self.rows.gate();
        let greeting = connection.greeting.as_ref().map(|greeting| gate.text(greeting).to_string());
        let client = connection.client_name.as_ref().map(|name| gate.client_name(name).to_string());
        let server = match (self.tried.only_server(), &connection.host, &row.server_host) {
            (Some(server), None, None) => format!("{server} (named by other attempts); this one: {}", way(row)),
            (_, None, Some(_)) => format!("{} (name from its greeting)", way(row)),
            _ => way(row),
        };
        // Only the practice knows these.
        let mut facts: Vec<_> = BLANK_FIELDS.map(|name| (name, BLANK_LINE.to_owned())).to_vec();
        facts.push(("Server", server));
        if row.server_port.is_none() {
            facts.push(("Port", "not in the log".to_owned()));
        }
        facts.extend(greeting.map(|words| ("Greeting", words)));
        // An attempt that fails before MAIL names nobody; the mail before it does.
        let sender = row.mail_from.as_ref().or(self.sent.as_ref().and_then(|sent| sent.row.mail_from.as_ref()));
        facts.extend(sender.map(|from| {
            let domain = if from.as_str().contains('@') { "" } else { " (an address without a domain)" };
            ("Sender", format!("{from}{domain}"))
        }));
        facts.extend(refused_or_first(row).map(|to| ("Recipient", addressee(to.address.as_str(), row))));
        let from = tx.mail_from.as_ref().or(self.sent.as_ref().and_then(|sent| sent.tx.mail_from.as_ref()));
        let same = from.and_then(|from| tx.sign_in.is_user(from));
        facts.extend(row.auth_user_shape.as_ref().map(|user| {
            let name = match same {
                Some(true) => "the sender's address".to_owned(),
                Some(false) => format!("{user}, which is not the sender's address"),
                None => user.to_string(),
            };
            ("Sign-in name", name)
        }));
        facts.push(("Public address", public_address(proof)));
        facts.extend(client.map(|name| ("Client name", name)));
        facts.extend(
            connection.size_limit.map(|limit| {
                ("Size limit", format!("{} announced: {}", counted(limit, "byte"), advice::attached(limit)))
            }),
        );
        facts.extend(row.message_bytes.map(|bytes| ("Message size", counted(bytes, "byte"))));
        facts.push(("Log written by", row.dialect.to_string()));
        facts.push(("Times", zone.map_or("the log has none".to_owned(), |zone| zone.words.clone())));
        facts
    }

    /// The zone of the log's times, as far as this attempt tells it.
    fn zone(&mut self, failed: &LocatedAttempt) -> Option<Zone> {
        let gate = self.rows.gate();
        let greeting = failed.tx.connection.greeting.as_ref().map(|greeting| gate.text(greeting).to_string());
        Zone::of(greeting.as_deref(), failed.tx.first_time().as_ref())
    }

    /// The last mail that went out beside the one that failed: time and way, size, domain of the recipient.
    fn difference(&self, failed: &LocatedAttempt, zone: Option<&Zone>) -> Block {
        let Some(sent) = &self.sent else {
            return Block::Text("No mail in this log went out.".to_owned());
        };
        let when = sent.tx.ended_at.map_or(format!("line {}", sent.row.line_last), |stamp| moment(zone, &stamp));
        let pair = |sent: String, failed: String| {
            if sent == failed { format!("the same ({sent})") } else { format!("{sent}; now {failed}") }
        };
        // What one of the two does not tell is no difference.
        let both = |of: &dyn Fn(&TransactionRow) -> Option<String>| Some(pair(of(&sent.row)?, of(&failed.row)?));
        let bytes = both(&|row| row.message_bytes.map(|n| counted(n, "byte")));
        let domain = both(&|row| Some(row.recipients.first()?.address.as_str().rsplit_once('@')?.1.to_owned()));
        let how = format!("When and how: {when}; {}", pair(way(&sent.row), way(&failed.row)));
        let size = bytes.map(|bytes| format!("Size: {bytes}"));
        let domain = domain.map(|domain| format!("Recipient's domain: {domain}"));
        Block::List(std::iter::once(how).chain(size).chain(domain).collect())
    }

    fn replies(&mut self, zone: Option<&Zone>) -> Vec<Block> {
        let (failures, others) = std::mem::take(&mut self.failures).commonest();
        let more = failures.iter().skip(MAX_TABLE_ROWS).map(|failure| failure.count).sum::<u64>() + others;
        let rows = failures.into_iter().take(MAX_TABLE_ROWS).map(|failure| {
            let at = |stamp: Option<Stamp>| stamp.map(|stamp| moment(zone, &stamp));
            let span = match (at(failure.first), at(failure.last)) {
                (Some(first), Some(last)) if first != last => format!("{first} to {last}"),
                (_, last) => last.unwrap_or_default(),
            };
            vec![
                if failure.count == 1 { "once".to_owned() } else { counted(failure.count, "time") },
                span,
                if failure.words.is_empty() { "(no reply and no word of error)".to_owned() } else { failure.words },
            ]
        });
        let mut blocks =
            vec![Block::Table { head: vec!["Count", "First and last", "Reply or error"], rows: rows.collect() }];
        if more > 0 {
            blocks.push(Block::Text(format!("{} of other kinds.", counted(more, "failure"))));
        }
        blocks
    }

    fn tried(&self) -> Block {
        let row = |way: &Way| {
            let cause = way.cause.map_or(String::new(), |cause| format!(", last trouble {cause}"));
            vec![way.name.clone(), format!("{} of {} sent{cause}", number(way.sent), number(way.attempts))]
        };
        Block::Table {
            head: vec!["Way", "Result"],
            rows: self.tried.ways.iter().take(MAX_TABLE_ROWS).map(row).collect(),
        }
    }

    fn sent_volume(&self, failed: Option<&LocatedAttempt>) -> String {
        let newest: Vec<String> = self
            .volume
            .days
            .iter()
            .rev()
            .take(5)
            .map(|(date, day)| format!("{date}: {} sent, {} failed", number(day.sent), number(day.failed)))
            .collect();
        if newest.is_empty() {
            return format!("{} in all; the log has no dates.", counted(self.attempts, "attempt"));
        }
        let burst = self.volume.busiest.map_or(String::new(), |(hour, count)| {
            format!(" Most in one hour: {} ({}).", number(count), hour.format("%Y-%m-%d %H:%M"))
        });
        let host = failed.and_then(|failed| failed.row.server_host.as_ref());
        let provider = host.and_then(|host| self.knowledge.providers().by_host(host.as_str().as_bytes()));
        let limit = provider.map_or(String::new(), |provider| {
            let hourly = provider.messages_per_hour.map(|n| format!("{n} an hour"));
            let daily = provider.messages_per_day.map(|n| format!("{n} a day"));
            let limits: Vec<String> = daily.into_iter().chain(hourly).collect();
            if limits.is_empty() {
                String::new()
            } else {
                format!(" {} publishes: {}.", provider.name, limits.join(", "))
            }
        });
        format!("{}.{burst}{limit}", newest.join("; "))
    }

    fn reading(&self) -> String {
        let tally = &self.totals.tally;
        let facts = self.totals.facts.as_ref().map_or_else(String::new, |facts| format!(" {facts}."));
        let back = if self.mapped {
            " The practice turns recipient-N back with mtmlog who: quote it in your answer."
        } else {
            ""
        };
        format!(
            "Passwords, the text of messages, names, subjects, files and recipients were removed. recipient-1, domain-1 and pc-1 stand for the same one throughout; domains end in .invalid unless they are a public provider's. Reply codes, \
             reply words, server names, sizes, times and ids are as the log has them.{back} {} of {} were not understood. The \
             log is the mail program's view only. Written by {} {}.{facts}",
            number(tally.unknown),
            counted(tally.lines, "line"),
            TOOL.name,
            TOOL.version
        )
    }

    fn checksums(&self, proof: &Proof) -> Vec<String> {
        // The folder is nobody's business.
        let name = |file: usize| {
            self.files.get(file).map_or(String::new(), |row| {
                row.file.as_str().rsplit(['/', '\\']).next().unwrap_or_default().to_owned()
            })
        };
        let mut sums: Vec<String> =
            proof.checksums.iter().map(|(file, sum)| format!("SHA-256 of {}: {sum}", name(*file))).collect();
        if sums.is_empty() {
            sums.push("The log was read from a stream and has no checksum.".to_owned());
        }
        first(sums, MAX_TABLE_ROWS)
    }
}

fn addressee(address: &str, row: &TransactionRow) -> String {
    let number = address.split('@').next().and_then(|name| name.strip_prefix("recipient-"));
    let reveal = number.map_or_else(String::new, |number| format!(" (hidden; --reveal-recipient {number} shows it)"));
    match (row.recipients.len(), row.rcpt_accepted) {
        (0 | 1, _) => format!("{address}{reveal}"),
        (all, taken) => format!("{address}{reveal}; of {all} recipients {taken} were taken"),
    }
}

/// A time at the practice with UTC beside it, where the log's zone is known or assumed.
fn moment(zone: Option<&Zone>, stamp: &Stamp) -> String {
    zone.map_or_else(|| stamp.to_string(), |zone| zone.moment(stamp))
}

/// One question each, with the causes it is about.
fn questions(knowledge: &Knowledge, findings: &[FindingRow]) -> Vec<String> {
    let mut asks: Vec<(&str, Vec<&'static str>)> = Vec::new();
    let asked = |row: &FindingRow| match rule::ask(row.finding) {
        Some(question) => Some((question, row.finding)),
        None => Cause::from_code(row.cause?).map(|cause| (&*knowledge.cause(cause).ask, cause.code())),
    };
    for (question, code) in findings.iter().filter_map(asked) {
        match asks.iter_mut().find(|(known, _)| *known == question) {
            Some((_, codes)) if codes.contains(&code) => {}
            Some((_, codes)) => codes.push(code),
            None => asks.push((question, vec![code])),
        }
    }
    asks.into_iter().map(|(question, codes)| format!("{question} ({})", codes.join(", "))).collect()
}

fn first(mut items: Vec<String>, most: usize) -> Vec<String> {
    if items.len() > most {
        let more = items.len() - most;
        items.truncate(most);
        items.push(format!("and {more} more"));
    }
    items
}

fn transcript(proof: &Proof, zone: Option<&Zone>, signs_in: bool) -> Vec<Block> {
    let (head, tail, left_out) = &proof.transcript;
    let zone = zone.filter(|_| head.iter().chain(tail).any(|line| line.time.is_some()));
    let shown = |line: &ExcerptLine| match (zone, &line.time) {
        (Some(zone), Some(time)) => format!("{:>5} {} {}", line.line, zone.both(time), line.text),
        (Some(_), None) => format!("{:>5} {:18} {}", line.line, "", line.text),
        (None, _) => format!("{:>5} {}", line.line, line.text),
    };
    let mut lines: Vec<String> = head.iter().map(shown).collect();
    if *left_out > 0 {
        lines.push(format!("      [{} left out]", counted(*left_out, "line")));
    }
    lines.extend(tail.iter().map(shown));
    if lines.is_empty() {
        return vec![Block::Text("The lines cannot be shown: too much of the log came as a stream.".to_owned())];
    }
    let words = match zone {
        Some(zone) => format!(
            "Each line: its number in the log, the time at the practice, the time in UTC ({}), and what the log has.",
            zone.how
        ),
        None => "Each line with its number in the log. The log writes no time of day beside them.".to_owned(),
    };
    let hidden = if signs_in { " What stands behind AUTH are stand-ins for the real name and password." } else { "" };
    vec![Block::Text(words + hidden), Block::Log(lines)]
}

/// The address of the practice as the server saw it: `at your service, [ip]`, `Hello name [ip]`.
fn public_address(proof: &Proof) -> String {
    let (head, tail, _) = &proof.transcript;
    let mut said = head.iter().chain(tail).filter_map(|line| {
        let text = line.text.as_str();
        let at = text.find("Hello").or_else(|| text.find("at your service"))?;
        let (_, rest) = text[at..].split_once('[')?;
        Some(rest.split_once(']')?.0.to_owned())
    });
    match said.next_back() {
        Some(address) if address.starts_with("private-ip-") || address.starts_with("127.") => {
            format!(
                "{address}: the server saw an address of an inner network, so a relay or an antivirus program is in between"
            )
        }
        Some(address) => address,
        None => "not in the log".to_owned(),
    }
}
