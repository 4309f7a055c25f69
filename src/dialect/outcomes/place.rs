//! Whom a line names: the recipients, and the server.

use std::{net::Ipv4Addr, ops::Range, ptr};

use bstr::ByteSlice;

use crate::{
    dialect::{Endpoint, OwnWords, header::is_header, number},
    knowledge::{
        WordClass, WordClasses, WordTable, is_word_byte, last_word, plain_spelling, quoted_reply, word_classes,
        words_in,
    },
    smtp::{PORTS, address_around, is_host_name},
};

/// The first address that is nobody's sender, with those right after it.
pub(super) fn recipients(text: &[u8]) -> &[u8] {
    let mut found: Option<(usize, usize)> = None;
    for at in memchr::memchr_iter(b'@', text) {
        let Some((start, end)) = address_around(text, at) else { continue };
        match found {
            None if is_recipient(&text[..start]) && !judges_sender(&text[end..]) => found = Some((start, end)),
            Some((_, last)) if text.get(last..start).is_some_and(leads) => found = Some((start, end)),
            Some((first, last)) if text.get(last..start).is_some_and(joins) => found = Some((first, end)),
            Some((first, last)) => {
                // `copied a@b.example, refused for c@d.example`
                let between = text.get(last..start).unwrap_or_default();
                let refused = !OwnWords::of(&text[..first]).failed
                    && (is_part_refused(&text[first..last], between)
                        || is_recipient(&text[..start]) && refuses(&text[..first], between, &text[end..]));
                if !refused {
                    break;
                }
                found = Some((start, end));
            }
            None => {}
        }
    }
    found.map_or(&b""[..], |(start, end)| &text[start..end])
}

/// Between two addresses stands nothing of its own, or the name of the field for those who get a copy (RFC 5322 section 3.6.3).
fn joins(gap: &[u8]) -> bool {
    let between = gap.trim_with(|mark| " ,;<>\"'[]()".contains(mark));
    let copies = || between.strip_suffix(b":").or_else(|| between.strip_suffix(b"=")).unwrap_or(between);
    let marked = || gap.iter().all(|b| b" ,;<>\"'[]".contains(b));
    marked()
        || matches!(gap, b" and " | b" en " | b" & ")
        || matches!(copies(), b"cc" | b"Cc" | b"CC" | b"bcc" | b"Bcc" | b"BCC")
}

/// `a@b.example -> c@d.example`: an arrow between two addresses leads from who sends to who gets it.
fn leads(gap: &[u8]) -> bool {
    let arrow = [&b"->"[..], b"=>"].iter().any(|arrow| gap.find(arrow).is_some());
    arrow && gap.iter().all(|b| b" <>\"'-=".contains(b)) || gap.trim_ascii() == "\u{2192}".as_bytes()
}

/// The address that stands first in all lines that name several, with others behind it that differ: who sends stands in a
/// column of its own.
pub(super) fn common_sender<'a>(named: impl Iterator<Item = &'a [u8]>) -> Option<&'a [u8]> {
    let mut rows = named.filter_map(behind_first);
    let (sender, first) = rows.next()?;
    let mut others = false;
    let common = rows.all(|(one, behind)| {
        others |= behind != first;
        one == sender
    });
    (common && others).then_some(sender)
}

/// The first of several addresses, and those behind it.
pub(super) fn behind_first(addresses: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = memchr::memchr(b'@', addresses)?;
    // Hardly a line names two.
    memchr::memchr(b'@', &addresses[at + 1..])?;
    let end = at + addresses[at..].iter().position(|b| b" ,;<>\"'[]".contains(b))?;
    let (first, behind) = addresses.split_at(end);
    let behind = behind.trim_start_with(|mark| " ,;<>\"'[]".contains(mark));
    behind.contains(&b'@').then_some((first, behind))
}

/// `to a@b.example; c@d.example: delivered to 1 of 2, refused: `: behind a list stands that the mail went out to others than the
/// one that is named again.
fn is_part_refused(list: &[u8], between: &[u8]) -> bool {
    memchr::memchr_iter(b'@', list).nth(1).is_some() && (parts(between) || OwnWords::of(between).sent)
}

/// `1 of 2`
fn parts(text: &[u8]) -> bool {
    let words: Vec<&[u8]> = text.split(|b| !is_word_byte(*b)).collect();
    words.windows(3).any(|part| match (number(part[0]), part[1], number(part[2])) {
        (Some(part), b"of" | b"van" | b"out", Some(all)) => part > 0 && part < all,
        _ => false,
    })
}

