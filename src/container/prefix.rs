//! What whoever started a program puts before each of its lines (`web_1  | `, `E/flutter (22498): `,
//! `2026-11-23T08:26:01Z stdout F `): the same text each time, and perhaps the time at which the line came.

use super::{Container, timestamp};
use crate::knowledge::{begins_with_class, is_level};

/// The text before every line of a program that another has started.
#[derive(Clone, Debug, Default)]
pub(super) struct Prefix {
    /// Bytes before the stamp, or before the line where there is no stamp.
    before: usize,
    /// Bytes between the stamp and the line.
    behind: Option<usize>,
    /// It is taken off the lines of a stack trace only: the others have no time but this one.
    only_traces: bool,
}

/// How Python begins a stack trace, and how the lines begin that name a place in a source, of Java, .NET, JavaScript and
/// Python.
const TRACEBACK: &[u8] = b"Traceback (";
const PLACES: [&[u8]; 2] = [b"at ", b"File \""];

/// Lines that show whether a stamp and a blank are more than the program's own.
const FIRST_LINES: usize = 64;
/// As much of a line as may stand before its stamp.
const MAX_BYTES_BEFORE_STAMP: usize = 60;

impl Prefix {
    /// Where every line has it, and lines behind it go on with one before: these would be records of their own.
    pub(super) fn of(lines: &[&[u8]]) -> Option<Prefix> {
        let filled = lines.iter().copied().filter(|line| !line.trim_ascii().is_empty());
        untimed(filled.clone()).or_else(|| timed(filled))
    }

    /// The line without it.
    pub(super) fn strip<'l>(&self, line: &'l [u8]) -> &'l [u8] {
        let rest = &line[self.before.min(line.len())..];
        let Some(behind) = self.behind else { return rest };
        let end = stamp_and_level(rest).unwrap_or(0) + behind;
        let text = &rest[end.min(rest.len())..];
        if self.only_traces && !is_of_trace(text) { line } else { text }
    }
}

/// A mark without a time, up to a bar or the number of a process, where lines behind it are indented as in a stack trace.
fn untimed<'l>(lines: impl Iterator<Item = &'l [u8]> + Clone) -> Option<Prefix> {
    let first = lines.clone().next()?;
    let mut common = first.len();
    for line in lines.clone() {
        common = first.iter().zip(line).take(common).take_while(|(a, b)| a == b).count();
        // Most logs show in their second line that they have none.
        if common < 2 {
            return None;
        }
    }
    let ends = |at: &usize| {
        let (before, blank) = first[..*at].split_at(at - 1);
        let process = || before.ends_with(b"):") || before.ends_with(b"]:");
        blank == b" "
            && (before.ends_with(b"|")
                || process() && before[..before.len() - 2].last().is_some_and(u8::is_ascii_digit))
    };
    let length = (2..=common).rev().find(ends)?;
    let timed = first[..length].windows(3).any(|w| w[0].is_ascii_digit() && w[1] == b':' && w[2].is_ascii_digit());
    (!timed
        && !first[..length].contains(&b'@')
        && lines.clone().nth(2).is_some()
        && lines.clone().any(|line| is_indented(&line[length..])))
    .then_some(Prefix { before: length, ..Prefix::default() })
}

/// A mark with a time in it, where lines behind it have a time of their own: those that have none go on with them. Or where
/// stack traces stand behind it.
fn timed<'l>(lines: impl Iterator<Item = &'l [u8]> + Clone) -> Option<Prefix> {
    let first = lines.clone().next()?;
    let before = (0..first.len().min(MAX_BYTES_BEFORE_STAMP)).find(|at| timestamp::extent(&first[*at..]).is_some())?;
    let behind = |line: &[u8]| {
        let rest = line.strip_prefix(&first[..before])?;
        Some(before + stamp_and_level(rest)?)
    };
    let common = &first[behind(first)?..];
    // As much as is the same behind the stamp, up to a blank: most logs have other words there in the second line already.
    let mark = |mut lines: &mut dyn Iterator<Item = &'l [u8]>, rests: &mut Vec<&'l [u8]>| {
        Iterator::try_fold(&mut lines, common.len(), |length, line| {
            let rest = &line[behind(line)?..];
            rests.push(rest);
            let same = common[..length].iter().zip(rest).take_while(|(a, b)| a == b).count();
            Some(common[..same].iter().rposition(|b| *b == b' ')? + 1)
        })
    };
    // A day that is the same in all lines is theirs.
    let own = (0..common.len().min(MAX_BYTES_BEFORE_STAMP))
        .find(|at| (*at == 0 || common[at - 1] == b' ') && tells_day_and_time(&common[*at..]))
        .unwrap_or(common.len());
    let mark = |lines: &mut dyn Iterator<Item = &'l [u8]>, rests: &mut Vec<&'l [u8]>| {
        rests.clear();
        mark(lines, rests).map(|length| length.min(own))
    };
    // The lines behind their stamps, found once.
    let mut rests = Vec::new();
    let shows = |rests: &[&[u8]], length: usize, tells: fn(&[u8]) -> bool| {
        rests.iter().filter_map(|rest| rest.get(length..)).any(tells)
    };
    // A line alone may begin with anything.
    lines.clone().nth(1)?;
    let near = mark(&mut lines.clone().take(FIRST_LINES), &mut rests)?;
    // Of a stamp and a blank the first lines must show whose they are: such are most logs.
    if common[..near].trim_ascii().is_empty() && !shows(&rests, near, |text| is_stamped(text) || is_place(text)) {
        return None;
    }
    let length = mark(&mut lines.clone(), &mut rests)?;
    let prefix = Prefix { before, behind: Some(length), only_traces: false };
    if shows(&rests, length, is_stamped) {
        return Some(prefix);
    }
    shows(&rests, length, is_place).then_some(Prefix { only_traces: true, ..prefix })
}

