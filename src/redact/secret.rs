//! What no option prints: passwords and tokens that stand in free text, outside the AUTH exchange (that one `session`
//! has already emptied). Each rule goes over the text once, so a hostile line costs no more than a long one.

mod accounted;
mod behind_user;
mod beside;
pub(super) mod commands;
mod dump;
pub(super) mod encoded;
mod labels;
pub(super) mod next_line;
mod odd;
mod spoken;
mod statement;
mod tokens;
mod value;

use std::{
    borrow::Cow,
    cell::RefCell,
    collections::HashSet,
    hash::{BuildHasher, RandomState},
};

use crate::{
    knowledge::{SecretNames, WordClass, word_classes},
    memo::{self, Memo, Quick},
    smtp::{self, AuthMechanism, ReplyCode},
};

use super::span::{Span, floor_char_boundary, replace, runs, words};
pub(super) use super::stand_in::HIDDEN;
pub(super) use {behind_user::is_of_user, spoken::may_be_value};

thread_local! {
    static CLEAN: RefCell<Clean> = RefCell::default();
    static FOUND: RefCell<Memo<Vec<Span<()>>>> = RefCell::default();
    static ODD: RefCell<Memo<Vec<Span<()>>>> = RefCell::default();
    static KEYS: RefCell<Memo<bool>> = RefCell::default();
    static OPENERS: RefCell<Memo<bool>> = RefCell::default();
}

/// A setting of this name holds a secret.
pub(super) fn is_key(name: &str) -> bool {
    KEYS.with(|keys| memo::kept(keys, name, |name| SecretNames::builtin().is_name(name)))
}

/// What stands behind this part of a link, or word, may let somebody in.
fn opens_page(step: &str) -> bool {
    OPENERS.with(|openers| memo::kept(openers, step, |step| SecretNames::builtin().opens_page(step)))
}

/// Where secrets stand in the text, as it is written and as it is meant.
pub(super) fn found(text: &str) -> Vec<Span<()>> {
    let hash = CLEAN.with_borrow(|clean| clean.key.hash_one(text));
    if CLEAN.with_borrow(|clean| clean.seen.contains(&hash)) {
        return Vec::new();
    }
    if let Some(known) = FOUND.with_borrow(|found| found.get(text.as_bytes()).cloned()) {
        return known;
    }
    let found = by_piece(&parted(text), rules);
    if found.is_empty() {
        CLEAN.with_borrow_mut(|clean| clean.keep(hash));
    } else {
        FOUND.with_borrow_mut(|kept| kept.keep(text.as_bytes(), found.clone()));
    }
    found
}

/// Texts in which nothing was found, so that the second reading for a copy need not look again. Kept as hashes whose key is new
/// in each run: nobody can write a text with the hash of another.
#[derive(Default)]
struct Clean {
    key: RandomState,
    seen: HashSet<u64, Quick>,
}

/// Clean texts that are kept; when they are more, all are looked at anew.
const MOST_CLEAN: usize = 1 << 18;

impl Clean {
    fn keep(&mut self, hash: u64) {
        if self.seen.len() >= MOST_CLEAN {
            self.seen.clear();
        }
        self.seen.insert(hash);
    }
}

/// Bytes of a text that are looked at in one go, and those at their end that are looked at with the next ones too: so a hostile
/// line costs no more than a long one, whatever a rule does.
const PIECE: usize = 2_048;
const AGAIN: usize = 256;

fn by_piece(text: &str, find: fn(&str, &mut Vec<Span<()>>)) -> Vec<Span<()>> {
    let mut spans = Vec::new();
    let mut from = 0;
    loop {
        let end = floor_char_boundary(text, from + PIECE);
        let known = spans.len();
        sought(&text[from..end], &mut spans, find);
        let mut next = end;
        for Span { at, .. } in &mut spans[known..] {
            *at = at.start + from..at.end + from;
            if at.end == end {
                // What is hidden up to the end may go on behind it.
                next = text[next..].find(char::is_whitespace).map_or(text.len(), |n| next + n);
                at.end = next;
            }
        }
        if next == text.len() {
            return spans;
        }
        from = floor_char_boundary(text, next - AGAIN);
    }
}

/// Where words stand that nobody but somebody who was asked for a password writes.
pub(super) fn odd_words(text: &str) -> Vec<Span<()>> {
    ODD.with(|odd| memo::kept(odd, text, |text| by_piece(&parted(text), odd::odd_words)))
}

