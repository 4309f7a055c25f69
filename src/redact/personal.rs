//! Patients and PCs in free text. Personal an internet provider needs to find the mail stays: codes, words, server names,
//! sizes, times, trace ids, public addresses of the internet.

use std::{borrow::Cow, ops::RangeInclusive};

use super::{
    allow_list::is_known,
    hints::{Personal, encoded_addresses, encodings, files, known_words},
    pseudonym::{Kind, Pseudonyms},
    secret::HIDDEN,
    span::{Span, replace, runs, words},
    trace,
};

/// The text with stand-ins for everything personal that can be recognised.
pub(super) fn hide(text: &str, stand_ins: &mut Pseudonyms) -> String {
    let mut spans = Vec::new();
    addresses(text, &mut spans);
    // A domain may stand in the same line once more, by itself.
    for span in &spans {
        if let Some((local, domain)) = text[span.at.clone()].rsplit_once('@')
            && !trace::is_message_id(local, domain)
        {
            stand_ins.domain(domain);
        }
    }
    names(text, &mut spans);
    encoded_addresses(text, &mut spans);
    known_words(text, stand_ins, &mut spans);
    files(text, &mut spans);
    encodings(text, &mut spans);
    user_paths(text, &mut spans);
    pcs(text, &mut spans);
    private_ips(text, &mut spans);
    numbers(text, &mut spans);
    replace(text, spans, |what, found, out| match what {
        Personal::Address => out.push_str(&address(found, Kind::Recipient, stand_ins)),
        Personal::EncodedAddress => {
            let plain = found.replace("%40", "@").replace("+40", "@");
            out.push_str(&address(&plain, Kind::Recipient, stand_ins));
        }
        Personal::Known => {
            let known = stand_ins.known(found);
            out.push_str(&known.unwrap_or_else(|| stand_ins.domain(found)));
        }
        Personal::File => {
            let (name, kind) = found.rsplit_once('.').unwrap_or((found, ""));
            out.push_str(&stand_ins.thing(Kind::File, name));
            out.push('.');
            out.push_str(kind);
        }
        Personal::Hidden => out.push_str(HIDDEN),
        Personal::Thing(Kind::Pc) => out.push_str(&stand_ins.learn_pc(found)),
        Personal::Thing(kind) => out.push_str(&stand_ins.thing(*kind, found)),
    })
}

/// The stand-in of one address; a trace keeps its own part.
pub(super) fn address(text: &str, role: Kind, stand_ins: &mut Pseudonyms) -> String {
    match text.rsplit_once('@') {
        Some((local, domain)) if trace::is_message_id(local, domain) => {
            let domain = if trace::id_host(domain) { domain.to_owned() } else { stand_ins.domain(domain) };
            format!("{local}@{domain}")
        }
        Some((local, domain)) => stand_ins.address(role, local, Some(domain)),
        None => stand_ins.address(role, text, None),
    }
}

/// The text with one word for every address.
pub(super) fn replace_addresses<'t>(text: &'t str, with: &str) -> Cow<'t, str> {
    if memchr::memchr(b'@', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut spans = Vec::new();
    addresses(text, &mut spans);
    Cow::Owned(replace(text, spans, |_, _, out| out.push_str(with)))
}

/// `local@domain`; also `"a b"@domain`.
fn addresses(text: &str, spans: &mut Vec<Span<Personal>>) {
    if memchr::memchr(b'@', text.as_bytes()).is_none() {
        return;
    }
    // RFC 5322 section 3.2.3, with the marks of an address.
    let special = |b: u8| matches!(b, b'"' | b'(' | b')' | b',' | b':' | b';' | b'<' | b'>' | b'[' | b'\\' | b']');
    let atext = |b: u8| b.is_ascii_graphic() && !special(b);
    for (start, run) in runs(text, true, atext) {
        let mut from = 0;
        while let Some(at) = run[from..].find('@').map(|n| from + n) {
            // A mistyped address names a person too: `fred@@own.co.za`.
            let doubled = run[at + 1..].bytes().take_while(|b| *b == b'@').count();
            let at = at + doubled;
            let domain = |c: char| c.is_alphanumeric() || ".-_".contains(c);
            let tail = &run[at + 1..];
            let len = tail.find(|c| !domain(c)).unwrap_or(tail.len());
            let len = tail[..len].trim_end_matches(['.', '-', '_']).len();
            let mut local =
                from + (run[from..at].len() - run[from..at].trim_start_matches(['\'', '`', '*', '|', '{']).len());
            if let Some(eq) = run[local..at].find('=') {
                let key = run[local..local + eq].rsplit(['.', '-', '&', '?']).next().unwrap_or_default();
                // Anything else before `=` may be part of the mailbox.
                if is_known(key) {
                    local += eq + 1;
                }
            }
            let mut begin = start + local;
            if local == at && text[..begin].ends_with('"') {
                begin = text[..begin - 1].rfind('"').unwrap_or(begin);
            }
            if len > 0 && begin < start + at {
                spans.push(Span::new(begin, start + at + 1 + len, Personal::Address));
            }
            from = at + 1 + len;
        }
    }
}

