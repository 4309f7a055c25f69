//! Passwords that nothing names. Where somebody signs in, a row tells where, who and how: `mail.own.co.za, 587, fred, Kudu7`,
//! `fred|Kudu7|mail.own.co.za`, `smtp("fred", "Kudu7")`. Whatever parts it, the password stands right behind the name.

use std::{cell::LazyCell, mem};

use crate::{knowledge::SecretNames, smtp::PORTS};

use super::{
    super::{
        allow_list, server_name,
        shape_class::is_shape,
        span::{Span, runs, words},
        stand_in::is_stand_in,
        standing,
    },
    is_decorated, is_known_all, is_of_user,
    odd::is_number,
    spoken::{is_loose, is_nothing, may_be_value},
};

/// Characters of a name or a password; a shorter one stands in every sentence.
const SHORTEST: usize = 3;
/// Characters of a password that nothing but a mark parts from a name.
const PLAIN: usize = 5;
/// Parts behind a place, and before one, that may still be of its row.
const NEAR: usize = 4;
/// Bytes and words of a part in quotes.
const QUOTED: usize = 80;
const PHRASE: usize = 4;
/// Ports of POP and IMAP, whose settings stand beside those of SMTP.
const MAILBOX_PORTS: [u16; 4] = [110, 143, 993, 995];
/// Endings of programs and scripts, whose arguments follow.
const PROGRAMS: [&str; 6] = [".exe", ".vbs", ".bat", ".cmd", ".ps1", ".py"];
/// Quotes around a part, also where a word processor has turned them.
const QUOTES: [char; 7] = ['\'', '"', '`', '\u{2018}', '\u{2019}', '\u{201c}', '\u{201d}'];

/// The text between a part and the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    /// Blanks, as in a sentence.
    Blank,
    /// Marks of a list.
    Listed,
    /// A colon or a slash, and nothing else.
    Joined,
}

/// A part of a row.
#[derive(Clone, Copy, Debug)]
struct Part<'t> {
    at: usize,
    word: &'t str,
    gap: Gap,
    /// A bracket, a quote or a colon follows.
    opens: bool,
    /// A place where somebody signs in. Each part is asked as often as there are parts near it.
    place: bool,
}