fn is_key_in_two(before: &str, word: &str) -> bool {
    SecretNames::builtin().is_name_in_two(before, word)
}

/// `smtp.auth.pass.plain`, `pw-old`: a part of the name is that of a secret, and none tells of something else about it. A
/// hyphen joins words of a sentence too, `password-protected`, unless a mark follows.
fn is_key_within(name: &str, behind: &str) -> bool {
    let joint = |c: char| "._".contains(c) || c == '-' && behind.trim_start_matches(' ').starts_with(['=', ':']);
    memchr::memchr3(b'.', b'_', b'-', name.as_bytes()).is_some()
        && name.split(joint).any(|part| part.len() < name.len() && is_key(part))
        && name.split(joint).all(|part| !super::measure::ends_in_measure(part))
}

/// The word may be a secret where another line has one in its place: it tells not how things went, and is no address, host or code.
pub(super) fn may_stand(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    if is_known_all(bare) && !bare.bytes().any(|b| b.is_ascii_digit()) {
        return may_be_value(bare);
    }
    let digits = word.bytes().all(|b| b.is_ascii_digit());
    word.chars().any(char::is_alphanumeric)
        && (!digits || odd::is_number(word))
        && !spoken::is_place(word)
        && !super::stand_in::is_stand_in(word)
        && !word.contains(HIDDEN)
        && !is_reply_code(word)
}

/// The text with every secret that can be recognised replaced by `***`.
pub(super) fn hide(text: &str) -> String {
    replace(text, found(text), |(), _, out| out.push_str(HIDDEN))
}

/// The text without words that somebody has put marks and digits behind, which a server may quote where he signs in.
pub(super) fn hide_decorated(text: &str) -> String {
    let member = |b: u8| b.is_ascii_alphanumeric() || b"!@#$%^&*?.".contains(&b);
    let made = runs(text, false, member).filter(|(_, word)| is_decorated(word));
    replace(text, made.map(|(at, word)| Span::new(at, at + word.len(), ())).collect(), |(), _, out| {
        out.push_str(HIDDEN)
    })
}

/// The text with blanks for tabs that are spelt, and for line ends before a line of a reply: `did not pass\n550-5.7.26 SPF`.
fn parted(text: &str) -> Cow<'_, str> {
    let mut parted = Cow::Borrowed(text);
    for (at, mark) in text.match_indices('\\') {
        let after = &text.as_bytes()[at + mark.len()..];
        if after.starts_with(b"t") || after.starts_with(b"n") && smtp::reply_line(&after[1..]).is_ok() {
            parted.to_mut().replace_range(at..at + 2, "  ");
        }
    }
    parted
}

/// What a rule finds in the text, and in what it stands for where it is written in another way.
fn sought(text: &str, spans: &mut Vec<Span<()>>, find: fn(&str, &mut Vec<Span<()>>)) {
    find(text, spans);
    if let Some(plain) = encoded::plain(text) {
        let mut more = Vec::new();
        find(&plain.text, &mut more);
        spans.extend(more.into_iter().map(|span| Span::new(plain.place(span.at.start), plain.place(span.at.end), ())));
    }
}

fn rules(text: &str, spans: &mut Vec<Span<()>>) {
    tokens::url_credentials(text, spans);
    settings(text, spans);
    beside::beside(text, spans);
    tokens::nul_marks(text, spans);
    tokens::auth_arguments(text, spans);
    tokens::tokens(text, spans);
    commands::arguments(text, spans);
    dump::columns(text, spans);
    odd::forms(text, spans);
    labels::drawn(text, spans);
    statement::inserted(text, spans);
    accounted::unaccounted(text, spans);
}