/// `"Name Surname" <address`
fn names(text: &str, spans: &mut Vec<Span<Personal>>) {
    let addresses: Vec<usize> = spans.iter().map(|span| span.at.start).collect();
    let mut done = 0;
    for address in addresses {
        let Some(part) = text.get(done..address) else { continue };
        let head = part.trim_end_matches([' ', '<']);
        let found =
            head.chars().next_back().filter(|c| "\"'".contains(*c) && head.len() < part.len()).and_then(|quote| {
                let end = head.len() - 1;
                Some((head[..end].rfind(quote)? + 1, end))
            });
        let named = |from: usize, to: usize| head[from..to].contains(char::is_alphanumeric);
        if let Some((from, to)) = found.filter(|(from, to)| from < to && named(*from, *to)) {
            spans.push(Span::new(done + from, done + to, Personal::Thing(Kind::Name)));
        }
        done = address;
    }
}

/// Folders below which everybody has one with his name.
pub(super) const OF_USERS: [&str; 3] = ["users", "documents and settings", "home"];

/// `C:\Users\NAME\...`, `/home/NAME/...`
fn user_paths(text: &str, spans: &mut Vec<Span<Personal>>) {
    let slash = |c: char| c == '\\' || c == '/';
    for at in memchr::memchr2_iter(b'\\', b'/', text.as_bytes()) {
        let behind = &text[at + 1..];
        let folder = |name: &&str| behind.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name));
        let inside = OF_USERS.into_iter().find(folder).and_then(|name| behind[name.len()..].strip_prefix(slash));
        let Some(rest) = inside.map(|rest| rest.trim_start_matches(slash)) else { continue };
        let from = text.len() - rest.len();
        let end = rest.find(|c: char| slash(c) || ":*?\"<>|".contains(c)).unwrap_or(rest.len());
        // A name may hold spaces; only the next slash shows where it ends.
        let len = match rest[end..].chars().next() {
            Some(c) if slash(c) => end,
            _ => rest.find(char::is_whitespace).map_or(end, |space| space.min(end)),
        };
        if len > 0 && !rest[..len].eq_ignore_ascii_case("public") {
            spans.push(Span::new(from, from + len, Personal::Thing(Kind::User)));
        }
    }
}

/// The commands that a client's name follows (RFC 5321 section 4.1.1.1).
const HELLO: [&str; 3] = ["EHLO", "HELO", "LHLO"];

/// The name that a PC gives itself: behind EHLO and HELO, in the server's `Hello NAME [ip]`, and Windows' own names. One with
/// dots may be a server's, and is left to the mask.
fn pcs(text: &str, spans: &mut Vec<Span<Personal>>) {
    let (mut said, mut greeted) = (None, None::<(usize, &str)>);
    for (at, word) in words(text) {
        if let Some((at, name)) = greeted.take().filter(|_| word.starts_with(['[', '('])) {
            spans.push(Span::new(at, at + name.len(), Personal::Thing(Kind::Pc)));
        }
        let (key, name) = word.split_once('=').unwrap_or(("", word));
        let keyed = HELLO.iter().any(|command| command.eq_ignore_ascii_case(key));
        let bare = name.trim_start_matches(['[', '(']);
        let begin = at + word.len() - bare.len();
        let bare = &bare[..bare.find(|c: char| !(c.is_alphanumeric() || "-_.".contains(c))).unwrap_or(bare.len())];
        let pc = bare.trim_end_matches('.');
        let plain = !pc.is_empty() && !pc.contains('.') && name.starts_with(pc);
        let windows = pc.starts_with("DESKTOP-") || pc.starts_with("LAPTOP-");
        // In a sentence a word follows: `ehlo failed`, `Invalid HELO name`.
        let told = |loud: bool| is_known(pc) && (!loud || pc.starts_with(|c: char| c.is_ascii_lowercase()));
        let behind = said.is_some_and(|loud| key.is_empty() && !told(loud));
        if windows || plain && (keyed || behind) {
            spans.push(Span::new(begin, begin + pc.len(), Personal::Thing(Kind::Pc)));
        } else if plain && greeted.is_none() {
            greeted = text[..at].trim_end().ends_with("Hello").then_some((begin, pc));
        }
        let last = word.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let hello = HELLO.iter().find(|command| command.eq_ignore_ascii_case(last));
        said = hello.map(|command| word == *command);
    }
}

