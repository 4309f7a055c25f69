//! The first line: does mail go out, since when, and how old is the newest entry?

use chrono::NaiveDateTime;

use crate::{
    dialect::Stamp,
    knowledge::Cause,
    rule::{Condition, Reach, Standing, State},
};

use super::{
    Customer, Judged, Totals,
    text::{Ink, counted, number},
};

/// The state of the only customer; where nothing was read, why.
pub(super) fn sentence(judged: &Judged, totals: &Totals) -> String {
    let tally = &totals.tally;
    let read = totals.files.saturating_sub(totals.skipped + totals.unreadable);
    if totals.files == 0 || read == 0 && totals.unreadable == 0 {
        return "No log was found: there is nothing to judge.".to_owned();
    }
    if read == 0 {
        return "No log could be read.".to_owned();
    }
    if tally.lines == 0 {
        return "The log is empty: the program has written nothing yet.".to_owned();
    }
    if tally.understood == 0 {
        return "No line was recognised as SMTP: this does not look like a mail log that mtmlog knows.".to_owned();
    }
    let condition = judged.condition();
    if condition.state == State::Idle { idle(judged) } else { of(&condition) }
}

/// The state of one customer of many.
pub(super) fn about(customer: &Customer, judged: &Judged) -> String {
    let condition = &customer.judgement.condition;
    match condition.state {
        _ if customer.is_unread() => format!("{} could not be read as a log.", counted(customer.unreadable, "file")),
        State::Idle if customer.lines == 0 => "The log is empty: the program has written nothing yet.".to_owned(),
        State::Idle if !judged.period.words.is_empty() => format!("No attempt {}.", judged.period.words),
        _ => of(condition),
    }
}

/// No attempt in the asked period.
fn idle(judged: &Judged) -> String {
    let period = &judged.period;
    if period.words.is_empty() {
        return "The log holds no attempt to send a message.".to_owned();
    }
    let newest = period.newest.as_ref().map_or_else(String::new, |stamp| {
        let age = age(stamp.naive(), judged.now).map_or_else(String::new, |age| format!(", {age}"));
        format!("; the newest is of {}{age}", stamp.minute())
    });
    format!("No attempt {}{newest}.", period.words)
}

/// The state in one sentence, and in another what the log does not show any more.
pub(super) fn of(condition: &Condition) -> String {
    match condition.breaks_off {
        None => said(condition),
        Some((line, missing)) if condition.cut_after.is_some() => {
            format!("{} After line {line} {missing} is missing.", said(condition))
        }
        Some((line, missing)) => {
            let of_newest = "The log ends in the middle of the newest attempt";
            format!("{} {of_newest}: after line {line} {missing} is missing.", said(condition))
        }
    }
}

fn said(condition: &Condition) -> String {
    let Condition { counts, .. } = condition;
    let tried = counts.tried();
    let since = condition.since.as_ref().map_or_else(String::new, |since| format!(" since {}", since.minute()));
    let last = condition.last_sent.as_ref().map_or_else(String::new, |last| format!(", the last {}", on(last)));
    let sent = format!("{} of {} sent{last}", number(counts.sent), counted(tried, "attempt"));
    let none = || match tried {
        1 => "the one attempt did not get through".to_owned(),
        n => format!("none of {} attempts got through", number(n)),
    };
    match condition.state {
        State::Stopped if counts.delivered() == 0 => format!("Mail has stopped{since}: {}.", none()),
        State::Stopped => {
            let went = condition.last_sent.as_ref().map_or("before".to_owned(), on);
            // One that failed may have been that mail's fault.
            let has = if condition.failing == 1 { "may have" } else { "has" };
            let failed = counted(condition.failing, "attempt");
            format!("Mail {has} stopped{since}: {failed} failed; the last mail went out {went}.")
        }
        State::Partly if counts.delivered() == 0 => {
            format!("Some mail does not go out ({}): {}.", which(condition), none())
        }
        State::Partly => format!("Some mail does not go out ({}): {sent}.", which(condition)),
        State::Recovered => format!("Mail goes out again{since}: {sent}."),
        State::Flowing => format!("Mail goes out: {sent}."),
        State::Undecided => format!("Not decided: {}.", undecided(condition)),
        State::Idle => "The log holds no attempt to send a message.".to_owned(),
    }
}

