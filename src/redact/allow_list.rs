//! The allow list: of a text only words of the vocabulary stay, stand-ins, names of servers, times, sizes and other
//! numbers that say what they are, and ids by which a provider finds the mail. Any other word becomes its shape.

use crate::{container::timestamp, knowledge::Vocabulary};

use super::{
    field, known_word,
    measure::{self, is_unit},
    name_word,
    number::{
        MAX_FREE_DIGITS, MIN_GROUPED_DIGITS, dotted, grouped, is_day, is_dotted_date, is_dotted_number, is_joined,
    },
    person,
    prompt::is_prompt,
    public_domain::is_public,
    server_name, shape_class,
    span::runs,
    stand_in::{HIDDEN, is_replaced, is_stand_in},
    standing, trace,
};

pub(super) use known_word::is_known;
pub(super) use shape_class::shape;

/// How a text is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strictness {
    /// A server's words.
    Reply,
    /// The writer's own chatter.
    Chatter,
    /// The writer's own chatter where people do not count: of the words that nobody knows only those go that somebody may have typed, and no
    /// number.
    Peopled,
    /// Words that may quote an answer of a sign-in, or be one: no ids.
    Guarded,
}

/// Digits of a number behind a word that says what it counts.
const MAX_LABELLED_DIGITS: usize = 12;
/// Digits of an id that a server gave.
const MAX_QUEUE_ID_DIGITS: usize = 24;
/// Characters of an id that is no password: these have hardly more than sixteen.
const MIN_LONG_ID: usize = 17;
/// Characters of a time that can be nothing else: `2026-11-23 08:26`.
const MIN_SURE_TIME: usize = 14;
/// Characters of a number in hex: `0x800CCC0F`.
const MAX_HEX_NUMBER: usize = 10;

/// Letters of a known word that is one behind a mark, too; of a password a mark may leave pieces that are words.
const MIN_GLUED: usize = 4;
/// Characters of an address of IPv6.
const MAX_IPV6: usize = 39;
/// Digits of the number of a standard.
const MAX_CITED_DIGITS: usize = 5;
const MAX_PORT_DIGITS: usize = 5;
/// Words behind a title or the label of a name that are the name: a first name and a surname.
const NAMES: u8 = 2;
/// Words behind the label of a date of birth among which the date stands: `born on the 12/5/76`, `12 May 76`.
const NEAR_BIRTH: u8 = 3;

/// Words behind which a link has the number of a page, and bytes of the link that are looked at.
const PAGES: [&str; 3] = ["answer", "article", "linkid"];
const LINK: usize = 120;

/// Characters that stand in passwords, and hardly anywhere in what programs write.
const MARKS: [char; 8] = ['!', '#', '$', '%', '^', '&', '~', '?'];

/// The text with the shape of every word that is not known. `keeps` knows the servers of this log and who is shown: `None`
/// where the name itself must tell.
pub(super) fn mask(text: &str, how: Strictness, keeps: &dyn Fn(&str) -> Option<bool>) -> String {
    let out = String::with_capacity(text.len());
    let typed = how == Strictness::Peopled && standing::is_command_line(text);
    let mut masker = Masker {
        how,
        keeps,
        out,
        counted: 0,
        strange: false,
        queued: false,
        glued: false,
        typed,
        born: 0,
        called: 0,
        label: false,
    };
    let mut rest = text;
    while let Some((label, end)) = person::private(rest).filter(|_| how != Strictness::Peopled) {
        masker.words(&rest[..label]);
        masker.out.push_str(&shape(&rest[label..end]));
        rest = &rest[end..];
    }
    masker.words(rest);
    masker.out
}

struct Masker<'k> {
    how: Strictness,
    keeps: &'k dyn Fn(&str) -> Option<bool>,
    out: String,
    /// Words for which the label of a number still holds.
    counted: u8,
    /// A word stood before that nobody knows: what follows may be somebody's, too.
    strange: bool,
    /// The word before gives an id.
    queued: bool,
    /// A mark joins the next word to one that is not known.
    glued: bool,
    /// The whole text is what somebody typed.
    typed: bool,
    /// Words for which the label of a date of birth still holds.
    born: u8,
    /// Words that are somebody's name if they have a capital, whatever else they mean.
    called: u8,
    /// The word before is the label of a name.
    label: bool,
}