/// IPv4 addresses that mean something only inside the practice (RFC 1918, RFC 3927).
fn private_ips(text: &str, spans: &mut Vec<Span<Personal>>) {
    for (at, run) in runs(text, false, |b| b.is_ascii_digit() || b == b'.') {
        let ip = run.trim_end_matches('.');
        let glued = text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_');
        let private = ip.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_private() || ip.is_link_local());
        if private && !glued {
            spans.push(Span::new(at, at + ip.len(), Personal::Thing(Kind::PrivateIp)));
        }
    }
}

/// Identity numbers (13 digits) and telephone numbers, as South Africans write them.
fn numbers(text: &str, spans: &mut Vec<Span<Personal>>) {
    let groups: Vec<(usize, &str)> = runs(text, false, |b| b.is_ascii_digit()).collect();
    let mut next = 0;
    while let Some((start, first)) = groups.get(next) {
        let plus = text[..*start].ends_with('+');
        let found = wanted(first, plus).and_then(|(kind, digits)| {
            let used = joined(text, &groups[next..], digits)?;
            let (last, group) = groups[next + used - 1];
            let end = last + group.len();
            stands_alone(text, *start, end, kind).then_some((kind, end, used))
        });
        let Some((kind, end, used)) = found else {
            next += 1;
            continue;
        };
        spans.push(Span::new(start - usize::from(plus), end, Personal::Thing(kind)));
        next += used;
    }
}

/// Personal a number that begins with this group of digits could be, and how many digits it then has.
fn wanted(first: &str, plus: bool) -> Option<(Kind, RangeInclusive<usize>)> {
    let zero = first.starts_with('0');
    match first.len() {
        // `+0200` and `+1000` are time zones.
        1..=3 | 9..=15 if plus && !zero && first.starts_with("27") => Some((Kind::Phone, 11..=11)),
        11 if first.starts_with("27") && matches!(first.as_bytes()[2], b'1'..=b'8') => Some((Kind::Phone, 11..=11)),
        1..=3 | 9..=15 if plus && !zero => Some((Kind::Phone, 9..=15)),
        3 | 10 if zero && !first.starts_with("00") => Some((Kind::Phone, 10..=10)),
        6 | 13 => Some((Kind::IdNumber, 13..=13)),
        _ => None,
    }
}

/// How many groups make up so many digits, with a space, a hyphen or a bracket between them.
fn joined(text: &str, groups: &[(usize, &str)], digits: RangeInclusive<usize>) -> Option<usize> {
    let mut total = 0;
    let mut end = None;
    for (used, (start, group)) in groups.iter().enumerate() {
        let near = end.is_none_or(|end: usize| {
            let gap = &text[end..*start];
            gap.len() <= 2 && gap.bytes().all(|b| b" -()".contains(&b)) || groups[0].1.len() == 3 && gap == "."
        });
        if !near || total + group.len() > *digits.end() {
            return (used > 0 && digits.contains(&total)).then_some(used);
        }
        total += group.len();
        end = Some(start + group.len());
        if total == *digits.end() {
            return Some(used + 1);
        }
    }
    digits.contains(&total).then_some(groups.len())
}