/// `password=...`, `"smtpPass": "..."`, `<password>...</password>`, `-pw ...`, in English and Afrikaans.
fn settings(text: &str, spans: &mut Vec<Span<()>>) {
    let (mut done, mut before_name) = (0, "");
    for (start, name) in runs(text, true, |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')) {
        let two = std::mem::replace(&mut before_name, name);
        // What is hidden already right behind the name is its value.
        if start < done
            || text[..start].ends_with("</")
            || text[..start].ends_with("://")
            || text[start + name.len()..].starts_with(HIDDEN)
        {
            continue;
        }
        let key = is_key(name) || is_key_in_two(two, name) || is_key_within(name, &text[start + name.len()..]);
        if key && let Some(at) = spoken::value_before(&text[..start]) {
            spans.push(Span::new(at.start, at.end, ()));
        }
        // `PASS` at the beginning is POP3's command: some programs fetch before they send.
        let option = name.starts_with('-') && (key || OPTIONS.contains(&name)) || start == 0 && name == "PASS";
        let end = start + name.len();
        let found = if key || option {
            let assigned = text[..start].trim_end_matches(' ').ends_with('=');
            let both = || spoken::pair(text, end).filter(|_| name.eq_ignore_ascii_case("creds"));
            let told = || both().or_else(|| spoken::value(text, end));
            value::value(text, start, end, option).or_else(|| if assigned { None } else { told() })
        } else {
            other_value(text, start, name)
        };
        let unset = |from: usize, to: usize| {
            let around = from.checked_sub(1).and_then(|from| text.get(from..to + 1));
            is_unset(&text[from..to]) || around.is_some_and(is_unset)
        };
        let Some((from, to)) = found.filter(|(from, to)| !unset(*from, *to)) else { continue };
        if to > from {
            spans.push(Span::new(from, to, ()));
        }
        done = to;
    }
}

/// `(not set)`, `<none>`: there is none, which may be why it does not work.
fn is_unset(value: &str) -> bool {
    const BRACKETS: [char; 6] = ['(', ')', '<', '>', '[', ']'];
    let bare = value.trim_matches(BRACKETS);
    let not = |word: &str| {
        let classes = word_classes(word.as_bytes());
        classes.has(WordClass::Not) || classes.has(WordClass::None)
    };
    value.starts_with(BRACKETS)
        && value.ends_with(BRACKETS)
        && words(bare).next().is_some_and(|(_, word)| not(word))
        && is_known_all(bare)
}

/// Words that are looked at of a value, and bytes of a tag: a line full of names is still read in one go.
const FEW: usize = 8;
const TAG: usize = 400;

/// Options of mail programs behind which a password stands.
const OPTIONS: [&str; 4] = ["-xp", "-ap", "--xp", "--ap"];