/// Whom the line names before those who were refused, where it says that his went out.
pub(super) fn taken<'a>(text: &'a [u8], refused: &[u8]) -> &'a [u8] {
    let place = |part: &u8| text.iter().position(|b| ptr::eq(b, part));
    let at = refused.first().and_then(place).unwrap_or_default();
    let list = recipients(&text[..at]);
    let Some((begin, end)) = list.first().and_then(place).zip(list.last().and_then(place)) else { return b"" };
    let between = &text[end + 1..at];
    let went = is_part_refused(list, between) || goes_well(&text[..begin]) || goes_well(parted(between).0);
    if went { list } else { b"" }
}

/// Whom a clause behind those who were refused names, where it says that his went out: `; accepted: a@b.example, c@d.example`.
pub(super) fn taken_behind<'a>(text: &'a [u8], refused: &[u8]) -> &'a [u8] {
    let end = refused.last().and_then(|part| text.iter().position(|b| ptr::eq(b, part))).unwrap_or(text.len());
    let mut clauses = text[end..].split(|b| *b == b';').skip(1);
    clauses
        .find(|clause| clause.contains(&b'@') && goes_well(before_address(clause)))
        .map(recipients)
        .unwrap_or_default()
}

fn goes_well(text: &[u8]) -> bool {
    let words = OwnWords::of(text);
    (words.sent || words.well) && !words.failed
}

/// The text between two addresses says of the second one that it was refused, or, where the mail went out to the first, what
/// stands right behind: ` accepted; copy to `, ` refused: 550 no`. `ahead` stands before the first.
fn refuses(ahead: &[u8], between: &[u8], behind: &[u8]) -> bool {
    let (before, clause) = parted(between);
    let clause = clause.trim_ascii_end();
    let last = last_word(clause);
    // `OK: a@b.example; FAILED: `
    let labelled = || clause.ends_with(b":") && (goes_well(ahead) || goes_well(before));
    let leads = is_for(last) || word_classes(last).has(WordClass::Recipient) || labelled();
    let fails = |text: &[u8]| {
        let words = OwnWords::of(text);
        words.failed && !words.only_level
    };
    let contrast = || goes_well(before) && fails(behind.split(|b| b";.".contains(b)).next().unwrap_or_default());
    leads && fails(clause) || contrast()
}

/// What belongs to the address before, and what to the one behind.
fn parted(between: &[u8]) -> (&[u8], &[u8]) {
    let mark = between.iter().rposition(|b| b",;.".contains(b)).unwrap_or_default();
    between.split_at(mark)
}

/// A word for a recipient stands before the address, or the line is the address alone.
pub(super) fn is_addressed(text: &[u8], recipients: &[u8]) -> bool {
    let before = before_address(text);
    let names = |word| word_classes(word).has(WordClass::Recipient);
    let other = |word: &[u8]| !word.is_empty() && (!word.contains(&b'@') || word.contains(&b'='));
    let bare = !text.split(u8::is_ascii_whitespace).any(other);
    let last = last_word(before);
    bare || is_field(text, recipients, b"") || names(last) || is_for(last) || key(before).is_some_and(names)
}

/// `Item: claim for a@b.example`
fn is_for(word: &[u8]) -> bool {
    word.eq_ignore_ascii_case(b"for")
}

/// A word that names the sender.
fn is_senders(word: &[u8]) -> bool {
    WordTable::builtin().is(&word.to_ascii_lowercase(), WordClass::From)
}

/// The address behind a word that names the sender.
pub(super) fn sender(text: &[u8]) -> &[u8] {
    let named = |(start, end): &(usize, usize)| {
        let before = &text[..*start];
        let by_words = is_senders(last_word(before)) || key(before).is_some_and(is_senders);
        let by_sentence = is_senders_address(before) || is_senders_sentence(before);
        by_words || by_sentence || comes_from(before) || judges_sender(&text[*end..]) || leads_on(&text[*end..])
    };
    let mut all = memchr::memchr_iter(b'@', text).filter_map(|at| address_around(text, at));
    all.find(named).map(|(start, end)| &text[start..end]).unwrap_or_default()
}

/// An arrow and another address follow.
fn leads_on(behind: &[u8]) -> bool {
    let next = memchr::memchr(b'@', behind).and_then(|at| address_around(behind, at));
    next.is_some_and(|(start, _)| behind.get(..start).is_some_and(leads))
}