/// A number is joined to nothing; times, versions and ids of servers are, to letters and dots. An identity number is
/// known also inside a word, by its birthday and check digit.
fn stands_alone(text: &str, start: usize, end: usize, kind: Kind) -> bool {
    let before = text[..start].trim_end_matches(['+', '(']);
    let mut after = text[end..].chars();
    let key = before.ends_with('=') && kind == Kind::IdNumber;
    let glued_before = before.len() == start && before.ends_with(|c: char| c.is_alphanumeric() || "_.-".contains(c));
    let glued_after = match after.next() {
        Some('.' | ':' | '-') => after.next().is_some_and(char::is_alphanumeric),
        c => c.is_some_and(|c| c.is_alphanumeric() || c == '_'),
    };
    !(glued_before || glued_after || key) || kind == Kind::IdNumber && plausible_id(&text[start..end])
}

/// Begins with a date of birth and ends with its check digit, which an id of a server hardly does.
fn plausible_id(part: &str) -> bool {
    let digits: Vec<u32> = part.bytes().filter(u8::is_ascii_digit).map(|b| u32::from(b - b'0')).collect();
    let two = |i: usize| digits[i] * 10 + digits[i + 1];
    let luhn: u32 =
        digits.iter().rev().enumerate().map(|(i, d)| if i % 2 == 0 { *d } else { d * 2 / 10 + d * 2 % 10 }).sum();
    (1..=12).contains(&two(2)) && (1..=31).contains(&two(4)) && luhn.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &str) -> String {
        hide(text, &mut Pseudonyms::default())
    }

    #[test]
    fn people_get_stand_ins() {
        for (text, shown) in [
            ("5.1.1 <fred@gmail.com>: unknown", "5.1.1 <recipient-1@gmail.com>: unknown"),
            ("fred@own.co.za, O'Neil@own.co.za.", "recipient-1@domain-1.invalid, recipient-2@domain-1.invalid."),
            ("smtp.mailfrom=fred@own.co.za;", "smtp.mailfrom=recipient-1@domain-1.invalid;"),
            ("'fred@gmail.com' fred=x.com@y.com", "'recipient-1@gmail.com' recipient-2@domain-1.invalid"),
            ("\"fred b\"@own.co.za", "recipient-1@domain-1.invalid"),
            ("to \"Fred Smith\" <fred@gmail.com>", "to \"name-1\" <recipient-1@gmail.com>"),
            ("open C:\\Users\\Fred Smith\\a.txt", "open C:\\Users\\user-1\\a.txt"),
            ("open C:\\Users\\Fred failed", "open C:\\Users\\user-1 failed"),
            ("via 192.168.1.20 and 41.1.2.3", "via private-ip-1 and 41.1.2.3"),
            ("mx Hello RECEPTION [41.1.2.3]", "mx Hello pc-1 [41.1.2.3]"),
            ("EHLO DESKTOP-4711ABC", "EHLO pc-1"),
            ("out|ehlo kudu-desk-7, ehlo failed", "out|ehlo pc-1, ehlo failed"),
            ("Invalid HELO name", "Invalid HELO name"),
            ("EHLO mail.practice.example", "EHLO mail.practice.example"),
            ("ID 8001015009087, tel 082 123 4567.", "ID id-number-1, tel phone-1."),
            ("+27 82 123 4567 (012) 345-6789 192.168.1.1", "phone-1 (phone-2 private-ip-1"),
            ("ID8001015009087x", "IDid-number-1x"),
        ] {
            let mut stand_ins = Pseudonyms::default();
            assert_eq!(hide(text, &mut stand_ins), shown);
            assert_eq!(hide(shown, &mut stand_ins), shown, "again");
        }
    }

    #[test]
    fn what_the_provider_needs_stays() {
        for text in [
            "250 2.6.0 <AM0PR04MB1234567890123@AM0PR08MB1234.eurprd08.prod.outlook.com> [InternalId=1234567890123] Queued",
            "at your service, [41.1.2.3]",
            "Mon, 23 Nov 2026 08:53:26 +0200 2026-11-23 08:53:26",
            "2026-11-23 08:53:26.1234567 size 35882577 limit 10000000",
            "x9sm1234567qke.23 - gsmtp, version 10.0.19041.1",
            "250 mx.google.com Hello there, pleased to meet you",
            "01710000000 rows",
        ] {
            assert_eq!(hidden(text), text);
        }
    }
}