/// Values of settings whose names are used for other things too: a header, a pair of name and password.
fn other_value(text: &str, start: usize, name: &str) -> Option<(usize, usize)> {
    let is = |names: &[&str]| names.iter().any(|key| key.eq_ignore_ascii_case(name));
    let end = start + name.len();
    let body = text[end..].trim_start_matches(['"', '\'', ' ']);
    if is(&["login", "logon", "authenticate"]) && text[end..].starts_with(' ') {
        // `LOGIN name password`, as IMAP and people write it.
        let mut two = words(&text[end..]);
        if let (Some((_, user)), Some((at, word))) = (two.next(), two.next())
            && AuthMechanism::from_wire(user.as_bytes()).is_none()
            && (!is_sentence(word)
                || !is_known_all(word) && (!is_known_all(user) || word.starts_with('"'))
                || !is_known_all(user) && spoken::may_be_value(word.trim_matches(['"', '\'', ',', '.', ';'])))
        {
            // A quote that is escaped is closed by one that is.
            let bare = word.trim_start_matches('\\');
            let escape = word.len() - bare.len();
            let from = end + at + escape;
            let close = bare.starts_with('"').then(|| &text[end + at..=from]);
            let len = close.and_then(|close| Some(1 + text[from + 1..].find(close)?));
            return Some((from, from + len.unwrap_or(bare.len())));
        }
    }
    let strange = |from: usize, to: usize| {
        words(&text[from..to]).take(FEW).any(|(_, word)| !is_sentence(word) || odd::is_number(word))
    };
    // Where hardly anything else can stand, a word in one case is one too, unless programs use it.
    let unknown = |from: usize, to: usize| words(&text[from..to]).take(FEW).any(|(_, word)| !is_known_all(word));
    if is(&["authorization", "proxy-authorization", "cookie", "set-cookie", "x-auth", "x-auth-token"]) {
        let body = body.strip_prefix([':', '='])?.trim_start_matches([' ', '"', '\'']);
        // `Basic x`, `Token x`: a scheme is a word, and another one follows (RFC 9110 section 11.6.2).
        let mut parts = body.splitn(2, ' ');
        let (scheme, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default().trim_start());
        let named = scheme.len() > 1 && scheme.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-');
        let value = if named && !rest.is_empty() { rest } else { body };
        let from = text.len() - value.len();
        return Some((from, from + value.trim_end_matches(['"', '\'']).len())).filter(|(from, to)| unknown(*from, *to));
    }
    // `param[4]=invoice`, `WScript.Arguments(4) = invoice`: what a call was given, one by one.
    let counts = |part: &str| {
        ["arg", "param"].iter().any(|of| part.get(..of.len()).is_some_and(|head| head.eq_ignore_ascii_case(of)))
    };
    if name.split('.').any(counts)
        && let Some(value) = nth_argument(&text[start + name.trim_end_matches(|c: char| c.is_ascii_digit()).len()..])
    {
        let from = text.len() - value.len();
        let len = value.find(|c: char| !c.is_alphanumeric()).unwrap_or(value.len());
        let alone = value[len..].trim_start_matches(['"', '\'', ',', ';', ')', ']']);
        let whole = alone.is_empty() || alone.starts_with('<') || alone.starts_with(char::is_whitespace);
        return (whole && spoken::may_be_value(&value[..len])).then_some((from, from + len));
    }
    if let Some(value) = behind_user::value(text, start, name).or_else(|| behind_user::element(text, start, name)) {
        return Some(value);
    }
    // RFC 4954 section 5: who handed the mail in.
    if name.eq_ignore_ascii_case("auth") && names_sender(&text[..start]) {
        let value = text[end..].strip_prefix('=')?;
        let len = value.find(char::is_whitespace).unwrap_or(value.len());
        return (len > 0 && value != "<>").then_some((end + 1, end + 1 + len));
    }
    // `relayhost_auth`
    let last = name.rsplit(['_', '.']).next().unwrap_or(name);
    let is = |names: &[&str]| names.iter().any(|key| key.eq_ignore_ascii_case(last));
    if is(&["credential", "credentials"])
        && let Some(value) = spoken::pair(text, end)
    {
        return Some(value);
    }
    if is(&["login", "credential", "credentials", "creds", "auth", "sasl", "kennwort", "passe", "xp", "session", "p"]) {
        let told = ["=", ":", "->"].iter().any(|mark| body.starts_with(*mark));
        // `auth=('fred', 'Kudu7')`
        let list = body.trim_start_matches(['=', ':', '-', '>', ' ']);
        let from = text.len() - list.len();
        if told
            && list.starts_with(['(', '[', '{'])
            && let Some(len) = list.find([')', ']', '}'])
            && list[..len].contains(',')
            && unknown(from, from + len)
        {
            return Some((from + 1, from + len));
        }
        let (from, to) = value::value(text, start, end, false).filter(|_| told)?;
        let value = &text[from..to];
        // `Invalid login: 535 Incorrect authentication data`
        if words(value).next().is_some_and(|(_, word)| is_reply_code(word)) {
            return None;
        }
        let one = is(&["auth", "sasl", "p", "session", "xp"]);
        // The string of JSON in which it stands ends before the next name.
        let ends = [value.find("\",\""), value.find(char::is_whitespace).filter(|_| one)];
        let to = from + ends.into_iter().flatten().min().unwrap_or(value.len());
        // `U:fred P:Kudu7`
        let behind_user = is(&["p"]) && names_user(&text[..start]);
        let pair = !is(&["auth", "session", "p"])
            || text[from..to].contains(':')
            || behind_user
            || is(&["p"]) && text[..start].ends_with('/');
        let method = AuthMechanism::from_wire(&text.as_bytes()[from..to]).is_some();
        let sure = is(&["credential", "credentials", "creds"]);
        let value = if sure || behind_user {
            // `?p=OverQuota` names a page.
            let page = text[..start].ends_with('?');
            unknown(from, to) || behind_user && !page && spoken::may_be_value(&text[from..to])
        } else {
            strange(from, to) || text[from..to].contains(':') && unknown(from, to)
        };
        return (pair && !method && value).then_some((from, to));
    }
    None
}

/// What stands behind the number of an argument: `[4]=`, `(4) =`, ` 3: "`.
fn nth_argument(rest: &str) -> Option<&str> {
    let number = rest.trim_start_matches(['[', '(', ' ', '#']);
    let behind = number.trim_start_matches(|c: char| c.is_ascii_digit());
    let value = behind.trim_start_matches([']', ')', ' ']);
    let value = value.strip_prefix(['=', ':']).or(value.strip_prefix("is "))?;
    (behind.len() < number.len()).then(|| value.trim_start_matches(['>', ' ', '"', '\'']))
}