/// `>: Sender address rejected`, behind an address that the server quotes: it says what it has against the sender. Behind a
/// bare address the program tells whose mail it was.
fn judges_sender(behind: &[u8]) -> bool {
    let word = behind.strip_prefix(b">: ").and_then(|words| words.split(|b| !is_word_byte(*b)).next());
    word.is_some_and(is_senders)
}

/// `From Address: `, `The sender address `, `Return-Path: `: the word for an address, and before it one that names the sender.
fn is_senders_address(before: &[u8]) -> bool {
    let mut words = words_in(before).rev();
    let noun = words.next().is_some_and(|word| {
        let plain = plain_spelling(word);
        [&b"addr"[..], b"adres", b"mail", b"path"].iter().any(|noun| plain.starts_with(noun))
    });
    noun && words.next().is_some_and(is_senders)
}

/// `The sender's e-mail address was `: a sentence about the sender that goes on with the address.
fn is_senders_sentence(before: &[u8]) -> bool {
    let sentence = before.rsplit(|b| *b == b'.').next().unwrap_or_default();
    matches!(last_word(sentence), b"was" | b"is") && sentence.split(|b| !is_word_byte(*b)).any(is_senders)
}

/// `<= `: an arrow that points away from the address says whose mail came in, as `=> ` says to whom it goes.
fn comes_from(before: &[u8]) -> bool {
    let arrow = before.trim_ascii_end();
    // `x<=a` compares.
    let comes_in = arrow.ends_with(b"<=") && arrow.len() < before.len();
    comes_in || arrow.ends_with(b"<-") || arrow.ends_with(b"<--")
}

/// The text before the first address.
pub(super) fn before_address(text: &[u8]) -> &[u8] {
    let first = memchr::memchr_iter(b'@', text).find_map(|at| address_around(text, at));
    first.map_or(text, |(start, _)| &text[..start])
}

/// The text behind the last address.
pub(super) fn behind_address(text: &[u8]) -> Option<&[u8]> {
    let (_, end) = memchr::memrchr(b'@', text).and_then(|at| address_around(text, at))?;
    Some(&text[end..])
}

/// The first address of a text, whosever it is.
pub(super) fn any_address(text: &[u8]) -> Option<&[u8]> {
    let (start, end) = memchr::memchr_iter(b'@', text).find_map(|at| address_around(text, at))?;
    Some(&text[start..end])
}

/// The text behind the last address, or all of it.
pub(super) fn without_address(text: &[u8]) -> &[u8] {
    behind_address(text).unwrap_or(text)
}

/// Digits of a reply's code.
const CODE: usize = 3;
/// The word before the address does not make it a sender, an account or a part of the server's words.
fn is_recipient(before: &[u8]) -> bool {
    // `Working on mail for`, but `Login failed for`.
    let signs_in = || {
        let mut words = before.split(|b| !is_word_byte(*b)).map(plain_spelling);
        words.any(|word| WordTable::builtin().signs_in(&word) || word_classes(&word).has(WordClass::Secret))
    };
    let last = last_word(before);
    // `could not be sent to user 'a@b.example'`
    let to_user = || {
        let start = before.len() - before.iter().rev().take_while(|b| !is_word_byte(**b)).count() - last.len();
        word_classes(last_word(&before[..start])).has(WordClass::Recipient)
    };
    // A column for itself is no label.
    let behind = &before[before.len() - before.iter().rev().take_while(|b| !is_word_byte(**b)).count()..];
    let parted = behind.iter().any(|b| b"\t;|,".contains(b)) || behind.starts_with(b"  ");
    let by_word = word_classes(last).has(WordClass::Sender)
        && !parted
        && (!is_for(last) || signs_in())
        && (key(before).is_some() || !to_user());
    // `Message-Id: <1794@b.example>` numbers a mail.
    let names_other = |key: WordClasses| key.has(WordClass::Sender) || key.has(WordClass::Place);
    let by_key = key(before).is_some_and(|key| {
        let mut parts = key.split(|b| *b == b'_').map(word_classes);
        parts.clone().any(names_other) && !parts.any(|part| part.has(WordClass::Recipient))
    });
    // `Message-Id '<1794@b.example>'` does so without a colon.
    let by_id = WordTable::builtin().is(&plain_spelling(last), WordClass::Id);
    // A sender's field, whose name ends as a recipient's does (RFC 5322 section 3.6.2).
    let by_name = before.trim_ascii_start().get(..9).is_some_and(|name| name.eq_ignore_ascii_case(b"Reply-To:"));
    // `server smtp.b.example:a@b.example`: who signs in there.
    let by_host = before
        .strip_suffix(b":")
        .is_some_and(|before| is_host_name(before.rsplit(u8::is_ascii_whitespace).next().unwrap_or_default()));
    // `error_code=535 email=`, `550 `, `414;550;`: a field or a column of its own.
    let by_sentence = is_senders_address(before) || is_senders_sentence(before);
    let by_other = by_word || by_key || by_id || by_name || by_host || by_sentence || comes_from(before);
    // A server's words stand before it, not only `550 for `.
    let said = |word: &[u8]| !word.is_empty() && !is_for(word) && !word_classes(word).has(WordClass::Recipient);
    let by_reply = || {
        quoted_reply(before).is_some_and(|quoted| {
            let behind = before.get(quoted.at + CODE..).unwrap_or_default();
            behind.ends_with(b"<") || behind.split(|b| !is_word_byte(*b)).any(said)
        })
    };
    // `530 Authentication required (to: `
    let named = || key(before).is_some_and(|key| word_classes(key).has(WordClass::Recipient));
    // `ERR 554 5.7.1 no -> `: a mark that parts columns ends the server's words.
    let column = behind.iter().any(|b| b"\t;|".contains(b))
        || behind.starts_with(b"  ")
        || behind.windows(2).any(|mark| matches!(mark, b"->" | b"=>"));
    (before.ends_with(b"=") || column || named() || !by_reply()) && !by_other
}