/// The password right behind whoever signs in, near the place where he does.
pub(super) fn beside(text: &str, spans: &mut Vec<Span<()>>) {
    let parts = parts(text);
    let is_place = |part: &Part<'_>| part.place;
    let told = LazyCell::new(|| super::is_told_in(text));
    let (mut near, mut called_with) = (0, false);
    let (mut rest, mut label) = (&*parts, "");
    while let [user, after @ ..] = rest {
        rest = after;
        let label = mem::replace(&mut label, user.word);
        if is_place(user) {
            near = NEAR;
            called_with = user.opens && is_protocol(user.word);
            continue;
        }
        near = near.saturating_sub(1);
        // A number or a word of settings between them tells more of the place: `587`, `SSL`.
        let [password, behind @ ..] = after else { return };
        let placed = near > 0 || behind.iter().take(NEAR).any(is_place);
        let next = behind.first().map_or(Gap::Blank, |next| next.gap);
        let pair = password.gap == Gap::Joined && user.gap != Gap::Joined && next != Gap::Joined;
        let quoted = |part: &Part<'_>| text[..part.at].ends_with(QUOTES);
        let quoted_pair = password.gap == Gap::Listed && quoted(user) && quoted(password);
        let slash = text[user.at + user.word.len()..password.at].trim() == "/" && next != Gap::Joined;
        // `"msg":"Kudu7"`, `SMTPRecipientRefused(`
        let keyed = || is_keyed(&text[user.at + user.word.len()..]);
        let method = || text[password.at + password.word.len()..].starts_with('(');
        // `InitMail fred,invoice`: the last of a list.
        let between = text[user.at + user.word.len()..password.at].trim_matches(['"', '\'', '\\', ' ']);
        // `fred@own.co.za invoice`: an address, one word, and nothing else; or a mark between them, `as fred@own.co.za: invoice`.
        let mark = text[user.at + user.word.len()..password.at].trim();
        let alone =
            if mark.is_empty() { parts.len() == 2 } else { matches!(mark, ":" | "," | "/") && behind.is_empty() };
        // `ftp> user reception invoice`
        let labelled = || {
            let blank = user.gap == Gap::Blank && password.gap == Gap::Blank && mark.is_empty();
            blank && behind.is_empty() && is_of_user(label) && is_user(user.word) && may_be_value(user.word)
        };
        let of_two = (alone && user.word.contains('@') || labelled()) && is_nothing(password.word);
        let last_listed = between == "," && behind.is_empty() && is_loose(password.word);
        if !placed && !pair && !quoted_pair && !slash && !last_listed && !of_two || keyed() || method() {
            continue;
        }
        let strange = is_user(user.word) && user.word.chars().count() >= SHORTEST && !is_known_all(user.word);
        let listed = password.gap != Gap::Blank;
        // `fred:Kudu7` needs no place.
        let joined = pair && strange && is_plain(password.word) && !(is_title(user.word) && is_title(password.word));
        // In a sentence of some language other words follow, and a person's name begins with a capital.
        let alone = behind.first().is_none_or(|next| next.gap != Gap::Blank || !is_password(next.word));
        let called = strange || user.word.contains('@');
        // Right behind a place, and between quotes, a word that programs use may be a name.
        let named = pair && near == NEAR - 1 || quoted(user) && quoted(password);
        let nothing = || is_user(user.word) && (named || is_nothing(user.word));
        let row = called && user.word.starts_with(char::is_lowercase) && alone || listed && (called || nothing());
        let behind_password = &text[password.at + password.word.len()..];
        let names = || is_keyed(behind_password);
        // `Login("fred", "Monday")`, `connect("mail.own.co.za", "fred", "Monday")`, `("fred", "Monday") # credentials`: what
        // stands there is a password, whatever else programs call so.
        let told_pair = || quoted_pair && called && *told;
        // `InitMail reception,invoice`
        let called_by_method = parts.len() == 3 && is_method(parts[0].word) && is_nothing(user.word);
        let argument = || {
            // `(mail.own.co.za, 587, fred, invoice)`
            let listed = user.gap == Gap::Listed && next != Gap::Joined && matches!(between, "," | ";" | "|");
            let in_row = listed && near > 0 && is_loose(password.word);
            in_row && (called || nothing())
                || last_listed && (strange || called_by_method) && user.word.starts_with(char::is_lowercase)
                || called_with && near == NEAR - 1 && (password.gap == Gap::Listed || strange && pair)
                || quoted_pair && called && near > 0
                || told_pair()
                || pair && strange && user.word.starts_with(char::is_lowercase) && *told
        };
        let handed = || is_plain_word(password.word) && argument() && may_be_value(password.word) && !names();
        // `mail.own.co.za 587 fred@own.co.za thunderbird`, `send.py mail.own.co.za fred thunderbird`
        let last = || {
            let named = strange || is_user(user.word) && is_nothing(user.word) && standing::is_command_line(text);
            let hidden = text[user.at..password.at].contains(super::HIDDEN);
            near == NEAR - 1 && named && !hidden && user.word.starts_with(char::is_lowercase)
        };
        let ends = || {
            let hidden = between.contains(super::HIDDEN);
            let last = near > 0 && behind.is_empty() && !hidden && (user.word.contains('@') || last());
            last && may_be_value(password.word)
        };
        let plain = || may_be_value(password.word) && !names();
        // `login failed for reception / invoice`
        let slashed = || {
            slash && (called || may_be_value(user.word)) && is_loose(password.word) && plain() && (near > 0 || *told)
        };
        // `send(mail, "fred@own.co.za", "invoice")`, `open "POST", url, "fred", "77120031"`
        let passed = || {
            let called = user.word.contains('@')
                && is_known_all(password.word)
                && plain()
                && (text[..user.at].contains('(') || behind.is_empty());
            quoted_pair && (called || strange && behind.is_empty() && is_number(password.word))
        };
        let found = (is_password(password.word) || handed())
            && (joined || placed && row || told_pair() || last_listed && argument());
        if found || ends() || slashed() || passed() || of_two && is_loose(password.word) {
            // A slash or a colon may be a part of it.
            let more = behind.iter().take_while(|next| next.gap == Gap::Joined && !is_place(next)).count();
            let last = behind[..more].last().unwrap_or(password);
            spans.push(Span::new(password.at, last.at + last.word.len(), ()));
            rest = &behind[more..];
        }
    }
}