/// Where the stamp at the beginning ends, with the level behind it: `ERROR` has another width than ` INFO`.
fn stamp_and_level(text: &[u8]) -> Option<usize> {
    let stamp = timestamp::extent(text)?;
    let blanks = |text: &[u8]| text.iter().take_while(|b| **b == b' ').count();
    let start = stamp + blanks(&text[stamp..]);
    let word = text[start..].iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let level = start + word;
    // The next word stands in the same column behind each.
    Some(if word > 0 && is_level(&text[start..level]) {
        level + blanks(&text[level..]).saturating_sub(1)
    } else {
        stamp
    })
}

/// An indented line that names a place in a source.
fn is_place(text: &[u8]) -> bool {
    is_indented(text) && PLACES.iter().any(|place| text.trim_ascii_start().starts_with(place))
}

/// A line of a stack trace, or the exception at its end: what it goes on with stands in a line before.
fn is_of_trace(text: &[u8]) -> bool {
    is_indented(text) || text.starts_with(TRACEBACK) || begins_with_class(text)
}

fn is_indented(text: &[u8]) -> bool {
    text.starts_with(b"  ") || text.starts_with(b"\t")
}

/// The text begins with a day and a time.
fn tells_day_and_time(text: &[u8]) -> bool {
    let stamp = &text[..timestamp::extent(text).unwrap_or_default()];
    // What stands before the first colon is more than an hour.
    memchr::memchr(b':', stamp).is_some_and(|colon| colon > 2)
}

/// The line says itself when it was written, date and time: behind a level or a bracket at most, or as JSON.
fn is_stamped(line: &[u8]) -> bool {
    let mut in_field = false;
    if Container::Json.take_apart(line, &mut |_, value| in_field |= tells_day_and_time(value)) {
        return in_field;
    }
    // `ERROR 2026-11-23 08:26:01`, `[23/Nov/2026 08:26:01]`
    let word = line.iter().position(|b| *b == b' ').unwrap_or(0);
    let begins = |text: &[u8]| tells_day_and_time(text.strip_prefix(b"[").unwrap_or(text));
    begins(line) || begins(line[word..].trim_ascii_start()) && is_level(&line[..word])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripped(text: &str) -> Option<String> {
        let lines: Vec<&[u8]> = text.lines().map(str::as_bytes).collect();
        let prefix = Prefix::of(&lines)?;
        Some(lines.iter().map(|line| String::from_utf8_lossy(prefix.strip(line))).collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn a_loggers_time_before_a_log_with_times() {
        let framed = |log: &str| -> String {
            (10..)
                .zip(log.lines())
                .map(|(n, line)| format!("2026-11-23 08:26:{n},100 INFO  [main] c.p.Mail - {line}\n"))
                .collect()
        };
        for log in [
            "ERROR 2026-11-22 06:27:45,596 mail failed\nTraceback (most recent call last):\n  File \"a.py\"\nOSError: no",
            "Nov 22, 2026 6:40:55 AM Send main\nSEVERE: no\n\tat Send.main(Send.java:14)",
            r#"{"level":50,"time":"2026-11-22T04:32:14.121Z","msg":"no"}
{"level":50,"time":"2026-11-22T04:32:15.121Z","msg":"again"}"#,
        ] {
            assert_eq!(stripped(&framed(log)).as_deref(), Some(log));
            let levels = framed(log).replacen("INFO ", "ERROR", 1);
            assert_eq!(stripped(&levels).as_deref(), Some(log), "a level is no part of the mark");
        }
        for log in ["Error: no\n    by hand", "08:26:01 no\n08:26:02 again", "EHLO pc\n250 ok\nQUIT"] {
            assert_eq!(stripped(&framed(log)), None, "its time would be lost: {log}");
        }
        let log = |mark: &str| {
            let trace = "Traceback (most recent call last):\n  File \"a.py\", line 1, in a\nsmtplib.SMTPException: no";
            format!("{mark}Mail failed\n{trace}\n{mark}Next")
        };
        let mark = "Nov 23 08:26:01 pc mailer[511]: ";
        let journal: Vec<String> = log("").lines().map(|line| format!("{mark}{line}")).collect();
        assert_eq!(stripped(&journal.join("\n")), Some(log(mark)), "a trace goes on with the line before");
        assert_eq!(
            stripped("2026-11-23 08:26:01 [7] 2026-11-22 06:27:45 a\n2026-11-23 08:26:02 [8] b"),
            None,
            "a session's key"
        );
    }
}