/// An address, and nothing else but marks, hangs from the line above.
pub(in crate::dialect) fn hangs(line: &[u8]) -> bool {
    let worded = |text: &[u8]| text.iter().copied().any(is_word_byte);
    let alone = || behind_address(line).is_some_and(|behind| !worded(behind) && !worded(before_address(line)));
    line.first().is_some_and(u8::is_ascii_whitespace) && alone()
}

/// The name of the field that a value stands in: `From` of `From: "Practice" <`, `from_address` of `from_address = `.
fn key(before: &[u8]) -> Option<&[u8]> {
    let end = before.iter().rposition(|b| matches!(b, b':' | b'='))?;
    let value = &before[end + 1..];
    // `[id=77] to `, `id=77 to `: the value has ended.
    let quotes = |b: &u8| b"\"'<([".contains(b);
    let ended = || {
        let worded = value.trim_ascii_start();
        before[end] == b'='
            && worded.iter().any(u8::is_ascii_whitespace)
            && !worded.first().is_some_and(quotes)
            && !worded.ends_with(b"<")
    };
    let near = value.len() < 40 && !value.contains(&b'@') && !value.contains(&b']') && !ended();
    let words = before[..end].rsplit(|b| !is_word_byte(*b) && *b != b'_');
    let word = words.into_iter().find(|word| !word.is_empty()).unwrap_or_default();
    (near && !word.is_empty()).then_some(word)
}

/// The first number and the words before it, where there are some and no address: `10232` of `Statement 10232 failed`.
pub(super) fn words_before_number(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (words, rest) = text.split_at(text.iter().position(u8::is_ascii_digit)?);
    let number = &rest[..rest.iter().take_while(|b| b.is_ascii_digit()).count()];
    (words.iter().any(|b| is_word_byte(*b)) && !words.contains(&b'@')).then_some((words, number))
}

/// An indented line, an address alone, `Host: mail.example.co.za`, `Final-Recipient: rfc822; a@b.example`: it may go on about
/// a failure that was told before it. `recipients` and `host` are what it names.
pub(super) fn is_field(text: &[u8], recipients: &[u8], host: &[u8]) -> bool {
    if text.starts_with(b"  ") || text.starts_with(b"\t") {
        return true;
    }
    let text = text.trim_ascii();
    let label = memchr::memchr(b':', text).map_or(&b""[..], |end| &text[..end]);
    let named = !label.is_empty() && label.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-');
    let bare = text.strip_prefix(b"<").and_then(|text| text.strip_suffix(b">")).unwrap_or(text);
    bare == recipients
        || is_report_field(text)
        || named && !host.is_empty() && text[label.len() + 1..].trim_ascii() == host
}