/// Nothing but letters, and enough of them for a password.
fn is_plain_word(word: &str) -> bool {
    word.len() > SHORTEST && word.bytes().all(|b| b.is_ascii_alphabetic())
}

/// What stands before this in quotes is a name, and its value follows.
fn is_keyed(behind: &str) -> bool {
    behind.trim_start_matches('\\').strip_prefix(QUOTES).is_some_and(|rest| rest.starts_with([':', '=']))
}

/// The words of a text, and what stands in quotes as one.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    let (mut at, mut gap) = (0, Gap::Blank);
    while let Some(c) = text[at..].chars().next() {
        let fresh = !text[..at].ends_with(char::is_alphanumeric);
        let share = text[at..].starts_with("\\\\") && fresh;
        let phrase = (QUOTES.contains(&c) && fresh).then(|| phrase(&text[at + c.len_utf8()..], c)).flatten();
        if let Some(word) = phrase {
            parts.push(Part { at: at + c.len_utf8(), word, gap: Gap::Listed, opens: false, place: false });
            at += c.len_utf8() + word.len();
            at += text[at..].find(|c| c != '\\').unwrap_or(0) + c.len_utf8();
            gap = Gap::Listed;
        } else if !share && is_mark(&text[at..]) {
            if let Some(last) = parts.last_mut().filter(|last| last.at + last.word.len() == at) {
                last.opens |= "(\"'".contains(c);
            }
            gap = gap.max(if c.is_whitespace() { Gap::Blank } else { Gap::Listed });
            at += c.len_utf8();
        } else {
            let token = &text[at..];
            // Of most bytes their own value tells whether they part words.
            let plain = if share { 0 } else { token.bytes().take_while(|b| PLAIN_BYTES[usize::from(*b)]).count() };
            let ends = |(n, c): &(usize, char)| if share { c.is_whitespace() } else { is_mark(&token[plain + *n..]) };
            let len = token[plain..].char_indices().find(ends).map_or(token.len(), |(n, _)| plain + n);
            let known = parts.len();
            split(&token[..len], at, gap, &mut parts);
            // `fred + Kudu7`
            gap = if parts.len() > known { Gap::Blank } else { Gap::Listed };
            at += len;
        }
    }
    for part in &mut parts {
        part.place = is_place(part.word) || part.opens && is_protocol(part.word);
    }
    parts
}

/// Bytes of a word that are never a mark, whatever follows.
const PLAIN_BYTES: [bool; 256] = {
    let (mut table, mut byte) = ([false; 256], 0);
    while byte < 256 {
        table[byte] =
            (byte as u8).is_ascii_alphanumeric() || matches!(byte as u8, b'-' | b'.' | b'_' | b'@' | b':' | b'/');
        byte += 1;
    }
    table
};

/// A mark that parts words stands first. A backslash is one before a quote; else it joins the folders of a path.
fn is_mark(rest: &str) -> bool {
    if rest.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return false;
    }
    let mark = |c: char| c.is_whitespace() || QUOTES.contains(&c) || ",;|()[]{}<>=".contains(c);
    rest.starts_with(mark) || rest.strip_prefix('\\').is_some_and(|after| after.starts_with(QUOTES))
}