impl Masker<'_> {
    fn words(&mut self, text: &str) {
        let mut done = 0;
        while let Some(from) = text[done..].find(|c: char| is_token(c)).map(|n| done + n) {
            self.gap(&text[done..from]);
            let peopled = self.how == Strictness::Peopled;
            let born = self.born > 0;
            self.born = self.born.saturating_sub(1);
            let private =
                if peopled { None } else { person::spelled(text, from).or_else(|| person::day(text, from, born)) };
            if let Some(end) = private {
                self.out.push_str(&shape(&text[from..end]));
                done = end;
                continue;
            }
            done = match self.time(text, from).or_else(|| self.ipv6(text, from)) {
                Some(end) => {
                    self.out.push_str(&text[from..end]);
                    end
                }
                None => {
                    let end = text[from..].find(|c: char| !is_token(c)).map_or(text.len(), |n| from + n);
                    self.token(text, from, end);
                    end
                }
            };
        }
        self.gap(&text[done..]);
    }

    /// What stands between words. Behind a word that is not known, marks may be a part of it.
    fn gap(&mut self, gap: &str) {
        let may_be_password = matches!(self.how, Strictness::Chatter | Strictness::Guarded);
        let of_a_word = may_be_password && self.out.ends_with(['a', 'A', '9']) && gap.contains(MARKS);
        let end = if of_a_word { gap.find(char::is_whitespace).unwrap_or(gap.len()) } else { 0 };
        if gap.contains([';', '|', '"']) && gap.contains([',', ';', '|']) || gap.contains(HIDDEN) {
            // Another cell: the label of a number does not hold for it.
            self.counted = 0;
        }
        if std::mem::take(&mut self.label) && gap.contains([':', '=', '>', '/']) {
            self.called = NAMES;
        } else if !gap.chars().all(|c| " .,'\"&-".contains(c)) {
            self.called = 0;
        }
        self.out.push_str(&gap[..end].replace(MARKS, "*"));
        self.out.push_str(&gap[end..]);
        self.glued = of_a_word && end == gap.len();
    }

    /// Where an address of IPv6 ends that begins here.
    fn ipv6(&self, text: &str, from: usize) -> Option<usize> {
        let rest = &text[from..];
        let member = |b: &u8| b.is_ascii_hexdigit() || *b == b':';
        let end = rest.bytes().take(MAX_IPV6 + 1).take_while(member).count();
        rest[..end].parse::<std::net::Ipv6Addr>().is_ok().then_some(from + end)
    }

    /// Where a time of day ends that begins here, with or without its date. A date alone may be somebody's birthday.
    fn time(&self, text: &str, from: usize) -> Option<usize> {
        let first = text.as_bytes().get(from)?;
        // What could be an answer of a sign-in must be a date and a time at least.
        let shortest = if self.how == Strictness::Guarded { MIN_SURE_TIME } else { 0 };
        let begins = first.is_ascii_digit() || first.is_ascii_uppercase();
        let fresh = !text[..from].ends_with(|c: char| c.is_alphanumeric() || c == ':');
        let end = from + (begins && fresh).then(|| timestamp::extent(&text.as_bytes()[from..]))??;
        // `Sat Nov 28 06:34:35 2026`
        let year = matches!(&text.as_bytes()[end..], [b' ', b'2', b'0', a, b, rest @ ..]
            if a.is_ascii_digit() && b.is_ascii_digit() && !rest.first().is_some_and(u8::is_ascii_alphanumeric));
        let stamp = text.get(from..end)?;
        let bare =
            self.how != Strictness::Peopled && person::is_bare_day(stamp) && !person::is_own_stamp(&text[..from]);
        let sure = stamp.contains(':') && end - from >= shortest && !bare;
        sure.then_some(if year { end + " 2026".len() } else { end })
    }

    fn token(&mut self, text: &str, from: usize, end: usize) {
        let whole = &text[from..end];
        // In a quoted string the letter behind a backslash is an escape, not the beginning of a word.
        let escaped = text[..from].ends_with('\\') && whole.starts_with(['n', 'r', 't']);
        let head = usize::from(escaped) + whole[usize::from(escaped)..].find(|c: char| !is_joint(c)).unwrap_or(0);
        self.out.push_str(&whole[..head]);
        let token = whole[head..].trim_end_matches(is_joint);
        let tail = &whole[head + token.len()..];
        if self.glued && (token.len() < MIN_GLUED || !is_known(token)) {
            self.out.push_str(&shape(token));
        } else if self.how != Strictness::Peopled && person::is_initials(token) {
            self.out.push_str(&shape(token));
            self.called = NAMES;
        } else if self.stays(&text[..from + head], token)
            || trace::is_code(token) && is_boxed(text, from + head, token.len())
        {
            self.out.push_str(token);
            self.next(token);
        } else {
            self.parts(text, from + head, token);
        }
        self.out.push_str(tail);
    }

    /// Whether the token behind this is known as a whole.
    fn stays(&self, before: &str, token: &str) -> bool {
        if let Some((local, domain)) = token.rsplit_once('@') {
            let id = trace::is_message_id(local, domain) && (trace::id_host(domain) || is_replaced(domain));
            return is_stand_in(local) && (is_public(domain) || is_replaced(domain))
                || id
                || trace::is_id(local) && is_replaced(domain)
                || (self.keeps)(token) == Some(true);
        }
        let dotted = token.contains('.');
        if is_stand_in(token) || dotted && is_replaced(token) {
            return true;
        }
        if let Some((name, _)) = token.rsplit_once('.').filter(|(name, kind)| is_stand_in(name) && is_known(kind)) {
            return !name.is_empty();
        }
        if dotted && let Some(keeps) = (self.keeps)(token) {
            return keeps;
        }
        dotted && (server_name::is_server(token) || is_dotted_number(token))
            || self.how != Strictness::Guarded && (self.is_id(before, token) || is_prompt(token))
    }

    /// Whether a server drew the token. In what a program writes about itself, `p = 'DTdHM7BZnFHL'`, a short one of capitals,
    /// small letters and digits may be a password as well, and so may any behind a name that no program uses: there it needs
    /// a word that says what it is.
    fn is_id(&self, before: &str, token: &str) -> bool {
        // A text in base64 may have its form.
        if !trace::is_id(token) || trace::is_encoded(token) {
            return false;
        }
        // `"sid":"xXQ0eJDLMHs"`
        let field = field::before(before);
        let named = self.queued || field.is_id();
        let chatter = self.strange || matches!(self.how, Strictness::Chatter | Strictness::Peopled);
        let may_be_password = chatter && token.len() < MIN_LONG_ID && trace::may_be_typed(token)
            // `wagw: sT9bZ85x5g6k`, of whatever tongue.
            || field.mark.is_some() && field.is_strange();
        named || !may_be_password
    }

    /// The words of a token that is not known as a whole.
    fn parts(&mut self, text: &str, from: usize, token: &str) {
        let typed = || trace::may_be_typed(token) && known_word::is_in_bits(token) || known_word::is_phrase(token);
        if self.how != Strictness::Reply && typed() {
            return self.out.push_str(&shape(token));
        }
        let mut done = 0;
        for (at, word) in runs(token, true, |b| b.is_ascii_alphanumeric()) {
            self.out.push_str(&token[done..at]);
            done = at + word.len();
            let last = done == token.len() && at > 0 && token[..at].ends_with('.');
            let number = word.bytes().all(|b| b.is_ascii_digit());
            if number && self.how == Strictness::Peopled {
                self.out.push_str(word);
            } else if number {
                self.number(text, from + at, word);
            } else if last && server_name::is_top_level(word) {
                self.out.push_str(word);
            } else {
                self.word(text, from + at, word);
            }
        }
        self.out.push_str(&token[done..]);
    }

    fn word(&mut self, text: &str, at: usize, word: &str) {
        let peopled = self.how == Strictness::Peopled;
        if !peopled && (self.is_called(word) || name_word::is_name_here(text, at, word)) {
            return self.out.push_str(&shape(word));
        }
        let hex = word.strip_prefix("0x").is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
        if is_known(word)
            || hex && word.len() <= MAX_HEX_NUMBER
            || trace::is_openssl_error(text, at, word)
            || peopled && standing::is_told(text, at, word, self.typed)
        {
            self.out.push_str(word);
            return self.next(word);
        }
        // The label of a number does not hold beyond a word that nobody knows.
        self.counted = 0;
        let made = || !peopled && self.how != Strictness::Reply && known_word::is_made_up(text, at, word, false);
        let bits = || trace::may_be_typed(word) && known_word::is_in_bits(word);
        if trace::is_digest(word) || bits() || made() {
            return self.out.push_str(&shape(word));
        }
        let pieces: Vec<&str> = trace::pieces(word).collect();
        let mut place = at;
        for piece in &pieces {
            if piece.bytes().all(|b| b.is_ascii_digit()) {
                // Digits within a word that nobody knows are a part of it, and so are those of `E11.9`.
                let own = !(trace::is_code(word) && piece.len() == 2)
                    && pieces.iter().all(|p| p.len() == 1 || is_known(p) || p.bytes().all(|b| b.is_ascii_digit()));
                if own { self.number(text, place, piece) } else { self.out.push_str(&shape(piece)) }
            } else if piece.len() == 1 && piece.is_ascii() || is_known(piece) {
                self.out.push_str(piece);
            } else {
                let stem = Vocabulary::builtin().stem_of(piece).unwrap_or(0);
                self.strange |= stem == 0;
                self.out.push_str(&piece[..stem]);
                self.out.push_str(&shape(&piece[stem..]));
            }
            place += piece.len();
        }
        self.next(word);
    }

    /// A title, or the label of a name, stands before.
    fn is_called(&mut self, word: &str) -> bool {
        let left = std::mem::take(&mut self.called);
        let called = left > 0 && word.starts_with(char::is_uppercase) && !measure::leads(word).to_name;
        self.called = if called { left - 1 } else { 0 };
        called
    }

    fn number(&mut self, text: &str, at: usize, digits: &str) {
        let in_dots = dotted(text, at, digits.len());
        let behind = &text[at + digits.len()..];
        let unit = behind.trim_start_matches(' ');
        let unit = &unit[..unit.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(unit.len())];
        // `line = [[74517 Bush ok]]`: what a label counts fills its brackets.
        let alone = !text[..at].ends_with('[') || behind.starts_with([']', ',']);
        let counted = self.counted > 0 && alone || is_unit(unit);
        // `postfix/smtp[4711]:`, the number of a process behind the program's name.
        let process = text[..at].strip_suffix('[').is_some_and(|head| {
            let name = head.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
            name.len() > 1 && is_known(name) && behind.starts_with(']')
        });
        let known = if is_known(digits) {
            true
        } else if self.queued && self.how == Strictness::Reply {
            digits.len() <= MAX_QUEUE_ID_DIGITS
        } else if (counted || process) && !is_joined(text, at, digits.len()) && !in_dots.is_some_and(is_dotted_date) {
            digits.len() <= MAX_LABELLED_DIGITS && (is_unit(unit) || !is_day(digits))
        } else if digits.len() <= MAX_PORT_DIGITS && self.is_port(&text[..at])
            || is_page(&text[..at])
            || is_cited(&text[..at]) && digits.len() <= MAX_CITED_DIGITS
        {
            true
        } else if let Some(run) = in_dots {
            // Not `31.01.1980`.
            is_dotted_number(run)
        } else {
            digits.len() <= MAX_FREE_DIGITS && grouped(text, at, digits.len()) < MIN_GROUPED_DIGITS
        };
        if known {
            self.out.push_str(digits)
        } else {
            self.out.push_str(&shape(digits))
        }
        // What a label says of one number it does not say of the next: `[thread-3] Box 8900071`.
        (self.counted, self.queued) = (0, false);
    }

    /// Whether what stands before a number is a host and a colon.
    fn is_port(&self, before: &str) -> bool {
        // The host was a part of its own, and the piece begins behind it: `relay.example:2525`, `('relay.example', 2525)`.
        if matches!(before, ":" | "', ") {
            return true;
        }
        let Some(head) = before.strip_suffix(':') else { return false };
        // `[196.25.1.1]:587`
        let head = head.strip_suffix(']').unwrap_or(head);
        let host = &head[head.trim_end_matches(|c: char| is_token(c)).len()..];
        host.contains('.') && self.stays("", host)
    }

    /// Takes note of a word for the number that may follow.
    fn next(&mut self, word: &str) {
        let leads = measure::leads(word);
        self.counted = if leads.to_measure { 2 } else { self.counted.saturating_sub(1) };
        self.queued = leads.to_id;
        self.label = leads.labels_name;
        if leads.to_birth {
            self.born = NEAR_BIRTH;
        }
        if leads.to_name {
            self.called = NAMES;
        }
    }
}