/// `Diagnostic-Code: smtp; 550 no`, `Final-Recipient: rfc822; a@b.example`: a field of a report (RFC 3464 section 2).
pub(super) fn is_report_field(text: &[u8]) -> bool {
    let label = text.split(|b| *b == b':').next().unwrap_or_default();
    label.contains(&b'-') && is_header(text)
}

/// A mail server's name, with a port behind it or after the word: it begins as such names do, or a port of mail follows.
pub(super) fn endpoint(text: &[u8]) -> Endpoint<'_> {
    const NAMES: [&[u8]; 6] = [b"smtp", b"mail", b"relay", b"outlook.office", b"mx", b"cp"];
    let mut hosts = hosts(text).peekable();
    while let Some(host) = hosts.next() {
        let name = &text[host.clone()];
        let named =
            NAMES.iter().any(|start| name.len() > start.len() && name[..start.len()].eq_ignore_ascii_case(start))
                && name.iter().filter(|b| **b == b'.').count() > 1;
        // A port is that of the name nearest before it: `"event":"mail.failed","host":"mail.b.example","port":587`.
        let end = hosts.peek().map_or(text.len(), |next| next.start);
        let endpoint = endpoint_at(&text[..end], host.clone());
        // `via SMTP server 'box1.b.example'`
        let quoted = text[..host.start].strip_suffix(b"'").or_else(|| text[..host.start].strip_suffix(b"\""));
        let named = named
            || quoted
                .is_some_and(|before| WordTable::builtin().is(&plain_spelling(last_word(before)), WordClass::Host));
        if named || endpoint.port.is_some_and(|port| PORTS.contains(&port)) {
            return endpoint;
        }
    }
    Endpoint::default()
}

/// Where names of hosts and IPv4 addresses stand that are no part of a mail address.
fn hosts(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let part_of_name = |b: &u8| b.is_ascii_alphanumeric() || b".-".contains(b);
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let start = at + text[at..].iter().position(part_of_name)?;
            at = text[start..].iter().position(|b| !part_of_name(b)).map_or(text.len(), |i| start + i);
            let length = text[start..at].iter().rposition(u8::is_ascii_alphanumeric).map_or(0, |i| i + 1);
            let host = &text[start..start + length];
            let in_address = start > 0 && text[start - 1] == b'@' || text.get(at) == Some(&b'@');
            let is_ip = || std::str::from_utf8(host).is_ok_and(|host| host.parse::<Ipv4Addr>().is_ok());
            if !in_address && (is_host_name(host) || is_ip()) {
                return Some(start..start + length);
            }
        }
    })
}

/// The server whose name stands at this place, with its port; none where nothing does.
pub(super) fn endpoint_at(text: &[u8], host: Range<usize>) -> Endpoint<'_> {
    let (Some(name @ [_, ..]), Some(behind)) = (text.get(host.clone()), text.get(host.end..)) else {
        return Endpoint::default();
    };
    // `[::ffff:192.0.2.1]:465`
    let dots = behind.iter().take_while(|b| b".-]".contains(b)).count();
    Endpoint { host: name, port: port(&behind[dots..]), ..Endpoint::default() }
}

/// `:587`, ` 465`, `",587`, ` port=465`, `, Protocol: SMTP, Poort: 25`: without a colon or the word it must be a port of mail.
fn port(after: &[u8]) -> Option<u16> {
    let digits = |text: &[u8]| {
        let start = text.iter().position(|b| !b" \t\"'=,;:(".contains(b))?;
        let end = text[start..].iter().position(|b| !b.is_ascii_digit()).map_or(text.len(), |i| start + i);
        number(&text[start..end]).and_then(|port| u16::try_from(port).ok())
    };
    // Where a word for it ends that begins here.
    let word_end = |at: usize| {
        let begins = at == 0 || !is_word_byte(after[at - 1]);
        let word = after[at..].split(|b| !b.is_ascii_alphabetic()).next().unwrap_or_default();
        (begins && [b"port".as_slice(), b"poort"].iter().any(|port| port.eq_ignore_ascii_case(word)))
            .then(|| at + word.len())
    };
    let direct = digits(after).filter(|port| after.starts_with(b":") || PORTS.contains(port));
    direct.or_else(|| memchr::memchr2_iter(b'p', b'P', after).find_map(word_end).and_then(|end| digits(&after[end..])))
}

#[cfg(test)]
mod tests;