/// A token, parted at its colons and slashes where it is no link, path, time or anything else with a form of its own.
fn split<'t>(token: &'t str, at: usize, gap: Gap, parts: &mut Vec<Part<'t>>) {
    // `18:52:25`, of which no part is a port.
    let time = !token.contains(char::is_alphabetic) && token.trim_matches(':').contains(':');
    let link = token.contains("://") || token.starts_with(['/', '\\', '-']);
    let whole = time || link || token.contains('@') && !token.contains(':');
    let mut gap = gap;
    let mut from = at;
    for word in token.split(|c| !whole && (c == ':' || c == '/')) {
        if word.contains(char::is_alphanumeric) {
            let opens = from + word.len() < at + token.len();
            parts.push(Part { at: from, word, gap, opens, place: false });
            gap = Gap::Joined;
        } else {
            gap = gap.max(Gap::Listed);
        }
        from += word.len() + 1;
    }
}

/// A few words in quotes; one alone is a token like any other.
fn phrase(text: &str, quote: char) -> Option<&str> {
    let close = match quote {
        '\u{2018}' => '\u{2019}',
        '\u{201c}' => '\u{201d}',
        quote => quote,
    };
    let end = text.char_indices().take_while(|(at, _)| *at < QUOTED).find(|(_, c)| *c == close)?.0;
    // In a string the quote that closes is escaped too.
    let word = text[..end].trim_end_matches('\\');
    // A row with a place in it has parts of its own.
    let few = (2..=PHRASE).contains(&words(word).count()) && !words(word).any(|(_, word)| is_place(word));
    (few && !word.contains([',', '=', '(', '"', '\''])).then_some(word)
}

/// A server, a port of mail, a share, a program.
fn is_place(word: &str) -> bool {
    if !word.contains('.') && !word.starts_with(|c: char| c.is_ascii_digit() || c == '\\') {
        return false;
    }
    let name = word.trim_start_matches(['*', '.']);
    name.contains('.') && (server_name::is_internet_name(name) || PROGRAMS.iter().any(|end| name.ends_with(end)))
        || is_port(word)
        || word.starts_with("\\\\") && word.len() > 4
        || name.parse::<std::net::Ipv4Addr>().is_ok()
}

/// `587`; `0110` is a time.
fn is_port(word: &str) -> bool {
    let of_mail = |port: u16| PORTS.contains(&port) || MAILBOX_PORTS.contains(&port);
    word.starts_with(|c: char| matches!(c, '1'..='9')) && word.parse().is_ok_and(of_mail)
}

/// `SMTP(`, `imap:`, `login("`
fn is_protocol(word: &str) -> bool {
    let last = word.rsplit('.').next().unwrap_or_default();
    ["smtp", "imap", "pop3"].iter().any(|name| last.eq_ignore_ascii_case(name))
        || SecretNames::builtin().is_sign_in(word.as_bytes())
}

/// Somebody can be called so where he signs in.
fn is_user(word: &str) -> bool {
    word != "localhost"
        && word.starts_with(char::is_alphabetic)
        && word.chars().all(|c| c.is_alphanumeric() || "._-".contains(c))
}

/// `InitMail`: a capital within, and nothing but letters.
fn is_method(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_alphabetic())
        && word.as_bytes().windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
}

/// A word without marks, too long for the end of another one.
fn is_plain(word: &str) -> bool {
    word.chars().count() >= PLAIN && word.chars().all(char::is_alphanumeric)
}

/// `Africa`, of `Africa/Johannesburg`.
fn is_title(word: &str) -> bool {
    word.starts_with(char::is_uppercase) && word.chars().all(char::is_alphabetic)
}

/// It can be what nobody but who signs in knows.
fn is_password(word: &str) -> bool {
    let decorated = is_decorated(word);
    let strange = |(_, part): (usize, &str)| part.contains(char::is_alphabetic) && !allow_list::is_known(part);
    word.chars().count() >= SHORTEST
        && (is_number(word)
            || decorated
            || runs(word, true, |b| b.is_ascii_alphanumeric()).any(strange))
        && !word.starts_with(['-', '/'])
        // `04:32:04.981Z`
        && !(word.contains(':') && word.starts_with(|c: char| c.is_ascii_digit()))
        && (decorated || !word.contains(['@', '\\']))
        && !is_shape(word)
        && !is_place(word)
        && !is_stand_in(word)
}