/// Whether the number of a standard follows: `RFC2821`.
fn is_cited(before: &str) -> bool {
    before.strip_suffix("RFC").is_some_and(|head| !head.ends_with(char::is_alphanumeric))
}

/// Whether the number of a page of help follows: `https://support.google.com/mail/answer/`.
fn is_page(before: &str) -> bool {
    let Some(step) = before.strip_suffix(['/', '=']) else { return false };
    let step = &step[step.trim_end_matches(|c: char| c.is_ascii_alphanumeric()).len()..];
    let near = before.len().saturating_sub(LINK)..;
    PAGES.iter().any(|page| page.eq_ignore_ascii_case(step))
        && memchr::memmem::rfind(&before.as_bytes()[near.clone()], b"://")
            .is_some_and(|at| !before.as_bytes()[near][at..].contains(&b' '))
}

fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_.@".contains(c) || !c.is_ascii()
}

fn is_joint(c: char) -> bool {
    "-_.@".contains(c)
}

/// Whether brackets stand around it: `(S3140)`.
fn is_boxed(text: &str, at: usize, len: usize) -> bool {
    text[..at].ends_with(['(', '[']) && text[at + len..].starts_with([')', ']'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, how: Strictness) -> String {
        mask(text, how, &|host| (host == "mail.example.co.za").then_some(true))
    }

    #[test]
    fn known_words_stay() {
        for (text, how, shown) in [
            ("Connected to mail.example.co.za:587", Strictness::Chatter, "Connected to mail.example.co.za:587"),
            ("error 10061 for Jan\u{e9}-Botha8", Strictness::Chatter, "error 10061 for Aaaa-Aaaaa9"),
            ("error 44719", Strictness::Guarded, "error 44719"),
            ("pin 44719", Strictness::Guarded, "aaa 99999"),
            ("p = 'DTdHM7BZnFHL'", Strictness::Chatter, "p = 'DTdAA9BAaAAA'"),
            ("queued as 4XyZQk1b2cz9tL", Strictness::Chatter, "queued as 4XyZQk1b2cz9tL"),
            ("to recipient-3@gmail.com.", Strictness::Guarded, "to recipient-3@gmail.com."),
            ("Subject: test", Strictness::Chatter, "Subject: aaaa"),
            ("sent Kudu!$u!t! ok!", Strictness::Guarded, "sent Aaaa**a*a* ok!"),
            ("jane.botha.pdf", Strictness::Chatter, "aaaa.aaaaa.pdf"),
            (
                "Subject: 'Jan's 'test', sent', Port: 25, error",
                Strictness::Chatter,
                "Subject: 'Aaa'a 'aaaa', aaaa', Port: 25, error",
            ),
            (r#""subject":"test, sent","port":25"#, Strictness::Chatter, r#""subject":"aaaa, aaaa","port":25"#),
            ("SendStatement Sipho HIV, acc 4471", Strictness::Chatter, "SendStatement Aaaaa AAA, aaa 9999"),
        ] {
            assert_eq!(of(text, how), shown);
            assert_eq!(of(shown, how), shown, "again");
        }
        let sent = "Email sent! Subject: [Your test results] Attachment(s): [file] Server: [x]";
        let shown = "Email sent! Subject: [Aaaa aaaa aaaaaaa] Attachment(s): [aaaa] Server: [x]";
        assert_eq!(of(sent, Strictness::Chatter), shown);
    }

    #[test]
    fn numbers_stay_where_they_say_what_they_are() {
        for text in [
            "message size 35882577 exceeds limit 10000000",
            "queued as 12345678901234",
            "[InternalId=27779571998021]",
            "see https://support.google.com/accounts/answer/185833",
            "in 12345 ms, 23 Nov 2026 08:53:26 +0200",
            "Failed: 550 5.1.1 User unknown",
            "550-5.7.1 [2001:db8::1]",
            "smtp[48211]: 5.1.1 41.1.2.3 9.5.0",
            "550 5.7.1 rejected AS(201806281), RFC2821 and RFC 5322",
        ] {
            assert_eq!(of(text, Strictness::Reply), text);
        }
        for (text, shown) in [
            ("account 44711", "account 99999"),
            ("answer/185833 https://own.co.za/mail/185833", "answer/999999 https://own.co.za/mail/999999"),
            ("argument dGh1bmRlcg", "argument dAa9aaAaaa"),
            ("E11.9 B20 A10293, block list (S3140)", "E99.9 B99 A99999, block list (S3140)"),
            ("exceeds limit Sipho 00123456", "exceeds limit Aaaaa 99999999"),
            ("12 345 678", "99 999 999"),
            ("born 1980-01-31", "aaaa 9999-99-99"),
            ("account 31/01/1980", "account 99/99/9999"),
            ("account 31.01.1980", "account 99.99.9999"),
            ("error 31/01/1980", "error 99/99/9999"),
            ("error 44711/Sipho", "error 99999/Aaaaa"),
            ("thread *** 31.01.1980", "thread *** 99.99.9999"),
            ("thread *** 44711", "thread *** 99999"),
        ] {
            assert_eq!(of(text, Strictness::Reply), shown);
        }
    }
}