/// The kinds of mail that do not go out.
fn which(condition: &Condition) -> String {
    let mut kinds: Vec<String> = Vec::new();
    let mut add = |kind: &str| {
        if !kinds.iter().any(|known| known == kind) {
            kinds.push(kind.to_owned());
        }
    };
    let has = |wanted: fn(&Standing) -> bool| condition.standing.iter().any(wanted);
    let single = |wanted: fn(Cause) -> bool| {
        condition.standing.iter().any(|standing| standing.reach == Reach::Single && wanted(standing.cause))
    };
    if has(|standing| standing.reach == Reach::Every && standing.cause != Cause::RecipientRelayDenied) {
        add("from one PC or account");
    }
    if has(|standing| standing.reach == Reach::Every && standing.cause == Cause::RecipientRelayDenied) {
        add("to other domains");
    }
    if single(|cause| cause.code().starts_with("recipient.")) {
        match condition.addresses {
            0 | 1 => add("to one address"),
            n => add(&format!("to {n} addresses")),
        }
    }
    if single(|cause| cause.code().starts_with("attachment.")) {
        add("with attachments");
    }
    if single(|cause| cause.code().starts_with("content.") || cause == Cause::ProtocolSyntax) {
        add("because of what is in it");
    }
    if has(|standing| standing.reach == Reach::Later) {
        add("put off for now");
    }
    kinds.join("; ")
}

fn undecided(condition: &Condition) -> String {
    let counts = &condition.counts;
    let before = || match (counts.delivered(), counts.tried() - counts.incomplete) {
        (0, 0) => String::new(),
        (_, decided) => format!("; before that {} of {} went out", number(counts.sent), counted(decided, "mail")),
    };
    match (condition.cut_after, counts.tested) {
        (Some(line), _) => format!("the log is cut after line {line}{}", before()),
        (None, tests) if tests == counts.transactions => {
            format!("no message was sent, the log holds only {} of the connection", counted(tests, "test"))
        }
        (None, _) if counts.failed > 0 => {
            format!("{} put off for now, and none went out since", counted(counts.failed, "mail"))
        }
        _ => format!("the log ends before the answer to {}", counted(counts.incomplete, "attempt")),
    }
}

/// `Newest entry 2026-11-23 08:53, 12 days old.`
pub(super) fn newest(condition: &Condition, now: Option<NaiveDateTime>) -> Option<String> {
    let stamp = condition.newest.as_ref()?;
    let age = now.and_then(|now| age(stamp.naive(), now)).map_or_else(String::new, |age| format!(", {age}"));
    Some(format!("Newest entry {}{age}.", stamp.minute()))
}

/// In whole days; a log from the future says so.
fn age(then: Option<NaiveDateTime>, now: NaiveDateTime) -> Option<String> {
    match (now.date() - then?.date()).num_days() {
        // The zones of log and PC may differ.
        ..-1 => Some("later than this PC's clock".to_owned()),
        -1 | 0 => Some("today".to_owned()),
        1 => Some("1 day old".to_owned()),
        days => Some(format!("{} days old", number(days.unsigned_abs()))),
    }
}

/// `on 2026-11-23 08:53`, or `at 08:53` where the log has no date.
fn on(stamp: &Stamp) -> String {
    format!("{} {}", if stamp.date.is_some() { "on" } else { "at" }, stamp.minute())
}

pub(super) fn ink(state: State) -> Ink {
    match state {
        State::Stopped => Ink::Red,
        State::Partly => Ink::Yellow,
        State::Flowing | State::Recovered => Ink::Green,
        State::Undecided | State::Idle => Ink::Bold,
    }
}
