//! Values that a reply's text gives beside its meaning: how long to wait, and which blocklist.

use std::time::Duration;

use super::plain::Plain;

/// Words after which a time is one to wait, not the window of a limit ("500 messages in 24 hours").
const WAITING: [&[u8]; 12] = [
    b"again",
    b"retry",
    b"wait",
    b"back",
    b"later",
    b"resend",
    b"reconnect",
    b"greylisted",
    b"greylisting",
    b"graylisted",
    b"deferred",
    b"delayed",
];

/// "Try again in 300 seconds", "wait 15 minutes", "come back in 00:05:00". At most a week is believed.
pub(super) fn retry_after(text: &Plain) -> Option<Duration> {
    let mut words = text.iter().skip_while(|word| !WAITING.contains(word)).peekable();
    while let Some(word) = words.next() {
        let Some(number) = number(word) else { continue };
        let following = words.peek().copied()?;
        let seconds = match unit(following) {
            Some(unit) => number.checked_mul(unit)?,
            None if word.len() == 2 && following.len() == 2 => clock(number, following, words.clone().nth(1)?)?,
            None => continue,
        };
        return (1..=7 * 86_400).contains(&seconds).then(|| Duration::from_secs(seconds));
    }
    None
}

/// `hh:mm:ss`, of which plain spelling leaves three numbers.
fn clock(hours: u64, minutes: &[u8], seconds: &[u8]) -> Option<u64> {
    Some(hours * 3600 + number(minutes)? * 60 + number(seconds).filter(|_| seconds.len() == 2)?)
}

fn number(word: &[u8]) -> Option<u64> {
    if word.is_empty() || word.len() > 6 {
        return None;
    }
    word.iter().try_fold(0, |n, b| b.is_ascii_digit().then(|| n * 10 + u64::from(b - b'0')))
}

/// Seconds in a unit of time.
fn unit(word: &[u8]) -> Option<u64> {
    match word {
        b"s" | b"sec" | b"secs" | b"second" | b"seconds" | b"secondes" | b"sekunden" | b"segundos" => Some(1),
        b"m" | b"min" | b"mins" | b"minute" | b"minutes" | b"minuten" | b"minutos" | b"minuut" => Some(60),
        b"h" | b"hr" | b"hrs" | b"hour" | b"hours" | b"heures" | b"stunden" | b"horas" | b"uur" => Some(3600),
        b"day" | b"days" | b"jours" | b"tage" | b"dias" | b"dae" => Some(86_400),
        _ => None,
    }
}

/// Letters of a label that says in short that a zone is a list.
const MAX_ZONE_LETTERS: usize = 6;

/// The name of a blocklist that no row knows.
pub(super) fn listed_at(text: &Plain) -> Option<String> {
    text.names().find(|name| is_zone(name)).map(|name| String::from_utf8_lossy(name).into_owned())
}

/// A DNS name under whose domain a label looks like that of a blocklist: `cbl`, `ix.dnsbl`, `dnsbl-1`, `rblus`.
fn is_zone(name: &[u8]) -> bool {
    let labels: Vec<&[u8]> = name.split(|b| *b == b'.').collect();
    let listing = |label: &&[u8]| {
        let first = label.split(|b| !b.is_ascii_alphabetic()).next().unwrap_or_default();
        first.len() <= MAX_ZONE_LETTERS && (first.ends_with(b"bl") || first.starts_with(b"rbl"))
            || [&b"blacklist"[..], b"blocklist"].iter().any(|word| first.starts_with(word))
    };
    labels.len() > 2 && labels[..labels.len() - 2].iter().any(listing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(text: &str) -> Option<u64> {
        retry_after(&Plain::of(text.as_bytes(), None)).map(|d| d.as_secs())
    }

    #[test]
    fn times_to_wait() {
        assert_eq!(wait("Greylisted, try again in 300 seconds"), Some(300));
        assert_eq!(wait("please wait 15 minutes"), Some(900));
        assert_eq!(wait("please come back in 00:05:00"), Some(300));
        assert_eq!(wait("try again later (5 min)"), Some(300));
        assert_eq!(wait("limit of 500 messages in 24 hours reached, try again later"), None);
        assert_eq!(wait("try again after 99999999999999999999 days"), None);
        assert_eq!(wait("try again in 900000 days"), None);
        assert_eq!(wait("retry 12"), None);
        assert_eq!(wait("again 12 34"), None);
    }

    #[test]
    fn zones() {
        let listed = |text: &str| listed_at(&Plain::of(text.as_bytes(), None));
        assert_eq!(listed("blocked using dnsbl.example.org").as_deref(), Some("dnsbl.example.org"));
        assert_eq!(listed("see ix.dnsbl-2.example.net").as_deref(), Some("ix.dnsbl-2.example.net"));
        assert_eq!(listed("blocked by mail.example.org"), None);
        assert_eq!(listed("no such user \"vusi.terblanche\" at terblanche.example.org"), None);
    }
}