/// Programs use every part of the text about themselves, and nobody made a password of such a word.
pub(super) fn is_known_all(text: &str) -> bool {
    runs(text, true, |b| b.is_ascii_alphanumeric()).all(|(_, part)| super::allow_list::is_known(part))
        && !is_decorated(text)
}

/// Digits behind a word that make a password of it; a version and the number of a server have fewer.
const DECORATION: usize = 3;

/// `Welcome@1090`, `Office#9`, `Practice2015`: what people put behind a word where a word is not enough.
fn is_decorated(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    let behind = bare.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let digits = behind.strip_prefix(|c: char| "!@#$%^&*?.".contains(c)).unwrap_or(behind);
    let marked = digits.len() < behind.len() && !behind.starts_with('.');
    behind.len() + 1 < bare.len()
        && digits.len() >= if marked { 1 } else { DECORATION }
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !super::allow_list::is_known(bare)
}

/// A word that a sentence may hold: letters in one case, a number of a code, marks. A password is hardly one of them.
fn is_sentence(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    let letters = bare.bytes().all(|b| b.is_ascii_alphabetic() || b"-/'.,:".contains(&b));
    let one_case =
        !bare.bytes().skip(1).any(|b| b.is_ascii_uppercase()) || !bare.bytes().any(|b| b.is_ascii_lowercase());
    let code = bare.bytes().all(|b| b.is_ascii_digit() || b == b'.') && bare.len() <= 8;
    letters && one_case || code || is_reply_code(bare) || bare.contains("://") || super::pseudonym::is_stand_in(bare)
}

/// `550`, `550-5.7.26`, `5.7.26`: what a server answers (RFC 5321 section 4.2, RFC 3463).
fn is_reply_code(word: &str) -> bool {
    let is_status = |text: &[u8]| matches!(smtp::enhanced_status_code(text), Ok(([], _)));
    match word.as_bytes() {
        [b'2' | b'4' | b'5', second, third, rest @ ..] if second.is_ascii_digit() && third.is_ascii_digit() => {
            rest.is_empty() || is_status(rest.strip_prefix(b"-").unwrap_or(rest))
        }
        word => is_status(word),
    }
}

/// A text is about signing in, so that a word of it may be a password however it is put.
pub(super) fn is_told_in(text: &str) -> bool {
    let names = SecretNames::builtin();
    let told = |text: &str| names.is_sign_in(text.as_bytes()) || names.may_stand_in(text.as_bytes());
    // What a link is about tells nothing of the words beside it.
    let told = match memchr::memmem::find(text.as_bytes(), b"://") {
        Some(_) => {
            told(&words(text).map(|(_, word)| word).filter(|word| !word.contains("://")).collect::<Vec<_>>().join(" "))
        }
        None => told(text),
    };
    let named =
        |word: &str| ["pin:", "pw:", "u:", "p:", "-u", "-p", "user"].iter().any(|name| name.eq_ignore_ascii_case(word));
    let answered = |at: usize, word: &str| {
        let code = word.get(..3).filter(|_| word.len() == 3 || word.as_bytes()[3] == b'-');
        let code = code.and_then(|code| code.parse().ok()).map(ReplyCode);
        code.is_some_and(|code| code.is_of_sign_in() || at == 0 && code.may_quote_answer())
    };
    told || words(text).any(|(at, word)| named(word) || answered(at, word))
}

/// `U:`, `user=` stands before as a label.
fn names_user(before: &str) -> bool {
    let near = &before[floor_char_boundary(before, before.len().saturating_sub(TAG))..];
    runs(near, false, |b| b.is_ascii_alphanumeric()).any(|(at, name)| {
        let label = near[at + name.len()..].trim_start_matches([' ', '"', '\'', '\\']).starts_with([':', '=']);
        label && is_of_user(name)
    })
}

/// `MAIL FROM:<...>` stands before.
fn names_sender(before: &str) -> bool {
    let near = before[floor_char_boundary(before, before.len().saturating_sub(TAG))..].to_ascii_lowercase();
    near.contains("mail from:") || near.contains("send from:")
}

#[cfg(test)]
mod tests;
